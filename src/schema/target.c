/*
 * target.c
 *		What an expectation makes of the actual schema: the target of a fix.
 *
 * The target is whole, whatever the expectation leaves out: what is not named,
 * or not expected and not to be dropped, is in it as it is.  Whoever plans has
 * then one rule only: from the actual schema to the target.
 *
 * Attributes are shared with the models that they come from; those must live as
 * long.
 */
#include "postgres.h"

#include "base/settings.h"
#include "schema/diff.h"
#include "schema/plan.h"
#include "utils/builtins.h"

/* What decides about unexpected objects. */
typedef struct TargetRules
{
	SchemaModel *target;
	const SchemaModel *expected;
	const SchemaModel *actual;
	bool drop_unexpected;
} TargetRules;

/* Adds a copy of an object without children. */
static SchemaObject *
copy_object(SchemaModel *target, const SchemaObject *source,
			SchemaObject *parent)
{
	SchemaObject *copy = palloc(sizeof(SchemaObject));

	*copy = *source;
	copy->parent = parent;
	copy->attrs = list_copy(source->attrs);
	copy->depends = list_copy(source->depends);
	copy->children = NIL;
	copy->plan = NULL;
	copy->ref = NULL;
	if (parent)
		parent->children = lappend(parent->children, copy);
	else
		target->objects[copy->kind] = lappend(target->objects[copy->kind], copy);
	return copy;
}

/* Adds a copy of an object with everything in it. */
static SchemaObject *
copy_tree(SchemaModel *target, const SchemaObject *source, SchemaObject *parent)
{
	SchemaObject *copy = copy_object(target, source, parent);
	ListCell *cell;

	copy->stated = false;
	foreach(cell, source->children)
		copy_tree(target, lfirst(cell), copy);
	return copy;
}

/* Is there enough about a missing object, and all in it, to make it? */
static bool
is_described(const SchemaObject *object)
{
	static const struct
	{
		ObjectKind kind;
		const char *attr;
	} required[] = {{KIND_COLUMN, "type"},
					{KIND_CONSTRAINT, "definition"},
					{KIND_INDEX, "definition"},
					{KIND_VIEW, "definition"},
					{KIND_MATERIALIZED_VIEW, "definition"},
					{KIND_TRIGGER, "definition"},
					{KIND_RULE, "definition"},
					{KIND_ENUM, "values"},
					{KIND_DOMAIN, "type"},
					{KIND_DOMAIN_CONSTRAINT, "definition"},
					{KIND_ATTRIBUTE, "type"},
					{KIND_RANGE, "subtype"},
					{KIND_FUNCTION, "language"},
					{KIND_PROCEDURE, "language"}};
	ListCell *cell;

	if (object->kind == KIND_TABLE && object->children == NIL)
		return false;
	for (int i = 0; i < lengthof(required); i++)
		if (required[i].kind == object->kind &&
			dbmig_object_attr(object, required[i].attr) == NULL)
			return false;
	foreach(cell, object->children)
		if (!is_described(lfirst(cell)))
			return false;
	return true;
}

/*
 * Adds an object that is not there.  One that an expectation only names cannot
 * be made; without a schema it is made in public.
 */
static void
add_missing(TargetRules *rules, const SchemaObject *expected,
			SchemaObject *parent)
{
	SchemaObject *copy;
	ListCell *cell;

	if (!rules->expected->complete && !is_described(expected))
	{
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("%s \"%s\" is missing, and the expectation does not "
						"describe it",
						dbmig_object_label(expected), expected->identity),
				 errhint("Give what it is made of, or a whole snapshot; until "
						 "then it is left out.")));
		return;
	}
	copy = copy_object(rules->target, expected, parent);
	if (parent)
		copy->schema = parent->schema;
	else if (dbmig_object_kinds[expected->kind].qualified &&
			 expected->schema == NULL)
	{
		copy->schema = "public";
		copy->identity = copy->key = psprintf("public.%s", expected->key);
	}
	if (parent && expected->kind == KIND_INDEX && copy->schema)
		copy->identity = psprintf("%s.%s", copy->schema, copy->key);
	else if (parent)
		copy->identity = psprintf("%s.%s", parent->identity, copy->key);
	foreach(cell, expected->children)
		add_missing(rules, lfirst(cell), copy);
}

/* Takes an attribute over if the expectation says nothing about it. */
static void
keep_attr(SchemaObject *copy, const SchemaObject *actual, const char *name)
{
	SchemaAttr *attr = dbmig_object_attr(actual, name);

	if (attr && dbmig_object_attr(copy, name) == NULL)
		dbmig_object_set_attr(copy, attr);
}

/*
 * Takes grants and owner over where the expectation is silent, unless it is a
 * snapshot and what it lacks is to be dropped: then silence means the usual.
 */
static void
keep_privileges(const TargetRules *rules, SchemaObject *copy,
				const SchemaObject *actual)
{
	bool strict = rules->expected->privileges &&
				  (rules->drop_unexpected || dbmig_setting_schema_privileges);

	if (!strict)
	{
		keep_attr(copy, actual, "grants");
		keep_attr(copy, actual, "column_grants");
		keep_attr(copy, actual, "owner");
	}
	else if (dbmig_object_attr(actual, "owner") &&
			 dbmig_object_attr(copy, "owner") == NULL)
		dbmig_object_set_text(copy, "owner", rules->actual->owner);
}

/* Does the object have a primary key? */
static bool
has_primary_key(const SchemaObject *table)
{
	ListCell *cell;

	foreach(cell, table->children)
	{
		SchemaObject *child = lfirst(cell);
		const char *type = dbmig_object_text(child, "type");

		if (child->kind == KIND_CONSTRAINT && type &&
			strcmp(type, "primary key") == 0)
			return true;
	}
	return false;
}

/* Is it attached to an index or key that will be another one? */
static bool
loses_holder(const TargetRules *rules, const SchemaObject *actual)
{
	const char *name = dbmig_object_text(actual, "attached_to");
	const SchemaObject *before =
		name ? dbmig_model_find(rules->actual, actual->kind, name) : NULL;
	const SchemaObject *after =
		name ? dbmig_model_find(rules->expected, actual->kind, name) : NULL;

	return before && after &&
		   !dbmig_text_equal(dbmig_object_text(before, "definition"),
							 dbmig_object_text(after, "definition"));
}

/* Is this unexpected object to stay? */
static bool
is_kept(const TargetRules *rules, const SchemaObject *actual,
		const SchemaObject *expected_parent)
{
	ListCell *cell;
	const char *schema;

	if (!rules->expected->complete)
		return true;
	if (actual->kind == KIND_DEFAULT_PRIVILEGES && !rules->expected->privileges)
		return true;
	if (expected_parent)
	{
		/* a second primary key cannot stand beside the expected one */
		const char *type = dbmig_object_text(actual, "type");

		if (actual->kind == KIND_CONSTRAINT && type &&
			strcmp(type, "primary key") == 0 && has_primary_key(expected_parent))
			return false;
		if (loses_holder(rules, actual))
			return false;
		return !rules->drop_unexpected;
	}
	if (!rules->drop_unexpected)
		return true;
	if (rules->expected->schemas == NIL)
		return false;
	schema = actual->kind == KIND_SCHEMA ? actual->name : actual->schema;
	if (schema == NULL)
		return true;
	foreach(cell, rules->expected->schemas)
		if (strcmp(quote_identifier(lfirst(cell)), schema) == 0)
			return false;
	return true;
}

/* The columns of a primary key that stays cannot be null. */
static void
keep_not_null(const SchemaObject *key, SchemaObject *table)
{
	const char *type = dbmig_object_text(key, "type");
	ListCell *cell;

	if (key->kind != KIND_CONSTRAINT || type == NULL ||
		strcmp(type, "primary key") != 0)
		return;
	foreach(cell, table->children)
	{
		SchemaObject *column = lfirst(cell);
		ListCell *ref;

		if (column->kind != KIND_COLUMN)
			continue;
		foreach(ref, key->depends)
			if (strcmp(lfirst(ref), dbmig_object_ref(column)) == 0)
				dbmig_object_set_bool(column, "not_null", true);
	}
}

static void merge(TargetRules *rules, const SchemaObject *expected,
				  const SchemaObject *actual, SchemaObject *parent);

/* Adds the children that both, or one of them, have. */
static void
merge_children(TargetRules *rules, const SchemaObject *expected,
			   const SchemaObject *actual, SchemaObject *copy)
{
	ListCell *cell;

	foreach(cell, expected->children)
	{
		SchemaObject *child = lfirst(cell);
		SchemaObject *match =
			dbmig_object_child(actual, child->kind, child->key);

		if (match)
			merge(rules, child, match, copy);
		else
			add_missing(rules, child, copy);
	}
	foreach(cell, actual->children)
	{
		SchemaObject *child = lfirst(cell);

		if (dbmig_object_child(expected, child->kind, child->key) == NULL &&
			is_kept(rules, child, expected))
		{
			copy_tree(rules->target, child, copy);
			keep_not_null(child, copy);
		}
	}
}

/* Adds an object that is there and expected. */
static void
merge(TargetRules *rules, const SchemaObject *expected,
	  const SchemaObject *actual, SchemaObject *parent)
{
	SchemaObject *copy;
	ListCell *cell;

	if (rules->expected->complete)
	{
		copy = copy_object(rules->target, expected, parent);
		keep_privileges(rules, copy, actual);
	}
	else
	{
		copy = copy_object(rules->target, actual, parent);
		foreach(cell, expected->attrs)
		{
			SchemaAttr *attr = lfirst(cell);
			SchemaAttr *own;

			dbmig_object_unset(copy, attr->name);
			if (attr->type == ATTR_ABSENT)
				continue;
			own = palloc(sizeof(SchemaAttr));
			*own = *attr;
			copy->attrs = lappend(copy->attrs, own);
		}
		copy->depends = list_concat(copy->depends, expected->depends);
	}
	merge_children(rules, expected, actual, copy);
}

/* Makes the target.  It shares parts of both models. */
SchemaModel *
dbmig_target(const SchemaModel *expected, const SchemaModel *actual,
			 bool drop_unexpected, MemoryContext context)
{
	MemoryContext previous = MemoryContextSwitchTo(context);
	TargetRules rules;

	rules.target = dbmig_model_create(context);
	rules.target->complete = true;
	rules.expected = expected;
	rules.actual = actual;
	rules.drop_unexpected = drop_unexpected;
	for (int kind = 0; kind < KIND_COUNT; kind++)
	{
		ListCell *cell;

		foreach(cell, expected->objects[kind])
		{
			SchemaObject *object = lfirst(cell);
			SchemaObject *match =
				dbmig_model_find(actual, kind, object->identity);

			if (match)
			{
				/* a mark, until the plan has a use for it */
				match->plan = &rules;
				merge(&rules, object, match, NULL);
			}
			else
				add_missing(&rules, object, NULL);
		}
		foreach(cell, actual->objects[kind])
		{
			SchemaObject *object = lfirst(cell);

			if (!expected->stated[kind])
				copy_tree(rules.target, object, NULL);
			else if (object->plan != &rules && is_kept(&rules, object, NULL))
				copy_tree(rules.target, object, NULL);
		}
	}
	dbmig_model_sort(rules.target);
	MemoryContextSwitchTo(previous);
	return rules.target;
}
