/*
 * busy.c
 *		Who is migrating right now: advisory locks, locks on the ledgers, and
 *		locks that are rows.
 *
 * An advisory lock or a writer's lock on the ledger ends with its session, so
 * whoever holds one is at work.  A lock that is a row outlives its session:
 * it counts as held only while some session can be its holder, and as stale
 * otherwise.  A session can be, if it touches the ledger or the lock table, or
 * holds a lock that only DDL takes.
 *
 * Locks: reads the lock table only.
 */
#include "postgres.h"

#include "base/lock.h"
#include "base/sql.h"
#include "commands/dbcommands.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Returns all granted locks of other sessions that may say something. */
List *
dbmig_ledger_locks(void)
{
	List *locks = NIL;
	SqlScope scope = dbmig_sql_own_begin();
	uint64 rows;

	/* one's own advisory lock counts: the tool may be this very session */
	rows = dbmig_sql_run_text(
		"SELECT l.locktype = 'advisory',"
		" CASE WHEN l.locktype = 'advisory' THEN"
		"  (l.classid::int8 << 32) | l.objid::int8 ELSE 0 END,"
		" COALESCE(l.relation, 0)::int8, l.mode, l.pid::int8"
		" FROM pg_catalog.pg_locks l"
		" JOIN pg_catalog.pg_database d ON d.oid = l.database"
		" WHERE d.datname = pg_catalog.current_database() AND l.granted"
		"  AND l.pid IS NOT NULL"
		"  AND (l.locktype = 'advisory' AND l.objsubid = 1"
		"   OR l.locktype = 'relation' AND l.pid <> pg_catalog.pg_backend_pid()"
		"    AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')"
		"    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a"
		"     WHERE a.pid = l.pid AND a.backend_type LIKE 'autovacuum%'))"
		" ORDER BY l.pid, l.locktype, l.mode",
		0, NULL, true);
	for (uint64 row = 0; row < rows; row++)
	{
		LedgerLock *lock = palloc0(sizeof(LedgerLock));

		lock->advisory = dbmig_sql_bool(row, 1);
		lock->key = dbmig_sql_int64(row, 2, 0);
		lock->relid = (Oid) dbmig_sql_int64(row, 3, 0);
		lock->mode = dbmig_sql_text(row, 4);
		lock->pid = (int) dbmig_sql_int64(row, 5, 0);
		locks = lappend(locks, lock);
	}
	dbmig_sql_own_end(scope);
	return locks;
}

/* Tells whether an advisory key is one of a tool's at this ledger. */
static bool
is_key_of(const LedgerTable *table, int64 key)
{
	const LedgerTool *tool = table->tool;
	const char *database = get_database_name(MyDatabaseId);

	for (int i = 0; i < lengthof(tool->keys); i++)
	{
		if (tool->keys[i] != 0 && tool->keys[i] == key)
			return true;
	}
	return (tool->key && tool->key(table->schema, table->name, database) == key) ||
		   (tool->key2 &&
			tool->key2(table->schema, table->name, database) == key);
}

/* Returns the process that works on a ledger, and how one knows; 0 if none. */
int
dbmig_ledger_worker(const LedgerTable *table, List *locks, char **how)
{
	ListCell *cell;

	foreach(cell, locks)
	{
		LedgerLock *lock = lfirst(cell);

		if (lock->advisory && is_key_of(table, lock->key))
		{
			*how = psprintf("holds the advisory lock " INT64_FORMAT, lock->key);
			return lock->pid;
		}
		if (!lock->advisory && lock->relid == table->relid)
		{
			*how = psprintf("holds %s on %s", lock->mode,
							dbmig_ledger_qualified(table));
			return lock->pid;
		}
	}
	return 0;
}

/* Returns a process that could be the holder of a lock row, or 0. */
static int
possible_holder(List *locks, const LedgerTable *ledger, Oid lock_table)
{
	ListCell *cell;

	foreach(cell, locks)
	{
		LedgerLock *lock = lfirst(cell);

		if (!lock->advisory && lock->pid != MyProcPid &&
			(lock->relid == ledger->relid || lock->relid == lock_table ||
			 strcmp(lock->mode, "RowExclusiveLock") != 0))
			return lock->pid;
	}
	return 0;
}

/*
 * Tells whether a lock row of the tool is held, in words, and by which
 * process it can be; 0 = nobody, it is stale.
 */
bool
dbmig_ledger_lock_row(LedgerTable *table, List *locks, char **words, int *pid)
{
	const LedgerTool *tool = table->tool;
	bool any_case = (tool->flags & LEDGER_ANY_CASE) != 0;
	const char *mark;
	char *name;
	char *sql;
	char *error;
	LedgerTable *lock_table;
	LedgerTable view;
	LedgerTool lock_tool = {0};
	SqlScope scope;
	bool held = false;

	if (tool->lock_table == NULL)
		return false;
	mark = strstr(tool->lock_table, "{table}");
	name = mark ? psprintf("%s%s", table->name, mark + strlen("{table}")) :
				  pstrdup(tool->lock_table);
	if (any_case && name[0] >= 'A' && name[0] <= 'Z')
	{
		for (char *p = name; *p; p++)
			*p = pg_toupper((unsigned char) *p);
	}
	lock_table = dbmig_ledger_beside(table, name, tool->lock_columns, any_case);
	if (lock_table == NULL)
		return false;
	view = *lock_table;
	lock_tool.columns = tool->lock_columns;
	lock_tool.flags = tool->flags;
	view.tool = &lock_tool;
	sql =
		psprintf("SELECT pg_catalog.concat_ws(', ', %s, 'since ' || %s) FROM %s l WHERE %s LIMIT 1",
				 tool->lock_owner ? psprintf("'by ' || %s", tool->lock_owner) :
									"NULL",
				 tool->lock_since ? tool->lock_since : "NULL",
				 dbmig_ledger_source(&view), tool->lock_held);
	scope = dbmig_sql_own_begin();
	if (dbmig_ledger_try(sql, 0, NULL, &error) && SPI_processed > 0)
	{
		char *owner = dbmig_sql_text(0, 1);

		held = true;
		*words =
			psprintf("%s says locked%s%s", dbmig_ledger_qualified(lock_table),
					 owner && owner[0] ? " " : "", owner ? owner : "");
		*pid = possible_holder(locks, table, lock_table->relid);
	}
	dbmig_sql_own_end(scope);
	return held;
}
