/*
 * scratch.h
 *		Trying out DDL in a database of its own.
 */
#ifndef DBMIG_SCHEMA_SCRATCH_H
#define DBMIG_SCHEMA_SCRATCH_H

#include "postgres.h"
#include "utils/jsonb.h"

#include "schema/ddl_text.h"

extern Jsonb *dbmig_scratch_try(DdlText *text, const char *reason);
extern void dbmig_from_sql_locate(ErrorData *error, const char *sql, int number,
								  Size start, const char *statement);

#endif /* DBMIG_SCHEMA_SCRATCH_H */
