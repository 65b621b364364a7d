/*
 * unrecorded.c
 *		Tables and columns that were made after the last row of any ledger.
 *
 * A migration that runs statement by statement and stops halfway leaves what
 * it made until then, and no row.  Whatever a recorded migration made is as
 * old as its row or older: tools write the row last.  So an object that is
 * younger than every row of every ledger, and of our own history, came from
 * no recorded migration.  It can also have come from a person, from an
 * application that makes tables, or from a migration that was taken back;
 * hence the weight, which never makes a ledger suspect by itself.
 *
 * Younger means a later transaction, by xmin.  What could deceive:
 *
 *	- frozen rows of the catalogs count as old.  A ledger's frozen row keeps
 *	  its number, which may be of an earlier round of the counter; if such a
 *	  number comes out as the younger one, a mark is missed, and it comes out
 *	  as the older one only where it is.
 *	- pg_upgrade makes the catalogs anew and leaves the rows.  Then a ledger is
 *	  younger than its own rows, and nothing is said until a row is added.
 *	  After a restore all rows are younger than all tables.
 *	- a subtransaction has a later number than the transaction that writes the
 *	  row after it.  But commands are counted through: what has an earlier
 *	  command than the row, and a number not much later, may be of that kind.
 *	- partitions and children by inheritance are made by maintenance, and
 *	  members of extensions by their scripts: they do not count.
 *
 * Reads only.  Locks: ACCESS SHARE on dbmig.migration_run, if it is to be had
 * at once; ledgers are locked by shape.c.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/extension.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#define MAX_SUBTRANSACTIONS 1000 /* of one migration, and of others meanwhile */
#define MAX_OBJECTS			20	 /* more need not be looked at */
#define MAX_NAMED			2	 /* in the words of a mark */

/* A table or column that is younger than any ledger's rows. */
typedef struct UnrecordedObject
{
	char *schema;
	char *words;
} UnrecordedObject;

/* Finds a ledger among tables. */
static bool
is_ledger(List *ledgers, Oid relid)
{
	ListCell *cell;

	foreach(cell, ledgers)
	{
		if (((LedgerTable *) lfirst(cell))->relid == relid)
			return true;
	}
	return false;
}

/* Returns the later one of two transactions. */
static TransactionId
later(TransactionId a, TransactionId b)
{
	if (!TransactionIdIsValid(a) || !TransactionIdIsValid(b))
		return TransactionIdIsValid(a) ? a : b;
	return TransactionIdFollows(a, b) ? a : b;
}

/* Returns the last transaction that made something but a ledger. */
static TransactionId
last_growth(List *ledgers, const LedgerGrowth *growth)
{
	TransactionId last = InvalidTransactionId;

	for (int i = 0; i < growth->count; i++)
	{
		const LedgerGrown *grown = &growth->items[i];
		TransactionId xid =
			later(last, later(grown->made.xid, grown->added.xid));

		if (xid != last && !is_ledger(ledgers, grown->relid))
			last = xid;
	}
	return last;
}

/*
 * Moves a stamp on to the last row of a table, or to one that is as late as
 * asked; false if that cannot be told.  New rows are at the end, mostly.
 */
static bool
move_to_last_row(LedgerStamp *last, Oid relid, TransactionId enough)
{
	Relation rel = table_open(relid, NoLock);
	bool heap = rel->rd_rel->relkind == RELKIND_RELATION &&
				rel->rd_rel->relam == HEAP_TABLE_AM_OID;
	TableScanDesc scan;
	HeapTuple tuple;
	int count = 0;

	if (!heap)
	{
		table_close(rel, NoLock);
		return false;
	}
	scan = table_beginscan_strat(rel, GetActiveSnapshot(), 0, NULL, true, false);
	while ((tuple = heap_getnext(scan, BackwardScanDirection)) != NULL)
	{
		LedgerStamp stamp = {HeapTupleHeaderGetRawXmin(tuple->t_data),
							 HeapTupleHeaderGetRawCommandId(tuple->t_data)};

		if (++count % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		if (!TransactionIdIsNormal(stamp.xid))
			continue;
		if (stamp.xid == last->xid)
			last->command = Max(last->command, stamp.command);
		else if (later(stamp.xid, last->xid) == stamp.xid)
			*last = stamp;
		if (TransactionIdFollowsOrEquals(last->xid, enough))
			break;
	}
	table_endscan(scan);
	table_close(rel, NoLock);
	return true;
}

/* Finds the last row of all ledgers; false if that cannot be told. */
static bool
find_last_row(List *ledgers, TransactionId enough, LedgerStamp *last)
{
	Oid history =
		get_relname_relid("migration_run", get_namespace_oid("dbmig", true));
	ListCell *cell;

	last->xid = InvalidTransactionId;
	last->command = FirstCommandId;
	foreach(cell, ledgers)
	{
		const LedgerTable *table = lfirst(cell);

		if (dbmig_ledger_why_skipped(table) != NULL ||
			!move_to_last_row(last, table->relid, enough))
			return false;
		if (TransactionIdFollowsOrEquals(last->xid, enough))
			return true;
	}
	if (!TransactionIdIsValid(last->xid) || !OidIsValid(history) ||
		!ConditionalLockRelationOid(history, AccessShareLock))
		return false;
	return move_to_last_row(last, history, enough);
}

/* Tells whether a thing was made after the last row. */
static bool
comes_after(LedgerStamp made, LedgerStamp row)
{
	if (!TransactionIdIsValid(made.xid) ||
		!TransactionIdFollows(made.xid, row.xid))
		return false;
	return made.command >= row.command ||
		   made.xid - row.xid > MAX_SUBTRANSACTIONS;
}

/* Orders tables by age. */
static int
compare_grown(const void *a, const void *b)
{
	Oid x = ((const LedgerGrown *) a)->relid;
	Oid y = ((const LedgerGrown *) b)->relid;

	return (x > y) - (x < y);
}

/* Names a table, or its new column; NULL if it does not count. */
static UnrecordedObject *
describe_grown(const LedgerGrown *grown, bool made)
{
	UnrecordedObject *object;
	char *name = get_rel_name(grown->relid);
	char *schema = get_namespace_name(get_rel_namespace(grown->relid));
	char *column = made ? NULL : get_attname(grown->relid, grown->column, true);

	if (name == NULL || schema == NULL || (!made && column == NULL))
		return NULL; /* dropped meanwhile */
	if (OidIsValid(getExtensionOfObject(RelationRelationId, grown->relid)) ||
		has_superclass(grown->relid))
		return NULL;
	object = palloc(sizeof(UnrecordedObject));
	object->schema = schema;
	object->words = quote_qualified_identifier(schema, name);
	object->words = made ? psprintf("table %s", object->words) :
						   psprintf("column %s.%s", object->words,
									quote_identifier(column));
	return object;
}

/* Returns what is younger than any row of all ledgers. */
List *
dbmig_ledger_unrecorded(List *ledgers, const LedgerGrowth *growth)
{
	TransactionId youngest = last_growth(ledgers, growth);
	LedgerStamp row;
	LedgerGrown *found;
	int count = 0;
	List *objects = NIL;

	if (!TransactionIdIsValid(youngest) ||
		!find_last_row(ledgers, youngest, &row) ||
		!TransactionIdFollows(youngest, row.xid))
		return NIL;
	found = palloc_array(LedgerGrown, growth->count);
	for (int i = 0; i < growth->count; i++)
	{
		const LedgerGrown *grown = &growth->items[i];

		if (!is_ledger(ledgers, grown->relid))
		{
			if (comes_after(grown->made, row) || comes_after(grown->added, row))
				found[count++] = *grown;
		}
		else if (TransactionIdFollows(grown->made.xid, row.xid))
			return NIL; /* the catalogs are younger than the rows */
	}
	qsort(found, count, sizeof(LedgerGrown), compare_grown);
	for (int i = 0; i < count && list_length(objects) < MAX_OBJECTS; i++)
	{
		UnrecordedObject *object =
			describe_grown(&found[i], comes_after(found[i].made, row));

		CHECK_FOR_INTERRUPTS();
		if (object)
			objects = lappend(objects, object);
	}
	return objects;
}

/*
 * Adds a mark for those of the ledger's schema, or of all schemas if it is the
 * only ledger.
 */
void
dbmig_ledger_examine_unrecorded(LedgerEvidence *evidence,
								const LedgerTable *table, List *unrecorded,
								bool alone)
{
	bool taken_back = table->deleted > 0;
	StringInfoData names;
	int count = 0;
	ListCell *cell;

	initStringInfo(&names);
	foreach(cell, unrecorded)
	{
		UnrecordedObject *object = lfirst(cell);

		if (!alone && strcmp(object->schema, table->schema) != 0)
			continue;
		if (++count <= MAX_NAMED)
			appendStringInfo(&names, "%s%s", count > 1 ? ", " : "",
							 object->words);
	}
	if (count == 0)
		return;
	dbmig_ledger_evidence_add(
		evidence, "unrecorded_object", taken_back ? 0.2 : 0.4,
		psprintf("made after the last row of %s was written: %s%s; %s",
				 dbmig_ledger_qualified(table), names.data,
				 count > MAX_NAMED ? " and others" : "",
				 taken_back ?
					 "a migration stopped halfway or was taken back, or another hand made it" :
					 "a migration stopped halfway, or another hand made it"));
}
