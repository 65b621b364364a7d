/*
 * match.h
 *		The migrations of a ledger, held against names of migrations.
 */
#ifndef DBMIG_LEDGER_MATCH_H
#define DBMIG_LEDGER_MATCH_H

#include "postgres.h"
#include "ledger/ledger.h"
#include "utils/hsearch.h"

/* One migration that a ledger records. */
typedef struct LedgerEntry
{
	char *version;
	char *name;		   /* or NULL */
	const char *state; /* as in ledger_entries() */
	bool has_applied_at;
	TimestampTz applied_at;
	char *checksum; /* or NULL */
	bool matched;	/* somebody has asked for it */
} LedgerEntry;

/* All of them, in the ledger's order. */
typedef struct LedgerEntries
{
	const LedgerTool *tool;
	int count;
	LedgerEntry *items;
	HTAB *index; /* by the names that will be asked for */
} LedgerEntries;

extern LedgerEntries *dbmig_ledger_load(const LedgerTable *table, bool at_work,
										char **names, int count, char **error);
extern LedgerEntry *dbmig_ledger_match(LedgerEntries *entries, const char *name);
extern bool dbmig_ledger_stands(const LedgerEntry *entry);
extern char *dbmig_ledger_number(const char *name);
extern int dbmig_ledger_compare_numbers(const char *a, const char *b);

#endif /* DBMIG_LEDGER_MATCH_H */
