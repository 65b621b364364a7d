/*
 * compare.h
 *		Expected migrations held against a ledger.
 */
#ifndef DBMIG_LEDGER_COMPARE_H
#define DBMIG_LEDGER_COMPARE_H

#include "postgres.h"
#include "ledger/match.h"
#include "ledger/report.h"

/* How an expected migration stands. */
typedef enum ExpectedState
{
	EXPECTED_APPLIED,
	EXPECTED_PENDING,
	EXPECTED_FAILED,
	EXPECTED_OUT_OF_ORDER /* pending, though a later one is applied */
} ExpectedState;

extern ExpectedState *
dbmig_ledger_judge(LedgerEntries *entries, char **expected, int count);
extern void dbmig_ledger_require_read(const LedgerReport *report);
extern LedgerEntries *
dbmig_ledger_require_entries(const LedgerTable *table, bool at_work,
							 char **names, int count);

#endif /* DBMIG_LEDGER_COMPARE_H */
