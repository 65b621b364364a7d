/*
 * resolve.c
 *		The names in an expectation that was written by hand, made those of the
 *		actual schema.
 *
 * A snapshot names everything with its schema, quoted where it must be.  Who
 * writes {"tables": {"User": {}}} means the table that the name leads to.  So
 * each name is looked for as it is, then in quotes; without a schema along the
 * search_path, then in public; a function also without its arguments.  What is not found gets the name that CREATE would
 * give it.  After that nobody else has to know of this.  Takes no locks.
 */
#include "postgres.h"

#include "base/compat.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "parser/parse_type.h"
#include "schema/diff.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

/* Finds an object by its key in the sorted objects of its kind. */
static SchemaObject *
find_key(const SchemaModel *model, ObjectKind kind, const char *key)
{
	const List *objects = model->objects[kind];
	int low = 0;
	int high = list_length(objects);

	while (low < high)
	{
		int middle = (low + high) / 2;
		SchemaObject *object = list_nth(objects, middle);
		int order = strcmp(object->key, key);

		if (order == 0)
			return object;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Finds the first function, aggregate, … of a name, whatever its arguments. */
static SchemaObject *
find_without_arguments(const SchemaModel *model, ObjectKind kind,
					   const char *key)
{
	Size length = strlen(key);
	ListCell *cell;

	foreach(cell, model->objects[kind])
	{
		SchemaObject *object = lfirst(cell);

		if (strncmp(object->key, key, length) == 0 && object->key[length] == '(')
			return object;
	}
	return NULL;
}

/* Finds an object in a schema, by a name that may lack its quotes. */
static SchemaObject *
find_in_schema(const SchemaModel *model, const SchemaObject *expected,
			   const char *schema)
{
	const char *names[2] = {expected->name, quote_identifier(expected->name)};
	const char *arguments = "";
	Size before = expected->schema ? strlen(expected->schema) + 1 : 0;

	if (strlen(expected->key) > before + strlen(expected->name))
		arguments = expected->key + before + strlen(expected->name);
	for (int i = 0; i < lengthof(names); i++)
	{
		SchemaObject *found;
		char *key = schema ? psprintf("%s.%s%s", schema, names[i], arguments) :
							 psprintf("%s%s", names[i], arguments);

		found = find_key(model, expected->kind, key);
		if (found == NULL && arguments[0] == '\0')
			found = find_without_arguments(model, expected->kind, key);
		if (found)
			return found;
	}
	return NULL;
}

/* Finds the object that is meant; NULL if there is none. */
static SchemaObject *
find_object(const SchemaModel *model, const SchemaObject *expected)
{
	SchemaObject *found;
	ListCell *cell;

	if (expected->schema || !dbmig_object_kinds[expected->kind].qualified)
	{
		found = find_in_schema(model, expected, expected->schema);
		if (found == NULL && expected->schema)
			found = find_in_schema(model, expected,
								   quote_identifier(expected->schema));
		return found;
	}
	foreach(cell, fetch_search_path(false))
	{
		char *schema = get_namespace_name(lfirst_oid(cell));

		if (schema == NULL)
			continue;
		found = find_in_schema(model, expected, quote_identifier(schema));
		if (found)
			return found;
	}
	return find_in_schema(model, expected, "public");
}

/* Returns the quoted name of the schema in which CREATE would make something. */
static const char *
creation_schema(void)
{
	ListCell *cell;

	foreach(cell, fetch_search_path(false))
	{
		char *schema = get_namespace_name(lfirst_oid(cell));

		if (schema && !IsCatalogNamespace(lfirst_oid(cell)))
			return quote_identifier(schema);
	}
	return "public";
}

/* Gives an object and all in it the names that follow from its parent's. */
static void
rename_children(SchemaObject *object)
{
	ListCell *cell;

	foreach(cell, object->children)
	{
		SchemaObject *child = lfirst(cell);

		child->schema = object->schema;
		child->identity = child->kind == KIND_INDEX && object->schema ?
							  psprintf("%s.%s", object->schema, child->key) :
							  psprintf("%s.%s", object->identity, child->key);
		child->ref = NULL;
		rename_children(child);
	}
}

/* A type that is to be looked up. */
typedef struct TypeLookup
{
	const char *name;
	char *canonical; /* result; NULL if there is no such type here */
	MemoryContext context;
} TypeLookup;

/* Looks a type up by the caller's search_path, and names it without. */
static void
look_type_up(void *arg)
{
	TypeLookup *lookup = arg;
	Oid type;
	int32 typmod;
	char *canonical;
	int level;

	parseTypeString(lookup->name, &type, &typmod, DBMIG_PARSE_TYPE_RAISE);
	level = NewGUCNestLevel();
	(void) set_config_option("search_path", "", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	canonical = format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN);
	AtEOXact_GUC(true, level);
	lookup->canonical = MemoryContextStrdup(lookup->context, canonical);
}

/* Makes "int4" of an expectation "integer", as the server would say. */
static void
resolve_type(SchemaObject *object)
{
	TypeLookup lookup = {.name = dbmig_object_text(object, "type"),
						 .context = CurrentMemoryContext};
	ErrorData *error;

	if (lookup.name == NULL ||
		(object->kind != KIND_COLUMN && object->kind != KIND_ATTRIBUTE &&
		 object->kind != KIND_DOMAIN))
		return;
	/* What is no type here may be one where the actual schema comes from. */
	error = dbmig_error_catch(look_type_up, &lookup, CurrentMemoryContext);
	if (error == NULL)
		dbmig_object_set_text(object, "type", lookup.canonical);
	else if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		dbmig_error_raise(error);
}

/* Gives the children of an expected object the names of the actual ones. */
static void
resolve_children(SchemaObject *expected, const SchemaObject *actual)
{
	ListCell *cell;

	foreach(cell, expected->children)
	{
		SchemaObject *child = lfirst(cell);
		const char *quoted = quote_identifier(child->key);

		if (strcmp(quoted, child->key) == 0 ||
			(actual && dbmig_object_child(actual, child->kind, child->key)))
			continue;
		/* a new name is taken as it is, unless it has its quotes already */
		if ((actual && dbmig_object_child(actual, child->kind, quoted)) ||
			(child->key[0] != '"' && strchr(child->key, '(') == NULL))
			child->key = child->name = quoted;
	}
	foreach(cell, expected->children)
		resolve_type(lfirst(cell));
}

/* Gives an expected object its full name. */
static void
resolve_object(SchemaObject *object, const SchemaModel *actual)
{
	SchemaObject *found = find_object(actual, object);

	if (found)
	{
		object->schema = found->schema;
		object->name = found->name;
		object->key = found->key;
		object->identity = found->identity;
	}
	else if (object->schema == NULL && dbmig_object_kinds[object->kind].qualified)
	{
		object->schema = creation_schema();
		object->key =
			psprintf("%s.%s", object->schema,
					 object->key[0] == '"' || strchr(object->key, '(') ?
						 object->key :
						 quote_identifier(object->key));
		object->name = object->key + strlen(object->schema) + 1;
		object->identity = object->key;
	}
	object->ref = NULL;
	resolve_type(object);
	resolve_children(object, found);
	rename_children(object);
}

/*
 * Makes the names in an expectation those of the actual schema.  A snapshot
 * stays as it is.
 */
void
dbmig_expectation_resolve(SchemaModel *expected, const SchemaModel *actual)
{
	MemoryContext previous;

	if (expected->complete)
		return;
	Assert(expected->index == NULL);
	previous = MemoryContextSwitchTo(expected->context);
	for (int kind = 0; kind < KIND_COUNT; kind++)
	{
		ListCell *cell;

		foreach(cell, expected->objects[kind])
			resolve_object(lfirst(cell), actual);
	}
	dbmig_model_sort(expected);
	MemoryContextSwitchTo(previous);
}
