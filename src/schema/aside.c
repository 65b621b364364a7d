/*
 * aside.c
 *		Setting schemas aside, so that DDL can make them anew under their own
 *		names.
 *
 * An expression comes back from the server spelt differently if its schema has
 * another name, so DDL is tried out under the names that it says: the schemas
 * that it fills get another name for a while.  All of it happens in the
 * catalogs and in a transaction that is rolled back, or in a scratch database.
 * No relation is opened: nobody who reads or writes the tables of a schema
 * that is set aside notices.
 *
 * Extensions stay where the DDL expects them: their members move from the
 * schema set aside into the new one.  Members are not moved one by one with
 * the server's functions, which would lock tables and refuse extensions that
 * are not relocatable.  Event triggers that are not an extension's are
 * disabled.
 *
 * The caller must own the schemas: who owns one could drop all in it and make
 * it anew for good, so nothing is gained by seeing that for a moment.
 *
 * Locks: the rows of pg_namespace, pg_event_trigger, pg_default_acl and of the
 * members, until the end of the subtransaction.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "base/compat.h"
#include "base/settings.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_am.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_index.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "catalog/read.h"
#include "commands/comment.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "schema/aside.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* Catalogs of what lives in a schema. */
static const Oid in_schemas[] =
	{RelationRelationId,  TypeRelationId,		   ProcedureRelationId,
	 OperatorRelationId,  OperatorClassRelationId, OperatorFamilyRelationId,
	 CollationRelationId, ConversionRelationId,	   StatisticExtRelationId,
	 TSConfigRelationId,  TSDictionaryRelationId,  TSParserRelationId,
	 TSTemplateRelationId};

/* Catalogs of what belongs to the whole database, and the kind of it. */
static const struct
{
	Oid catalog;
	ObjectKind kind;
} globals[] = {{PublicationRelationId, KIND_PUBLICATION},
			   {EventTriggerRelationId, KIND_EVENT_TRIGGER},
			   {ForeignDataWrapperRelationId, KIND_FOREIGN_DATA_WRAPPER},
			   {ForeignServerRelationId, KIND_SERVER},
			   {UserMappingRelationId, KIND_USER_MAPPING},
			   {CastRelationId, KIND_CAST},
			   {LanguageRelationId, KIND_LANGUAGE},
			   {TransformRelationId, KIND_TRANSFORM},
			   {AccessMethodRelationId, KIND_ACCESS_METHOD},
			   {DefaultAclRelationId, KIND_DEFAULT_PRIVILEGES},
			   {SubscriptionRelationId, KIND_SUBSCRIPTION}};

/* Reads what a schema of this database is by itself; NULL if there is none. */
SchemaShell *
dbmig_aside_shell(const char *name)
{
	HeapTuple tuple = SearchSysCache1(NAMESPACENAME, CStringGetDatum(name));
	Form_pg_namespace form;
	SchemaShell *shell;
	Datum acl;
	bool isnull;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	form = (Form_pg_namespace) GETSTRUCT(tuple);
	shell = palloc0(sizeof(SchemaShell));
	shell->name = pstrdup(name);
	shell->oid = form->oid;
	shell->owner = form->nspowner;
	acl = SysCacheGetAttr(NAMESPACENAME, tuple, Anum_pg_namespace_nspacl,
						  &isnull);
	if (!isnull)
		shell->acl = OidOutputFunctionCall(F_ARRAY_OUT, acl);
	shell->comment = GetComment(shell->oid, NamespaceRelationId, 0);
	ReleaseSysCache(tuple);
	return shell;
}

/* Changes columns of one row of a catalog. */
static void
update_row(Relation catalog, HeapTuple tuple, int attnum, Datum value,
		   bool isnull)
{
	int natts = RelationGetNumberOfAttributes(catalog);
	Datum *values = palloc0(natts * sizeof(Datum));
	bool *nulls = palloc0(natts * sizeof(bool));
	bool *replaces = palloc0(natts * sizeof(bool));
	HeapTuple changed;

	values[attnum - 1] = value;
	nulls[attnum - 1] = isnull;
	replaces[attnum - 1] = true;
	changed = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls,
								replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, changed);
	heap_freetuple(changed);
	pfree(values);
	pfree(nulls);
	pfree(replaces);
}

/* Changes a column of the row of a schema. */
static void
update_namespace(Oid oid, int attnum, Datum value, bool isnull)
{
	Relation catalog = table_open(NamespaceRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy1(NAMESPACEOID, ObjectIdGetDatum(oid));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for schema %u", oid);
	update_row(catalog, tuple, attnum, value, isnull);
	heap_freetuple(tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Makes the name of what is out of the way. */
static char *
away_name(Oid oid)
{
	return psprintf("dbmig_away_%u", oid);
}

/* Returns a name as the catalogs keep it. */
static Datum
name_datum(const char *text)
{
	return DirectFunctionCall1(namein, CStringGetDatum(text));
}

/* Gives a schema the owner, privileges and comment of another database's. */
void
dbmig_aside_dress(Oid oid, const SchemaShell *shell)
{
	Datum acl = (Datum) 0;

	if (shell->acl)
		acl = OidInputFunctionCall(F_ARRAY_IN, unconstify(char *, shell->acl),
								   ACLITEMOID, -1);
	update_namespace(oid, Anum_pg_namespace_nspowner,
					 ObjectIdGetDatum(shell->owner), false);
	update_namespace(oid, Anum_pg_namespace_nspacl, acl, shell->acl == NULL);
	CreateComments(oid, NamespaceRelationId, 0,
				   unconstify(char *, shell->comment));
	CommandCounterIncrement();
}

/* Makes a schema like one that there was. */
void
dbmig_aside_make(const SchemaShell *shell)
{
	Oid oid = NamespaceCreate(shell->name, shell->owner, false);

	CommandCounterIncrement();
	dbmig_aside_dress(oid, shell);
}

/* Is this a catalog of what lives in a schema? */
static bool
lives_in_schema(Oid classid)
{
	for (int i = 0; i < lengthof(in_schemas); i++)
		if (in_schemas[i] == classid)
			return true;
	return false;
}

/* Moves the rows of a catalog that belong to an object from schema to schema. */
static void
move_parts(Oid catalog_oid, Oid index, int owner_attnum, Oid owner,
		   int namespace_attnum, Oid from, Oid to)
{
	Relation catalog = table_open(catalog_oid, RowExclusiveLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, owner_attnum, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(owner));
	scan = systable_beginscan(catalog, index, true, NULL, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		bool isnull;
		Datum namespace = heap_getattr(tuple, namespace_attnum,
									   RelationGetDescr(catalog), &isnull);

		if (DatumGetObjectId(namespace) == from)
			update_row(catalog, tuple, namespace_attnum, ObjectIdGetDatum(to),
					   false);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

static void move_object(Oid classid, Oid objid, Oid from, Oid to);

/* Moves what hangs on a relation and is no member itself. */
static void
move_relation_parts(HeapTuple tuple, Oid from, Oid to)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	Relation catalog;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple index;
	List *indexes = NIL;
	ListCell *cell;

	if (OidIsValid(form->reltype))
		move_object(TypeRelationId, form->reltype, from, to);
	move_parts(ConstraintRelationId, ConstraintRelidTypidNameIndexId,
			   Anum_pg_constraint_conrelid, form->oid,
			   Anum_pg_constraint_connamespace, from, to);
	if (!form->relhasindex)
		return;
	catalog = table_open(IndexRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(form->oid));
	scan =
		systable_beginscan(catalog, IndexIndrelidIndexId, true, NULL, 1, &key);
	while ((index = systable_getnext(scan)) != NULL)
		indexes = lappend_oid(indexes,
							  ((Form_pg_index) GETSTRUCT(index))->indexrelid);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	foreach(cell, indexes)
		move_object(RelationRelationId, lfirst_oid(cell), from, to);
}

/* Moves what hangs on a type and is no member itself. */
static void
move_type_parts(HeapTuple tuple, Oid from, Oid to)
{
	Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

	if (OidIsValid(form->typarray))
		move_object(TypeRelationId, form->typarray, from, to);
	if (form->typtype == TYPTYPE_RANGE)
		move_object(TypeRelationId, get_range_multirange(form->oid), from, to);
	if (form->typtype == TYPTYPE_DOMAIN)
		move_parts(ConstraintRelationId, ConstraintTypidIndexId,
				   Anum_pg_constraint_contypid, form->oid,
				   Anum_pg_constraint_connamespace, from, to);
	if (form->typtype == TYPTYPE_COMPOSITE &&
		get_rel_relkind(form->typrelid) == RELKIND_COMPOSITE_TYPE)
		move_object(RelationRelationId, form->typrelid, from, to);
}

/* Moves an object from schema to schema, unless it lives elsewhere. */
static void
move_object(Oid classid, Oid objid, Oid from, Oid to)
{
	Relation catalog = table_open(classid, RowExclusiveLock);
	int attnum = get_object_attnum_namespace(classid);
	HeapTuple tuple =
		get_catalog_object_by_oid(catalog, get_object_attnum_oid(classid),
								  objid);
	bool isnull;

	if (HeapTupleIsValid(tuple) &&
		DatumGetObjectId(heap_getattr(tuple, attnum, RelationGetDescr(catalog),
									  &isnull)) == from)
	{
		update_row(catalog, tuple, attnum, ObjectIdGetDatum(to), false);
		(void) changeDependencyFor(classid, objid, NamespaceRelationId, from,
								   to);
		if (classid == RelationRelationId)
			move_relation_parts(tuple, from, to);
		if (classid == TypeRelationId)
			move_type_parts(tuple, from, to);
	}
	table_close(catalog, RowExclusiveLock);
}

/* Lists the members of extensions, as ObjectAddress *. */
static List *
list_members(void)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	List *members = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ExtensionRelationId));
	scan =
		systable_beginscan(depend, DependReferenceIndexId, true, NULL, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress *member;

		if (form->deptype != DEPENDENCY_EXTENSION)
			continue;
		member = palloc(sizeof(ObjectAddress));
		ObjectAddressSet(*member, form->classid, form->objid);
		members = lappend(members, member);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return members;
}

/* Moves the extensions of one schema, with their members, into another. */
static void
move_extensions(Oid from, Oid to)
{
	Relation catalog = table_open(ExtensionRelationId, RowExclusiveLock);
	SysScanDesc scan;
	HeapTuple tuple;
	ListCell *cell;

	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_extension form = (Form_pg_extension) GETSTRUCT(tuple);

		if (form->extnamespace != from)
			continue;
		update_row(catalog, tuple, Anum_pg_extension_extnamespace,
				   ObjectIdGetDatum(to), false);
		(void) changeDependencyFor(ExtensionRelationId, form->oid,
								   NamespaceRelationId, from, to);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);

	foreach(cell, list_members())
	{
		ObjectAddress *member = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (lives_in_schema(member->classId))
			move_object(member->classId, member->objectId, from, to);
		/* from 17 on, what hangs on a member is a member itself: see it moved */
		if (member->classId == TypeRelationId ||
			member->classId == RelationRelationId)
			CommandCounterIncrement();
	}
	CommandCounterIncrement();
}

/* Fills a schema, once it is there, with what extensions have in the old one. */
static void
fill_schema(const SchemaShell *schema)
{
	Oid oid = get_namespace_oid(schema->name, true);

	if (OidIsValid(schema->oid) && OidIsValid(oid))
		move_extensions(schema->oid, oid);
}

/* Gives a new schema the extension that the old one is a member of. */
static void
inherit_membership(Oid from, Oid to)
{
	Oid extension = getExtensionOfObject(NamespaceRelationId, from);
	ObjectAddress schema;
	ObjectAddress owner;

	if (!OidIsValid(extension))
		return;
	ObjectAddressSet(schema, NamespaceRelationId, to);
	ObjectAddressSet(owner, ExtensionRelationId, extension);
	recordDependencyOn(&schema, &owner, DEPENDENCY_EXTENSION);
}

/* Disables the event triggers that are not an extension's. */
static void
silence_event_triggers(void)
{
	Relation catalog = table_open(EventTriggerRelationId, RowExclusiveLock);
	SysScanDesc scan =
		systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_event_trigger form = (Form_pg_event_trigger) GETSTRUCT(tuple);

		if (form->evtenabled != TRIGGER_DISABLED &&
			!OidIsValid(getExtensionOfObject(EventTriggerRelationId, form->oid)))
			update_row(catalog, tuple, Anum_pg_event_trigger_evtenabled,
					   CharGetDatum(TRIGGER_DISABLED), false);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Takes the privileges away that roles have set for all their new objects. */
static void
remove_default_privileges(void)
{
	Relation catalog = table_open(DefaultAclRelationId, RowExclusiveLock);
	SysScanDesc scan =
		systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		if (!OidIsValid(((Form_pg_default_acl) GETSTRUCT(tuple))->defaclnamespace))
			CatalogTupleDelete(catalog, &tuple->t_self);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Lists what belongs to the whole database and is there before the text. */
static void
hide_globals(Aside *aside)
{
	MemoryContext previous = MemoryContextSwitchTo(aside->context);

	for (int i = 0; i < lengthof(globals); i++)
	{
		Relation catalog = table_open(globals[i].catalog, AccessShareLock);
		int attnum = get_object_attnum_oid(globals[i].catalog);
		SysScanDesc scan =
			systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
		HeapTuple tuple;

		while ((tuple = systable_getnext(scan)) != NULL)
		{
			bool isnull;
			Oid oid = DatumGetObjectId(heap_getattr(tuple, attnum,
													RelationGetDescr(catalog),
													&isnull));
			ObjectAddress *address;

			if (oid < FirstNormalObjectId)
				continue;
			address = palloc(sizeof(ObjectAddress));
			ObjectAddressSet(*address, globals[i].catalog, oid);
			aside->hidden = lappend(aside->hidden, address);
		}
		systable_endscan(scan);
		table_close(catalog, AccessShareLock);
	}
	MemoryContextSwitchTo(previous);
}

/* Gives another name to what the text makes for the whole database. */
static void
rename_global(const DdlGlobal *global)
{
	Relation catalog = table_open(global->classid, RowExclusiveLock);
	int name_attnum = get_object_attnum_name(global->classid);
	int oid_attnum = get_object_attnum_oid(global->classid);
	SysScanDesc scan =
		systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		bool isnull;
		Datum name = heap_getattr(tuple, name_attnum, RelationGetDescr(catalog),
								  &isnull);
		Oid oid =
			DatumGetObjectId(heap_getattr(tuple, oid_attnum,
										  RelationGetDescr(catalog), &isnull));

		if (oid >= FirstNormalObjectId &&
			strcmp(NameStr(*DatumGetName(name)), global->name) == 0 &&
			!OidIsValid(getExtensionOfObject(global->classid, oid)))
			update_row(catalog, tuple, name_attnum, name_datum(away_name(oid)),
					   false);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Refuses to set aside what is another role's. */
static void
require_owner(const SchemaShell *shell)
{
	if (has_privs_of_role(GetUserId(), shell->owner))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("must be owner of schema \"%s\" to try out DDL for it here",
					shell->name),
			 errhint("Ask role %s, or use how => 'database', which needs the attribute CREATEDB.",
					 quote_identifier(GetUserNameFromId(shell->owner, false)))));
}

/* Finds a schema among those of the database that the text is meant for. */
static const SchemaShell *
find_shell(List *shells, const char *name)
{
	ListCell *cell;

	foreach(cell, shells)
	{
		const SchemaShell *shell = lfirst(cell);

		if (strcmp(shell->name, name) == 0)
			return shell;
	}
	return NULL;
}

/* Sets one schema aside; returns it as it was. */
static SchemaShell *
set_aside(const DdlSchema *wanted, List *shells, bool local)
{
	SchemaShell *here = dbmig_aside_shell(wanted->name);
	const SchemaShell *like = local ? here : find_shell(shells, wanted->name);

	if (here)
	{
		if (local)
			require_owner(here);
		update_namespace(here->oid, Anum_pg_namespace_nspname,
						 name_datum(away_name(here->oid)), false);
	}
	else
	{
		here = palloc0(sizeof(SchemaShell));
		here->name = wanted->name;
	}
	if (like && !wanted->made)
	{
		dbmig_aside_make(like);
		if (OidIsValid(here->oid))
			inherit_membership(here->oid,
							   get_namespace_oid(wanted->name, false));
		if (!wanted->bare)
			fill_schema(here);
	}
	return here;
}

/*
 * Sets aside what a text is about to make.  In a subtransaction, which must
 * be rolled back afterwards, the new schemas are like those set aside; else
 * this is a scratch database, and "shells" tells what the schemas of the real
 * one are like.
 */
Aside *
dbmig_aside_begin(const DdlText *text, List *shells, bool subtransaction,
				  MemoryContext context)
{
	MemoryContext previous = MemoryContextSwitchTo(context);
	Aside *aside = palloc0(sizeof(Aside));
	ListCell *cell;

	aside->context = context;
	if (subtransaction)
		aside->since = GetCurrentTransactionId();
	hide_globals(aside);
	silence_event_triggers();
	remove_default_privileges();
	foreach(cell, text->globals)
		rename_global(lfirst(cell));
	foreach(cell, text->schemas)
		aside->schemas = lappend(aside->schemas, set_aside(lfirst(cell), shells,
														   subtransaction));
	MemoryContextSwitchTo(previous);
	return aside;
}

/* Finds a schema that was set aside. */
static SchemaShell *
find_schema(Aside *aside, const char *name)
{
	ListCell *cell;

	foreach(cell, aside->schemas)
	{
		SchemaShell *schema = lfirst(cell);

		if (strcmp(schema->name, name) == 0)
			return schema;
	}
	return NULL;
}

/*
 * Looks at a statement before it is run.  Returns whether it is done with: our
 * own schema is there already, and a schema that the caller owns needs no right
 * on the database to be made anew.
 */
bool
dbmig_aside_before(Aside *aside, Node *node)
{
	CreateSchemaStmt *create = (CreateSchemaStmt *) node;
	SchemaShell *schema;
	Oid owner;

	if (!IsA(node, CreateSchemaStmt) || create->schemaname == NULL)
		return false;
	if (strcmp(create->schemaname, "dbmig") == 0)
		return OidIsValid(get_namespace_oid("dbmig", true));
	if (create->schemaElts != NIL ||
		dbmig_database_aclcheck(GetUserId(), ACL_CREATE) == ACLCHECK_OK)
		return false;
	schema = find_schema(aside, create->schemaname);
	if (schema == NULL || !OidIsValid(schema->oid) ||
		OidIsValid(get_namespace_oid(create->schemaname, true)))
		return false;
	owner = create->authrole ? get_rolespec_oid(create->authrole, false) :
							   GetUserId();
	if (owner != schema->owner && owner != GetUserId())
		return false;
	(void) NamespaceCreate(create->schemaname, owner, false);
	CommandCounterIncrement();
	return true;
}

/* Looks at it after: a schema that the text has made gets its extensions. */
void
dbmig_aside_after(Aside *aside, Node *node)
{
	SchemaShell *schema;

	if (!IsA(node, CreateSchemaStmt) ||
		((CreateSchemaStmt *) node)->schemaname == NULL)
		return;
	schema = find_schema(aside, ((CreateSchemaStmt *) node)->schemaname);
	if (schema)
		fill_schema(schema);
}

/* A set of the members of extensions. */
static HTAB *
hash_members(void)
{
	HASHCTL ctl = {.keysize = 2 * sizeof(Oid), .entrysize = 2 * sizeof(Oid)};
	HTAB *table;
	ListCell *cell;

	ctl.hcxt = CurrentMemoryContext;
	table = hash_create("dbmig extension members", 256, &ctl,
						HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	foreach(cell, list_members())
	{
		ObjectAddress *member = lfirst(cell);
		Oid key[2] = {member->classId, member->objectId};

		(void) hash_search(table, key, HASH_ENTER, NULL);
	}
	return table;
}

/* Is this row an object of its own, not a part of another? */
static bool
stands_alone(Oid classid, HeapTuple tuple)
{
	if (classid == RelationRelationId)
	{
		char relkind = ((Form_pg_class) GETSTRUCT(tuple))->relkind;

		return relkind != RELKIND_INDEX && relkind != RELKIND_TOASTVALUE &&
			   relkind != RELKIND_PARTITIONED_INDEX;
	}
	if (classid == TypeRelationId)
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

		return form->typtype == TYPTYPE_ENUM ||
			   form->typtype == TYPTYPE_DOMAIN ||
			   form->typtype == TYPTYPE_RANGE ||
			   (form->typtype == TYPTYPE_BASE && OidIsValid(form->typarray));
	}
	return true;
}

/* Was a row made, or changed, after the schemas were set aside? */
static bool
is_since(const Aside *aside, HeapTuple tuple)
{
	TransactionId xmin = HeapTupleHeaderGetXmin(tuple->t_data);

	return !TransactionIdIsValid(aside->since) ||
		   (TransactionIdIsNormal(xmin) &&
			TransactionIdFollowsOrEquals(xmin, aside->since) &&
			TransactionIdIsCurrentTransactionId(xmin));
}

/* Adds the name of a schema to a list, unless it is known. */
static List *
add_stray(Aside *aside, List *strays, Oid namespace)
{
	char *name = get_namespace_name(namespace);
	ListCell *cell;

	if (name == NULL || !dbmig_ddl_is_own_schema(name) ||
		strncmp(name, "dbmig_away_", 11) == 0 || find_schema(aside, name))
		return strays;
	foreach(cell, strays)
		if (strcmp(lfirst(cell), name) == 0)
			return strays;
	return lappend(strays, name);
}

/*
 * Returns the names of the other schemas in which the text has made or changed
 * something that its statements do not tell of, in a DO block for example.
 */
List *
dbmig_aside_strays(Aside *aside)
{
	HTAB *members = hash_members();
	List *strays = NIL;

	for (int i = 0; i < lengthof(in_schemas); i++)
	{
		Relation catalog = table_open(in_schemas[i], AccessShareLock);
		int namespace_attnum = get_object_attnum_namespace(in_schemas[i]);
		int oid_attnum = get_object_attnum_oid(in_schemas[i]);
		SysScanDesc scan =
			systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
		HeapTuple tuple;
		Oid last = InvalidOid;

		while ((tuple = systable_getnext(scan)) != NULL)
		{
			bool isnull;
			Oid key[2] = {in_schemas[i], InvalidOid};
			Oid namespace;

			CHECK_FOR_INTERRUPTS();
			if (!is_since(aside, tuple) || !stands_alone(in_schemas[i], tuple))
				continue;
			key[1] = DatumGetObjectId(heap_getattr(tuple, oid_attnum,
												   RelationGetDescr(catalog),
												   &isnull));
			namespace = DatumGetObjectId(heap_getattr(tuple, namespace_attnum,
													  RelationGetDescr(catalog),
													  &isnull));
			if (key[1] < FirstNormalObjectId || namespace == last ||
				hash_search(members, key, HASH_FIND, NULL) != NULL)
				continue;
			last = namespace;
			strays = add_stray(aside, strays, namespace);
		}
		systable_endscan(scan);
		table_close(catalog, AccessShareLock);
	}
	hash_destroy(members);
	return strays;
}

/* Compares two names in a list. */
static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/*
 * Reads what the text has made.  Of what belongs to the whole database only
 * the kinds that it makes are told of: the others are not compared.
 */
SchemaModel *
dbmig_aside_read(Aside *aside, const DdlText *text, MemoryContext context)
{
	MemoryContext previous = MemoryContextSwitchTo(context);
	List *names = NIL;
	SchemaModel *model;
	ListCell *cell;

	foreach(cell, text->schemas)
		names = lappend(names, pstrdup(((DdlSchema *) lfirst(cell))->name));
	list_sort(names, compare_names);
	model = dbmig_catalog_read_new(names, dbmig_setting_schema_privileges,
								   aside->hidden, context);
	for (int i = 0; i < lengthof(globals); i++)
		if (model->objects[globals[i].kind] == NIL &&
			globals[i].kind != KIND_DEFAULT_PRIVILEGES)
			model->stated[globals[i].kind] = false;
	MemoryContextSwitchTo(previous);
	return model;
}
