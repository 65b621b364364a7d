/*
 * statistics.c
 *		Reads extended statistics objects.
 *
 * The server sorts the columns of such an object by their numbers, which are
 * another table's business: here they are sorted by name.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/read.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* Orders text. */
static int
compare_text(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* Lists the kinds of statistics, unless all of them are wanted. */
static List *
list_kinds(CatalogScan *scan, HeapTuple tuple)
{
	static const struct
	{
		char code;
		const char *name;
	} kinds[] = {{STATS_EXT_NDISTINCT, "ndistinct"},
				 {STATS_EXT_DEPENDENCIES, "dependencies"},
				 {STATS_EXT_MCV, "mcv"}};
	bool isnull;
	Datum datum =
		dbmig_read_attr(scan, tuple, Anum_pg_statistic_ext_stxkind, &isnull);
	ArrayType *array;
	List *list = NIL;

	if (isnull)
		return NIL;
	array = DatumGetArrayTypeP(datum);
	for (int i = 0; i < lengthof(kinds); i++)
		if (ARR_NDIM(array) == 1 &&
			memchr(ARR_DATA_PTR(array), kinds[i].code, ARR_DIMS(array)[0]))
			list = lappend(list, unconstify(char *, kinds[i].name));
	return list_length(list) == lengthof(kinds) ? NIL : list;
}

/* Lists the columns by name. */
static List *
list_columns(CatalogRead *read, Form_pg_statistic_ext form)
{
	const RelationColumns *columns =
		dbmig_read_relation_columns(read, form->stxrelid);
	List *list = NIL;

	for (int i = 0; i < form->stxkeys.dim1; i++)
	{
		int number = form->stxkeys.values[i];

		if (number < 1 || number > columns->count ||
			columns->names[number - 1] == NULL)
			elog(ERROR, "statistics object %u has no column %d", form->oid,
				 number);
		list = lappend(list,
					   pstrdup(quote_identifier(columns->names[number - 1])));
	}
	list_sort(list, compare_text);
	return list;
}

/* Lists the expressions; returns false if one cannot be printed. */
static bool
list_expressions(CatalogRead *read, CatalogScan *scan, HeapTuple tuple,
				 Oid relid, List **list)
{
	char *trees =
		dbmig_read_attr_text(scan, tuple, Anum_pg_statistic_ext_stxexprs);
	ListCell *cell;

	*list = NIL;
	if (trees == NULL)
		return true;
	foreach(cell, (List *) stringToNode(trees))
	{
		char *text = dbmig_deparse_node(read, lfirst(cell), relid);

		if (text == NULL)
			return false;
		*list = lappend(*list, text);
	}
	return true;
}

/* Adds one statistics object. */
static void
add_statistics(CatalogRead *read, CatalogScan *scan, HeapTuple tuple)
{
	Form_pg_statistic_ext form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
	SchemaObject *table =
		dbmig_read_registered(read, RelationRelationId, form->stxrelid, 0);
	MemoryContext previous = MemoryContextSwitchTo(read->context);
	int target = dbmig_statistics_object_target(tuple, scan->relation->rd_att);
	SchemaObject *object;
	List *columns;
	List *expressions;

	object = dbmig_object_add(read->model, KIND_STATISTICS, NULL,
							  dbmig_read_namespace(read, form->stxnamespace),
							  pstrdup(quote_identifier(NameStr(form->stxname))),
							  NULL);
	dbmig_read_register(read, StatisticExtRelationId, form->oid, 0, object);
	dbmig_object_set_text(object, "table",
						  table ?
							  table->identity :
							  dbmig_read_qualified(read,
												   get_rel_namespace(form->stxrelid),
												   get_rel_name(form->stxrelid)));
	columns = list_columns(read, form);
	if (!list_expressions(read, scan, tuple, form->stxrelid, &expressions))
		dbmig_read_skip(object, "locked");
	/* a single expression has no kinds to choose from */
	if (list_length(columns) + list_length(expressions) > 1)
		dbmig_object_set_list(object, "kinds", list_kinds(scan, tuple));
	dbmig_object_set_list(object, "columns", columns);
	dbmig_object_set_list(object, "expressions", expressions);
	if (target >= 0)
		dbmig_object_set_int(object, "target", target);
	dbmig_read_owner(read, object, form->stxowner);
	MemoryContextSwitchTo(previous);
}

/* Reads all extended statistics objects. */
void
dbmig_catalog_statistics(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;

	dbmig_read_begin(read, &scan, StatisticExtRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_statistic_ext form = (Form_pg_statistic_ext) GETSTRUCT(tuple);

		if (dbmig_read_wanted(read, StatisticExtRelationId, form->oid,
							  form->stxnamespace))
			add_statistics(read, &scan, tuple);
	}
	dbmig_read_end(&scan);
}
