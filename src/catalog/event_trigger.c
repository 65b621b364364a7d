/*
 * event_trigger.c
 *		Reading event triggers.  Takes no locks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/name.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "commands/trigger.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* Returns when an event trigger fires; NULL for the default. */
static const char *
enabled_name(char enabled)
{
	switch (enabled)
	{
		case TRIGGER_DISABLED:
			return "disabled";
		case TRIGGER_FIRES_ON_REPLICA:
			return "replica";
		case TRIGGER_FIRES_ALWAYS:
			return "always";
		default:
			return NULL;
	}
}

/* Orders tags. */
static int
compare_tags(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* Sets the commands for which an event trigger fires, if it is not all. */
static void
read_tags(CatalogRead *read, SchemaObject *object, Datum value)
{
	Datum *tags;
	int count;
	List *names = NIL;
	MemoryContext previous;

	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false,
					  TYPALIGN_INT, &tags, NULL, &count);
	previous = MemoryContextSwitchTo(read->context);
	for (int i = 0; i < count; i++)
		names = lappend(names, TextDatumGetCString(tags[i]));
	list_sort(names, compare_tags);
	MemoryContextSwitchTo(previous);
	dbmig_object_set_list(object, "tags", names);
}

/* Reads all event triggers. */
void
dbmig_catalog_event_triggers(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, EventTriggerRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_event_trigger form = (Form_pg_event_trigger) GETSTRUCT(tuple);
		SchemaObject *object;
		Datum tags;
		bool isnull;

		if (!dbmig_read_wanted_global(read, EventTriggerRelationId, form->oid))
			continue;
		object =
			dbmig_object_add(read->model, KIND_EVENT_TRIGGER, NULL, NULL,
							 MemoryContextStrdup(read->context,
												 quote_identifier(NameStr(form->evtname))),
							 NULL);
		dbmig_read_register(read, EventTriggerRelationId, form->oid, 0, object);
		dbmig_object_set_text(object, "event",
							  MemoryContextStrdup(read->context,
												  NameStr(form->evtevent)));
		tags = dbmig_read_attr(&scan, tuple, Anum_pg_event_trigger_evttags,
							   &isnull);
		if (!isnull)
			read_tags(read, object, tags);
		dbmig_object_set_text(object, "function",
							  dbmig_name_function(read, form->evtfoid));
		dbmig_object_set_text(object, "enabled", enabled_name(form->evtenabled));
		/* no privileges can be granted on an event trigger */
		dbmig_read_owner(read, object, form->evtowner);
	}
	dbmig_read_end(&scan);
}
