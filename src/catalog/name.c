/*
 * name.c
 *		Names of objects as DDL must spell them, with their schema.
 *
 * The server's own regxxxout() functions leave the schema out where the
 * search_path finds the object, and pg_catalog is always found; a statement
 * that is to run under any search_path needs it nevertheless.  Looks into the
 * syscaches only, and takes no locks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/name.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* Finds a row by OID, which must be there. */
static HeapTuple
find_row(int cache, Oid oid)
{
	HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for object %u", oid);
	return tuple;
}

/* Returns the name of a collation. */
const char *
dbmig_name_collation(CatalogRead *read, Oid collation)
{
	HeapTuple tuple;
	Form_pg_collation form;
	const char *name;

	if (!OidIsValid(collation))
		return NULL;
	tuple = find_row(COLLOID, collation);
	form = (Form_pg_collation) GETSTRUCT(tuple);
	name = dbmig_read_qualified(read, form->collnamespace,
								NameStr(form->collname));
	ReleaseSysCache(tuple);
	return name;
}

/* Returns the name of an operator class. */
const char *
dbmig_name_operator_class(CatalogRead *read, Oid opclass)
{
	HeapTuple tuple;
	Form_pg_opclass form;
	const char *name;

	if (!OidIsValid(opclass))
		return NULL;
	tuple = find_row(CLAOID, opclass);
	form = (Form_pg_opclass) GETSTRUCT(tuple);
	name =
		dbmig_read_qualified(read, form->opcnamespace, NameStr(form->opcname));
	ReleaseSysCache(tuple);
	return name;
}

/* Returns the name of an operator family. */
const char *
dbmig_name_operator_family(CatalogRead *read, Oid opfamily)
{
	HeapTuple tuple;
	Form_pg_opfamily form;
	const char *name;

	if (!OidIsValid(opfamily))
		return NULL;
	tuple = find_row(OPFAMILYOID, opfamily);
	form = (Form_pg_opfamily) GETSTRUCT(tuple);
	name =
		dbmig_read_qualified(read, form->opfnamespace, NameStr(form->opfname));
	ReleaseSysCache(tuple);
	return name;
}

/* Returns a list of types with parentheses; NONE where there is none. */
const char *
dbmig_name_arguments(CatalogRead *read, const Oid *types, int count)
{
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoChar(&text, '(');
	for (int i = 0; i < count; i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "",
						 OidIsValid(types[i]) ?
							 dbmig_read_type(read, types[i], -1) :
							 "NONE");
	appendStringInfoChar(&text, ')');
	MemoryContextSwitchTo(previous);
	return text.data;
}

/* Returns two strings as one in read->context. */
static const char *
join(CatalogRead *read, const char *a, const char *b)
{
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	char *result = psprintf("%s%s", a, b);

	MemoryContextSwitchTo(previous);
	return result;
}

/* Returns the name of a function without or with its arguments. */
static const char *
name_function(CatalogRead *read, Oid function, bool arguments)
{
	HeapTuple tuple;
	Form_pg_proc form;
	const char *name;

	if (!OidIsValid(function))
		return NULL;
	tuple = find_row(PROCOID, function);
	form = (Form_pg_proc) GETSTRUCT(tuple);
	name =
		dbmig_read_qualified(read, form->pronamespace, NameStr(form->proname));
	if (arguments)
		name = join(read, name,
					dbmig_name_arguments(read, form->proargtypes.values,
										 form->proargtypes.dim1));
	ReleaseSysCache(tuple);
	return name;
}

/* Returns the name of a function without its arguments. */
const char *
dbmig_name_function(CatalogRead *read, Oid function)
{
	return name_function(read, function, false);
}

/* Returns the name of a function with its arguments. */
const char *
dbmig_name_signature(CatalogRead *read, Oid function)
{
	return name_function(read, function, true);
}

/* Returns the name of an operator without or with its arguments. */
static const char *
name_operator(CatalogRead *read, Oid operator, bool arguments)
{
	HeapTuple tuple;
	Form_pg_operator form;
	const char *name;

	if (!OidIsValid(operator))
		return NULL;
	tuple = find_row(OPEROID, operator);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	name = join(read, dbmig_read_namespace(read, form->oprnamespace), ".");
	name = join(read, name, NameStr(form->oprname));
	if (arguments)
	{
		Oid types[2] = {form->oprleft, form->oprright};

		name = join(read, name, dbmig_name_arguments(read, types, 2));
	}
	ReleaseSysCache(tuple);
	return name;
}

/* Returns the name of an operator without its arguments. */
const char *
dbmig_name_operator(CatalogRead *read, Oid operator)
{
	return name_operator(read, operator, false);
}

/* Returns the name of an operator with its arguments. */
const char *
dbmig_name_operator_signature(CatalogRead *read, Oid operator)
{
	return name_operator(read, operator, true);
}

/* Returns the name of an access method. */
const char *
dbmig_name_access_method(CatalogRead *read, Oid am)
{
	HeapTuple tuple;
	const char *name;

	if (!OidIsValid(am))
		return NULL;
	tuple = find_row(AMOID, am);
	name = MemoryContextStrdup(read->context,
							   quote_identifier(NameStr(((Form_pg_am)
															 GETSTRUCT(tuple))
															->amname)));
	ReleaseSysCache(tuple);
	return name;
}
