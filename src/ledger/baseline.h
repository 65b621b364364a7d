/*
 * baseline.h
 *		How a tool's ledger is written, so that the tool says "nothing to do".
 *
 * A recipe is a constant description; the engine (baseline.c) does the rest.
 * Its SQL is made from templates, in which names come only through quoting:
 *
 *		{ledger}	the ledger, qualified
 *		{+x}		the table beside it that is called like it and x, qualified
 *		{.x}		the table x beside it, qualified
 *		{=x}		an identifier: the ledger's name and x
 *		{PK_}, {PK#x}	identifiers of primary keys, of EF Core and TypeORM
 *		{schema}	its schema
 *		{int}		bigint where the numbers need it, else integer
 *		{m}			the migrations given: FROM {m}, columns m.position, version,
 *					name, file, checksum, content, given (all but the content)
 */
#ifndef DBMIG_LEDGER_BASELINE_H
#define DBMIG_LEDGER_BASELINE_H

#include "postgres.h"
#include "lib/stringinfo.h"
#include "ledger/tool.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

typedef struct BaselineRecipe BaselineRecipe;

/* A migration that the tool shall take as done. */
typedef struct BaselineMigration
{
	Jsonb *given;	/* the object as given; NULL if it was a string */
	char *version;	/* given or derived; NULL if there is none */
	char *name;		/* the same */
	char *file;		/* the same */
	char *content;	/* the file's text in UTF-8, or NULL */
	char *checksum; /* derived */
	char *scope;	/* what tells two of one version apart, or NULL */
} BaselineMigration;

/* One call of baseline_ledger(). */
typedef struct BaselineRun
{
	const LedgerTool *tool; /* its locks; NULL if it has none */
	const BaselineRecipe *recipe;
	BaselineMigration *migrations;
	int count;
	char *schema;			/* where the ledger is or will be */
	char *table;			/* its name */
	Oid ledger;				/* InvalidOid until it exists */
	bool wide;				/* numbers need bigint */
	StringInfoData running; /* what a running checksum has seen */
} BaselineRun;

/* Fills in what follows from what was given, or refuses. */
typedef void (*BaselineDerive)(BaselineRun *run, int number);

/* Whether a column must be there, and what is written. */
typedef struct BaselineColumn
{
	const char *name;  /* NULL ends a list */
	char category;	   /* of its type, as in pg_type.typcategory */
	bool optional;	   /* older or newer ledgers lack it */
	const char *value; /* template; NULL leaves it to its default */
} BaselineColumn;

/* A table that the tool has beside its ledger. */
typedef struct BaselineBeside
{
	const char *name;	/* "+x" or ".x"; NULL ends a list */
	const char *create; /* template; statements end with a semicolon */
	const char *fill;	/* template, idempotent; or NULL */
} BaselineBeside;

/* How one tool's ledger is written. */
struct BaselineRecipe
{
	const char *tool;	/* its name; NULL ends a list */
	const char *schema; /* the tool's own schema; NULL = the current one */
	const char *table;	/* usual name of the ledger */
	const char *create; /* templates of the statements that make it */
	const BaselineColumn *columns;
	const BaselineBeside *beside;
	const char *strings; /* what a plain string is: "file", "name" or "version" */
	const char *const *keys; /* further keys of an object, or NULL */
	BaselineDerive derive;	 /* fills in the rest */
	const char *why_content; /* why content is needed; NULL = it is not */
	bool stores_content;	 /* content itself goes into the ledger */
	const char *alien;		 /* column that only another tool's ledger has */
	const char *before;		 /* statement run before the rows; or NULL */
	const char *known;		 /* condition: the ledger has this one already */
	const char *where;		 /* condition on rows to write; or NULL */
	const char *blocked; /* query: a reason not to write, in words; or NULL */
	const char *blocked_hint; /* what helps then */
	const char *lock_row;  /* query: held (boolean), by whom (text); or NULL */
	const char *lock_take; /* statement that takes it; NULL = FOR UPDATE does */
	const char *lock_hint; /* what frees a stale one */
	bool rewrites;		   /* changes rows that are there */
	const char *after;	   /* statements run after the rows; or NULL */
};

/* Lists of recipes, ended by one without a tool. */
extern const BaselineRecipe dbmig_baseline_node[];
extern const BaselineRecipe dbmig_baseline_server[];
extern const BaselineRecipe dbmig_baseline_compiled[];
extern const BaselineRecipe dbmig_baseline_sqitch[];

/* baseline_name.c */
extern char *
dbmig_baseline_given(const BaselineMigration *migration, const char *key);
extern List *
dbmig_baseline_given_list(const BaselineMigration *migration, const char *key);
extern void dbmig_baseline_refuse(BaselineRun *run, int number,
								  const char *what, const char *hint);
extern void dbmig_baseline_need_content(BaselineRun *run, int number);
extern char *dbmig_baseline_label(const BaselineMigration *migration);

extern char *dbmig_name_last_part(char *path);
extern char *dbmig_name_folder(char *path);
extern char *dbmig_name_stem(const char *file);
extern char *dbmig_name_replaced(const char *name, const char *these, char by);
extern bool dbmig_name_is_number(const char *text);
extern void dbmig_baseline_split_number(BaselineRun *run, int number);
extern void dbmig_baseline_need_number(BaselineRun *run, int number, int bits);

/* baseline_derive_*.c */
extern void dbmig_derive_file(BaselineRun *run, int number);
extern void dbmig_derive_any_name(BaselineRun *run, int number);
extern void dbmig_derive_stem(BaselineRun *run, int number);
extern void dbmig_derive_number(BaselineRun *run, int number);
extern void dbmig_derive_version(BaselineRun *run, int number);
extern void dbmig_derive_drizzle(BaselineRun *run, int number);
extern void dbmig_derive_prisma(BaselineRun *run, int number);
extern void dbmig_derive_typeorm(BaselineRun *run, int number);
extern void dbmig_derive_graphile(BaselineRun *run, int number);
extern void dbmig_derive_postgres_migrations(BaselineRun *run, int number);
extern void dbmig_derive_md5(BaselineRun *run, int number);
extern void dbmig_derive_databases(BaselineRun *run, int number);
extern void dbmig_derive_flyway(BaselineRun *run, int number);
extern void dbmig_derive_liquibase(BaselineRun *run, int number);
extern void dbmig_derive_django(BaselineRun *run, int number);
extern void dbmig_derive_yoyo(BaselineRun *run, int number);
extern void dbmig_derive_sqlx(BaselineRun *run, int number);
extern void dbmig_derive_diesel(BaselineRun *run, int number);
extern void dbmig_derive_refinery(BaselineRun *run, int number);
extern void dbmig_derive_phinx(BaselineRun *run, int number);
extern void dbmig_derive_atlas(BaselineRun *run, int number);
extern void dbmig_derive_sqitch(BaselineRun *run, int number);

/* baseline_input.c */
extern char *dbmig_baseline_utf8(char *text);
extern void dbmig_baseline_read(BaselineRun *run, Jsonb *migrations);
extern void dbmig_baseline_derive(BaselineRun *run);
extern char *dbmig_baseline_json(BaselineRun *run);

/* baseline_lock.c */
extern void dbmig_baseline_lock_tool(BaselineRun *run);
extern void dbmig_baseline_lock_ledger(BaselineRun *run);
extern void dbmig_baseline_lock_row(BaselineRun *run);

/* baseline.c */
extern char *dbmig_baseline_expand(BaselineRun *run, const char *template);

#endif /* DBMIG_LEDGER_BASELINE_H */
