/*
 * index.c
 *		Reads indexes.
 *
 * One scan of pg_class and one of pg_index gather all of them; constraints take
 * the indexes that are theirs, the rest are objects of their own.  The text of
 * an index over plain columns is put together here, in the server's spelling;
 * the server is asked for expressions only.  It says neither the name of the
 * index nor that of its table, so that it is the same wherever the index is.
 */
#include "postgres.h"

#include "access/amapi.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/transam.h"
#include "base/compat.h"
#include "catalog/index_row.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

/* How an operator class is printed for a type. */
typedef struct ClassEntry
{
	Oid opclass; /* key, two parts */
	Oid type;
	const char *text; /* " app.my_ops", or "" if it is the default */
} ClassEntry;

/* An access method. */
typedef struct MethodEntry
{
	Oid oid; /* key */
	const char *name;
	bool ordered; /* its indexes know DESC and NULLS FIRST */
} MethodEntry;

struct IndexState
{
	HTAB *rows;		/* of IndexRow */
	HTAB *classes;	/* of ClassEntry */
	HTAB *methods;	/* of MethodEntry */
	TupleDesc desc; /* of pg_index */
	bool attached;	/* any index of a partition? */
};

/* Makes a hash table for one reading. */
static HTAB *
make_table(CatalogRead *read, const char *name, Size keysize, Size entrysize)
{
	HASHCTL ctl = {0};

	ctl.keysize = keysize;
	ctl.entrysize = entrysize;
	ctl.hcxt = read->scratch;
	return hash_create(name, 256, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Reads what pg_class says about indexes. */
static void
read_classes(CatalogRead *read, struct IndexState *state)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, RelationRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
		IndexRow *row;
		Datum options;
		bool isnull;

		if ((form->relkind != RELKIND_INDEX &&
			 form->relkind != RELKIND_PARTITIONED_INDEX) ||
			form->oid < FirstNormalObjectId ||
			form->relnamespace == PG_TOAST_NAMESPACE)
			continue;
		row = hash_search(state->rows, &form->oid, HASH_ENTER, NULL);
		row->name = MemoryContextStrdup(read->scratch, NameStr(form->relname));
		row->namespace = form->relnamespace;
		row->access_method = form->relam;
		row->tablespace = form->reltablespace;
		row->partitioned = form->relkind == RELKIND_PARTITIONED_INDEX;
		row->partition = form->relispartition;
		row->options = (Datum) 0;
		row->tuple = NULL;
		row->object = NULL;
		state->attached |= row->partition;
		options =
			dbmig_read_attr(&scan, tuple, Anum_pg_class_reloptions, &isnull);
		if (!isnull)
		{
			MemoryContext previous = MemoryContextSwitchTo(read->scratch);

			row->options = datumCopy(options, false, -1);
			MemoryContextSwitchTo(previous);
		}
	}
	dbmig_read_end(&scan);
}

/* Reads pg_index, as far as tables that are read are concerned. */
static void
read_rows(CatalogRead *read, struct IndexState *state)
{
	CatalogScan scan;
	HeapTuple tuple;
	MemoryContext previous;

	dbmig_read_begin(read, &scan, IndexRelationId);
	previous = MemoryContextSwitchTo(read->scratch);
	state->desc = CreateTupleDescCopy(RelationGetDescr(scan.relation));
	MemoryContextSwitchTo(previous);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
		IndexRow *row;

		if (form->indexrelid < FirstNormalObjectId || !form->indislive ||
			dbmig_read_registered(read, RelationRelationId, form->indrelid,
								  0) == NULL)
			continue;
		row = hash_search(state->rows, &form->indexrelid, HASH_FIND, NULL);
		if (row)
		{
			previous = MemoryContextSwitchTo(read->scratch);
			row->tuple = heap_copytuple(tuple);
			MemoryContextSwitchTo(previous);
		}
	}
	dbmig_read_end(&scan);
}

/* Returns all indexes, read if they were not. */
static struct IndexState *
get_state(CatalogRead *read)
{
	struct IndexState *state = read->indexes;

	if (state)
		return state;
	state = MemoryContextAllocZero(read->scratch, sizeof(struct IndexState));
	state->rows =
		make_table(read, "dbmig indexes", sizeof(Oid), sizeof(IndexRow));
	state->classes = make_table(read, "dbmig operator classes", 2 * sizeof(Oid),
								sizeof(ClassEntry));
	state->methods = make_table(read, "dbmig access methods", sizeof(Oid),
								sizeof(MethodEntry));
	read_classes(read, state);
	read_rows(read, state);
	read->indexes = state;
	return state;
}

/* Finds an index on a table that is read; NULL if there is none. */
IndexRow *
dbmig_index_row(CatalogRead *read, Oid index)
{
	IndexRow *row = hash_search(get_state(read)->rows, &index, HASH_FIND, NULL);

	return row && row->tuple ? row : NULL;
}

/* Returns a column of pg_index; 0 if it is null. */
static Datum
get_attr(CatalogRead *read, const IndexRow *row, int attnum)
{
	bool isnull;
	Datum datum =
		heap_getattr(row->tuple, attnum, get_state(read)->desc, &isnull);

	return isnull ? (Datum) 0 : datum;
}

/* Are nulls equal to each other? */
bool
dbmig_index_nulls_not_distinct(const IndexRow *row)
{
	return ((Form_pg_index) GETSTRUCT(row->tuple))->indnullsnotdistinct;
}

/* Finds an access method. */
static const MethodEntry *
get_method(CatalogRead *read, Oid oid)
{
	bool found;
	MethodEntry *entry =
		hash_search(get_state(read)->methods, &oid, HASH_ENTER, &found);

	if (!found)
	{
		char *name;

		entry->name = "?";
		entry->ordered = false;
		name = get_am_name(oid);
		if (name)
			entry->name =
				MemoryContextStrdup(read->scratch, quote_identifier(name));
		entry->ordered = GetIndexAmRoutineByAmId(oid, false)->amcanorder;
	}
	return entry;
}

/* Prints an operator class, unless it is the type's default. */
static const char *
print_class(CatalogRead *read, Oid opclass, Oid type)
{
	Oid key[2] = {opclass, type};
	bool found;
	ClassEntry *entry =
		hash_search(get_state(read)->classes, key, HASH_ENTER, &found);
	HeapTuple tuple;
	Form_pg_opclass form;

	if (found)
		return entry->text;
	entry->text = "";
	tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator class %u", opclass);
	form = (Form_pg_opclass) GETSTRUCT(tuple);
	if (!OidIsValid(type) || GetDefaultOpClass(type, form->opcmethod) != opclass)
	{
		const char *name = quote_identifier(NameStr(form->opcname));

		if (form->opcnamespace != PG_CATALOG_NAMESPACE)
			name =
				psprintf("%s.%s",
						 dbmig_read_namespace(read, form->opcnamespace), name);
		entry->text = MemoryContextStrdup(read->scratch, psprintf(" %s", name));
	}
	ReleaseSysCache(tuple);
	return entry->text;
}

/* Prints the options of an operator class. */
static void
print_class_options(StringInfo text, List *options)
{
	ListCell *cell;

	appendStringInfoString(text, " (");
	foreach(cell, options)
	{
		DefElem *option = lfirst(cell);

		appendStringInfo(text, "%s%s=%s", cell == list_head(options) ? "" : ", ",
						 quote_identifier(option->defname),
						 option->arg ? quote_literal_cstr(strVal(option->arg)) :
									   "''");
	}
	appendStringInfoChar(text, ')');
}

/* Finds what was set for a column of an index; NULL if nothing was. */
static const IndexColumn *
find_column(CatalogRead *read, Oid index, int attnum)
{
	ListCell *cell;

	foreach(cell, read->index_columns)
	{
		const IndexColumn *column = lfirst(cell);

		if (column->relid == index && column->attnum == attnum)
			return column;
	}
	return NULL;
}

/* Prints an operator as an exclusion constraint names it. */
static void
print_operator(CatalogRead *read, StringInfo text, Oid oid)
{
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
	Form_pg_operator form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", oid);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	if (form->oprnamespace == PG_CATALOG_NAMESPACE)
		appendStringInfo(text, " WITH %s", NameStr(form->oprname));
	else
		appendStringInfo(text, " WITH OPERATOR(%s.%s)",
						 dbmig_read_namespace(read, form->oprnamespace),
						 NameStr(form->oprname));
	ReleaseSysCache(tuple);
}

/* Is this printed in a form that needs no parentheses in an index? */
static bool
is_call(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_FuncExpr:
			return ((const FuncExpr *) node)->funcformat ==
					   COERCE_EXPLICIT_CALL ||
				   ((const FuncExpr *) node)->funcformat == COERCE_SQL_SYNTAX;
		case T_NullIfExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_SQLValueFunction:
		case T_XmlExpr:
			return true;
		default:
			return false;
	}
}

/* Returns the expressions of an index. */
static List *
get_expressions(CatalogRead *read, const IndexRow *row)
{
	Datum datum;

	if (heap_attisnull(row->tuple, Anum_pg_index_indexprs, NULL))
		return NIL;
	datum = get_attr(read, row, Anum_pg_index_indexprs);
	return (List *) stringToNode(TextDatumGetCString(datum));
}

/* Prints one key; returns false if its expression cannot be printed. */
static bool
print_key(CatalogRead *read, StringInfo text, const IndexRow *row, int key,
		  const RelationColumns *columns, List *expressions, int *expression,
		  Oid *type, Oid *collation)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(row->tuple);
	int attnum = form->indkey.values[key];
	Node *node;
	char *printed;

	if (attnum > 0)
	{
		if (attnum > columns->count || columns->names[attnum - 1] == NULL)
			elog(ERROR, "index %u has no column %d", row->oid, attnum);
		appendStringInfoString(text,
							   quote_identifier(columns->names[attnum - 1]));
		*type = columns->types[attnum - 1];
		*collation = columns->collations[attnum - 1];
		return true;
	}
	node = list_nth(expressions, (*expression)++);
	printed = dbmig_deparse_node(read, node, form->indrelid);
	if (printed == NULL)
		return false;
	appendStringInfo(text, is_call(node) ? "%s" : "(%s)", printed);
	*type = exprType(node);
	*collation = exprCollation(node);
	return true;
}

/* Prints an index from USING on. */
char *
dbmig_index_text(CatalogRead *read, IndexRow *row, const Oid *operators)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(row->tuple);
	const RelationColumns *columns =
		dbmig_read_relation_columns(read, form->indrelid);
	const MethodEntry *method = get_method(read, row->access_method);
	oidvector *classes =
		(oidvector *) DatumGetPointer(get_attr(read, row,
											   Anum_pg_index_indclass));
	oidvector *collations =
		(oidvector *) DatumGetPointer(get_attr(read, row,
											   Anum_pg_index_indcollation));
	int2vector *flags =
		(int2vector *) DatumGetPointer(get_attr(read, row,
												Anum_pg_index_indoption));
	List *expressions = get_expressions(read, row);
	int expression = 0;
	StringInfoData text;
	char *result;

	initStringInfo(&text);
	appendStringInfo(&text, "USING %s (", method->name);
	for (int i = 0; i < form->indnatts; i++)
	{
		const IndexColumn *set;
		List *options;
		Oid type;
		Oid collation;

		if (i == form->indnkeyatts)
			appendStringInfoString(&text, ") INCLUDE (");
		else if (i > 0)
			appendStringInfoString(&text, ", ");
		if (!print_key(read, &text, row, i, columns, expressions, &expression,
					   &type, &collation))
			return NULL;
		if (i >= form->indnkeyatts)
			continue;
		if (OidIsValid(collations->values[i]) &&
			collations->values[i] != collation)
			appendStringInfo(&text, " COLLATE %s",
							 generate_collation_name(collations->values[i]));
		set = find_column(read, row->oid, i + 1);
		options = set ? set->options : NIL;
		appendStringInfoString(&text, print_class(read, classes->values[i],
												  options ? InvalidOid : type));
		if (options)
			print_class_options(&text, options);
		if (method->ordered && (flags->values[i] & INDOPTION_DESC))
			appendStringInfoString(&text,
								   flags->values[i] & INDOPTION_NULLS_FIRST ?
									   " DESC" :
									   " DESC NULLS LAST");
		else if (method->ordered && (flags->values[i] & INDOPTION_NULLS_FIRST))
			appendStringInfoString(&text, " NULLS FIRST");
		if (operators)
			print_operator(read, &text, operators[i]);
	}
	appendStringInfoChar(&text, ')');
	if (form->indnullsnotdistinct)
		appendStringInfoString(&text, " NULLS NOT DISTINCT");
	result = MemoryContextStrdup(read->context, text.data);
	pfree(text.data);
	return result;
}

/* Prints the columns of INCLUDE, with their parentheses; NULL without any. */
char *
dbmig_index_included(CatalogRead *read, IndexRow *row)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(row->tuple);
	const RelationColumns *columns;
	StringInfoData text;

	if (form->indnatts == form->indnkeyatts)
		return NULL;
	columns = dbmig_read_relation_columns(read, form->indrelid);
	initStringInfo(&text);
	for (int i = form->indnkeyatts; i < form->indnatts; i++)
		appendStringInfo(&text, "%s%s", i == form->indnkeyatts ? "(" : ", ",
						 quote_identifier(columns->names[form->indkey.values[i] -
														 1]));
	appendStringInfoChar(&text, ')');
	return text.data;
}

/* Notes which rows are indexed, options and tablespace. */
void
dbmig_index_attributes(CatalogRead *read, IndexRow *row, SchemaObject *object)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(row->tuple);

	if (!heap_attisnull(row->tuple, Anum_pg_index_indpred, NULL))
	{
		char *condition =
			dbmig_deparse_expr(read,
							   TextDatumGetCString(get_attr(read, row,
															Anum_pg_index_indpred)),
							   form->indrelid);

		if (condition == NULL)
			dbmig_read_skip(object, "locked");
		dbmig_object_set_text(object, "where", condition);
	}
	if (row->options)
		dbmig_read_options(read, object, "options", row->options, false);
	if (OidIsValid(row->tablespace))
	{
		char *name = get_tablespace_name(row->tablespace);

		if (name)
			dbmig_object_set_text(object, "tablespace",
								  MemoryContextStrdup(read->context,
													  quote_identifier(name)));
	}
}

/* Adds an index that belongs to no constraint. */
static void
add_index(CatalogRead *read, IndexRow *row)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(row->tuple);
	SchemaObject *table =
		dbmig_read_registered(read, RelationRelationId, form->indrelid, 0);
	const char *name =
		MemoryContextStrdup(read->context, quote_identifier(row->name));
	SchemaObject *object =
		dbmig_object_add(read->model, KIND_INDEX, table, NULL, name, NULL);
	char *text = dbmig_index_text(read, row, NULL);

	row->object = object;
	dbmig_read_register(read, RelationRelationId, row->oid, 0, object);
	dbmig_object_set_bool(object, "unique", form->indisunique);
	if (text == NULL)
		dbmig_read_skip(object, "locked");
	dbmig_object_set_text(object, "definition", text);
	dbmig_index_attributes(read, row, object);
	dbmig_object_set_bool(object, "invalid",
						  !form->indisvalid && !row->partitioned);
}

/* Notes the statistics targets of columns of indexes. */
static void
set_statistics(CatalogRead *read)
{
	ListCell *cell;

	foreach(cell, read->index_columns)
	{
		IndexColumn *column = lfirst(cell);
		IndexRow *row = dbmig_index_row(read, column->relid);

		if (row && row->object && column->target >= 0)
		{
			MemoryContext previous = MemoryContextSwitchTo(read->context);

			dbmig_object_put(row->object, "statistics",
							 psprintf("%d", column->attnum),
							 psprintf("%d", column->target));
			MemoryContextSwitchTo(previous);
		}
	}
}

/* Notes which index of a partitioned table an index is attached to. */
static void
set_attached(CatalogRead *read, struct IndexState *state)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, InheritsRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_inherits form = (Form_pg_inherits) GETSTRUCT(tuple);
		IndexRow *row = dbmig_index_row(read, form->inhrelid);
		IndexRow *parent;

		if (row == NULL || row->object == NULL)
			continue;
		parent = hash_search(state->rows, &form->inhparent, HASH_FIND, NULL);
		if (parent == NULL)
			continue;
		if (parent->object == NULL)
		{
			dbmig_object_set_text(row->object, "attached_to",
								  dbmig_read_qualified(read, parent->namespace,
													   parent->name));
			continue;
		}
		dbmig_object_set_text(row->object, "attached_to",
							  parent->object->identity);
		/* a key can be dropped without the index that it is attached to */
		if (row->object->kind != parent->object->kind)
			dbmig_object_depend(row->object, dbmig_object_ref(parent->object));
	}
	dbmig_read_end(&scan);
}

/* Reads all indexes that belong to no constraint. */
void
dbmig_catalog_indexes(CatalogRead *read)
{
	struct IndexState *state = get_state(read);
	HASH_SEQ_STATUS status;
	IndexRow *row;

	hash_seq_init(&status, state->rows);
	while ((row = hash_seq_search(&status)) != NULL)
		if (row->tuple && row->object == NULL)
			add_index(read, row);
	set_statistics(read);
	if (state->attached)
		set_attached(read, state);
}
