/*
 * job.h
 *		How a job lies in shared memory, between caller and worker.
 */
#ifndef DBMIG_WORKER_JOB_H
#define DBMIG_WORKER_JOB_H

#include "postgres.h"
#include "port/atomics.h"
#include "storage/dsm.h"
#include "storage/shm_mq.h"
#include "storage/shm_toc.h"
#include "worker/worker.h"

#define JOB_MAGIC	   0x64626d69674a6f62
#define JOB_QUEUE_SIZE 65536 /* bytes of messages in flight */

/* Keys of the table of contents. */
enum
{
	JOB_KEY_HEADER,
	JOB_KEY_TEXTS,
	JOB_KEY_QUEUE
};

/* The fixed part. */
typedef struct JobHeader
{
	Oid database;				/* where to connect */
	Oid authenticated_user;		/* who logged in */
	Oid session_user;			/* SET SESSION AUTHORIZATION, or the same */
	Oid role;					/* SET ROLE, or the same */
	bool elsewhere;				/* not the caller's database */
	int first_statement;		/* where to begin */
	bool after_crash;			/* did the run before die there? */
	int guard;					/* DbmigLockKey */
	int nargs;					/* arguments among the texts */
	int nsettings;				/* pairs of settings among the texts */
	pg_atomic_uint32 cancelled; /* the caller does not want it any more */
	char cancel_reason[256];	/* why, set before */
	pg_atomic_uint32 statement; /* the statement being run */
	pg_atomic_uint32 finished;	/* done_sql has committed */
} JobHeader;

/*
 * The texts, one after the other: a byte that tells NULL (0) from text (1),
 * then the text with its NUL.  Order: label, script, known_indexes, start_sql,
 * step_sql, fail_sql, done_sql, call, the args, then name and value of each setting.
 */
#define JOB_FIXED_TEXTS 8

/* Type of the message that holds the answer; E and N are the server's own. */
#define JOB_ANSWER 'd'

#endif /* DBMIG_WORKER_JOB_H */
