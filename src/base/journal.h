/*
 * journal.h
 *		The table dbmig.journal: everything that dbmig did.
 */
#ifndef DBMIG_BASE_JOURNAL_H
#define DBMIG_BASE_JOURNAL_H

#include "postgres.h"
#include "datatype/timestamp.h"

extern void dbmig_journal_write(const char *part, const char *action,
								const char *object, const char *state,
								TimestampTz started_at, const char *detail,
								const char *sqlstate, const char *error);

#endif /* DBMIG_BASE_JOURNAL_H */
