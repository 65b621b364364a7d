/*
 * scratch_database.c
 *		The scratch database itself: its name, the lock that says that it is in
 *		use, and dropping it.
 *
 * Nobody can connect to it but our worker: connections are not allowed.  An
 * advisory lock in no database, whose key is in the name, is held for as long
 * as the caller lives.  A scratch database whose lock is free was left by a
 * crash; the next call drops it.
 *
 * DROP DATABASE cannot run inside a function, so a worker does it: one that
 * needs nothing from its caller but a name, and that goes on if the caller is
 * gone.  It acts as the bootstrap superuser, to be able to end what may still
 * run there, and drops nothing but what has our name and allows no connection.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/sql.h"
#include "catalog/pg_database.h"
#include "commands/dbcommands.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "schema/scratch.h"
#include "storage/ipc.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/syscache.h"

#define SCRATCH_PREFIX "dbmig_scratch_"

/* What the worker that drops a database is given. */
typedef struct DropOrder
{
	Oid database; /* to connect to */
	char name[NAMEDATALEN];
} DropOrder;

StaticAssertDecl(sizeof(DropOrder) <= BGW_EXTRALEN,
				 "a worker must be able to take a DropOrder along");

PGDLLEXPORT void dbmig_scratch_drop_main(Datum main_arg);

/* Makes the tag of the lock of a scratch database. */
static void
make_tag(LOCKTAG *tag, uint32 key)
{
	SET_LOCKTAG_ADVISORY(*tag, InvalidOid, DBMIG_SCRATCH_CLASS, key, 2);
}

/* Chooses a name that nobody uses, and takes its lock. */
void
dbmig_scratch_reserve(ScratchDatabase *database)
{
	for (;;)
	{
		LOCKTAG tag;

		database->key = pg_prng_uint32(&pg_global_prng_state);
		snprintf(database->name, NAMEDATALEN, SCRATCH_PREFIX "%08x",
				 database->key);
		make_tag(&tag, database->key);
		if (LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
			continue;
		if (!OidIsValid(get_database_oid(database->name, true)))
			return;
		(void) LockRelease(&tag, ExclusiveLock, true);
	}
}

/* Gives the lock back. */
void
dbmig_scratch_release(const ScratchDatabase *database)
{
	LOCKTAG tag;

	make_tag(&tag, database->key);
	(void) LockRelease(&tag, ExclusiveLock, true);
}

/* A statement being made. */
typedef struct CreateSql
{
	const ScratchDatabase *database;
	MemoryContext context; /* of the result */
	char *sql;
} CreateSql;

/* Asks for the locale of this database. */
static void
make_create_sql(void *arg)
{
	CreateSql *create = arg;
	/* Columns of pg_database have come and gone: they are asked for by name. */
	static const char *const sql =
		"SELECT pg_catalog.format('CREATE DATABASE %I TEMPLATE template0"
		" ALLOW_CONNECTIONS false ENCODING %L LC_COLLATE %L LC_CTYPE %L',"
		"  $1, pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype)"
		" OPERATOR(pg_catalog.||) CASE datlocprovider"
		"  WHEN 'i' THEN pg_catalog.format(' LOCALE_PROVIDER icu ICU_LOCALE %L',"
		"   COALESCE(j OPERATOR(pg_catalog.->>) 'datlocale',"
		"    j OPERATOR(pg_catalog.->>) 'daticulocale'))"
		"   OPERATOR(pg_catalog.||) COALESCE(pg_catalog.format(' ICU_RULES %L',"
		"    j OPERATOR(pg_catalog.->>) 'daticurules'), '')"
		"  WHEN 'b' THEN pg_catalog.format("
		"   ' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L',"
		"    j OPERATOR(pg_catalog.->>) 'datlocale')"
		"  ELSE ' LOCALE_PROVIDER libc' END"
		" FROM pg_catalog.pg_database d, pg_catalog.to_jsonb(d) j"
		" WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database()";
	const char *args[1] = {create->database->name};
	SqlScope scope;

	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	if (dbmig_sql_run_text(sql, 1, args, true) != 1)
		elog(ERROR, "database %u is not in pg_database", MyDatabaseId);
	create->sql = MemoryContextStrdup(create->context, dbmig_sql_text(0, 1));
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
}

/* Returns the statement that makes the database, like this one in its locale. */
char *
dbmig_scratch_create_sql(const ScratchDatabase *database)
{
	CreateSql create = {.database = database, .context = CurrentMemoryContext};
	ErrorData *error =
		dbmig_error_catch_undoing(make_create_sql, &create, create.context);

	if (error)
		dbmig_error_raise(error);
	return create.sql;
}

/*
 * Has a scratch database dropped, if it exists.  Returns false if no worker is
 * free for it.
 */
bool
dbmig_scratch_drop(const ScratchDatabase *database, bool wait)
{
	BackgroundWorker worker = {0};
	BackgroundWorkerHandle *handle;
	DropOrder order = {.database = MyDatabaseId};

	strlcpy(order.name, database->name, NAMEDATALEN);
	snprintf(worker.bgw_name, BGW_MAXLEN, "dbmig worker drops %s",
			 database->name);
	snprintf(worker.bgw_type, BGW_MAXLEN, "dbmig worker");
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "dbmig");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "dbmig_scratch_drop_main");
	worker.bgw_flags =
		BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	memcpy(worker.bgw_extra, &order, sizeof(order));
	worker.bgw_notify_pid = wait ? MyProcPid : 0;
	if (!RegisterDynamicBackgroundWorker(&worker, wait ? &handle : NULL))
		return false;
	if (wait)
		(void) WaitForBackgroundWorkerShutdown(handle);
	return true;
}

/* Is this the name of a scratch database, and of which key? */
static bool
parse_name(const char *name, uint32 *key)
{
	const char *digits = name + strlen(SCRATCH_PREFIX);

	if (strncmp(name, SCRATCH_PREFIX, strlen(SCRATCH_PREFIX)) != 0 ||
		strlen(digits) != 8 || strspn(digits, "0123456789abcdef") != 8)
		return false;
	*key = (uint32) strtoul(digits, NULL, 16);
	return true;
}

/* Drops what crashes have left, as far as it is the caller's. */
void
dbmig_scratch_drop_leftovers(void)
{
	Relation catalog = table_open(DatabaseRelationId, AccessShareLock);
	SysScanDesc scan =
		systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;
	List *found = NIL;
	ListCell *cell;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_database form = (Form_pg_database) GETSTRUCT(tuple);
		ScratchDatabase *database;
		uint32 key;

		if (form->datallowconn || !parse_name(NameStr(form->datname), &key) ||
			!has_privs_of_role(GetUserId(), form->datdba))
			continue;
		database = palloc0(sizeof(ScratchDatabase));
		strlcpy(database->name, NameStr(form->datname), NAMEDATALEN);
		database->key = key;
		found = lappend(found, database);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);

	foreach(cell, found)
	{
		ScratchDatabase *database = lfirst(cell);
		LOCKTAG tag;

		make_tag(&tag, database->key);
		if (LockAcquire(&tag, ExclusiveLock, false, true) ==
			LOCKACQUIRE_NOT_AVAIL)
			continue; /* in use */
		(void) dbmig_scratch_drop(database, true);
		(void) LockRelease(&tag, ExclusiveLock, false);
	}
}

/* Is this a database that allows no connection? */
static bool
allows_no_connection(Oid database)
{
	HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(database));
	bool result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = !((Form_pg_database) GETSTRUCT(tuple))->datallowconn;
	ReleaseSysCache(tuple);
	return result;
}

/* The process that drops a scratch database. */
void
dbmig_scratch_drop_main(Datum main_arg)
{
	DropOrder order;
	uint32 key;
	Oid database;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	memcpy(&order, MyBgworkerEntry->bgw_extra, sizeof(order));
	BackgroundWorkerInitializeConnectionByOid(order.database, InvalidOid,
											  BGWORKER_BYPASS_ALLOWCONN);
	StartTransactionCommand();
	database = get_database_oid(order.name, true);
	if (parse_name(order.name, &key) && OidIsValid(database) &&
		allows_no_connection(database))
		dropdb(order.name, true, true);
	CommitTransactionCommand();
	proc_exit(0);
}
