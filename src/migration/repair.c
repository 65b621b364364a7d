/*
 * repair.c
 *		baseline() and repair(): the history set right without running anything.
 *
 * Both add rows to the history and change none but those of dead runners.
 * Locks: DBMIG_LOCK_RUNNER for the transaction, so that no runner is at work.
 */
#include "postgres.h"

#include "base/args.h"
#include "base/lock.h"
#include "base/sql.h"
#include "fmgr.h"
#include "migration/history.h"
#include "migration/run.h"
#include "migration/state.h"
#include "migration/version.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(dbmig_baseline);
PG_FUNCTION_INFO_V1(dbmig_repair);

/* Makes sure that nobody migrates, and returns how everything stands. */
static MigrationStates *
begin(const char *function)
{
	dbmig_require_writable(function);
	dbmig_run_refuse_nested(function);
	dbmig_history_require_privileges();
	dbmig_lock_take_in_block(DBMIG_LOCK_RUNNER, function);
	dbmig_lock_await_free(DBMIG_LOCK_WORKER, function);
	dbmig_history_bury_dead();
	return dbmig_states_load();
}

/* Finds the migration that a function was called for, or raises. */
static MigrationState *
find(MigrationStates *states, const char *version)
{
	MigrationState *state = dbmig_states_find(states, version);

	if (state == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("migration \"%s\" is not registered", version),
				 errhint("See: SELECT version, name, state FROM dbmig.migration_status;")));
	return state;
}

/* Records every registered migration up to a version as present. */
Datum
dbmig_baseline(PG_FUNCTION_ARGS)
{
	char *version = dbmig_arg_text(fcinfo, 0, "version");
	MigrationStates *states;
	MigrationState *limit;
	int64 count = 0;

	dbmig_sql_connect(false);
	states = begin("baseline()");
	limit = find(states, version);
	if (!limit->in_plan)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("migration \"%s\" is no longer registered", version)));
	for (int i = 0; i < states->count; i++)
	{
		MigrationState *state = &states->items[i];
		Run run = {0};

		if (!state->in_plan || dbmig_state_stands(state) ||
			(state != limit &&
			 (state->repeatable || limit->repeatable ||
			  dbmig_version_compare(state->version, version) > 0)))
			continue;
		run.version = state->version;
		run.action = "baseline";
		run.checksum = state->plan_checksum;
		run.standing = "baselined";
		dbmig_history_add(&run);
		count++;
	}
	dbmig_sql_finish();
	PG_RETURN_INT64(count);
}

/* Decides what a repair does; returns the new state, or raises. */
static const char *
decide(const MigrationState *state, Run *run)
{
	switch (state->status)
	{
		case STATUS_FAILED:
			if (state->last_is_apply || !dbmig_state_stands(state))
				return "pending";
			run->standing = "applied";
			run->checksum = state->applied_checksum;
			return "applied";
		case STATUS_MODIFIED:
			run->standing = "applied";
			run->checksum = state->plan_checksum;
			return "applied";
		case STATUS_MISSING:
			run->standing = "forgotten";
			return "forgotten";
		default:
			/* a failed revert that was rolled back leaves only its error */
			if (state->last_failed)
				return dbmig_status_label(state->status);
			return NULL;
	}
}

/* Sets one migration right in the history. */
Datum
dbmig_repair(PG_FUNCTION_ARGS)
{
	char *version = dbmig_arg_text(fcinfo, 0, "version");
	MigrationState *state;
	Run run = {0};
	const char *result;

	dbmig_sql_connect(false);
	state = find(begin("repair()"), version);
	run.version = state->version;
	run.action = "repair";
	result = decide(state, &run);
	if (result == NULL)
	{
		ereport(NOTICE,
				(errmsg("migration %s is %s: there is nothing to repair",
						dbmig_history_describe(state->version, state->name),
						dbmig_status_label(state->status))));
		result = dbmig_status_label(state->status);
	}
	else
		dbmig_history_add(&run);
	result = MemoryContextStrdup(fcinfo->flinfo->fn_mcxt, result);
	dbmig_sql_finish();
	PG_RETURN_TEXT_P(cstring_to_text(result));
}
