/*
 * lock.h
 *		Advisory locks of dbmig, and what stands in the way of a lock.
 */
#ifndef DBMIG_BASE_LOCK_H
#define DBMIG_BASE_LOCK_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "storage/lock.h"

/* Key spaces: first number of the two-number advisory lock. */
#define DBMIG_LOCK_CLASS	 0x64626d69 /* "dbmi": the keys below */
#define DBMIG_PROGRESS_CLASS 0x64626d70 /* "dbmp": one per running task */
#define DBMIG_SCRATCH_CLASS \
	0x64626d73 /* "dbms": one per scratch database,
										  * in no database */

/* Second number: what is locked.  In this order, if more than one is taken. */
typedef enum DbmigLockKey
{
	DBMIG_LOCK_NONE = 0,   /* nothing to be locked */
	DBMIG_LOCK_RUNNER = 1, /* who migrates this database */
	DBMIG_LOCK_WORKER = 2  /* whose worker migrates it */
} DbmigLockKey;

/* Who holds a lock that was wanted. */
typedef struct LockBlocker
{
	int pid;	  /* 0 if it was gone when we looked */
	char *object; /* what is locked, in words */
	char *who;	  /* role, state, age and query, in words */
} LockBlocker;

extern void dbmig_lock_tag(LOCKTAG *tag, uint32 lock_class, uint32 key);
extern bool dbmig_lock_take(DbmigLockKey key, bool session, bool wait);
extern bool dbmig_lock_held(DbmigLockKey key);
extern void dbmig_lock_release_session(DbmigLockKey key);
extern int dbmig_lock_holder(DbmigLockKey key);
extern void dbmig_lock_take_in_block(DbmigLockKey key, const char *what);
extern void dbmig_lock_await_free(DbmigLockKey key, const char *what);
extern void dbmig_lock_announce_wait(int pid, const char *what);

extern List *dbmig_lock_relations(void);
extern void dbmig_lock_release_relations(List *before);
extern void dbmig_lock_release_others(List *before, LOCKMODE mode);

extern void dbmig_lock_watch_begin(int lock_timeout);
extern bool dbmig_lock_watch_end(LOCKTAG *tag, LOCKMODE *mode);
extern LockBlocker *dbmig_lock_find_blocker(const LOCKTAG *tag, LOCKMODE mode);
extern void
dbmig_lock_explain(ErrorData *error, const LockBlocker *blocker, int tries);
extern char *dbmig_lock_describe_session(int pid);
extern void dbmig_lock_pause(int tries_so_far);

#endif /* DBMIG_BASE_LOCK_H */
