/*
 * sql.c
 *		Running SQL from C.
 *
 * Two kinds of statements are kept apart.  Our own queries are constant text
 * with parameters and run with search_path = pg_catalog, pg_temp, so that no
 * object of a user can stand in for one of the system's.  A user's statement
 * runs as it is, with the user's settings.  Both run with the caller's rights.
 *
 * Our own queries push a snapshot of their own for as long as their rows are
 * read: after a COMMIT inside a procedure there is none, and a toasted text
 * could not be fetched.  The snapshot must be gone before a worker is waited
 * for, which is why it lives in a scope and not in the session.
 *
 * SPI leaves its own memory context current; the functions here put the
 * caller's back.
 */
#include "postgres.h"

#include "base/compat.h"
#include "base/sql.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "executor/tstoreReceiver.h"
#include "nodes/params.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* Opens the SPI connection of the calling function. */
void
dbmig_sql_connect(bool nonatomic)
{
	int rc = SPI_connect_ext(nonatomic ? SPI_OPT_NONATOMIC : 0);

	if (rc != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect_ext failed: %s", SPI_result_code_string(rc));
}

/* Closes it again. */
void
dbmig_sql_finish(void)
{
	int rc = SPI_finish();

	if (rc != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed: %s", SPI_result_code_string(rc));
}

/* Begins a stretch of our own queries: fixed search_path, snapshot. */
SqlScope
dbmig_sql_own_begin(void)
{
	SqlScope scope;

	scope.guc_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	PushActiveSnapshot(GetTransactionSnapshot());
	return scope;
}

/* Ends it: rows fetched are freed, settings are as before. */
void
dbmig_sql_own_end(SqlScope scope)
{
	if (SPI_tuptable)
		SPI_freetuptable(SPI_tuptable);
	PopActiveSnapshot();
	AtEOXact_GUC(true, scope.guc_level);
}

/* Raises what SPI only returned. */
static void
check_result(int rc, const char *sql)
{
	if (rc < 0)
		elog(ERROR, "SPI failed with %s: %s", SPI_result_code_string(rc), sql);
}

/* Runs one of our own queries, prepared on first use; returns its rows' count. */
uint64
dbmig_sql_run_plan(SqlPlan *plan, const Datum *values, const char *nulls,
				   bool read_only)
{
	MemoryContext context = CurrentMemoryContext;

	if (plan->plan == NULL)
	{
		SPIPlanPtr prepared = SPI_prepare(plan->sql, plan->nargs, plan->types);

		if (prepared == NULL)
			elog(ERROR, "SPI_prepare failed with %s: %s",
				 SPI_result_code_string(SPI_result), plan->sql);
		check_result(SPI_keepplan(prepared), plan->sql);
		plan->plan = prepared;
	}
	check_result(SPI_execute_plan(plan->plan, unconstify(Datum *, values),
								  nulls, read_only, 0),
				 plan->sql);
	MemoryContextSwitchTo(context);
	return SPI_processed;
}

/* Makes a list of text parameters; those that are NULL are NULL. */
static ParamListInfo
text_params(int nargs, const char *const *args)
{
	ParamListInfo params = makeParamList(nargs);

	for (int i = 0; i < nargs; i++)
	{
		ParamExternData *param = &params->params[i];

		param->ptype = TEXTOID;
		param->pflags = PARAM_FLAG_CONST;
		param->isnull = args[i] == NULL;
		param->value = args[i] ? CStringGetTextDatum(args[i]) : (Datum) 0;
	}
	return params;
}

/* Runs a query of ours whose parameters are all text; NULL where args says so. */
uint64
dbmig_sql_run_text(const char *sql, int nargs, const char *const *args,
				   bool read_only)
{
	MemoryContext context = CurrentMemoryContext;
	SPIExecuteOptions options = {0};

	options.params = text_params(nargs, args);
	options.read_only = read_only;
	check_result(SPI_execute_extended(sql, &options), sql);
	MemoryContextSwitchTo(context);
	return SPI_processed;
}

/*
 * The same, reading only; the rows go into a tuplestore and not into memory.
 * They must have the types of its reader: nothing is converted.
 */
void
dbmig_sql_run_into(const char *sql, int nargs, const char *const *args,
				   Tuplestorestate *store)
{
	MemoryContext context = CurrentMemoryContext;
	SPIExecuteOptions options = {0};

	options.params = text_params(nargs, args);
	options.read_only = true;
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(options.dest, store, context, true, NULL,
									NULL);
	check_result(SPI_execute_extended(sql, &options), sql);
	MemoryContextSwitchTo(context);
}

/*
 * Runs one statement of a user's script and drops its rows.  The statement
 * keeps its own settings, and must be one that may run inside a function.
 */
void
dbmig_sql_run_user_statement(const char *sql)
{
	SPIExecuteOptions options = {0};
	MemoryContext context = CurrentMemoryContext;
	int rc;

	options.dest = None_Receiver;
	rc = SPI_execute_extended(sql, &options);
	if (rc == SPI_ERROR_COPY)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("COPY from or to the client cannot run inside the server"),
				 errhint("Use INSERT, or COPY with a file on the server.")));
	if (rc == SPI_ERROR_TRANSACTION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				 errmsg("transaction control cannot run inside a transactional migration")));
	check_result(rc, sql);
	if (SPI_tuptable)
		SPI_freetuptable(SPI_tuptable);
	MemoryContextSwitchTo(context);
}

/*
 * Refuses the work of a user's script that has removed the extension, or the
 * one table of it that is named.
 */
void
dbmig_sql_require_extension(const char *culprit, const char *table)
{
	if (OidIsValid(get_extension_oid("dbmig", true)) &&
		(table == NULL ||
		 OidIsValid(get_relname_relid(table, get_namespace_oid("dbmig", false)))))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("%s removes dbmig itself", culprit),
			 errdetail("Without it the history could not be written. The removal was rolled back."),
			 errhint("To remove dbmig, DROP EXTENSION dbmig outside of any migration.")));
}

/* Returns a column of a fetched row as text in the current context, or NULL. */
char *
dbmig_sql_text(uint64 row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

/* Returns a column of a fetched row, as it is. */
Datum
dbmig_sql_datum(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column,
						 isnull);
}

/* Returns a boolean column; NULL is false. */
bool
dbmig_sql_bool(uint64 row, int column)
{
	bool isnull;
	Datum value = dbmig_sql_datum(row, column, &isnull);

	return !isnull && DatumGetBool(value);
}

/* Returns a bigint column. */
int64
dbmig_sql_int64(uint64 row, int column, int64 if_null)
{
	bool isnull;
	Datum value = dbmig_sql_datum(row, column, &isnull);

	return isnull ? if_null : DatumGetInt64(value);
}
