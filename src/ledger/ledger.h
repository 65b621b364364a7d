/*
 * ledger.h
 *		The engine's view of ledgers: tables found, recognised and read.
 */
#ifndef DBMIG_LEDGER_LEDGER_H
#define DBMIG_LEDGER_LEDGER_H

#include "postgres.h"
#include "access/attnum.h"
#include "datatype/timestamp.h"
#include "ledger/tool.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/tuplestore.h"

/* A column as the catalogs know it. */
typedef struct LedgerAttribute
{
	char *name;
	Oid type;	   /* of a domain, the base type */
	bool readable; /* may the caller select it? */
	bool key;	   /* is it the primary key, alone? */
	Oid sequence;  /* the one it owns, or InvalidOid */
} LedgerAttribute;

/* A table that could be a ledger, or stand beside one. */
typedef struct LedgerTable
{
	Oid relid;
	Oid nspoid;
	char *schema;
	char *name;
	char kind; /* relkind */
	int natts;
	LedgerAttribute *atts;

	bool locked;	/* ACCESS SHARE was to be had at once */
	bool may_read;	/* the caller's rights suffice */
	char *missing;	/* else the GRANT that is missing */
	bool rls;		/* row security hides rows from the caller */
	int64 inserted; /* counted since the statistics began */
	int64 deleted;
	int64 live;
	bool rewritten; /* truncated or rewritten since it was made */

	const LedgerTool *tool; /* NULL until recognised */
	int *map;				/* tool's column -> atts, -1 = missing */
	char *version_order;	/* of a legacy ledger */
} LedgerTable;

/* A held lock of the lock table. */
typedef struct LedgerLock
{
	bool advisory;
	int64 key; /* of an advisory lock */
	Oid relid; /* of a table's lock */
	char *mode;
	int pid;
} LedgerLock;

/* Who wrote a row. */
typedef struct LedgerStamp
{
	TransactionId xid; /* InvalidTransactionId = nobody knows */
	CommandId command; /* of that transaction */
} LedgerStamp;

/* How a user's table grew. */
typedef struct LedgerGrown
{
	Oid relid;
	LedgerStamp made;  /* the table */
	LedgerStamp added; /* its last column, if that came later */
	AttrNumber column;
} LedgerGrown;

/* All tables that grew since their catalog rows were frozen. */
typedef struct LedgerGrowth
{
	int count;
	LedgerGrown *items;
} LedgerGrowth;

/* What the rows of a ledger come to. */
typedef struct LedgerSummary
{
	int64 rows;		  /* migrations recorded, whatever their state */
	int64 table_rows; /* rows of the table, other ones included */
	int64 applied;
	int64 failed;
	int64 in_progress;
	char *last_version; /* NULL if none */
	bool has_last_applied_at;
	TimestampTz last_applied_at;
	bool has_sequence; /* the next three are known */
	int64 sequence;	   /* its last value, 0 = not used yet */
	bool exact;		   /* not moved ahead by recovery or setval() */
	int64 max_id;	   /* of the column that it fills */
	char *failure;	   /* the first failed one, in words; or NULL */
} LedgerSummary;

/* Marks of something that went wrong. */
typedef struct LedgerEvidence
{
	StringInfoData json; /* elements, without brackets */
	int count;
	double weight; /* of the heaviest */
	char *worst;   /* its words */
} LedgerEvidence;

/* Above this weight marks make a ledger suspect. */
#define LEDGER_SUSPECT 0.5

/* scan.c: candidates, from the catalogs alone */
extern List *dbmig_ledger_scan(LedgerGrowth *growth);
extern bool dbmig_ledger_name_hint(const char *name);

/* shape.c: details of candidates, and which tool they are of */
extern List *dbmig_ledger_find(Oid only, LedgerGrowth *growth);
extern LedgerTable *
dbmig_ledger_beside(LedgerTable *table, const char *name,
					const LedgerColumn *columns, bool any_case);
extern char *dbmig_ledger_source(const LedgerTable *table);
extern char *dbmig_ledger_why_skipped(const LedgerTable *table);
extern char *dbmig_ledger_qualified(const LedgerTable *table);
extern bool dbmig_ledger_map(LedgerTable *table, const LedgerColumn *columns,
							 bool any_case, bool more);

/* legacy.c: roles of the columns of a hand-written ledger */
extern bool dbmig_ledger_map_legacy(LedgerTable *table);

/* read.c: rows */
extern bool dbmig_ledger_try(const char *sql, int nargs,
							 const char *const *args, char **error);
extern bool
dbmig_ledger_try_into(const char *sql, int nargs, const char *const *args,
					  Tuplestorestate *store, char **error);
extern char *dbmig_ledger_rows_sql(const LedgerTable *table);
extern LedgerSummary *
dbmig_ledger_summarize(const LedgerTable *table, bool at_work, char **error);

/* busy.c: who is at work */
extern List *dbmig_ledger_locks(void);
extern int
dbmig_ledger_worker(const LedgerTable *table, List *locks, char **how);
extern bool
dbmig_ledger_lock_row(LedgerTable *table, List *locks, char **words, int *pid);

/* evidence.c: marks of silent failures */
extern void dbmig_ledger_evidence_init(LedgerEvidence *evidence);
extern void dbmig_ledger_evidence_add(LedgerEvidence *evidence, const char *mark,
									  double weight, const char *words);
extern void
dbmig_ledger_examine(LedgerEvidence *evidence, const LedgerTable *table,
					 const LedgerSummary *summary);
extern List *dbmig_ledger_invalid_indexes(void);
extern void
dbmig_ledger_examine_indexes(LedgerEvidence *evidence, const LedgerTable *table,
							 List *indexes, bool alone);

/* unrecorded.c: what was made after the last row of any ledger */
extern List *dbmig_ledger_unrecorded(List *ledgers, const LedgerGrowth *growth);
extern void dbmig_ledger_examine_unrecorded(LedgerEvidence *evidence,
											const LedgerTable *table,
											List *unrecorded, bool alone);

#endif /* DBMIG_LEDGER_LEDGER_H */
