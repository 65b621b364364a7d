/*
 * error.h
 *		SQLSTATEs of dbmig, and errors kept as values.
 */
#ifndef DBMIG_BASE_ERROR_H
#define DBMIG_BASE_ERROR_H

#include "postgres.h"
#include "utils/elog.h"

/*
 * Class MG is ours.  The SQL standard leaves classes that begin with I-Z to
 * implementations (ISO/IEC 9075-2, 24.1), and PostgreSQL uses no MG.
 */
#define DBMIG_SQLSTATE_UNMIGRATED  MAKE_SQLSTATE('M', 'G', '0', '0', '1')
#define DBMIG_SQLSTATE_PENDING	   MAKE_SQLSTATE('M', 'G', '0', '0', '2')
#define DBMIG_SQLSTATE_FAILED	   MAKE_SQLSTATE('M', 'G', '0', '0', '3')
#define DBMIG_SQLSTATE_MODIFIED	   MAKE_SQLSTATE('M', 'G', '0', '0', '4')
#define DBMIG_SQLSTATE_RUNNING	   MAKE_SQLSTATE('M', 'G', '0', '0', '5')
#define DBMIG_SQLSTATE_RUNNER_DIED MAKE_SQLSTATE('M', 'G', '0', '0', '6')

/* Something that may raise. */
typedef void (*ErrorAttempt)(void *arg);

extern ErrorData *dbmig_error_capture(MemoryContext context);
extern ErrorData *
dbmig_error_catch(ErrorAttempt attempt, void *arg, MemoryContext context);
extern ErrorData *dbmig_error_catch_undoing(ErrorAttempt attempt, void *arg,
											MemoryContext context);
extern void dbmig_error_append_context(ErrorData *edata, const char *line);
extern void dbmig_error_raise(ErrorData *edata);

#endif /* DBMIG_BASE_ERROR_H */
