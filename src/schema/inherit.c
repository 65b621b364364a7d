/*
 * inherit.c
 *		Constraints that a table has from its parents, when it gets other parents.
 *
 * What a table only inherits is not in a model: the parent's says it.  Yet a
 * table that leaves its parent keeps checks and foreign keys as its own, and one
 * that joins a parent must have the parent's checks before.  Both are added to
 * the plan here as if they were the table's, so that they are dropped, kept or
 * made like all others.
 *
 * Looks at the two models only; the copies live as long as the plan.
 */
#include "postgres.h"

#include "schema/plan.h"
#include "utils/builtins.h"

/* Lists the tables that a table is a partition of or inherits from. */
static List *
parents_of(const SchemaObject *table)
{
	const char *parent = table ? dbmig_object_text(table, "partition_of") : NULL;

	if (parent)
		return list_make1(unconstify(char *, parent));
	return table ? dbmig_object_list(table, "inherits") : NIL;
}

/* Is the name in a list? */
static bool
is_in(List *names, const char *name)
{
	ListCell *cell;

	foreach(cell, names)
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	return false;
}

/* Is the constraint of this type? */
static bool
has_type(const SchemaObject *object, const char *type)
{
	return object->kind == KIND_CONSTRAINT &&
		   dbmig_text_equal(dbmig_object_text(object, "type"), type);
}

/* Lists what a table has from a parent, and the parent from its own. */
static List *
constraints_from(const SchemaModel *model, const char *parent)
{
	SchemaObject *table = dbmig_model_find(model, KIND_TABLE, parent);
	List *found = NIL;
	ListCell *cell;

	if (table == NULL)
		return NIL;
	foreach(cell, table->children)
	{
		SchemaObject *child = lfirst(cell);

		if ((has_type(child, "check") &&
			 !dbmig_object_bool(child, "no_inherit")) ||
			(has_type(child, "foreign key") &&
			 dbmig_object_text(table, "partition_key")))
			found = lappend(found, child);
	}
	foreach(cell, parents_of(table))
		found = list_concat(found, constraints_from(model, lfirst(cell)));
	return found;
}

/* Returns a reference, with the parent's columns replaced by the table's. */
static char *
own_ref(const char *ref, const SchemaObject *parent, const SchemaObject *table)
{
	char *prefix = psprintf("column %s.", parent->identity);

	if (strncmp(ref, prefix, strlen(prefix)) != 0)
		return pstrdup(ref);
	return psprintf("column %s.%s", table->identity, ref + strlen(prefix));
}

/* Makes the table's own out of a parent's constraint. */
static SchemaObject *
own_copy(const SchemaObject *constraint, SchemaObject *table)
{
	SchemaObject *copy = palloc(sizeof(SchemaObject));
	ListCell *cell;

	*copy = *constraint;
	copy->parent = table;
	copy->schema = table->schema;
	copy->identity = psprintf("%s.%s", table->identity, copy->key);
	copy->attrs = list_copy(constraint->attrs);
	dbmig_object_unset(copy, "comment");
	copy->depends = NIL;
	foreach(cell, constraint->depends)
		copy->depends =
			lappend(copy->depends,
					own_ref(lfirst(cell), constraint->parent, table));
	copy->ref = NULL;
	copy->plan = NULL;
	return copy;
}

/* Adds an item for a constraint of the table. */
static void
add_item(SchemaPlan *plan, PlanItem *table, SchemaObject *from, SchemaObject *to)
{
	PlanItem *item = palloc0(sizeof(PlanItem));

	item->from = from;
	item->to = to;
	item->parent = table;
	item->action = from ? PLAN_DROP : PLAN_CREATE;
	item->inherited = true;
	if (from)
		from->plan = item;
	if (to)
		to->plan = item;
	plan->items = lappend(plan->items, item);
}

/* Adds what a table will have kept of a parent that it leaves. */
static void
leave_parent(SchemaPlan *plan, PlanItem *table, const char *parent)
{
	ListCell *cell;

	foreach(cell, constraints_from(plan->actual, parent))
	{
		SchemaObject *constraint = lfirst(cell);
		SchemaObject *left;
		SchemaObject *wanted;
		PlanItem *item;

		if (dbmig_object_child(table->from, KIND_CONSTRAINT, constraint->key))
			continue;
		left = own_copy(constraint, table->from);
		table->from->children = lappend(table->from->children, left);
		wanted = dbmig_object_child(table->to, KIND_CONSTRAINT, left->key);
		if (wanted == NULL)
		{
			add_item(plan, table, left, NULL);
			continue;
		}
		item = wanted->plan;
		item->from = left;
		left->plan = item;
		item->inherited = true;
		item->action =
			dbmig_plan_diffs(left, wanted, false) ? PLAN_REPLACE : PLAN_KEEP;
	}
}

/* Adds what tables keep when they leave their parents. */
void
dbmig_plan_leave_parents(SchemaPlan *plan)
{
	ListCell *cell;
	List *items = list_copy(plan->items);

	foreach(cell, items)
	{
		PlanItem *item = lfirst(cell);
		ListCell *parent;
		List *after;

		if (item->from == NULL || item->to == NULL ||
			item->from->kind != KIND_TABLE || dbmig_plan_is_remade(item))
			continue;
		after = parents_of(item->to);
		foreach(parent, parents_of(item->from))
			if (!is_in(after, lfirst(parent)))
				leave_parent(plan, item, lfirst(parent));
	}
}

/* Adds what a table must have before it joins a parent. */
static void
join_parent(SchemaPlan *plan, PlanItem *table, const char *parent, bool made)
{
	ListCell *cell;

	foreach(cell, constraints_from(plan->target, parent))
	{
		SchemaObject *constraint = lfirst(cell);
		SchemaObject *old = table->from ?
								dbmig_object_child(table->from, KIND_CONSTRAINT,
												   constraint->key) :
								NULL;
		SchemaObject *needed;

		if (dbmig_object_child(table->to, KIND_CONSTRAINT, constraint->key))
			continue;
		needed = own_copy(constraint, table->to);
		if (!made && old && ((PlanItem *) old->plan)->to == NULL)
		{
			PlanItem *item = old->plan;

			/* what is there already does not come again */
			if (dbmig_plan_diffs(old, needed, false) == NIL)
			{
				item->to = needed;
				item->action = PLAN_KEEP;
				continue;
			}
		}
		if (!has_type(constraint, "check"))
			continue;
		dbmig_object_unset(needed, "not_valid");
		table->to->children = lappend(table->to->children, needed);
		add_item(plan, table, NULL, needed);
	}
}

/* Adds what tables must have before they join their parents. */
void
dbmig_plan_join_parents(SchemaPlan *plan)
{
	ListCell *cell;
	List *items = list_copy(plan->items);

	foreach(cell, items)
	{
		PlanItem *item = lfirst(cell);
		ListCell *parent;
		List *before;
		bool made;

		if (item->to == NULL || item->to->kind != KIND_TABLE)
			continue;
		made = item->action == PLAN_CREATE || dbmig_plan_is_remade(item);
		/* CREATE TABLE … INHERITS brings them */
		if (made && !dbmig_object_text(item->to, "partition_of"))
			continue;
		before = made ? NIL : parents_of(item->from);
		foreach(parent, parents_of(item->to))
			if (!is_in(before, lfirst(parent)))
				join_parent(plan, item, lfirst(parent), made);
	}
}
