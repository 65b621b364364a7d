/*
 * column_names.c
 *		Names, types and collations of all columns, for the readers that need
 *		them by number: keys, indexes, expressions.
 *
 * One scan of pg_attribute gathers the columns of every relation that was
 * registered; a relation outside the schemas that are read, such as the target
 * of a foreign key, is looked up when it is asked for.  That is cheaper than
 * the system cache, which would keep a row for each column until the session
 * ends.  All of it lives as long as one reading.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "access/transam.h"
#include "base/compat.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/read.h"
#include "nodes/parsenodes.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* Finds the columns of a relation, made empty if there are none. */
static RelationColumns *
want_relation(CatalogRead *read, Oid relid)
{
	bool found;
	RelationColumns *columns =
		hash_search(read->columns, &relid, HASH_ENTER, &found);

	if (!found)
	{
		columns->count = 0;
		columns->room = 0;
		columns->names = NULL;
		columns->types = NULL;
		columns->collations = NULL;
	}
	return columns;
}

/* Adds one column. */
static void
add_column(CatalogRead *read, RelationColumns *columns, Form_pg_attribute form)
{
	int place = form->attnum - 1;

	if (place >= columns->room)
	{
		MemoryContext previous = MemoryContextSwitchTo(read->scratch);
		int room = Max(8, Max(columns->room * 2, place + 1));
		const char **names = palloc0(room * sizeof(char *));
		Oid *types = palloc0(room * 2 * sizeof(Oid));

		if (columns->count > 0)
		{
			memcpy(names, columns->names, columns->count * sizeof(char *));
			memcpy(types, columns->types, columns->count * sizeof(Oid));
			memcpy(types + room, columns->collations,
				   columns->count * sizeof(Oid));
			pfree(columns->names);
			pfree(columns->types);
		}
		columns->names = names;
		columns->types = types;
		columns->collations = types + room;
		columns->room = room;
		MemoryContextSwitchTo(previous);
	}
	columns->count = Max(columns->count, place + 1);
	if (form->attisdropped)
		return;
	columns->names[place] =
		MemoryContextStrdup(read->scratch, NameStr(form->attname));
	columns->types[place] = form->atttypid;
	columns->collations[place] = form->attcollation;
}

/* Notes what was set for a column of an index, or what may be an index. */
static void
add_index_column(CatalogRead *read, CatalogScan *scan, HeapTuple tuple)
{
	Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
	int target = dbmig_statistics_target(tuple, scan->relation->rd_att);
	bool isnull;
	Datum datum =
		dbmig_read_attr(scan, tuple, Anum_pg_attribute_attoptions, &isnull);
	List *options = NIL;
	MemoryContext previous;

	if (target < 0 && isnull)
		return;
	previous = MemoryContextSwitchTo(read->scratch);
	if (!isnull)
	{
		ListCell *cell;

		foreach(cell, untransformRelOptions(datum))
		{
			DefElem *option = lfirst(cell);

			if (strncmp(option->defname, "pg_", 3) != 0)
				options = lappend(options, option);
		}
	}
	if (target >= 0 || options != NIL)
	{
		IndexColumn *column = palloc(sizeof(IndexColumn));

		column->relid = form->attrelid;
		column->attnum = form->attnum;
		column->target = target;
		column->options = options;
		read->index_columns = lappend(read->index_columns, column);
	}
	MemoryContextSwitchTo(previous);
}

/* Reads the columns of all relations that are registered by now. */
static void
read_all(CatalogRead *read)
{
	CatalogScan scan;
	HeapTuple tuple;
	HASHCTL ctl = {0};
	Oid last = InvalidOid;
	RelationColumns *columns = NULL;

	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(RelationColumns);
	ctl.hcxt = read->scratch;
	read->columns = hash_create("dbmig columns", 1024, &ctl,
								HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);

	dbmig_read_begin(read, &scan, AttributeRelationId);
	while ((tuple = dbmig_read_next(&scan)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);

		if (form->attnum <= 0 || form->attrelid < FirstNormalObjectId)
			continue;
		if (form->attrelid != last)
		{
			last = form->attrelid;
			columns = dbmig_read_registered(read, RelationRelationId, last, 0) ?
						  want_relation(read, last) :
						  NULL;
		}
		if (columns)
			add_column(read, columns, form);
		else
			add_index_column(read, &scan, tuple);
	}
	dbmig_read_end(&scan);
}

/* Reads the columns of one relation. */
static RelationColumns *
read_one(CatalogRead *read, Oid relid)
{
	RelationColumns *columns = want_relation(read, relid);
	Relation attribute = table_open(AttributeRelationId, AccessShareLock);
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&key[1], Anum_pg_attribute_attnum, BTGreaterStrategyNumber,
				F_INT2GT, Int16GetDatum(0));
	scan = systable_beginscan(attribute, AttributeRelidNumIndexId, true,
							  read->snapshot, 2, key);
	while ((tuple = systable_getnext(scan)) != NULL)
		add_column(read, columns, (Form_pg_attribute) GETSTRUCT(tuple));
	systable_endscan(scan);
	table_close(attribute, AccessShareLock);
	return columns;
}

/* Returns the columns of a relation. */
const RelationColumns *
dbmig_read_relation_columns(CatalogRead *read, Oid relid)
{
	RelationColumns *columns;

	if (read->columns == NULL)
		read_all(read);
	columns = hash_search(read->columns, &relid, HASH_FIND, NULL);
	return columns ? columns : read_one(read, relid);
}

/* Returns the names of the columns of a relation. */
const char **
dbmig_read_columns(CatalogRead *read, Oid relid, int *count)
{
	const RelationColumns *columns = dbmig_read_relation_columns(read, relid);

	if (count)
		*count = columns->count;
	return columns->names;
}
