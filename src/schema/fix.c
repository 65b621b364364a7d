/*
 * fix.c
 *		dbmig.schema_fix() and dbmig.schema_ddl(): the statements that make a
 *		schema what it is expected to be.
 *
 * Nothing is run here.  The statements are those of a plan from the actual
 * schema to the target; a whole schema is a plan that begins with nothing.
 */
#include "postgres.h"

#include "catalog/read.h"
#include "fmgr.h"
#include "funcapi.h"
#include "schema/diff.h"
#include "schema/document.h"
#include "schema/plan.h"
#include "schema/rename.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(dbmig_schema_fix);
PG_FUNCTION_INFO_V1(dbmig_schema_ddl);

static const char *const lock_names[] = {[LOCK_NONE] = NULL,
										 [LOCK_ACCESS_SHARE] = "ACCESS SHARE",
										 [LOCK_ROW_EXCLUSIVE] = "ROW EXCLUSIVE",
										 [LOCK_SHARE_UPDATE_EXCLUSIVE] =
											 "SHARE UPDATE EXCLUSIVE",
										 [LOCK_SHARE] = "SHARE",
										 [LOCK_SHARE_ROW_EXCLUSIVE] =
											 "SHARE ROW EXCLUSIVE",
										 [LOCK_EXCLUSIVE] = "EXCLUSIVE",
										 [LOCK_ACCESS_EXCLUSIVE] =
											 "ACCESS EXCLUSIVE"};

static const struct
{
	int hazard;
	const char *text;
} hazard_texts[] = {{HAZARD_REWRITES, "rewrites table"},
					{HAZARD_SCANS, "scans table"},
					{HAZARD_BLOCKS_WRITES, "blocks writes"},
					{HAZARD_LOSES_DATA, "loses data"},
					{HAZARD_MAY_FAIL, "may fail on existing rows"}};

/* Returns hazards as text; NULL for none. */
char *
dbmig_hazard_text(int hazards)
{
	StringInfoData text;

	if (hazards == HAZARD_NONE)
		return NULL;
	initStringInfo(&text);
	for (int i = 0; i < lengthof(hazard_texts); i++)
		if (hazards & hazard_texts[i].hazard)
			appendStringInfo(&text, "%s%s", text.len ? ", " : "",
							 hazard_texts[i].text);
	return text.data;
}

/* Does the plan make functions whose text the server would check? */
static bool
has_sql_bodies(const SchemaPlan *plan)
{
	ListCell *cell;

	foreach(cell, plan->items)
	{
		PlanItem *item = lfirst(cell);

		if (item->to && item->action != PLAN_KEEP &&
			(item->to->kind == KIND_FUNCTION ||
			 item->to->kind == KIND_PROCEDURE) &&
			dbmig_object_text(item->to, "body") &&
			dbmig_text_equal(dbmig_object_text(item->to, "language"), "sql"))
			return true;
	}
	return false;
}

/* Makes a step that is about the session. */
static FixStep *
setting_step(const char *sql)
{
	FixStep *step = palloc0(sizeof(FixStep));

	step->kind = "setting";
	step->object = "check_function_bodies";
	step->sql = sql;
	step->transactional = true;
	return step;
}

/* Returns the steps from one schema to another. */
static List *
make_steps(const SchemaModel *actual, const SchemaModel *target)
{
	SchemaPlan *plan = dbmig_plan_make(actual, target);
	List *steps = dbmig_plan_order(plan);

	/* texts of functions may name what is made after them */
	if (has_sql_bodies(plan))
	{
		steps = lcons(setting_step("SET check_function_bodies = off"), steps);
		steps = lappend(steps, setting_step("RESET check_function_bodies"));
	}
	return steps;
}

/* Raises an error for a missing argument. */
static void
require_argument(FunctionCallInfo fcinfo, int argno, const char *name)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s must not be NULL", name)));
}

/* SQL: schema_fix(expected, actual, drop_unexpected, renames) returns table */
Datum
dbmig_schema_fix(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig schema fix",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous;
	SchemaModel *expected;
	SchemaModel *actual;
	SchemaModel *target;
	StepSink renames = {0};
	bool drop_unexpected = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	ListCell *cell;
	List *steps;
	int number = 0;

	InitMaterializedSRF(fcinfo, 0);
	require_argument(fcinfo, 0, "expected");
	previous = MemoryContextSwitchTo(context);
	expected = dbmig_document_read(PG_GETARG_JSONB_P(0), context);
	actual = PG_ARGISNULL(1) ?
				 dbmig_catalog_read(NIL, true, context) :
				 dbmig_document_read(PG_GETARG_JSONB_P(1), context);
	if (!PG_ARGISNULL(3) && !PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("renames are only possible in the current database"),
				 errhint("Leave out the argument actual.")));
	if (!PG_ARGISNULL(3))
		actual =
			dbmig_rename_given(&renames, actual, PG_GETARG_JSONB_P(3), context);
	dbmig_expectation_resolve(expected, actual);
	if (drop_unexpected && PG_ARGISNULL(1))
		actual = dbmig_rename_found(&renames, expected, actual, context);
	target = dbmig_target(expected, actual, drop_unexpected, context);
	steps = list_concat(renames.steps, make_steps(actual, target));
	foreach(cell, steps)
	{
		FixStep *step = lfirst(cell);
		char *hazard = dbmig_hazard_text(step->hazards);
		const char *lock = lock_names[step->lock];
		Datum values[7];
		bool nulls[7] = {0};

		values[0] = Int32GetDatum(++number);
		values[1] = CStringGetTextDatum(step->kind);
		values[2] = CStringGetTextDatum(step->object);
		values[3] = CStringGetTextDatum(psprintf("%s;", step->sql));
		nulls[4] = lock == NULL;
		values[4] = lock ? CStringGetTextDatum(lock) : (Datum) 0;
		nulls[5] = hazard == NULL;
		values[5] = hazard ? CStringGetTextDatum(hazard) : (Datum) 0;
		values[6] = BoolGetDatum(step->transactional);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	MemoryContextSwitchTo(previous);
	MemoryContextDelete(context);
	return (Datum) 0;
}

/* SQL: schema_ddl(snapshot jsonb) returns text */
Datum
dbmig_schema_ddl(PG_FUNCTION_ARGS)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig schema ddl",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous = MemoryContextSwitchTo(context);
	SchemaModel *target =
		PG_ARGISNULL(0) ? dbmig_catalog_read(NIL, false, context) :
						  dbmig_document_read(PG_GETARG_JSONB_P(0), context);
	SchemaModel *nothing = dbmig_model_create(context);
	StringInfoData ddl;
	ListCell *cell;

	nothing->complete = true;
	/* every new database has it */
	if (dbmig_model_find(target, KIND_SCHEMA, "public"))
		dbmig_object_add(nothing, KIND_SCHEMA, NULL, NULL, "public", NULL);
	MemoryContextSwitchTo(previous);
	initStringInfo(&ddl);
	MemoryContextSwitchTo(context);
	foreach(cell, make_steps(nothing, target))
		appendStringInfo(&ddl, "%s;\n", ((FixStep *) lfirst(cell))->sql);
	MemoryContextSwitchTo(previous);
	MemoryContextDelete(context);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(ddl.data, ddl.len));
}
