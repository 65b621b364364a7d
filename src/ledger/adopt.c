/*
 * adopt.c
 *		adopt_ledger(): another tool's history becomes ours.
 *
 * Each migration that the ledger says is applied, and that does not stand in
 * our history yet, gets a run "adopt" with standing "applied" and the time at
 * which the tool applied it.  If the plan has the migration, under whatever
 * spelling, the run takes the plan's version, so that migrate() takes it for
 * applied; if the ledger keeps only the current number, that is done for all
 * smaller ones of the plan too.  No checksum is written: tools hash otherwise
 * than we do, and without one nothing counts as modified.
 *
 * The ledger is only read.
 * Locks: ACCESS SHARE on the ledger, DBMIG_LOCK_RUNNER for the transaction,
 * ROW EXCLUSIVE on migration_run and journal.
 */
#include "postgres.h"

#include "base/args.h"
#include "base/journal.h"
#include "base/lock.h"
#include "base/sql.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "ledger/compare.h"
#include "ledger/report.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#define MAX_VERSION_BYTES 1000 /* as register_migration() has it */

PG_FUNCTION_INFO_V1(dbmig_adopt_ledger);

/* Refuses a caller who may not write the history, with the GRANT. */
static void
require_privileges(void)
{
	static const char *const sql =
		"SELECT pg_catalog.has_table_privilege('dbmig.migration_run', 'SELECT')"
		" AND pg_catalog.has_table_privilege('dbmig.migration_run', 'INSERT')"
		" AND pg_catalog.has_table_privilege('dbmig.journal', 'INSERT')";
	const char *role = quote_identifier(GetUserNameFromId(GetUserId(), false));
	SqlScope scope = dbmig_sql_own_begin();

	(void) dbmig_sql_run_text(sql, 0, NULL, true);
	if (!dbmig_sql_bool(0, 1))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for the migration history"),
				 errhint("GRANT SELECT, INSERT ON dbmig.migration_run TO %s; "
						 "GRANT INSERT ON dbmig.journal TO %s;",
						 role, role)));
	dbmig_sql_own_end(scope);
}

/* Refuses while the tool writes the ledger. */
static void
require_rest(const LedgerReport *report)
{
	if (report->at_work)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("ledger %s is in use by its tool",
						dbmig_ledger_qualified(report->table)),
				 errdetail_internal("%s", report->detail),
				 errhint("Call it again when the tool has ended.")));
}

/* Loads the versions of the plan. */
static char **
load_plan(int *count)
{
	SqlScope scope = dbmig_sql_own_begin();
	uint64 rows =
		dbmig_sql_run_text("SELECT version FROM dbmig.migration ORDER BY version COLLATE \"C\"",
						   0, NULL, true);
	char **versions = palloc_array(char *, Max(rows, 1));

	for (uint64 row = 0; row < rows; row++)
		versions[row] = dbmig_sql_text(row, 1);
	*count = (int) rows;
	dbmig_sql_own_end(scope);
	return versions;
}

/* Writes one run, unless the version stands already; returns 1 if it did. */
static int64
adopt(const LedgerTable *table, const LedgerEntry *entry, const char *version)
{
	static SqlPlan plan =
		{"INSERT INTO dbmig.migration_run"
		 " (version, action, state, started_at, finished_at, executed_by,"
		 "  backend_pid, standing, detail)"
		 " SELECT $1, 'adopt', 'succeeded',"
		 "  COALESCE($2, pg_catalog.clock_timestamp()),"
		 "  COALESCE($2, pg_catalog.clock_timestamp()), CURRENT_USER,"
		 "  pg_catalog.pg_backend_pid(), 'applied',"
		 "  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object("
		 "   'tool', $3, 'ledger', $4, 'version', $5, 'name', $6, 'checksum', $7))"
		 " WHERE COALESCE((SELECT r.standing FROM dbmig.migration_run r"
		 "  WHERE r.version OPERATOR(pg_catalog.=) $1 AND r.standing IS NOT NULL"
		 "  ORDER BY r.run_id DESC LIMIT 1), '') NOT IN ('applied', 'baselined')",
		 7,
		 {TEXTOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}};
	Datum values[7] = {0};
	char nulls[8] = "       ";

	CHECK_FOR_INTERRUPTS();
	if (strlen(version) > MAX_VERSION_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a version in ledger %s is too long",
						dbmig_ledger_qualified(table)),
				 errdetail("It has %zu bytes; at most %d are allowed.",
						   strlen(version), MAX_VERSION_BYTES)));
	values[0] = CStringGetTextDatum(version);
	nulls[1] =
		entry->has_applied_at && !TIMESTAMP_NOT_FINITE(entry->applied_at) ? ' ' :
																			'n';
	values[1] = TimestampTzGetDatum(entry->applied_at);
	values[2] = CStringGetTextDatum(table->tool->name);
	values[3] = CStringGetTextDatum(dbmig_ledger_qualified(table));
	values[4] = CStringGetTextDatum(entry->version);
	nulls[5] = entry->name ? ' ' : 'n';
	values[5] = entry->name ? CStringGetTextDatum(entry->name) : (Datum) 0;
	nulls[6] = entry->checksum ? ' ' : 'n';
	values[6] =
		entry->checksum ? CStringGetTextDatum(entry->checksum) : (Datum) 0;
	return (int64) dbmig_sql_run_plan(&plan, values, nulls, false);
}

/* Adopts all entries; returns how many were new. */
static int64
adopt_all(const LedgerTable *table, LedgerEntries *entries, char **plan,
		  int plan_count)
{
	char **spelling = palloc0(sizeof(char *) * Max(entries->count, 1));
	ExpectedState *states = dbmig_ledger_judge(entries, plan, plan_count);
	SqlScope scope;
	int64 count = 0;

	for (int i = 0; i < plan_count; i++)
	{
		LedgerEntry *entry = dbmig_ledger_match(entries, plan[i]);

		if (entry && spelling[entry - entries->items] == NULL)
			spelling[entry - entries->items] = plan[i];
	}
	scope = dbmig_sql_own_begin();
	if (entries->count > 0 && (table->tool->flags & LEDGER_NUMBERED))
	{
		LedgerEntry *head = &entries->items[entries->count - 1];
		LedgerEntry before = {.version = head->version};

		/* of those before the head no time is known */
		for (int i = 0; i < plan_count; i++)
		{
			if (states[i] == EXPECTED_APPLIED &&
				dbmig_ledger_match(entries, plan[i]) != head)
				count += adopt(table, &before, plan[i]);
		}
	}
	for (int i = 0; i < entries->count; i++)
	{
		LedgerEntry *entry = &entries->items[i];

		if (dbmig_ledger_stands(entry))
			count +=
				adopt(table, entry, spelling[i] ? spelling[i] : entry->version);
	}
	dbmig_sql_own_end(scope);
	return count;
}

/* Says what was left out. */
static void
notice_failed(const LedgerTable *table, const LedgerSummary *summary)
{
	if (summary->failed > 0)
		ereport(NOTICE,
				(errmsg_plural("%d failed migration of ledger %s was not adopted",
							   "%d failed migrations of ledger %s were not adopted",
							   (int) summary->failed, (int) summary->failed,
							   dbmig_ledger_qualified(table)),
				 errdetail_internal("%s", summary->failure ? summary->failure : "")));
}

/* Takes over the history of a ledger. */
Datum
dbmig_adopt_ledger(PG_FUNCTION_ARGS)
{
	TimestampTz started_at = GetCurrentTimestamp();
	LedgerReport *report;
	LedgerEntries *entries;
	List *reports;
	StringInfoData detail;
	SqlScope scope;
	int plan_count;
	char **plan;
	int64 count;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", "ledger")));
	dbmig_require_writable("adopt_ledger()");
	dbmig_sql_connect(false);
	require_privileges();
	reports = dbmig_ledger_reports(PG_GETARG_OID(0));
	dbmig_ledger_require(PG_GETARG_OID(0), reports);
	report = linitial(reports);
	dbmig_ledger_require_read(report);
	require_rest(report);
	dbmig_lock_take_in_block(DBMIG_LOCK_RUNNER, "adopt_ledger()");
	dbmig_lock_await_free(DBMIG_LOCK_WORKER, "adopt_ledger()");
	plan = load_plan(&plan_count);
	entries =
		dbmig_ledger_require_entries(report->table, false, plan, plan_count);
	count = adopt_all(report->table, entries, plan, plan_count);
	notice_failed(report->table, report->summary);

	initStringInfo(&detail);
	appendStringInfoString(&detail, "{\"tool\": ");
	escape_json(&detail, report->table->tool->name);
	appendStringInfo(&detail, ", \"adopted\": " INT64_FORMAT "}", count);
	scope = dbmig_sql_own_begin();
	dbmig_journal_write("ledger", "adopt", dbmig_ledger_qualified(report->table),
						"succeeded", started_at, detail.data, NULL, NULL);
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
	PG_RETURN_INT64(count);
}
