/*
 * read.c
 *		Reading a whole schema from the catalogs into a model.
 *
 * The readers of the single catalogs run one after the other, each with one
 * scan, all under one snapshot; what they found is known by OID here.  Then one
 * scan of pg_depend gives every object what it needs, one of pg_description its
 * comment.  No relation of a user is locked or opened.  The server's own
 * deparsing looks at the newest catalogs, not at our snapshot: where an object
 * vanishes in between, the whole reading is done again.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "base/compat.h"
#include "base/error.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_database.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_description.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#define READ_ATTEMPTS 5

/* A schema. */
typedef struct NamespaceEntry
{
	Oid oid; /* key */
	bool wanted;
	const char *name; /* quoted */
} NamespaceEntry;

/* A member of an extension. */
typedef struct MemberEntry
{
	uint64 key; /* class and oid */
	Oid extension;
	char status; /* the hash table's */
} MemberEntry;

/*
 * The two tables that every row of pg_depend is looked up in are of the inlined
 * kind, which is several times as fast as the other.
 */
#define SH_PREFIX		registry
#define SH_ELEMENT_TYPE Registered
#define SH_KEY_TYPE		RegisteredKey
#define SH_KEY			key
#define SH_HASH_KEY(t, k)                         \
	(murmurhash32((k).objid) ^ (k).classid * 31 ^ \
	 (uint32) (k).subid * 0x9e3779b9U)
#define SH_EQUAL(t, a, b)                                    \
	((a).objid == (b).objid && (a).classid == (b).classid && \
	 (a).subid == (b).subid)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define SH_PREFIX		  member
#define SH_ELEMENT_TYPE	  MemberEntry
#define SH_KEY_TYPE		  uint64
#define SH_KEY			  key
#define SH_HASH_KEY(t, k) (murmurhash32((uint32) (k)) ^ (uint32) ((k) >> 32))
#define SH_EQUAL(t, a, b) ((a) == (b))
#define SH_SCOPE		  static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* A name of a type. */
typedef struct TypeEntry
{
	Oid type; /* key, two parts */
	int32 typmod;
	const char *name;
} TypeEntry;

/* A name of a role. */
typedef struct RoleEntry
{
	Oid role; /* key */
	const char *name;
} RoleEntry;

/* A reading that may have to be done again. */
typedef struct ReadAttempt
{
	List *schema_names;
	bool privileges;
	bool globals; /* also what lives in no schema */
	bool by_user; /* what the caller has just made, and owns */
	List *hidden; /* of ObjectAddress *: not to be read */
	MemoryContext context;
	SchemaModel *model; /* result */
} ReadAttempt;

/* Begins the scan of a catalog. */
void
dbmig_read_begin(CatalogRead *read, CatalogScan *scan, Oid catalog)
{
	scan->relation = table_open(catalog, AccessShareLock);
	scan->scan = systable_beginscan(scan->relation, InvalidOid, false,
									read->snapshot, 0, NULL);
}

/* Returns the next row; NULL at the end. */
HeapTuple
dbmig_read_next(CatalogScan *scan)
{
	CHECK_FOR_INTERRUPTS();
	return systable_getnext(scan->scan);
}

/* Ends the scan. */
void
dbmig_read_end(CatalogScan *scan)
{
	systable_endscan(scan->scan);
	table_close(scan->relation, AccessShareLock);
}

/* Returns a column of a row. */
Datum
dbmig_read_attr(CatalogScan *scan, HeapTuple tuple, int attnum, bool *isnull)
{
	return heap_getattr(tuple, attnum, RelationGetDescr(scan->relation), isnull);
}

/* Returns a column of type text or pg_node_tree; NULL if it is null. */
char *
dbmig_read_attr_text(CatalogScan *scan, HeapTuple tuple, int attnum)
{
	bool isnull;
	Datum value = dbmig_read_attr(scan, tuple, attnum, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* Makes a hash table whose keys are the first bytes of its entries. */
static HTAB *
make_table(CatalogRead *read, const char *name, Size keysize, Size entrysize,
		   long size)
{
	HASHCTL ctl = {0};

	ctl.keysize = keysize;
	ctl.entrysize = entrysize;
	ctl.hcxt = read->scratch;
	return hash_create(name, size, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Copies a string into the results. */
static char *
keep(CatalogRead *read, const char *text)
{
	return MemoryContextStrdup(read->context, text);
}

/* Is this a schema of the system, of a session, or ours? */
static bool
is_system_schema(const char *name)
{
	return strncmp(name, "pg_", 3) == 0 ||
		   strcmp(name, "information_schema") == 0 || strcmp(name, "dbmig") == 0;
}

/* Reads the names of all schemas. */
static void
read_namespaces(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, NamespaceRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_namespace form = (Form_pg_namespace) GETSTRUCT(tuple);
		const char *name = NameStr(form->nspname);
		NamespaceEntry *entry =
			hash_search(read->namespaces, &form->oid, HASH_ENTER, NULL);
		ListCell *cell;

		entry->name = keep(read, quote_identifier(name));
		entry->wanted = !is_system_schema(name);
		if (!entry->wanted || read->schema_names == NIL)
			continue;
		entry->wanted = false;
		foreach(cell, read->schema_names)
			if (strcmp(lfirst(cell), name) == 0)
				entry->wanted = true;
	}
	dbmig_read_end(&scan);
}

/* Returns the key of an object among the members of extensions. */
static uint64
member_key(Oid classid, Oid objid)
{
	return (uint64) classid << 32 | objid;
}

/* Reads what belongs to extensions. */
static void
read_members(CatalogRead *read)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ExtensionRelationId));
	scan = systable_beginscan(depend, DependReferenceIndexId, true,
							  read->snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		MemberEntry *entry;
		bool found;

		if (form->deptype != DEPENDENCY_EXTENSION)
			continue;
		entry = member_insert(read->members,
							  member_key(form->classid, form->objid), &found);
		entry->extension = form->refobjid;
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* Hides objects, as if they belonged to an extension that is not there. */
static void
hide_objects(CatalogRead *read, List *hidden)
{
	ListCell *cell;

	foreach(cell, hidden)
	{
		const ObjectAddress *address = lfirst(cell);
		bool found;
		MemberEntry *entry =
			member_insert(read->members,
						  member_key(address->classId, address->objectId),
						  &found);

		if (!found)
			entry->extension = FirstNormalObjectId - 1;
	}
}

/* Finds the extension that an object belongs to; InvalidOid if there is none. */
static Oid
member_of(CatalogRead *read, Oid classid, Oid objid)
{
	MemberEntry *entry =
		member_lookup(read->members, member_key(classid, objid));

	return entry ? entry->extension : InvalidOid;
}

/* Is an object in this schema to be read? */
bool
dbmig_read_wanted(CatalogRead *read, Oid classid, Oid objid, Oid namespace)
{
	NamespaceEntry *entry =
		hash_search(read->namespaces, &namespace, HASH_FIND, NULL);

	return entry && entry->wanted &&
		   !OidIsValid(member_of(read, classid, objid));
}

/*
 * The same for an object that lives in no schema.  Where the reading is limited
 * to some schemas there are none, unless they are asked for.
 */
bool
dbmig_read_wanted_global(CatalogRead *read, Oid classid, Oid objid)
{
	return read->globals && objid >= FirstNormalObjectId &&
		   !OidIsValid(member_of(read, classid, objid));
}

/* Notes which object, or which part of it, a row of a catalog is. */
static void
add_registered(CatalogRead *read, Oid classid, Oid objid, int32 subid,
			   SchemaObject *object, char part)
{
	RegisteredKey key = {classid, objid, subid};
	bool found;
	Registered *entry = registry_insert(read->registered, key, &found);

	entry->object = object;
	entry->part = part;
}

/* Notes which object a row of a catalog is a part of. */
void
dbmig_read_register_part(CatalogRead *read, Oid classid, Oid objid,
						 SchemaObject *object, char part)
{
	add_registered(read, classid, objid, 0, object, part);
}

/* Notes which object a row of a catalog is. */
void
dbmig_read_register(CatalogRead *read, Oid classid, Oid objid, int32 subid,
					SchemaObject *object)
{
	add_registered(read, classid, objid, subid, object, 0);
}

/* Finds what was registered; NULL if nothing was. */
static Registered *
find_registered(CatalogRead *read, Oid classid, Oid objid, int32 subid)
{
	RegisteredKey key = {classid, objid, subid};

	return registry_lookup(read->registered, key);
}

/* Returns the object of a row; NULL if none was registered. */
SchemaObject *
dbmig_read_registered(CatalogRead *read, Oid classid, Oid objid, int32 subid)
{
	Registered *entry = find_registered(read, classid, objid, subid);

	return entry ? entry->object : NULL;
}

/* Returns the quoted name of a schema. */
const char *
dbmig_read_namespace(CatalogRead *read, Oid namespace)
{
	NamespaceEntry *entry =
		hash_search(read->namespaces, &namespace, HASH_FIND, NULL);

	if (entry == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("schema with OID %u does not exist", namespace)));
	return entry->name;
}

/* Returns schema.name for an unquoted name. */
const char *
dbmig_read_qualified(CatalogRead *read, Oid namespace, const char *name)
{
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	char *result = psprintf("%s.%s", dbmig_read_namespace(read, namespace),
							quote_identifier(name));

	MemoryContextSwitchTo(previous);
	return result;
}

/* Returns the quoted name of a role; PUBLIC for nobody in particular. */
const char *
dbmig_read_role(CatalogRead *read, Oid role)
{
	bool found;
	RoleEntry *entry;

	if (!OidIsValid(role))
		return "PUBLIC";
	entry = hash_search(read->roles, &role, HASH_ENTER, &found);
	if (!found)
	{
		char *name = GetUserNameFromId(role, true);

		entry->name = name ? keep(read, quote_identifier(name)) :
							 keep(read, psprintf("%u", role));
	}
	return entry->name;
}

/* Returns the name of a type as DDL would spell it. */
const char *
dbmig_read_type(CatalogRead *read, Oid type, int32 typmod)
{
	struct
	{
		Oid type;
		int32 typmod;
	} key = {type, typmod};
	bool found;
	TypeEntry *entry = hash_search(read->types, &key, HASH_ENTER, &found);

	if (!found)
	{
		entry->name = "?";
		entry->name =
			keep(read,
				 format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN));
	}
	return entry->name;
}

/* Says that an object could not be read. */
void
dbmig_read_skip(SchemaObject *object, const char *why)
{
	dbmig_object_set_text(object, "skipped", why);
}

/* Copies an array of options, {a=1,b=2}, into a map. */
void
dbmig_read_options(CatalogRead *read, SchemaObject *object, const char *attr,
				   Datum options, bool isnull)
{
	ListCell *cell;

	if (isnull)
		return;
	foreach(cell, untransformRelOptions(options))
	{
		DefElem *option = lfirst(cell);

		if (strncmp(option->defname, "pg_", 3) == 0)
			continue;
		dbmig_object_put(object, attr,
						 keep(read, quote_identifier(option->defname)),
						 keep(read, option->arg ? strVal(option->arg) : "true"));
	}
}

/* The names of privileges, in the order of their bits. */
static const char *const privilege_names[] =
	{"INSERT",	   "SELECT",  "UPDATE",	 "DELETE",		 "TRUNCATE",
	 "REFERENCES", "TRIGGER", "EXECUTE", "USAGE",		 "CREATE",
	 "TEMPORARY",  "CONNECT", "SET",	 "ALTER SYSTEM", "MAINTAIN"};

/* Prints the privileges that one role has; a star is the grant option. */
static char *
print_privileges(AclMode privileges, AclMode grantable)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int bit = 0; bit < lengthof(privilege_names); bit++)
	{
		AclMode mode = (AclMode) 1 << bit;

		if (!(privileges & mode))
			continue;
		appendStringInfo(&text, "%s%s%s", text.len ? ", " : "",
						 privilege_names[bit], grantable & mode ? "*" : "");
	}
	return text.data;
}

/* Sets a map from role to privileges, one entry for each role but the owner. */
void
dbmig_read_acl(CatalogRead *read, SchemaObject *object, const char *attr,
			   const Acl *acl, Oid owner, bool with_owner)
{
	const AclItem *items = ACL_DAT(acl);
	int count = ACL_NUM(acl);

	for (int i = 0; i < count; i++)
	{
		AclMode privileges = 0;
		AclMode grantable = 0;
		Oid grantee = items[i].ai_grantee;

		if (grantee == owner && !with_owner)
			continue;
		for (int j = 0; j < count; j++)
			if (items[j].ai_grantee == grantee)
			{
				privileges |= ACLITEM_GET_PRIVS(items[j]);
				grantable |= ACLITEM_GET_GOPTIONS(items[j]);
			}
		if (privileges != 0)
			dbmig_object_put(object, attr, dbmig_read_role(read, grantee),
							 keep(read, print_privileges(privileges, grantable)));
	}
}

/* Notes who owns an object, if it is asked for or not the usual one. */
void
dbmig_read_owner(CatalogRead *read, SchemaObject *object, Oid owner)
{
	if (owner != ROLE_PG_DATABASE_OWNER &&
		(read->privileges || owner != read->usual_owner))
		dbmig_object_set_text(object, "owner", dbmig_read_role(read, owner));
}

/* Notes who may do what, where that is not what the server grants by itself. */
void
dbmig_read_privileges(CatalogRead *read, SchemaObject *object, ObjectType type,
					  Oid owner, Datum acl, bool acl_isnull)
{
	SchemaObject *normal;
	MemoryContext previous;

	if (type != OBJECT_COLUMN)
		dbmig_read_owner(read, object, owner);
	if (acl_isnull)
		return;
	previous = MemoryContextSwitchTo(read->context);
	normal = palloc0(sizeof(SchemaObject));
	dbmig_read_acl(read, normal, "grants", acldefault(type, owner), owner,
				   false);
	dbmig_read_acl(read, object, "grants", DatumGetAclP(acl), owner, false);
	if (dbmig_attr_equal(dbmig_object_attr(normal, "grants"),
						 dbmig_object_attr(object, "grants")))
		dbmig_object_unset(object, "grants");
	else
		dbmig_object_set_empty_map(object, "grants");
	MemoryContextSwitchTo(previous);
}

/* Is one object inside the other? */
static bool
is_inside(const SchemaObject *child, const SchemaObject *ancestor)
{
	for (; child; child = child->parent)
		if (child == ancestor)
			return true;
	return false;
}

/* Adds one dependency, unless the tree or another attribute says it already. */
static void
add_dependency(CatalogRead *read, const Registered *from, SchemaObject *to,
			   char deptype)
{
	SchemaObject *object = from->object;

	if (is_inside(to, object) || is_inside(object, to))
		return;
	/* its key says it */
	if (to->kind == KIND_SCHEMA && object->schema)
		return;
	/* owned_by says it, and would be a cycle with the column's default */
	if (object->kind == KIND_SEQUENCE && to->kind == KIND_COLUMN)
		return;
	/* so does partition_of */
	if (object->kind == KIND_TABLE && to->kind == KIND_TABLE &&
		dbmig_object_text(object, "partition_of"))
		return;
	/* and attached_to */
	if ((object->kind == KIND_INDEX || object->kind == KIND_CONSTRAINT) &&
		object->kind == to->kind && dbmig_object_text(object, "attached_to") &&
		strcmp(dbmig_object_text(object, "attached_to"), to->identity) == 0)
		return;
	if (from->part == 'd' && !dbmig_object_text(object, "generated"))
	{
		SchemaAttr *attr = dbmig_object_attr(object, "default_depends_on");
		MemoryContext previous = MemoryContextSwitchTo(read->context);
		List *list = attr ? attr->list : NIL;
		const char *ref = dbmig_object_ref(to);
		int place = 0;

		while (place < list_length(list) &&
			   strcmp(list_nth(list, place), ref) < 0)
			place++;
		if (place == list_length(list) ||
			strcmp(list_nth(list, place), ref) != 0)
			list = list_insert_nth(list, place, unconstify(char *, ref));
		dbmig_object_set_list(object, "default_depends_on", list);
		MemoryContextSwitchTo(previous);
		return;
	}
	dbmig_object_depend(object, dbmig_object_ref(to));
}

/* Gives every object what it depends on. */
static void
read_dependencies(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, DependRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		Registered *from;
		SchemaObject *to;
		Oid extension;

		/* "public" may have been dropped and made again */
		if ((form->refobjid < FirstNormalObjectId &&
			 form->refclassid != NamespaceRelationId) ||
			form->deptype == DEPENDENCY_EXTENSION ||
			form->deptype == DEPENDENCY_PARTITION_PRI ||
			form->deptype == DEPENDENCY_PARTITION_SEC)
			continue;
		from = find_registered(read, form->classid, form->objid, form->objsubid);
		if (from == NULL && form->objsubid != 0)
			from = find_registered(read, form->classid, form->objid, 0);
		if (from == NULL)
			continue;
		extension = member_of(read, form->refclassid, form->refobjid);
		if (OidIsValid(extension))
			to = dbmig_read_registered(read, ExtensionRelationId, extension, 0);
		else
		{
			to = dbmig_read_registered(read, form->refclassid, form->refobjid,
									   form->refobjsubid);
			if (to == NULL && form->refobjsubid != 0)
				to = dbmig_read_registered(read, form->refclassid,
										   form->refobjid, 0);
		}
		if (to && to != from->object)
			add_dependency(read, from, to, form->deptype);
	}
	dbmig_read_end(&scan);
}

/* Is a row of this catalog the object itself, not only what stands for it? */
static bool
is_proper(const SchemaObject *object, Oid classid)
{
	switch (classid)
	{
		case RelationRelationId:
			return object->kind != KIND_CONSTRAINT;
		case TypeRelationId:
			return object->kind == KIND_ENUM || object->kind == KIND_DOMAIN ||
				   object->kind == KIND_COMPOSITE ||
				   object->kind == KIND_RANGE || object->kind == KIND_UNMODELLED;
		case RewriteRelationId:
			return object->kind == KIND_RULE;
		case ProcedureRelationId:
			return object->kind != KIND_RANGE;
		case ExtensionRelationId: /* its control file's */
			return false;
		default:
			return classid != AttrDefaultRelationId;
	}
}

/* Is this the comment that initdb gives to the schema "public"? */
static bool
is_default_comment(const SchemaObject *object, const char *text)
{
	return object->kind == KIND_SCHEMA &&
		   strcmp(object->identity, "public") == 0 &&
		   strcmp(text, "standard public schema") == 0;
}

/* Gives every object its comment. */
static void
read_comments(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, DescriptionRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_description form = (Form_pg_description) GETSTRUCT(tuple);
		Registered *entry;
		MemoryContext previous;
		char *text;

		if (form->objoid < FirstNormalObjectId &&
			form->classoid != NamespaceRelationId)
			continue;
		entry =
			find_registered(read, form->classoid, form->objoid, form->objsubid);
		if (entry == NULL && form->objsubid != 0)
			entry = find_registered(read, form->classoid, form->objoid, 0);
		if (entry && entry->object->kind == KIND_CONSTRAINT &&
			form->classoid == RelationRelationId)
		{
			previous = MemoryContextSwitchTo(read->context);
			dbmig_object_set_text(entry->object, "index_comment",
								  dbmig_read_attr_text(&scan, tuple,
													   Anum_pg_description_description));
			MemoryContextSwitchTo(previous);
			continue;
		}
		if (entry == NULL || entry->part != 0 ||
			!is_proper(entry->object, form->classoid))
			continue;
		previous = MemoryContextSwitchTo(read->context);
		text =
			dbmig_read_attr_text(&scan, tuple, Anum_pg_description_description);
		if (entry->key.subid == form->objsubid)
		{
			if (!is_default_comment(entry->object, text))
				dbmig_object_set_text(entry->object, "comment", text);
		}
		else
		{
			/* a column that is no object: of a view, or inherited */
			char *column = get_attname(form->objoid, form->objsubid, true);

			if (column)
				dbmig_object_put(entry->object, "column_comments",
								 pstrdup(quote_identifier(column)), text);
		}
		MemoryContextSwitchTo(previous);
	}
	dbmig_read_end(&scan);
}

/* Names security labels, which are not modelled. */
static void
read_security_labels(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, SecLabelRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		FormData_pg_seclabel *form = (FormData_pg_seclabel *) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, form->classoid, form->objoid,
								  form->objsubid);
		MemoryContext previous;
		SchemaObject *unmodelled;

		if (object == NULL)
			continue;
		previous = MemoryContextSwitchTo(read->context);
		unmodelled =
			dbmig_object_add(read->model, KIND_UNMODELLED, NULL, NULL,
							 psprintf("security label %s of %s",
									  dbmig_read_attr_text(&scan, tuple,
														   Anum_pg_seclabel_provider),
									  dbmig_object_ref(object)),
							 NULL);
		dbmig_object_set_text(unmodelled, "label",
							  dbmig_read_attr_text(&scan, tuple,
												   Anum_pg_seclabel_label));
		MemoryContextSwitchTo(previous);
	}
	dbmig_read_end(&scan);
}

/* Settings that change how the server prints an expression. */
static void
fix_settings(void)
{
	static const struct
	{
		const char *name;
		const char *value;
	} settings[] = {{"search_path", ""},
					{"quote_all_identifiers", "off"},
					{"DateStyle", "ISO, YMD"},
					{"IntervalStyle", "postgres"},
					{"TimeZone", "UTC"},
					{"extra_float_digits", "1"},
					{"bytea_output", "hex"},
					{"standard_conforming_strings", "on"}};

	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i].name, settings[i].value,
								 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
								 true, 0, false);
}

typedef void (*CatalogReader)(CatalogRead *read);

static const CatalogReader readers[] = {dbmig_catalog_schemas,
										dbmig_catalog_extensions,
										dbmig_catalog_types,
										dbmig_catalog_relations,
										dbmig_catalog_columns,
										dbmig_catalog_sequences,
										dbmig_catalog_constraints,
										dbmig_catalog_indexes,
										dbmig_catalog_functions,
										dbmig_catalog_views,
										dbmig_catalog_triggers,
										dbmig_catalog_policies,
										dbmig_catalog_rules,
										dbmig_catalog_statistics,
										dbmig_catalog_event_triggers,
										dbmig_catalog_operators,
										dbmig_catalog_text_search,
										dbmig_catalog_foreign,
										dbmig_catalog_others,
										dbmig_catalog_publications,
										dbmig_catalog_default_privileges};

/* Is this kind read where the reading is limited to some schemas? */
static bool
is_limited(ObjectKind kind)
{
	return dbmig_object_kinds[kind].qualified || kind == KIND_SCHEMA ||
		   kind == KIND_EXTENSION || kind == KIND_UNMODELLED ||
		   kind == KIND_DEFAULT_PRIVILEGES;
}

/* Does the reading say all about this kind of object? */
static bool
is_stated(const CatalogRead *read, ObjectKind kind)
{
	return !dbmig_object_kinds[kind].child &&
		   (read->globals || is_limited(kind));
}

/* Returns the owner of this database. */
static Oid
database_owner(void)
{
	HeapTuple tuple =
		SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for database %u", MyDatabaseId);
	owner = ((Form_pg_database) GETSTRUCT(tuple))->datdba;
	ReleaseSysCache(tuple);
	return owner;
}

/* Reads everything once. */
static void
read_once(void *arg)
{
	ReadAttempt *attempt = arg;
	CatalogRead read = {0};
	int guc_level = NewGUCNestLevel();
	MemoryContext unit;

	fix_settings();
	read.context = attempt->context;
	read.scratch =
		AllocSetContextCreate(CurrentMemoryContext, "dbmig catalog read",
							  ALLOCSET_DEFAULT_SIZES);
	unit = AllocSetContextCreate(read.scratch, "dbmig catalog reader",
								 ALLOCSET_DEFAULT_SIZES);
	read.snapshot = RegisterSnapshot(GetLatestSnapshot());
	PushActiveSnapshot(read.snapshot);
	read.privileges = attempt->privileges;
	read.usual_owner = attempt->by_user ? GetUserId() : database_owner();
	read.schema_names = attempt->schema_names;
	read.globals = attempt->globals;
	read.model = dbmig_model_create(read.context);
	read.model->complete = true;
	read.model->schemas = attempt->schema_names;
	read.registered = registry_create(read.scratch, 8192, NULL);
	read.members = member_create(read.scratch, 256, NULL);
	read.namespaces = make_table(&read, "dbmig schemas", sizeof(Oid),
								 sizeof(NamespaceEntry), 32);
	read.types = make_table(&read, "dbmig types", 8, sizeof(TypeEntry), 128);
	read.roles =
		make_table(&read, "dbmig roles", sizeof(Oid), sizeof(RoleEntry), 32);
	read.model->privileges = !attempt->by_user;
	if (!attempt->by_user)
		read.model->owner = dbmig_read_role(&read, read.usual_owner);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		read.model->stated[kind] = is_stated(&read, kind);

	MemoryContextSwitchTo(unit);
	read_namespaces(&read);
	read_members(&read);
	hide_objects(&read, attempt->hidden);
	for (int i = 0; i < lengthof(readers); i++)
	{
		readers[i](&read);
		MemoryContextSwitchTo(unit);
		MemoryContextReset(unit);
	}
	read_dependencies(&read);
	read_comments(&read);
	read_security_labels(&read);
	dbmig_model_sort(read.model);

	PopActiveSnapshot();
	UnregisterSnapshot(read.snapshot);
	AtEOXact_GUC(true, guc_level);
	attempt->model = read.model;
	MemoryContextSwitchTo(attempt->context);
	MemoryContextDelete(read.scratch);
}

/* Is this what happens when an object is dropped under our feet? */
static bool
is_vanished(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_INTERNAL_ERROR ||
		   error->sqlerrcode == ERRCODE_UNDEFINED_OBJECT ||
		   error->sqlerrcode == ERRCODE_UNDEFINED_TABLE ||
		   error->sqlerrcode == ERRCODE_UNDEFINED_COLUMN ||
		   error->sqlerrcode == ERRCODE_UNDEFINED_FUNCTION ||
		   error->sqlerrcode == ERRCODE_UNDEFINED_SCHEMA;
}

/* Reads until nothing vanishes meanwhile. */
static SchemaModel *
read_all(List *schema_names, bool privileges, bool globals, bool by_user,
		 List *hidden, MemoryContext context)
{
	for (int attempts = 1;; attempts++)
	{
		ReadAttempt attempt = {0};
		ErrorData *error;

		attempt.schema_names = schema_names;
		attempt.privileges = privileges;
		attempt.globals = globals;
		attempt.by_user = by_user;
		attempt.hidden = hidden;
		attempt.context = AllocSetContextCreate(context, "dbmig schema model",
												ALLOCSET_DEFAULT_SIZES);
		error = dbmig_error_catch(read_once, &attempt, context);
		if (error == NULL)
			return attempt.model;
		MemoryContextDelete(attempt.context);
		if (attempts == READ_ATTEMPTS || !is_vanished(error))
			dbmig_error_raise(error);
		AcceptInvalidationMessages();
	}
}

/*
 * Reads the schemas named, or all of the user's, from the catalogs.  The
 * result lives in a child of the given context.
 */
SchemaModel *
dbmig_catalog_read(List *schema_names, bool privileges, MemoryContext context)
{
	return read_all(schema_names, privileges, schema_names == NIL, false, NIL,
					context);
}

/* Reads the schemas named, without the objects that are hidden. */
SchemaModel *
dbmig_catalog_read_new(List *schema_names, bool privileges, List *hidden,
					   MemoryContext context)
{
	return read_all(schema_names, privileges, true, true, hidden, context);
}

/* Reads what an expectation is to be compared with. */
SchemaModel *
dbmig_catalog_read_like(const SchemaModel *expected, bool privileges,
						MemoryContext context)
{
	bool globals = expected->schemas == NIL;

	for (int kind = 0; kind < KIND_COUNT; kind++)
		if (expected->stated[kind] && !dbmig_object_kinds[kind].child &&
			!is_limited(kind))
			globals = true;
	return read_all(expected->schemas, privileges, globals, false, NIL, context);
}
