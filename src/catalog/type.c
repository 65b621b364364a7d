/*
 * type.c
 *		Reads the types that users make: enums, domains, composite and range
 *		types.
 *
 * pg_type holds a row and an array for every table as well, so which composite
 * types stand alone is taken from one scan of pg_class, not from a look-up for
 * each.  Array types, multirange types and the functions and casts that the
 * server makes with a range are registered as their type, so that whatever uses
 * them depends on it.  Base types need functions in C: they are named, not
 * described.  Takes no locks on anything of a user.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/name.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_range.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"

/* A composite type that stands alone. */
typedef struct CompositeEntry
{
	Oid type; /* key */
	Oid relid;
} CompositeEntry;

/* Collects the composite types that are not the row of a table. */
static HTAB *
find_composites(CatalogRead *read)
{
	HASHCTL ctl = {0};
	HTAB *composites;
	CatalogScan scan;
	HeapTuple tuple;

	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(CompositeEntry);
	ctl.hcxt = CurrentMemoryContext;
	composites = hash_create("dbmig composite types", 64, &ctl,
							 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	dbmig_read_begin(read, &scan, RelationRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		if (form->relkind == RELKIND_COMPOSITE_TYPE)
		{
			CompositeEntry *entry =
				hash_search(composites, &form->reltype, HASH_ENTER, NULL);

			entry->relid = form->oid;
		}
	}
	dbmig_read_end(&scan);
	return composites;
}

/* Begins a scan through an index; count is 0 or 1 keys. */
static void
begin_indexed(CatalogRead *read, CatalogScan *scan, Oid catalog, Oid index,
			  int count, ScanKey keys)
{
	scan->relation = table_open(catalog, AccessShareLock);
	scan->scan = systable_beginscan(scan->relation, index, true, read->snapshot,
									count, keys);
}

/* Reads the attributes of a composite type. */
static void
read_attributes(CatalogRead *read, SchemaObject *composite, Oid relid)
{
	CatalogScan scan;
	ScanKeyData keys[2];
	HeapTuple tuple;
	int position = 0;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTGreaterStrategyNumber,
				F_INT2GT, Int16GetDatum(0));
	begin_indexed(read, &scan, AttributeRelationId, AttributeRelidNumIndexId, 2,
				  keys);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
		SchemaObject *object;
		MemoryContext previous;

		if (form->attisdropped)
			continue;
		previous = MemoryContextSwitchTo(read->context);
		object =
			dbmig_object_add(read->model, KIND_ATTRIBUTE, composite, NULL,
							 pstrdup(quote_identifier(NameStr(form->attname))),
							 NULL);
		dbmig_read_register(read, RelationRelationId, relid, form->attnum,
							object);
		dbmig_object_set_int(object, "position", ++position);
		dbmig_object_set_text(object, "type",
							  dbmig_read_type(read, form->atttypid,
											  form->atttypmod));
		if (form->attcollation != get_typcollation(form->atttypid))
			dbmig_object_set_text(object, "collation",
								  dbmig_name_collation(read, form->attcollation));
		MemoryContextSwitchTo(previous);
	}
	dbmig_read_end(&scan);
}

/* Sets the attributes of a domain that are in pg_type. */
static void
read_domain(CatalogRead *read, CatalogScan *scan, HeapTuple tuple,
			SchemaObject *object)
{
	Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
	char *default_tree =
		dbmig_read_attr_text(scan, tuple, Anum_pg_type_typdefaultbin);

	dbmig_object_set_text(object, "type",
						  dbmig_read_type(read, form->typbasetype,
										  form->typtypmod));
	if (form->typcollation != get_typcollation(form->typbasetype))
		dbmig_object_set_text(object, "collation",
							  dbmig_name_collation(read, form->typcollation));
	dbmig_object_set_bool(object, "not_null", form->typnotnull);
	if (default_tree)
	{
		char *text = dbmig_deparse_expr(read, default_tree, InvalidOid);

		if (text)
			dbmig_object_set_text(object, "default",
								  MemoryContextStrdup(read->context, text));
		else
			dbmig_read_skip(object, "its default needs a locked relation");
	}
}

/* Names a type that cannot be made without functions in C. */
static SchemaObject *
add_unmodelled(CatalogRead *read, Form_pg_type form)
{
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	const char *what = form->typisdefined ? "base type" : "shell type";
	SchemaObject *object =
		dbmig_object_add(read->model, KIND_UNMODELLED, NULL, NULL,
						 psprintf("%s %s", what,
								  dbmig_read_qualified(read, form->typnamespace,
													   NameStr(form->typname))),
						 NULL);

	MemoryContextSwitchTo(previous);
	if (form->typisdefined)
	{
		dbmig_object_set_text(object, "input",
							  dbmig_name_signature(read, form->typinput));
		dbmig_object_set_text(object, "output",
							  dbmig_name_signature(read, form->typoutput));
		dbmig_object_set_int(object, "length", form->typlen);
		dbmig_object_set_bool(object, "passed_by_value", form->typbyval);
	}
	return object;
}

/* Which kind is this type, if it is one that a user makes? */
static ObjectKind
kind_of(Form_pg_type form)
{
	switch (form->typtype)
	{
		case TYPTYPE_ENUM:
			return KIND_ENUM;
		case TYPTYPE_DOMAIN:
			return KIND_DOMAIN;
		case TYPTYPE_COMPOSITE:
			return KIND_COMPOSITE;
		case TYPTYPE_RANGE:
			return KIND_RANGE;
		case TYPTYPE_MULTIRANGE:
			return KIND_NONE;
		default:
			return form->typsubscript == F_ARRAY_SUBSCRIPT_HANDLER &&
						   OidIsValid(form->typelem) ?
					   KIND_NONE :
					   KIND_UNMODELLED;
	}
}

/* Reads pg_type. */
static void
read_types(CatalogRead *read, HTAB *composites)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, TypeRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
		ObjectKind kind = kind_of(form);
		CompositeEntry *composite = NULL;
		SchemaObject *object;
		Datum acl;
		bool isnull;

		if (kind == KIND_NONE)
			continue;
		if (kind == KIND_COMPOSITE)
		{
			composite = hash_search(composites, &form->oid, HASH_FIND, NULL);
			if (composite == NULL)
				continue;
		}
		if (!dbmig_read_wanted(read, TypeRelationId, form->oid,
							   form->typnamespace))
			continue;
		if (kind == KIND_UNMODELLED)
			object = add_unmodelled(read, form);
		else
		{
			MemoryContext previous = MemoryContextSwitchTo(read->context);
			const char *name = pstrdup(quote_identifier(NameStr(form->typname)));

			MemoryContextSwitchTo(previous);
			object =
				dbmig_object_add(read->model, kind, NULL,
								 dbmig_read_namespace(read, form->typnamespace),
								 name, NULL);
		}
		dbmig_read_register(read, TypeRelationId, form->oid, 0, object);
		if (OidIsValid(form->typarray))
			dbmig_read_register(read, TypeRelationId, form->typarray, 0, object);
		acl = dbmig_read_attr(&scan, tuple, Anum_pg_type_typacl, &isnull);
		dbmig_read_privileges(read, object, OBJECT_TYPE, form->typowner, acl,
							  isnull);
		if (kind == KIND_DOMAIN)
			read_domain(read, &scan, tuple, object);
		else if (kind == KIND_COMPOSITE)
		{
			dbmig_read_register(read, RelationRelationId, composite->relid, 0,
								object);
			read_attributes(read, object, composite->relid);
		}
	}
	dbmig_read_end(&scan);
}

/* Reads the values of enums, in their order. */
static void
read_enum_values(CatalogRead *read)
{
	Relation pg_enum = table_open(EnumRelationId, AccessShareLock);
	Relation index = index_open(EnumTypIdSortOrderIndexId, AccessShareLock);
	SysScanDesc scan =
		systable_beginscan_ordered(pg_enum, index, read->snapshot, 0, NULL);
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	SchemaObject *object = NULL;
	List *values = NIL;
	Oid type = InvalidOid;
	HeapTuple tuple;

	while ((tuple = systable_getnext_ordered(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_enum form = (Form_pg_enum) GETSTRUCT(tuple);

		CHECK_FOR_INTERRUPTS();
		if (form->enumtypid != type)
		{
			if (object)
				dbmig_object_set_list(object, "values", values);
			type = form->enumtypid;
			values = NIL;
			object = dbmig_read_registered(read, TypeRelationId, type, 0);
		}
		if (object)
			values = lappend(values, pstrdup(NameStr(form->enumlabel)));
	}
	if (object)
		dbmig_object_set_list(object, "values", values);
	MemoryContextSwitchTo(previous);
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(pg_enum, AccessShareLock);
}

/* Registers the functions that the server made with a range. */
static void
register_constructors(CatalogRead *read, SchemaObject *object, Oid type)
{
	CatalogScan scan;
	ScanKeyData keys[2];
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(TypeRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(type));
	begin_indexed(read, &scan, DependRelationId, DependReferenceIndexId, 2,
				  keys);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->deptype == DEPENDENCY_INTERNAL &&
			(form->classid == ProcedureRelationId ||
			 form->classid == CastRelationId))
			dbmig_read_register(read, form->classid, form->objid, 0, object);
	}
	dbmig_read_end(&scan);
}

/* Reads what pg_range says of ranges. */
static void
read_ranges(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, RangeRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_range form = (Form_pg_range) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, TypeRelationId, form->rngtypid, 0);
		Oid array = get_array_type(form->rngmultitypid);

		if (object == NULL)
			continue;
		dbmig_read_register(read, TypeRelationId, form->rngmultitypid, 0,
							object);
		if (OidIsValid(array))
			dbmig_read_register(read, TypeRelationId, array, 0, object);
		register_constructors(read, object, form->rngtypid);
		register_constructors(read, object, form->rngmultitypid);
		dbmig_object_set_text(object, "subtype",
							  dbmig_read_type(read, form->rngsubtype, -1));
		if (form->rngcollation != get_typcollation(form->rngsubtype))
			dbmig_object_set_text(object, "collation",
								  dbmig_name_collation(read, form->rngcollation));
		if (form->rngsubopc != GetDefaultOpClass(form->rngsubtype, BTREE_AM_OID))
			dbmig_object_set_text(object, "operator_class",
								  dbmig_name_operator_class(read,
															form->rngsubopc));
		dbmig_object_set_text(object, "canonical",
							  dbmig_name_function(read, form->rngcanonical));
		dbmig_object_set_text(object, "subtype_diff",
							  dbmig_name_function(read, form->rngsubdiff));
		dbmig_object_set_text(object, "multirange",
							  dbmig_read_type(read, form->rngmultitypid, -1));
	}
	dbmig_read_end(&scan);
}

/* Reads the checks of domains.  NOT NULL is the domain's own attribute. */
static void
read_domain_constraints(CatalogRead *read)
{
	CatalogScan scan;
	ScanKeyData key;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_constraint_contypid, BTGreaterStrategyNumber,
				F_OIDGT, ObjectIdGetDatum(InvalidOid));
	begin_indexed(read, &scan, ConstraintRelationId, ConstraintTypidIndexId, 1,
				  &key);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		SchemaObject *domain;
		SchemaObject *object;
		MemoryContext previous;
		char *text;

		if (form->contype != CONSTRAINT_CHECK)
			continue;
		domain = dbmig_read_registered(read, TypeRelationId, form->contypid, 0);
		if (domain == NULL)
			continue;
		text =
			dbmig_deparse_expr(read,
							   dbmig_read_attr_text(&scan, tuple,
													Anum_pg_constraint_conbin),
							   InvalidOid);
		previous = MemoryContextSwitchTo(read->context);
		object =
			dbmig_object_add(read->model, KIND_DOMAIN_CONSTRAINT, domain, NULL,
							 pstrdup(quote_identifier(NameStr(form->conname))),
							 NULL);
		dbmig_read_register(read, ConstraintRelationId, form->oid, 0, object);
		if (text)
			dbmig_object_set_text(object, "definition",
								  psprintf("CHECK (%s)", text));
		else
			dbmig_read_skip(object, "its check needs a locked relation");
		dbmig_object_set_bool(object, "not_valid", !form->convalidated);
		MemoryContextSwitchTo(previous);
	}
	dbmig_read_end(&scan);
}

/* Reads all types that users make. */
void
dbmig_catalog_types(CatalogRead *read)
{
	read_types(read, find_composites(read));
	read_enum_values(read);
	read_ranges(read);
	read_domain_constraints(read);
}
