/*
 * kind_extension.c
 *		Extensions: made, updated, moved, dropped.
 *
 * Makes text only.  CREATE EXTENSION names no version: which versions a server
 * can install is not the schema's business, and another version is a cosmetic
 * difference.  What the scripts of an extension lock is not known here; they
 * touch no table of the user as a rule.
 */
#include "postgres.h"

#include "schema/kind.h"
#include "utils/builtins.h"

/* Emits CREATE EXTENSION. */
static void
create_extension(StepSink *sink, const SchemaObject *object)
{
	const char *schema = dbmig_object_text(object, "schema");

	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE EXTENSION IF NOT EXISTS %s%s%s", object->identity,
			   schema ? " WITH SCHEMA " : "", schema ? schema : "");
}

/* Emits DROP EXTENSION, which takes tables of the extension along. */
static void
drop_extension(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_LOSES_DATA, true,
			   "DROP EXTENSION %s", object->identity);
}

/* Emits ALTER EXTENSION. */
static AlterResult
alter_extension(StepSink *sink, const SchemaObject *from,
				const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	for (int i = 0; i < ndiffs; i++)
	{
		const AttrDiff *diff = &diffs[i];

		if (diff->to == NULL || diff->to->type != ATTR_TEXT)
			return ALTER_REPLACE;
		if (strcmp(diff->name, "schema") == 0)
			dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
					   "ALTER EXTENSION %s SET SCHEMA %s", to->identity,
					   diff->to->text);
		else if (strcmp(diff->name, "version") == 0)
			dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
					   "ALTER EXTENSION %s UPDATE TO %s", to->identity,
					   quote_literal_cstr(diff->to->text));
		else
			return ALTER_REPLACE;
	}
	return ALTER_DONE;
}

static const AttrRule rules[] = {{"schema", SEVERITY_BREAKING, false},
								 {"version", SEVERITY_COSMETIC, false},
								 {NULL}};

const SchemaKind dbmig_kind_extension = {
	.kind = KIND_EXTENSION,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_COSMETIC,
	.rules = rules,
	.create = create_extension,
	.drop = drop_extension,
	.alter = alter_extension,
};
