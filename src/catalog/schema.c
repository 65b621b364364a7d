/*
 * schema.c
 *		Reads the schemas themselves.
 *
 * The schema "public" comes with every database, with a comment and a grant to
 * everybody that no user made: these are its defaults and left out.  Takes no
 * locks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_namespace.h"
#include "catalog/read.h"

/* Turns the grants of "public" around: USAGE for everybody is its default. */
static void
fix_public(SchemaObject *object)
{
	SchemaAttr *attr = dbmig_object_attr(object, "grants");
	const char *usage = dbmig_object_get(object, "grants", "PUBLIC");

	if (attr == NULL)
		dbmig_object_set_empty_map(object, "grants");
	else if (list_length(attr->list) == 1 && usage && strcmp(usage, "USAGE") == 0)
		dbmig_object_unset(object, "grants");
}

/* Reads all schemas. */
void
dbmig_catalog_schemas(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, NamespaceRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_namespace form = (Form_pg_namespace) GETSTRUCT(tuple);
		SchemaObject *object;
		Datum acl;
		bool isnull;

		if (!dbmig_read_wanted(read, NamespaceRelationId, form->oid, form->oid))
			continue;
		object = dbmig_object_add(read->model, KIND_SCHEMA, NULL, NULL,
								  dbmig_read_namespace(read, form->oid), NULL);
		dbmig_read_register(read, NamespaceRelationId, form->oid, 0, object);
		acl = dbmig_read_attr(&scan, tuple, Anum_pg_namespace_nspacl, &isnull);
		dbmig_read_privileges(read, object, OBJECT_SCHEMA, form->nspowner, acl,
							  isnull);
		if (strcmp(NameStr(form->nspname), "public") == 0)
			fix_public(object);
	}
	dbmig_read_end(&scan);
}
