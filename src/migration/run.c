/*
 * run.c
 *		migrate() and revert(): choosing what is to be run, and running it.
 *
 * At top level each migration is one transaction: its effects, the closing of
 * its row of history, its row in the journal, and the row that says the next
 * one is running.  So a running migration is always announced by a committed
 * row, at no price but the first commit, and a runner that dies leaves that
 * row to tell of it.  Inside a transaction block everything happens in that
 * transaction, and only a failure is written down outside of it.
 *
 * Locks, in this order:
 * - DBMIG_LOCK_RUNNER, exclusive: for the session at top level, so that it
 *   outlives the commits, else for the transaction.  While it is waited for,
 *   nothing else is held, not even a snapshot: the runner waited for may be
 *   creating an index concurrently, which waits for every snapshot.
 * - DBMIG_LOCK_WORKER, for a moment: a worker whose caller died may be alive.
 * - what the migrations take.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/args.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/progress.h"
#include "base/settings.h"
#include "base/sql.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "migration/apply.h"
#include "migration/history.h"
#include "migration/mark.h"
#include "migration/run.h"
#include "migration/state.h"
#include "migration/version.h"
#include "nodes/parsenodes.h"
#include "schema/expect.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "worker/worker.h"

#define FINGERPRINT_SIZE 65

/* One call of migrate() or revert(). */
typedef struct Runner
{
	const char *procedure;	 /* its name, for messages */
	bool revert;			 /* which of the two */
	bool atomic;			 /* inside a transaction block? */
	MemoryContext context;	 /* for the whole call */
	MemoryContext work;		 /* for one migration */
	int count;				 /* migrations chosen */
	MigrationState **chosen; /* in the order to run them */
} Runner;

static bool is_running = false; /* is a runner active in this session? */

PG_FUNCTION_INFO_V1(dbmig_migrate);
PG_FUNCTION_INFO_V1(dbmig_revert);

/* Tells whether this call may commit. */
static bool
is_atomic(FunctionCallInfo fcinfo)
{
	if (fcinfo->context && IsA(fcinfo->context, CallContext) &&
		!castNode(CallContext, fcinfo->context)->atomic)
		return IsSubTransaction();
	return true;
}

/*
 * Takes a lock at top level.  The transaction that waits must never have had a
 * snapshot: whoever creates an index concurrently notes the transactions that
 * have one at a certain moment, and waits for their end, not only for the end
 * of the snapshot.  So the query for the announcement has a transaction of its
 * own.
 */
static void
take_lock(Runner *runner, DbmigLockKey key)
{
	int pid;

	if (dbmig_lock_take(key, true, false))
		return;
	pid = dbmig_lock_holder(key);
	dbmig_progress_begin(runner->procedure, "migrations", 0);
	dbmig_progress_phase(pid ? psprintf("waiting for process %d", pid) :
							   "waiting for a prepared transaction");
	dbmig_lock_announce_wait(pid, runner->procedure);
	SPI_commit();
	InvalidateCatalogSnapshot();
	(void) dbmig_lock_take(key, true, true);
}

/* Becomes the only one who migrates this database. */
static void
become_runner(Runner *runner)
{
	if (runner->atomic)
	{
		if (IsolationUsesXactSnapshot())
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s in a transaction block needs isolation level READ COMMITTED",
							runner->procedure),
					 errdetail("The snapshot of this transaction could hide what another runner has just applied."),
					 errhint("Call it outside of the block.")));
		dbmig_lock_take_in_block(DBMIG_LOCK_RUNNER, runner->procedure);
		dbmig_lock_await_free(DBMIG_LOCK_WORKER, runner->procedure);
	}
	else
	{
		take_lock(runner, DBMIG_LOCK_RUNNER);
		take_lock(runner, DBMIG_LOCK_WORKER);
		dbmig_lock_release_session(DBMIG_LOCK_WORKER);
		SPI_commit(); /* see what the one before us has done */
	}
}

/* Finds the target among the states, or raises. */
static MigrationState *
find_target(Runner *runner, MigrationStates *states, const char *target)
{
	MigrationState *state = dbmig_states_find(states, target);

	if (state == NULL || (!state->in_plan && !runner->revert))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("migration \"%s\" is not registered", target),
				 errhint("See: SELECT version, name, state FROM dbmig.migration_status;")));
	if (runner->revert && !dbmig_state_stands(state))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration \"%s\" is not applied, so it cannot be reverted to",
						target),
				 errhint("See: SELECT version, name, state FROM dbmig.migration_status;")));
	return state;
}

/* Chooses what migrate() is to apply, in order. */
static void
choose_due(Runner *runner, MigrationStates *states, const char *target)
{
	MigrationState *limit = target ? find_target(runner, states, target) : NULL;

	for (int i = 0; i < states->count; i++)
	{
		MigrationState *state = &states->items[i];

		if (limit && limit != state &&
			(limit->repeatable || state->repeatable ||
			 dbmig_version_compare(state->version, limit->version) > 0))
			continue;
		if (state->status == STATUS_FAILED && !state->due && state->in_plan)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("migration %s was left half reverted",
							dbmig_history_describe(state->version, state->name)),
					 errdetail("Its revert stopped after statement %d: %s",
							   state->last_statements,
							   state->error ? state->error : ""),
					 errhint("Finish it with CALL dbmig.revert(), or by hand and then SELECT dbmig.repair(%s).",
							 quote_literal_cstr(state->version))));
		if (state->status == STATUS_MODIFIED)
			ereport(WARNING,
					(errmsg("the registered text of migration %s differs from what was applied",
							dbmig_history_describe(state->version, state->name)),
					 errhint("If it was meant to, SELECT dbmig.repair(%s).",
							 quote_literal_cstr(state->version))));
		if (!state->due)
			continue;
		if (state->out_of_order)
			ereport(NOTICE,
					(errmsg("migration %s is applied out of order: later ones were applied before",
							dbmig_history_describe(state->version, state->name))));
		runner->chosen[runner->count++] = state;
	}
}

/* Chooses what revert() is to take back, newest version first. */
static void
choose_reverts(Runner *runner, MigrationStates *states, const char *target)
{
	MigrationState *limit = target ? find_target(runner, states, target) : NULL;

	for (int i = states->count - 1; i >= 0; i--)
	{
		MigrationState *state = &states->items[i];

		if (state->status == STATUS_FAILED && state->last_is_apply &&
			state->last_statements > 0)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("migration %s was left half applied",
							dbmig_history_describe(state->version, state->name)),
					 errdetail("It stopped after statement %d, whose effects are in the database: %s",
							   state->last_statements,
							   state->error ? state->error : ""),
					 errhint("Finish it with CALL dbmig.migrate(), or undo it by hand and then SELECT dbmig.repair(%s).",
							 quote_literal_cstr(state->version))));
		if (state->repeatable || !dbmig_state_stands(state))
			continue;
		if (limit && dbmig_version_compare(state->version, limit->version) <= 0)
			break;
		if (!state->in_plan)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("migration \"%s\" cannot be reverted: it is no longer registered",
							state->version),
					 errhint("Register it again, with its down_sql.")));
		runner->chosen[runner->count++] = state;
		if (!limit)
			break;
	}
}

/* Fetches the text of a migration as it is registered now. */
static MigrationText *
fetch_text(Runner *runner, MigrationState *state, char **checksum)
{
	static SqlPlan up =
		{"SELECT up_sql, checksum, transactional, up_line::pg_catalog.int8, up_character::pg_catalog.int8"
		 " FROM dbmig.migration WHERE version = $1",
		 1,
		 {TEXTOID}};
	static SqlPlan down =
		{"SELECT down_sql, checksum, down_transactional, down_line::pg_catalog.int8, down_character::pg_catalog.int8"
		 " FROM dbmig.migration WHERE version = $1",
		 1,
		 {TEXTOID}};
	MigrationText *text = palloc0(sizeof(MigrationText));
	MemoryContext context = CurrentMemoryContext;
	Datum values[1] = {CStringGetTextDatum(state->version)};
	SqlScope scope = dbmig_sql_own_begin();
	uint64 rows =
		dbmig_sql_run_plan(runner->revert ? &down : &up, values, NULL, true);
	char *sql = rows > 0 ? dbmig_sql_text(0, 1) : NULL;

	if (rows == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("migration \"%s\" left the plan while it was to be run",
						state->version)));
	if (sql == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration %s has no down_sql and cannot be reverted",
						dbmig_history_describe(state->version, state->name)),
				 errhint("Register it again with down_sql: its text may not change, but the way back may be added.")));
	text->sql = MemoryContextStrdup(context, sql);
	*checksum = MemoryContextStrdup(context, dbmig_sql_text(0, 2));
	text->transactional = dbmig_sql_bool(0, 3);
	text->line = (int) dbmig_sql_int64(0, 4, 1);
	text->character = (int) dbmig_sql_int64(0, 5, 1);
	text->first_statement = 1;
	dbmig_sql_own_end(scope);
	MemoryContextSwitchTo(context);
	return text;
}

/*
 * Finds out where an earlier, failed run of the same text stopped, if some of
 * its statements took effect for good.
 */
static void
find_resume_point(Runner *runner, MigrationState *state, MigrationText *text)
{
	static SqlPlan plan =
		{"SELECT statements::pg_catalog.int8, statement_checksums::pg_catalog.text,"
		 " CASE WHEN (detail ->> 'statement')::pg_catalog.int4 = statements + 1"
		 "  THEN detail ->> 'known_indexes' END,"
		 " sqlstate IN ('MG006', '57014', '57P01')"
		 " FROM dbmig.migration_run WHERE run_id = $1 AND state = 'failed'"
		 " AND action = $2",
		 2,
		 {INT8OID, TEXTOID}};
	MemoryContext context = CurrentMemoryContext;
	Datum values[2] = {Int64GetDatum(state->last_run),
					   CStringGetTextDatum(runner->revert ? "revert" : "apply")};
	SqlScope scope;
	int done = 0;
	bool cut_off = false;
	char *checksums = NULL;

	if (!state->last_failed)
		return;
	scope = dbmig_sql_own_begin();
	if (dbmig_sql_run_plan(&plan, values, NULL, true) > 0)
	{
		char *value = dbmig_sql_text(0, 2);

		done = (int) dbmig_sql_int64(0, 1, 0);
		checksums = value ? MemoryContextStrdup(context, value) : NULL;
		value = dbmig_sql_text(0, 3);
		text->known_indexes = value ? MemoryContextStrdup(context, value) : NULL;
		cut_off = dbmig_sql_bool(0, 4);
	}
	dbmig_sql_own_end(scope);
	MemoryContextSwitchTo(context);
	text->after_crash = cut_off;
	if (done == 0 || checksums == NULL)
		return;

	if (dbmig_apply_same_statements(text->sql, done, checksums) < done)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration %s cannot be resumed: statements that have run already were changed",
						dbmig_history_describe(state->version, state->name)),
				 errdetail("The first %d of its statements took effect for good; the registered text no longer begins with them.",
						   done),
				 errhint("Register a text that begins with them, or undo their effects and SELECT dbmig.repair(%s) to begin anew.",
						 quote_literal_cstr(state->version))));
	text->first_statement = done + 1;
	ereport(NOTICE,
			(errmsg("migration %s is resumed at statement %d",
					dbmig_history_describe(state->version, state->name),
					done + 1)));
}

/* Prepares the run of a migration. */
static Run *
make_run(Runner *runner, MigrationState *state, MigrationText *text,
		 char *checksum)
{
	Run *run = palloc0(sizeof(Run));

	run->is_last =
		strcmp(state->version, runner->chosen[runner->count - 1]->version) == 0;
	run->version = state->version;
	run->name = state->name;
	run->action = runner->revert ? "revert" : "apply";
	run->standing = runner->revert ? "reverted" : "applied";
	run->checksum = checksum;
	run->statements = text->first_statement - 1;
	run->known_indexes = text->known_indexes;
	if (!text->transactional || text->first_statement > 1)
		run->statement_checksums = dbmig_apply_statement_checksums(text->sql);
	return run;
}

/* Refuses, before anything is run, what a transaction block cannot hold. */
static void
check_chosen(Runner *runner)
{
	for (int i = 0; i < runner->count; i++)
	{
		bool transactional = runner->chosen[i]->transactional;
		char *checksum;

		if (runner->revert)
			transactional =
				fetch_text(runner, runner->chosen[i], &checksum)->transactional;
		if (runner->atomic && !transactional)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
					 errmsg("migration %s cannot run inside a transaction block",
							dbmig_history_describe(runner->chosen[i]->version,
												   runner->chosen[i]->name)),
					 errdetail("It is not transactional. Nothing was run."),
					 errhint("CALL dbmig.%s outside of BEGIN ... COMMIT and outside of functions.",
							 runner->procedure)));
		MemoryContextReset(runner->work);
		MemoryContextSwitchTo(runner->work);
	}
}

/* A migration and the runner that handles it. */
typedef struct Step
{
	Runner *runner;
	MigrationState *state; /* how it stands */
	MigrationText *text;   /* what is to be run */
	Run *run;			   /* its run */
	const char *before;	   /* fingerprint of the schema, if known already */
	bool is_first;		   /* of the call */
} Step;

/* Tells the client what was done. */
static void
announce_success(void *arg)
{
	Runner *runner = ((Step *) arg)->runner;
	const Run *run = ((Step *) arg)->run;

	ereport(NOTICE,
			(errmsg("%s %s", runner->revert ? "reverted" : "applied",
					dbmig_history_describe(run->version, run->name))));
}

/* Runs everything in the transaction block that we were called in. */
static void
run_in_block(Runner *runner)
{
	char before[FINGERPRINT_SIZE] = "";

	for (int i = 0; i < runner->count; i++)
	{
		Step step = {.runner = runner, .state = runner->chosen[i]};
		RunFailure failure;
		char *checksum;

		MemoryContextReset(runner->work);
		MemoryContextSwitchTo(runner->work);
		step.before = before[0] ? before : NULL;
		dbmig_progress_object(step.state->version);
		step.text = fetch_text(runner, step.state, &checksum);
		find_resume_point(runner, step.state, step.text);
		step.run = make_run(runner, step.state, step.text, checksum);
		step.run->started_at = GetCurrentTimestamp();
		step.run->schema_before =
			step.before ? step.before : dbmig_mark_take(i == 0);
		if (!dbmig_apply_in_transaction(step.run, step.text, true, runner->work,
										&failure))
		{
			dbmig_apply_witness(step.run, &failure);
			dbmig_error_raise(failure.error);
		}
		strlcpy(before, step.run->schema_after ? step.run->schema_after : "",
				sizeof(before));
		announce_success(&step);
		dbmig_progress_done(i + 1);
	}
	dbmig_expect_keep_migrated();
}

/* Commits; returns the error if that failed, with the transaction rolled back. */
static ErrorData *
try_commit(MemoryContext context)
{
	ErrorData *volatile error = NULL;

	PG_TRY();
	{
		SPI_commit();
	}
	PG_CATCH();
	{
		error = dbmig_error_capture(context);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	return error;
}

/* Keeps the schema for schema_drift(). */
static void
keep_schema(void *arg)
{
	dbmig_expect_keep_migrated();
}

/*
 * Writes a failure down, commits that, and raises it.  What took effect before
 * it is kept for schema_drift().
 */
static void
fail(Run *run, RunFailure *failure, bool has_effects)
{
	MemoryContext context = CurrentMemoryContext;

	dbmig_history_fail(run, failure);
	SPI_commit();
	if (has_effects && dbmig_error_catch(keep_schema, NULL, context) == NULL)
		SPI_commit();
	MemoryContextSwitchTo(context);
	dbmig_error_raise(failure->error);
}

/*
 * A script can release our lock with pg_advisory_unlock_all(); take it back
 * before going on, and stop if somebody else was faster.
 */
static void
keep_lock(Runner *runner)
{
	if (dbmig_lock_held(DBMIG_LOCK_RUNNER))
		return;
	if (!dbmig_lock_take(DBMIG_LOCK_RUNNER, true, false))
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("a migration released the lock of %s, and another runner took it",
						runner->procedure),
				 errhint("Remove pg_advisory_unlock_all() from the migration.")));
}

/* Prepares the run of a migration and announces it by its row. */
static void
announce_next(void *arg)
{
	Step *step = arg;
	char *checksum;

	step->text = fetch_text(step->runner, step->state, &checksum);
	find_resume_point(step->runner, step->state, step->text);
	step->run = make_run(step->runner, step->state, step->text, checksum);
	step->run->schema_before =
		step->before ? pstrdup(step->before) : dbmig_mark_take(step->is_first);
	dbmig_history_open(step->run);
}

/* Runs everything at top level, with a commit after each migration. */
static void
run_at_top_level(Runner *runner)
{
	Step step = {.runner = runner};
	MemoryContext current = runner->work;
	MemoryContext next =
		AllocSetContextCreate(runner->context, "dbmig migration",
							  ALLOCSET_DEFAULT_SIZES);

	for (int i = 0; i <= runner->count; i++)
	{
		RunFailure failure = {0};
		ErrorData *trouble = NULL;
		Step done = step;
		MemoryContext swap;

		/* Run the one announced in the round before; commit with the next. */
		if (done.run != NULL)
		{
			bool good;

			dbmig_progress_object(done.run->version);
			dbmig_progress_phase("running");
			MemoryContextSwitchTo(current);
			good = done.text->transactional ?
					   dbmig_apply_in_transaction(done.run, done.text, false,
												  current, &failure) :
					   dbmig_apply_in_worker(done.run, done.text, current,
											 &failure);
			if (!good)
				fail(done.run, &failure, i > 1 || !done.text->transactional);
			keep_lock(runner);
		}

		/* If the next cannot be prepared, the one done is not to be lost. */
		swap = current;
		current = next;
		next = swap;
		if (i < runner->count)
		{
			step.state = runner->chosen[i];
			step.before = done.run ? done.run->schema_after : NULL;
			step.is_first = i == 0;
			trouble = dbmig_error_catch(announce_next, &step, current);
		}
		else
			trouble = dbmig_error_catch(keep_schema, NULL, current);

		MemoryContextSwitchTo(current);
		failure.error = try_commit(current);
		if (failure.error != NULL && done.run != NULL)
			fail(done.run, &failure, i > 1 || !done.text->transactional);
		if (failure.error != NULL)
			dbmig_error_raise(failure.error);

		/* A cancel strikes here, when the next one is announced already. */
		if (done.run != NULL)
		{
			dbmig_progress_done(i);
			failure.error = dbmig_error_catch(announce_success, &done, current);
		}
		if (trouble != NULL)
			dbmig_error_raise(trouble);
		if (failure.error != NULL && i < runner->count)
			fail(step.run, &failure, true);
		if (failure.error != NULL)
			dbmig_error_raise(failure.error);
		MemoryContextReset(next);
	}
}

/* Tells the client that there was nothing to do. */
static void
announce_nothing(Runner *runner, MigrationStates *states, const char *target)
{
	bool current = true;

	for (int i = 0; i < states->count; i++)
	{
		MigrationStatus status = states->items[i].status;

		current =
			current && (status == STATUS_APPLIED || status == STATUS_BASELINED);
	}
	if (runner->revert)
		ereport(NOTICE, (errmsg("there is nothing to revert")));
	else if (states->count == 0)
		ereport(NOTICE, (errmsg("no migration is registered")));
	else if (current)
		ereport(NOTICE,
				(errmsg("there is nothing to apply: the database is current")));
	else if (target)
		ereport(NOTICE,
				(errmsg("there is nothing to apply up to version %s", target)));
	else
		ereport(NOTICE, (errmsg("there is nothing to apply")));
}

/* Does all of a call, with SPI connected. */
static void
run_all(Runner *runner, const char *target)
{
	MigrationStates *states;

	dbmig_history_require_privileges();
	become_runner(runner);
	dbmig_history_bury_dead();

	MemoryContextSwitchTo(runner->context);
	states = dbmig_states_load();
	runner->chosen = palloc(sizeof(MigrationState *) * Max(states->count, 1));
	if (runner->revert)
		choose_reverts(runner, states, target);
	else
		choose_due(runner, states, target);
	if (runner->count == 0)
	{
		announce_nothing(runner, states, target);
		return;
	}

	MemoryContextSwitchTo(runner->work);
	dbmig_mark_begin();
	if (runner->revert || runner->atomic)
		check_chosen(runner);
	dbmig_progress_begin(runner->procedure, "migrations", runner->count);
	dbmig_progress_phase("running");
	if (runner->atomic)
		run_in_block(runner);
	else
		run_at_top_level(runner);
}

/* Refuses a call that the text of a migration makes. */
void
dbmig_run_refuse_nested(const char *function)
{
	if (is_running || dbmig_worker_is_me())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s cannot be called by a migration", function),
				 errdetail("The runner that executes this migration is still at work."),
				 errhint("Remove the call from the text; what is pending is applied in its turn.")));
}

/* migrate() and revert(). */
static void
run_procedure(FunctionCallInfo fcinfo, const char *procedure, bool revert)
{
	char *target = dbmig_arg_text_or_null(fcinfo, 0);
	Runner runner = {0};

	dbmig_require_writable(procedure);
	dbmig_run_refuse_nested(procedure);
	runner.procedure = procedure;
	runner.revert = revert;
	runner.atomic = is_atomic(fcinfo);
	dbmig_sql_connect(!runner.atomic);
	runner.context = AllocSetContextCreate(CurrentMemoryContext, "dbmig runner",
										   ALLOCSET_DEFAULT_SIZES);
	runner.work = AllocSetContextCreate(runner.context, "dbmig migration",
										ALLOCSET_DEFAULT_SIZES);
	is_running = true;
	PG_TRY();
	{
		run_all(&runner, target);
	}
	PG_FINALLY();
	{
		is_running = false;
		dbmig_progress_end();
		if (!runner.atomic)
		{
			dbmig_lock_release_session(DBMIG_LOCK_RUNNER);
			dbmig_lock_release_session(DBMIG_LOCK_WORKER);
		}
	}
	PG_END_TRY();
	dbmig_sql_finish();
}

/* Applies what is pending. */
Datum
dbmig_migrate(PG_FUNCTION_ARGS)
{
	run_procedure(fcinfo, "migrate()", false);
	PG_RETURN_VOID();
}

/* Takes back what was applied. */
Datum
dbmig_revert(PG_FUNCTION_ARGS)
{
	run_procedure(fcinfo, "revert()", true);
	PG_RETURN_VOID();
}
