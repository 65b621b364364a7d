/*
 * read.c
 *		Reads the rows of ledgers.
 *
 * Whatever stands in a ledger was written by others: a query on it runs in a
 * subtransaction, and its error becomes a word about this ledger, so that the
 * others are still read.  Only what ends the statement as a whole (a cancel, a
 * shutdown) goes through.
 *
 * Locks: none beyond those that shape.c took.
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/error.h"
#include "base/sql.h"
#include "catalog/pg_class.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

/* Tells whether an error is about the statement, not about the ledger. */
static bool
ends_statement(const ErrorData *error)
{
	int class = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	return error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		   class == ERRCODE_TO_CATEGORY(ERRCODE_ADMIN_SHUTDOWN) ||
		   class == ERRCODE_TO_CATEGORY(ERRCODE_OUT_OF_MEMORY) ||
		   class == ERRCODE_TO_CATEGORY(ERRCODE_INTERNAL_ERROR);
}

/*
 * Runs a query in a subtransaction; false and words if it fails.  Its rows go
 * into a tuplestore if there is one; what got there before an error stays.
 */
bool
dbmig_ledger_try_into(const char *sql, int nargs, const char *const *args,
					  Tuplestorestate *store, char **words)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		if (store)
			dbmig_sql_run_into(sql, nargs, args, store);
		else
			(void) dbmig_sql_run_text(sql, nargs, args, true);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = dbmig_error_capture(context);
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error == NULL)
		return true;
	if (ends_statement(error))
		dbmig_error_raise(error);
	*words = psprintf("cannot be read: %s (SQLSTATE %s)", error->message,
					  unpack_sql_state(error->sqlerrcode));
	return false;
}

/* The same, with the rows fetched. */
bool
dbmig_ledger_try(const char *sql, int nargs, const char *const *args,
				 char **words)
{
	return dbmig_ledger_try_into(sql, nargs, args, NULL, words);
}

/* Puts tables' names into a description's SQL. */
static char *
fill_in(const char *template, const char *ledger, const char *beside)
{
	StringInfoData sql;

	initStringInfo(&sql);
	for (const char *p = template; *p; p++)
	{
		if (strncmp(p, "{ledger}", 8) == 0)
		{
			appendStringInfoString(&sql, ledger);
			p += 7;
		}
		else if (strncmp(p, "{beside}", 8) == 0)
		{
			appendStringInfoString(&sql, beside);
			p += 7;
		}
		else
			appendStringInfoChar(&sql, *p);
	}
	return sql.data;
}

/* Returns the FROM item of a tool with a source of its own, if it has one. */
static char *
own_source(const LedgerTable *table)
{
	static const LedgerColumn event_columns[] = {{"event", LEDGER_TEXT},
												 {"change_id", LEDGER_TEXT},
												 {"change", LEDGER_TEXT},
												 {"project", LEDGER_TEXT},
												 {"committed_at", LEDGER_TIME},
												 {NULL}};
	LedgerTable *beside;

	if (table->tool->source == NULL)
		return dbmig_ledger_source(table);
	beside = dbmig_ledger_beside(unconstify(LedgerTable *, table),
								 table->tool->beside, event_columns, false);
	if (beside == NULL)
		return psprintf("(SELECT s.*, 'applied'::pg_catalog.text AS event FROM %s s)",
						dbmig_ledger_source(table));
	return fill_in(table->tool->source, dbmig_ledger_source(table),
				   dbmig_ledger_qualified(beside));
}

/* Turns a list of order expressions round. */
static char *
backwards(const char *order)
{
	static const char *const nulls_first = " NULLS FIRST";
	StringInfoData sql;
	int depth = 0;

	initStringInfo(&sql);
	for (const char *p = order;; p++)
	{
		depth += (*p == '(') - (*p == ')');
		if (*p == '\0' || (*p == ',' && depth == 0))
		{
			size_t tail = strlen(nulls_first);

			if (sql.len > tail &&
				strcmp(sql.data + sql.len - tail, nulls_first) == 0)
			{
				sql.len -= tail;
				sql.data[sql.len] = '\0';
				appendStringInfoString(&sql, " DESC NULLS LAST");
			}
			else
				appendStringInfoString(&sql, " DESC");
			if (*p == '\0')
				break;
		}
		appendStringInfoChar(&sql, *p);
	}
	return sql.data;
}

/* Returns the order in which a ledger's migrations were applied. */
static const char *
order_of(const LedgerTable *table)
{
	return table->version_order ? table->version_order : table->tool->order;
}

/*
 * Returns the FROM clause of a ledger's migrations, as l; of several rows of
 * one migration only the last, unless all of them are wanted.
 */
static char *
from_sql(const LedgerTable *table, bool all)
{
	const LedgerTool *tool = table->tool;
	const char *where = tool->where ? psprintf(" WHERE %s", tool->where) : "";

	if (tool->latest_of && !all)
		return psprintf("FROM (SELECT DISTINCT ON (%s) l.* FROM %s l%s"
						" ORDER BY %s, %s) l",
						tool->latest_of, own_source(table), where,
						tool->latest_of, backwards(tool->order));
	return psprintf("FROM %s l%s", own_source(table), where);
}

/* Returns the state of a migration; $1 is that of one begun, not finished. */
static char *
state_sql(const LedgerTable *table)
{
	if (table->tool->state == NULL)
		return "'applied'::pg_catalog.text";
	return psprintf("COALESCE(NULLIF(%s, 'unfinished'), $1)",
					table->tool->state);
}

/* Returns an expression of a description, or a NULL of its type. */
static const char *
or_null(const char *expression, const char *type)
{
	return expression ? expression : psprintf("NULL::pg_catalog.%s", type);
}

/*
 * Returns a query of all migrations of a ledger: position, version, name,
 * checksum, applied_at, state, detail.  $1 as in state_sql().
 */
char *
dbmig_ledger_rows_sql(const LedgerTable *table)
{
	const LedgerTool *tool = table->tool;

	return psprintf("SELECT pg_catalog.row_number() OVER (ORDER BY %s) AS \"position\","
					" (%s)::pg_catalog.text AS version, (%s)::pg_catalog.text AS name,"
					" (%s)::pg_catalog.text AS checksum,"
					" (%s)::pg_catalog.timestamptz AS applied_at,"
					" (%s)::pg_catalog.text AS state, (%s)::pg_catalog.text AS detail %s",
					order_of(table), tool->version, or_null(tool->title, "text"),
					or_null(tool->checksum, "text"),
					or_null(tool->applied_at, "timestamptz"), state_sql(table),
					or_null(tool->detail, "text"), from_sql(table, false));
}

/* Returns the sequence that fills a column of a ledger, if it can be read. */
static Oid
readable_sequence(const LedgerTable *table, const char **column)
{
	for (int i = 0; i < table->natts; i++)
	{
		Oid sequence = table->atts[i].sequence;

		if (!OidIsValid(sequence))
			continue;
		*column = quote_identifier(table->atts[i].name);
		if (table->atts[i].readable &&
			pg_class_aclcheck(sequence, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
			ConditionalLockRelationOid(sequence, AccessShareLock) &&
			get_rel_relkind(sequence) == RELKIND_SEQUENCE)
			return sequence;
	}
	return InvalidOid;
}

/* Returns the test for migrations that are done, as SQL. */
static char *
done_sql(const LedgerTool *tool)
{
	if (tool->state == NULL)
		return pstrdup("true");
	return psprintf("(%s) IN ('applied', 'baselined')", tool->state);
}

/*
 * Returns a query that counts: rows, those that are done, those that failed,
 * those in progress, and when the last one was done.
 */
static char *
counts_sql(const LedgerTable *table, bool all)
{
	const LedgerTool *tool = table->tool;
	const char *applied_at = or_null(tool->applied_at, "timestamptz");
	char *state = state_sql(table);

	if (tool->state == NULL)
		return psprintf("SELECT pg_catalog.count(*), pg_catalog.count(*),"
						" 0::pg_catalog.int8, 0::pg_catalog.int8,"
						" pg_catalog.max(%s) %s",
						applied_at, from_sql(table, all));
	if (all)
		return psprintf("SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE %s),"
						" 0::pg_catalog.int8, 0::pg_catalog.int8,"
						" pg_catalog.max(%s) %s",
						done_sql(tool), applied_at, from_sql(table, true));
	return psprintf("SELECT pg_catalog.count(*),"
					" pg_catalog.count(*) FILTER (WHERE %s),"
					" pg_catalog.count(*) FILTER (WHERE %s = 'failed'),"
					" pg_catalog.count(*) FILTER (WHERE %s = 'in_progress'),"
					" pg_catalog.max(%s) FILTER (WHERE %s) %s",
					done_sql(tool), state, state, applied_at, done_sql(tool),
					from_sql(table, false));
}

/*
 * Returns a query of the rest: last version, migrations if several rows can be
 * of one, rows of the table, and of the sequence its value, whether that was
 * reached by counting, and the highest value that a row has.
 */
static char *
ends_sql(const LedgerTable *table, bool all_done, Oid sequence,
		 const char *column)
{
	const LedgerTool *tool = table->tool;
	bool head_only = (tool->flags & LEDGER_HEAD_ONLY) != 0;
	char *from = from_sql(table, all_done);
	char *only = psprintf("%s%s", table->kind == RELKIND_RELATION ? "ONLY " : "",
						  dbmig_ledger_qualified(table));
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql,
					 "SELECT (SELECT (%s)::pg_catalog.text %s%s%s ORDER BY %s LIMIT 1), ",
					 tool->version, from,
					 tool->where && (all_done || !tool->latest_of) ? " AND " :
																	 " WHERE ",
					 all_done || head_only ?
						 psprintf("%s IS NOT NULL", tool->version) :
						 done_sql(tool),
					 backwards(order_of(table)));
	if (tool->latest_of && all_done)
		appendStringInfo(&sql,
						 "(SELECT pg_catalog.count(*) FROM (SELECT %s GROUP BY %s) g), ",
						 from, tool->latest_of);
	else
		appendStringInfoString(&sql, "NULL::pg_catalog.int8, ");
	if (tool->where || tool->source || (tool->latest_of && !all_done))
		appendStringInfo(&sql, "(SELECT pg_catalog.count(*) FROM %s), ", only);
	else
		appendStringInfoString(&sql, "NULL::pg_catalog.int8, ");
	if (!OidIsValid(sequence))
	{
		appendStringInfoString(&sql,
							   "0::pg_catalog.int8, false, 0::pg_catalog.int8");
		return sql.data;
	}
	appendStringInfo(
		&sql,
		"(CASE WHEN s.is_called THEN s.last_value ELSE 0 END)::pg_catalog.int8,"
		" s.log_cnt > 0,"
		" (SELECT pg_catalog.max(%s) FROM %s)::pg_catalog.int8 FROM %s s",
		column, only,
		quote_qualified_identifier(get_namespace_name(get_rel_namespace(sequence)),
								   get_rel_name(sequence)));
	return sql.data;
}

/* Says which migration failed first, and how. */
static char *
describe_failure(const LedgerTable *table, const char *const *args)
{
	char *error;
	char *version;
	char *detail;

	if (!dbmig_ledger_try(psprintf("SELECT e.version, pg_catalog.left(pg_catalog.regexp_replace(e.detail, '\\s+', ' ', 'g'), 500) FROM (%s) e"
								   " WHERE e.state = 'failed' ORDER BY e.\"position\" LIMIT 1",
								   dbmig_ledger_rows_sql(table)),
						  1, args, &error))
		return error;
	if (SPI_processed == 0)
		return NULL;
	version = dbmig_sql_text(0, 1);
	detail = dbmig_sql_text(0, 2);
	return psprintf("%s failed%s%s", version ? version : "a migration",
					detail ? ": " : "", detail ? detail : "");
}

/* Takes over what counts_sql() and ends_sql() have fetched side by side. */
static void
take(LedgerSummary *summary, bool all_done)
{
	int64 counted = dbmig_sql_int64(0, 1, 0);
	bool isnull;

	summary->rows = dbmig_sql_int64(0, 7, counted);
	summary->applied = all_done ? summary->rows : dbmig_sql_int64(0, 2, 0);
	summary->failed = dbmig_sql_int64(0, 3, 0);
	summary->in_progress = dbmig_sql_int64(0, 4, 0);
	summary->last_applied_at =
		DatumGetTimestampTz(dbmig_sql_datum(0, 5, &isnull));
	summary->has_last_applied_at = !isnull;
	summary->last_version = dbmig_sql_text(0, 6);
	summary->table_rows = dbmig_sql_int64(0, 8, counted);
	summary->sequence = dbmig_sql_int64(0, 9, 0);
	summary->exact = dbmig_sql_bool(0, 10);
	summary->max_id = dbmig_sql_int64(0, 11, 0);
}

/*
 * Reads what the rows of a ledger come to; NULL and words if they cannot be
 * read.  Needs SPI connected; the caller says whether the tool is at work.
 *
 * Nearly always all rows are done; then nothing has to be sorted to find the
 * last row of each migration.  So that is supposed first, and checked.
 */
LedgerSummary *
dbmig_ledger_summarize(const LedgerTable *table, bool at_work, char **error)
{
	LedgerSummary *summary = palloc0(sizeof(LedgerSummary));
	const char *args[1] = {at_work ? "in_progress" : "failed"};
	const char *column = NULL;
	Oid sequence = readable_sequence(table, &column);
	bool all_done = true;
	SqlScope scope = dbmig_sql_own_begin();

	for (;;)
	{
		char *sql = psprintf("SELECT c.*, e.* FROM (%s) c, (%s) e",
							 counts_sql(table, all_done),
							 ends_sql(table, all_done, sequence, column));

		if (!dbmig_ledger_try(sql, 1, args, error))
		{
			dbmig_sql_own_end(scope);
			return NULL;
		}
		if (!all_done || dbmig_sql_int64(0, 1, 0) == dbmig_sql_int64(0, 2, 0))
			break;
		SPI_freetuptable(SPI_tuptable);
		all_done = false;
	}
	take(summary, all_done);
	summary->has_sequence = OidIsValid(sequence);
	if (summary->failed > 0)
		summary->failure = describe_failure(table, args);
	dbmig_sql_own_end(scope);
	return summary;
}
