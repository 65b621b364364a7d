/*
 * stubs.c
 *		Readers that are not written yet.
 */
#include "postgres.h"

#include "catalog/read.h"

/* Not written yet. */
void
dbmig_catalog_operators(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_text_search(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_foreign(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_others(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_publications(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_default_privileges(CatalogRead *read)
{
}
