/*
 * session.c
 *		The worker's side: a session that runs a script at top level.
 *
 * The session is made like the caller's: the same login, SET SESSION
 * AUTHORIZATION, SET ROLE and settings.  Each statement runs as if a client
 * had sent it, so that CREATE INDEX CONCURRENTLY, VACUUM, or BEGIN ... COMMIT
 * in the text work.  Bookkeeping goes through the job's hooks:
 *
 * - a statement that may run in a transaction shares it with the step hook,
 *   so that the record of it is there exactly if its effect is;
 * - so does a COMMIT that ends a block of the text;
 * - what cannot run in a transaction is announced before (start hook) and
 *   recorded after, each in a transaction of its own.
 *
 * Locks: the guard for the session; those of the statements.  Statements that
 * may run in a transaction wait for a lock no longer than dbmig.lock_timeout
 * and are tried again; those that cannot (CONCURRENTLY, VACUUM) block nobody
 * while they wait, and wait as the caller's lock_timeout says.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/compat.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/script.h"
#include "base/settings.h"
#include "base/sql.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "libpq/pqmq.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "parser/analyze.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/ps_status.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "worker/job.h"
#include "worker/leftover.h"
#include "worker/worker.h"

#define MAX_QUOTED_STATEMENT 65536 /* longer ones are not sent with errors */

/* The job as the worker reads it. */
typedef struct Session
{
	JobHeader *header;		   /* shared */
	WorkerJob job;			   /* texts, pointing into shared memory */
	Script *script;			   /* the script being run */
	Size resume_offset;		   /* where a retry begins: no block is open */
	int resume_number;		   /* statements before that */
	ScriptStatement statement; /* the statement being run */
	StatementPlace place;	   /* where it may run */
	MemoryContext context;	   /* of the statement */
	int caller_lock_timeout;   /* as the caller has it */
	int set_lock_timeout;	   /* as we have set it last */
	bool limited;			   /* is another try worth it? */
	bool at_end;			   /* have all statements been run? */
	WorkerCallback callback;   /* the job's function, or NULL */
	bool begun;				   /* has it been told of the beginning? */
} Session;

static bool is_worker = false;

PGDLLEXPORT void dbmig_worker_main(Datum main_arg);

/* Tells whether this process is one of our workers. */
bool
dbmig_worker_is_me(void)
{
	return is_worker;
}

/* Reads the next text of a job. */
static const char *
next_text(const char **position)
{
	const char *text = *position + 1;
	bool present = **position != 0;

	*position = text + strlen(text) + 1;
	return present ? text : NULL;
}

/* Applies a setting as the one who logged in. */
static void
apply_setting(const char *name, const char *value)
{
	(void) set_config_option(name, value, superuser() ? PGC_SUSET : PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SET, true, ERROR, false);
}

/* Makes this session like the caller's. */
static void
become_caller(JobHeader *header, const char *settings)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	for (int i = 0; i < header->nsettings; i++)
	{
		const char *name = next_text(&settings);
		const char *value = next_text(&settings);

		apply_setting(name, value ? value : "");
	}
	apply_setting("client_encoding", GetDatabaseEncodingName());
	if (header->session_user != header->authenticated_user)
		apply_setting("session_authorization",
					  GetUserNameFromId(header->session_user, false));
	if (header->role != header->session_user)
		apply_setting("role", GetUserNameFromId(header->role, false));
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* Finds the job in shared memory and its texts. */
static const char *
read_job(Session *session, shm_toc *toc)
{
	const char *position = shm_toc_lookup(toc, JOB_KEY_TEXTS, false);
	const char **args;

	session->job.label = next_text(&position);
	session->job.script = next_text(&position);
	session->job.known_indexes = next_text(&position);
	session->job.start_sql = next_text(&position);
	session->job.step_sql = next_text(&position);
	session->job.fail_sql = next_text(&position);
	session->job.done_sql = next_text(&position);
	session->job.call = next_text(&position);
	session->job.nargs = session->header->nargs;
	args = palloc_array(const char *, Max(session->job.nargs, 1));
	for (int i = 0; i < session->job.nargs; i++)
		args[i] = next_text(&position);
	session->job.args = args;
	return position;
}

/*
 * Runs a hook, in the open transaction or in one of its own.  The statement
 * before it may have changed role or made transactions read-only; the hook is
 * the caller's business and runs as the caller.
 */
static void
run_hook(Session *session, const char *sql, int nmore, const char *const *more)
{
	const char *args[DBMIG_SQL_MAX_ARGS + 8];
	int nargs = 0;
	bool own = !IsTransactionState();
	bool read_only;
	MemoryContext context = CurrentMemoryContext;
	Oid user;
	int security;
	SqlScope scope;

	if (sql == NULL)
		return;
	if (own)
		StartTransactionCommand();
	read_only = XactReadOnly;
	XactReadOnly = false;
	for (int i = 0; i < session->job.nargs; i++)
		args[nargs++] = session->job.args[i];
	for (int i = 0; i < nmore; i++)
		args[nargs++] = more[i];

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(session->header->role, security);
	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	(void) dbmig_sql_run_text(sql, nargs, args, false);
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
	SetUserIdAndSecContext(user, security);
	XactReadOnly = read_only;
	if (own)
		CommitTransactionCommand();
	MemoryContextSwitchTo(context);
}

/*
 * Calls the job's function, as the caller, in the open transaction or in one
 * of its own.
 */
static bool
run_callback(Session *session, WorkerMoment moment, Node *statement)
{
	bool own = !IsTransactionState();
	MemoryContext context = CurrentMemoryContext;
	StringInfoData answer;
	Oid user;
	int security;
	bool result;

	if (session->callback == NULL)
		return false;
	if (own)
		StartTransactionCommand();
	MemoryContextSwitchTo(session->context);
	initStringInfo(&answer);
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(session->header->role, security);
	PushActiveSnapshot(GetTransactionSnapshot());
	result = session->callback(moment, &session->job, statement, &answer);
	PopActiveSnapshot();
	SetUserIdAndSecContext(user, security);
	if (own)
		CommitTransactionCommand();
	if (answer.len > 0)
	{
		StringInfoData message;

		pq_beginmessage(&message, JOB_ANSWER);
		pq_sendbytes(&message, answer.data, answer.len);
		pq_endmessage(&message);
	}
	MemoryContextSwitchTo(context);
	return result;
}

/* Runs a hook whose only parameter of its own is a statement's number. */
static void
run_numbered_hook(Session *session, const char *sql, int number)
{
	char text[16];
	const char *more[1] = {text};

	pg_ltoa(number, text);
	run_hook(session, sql, 1, more);
}

/*
 * Sets how long the statement may wait for a lock, unless the text itself has
 * said so.  Outside of a transaction, because a statement that commits in the
 * middle would lose what is local to one.
 */
static void
limit_lock_waits(Session *session)
{
	bool concurrent = session->place == STATEMENT_TOP_LEVEL;
	int wanted = concurrent || dbmig_setting_lock_timeout == 0 ?
					 session->caller_lock_timeout :
					 dbmig_setting_lock_timeout;

	if (!IsTransactionBlock() && LockTimeout == session->set_lock_timeout &&
		LockTimeout != wanted)
	{
		char value[16];

		pg_ltoa(wanted, value);
		(void) set_config_option("lock_timeout", value, PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
		session->set_lock_timeout = wanted;
	}
	session->limited =
		!concurrent && dbmig_setting_lock_timeout > 0 && LockTimeout > 0;
	if (session->limited)
		dbmig_lock_watch_begin(LockTimeout);
}

/* Plans and runs the statement, as exec_simple_query() would. */
static void
run_portal(Session *session)
{
	ScriptStatement *statement = &session->statement;
	CommandTag tag = CreateCommandTag(statement->raw->stmt);
	QueryCompletion qc;
	List *trees;
	Portal portal;
	bool snapshot = false;

	if (analyze_requires_snapshot(statement->raw))
	{
		PushActiveSnapshot(GetTransactionSnapshot());
		snapshot = true;
	}
	trees = pg_analyze_and_rewrite_fixedparams(statement->raw, statement->sql,
											   NULL, 0, NULL);
	trees = pg_plan_queries(trees, statement->sql, CURSOR_OPT_PARALLEL_OK, NULL);
	if (snapshot)
		PopActiveSnapshot();
	CHECK_FOR_INTERRUPTS();

	portal = CreatePortal("", true, true);
	portal->visible = false;
	PortalDefineQuery(portal, NULL, statement->sql, tag, trees, NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	InitializeQueryCompletion(&qc);
	(void) dbmig_portal_run(portal, FETCH_ALL, true, None_Receiver,
							None_Receiver, &qc);
	PortalDrop(portal, false);
}

/* Tells whether a statement ends a block for good, with its effects. */
static bool
commits_block(Node *node)
{
	TransactionStmt *transaction = (TransactionStmt *) node;

	return IsA(node, TransactionStmt) &&
		   transaction->kind == TRANS_STMT_COMMIT && !transaction->chain &&
		   IsTransactionBlock();
}

/* Runs one statement at top level, with its bookkeeping. */
static void
run_statement(Session *session)
{
	ScriptStatement *statement = &session->statement;
	bool recorded = false;
	LOCKTAG tag;
	LOCKMODE mode;

	debug_query_string = statement->sql;
	pgstat_report_activity(STATE_RUNNING, statement->sql);
	pg_atomic_write_u32(&session->header->statement, statement->number);

	if (session->place == STATEMENT_TOP_LEVEL && !IsTransactionBlock())
	{
		char number[16];
		const char *more[2] = {number, NULL};

		pg_ltoa(statement->number, number);
		StartTransactionCommand();
		MemoryContextSwitchTo(session->context);
		more[1] = dbmig_leftover_known(statement->raw->stmt,
									   statement->number ==
											   session->header->first_statement ?
										   session->job.known_indexes :
										   NULL);
		run_hook(session, session->job.start_sql, 2, more);
		CommitTransactionCommand();
	}

	limit_lock_waits(session);
	StartTransactionCommand();
	MemoryContextSwitchTo(session->context);
	if (StatementTimeout > 0)
		enable_timeout_after(STATEMENT_TIMEOUT, StatementTimeout);
	CHECK_FOR_INTERRUPTS();

	if (commits_block(statement->raw->stmt))
	{
		run_numbered_hook(session, session->job.step_sql, statement->number);
		recorded = true;
	}
	if (session->place != STATEMENT_ANYWHERE ||
		!run_callback(session, WORKER_BEFORE, statement->raw->stmt))
		run_portal(session);
	if (session->callback && session->place == STATEMENT_ANYWHERE)
	{
		CommandCounterIncrement();
		(void) run_callback(session, WORKER_AFTER, statement->raw->stmt);
	}
	if (session->place == STATEMENT_ANYWHERE && !IsTransactionBlock())
	{
		CommandCounterIncrement();
		if (!session->header->elsewhere)
			dbmig_sql_require_extension(session->job.label, NULL);
		run_numbered_hook(session, session->job.step_sql, statement->number);
		recorded = true;
	}
	if (get_timeout_active(STATEMENT_TIMEOUT))
		disable_timeout(STATEMENT_TIMEOUT, false);
	CommitTransactionCommand();
	if (session->limited)
		(void) dbmig_lock_watch_end(&tag, &mode);
	session->limited = false;

	if (!IsTransactionBlock())
	{
		/* Its effect is there: an interrupt must not part it from its record. */
		if (!recorded)
		{
			HOLD_INTERRUPTS();
			run_numbered_hook(session, session->job.step_sql, statement->number);
			RESUME_INTERRUPTS();
		}
		session->resume_offset = session->script->offset;
		session->resume_number = statement->number;
	}
	debug_query_string = NULL;
}

/*
 * Passes over a statement that an earlier run has finished for good.  What it
 * set for the session is needed again by those after it.
 */
static void
skip_statement(Session *session)
{
	Node *node = session->statement.raw->stmt;

	if (IsA(node, VariableSetStmt) && !((VariableSetStmt *) node)->is_local)
	{
		StartTransactionCommand();
		MemoryContextSwitchTo(session->context);
		run_portal(session);
		CommitTransactionCommand();
		MemoryContextSwitchTo(session->context);
	}
	session->resume_offset = session->script->offset;
	session->resume_number = session->statement.number;
}

/*
 * Removes what the run before left behind in the statement that is next.
 * Returns true if that run had only failed to record its end; it is then
 * recorded.
 */
static bool
clean_up_after_run_before(Session *session)
{
	Node *node = session->statement.raw->stmt;
	bool complete;

	StartTransactionCommand();
	MemoryContextSwitchTo(session->context);
	dbmig_leftover_drop_unknown(node, session->job.known_indexes,
								dbmig_setting_lock_retries);
	complete = session->header->after_crash &&
			   dbmig_leftover_is_complete(node, session->job.known_indexes);
	CommitTransactionCommand();
	MemoryContextSwitchTo(session->context);
	if (!complete)
		return false;
	run_numbered_hook(session, session->job.step_sql, session->statement.number);
	session->resume_offset = session->script->offset;
	session->resume_number = session->statement.number;
	return true;
}

/* Fetches and runs the next statement; returns false at the script's end. */
static bool
run_next(Session *session)
{
	const char *what;

	MemoryContextReset(session->context);
	MemoryContextSwitchTo(session->context);
	memset(&session->statement, 0, sizeof(session->statement));
	session->statement.start = session->script->offset;
	session->statement.number = session->script->number + 1;
	if (pg_atomic_read_u32(&session->header->cancelled) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_QUERY_CANCELED),
				 errmsg("canceling statement due to user request")));
	if (!session->begun)
	{
		(void) run_callback(session, WORKER_BEGIN, NULL);
		session->begun = true;
	}
	if (!dbmig_script_next(session->script, true, &session->statement))
		return false;
	session->place = dbmig_statement_place(session->statement.raw->stmt, &what);
	if (session->statement.number < session->header->first_statement)
	{
		skip_statement(session);
		return true;
	}
	if (session->job.known_indexes != NULL &&
		session->statement.number == session->header->first_statement &&
		clean_up_after_run_before(session))
		return true;
	run_statement(session);
	return true;
}

/*
 * Returns to a clean state after an error.  A cancel that came meanwhile stays
 * pending, unless it is only a timeout of the statement that failed.
 */
static void
clean_up_after_error(void)
{
	bool timeout;

	HOLD_INTERRUPTS();
	disable_all_timeouts(true);
	timeout = get_timeout_indicator(LOCK_TIMEOUT, true);
	timeout = get_timeout_indicator(STATEMENT_TIMEOUT, true) || timeout;
	if (timeout)
		QueryCancelPending = false;
	AbortOutOfAnyTransaction();
	PortalErrorCleanup();
	debug_query_string = NULL;
	RESUME_INTERRUPTS();
}

/* A failure that is final, on its way to be told. */
typedef struct Failure
{
	Session *session;
	ErrorData *error; /* what was raised */
	bool waited;	  /* was a wait for a lock seen? */
	LOCKTAG tag;	  /* for this one */
	LOCKMODE mode;
	int tries; /* how often the statement was run */
} Failure;

/*
 * Takes one step towards telling a failure.  If that fails itself, the others
 * are taken all the same, and the caller hears of both errors.
 */
static void
attempt_step(void (*step)(Failure *), Failure *failure)
{
	PG_TRY();
	{
		step(failure);
	}
	PG_CATCH();
	{
		EmitErrorReport();
		FlushErrorState();
		clean_up_after_error();
	}
	PG_END_TRY();
}

/* Adds to a lock timeout who was in the way, and what to do. */
static void
explain_lock_failure(Failure *failure)
{
	LockBlocker *blocker;
	MemoryContext previous;

	if (!failure->waited ||
		failure->error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
		return;
	StartTransactionCommand();
	previous = MemoryContextSwitchTo(failure->error->assoc_context);
	blocker = dbmig_lock_find_blocker(&failure->tag, failure->mode);
	dbmig_lock_explain(failure->error, blocker, failure->tries);
	MemoryContextSwitchTo(previous);
	CommitTransactionCommand();
}

/* Drops the invalid index that the statement may have left. */
static void
drop_leftover(Failure *failure)
{
	Session *session = failure->session;

	if (session->statement.raw == NULL)
		return;
	StartTransactionCommand();
	MemoryContextSwitchTo(session->context);
	dbmig_leftover_drop(session->statement.raw->stmt, 0);
	CommitTransactionCommand();
}

/* Tells whether waiting for a lock failed, so that another try makes sense. */
static bool
is_lock_failure(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
		   error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED;
}

/*
 * Makes an error's position one in the statement, for whoever reports it: the
 * client knows nothing of the text that a bare position would count in.  A
 * cancel by the caller gets the caller's reason.
 */
static void
locate_error(Session *session, ErrorData *error)
{
	if (error->cursorpos > 0 && error->internalquery == NULL &&
		session->statement.sql != NULL &&
		session->statement.length < MAX_QUOTED_STATEMENT)
	{
		error->internalquery =
			MemoryContextStrdup(error->assoc_context, session->statement.sql);
		error->internalpos = error->cursorpos;
	}
	error->cursorpos = 0;
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED &&
		pg_atomic_read_u32(&session->header->cancelled) != 0)
		error->message = MemoryContextStrdup(error->assoc_context,
											 session->header->cancel_reason);
}

/* Tells the fail hook what happened. */
static void
record_failure(Failure *failure)
{
	Session *session = failure->session;
	const ErrorData *error = failure->error;
	const char *script = session->script->text;
	Size start = session->statement.start;
	int character = dbmig_script_character(script, start);
	char number_text[16];
	char line_text[16];
	char character_text[16];
	const char *more[7];

	if (error->internalpos > 0 && error->internalquery &&
		session->statement.sql != NULL &&
		strcmp(error->internalquery, session->statement.sql) == 0)
		character += error->internalpos - 1;
	pg_ltoa(session->statement.number, number_text);
	pg_ltoa(dbmig_script_line(script, start), line_text);
	pg_ltoa(character, character_text);
	more[0] = session->at_end ? NULL : number_text;
	more[1] = unpack_sql_state(error->sqlerrcode);
	more[2] = error->message;
	more[3] = error->detail;
	more[4] = error->context;
	more[5] = session->at_end ? NULL : line_text;
	more[6] = session->at_end ? NULL : character_text;

	run_hook(session, session->job.fail_sql, 7, more);
}

/* Runs the next statement, or ends the script; returns whether it has ended. */
static bool
run_next_or_end(Session *session)
{
	if (run_next(session))
		return false;
	session->at_end = true;
	pg_atomic_write_u32(&session->header->statement,
						(uint32) DBMIG_WORKER_AT_END);
	if (IsTransactionBlock())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("the text ends inside a transaction block"),
				 errhint("End it with COMMIT.")));
	(void) run_callback(session, WORKER_END, NULL);
	run_numbered_hook(session, session->job.done_sql, session->script->number);
	pg_atomic_write_u32(&session->header->finished, 1);
	return true;
}

/* Waits before a statement, or the block that it is in, is tried again. */
static void
wait_for_next_try(Session *session, int tries)
{
	ereport(NOTICE,
			(errmsg("%s could not get a lock, try %d of %d follows",
					session->job.label, tries + 1,
					dbmig_setting_lock_retries + 1)));
	dbmig_lock_pause(tries - 1);
	dbmig_script_seek(session->script, session->resume_offset,
					  session->resume_number);
}

/*
 * Runs the script.  Returns NULL, or the error that ended it, which has then
 * been told to the fail hook.
 */
static ErrorData *
run_script(Session *session, MemoryContext error_context)
{
	volatile int tries = 0; /* of what is being run, that failed for a lock */
	volatile bool again = false;
	volatile bool finished = false;

	while (!finished)
	{
		Failure failure = {.session = session};
		bool limited;

		PG_TRY();
		{
			int before = session->resume_number;

			if (again)
				wait_for_next_try(session, tries);
			again = false;
			finished = run_next_or_end(session);
			if (session->resume_number != before)
				tries = 0;
		}
		PG_CATCH();
		{
			error_context_stack = NULL;
			failure.error = dbmig_error_capture(error_context);
			locate_error(session, failure.error);
		}
		PG_END_TRY();
		if (failure.error == NULL)
			continue;

		limited = session->limited;
		if (limited)
			failure.waited = dbmig_lock_watch_end(&failure.tag, &failure.mode);
		session->limited = false;
		clean_up_after_error();
		failure.tries = ++tries;

		again = limited && is_lock_failure(failure.error) &&
				tries <= dbmig_setting_lock_retries &&
				pg_atomic_read_u32(&session->header->cancelled) == 0;
		if (again)
			continue;

		QueryCancelPending = false;
		attempt_step(explain_lock_failure, &failure);
		attempt_step(drop_leftover, &failure);
		MemoryContextSwitchTo(error_context);
		attempt_step(record_failure, &failure);
		return failure.error;
	}
	return NULL;
}

/* Sends an error to the caller without ending this process by it. */
static void
report_error(ErrorData *error)
{
	PG_TRY();
	{
		dbmig_error_raise(error);
	}
	PG_CATCH();
	{
		EmitErrorReport();
		FlushErrorState();
	}
	PG_END_TRY();
}

/* The worker process. */
void
dbmig_worker_main(Datum main_arg)
{
	Session *session;
	dsm_segment *segment;
	shm_toc *toc;
	shm_mq *queue;
	const char *settings;
	MemoryContext error_context;
	ErrorData *error = NULL;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	is_worker = true;

	CurrentResourceOwner = ResourceOwnerCreate(NULL, "dbmig worker");
	CurrentMemoryContext =
		AllocSetContextCreate(TopMemoryContext, "dbmig worker",
							  ALLOCSET_DEFAULT_SIZES);
	segment = dsm_attach(DatumGetUInt32(main_arg));
	if (segment == NULL)
		proc_exit(0); /* the caller is gone already */
	dsm_pin_mapping(segment);
	toc = shm_toc_attach(JOB_MAGIC, dsm_segment_address(segment));
	if (toc == NULL)
		elog(ERROR, "job of the dbmig worker is not valid");

	session = palloc0(sizeof(Session));
	session->header = shm_toc_lookup(toc, JOB_KEY_HEADER, false);
	queue = shm_toc_lookup(toc, JOB_KEY_QUEUE, false);
	shm_mq_set_sender(queue, MyProc);
	pq_redirect_to_shm_mq(segment, shm_mq_attach(queue, segment, NULL));

	settings = read_job(session, toc);
	BackgroundWorkerInitializeConnectionByOid(session->header->database,
											  session->header->authenticated_user,
											  session->header->elsewhere ?
												  BGWORKER_BYPASS_ALLOWCONN :
												  0);
	if (session->job.call)
		session->callback =
			(WorkerCallback) load_external_function("dbmig", session->job.call,
													true, NULL);
	become_caller(session->header, settings);
	session->caller_lock_timeout = LockTimeout;
	session->set_lock_timeout = LockTimeout;
	pgstat_report_activity(STATE_RUNNING, session->job.label);

	if (session->header->guard != DBMIG_LOCK_NONE)
	{
		StartTransactionCommand();
		(void) dbmig_lock_take(session->header->guard, true, true);
		CommitTransactionCommand();
	}

	error_context = AllocSetContextCreate(TopMemoryContext, "dbmig worker error",
										  ALLOCSET_DEFAULT_SIZES);
	session->context =
		AllocSetContextCreate(TopMemoryContext, "dbmig worker statement",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(TopMemoryContext);
	session->script =
		dbmig_script_open(session->job.script ? session->job.script : "", 1);
	session->script->skip_restrict = session->header->elsewhere;
	error = run_script(session, error_context);
	if (error)
		report_error(error);
	pgstat_report_stat(true);
	proc_exit(0);
}
