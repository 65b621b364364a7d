/*
 * kind_trigger.c
 *		Triggers of tables and views.
 *
 * Makes text only.  CREATE TRIGGER and its switching on and off lock the table
 * SHARE ROW EXCLUSIVE, DROP TRIGGER locks it ACCESS EXCLUSIVE; so a trigger is
 * replaced in place, except where it is a constraint, which cannot be.
 */
#include "postgres.h"

#include "schema/code.h"

/* Emits what switches a trigger into the state it is to have. */
static void
emit_enable(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_SHARE_ROW_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s %s TRIGGER %s", object->parent->identity,
			   dbmig_code_enable(dbmig_object_text(object, "enabled")),
			   object->name);
}

/* Emits CREATE TRIGGER. */
static void
create_trigger(StepSink *sink, const SchemaObject *object)
{
	const char *definition = dbmig_object_text(object, "definition");

	if (definition == NULL)
		return;
	dbmig_step(sink, object, LOCK_SHARE_ROW_EXCLUSIVE, HAZARD_NONE, true, "%s",
			   definition);
	if (dbmig_object_text(object, "enabled"))
		emit_enable(sink, object);
}

/* Emits DROP TRIGGER. */
static void
drop_trigger(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "DROP TRIGGER %s ON %s", object->name, object->parent->identity);
}

/* Is this the definition of a trigger that can be replaced in place? */
static bool
is_replaceable(const char *definition)
{
	return definition && strncmp(definition, "CREATE TRIGGER ", 15) == 0;
}

/* Emits CREATE OR REPLACE TRIGGER, or what switches it on or off. */
static AlterResult
alter_trigger(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			  const AttrDiff *diffs, int ndiffs)
{
	const char *definition = dbmig_object_text(to, "definition");

	if (definition == NULL)
		return ALTER_DONE;
	if (!dbmig_code_diff(diffs, ndiffs, "definition"))
	{
		emit_enable(sink, to);
		return ALTER_DONE;
	}
	if (!is_replaceable(definition) ||
		!is_replaceable(dbmig_object_text(from, "definition")))
		return ALTER_REPLACE;
	dbmig_step(sink, to, LOCK_SHARE_ROW_EXCLUSIVE, HAZARD_NONE, true, "%s",
			   dbmig_code_or_replace(definition));
	/* a trigger that was replaced is switched on */
	if (dbmig_object_text(to, "enabled"))
		emit_enable(sink, to);
	return ALTER_DONE;
}

/* Names a trigger for COMMENT. */
static char *
trigger_target(const SchemaObject *object)
{
	return psprintf("TRIGGER %s ON %s", object->name, object->parent->identity);
}

const SchemaKind dbmig_kind_trigger = {
	.kind = KIND_TRIGGER,
	.missing = SEVERITY_INTEGRITY,
	.different = SEVERITY_INTEGRITY,
	.create = create_trigger,
	.drop = drop_trigger,
	.alter = alter_trigger,
	.comment_target = trigger_target,
};
