/*
 * kind_domain.c
 *		Domains and their checks.
 *
 * Makes text only.  Whatever the server must prove for a domain it proves on
 * every table that has a column of it: SET NOT NULL and VALIDATE CONSTRAINT
 * read those tables under a lock that keeps writers out.  A check is added NOT
 * VALID first, which reads nothing.  The base type of a domain cannot
 * be changed: columns have to be moved to a new domain.
 */
#include "postgres.h"

#include "schema/kind.h"

#define HAZARDS_OF_PROOF (HAZARD_SCANS | HAZARD_BLOCKS_WRITES | HAZARD_MAY_FAIL)

/* Emits CREATE DOMAIN; its checks have steps of their own. */
static void
create_domain(StepSink *sink, const SchemaObject *object)
{
	const char *collation = dbmig_object_text(object, "collation");
	const char *def = dbmig_object_text(object, "default");
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE DOMAIN %s AS %s", object->identity,
					 dbmig_object_text(object, "type"));
	if (collation)
		appendStringInfo(&text, " COLLATE %s", collation);
	if (def)
		appendStringInfo(&text, " DEFAULT %s", def);
	if (dbmig_object_bool(object, "not_null"))
		appendStringInfoString(&text, " NOT NULL");
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s", text.data);
}

/* Emits DROP DOMAIN. */
static void
drop_domain(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP DOMAIN %s",
			   object->identity);
}

/* Emits ALTER DOMAIN. */
static AlterResult
alter_domain(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			 const AttrDiff *diffs, int ndiffs)
{
	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "default") != 0 &&
			strcmp(diffs[i].name, "not_null") != 0)
			return ALTER_SWAP;
	for (int i = 0; i < ndiffs; i++)
	{
		if (strcmp(diffs[i].name, "default") == 0)
		{
			const char *def = dbmig_object_text(to, "default");

			dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
					   "ALTER DOMAIN %s %s%s", to->identity,
					   def ? "SET DEFAULT " : "DROP DEFAULT", def ? def : "");
		}
		else if (dbmig_object_bool(to, "not_null"))
			dbmig_step(sink, to, LOCK_SHARE, HAZARDS_OF_PROOF, true,
					   "ALTER DOMAIN %s SET NOT NULL", to->identity);
		else
			dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
					   "ALTER DOMAIN %s DROP NOT NULL", to->identity);
	}
	return ALTER_DONE;
}

/* Names a domain for COMMENT and GRANT. */
static char *
domain_target(const SchemaObject *object)
{
	return psprintf("DOMAIN %s", object->identity);
}

/* Names a domain for OWNER TO. */
static char *
domain_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER DOMAIN %s", object->identity);
}

static const AttrRule domain_rules[] = {{"default", SEVERITY_INTEGRITY, false},
										{NULL}};

const SchemaKind dbmig_kind_domain = {
	.kind = KIND_DOMAIN,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.rules = domain_rules,
	.create = create_domain,
	.drop = drop_domain,
	.alter = alter_domain,
	.comment_target = domain_target,
	.grant_target = domain_target,
	.owner_target = domain_owner_target,
};

/* Emits VALIDATE CONSTRAINT. */
static void
validate_constraint(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_SHARE, HAZARDS_OF_PROOF, true,
			   "ALTER DOMAIN %s VALIDATE CONSTRAINT %s",
			   object->parent->identity, object->name);
}

/* Emits ADD CONSTRAINT, and its proof as a step of its own. */
static void
create_constraint(StepSink *sink, const SchemaObject *object)
{
	bool not_valid = dbmig_object_bool(object, "not_valid");

	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER DOMAIN %s ADD CONSTRAINT %s %s%s",
			   object->parent->identity, object->name,
			   dbmig_object_text(object, "definition"),
			   not_valid || !sink->fresh ? " NOT VALID" : "");
	if (!not_valid && !sink->fresh)
		validate_constraint(sink, object);
}

/* Emits DROP CONSTRAINT. */
static void
drop_constraint(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER DOMAIN %s DROP CONSTRAINT %s", object->parent->identity,
			   object->name);
}

/* Proves a check that was not, if nothing else differs. */
static AlterResult
alter_constraint(StepSink *sink, const SchemaObject *from,
				 const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	if (ndiffs != 1 || strcmp(diffs[0].name, "not_valid") != 0 ||
		dbmig_object_bool(to, "not_valid"))
		return ALTER_REPLACE;
	validate_constraint(sink, to);
	return ALTER_DONE;
}

/* Names a check for COMMENT. */
static char *
constraint_target(const SchemaObject *object)
{
	return psprintf("CONSTRAINT %s ON DOMAIN %s", object->name,
					object->parent->identity);
}

const SchemaKind dbmig_kind_domain_constraint = {
	.kind = KIND_DOMAIN_CONSTRAINT,
	.missing = SEVERITY_INTEGRITY,
	.different = SEVERITY_INTEGRITY,
	.create = create_constraint,
	.drop = drop_constraint,
	.alter = alter_constraint,
	.comment_target = constraint_target,
};
