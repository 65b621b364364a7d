/*
 * evidence.c
 *		Marks that a batch of migrations was rolled back in silence.
 *
 * Most tools write nothing about a failure, but what PostgreSQL does not roll
 * back stays: a sequence has gone on, an insert was counted, an index built
 * concurrently lies about invalid.  Each mark has a weight between 0 and 1; a
 * ledger is suspect if one weighs LEDGER_SUSPECT or more.  What also happens
 * on a healthy ledger weighs less:
 *
 *	- a sequence jumps ahead by up to 32 in crash recovery, on a standby and
 *	  on a promoted one; then its log_cnt is 0 and its value more than 32.
 *	  Where log_cnt is 0 and the value less, setval() put it there, mostly
 *	  through a restore: what was true before still is, but the counters that
 *	  would tell a rollback from a deleted row are gone.
 *	- taking a migration back deletes its row, and that is counted.
 *	- counters that were reset, or lost in a crash, are lower than the rows
 *	  there are; they are never higher.  If they know of an insert and of no
 *	  delete, the last number was lost since they began: a row that stayed
 *	  would have it.  VACUUM does not change those that
 *	  are used here.  TRUNCATE does: it leaves a new file.
 *	- once a later batch has gone through, its rows have the highest numbers:
 *	  the old failure was mended.
 *
 * Reads only; takes no locks.
 */
#include "postgres.h"

#include "base/sql.h"
#include "ledger/ledger.h"
#include "utils/builtins.h"
#include "utils/json.h"

#define SEQUENCE_JUMP 32 /* what the server logs ahead */

/* Begins a list without marks. */
void
dbmig_ledger_evidence_init(LedgerEvidence *evidence)
{
	memset(evidence, 0, sizeof(LedgerEvidence));
	initStringInfo(&evidence->json);
}

/* Adds a mark. */
void
dbmig_ledger_evidence_add(LedgerEvidence *evidence, const char *mark,
						  double weight, const char *words)
{
	if (evidence->count++ > 0)
		appendStringInfoString(&evidence->json, ", ");
	appendStringInfoString(&evidence->json, "{\"mark\": ");
	escape_json(&evidence->json, mark);
	appendStringInfo(&evidence->json,
					 ", \"weight\": %.1f, \"detail\": ", weight);
	escape_json(&evidence->json, words);
	appendStringInfoChar(&evidence->json, '}');
	if (evidence->worst == NULL || weight > evidence->weight)
	{
		evidence->weight = weight;
		evidence->worst = pstrdup(words);
	}
}

/* Says how many inserts were counted whose rows are not there. */
static int64
lost_inserts(const LedgerTable *table, const LedgerSummary *summary)
{
	if (table->rewritten || (table->tool->flags & LEDGER_TRUNCATES))
		return 0;
	return table->inserted - table->deleted -
		   Max(table->live, summary->table_rows);
}

/* Looks at the sequence of a ledger. */
static void
examine_sequence(LedgerEvidence *evidence, const LedgerTable *table,
				 const LedgerSummary *summary, int64 lost)
{
	int64 ahead = summary->sequence - summary->max_id;
	double weight;
	const char *why;

	if (ahead <= 0)
		return;
	if (!summary->exact && summary->sequence > SEQUENCE_JUMP)
	{
		weight = 0.2;
		why = "a crash or a standby can have moved it";
	}
	else if (!summary->exact && summary->table_rows > 0 &&
			 !(table->tool->flags & LEDGER_FORWARD_ONLY))
	{
		weight = 0.4;
		why =
			"setval() put it there; before, a batch was rolled back or migrations were taken back";
	}
	else if (!summary->exact)
	{
		weight = 0.6;
		why =
			"setval() put it there, as a restore does; before, a batch was rolled back";
	}
	else if (table->deleted >= ahead)
	{
		weight = lost > 0 ? 0.4 : 0.1;
		why = "as many rows were deleted: migrations were taken back";
	}
	else if (lost > 0)
	{
		weight = 0.9;
		why = "a batch was inserted and rolled back";
	}
	else if (table->inserted == 0 && summary->table_rows > 0)
	{
		weight = 0.4;
		why =
			"a batch was rolled back, or rows were deleted before the statistics began";
	}
	else
	{
		weight = 0.7;
		why = "a batch was inserted and rolled back";
	}
	dbmig_ledger_evidence_add(evidence, "sequence_ahead", weight,
							  psprintf("the sequence of %s stands at " INT64_FORMAT
									   ", the highest row at " INT64_FORMAT
									   ": %s",
									   dbmig_ledger_qualified(table),
									   summary->sequence, summary->max_id, why));
}

/* Collects the marks that are in a ledger itself. */
void
dbmig_ledger_examine(LedgerEvidence *evidence, const LedgerTable *table,
					 const LedgerSummary *summary)
{
	int64 lost = lost_inserts(table, summary);

	if (summary->has_sequence)
		examine_sequence(evidence, table, summary, lost);
	if (lost > 0)
	{
		bool mended = summary->table_rows > 0;

		dbmig_ledger_evidence_add(evidence, "lost_inserts", mended ? 0.3 : 0.6,
								  psprintf("rows inserted into %s and rolled back%s: " INT64_FORMAT
										   "%s",
										   dbmig_ledger_qualified(table),
										   mended ? " at some time" : "", lost,
										   mended ? "" : "; it is empty"));
	}
}

/* An index that was not built to its end. */
typedef struct InvalidIndex
{
	char *schema;
	char *words;
} InvalidIndex;

/* Returns the invalid indexes; one that is being built now is none. */
List *
dbmig_ledger_invalid_indexes(void)
{
	List *indexes = NIL;
	SqlScope scope = dbmig_sql_own_begin();
	uint64 rows;

	rows = dbmig_sql_run_text(
		"SELECT n.nspname, pg_catalog.format('index %I.%I on %I.%I is invalid:"
		" building it was not finished', n.nspname, c.relname, tn.nspname, t.relname)"
		" FROM pg_catalog.pg_index i"
		" JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'"
		" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
		" JOIN pg_catalog.pg_class t ON t.oid = i.indrelid"
		" JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace"
		" WHERE NOT i.indisvalid AND n.nspname NOT LIKE 'pg\\_%'"
		"  AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l"
		"   WHERE l.locktype = 'relation' AND l.relation = t.oid"
		"    AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted)"
		" ORDER BY 1, 2 LIMIT 20",
		0, NULL, true);
	for (uint64 row = 0; row < rows; row++)
	{
		InvalidIndex *index = palloc(sizeof(InvalidIndex));

		index->schema = dbmig_sql_text(row, 1);
		index->words = dbmig_sql_text(row, 2);
		indexes = lappend(indexes, index);
	}
	dbmig_sql_own_end(scope);
	return indexes;
}

/*
 * Adds the invalid indexes of the ledger's schema, or of all schemas if it is
 * the only ledger.
 */
void
dbmig_ledger_examine_indexes(LedgerEvidence *evidence, const LedgerTable *table,
							 List *indexes, bool alone)
{
	ListCell *cell;

	foreach(cell, indexes)
	{
		InvalidIndex *index = lfirst(cell);

		if (alone || strcmp(index->schema, table->schema) == 0)
			dbmig_ledger_evidence_add(evidence, "invalid_index", 0.6,
									  index->words);
	}
}
