/*
 * plan.c
 *		Decides what is done to each object on the way from one schema to another.
 *
 * First every object is looked at alone: made, dropped, altered in place, or
 * replaced.  Then the consequences are followed through what depends on what in
 * the actual schema: whoever needs an object that is dropped, replaced or given
 * another type is itself replaced, unless it is altered so that it does not need
 * it any more.  Dependencies are those of pg_depend, kept in the models; nothing
 * is guessed from texts.
 */
#include "postgres.h"

#include "schema/column.h"
#include "schema/plan.h"
#include "miscadmin.h"
#include "utils/builtins.h"

static void replace_item(SchemaPlan *plan, PlanItem *item, List **disturbed);

/* Compares two texts of which either may be NULL. */
bool
dbmig_text_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Is the object dropped and made again, in one way or another? */
bool
dbmig_plan_is_remade(const PlanItem *item)
{
	return item->action == PLAN_REPLACE || item->action == PLAN_SWAP ||
		   item->action == PLAN_REBUILD;
}

/* Is the table a partition of the same table before and after? */
bool
dbmig_plan_partition_stays(const PlanItem *table)
{
	const char *before;

	if (table->from == NULL || table->to == NULL)
		return false;
	before = dbmig_object_text(table->from, "partition_of");
	return before && dbmig_text_equal(before, dbmig_object_text(table->to,
																"partition_of"));
}

/* Is it one of a table that is made anew, whose rows come by way of that? */
bool
dbmig_plan_goes_with_parent(const SchemaPlan *plan, const PlanItem *table)
{
	SchemaObject *parent;

	if (!dbmig_plan_partition_stays(table))
		return false;
	parent = dbmig_model_find(plan->actual, KIND_TABLE,
							  dbmig_object_text(table->from, "partition_of"));
	return parent && ((PlanItem *) parent->plan)->action == PLAN_REBUILD;
}

/* Is the object gone, at least for a while? */
static bool
is_disturbed(const PlanItem *item)
{
	return item->action == PLAN_DROP || dbmig_plan_is_remade(item) ||
		   item->retyped;
}

/* Has this attribute steps of its own, outside of what its kind does? */
static bool
is_common(ObjectKind kind, const char *name, bool late)
{
	static const struct
	{
		ObjectKind kind; /* KIND_NONE: all */
		const char *name;
	} common[] =
		{{KIND_NONE, "comment"},		 {KIND_NONE, "grants"},
		 {KIND_NONE, "owner"},			 {KIND_NONE, "skipped"},
		 {KIND_NONE, "column_comments"}, {KIND_NONE, "attached_to"},
		 {KIND_COLUMN, "default"},		 {KIND_COLUMN, "default_depends_on"},
		 {KIND_SEQUENCE, "owned_by"},	 {KIND_TABLE, "partition_of"},
		 {KIND_TABLE, "bound"}};

	for (int i = 0; i < lengthof(common); i++)
		if ((common[i].kind == KIND_NONE || common[i].kind == kind) &&
			strcmp(common[i].name, name) == 0)
			return true;
	if ((kind == KIND_TABLE && strcmp(name, "replica_identity") == 0) ||
		strcmp(name, "cluster_on") == 0)
		return !late;
	return late;
}

/* Is this attribute without meaning for a comparison? */
static bool
is_ignored(ObjectKind kind, const char *name)
{
	const SchemaKind *info = dbmig_schema_kind(kind);

	if (info == NULL || info->rules == NULL)
		return false;
	for (const AttrRule *rule = info->rules; rule->name; rule++)
		if (strcmp(rule->name, name) == 0)
			return rule->ignored;
	return false;
}

/* Adds a difference to a list. */
static List *
add_diff(List *diffs, const char *name, const SchemaAttr *from,
		 const SchemaAttr *to)
{
	AttrDiff *diff = palloc(sizeof(AttrDiff));

	diff->name = name;
	diff->from = from;
	diff->to = to;
	return lappend(diffs, diff);
}

/*
 * Lists the attributes that differ and are the kind's own business; late: only
 * those of a table that need its indexes.
 */
List *
dbmig_plan_diffs(const SchemaObject *from, const SchemaObject *to, bool late)
{
	List *diffs = NIL;
	ListCell *cell;

	foreach(cell, to->attrs)
	{
		SchemaAttr *attr = lfirst(cell);
		SchemaAttr *old = from ? dbmig_object_attr(from, attr->name) : NULL;

		if (is_common(to->kind, attr->name, late) ||
			is_ignored(to->kind, attr->name))
			continue;
		if (!dbmig_attr_equal(old, attr))
			diffs = add_diff(diffs, attr->name, old, attr);
	}
	if (from == NULL)
		return diffs;
	foreach(cell, from->attrs)
	{
		SchemaAttr *old = lfirst(cell);

		if (is_common(to->kind, old->name, late) ||
			is_ignored(to->kind, old->name))
			continue;
		if (dbmig_object_attr(to, old->name) == NULL)
			diffs = add_diff(diffs, old->name, old, NULL);
	}
	return diffs;
}

/* Calls the kind's alter with a list of differences. */
AlterResult
dbmig_plan_alter(StepSink *sink, const SchemaObject *from,
				 const SchemaObject *to, List *diffs)
{
	const SchemaKind *kind = dbmig_schema_kind(to->kind);
	int count = list_length(diffs);
	AttrDiff *array = palloc(sizeof(AttrDiff) * (count + 1));
	ListCell *cell;
	int i = 0;

	if (kind == NULL || kind->alter == NULL)
		return ALTER_REPLACE;
	foreach(cell, diffs)
		array[i++] = *(AttrDiff *) lfirst(cell);
	return kind->alter(sink, from, to, array, count);
}

/* Finds a difference by name. */
static AttrDiff *
find_diff(List *diffs, const char *name)
{
	ListCell *cell;

	foreach(cell, diffs)
	{
		AttrDiff *diff = lfirst(cell);

		if (strcmp(diff->name, name) == 0)
			return diff;
	}
	return NULL;
}

/* Decides what is done to an object for its own sake. */
static void
decide(SchemaPlan *plan, PlanItem *item)
{
	List *diffs;
	StepSink sink = {0};

	if (item->from == NULL)
	{
		item->action = PLAN_CREATE;
		return;
	}
	if (item->to == NULL)
	{
		item->action = PLAN_DROP;
		return;
	}
	if (item->from->kind != item->to->kind)
	{
		item->action = PLAN_SWAP;
		return;
	}
	diffs = dbmig_plan_diffs(item->from, item->to, false);
	if (item->from->kind == KIND_COLUMN)
	{
		const char *before = dbmig_object_text(item->from, "default");
		const char *after = dbmig_object_text(item->to, "default");

		if (!dbmig_text_equal(before, after))
			item->default_action = before == NULL ? PLAN_CREATE :
								   after == NULL  ? PLAN_DROP :
													PLAN_ALTER;
		item->retyped =
			find_diff(diffs, "type") || find_diff(diffs, "collation");
	}
	if (item->from->kind == KIND_ATTRIBUTE)
		item->retyped =
			find_diff(diffs, "type") || find_diff(diffs, "collation");
	if (diffs == NIL)
		return;
	sink.target = plan->target;
	sink.actual = plan->actual;
	switch (dbmig_plan_alter(&sink, item->from, item->to, diffs))
	{
		case ALTER_DONE:
			item->action = PLAN_ALTER;
			item->steps = sink.steps;
			break;
		case ALTER_REPLACE:
			item->action = PLAN_REPLACE;
			break;
		case ALTER_SWAP:
			item->action = PLAN_SWAP;
			break;
		case ALTER_REBUILD:
			item->action = PLAN_REBUILD;
			break;
	}
	/* a column that cannot change in place: the whole table has to */
	if (item->action == PLAN_REBUILD && item->from->kind == KIND_COLUMN)
	{
		item->action = PLAN_REPLACE;
		item->parent->action = PLAN_REBUILD;
	}
	if (item->action != PLAN_ALTER)
		item->retyped = false;
}

/* Finds the type of another kind that will have the name of this one. */
static SchemaObject *
other_type(const SchemaModel *model, const SchemaObject *type)
{
	static const ObjectKind kinds[] = {KIND_ENUM, KIND_DOMAIN, KIND_COMPOSITE,
									   KIND_RANGE};
	bool known = false;

	for (int i = 0; i < lengthof(kinds); i++)
		known |= kinds[i] == type->kind;
	for (int i = 0; i < lengthof(kinds) && known; i++)
	{
		SchemaObject *other =
			kinds[i] == type->kind ?
				NULL :
				dbmig_model_find(model, kinds[i], type->identity);

		if (other)
			return other;
	}
	return NULL;
}

/* Makes the items of an object and of everything in it. */
static void
make_items(SchemaPlan *plan, SchemaObject *from, SchemaObject *to,
		   PlanItem *parent)
{
	PlanItem *item = palloc0(sizeof(PlanItem));
	ListCell *cell;

	item->from = from;
	item->to = to;
	item->parent = parent;
	if (from)
		from->plan = item;
	if (to)
		to->plan = item;
	plan->items = lappend(plan->items, item);
	decide(plan, item);
	if (from)
		foreach(cell, from->children)
		{
			SchemaObject *child = lfirst(cell);

			make_items(plan, child,
					   to ? dbmig_object_child(to, child->kind, child->key) :
							NULL,
					   item);
		}
	if (to)
		foreach(cell, to->children)
		{
			SchemaObject *child = lfirst(cell);

			if (from == NULL ||
				dbmig_object_child(from, child->kind, child->key) == NULL)
				make_items(plan, NULL, child, item);
		}
}

/* Is the table a partition of the same table before and after? */
static PlanItem *
steady_parent(SchemaPlan *plan, const PlanItem *table)
{
	const char *before;
	const char *after;
	SchemaObject *parent;

	if (table == NULL || table->from == NULL || table->to == NULL ||
		table->from->kind != KIND_TABLE || dbmig_plan_is_remade(table))
		return NULL;
	before = dbmig_object_text(table->from, "partition_of");
	after = dbmig_object_text(table->to, "partition_of");
	if (before == NULL || !dbmig_text_equal(before, after) ||
		!dbmig_text_equal(dbmig_object_text(table->from, "bound"),
						  dbmig_object_text(table->to, "bound")))
		return NULL;
	parent = dbmig_model_find(plan->actual, KIND_TABLE, before);
	return parent && !dbmig_plan_is_remade(parent->plan) ? parent->plan : NULL;
}

/*
 * Finds what an index or key is attached to in a model; NULL if nothing.  A key
 * attached to an index that is no key is dropped on its own.
 */
static SchemaObject *
attached_to(const SchemaModel *model, const SchemaObject *object)
{
	const char *attached = object && (object->kind == KIND_INDEX ||
									  object->kind == KIND_CONSTRAINT) ?
							   dbmig_object_text(object, "attached_to") :
							   NULL;

	return attached ? dbmig_model_find(model, object->kind, attached) : NULL;
}

/*
 * Returns what the index or key of a partition is attached to; NULL if nothing,
 * or if it comes loose with its partition.
 */
static PlanItem *
find_holder(SchemaPlan *plan, const PlanItem *item)
{
	SchemaObject *holder = attached_to(plan->actual, item->from);

	return holder && item->parent &&
				   (steady_parent(plan, item->parent) ||
					dbmig_plan_goes_with_parent(plan, item->parent)) ?
			   holder->plan :
			   NULL;
}

/* Notes who needs what in the actual schema. */
static void
link_dependants(SchemaPlan *plan)
{
	ListCell *cell;
	ListCell *ref;

	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);
		PlanItem *holder;

		if (item->from == NULL)
			continue;
		/* who is attached is dropped with it */
		holder = find_holder(plan, item);
		if (holder)
			holder->dependants = lappend(holder->dependants, item);
		foreach(ref, item->from->depends)
		{
			SchemaObject *needed =
				dbmig_model_find_ref(plan->actual, lfirst(ref));

			if (needed)
				((PlanItem *) needed->plan)->dependants =
					lappend(((PlanItem *) needed->plan)->dependants, item);
		}
		foreach(ref, dbmig_object_list(item->from, "default_depends_on"))
		{
			SchemaObject *needed =
				dbmig_model_find_ref(plan->actual, lfirst(ref));

			if (needed)
				((PlanItem *) needed->plan)->default_dependants =
					lappend(((PlanItem *) needed->plan)->default_dependants,
							item);
		}
	}
}

/* Does the object, as it will be, name the other among what it needs? */
static bool
will_need(const PlanItem *item, const char *list, const PlanItem *needed)
{
	List *refs = list ? dbmig_object_list(item->to, list) : item->to->depends;
	const char *ref = dbmig_object_ref(needed->from);
	ListCell *cell;

	foreach(cell, refs)
		if (strcmp(lfirst(cell), ref) == 0)
			return true;
	return false;
}

/* Is this a type that columns can have? */
static bool
is_type(const PlanItem *item)
{
	ObjectKind kind = item->from->kind;

	return kind == KIND_ENUM || kind == KIND_DOMAIN || kind == KIND_COMPOSITE ||
		   kind == KIND_RANGE;
}

/* Is the constraint a foreign key? */
static bool
is_foreign_key(const SchemaObject *object)
{
	return object->kind == KIND_CONSTRAINT &&
		   dbmig_text_equal(dbmig_object_text(object, "type"), "foreign key");
}

/* The default of a column has to go before its type changes, and come back. */
static void
replace_default(PlanItem *item)
{
	bool before = dbmig_object_text(item->from, "default") != NULL;
	bool after = item->to && dbmig_object_text(item->to, "default") != NULL;

	if (before)
		item->default_action = after ? PLAN_REPLACE : PLAN_DROP;
	else
		item->default_action = after ? PLAN_CREATE : PLAN_KEEP;
}

/* Is the column part of the key by which its table is partitioned? */
static bool
is_partition_key(const SchemaObject *column)
{
	const char *key = dbmig_object_text(column->parent, "partition_key");
	Size length = strlen(column->name);

	for (const char *found = key; found; found++)
	{
		found = strstr(found, column->name);
		if (found == NULL)
			return false;
		/* a whole identifier, not a part of a longer one */
		if ((found == key || strchr(" (,", found[-1])) &&
			strchr(" ),:", found[length]))
			return true;
	}
	return false;
}

/* Gives a column its type once more, since the type is a new one. */
static void
retype(SchemaPlan *plan, PlanItem *item, List **disturbed)
{
	List *diffs;
	AttrDiff *diff;
	StepSink sink = {0};
	const char *type;

	if (item->to == NULL || dbmig_plan_is_remade(item) || item->retyped)
		return;
	if (is_partition_key(item->from))
	{
		replace_item(plan, item->parent, disturbed);
		return;
	}
	type = dbmig_object_text(item->to, "type");
	diffs = dbmig_plan_diffs(item->from, item->to, false);
	diff = find_diff(diffs, "type");
	if (diff)
		diffs = list_delete_ptr(diffs, diff);
	sink.target = plan->target;
	sink.actual = plan->actual;
	dbmig_step(&sink, item->to, LOCK_ACCESS_EXCLUSIVE,
			   HAZARD_REWRITES | HAZARD_MAY_FAIL, true,
			   "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s::text::%s",
			   item->to->parent->identity, item->to->name, type, item->to->name,
			   type);
	if (diffs)
		dbmig_plan_alter(&sink, item->from, item->to, diffs);
	item->action = PLAN_ALTER;
	item->steps = sink.steps;
	item->retyped = true;
	*disturbed = lappend(*disturbed, item);
}

/* Follows what a disturbed object means for one that needs it. */
static void
affect(SchemaPlan *plan, PlanItem *item, PlanItem *needed, List **disturbed)
{
	ObjectKind kind = item->from->kind;

	if (item->to == NULL || dbmig_plan_is_remade(item))
		return;
	switch (kind)
	{
		case KIND_COLUMN:
			if (dbmig_object_text(item->from, "generated"))
			{
				if (item->action != PLAN_ALTER || will_need(item, NULL, needed))
					replace_item(plan, item, disturbed);
			}
			else if (is_type(needed) && needed->to)
				retype(plan, item, disturbed);
			return;
		case KIND_TABLE:
			if (needed->from->kind == KIND_SERVER)
				replace_item(plan, item, disturbed);
			return;
		case KIND_SEQUENCE:
		case KIND_EXTENSION:
		case KIND_SCHEMA:
			return;
		case KIND_ATTRIBUTE:
			if (is_type(needed) && item->parent && needed->to)
				replace_item(plan, item->parent, disturbed);
			return;
		case KIND_COMPOSITE:
			return;
		case KIND_CONSTRAINT:
		case KIND_INDEX:
		case KIND_STATISTICS:
			/* part of an index that goes, and not expected for its own sake */
			if (!item->to->stated && item->from->kind == needed->from->kind &&
				dbmig_text_equal(dbmig_object_text(item->from, "attached_to"),
								 needed->from->identity))
			{
				item->to = NULL;
				item->action = PLAN_DROP;
				item->steps = NIL;
				*disturbed = lappend(*disturbed, item);
				return;
			}
			if (needed->retyped && item->action == PLAN_KEEP &&
				!is_foreign_key(item->from))
				return;
			break;
		default:
			break;
	}
	/* a foreign key holds on to the very index that it was made with */
	if (item->action == PLAN_ALTER && !will_need(item, NULL, needed) &&
		!is_foreign_key(item->from))
		return;
	replace_item(plan, item, disturbed);
}

/* Has any column this type, be it inside of another type? */
static bool
is_in_rows(const PlanItem *type)
{
	ListCell *cell;

	check_stack_depth();
	foreach(cell, type->dependants)
	{
		const PlanItem *item = lfirst(cell);

		if (item->from->kind == KIND_ATTRIBUTE)
			item = item->parent;
		if (item->from->kind == KIND_COLUMN ||
			(is_type(item) && is_in_rows(item)))
			return true;
	}
	return false;
}

/*
 * Is the domain part of another type that columns have?  The server cannot prove
 * anything of such a domain: it looks at columns of the domain itself only.
 */
static bool
is_contained(const PlanItem *domain)
{
	ListCell *cell;

	check_stack_depth();
	foreach(cell, domain->dependants)
	{
		const PlanItem *item = lfirst(cell);

		if (item->from->kind == KIND_COLUMN)
		{
			/* an array */
			if (!dbmig_text_equal(dbmig_object_text(item->from, "type"),
								  domain->from->identity))
				return true;
		}
		else if (item->from->kind == KIND_DOMAIN)
		{
			if (is_contained(item))
				return true;
		}
		else if (item->from->kind == KIND_ATTRIBUTE)
		{
			if (is_in_rows(item->parent))
				return true;
		}
		else if (item->from->kind == KIND_RANGE && is_in_rows(item))
			return true;
	}
	return false;
}

/* Must the server prove something of the rows for the domain to be altered? */
static bool
needs_proof(const PlanItem *domain)
{
	ListCell *cell;

	if (domain->from->kind != KIND_DOMAIN || domain->to == NULL)
		return false;
	if (dbmig_object_bool(domain->to, "not_null") &&
		!dbmig_object_bool(domain->from, "not_null"))
		return true;
	foreach(cell, domain->to->children)
	{
		const PlanItem *check = ((SchemaObject *) lfirst(cell))->plan;

		if (check->action != PLAN_KEEP &&
			!dbmig_object_bool(check->to, "not_valid"))
			return true;
	}
	return false;
}

/* Is this a foreign table? */
static bool
is_foreign_table(const SchemaObject *object)
{
	return dbmig_text_equal(dbmig_object_text(object, "kind"), "foreign");
}

/* The partitions of a table that is made anew have to be made anew, too. */
static void
replace_partitions(SchemaPlan *plan, PlanItem *table, List **disturbed)
{
	ListCell *cell;

	if (dbmig_object_text(table->from, "partition_key") == NULL)
		return;
	foreach(cell, plan->actual->objects[KIND_TABLE])
	{
		SchemaObject *partition = lfirst(cell);
		PlanItem *item = partition->plan;

		if (dbmig_plan_partition_stays(item) && !dbmig_plan_is_remade(item) &&
			strcmp(dbmig_object_text(partition, "partition_of"),
				   table->from->identity) == 0)
			replace_item(plan, item, disturbed);
	}
}

/* Decides that an object is dropped and made again, with everything in it. */
static void
replace_item(SchemaPlan *plan, PlanItem *item, List **disturbed)
{
	ListCell *cell;

	if (item->from == NULL || item->to == NULL)
		return;
	switch (item->from->kind)
	{
		case KIND_TABLE:
			/* the rows of a foreign table are not here */
			item->action =
				is_foreign_table(item->from) || is_foreign_table(item->to) ?
					PLAN_REPLACE :
					PLAN_REBUILD;
			break;
		case KIND_ENUM:
		case KIND_DOMAIN:
		case KIND_COMPOSITE:
			item->action = PLAN_SWAP;
			break;
		case KIND_RANGE:
			item->action = is_in_rows(item) ? PLAN_SWAP : PLAN_REPLACE;
			break;
		default:
			item->action = PLAN_REPLACE;
			break;
	}
	if (item->action == PLAN_REBUILD)
		replace_partitions(plan, item, disturbed);
	item->steps = NIL;
	item->retyped = false;
	*disturbed = lappend(*disturbed, item);
	foreach(cell, item->from->children)
	{
		PlanItem *child = ((SchemaObject *) lfirst(cell))->plan;

		if (child->to && !dbmig_plan_is_remade(child))
			replace_item(plan, child, disturbed);
	}
}

/* An attached index comes loose only when what it is attached to is dropped. */
static void
release(SchemaPlan *plan, PlanItem *item, List **disturbed)
{
	PlanItem *holder = find_holder(plan, item);

	if (holder && !dbmig_plan_is_remade(holder))
		replace_item(plan, holder, disturbed);
}

/* Is the index or key to be attached to the same as before? */
static bool
stays_attached(const PlanItem *item)
{
	return item->to &&
		   dbmig_text_equal(dbmig_object_text(item->from, "attached_to"),
							dbmig_object_text(item->to, "attached_to"));
}

/* Follows all consequences. */
static void
follow(SchemaPlan *plan)
{
	List *disturbed = NIL;
	ListCell *cell;

	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);

		if (item->from == NULL)
			continue;
		if (item->from->kind == KIND_COLUMN && item->retyped &&
			is_partition_key(item->from) && !dbmig_plan_is_remade(item->parent))
			replace_item(plan, item->parent, &disturbed);
		if (dbmig_plan_is_remade(item))
			replace_item(plan, item, &disturbed);
		else if (is_disturbed(item))
			disturbed = lappend(disturbed, item);
		if (!stays_attached(item))
			release(plan, item, &disturbed);
		if (item->from->kind == KIND_ATTRIBUTE && item->retyped &&
			is_in_rows(item->parent))
			replace_item(plan, item->parent, &disturbed);
		if (needs_proof(item) && !dbmig_plan_is_remade(item) &&
			is_contained(item))
			replace_item(plan, item, &disturbed);
	}
	/* the list grows while it is read */
	for (int i = 0; i < list_length(disturbed); i++)
	{
		PlanItem *item = list_nth(disturbed, i);
		ListCell *other;

		CHECK_FOR_INTERRUPTS();
		if (item->retyped && item->from->kind == KIND_COLUMN)
			replace_default(item);
		if (is_disturbed(item))
			release(plan, item, &disturbed);
		/* who drops a whole type need not hear that its attribute goes */
		if (item->from->kind == KIND_ATTRIBUTE &&
			(item->parent->action == PLAN_DROP ||
			 dbmig_plan_is_remade(item->parent)))
			continue;
		foreach(other, item->dependants)
			affect(plan, lfirst(other), item, &disturbed);
		foreach(other, item->default_dependants)
		{
			PlanItem *column = lfirst(other);

			if (column->to == NULL || dbmig_plan_is_remade(column))
				continue;
			if (column->default_action == PLAN_ALTER &&
				!will_need(column, "default_depends_on", item))
				continue;
			if (column->default_action != PLAN_DROP)
				replace_default(column);
		}
	}
}

/*
 * Rows move to a new composite type by way of text, which knows no names: there
 * the attributes must be the same ones in the same order.  Those that go are
 * dropped from the old type before, those that come are added to the new one
 * afterwards.
 */
static void
keep_attributes(SchemaPlan *plan)
{
	ListCell *cell;
	ListCell *other;

	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);

		if (item->action != PLAN_SWAP || item->from->kind != KIND_COMPOSITE ||
			!is_in_rows(item))
			continue;
		foreach(other, item->to->children)
		{
			SchemaObject *attribute = lfirst(other);
			PlanItem *child = attribute->plan;

			if (child->from == NULL)
			{
				attribute->defer = true;
				continue;
			}
			/* the value may be shared with other models */
			dbmig_object_unset(attribute, "position");
			dbmig_object_set_int(attribute, "position",
								 dbmig_object_int(child->from, "position", 0));
		}
	}
}

/* Finds the table, before and after the same, from which a column comes. */
static PlanItem *
inherited_from(SchemaPlan *plan, const PlanItem *column)
{
	const PlanItem *table = column->parent;
	const char *key = column->from ? column->from->key : column->to->key;
	ListCell *cell;

	if (table->from == NULL || table->to == NULL || dbmig_plan_is_remade(table))
		return NULL;
	foreach(cell, dbmig_object_list(table->from, "inherits"))
	{
		SchemaObject *parent =
			dbmig_model_find(plan->actual, KIND_TABLE, lfirst(cell));
		PlanItem *item = parent ? parent->plan : NULL;
		ListCell *other;
		bool steady = false;

		foreach(other, dbmig_object_list(table->to, "inherits"))
			steady |= strcmp(lfirst(other), lfirst(cell)) == 0;
		if (steady && item && item->to && !dbmig_plan_is_remade(item) &&
			(dbmig_object_child(item->from, KIND_COLUMN, key) ||
			 dbmig_object_child(item->to, KIND_COLUMN, key)))
			return item;
	}
	return NULL;
}

/* Are all differences of the one among those of the other? */
static bool
is_covered(const PlanItem *item, const PlanItem *carrier)
{
	List *own;
	List *others;
	ListCell *cell;

	if (item->action != carrier->action)
		return false;
	/* it may have a default or the like of its own */
	if (item->action == PLAN_CREATE || item->action == PLAN_REPLACE)
		return dbmig_plan_diffs(carrier->to, item->to, false) == NIL &&
			   dbmig_text_equal(dbmig_object_text(carrier->to, "default"),
								dbmig_object_text(item->to, "default"));
	if (item->action != PLAN_ALTER)
		return item->action == PLAN_DROP;
	own = dbmig_plan_diffs(item->from, item->to, false);
	others = dbmig_plan_diffs(carrier->from, carrier->to, false);
	foreach(cell, own)
	{
		AttrDiff *diff = lfirst(cell);
		AttrDiff *other = find_diff(others, diff->name);

		/* 18 and later leave a partition its own NOT NULL */
		if (strcmp(diff->name, "not_null") == 0 && diff->to == NULL)
			return false;
		if (other == NULL || !dbmig_attr_equal(diff->to, other->to))
			return false;
	}
	return true;
}

/*
 * Finds the column of a parent whose steps reach this one.  What the kind emits
 * for the child presumes that the parent's has been done.
 */
static void
find_origin(SchemaPlan *plan, PlanItem *item)
{
	const SchemaObject *origin =
		item->to ? dbmig_column_origin(plan->target, item->to) : NULL;

	if (origin == NULL && item->from)
		origin = dbmig_column_origin(plan->actual, item->from);
	if (origin)
		item->origin = origin->plan;
}

/* Finds the object through which the server does the same to this one. */
static void
find_carrier(SchemaPlan *plan, PlanItem *item)
{
	SchemaObject *object = item->from ? item->from : item->to;
	PlanItem *parent;
	PlanItem *carrier = NULL;
	SchemaObject *holder;

	if (object->kind == KIND_COLUMN)
	{
		SchemaObject *column;

		find_origin(plan, item);
		parent = steady_parent(plan, item->parent);
		if (parent == NULL)
			parent = inherited_from(plan, item);
		if (parent == NULL)
			return;
		column =
			item->to ?
				dbmig_object_child(parent->to, KIND_COLUMN, item->to->key) :
				dbmig_object_child(parent->from, KIND_COLUMN, item->from->key);
		if (column)
			carrier = column->plan;
		if (carrier && is_covered(item, carrier))
			item->carrier = carrier;
		return;
	}
	holder = attached_to(plan->target, item->to);
	if (holder)
		((PlanItem *) holder->plan)->attached =
			lappend(((PlanItem *) holder->plan)->attached, item);
	/* only dropping is carried: a child index is made on its own */
	carrier = find_holder(plan, item);
	if (carrier &&
		(carrier->action == PLAN_DROP || carrier->action == PLAN_REPLACE))
		item->carrier = carrier;
}

/* Decides what is done to each object. */
SchemaPlan *
dbmig_plan_make(const SchemaModel *actual, const SchemaModel *target)
{
	SchemaPlan *plan = palloc0(sizeof(SchemaPlan));
	ListCell *cell;

	plan->actual = actual;
	plan->target = target;
	for (int kind = 0; kind < KIND_COUNT; kind++)
	{
		foreach(cell, actual->objects[kind])
		{
			SchemaObject *object = lfirst(cell);

			SchemaObject *match =
				dbmig_model_find(target, kind, object->identity);

			make_items(plan, object, match ? match : other_type(target, object),
					   NULL);
		}
	}
	for (int kind = 0; kind < KIND_COUNT; kind++)
	{
		foreach(cell, target->objects[kind])
		{
			SchemaObject *object = lfirst(cell);

			if (object->plan == NULL)
				make_items(plan, NULL, object, NULL);
		}
	}
	dbmig_plan_leave_parents(plan);
	link_dependants(plan);
	follow(plan);
	dbmig_plan_join_parents(plan);
	keep_attributes(plan);
	foreach(cell, plan->items)
		find_carrier(plan, lfirst(cell));
	return plan;
}
