/*
 * object.c
 *		A schema as values: making the tree, asking it, sorting it.
 *
 * Attributes are few for each object, so they are a list that is searched from
 * the front.  Objects are found by kind and identity through a hash table, which
 * is only made when somebody looks for one: a snapshot never does.  Takes no
 * locks and reads nothing.
 */
#include "postgres.h"

#include "catalog/object.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"

const ObjectKindInfo dbmig_object_kinds[KIND_COUNT] = {
	[KIND_SCHEMA] = {"schema", "schemas", false, false},
	[KIND_EXTENSION] = {"extension", "extensions", false, false},
	[KIND_LANGUAGE] = {"language", "languages", false, false},
	[KIND_COLLATION] = {"collation", "collations", false, true},
	[KIND_ENUM] = {"enum", "enums", false, true},
	[KIND_DOMAIN] = {"domain", "domains", false, true},
	[KIND_DOMAIN_CONSTRAINT] = {"domain constraint", "constraints", true, false},
	[KIND_COMPOSITE] = {"composite type", "composite_types", false, true},
	[KIND_ATTRIBUTE] = {"attribute", "attributes", true, false},
	[KIND_RANGE] = {"range type", "range_types", false, true},
	[KIND_SEQUENCE] = {"sequence", "sequences", false, true},
	[KIND_FUNCTION] = {"function", "functions", false, true},
	[KIND_PROCEDURE] = {"procedure", "procedures", false, true},
	[KIND_AGGREGATE] = {"aggregate", "aggregates", false, true},
	[KIND_OPERATOR] = {"operator", "operators", false, true},
	[KIND_OPERATOR_FAMILY] = {"operator family", "operator_families", false,
							  true},
	[KIND_OPERATOR_CLASS] = {"operator class", "operator_classes", false, true},
	[KIND_CAST] = {"cast", "casts", false, false},
	[KIND_CONVERSION] = {"conversion", "conversions", false, true},
	[KIND_TRANSFORM] = {"transform", "transforms", false, false},
	[KIND_ACCESS_METHOD] = {"access method", "access_methods", false, false},
	[KIND_TS_PARSER] = {"text search parser", "text_search_parsers", false, true},
	[KIND_TS_TEMPLATE] = {"text search template", "text_search_templates",
						  false, true},
	[KIND_TS_DICTIONARY] = {"text search dictionary",
							"text_search_dictionaries", false, true},
	[KIND_TS_CONFIGURATION] = {"text search configuration",
							   "text_search_configurations", false, true},
	[KIND_FOREIGN_DATA_WRAPPER] = {"foreign-data wrapper",
								   "foreign_data_wrappers", false, false},
	[KIND_SERVER] = {"server", "servers", false, false},
	[KIND_USER_MAPPING] = {"user mapping", "user_mappings", false, false},
	[KIND_TABLE] = {"table", "tables", false, true},
	[KIND_COLUMN] = {"column", "columns", true, false},
	[KIND_CONSTRAINT] = {"constraint", "constraints", true, false},
	[KIND_VIEW] = {"view", "views", false, true},
	[KIND_MATERIALIZED_VIEW] = {"materialized view", "materialized_views",
								false, true},
	[KIND_INDEX] = {"index", "indexes", true, false},
	[KIND_TRIGGER] = {"trigger", "triggers", true, false},
	[KIND_POLICY] = {"policy", "policies", true, false},
	[KIND_RULE] = {"rule", "rules", true, false},
	[KIND_STATISTICS] = {"statistics object", "statistics", false, true},
	[KIND_EVENT_TRIGGER] = {"event trigger", "event_triggers", false, false},
	[KIND_PUBLICATION] = {"publication", "publications", false, false},
	[KIND_SUBSCRIPTION] = {"subscription", "subscriptions", false, false},
	[KIND_DEFAULT_PRIVILEGES] = {"default privileges", "default_privileges",
								 false, false},
	[KIND_UNMODELLED] = {"unmodelled", "unmodelled", false, false},
};

/* An entry of the model's hash table. */
typedef struct IndexEntry
{
	const char *ref; /* key */
	SchemaObject *object;
} IndexEntry;

/* Joins three strings, of which the last two may be NULL. */
static char *
join(const char *a, const char *b, const char *c)
{
	Size la = strlen(a);
	Size lb = b ? strlen(b) : 0;
	Size lc = c ? strlen(c) : 0;
	char *result = palloc(la + lb + lc + 1);

	memcpy(result, a, la);
	if (b)
		memcpy(result + la, b, lb);
	if (c)
		memcpy(result + la + lb, c, lc);
	result[la + lb + lc] = '\0';
	return result;
}

/* Makes an empty model whose parts will live in the given context. */
SchemaModel *
dbmig_model_create(MemoryContext context)
{
	SchemaModel *model = MemoryContextAllocZero(context, sizeof(SchemaModel));

	model->context = context;
	return model;
}

/* Hashes a key that is a pointer to a string. */
static uint32
hash_ref(const void *key, Size size)
{
	const char *ref = *(const char *const *) key;

	return hash_bytes((const unsigned char *) ref, strlen(ref));
}

/* Compares two such keys. */
static int
match_ref(const void *a, const void *b, Size size)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Puts an object, not its children, into the hash table. */
static void
index_object(SchemaModel *model, SchemaObject *object)
{
	const char *ref = dbmig_object_ref(object);
	bool found;
	IndexEntry *entry = hash_search(model->index, &ref, HASH_ENTER, &found);

	if (!found)
		entry->object = object;
}

/* Puts an object and all its children into the hash table. */
static void
index_tree(SchemaModel *model, SchemaObject *object)
{
	ListCell *cell;

	index_object(model, object);
	foreach(cell, object->children)
		index_tree(model, lfirst(cell));
}

/* Makes the hash table, if it is not there. */
static void
index_model(SchemaModel *model)
{
	HASHCTL ctl = {0};
	MemoryContext previous;
	ListCell *cell;

	if (model->index)
		return;
	ctl.keysize = sizeof(char *);
	ctl.entrysize = sizeof(IndexEntry);
	ctl.hash = hash_ref;
	ctl.match = match_ref;
	ctl.hcxt = model->context;
	previous = MemoryContextSwitchTo(model->context);
	model->index =
		hash_create("dbmig objects", 1024, &ctl,
					HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		foreach(cell, model->objects[kind])
			index_tree(model, lfirst(cell));
	MemoryContextSwitchTo(previous);
}

/* Finds an object by what dbmig_object_ref() calls it; NULL if there is none. */
SchemaObject *
dbmig_model_find_ref(const SchemaModel *model, const char *ref)
{
	IndexEntry *entry;

	index_model(unconstify(SchemaModel *, model));
	entry = hash_search(model->index, &ref, HASH_FIND, NULL);
	return entry ? entry->object : NULL;
}

/* Finds an object by kind and identity; NULL if there is none. */
SchemaObject *
dbmig_model_find(const SchemaModel *model, ObjectKind kind, const char *identity)
{
	char *ref = psprintf("%s %s", dbmig_object_kinds[kind].label, identity);
	SchemaObject *object = dbmig_model_find_ref(model, ref);

	pfree(ref);
	return object;
}

/* Orders objects by kind and key. */
static int
compare_objects(const ListCell *a, const ListCell *b)
{
	const SchemaObject *x = lfirst(a);
	const SchemaObject *y = lfirst(b);

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->key, y->key);
}

/* Orders text. */
static int
compare_text(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* Sorts dependencies, which name each object once, and children. */
static void
sort_object(SchemaObject *object)
{
	ListCell *cell;
	List *unique = NIL;

	list_sort(object->depends, compare_text);
	foreach(cell, object->depends)
		if (unique == NIL || strcmp(llast(unique), lfirst(cell)) != 0)
			unique = lappend(unique, lfirst(cell));
	object->depends = unique;
	list_sort(object->children, compare_objects);
	foreach(cell, object->children)
		sort_object(lfirst(cell));
}

/* Puts everything into the order in which it is printed. */
void
dbmig_model_sort(SchemaModel *model)
{
	MemoryContext previous = MemoryContextSwitchTo(model->context);

	for (int kind = 0; kind < KIND_COUNT; kind++)
	{
		ListCell *cell;

		list_sort(model->objects[kind], compare_objects);
		foreach(cell, model->objects[kind])
			sort_object(lfirst(cell));
	}
	MemoryContextSwitchTo(previous);
}

/*
 * Adds an object, see object.h.  An index or a trigger is known by the schema
 * of its parent: an index's identity is schema.name, since it has a name of its
 * own there; all other children's is the parent's with the name behind it.
 */
SchemaObject *
dbmig_object_add(SchemaModel *model, ObjectKind kind, SchemaObject *parent,
				 const char *schema, const char *name, const char *args)
{
	MemoryContext previous = MemoryContextSwitchTo(model->context);
	SchemaObject *object = palloc0(sizeof(SchemaObject));

	object->kind = kind;
	object->parent = parent;
	object->name = name;
	object->stated = true;
	object->schema = parent ? parent->schema : schema;
	if (parent)
	{
		object->key = args ? join(name, args, NULL) : name;
		object->identity = kind == KIND_INDEX && parent->schema ?
							   join(parent->schema, ".", object->key) :
							   join(parent->identity, ".", object->key);
		parent->children = lappend(parent->children, object);
	}
	else
	{
		char *bare = args ? join(name, args, NULL) : unconstify(char *, name);

		object->key = schema ? join(schema, ".", bare) : bare;
		object->identity = object->key;
		model->objects[kind] = lappend(model->objects[kind], object);
	}
	if (model->index)
		index_object(model, object);
	MemoryContextSwitchTo(previous);
	return object;
}

/* Returns what users call the kind of this object. */
const char *
dbmig_object_label(const SchemaObject *object)
{
	const char *type;

	if (object->kind == KIND_CONSTRAINT &&
		(type = dbmig_object_text(object, "type")) != NULL)
		return type;
	if (object->kind == KIND_TABLE &&
		(type = dbmig_object_text(object, "kind")) != NULL &&
		strcmp(type, "foreign") == 0)
		return "foreign table";
	return dbmig_object_kinds[object->kind].label;
}

/* Returns the text by which depends_on names this object. */
const char *
dbmig_object_ref(const SchemaObject *object)
{
	if (object->ref == NULL)
	{
		MemoryContext previous =
			MemoryContextSwitchTo(GetMemoryChunkContext(unconstify(SchemaObject *,
																   object)));

		unconstify(SchemaObject *, object)->ref =
			join(dbmig_object_kinds[object->kind].label, " ", object->identity);
		MemoryContextSwitchTo(previous);
	}
	return object->ref;
}

/* Finds a child; NULL if there is none. */
SchemaObject *
dbmig_object_child(const SchemaObject *object, ObjectKind kind, const char *key)
{
	ListCell *cell;

	foreach(cell, object->children)
	{
		SchemaObject *child = lfirst(cell);

		if (child->kind == kind && strcmp(child->key, key) == 0)
			return child;
	}
	return NULL;
}

/* Finds an attribute; NULL if it is absent. */
SchemaAttr *
dbmig_object_attr(const SchemaObject *object, const char *name)
{
	ListCell *cell;

	foreach(cell, object->attrs)
	{
		SchemaAttr *attr = lfirst(cell);

		if (attr->name == name || strcmp(attr->name, name) == 0)
			return attr;
	}
	return NULL;
}

/* Returns the attribute of this name, made if it was absent. */
static SchemaAttr *
want_attr(SchemaObject *object, const char *name, AttrType type)
{
	SchemaAttr *attr = dbmig_object_attr(object, name);

	if (attr == NULL)
	{
		MemoryContext previous =
			MemoryContextSwitchTo(GetMemoryChunkContext(object));

		attr = palloc0(sizeof(SchemaAttr));
		attr->name = name;
		object->attrs = lappend(object->attrs, attr);
		MemoryContextSwitchTo(previous);
	}
	attr->type = type;
	return attr;
}

/* Sets a text. */
void
dbmig_object_set_text(SchemaObject *object, const char *name, const char *value)
{
	if (value)
		want_attr(object, name, ATTR_TEXT)->text = value;
}

/* Sets a flag. */
void
dbmig_object_set_bool(SchemaObject *object, const char *name, bool value)
{
	if (value)
		want_attr(object, name, ATTR_BOOL);
}

/* Sets a number. */
void
dbmig_object_set_int(SchemaObject *object, const char *name, int64 value)
{
	want_attr(object, name, ATTR_INT)->number = value;
}

/* Sets a list of char *. */
void
dbmig_object_set_list(SchemaObject *object, const char *name, List *value)
{
	if (value != NIL)
		want_attr(object, name, ATTR_LIST)->list = value;
}

/* Makes a map that may stay empty. */
void
dbmig_object_set_empty_map(SchemaObject *object, const char *name)
{
	want_attr(object, name, ATTR_MAP);
}

/* Sets an entry of a map, which is kept sorted. */
void
dbmig_object_put(SchemaObject *object, const char *name, const char *key,
				 const char *value)
{
	SchemaAttr *attr = want_attr(object, name, ATTR_MAP);
	MemoryContext previous =
		MemoryContextSwitchTo(GetMemoryChunkContext(object));
	MapEntry *entry;
	int place = 0;

	for (; place < list_length(attr->list); place++)
	{
		int order = strcmp(((MapEntry *) list_nth(attr->list, place))->key, key);

		if (order == 0)
		{
			((MapEntry *) list_nth(attr->list, place))->value = value;
			MemoryContextSwitchTo(previous);
			return;
		}
		if (order > 0)
			break;
	}
	entry = palloc(sizeof(MapEntry));
	entry->key = key;
	entry->value = value;
	attr->list = list_insert_nth(attr->list, place, entry);
	MemoryContextSwitchTo(previous);
}

/* Removes an attribute. */
void
dbmig_object_unset(SchemaObject *object, const char *name)
{
	SchemaAttr *attr = dbmig_object_attr(object, name);

	if (attr)
		object->attrs = list_delete_ptr(object->attrs, attr);
}

/* Sets an attribute to the value of another object's. */
void
dbmig_object_set_attr(SchemaObject *object, const SchemaAttr *attr)
{
	*want_attr(object, attr->name, attr->type) = *attr;
}

/* Returns a text; NULL if absent. */
const char *
dbmig_object_text(const SchemaObject *object, const char *name)
{
	SchemaAttr *attr = dbmig_object_attr(object, name);

	return attr && attr->type == ATTR_TEXT ? attr->text : NULL;
}

/* Returns a flag. */
bool
dbmig_object_bool(const SchemaObject *object, const char *name)
{
	SchemaAttr *attr = dbmig_object_attr(object, name);

	return attr && attr->type == ATTR_BOOL;
}

/* Returns a number. */
int64
dbmig_object_int(const SchemaObject *object, const char *name, int64 if_absent)
{
	SchemaAttr *attr = dbmig_object_attr(object, name);

	return attr && attr->type == ATTR_INT ? attr->number : if_absent;
}

/* Returns a list, of char * or of MapEntry *. */
List *
dbmig_object_list(const SchemaObject *object, const char *name)
{
	SchemaAttr *attr = dbmig_object_attr(object, name);

	return attr ? attr->list : NIL;
}

/* Returns an entry of a map; NULL if absent. */
const char *
dbmig_object_get(const SchemaObject *object, const char *name, const char *key)
{
	ListCell *cell;
	SchemaAttr *attr = dbmig_object_attr(object, name);

	if (attr == NULL || attr->type != ATTR_MAP)
		return NULL;
	foreach(cell, attr->list)
	{
		MapEntry *entry = lfirst(cell);

		if (strcmp(entry->key, key) == 0)
			return entry->value;
	}
	return NULL;
}

/* Compares two texts of which either may be NULL. */
static bool
text_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Compares two attributes, of which either may be absent (NULL). */
bool
dbmig_attr_equal(const SchemaAttr *a, const SchemaAttr *b)
{
	ListCell *x;
	ListCell *y;

	if (a && a->type == ATTR_ABSENT)
		a = NULL;
	if (b && b->type == ATTR_ABSENT)
		b = NULL;
	if (a == NULL || b == NULL)
		return a == b;
	if (a->type != b->type)
		return false;
	switch (a->type)
	{
		case ATTR_TEXT:
			return text_equal(a->text, b->text);
		case ATTR_BOOL:
		case ATTR_ABSENT:
			return true;
		case ATTR_INT:
			return a->number == b->number;
		case ATTR_LIST:
		case ATTR_MAP:
			break;
	}
	if (list_length(a->list) != list_length(b->list))
		return false;
	forboth(x, a->list, y, b->list)
	{
		if (a->type == ATTR_LIST)
		{
			if (strcmp(lfirst(x), lfirst(y)) != 0)
				return false;
		}
		else
		{
			MapEntry *p = lfirst(x);
			MapEntry *q = lfirst(y);

			if (strcmp(p->key, q->key) != 0 || !text_equal(p->value, q->value))
				return false;
		}
	}
	return true;
}

/* Returns an attribute as a reader would write it; NULL if it is absent. */
char *
dbmig_attr_print(const SchemaAttr *attr)
{
	StringInfoData text;
	ListCell *cell;

	if (attr == NULL)
		return NULL;
	switch (attr->type)
	{
		case ATTR_TEXT:
			return pstrdup(attr->text);
		case ATTR_BOOL:
			return pstrdup("true");
		case ATTR_INT:
			return psprintf(INT64_FORMAT, attr->number);
		case ATTR_ABSENT:
			return NULL;
		case ATTR_LIST:
		case ATTR_MAP:
			break;
	}
	initStringInfo(&text);
	foreach(cell, attr->list)
	{
		if (text.len > 0)
			appendStringInfoString(&text, ", ");
		if (attr->type == ATTR_LIST)
			appendStringInfoString(&text, lfirst(cell));
		else
		{
			MapEntry *entry = lfirst(cell);

			appendStringInfo(&text, "%s=%s", entry->key,
							 entry->value ? entry->value : "");
		}
	}
	return text.data;
}

/* Notes that an object needs another. */
void
dbmig_object_depend(SchemaObject *object, const char *ref)
{
	MemoryContext previous =
		MemoryContextSwitchTo(GetMemoryChunkContext(object));

	object->depends = lappend(object->depends, unconstify(char *, ref));
	MemoryContextSwitchTo(previous);
}
