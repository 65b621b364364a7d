/*
 * kind_schema.c
 *		Schemas as objects: made and dropped, nothing else.
 *
 * Makes text only.  "public" is there in every new database; where it is not,
 * it is made with the grant that it has there.  DROP SCHEMA never cascades.
 */
#include "postgres.h"

#include "schema/kind.h"

/* Is this the schema that every database begins with? */
static bool
is_public(const SchemaObject *object)
{
	return strcmp(object->identity, "public") == 0;
}

/* Emits CREATE SCHEMA. */
static void
create_schema(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "CREATE SCHEMA %s%s",
			   is_public(object) ? "IF NOT EXISTS " : "", object->identity);
	if (is_public(object) && dbmig_object_attr(object, "grants") == NULL)
		dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
				   "GRANT USAGE ON SCHEMA %s TO PUBLIC", object->identity);
}

/* Emits DROP SCHEMA. */
static void
drop_schema(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP SCHEMA %s",
			   object->identity);
}

/* Names a schema for COMMENT and GRANT. */
static char *
schema_target(const SchemaObject *object)
{
	return psprintf("SCHEMA %s", object->identity);
}

/* Names a schema for OWNER TO. */
static char *
schema_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER SCHEMA %s", object->identity);
}

const SchemaKind dbmig_kind_schema = {
	.kind = KIND_SCHEMA,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_COSMETIC,
	.create = create_schema,
	.drop = drop_schema,
	.comment_target = schema_target,
	.grant_target = schema_target,
	.owner_target = schema_owner_target,
};
