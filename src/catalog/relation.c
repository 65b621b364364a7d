/*
 * relation.c
 *		Tables, views, materialized views and sequences as objects, with what
 *		pg_class and its neighbours say of them.
 *
 * pg_class is read from end to end, then pg_type (a table's row type stands for
 * the table in pg_depend), pg_inherits, pg_partitioned_table, pg_foreign_table
 * and pg_index (which index a table is clustered on or identified by), each
 * once: a scan costs less than looking up rows one by one.  Partition bounds
 * and keys are printed from their rows; only a key that is an expression needs
 * the deparser.  What the definition of a view is, is view.c's business.
 *
 * An unlogged partitioned table is read as an ordinary one: the flag never had
 * a meaning there, and 18 refuses it.
 *
 * Locks: ACCESS SHARE on the catalogs, given back at once.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/reloptions.h"
#include "base/compat.h"
#include "catalog/dependency.h"
#include "catalog/name.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_type.h"
#include "catalog/read.h"
#include "catalog/sequence.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "foreign/foreign.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* A TOAST table that has options, or a table that has a TOAST table. */
typedef struct ToastLink
{
	Oid toast;
	SchemaObject *table;
	List *options; /* of DefElem * */
} ToastLink;

/* A row of pg_inherits. */
typedef struct ParentLink
{
	Oid child;
	Oid parent;
	int32 seqno;
	bool detach_pending;
} ParentLink;

/* What is collected while pg_class is read. */
typedef struct RelationsRead
{
	CatalogRead *read;
	ToastLink *tables; /* those with a TOAST table */
	int ntables;
	int maxtables;
	List *toasts; /* of ToastLink *, those with options */
	bool marks;	  /* some table is identified by an index */
} RelationsRead;

/* Copies an identifier into the results, quoted where it must be. */
static char *
keep_quoted(CatalogRead *read, const char *name)
{
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	char *result = pstrdup(quote_identifier(name));

	MemoryContextSwitchTo(previous);
	return result;
}

/* Copies a text into the results. */
static char *
keep(CatalogRead *read, const char *text)
{
	return MemoryContextStrdup(read->context, text);
}

/* Returns the quoted name of a relation in its schema; NULL if it is gone. */
static char *
relation_name(CatalogRead *read, Oid relid)
{
	char *name = get_rel_name(relid);

	return name ? keep_quoted(read, name) : NULL;
}

/* Returns schema.name of any relation; NULL if it is gone. */
static const char *
relation_identity(CatalogRead *read, Oid relid)
{
	SchemaObject *object =
		dbmig_read_registered(read, RelationRelationId, relid, 0);
	char *name;

	if (object)
		return object->identity;
	name = get_rel_name(relid);
	return name ? dbmig_read_qualified(read, get_rel_namespace(relid), name) :
				  NULL;
}

/* Notes which TOAST table belongs to a table. */
static void
note_toast(RelationsRead *relations, Oid toast, SchemaObject *table)
{
	if (relations->ntables == relations->maxtables)
	{
		relations->maxtables *= 2;
		relations->tables = repalloc(relations->tables,
									 sizeof(ToastLink) * relations->maxtables);
	}
	relations->tables[relations->ntables].toast = toast;
	relations->tables[relations->ntables++].table = table;
}

/* Reads what tables and materialized views have in common. */
static void
read_storage(RelationsRead *relations, SchemaObject *object, Form_pg_class form)
{
	CatalogRead *read = relations->read;

	if (OidIsValid(form->relam) && form->relam != HEAP_TABLE_AM_OID)
	{
		char *name = get_am_name(form->relam);

		if (name)
			dbmig_object_set_text(object, "access_method",
								  keep_quoted(read, name));
	}
	if (OidIsValid(form->reltablespace))
	{
		char *name = get_tablespace_name(form->reltablespace);

		if (name)
			dbmig_object_set_text(object, "tablespace", keep_quoted(read, name));
	}
	if (OidIsValid(form->reltoastrelid))
		note_toast(relations, form->reltoastrelid, object);
}

/* Reads how updates and deletes are told to subscribers. */
static void
read_replica_identity(RelationsRead *relations, SchemaObject *object,
					  Form_pg_class form)
{
	switch (form->relreplident)
	{
		case REPLICA_IDENTITY_FULL:
			dbmig_object_set_text(object, "replica_identity", "full");
			break;
		case REPLICA_IDENTITY_NOTHING:
			dbmig_object_set_text(object, "replica_identity", "nothing");
			break;
		case REPLICA_IDENTITY_INDEX:
			/* this is what it means if there is no such index any more */
			dbmig_object_set_text(object, "replica_identity", "nothing");
			relations->marks = true;
			break;
		default:
			break;
	}
}

/* Reads what only tables have. */
static void
read_table(RelationsRead *relations, SchemaObject *object, Form_pg_class form,
		   CatalogScan *scan, HeapTuple tuple)
{
	CatalogRead *read = relations->read;

	if (form->relkind == RELKIND_PARTITIONED_TABLE)
		dbmig_object_set_text(object, "kind", "partitioned");
	else if (form->relkind == RELKIND_FOREIGN_TABLE)
		dbmig_object_set_text(object, "kind", "foreign");
	else
		dbmig_object_set_bool(object, "unlogged",
							  form->relpersistence == RELPERSISTENCE_UNLOGGED);
	read_storage(relations, object, form);
	if (OidIsValid(form->reloftype))
		dbmig_object_set_text(object, "of_type",
							  dbmig_read_type(read, form->reloftype, -1));
	dbmig_object_set_bool(object, "row_security", form->relrowsecurity);
	dbmig_object_set_bool(object, "force_row_security",
						  form->relforcerowsecurity);
	if (form->relkind != RELKIND_FOREIGN_TABLE)
		read_replica_identity(relations, object, form);
	if (form->relispartition)
	{
		char *bound =
			dbmig_read_attr_text(scan, tuple, Anum_pg_class_relpartbound);

		/* has no columns, so the deparser needs no relation */
		if (bound)
			bound = dbmig_deparse_expr(read, bound, InvalidOid);
		if (bound)
			dbmig_object_set_text(object, "bound", keep(read, bound));
		/* its name comes with pg_inherits */
		dbmig_object_set_text(object, "partition_of", "?");
	}
}

/* Makes an object of a row of pg_class, if it is to be read. */
static void
read_relation(RelationsRead *relations, CatalogScan *scan, HeapTuple tuple)
{
	CatalogRead *read = relations->read;
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	ObjectKind kind;
	SchemaObject *object;
	Datum value;
	bool isnull;

	switch (form->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_FOREIGN_TABLE:
			kind = KIND_TABLE;
			break;
		case RELKIND_VIEW:
			kind = KIND_VIEW;
			break;
		case RELKIND_MATVIEW:
			kind = KIND_MATERIALIZED_VIEW;
			break;
		case RELKIND_SEQUENCE:
			kind = KIND_SEQUENCE;
			break;
		case RELKIND_TOASTVALUE:
			value =
				dbmig_read_attr(scan, tuple, Anum_pg_class_reloptions, &isnull);
			if (!isnull)
			{
				ToastLink *link = palloc0(sizeof(ToastLink));

				link->toast = form->oid;
				link->options = untransformRelOptions(value);
				relations->toasts = lappend(relations->toasts, link);
			}
			return;
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
		case RELKIND_COMPOSITE_TYPE:
			return;
		default:
			kind = KIND_UNMODELLED;
			break;
	}
	if (form->relpersistence == RELPERSISTENCE_TEMP ||
		!dbmig_read_wanted(read, RelationRelationId, form->oid,
						   form->relnamespace))
		return;
	if (kind == KIND_UNMODELLED)
	{
		char *name = psprintf("relation %s",
							  dbmig_read_qualified(read, form->relnamespace,
												   NameStr(form->relname)));

		object = dbmig_object_add(read->model, kind, NULL, NULL,
								  keep(read, name), NULL);
		dbmig_read_register(read, RelationRelationId, form->oid, 0, object);
		return;
	}
	/* the sequence of an identity column belongs to the column */
	if (kind == KIND_SEQUENCE &&
		dbmig_sequence_owner(read, form->oid).deptype == DEPENDENCY_INTERNAL)
		return;

	object = dbmig_object_add(read->model, kind, NULL,
							  dbmig_read_namespace(read, form->relnamespace),
							  keep_quoted(read, NameStr(form->relname)), NULL);
	dbmig_read_register(read, RelationRelationId, form->oid, 0, object);
	if (kind == KIND_TABLE)
		read_table(relations, object, form, scan, tuple);
	else if (kind == KIND_MATERIALIZED_VIEW)
		read_storage(relations, object, form);
	else if (kind == KIND_SEQUENCE)
		dbmig_object_set_bool(object, "unlogged",
							  form->relpersistence == RELPERSISTENCE_UNLOGGED);
	value = dbmig_read_attr(scan, tuple, Anum_pg_class_reloptions, &isnull);
	dbmig_read_options(read, object, "options", value, isnull);
	value = dbmig_read_attr(scan, tuple, Anum_pg_class_relacl, &isnull);
	dbmig_read_privileges(read, object,
						  kind == KIND_SEQUENCE ? OBJECT_SEQUENCE : OBJECT_TABLE,
						  form->relowner, value, isnull);
}

/* Orders tables by their TOAST tables. */
static int
compare_toast(const void *a, const void *b)
{
	Oid x = ((const ToastLink *) a)->toast;
	Oid y = ((const ToastLink *) b)->toast;

	return x < y ? -1 : x > y;
}

/* Gives the options of TOAST tables to the tables. */
static void
join_toast_options(RelationsRead *relations)
{
	CatalogRead *read = relations->read;
	ListCell *cell;

	if (relations->toasts == NIL)
		return;
	qsort(relations->tables, relations->ntables, sizeof(ToastLink),
		  compare_toast);
	foreach(cell, relations->toasts)
	{
		ToastLink *toast = lfirst(cell);
		ToastLink *table = bsearch(toast, relations->tables, relations->ntables,
								   sizeof(ToastLink), compare_toast);
		ListCell *option_cell;

		if (table == NULL)
			continue;
		foreach(option_cell, toast->options)
		{
			DefElem *option = lfirst(option_cell);
			char *key = psprintf("toast.%s", quote_identifier(option->defname));

			dbmig_object_put(table->table, "options", keep(read, key),
							 keep(read,
								  option->arg ? strVal(option->arg) : "true"));
		}
	}
}

/* Lets row types and their array types stand for their relations. */
static void
register_row_types(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, TypeRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
		SchemaObject *object;

		if (!OidIsValid(form->typrelid))
			continue;
		object =
			dbmig_read_registered(read, RelationRelationId, form->typrelid, 0);
		if (object == NULL || object->kind == KIND_COMPOSITE)
			continue;
		dbmig_read_register(read, TypeRelationId, form->oid, 0, object);
		if (OidIsValid(form->typarray))
			dbmig_read_register(read, TypeRelationId, form->typarray, 0, object);
	}
	dbmig_read_end(&scan);
}

/* Orders rows of pg_inherits. */
static int
compare_parents(const void *a, const void *b)
{
	const ParentLink *x = a;
	const ParentLink *y = b;

	if (x->child != y->child)
		return x->child < y->child ? -1 : 1;
	return x->seqno < y->seqno ? -1 : x->seqno > y->seqno;
}

/* Reads what tables are partitions of, and what they inherit from. */
static void
read_parents(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;
	int count = 0;
	int size = 64;
	ParentLink *links = palloc_array(ParentLink, size);
	MemoryContext previous;

	dbmig_read_begin(read, &scan, InheritsRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_inherits form = (Form_pg_inherits) GETSTRUCT(tuple);

		if (count == size)
		{
			size *= 2;
			links = repalloc(links, sizeof(ParentLink) * size);
		}
		links[count].child = form->inhrelid;
		links[count].parent = form->inhparent;
		links[count].seqno = form->inhseqno;
		links[count++].detach_pending = form->inhdetachpending;
	}
	dbmig_read_end(&scan);
	qsort(links, count, sizeof(ParentLink), compare_parents);

	previous = MemoryContextSwitchTo(read->context);
	for (int i = 0; i < count; i++)
	{
		Oid child = links[i].child;
		SchemaObject *object =
			dbmig_read_registered(read, RelationRelationId, child, 0);
		List *parents = NIL;

		/* indexes, too, have rows here */
		if (object == NULL || object->kind != KIND_TABLE)
			continue;
		for (;; i++)
		{
			const char *parent = relation_identity(read, links[i].parent);

			if (parent)
				parents = lappend(parents, unconstify(char *, parent));
			dbmig_object_set_bool(object, "detach_pending",
								  links[i].detach_pending);
			if (i + 1 == count || links[i + 1].child != child)
				break;
		}
		if (parents && dbmig_object_text(object, "partition_of"))
			dbmig_object_set_text(object, "partition_of", linitial(parents));
		else
			dbmig_object_set_list(object, "inherits", parents);
	}
	MemoryContextSwitchTo(previous);
}

/* Does the grammar take this expression as it is, without parentheses? */
static bool
is_function_like(Node *expr)
{
	switch (nodeTag(expr))
	{
		case T_FuncExpr:
			return ((FuncExpr *) expr)->funcformat == COERCE_EXPLICIT_CALL ||
				   ((FuncExpr *) expr)->funcformat == COERCE_SQL_SYNTAX;
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_NullIfExpr:
		case T_SQLValueFunction:
		case T_XmlExpr:
			return true;
		default:
			return false;
	}
}

/* Adds COLLATE and operator class of a key column where they are not normal. */
static void
add_key_options(CatalogRead *read, StringInfo text, Oid type, Oid normal,
				Oid collation, Oid opclass)
{
	HeapTuple tuple;

	if (OidIsValid(collation) && collation != normal)
		appendStringInfo(text, " COLLATE %s",
						 dbmig_name_collation(read, collation));
	tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
	if (!HeapTupleIsValid(tuple))
		return;
	if (GetDefaultOpClass(type, ((Form_pg_opclass) GETSTRUCT(tuple))->opcmethod) !=
		opclass)
		appendStringInfo(text, " %s", dbmig_name_operator_class(read, opclass));
	ReleaseSysCache(tuple);
}

/* Prints a partition key; NULL if that would have to wait. */
static char *
print_partition_key(CatalogRead *read, CatalogScan *scan, HeapTuple tuple)
{
	Form_pg_partitioned_table form =
		(Form_pg_partitioned_table) GETSTRUCT(tuple);
	char *exprs_text =
		dbmig_read_attr_text(scan, tuple, Anum_pg_partitioned_table_partexprs);
	List *exprs = exprs_text ? (List *) stringToNode(exprs_text) : NIL;
	ListCell *expr_cell = list_head(exprs);
	oidvector *classes;
	oidvector *collations;
	StringInfoData text;
	bool isnull;

	classes = (oidvector *)
		DatumGetPointer(dbmig_read_attr(scan, tuple,
										Anum_pg_partitioned_table_partclass,
										&isnull));
	collations = (oidvector *)
		DatumGetPointer(dbmig_read_attr(scan, tuple,
										Anum_pg_partitioned_table_partcollation,
										&isnull));
	initStringInfo(&text);
	switch (form->partstrat)
	{
		case PARTITION_STRATEGY_HASH:
			appendStringInfoString(&text, "HASH (");
			break;
		case PARTITION_STRATEGY_LIST:
			appendStringInfoString(&text, "LIST (");
			break;
		default:
			appendStringInfoString(&text, "RANGE (");
			break;
	}
	for (int i = 0; i < form->partnatts; i++)
	{
		AttrNumber attnum = form->partattrs.values[i];
		Oid type;
		Oid normal;

		if (i > 0)
			appendStringInfoString(&text, ", ");
		if (attnum != 0)
		{
			int32 typmod;
			char *name = get_attname(form->partrelid, attnum, false);

			appendStringInfoString(&text, quote_identifier(name));
			get_atttypetypmodcoll(form->partrelid, attnum, &type, &typmod,
								  &normal);
		}
		else
		{
			Node *expr;
			char *printed;

			if (expr_cell == NULL)
				elog(ERROR, "too few expressions in a partition key");
			expr = lfirst(expr_cell);
			expr_cell = lnext(exprs, expr_cell);
			type = exprType(expr);
			normal = exprCollation(expr);
			printed = dbmig_deparse_node(read, expr, form->partrelid);
			if (printed == NULL)
				return NULL;
			appendStringInfo(&text, is_function_like(expr) ? "%s" : "(%s)",
							 printed);
		}
		add_key_options(read, &text, type, normal, collations->values[i],
						classes->values[i]);
	}
	appendStringInfoChar(&text, ')');
	return text.data;
}

/* Reads the keys of partitioned tables. */
static void
read_partition_keys(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, PartitionedRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_partitioned_table form =
			(Form_pg_partitioned_table) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, RelationRelationId, form->partrelid, 0);
		char *key;

		if (object == NULL)
			continue;
		key = print_partition_key(read, &scan, tuple);
		if (key)
			dbmig_object_set_text(object, "partition_key", keep(read, key));
		else
			dbmig_read_skip(object, "locked");
	}
	dbmig_read_end(&scan);
}

/* Reads servers and options of foreign tables. */
static void
read_foreign_tables(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, ForeignTableRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_foreign_table form = (Form_pg_foreign_table) GETSTRUCT(tuple);
		SchemaObject *object =
			dbmig_read_registered(read, RelationRelationId, form->ftrelid, 0);
		Datum options;
		bool isnull;

		if (object == NULL)
			continue;
		dbmig_object_set_text(object, "server",
							  keep_quoted(read, GetForeignServer(form->ftserver)
													->servername));
		options = dbmig_read_attr(&scan, tuple, Anum_pg_foreign_table_ftoptions,
								  &isnull);
		dbmig_read_options(read, object, "options", options, isnull);
	}
	dbmig_read_end(&scan);
}

/* Reads which indexes tables are clustered on or identified by. */
static void
read_index_marks(RelationsRead *relations)
{
	CatalogRead *read = relations->read;
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, IndexRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
		SchemaObject *object;
		char *name;

		if (!form->indisclustered && !(form->indisreplident && relations->marks))
			continue;
		object =
			dbmig_read_registered(read, RelationRelationId, form->indrelid, 0);
		if (object == NULL)
			continue;
		name = relation_name(read, form->indexrelid);
		if (name == NULL)
			continue;
		if (form->indisclustered)
			dbmig_object_set_text(object, "cluster_on", name);
		if (form->indisreplident && dbmig_object_text(object, "replica_identity"))
			dbmig_object_set_text(object, "replica_identity",
								  keep(read, psprintf("index %s", name)));
	}
	dbmig_read_end(&scan);
}

/* Reads all relations but indexes and composite types. */
void
dbmig_catalog_relations(CatalogRead *read)
{
	RelationsRead relations = {read};
	CatalogScan scan;
	HeapTuple tuple;

	relations.maxtables = 1024;
	relations.tables = palloc_array(ToastLink, relations.maxtables);
	dbmig_read_begin(read, &scan, RelationRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
		read_relation(&relations, &scan, tuple);
	dbmig_read_end(&scan);
	join_toast_options(&relations);
	register_row_types(read);
	read_parents(read);
	read_partition_keys(read);
	read_foreign_tables(read);
	read_index_marks(&relations);
}
