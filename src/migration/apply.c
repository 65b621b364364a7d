/*
 * apply.c
 *		Running the text of one migration.
 *
 * A transactional text runs in a subtransaction of the caller's transaction,
 * together with the closing of its row of history: both are there or neither.
 * When a statement fails, the subtransaction is rolled back and the failure
 * comes back as a value, so that it can be written down and committed before
 * it is raised.  The settings that the text changes (search_path, role,
 * session_replication_role ...) are put back before the history is written.
 *
 * A text that is not transactional is handed to a worker (room worker), which
 * writes the history itself, because it may outlive us.
 *
 * Locks: those of the statements, waited for no longer than dbmig.lock_timeout
 * at a time and tried again with everything rolled back in between.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/progress.h"
#include "base/script.h"
#include "base/settings.h"
#include "base/sql.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "migration/apply.h"
#include "migration/mark.h"
#include "migration/text.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "worker/worker.h"

#define MAX_QUOTED_STATEMENT 65536 /* longer ones are not sent with errors */

/* Returns the SHA-256 of each statement of a text, as a text[]. */
char *
dbmig_apply_statement_checksums(const char *sql)
{
	Script *script = dbmig_script_open(sql, 1);
	ScriptStatement statement;
	StringInfoData array;
	int level = NewGUCNestLevel();

	initStringInfo(&array);
	while (dbmig_script_next(script, true, &statement))
	{
		appendStringInfo(&array, "%c%s", array.len ? ',' : '{',
						 dbmig_text_checksum(statement.sql));
		(void) dbmig_statement_apply_lexer_setting(statement.raw->stmt);
	}
	AtEOXact_GUC(true, level);
	dbmig_script_close(script);
	appendStringInfoString(&array, array.len ? "}" : "{}");
	return array.data;
}

/* Returns how many of the first statements of a text are as they were. */
int
dbmig_apply_same_statements(const char *sql, int count, const char *checksums)
{
	const char *old = checksums;
	const char *new = dbmig_apply_statement_checksums(sql);
	const int step = 65; /* one checksum and its separator */
	int same = 0;

	while (same < count && strlen(old) > (size_t) (step * (same + 1)) &&
		   strlen(new) > (size_t) (step * (same + 1)) &&
		   memcmp(old + step * same + 1, new + step *same + 1, step - 1) == 0)
		same++;
	return same;
}

/* Tells whether a statement only sets up the session for those after it. */
static bool
sets_up_session(Node *node)
{
	return IsA(node, VariableSetStmt) && !((VariableSetStmt *) node)->is_local;
}

/* Says where in its file a statement, or a fault in it, is. */
static void
locate(RunFailure *failure, const MigrationText *text,
	   const ScriptStatement *statement, ErrorData *error)
{
	int line = dbmig_script_line(text->sql, statement->start);
	int character = dbmig_script_character(text->sql, statement->start);

	failure->statement = statement->number;
	if (error->internalpos > 0 && error->internalquery && statement->sql &&
		strcmp(error->internalquery, statement->sql) == 0)
		character += error->internalpos - 1;
	failure->line = text->line + line - 1;
	failure->character = text->character + character - 1;
	if (error->internalquery &&
		strlen(error->internalquery) > MAX_QUOTED_STATEMENT)
	{
		error->internalquery = NULL;
		error->internalpos = 0;
	}
}

/* Says where in its file a statement is of which only the number is known. */
static void
locate_number(RunFailure *failure, const MigrationText *text, int number)
{
	Script *script = dbmig_script_open(text->sql, text->line);
	ScriptStatement statement = {0};

	while (statement.number < number &&
		   dbmig_script_next(script, false, &statement))
		;
	failure->statement = statement.number;
	failure->line =
		text->line - 1 + dbmig_script_line(text->sql, statement.start);
	failure->character = text->character - 1 +
						 dbmig_script_character(text->sql, statement.start);
	dbmig_script_close(script);
}

/* Adds what helps to the errors that our way of running causes. */
static void
add_hint(ErrorData *error)
{
	static const char *const hint =
		"Register the migration with transactional => false: it then runs statement by statement, outside a transaction.";
	MemoryContext previous;

	if (error->sqlerrcode != ERRCODE_ACTIVE_SQL_TRANSACTION &&
		error->sqlerrcode != ERRCODE_INVALID_TRANSACTION_TERMINATION &&
		error->sqlerrcode != ERRCODE_UNSAFE_NEW_ENUM_VALUE_USAGE)
		return;
	previous = MemoryContextSwitchTo(error->assoc_context);
	error->hint =
		error->hint ? psprintf("%s %s", error->hint, hint) : pstrdup(hint);
	MemoryContextSwitchTo(previous);
}

/* Adds the line of context that names migration, statement and place. */
static void
add_context(const Run *run, RunFailure *failure, bool at_end)
{
	const char *migration = dbmig_history_describe(run->version, run->name);
	const char *line;

	if (failure->statement > 0)
		line =
			psprintf("statement %d, line %d, of migration %s (%s)",
					 failure->statement, failure->line, migration, run->action);
	else
		line = psprintf("%smigration %s (%s)", at_end ? "end of " : "",
						migration, run->action);
	dbmig_error_append_context(failure->error, line);
}

/* What came of one try. */
typedef struct Attempt
{
	bool limited; /* were lock waits limited? */
	bool waited;  /* was a wait seen? */
	bool at_end;  /* had all statements been run? */
	LOCKTAG tag;  /* for this */
	LOCKMODE mode;
} Attempt;

/* Runs the statements of a text, in the subtransaction that is open. */
static void
run_statements(Run *run, const MigrationText *text, Script *script,
			   ScriptStatement *statement, Attempt *attempt)
{
	MemoryContext context = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(context, "dbmig statement",
											   ALLOCSET_DEFAULT_SIZES);

	for (;;)
	{
		bool skipping = script->number + 1 < text->first_statement;

		MemoryContextReset(work);
		MemoryContextSwitchTo(work);
		statement->start = script->offset;
		statement->number = script->number + 1;
		statement->sql = NULL;
		if (!dbmig_script_next(script, skipping, statement))
			break;
		if (skipping && !sets_up_session(statement->raw->stmt))
			continue;
		dbmig_sql_run_user_statement(statement->sql);
		run->statements = statement->number;
	}
	/* Deferred constraints speak now, while the failure is still ours. */
	statement->number = 0;
	attempt->at_end = true;
	dbmig_sql_run_user_statement("SET CONSTRAINTS ALL IMMEDIATE");
	MemoryContextSwitchTo(context);
	MemoryContextDelete(work);
}

/* Lets waits for locks end after dbmig.lock_timeout. */
static bool
limit_lock_waits(void)
{
	char value[16];

	if (dbmig_setting_lock_timeout == 0)
		return false;
	pg_ltoa(dbmig_setting_lock_timeout, value);
	(void) set_config_option("lock_timeout", value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	dbmig_lock_watch_begin(dbmig_setting_lock_timeout);
	return true;
}

/* Tries once to run a text; returns whether it succeeded. */
static bool
try_once(Run *run, const MigrationText *text, bool has_row,
		 MemoryContext context, RunFailure *failure, Attempt *attempt)
{
	ResourceOwner owner = CurrentResourceOwner;
	ScriptStatement statement = {0};
	volatile bool done = false;

	run->statements = 0;
	memset(attempt, 0, sizeof(*attempt));
	memset(failure, 0, sizeof(*failure));
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		int level = NewGUCNestLevel();
		Script *script = dbmig_script_open(text->sql, text->line);
		Oid user;
		int security;

		/* Who called us is added when the error is raised again. */
		error_context_stack = NULL;
		GetUserIdAndSecContext(&user, &security);
		attempt->limited = limit_lock_waits();
		run_statements(run, text, script, &statement, attempt);
		if (attempt->limited)
			attempt->waited =
				dbmig_lock_watch_end(&attempt->tag, &attempt->mode);
		dbmig_script_close(script);
		AtEOXact_GUC(false, level);
		SetUserIdAndSecContext(user, security);

		CommandCounterIncrement();
		dbmig_sql_require_extension(psprintf("migration %s",
											 dbmig_history_describe(run->version,
																	run->name)),
									"migration_run");
		run->schema_after = dbmig_mark_take(run->is_last);
		if (has_row)
			dbmig_history_succeed(run);
		else
			dbmig_history_add(run);
		ReleaseCurrentSubTransaction();
		done = true;
	}
	PG_CATCH();
	{
		failure->error = dbmig_error_capture(context);
		if (attempt->limited)
			attempt->waited =
				dbmig_lock_watch_end(&attempt->tag, &attempt->mode);
		MemoryContextSwitchTo(context);
		if (statement.number > 0)
			locate(failure, text, &statement, failure->error);
		RollbackAndReleaseCurrentSubTransaction();
		run->statements = 0;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return done;
}

/* A run that did not get a lock, and how often it has been tried. */
typedef struct Retry
{
	const Run *run;
	int tries; /* so far, from 0 */
} Retry;

/* Says that another try follows, and sleeps before it. */
static void
pause_between_tries(void *arg)
{
	const Retry *retry = arg;

	ereport(NOTICE,
			(errmsg("migration %s could not get a lock, try %d of %d follows",
					dbmig_history_describe(retry->run->version,
										   retry->run->name),
					retry->tries + 2, dbmig_setting_lock_retries + 1)));
	dbmig_lock_pause(retry->tries);
}

/*
 * Runs a transactional text and closes its row of history in the same
 * transaction.  Outside of a transaction block the row is there already; it is
 * added here otherwise.  Returns false, with the failure, if everything was
 * rolled back; the row is then still to be closed.
 */
bool
dbmig_apply_in_transaction(Run *run, const MigrationText *text, bool atomic,
						   MemoryContext context, RunFailure *failure)
{
	for (int tries = 0;; tries++)
	{
		Attempt attempt;
		int code;

		if (try_once(run, text, !atomic, context, failure, &attempt))
			return true;

		code = failure->error->sqlerrcode;
		if (attempt.limited && tries < dbmig_setting_lock_retries &&
			(code == ERRCODE_LOCK_NOT_AVAILABLE ||
			 code == ERRCODE_T_R_DEADLOCK_DETECTED))
		{
			Retry retry = {.run = run, .tries = tries};

			dbmig_progress_phase("waiting for a lock");
			if (!atomic)
				SPI_commit(); /* hold nothing while we sleep */
			failure->error =
				dbmig_error_catch(pause_between_tries, &retry, context);
			dbmig_progress_phase("running");
			if (failure->error == NULL)
				continue;
			code = failure->error->sqlerrcode;
		}
		if (attempt.waited && code == ERRCODE_LOCK_NOT_AVAILABLE)
			dbmig_lock_explain(failure->error,
							   dbmig_lock_find_blocker(&attempt.tag,
													   attempt.mode),
							   tries + 1);
		add_hint(failure->error);
		add_context(run, failure, attempt.at_end);
		return false;
	}
}

/* Reads back where the worker's run failed. */
static void
read_failure(const Run *run, RunFailure *failure)
{
	static const char *const sql =
		"SELECT failed_statement::pg_catalog.int8, failed_line::pg_catalog.int8,"
		" failed_position::pg_catalog.int8"
		" FROM dbmig.migration_run WHERE run_id = $1::pg_catalog.int8";
	char run_id[32];
	const char *args[1] = {run_id};
	SqlScope scope = dbmig_sql_own_begin();

	pg_lltoa(run->run_id, run_id);
	if (dbmig_sql_run_text(sql, 1, args, true) > 0)
	{
		failure->statement = (int) dbmig_sql_int64(0, 1, 0);
		failure->line = (int) dbmig_sql_int64(0, 2, 0);
		failure->character = (int) dbmig_sql_int64(0, 3, 0);
	}
	dbmig_sql_own_end(scope);
}

/* A job for the worker, and what came of it. */
typedef struct WorkerCall
{
	const WorkerJob *job;
	ErrorData *error; /* of the script, or NULL */
	int statement;	  /* the one it was at */
} WorkerCall;

/* Has the worker do its job. */
static void
run_worker(void *arg)
{
	WorkerCall *call = arg;

	call->error = dbmig_worker_run(call->job, &call->statement);
}

/*
 * Runs a text statement by statement in a worker.  The row of history must be
 * committed and no transaction of ours hold anything.  Returns false, with the
 * failure, which the worker has written down if it came so far.
 */
bool
dbmig_apply_in_worker(Run *run, const MigrationText *text,
					  MemoryContext context, RunFailure *failure)
{
	char run_id[32];
	char line[16];
	char character[16];
	const char *args[] = {
		run_id,
		run->version,
		run->action,
		run->standing,
		line,
		character,
		dbmig_history_describe(run->version, run->name),
	};
	WorkerJob job = {0};
	WorkerCall call = {.job = &job};

	pg_lltoa(run->run_id, run_id);
	pg_ltoa(text->line - 1, line);
	pg_ltoa(text->character - 1, character);
	memset(failure, 0, sizeof(*failure));

	job.label = psprintf("migration %s", args[6]);
	job.script = text->sql;
	job.first_statement = text->first_statement;
	job.known_indexes = text->known_indexes;
	job.after_crash = text->after_crash;
	job.guard = DBMIG_LOCK_WORKER;
	job.nargs = lengthof(args);
	job.args = args;
	/*
	 * $1 run_id, $2 version, $3 action, $4 standing, $5 and $6 lines and
	 * characters before the text, $7 the migration in words
	 */
	job.start_sql = "UPDATE dbmig.migration_run SET detail = jsonb_build_object("
					"'statement', $8::int4, 'known_indexes', $9)"
					" WHERE run_id = $1::int8";
	job.step_sql =
		"UPDATE dbmig.migration_run SET statements = $8::int4, detail = NULL"
		" WHERE run_id = $1::int8";
	job.fail_sql =
		"WITH run AS (UPDATE dbmig.migration_run SET state = 'failed',"
		"  finished_at = clock_timestamp(),"
		"  failed_statement = $8::int4, sqlstate = $9, error = $10,"
		"  error_detail = $11, error_context = concat_ws(E'\n', $12,"
		"   CASE WHEN $8 IS NULL"
		"    THEN format('end of migration %s (%s)', $7, $3)"
		"    ELSE format('statement %s, line %s, of migration %s (%s)',"
		"     $8, $13::int4 + $5::int4, $7, $3) END),"
		"  failed_line = $13::int4 + $5::int4,"
		"  failed_position = $14::int4 + $6::int4"
		" WHERE run_id = $1::int8 AND state = 'running'"
		" RETURNING *)"
		" INSERT INTO dbmig.journal (part, action, object, state, started_at,"
		"  finished_at, detail, sqlstate, error)"
		" SELECT 'migration', action, version, state, started_at, finished_at,"
		"  jsonb_build_object('run_id', run_id, 'statements', statements),"
		"  sqlstate, error FROM run";
	job.done_sql =
		psprintf("WITH run AS (UPDATE dbmig.migration_run SET state = 'succeeded',"
				 "  finished_at = clock_timestamp(), detail = NULL,"
				 "  statements = $8::int4, standing = $4, schema_after = %s"
				 " WHERE run_id = $1::int8"
				 " RETURNING *)"
				 " INSERT INTO dbmig.journal (part, action, object, state, started_at,"
				 "  finished_at, detail)"
				 " SELECT 'migration', action, version, state, started_at, finished_at,"
				 "  jsonb_build_object('run_id', run_id, 'statements', statements)"
				 " FROM run",
				 run->is_last || dbmig_mark_affordable() ?
					 "dbmig._run_fingerprint()" :
					 "NULL");

	/* In a subtransaction without effects, so that an interrupt is caught. */
	failure->error = dbmig_error_catch(run_worker, &call, context);
	failure->error = failure->error ? failure->error : call.error;
	MemoryContextSwitchTo(context);
	if (failure->error == NULL)
		return true;
	read_failure(run, failure);
	if (failure->statement == 0 && call.statement > 0)
		locate_number(failure, text, call.statement);
	add_context(run, failure, call.statement == DBMIG_WORKER_AT_END);
	return false;
}

/*
 * Writes down a failure whose transaction belongs to the caller and will be
 * rolled back: a worker does it.  What cannot be written is a WARNING.
 */
void
dbmig_apply_witness(const Run *run, const RunFailure *failure)
{
	const ErrorData *error = failure->error;
	char statement[16];
	char line[16];
	char character[16];
	char pid[16];
	const char *args[] = {run->version,
						  run->action,
						  run->checksum,
						  pid,
						  failure->statement > 0 ? statement : NULL,
						  line,
						  character,
						  unpack_sql_state(error->sqlerrcode),
						  error->message,
						  error->detail,
						  error->context};
	WorkerJob job = {0};
	ErrorData *volatile trouble = NULL;
	MemoryContext context = CurrentMemoryContext;

	pg_ltoa(failure->statement, statement);
	pg_ltoa(failure->line, line);
	pg_ltoa(failure->character, character);
	pg_ltoa(MyProcPid, pid);
	args[7] = pstrdup(args[7]);

	job.label = psprintf("witness of migration %s",
						 dbmig_history_describe(run->version, run->name));
	job.first_statement = 1;
	job.guard = DBMIG_LOCK_WORKER;
	job.nargs = lengthof(args);
	job.args = args;
	job.done_sql =
		"WITH run AS (INSERT INTO dbmig.migration_run (version, action, state,"
		"  checksum, finished_at, backend_pid, failed_statement, failed_line,"
		"  failed_position, sqlstate, error, error_detail, error_context)"
		" SELECT $1, $2, 'failed', $3, clock_timestamp(), $4::int4, $5::int4,"
		"  $6::int4, $7::int4, $8, $9, $10, $11 RETURNING *)"
		" INSERT INTO dbmig.journal (part, action, object, state, started_at,"
		"  finished_at, detail, sqlstate, error)"
		" SELECT 'migration', action, version, state, started_at, finished_at,"
		"  jsonb_build_object('run_id', run_id, 'statements', 0),"
		"  sqlstate, error FROM run";

	PG_TRY();
	{
		/* Our transaction may hold locks on the history: do not wait for ever. */
		(void) set_config_option("lock_timeout", "2000", PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0,
								 false);
		trouble = dbmig_worker_run(&job, NULL);
	}
	PG_CATCH();
	{
		trouble = dbmig_error_capture(context);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	if (trouble != NULL)
		ereport(WARNING,
				(errcode(trouble->sqlerrcode),
				 errmsg("the failure of migration %s could not be recorded: %s",
						dbmig_history_describe(run->version, run->name),
						trouble->message)));
}
