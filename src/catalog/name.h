/*
 * name.h
 *		Names of objects as DDL must spell them, with their schema.
 */
#ifndef DBMIG_CATALOG_NAME_H
#define DBMIG_CATALOG_NAME_H

#include "postgres.h"

#include "catalog/read.h"

/* Each returns NULL for InvalidOid; results live in read->context. */
extern const char *dbmig_name_collation(CatalogRead *read, Oid collation);
extern const char *dbmig_name_operator_class(CatalogRead *read, Oid opclass);
extern const char *dbmig_name_operator_family(CatalogRead *read, Oid opfamily);
/* app.f, and app.f(integer, text) */
extern const char *dbmig_name_function(CatalogRead *read, Oid function);
extern const char *dbmig_name_signature(CatalogRead *read, Oid function);
/* app.===, and app.===(integer, NONE) */
extern const char *dbmig_name_operator(CatalogRead *read, Oid operator);
extern const char *
dbmig_name_operator_signature(CatalogRead *read, Oid operator);
/* "(integer, text)" */
extern const char *
dbmig_name_arguments(CatalogRead *read, const Oid *types, int count);
extern const char *dbmig_name_access_method(CatalogRead *read, Oid am);

#endif /* DBMIG_CATALOG_NAME_H */
