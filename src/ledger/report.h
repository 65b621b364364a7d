/*
 * report.h
 *		What is said of a ledger as a whole.
 */
#ifndef DBMIG_LEDGER_REPORT_H
#define DBMIG_LEDGER_REPORT_H

#include "postgres.h"
#include "ledger/ledger.h"

typedef struct LedgerReport
{
	LedgerTable *table;
	LedgerSummary *summary; /* NULL if it could not be read */
	LedgerEvidence evidence;
	bool at_work;	   /* the tool runs at this moment */
	const char *state; /* as in ledgers() */
	char *detail;	   /* in words, or NULL */
} LedgerReport;

extern List *dbmig_ledger_reports(Oid only);
extern void dbmig_ledger_require(Oid relid, List *tables);

#endif /* DBMIG_LEDGER_REPORT_H */
