/*
 * publication.c
 *		Reads publications, and names subscriptions.
 *
 * A subscription holds a connection string with a password and the state of a
 * replication, and making one connects to another server: it is named with what
 * it subscribes to, not described.  Takes no locks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_namespace.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Orders text. */
static int
compare_text(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* Prints what is published; NULL if all is. */
static char *
print_publish(CatalogRead *read, Form_pg_publication form)
{
	StringInfoData text;

	if (form->pubinsert && form->pubupdate && form->pubdelete &&
		form->pubtruncate)
		return NULL;
	initStringInfo(&text);
	if (form->pubinsert)
		appendStringInfoString(&text, ", insert");
	if (form->pubupdate)
		appendStringInfoString(&text, ", update");
	if (form->pubdelete)
		appendStringInfoString(&text, ", delete");
	if (form->pubtruncate)
		appendStringInfoString(&text, ", truncate");
	return MemoryContextStrdup(read->context, text.len > 0 ? text.data + 2 : "");
}

/* Reads the publications themselves. */
static bool
read_publications(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;
	bool found = false;

	dbmig_read_begin(read, &scan, PublicationRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_publication form = (Form_pg_publication) GETSTRUCT(tuple);
		SchemaObject *object;

		if (!dbmig_read_wanted_global(read, PublicationRelationId, form->oid))
			continue;
		found = true;
		object =
			dbmig_object_add(read->model, KIND_PUBLICATION, NULL, NULL,
							 MemoryContextStrdup(read->context,
												 quote_identifier(NameStr(form->pubname))),
							 NULL);
		dbmig_read_register(read, PublicationRelationId, form->oid, 0, object);
		dbmig_object_set_bool(object, "all_tables", form->puballtables);
		dbmig_object_set_text(object, "publish", print_publish(read, form));
		dbmig_object_set_bool(object, "via_root", form->pubviaroot);
		if (dbmig_publishes_generated(form))
			dbmig_object_set_text(object, "generated_columns", "stored");
		dbmig_read_owner(read, object, form->pubowner);
	}
	dbmig_read_end(&scan);
	return found;
}

/* Prints " (a, b)" for the columns published. */
static void
append_columns(StringInfo text, Oid relid, Datum columns)
{
	ArrayType *array = DatumGetArrayTypeP(columns);
	int16 *attnums = (int16 *) ARR_DATA_PTR(array);
	List *names = NIL;
	ListCell *cell;

	for (int i = 0; i < ARR_DIMS(array)[0]; i++)
		names = lappend(names,
						pstrdup(quote_identifier(get_attname(relid, attnums[i],
															 false))));
	list_sort(names, compare_text);
	foreach(cell, names)
		appendStringInfo(text, "%s%s",
						 foreach_current_index(cell) == 0 ? "(" : ", ",
						 (char *) lfirst(cell));
	appendStringInfoChar(text, ')');
}

/* Returns the name of a table, which need not be in the model. */
static const char *
table_name(CatalogRead *read, Oid relid)
{
	SchemaObject *object =
		dbmig_read_registered(read, RelationRelationId, relid, 0);
	char *name;

	if (object)
		return object->identity;
	name = get_rel_name(relid);
	if (name == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation with OID %u does not exist", relid)));
	return dbmig_read_qualified(read, get_rel_namespace(relid), name);
}

/* Reads which tables are published. */
static void
read_tables(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, PublicationRelRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_publication_rel form =
			(Form_pg_publication_rel) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, PublicationRelationId, form->prpubid, 0);
		StringInfoData text;
		Datum columns;
		bool isnull;
		char *filter;

		if (object == NULL)
			continue;
		dbmig_read_register(read, PublicationRelRelationId, form->oid, 0,
							object);
		initStringInfo(&text);
		columns = dbmig_read_attr(&scan, tuple, Anum_pg_publication_rel_prattrs,
								  &isnull);
		if (!isnull)
			append_columns(&text, form->prrelid, columns);
		filter =
			dbmig_read_attr_text(&scan, tuple, Anum_pg_publication_rel_prqual);
		if (filter)
		{
			filter = dbmig_deparse_expr(read, filter, form->prrelid);
			if (filter)
				appendStringInfo(&text, "%sWHERE (%s)", text.len > 0 ? " " : "",
								 filter);
			else
				dbmig_read_skip(object, "a row filter needs a locked relation");
		}
		dbmig_object_put(object, "tables", table_name(read, form->prrelid),
						 MemoryContextStrdup(read->context, text.data));
	}
	dbmig_read_end(&scan);
}

/* Reads which schemas are published. */
static void
read_schemas(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, PublicationNamespaceRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_publication_namespace form =
			(Form_pg_publication_namespace) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, PublicationRelationId, form->pnpubid, 0);
		MemoryContext previous;
		List *schemas;

		if (object == NULL)
			continue;
		dbmig_read_register(read, PublicationNamespaceRelationId, form->oid, 0,
							object);
		previous = MemoryContextSwitchTo(read->context);
		schemas = lappend(dbmig_object_list(object, "schemas"),
						  unconstify(char *,
									 dbmig_read_namespace(read, form->pnnspid)));
		list_sort(schemas, compare_text);
		dbmig_object_set_list(object, "schemas", schemas);
		MemoryContextSwitchTo(previous);
	}
	dbmig_read_end(&scan);
}

/* Names the subscriptions of this database. */
static void
read_subscriptions(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, SubscriptionRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_subscription form = (Form_pg_subscription) GETSTRUCT(tuple);
		SchemaObject *object;
		MemoryContext previous;
		List *publications = NIL;
		Datum *names;
		int count;
		bool isnull;
		Datum array;

		if (form->subdbid != MyDatabaseId ||
			!dbmig_read_wanted_global(read, SubscriptionRelationId, form->oid))
			continue;
		array = dbmig_read_attr(&scan, tuple,
								Anum_pg_subscription_subpublications, &isnull);
		previous = MemoryContextSwitchTo(read->context);
		object =
			dbmig_object_add(read->model, KIND_UNMODELLED, NULL, NULL,
							 psprintf("subscription %s",
									  quote_identifier(NameStr(form->subname))),
							 NULL);
		deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false,
						  TYPALIGN_INT, &names, NULL, &count);
		for (int i = 0; i < count; i++)
			publications =
				lappend(publications,
						pstrdup(quote_identifier(TextDatumGetCString(names[i]))));
		list_sort(publications, compare_text);
		dbmig_object_set_list(object, "publications", publications);
		dbmig_object_set_bool(object, "enabled", form->subenabled);
		MemoryContextSwitchTo(previous);
		dbmig_read_register(read, SubscriptionRelationId, form->oid, 0, object);
	}
	dbmig_read_end(&scan);
}

/* Reads publications and names subscriptions. */
void
dbmig_catalog_publications(CatalogRead *read)
{
	if (read_publications(read))
	{
		read_tables(read);
		read_schemas(read);
	}
	read_subscriptions(read);
}
