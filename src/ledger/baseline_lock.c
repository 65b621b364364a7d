/*
 * baseline_lock.c
 *		The locks that a tool itself takes while it migrates, taken for us.
 *
 * In this order, each until the transaction ends: the tool's advisory locks;
 * SHARE ROW EXCLUSIVE on the ledger, which also keeps out tools that lock
 * nothing; the row that some tools use as their lock.  The caller's snapshot
 * may be in another's way, so nothing is waited for without end: after
 * dbmig.lock_retries tries the error names who is in the way.
 */
#include "postgres.h"

#include "base/lock.h"
#include "base/settings.h"
#include "base/sql.h"
#include "commands/dbcommands.h"
#include "ledger/baseline.h"
#include "ledger/key.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"

/* Sleeps before another try, or gives up and says who is in the way. */
static void
wait_or_give_up(BaselineRun *run, const LOCKTAG *tag, LOCKMODE mode, int tries)
{
	LockBlocker *blocker;

	if (tries < dbmig_setting_lock_retries)
	{
		dbmig_lock_pause(tries);
		return;
	}
	blocker = dbmig_lock_find_blocker(tag, mode);
	ereport(ERROR,
			(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			 blocker->pid != 0
				 ? errmsg("baseline_ledger() gave up waiting: process %d is migrating with %s",
						  blocker->pid, run->recipe->tool)
				 : errmsg("baseline_ledger() gave up waiting: somebody is migrating with %s",
						  run->recipe->tool),
			 blocker->who ? errdetail("Process %d: %s", blocker->pid, blocker->who)
						  : 0,
			 errhint("Call it again later.")));
}

/* Takes an advisory lock of one number. */
static void
lock_key(BaselineRun *run, int64 key)
{
	LOCKTAG tag;

	if (key == 0)
		return;
	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (key >> 32), (uint32) key,
						 1);
	for (int tries = 0;
		 LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL;
		 tries++)
		wait_or_give_up(run, &tag, ExclusiveLock, tries);
}

/* Takes the tool's advisory locks. */
void
dbmig_baseline_lock_tool(BaselineRun *run)
{
	const LedgerTool *tool = run->tool;
	char *database = get_database_name(MyDatabaseId);

	if (tool == NULL)
		return;
	for (int i = 0; i < lengthof(tool->keys); i++)
		lock_key(run, tool->keys[i]);
	if (tool->key != NULL)
		lock_key(run, tool->key(run->schema, run->table, database));
	if (tool->key2 != NULL)
		lock_key(run, tool->key2(run->schema, run->table, database));
}

/* Locks the ledger against everybody who would write to it. */
void
dbmig_baseline_lock_ledger(BaselineRun *run)
{
	LOCKTAG tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, run->ledger);
	for (int tries = 0;
		 !ConditionalLockRelationOid(run->ledger, ShareRowExclusiveLock);
		 tries++)
		wait_or_give_up(run, &tag, ShareRowExclusiveLock, tries);
}

/* Raises that the lock row says "taken". */
static void
refuse_held(BaselineRun *run, uint64 row)
{
	char *who = dbmig_sql_text(row, 2);

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("the lock of %s is taken: somebody is migrating, or was and has died",
					run->recipe->tool),
			 who ? errdetail("Held by: %s", who) : 0,
			 errhint("%s", run->recipe->lock_hint)));
}

/* Takes the row that is the tool's lock, or refuses if it is taken. */
void
dbmig_baseline_lock_row(BaselineRun *run)
{
	char *query;
	char *locking;

	if (run->recipe->lock_row == NULL)
		return;
	query = dbmig_baseline_expand(run, run->recipe->lock_row);
	locking = run->recipe->lock_take ?
				  query :
				  psprintf("%s FOR UPDATE OF l SKIP LOCKED", query);

	for (int tries = 0;; tries++)
	{
		uint64 rows = dbmig_sql_run_text(locking, 0, NULL, false);

		for (uint64 row = 0; row < rows; row++)
		{
			if (dbmig_sql_bool(row, 1))
				refuse_held(run, row);
		}
		if (rows > 0 || run->recipe->lock_take != NULL ||
			dbmig_sql_run_text(query, 0, NULL, false) == 0)
			break;
		/* somebody holds the row itself */
		if (tries >= dbmig_setting_lock_retries)
			ereport(ERROR,
					(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					 errmsg("baseline_ledger() gave up waiting: the lock row of %s is locked",
							run->recipe->tool),
					 errhint("Call it again later.")));
		dbmig_lock_pause(tries);
	}
	if (run->recipe->lock_take != NULL)
		(void) dbmig_sql_run_text(dbmig_baseline_expand(run,
														run->recipe->lock_take),
								  0, NULL, false);
}
