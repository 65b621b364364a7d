/*
 * kind_event_trigger.c
 *		Event triggers.  Makes text only; no table is locked.
 */
#include "postgres.h"

#include "schema/code.h"
#include "utils/builtins.h"

/* Emits what switches an event trigger into the state it is to have. */
static void
emit_enable(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER EVENT TRIGGER %s %s", object->name,
			   dbmig_code_enable(dbmig_object_text(object, "enabled")));
}

/* Emits CREATE EVENT TRIGGER. */
static void
create_event_trigger(StepSink *sink, const SchemaObject *object)
{
	const char *event = dbmig_object_text(object, "event");
	const char *function = dbmig_object_text(object, "function");
	const char *between = "";
	StringInfoData sql;
	ListCell *cell;

	if (event == NULL || function == NULL)
		return;
	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE EVENT TRIGGER %s ON %s", object->name, event);
	foreach(cell, dbmig_object_list(object, "tags"))
	{
		appendStringInfo(&sql, "%s%s", *between ? between : " WHEN TAG IN (",
						 quote_literal_cstr(lfirst(cell)));
		between = ", ";
	}
	appendStringInfo(&sql, "%s EXECUTE FUNCTION %s()", *between ? ")" : "",
					 function);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s", sql.data);
	if (dbmig_object_text(object, "enabled"))
		emit_enable(sink, object);
}

/* Emits DROP EVENT TRIGGER. */
static void
drop_event_trigger(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "DROP EVENT TRIGGER %s", object->name);
}

/* Emits ALTER EVENT TRIGGER. */
static AlterResult
alter_event_trigger(StepSink *sink, const SchemaObject *from,
					const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "enabled") != 0)
			return ALTER_REPLACE;
	emit_enable(sink, to);
	return ALTER_DONE;
}

/* Names an event trigger for COMMENT. */
static char *
event_trigger_target(const SchemaObject *object)
{
	return psprintf("EVENT TRIGGER %s", object->name);
}

/* Names an event trigger for OWNER TO. */
static char *
event_trigger_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER EVENT TRIGGER %s", object->name);
}

const SchemaKind dbmig_kind_event_trigger = {
	.kind = KIND_EVENT_TRIGGER,
	.missing = SEVERITY_INTEGRITY,
	.different = SEVERITY_INTEGRITY,
	.create = create_event_trigger,
	.drop = drop_event_trigger,
	.alter = alter_event_trigger,
	.comment_target = event_trigger_target,
	.owner_target = event_trigger_owner_target,
};
