/*
 * rename.h
 *		Renames: an object of another name that is the one expected.
 */
#ifndef DBMIG_SCHEMA_RENAME_H
#define DBMIG_SCHEMA_RENAME_H

#include "postgres.h"
#include "utils/jsonb.h"

#include "schema/kind.h"

extern SchemaModel *dbmig_rename_given(StepSink *sink, const SchemaModel *actual,
									   Jsonb *renames, MemoryContext context);
extern SchemaModel *
dbmig_rename_found(StepSink *sink, const SchemaModel *expected,
				   const SchemaModel *actual, MemoryContext context);

#endif /* DBMIG_SCHEMA_RENAME_H */
