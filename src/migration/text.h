/*
 * text.h
 *		What can be said of a migration's text without running it.
 */
#ifndef DBMIG_MIGRATION_TEXT_H
#define DBMIG_MIGRATION_TEXT_H

#include "postgres.h"

/* What the statements of a text are. */
typedef struct TextAnalysis
{
	int statements;		/* how many */
	bool transactional; /* may all run in one transaction? */
	const char *reason; /* if not: the first statement that cannot */
	int reason_line;	/* and its line in the file */
} TextAnalysis;

extern char *dbmig_text_checksum(const char *text);
extern void dbmig_text_analyze(const char *text, int first_line,
							   const char *what, TextAnalysis *analysis);

#endif /* DBMIG_MIGRATION_TEXT_H */
