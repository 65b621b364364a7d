/*
 * tool.h
 *		What a migration tool's ledger looks like and how it is read.
 *
 * A tool is a constant description; everything that is done with it is done by
 * the engine (scan.c, shape.c, read.c).  The SQL in a description speaks of
 * the ledger's columns as l.<name>, in lower case, and finds them with these
 * types whatever the table has exactly: text, bigint, timestamptz, boolean,
 * and the others as they are.  A column that is optional and missing is NULL.
 */
#ifndef DBMIG_LEDGER_TOOL_H
#define DBMIG_LEDGER_TOOL_H

#include "postgres.h"

/* What a column holds, whatever its exact type. */
typedef enum LedgerType
{
	LEDGER_TEXT,	/* text, varchar, char, name */
	LEDGER_INTEGER, /* smallint, integer, bigint */
	LEDGER_TIME,	/* timestamptz, timestamp, date */
	LEDGER_BOOLEAN,
	LEDGER_JSON,  /* jsonb, json */
	LEDGER_TEXTS, /* text[] */
	LEDGER_BYTES, /* bytea */
	LEDGER_ANY	  /* any of the system's scalar types, read as text */
} LedgerType;

/* A column of a ledger. */
typedef struct LedgerColumn
{
	const char *name; /* in lower case; NULL ends a list */
	LedgerType type;
	bool optional; /* may be missing */
} LedgerColumn;

/* What must hold for a table to be this tool's ledger, and how it is read. */
#define LEDGER_NEEDS_NAME \
	0x01 /* shape is common: a usual name or unnamed_rows */
#define LEDGER_NEEDS_ROWS 0x02 /* the test "rows" must have been made */
#define LEDGER_MORE_COLUMNS \
	0x04 /* columns that are not listed are no objection */
#define LEDGER_ANY_CASE		0x08  /* column names compare without case */
#define LEDGER_UTC			0x10  /* times without zone are UTC */
#define LEDGER_HEAD_ONLY	0x20  /* keeps the current version, no history */
#define LEDGER_NUMBERED		0x40  /* the head stands for all smaller numbers */
#define LEDGER_FORWARD_ONLY 0x100 /* cannot take migrations back */
#define LEDGER_TRUNCATES \
	0x80 /* rewrites itself: insert counters mean nothing */

/* Gives an advisory-lock key that depends on where the ledger is. */
typedef int64 (*LedgerKey)(const char *schema, const char *table,
						   const char *database);

typedef struct LedgerTool
{
	const char *name;	 /* what users see */
	const char *aliases; /* other names in arguments, ",a,b,"; or NULL */
	int flags;			 /* LEDGER_... */
	const LedgerColumn *columns; /* the signature */
	const char *names;			 /* usual table names, ",a,b,", lower case */
	const char *schema;			 /* the only schema it can be in, or NULL */
	const char *beside;			 /* table that must stand beside it, or NULL */
	const char *not_beside;		 /* table that must not, or NULL */
	const char *rows;			 /* test that every row passes, or NULL */
	const char *unnamed_rows;	 /* the same, asked under an unusual name */

	const char *latest_of;	/* only the last row of each of these counts */
	const char *where;		/* rows that are migrations; NULL = all */
	const char *source;		/* instead of the table: {ledger}, {beside} */
	const char *order;		/* in which they were applied */
	const char *version;	/* text, what identifies a migration */
	const char *title;		/* text, its name; NULL = none */
	const char *checksum;	/* text; NULL = none */
	const char *applied_at; /* timestamptz; NULL = none */
	/*
	 * applied, baselined, failed, unfinished (failed, unless the tool runs
	 * now), in_progress, rolled_back, reverted, skipped; NULL = all applied
	 */
	const char *state;
	const char *detail; /* text; NULL = none */
	const char *note;	/* said of the ledger as such; NULL = nothing */

	int64 keys[2];	 /* advisory-lock keys, 0 = none */
	LedgerKey key;	 /* computes one */
	LedgerKey key2;	 /* another one */
	bool table_lock; /* locks the ledger against itself while it runs */

	const char *lock_table; /* "{table}_lock": where a lock is a row */
	const LedgerColumn *lock_columns;
	const char *lock_held;	/* the rows that are held locks */
	const char *lock_since; /* timestamptz, or NULL */
	const char *lock_owner; /* text, or NULL */
	const char *lock_hint;	/* what frees a stale one */
} LedgerTool;

/* Lists of descriptions, ended by one without a name. */
extern const LedgerTool dbmig_ledger_tools_node[];
extern const LedgerTool dbmig_ledger_tools_server[];
extern const LedgerTool dbmig_ledger_tools_compiled[];
extern const LedgerTool dbmig_ledger_tools_version[];
extern const LedgerTool dbmig_ledger_tool_legacy;

/* In registry order; NULL past the end. */
extern const LedgerTool *dbmig_ledger_tool(int number);
extern bool dbmig_ledger_tool_is(const LedgerTool *tool, const char *name);
extern const LedgerTool *dbmig_ledger_tool_find(const char *name);
extern char *dbmig_ledger_tool_names(void);

#endif /* DBMIG_LEDGER_TOOL_H */
