/*
 * kind_text_search.c
 *		Text search parsers, templates, dictionaries and configurations.
 *
 * Makes text only; none of these statements locks a table.  A generated column
 * or an index that was filled with another configuration is not filled again.
 */
#include "postgres.h"

#include "schema/kind.h"
#include "utils/builtins.h"

/* Names an object for DROP and COMMENT, and OWNER TO with ALTER before it. */
static char *
any_target(const SchemaObject *object)
{
	const char *what = object->kind == KIND_TS_PARSER	  ? "PARSER" :
					   object->kind == KIND_TS_TEMPLATE	  ? "TEMPLATE" :
					   object->kind == KIND_TS_DICTIONARY ? "DICTIONARY" :
															"CONFIGURATION";

	return psprintf("TEXT SEARCH %s %s", what, object->identity);
}

/* Names an object for OWNER TO. */
static char *
any_owner_target(const SchemaObject *object)
{
	return psprintf("ALTER %s", any_target(object));
}

/* Emits DROP. */
static void
drop_any(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "DROP %s",
			   any_target(object));
}

/* Emits CREATE with the attributes given, in parentheses. */
static void
create_with(StepSink *sink, const SchemaObject *object,
			const char *const *attrs, int count)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < count; i++)
	{
		const char *value = dbmig_object_text(object, attrs[i]);

		if (value)
			appendStringInfo(&text, "%s%s = %s", text.len > 0 ? ", " : "",
							 attrs[i], value);
	}
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true, "CREATE %s (%s)",
			   any_target(object), text.data);
}

/* Emits CREATE TEXT SEARCH PARSER. */
static void
create_parser(StepSink *sink, const SchemaObject *object)
{
	static const char *const attrs[] = {"start", "gettoken", "end", "lextypes",
										"headline"};

	create_with(sink, object, attrs, lengthof(attrs));
}

const SchemaKind dbmig_kind_ts_parser = {
	.kind = KIND_TS_PARSER,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_parser,
	.drop = drop_any,
	.comment_target = any_target,
};

/* Emits CREATE TEXT SEARCH TEMPLATE. */
static void
create_template(StepSink *sink, const SchemaObject *object)
{
	static const char *const attrs[] = {"init", "lexize"};

	create_with(sink, object, attrs, lengthof(attrs));
}

const SchemaKind dbmig_kind_ts_template = {
	.kind = KIND_TS_TEMPLATE,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_template,
	.drop = drop_any,
	.comment_target = any_target,
};

/* Emits CREATE TEXT SEARCH DICTIONARY. */
static void
create_dictionary(StepSink *sink, const SchemaObject *object)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, dbmig_object_list(object, "options"))
	{
		MapEntry *option = lfirst(cell);

		appendStringInfo(&text, ", %s = %s", option->key,
						 quote_literal_cstr(option->value));
	}
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE %s (TEMPLATE = %s%s)", any_target(object),
			   dbmig_object_text(object, "template"), text.data);
}

/* Emits ALTER TEXT SEARCH DICTIONARY; an option without a value is removed. */
static AlterResult
alter_dictionary(StepSink *sink, const SchemaObject *from,
				 const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	StringInfoData text;
	ListCell *cell;

	if (ndiffs != 1 || strcmp(diffs[0].name, "options") != 0)
		return ALTER_REPLACE;
	initStringInfo(&text);
	foreach(cell, dbmig_object_list(from, "options"))
	{
		MapEntry *option = lfirst(cell);

		if (dbmig_object_get(to, "options", option->key) == NULL)
			appendStringInfo(&text, ", %s", option->key);
	}
	foreach(cell, dbmig_object_list(to, "options"))
	{
		MapEntry *option = lfirst(cell);
		const char *before = dbmig_object_get(from, "options", option->key);

		if (before == NULL || strcmp(before, option->value) != 0)
			appendStringInfo(&text, ", %s = %s", option->key,
							 quote_literal_cstr(option->value));
	}
	if (text.len > 0)
		dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true, "ALTER %s (%s)",
				   any_target(to), text.data + 2);
	return ALTER_DONE;
}

const SchemaKind dbmig_kind_ts_dictionary = {
	.kind = KIND_TS_DICTIONARY,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_dictionary,
	.drop = drop_any,
	.alter = alter_dictionary,
	.comment_target = any_target,
	.owner_target = any_owner_target,
};

/* Lists the kinds of tokens that a configuration gives to these dictionaries. */
static char *
tokens_with(const SchemaObject *object, const SchemaObject *before,
			const char *dictionaries, bool altered)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, dbmig_object_list(object, "mappings"))
	{
		MapEntry *mapping = lfirst(cell);
		const char *old =
			before ? dbmig_object_get(before, "mappings", mapping->key) : NULL;

		if (strcmp(mapping->value, dictionaries) == 0 &&
			(old != NULL) == altered &&
			(old == NULL || strcmp(old, mapping->value) != 0))
			appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "",
							 mapping->key);
	}
	return text.data;
}

/* Emits ADD MAPPING, or ALTER MAPPING, one for each list of dictionaries. */
static void
map_tokens(StepSink *sink, const SchemaObject *object,
		   const SchemaObject *before, bool altered)
{
	List *mappings = dbmig_object_list(object, "mappings");

	for (int i = 0; i < list_length(mappings); i++)
	{
		const char *dictionaries = ((MapEntry *) list_nth(mappings, i))->value;
		char *tokens;
		bool again = false;

		for (int j = 0; j < i; j++)
			again |= strcmp(((MapEntry *) list_nth(mappings, j))->value,
							dictionaries) == 0;
		if (again)
			continue;
		tokens = tokens_with(object, before, dictionaries, altered);
		if (*tokens)
			dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
					   "ALTER %s %s MAPPING FOR %s WITH %s", any_target(object),
					   altered ? "ALTER" : "ADD", tokens, dictionaries);
	}
}

/* Emits CREATE TEXT SEARCH CONFIGURATION, and its mappings. */
static void
create_configuration(StepSink *sink, const SchemaObject *object)
{
	dbmig_step(sink, object, LOCK_NONE, HAZARD_NONE, true,
			   "CREATE %s (PARSER = %s)", any_target(object),
			   dbmig_object_text(object, "parser"));
	map_tokens(sink, object, NULL, false);
}

/* Emits ALTER TEXT SEARCH CONFIGURATION. */
static AlterResult
alter_configuration(StepSink *sink, const SchemaObject *from,
					const SchemaObject *to, const AttrDiff *diffs, int ndiffs)
{
	StringInfoData gone;
	ListCell *cell;

	if (ndiffs != 1 || strcmp(diffs[0].name, "mappings") != 0)
		return ALTER_REPLACE;
	initStringInfo(&gone);
	foreach(cell, dbmig_object_list(from, "mappings"))
	{
		MapEntry *mapping = lfirst(cell);

		if (dbmig_object_get(to, "mappings", mapping->key) == NULL)
			appendStringInfo(&gone, "%s%s", gone.len > 0 ? ", " : "",
							 mapping->key);
	}
	if (gone.len > 0)
		dbmig_step(sink, to, LOCK_NONE, HAZARD_NONE, true,
				   "ALTER %s DROP MAPPING FOR %s", any_target(to), gone.data);
	map_tokens(sink, to, from, true);
	map_tokens(sink, to, from, false);
	return ALTER_DONE;
}

const SchemaKind dbmig_kind_ts_configuration = {
	.kind = KIND_TS_CONFIGURATION,
	.missing = SEVERITY_BREAKING,
	.different = SEVERITY_BREAKING,
	.create = create_configuration,
	.drop = drop_any,
	.alter = alter_configuration,
	.comment_target = any_target,
	.owner_target = any_owner_target,
};
