/*
 * kind_foreign.c
 *		Foreign-data wrappers, servers and user mappings.
 *
 * Makes text only; none of these statements locks a table, and none connects to
 * another server.  The options of a user mapping, of which one may be a
 * password, are in the statements, as they must be.
 */
#include "postgres.h"

#include "schema/kind.h"
#include "utils/builtins.h"

/* Appends OPTIONS (…) for a new object. */
static void
append_options(StringInfo text, const SchemaObject *object)
{
	const char *separator = " OPTIONS (";
	ListCell *cell;

	foreach(cell, dbmig_object_list(object, "options"))
	{
		MapEntry *option = lfirst(cell);

		appendStringInfo(text, "%s%s %s", separator, option->key,
						 quote_literal_cstr(option->value));
		separator = ", ";
	}
	if (strcmp(separator, ", ") == 0)
		appendStringInfoChar(text, ')');
}

/* Appends OPTIONS (…) that brings options from one state to another. */
static void
append_option_changes(StringInfo text, const SchemaObject *from,
					  const SchemaObject *to)
{
	const char *separator = " OPTIONS (";
	ListCell *cell;

	foreach(cell, dbmig_object_list(from, "options"))
	{
		MapEntry *option = lfirst(cell);

		if (dbmig_object_get(to, "options", option->key))
			continue;
		appendStringInfo(text, "%sDROP %s", separator, option->key);
		separator = ", ";
	}
	foreach(cell, dbmig_object_list(to, "options"))
	{
		MapEntry *option = lfirst(cell);
		const char *before = dbmig_object_get(from, "options", option->key);

		if (before && strcmp(before, option->value) == 0)
			continue;
		appendStringInfo(text, "%s%s %s %s", separator, before ? "SET" : "ADD",
						 option->key, quote_literal_cstr(option->value));
		separator = ", ";
	}
	if (strcmp(separator, ", ") == 0)
		appendStringInfoChar(text, ')');
}

/* Emits CREATE FOREIGN DATA WRAPPER. */
static void
create_wrapper(StepSink *sink, const SchemaObject *object)
{
	const char *handler = dbmig_object_text(object, "handler");
	const char *validator = dbmig_object_text(object, "validator");
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE FOREIGN DATA WRAPPER %s", object->identity);
	if (handler)
		appendStringInfo(&text, " HANDLER %s", handler);
	if (validator)
		appendStringInfo(&text, " VALIDATOR %s", validator);
	append_options(&text, object);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s", text.data);
}

/* Emits DROP FOREIGN DATA WRAPPER. */
static void
drop_wrapper(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "DROP FOREIGN DATA WRAPPER %s", object->identity);
}

/* Emits ALTER FOREIGN DATA WRAPPER. */
static AlterResult
alter_wrapper(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			  const AttrDiff *diffs, int ndiffs)
{
	StringInfoData text;
	bool options = false;

	initStringInfo(&text);
	for (int i = 0; i < ndiffs; i++)
	{
		const char *value;

		if (strcmp(diffs[i].name, "options") == 0)
		{
			options = true;
			continue;
		}
		value = dbmig_object_text(to, diffs[i].name);
		if (strcmp(diffs[i].name, "handler") == 0)
			appendStringInfo(&text, " %s%s", value ? "HANDLER " : "NO HANDLER",
							 value ? value : "");
		else if (strcmp(diffs[i].name, "validator") == 0)
			appendStringInfo(&text, " %s%s",
							 value ? "VALIDATOR " : "NO VALIDATOR",
							 value ? value : "");
		else
			return ALTER_REPLACE;
	}
	if (options)
		append_option_changes(&text, from, to);
	dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER FOREIGN DATA WRAPPER %s%s", to->identity, text.data);
	return ALTER_DONE;
}

/* Names a wrapper for COMMENT and GRANT. */
static char *
wrapper_target(const SchemaObject *object)
{
	return psprintf("FOREIGN DATA WRAPPER %s", object->identity);
}

/* Names a wrapper for OWNER TO. */
static char *
wrapper_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER FOREIGN DATA WRAPPER %s", object->identity);
}

const SchemaKind dbmig_kind_foreign_data_wrapper = {
	.kind = KIND_FOREIGN_DATA_WRAPPER,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_wrapper,
	.drop = drop_wrapper,
	.alter = alter_wrapper,
	.comment_target = wrapper_target,
	.grant_target = wrapper_target,
	.owner_target = wrapper_owner_target,
};

/* Emits CREATE SERVER. */
static void
create_server(StepSink *sink, const SchemaObject *object)
{
	const char *type = dbmig_object_text(object, "type");
	const char *version = dbmig_object_text(object, "version");
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE SERVER %s", object->identity);
	if (type)
		appendStringInfo(&text, " TYPE %s", quote_literal_cstr(type));
	if (version)
		appendStringInfo(&text, " VERSION %s", quote_literal_cstr(version));
	appendStringInfo(&text, " FOREIGN DATA WRAPPER %s",
					 dbmig_object_text(object, "foreign_data_wrapper"));
	append_options(&text, object);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "%s", text.data);
}

/* Emits DROP SERVER. */
static void
drop_server(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP SERVER %s",
			   object->identity);
}

/* Emits ALTER SERVER. */
static AlterResult
alter_server(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			 const AttrDiff *diffs, int ndiffs)
{
	const char *version = dbmig_object_text(to, "version");
	StringInfoData text;
	bool options = false;

	initStringInfo(&text);
	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "version") == 0)
			appendStringInfo(&text, " VERSION %s",
							 version ? quote_literal_cstr(version) : "NULL");
		else if (strcmp(diffs[i].name, "options") == 0)
			options = true;
		else
			return ALTER_REPLACE;
	if (options)
		append_option_changes(&text, from, to);
	dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true, "ALTER SERVER %s%s",
			   to->identity, text.data);
	return ALTER_DONE;
}

/* Names a server for COMMENT. */
static char *
server_target(const SchemaObject *object)
{
	return psprintf("SERVER %s", object->identity);
}

/* Names a server for GRANT. */
static char *
server_grant_target(const SchemaObject *object)
{
	return psprintf("FOREIGN SERVER %s", object->identity);
}

/* Names a server for OWNER TO. */
static char *
server_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER SERVER %s", object->identity);
}

const SchemaKind dbmig_kind_server = {
	.kind = KIND_SERVER,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_server,
	.drop = drop_server,
	.alter = alter_server,
	.comment_target = server_target,
	.grant_target = server_grant_target,
	.owner_target = server_owner_target,
};

/* Emits CREATE USER MAPPING. */
static void
create_mapping(StepSink *sink, const SchemaObject *object)
{
	StringInfoData text;

	initStringInfo(&text);
	append_options(&text, object);
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE USER MAPPING FOR %s%s", object->identity, text.data);
}

/* Emits DROP USER MAPPING. */
static void
drop_mapping(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "DROP USER MAPPING FOR %s", object->identity);
}

/* Emits ALTER USER MAPPING; options that are hidden stay as they are. */
static AlterResult
alter_mapping(StepSink *sink, const SchemaObject *from, const SchemaObject *to,
			  const AttrDiff *diffs, int ndiffs)
{
	StringInfoData text;

	for (int i = 0; i < ndiffs; i++)
		if (strcmp(diffs[i].name, "options") != 0)
			return ALTER_REPLACE;
	if (dbmig_object_text(from, "skipped") || dbmig_object_text(to, "skipped"))
		return ALTER_DONE;
	initStringInfo(&text);
	append_option_changes(&text, from, to);
	dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
			   "ALTER USER MAPPING FOR %s%s", to->identity, text.data);
	return ALTER_DONE;
}

const SchemaKind dbmig_kind_user_mapping = {
	.kind = KIND_USER_MAPPING,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_mapping,
	.drop = drop_mapping,
	.alter = alter_mapping,
};
