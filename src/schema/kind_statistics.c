/*
 * kind_statistics.c
 *		Extended statistics objects.
 *
 * Makes text only.  Nothing but the target can be altered; the data are gathered
 * by the next ANALYZE.
 */
#include "postgres.h"

#include "schema/kind.h"

/* Prints items separated by commas, each in the given form. */
static void
print_list(StringInfo text, List *list, const char *before, const char *after)
{
	ListCell *cell;

	foreach(cell, list)
		appendStringInfo(text, "%s%s%s%s", text->len ? ", " : "", before,
						 (const char *) lfirst(cell), after);
}

/* Emits the statistics target; -1 is the server's default. */
static void
set_target(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER STATISTICS %s SET STATISTICS " INT64_FORMAT,
			   object->identity, dbmig_object_int(object, "target", -1));
}

/* Emits CREATE STATISTICS. */
static void
create_statistics(StepSink *sink, const SchemaObject *object)
{
	const char *table = dbmig_object_text(object, "table");
	List *kinds = dbmig_object_list(object, "kinds");
	StringInfoData clause;
	StringInfoData items;
	bool fresh = sink->fresh;

	if (table == NULL)
		return;
	initStringInfo(&clause);
	initStringInfo(&items);
	print_list(&clause, kinds, "", "");
	print_list(&items, dbmig_object_list(object, "columns"), "", "");
	print_list(&items, dbmig_object_list(object, "expressions"), "(", ")");
	/* the object is new, its table may be old */
	if (sink->actual && dbmig_model_find(sink->actual, KIND_TABLE, table))
		sink->fresh = false;
	dbmig_step(sink, object, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
			   "CREATE STATISTICS %s%s%s%s ON %s FROM %s", object->identity,
			   kinds ? " (" : "", clause.data, kinds ? ")" : "", items.data,
			   table);
	sink->fresh = fresh;
	if (dbmig_object_attr(object, "target"))
		set_target(sink, object);
}

/* Emits DROP STATISTICS. */
static void
drop_statistics(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
			   "DROP STATISTICS %s", object->identity);
}

/* Emits what makes the one object into the other. */
static AlterResult
alter_statistics(StepSink *sink, const SchemaObject *from,
				 const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "target") != 0)
			return ALTER_REPLACE;
	set_target(sink, to);
	return ALTER_DONE;
}

/* Names a statistics object for COMMENT. */
static char *
statistics_target(const SchemaObject *object)
{
	return psprintf("STATISTICS %s", object->identity);
}

/* Names a statistics object for OWNER TO. */
static char *
statistics_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER STATISTICS %s", object->identity);
}

const SchemaKind dbmig_kind_statistics = {
	.kind = KIND_STATISTICS,
	.missing = SEVERITY_PERFORMANCE,
	.different = SEVERITY_PERFORMANCE,
	.create = create_statistics,
	.drop = drop_statistics,
	.alter = alter_statistics,
	.comment_target = statistics_target,
	.owner_target = statistics_owner_target,
};
