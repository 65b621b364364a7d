/*
 * default_privileges.c
 *		Reads default privileges, one object for each role, schema and kind of
 *		object.
 *
 * An entry for a whole database holds everything that a new object gets,
 * the owner's rights and PUBLIC's included; an entry for a schema holds what
 * comes on top.  The owner's rights are only told where they are not all there
 * are, since which those are depends on the server.  Takes no locks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_namespace.h"
#include "catalog/read.h"
#include "utils/acl.h"
#include "utils/builtins.h"

/* A kind of object that default privileges are for. */
typedef struct DefaultKind
{
	char code;		  /* in pg_default_acl */
	ObjectType type;  /* whose defaults these are */
	const char *name; /* in ALTER DEFAULT PRIVILEGES … ON */
} DefaultKind;

static const DefaultKind default_kinds[] =
	{{DEFACLOBJ_RELATION, OBJECT_TABLE, "TABLES"},
	 {DEFACLOBJ_SEQUENCE, OBJECT_SEQUENCE, "SEQUENCES"},
	 {DEFACLOBJ_FUNCTION, OBJECT_FUNCTION, "FUNCTIONS"},
	 {DEFACLOBJ_TYPE, OBJECT_TYPE, "TYPES"},
	 {DEFACLOBJ_NAMESPACE, OBJECT_SCHEMA, "SCHEMAS"},
	 {DBMIG_DEFACLOBJ_LARGEOBJECT, OBJECT_LARGEOBJECT, "LARGE OBJECTS"}};

/* Finds a kind of object; NULL for one that this server has and we do not know. */
static const DefaultKind *
find_kind(char code)
{
	for (int i = 0; i < lengthof(default_kinds); i++)
		if (default_kinds[i].code == code)
			return &default_kinds[i];
	return NULL;
}

/* Returns what the owner himself gets. */
static AclMode
owner_rights(Acl *acl, Oid owner)
{
	AclMode rights = 0;

	for (int i = 0; i < ACL_NUM(acl); i++)
		if (ACL_DAT(acl)[i].ai_grantee == owner)
			rights |= ACLITEM_GET_PRIVS(ACL_DAT(acl)[i]);
	return rights;
}

/* Sets "privileges", a map from role to rights. */
static void
read_acl(CatalogRead *read, SchemaObject *object, const DefaultKind *kind,
		 Acl *acl, Oid role, bool global)
{
	bool own = false;

	if (global)
		own = owner_rights(acl, role) !=
			  owner_rights(acldefault(kind->type, role), role);
	dbmig_object_set_empty_map(object, "privileges");
	dbmig_read_acl(read, object, "privileges", acl, role, !global || own);
	if (own && owner_rights(acl, role) == 0)
		dbmig_object_put(object, "privileges", dbmig_read_role(read, role), "");
}

/* Reads all default privileges. */
void
dbmig_catalog_default_privileges(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, DefaultAclRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_default_acl form = (Form_pg_default_acl) GETSTRUCT(tuple);
		const DefaultKind *kind = find_kind(form->defaclobjtype);
		bool global = !OidIsValid(form->defaclnamespace);
		const char *role;
		const char *schema;
		SchemaObject *object;
		MemoryContext previous;
		Datum acl;
		bool isnull;

		if (global ? !dbmig_read_wanted_global(read, DefaultAclRelationId,
											   form->oid) :
					 !dbmig_read_wanted(read, DefaultAclRelationId, form->oid,
										form->defaclnamespace))
			continue;
		role = dbmig_read_role(read, form->defaclrole);
		schema =
			global ? NULL : dbmig_read_namespace(read, form->defaclnamespace);
		previous = MemoryContextSwitchTo(read->context);
		object =
			dbmig_object_add(read->model,
							 kind ? KIND_DEFAULT_PRIVILEGES : KIND_UNMODELLED,
							 NULL, NULL,
							 psprintf("%s%s%s%s ON %s",
									  kind ? "" : "default privileges ", role,
									  schema ? " IN SCHEMA " : "",
									  schema ? schema : "",
									  kind ? kind->name : "objects unknown"),
							 NULL);
		MemoryContextSwitchTo(previous);
		dbmig_read_register(read, DefaultAclRelationId, form->oid, 0, object);
		if (kind == NULL)
			continue;
		dbmig_object_set_text(object, "role", role);
		dbmig_object_set_text(object, "schema", schema);
		dbmig_object_set_text(object, "objects", kind->name);
		acl = dbmig_read_attr(&scan, tuple, Anum_pg_default_acl_defaclacl,
							  &isnull);
		if (!isnull)
			read_acl(read, object, kind, DatumGetAclP(acl), form->defaclrole,
					 global);
	}
	dbmig_read_end(&scan);
}
