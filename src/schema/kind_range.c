/*
 * kind_range.c
 *		Range types: made and dropped.
 *
 * Makes text only.  Nothing of a range type can be altered: columns have to be
 * moved to a new one.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "schema/kind.h"

/* Emits CREATE TYPE. */
static void
create_range(StepSink *sink, const SchemaObject *object)
{
	static const struct
	{
		const char *option;
		const char *attr;
	} options[] = {{"subtype_opclass", "operator_class"},
				   {"collation", "collation"},
				   {"canonical", "canonical"},
				   {"subtype_diff", "subtype_diff"},
				   {"multirange_type_name", "multirange"}};
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "subtype = %s",
					 dbmig_object_text(object, "subtype"));
	for (int i = 0; i < lengthof(options); i++)
	{
		const char *value = dbmig_object_text(object, options[i].attr);

		if (value)
			appendStringInfo(&text, ", %s = %s", options[i].option, value);
	}
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE TYPE %s AS RANGE (%s)", object->identity, text.data);
}

/* Emits DROP TYPE. */
static void
drop_range(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP TYPE %s",
			   object->identity);
}

/* Emits the renaming of one function that the server made with a range. */
static void
rename_constructor(StepSink *sink, const SchemaObject *object, const char *name,
				   const char *arguments, const char *away)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER FUNCTION %s(%s) RENAME TO %s", name, arguments, away);
}

/*
 * Emits what takes a range type out of the way of a new one of the same name:
 * its functions and its multirange type would stand there as well.  They belong
 * to the server's first superuser, so this is only for a type that has rows.
 */
void
dbmig_range_away(StepSink *sink, const SchemaObject *object, const char *away)
{
	const char *subtype = dbmig_object_text(object, "subtype");
	const char *multirange = dbmig_object_text(object, "multirange");
	const char *away_too =
		psprintf("dbmig_old_%08x",
				 hash_bytes((const unsigned char *) object->identity,
							strlen(object->identity)));

	rename_constructor(sink, object, object->identity,
					   psprintf("%s, %s", subtype, subtype), away);
	rename_constructor(sink, object, object->identity,
					   psprintf("%s, %s, text", subtype, subtype), away);
	rename_constructor(sink, object, multirange, "", away_too);
	rename_constructor(sink, object, multirange, object->identity, away_too);
	rename_constructor(sink, object, multirange,
					   psprintf("VARIADIC %s[]", object->identity), away_too);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER TYPE %s RENAME TO %s", multirange, away_too);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER TYPE %s RENAME TO %s", object->identity, away);
}

/* Sends every change to the planner. */
static AlterResult
alter_range(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			const AttrDiff *diffs, int ndiffs)
{
	return ALTER_SWAP;
}

/* Names a range type for COMMENT and GRANT. */
static char *
range_target(const SchemaObject *object)
{
	return psprintf("TYPE %s", object->identity);
}

/* Names a range type for OWNER TO. */
static char *
range_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER TYPE %s", object->identity);
}

static const AttrRule rules[] = {{"subtype_diff", SEVERITY_PERFORMANCE, false},
								 {NULL}};

const SchemaKind dbmig_kind_range = {
	.kind = KIND_RANGE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = rules,
	.create = create_range,
	.drop = drop_range,
	.alter = alter_range,
	.comment_target = range_target,
	.grant_target = range_target,
	.owner_target = range_owner_target,
};
