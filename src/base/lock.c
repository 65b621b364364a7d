/*
 * lock.c
 *		Advisory locks of dbmig, and what stands in the way of a lock.
 *
 * All advisory keys are made here.  They are two-number keys of the current
 * database, so that they show in pg_locks as
 * locktype = 'advisory', classid = 1684172137 ("dbmi"), objsubid = 2.
 *
 * When a lock_timeout strikes, the server has forgotten what it waited for by
 * the time the error can be caught.  So while a user's DDL runs, a timer looks
 * every few milliseconds at the lock that this backend sleeps on, if any, and
 * remembers it.  The handler runs in signal context: it copies two fields of
 * our own PGPROC and does nothing else.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/compat.h"
#include "base/lock.h"
#include "base/settings.h"
#include "base/sql.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"
#include "utils/syscache.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

static TimeoutId watch_timeout = MAX_TIMEOUTS; /* registered on first use */
static volatile bool watch_seen = false;	   /* has a wait been seen? */
static LOCKTAG watch_tag;					   /* the lock waited for */
static LOCKMODE watch_mode;					   /* and the mode */

/* Builds the tag of an advisory lock in this database. */
void
dbmig_lock_tag(LOCKTAG *tag, uint32 lock_class, uint32 key)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, lock_class, key, 2);
}

/* Takes one of our locks; returns false if it is not free and wait is false. */
bool
dbmig_lock_take(DbmigLockKey key, bool session, bool wait)
{
	LOCKTAG tag;

	dbmig_lock_tag(&tag, DBMIG_LOCK_CLASS, key);
	return LockAcquire(&tag, ExclusiveLock, session, !wait) !=
		   LOCKACQUIRE_NOT_AVAIL;
}

/* Tells whether this backend holds one of our locks. */
bool
dbmig_lock_held(DbmigLockKey key)
{
	LOCKTAG tag;

	dbmig_lock_tag(&tag, DBMIG_LOCK_CLASS, key);
	return dbmig_lock_held_by_me(&tag, ExclusiveLock);
}

/*
 * Gives back a lock taken for the session.  A script can have released it
 * through pg_advisory_unlock_all(), which is no reason for a warning.
 */
void
dbmig_lock_release_session(DbmigLockKey key)
{
	LOCKTAG tag;

	dbmig_lock_tag(&tag, DBMIG_LOCK_CLASS, key);
	if (dbmig_lock_held_by_me(&tag, ExclusiveLock))
		(void) LockRelease(&tag, ExclusiveLock, true);
}

/* Returns the pid that holds a lock in a mode that conflicts, or 0. */
static int
find_holder(const LOCKTAG *tag, LOCKMODE mode)
{
	LockMethod method = GetLockTagsMethodTable(tag);
	LockData *locks = GetLockStatusData();
	int pid = 0;

	for (int i = 0; i < locks->nelements && pid == 0; i++)
	{
		LockInstanceData *lock = &locks->locks[i];

		if (memcmp(&lock->locktag, tag, sizeof(LOCKTAG)) == 0 &&
			(lock->holdMask & method->conflictTab[mode]) != 0 &&
			lock->pid != MyProcPid)
			pid = lock->pid;
	}
	return pid;
}

/* Returns the pid of the other backend that holds one of our locks, or 0. */
int
dbmig_lock_holder(DbmigLockKey key)
{
	LOCKTAG tag;

	dbmig_lock_tag(&tag, DBMIG_LOCK_CLASS, key);
	return find_holder(&tag, ExclusiveLock);
}

/*
 * Tells the client who is being waited for.  A lock that no process holds is a
 * prepared transaction's, unless it has just been released.
 */
void
dbmig_lock_announce_wait(int pid, const char *what)
{
	if (pid != 0)
		ereport(NOTICE,
				(errmsg("%s is waiting for process %d, which is migrating this database",
						what, pid),
				 errdetail("Process %d: %s", pid,
						   dbmig_lock_describe_session(pid))));
	else
		ereport(NOTICE,
				(errmsg("%s is waiting for a prepared transaction that has migrated this database",
						what),
				 errhint("COMMIT PREPARED or ROLLBACK PREPARED it; see pg_prepared_xacts.")));
}

/* Sleeps once more for a lock that somebody holds, or gives up. */
static void
wait_or_give_up(DbmigLockKey key, const char *what, int tries)
{
	int pid = dbmig_lock_holder(key);

	if (tries >= dbmig_setting_lock_retries)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("%s gave up waiting: process %d is migrating this database",
						what, pid),
				 errdetail("Process %d: %s", pid,
						   pid ? dbmig_lock_describe_session(pid) : "it has ended"),
				 errhint("Call it again later.")));
	if (tries == 0)
		dbmig_lock_announce_wait(pid, what);
	dbmig_lock_pause(tries);
}

/*
 * Takes one of our locks for the transaction.  The caller may hold a snapshot
 * that the holder's worker waits for, so waiting without end could be a
 * deadlock that nobody notices: it tries for a while, then gives up.
 */
void
dbmig_lock_take_in_block(DbmigLockKey key, const char *what)
{
	for (int tries = 0; !dbmig_lock_take(key, false, false); tries++)
		wait_or_give_up(key, what, tries);
}

/* Waits in the same way until nobody else holds one of our locks. */
void
dbmig_lock_await_free(DbmigLockKey key, const char *what)
{
	for (int tries = 0; dbmig_lock_holder(key) != 0; tries++)
		wait_or_give_up(key, what, tries);
}

/* Lists the relations of this database that this backend has locked. */
List *
dbmig_lock_relations(void)
{
	LockData *locks = GetLockStatusData();
	List *relations = NIL;

	for (int i = 0; i < locks->nelements; i++)
	{
		LockInstanceData *lock = &locks->locks[i];

		if (lock->pid == MyProcPid && lock->holdMask != 0 &&
			lock->locktag.locktag_type == LOCKTAG_RELATION &&
			lock->locktag.locktag_field1 == MyDatabaseId)
			relations =
				list_append_unique_oid(relations, lock->locktag.locktag_field2);
	}
	return relations;
}

/*
 * Gives back the locks on relations that a rolled back subtransaction has made:
 * those on sequences belong to the whole transaction.  "before" are the
 * relations that were locked before it.
 */
void
dbmig_lock_release_relations(List *before)
{
	ResourceOwner owner = CurrentResourceOwner;
	ListCell *cell;

	CurrentResourceOwner = TopTransactionResourceOwner;
	foreach(cell, dbmig_lock_relations())
	{
		Oid relation = lfirst_oid(cell);
		LOCKTAG tag;

		if (list_member_oid(before, relation) ||
			SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)))
			continue;
		SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
		if (dbmig_lock_held_by_me(&tag, RowExclusiveLock))
			(void) LockRelease(&tag, RowExclusiveLock, false);
	}
	CurrentResourceOwner = owner;
}

/*
 * Gives back the locks of this mode on relations that were not locked before:
 * those that the server keeps on the TOAST table of what was written.
 */
void
dbmig_lock_release_others(List *before, LOCKMODE mode)
{
	ResourceOwner owner = CurrentResourceOwner;
	ListCell *cell;

	CurrentResourceOwner = CurTransactionResourceOwner;
	foreach(cell, dbmig_lock_relations())
	{
		LOCKTAG tag;

		if (list_member_oid(before, lfirst_oid(cell)))
			continue;
		SET_LOCKTAG_RELATION(tag, MyDatabaseId, lfirst_oid(cell));
		if (dbmig_lock_held_by_me(&tag, mode))
			(void) LockRelease(&tag, mode, false);
	}
	CurrentResourceOwner = owner;
}

/* Remembers the lock that this backend sleeps on.  Runs in signal context. */
static void
watch_handler(void)
{
	LOCK *waiting = MyProc ? MyProc->waitLock : NULL;

	if (waiting != NULL)
	{
		watch_tag = waiting->tag;
		watch_mode = MyProc->waitLockMode;
		watch_seen = true;
	}
}

/* Begins to remember what is waited for, often enough for a lock_timeout. */
void
dbmig_lock_watch_begin(int lock_timeout)
{
	int every = Max(1, Min(lock_timeout / 4, 20));

	if (watch_timeout == MAX_TIMEOUTS)
		watch_timeout = RegisterTimeout(USER_TIMEOUT, watch_handler);
	watch_seen = false;
	enable_timeout_every(watch_timeout,
						 TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													 every),
						 every);
}

/* Ends it; returns whether a wait was seen, and for what the last one was. */
bool
dbmig_lock_watch_end(LOCKTAG *tag, LOCKMODE *mode)
{
	disable_timeout(watch_timeout, false);
	*tag = watch_tag;
	*mode = watch_mode;
	return watch_seen;
}

/* Names a locked object. */
static char *
describe_object(const LOCKTAG *tag)
{
	StringInfoData buf;

	if (tag->locktag_type == LOCKTAG_RELATION ||
		tag->locktag_type == LOCKTAG_TUPLE)
	{
		char *name = get_rel_name(tag->locktag_field2);

		if (name != NULL)
			return psprintf("relation %s",
							quote_qualified_identifier(get_namespace_name(get_rel_namespace(
														   tag->locktag_field2)),
													   name));
	}
	initStringInfo(&buf);
	DescribeLockTag(&buf, tag);
	return buf.data;
}

/* Says who a session is and what it does, as far as the caller may see it. */
char *
dbmig_lock_describe_session(int pid)
{
	static SqlPlan plan =
		{"SELECT pg_catalog.format("
		 "'role %s, %s, transaction open for %s, query: %s',"
		 " COALESCE(usename, '(none)'), COALESCE(state, backend_type),"
		 " COALESCE(pg_catalog.date_trunc('second', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) xact_start)::pg_catalog.text, '?'),"
		 " pg_catalog.left(pg_catalog.regexp_replace(query, '\\s+', ' ', 'g'), 500))"
		 " FROM pg_catalog.pg_stat_activity WHERE pid OPERATOR(pg_catalog.=) $1",
		 1,
		 {INT4OID}};
	Datum values[1] = {Int32GetDatum(pid)};
	MemoryContext context = CurrentMemoryContext;
	char *who = NULL;
	SqlScope scope;

	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	if (dbmig_sql_run_plan(&plan, values, NULL, true) > 0)
	{
		char *text = dbmig_sql_text(0, 1);

		if (text)
			who = MemoryContextStrdup(context, text);
	}
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
	return who ? who : pstrdup("it has ended");
}

/* Finds out who holds a lock that this backend did not get. */
LockBlocker *
dbmig_lock_find_blocker(const LOCKTAG *tag, LOCKMODE mode)
{
	LockBlocker *blocker = palloc0(sizeof(LockBlocker));

	blocker->object = describe_object(tag);
	blocker->pid = find_holder(tag, mode);
	if (blocker->pid != 0)
		blocker->who = dbmig_lock_describe_session(blocker->pid);
	return blocker;
}

/* Says how hard a lock was tried for. */
static char *
describe_tries(int tries)
{
	if (tries == 1)
		return psprintf("tried once, for %d ms", dbmig_setting_lock_timeout);
	return psprintf("tried %d times, for %d ms each", tries,
					dbmig_setting_lock_timeout);
}

/* Makes the error of giving up: what is locked, by whom, and what helps. */
void
dbmig_lock_explain(ErrorData *error, const LockBlocker *blocker, int tries)
{
	MemoryContext previous = MemoryContextSwitchTo(error->assoc_context);

	if (blocker->pid != 0)
	{
		error->message =
			psprintf("could not lock %s: process %d holds it (%s)",
					 blocker->object, blocker->pid, describe_tries(tries));
		error->detail = psprintf("Process %d: %s", blocker->pid, blocker->who);
		error->hint =
			psprintf("Call again when it has ended; SELECT pg_terminate_backend(%d) ends it.",
					 blocker->pid);
	}
	else
		error->message = psprintf("could not lock %s (%s)", blocker->object,
								  describe_tries(tries));
	MemoryContextSwitchTo(previous);
}

/* Sleeps before the next try: 100 ms, doubling up to 5 s, with some jitter. */
void
dbmig_lock_pause(int tries_so_far)
{
	int64 ms = 100L << Min(tries_so_far, 6);
	TimestampTz until;

	ms = Min(ms, 5000);
	ms += (int64) (pg_prng_double(&pg_global_prng_state) * ms / 4);
	until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), ms);
	for (;;)
	{
		long left =
			TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until);

		if (left <= 0)
			break;
		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, left,
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}
