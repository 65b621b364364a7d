/*
 * kind_publication.c
 *		Publications.
 *
 * Makes text only.  The tables that a statement names are locked against other
 * DDL, not against readers or writers.  A subscription is never made or dropped:
 * it belongs to a connection, not to a schema.
 */
#include "postgres.h"

#include "schema/kind.h"
#include "utils/builtins.h"

/* Appends TABLE …, TABLES IN SCHEMA …; nothing if it publishes none. */
static void
append_objects(StringInfo text, const SchemaObject *object)
{
	const char *separator = " TABLE ";
	ListCell *cell;

	foreach(cell, dbmig_object_list(object, "tables"))
	{
		MapEntry *table = lfirst(cell);

		appendStringInfo(text, "%s%s%s%s", separator, table->key,
						 table->value && *table->value ? " " : "",
						 table->value ? table->value : "");
		separator = ", ";
	}
	separator = text->len > 0 && strcmp(separator, ", ") == 0 ?
					", TABLES IN SCHEMA " :
					" TABLES IN SCHEMA ";
	foreach(cell, dbmig_object_list(object, "schemas"))
	{
		appendStringInfo(text, "%s%s", separator, (char *) lfirst(cell));
		separator = ", ";
	}
}

/* Appends an option of a publication. */
static void
append_option(StringInfo text, const char *name, const char *value)
{
	appendStringInfo(text, "%s%s = %s", text->len > 0 ? ", " : "", name, value);
}

/* Prints one option with the value it is to have. */
static void
print_option(StringInfo text, const SchemaObject *object, const char *attr)
{
	const char *value = dbmig_object_text(object, attr);

	if (strcmp(attr, "publish") == 0)
		append_option(text, "publish",
					  quote_literal_cstr(value ?
											 value :
											 "insert, update, delete, truncate"));
	else if (strcmp(attr, "via_root") == 0)
		append_option(text, "publish_via_partition_root",
					  dbmig_object_bool(object, attr) ? "true" : "false");
	else
		append_option(text, "publish_generated_columns", value ? value : "none");
}

static const char *const options[] = {"publish", "via_root",
									  "generated_columns"};

/* Returns the lock on the tables that a statement names. */
static StepLock
lock_of(const SchemaObject *object)
{
	return dbmig_object_attr(object, "tables") ? LOCK_SHARE_UPDATE_EXCLUSIVE :
												 LOCK_NONE;
}

/* Emits CREATE PUBLICATION. */
static void
create_publication(StepSink *sink, const SchemaObject *object)
{
	StringInfoData objects;
	StringInfoData with;
	bool fresh = sink->fresh;

	initStringInfo(&objects);
	initStringInfo(&with);
	if (dbmig_object_bool(object, "all_tables"))
		appendStringInfoString(&objects, " ALL TABLES");
	else
		append_objects(&objects, object);
	for (int i = 0; i < lengthof(options); i++)
		if (dbmig_object_attr(object, options[i]))
			print_option(&with, object, options[i]);
	/* the publication is new; its tables need not be */
	sink->fresh = false;
	dbmig_step(sink, object, lock_of(object), HAZARD_NONE, true,
			   "CREATE PUBLICATION %s%s%s%s%s%s", object->identity,
			   objects.len > 0 ? " FOR" : "", objects.data,
			   with.len > 0 ? " WITH (" : "", with.data,
			   with.len > 0 ? ")" : "");
	sink->fresh = fresh;
}

/* Emits DROP PUBLICATION. */
static void
drop_publication(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "DROP PUBLICATION %s", object->identity);
}

/* Emits what brings the tables and schemas from one state to another. */
static void
set_objects(StepSink *sink, const SchemaObject *from, const SchemaObject *to)
{
	StringInfoData objects;

	initStringInfo(&objects);
	append_objects(&objects, to);
	if (objects.len > 0)
	{
		dbmig_step(sink, to, Max(lock_of(from), lock_of(to)), HAZARD_NONE, true,
				   "ALTER PUBLICATION %s SET%s", to->identity, objects.data);
		return;
	}
	/* an empty list cannot be set */
	if (dbmig_object_attr(from, "tables"))
	{
		StringInfoData names;
		ListCell *cell;

		initStringInfo(&names);
		foreach(cell, dbmig_object_list(from, "tables"))
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
							 ((MapEntry *) lfirst(cell))->key);
		dbmig_step(sink, to, lock_of(from), HAZARD_NONE, true,
				   "ALTER PUBLICATION %s DROP TABLE %s", to->identity,
				   names.data);
	}
	if (dbmig_object_attr(from, "schemas"))
	{
		StringInfoData names;
		ListCell *cell;

		initStringInfo(&names);
		foreach(cell, dbmig_object_list(from, "schemas"))
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
							 (char *) lfirst(cell));
		dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER PUBLICATION %s DROP TABLES IN SCHEMA %s",
				   to->identity, names.data);
	}
}

/* Emits ALTER PUBLICATION. */
static AlterResult
alter_publication(StepSink *sink, const SchemaObject *from,
				  const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	StringInfoData with;
	bool objects = false;

	initStringInfo(&with);
	for (int i = 0; i < ndiffs; i++)
	{
		bool option = false;

		for (int j = 0; j < lengthof(options); j++)
			if (strcmp(diffs[i].name, options[j]) == 0)
			{
				option = true;
				print_option(&with, to, options[j]);
			}
		if (strcmp(diffs[i].name, "tables") == 0 ||
			strcmp(diffs[i].name, "schemas") == 0)
			objects = true;
		else if (!option)
			return ALTER_REPLACE;
	}
	if (with.len > 0)
		dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER PUBLICATION %s SET (%s)", to->identity, with.data);
	if (objects)
		set_objects(sink, from, to);
	return ALTER_DONE;
}

/* Names a publication for COMMENT. */
static char *
publication_target(const SchemaObject *object)
{
	return psprintf("PUBLICATION %s", object->identity);
}

/* Names a publication for OWNER TO. */
static char *
publication_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER PUBLICATION %s", object->identity);
}

const SchemaKind dbmig_kind_publication = {
	.kind = KIND_PUBLICATION,
	.missing = SEVERITY_INTEGRITY,
	.different = SEVERITY_INTEGRITY,
	.create = create_publication,
	.drop = drop_publication,
	.alter = alter_publication,
	.comment_target = publication_target,
	.owner_target = publication_owner_target,
};

const SchemaKind dbmig_kind_subscription = {
	.kind = KIND_SUBSCRIPTION,
	.missing = SEVERITY_INTEGRITY,
	.different = SEVERITY_INTEGRITY,
};
