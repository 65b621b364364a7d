/*
 * kind_enum.c
 *		Enums: made, dropped, and values added in place.
 *
 * Makes text only.  ALTER TYPE … ADD VALUE locks no table, but the value cannot
 * be used in the transaction that adds it, so it runs on its own.  A value that
 * is gone or has moved needs a new type, to which the planner moves the columns.
 * Whether a value was renamed is not guessed.
 */
#include "postgres.h"

#include "schema/kind.h"
#include "utils/builtins.h"

/* Emits CREATE TYPE. */
static void
create_enum(StepSink *sink, const SchemaObject *object)
{
	StringInfoData values;
	ListCell *cell;

	initStringInfo(&values);
	foreach(cell, dbmig_object_list(object, "values"))
		appendStringInfo(&values, "%s%s", values.len > 0 ? ", " : "",
						 quote_literal_cstr(lfirst(cell)));
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE TYPE %s AS ENUM (%s)", object->identity, values.data);
}

/* Emits DROP TYPE. */
static void
drop_enum(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP TYPE %s",
			   object->identity);
}

/* Is the one list what is left of the other when some values are taken out? */
static bool
is_subsequence(List *shorter, List *longer)
{
	ListCell *wanted = list_head(shorter);
	ListCell *cell;

	foreach(cell, longer)
		if (wanted && strcmp(lfirst(wanted), lfirst(cell)) == 0)
			wanted = lnext(shorter, wanted);
	return wanted == NULL;
}

/* Emits ALTER TYPE … ADD VALUE for each new value, from first to last. */
static AlterResult
alter_enum(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
		   const AttrDiff *diffs, int ndiffs)
{
	List *have = dbmig_object_list(from, "values");
	List *want = dbmig_object_list(to, "values");
	ListCell *next = list_head(have);
	ListCell *cell;

	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "values") != 0)
			return ALTER_SWAP;
	if (!is_subsequence(have, want))
		return ALTER_SWAP;
	foreach(cell, want)
	{
		const char *value = lfirst(cell);

		if (next && strcmp(lfirst(next), value) == 0)
			next = lnext(have, next);
		else
			dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, false,
					   "ALTER TYPE %s ADD VALUE %s%s%s", to->identity,
					   quote_literal_cstr(value), next ? " BEFORE " : "",
					   next ? quote_literal_cstr(lfirst(next)) : "");
	}
	return ALTER_DONE;
}

/* Names an enum for COMMENT and GRANT. */
static char *
enum_target(const SchemaObject *object)
{
	return psprintf("TYPE %s", object->identity);
}

/* Names an enum for OWNER TO. */
static char *
enum_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER TYPE %s", object->identity);
}

const SchemaKind dbmig_kind_enum = {
	.kind = KIND_ENUM,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_enum,
	.drop = drop_enum,
	.alter = alter_enum,
	.comment_target = enum_target,
	.grant_target = enum_target,
	.owner_target = enum_owner_target,
};
