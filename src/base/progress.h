/*
 * progress.h
 *		What a long task shows of itself to other sessions.
 */
#ifndef DBMIG_BASE_PROGRESS_H
#define DBMIG_BASE_PROGRESS_H

#include "postgres.h"

extern void
dbmig_progress_begin(const char *task, const char *unit, int64 total);
extern void dbmig_progress_object(const char *object);
extern void dbmig_progress_phase(const char *phase);
extern void dbmig_progress_done(int64 done);
extern void dbmig_progress_end(void);

#endif /* DBMIG_BASE_PROGRESS_H */
