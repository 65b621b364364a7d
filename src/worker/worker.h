/*
 * worker.h
 *		A top-level SQL session in a background worker, for what cannot run inside
 *		a function.
 */
#ifndef DBMIG_WORKER_WORKER_H
#define DBMIG_WORKER_WORKER_H

#include "postgres.h"
#include "base/lock.h"
#include "lib/stringinfo.h"
#include "nodes/nodes.h"

/*
 * What a worker is to do.  The script is run statement by statement at top
 * level.  The hooks are queries of the calling room, run with the caller's
 * role and our own search_path; their parameters are all text: first the args,
 * then what is named here.  A hook that is NULL is left out.
 */
typedef struct WorkerJob
{
	const char *label;		   /* what this is, for pg_stat_activity */
	const char *script;		   /* SQL text, or NULL to run done_sql alone */
	int first_statement;	   /* 1, or where to resume */
	const char *known_indexes; /* when resuming: the list that start_sql
								 * stored for this statement, else NULL */
	bool after_crash;		   /* did the run before die in the statement? */
	DbmigLockKey guard;		   /* held by the worker for as long as it runs */

	/*
	 * For a script that is not to run in the caller's database.  There the
	 * extension may not exist: instead of queries, a C function of this
	 * library is called, by its name.
	 */
	Oid database;	   /* InvalidOid: the caller's */
	const char *call;  /* the function, a WorkerCallback, or NULL */
	StringInfo answer; /* bytes that it has written at the end; the caller's */

	const char *start_sql;	 /* before what cannot be rolled back: number,
								 * known indexes (a text[] as text) */
	const char *step_sql;	 /* after a statement, in its transaction where
								 * it has one: number */
	const char *fail_sql;	 /* after the failure: number, sqlstate,
								 * message, detail, context, line, character */
	const char *done_sql;	 /* at the end of the script: number */
	int nargs;				 /* parameters that all hooks get first */
	const char *const *args; /* their values */
} WorkerJob;

/* When the function of a job is called; always in a transaction. */
typedef enum WorkerMoment
{
	WORKER_BEGIN,  /* before the script */
	WORKER_BEFORE, /* before a statement that may run in a transaction; returns
					* true if it is done with */
	WORKER_AFTER,  /* after it, in its transaction */
	WORKER_END	   /* after the script: writes the answer */
} WorkerMoment;

typedef bool (*WorkerCallback)(WorkerMoment moment, const WorkerJob *job,
							   Node *statement, StringInfo answer);

/* The worker is not at a statement any more, but at the end of the script. */
#define DBMIG_WORKER_AT_END (-1)

extern ErrorData *dbmig_worker_run(const WorkerJob *job, int *statement);
extern bool dbmig_worker_is_me(void);

#endif /* DBMIG_WORKER_WORKER_H */
