/*
 * extension.c
 *		Reads extensions by name, schema and version.
 *
 * What belongs to an extension is its own business and never read.  Its comment
 * is its control file's as a rule, and left out; its owner cannot be changed.  dbmig and plpgsql are not
 * part of anybody's schema.  Takes no locks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_extension.h"
#include "catalog/read.h"
#include "utils/builtins.h"

/* Reads all extensions; those in the schemas wanted if it is limited to some. */
void
dbmig_catalog_extensions(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, ExtensionRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_extension form = (Form_pg_extension) GETSTRUCT(tuple);
		const char *name = NameStr(form->extname);
		SchemaObject *object;
		MemoryContext previous;

		if (strcmp(name, "dbmig") == 0 || strcmp(name, "plpgsql") == 0)
			continue;
		if (read->schema_names != NIL &&
			!dbmig_read_wanted(read, ExtensionRelationId, form->oid,
							   form->extnamespace))
			continue;
		previous = MemoryContextSwitchTo(read->context);
		object = dbmig_object_add(read->model, KIND_EXTENSION, NULL, NULL,
								  pstrdup(quote_identifier(name)), NULL);
		dbmig_read_register(read, ExtensionRelationId, form->oid, 0, object);
		dbmig_object_set_text(object, "schema",
							  dbmig_read_namespace(read, form->extnamespace));
		dbmig_object_set_text(object, "version",
							  dbmig_read_attr_text(&scan, tuple,
												   Anum_pg_extension_extversion));
		MemoryContextSwitchTo(previous);
	}
	dbmig_read_end(&scan);
}
