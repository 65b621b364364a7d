/*
 * describe.c
 *		Objects of a schema in one line, for who reads a list of differences.
 *
 * Tables, columns and types have a wording of their own; of everything else the
 * CREATE statement is shown, in one line and cut off where it gets long.
 * Reads nothing but the object and takes no locks.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "schema/diff.h"

#define MAX_DESCRIPTION 200 /* bytes */

/* Puts a text into one line and cuts it off where it gets long. */
static char *
one_line(const char *text)
{
	StringInfoData line;
	bool space = false;

	initStringInfo(&line);
	for (; *text; text++)
	{
		if (strchr(" \t\r\n", *text))
		{
			space = line.len > 0;
			continue;
		}
		if (space)
			appendStringInfoChar(&line, ' ');
		space = false;
		appendStringInfoChar(&line, *text);
		if (line.len > MAX_DESCRIPTION + MAX_MULTIBYTE_CHAR_LEN)
			break;
	}
	if (line.len > MAX_DESCRIPTION)
	{
		line.len = pg_mbcliplen(line.data, line.len, MAX_DESCRIPTION);
		line.data[line.len] = '\0';
		appendStringInfoString(&line, " ...");
	}
	return line.data;
}

/* Adds a word, with the value of an attribute that is there. */
static void
append_attr(StringInfo line, const SchemaObject *object, const char *name,
			const char *before, const char *after)
{
	SchemaAttr *attr = dbmig_object_attr(object, name);

	if (attr == NULL || attr->type == ATTR_ABSENT)
		return;
	if (line->len > 0)
		appendStringInfoChar(line, ' ');
	appendStringInfoString(line, before);
	if (attr->type != ATTR_BOOL)
		appendStringInfo(line, "%s%s", dbmig_attr_print(attr), after);
}

/* Describes a column, or an attribute of a composite type. */
static char *
describe_column(const SchemaObject *object)
{
	const char *generated = dbmig_object_text(object, "generated");
	const char *identity = dbmig_object_text(object, "identity");
	StringInfoData line;

	initStringInfo(&line);
	append_attr(&line, object, "type", "", "");
	append_attr(&line, object, "collation", "COLLATE ", "");
	append_attr(&line, object, "not_null", "NOT NULL", "");
	if (identity)
		appendStringInfo(&line, " GENERATED %s AS IDENTITY",
						 strcmp(identity, "always") == 0 ? "ALWAYS" :
														   "BY DEFAULT");
	append_attr(&line, object, "expression", "GENERATED ALWAYS AS ", "");
	if (generated)
		appendStringInfo(&line, " %s",
						 strcmp(generated, "stored") == 0 ? "STORED" :
															"VIRTUAL");
	append_attr(&line, object, "default", "DEFAULT ", "");
	return line.len > 0 ? line.data : NULL;
}

/* Describes a table, or a composite type, by its size. */
static char *
describe_members(const SchemaObject *object, ObjectKind kind, const char *noun,
				 bool complete)
{
	StringInfoData line;
	const char *of = dbmig_object_text(object, "partition_of");
	ListCell *cell;
	int count = 0;

	foreach(cell, object->children)
		count += ((SchemaObject *) lfirst(cell))->kind == kind;
	if (count == 0 && of == NULL && !complete)
		return NULL;
	initStringInfo(&line);
	if (of)
		appendStringInfo(&line, "partition of %s", of);
	else
		appendStringInfo(&line, "%d %s%s", count, noun, count == 1 ? "" : "s");
	return line.data;
}

/* Describes an object by its attributes. */
static char *
describe_attributes(const SchemaObject *object)
{
	StringInfoData line;
	ListCell *cell;

	initStringInfo(&line);
	foreach(cell, object->attrs)
	{
		SchemaAttr *attr = lfirst(cell);

		if (attr->type == ATTR_ABSENT || strcmp(attr->name, "comment") == 0 ||
			strcmp(attr->name, "position") == 0)
			continue;
		appendStringInfo(&line, "%s%s", line.len ? ", " : "", attr->name);
		if (attr->type != ATTR_BOOL)
			appendStringInfo(&line, " %s", dbmig_attr_print(attr));
	}
	return line.len > 0 ? one_line(line.data) : NULL;
}

/* Describes an object by the first statement that would make it. */
static char *
describe_statement(const SchemaObject *object)
{
	const SchemaKind *kind = dbmig_schema_kind(object->kind);
	StepSink sink = {.fresh = true};
	const char *sql;
	const char *add;

	if (kind == NULL || kind->create == NULL)
		return describe_attributes(object);
	kind->create(&sink, object);
	if (sink.steps == NIL)
		return describe_attributes(object);
	sql = ((FixStep *) linitial(sink.steps))->sql;
	/* ALTER TABLE app.t ADD CONSTRAINT c UNIQUE (a): the end is enough */
	if (object->kind == KIND_CONSTRAINT ||
		object->kind == KIND_DOMAIN_CONSTRAINT)
	{
		add = strstr(sql, psprintf(" ADD CONSTRAINT %s ", object->name));
		if (add)
			sql = add + strlen(" ADD CONSTRAINT ") + strlen(object->name) + 1;
	}
	return one_line(sql);
}

/* Returns an object in one line; NULL where there is nothing to say. */
char *
dbmig_object_describe(const SchemaObject *object, bool complete)
{
	SchemaAttr *attr;

	switch (object->kind)
	{
		case KIND_SCHEMA:
			return NULL;
		case KIND_TABLE:
			return describe_members(object, KIND_COLUMN, "column", complete);
		case KIND_COMPOSITE:
			return describe_members(object, KIND_ATTRIBUTE, "attribute",
									complete);
		case KIND_COLUMN:
		case KIND_ATTRIBUTE:
			return describe_column(object);
		case KIND_ENUM:
			attr = dbmig_object_attr(object, "values");
			return attr && attr->type == ATTR_LIST ? dbmig_attr_print(attr) :
													 NULL;
		case KIND_UNMODELLED:
			return describe_attributes(object);
		default:
			return complete ? describe_statement(object) :
							  describe_attributes(object);
	}
}
