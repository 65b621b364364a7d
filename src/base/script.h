/*
 * script.h
 *		A text of several SQL statements, split by the server's own lexer and
 *		parser.
 */
#ifndef DBMIG_BASE_SCRIPT_H
#define DBMIG_BASE_SCRIPT_H

#include "postgres.h"
#include "nodes/parsenodes.h"
#include "parser/scanner.h"

/* Where a statement may run. */
typedef enum StatementPlace
{
	STATEMENT_ANYWHERE,	   /* also inside a transaction or function */
	STATEMENT_TOP_LEVEL,   /* only outside of any transaction block */
	STATEMENT_TRANSACTION, /* BEGIN, COMMIT and the like */
	STATEMENT_CLIENT	   /* COPY from or to the client: nowhere here */
} StatementPlace;

/* One statement of a script. */
typedef struct ScriptStatement
{
	int number;	  /* 1-based place among the statements */
	Size start;	  /* byte offset of its first token */
	Size length;  /* bytes, without the semicolon */
	char *sql;	  /* its text, NUL-terminated */
	RawStmt *raw; /* parse tree; NULL if not asked for */
} ScriptStatement;

/* A script being split; the caller owns text and memory. */
typedef struct Script
{
	const char *text;		  /* the whole text */
	Size length;			  /* bytes of it */
	int first_line;			  /* line of its file where it begins */
	Size offset;			  /* where the next statement is looked for */
	int number;				  /* statements returned so far */
	MemoryContext context;	  /* holds the scanner */
	core_yyscan_t scanner;	  /* NULL until started */
	core_yy_extra_type extra; /* the scanner's state */
	Size scanner_base;		  /* offset at which the scanner was started */
	Size error_base;		  /* offset that error positions count from */
	bool skip_restrict;		  /* pass over what pg_dump writes for psql */
} Script;

extern Script *dbmig_script_open(const char *text, int first_line);
extern bool
dbmig_script_next(Script *script, bool parse, ScriptStatement *statement);
extern void dbmig_script_seek(Script *script, Size offset, int number);
extern void dbmig_script_close(Script *script);

extern int dbmig_script_line(const char *text, Size offset);
extern int dbmig_script_character(const char *text, Size offset);

extern StatementPlace dbmig_statement_place(Node *statement, const char **what);
extern bool dbmig_statement_apply_lexer_setting(Node *statement);

#endif /* DBMIG_BASE_SCRIPT_H */
