/*
 * args.h
 *		Checks of arguments that several functions share, so that the same fault
 *		has the same text everywhere.
 */
#ifndef DBMIG_BASE_ARGS_H
#define DBMIG_BASE_ARGS_H

#include "postgres.h"
#include "fmgr.h"
#include "nodes/parsenodes.h"

/* What a function needs of one of our tables. */
typedef struct TableNeed
{
	const char *table; /* its name in schema dbmig */
	AclMode mode;	   /* ACL_SELECT, ACL_INSERT, ACL_UPDATE */
} TableNeed;

extern char *
dbmig_arg_text(FunctionCallInfo fcinfo, int argno, const char *name);
extern char *dbmig_arg_text_or_null(FunctionCallInfo fcinfo, int argno);
extern void dbmig_require_writable(const char *what);
extern void
dbmig_require_privileges(const TableNeed *needs, int count, const char *purpose);

#endif /* DBMIG_BASE_ARGS_H */
