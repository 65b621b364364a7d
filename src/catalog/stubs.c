/*
 * stubs.c
 *		Readers that are not written yet.
 */
#include "postgres.h"

#include "catalog/read.h"

/* Not written yet. */
void
dbmig_catalog_constraints(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_indexes(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_statistics(CatalogRead *read)
{
}
