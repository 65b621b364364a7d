/*
 * kind_index.c
 *		Indexes: made, dropped, replaced by a new one built beside the old.
 *
 * Makes text only.  On a table that is in use everything is CONCURRENTLY, which
 * lets readers and writers go on but cannot run in a transaction.  A changed
 * definition is built under a temporary name before the old index goes, so that
 * there is never none.  The index of a partitioned table holds nothing: it is
 * made ON ONLY, and those of the partitions are attached to it.
 */
#include "postgres.h"

#include "schema/index_step.h"
#include "utils/builtins.h"

/* Returns the last name of a qualified one. */
static const char *
last_name(const char *identity)
{
	const char *last = identity;
	bool quoted = false;

	for (const char *c = identity; *c; c++)
	{
		if (*c == '"')
			quoted = !quoted;
		else if (*c == '.' && !quoted)
			last = c + 1;
	}
	return last;
}

/* Returns the first name of a qualified one, with its dot. */
static char *
first_name(const char *identity)
{
	const char *c = identity;
	bool quoted = false;

	for (; *c && (quoted || *c != '.'); c++)
		if (*c == '"')
			quoted = !quoted;
	return *c ? pnstrdup(identity, c - identity + 1) : pstrdup("");
}

/* Emits CREATE INDEX under the given name. */
static void
build_index(StepSink *sink, const SchemaObject *object, const char *name)
{
	const char *definition = dbmig_object_text(object, "definition");
	const char *condition = dbmig_object_text(object, "where");
	bool partitioned = dbmig_index_is_partitioned(object);
	bool concurrently = !sink->fresh && !partitioned;
	bool unique = dbmig_object_bool(object, "unique");
	StringInfoData tail;

	if (definition == NULL)
		return;
	initStringInfo(&tail);
	dbmig_index_print_storage(&tail, object, "");
	if (condition)
		appendStringInfo(&tail, " WHERE %s", condition);
	dbmig_step(sink, object,
			   concurrently ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_SHARE,
			   partitioned ? HAZARD_NONE :
							 HAZARD_SCANS | (unique ? HAZARD_MAY_FAIL : 0),
			   !concurrently, "CREATE %sINDEX %s%s ON %s%s %s%s",
			   unique ? "UNIQUE " : "", concurrently ? "CONCURRENTLY " : "",
			   name, partitioned ? "ONLY " : "", object->parent->identity,
			   definition, tail.data);
	/* a materialized view is born with rows */
	if (sink->fresh && unique && object->parent->kind == KIND_MATERIALIZED_VIEW)
		((FixStep *) llast(sink->steps))->hazards = HAZARD_MAY_FAIL;
}

/* Emits the statistics targets that a new index does not have by itself. */
static void
set_statistics(StepSink *sink, const SchemaObject *object)
{
	const SchemaAttr *attr = dbmig_object_attr(object, "statistics");
	AttrDiff diff = {"statistics", NULL, attr};

	if (attr)
		dbmig_index_alter_attribute(sink, object, &diff);
}

/* Emits what makes an index. */
static void
create_index(StepSink *sink, const SchemaObject *object)
{
	dbmig_index_make_room(sink, object);
	build_index(sink, object, object->name);
	set_statistics(sink, object);
	if (!sink->fresh)
		dbmig_index_restore_marks(sink, object);
}

/* Emits DROP INDEX. */
static void
drop_index(StepSink *sink, const SchemaObject *object)
{
	if (dbmig_index_is_partitioned(object))
		dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "DROP INDEX %s", object->identity);
	else
		dbmig_step(sink, object, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE,
				   false, "DROP INDEX CONCURRENTLY %s", object->identity);
}

/* Emits what puts a new index in the place of the old one. */
static void
swap_index(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	char *name = dbmig_index_temporary_name(to);

	build_index(sink, to, name);
	drop_index(sink, from);
	dbmig_step(sink, to, LOCK_SHARE_UPDATE_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER INDEX %s.%s RENAME TO %s", to->parent->schema, name,
			   to->name);
	set_statistics(sink, to);
	dbmig_index_restore_marks(sink, to);
	dbmig_index_restore_comment(sink, from, to);
}

/* Emits what makes the one index into the other. */
static AlterResult
alter_index(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			const AttrDiff *diffs, int ndiffs)
{
	bool swap = false;

	for (int i = 0; i < ndiffs; i++)
		swap |= strcmp(diffs[i].name, "definition") == 0 ||
				strcmp(diffs[i].name, "unique") == 0 ||
				strcmp(diffs[i].name, "where") == 0;
	if (swap)
	{
		if (dbmig_index_is_partitioned(to) ||
			dbmig_object_text(from, "attached_to") ||
			dbmig_object_text(to, "definition") == NULL ||
			(dbmig_object_bool(from, "unique") &&
			 dbmig_index_is_needed(sink, from)))
			return ALTER_REPLACE;
		swap_index(sink, from, to);
		return ALTER_DONE;
	}
	for (int i = 0; i < ndiffs; i++)
		if (!dbmig_index_alter_attribute(sink, to, &diffs[i]))
			return ALTER_REPLACE;
	return ALTER_DONE;
}

/*
 * Has the parent another definition by now?  Then this is an index that is not
 * expected, was attached to the parent's old one, and is kept on its own.
 */
static bool
is_left_behind(const StepSink *sink, const SchemaObject *index,
			   const char *parent)
{
	const SchemaObject *other =
		sink->target ? dbmig_model_find(sink->target, index->kind, parent) :
					   NULL;
	const char *before = dbmig_object_text(index, "definition");
	const char *after = other ? dbmig_object_text(other, "definition") : NULL;

	return before && after && strcmp(before, after) != 0;
}

/* Emits ALTER INDEX … ATTACH PARTITION. */
void
dbmig_index_attach(StepSink *sink, const SchemaObject *index)
{
	const char *parent = dbmig_object_text(index, "attached_to");

	/* of app.orders.orders_pkey, a constraint, the index is app.orders_pkey */
	if (parent && !is_left_behind(sink, index, parent))
		dbmig_step(sink, index, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "ALTER INDEX %s%s ATTACH PARTITION %s", first_name(parent),
				   last_name(parent), dbmig_index_qualified(index));
}

/* Names an index for COMMENT. */
static char *
index_target(const SchemaObject *object)
{
	return psprintf("INDEX %s", object->identity);
}

static const AttrRule index_rules[] = {{"unique", SEVERITY_INTEGRITY, false},
									   {"statistics", SEVERITY_PERFORMANCE,
										false},
									   {NULL}};

const SchemaKind dbmig_kind_index = {
	.kind = KIND_INDEX,
	.missing = SEVERITY_PERFORMANCE,
	.different = SEVERITY_PERFORMANCE,
	.rules = index_rules,
	.create = create_index,
	.drop = drop_index,
	.alter = alter_index,
	.comment_target = index_target,
};
