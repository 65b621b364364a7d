/*
 * document.h
 *		A schema as jsonb: the snapshot, written and read.
 */
#ifndef DBMIG_SCHEMA_DOCUMENT_H
#define DBMIG_SCHEMA_DOCUMENT_H

#include "postgres.h"
#include "fmgr.h"
#include "utils/jsonb.h"

#include "catalog/object.h"

#define DBMIG_SNAPSHOT_FORMAT 1

extern Jsonb *dbmig_document_write(const SchemaModel *model);
extern SchemaModel *dbmig_document_read(Jsonb *document, MemoryContext context);

/* The argument of a function: a snapshot, or NULL for the current database. */
extern SchemaModel *
dbmig_schema_current(List *schema_names, MemoryContext context);
/* Is this the name of an attribute of any kind? */
extern bool dbmig_attribute_known(const char *name);

/* An argument of type text[]: schemas that exist; NIL for NULL. */
extern List *dbmig_schemas_argument(FunctionCallInfo fcinfo, int argno);

#endif /* DBMIG_SCHEMA_DOCUMENT_H */
