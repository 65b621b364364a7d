/*
 * document.c
 *		A schema as jsonb: the snapshot, written and read.
 *
 * jsonb orders the keys of an object by itself, so the same schema gives the
 * same bytes as soon as the attributes do.  Reading accepts less than a
 * snapshot: whatever lacks the header "dbmig" is an expectation that names
 * parts.  Takes no locks.
 */
#include "postgres.h"

#include "schema/document.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#define HEADER "dbmig"


/* Pushes a string. */
static void
push_text(JsonbParseState **state, JsonbIteratorToken token, const char *text)
{
	JsonbValue value;

	if (text == NULL)
		value.type = jbvNull;
	else
	{
		value.type = jbvString;
		value.val.string.val = unconstify(char *, text);
		value.val.string.len = strlen(text);
	}
	pushJsonbValue(state, token, &value);
}

/* Pushes a number. */
static void
push_int(JsonbParseState **state, int64 number)
{
	JsonbValue value;

	value.type = jbvNumeric;
	value.val.numeric = int64_to_numeric(number);
	pushJsonbValue(state, WJB_VALUE, &value);
}

/* Pushes an attribute with its value. */
static void
push_attr(JsonbParseState **state, const SchemaAttr *attr)
{
	JsonbValue value;
	ListCell *cell;

	push_text(state, WJB_KEY, attr->name);
	switch (attr->type)
	{
		case ATTR_TEXT:
			push_text(state, WJB_VALUE, attr->text);
			break;
		case ATTR_BOOL:
			value.type = jbvBool;
			value.val.boolean = true;
			pushJsonbValue(state, WJB_VALUE, &value);
			break;
		case ATTR_ABSENT:
			push_text(state, WJB_VALUE, NULL);
			break;
		case ATTR_INT:
			push_int(state, attr->number);
			break;
		case ATTR_LIST:
			pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
			foreach(cell, attr->list)
				push_text(state, WJB_ELEM, lfirst(cell));
			pushJsonbValue(state, WJB_END_ARRAY, NULL);
			break;
		case ATTR_MAP:
			pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
			foreach(cell, attr->list)
			{
				MapEntry *entry = lfirst(cell);

				push_text(state, WJB_KEY, entry->key);
				push_text(state, WJB_VALUE, entry->value);
			}
			pushJsonbValue(state, WJB_END_OBJECT, NULL);
			break;
	}
}

/* Pushes an object with everything in it, but without its key. */
static void
push_object(JsonbParseState **state, const SchemaObject *object)
{
	ListCell *cell;
	ObjectKind open = KIND_NONE;

	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	foreach(cell, object->attrs)
		push_attr(state, lfirst(cell));
	if (object->depends)
	{
		push_text(state, WJB_KEY, "depends_on");
		pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
		foreach(cell, object->depends)
			push_text(state, WJB_ELEM, lfirst(cell));
		pushJsonbValue(state, WJB_END_ARRAY, NULL);
	}
	/* children are sorted by kind */
	foreach(cell, object->children)
	{
		SchemaObject *child = lfirst(cell);

		if (child->kind != open)
		{
			if (open != KIND_NONE)
				pushJsonbValue(state, WJB_END_OBJECT, NULL);
			open = child->kind;
			push_text(state, WJB_KEY, dbmig_object_kinds[open].container);
			pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
		}
		push_text(state, WJB_KEY, child->key);
		push_object(state, child);
	}
	if (open != KIND_NONE)
		pushJsonbValue(state, WJB_END_OBJECT, NULL);
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

/* Writes a sorted model as jsonb. */
Jsonb *
dbmig_document_write(const SchemaModel *model)
{
	JsonbParseState *state = NULL;
	ListCell *cell;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	if (model->complete)
	{
		push_text(&state, WJB_KEY, HEADER);
		pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
		push_text(&state, WJB_KEY, "snapshot");
		push_int(&state, DBMIG_SNAPSHOT_FORMAT);
		if (model->privileges)
		{
			JsonbValue value;

			push_text(&state, WJB_KEY, "privileges");
			value.type = jbvBool;
			value.val.boolean = true;
			pushJsonbValue(&state, WJB_VALUE, &value);
		}
		if (model->schemas)
		{
			push_text(&state, WJB_KEY, "schemas");
			pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
			foreach(cell, model->schemas)
				push_text(&state, WJB_ELEM, lfirst(cell));
			pushJsonbValue(&state, WJB_END_ARRAY, NULL);
		}
		pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	}
	for (int kind = 0; kind < KIND_COUNT; kind++)
	{
		if (dbmig_object_kinds[kind].child || !model->stated[kind])
			continue;
		push_text(&state, WJB_KEY, dbmig_object_kinds[kind].container);
		pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
		foreach(cell, model->objects[kind])
		{
			SchemaObject *object = lfirst(cell);

			push_text(&state, WJB_KEY, object->key);
			push_object(&state, object);
		}
		pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	}
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

/* Copies a string of a document. */
static char *
value_text(const JsonbValue *value)
{
	return pnstrdup(value->val.string.val, value->val.string.len);
}

/* Copies any scalar of a document as text; NULL for null. */
static char *
scalar_text(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			return value_text(value);
		case jbvNumeric:
			return DatumGetCString(DirectFunctionCall1(numeric_out,
													   NumericGetDatum(value->val
																		   .numeric)));
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		default:
			return NULL;
	}
}

/* Raises the error for a part of a document that cannot be understood. */
static void
refuse(const char *path, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid schema snapshot at \"%s\": %s", path, what),
			 errhint("Snapshots come from dbmig.schema_snapshot() or "
					 "dbmig.schema_from_sql(); see docs/schema.md for the "
					 "parts that an expectation may name.")));
}

/* Finds the end of an identifier, quoted or not, that a stop character ends. */
static const char *
identifier_end(const char *text, char stop)
{
	bool quoted = false;

	for (; *text; text++)
	{
		if (*text == '"')
			quoted = !quoted;
		else if (!quoted && *text == stop)
			break;
	}
	return text;
}

/* Takes a key apart and adds the object that it names. */
static SchemaObject *
add_by_key(SchemaModel *model, ObjectKind kind, SchemaObject *parent,
		   const char *key)
{
	const char *schema = NULL;
	const char *name = key;
	const char *end;

	if (parent)
		return dbmig_object_add(model, kind, parent, NULL, key, NULL);
	if (dbmig_object_kinds[kind].qualified)
	{
		end = identifier_end(key, '.');
		/* a dot behind the parenthesis belongs to the arguments */
		if (*end == '.' && end < identifier_end(key, '('))
		{
			schema = pnstrdup(key, end - key);
			name = end + 1;
		}
		end = identifier_end(name, '(');
		if (*end == '(' && end > name)
			return dbmig_object_add(model, kind, NULL, schema,
									pnstrdup(name, end - name), pstrdup(end));
	}
	return dbmig_object_add(model, kind, NULL, schema, name, NULL);
}

static void
read_object(SchemaModel *model, SchemaObject *object, JsonbContainer *container);

/* Reads the objects of one container. */
static void
read_container(SchemaModel *model, ObjectKind kind, SchemaObject *parent,
			   JsonbContainer *container, const char *path)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue value;
	JsonbIteratorToken token;
	char *key = NULL;

	if (!JsonContainerIsObject(container))
		refuse(path, "an object is expected");
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			key = value_text(&value);
		else if (token == WJB_VALUE)
		{
			SchemaObject *object;

			if (key[0] == '\0')
				refuse(path, "a name is empty");
			object = add_by_key(model, kind, parent, key);
			if (value.type != jbvBinary ||
				!JsonContainerIsObject(value.val.binary.data))
				refuse(object->identity, "an object is expected");
			read_object(model, object, value.val.binary.data);
		}
	}
}

/* Reads an array of strings. */
static List *
read_list(JsonbContainer *container, const char *path)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue value;
	JsonbIteratorToken token;
	List *list = NIL;

	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
		if (token == WJB_ELEM)
		{
			char *text = scalar_text(&value);

			if (text == NULL)
				refuse(path, "an array of strings is expected");
			list = lappend(list, text);
		}
	return list;
}

/* Reads an object of strings. */
static void
read_map(SchemaObject *object, const char *name, JsonbContainer *container)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue value;
	JsonbIteratorToken token;
	char *key = NULL;

	dbmig_object_set_empty_map(object, name);
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			key = value_text(&value);
		else if (token == WJB_VALUE)
			dbmig_object_put(object, name, key, scalar_text(&value));
	}
}

/* Finds the kind of children that this container of an object holds. */
static ObjectKind
child_kind(const SchemaObject *object, const char *container)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
	{
		if (!dbmig_object_kinds[kind].child ||
			strcmp(dbmig_object_kinds[kind].container, container) != 0)
			continue;
		if ((kind == KIND_DOMAIN_CONSTRAINT) == (object->kind == KIND_DOMAIN) &&
			(kind == KIND_ATTRIBUTE) == (object->kind == KIND_COMPOSITE))
			return kind;
	}
	return KIND_NONE;
}

/* Reads an attribute, or the children of one kind. */
static void
read_member(SchemaModel *model, SchemaObject *object, const char *name,
			const JsonbValue *value)
{
	JsonbContainer *container;
	ObjectKind kind;
	SchemaAttr absent = {0};

	/* a snapshot may come from a later minor version of dbmig */
	if (!model->complete && !dbmig_attribute_known(name) &&
		child_kind(object, name) == KIND_NONE)
		refuse(psprintf("%s %s", dbmig_object_kinds[object->kind].label,
						object->identity),
			   psprintf("there is no attribute \"%s\"", name));
	switch (value->type)
	{
		case jbvString:
			dbmig_object_set_text(object, name, value_text(value));
			return;
		case jbvBool:
			if (value->val.boolean)
			{
				dbmig_object_set_bool(object, name, true);
				return;
			}
			/* FALLTHROUGH */
		case jbvNull:
			absent.name = name;
			absent.type = ATTR_ABSENT;
			if (!model->complete)
				dbmig_object_set_attr(object, &absent);
			return;
		case jbvNumeric:
			dbmig_object_set_int(object, name,
								 DatumGetInt64(DirectFunctionCall1(
									 numeric_int8,
									 NumericGetDatum(value->val.numeric))));
			return;
		default:
			break;
	}
	container = value->val.binary.data;
	if (JsonContainerIsArray(container))
	{
		List *list = read_list(container, object->identity);

		if (strcmp(name, "depends_on") == 0)
			object->depends = list;
		else
			dbmig_object_set_list(object, name, list);
		return;
	}
	kind = child_kind(object, name);
	if (kind == KIND_NONE)
		read_map(object, name, container);
	else
		read_container(model, kind, object, container, object->identity);
}

/* Reads an object with everything in it. */
static void
read_object(SchemaModel *model, SchemaObject *object, JsonbContainer *container)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue value;
	JsonbIteratorToken token;
	char *name = NULL;

	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			name = value_text(&value);
		else if (token == WJB_VALUE)
			read_member(model, object, name, &value);
	}
}

/* Finds the kind whose top-level container has this name. */
static ObjectKind
container_kind(const char *container)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (!dbmig_object_kinds[kind].child &&
			strcmp(dbmig_object_kinds[kind].container, container) == 0)
			return kind;
	return KIND_NONE;
}

/* Reads the header, whose presence makes a snapshot. */
static void
read_header(SchemaModel *model, JsonbContainer *root)
{
	JsonbValue buffer;
	JsonbValue *header =
		getKeyJsonValueFromContainer(root, HEADER, strlen(HEADER), &buffer);
	JsonbValue *format;
	JsonbValue *schemas;
	JsonbContainer *container;

	if (header == NULL)
		return;
	if (header->type != jbvBinary ||
		!JsonContainerIsObject(header->val.binary.data))
		refuse(HEADER, "an object is expected");
	container = header->val.binary.data;
	format = getKeyJsonValueFromContainer(container, "snapshot",
										  strlen("snapshot"), NULL);
	if (format == NULL || format->type != jbvNumeric)
		refuse(HEADER, "the number \"snapshot\" is missing");
	if (DatumGetInt64(DirectFunctionCall1(numeric_int8,
										  NumericGetDatum(format->val.numeric))) >
		DBMIG_SNAPSHOT_FORMAT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the snapshot was made by a newer version of dbmig"),
				 errdetail("It has format %s; this version knows formats up to %d.",
						   scalar_text(format), DBMIG_SNAPSHOT_FORMAT),
				 errhint("Update dbmig here, or take the snapshot again with "
						 "the older version.")));
	model->complete = true;
	model->privileges =
		getKeyJsonValueFromContainer(container, "privileges",
									 strlen("privileges"), NULL) != NULL;
	schemas = getKeyJsonValueFromContainer(container, "schemas",
										   strlen("schemas"), NULL);
	if (schemas && schemas->type == jbvBinary &&
		JsonContainerIsArray(schemas->val.binary.data))
		model->schemas = read_list(schemas->val.binary.data, HEADER);
}

/*
 * Reads a snapshot, or an expectation that names parts.  The result lives in
 * the given context, which must outlive it.
 */
SchemaModel *
dbmig_document_read(Jsonb *document, MemoryContext context)
{
	MemoryContext previous = MemoryContextSwitchTo(context);
	SchemaModel *model = dbmig_model_create(context);
	JsonbIterator *it;
	JsonbValue value;
	JsonbIteratorToken token;
	char *name = NULL;

	if (!JB_ROOT_IS_OBJECT(document))
		refuse("", "an object is expected");
	read_header(model, &document->root);
	it = JsonbIteratorInit(&document->root);
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		ObjectKind kind;

		if (token == WJB_KEY)
			name = value_text(&value);
		if (token != WJB_VALUE || strcmp(name, HEADER) == 0)
			continue;
		kind = container_kind(name);
		if (kind == KIND_NONE)
			refuse(name, "no kind of object has this name");
		if (value.type != jbvBinary)
			refuse(name, "an object is expected");
		model->stated[kind] = true;
		read_container(model, kind, NULL, value.val.binary.data, name);
	}
	dbmig_model_sort(model);
	MemoryContextSwitchTo(previous);
	return model;
}
