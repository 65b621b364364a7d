/*
 * leftover.c
 *		What a CONCURRENTLY statement leaves behind when it fails.
 *
 * CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY commit in the middle, so
 * a failure leaves an invalid index that slows every write and makes the next
 * try fail.  Before such a statement the indexes that are there are noted by
 * name; what is new and invalid afterwards is ours and is dropped.  Nothing
 * that was there before is ever touched.  During CREATE INDEX CONCURRENTLY no
 * other session can add an index to the table, because both would hold SHARE
 * UPDATE EXCLUSIVE on it.
 *
 * Locks: none but those of DROP INDEX, with dbmig.lock_timeout.  If the index
 * cannot be dropped, a WARNING says so and names the command.
 */
#include "postgres.h"

#include "base/error.h"
#include "base/lock.h"
#include "base/settings.h"
#include "base/sql.h"
#include "catalog/namespace.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "worker/leftover.h"

/* The indexes of a table, or all invalid ones, as schema-qualified names. */
#define INDEX_NAMES                                                                     \
	"SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), i.indisvalid, c.relname," \
	" i.indnkeyatts::pg_catalog.int8,"                                                  \
	" (i.indnatts OPERATOR(pg_catalog.-) i.indnkeyatts)::pg_catalog.int8,"              \
	" i.indisunique"                                                                    \
	" FROM pg_catalog.pg_index i"                                                       \
	" JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid"          \
	" JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"

static char *known_indexes = NULL; /* noted before the last such statement */

/* Returns the table whose index is made concurrently, or InvalidOid. */
static Oid
indexed_table(Node *node)
{
	IndexStmt *index = (IndexStmt *) node;

	if (!IsA(node, IndexStmt) || !index->concurrent)
		return InvalidOid;
	return RangeVarGetRelid(index->relation, NoLock, true);
}

/* Runs a query over indexes with a table's OID and a text[] as parameters. */
static uint64
run_query(const char *sql, Oid table, const char *known)
{
	char oid_text[16];
	const char *args[2] = {oid_text, known ? known : "{}"};

	snprintf(oid_text, sizeof(oid_text), "%u", table);
	return dbmig_sql_run_text(sql, 2, args, true);
}

/*
 * Returns the indexes that are there before a statement, as a text[]; NULL if
 * the statement is of no concern.  Also keeps it for dbmig_leftover_drop().
 * What an earlier run of the statement has noted is noted again: what it left
 * behind must not pass for what was there before.
 */
char *
dbmig_leftover_known(Node *node, const char *noted)
{
	MemoryContext context = CurrentMemoryContext;
	Oid table = indexed_table(node);
	char *known = NULL;
	SqlScope scope;

	if (known_indexes)
		pfree(known_indexes);
	known_indexes = NULL;
	if (!OidIsValid(table) && !IsA(node, ReindexStmt))
		return NULL;
	if (noted)
	{
		known_indexes = MemoryContextStrdup(TopMemoryContext, noted);
		return known_indexes;
	}

	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	(void)
		run_query("SELECT COALESCE(pg_catalog.array_agg(x.name ORDER BY x.name), '{}')::pg_catalog.text"
				  " FROM (" INDEX_NAMES
				  " WHERE CASE $1 WHEN '0' THEN NOT i.indisvalid"
				  " ELSE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid END) x (name)",
				  table, NULL);
	known = MemoryContextStrdup(context, dbmig_sql_text(0, 1));
	known_indexes = MemoryContextStrdup(TopMemoryContext, known);
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
	return known;
}

/* Tries once to drop an index. */
static void
try_drop_index(void *arg)
{
	char timeout[16];

	pg_ltoa(dbmig_setting_lock_timeout, timeout);
	(void) set_config_option("lock_timeout", timeout, PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	PushActiveSnapshot(GetTransactionSnapshot());
	dbmig_sql_run_user_statement(psprintf("DROP INDEX IF EXISTS %s",
										  (char *) arg));
	PopActiveSnapshot();
}

/* Drops an index; a failure to do so is a warning that names the command. */
static void
drop_index(char *name, int retries)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData *error = dbmig_error_catch(try_drop_index, name, context);

	for (int tries = 0; tries < retries && error != NULL &&
						error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE;
		 tries++)
	{
		dbmig_lock_pause(tries);
		error = dbmig_error_catch(try_drop_index, name, context);
	}
	if (error == NULL)
		ereport(NOTICE,
				(errmsg("dropped the invalid index %s that the failed statement left",
						name)));
	else
		ereport(WARNING,
				(errcode(error->sqlerrcode),
				 errmsg("the invalid index %s could not be dropped: %s",
						name, error->message),
				 errhint("The next run of the migration drops it. To do it at once: DROP INDEX CONCURRENTLY %s;",
						 name)));
}

/* Drops the invalid indexes that are not among those known. */
void
dbmig_leftover_drop_unknown(Node *node, const char *known, int retries)
{
	Oid table = indexed_table(node);
	List *names = NIL;
	ListCell *cell;
	MemoryContext context = CurrentMemoryContext;
	SqlScope scope;
	uint64 rows;

	if (!OidIsValid(table) && !IsA(node, ReindexStmt))
		return;
	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	rows =
		run_query(INDEX_NAMES
				  " WHERE NOT i.indisvalid"
				  " AND CASE $1 WHEN '0' THEN c.relname OPERATOR(pg_catalog.~) '_cc(new|old)[0-9]*$'"
				  " ELSE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid END"
				  " AND NOT pg_catalog.format('%I.%I', n.nspname, c.relname)"
				  " OPERATOR(pg_catalog.=) ANY ($2::pg_catalog._text)"
				  " ORDER BY 1",
				  table, known);
	for (uint64 row = 0; row < rows; row++)
		names = lappend(names,
						MemoryContextStrdup(context, dbmig_sql_text(row, 1)));
	dbmig_sql_own_end(scope);
	foreach(cell, names)
		drop_index(lfirst(cell), retries);
	dbmig_sql_finish();
}

/* Drops what a statement that just failed left behind. */
void
dbmig_leftover_drop(Node *node, int retries)
{
	if (known_indexes != NULL)
		dbmig_leftover_drop_unknown(node, known_indexes, retries);
}

/*
 * Tells whether a statement during which the server or the worker died has
 * done its work: it died between the end of the statement and the record of
 * it.  Its index is then there, valid, and was not known before; one without
 * a name is told by its columns.
 */
bool
dbmig_leftover_is_complete(Node *node, const char *known)
{
	IndexStmt *index = (IndexStmt *) node;
	Oid table = indexed_table(node);
	int candidates = 0;
	SqlScope scope;
	uint64 rows;

	if (!OidIsValid(table))
		return false;
	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	rows =
		run_query(INDEX_NAMES
				  " WHERE i.indisvalid AND i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid"
				  " AND NOT pg_catalog.format('%I.%I', n.nspname, c.relname)"
				  " OPERATOR(pg_catalog.=) ANY ($2::pg_catalog._text)",
				  table, known);
	for (uint64 row = 0; row < rows; row++)
	{
		if (index->idxname != NULL ?
				strcmp(dbmig_sql_text(row, 3), index->idxname) == 0 :
				(dbmig_sql_int64(row, 4, 0) == list_length(index->indexParams) &&
				 dbmig_sql_int64(row, 5, 0) ==
					 list_length(index->indexIncludingParams) &&
				 dbmig_sql_bool(row, 6) == index->unique))
			candidates++;
	}
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
	return candidates == 1;
}
