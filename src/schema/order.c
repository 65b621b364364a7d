/*
 * order.c
 *		Puts what a plan decided into an order in which it runs as it stands.
 *
 * What is done becomes nodes, each with its statements; what must come before
 * what becomes edges, from the dependencies of the actual schema (whoever needs
 * an object is dropped before it) and of the target (whoever needs one is made
 * after it).  Among the nodes that wait for nobody the one with the lowest rank
 * goes first: ranks give a readable order, edges a correct one.
 *
 * Columns and defaults are part of CREATE TABLE.  Where that makes a cycle, a
 * second attempt takes the defaults out, a third the generated columns.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "mb/pg_wchar.h"

#include "schema/column.h"
#include "schema/plan.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"

#define MAX_UNFOLD 3

enum
{
	RANK_DETACH = 0,
	RANK_DROP = 100,
	RANK_DEFAULT_DROP = 150,
	RANK_AWAY = 160,
	RANK_MAKE = 200,
	RANK_ALTER = 300,
	RANK_DEFAULT_SET = 400,
	RANK_OWN = 410,
	RANK_COPY = 420,
	RANK_ATTACH = 430,
	RANK_LATE = 600,
	RANK_META = 650,
	RANK_DROP_LATE = 700,
	RANK_LAST = 900
};

/* The order in which kinds are made, where nothing else decides. */
static const int kind_order[KIND_COUNT] = {
	[KIND_SCHEMA] = 0,
	[KIND_EXTENSION] = 1,
	[KIND_LANGUAGE] = 2,
	[KIND_COLLATION] = 3,
	[KIND_ENUM] = 4,
	[KIND_COMPOSITE] = 5,
	[KIND_ATTRIBUTE] = 6,
	[KIND_DOMAIN] = 7,
	[KIND_DOMAIN_CONSTRAINT] = 8,
	[KIND_RANGE] = 9,
	[KIND_FOREIGN_DATA_WRAPPER] = 10,
	[KIND_SERVER] = 11,
	[KIND_USER_MAPPING] = 12,
	[KIND_SEQUENCE] = 13,
	[KIND_TABLE] = 14,
	[KIND_COLUMN] = 15,
	[KIND_FUNCTION] = 20,
	[KIND_PROCEDURE] = 21,
	[KIND_AGGREGATE] = 22,
	[KIND_OPERATOR] = 23,
	[KIND_OPERATOR_FAMILY] = 24,
	[KIND_OPERATOR_CLASS] = 25,
	[KIND_CAST] = 26,
	[KIND_CONVERSION] = 27,
	[KIND_TRANSFORM] = 28,
	[KIND_ACCESS_METHOD] = 29,
	[KIND_TS_PARSER] = 30,
	[KIND_TS_TEMPLATE] = 31,
	[KIND_TS_DICTIONARY] = 32,
	[KIND_TS_CONFIGURATION] = 33,
	[KIND_CONSTRAINT] = 40,
	[KIND_VIEW] = 38,
	[KIND_MATERIALIZED_VIEW] = 39,
	[KIND_INDEX] = 42,
	[KIND_STATISTICS] = 43,
	[KIND_RULE] = 44,
	[KIND_TRIGGER] = 45,
	[KIND_POLICY] = 46,
	[KIND_EVENT_TRIGGER] = 60,
	[KIND_PUBLICATION] = 61,
	[KIND_SUBSCRIPTION] = 62,
	[KIND_DEFAULT_PRIVILEGES] = 63,
};

/* A name that relations or types share, whatever their kind. */
typedef struct NameEntry
{
	const char *name; /* key */
	PlanItem *leaving;
	PlanItem *coming;
} NameEntry;

/* Returns the object as it will be, or was. */
static SchemaObject *
any_object(const PlanItem *item)
{
	return item->to ? item->to : item->from;
}

/* Makes a node without statements. */
static PlanNode *
new_node(SchemaPlan *plan, PlanItem *item, int rank, const char *name)
{
	PlanNode *node = palloc0(sizeof(PlanNode));

	node->rank = rank;
	node->name = name;
	node->item = item;
	plan->nodes = lappend(plan->nodes, node);
	return node;
}

/* Says that one node comes before another. */
static void
add_edge(PlanNode *first, PlanNode *second)
{
	if (first == NULL || second == NULL || first == second)
		return;
	first->before = lappend(first->before, second);
	second->waits_for++;
}

/* Is the object made inside the statement that makes its parent? */
static bool
is_folded_make(const PlanItem *item)
{
	PlanItem *parent = item->parent;

	if (parent == NULL || item->to == NULL || parent->to == NULL ||
		(item->to->kind != KIND_COLUMN && item->to->kind != KIND_ATTRIBUTE))
		return false;
	if (parent->action != PLAN_CREATE && !dbmig_plan_is_remade(parent))
		return false;
	return !item->to->defer;
}

/* Does the object vanish with its parent? */
static bool
is_folded_drop(const SchemaPlan *plan, const PlanItem *item)
{
	PlanItem *parent = item->parent;

	if (parent == NULL || item->from == NULL)
		return false;
	switch (parent->action)
	{
		case PLAN_DROP:
		case PLAN_REPLACE:
		case PLAN_SWAP:
			/* an attribute that no new one is for */
			if (parent->action == PLAN_SWAP && item->to == NULL &&
				item->from->kind == KIND_ATTRIBUTE)
				return false;
			/* two tables may need each other */
			return plan->unfold == 0 || item->from->kind != KIND_CONSTRAINT ||
				   !dbmig_text_equal(dbmig_object_text(item->from, "type"),
									 "foreign key");
		case PLAN_REBUILD:
			/* their names would be in the way of the new ones */
			return item->from->kind == KIND_COLUMN;
		default:
			return false;
	}
}

/* Returns the node after which the object is there as it will be. */
static PlanNode *
make_of(const PlanItem *item)
{
	if (item->make)
		return item->make;
	if (item->carrier && item->action == PLAN_CREATE)
		return make_of(item->carrier);
	if (is_folded_make(item))
		return make_of(item->parent);
	return NULL;
}

/* Returns the node after which an altered object is as it will be. */
static PlanNode *
alter_of(const PlanItem *item)
{
	return item->alter || item->carrier == NULL ? item->alter :
												  alter_of(item->carrier);
}

/* Returns the node that drops the object. */
static PlanNode *
drop_of(const SchemaPlan *plan, const PlanItem *item)
{
	if (item->drop)
		return item->drop;
	if (item->carrier)
		return drop_of(plan, item->carrier);
	if (item->parent && is_folded_drop(plan, item))
		return drop_of(plan, item->parent);
	return NULL;
}

/* Returns the node before which nobody may need the object any more. */
static PlanNode *
first_disturbance(const SchemaPlan *plan, const PlanItem *item)
{
	if (item->away_node)
		return item->away_node;
	if (item->parent && item->parent->away_node && is_folded_drop(plan, item))
		return item->parent->away_node;
	return drop_of(plan, item);
}

/* Is the relation new, so that nothing is in it and nobody waits? */
static bool
is_fresh(const PlanItem *item)
{
	const PlanItem *owner = item->parent ? item->parent : item;

	return owner->action == PLAN_CREATE ||
		   (item->parent == NULL && dbmig_plan_is_remade(item) &&
			any_object(item)->kind != KIND_TABLE) ||
		   (item->parent && dbmig_plan_is_remade(owner) &&
			owner->action != PLAN_REBUILD);
}

/* Returns a name that is not in use, for something that has to make way. */
static const char *
away_name(SchemaPlan *plan, const SchemaObject *object)
{
	const char *name = object->name;
	char bare[NAMEDATALEN];
	char *suffix;
	int length = 0;

	/* take the quotes off */
	for (const char *c = name; *c && length < NAMEDATALEN - 1; c++)
	{
		if (*c == '"' && (c == name || c[1] == '\0'))
			continue;
		bare[length++] = *c;
		if (*c == '"' && c[1] == '"')
			c++;
	}
	if (length + strlen("__dbmig_old") < NAMEDATALEN)
		return quote_identifier(psprintf("%.*s__dbmig_old", length, bare));
	/* two long names may be the same once they are cut */
	suffix = psprintf("__dbmig_old%d", ++plan->aways);
	length = pg_mbcliplen(bare, length, NAMEDATALEN - 1 - strlen(suffix));
	return quote_identifier(psprintf("%.*s%s", length, bare, suffix));
}

/* Has the column another type than before, be it one of the same name? */
static bool
is_other_type(const SchemaPlan *plan, const SchemaObject *before,
			  const SchemaObject *after)
{
	ListCell *cell;

	if (!dbmig_text_equal(dbmig_object_text(before, "type"),
						  dbmig_object_text(after, "type")))
		return true;
	foreach(cell, before->depends)
	{
		SchemaObject *type = dbmig_model_find_ref(plan->actual, lfirst(cell));

		if (type && ((PlanItem *) type->plan)->action == PLAN_SWAP)
			return true;
	}
	return false;
}

/* Adds what makes room for a new table or type, and what follows. */
static void
make_way(SchemaPlan *plan, PlanItem *item, StepSink *sink)
{
	const SchemaObject *from = item->from;
	const SchemaObject *to = item->to;
	/* the old one is dropped with its parent, which brings the rows */
	bool with_parent = dbmig_plan_goes_with_parent(plan, item);
	StringInfoData columns;
	StringInfoData values;
	ListCell *cell;
	const char *old;

	item->away = away_name(plan, from);
	old = psprintf("%s.%s", from->schema, item->away);
	item->away_node = new_node(plan, item, RANK_AWAY, from->identity);
	sink->steps = NIL;
	sink->fresh = false;
	if (item->action == PLAN_SWAP)
	{
		if (from->kind == KIND_RANGE)
			dbmig_range_away(sink, from, item->away);
		else
			dbmig_step(sink, from, LOCK_NONE, HAZARD_NONE, true,
					   "ALTER %s %s RENAME TO %s",
					   from->kind == KIND_DOMAIN ? "DOMAIN" : "TYPE",
					   from->identity, item->away);
		item->away_node->steps = sink->steps;
		sink->steps = NIL;
		dbmig_step(sink, from, LOCK_NONE, HAZARD_NONE, true, "DROP %s %s",
				   from->kind == KIND_DOMAIN ? "DOMAIN" : "TYPE", old);
		item->drop = new_node(plan, item, RANK_DROP_LATE, from->identity);
		item->drop->steps = sink->steps;
		return;
	}
	dbmig_step(sink, from, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
			   "ALTER TABLE %s RENAME TO %s", from->identity, item->away);
	item->away_node->steps = sink->steps;
	sink->steps = NIL;
	initStringInfo(&columns);
	initStringInfo(&values);
	foreach(cell, to->children)
	{
		SchemaObject *column = lfirst(cell);

		SchemaObject *before;

		if (column->kind != KIND_COLUMN ||
			dbmig_object_text(column, "generated") ||
			(before = dbmig_object_child(from, KIND_COLUMN, column->key)) == NULL)
			continue;
		appendStringInfo(&columns, "%s%s", columns.len ? ", " : "",
						 column->name);
		appendStringInfo(&values, "%s%s", values.len ? ", " : "", column->name);
		if (is_other_type(plan, before, column))
			appendStringInfo(&values, "::text::%s",
							 dbmig_object_text(column, "type"));
	}
	if (columns.len > 0 && !with_parent)
		dbmig_step(sink, to, LOCK_ROW_EXCLUSIVE,
				   HAZARD_REWRITES | HAZARD_MAY_FAIL, true,
				   "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s",
				   to->identity, columns.data, values.data, old);
	foreach(cell, to->children)
	{
		SchemaObject *column = lfirst(cell);

		if (column->kind == KIND_COLUMN &&
			dbmig_object_text(column, "identity") &&
			dbmig_object_child(from, KIND_COLUMN, column->key))
		{
			SequenceOptions options = dbmig_identity_options(column);

			dbmig_sequence_follow(sink, to, dbmig_identity_sequence(column),
								  column, &options);
		}
	}
	if (!with_parent)
	{
		item->copy = new_node(plan, item, RANK_COPY, from->identity);
		item->copy->steps = sink->steps;
	}
	sink->steps = NIL;
	if (!with_parent)
		dbmig_step(sink, from, LOCK_ACCESS_EXCLUSIVE, HAZARD_NONE, true,
				   "DROP TABLE %s", old);
	item->drop = new_node(plan, item, RANK_DROP_LATE, from->identity);
	item->drop->steps = sink->steps;
}

/* Does dropping this lose what users have stored? */
static bool
is_stored(const SchemaObject *object)
{
	switch (object->kind)
	{
		case KIND_TABLE:
		case KIND_COLUMN:
		case KIND_SCHEMA:
		case KIND_SEQUENCE:
		case KIND_EXTENSION:
		case KIND_ENUM:
		case KIND_DOMAIN:
		case KIND_COMPOSITE:
		case KIND_RANGE:
		case KIND_ATTRIBUTE:
			return true;
		default:
			return false;
	}
}

/* Is the sequence dropped by dropping the column that owns it? */
static bool
goes_with_owner(const SchemaPlan *plan, const PlanItem *sequence)
{
	const char *owner = dbmig_object_text(sequence->from, "owned_by");
	SchemaObject *column =
		owner ? dbmig_model_find(plan->actual, KIND_COLUMN, owner) : NULL;

	return column && ((PlanItem *) column->plan)->to == NULL;
}

/* Makes the nodes that drop and make the object itself. */
static void
add_main_nodes(SchemaPlan *plan, PlanItem *item, StepSink *sink)
{
	const SchemaObject *object = any_object(item);
	const SchemaKind *kind = dbmig_schema_kind(object->kind);
	int order = kind_order[object->kind];
	bool remade = dbmig_plan_is_remade(item);

	if (item->action == PLAN_SWAP || item->action == PLAN_REBUILD)
		make_way(plan, item, sink);
	else if ((item->action == PLAN_DROP || remade) && !item->carrier &&
			 !is_folded_drop(plan, item))
	{
		int rank = is_stored(item->from) && !remade ? RANK_DROP_LATE : RANK_DROP;

		item->drop = new_node(plan, item, rank + 99 - order, object->identity);
		sink->steps = NIL;
		sink->fresh = false;
		if (kind && kind->drop &&
			!(object->kind == KIND_SEQUENCE && item->to == NULL &&
			  goes_with_owner(plan, item)))
			kind->drop(sink, item->from);
		item->drop->steps = sink->steps;
	}
	if ((item->action == PLAN_CREATE || remade) && !is_folded_make(item) &&
		!(item->carrier && object->kind == KIND_COLUMN))
	{
		/* an event trigger would fire on what comes after it */
		item->make =
			new_node(plan, item,
					 object->kind == KIND_EVENT_TRIGGER ? RANK_LAST :
														  RANK_MAKE + order,
					 object->identity);
		sink->steps = NIL;
		sink->fresh = is_fresh(item);
		if (kind && kind->create)
			kind->create(sink, item->to);
		item->make->steps = sink->steps;
	}
	if (item->action == PLAN_ALTER && !item->carrier)
	{
		/* a column may be rewritten, and what is built on it with it */
		int rank = object->kind == KIND_COLUMN ? RANK_MAKE : RANK_ALTER;

		item->alter = new_node(plan, item, rank + order, object->identity);
		item->alter->steps = item->steps;
	}
}

/* Makes the nodes of a column's default. */
static void
add_default_nodes(SchemaPlan *plan, PlanItem *item, StepSink *sink)
{
	const SchemaObject *object = any_object(item);
	bool made = item->action == PLAN_CREATE || dbmig_plan_is_remade(item);

	if (object->kind != KIND_COLUMN)
		return;
	if (made)
	{
		if (item->to->defer_default && dbmig_object_text(item->to, "default") &&
			!item->carrier)
		{
			sink->steps = NIL;
			sink->fresh = is_fresh(item);
			dbmig_column_default_set(sink, item->to);
			item->default_set =
				new_node(plan, item, RANK_DEFAULT_SET, object->identity);
			item->default_set->steps = sink->steps;
		}
		return;
	}
	if (item->to == NULL || item->from == NULL)
		return;
	if (item->default_action == PLAN_DROP ||
		item->default_action == PLAN_REPLACE)
	{
		sink->steps = NIL;
		sink->fresh = false;
		dbmig_column_default_drop(sink, item->from);
		item->default_drop =
			new_node(plan, item, RANK_DEFAULT_DROP, object->identity);
		item->default_drop->steps = sink->steps;
	}
	if (item->default_action == PLAN_CREATE ||
		item->default_action == PLAN_ALTER ||
		item->default_action == PLAN_REPLACE)
	{
		sink->steps = NIL;
		sink->fresh = false;
		dbmig_column_default_set(sink, item->to);
		item->default_set =
			new_node(plan, item, RANK_DEFAULT_SET, object->identity);
		item->default_set->steps = sink->steps;
	}
}

/* Is the index of a partitioned table made, or made again? */
static bool
is_remade_index(const SchemaPlan *plan, ObjectKind kind, const char *identity)
{
	SchemaObject *index = dbmig_model_find(plan->target, kind, identity);
	PlanItem *item = index ? index->plan : NULL;

	return item && (item->action == PLAN_CREATE || dbmig_plan_is_remade(item));
}

/* Is the constraint a foreign key? */
static bool
is_foreign_key(const SchemaObject *object)
{
	return object->kind == KIND_CONSTRAINT &&
		   dbmig_text_equal(dbmig_object_text(object, "type"), "foreign key");
}

/* Does a foreign key point to the table, or to one that it is a partition of? */
static bool
is_referenced(const SchemaPlan *plan, const SchemaObject *table)
{
	const char *parent = dbmig_object_text(table, "partition_of");
	ListCell *cell;
	ListCell *other;

	foreach(cell, table->children)
	{
		const PlanItem *column = ((SchemaObject *) lfirst(cell))->plan;

		foreach(other, column->dependants)
		{
			const SchemaObject *key = ((PlanItem *) lfirst(other))->from;

			if (is_foreign_key(key) && key->parent != table)
				return true;
		}
	}
	table = parent ? dbmig_model_find(plan->actual, KIND_TABLE, parent) : NULL;
	return table && is_referenced(plan, table);
}

/* Must a partition be detached before the server lets it be dropped? */
static bool
drops_detached(const SchemaPlan *plan, const PlanItem *partition)
{
	const SchemaObject *parent =
		partition->action == PLAN_DROP ?
			dbmig_model_find(plan->actual, KIND_TABLE,
							 dbmig_object_text(partition->from, "partition_of")) :
			NULL;

	return parent && ((PlanItem *) parent->plan)->to &&
		   !dbmig_plan_is_remade(parent->plan) && is_referenced(plan, parent);
}

/* Makes the nodes of what stands outside of CREATE: partitions, ownership, … */
static void
add_side_nodes(SchemaPlan *plan, PlanItem *item, StepSink *sink)
{
	const SchemaObject *from = item->from;
	const SchemaObject *to = item->to;
	const SchemaObject *object = any_object(item);
	SchemaObject *other;
	bool made = item->action == PLAN_CREATE || dbmig_plan_is_remade(item);
	const char *before;
	const char *after;

	sink->fresh = false;
	sink->steps = NIL;
	if (to &&
		(object->kind == KIND_TABLE || object->kind == KIND_MATERIALIZED_VIEW))
	{
		List *diffs = dbmig_plan_diffs(made ? NULL : from, to, true);

		if (diffs)
		{
			sink->fresh = item->action == PLAN_CREATE;
			dbmig_plan_alter(sink, made ? to : from, to, diffs);
			item->late = new_node(plan, item, RANK_LATE, object->identity);
			item->late->steps = sink->steps;
			sink->steps = NIL;
		}
		sink->fresh = false;
	}
	if (object->kind == KIND_TABLE)
	{
		bool moved;

		before = from ? dbmig_object_text(from, "partition_of") : NULL;
		after = to ? dbmig_object_text(to, "partition_of") : NULL;
		moved = !dbmig_text_equal(before, after) ||
				(from && to && after &&
				 !dbmig_text_equal(dbmig_object_text(from, "bound"),
								   dbmig_object_text(to, "bound")));
		if (before && (to == NULL ? drops_detached(plan, item) :
					   made		  ? item->action == PLAN_REBUILD &&
								  !dbmig_plan_goes_with_parent(plan, item) :
							  moved))
		{
			dbmig_table_detach(sink, from);
			item->detach = new_node(plan, item, RANK_DETACH, object->identity);
			item->detach->steps = sink->steps;
			sink->steps = NIL;
		}
		if (after && (made || moved))
		{
			sink->fresh = made && item->action == PLAN_CREATE;
			dbmig_table_attach(sink, to);
			item->attach = new_node(plan, item, RANK_ATTACH, object->identity);
			item->attach->steps = sink->steps;
			sink->steps = NIL;
		}
	}
	else if (object->kind == KIND_SEQUENCE && to)
	{
		bool rebuilt = false;

		before = from ? dbmig_object_text(from, "owned_by") : NULL;
		after = dbmig_object_text(to, "owned_by");
		if (after)
		{
			SchemaObject *column =
				dbmig_model_find(plan->target, KIND_COLUMN, after);

			rebuilt =
				column && from &&
				(dbmig_plan_is_remade(column->plan) ||
				 dbmig_plan_is_remade(((PlanItem *) column->plan)->parent));
		}
		if (!dbmig_text_equal(before, after) || (made && after) || rebuilt)
		{
			if (after)
				dbmig_sequence_owner_set(sink, to);
			else
				dbmig_sequence_owner_drop(sink, to);
			item->own = new_node(plan, item, RANK_OWN, object->identity);
			item->own->steps = sink->steps;
			sink->steps = NIL;
		}
	}
	else if ((object->kind == KIND_INDEX || object->kind == KIND_CONSTRAINT) &&
			 to && (after = dbmig_object_text(to, "attached_to")) != NULL)
	{
		before = from ? dbmig_object_text(from, "attached_to") : NULL;
		if (made || !dbmig_text_equal(before, after) ||
			(item->carrier && dbmig_plan_is_remade(item->carrier)) ||
			is_remade_index(plan, object->kind, after))
		{
			other = dbmig_model_find(plan->target, to->kind, after);
			sink->fresh = is_fresh(item) && other && is_fresh(other->plan);
			dbmig_index_attach(sink, to);
			item->attach =
				new_node(plan, item, RANK_ATTACH + 1, object->identity);
			item->attach->steps = sink->steps;
			sink->steps = NIL;
		}
	}
}

/* Makes the node of comment, owner and grants. */
static void
add_meta_node(SchemaPlan *plan, PlanItem *item, StepSink *sink)
{
	bool made = item->action == PLAN_CREATE || dbmig_plan_is_remade(item);

	if (item->to == NULL)
		return;
	sink->fresh = made && is_fresh(item);
	sink->steps = NIL;
	dbmig_meta_steps(sink, made ? NULL : item->from, item->to);
	if (sink->steps == NIL)
		return;
	if (item->make)
	{
		item->make->steps = list_concat(item->make->steps, sink->steps);
		return;
	}
	item->meta = new_node(plan, item, RANK_META + kind_order[item->to->kind],
						  item->to->identity);
	item->meta->steps = sink->steps;
}

/* Makes all nodes. */
static void
add_nodes(SchemaPlan *plan)
{
	StepSink sink = {0};
	ListCell *cell;

	sink.target = plan->target;
	sink.actual = plan->actual;
	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);

		item->drop = item->make = item->alter = NULL;
		item->default_drop = item->default_set = item->away_node = NULL;
		item->copy = item->attach = item->detach = NULL;
		item->own = item->late = item->meta = item->room = NULL;
	}
	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);

		if (any_object(item)->kind == KIND_UNMODELLED)
			continue;
		add_main_nodes(plan, item, &sink);
		add_default_nodes(plan, item, &sink);
		add_side_nodes(plan, item, &sink);
		add_meta_node(plan, item, &sink);
	}
}

/* Adds the edges from what the object will need. */
static void
add_target_edges(SchemaPlan *plan, PlanItem *item)
{
	ListCell *cell;
	PlanNode *make = make_of(item);
	PlanNode *alter = item->alter;

	foreach(cell, item->to->depends)
	{
		SchemaObject *needed = dbmig_model_find_ref(plan->target, lfirst(cell));
		PlanItem *other;
		ListCell *attached;

		if (needed == NULL)
			continue;
		other = needed->plan;
		add_edge(make_of(other), make);
		add_edge(make_of(other), alter);
		add_edge(alter_of(other), make);
		add_edge(alter_of(other), alter);
		/* a foreign key takes whichever fitting index it finds */
		if (is_foreign_key(item->to) && needed->parent &&
			((PlanItem *) needed->parent->plan)->from)
			foreach(attached,
					((PlanItem *) needed->parent->plan)->from->children)
			{
				PlanItem *key = ((SchemaObject *) lfirst(attached))->plan;

				if (key->action == PLAN_DROP &&
					(key->from->kind == KIND_CONSTRAINT ||
					 key->from->kind == KIND_INDEX) &&
					!is_foreign_key(key->from))
					add_edge(drop_of(plan, key), make);
			}
		/* a key of a partitioned table is valid when its parts are attached */
		foreach(attached, other->attached)
			add_edge(((PlanItem *) lfirst(attached))->attach, make);
		if (other->default_drop && needed->kind == KIND_COLUMN)
			add_edge(other->default_drop, make);
	}
	foreach(cell, dbmig_object_list(item->to, "default_depends_on"))
	{
		SchemaObject *needed = dbmig_model_find_ref(plan->target, lfirst(cell));
		PlanNode *node = item->default_set;

		if (needed == NULL)
			continue;
		if (node == NULL && item->action != PLAN_KEEP)
			node = make;
		add_edge(make_of(needed->plan), node);
		add_edge(alter_of(needed->plan), node);
	}
	/* its schema is in its name */
	if (item->to->schema && item->parent == NULL)
	{
		SchemaObject *schema =
			dbmig_model_find(plan->target, KIND_SCHEMA, item->to->schema);

		if (schema)
			add_edge(make_of(schema->plan), make);
	}
}

/* Is the object inside of one that is renamed away and dropped late? */
static bool
goes_with_away(const SchemaPlan *plan, const PlanItem *item)
{
	return item->parent && item->parent->away_node && is_folded_drop(plan, item);
}

/* Will the object, as it is to be, need the other as well? */
static bool
needs_still(const PlanItem *item, const SchemaObject *needed)
{
	ListCell *cell;

	foreach(cell, item->to->depends)
		if (strcmp(lfirst(cell), dbmig_object_ref(needed)) == 0)
			return true;
	return false;
}

/* Adds the edges to what the object needs now. */
static void
add_actual_edges(SchemaPlan *plan, PlanItem *item)
{
	ListCell *cell;

	foreach(cell, item->from->depends)
	{
		SchemaObject *needed = dbmig_model_find_ref(plan->actual, lfirst(cell));
		PlanItem *other;
		PlanNode *drop = drop_of(plan, item);

		if (needed == NULL)
			continue;
		other = needed->plan;
		if (drop && other->action == PLAN_SWAP &&
			(item->away_node || goes_with_away(plan, item)))
			add_edge(drop, other->drop);
		else if (drop)
			add_edge(drop, first_disturbance(plan, other));
		else if (item->alter)
			add_edge(item->alter, drop_of(plan, other));
		/* a primary key goes before its column may be null */
		if (drop)
			add_edge(drop, alter_of(other));
		else if (item->alter && !needs_still(item, needed))
			add_edge(item->alter, alter_of(other));
	}
	foreach(cell, dbmig_object_list(item->from, "default_depends_on"))
	{
		SchemaObject *needed = dbmig_model_find_ref(plan->actual, lfirst(cell));
		PlanNode *node = item->default_drop ? item->default_drop :
						 item->default_set	? item->default_set :
											  drop_of(plan, item);

		if (needed)
			add_edge(node, first_disturbance(plan, needed->plan));
	}
	if (item->from->schema && item->parent == NULL)
	{
		SchemaObject *schema =
			dbmig_model_find(plan->actual, KIND_SCHEMA, item->from->schema);

		if (schema)
			add_edge(drop_of(plan, item), drop_of(plan, schema->plan));
	}
}

/* The steps of a parent's column come before those of the child's. */
static void
add_origin_edges(SchemaPlan *plan, PlanItem *item)
{
	PlanItem *origin = item->origin;

	add_edge(make_of(origin), make_of(item));
	add_edge(make_of(origin), item->default_set);
	add_edge(alter_of(origin), item->alter);
	add_edge(alter_of(origin), item->default_set);
	if (item->from && origin->from && item->drop)
		add_edge(drop_of(plan, origin), item->drop);
	/* the statement for the parent would have to cast it */
	add_edge(item->default_drop, alter_of(origin));
}

/* Has a column an identity before, but not after? */
static bool
loses_identity(const PlanItem *column)
{
	return column->from && column->to &&
		   dbmig_object_text(column->from, "identity") &&
		   !dbmig_object_text(column->to, "identity");
}

/* A table has its type when its columns are those of the type, not before. */
static void
add_type_edges(PlanItem *item, PlanItem *table, PlanNode *make, PlanNode *drop)
{
	if (table->from == NULL || table->to == NULL || table->alter == NULL ||
		dbmig_text_equal(dbmig_object_text(table->from, "of_type"),
						 dbmig_object_text(table->to, "of_type")))
		return;
	if (dbmig_object_text(table->to, "of_type"))
	{
		add_edge(make, table->alter);
		add_edge(item->alter, table->alter);
		add_edge(drop, table->alter);
	}
	else
	{
		add_edge(table->alter, make);
		add_edge(table->alter, item->alter);
		add_edge(table->alter, drop);
	}
}

/* Whatever moves to a new type does so before this node. */
static void
add_edges_from_moves(const PlanItem *type, PlanNode *node)
{
	ListCell *cell;

	check_stack_depth();
	foreach(cell, type->dependants)
	{
		PlanItem *item = lfirst(cell);

		if (item->from->kind == KIND_ATTRIBUTE)
			item = item->parent;
		if (item->from->kind == KIND_COLUMN)
			add_edge(item->alter, node);
		else if (item->action == PLAN_SWAP)
			add_edges_from_moves(item, node);
	}
}

/*
 * A logged table cannot refer to an unlogged one, so of two that change, the one
 * that refers is unlogged first, and logged last.
 */
static void
add_unlogged_edges(SchemaPlan *plan, PlanItem *key)
{
	PlanItem *table = key->parent;
	ListCell *cell;

	if (table->alter == NULL || dbmig_object_bool(table->from, "unlogged") ==
									dbmig_object_bool(table->to, "unlogged"))
		return;
	foreach(cell, key->to->depends)
	{
		SchemaObject *needed = dbmig_model_find_ref(plan->target, lfirst(cell));
		PlanItem *other = needed && needed->parent ? needed->parent->plan : NULL;

		if (other == NULL || other->from == NULL)
			continue;
		if (dbmig_object_bool(table->to, "unlogged"))
			add_edge(table->alter, other->alter);
		else
			add_edge(other->alter, table->alter);
	}
}

/* Adds the edges between the nodes of one object and of its parent. */
static void
add_own_edges(SchemaPlan *plan, PlanItem *item)
{
	PlanItem *parent = item->parent;
	PlanNode *make = make_of(item);
	PlanNode *drop = drop_of(plan, item);
	ListCell *cell;

	if (item->away_node)
	{
		add_edge(item->detach, item->away_node);
		add_edge(item->away_node, make);
		add_edge(make, item->copy);
		add_edge(item->copy, item->drop);
		add_edge(make, item->drop);
	}
	else if (dbmig_plan_is_remade(item))
		add_edge(drop, make);
	add_edge(item->default_drop, item->alter);
	add_edge(item->default_drop, item->default_set);
	add_edge(alter_of(item), item->default_set);
	add_edge(make, item->default_set);
	add_edge(make, item->own);
	add_edge(item->alter, item->own);
	add_edge(make, item->attach);
	add_edge(item->alter, item->attach);
	add_edge(item->detach, item->alter);
	add_edge(item->detach, item->attach);
	if (item->action == PLAN_DROP)
		add_edge(item->detach, drop);
	add_edge(item->attach, item->copy);
	add_edge(make, item->late);
	add_edge(item->alter, item->late);
	add_edge(make, item->meta);
	add_edge(item->alter, item->meta);
	add_edge(item->default_set, item->meta);
	if (item->origin)
		add_origin_edges(plan, item);
	if (parent == NULL)
		return;
	add_edge(make_of(parent), make);
	if (item->action == PLAN_KEEP && is_foreign_key(item->to))
		add_unlogged_edges(plan, item);
	/* a table of a type cannot have columns of its own */
	if (parent->alter && dbmig_object_text(parent->from, "of_type") &&
		!dbmig_object_text(parent->to, "of_type"))
	{
		add_edge(parent->alter, item->make);
		add_edge(parent->alter, item->alter);
		add_edge(parent->alter, item->drop);
	}
	if (any_object(item)->kind == KIND_COLUMN)
		add_type_edges(item, parent, make, drop);
	if (any_object(item)->kind == KIND_ATTRIBUTE && item->make &&
		parent->action == PLAN_SWAP)
		add_edges_from_moves(parent, item->make);
	/* what moves to a new domain meets its checks */
	if (any_object(item)->kind == KIND_DOMAIN_CONSTRAINT && item->to &&
		dbmig_plan_is_remade(parent))
		foreach(cell, parent->dependants)
		{
			PlanItem *other = lfirst(cell);

			add_edge(make, other->alter);
			if (other->to)
				add_edge(make, make_of(other));
		}
	add_edge(parent->detach, item->alter);
	add_edge(parent->detach, drop);
	add_edge(parent->detach, item->default_set);
	add_edge(parent->meta, item->meta);
	/* what happens to a partition's columns and keys comes before ATTACH */
	if (any_object(item)->kind != KIND_TRIGGER &&
		!dbmig_text_equal(dbmig_object_text(any_object(item), "type"),
						  "foreign key"))
	{
		add_edge(make, parent->attach);
		add_edge(item->alter, parent->attach);
		add_edge(item->default_drop, parent->attach);
	}
	if (item->inherited)
	{
		/* INHERIT and NO INHERIT are alterations of the table */
		add_edge(parent->alter, drop);
		add_edge(make, parent->alter);
	}
	if (make != make_of(parent))
		add_edge(make, parent->late);
	add_edge(item->alter, parent->late);
	if (item->from && drop && drop != drop_of(plan, parent))
		add_edge(drop, first_disturbance(plan, parent));
	/* the old rows go in before triggers and keys are made */
	if (item->to == NULL || make == make_of(parent))
		return;
	add_edge(parent->copy, make);
	if (any_object(item)->kind == KIND_TRIGGER)
		for (; dbmig_plan_goes_with_parent(plan, parent);
			 add_edge(parent->copy, make))
			parent =
				dbmig_model_find(plan->actual, KIND_TABLE,
								 dbmig_object_text(parent->from, "partition_of"))
					->plan;
}

/* Returns the name by which the object stands in the way of others. */
static char *
shared_name(const SchemaObject *object, bool as_type)
{
	switch (object->kind)
	{
		case KIND_TABLE:
		case KIND_VIEW:
		case KIND_MATERIALIZED_VIEW:
		case KIND_COMPOSITE:
			return psprintf("%s %s", as_type ? "type" : "relation",
							object->identity);
		case KIND_SEQUENCE:
		case KIND_INDEX:
			return as_type ? NULL : psprintf("relation %s", object->identity);
		case KIND_CONSTRAINT:
			if (as_type ||
				dbmig_text_equal(dbmig_object_text(object, "type"), "check") ||
				dbmig_text_equal(dbmig_object_text(object, "type"),
								 "foreign key"))
				return NULL;
			return psprintf("relation %s.%s", object->schema, object->name);
		case KIND_ENUM:
		case KIND_DOMAIN:
		case KIND_RANGE:
			return as_type ? psprintf("type %s", object->identity) : NULL;
		case KIND_FUNCTION:
		case KIND_PROCEDURE:
		case KIND_AGGREGATE:
			return as_type ? NULL : psprintf("routine %s", object->identity);
		default:
			return NULL;
	}
}

/*
 * Returns the node after which a partitioned table has no partition any more
 * whose rows may belong into a new one; NULL if the table is new itself.
 */
static PlanNode *
make_room(SchemaPlan *plan, PlanItem *table)
{
	if (table->from == NULL || dbmig_plan_is_remade(table))
		return NULL;
	if (table->room == NULL)
		table->room = new_node(plan, table, RANK_DETACH, table->from->identity);
	return table->room;
}

/* Adds the edges of partitions and attached indexes. */
static void
add_partition_edges(SchemaPlan *plan, PlanItem *item)
{
	const SchemaObject *object = any_object(item);
	const char *parent_name;
	SchemaObject *parent;
	ListCell *cell;

	if (object->kind == KIND_TABLE)
	{
		if (item->to &&
			(parent_name = dbmig_object_text(item->to, "partition_of")) &&
			(parent = dbmig_model_find(plan->target, KIND_TABLE, parent_name)))
		{
			PlanItem *other = parent->plan;

			add_edge(make_of(other), item->attach);
			/* from the leaves up, or keys would be made for leaves unasked */
			add_edge(item->attach, other->attach);
			add_edge(item->attach, other->copy);
			add_edge(make_room(plan, other), item->attach);
			foreach(cell, parent->children)
			{
				PlanItem *child = ((SchemaObject *) lfirst(cell))->plan;

				if (child->to->kind == KIND_COLUMN)
				{
					add_edge(make_of(child), item->attach);
					add_edge(child->alter, item->attach);
				}
				else if (shared_name(child->to, false))
					/* ATTACH would give the partition such an index, too */
					add_edge(item->attach, child->make);
			}
		}
		if (item->from &&
			(parent_name = dbmig_object_text(item->from, "partition_of")) &&
			(parent = dbmig_model_find(plan->actual, KIND_TABLE, parent_name)))
		{
			PlanItem *other = parent->plan;

			add_edge(item->detach, first_disturbance(plan, other));
			add_edge(item->detach, make_room(plan, other));
			foreach(cell, parent->children)
				add_edge(item->detach,
						 drop_of(plan, ((SchemaObject *) lfirst(cell))->plan));
			if (item->action == PLAN_DROP)
			{
				add_edge(drop_of(plan, item), drop_of(plan, other));
				add_edge(drop_of(plan, item), make_room(plan, other));
				/* its rows may have a place in another */
				add_edge(other->copy, item->drop);
			}
			/* the old table takes its old partitions with it */
			if (item->away_node)
				add_edge(item->away_node, drop_of(plan, other));
		}
		return;
	}
	foreach(cell, item->attached)
	{
		PlanItem *child = lfirst(cell);

		add_edge(make_of(item), child->attach);
		add_edge(alter_of(item), child->attach);
		if (child->parent)
			add_edge(child->parent->attach, child->attach);
		/* ATTACH of its table would not see it before it is valid */
		if (item->parent)
			add_edge(child->attach, item->parent->attach);
		/* an index made after its child would make one of its own */
		add_edge(make_of(child), make_of(item));
	}
}

/* Adds the edges of ownership of sequences. */
static void
add_owner_edges(SchemaPlan *plan, PlanItem *item)
{
	const char *owner;
	SchemaObject *column;

	if (any_object(item)->kind != KIND_SEQUENCE)
		return;
	if (item->own && item->to &&
		(owner = dbmig_object_text(item->to, "owned_by")) &&
		(column = dbmig_model_find(plan->target, KIND_COLUMN, owner)))
	{
		add_edge(make_of(column->plan), item->own);
		add_edge(alter_of(column->plan), item->own);
		if (((PlanItem *) column->plan)->parent)
			add_edge(item->own, ((PlanItem *) column->plan)->parent->drop);
		/* the sequence of the identity may have its name */
		if (item->from == NULL && loses_identity(column->plan))
			add_edge(alter_of(column->plan), item->make);
	}
	/* the sequence of an identity may have the name of this one */
	if (item->make && (owner = dbmig_object_text(item->to, "owned_by")) &&
		(column = dbmig_model_find(plan->actual, KIND_COLUMN, owner)) &&
		dbmig_object_text(column, "identity"))
		add_edge(alter_of(column->plan), item->make);
	if (item->from && (owner = dbmig_object_text(item->from, "owned_by")) &&
		(column = dbmig_model_find(plan->actual, KIND_COLUMN, owner)))
	{
		if (item->to)
			add_edge(item->own, drop_of(plan, column->plan));
		else if (goes_with_owner(plan, item))
			add_edge(drop_of(plan, column->plan), item->drop);
		else
			/* an identity would choose another name for its sequence */
			add_edge(item->drop, alter_of(column->plan));
	}
}

/* Hashes a key that is a pointer to a string. */
static uint32
hash_name(const void *key, Size size)
{
	return string_hash(*(const char *const *) key, NAMEDATALEN * 4);
}

/* Compares two such keys. */
static int
match_name(const void *a, const void *b, Size size)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Whoever takes a name comes after whoever gives it up. */
static void
add_name_edges(SchemaPlan *plan)
{
	HASHCTL ctl = {0};
	HTAB *names;
	HASH_SEQ_STATUS status;
	NameEntry *entry;
	ListCell *cell;

	ctl.keysize = sizeof(char *);
	ctl.entrysize = sizeof(NameEntry);
	ctl.hash = hash_name;
	ctl.match = match_name;
	ctl.hcxt = CurrentMemoryContext;
	names = hash_create("dbmig names", 256, &ctl,
						HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);
		bool leaving = item->action == PLAN_DROP || dbmig_plan_is_remade(item);
		bool coming = item->action == PLAN_CREATE || dbmig_plan_is_remade(item);

		for (int i = 0; i < 2 && (leaving || coming); i++)
		{
			char *name = shared_name(any_object(item), i == 1);
			bool found;

			if (name == NULL)
				continue;
			entry = hash_search(names, &name, HASH_ENTER, &found);
			if (!found)
				entry->leaving = entry->coming = NULL;
			if (leaving)
				entry->leaving = item;
			if (coming)
				entry->coming = item;
		}
	}
	hash_seq_init(&status, names);
	while ((entry = hash_seq_search(&status)) != NULL)
		if (entry->leaving && entry->coming && entry->leaving != entry->coming)
			add_edge(first_disturbance(plan, entry->leaving),
					 make_of(entry->coming));
	/* one primary key for each table */
	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);
		ListCell *other;

		if (item->action != PLAN_CREATE || item->parent == NULL ||
			item->parent->from == NULL || item->to->kind != KIND_CONSTRAINT ||
			!dbmig_text_equal(dbmig_object_text(item->to, "type"), "primary key"))
			continue;
		foreach(other, item->parent->from->children)
		{
			PlanItem *old = ((SchemaObject *) lfirst(other))->plan;

			if (old->action == PLAN_DROP &&
				dbmig_text_equal(dbmig_object_text(old->from, "type"),
								 "primary key"))
				add_edge(drop_of(plan, old), make_of(item));
		}
	}
}

/* Something made by the plan, under a name that a function's text may use. */
typedef struct MadeEntry
{
	char name[NAMEDATALEN]; /* key */
	PlanNode *node;
} MadeEntry;

/* Is one node reached from another? */
static bool
is_reached(PlanNode *from, const PlanNode *to, List **seen)
{
	ListCell *cell;

	check_stack_depth();
	if (from == to)
		return true;
	if (list_member_ptr(*seen, from))
		return false;
	*seen = lappend(*seen, from);
	foreach(cell, from->before)
		if (is_reached(lfirst(cell), to, seen))
			return true;
	return false;
}

/* Adds edges from what the names in a text may mean, if they make no cycle. */
static void
add_soft_edges(HTAB *made, PlanNode *node, const char *text)
{
	while (*text)
	{
		char name[NAMEDATALEN] = {0};
		int length = 0;
		MadeEntry *entry;
		List *seen = NIL;

		if (!isalpha((unsigned char) *text) && *text != '_')
		{
			text++;
			continue;
		}
		for (; isalnum((unsigned char) *text) || *text == '_' || *text == '$';
			 text++)
			if (length < NAMEDATALEN - 1)
				name[length++] = pg_tolower((unsigned char) *text);
		entry = hash_search(made, name, HASH_FIND, NULL);
		if (entry && entry->node != node &&
			!list_member_ptr(entry->node->before, node) &&
			!is_reached(node, entry->node, &seen))
			add_edge(entry->node, node);
	}
}

/*
 * The server keeps no dependencies of the texts of SQL functions, but runs them
 * where a default or a materialized view calls them.  So a function comes after
 * what its text seems to name, as far as nothing else is against it.
 */
static void
add_text_edges(SchemaPlan *plan)
{
	HASHCTL ctl = {0};
	HTAB *made;
	ListCell *cell;
	List *functions = NIL;

	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);

		if (item->make &&
			(item->to->kind == KIND_FUNCTION ||
			 item->to->kind == KIND_PROCEDURE) &&
			dbmig_text_equal(dbmig_object_text(item->to, "language"), "sql") &&
			dbmig_object_text(item->to, "body"))
			functions = lappend(functions, item);
	}
	if (functions == NIL)
		return;
	ctl.keysize = NAMEDATALEN;
	ctl.entrysize = sizeof(MadeEntry);
	ctl.hcxt = CurrentMemoryContext;
	made = hash_create("dbmig made", 256, &ctl,
					   HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);
		char name[NAMEDATALEN];

		if (item->make == NULL || item->parent)
			continue;
		strlcpy(name, item->to->name, NAMEDATALEN);
		((MadeEntry *) hash_search(made, name, HASH_ENTER, NULL))->node =
			item->make;
	}
	foreach(cell, functions)
	{
		PlanItem *item = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		add_soft_edges(made, item->make, dbmig_object_text(item->to, "body"));
	}
}

/* Adds all edges. */
static void
add_edges(SchemaPlan *plan)
{
	ListCell *cell;

	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (any_object(item)->kind == KIND_UNMODELLED)
			continue;
		if (item->to)
			add_target_edges(plan, item);
		if (item->from)
			add_actual_edges(plan, item);
		add_own_edges(plan, item);
		add_partition_edges(plan, item);
		add_owner_edges(plan, item);
	}
	add_name_edges(plan);
	add_text_edges(plan);
}

/* Orders nodes by rank, then by name. */
static int
compare_nodes(const PlanNode *a, const PlanNode *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* A heap of nodes that wait for nobody. */
typedef struct ReadyHeap
{
	PlanNode **nodes;
	int count;
} ReadyHeap;

/* Adds a node. */
static void
heap_push(ReadyHeap *heap, PlanNode *node)
{
	int i = heap->count++;

	while (i > 0 && compare_nodes(node, heap->nodes[(i - 1) / 2]) < 0)
	{
		heap->nodes[i] = heap->nodes[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap->nodes[i] = node;
}

/* Takes the first node out. */
static PlanNode *
heap_pop(ReadyHeap *heap)
{
	PlanNode *first = heap->nodes[0];
	PlanNode *last = heap->nodes[--heap->count];
	int i = 0;

	for (;;)
	{
		int child = 2 * i + 1;

		if (child >= heap->count)
			break;
		if (child + 1 < heap->count &&
			compare_nodes(heap->nodes[child + 1], heap->nodes[child]) < 0)
			child++;
		if (compare_nodes(last, heap->nodes[child]) <= 0)
			break;
		heap->nodes[i] = heap->nodes[child];
		i = child;
	}
	heap->nodes[i] = last;
	return first;
}

/* Finds the node to go on with where all wait for each other. */
static PlanNode *
break_cycle(SchemaPlan *plan)
{
	PlanNode *best = NULL;
	ListCell *cell;

	foreach(cell, plan->nodes)
	{
		PlanNode *node = lfirst(cell);

		if (!node->done && (best == NULL || compare_nodes(node, best) < 0))
			best = node;
	}
	return best;
}

/*
 * Emits the nodes in order.  Returns false if some wait for each other, and
 * cycles are not to be broken.
 */
static bool
emit(SchemaPlan *plan, bool force, List **steps)
{
	ReadyHeap ready = {0};
	ListCell *cell;
	int left = list_length(plan->nodes);

	ready.nodes = palloc(sizeof(PlanNode *) * (left + 1));
	foreach(cell, plan->nodes)
	{
		PlanNode *node = lfirst(cell);

		if (node->waits_for == 0)
			heap_push(&ready, node);
	}
	while (left > 0)
	{
		PlanNode *node;

		if (ready.count > 0)
			node = heap_pop(&ready);
		else if (force)
			node = break_cycle(plan);
		else
			return false;
		if (node->done)
			continue;
		node->done = true;
		left--;
		*steps = list_concat(*steps, node->steps);
		foreach(cell, node->before)
		{
			PlanNode *other = lfirst(cell);

			if (--other->waits_for == 0 && !other->done)
				heap_push(&ready, other);
		}
	}
	return true;
}

/* Takes more out of CREATE TABLE. */
static void
unfold(SchemaPlan *plan)
{
	ListCell *cell;

	plan->unfold++;
	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);

		if (item->to == NULL || item->to->kind != KIND_COLUMN)
			continue;
		if (dbmig_object_attr(item->to, "default_depends_on"))
			item->to->defer_default = true;
		if (plan->unfold >= 2 && dbmig_object_text(item->to, "generated"))
			item->to->defer = true;
	}
}

/* Returns the steps of a plan, in order. */
List *
dbmig_plan_order(SchemaPlan *plan)
{
	for (;;)
	{
		List *steps = NIL;

		plan->nodes = NIL;
		add_nodes(plan);
		add_edges(plan);
		if (emit(plan, plan->unfold >= MAX_UNFOLD, &steps))
			return steps;
		unfold(plan);
	}
}
