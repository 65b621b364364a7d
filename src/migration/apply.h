/*
 * apply.h
 *		Running the text of one migration.
 */
#ifndef DBMIG_MIGRATION_APPLY_H
#define DBMIG_MIGRATION_APPLY_H

#include "postgres.h"
#include "migration/history.h"

/* A text to run, with what is known of it. */
typedef struct MigrationText
{
	const char *sql; /* the statements */
	int line;		 /* where it begins in its file */
	int character;
	bool transactional;		   /* may it run in one transaction? */
	int first_statement;	   /* 1, or where an earlier run stopped */
	const char *known_indexes; /* noted before that statement, or NULL */
	bool after_crash;		   /* did the earlier run die in it? */
} MigrationText;

extern bool
dbmig_apply_in_transaction(Run *run, const MigrationText *text, bool atomic,
						   MemoryContext context, RunFailure *failure);
extern bool dbmig_apply_in_worker(Run *run, const MigrationText *text,
								  MemoryContext context, RunFailure *failure);
extern void dbmig_apply_witness(const Run *run, const RunFailure *failure);
extern char *dbmig_apply_statement_checksums(const char *sql);
extern int
dbmig_apply_same_statements(const char *sql, int count, const char *checksums);

#endif /* DBMIG_MIGRATION_APPLY_H */
