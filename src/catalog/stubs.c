/*
 * stubs.c
 *		Readers that are not written yet.
 */
#include "postgres.h"

#include "catalog/read.h"

/* Not written yet. */
void
dbmig_catalog_schemas(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_extensions(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_types(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_relations(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_columns(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_sequences(CatalogRead *read)
{
}

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
dbmig_catalog_functions(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_views(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_triggers(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_policies(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_rules(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_statistics(CatalogRead *read)
{
}

/* Not written yet. */
void
dbmig_catalog_event_triggers(CatalogRead *read)
{
}

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
