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
#include "catalog/namespace.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

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

/* Names the privileges of a mode, as GRANT does. */
static char *
describe_mode(AclMode mode)
{
	static const struct
	{
		AclMode mode;
		const char *name;
	} privileges[] = {
		{ACL_SELECT, "SELECT"},
		{ACL_INSERT, "INSERT"},
		{ACL_UPDATE, "UPDATE"},
	};
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < lengthof(privileges); i++)
	{
		if (mode & privileges[i].mode)
			appendStringInfo(&text, "%s%s", text.len ? ", " : "",
							 privileges[i].name);
	}
	return text.data;
}

/* Names all that is needed, as the statements that grant it. */
static char *
describe_grants(const TableNeed *needs, int count)
{
	const char *role = quote_identifier(GetUserNameFromId(GetUserId(), false));
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < count; i++)
		appendStringInfo(&text, "%sGRANT %s ON dbmig.%s TO %s;", i ? " " : "",
						 describe_mode(needs[i].mode), needs[i].table, role);
	return text.data;
}

/* Raises, with the GRANTs that help, unless the caller has all privileges. */
void
dbmig_require_privileges(const TableNeed *needs, int count, const char *purpose)
{
	Oid schema = get_namespace_oid("dbmig", false);

	for (int i = 0; i < count; i++)
	{
		Oid table = get_relname_relid(needs[i].table, schema);
		AclMode missing =
			needs[i].mode &
			~pg_class_aclmask(table, GetUserId(), needs[i].mode, ACLMASK_ALL);

		if (missing != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("permission denied to %s: %s on dbmig.%s is missing",
							purpose, describe_mode(missing), needs[i].table),
					 errhint("%s", describe_grants(needs, count))));
	}
}
