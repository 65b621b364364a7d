/*
 * compare.c
 *		ledger_compare(): what a project expects, held against what its ledger
 *		records.
 *
 * Reads only.  Locks: as shape.c says.  Where the ledger cannot be read there
 * is no answer, so that is an error here.
 */
#include "postgres.h"

#include "base/args.h"
#include "base/sql.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "ledger/compare.h"
#include "ledger/report.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(dbmig_ledger_compare);

/* Labels of ExpectedState. */
static const char *const labels[] = {[EXPECTED_APPLIED] = "applied",
									 [EXPECTED_PENDING] = "pending",
									 [EXPECTED_FAILED] = "failed",
									 [EXPECTED_OUT_OF_ORDER] = "out_of_order"};

/* Judges by the head alone, which is a number: smaller ones are applied. */
static void
judge_numbered(LedgerEntries *entries, char **expected, int count,
			   ExpectedState *states)
{
	LedgerEntry *head = &entries->items[entries->count - 1];
	char *reached = dbmig_ledger_number(head->version);

	for (int i = 0; i < count; i++)
	{
		char *number = dbmig_ledger_number(expected[i]);
		int order = number && reached ?
						dbmig_ledger_compare_numbers(number, reached) :
						1;

		states[i] = order <= 0 ? EXPECTED_APPLIED : EXPECTED_PENDING;
		if (order == 0)
		{
			head->matched = true;
			if (strcmp(head->state, "failed") == 0)
				states[i] = EXPECTED_FAILED;
			else if (!dbmig_ledger_stands(head))
				states[i] = EXPECTED_PENDING;
		}
	}
}

/* Judges by the heads alone, which have names: what is before is applied. */
static void
judge_heads(LedgerEntries *entries, char **expected, int count,
			ExpectedState *states)
{
	int last = -1;

	for (int i = 0; i < count; i++)
	{
		LedgerEntry *entry = dbmig_ledger_match(entries, expected[i]);

		if (entry)
		{
			entry->matched = true;
			last = i;
		}
	}
	for (int i = 0; i < count; i++)
		states[i] = i <= last ? EXPECTED_APPLIED : EXPECTED_PENDING;
}

/* Judges by a whole history. */
static void
judge_history(LedgerEntries *entries, char **expected, int count,
			  ExpectedState *states)
{
	bool later = false;

	for (int i = count - 1; i >= 0; i--)
	{
		LedgerEntry *entry = dbmig_ledger_match(entries, expected[i]);

		if (entry)
			entry->matched = true;
		if (entry && dbmig_ledger_stands(entry))
		{
			states[i] = EXPECTED_APPLIED;
			later = true;
		}
		else if (entry && strcmp(entry->state, "failed") == 0)
			states[i] = EXPECTED_FAILED;
		else
			states[i] = later ? EXPECTED_OUT_OF_ORDER : EXPECTED_PENDING;
	}
}

/* Judges what was expected, in its order; marks the entries that were. */
ExpectedState *
dbmig_ledger_judge(LedgerEntries *entries, char **expected, int count)
{
	ExpectedState *states = palloc_array(ExpectedState, Max(count, 1));

	if (entries->count > 0 && (entries->tool->flags & LEDGER_NUMBERED))
		judge_numbered(entries, expected, count, states);
	else if (entries->count > 0 && (entries->tool->flags & LEDGER_HEAD_ONLY))
		judge_heads(entries, expected, count, states);
	else
		judge_history(entries, expected, count, states);
	return states;
}

/* Raises that the rows of a ledger are not what they should be. */
static void
raise_unreadable(const LedgerTable *table, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("ledger %s cannot be read", dbmig_ledger_qualified(table)),
			 errdetail_internal("%s", why)));
}

/* Raises if a ledger could not be read. */
void
dbmig_ledger_require_read(const LedgerReport *report)
{
	const LedgerTable *table = report->table;

	if (report->summary)
		return;
	if (!table->locked)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("ledger %s is locked by another session",
						dbmig_ledger_qualified(table)),
				 errdetail_internal("%s", report->detail),
				 errhint("Call it again later.")));
	if (!table->may_read)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for ledger %s",
						dbmig_ledger_qualified(table)),
				 errhint("%s", table->missing)));
	if (table->rls)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("row security hides rows of ledger %s",
						dbmig_ledger_qualified(table)),
				 errhint("Call it as the table's owner, or as a role with BYPASSRLS.")));
	raise_unreadable(table, report->detail);
}

/* Loads the migrations of a ledger to match names with, or raises. */
LedgerEntries *
dbmig_ledger_require_entries(const LedgerTable *table, bool at_work,
							 char **names, int count)
{
	char *error;
	LedgerEntries *entries =
		dbmig_ledger_load(table, at_work, names, count, &error);

	if (entries == NULL)
		raise_unreadable(table, error);
	return entries;
}

/* Finds the one ledger that a tool has, NULL if it has none. */
static LedgerReport *
only_ledger(List *reports, const char *tool)
{
	LedgerReport *found = NULL;
	ListCell *cell;

	foreach(cell, reports)
	{
		LedgerReport *report = lfirst(cell);

		if (!dbmig_ledger_tool_is(report->table->tool, tool))
			continue;
		if (found)
			ereport(ERROR,
					(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
					 errmsg("there are several ledgers of \"%s\"", tool),
					 errdetail("Two of them are %s and %s.",
							   dbmig_ledger_qualified(found->table),
							   dbmig_ledger_qualified(report->table)),
					 errhint("Name one in the argument \"ledger\".")));
		found = report;
	}
	return found;
}

/* Reads the argument "expected". */
static char **
expected_argument(FunctionCallInfo fcinfo, int argno, int *count)
{
	Datum *values;
	bool *nulls;
	char **expected;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", "expected")));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false,
					  TYPALIGN_INT, &values, &nulls, count);
	expected = palloc_array(char *, Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" must not contain nulls", "expected")));
		expected[i] = TextDatumGetCString(values[i]);
	}
	return expected;
}

/* Puts one row into the result. */
static void
put(ReturnSetInfo *rsinfo, const char *version, const char *state)
{
	Datum values[2];
	bool nulls[2] = {false, false};

	values[0] = CStringGetTextDatum(version);
	values[1] = CStringGetTextDatum(state);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* Returns what was expected with its state, then what was not. */
Datum
dbmig_ledger_compare(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char *tool = dbmig_arg_text(fcinfo, 0, "tool");
	int count;
	char **expected = expected_argument(fcinfo, 1, &count);
	Oid only = PG_ARGISNULL(2) ? InvalidOid : PG_GETARG_OID(2);
	LedgerReport *report;
	LedgerEntries *entries;
	List *reports;
	ExpectedState *states;

	if (dbmig_ledger_tool_find(tool) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown migration tool \"%s\"", tool),
				 errhint("Known are: %s.", dbmig_ledger_tool_names())));
	InitMaterializedSRF(fcinfo, 0);
	dbmig_sql_connect(false);
	reports = dbmig_ledger_reports(only);
	if (OidIsValid(only))
	{
		dbmig_ledger_require(only, reports);
		report = linitial(reports);
		if (!dbmig_ledger_tool_is(report->table->tool, tool))
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("%s is not a ledger of \"%s\"",
							dbmig_ledger_qualified(report->table), tool),
					 errdetail("It is one of %s.", report->table->tool->name)));
	}
	else
		report = only_ledger(reports, tool);
	if (report == NULL)
	{
		/* never migrated by this tool */
		for (int i = 0; i < count; i++)
			put(rsinfo, expected[i], labels[EXPECTED_PENDING]);
		dbmig_sql_finish();
		return (Datum) 0;
	}

	dbmig_ledger_require_read(report);
	entries = dbmig_ledger_require_entries(report->table, report->at_work,
										   expected, count);
	states = dbmig_ledger_judge(entries, expected, count);
	for (int i = 0; i < count; i++)
		put(rsinfo, expected[i], labels[states[i]]);
	for (int i = 0; i < entries->count; i++)
	{
		LedgerEntry *entry = &entries->items[i];

		if (!entry->matched &&
			(dbmig_ledger_stands(entry) || strcmp(entry->state, "failed") == 0))
			put(rsinfo, entry->version, "unexpected");
	}
	dbmig_sql_finish();
	return (Datum) 0;
}
