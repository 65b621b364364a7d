/*
 * kind_rule.c
 *		Rewrite rules of tables and views.
 *
 * Makes text only.  Whatever is done to a rule locks its table ACCESS
 * EXCLUSIVE.
 */
#include "postgres.h"

#include "schema/code.h"

/* Emits what switches a rule into the state it is to have. */
static void
emit_enable(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s %s RULE %s", object->parent->identity,
			   dbmig_code_enable(dbmig_object_text(object, "enabled")),
			   object->name);
}

/* Emits CREATE RULE. */
static void
create_rule(StepSink *sink, const SchemaObject *object)
{
	const char *definition = dbmig_object_text(object, "definition");

	if (definition == NULL)
		return;
	dbmig_code_step(sink, object, LOCK_ACCESS_EXCLUSIVE, definition, definition);
	if (dbmig_object_text(object, "enabled"))
		emit_enable(sink, object);
}

/* Emits DROP RULE. */
static void
drop_rule(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "DROP RULE %s ON %s", object->name, object->parent->identity);
}

/* Emits CREATE OR REPLACE RULE, or what switches it on or off. */
static AlterResult
alter_rule(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
		   const AttrDiff *diffs, int ndiffs)
{
	const char *definition = dbmig_object_text(to, "definition");

	if (definition == NULL)
		return ALTER_DONE;
	if (dbmig_code_diff(diffs, ndiffs, "definition"))
		dbmig_step(sink, to, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true, "%s",
				   dbmig_code_or_replace(definition));
	if (dbmig_code_diff(diffs, ndiffs, "enabled"))
		emit_enable(sink, to);
	return ALTER_DONE;
}

/* Names a rule for COMMENT. */
static char *
rule_target(const SchemaObject *object)
{
	return psprintf("RULE %s ON %s", object->name, object->parent->identity);
}

const SchemaKind dbmig_kind_rule = {
	.kind = KIND_RULE,
	.missing = SEVERITY_INTEGRITY,
	.different = SEVERITY_BREAKING,
	.create = create_rule,
	.drop = drop_rule,
	.alter = alter_rule,
	.comment_target = rule_target,
};
