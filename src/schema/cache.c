/*
 * cache.c
 *		The table dbmig.schema_cache: what texts of DDL made when they were tried
 *		out.
 *
 * The key is a hash of all that the result depends on: the text, the caller,
 * the server's version, the extensions, the schemas by themselves, search_path
 * and the settings that DDL looks at.  A text that runs code, or may look into
 * schemas that it does not make, is not kept.  Since the caller is part of the
 * key, nobody is shown what another role was allowed to see; the table itself
 * can be read by nobody but its owner.  So its rows are read and written here
 * directly and not by SQL, which would need privileges of the caller.
 *
 * The table is small, so it has no index, and no two sessions wait for each
 * other at a key.  It is unlogged: a crash may empty it, and a publication of
 * all tables, which would ask for a key, leaves it out.  Where the table is
 * locked, or nothing can be written, the result is not kept, and nothing is
 * said.
 *
 * Locks: ROW EXCLUSIVE on the table, given back at once.  Writing needs nothing
 * of the table but its rows, and a row of a cache may be lost.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "base/compat.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/sql.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "schema/aside.h"
#include "schema/cache.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#define MAX_ENTRIES 64					/* in one database */
#define MAX_BYTES	(64L * 1024 * 1024) /* of all entries */
#define MAX_ENTRY	(16 * 1024 * 1024)	/* of one */

/* Columns of the table. */
enum
{
	CACHE_KEY = 1,
	CACHE_ROLE,
	CACHE_KEPT_AT,
	CACHE_BYTES,
	CACHE_SNAPSHOT
};

#define CACHE_COLUMNS CACHE_SNAPSHOT

/* A key being made. */
typedef struct KeyRequest
{
	const DdlText *text;
	MemoryContext context;
	char *key;
} KeyRequest;

/* Asks for all that a result depends on. */
static void
make_key(void *arg)
{
	static const char *const sql =
		"SELECT encode(sha256(convert_to(concat_ws(E'\\x1f', $1, $2, $3,"
		" current_setting('server_version_num'),"
		" (SELECT string_agg(format('%L %L %s', extname, extversion,"
		"   extnamespace), ' ' ORDER BY extname) FROM pg_extension),"
		" (SELECT string_agg(format('%L %s %L %L', nspname, nspowner, nspacl,"
		"   obj_description(oid, 'pg_namespace')), ' ' ORDER BY nspname)"
		"  FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'),"
		" (SELECT string_agg(format('%s %L', name, current_setting(name)), ' '"
		"   ORDER BY name) FROM unnest('{TimeZone, DateStyle, IntervalStyle,"
		"   standard_conforming_strings, default_table_access_method,"
		"   default_toast_compression, default_tablespace, array_nulls,"
		"   xmloption, transform_null_equals,"
		"   dbmig.schema_privileges, lc_monetary, lc_numeric}'::text[])"
		"   name)), 'UTF8')), 'hex')";
	KeyRequest *request = arg;
	const char *args[3] = {request->text->sql, namespace_search_path,
						   GetUserNameFromId(GetUserId(), false)};
	SqlScope scope;

	dbmig_sql_connect(false);
	args[1] = pstrdup(args[1]);
	scope = dbmig_sql_own_begin();
	if (dbmig_sql_run_text(sql, lengthof(args), args, true) == 1)
		request->key =
			MemoryContextStrdup(request->context, dbmig_sql_text(0, 1));
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
}

/* Returns the key of a text; NULL if what it makes cannot be kept. */
char *
dbmig_cache_key(const DdlText *text)
{
	KeyRequest request = {.text = text, .context = CurrentMemoryContext};
	ErrorData *error;

	if (text->opaque)
		return NULL;
	error = dbmig_error_catch_undoing(make_key, &request, request.context);
	if (error)
		dbmig_error_raise(error);
	return request.key;
}

/*
 * Opens the table; NULL if it is locked, or not what we know.  A standby has no
 * rows of unlogged tables.
 */
static Relation
open_cache(LOCKMODE mode)
{
	Oid namespace = get_namespace_oid("dbmig", true);
	Oid oid = OidIsValid(namespace) ?
				  get_relname_relid("schema_cache", namespace) :
				  InvalidOid;
	Relation relation;

	if (RecoveryInProgress() || !OidIsValid(oid) ||
		!ConditionalLockRelationOid(oid, mode))
		return NULL;
	relation = try_table_open(oid, NoLock);
	if (relation == NULL)
		UnlockRelationOid(oid, mode);
	else if (RelationGetDescr(relation)->natts != CACHE_COLUMNS)
	{
		table_close(relation, mode);
		return NULL;
	}
	return relation;
}

/* Returns a column of a row. */
static Datum
column(Relation relation, HeapTuple tuple, int attnum)
{
	bool isnull;

	return heap_getattr(tuple, attnum, RelationGetDescr(relation), &isnull);
}

/* Finds what was kept under a key; NULL if nothing was. */
Jsonb *
dbmig_cache_find(const char *key)
{
	Relation relation = open_cache(AccessShareLock);
	SysScanDesc scan;
	HeapTuple tuple;
	Jsonb *result = NULL;

	if (relation == NULL)
		return NULL;
	scan = systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	while (result == NULL && (tuple = systable_getnext(scan)) != NULL)
	{
		char *found = TextDatumGetCString(column(relation, tuple, CACHE_KEY));

		if (strcmp(found, key) == 0)
			result = DatumGetJsonbPCopy(column(relation, tuple, CACHE_SNAPSHOT));
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return result;
}

/* Is a schema in the search_path? */
static bool
is_in_path(const char *name)
{
	List *names;
	ListCell *cell;

	if (!SplitIdentifierString(pstrdup(namespace_search_path), ',', &names))
		return true;
	foreach(cell, names)
	{
		const char *entry = lfirst(cell);

		if (strcmp(entry, name) == 0 ||
			(strcmp(entry, "$user") == 0 &&
			 strcmp(name, GetUserNameFromId(GetUserId(), false)) == 0))
			return true;
	}
	return false;
}

/*
 * May the text look at something that it does not make?  Other schemas with
 * something of users in them are looked for in text and search_path.
 */
static bool
looks_elsewhere(const DdlText *text)
{
	Aside nothing = {.since = InvalidTransactionId};
	ListCell *cell;

	foreach(cell, text->schemas)
	{
		SchemaShell *shell = palloc0(sizeof(SchemaShell));

		shell->name = ((DdlSchema *) lfirst(cell))->name;
		nothing.schemas = lappend(nothing.schemas, shell);
	}
	foreach(cell, dbmig_aside_strays(&nothing))
		if (strstr(text->sql, lfirst(cell)) != NULL || is_in_path(lfirst(cell)))
			return true;
	return false;
}

/* An entry that may have to go. */
typedef struct Entry
{
	ItemPointerData place;
	TimestampTz kept_at;
	int64 bytes;
} Entry;

/* Sorts the newest first. */
static int
compare_entries(const ListCell *a, const ListCell *b)
{
	const Entry *x = lfirst(a);
	const Entry *y = lfirst(b);

	return x->kept_at < y->kept_at ? 1 : x->kept_at > y->kept_at ? -1 : 0;
}

/* Removes an entry, unless another session is at it. */
static void
remove_entry(Relation relation, const Entry *entry)
{
	HeapTupleData tuple;
	Buffer buffer;
	TM_FailureData failure;
	TM_Result result;

	tuple.t_self = entry->place;
	result = heap_lock_tuple(relation, &tuple, GetCurrentCommandId(true),
							 LockTupleExclusive, LockWaitSkip, false, &buffer,
							 &failure);
	ReleaseBuffer(buffer);
	if (result == TM_Ok)
		simple_heap_delete(relation, &tuple.t_self);
}

/* Makes room for an entry: the oldest go first. */
static void
make_room(Relation relation, int64 bytes)
{
	SysScanDesc scan =
		systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;
	List *entries = NIL;
	int count = 1;
	ListCell *cell;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Entry *entry = palloc(sizeof(Entry));

		entry->place = tuple->t_self;
		entry->kept_at =
			DatumGetTimestampTz(column(relation, tuple, CACHE_KEPT_AT));
		entry->bytes = DatumGetInt64(column(relation, tuple, CACHE_BYTES));
		entries = lappend(entries, entry);
	}
	systable_endscan(scan);
	list_sort(entries, compare_entries);
	foreach(cell, entries)
	{
		Entry *entry = lfirst(cell);

		bytes += entry->bytes;
		if (++count > MAX_ENTRIES || bytes > MAX_BYTES)
			remove_entry(relation, entry);
	}
}

/* What is to be kept. */
typedef struct KeepRequest
{
	const char *key;
	Jsonb *result;
} KeepRequest;

/* Writes the row. */
static void
keep_row(void *arg)
{
	const KeepRequest *request = arg;
	Relation relation = open_cache(RowExclusiveLock);
	Datum values[CACHE_COLUMNS];
	bool nulls[CACHE_COLUMNS] = {false};
	HeapTuple tuple;

	if (relation == NULL)
		return;
	make_room(relation, VARSIZE(request->result));
	values[CACHE_KEY - 1] = CStringGetTextDatum(request->key);
	values[CACHE_ROLE - 1] =
		CStringGetTextDatum(GetUserNameFromId(GetUserId(), false));
	values[CACHE_KEPT_AT - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[CACHE_BYTES - 1] = Int64GetDatum(VARSIZE(request->result));
	values[CACHE_SNAPSHOT - 1] = JsonbPGetDatum(request->result);
	tuple = heap_form_tuple(RelationGetDescr(relation), values, nulls);
	simple_heap_insert(relation, tuple);
	table_close(relation, RowExclusiveLock);
}

/* Keeps what a text made, if it can be. */
void
dbmig_cache_keep(const char *key, const DdlText *text, Jsonb *result)
{
	KeepRequest request = {.key = key, .result = result};
	ErrorData *error;
	List *locked;

	if (key == NULL || VARSIZE(result) > MAX_ENTRY || looks_elsewhere(text))
		return;
	locked = dbmig_lock_relations();
	error = dbmig_error_catch(keep_row, &request, CurrentMemoryContext);
	if (error && (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
				  error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN))
		dbmig_error_raise(error);
	if (error)
		ereport(DEBUG1, (errmsg_internal("the schema is not kept: %s",
										 error->message)));
	dbmig_lock_release_others(locked, RowExclusiveLock);
}
