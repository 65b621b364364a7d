/*
 * operator.c
 *		Reads operators, operator families and operator classes.
 *
 * Which members of a family belong to one of its classes is known to pg_depend
 * alone; the others belong to the family.  An operator that is only named as
 * another's commutator and was never made is no operator.  Takes no locks.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/name.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/read.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

/* Sets a text attribute to OPERATOR(name). */
static void
set_operator(CatalogRead *read, SchemaObject *object, const char *attr,
			 Oid operator)
{
	MemoryContext previous = MemoryContextSwitchTo(read->context);

	if (OidIsValid(operator))
		dbmig_object_set_text(object, attr,
							  psprintf("OPERATOR(%s)",
									   dbmig_name_operator(read, operator)));
	MemoryContextSwitchTo(previous);
}

/* Reads the operators. */
static void
read_operators(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, OperatorRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_operator form = (Form_pg_operator) GETSTRUCT(tuple);
		Oid types[2] = {form->oprleft, form->oprright};
		SchemaObject *object;

		if (!OidIsValid(form->oprcode) ||
			!dbmig_read_wanted(read, OperatorRelationId, form->oid,
							   form->oprnamespace))
			continue;
		object = dbmig_object_add(read->model, KIND_OPERATOR, NULL,
								  dbmig_read_namespace(read, form->oprnamespace),
								  MemoryContextStrdup(read->context,
													  NameStr(form->oprname)),
								  dbmig_name_arguments(read, types, 2));
		dbmig_read_register(read, OperatorRelationId, form->oid, 0, object);
		if (OidIsValid(form->oprleft))
			dbmig_object_set_text(object, "left",
								  dbmig_read_type(read, form->oprleft, -1));
		if (OidIsValid(form->oprright))
			dbmig_object_set_text(object, "right",
								  dbmig_read_type(read, form->oprright, -1));
		dbmig_object_set_text(object, "function",
							  dbmig_name_function(read, form->oprcode));
		set_operator(read, object, "commutator", form->oprcom);
		set_operator(read, object, "negator", form->oprnegate);
		dbmig_object_set_text(object, "restrict",
							  dbmig_name_function(read, form->oprrest));
		dbmig_object_set_text(object, "join",
							  dbmig_name_function(read, form->oprjoin));
		dbmig_object_set_bool(object, "hashes", form->oprcanhash);
		dbmig_object_set_bool(object, "merges", form->oprcanmerge);
		dbmig_read_owner(read, object, form->oprowner);
	}
	dbmig_read_end(&scan);
}

/* Adds an operator family or class: both are known by name and access method. */
static SchemaObject *
add_object(CatalogRead *read, ObjectKind kind, Oid namespace, const char *name,
		   Oid method, Oid owner)
{
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	const char *am = dbmig_name_access_method(read, method);
	SchemaObject *object =
		dbmig_object_add(read->model, kind, NULL,
						 dbmig_read_namespace(read, namespace),
						 pstrdup(quote_identifier(name)),
						 psprintf(" USING %s", am));

	dbmig_object_set_text(object, "method", am);
	dbmig_read_owner(read, object, owner);
	MemoryContextSwitchTo(previous);
	return object;
}

/* Reads the operator families. */
static bool
read_families(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;
	bool found = false;

	dbmig_read_begin(read, &scan, OperatorFamilyRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_opfamily form = (Form_pg_opfamily) GETSTRUCT(tuple);

		if (!dbmig_read_wanted(read, OperatorFamilyRelationId, form->oid,
							   form->opfnamespace))
			continue;
		found = true;
		dbmig_read_register(read, OperatorFamilyRelationId, form->oid, 0,
							add_object(read, KIND_OPERATOR_FAMILY,
									   form->opfnamespace, NameStr(form->opfname),
									   form->opfmethod, form->opfowner));
	}
	dbmig_read_end(&scan);
	return found;
}

/* Reads the operator classes. */
static bool
read_classes(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;
	bool found = false;

	dbmig_read_begin(read, &scan, OperatorClassRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_opclass form = (Form_pg_opclass) GETSTRUCT(tuple);
		SchemaObject *object;

		if (!dbmig_read_wanted(read, OperatorClassRelationId, form->oid,
							   form->opcnamespace))
			continue;
		found = true;
		object =
			add_object(read, KIND_OPERATOR_CLASS, form->opcnamespace,
					   NameStr(form->opcname), form->opcmethod, form->opcowner);
		dbmig_read_register(read, OperatorClassRelationId, form->oid, 0, object);
		dbmig_object_set_text(object, "type",
							  dbmig_read_type(read, form->opcintype, -1));
		dbmig_object_set_bool(object, "default", form->opcdefault);
		dbmig_object_set_text(object, "family",
							  dbmig_name_operator_family(read, form->opcfamily));
		if (OidIsValid(form->opckeytype))
			dbmig_object_set_text(object, "storage",
								  dbmig_read_type(read, form->opckeytype, -1));
	}
	dbmig_read_end(&scan);
	return found;
}

/* Registers the members of this catalog as the class or family they belong to. */
static void
register_members(CatalogRead *read, Oid catalog)
{
	CatalogScan scan;
	ScanKeyData key;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(catalog));
	scan.relation = table_open(DependRelationId, AccessShareLock);
	scan.scan = systable_beginscan(scan.relation, DependDependerIndexId, true,
								   read->snapshot, 1, &key);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		SchemaObject *object;

		if (form->refclassid != OperatorClassRelationId &&
			form->refclassid != OperatorFamilyRelationId)
			continue;
		/* an operator for ordering names another family as well */
		if (form->deptype == DEPENDENCY_NORMAL)
			continue;
		object =
			dbmig_read_registered(read, form->refclassid, form->refobjid, 0);
		if (object)
			dbmig_read_register(read, form->classid, form->objid, 0, object);
	}
	dbmig_read_end(&scan);
}

/* Adds an entry to the members of a class or family. */
static void
put_member(CatalogRead *read, SchemaObject *object, const char *what,
		   int number, Oid left, Oid right, const char *member)
{
	Oid types[2] = {left, right};
	MemoryContext previous = MemoryContextSwitchTo(read->context);

	dbmig_object_put(object, "members",
					 psprintf("%s %d %s", what, number,
							  dbmig_name_arguments(read, types, 2)),
					 member);
	MemoryContextSwitchTo(previous);
}

/* Reads which operators are members. */
static void
read_member_operators(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	register_members(read, AccessMethodOperatorRelationId);
	dbmig_read_begin(read, &scan, AccessMethodOperatorRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_amop form = (Form_pg_amop) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, AccessMethodOperatorRelationId,
								  form->oid, 0);
		const char *member;

		if (object == NULL)
			continue;
		member = dbmig_name_operator_signature(read, form->amopopr);
		if (form->amoppurpose == AMOP_ORDER)
		{
			MemoryContext previous = MemoryContextSwitchTo(read->context);

			member =
				psprintf("%s FOR ORDER BY %s", member,
						 dbmig_name_operator_family(read, form->amopsortfamily));
			MemoryContextSwitchTo(previous);
		}
		put_member(read, object, "OPERATOR", form->amopstrategy,
				   form->amoplefttype, form->amoprighttype, member);
	}
	dbmig_read_end(&scan);
}

/* Reads which functions are members. */
static void
read_member_functions(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	register_members(read, AccessMethodProcedureRelationId);
	dbmig_read_begin(read, &scan, AccessMethodProcedureRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_amproc form = (Form_pg_amproc) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, AccessMethodProcedureRelationId,
								  form->oid, 0);

		if (object)
			put_member(read, object, "FUNCTION", form->amprocnum,
					   form->amproclefttype, form->amprocrighttype,
					   dbmig_name_signature(read, form->amproc));
	}
	dbmig_read_end(&scan);
}

/* Reads operators, families and classes. */
void
dbmig_catalog_operators(CatalogRead *read)
{
	bool families;
	bool classes;

	read_operators(read);
	families = read_families(read);
	classes = read_classes(read);
	if (!families && !classes)
		return;
	read_member_operators(read);
	read_member_functions(read);
}
