/*
 * scratch.h
 *		Trying out DDL in a database of its own.
 */
#ifndef DBMIG_SCHEMA_SCRATCH_H
#define DBMIG_SCHEMA_SCRATCH_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "utils/elog.h"
#include "utils/jsonb.h"

#include "schema/ddl_text.h"

/* An extension that is to be there. */
typedef struct ScratchExtension
{
	const char *name;
	const char *version;
	const char *schema;
	const char *comment; /* or NULL */
} ScratchExtension;

/* What a scratch database is to be like before the text runs. */
typedef struct ScratchPlan
{
	List *schemas;	  /* of DdlSchema *: those of the text */
	List *globals;	  /* of DdlGlobal *: those of the text */
	List *shells;	  /* of SchemaShell *: those of the real database */
	List *extensions; /* of ScratchExtension * */
} ScratchPlan;

extern void dbmig_scratch_check(const DdlText *text, const char *reason);
extern Jsonb *dbmig_scratch_try(const DdlText *text);

/* The plan on its way to the worker (scratch_plan.c). */
extern ScratchPlan *dbmig_scratch_plan_make(const DdlText *text);
extern char *dbmig_scratch_plan_write(const ScratchPlan *plan);
extern ScratchPlan *dbmig_scratch_plan_read(const char *text);

/* The database itself (scratch_database.c). */
typedef struct ScratchDatabase
{
	char name[NAMEDATALEN];
	uint32 key; /* of the lock that says that it is in use */
} ScratchDatabase;

extern void dbmig_scratch_reserve(ScratchDatabase *database);
extern char *dbmig_scratch_create_sql(const ScratchDatabase *database);
extern bool dbmig_scratch_drop(const ScratchDatabase *database, bool wait);
extern void dbmig_scratch_release(const ScratchDatabase *database);
extern void dbmig_scratch_drop_leftovers(void);

/* Says in an error where in the text it is (from_sql.c). */
extern void dbmig_from_sql_locate(ErrorData *error, const char *sql, int number,
								  Size start, const char *statement);

#endif /* DBMIG_SCHEMA_SCRATCH_H */
