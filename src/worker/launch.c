/*
 * launch.c
 *		The caller's side of a worker: start it, pass on what it says, wait.
 *
 * The worker may run CREATE INDEX CONCURRENTLY, which waits for every snapshot
 * older than its own.  So the caller must hold none: it has just committed,
 * and gives up its catalog snapshot before each wait.  The caller holds no
 * lock that the worker could want, except the guard that keeps others out.
 *
 * Cancelling or terminating the caller cancels the worker: a flag in the job
 * tells a worker that has not begun, SIGINT one that has.  The worker then
 * writes its failure down itself, so that it is told even if the caller is
 * gone.
 */
#include "postgres.h"

#include <signal.h>

#include "access/xact.h"
#include "base/compat.h"
#include "base/error.h"
#include "base/progress.h"
#include "libpq/pqformat.h"
#include "libpq/pqmq.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "worker/job.h"
#include "worker/worker.h"

/* A worker that was started. */
typedef struct Launch
{
	dsm_segment *segment;			/* the job */
	JobHeader *header;				/* its fixed part */
	shm_mq_handle *queue;			/* what the worker says */
	BackgroundWorkerHandle *handle; /* the process */
} Launch;

/* Appends a text, or NULL, to the texts of a job. */
static void
append_text(StringInfo texts, const char *text)
{
	appendStringInfoChar(texts, text ? 1 : 0);
	if (text)
		appendStringInfoString(texts, text);
	appendStringInfoChar(texts, '\0');
}

/* Tells whether a setting was made in this session and can be made in another. */
static bool
is_own_setting(const struct config_generic *setting, bool elsewhere)
{
	static const char *const left_out[] = {
		"client_encoding", /* the worker talks to us, not to a client */
		"role",
		"session_authorization", /* taken over in their own way */
		"seed",					 /* cannot be read */
		"transaction_deferrable",
		"transaction_isolation",
		"transaction_read_only" /* of a transaction, not of the session */
	};

	if (setting->source != PGC_S_SESSION && setting->source != PGC_S_CLIENT &&
		setting->source != PGC_S_INTERACTIVE &&
		!(elsewhere && (setting->source == PGC_S_DATABASE ||
						setting->source == PGC_S_DATABASE_USER)))
		return false;
	if (setting->context != PGC_USERSET && setting->context != PGC_SUSET)
		return false;
	for (int i = 0; i < lengthof(left_out); i++)
	{
		if (strcmp(setting->name, left_out[i]) == 0)
			return false;
	}
	return true;
}

/*
 * Appends the session's own settings, so that the worker's session is like the
 * caller's.  What comes from files, the database or the role, the worker's own
 * start brings.  The view pg_settings would not do: it hides custom settings.
 */
static int
append_settings(StringInfo texts, bool elsewhere)
{
	int count;
	int appended = 0;
	struct config_generic **settings = dbmig_guc_variables(&count);

	for (int i = 0; i < count; i++)
	{
		if (!is_own_setting(settings[i], elsewhere))
			continue;
		append_text(texts, settings[i]->name);
		append_text(texts, GetConfigOption(settings[i]->name, true, false));
		appended++;
	}
	return appended;
}

/* Lays the job out in a new shared memory segment. */
static Launch *
make_job(const WorkerJob *job)
{
	Launch *launch = palloc0(sizeof(Launch));
	const char *fixed[JOB_FIXED_TEXTS] = {job->label,		  job->script,
										  job->known_indexes, job->start_sql,
										  job->step_sql,	  job->fail_sql,
										  job->done_sql,	  job->call};
	StringInfoData texts;
	shm_toc_estimator estimator;
	shm_toc *toc;
	JobHeader *header;
	shm_mq *queue;
	Size size;
	int nsettings;

	initStringInfo(&texts);
	for (int i = 0; i < JOB_FIXED_TEXTS; i++)
		append_text(&texts, fixed[i]);
	for (int i = 0; i < job->nargs; i++)
		append_text(&texts, job->args[i]);
	nsettings = append_settings(&texts, OidIsValid(job->database));

	shm_toc_initialize_estimator(&estimator);
	shm_toc_estimate_chunk(&estimator, sizeof(JobHeader));
	shm_toc_estimate_chunk(&estimator, texts.len);
	shm_toc_estimate_chunk(&estimator, JOB_QUEUE_SIZE);
	shm_toc_estimate_keys(&estimator, 3);
	size = shm_toc_estimate(&estimator);

	launch->segment = dsm_create(size, 0);
	dsm_pin_mapping(launch->segment);
	toc = shm_toc_create(JOB_MAGIC, dsm_segment_address(launch->segment), size);

	header = shm_toc_allocate(toc, sizeof(JobHeader));
	header->elsewhere = OidIsValid(job->database);
	header->database = header->elsewhere ? job->database : MyDatabaseId;
	header->authenticated_user = GetAuthenticatedUserId();
	header->session_user = GetSessionUserId();
	header->role = GetUserId();
	header->first_statement = job->first_statement;
	header->after_crash = job->after_crash;
	header->guard = job->guard;
	header->nargs = job->nargs;
	header->nsettings = nsettings;
	pg_atomic_init_u32(&header->cancelled, 0);
	header->cancel_reason[0] = '\0';
	pg_atomic_init_u32(&header->statement, 0);
	pg_atomic_init_u32(&header->finished, 0);
	shm_toc_insert(toc, JOB_KEY_HEADER, header);
	launch->header = header;

	{
		char *shared = shm_toc_allocate(toc, texts.len);

		memcpy(shared, texts.data, texts.len);
		shm_toc_insert(toc, JOB_KEY_TEXTS, shared);
	}
	queue = shm_mq_create(shm_toc_allocate(toc, JOB_QUEUE_SIZE), JOB_QUEUE_SIZE);
	shm_toc_insert(toc, JOB_KEY_QUEUE, queue);
	shm_mq_set_receiver(queue, MyProc);
	launch->queue = shm_mq_attach(queue, launch->segment, NULL);
	pfree(texts.data);
	return launch;
}

/* Asks the postmaster for the process. */
static void
start_process(Launch *launch, const WorkerJob *job)
{
	BackgroundWorker worker = {0};

	snprintf(worker.bgw_name, BGW_MAXLEN, "dbmig worker for pid %d", MyProcPid);
	snprintf(worker.bgw_type, BGW_MAXLEN, "dbmig worker");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "dbmig");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "dbmig_worker_main");
	worker.bgw_flags =
		BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(launch->segment));
	worker.bgw_notify_pid = MyProcPid;

	/* From here on nothing may take a snapshot: see the head of this file. */
	InvalidateCatalogSnapshot();
	if (!RegisterDynamicBackgroundWorker(&worker, &launch->handle))
	{
		dsm_detach(launch->segment);
		ereport(ERROR,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("no background worker is free for %s", job->label),
				 errdetail("All %d of \"max_worker_processes\" are taken.",
						   max_worker_processes),
				 errhint("Call it again when one is free, or raise "
						 "\"max_worker_processes\" and restart the server.")));
	}
	shm_mq_set_handle(launch->queue, launch->handle);
}

/* Tells the worker why it is stopped, for the record of its failure. */
static void
tell_reason(Launch *launch)
{
	const char *reason = "the session that started this has ended";
	int length;

	if (!proc_exit_inprogress)
	{
		MemoryContext previous = MemoryContextSwitchTo(TopTransactionContext);

		reason = CopyErrorData()->message;
		MemoryContextSwitchTo(previous);
	}
	length = pg_mbcliplen(reason, strlen(reason),
						  sizeof(launch->header->cancel_reason) - 1);
	memcpy(launch->header->cancel_reason, reason, length);
	launch->header->cancel_reason[length] = '\0';
}

/*
 * Stops a worker whose caller is interrupted.  Runs when an error is raised
 * and when the process exits; only in the former case is there time to wait.
 */
static void
stop_worker(int code, Datum arg)
{
	Launch *launch = (Launch *) DatumGetPointer(arg);
	pid_t pid;

	tell_reason(launch);
	pg_memory_barrier();
	pg_atomic_write_u32(&launch->header->cancelled, 1);
	switch (GetBackgroundWorkerPid(launch->handle, &pid))
	{
		case BGWH_STARTED:
			(void) kill(pid, SIGINT);
			break;
		case BGWH_NOT_YET_STARTED:
			TerminateBackgroundWorker(launch->handle);
			break;
		default:
			break;
	}
	if (!proc_exit_inprogress)
	{
		/* Nobody reads the queue any more: let it not hold the worker up. */
		shm_mq_detach(launch->queue);
		dsm_detach(launch->segment);
		(void) WaitForBackgroundWorkerShutdown(launch->handle);
	}
}

/* Takes one message of the worker; returns its error if it was one. */
static ErrorData *
take_message(const WorkerJob *job, const char *data, Size length)
{
	StringInfoData message;
	ErrorData *edata;
	char type;

	initStringInfo(&message);
	appendBinaryStringInfo(&message, data, length);
	type = pq_getmsgbyte(&message);
	if (type == JOB_ANSWER && job->answer)
		appendBinaryStringInfo(job->answer, data + 1, length - 1);
	if (type != 'E' && type != 'N')
		return NULL;

	edata = palloc0(sizeof(ErrorData));
	pq_parse_errornotice(&message, edata);
	edata->assoc_context = CurrentMemoryContext;
	if (type == 'E')
		return edata;
	ThrowErrorData(edata); /* a notice: to our client */
	return NULL;
}

/* Shows other sessions which statement the worker is at. */
static void
show_progress(const Launch *launch)
{
	int statement = (int) pg_atomic_read_u32(&launch->header->statement);
	char phase[64];

	if (statement <= 0)
		return;
	snprintf(phase, sizeof(phase), "statement %d, in a worker", statement);
	dbmig_progress_phase(phase);
}

/* Passes on what the worker says until it has said all. */
static ErrorData *
listen_to_worker(Launch *launch, const WorkerJob *job)
{
	ErrorData *error = NULL;

	for (;;)
	{
		Size length;
		void *data;
		shm_mq_result result;

		result = shm_mq_receive(launch->queue, &length, &data, true);
		if (result == SHM_MQ_DETACHED)
			break;
		if (result == SHM_MQ_SUCCESS)
		{
			ErrorData *edata = take_message(job, data, length);

			if (edata)
				error = edata;
			continue;
		}
		show_progress(launch);
		InvalidateCatalogSnapshot();
		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, 1000,
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	return error;
}

/*
 * Runs a job to its end.  Returns NULL if it succeeded, else the worker's
 * error, in the current memory context, and the number of the statement that
 * the worker was at; errors of starting it are raised.  The caller must have
 * no snapshot, or the worker might wait for it for ever.
 */
ErrorData *
dbmig_worker_run(const WorkerJob *job, int *statement)
{
	Launch *launch = make_job(job);
	ErrorData *volatile error = NULL;
	bool finished;

	start_process(launch, job);
	PG_ENSURE_ERROR_CLEANUP(stop_worker, PointerGetDatum(launch));
	{
		error = listen_to_worker(launch, job);
		InvalidateCatalogSnapshot();
		(void) WaitForBackgroundWorkerShutdown(launch->handle);
	}
	PG_END_ENSURE_ERROR_CLEANUP(stop_worker, PointerGetDatum(launch));
	finished = pg_atomic_read_u32(&launch->header->finished) != 0;
	if (statement)
		*statement = (int) pg_atomic_read_u32(&launch->header->statement);
	dsm_detach(launch->segment);
	CHECK_FOR_INTERRUPTS();

	if (error == NULL && !finished)
		ereport(ERROR,
				(errcode(ERRCODE_OPERATOR_INTERVENTION),
				 errmsg("the background worker for %s ended before its work",
						job->label),
				 errhint("The server log tells why.")));
	return finished ? NULL : error;
}
