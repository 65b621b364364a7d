/*
 * kind_range.c
 *		Range types: made and dropped.
 *
 * Makes text only.  Nothing of a range type can be altered: columns have to be
 * moved to a new one.
 */
#include "postgres.h"

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
