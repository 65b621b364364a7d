/*
 * sql.h
 *		Running SQL from C: our own queries under a fixed search_path, and the
 *		user's statements as they are.
 */
#ifndef DBMIG_BASE_SQL_H
#define DBMIG_BASE_SQL_H

#include "postgres.h"
#include "executor/spi.h"
#include "utils/tuplestore.h"

#define DBMIG_SQL_MAX_ARGS 16

/* A query of ours, prepared once per session. */
typedef struct SqlPlan
{
	const char *sql;			   /* text, fully qualified */
	int nargs;					   /* parameters in it */
	Oid types[DBMIG_SQL_MAX_ARGS]; /* their types */
	SPIPlanPtr plan;			   /* NULL until first used */
} SqlPlan;

/* What dbmig_sql_own_begin() changed and dbmig_sql_own_end() puts back. */
typedef struct SqlScope
{
	int guc_level; /* nest level of the settings */
} SqlScope;

extern void dbmig_sql_connect(bool nonatomic);
extern void dbmig_sql_finish(void);
extern SqlScope dbmig_sql_own_begin(void);
extern void dbmig_sql_own_end(SqlScope scope);
extern uint64 dbmig_sql_run_plan(SqlPlan *plan, const Datum *values,
								 const char *nulls, bool read_only);
extern uint64 dbmig_sql_run_text(const char *sql, int nargs,
								 const char *const *args, bool read_only);
extern void dbmig_sql_run_into(const char *sql, int nargs,
							   const char *const *args, Tuplestorestate *store);
extern void dbmig_sql_run_user_statement(const char *sql);
extern void dbmig_sql_require_extension(const char *culprit, const char *table);

extern char *dbmig_sql_text(uint64 row, int column);
extern bool dbmig_sql_bool(uint64 row, int column);
extern int64 dbmig_sql_int64(uint64 row, int column, int64 if_null);
extern Datum dbmig_sql_datum(uint64 row, int column, bool *isnull);

#endif /* DBMIG_BASE_SQL_H */
