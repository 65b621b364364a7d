/*
 * mark.h
 *		Fingerprints of the schema before and after a run, for the history.
 */
#ifndef DBMIG_MIGRATION_MARK_H
#define DBMIG_MIGRATION_MARK_H

#include "postgres.h"

extern void dbmig_mark_begin(void);
extern bool dbmig_mark_affordable(void);
extern char *dbmig_mark_take(bool at_any_price);

#endif /* DBMIG_MIGRATION_MARK_H */
