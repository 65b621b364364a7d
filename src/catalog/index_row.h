/*
 * index_row.h
 *		Indexes while a schema is read: what their readers and those of
 *		constraints share.
 */
#ifndef DBMIG_CATALOG_INDEX_ROW_H
#define DBMIG_CATALOG_INDEX_ROW_H

#include "postgres.h"
#include "access/htup.h"

#include "catalog/read.h"

/* An index, from pg_class and pg_index. */
typedef struct IndexRow
{
	Oid oid;		  /* key */
	const char *name; /* not quoted */
	Oid namespace;
	Oid access_method;
	Oid tablespace;		  /* or InvalidOid */
	bool partitioned;	  /* of a partitioned table */
	bool partition;		  /* attached to such an index */
	Datum options;		  /* reloptions, or 0 */
	HeapTuple tuple;	  /* of pg_index; NULL if its table is not read */
	SchemaObject *object; /* the index, or the constraint that owns it */
} IndexRow;

/* Finds an index; NULL if there is none, or none on a table that is read. */
extern IndexRow *dbmig_index_row(CatalogRead *read, Oid index);
/*
 * "USING btree (a, b DESC) INCLUDE (c)"; with operators for an exclusion
 * constraint.  NULL where an expression cannot be printed.
 */
extern char *
dbmig_index_text(CatalogRead *read, IndexRow *row, const Oid *operators);
/* Sets "where", "options" and "tablespace". */
extern void
dbmig_index_attributes(CatalogRead *read, IndexRow *row, SchemaObject *object);
extern char *dbmig_index_included(CatalogRead *read, IndexRow *row);
extern bool dbmig_index_nulls_not_distinct(const IndexRow *row);

#endif /* DBMIG_CATALOG_INDEX_ROW_H */
