/*
 * history.h
 *		The table migration_run: what was run, and how it ended.
 */
#ifndef DBMIG_MIGRATION_HISTORY_H
#define DBMIG_MIGRATION_HISTORY_H

#include "postgres.h"
#include "datatype/timestamp.h"

/* Where and why a run failed. */
typedef struct RunFailure
{
	int statement;	  /* its number, from 1; 0 if none was reached */
	int line;		  /* of the file, where the statement begins */
	int character;	  /* of the file, at the fault */
	ErrorData *error; /* what was raised */
} RunFailure;

/* One run. */
typedef struct Run
{
	int64 run_id; /* 0 until it has a row */
	const char *version;
	const char *name;	  /* for messages */
	const char *action;	  /* apply, revert, baseline, adopt, repair */
	const char *checksum; /* of the text, or NULL */
	const char *standing; /* what success makes of the migration, or NULL */
	const char *statement_checksums; /* a text[], where it can be resumed */
	const char *known_indexes; /* noted for the statement after those finished */
	int statements;			   /* finished for good */
	const char *schema_before; /* fingerprints, or NULL */
	const char *schema_after;
	bool is_last; /* of the call */
	TimestampTz started_at;
} Run;

extern void dbmig_history_open(Run *run);
extern void dbmig_history_succeed(const Run *run);
extern void dbmig_history_fail(const Run *run, const RunFailure *failure);
extern void dbmig_history_add(Run *run);
extern void dbmig_history_bury_dead(void);
extern void dbmig_history_require_privileges(void);
extern char *dbmig_history_describe(const char *version, const char *name);

#endif /* DBMIG_MIGRATION_HISTORY_H */
