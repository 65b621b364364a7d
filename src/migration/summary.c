/*
 * summary.c
 *		What users see of the migrations' states: the view migration_status,
 *		migration_summary() and assert_migrated().
 *
 * All of it is read from state.c.  Reads only; works on a standby.
 */
#include "postgres.h"

#include "base/error.h"
#include "base/sql.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "migration/state.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* The state of the whole database. */
typedef enum SummaryState
{
	SUMMARY_UNMIGRATED,
	SUMMARY_CURRENT,
	SUMMARY_PENDING,
	SUMMARY_FAILED,
	SUMMARY_MODIFIED,
	SUMMARY_RUNNING
} SummaryState;

/* Label and SQLSTATE of each. */
static const struct
{
	const char *label;
	int sqlstate;
} summary_states[] = {[SUMMARY_UNMIGRATED] = {"unmigrated",
											  DBMIG_SQLSTATE_UNMIGRATED},
					  [SUMMARY_CURRENT] = {"current", 0},
					  [SUMMARY_PENDING] = {"pending", DBMIG_SQLSTATE_PENDING},
					  [SUMMARY_FAILED] = {"failed", DBMIG_SQLSTATE_FAILED},
					  [SUMMARY_MODIFIED] = {"modified", DBMIG_SQLSTATE_MODIFIED},
					  [SUMMARY_RUNNING] = {"running", DBMIG_SQLSTATE_RUNNING}};

/* The numbers behind it. */
typedef struct Summary
{
	SummaryState state;
	int64 counts[STATUS_MISSING + 1]; /* by MigrationStatus */
	int64 applied;				   /* effects in the database, baselined too */
	int64 pending;				   /* due, but not failed */
	const MigrationState *current; /* highest that stands, or NULL */
	const MigrationState *first_failed;
	const MigrationState *first_pending;
	const MigrationState *first_modified;
	const MigrationState *running;
	TimestampTz last_applied_at; /* 0 if never */
	char *detail;				 /* in words */
} Summary;

PG_FUNCTION_INFO_V1(dbmig_migration_states);
PG_FUNCTION_INFO_V1(dbmig_migration_summary);
PG_FUNCTION_INFO_V1(dbmig_assert_migrated);

/* Returns the rows of the view migration_status. */
Datum
dbmig_migration_states(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MigrationStates *states;

	InitMaterializedSRF(fcinfo, 0);
	states = dbmig_states_load();
	for (int i = 0; i < states->count; i++)
	{
		MigrationState *state = &states->items[i];
		bool stands = dbmig_state_stands(state);
		Datum values[9];
		bool nulls[9] = {0};
		Interval *duration = palloc0(sizeof(Interval));

		duration->time = state->duration;
		values[0] = CStringGetTextDatum(state->version);
		values[1] = CStringGetTextDatum(state->name);
		values[2] = CStringGetTextDatum(dbmig_status_label(state->status));
		nulls[3] = nulls[4] = !stands || state->applied_run == 0;
		values[3] = TimestampTzGetDatum(state->applied_at);
		values[4] = IntervalPGetDatum(duration);
		nulls[5] = state->executed_by == NULL;
		values[5] =
			nulls[5] ? (Datum) 0 : CStringGetTextDatum(state->executed_by);
		values[6] = BoolGetDatum(state->out_of_order);
		nulls[7] = !state->last_failed || state->sqlstate == NULL;
		values[7] = nulls[7] ? (Datum) 0 : CStringGetTextDatum(state->sqlstate);
		nulls[8] = !state->last_failed || state->error == NULL;
		values[8] = nulls[8] ? (Datum) 0 : CStringGetTextDatum(state->error);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* Names a migration in a sentence. */
static char *
describe(const MigrationState *state)
{
	if (state->name[0])
		return psprintf("%s (%s)", state->version, state->name);
	return pstrdup(state->version);
}

/* Says in words what the numbers mean. */
static char *
explain(const Summary *summary, const MigrationStates *states)
{
	StringInfoData text;

	initStringInfo(&text);
	if (states->count == 0)
		appendStringInfoString(&text,
							   "no migration was ever registered or applied here");
	else if (summary->state == SUMMARY_UNMIGRATED && summary->pending == 1)
		appendStringInfoString(&text,
							   "the registered migration was not applied");
	else if (summary->state == SUMMARY_UNMIGRATED)
		appendStringInfo(&text,
						 "none of the " INT64_FORMAT
						 " registered migrations was applied",
						 summary->pending);
	else if (summary->state == SUMMARY_CURRENT)
		appendStringInfoString(&text, "all registered migrations are applied");

	if (summary->running)
		appendStringInfo(&text, "%sprocess %d is running %s",
						 text.len ? "; " : "", summary->running->last_pid,
						 describe(summary->running));
	if (summary->first_failed)
		appendStringInfo(&text, "%s%s failed: %s", text.len ? "; " : "",
						 describe(summary->first_failed),
						 summary->first_failed->error ?
							 summary->first_failed->error :
							 "(no message)");
	if (summary->first_modified)
		appendStringInfo(&text,
						 "%sthe registered text of %s differs from what was applied",
						 text.len ? "; " : "",
						 describe(summary->first_modified));
	if (summary->first_pending && summary->state != SUMMARY_UNMIGRATED)
		appendStringInfo(&text, "%snext to apply: %s", text.len ? "; " : "",
						 describe(summary->first_pending));
	if (summary->counts[STATUS_MISSING] > 0)
		appendStringInfo(&text,
						 "%s" INT64_FORMAT " applied but no longer registered",
						 text.len ? "; " : "", summary->counts[STATUS_MISSING]);
	return text.data;
}

/* What is asked of other tools' ledgers, and where the answer goes. */
typedef struct Remark
{
	bool only_ledgers; /* say nothing if there are none */
	StringInfoData text;
} Remark;

/* Asks what other tools have recorded here. */
static void
read_remark(void *arg)
{
	Remark *asked = arg;
	const char *args[1] = {asked->only_ledgers ? "true" : "false"};
	SqlScope scope;
	char *remark;

	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	(void) dbmig_sql_run_text("SELECT dbmig._ledger_remark(NULL, $1::pg_catalog.bool)",
							  1, args, true);
	remark = dbmig_sql_text(0, 1);
	if (remark)
		appendStringInfo(&asked->text, "; %s", remark);
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
}

/*
 * Adds to the words what other tools have recorded, for who finds that nothing
 * was migrated by us.  The room "ledger" is asked through SQL.
 */
static char *
add_remark(const char *detail, bool only_ledgers)
{
	Remark remark = {.only_ledgers = only_ledgers};
	ErrorData *error;

	initStringInfo(&remark.text);
	appendStringInfoString(&remark.text, detail);
	error = dbmig_error_catch(read_remark, &remark, CurrentMemoryContext);
	if (error)
		appendStringInfo(&remark.text,
						 "; ledgers of other tools could not be read: %s",
						 error->message);
	return remark.text.data;
}

/* Sums up how all migrations stand. */
static Summary *
summarize(void)
{
	Summary *summary = palloc0(sizeof(Summary));
	MigrationStates *states = dbmig_states_load();

	for (int i = 0; i < states->count; i++)
	{
		MigrationState *state = &states->items[i];

		summary->counts[state->status]++;
		if (state->status == STATUS_FAILED && !summary->first_failed)
			summary->first_failed = state;
		if (state->status == STATUS_MODIFIED && !summary->first_modified)
			summary->first_modified = state;
		if (state->status == STATUS_RUNNING && !summary->running)
			summary->running = state;
		if (state->due && state->status != STATUS_FAILED)
		{
			summary->pending++;
			if (!summary->first_pending)
				summary->first_pending = state;
		}
		if (dbmig_state_stands(state))
		{
			summary->applied++;
			if (!state->repeatable)
				summary->current = state;
			if (state->applied_at > summary->last_applied_at)
				summary->last_applied_at = state->applied_at;
		}
	}

	if (summary->running)
		summary->state = SUMMARY_RUNNING;
	else if (summary->first_failed)
		summary->state = SUMMARY_FAILED;
	else if (summary->first_modified)
		summary->state = SUMMARY_MODIFIED;
	else if (summary->applied == 0)
		summary->state = SUMMARY_UNMIGRATED;
	else if (summary->pending > 0)
		summary->state = SUMMARY_PENDING;
	else
		summary->state = SUMMARY_CURRENT;
	summary->detail = explain(summary, states);
	/* what fails first where nothing stands is often what a tool made before */
	if (summary->state == SUMMARY_UNMIGRATED ||
		(summary->state == SUMMARY_FAILED && summary->applied == 0))
		summary->detail =
			add_remark(summary->detail, summary->state == SUMMARY_FAILED);
	return summary;
}

/* Returns the summary as one row. */
Datum
dbmig_migration_summary(PG_FUNCTION_ARGS)
{
	Summary *summary;
	TupleDesc desc;
	Datum values[8];
	bool nulls[8] = {0};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	summary = summarize();
	values[0] = CStringGetTextDatum(summary_states[summary->state].label);
	values[1] = Int64GetDatum(summary->applied);
	values[2] = Int64GetDatum(summary->pending);
	values[3] = Int64GetDatum(summary->counts[STATUS_FAILED]);
	values[4] = Int64GetDatum(summary->counts[STATUS_MODIFIED]);
	nulls[5] = summary->current == NULL;
	values[5] =
		nulls[5] ? (Datum) 0 : CStringGetTextDatum(summary->current->version);
	nulls[6] = summary->last_applied_at == 0;
	values[6] = TimestampTzGetDatum(summary->last_applied_at);
	values[7] = CStringGetTextDatum(summary->detail);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values,
											 nulls));
}

/* Raises unless the database is current. */
Datum
dbmig_assert_migrated(PG_FUNCTION_ARGS)
{
	Summary *summary = summarize();

	if (summary->state != SUMMARY_CURRENT)
		ereport(ERROR,
				(errcode(summary_states[summary->state].sqlstate),
				 errmsg("the database is not migrated: %s",
						summary_states[summary->state].label),
				 errdetail("%s; applied " INT64_FORMAT ", pending " INT64_FORMAT
						   ", failed " INT64_FORMAT ", modified " INT64_FORMAT ".",
						   summary->detail, summary->applied, summary->pending,
						   summary->counts[STATUS_FAILED],
						   summary->counts[STATUS_MODIFIED]),
				 errhint("See: SELECT * FROM dbmig.migration_status;")));
	PG_RETURN_VOID();
}
