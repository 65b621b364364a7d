/*
 * run.h
 *		Who is running migrations in this session.
 */
#ifndef DBMIG_MIGRATION_RUN_H
#define DBMIG_MIGRATION_RUN_H

extern void dbmig_run_refuse_nested(const char *function);

#endif /* DBMIG_MIGRATION_RUN_H */
