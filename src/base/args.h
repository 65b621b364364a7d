/*
 * args.h
 *		Checks of arguments that several functions share, so that the same fault
 *		has the same text everywhere.
 */
#ifndef DBMIG_BASE_ARGS_H
#define DBMIG_BASE_ARGS_H

#include "postgres.h"
#include "fmgr.h"

extern char *
dbmig_arg_text(FunctionCallInfo fcinfo, int argno, const char *name);
extern char *dbmig_arg_text_or_null(FunctionCallInfo fcinfo, int argno);
extern void dbmig_require_writable(const char *what);

#endif /* DBMIG_BASE_ARGS_H */
