/*
 * kind_policy.c
 *		Row-security policies.
 *
 * Makes text only.  Whatever is done to a policy locks its table ACCESS
 * EXCLUSIVE.  A policy whose conditions could not be read is never made: it
 * would let everybody through.
 */
#include "postgres.h"

#include "schema/code.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

/* Is it known what the policy says? */
static bool
is_known(const SchemaObject *object)
{
	return dbmig_object_text(object, "skipped") == NULL;
}

/* Adds TO …. */
static void
append_roles(StringInfo sql, const SchemaObject *object)
{
	List *roles = dbmig_object_list(object, "roles");

	appendStringInfo(sql, " TO %s",
					 roles ? dbmig_code_join(roles, ", ") : "PUBLIC");
}

/* Adds a condition, if there is one. */
static void
append_condition(StringInfo sql, const SchemaObject *object, const char *attr,
				 const char *before)
{
	const char *condition = dbmig_object_text(object, attr);

	if (condition)
		appendStringInfo(sql, " %s (%s)", before, condition);
}

/* Emits CREATE POLICY. */
static void
create_policy(StepSink *sink, const SchemaObject *object)
{
	const char *command = dbmig_object_text(object, "command");
	StringInfoData sql;

	if (!is_known(object))
		return;
	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE POLICY %s ON %s", object->name,
					 object->parent->identity);
	if (dbmig_object_bool(object, "restrictive"))
		appendStringInfoString(&sql, " AS RESTRICTIVE");
	if (command)
		appendStringInfo(&sql, " FOR %s", asc_toupper(command, strlen(command)));
	if (dbmig_object_list(object, "roles"))
		append_roles(&sql, object);
	append_condition(&sql, object, "using", "USING");
	append_condition(&sql, object, "check", "WITH CHECK");
	dbmig_code_step(sink, object, LOCK_ACCESS_EXCLUSIVE, "", sql.data);
}

/* Emits DROP POLICY. */
static void
drop_policy(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "DROP POLICY %s ON %s", object->name, object->parent->identity);
}

/* Emits ALTER POLICY, which can change a condition but not take it away. */
static AlterResult
alter_policy(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			 const AttrDiff *diffs, int ndiffs)
{
	StringInfoData sql;

	if (!is_known(to))
		return ALTER_DONE;
	initStringInfo(&sql);
	appendStringInfo(&sql, "ALTER POLICY %s ON %s", to->name,
					 to->parent->identity);
	if (dbmig_code_diff(diffs, ndiffs, "roles"))
		append_roles(&sql, to);
	for (int i = 0; i < ndiffs; i++)
	{
		if (strcmp(diffs[i].name, "roles") == 0)
			continue;
		if (strcmp(diffs[i].name, "using") != 0 &&
			strcmp(diffs[i].name, "check") != 0)
			return ALTER_REPLACE;
		if (diffs[i].to == NULL)
			return ALTER_REPLACE;
	}
	if (dbmig_code_diff(diffs, ndiffs, "using"))
		append_condition(&sql, to, "using", "USING");
	if (dbmig_code_diff(diffs, ndiffs, "check"))
		append_condition(&sql, to, "check", "WITH CHECK");
	dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true, "%s",
			   sql.data);
	return ALTER_DONE;
}

/* Names a policy for COMMENT. */
static char *
policy_target(const SchemaObject *object)
{
	return psprintf("POLICY %s ON %s", object->name, object->parent->identity);
}

const SchemaKind dbmig_kind_policy = {
	.kind = KIND_POLICY,
	.missing = SEVERITY_INTEGRITY,
	.different = SEVERITY_BREAKING,
	.create = create_policy,
	.drop = drop_policy,
	.alter = alter_policy,
	.comment_target = policy_target,
};
