/*
 * snapshot.c
 *		dbmig.schema_snapshot(): the schema of this database as jsonb.
 *
 * Reads catalogs only.  No relation of a user is locked, so it never waits.
 */
#include "postgres.h"

#include "base/settings.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "fmgr.h"
#include "schema/document.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(dbmig_schema_snapshot);

/* Reads the current database. */
SchemaModel *
dbmig_schema_current(List *schema_names, MemoryContext context)
{
	return dbmig_catalog_read(schema_names, dbmig_setting_schema_privileges,
							  context);
}

/* Returns the names in an array of schemas, which must exist; NIL for NULL. */
List *
dbmig_schemas_argument(FunctionCallInfo fcinfo, int argno)
{
	Datum *elements;
	bool *nulls;
	int count;
	List *names = NIL;

	if (PG_ARGISNULL(argno))
		return NIL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		char *name;

		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("schemas must not contain NULL")));
		name = TextDatumGetCString(elements[i]);
		if (!OidIsValid(get_namespace_oid(name, true)))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_SCHEMA),
					 errmsg("schema \"%s\" does not exist", name),
					 errhint("Names of schemas are given as they are, without "
							 "quotes; \\dn lists them.")));
		names = lappend(names, name);
	}
	if (names == NIL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("schemas must not be empty"),
						errhint("Leave the argument out for all schemas.")));
	return names;
}

/* SQL: schema_snapshot(schemas text[]) returns jsonb */
Datum
dbmig_schema_snapshot(PG_FUNCTION_ARGS)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig snapshot",
							  ALLOCSET_DEFAULT_SIZES);
	SchemaModel *model =
		dbmig_schema_current(dbmig_schemas_argument(fcinfo, 0), context);
	Jsonb *document = dbmig_document_write(model);

	MemoryContextDelete(context);
	PG_RETURN_JSONB_P(document);
}
