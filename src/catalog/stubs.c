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

/* Not written yet. */
char *
dbmig_deparse_expr(CatalogRead *read, const char *node_text, Oid relid)
{
	return NULL;
}

/* Not written yet. */
char *
dbmig_deparse_node(CatalogRead *read, Node *node, Oid relid)
{
	return NULL;
}

/* Not written yet. */
char *
dbmig_deparse_query(CatalogRead *read, Query *query, Oid view_relid)
{
	return NULL;
}

/* Not written yet. */
bool
dbmig_deparse_would_wait(Node *node)
{
	return false;
}

/* Not written yet. */
const char **
dbmig_read_columns(CatalogRead *read, Oid relid, int *count)
{
	return NULL;
}
