/*
 * args.c
 *		Checks of arguments and of the place where a function is called.
 *
 * Each check is made once, in argument order, before anything else happens.
 * Takes no locks.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "base/args.h"
#include "utils/builtins.h"

/* Returns a text argument that must not be NULL. */
char *
dbmig_arg_text(FunctionCallInfo fcinfo, int argno, const char *name)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name)));
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/* Returns a text argument, or NULL where it is NULL. */
char *
dbmig_arg_text_or_null(FunctionCallInfo fcinfo, int argno)
{
	if (PG_ARGISNULL(argno))
		return NULL;
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

/* Refuses what writes where nothing can be written. */
void
dbmig_require_writable(const char *what)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("%s cannot run on a standby", what),
				 errdetail("This server is in recovery and accepts no writes."),
				 errhint("Connect to the primary server and call it there.")));
	if (XactReadOnly)
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("cannot execute %s in a read-only transaction", what),
				 errhint("SET default_transaction_read_only = off, or BEGIN READ WRITE.")));
}
