/*
 * plan.h
 *		From an actual schema to a target: what is done to each object, and in
 *		which order.
 */
#ifndef DBMIG_SCHEMA_PLAN_H
#define DBMIG_SCHEMA_PLAN_H

#include "postgres.h"

#include "catalog/object.h"
#include "schema/kind.h"

/* What is done to an object. */
typedef enum PlanAction
{
	PLAN_KEEP, /* nothing, or only comment, grants, owner */
	PLAN_CREATE,
	PLAN_DROP,
	PLAN_ALTER,
	PLAN_REPLACE, /* dropped and made again */
	PLAN_SWAP,	  /* types: renamed away, made again, columns moved, dropped */
	PLAN_REBUILD  /* tables: renamed away, made again, rows copied, dropped */
} PlanAction;

typedef struct PlanNode PlanNode;

/* An object on its way from the actual schema to the target. */
typedef struct PlanItem
{
	SchemaObject *from;		 /* as it is; NULL if it is not there */
	SchemaObject *to;		 /* as it will be; NULL if it goes */
	struct PlanItem *parent; /* of the object that holds it */
	PlanAction action;
	PlanAction default_action; /* of a column: KEEP, CREATE, DROP, ALTER,
								 * REPLACE */
	bool retyped;			   /* column: its type changes */
	struct PlanItem *carrier;  /* what is done to this one is done to it, too:
								 * a partition's column, an attached index */
	struct PlanItem *origin;  /* column: the parent table's, which goes first */
	List *attached;			  /* of PlanItem *: child indexes of an index */
	List *steps;			  /* of FixStep *, if altered in place */
	List *dependants;		  /* of PlanItem *: need this one as it is */
	List *default_dependants; /* of PlanItem *: whose default needs it */
	bool inherited;			  /* constraint that is its parents', too */
	const char *away;		  /* name while it is out of the way */
	/* nodes, as far as there are any */
	PlanNode *drop;
	PlanNode *make;
	PlanNode *alter;
	PlanNode *default_drop;
	PlanNode *default_set;
	PlanNode *away_node;
	PlanNode *copy;
	PlanNode *attach;
	PlanNode *detach;
	PlanNode *own;
	PlanNode *late;
	PlanNode *room; /* of a partitioned table: old partitions are gone */
	PlanNode *meta;
} PlanItem;

/* Some statements that belong together, and what must come before them. */
struct PlanNode
{
	int rank;		  /* the lower, the earlier, where nothing else decides */
	const char *name; /* for a stable order */
	List *steps;	  /* of FixStep * */
	List *before;	  /* of PlanNode *: must wait for this one */
	int waits_for;	  /* nodes not yet done */
	bool done;
	PlanItem *item;
};

typedef struct SchemaPlan
{
	const SchemaModel *actual;
	const SchemaModel *target;
	List *items; /* of PlanItem * */
	List *nodes; /* of PlanNode * */
	int aways;	 /* cut names made so far */
	int unfold;	 /* how much is taken out of CREATE TABLE to break cycles */
} SchemaPlan;

/* target.c: what the expectation makes of the actual schema. */
extern SchemaModel *
dbmig_target(const SchemaModel *expected, const SchemaModel *actual,
			 bool drop_unexpected, MemoryContext context);
/* plan.c: decides what is done to each object. */
extern SchemaPlan *
dbmig_plan_make(const SchemaModel *actual, const SchemaModel *target);
/* order.c: puts it in order; the statements. */
extern List *dbmig_plan_order(SchemaPlan *plan);
/* meta.c: comment, owner and grants. */
extern void dbmig_meta_steps(StepSink *sink, const SchemaObject *from,
							 const SchemaObject *to);

/* plan.c, for order.c */
extern bool dbmig_plan_is_remade(const PlanItem *item);
extern bool dbmig_plan_partition_stays(const PlanItem *table);
extern bool
dbmig_plan_goes_with_parent(const SchemaPlan *plan, const PlanItem *table);
extern List *
dbmig_plan_diffs(const SchemaObject *from, const SchemaObject *to, bool late);
extern AlterResult dbmig_plan_alter(StepSink *sink, const SchemaObject *from,
									const SchemaObject *to, List *diffs);
/* inherit.c: what tables keep of the parents they leave, and need for those
 * that they join */
extern void dbmig_plan_leave_parents(SchemaPlan *plan);
extern void dbmig_plan_join_parents(SchemaPlan *plan);

/* fix.c */
extern char *dbmig_hazard_text(int hazards);
extern bool dbmig_text_equal(const char *a, const char *b);

#endif /* DBMIG_SCHEMA_PLAN_H */
