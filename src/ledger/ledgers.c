/*
 * ledgers.c
 *		ledgers() and ledger_entries(): what other tools have recorded.
 *
 * Reads only; works on a standby and in a read-only transaction.
 * Locks: as shape.c says, and never waits for one.
 */
#include "postgres.h"

#include "base/lock.h"
#include "base/sql.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/ledger.h"
#include "ledger/report.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(dbmig_ledgers);
PG_FUNCTION_INFO_V1(dbmig_ledger_entries);

/* Says in words what a session does. */
static char *
describe_process(int pid)
{
	return psprintf("process %d (%s)", pid, dbmig_lock_describe_session(pid));
}

/* Joins sentences. */
static void
append_words(StringInfo text, const char *words)
{
	if (words == NULL || words[0] == '\0')
		return;
	appendStringInfo(text, "%s%s", text->len ? "; " : "", words);
}

/* What is known of the database around the ledgers. */
typedef struct Around
{
	List *locks;
	List *indexes;	  /* invalid ones */
	List *unrecorded; /* what was made after the last row of any ledger */
	bool alone;		  /* there is one ledger */
} Around;

/* Finds the state of a ledger that could be read. */
static void
judge(LedgerReport *report, const Around *around, int worker, const char *how,
	  const char *lock_words, int lock_pid)
{
	LedgerSummary *summary = report->summary;
	StringInfoData detail;

	initStringInfo(&detail);
	dbmig_ledger_examine(&report->evidence, report->table, summary);
	dbmig_ledger_examine_indexes(&report->evidence, report->table,
								 around->indexes, around->alone);
	/* while migrations run, what they make is recorded later */
	if (!report->at_work && summary->in_progress == 0 && summary->table_rows > 0)
		dbmig_ledger_examine_unrecorded(&report->evidence, report->table,
										around->unrecorded, around->alone);
	if (worker != 0)
	{
		report->state = "in_progress";
		append_words(&detail, psprintf("%s %s", describe_process(worker), how));
	}
	else if (lock_words && lock_pid != 0)
	{
		report->state = "in_progress";
		append_words(&detail, psprintf("%s, and %s may be at work", lock_words,
									   describe_process(lock_pid)));
	}
	else if (summary->in_progress > 0)
	{
		report->state = "in_progress";
		append_words(&detail, "a migration was begun and is not finished");
	}
	else if (summary->failed > 0)
		report->state = "failed";
	else if (lock_words)
		report->state = "stale_lock";
	else if (report->evidence.weight >= LEDGER_SUSPECT)
		report->state = "suspect";
	else
		report->state = summary->rows == 0 ? "empty" : "current";

	append_words(&detail, summary->failure);
	if (lock_words && lock_pid == 0)
	{
		char *words =
			psprintf("%s, but no session is at work; free it with \"%s\"",
					 lock_words, report->table->tool->lock_hint);

		append_words(&detail, words);
		dbmig_ledger_evidence_add(&report->evidence, "lock_row", 1.0, words);
	}
	if (report->evidence.weight >= LEDGER_SUSPECT && !lock_words)
		append_words(&detail, report->evidence.worst);
	append_words(&detail, report->table->tool->note);
	report->detail = detail.len ? detail.data : NULL;
}

/* Reads one ledger and judges it. */
static LedgerReport *
report_on(LedgerTable *table, const Around *around)
{
	LedgerReport *report = palloc0(sizeof(LedgerReport));
	char *why = dbmig_ledger_why_skipped(table);
	char *how = NULL;
	char *lock_words = NULL;
	int lock_pid = 0;
	int worker;

	report->table = table;
	report->state = table->locked ? "skipped" : "skipped: locked";
	dbmig_ledger_evidence_init(&report->evidence);
	worker = dbmig_ledger_worker(table, around->locks, &how);
	if (why == NULL)
	{
		bool row =
			dbmig_ledger_lock_row(table, around->locks, &lock_words, &lock_pid);

		report->at_work = worker != 0 || (row && lock_pid != 0);
		report->summary = dbmig_ledger_summarize(table, report->at_work, &why);
	}
	if (report->summary)
		judge(report, around, worker, how, lock_words, lock_pid);
	else if (worker != 0)
		report->detail =
			psprintf("%s: %s %s", why, describe_process(worker), how);
	else
		report->detail = why;
	return report;
}

/*
 * Reports on all ledgers, or on one table alone, which may turn out to be
 * none: then the list is empty.  Needs SPI connected; the result lives in the
 * memory of the connection.
 */
List *
dbmig_ledger_reports(Oid only)
{
	LedgerGrowth growth = {0};
	List *tables = dbmig_ledger_find(only, &growth);
	List *reports = NIL;
	ListCell *cell;
	Around around;

	if (tables == NIL)
		return NIL;
	around.locks = dbmig_ledger_locks();
	around.indexes = dbmig_ledger_invalid_indexes();
	around.unrecorded = dbmig_ledger_unrecorded(tables, &growth);
	around.alone = list_length(tables) == 1;
	foreach(cell, tables)
		reports = lappend(reports, report_on(lfirst(cell), &around));
	return reports;
}

/* Returns all ledgers, one row each. */
Datum
dbmig_ledgers(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell *cell;
	List *reports;

	InitMaterializedSRF(fcinfo, 0);
	dbmig_sql_connect(false);
	reports = dbmig_ledger_reports(InvalidOid);
	foreach(cell, reports)
	{
		LedgerReport *report = lfirst(cell);
		LedgerSummary *summary = report->summary;
		Datum values[9] = {0};
		bool nulls[9] = {0};

		values[0] = CStringGetTextDatum(report->table->tool->name);
		values[1] = ObjectIdGetDatum(report->table->relid);
		nulls[2] = nulls[3] = summary == NULL;
		nulls[4] = summary == NULL || summary->last_version == NULL;
		nulls[5] = summary == NULL || !summary->has_last_applied_at;
		if (summary)
		{
			values[2] = Int64GetDatum(summary->applied);
			values[3] = Int64GetDatum(summary->failed);
			values[5] = TimestampTzGetDatum(summary->last_applied_at);
		}
		if (!nulls[4])
			values[4] = CStringGetTextDatum(summary->last_version);
		values[6] = CStringGetTextDatum(report->state);
		nulls[7] = report->evidence.count == 0;
		if (!nulls[7])
			values[7] =
				DirectFunctionCall1(jsonb_in,
									CStringGetDatum(psprintf("[%s]",
															 report->evidence
																 .json.data)));
		nulls[8] = report->detail == NULL;
		if (!nulls[8])
			values[8] = CStringGetTextDatum(report->detail);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	dbmig_sql_finish();
	return (Datum) 0;
}

/* Puts one row into the result that says why a ledger's rows are not there. */
static void
put_skipped(ReturnSetInfo *rsinfo, const LedgerTable *table, const char *why)
{
	Datum values[9] = {0};
	bool nulls[9] = {false, false, true, true, true, true, true};

	values[0] = CStringGetTextDatum(table->tool->name);
	values[1] = ObjectIdGetDatum(table->relid);
	values[7] =
		CStringGetTextDatum(table->locked ? "skipped" : "skipped: locked");
	values[8] = CStringGetTextDatum(why);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* Raises if a relation is no ledger. */
void
dbmig_ledger_require(Oid relid, List *tables)
{
	char *name = get_rel_name(relid);

	if (tables != NIL)
		return;
	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s\" is not a ledger of a migration tool", name),
			 errdetail("No known tool makes a table with these columns and rows."),
			 errhint("See: SELECT tool, ledger FROM dbmig.ledgers();")));
}

/* Returns the migrations of one ledger, or of all. */
Datum
dbmig_ledger_entries(PG_FUNCTION_ARGS)
{
	Oid only = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	LedgerGrowth growth = {0};
	List *tables;
	List *locks;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	dbmig_sql_connect(false);
	tables = dbmig_ledger_find(only, &growth);
	if (OidIsValid(only))
		dbmig_ledger_require(only, tables);
	locks = tables ? dbmig_ledger_locks() : NIL;
	foreach(cell, tables)
	{
		LedgerTable *table = lfirst(cell);
		char *why = dbmig_ledger_why_skipped(table);
		const char *args[3];
		char *how;
		char *words;
		int pid = 0;
		SqlScope scope;
		char *sql;

		if (why == NULL)
		{
			bool at_work =
				dbmig_ledger_worker(table, locks, &how) != 0 ||
				(dbmig_ledger_lock_row(table, locks, &words, &pid) && pid != 0);

			args[0] = at_work ? "in_progress" : "failed";
			args[1] = table->tool->name;
			args[2] = psprintf("%u", table->relid);
			sql =
				psprintf("SELECT $2, $3::pg_catalog.oid::pg_catalog.regclass, e.* FROM (%s) e"
						 " ORDER BY e.\"position\"",
						 dbmig_ledger_rows_sql(table));
			scope = dbmig_sql_own_begin();
			(void) dbmig_ledger_try_into(sql, 3, args, rsinfo->setResult, &why);
			dbmig_sql_own_end(scope);
		}
		if (why != NULL)
			put_skipped(rsinfo, table, why);
	}
	dbmig_sql_finish();
	return (Datum) 0;
}
