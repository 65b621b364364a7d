/*
 * counterpart.c
 *		Two snapshots of one schema each, whose names differ: the one stands in
 *		for the other, as where the tables of another server were imported into a
 *		schema of their own.
 *
 * The names of the actual schema are made those of the expected one before
 * anything is compared.  That is done in the text of the document, word by word:
 * a name that is followed by a dot, outside of literals that are no names.  An
 * alias of a query that has the name of the schema is taken for it.
 *
 * A foreign table has no keys, checks, indexes, defaults or triggers of its own:
 * it says of the table behind it what columns it has, of which types, and
 * whether they may be null.  Where one schema holds nothing but foreign tables,
 * no more than that is compared.  Takes no locks.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "parser/scansup.h"
#include "schema/diff.h"
#include "schema/document.h"
#include "utils/builtins.h"

/* What a foreign table says about the columns behind it. */
static const char *const imported_attributes[] = {"type", "collation",
												  "not_null"};

/* Returns where a word, a quoted name or a literal ends that begins here. */
static const char *
token_end(const char *text)
{
	const char *end = text + 1;
	const char *close;

	if (*text == '"' || *text == '\'')
	{
		while (*end && (*end != *text || end[1] == *text))
			end += *end == *text ? 2 : 1;
		return *end ? end + 1 : end;
	}
	if (*text == '$')
	{
		while (*end && *end != '$' && !scanner_isspace(*end))
			end++;
		if (*end != '$')
			return text + 1;
		close = strstr(end + 1, pnstrdup(text, end - text + 1));
		return close ? close + (end - text + 1) : text + strlen(text);
	}
	while (isalnum((unsigned char) *end) || *end == '_' || *end == '$' ||
		   IS_HIGHBIT_SET(*end))
		end++;
	return end;
}

/* Replaces one schema by another in a text that may hold qualified names. */
static char *
replace_schema(const char *text, const char *from, const char *to)
{
	StringInfoData result;
	Size length = strlen(from);
	bool after_dot = false;

	if (strstr(text, from) == NULL)
		return pstrdup(text);
	initStringInfo(&result);
	while (*text)
	{
		const char *end = text + 1;

		if (*text == '"' || *text == '\'' || *text == '$' || *text == '_' ||
			isalnum((unsigned char) *text) || IS_HIGHBIT_SET(*text))
			end = token_end(text);
		if (!after_dot && *end == '.' && end - text == length &&
			strncmp(text, from, length) == 0)
			appendStringInfoString(&result, to);
		else if (*text == '\'' && strncmp(end, "::reg", strlen("::reg")) == 0)
		{
			/* nextval('app.ids'::regclass) */
			appendStringInfoChar(&result, '\'');
			appendStringInfoString(&result,
								   replace_schema(pnstrdup(text + 1,
														   end - text - 2),
												  from, to));
			appendStringInfoChar(&result, '\'');
		}
		else
			appendBinaryStringInfo(&result, text, end - text);
		after_dot = *text == '.';
		text = end;
	}
	return result.data;
}

/* Replaces one schema by another in a string of a document. */
static void
replace_value(JsonbValue *value, const char *from, const char *to, bool whole)
{
	char *text = pnstrdup(value->val.string.val, value->val.string.len);

	if (whole && strcmp(text, from) == 0)
		text = pstrdup(to);
	else
		text = replace_schema(text, from, to);
	value->val.string.val = text;
	value->val.string.len = strlen(text);
}

/* Copies a snapshot, with other names for one of its schemas. */
static Jsonb *
copy_renamed(Jsonb *document, const char *from, const char *to)
{
	JsonbParseState *state = NULL;
	JsonbValue *result = NULL;
	JsonbIterator *it = JsonbIteratorInit(&document->root);
	JsonbIteratorToken token;
	JsonbValue value;
	int depth = 0;
	bool schemas = false; /* inside of the container of schemas */
	bool comment = false; /* at the value of a comment */

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		switch (token)
		{
			case WJB_BEGIN_OBJECT:
				depth++;
				break;
			case WJB_END_OBJECT:
				depth--;
				break;
			case WJB_KEY:
				if (depth == 1)
					schemas = value.val.string.len == strlen("schemas") &&
							  strncmp(value.val.string.val, "schemas",
									  value.val.string.len) == 0;
				comment = depth > 2 &&
						  value.val.string.len == strlen("comment") &&
						  strncmp(value.val.string.val, "comment",
								  value.val.string.len) == 0;
				if (depth == 2)
					replace_value(&value, from, to, schemas);
				break;
			case WJB_VALUE:
			case WJB_ELEM:
				if (value.type == jbvString && !comment)
					replace_value(&value, from, to, false);
				break;
			default:
				break;
		}
		result = pushJsonbValue(&state, token,
								token == WJB_KEY || token == WJB_VALUE ||
										token == WJB_ELEM ?
									&value :
									NULL);
	}
	return JsonbValueToJsonb(result);
}

/* Does a schema hold foreign tables and nothing else? */
static bool
is_imported(const SchemaModel *model)
{
	ListCell *cell;

	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (dbmig_object_kinds[kind].qualified && kind != KIND_TABLE &&
			model->objects[kind] != NIL)
			return false;
	foreach(cell, model->objects[KIND_TABLE])
	{
		const char *kind = dbmig_object_text(lfirst(cell), "kind");

		if (kind == NULL || strcmp(kind, "foreign") != 0)
			return false;
	}
	return model->objects[KIND_TABLE] != NIL;
}

/* Leaves of an object only the attributes named. */
static void
keep_attributes(SchemaObject *object, const char *const *names, int count)
{
	List *attrs = object->attrs;
	ListCell *cell;

	object->attrs = NIL;
	foreach(cell, attrs)
	{
		SchemaAttr *attr = lfirst(cell);

		for (int i = 0; i < count; i++)
			if (strcmp(attr->name, names[i]) == 0)
				dbmig_object_set_attr(object, attr);
	}
}

/* Leaves of a schema only what can be imported. */
static void
keep_importable(SchemaModel *model)
{
	ListCell *cell;
	ListCell *inner;

	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (kind != KIND_TABLE)
		{
			model->objects[kind] = NIL;
			model->stated[kind] = false;
		}
	foreach(cell, model->objects[KIND_TABLE])
	{
		SchemaObject *table = lfirst(cell);
		List *columns = NIL;

		table->attrs = NIL;
		foreach(inner, table->children)
		{
			SchemaObject *child = lfirst(inner);

			if (child->kind != KIND_COLUMN)
				continue;
			keep_attributes(child, imported_attributes,
							lengthof(imported_attributes));
			columns = lappend(columns, child);
		}
		table->children = columns;
	}
}

/*
 * Reads the actual side of a comparison of two snapshots.  If each is limited
 * to one schema, it gets the names of the expected one.
 */
SchemaModel *
dbmig_diff_counterpart(SchemaModel **expected, Jsonb *expected_document,
					   Jsonb *actual_document, MemoryContext context)
{
	SchemaModel *actual = dbmig_document_read(actual_document, context);
	List *schemas = (*expected)->schemas;
	const char *from;
	const char *to;

	if (!(*expected)->complete || !actual->complete ||
		list_length(schemas) != 1 || list_length(actual->schemas) != 1 ||
		strcmp(linitial(schemas), linitial(actual->schemas)) == 0)
		return actual;
	from = quote_identifier(linitial(actual->schemas));
	to = quote_identifier(linitial(schemas));
	actual =
		dbmig_document_read(copy_renamed(actual_document, from, to), context);
	actual->schemas = schemas;
	if (!is_imported(actual) && !is_imported(*expected))
		return actual;
	/* types of imported columns are those of the schema beside it */
	*expected =
		dbmig_document_read(copy_renamed(expected_document, from, to), context);
	(*expected)->schemas = schemas;
	keep_importable(*expected);
	keep_importable(actual);
	return actual;
}
