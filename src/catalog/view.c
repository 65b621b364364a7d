/*
 * view.c
 *		Reading what views and materialized views show.
 *
 * The views themselves are there already: relation.c has added them.  Here each
 * gets the query of its rule _RETURN, printed without a lock on the view.  Where another session has locked a table that the
 * query names, the definition is skipped and the view says so.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "catalog/read.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* Sets the query of a view. */
static void
read_definition(CatalogRead *read, SchemaObject *view, Oid relid,
				const char *action)
{
	List *actions = castNode(List, stringToNode(action));
	char *definition =
		dbmig_deparse_query(read, linitial_node(Query, actions), relid);

	if (definition == NULL)
		dbmig_read_skip(view, "locked");
	else
		dbmig_object_set_text(view, "definition",
							  definition + strspn(definition, " "));
}

/* Reads all views and materialized views. */
void
dbmig_catalog_views(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;
	MemoryContext unit =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig view",
							  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous;

	dbmig_read_begin(read, &scan, RewriteRelationId);
	previous = MemoryContextSwitchTo(unit);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_rewrite form = (Form_pg_rewrite) GETSTRUCT(tuple);
		SchemaObject *view;

		if (form->ev_type != '0' + CMD_SELECT)
			continue;
		view =
			dbmig_read_registered(read, RelationRelationId, form->ev_class, 0);
		if (view == NULL)
			continue;
		dbmig_read_register(read, RewriteRelationId, form->oid, 0, view);
		read_definition(read, view, form->ev_class,
						dbmig_read_attr_text(&scan, tuple,
											 Anum_pg_rewrite_ev_action));
		MemoryContextReset(unit);
	}
	MemoryContextSwitchTo(previous);
	MemoryContextDelete(unit);
	dbmig_read_end(&scan);
}
