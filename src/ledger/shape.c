/*
 * shape.c
 *		Looks at the candidates of scan.c one by one: columns with their types,
 *		rights, neighbours, and which tool they are of.
 *
 * A table's name is never enough and its shape only where no other tool makes
 * the same: then neighbours and rows decide, and where these cannot either,
 * the description is one that says "a or b".
 *
 * Locks: ACCESS SHARE on each candidate, its partitions and its neighbours,
 * only if it is to be had at once, for the transaction.  What is locked by
 * somebody else is recognised by its columns alone, and not read.
 */
#include "postgres.h"

#include "base/sql.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* What a row test says. */
typedef enum RowTest
{
	ROWS_NO,
	ROWS_YES,
	ROWS_NONE, /* there are none */
	ROWS_UNREAD
} RowTest;

/* Tells whether a type holds what a signature says. */
static bool
type_fits(Oid type, LedgerType wanted)
{
	switch (wanted)
	{
		case LEDGER_TEXT:
			return type == TEXTOID || type == VARCHAROID || type == BPCHAROID ||
				   type == NAMEOID;
		case LEDGER_INTEGER:
			return type == INT2OID || type == INT4OID || type == INT8OID;
		case LEDGER_TIME:
			return type == TIMESTAMPTZOID || type == TIMESTAMPOID ||
				   type == DATEOID;
		case LEDGER_BOOLEAN:
			return type == BOOLOID;
		case LEDGER_JSON:
			return type == JSONBOID || type == JSONOID;
		case LEDGER_TEXTS:
			return type == TEXTARRAYOID;
		case LEDGER_BYTES:
			return type == BYTEAOID;
		case LEDGER_ANY:
			return type == NUMERICOID || type == FLOAT4OID ||
				   type == FLOAT8OID || type == UUIDOID ||
				   type_fits(type, LEDGER_TEXT) ||
				   type_fits(type, LEDGER_INTEGER);
	}
	return false;
}

/* Returns the table's name as SQL writes it. */
char *
dbmig_ledger_qualified(const LedgerTable *table)
{
	return quote_qualified_identifier(table->schema, table->name);
}

/* Finds the columns of a signature in a table; false if one is missing. */
bool
dbmig_ledger_map(LedgerTable *table, const LedgerColumn *columns, bool any_case,
				 bool more)
{
	int count = 0;
	int used = 0;
	int *map;

	while (columns[count].name)
		count++;
	map = palloc_array(int, count);
	for (int c = 0; c < count; c++)
	{
		map[c] = -1;
		for (int i = 0; i < table->natts; i++)
		{
			const LedgerAttribute *att = &table->atts[i];

			if (any_case ? pg_strcasecmp(att->name, columns[c].name) == 0 :
						   strcmp(att->name, columns[c].name) == 0)
				map[c] = i;
		}
		if (map[c] >= 0 && !type_fits(table->atts[map[c]].type, columns[c].type))
			return false;
		if (map[c] < 0 && !columns[c].optional)
			return false;
		used += map[c] >= 0;
	}
	if (!more && used < table->natts)
		return false;
	table->map = map;
	return true;
}

/* Returns the SQL type by which descriptions know a column. */
static const char *
known_type(LedgerType type)
{
	switch (type)
	{
		case LEDGER_TEXT:
		case LEDGER_ANY:
			return "pg_catalog.text";
		case LEDGER_INTEGER:
			return "pg_catalog.int8";
		case LEDGER_TIME:
			return "pg_catalog.timestamptz";
		case LEDGER_BOOLEAN:
			return "pg_catalog.bool";
		case LEDGER_JSON:
			return "pg_catalog.jsonb";
		case LEDGER_TEXTS:
			return "pg_catalog._text";
		case LEDGER_BYTES:
			return "pg_catalog.bytea";
	}
	return NULL;
}

/* Writes one column of a table in the form that descriptions expect. */
static void
append_column(StringInfo sql, const LedgerTable *table,
			  const LedgerColumn *column, int at, bool utc)
{
	const LedgerAttribute *att = at < 0 ? NULL : &table->atts[at];

	if (att == NULL)
		appendStringInfo(sql, "NULL::%s", known_type(column->type));
	else if (utc && column->type == LEDGER_TIME && att->type == TIMESTAMPOID)
		appendStringInfo(sql, "pg_catalog.timezone('UTC', %s)",
						 quote_identifier(att->name));
	else if (column->type == LEDGER_INTEGER)
		appendStringInfoString(sql, quote_identifier(att->name));
	else
		appendStringInfo(sql, "%s::%s", quote_identifier(att->name),
						 known_type(column->type));
	appendStringInfo(sql, " AS %s", quote_identifier(column->name));
}

/* Returns the FROM item of a table's columns, without an alias. */
static char *
columns_source(const LedgerTable *table, const LedgerColumn *columns, bool utc)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "(SELECT ");
	for (int c = 0; columns[c].name; c++)
	{
		if (c > 0)
			appendStringInfoString(&sql, ", ");
		append_column(&sql, table, &columns[c], table->map[c], utc);
	}
	appendStringInfo(&sql, " FROM %s%s)",
					 table->kind == RELKIND_RELATION ? "ONLY " : "",
					 dbmig_ledger_qualified(table));
	return sql.data;
}

/* Returns the FROM item of a recognised ledger. */
char *
dbmig_ledger_source(const LedgerTable *table)
{
	return columns_source(table, table->tool->columns,
						  (table->tool->flags & LEDGER_UTC) != 0);
}

/* Says which right is missing, or returns NULL. */
char *
dbmig_ledger_why_skipped(const LedgerTable *table)
{
	if (!table->locked)
		return psprintf("%s is locked by another session",
						dbmig_ledger_qualified(table));
	if (!table->may_read)
		return psprintf("cannot be read: needs %.*s",
						(int) strlen(table->missing) - 1, table->missing);
	if (table->rls)
		return psprintf("cannot be read: row security of %s hides rows from role %s",
						dbmig_ledger_qualified(table),
						quote_identifier(GetUserNameFromId(GetUserId(), false)));
	return NULL;
}

/* Takes ACCESS SHARE on a table and its partitions, if nobody is in the way. */
static bool
lock_at_once(Oid relid, char kind)
{
	List *children;
	ListCell *cell;

	if (!ConditionalLockRelationOid(relid, AccessShareLock))
		return false;
	if (kind != RELKIND_PARTITIONED_TABLE)
		return true;
	children = find_all_inheritors(relid, NoLock, NULL);
	foreach(cell, children)
	{
		if (!ConditionalLockRelationOid(lfirst_oid(cell), AccessShareLock))
			return false;
	}
	return true;
}

/* Writes a list of OIDs as an array. */
static char *
oid_array(List *oids)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, oids)
		appendStringInfo(&text, "%c%u", text.len ? ',' : '{', lfirst_oid(cell));
	appendStringInfoChar(&text, text.len ? '}' : '{');
	if (text.len == 1)
		appendStringInfoChar(&text, '}');
	return text.data;
}

/* Says in SQL which privilege on a table is missing. */
static char *
missing_grant(const LedgerTable *table, bool usage)
{
	const char *role = quote_identifier(GetUserNameFromId(GetUserId(), false));

	if (!usage)
		return psprintf("GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s TO %s;",
						quote_identifier(table->schema), role,
						dbmig_ledger_qualified(table), role);
	return psprintf("GRANT SELECT ON %s TO %s;", dbmig_ledger_qualified(table),
					role);
}

/* Reads what the catalogs and the statistics know of tables. */
static List *
load_tables(List *oids)
{
	const char *args[1] = {oid_array(oids)};
	List *tables = NIL;
	uint64 rows;

	rows = dbmig_sql_run_text(
		"SELECT c.oid::int8, c.relnamespace::int8, n.nspname, c.relname,"
		" c.relkind::text,"
		" pg_catalog.has_schema_privilege(n.oid, 'USAGE'),"
		" pg_catalog.has_table_privilege(c.oid, 'SELECT'),"
		" c.relrowsecurity AND pg_catalog.row_security_active(c.oid),"
		" pg_catalog.pg_stat_get_tuples_inserted(c.oid)"
		"  + pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid),"
		" pg_catalog.pg_stat_get_tuples_deleted(c.oid)"
		"  + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid),"
		" pg_catalog.pg_stat_get_live_tuples(c.oid),"
		" c.relfilenode <> c.oid"
		" FROM pg_catalog.pg_class c"
		" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
		" WHERE c.oid = ANY ($1::pg_catalog._oid)"
		"  AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'"
		" ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"",
		1, args, true);
	for (uint64 row = 0; row < rows; row++)
	{
		LedgerTable *table = palloc0(sizeof(LedgerTable));
		bool usage = dbmig_sql_bool(row, 6);

		table->relid = (Oid) dbmig_sql_int64(row, 1, 0);
		table->nspoid = (Oid) dbmig_sql_int64(row, 2, 0);
		table->schema = dbmig_sql_text(row, 3);
		table->name = dbmig_sql_text(row, 4);
		table->kind = dbmig_sql_text(row, 5)[0];
		table->may_read = usage && dbmig_sql_bool(row, 7);
		table->missing = missing_grant(table, usage);
		table->rls = dbmig_sql_bool(row, 8);
		table->inserted = dbmig_sql_int64(row, 9, 0);
		table->deleted = dbmig_sql_int64(row, 10, 0);
		table->live = dbmig_sql_int64(row, 11, 0);
		table->rewritten = dbmig_sql_bool(row, 12);
		tables = lappend(tables, table);
	}
	SPI_freetuptable(SPI_tuptable);
	return tables;
}

/* Finds a table of a list by its OID. */
static LedgerTable *
table_of(List *tables, Oid relid)
{
	ListCell *cell;

	foreach(cell, tables)
	{
		LedgerTable *table = lfirst(cell);

		if (table->relid == relid)
			return table;
	}
	return NULL;
}

/* Reads their columns. */
static void
load_columns(List *tables, List *oids)
{
	const char *args[1] = {oid_array(oids)};
	LedgerTable *table = NULL;
	uint64 rows;

	rows = dbmig_sql_run_text(
		"SELECT a.attrelid::int8, a.attname,"
		" (CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END)::int8,"
		" pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),"
		" EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid"
		"  AND i.indisprimary AND i.indnatts = 1 AND i.indkey[0] = a.attnum),"
		" COALESCE((SELECT d.objid FROM pg_catalog.pg_depend d"
		"  JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
		"  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
		"   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
		"   AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum"
		"   AND d.deptype IN ('a', 'i') ORDER BY d.objid LIMIT 1), 0)::int8"
		" FROM pg_catalog.pg_attribute a"
		" JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
		" WHERE a.attrelid = ANY ($1::pg_catalog._oid)"
		"  AND a.attnum > 0 AND NOT a.attisdropped"
		" ORDER BY a.attrelid, a.attnum",
		1, args, true);
	for (uint64 row = 0; row < rows; row++)
	{
		Oid relid = (Oid) dbmig_sql_int64(row, 1, 0);
		LedgerAttribute *att;

		if (table == NULL || table->relid != relid)
			table = table_of(tables, relid);
		if (table == NULL)
			continue;
		table->atts = table->natts == 0 ?
						  palloc_array(LedgerAttribute, 1) :
						  repalloc(table->atts, sizeof(LedgerAttribute) *
													(table->natts + 1));
		att = &table->atts[table->natts++];
		att->name = dbmig_sql_text(row, 2);
		att->type = (Oid) dbmig_sql_int64(row, 3, 0);
		att->readable = dbmig_sql_bool(row, 4);
		att->key = dbmig_sql_bool(row, 5);
		att->sequence = (Oid) dbmig_sql_int64(row, 6, 0);
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Loads tables with their columns, each locked if it could be. */
static List *
load(List *oids)
{
	List *locked = NIL;
	List *tables;
	ListCell *cell;
	SqlScope scope;

	/* first lock, then look: what is looked at stays as it is */
	foreach(cell, oids)
	{
		Oid relid = lfirst_oid(cell);

		if (lock_at_once(relid, get_rel_relkind(relid)))
			locked = lappend_oid(locked, relid);
	}
	scope = dbmig_sql_own_begin();
	tables = load_tables(oids);
	load_columns(tables, oids);
	dbmig_sql_own_end(scope);
	foreach(cell, tables)
	{
		LedgerTable *table = lfirst(cell);

		table->locked = list_member_oid(locked, table->relid);
	}
	return tables;
}

/* Tells whether the caller may read the columns that the map names. */
static void
check_columns(LedgerTable *table, const LedgerColumn *columns)
{
	if (table->may_read || strstr(table->missing, "USAGE") != NULL)
		return;
	for (int c = 0; columns[c].name; c++)
	{
		if (table->map[c] >= 0 && !table->atts[table->map[c]].readable)
			return;
	}
	table->may_read = true;
}

/* Asks rows whether they pass a test; a hundred are enough. */
static RowTest
test_rows(LedgerTable *table, const char *test)
{
	char *error;
	char *sql;
	SqlScope scope;
	RowTest result = ROWS_UNREAD;

	check_columns(table, table->tool->columns);
	if (dbmig_ledger_why_skipped(table) != NULL)
		return ROWS_UNREAD;
	sql =
		psprintf("SELECT pg_catalog.count(*), COALESCE(pg_catalog.bool_and(COALESCE(%s, false)), false)"
				 " FROM (SELECT * FROM %s s LIMIT 100) l",
				 test, dbmig_ledger_source(table));
	scope = dbmig_sql_own_begin();
	if (dbmig_ledger_try(sql, 0, NULL, &error))
	{
		if (dbmig_sql_int64(0, 1, 0) == 0)
			result = ROWS_NONE;
		else
			result = dbmig_sql_bool(0, 2) ? ROWS_YES : ROWS_NO;
	}
	dbmig_sql_own_end(scope);
	return result;
}

/* Tells whether a table has a usual name of a tool. */
static bool
usual_name(const LedgerTable *table, const LedgerTool *tool)
{
	char *wanted;

	if (tool->names == NULL || strchr(table->name, ',') != NULL)
		return false;
	wanted = psprintf(",%s,", table->name);
	for (char *p = wanted; *p; p++)
		*p = pg_ascii_tolower((unsigned char) *p);
	return strstr(tool->names, wanted) != NULL;
}

/* Tells whether a table is a tool's ledger. */
static bool
is_of(LedgerTable *table, const LedgerTool *tool)
{
	if (tool->schema && strcmp(table->schema, tool->schema) != 0)
		return false;
	if (!dbmig_ledger_map(table, tool->columns,
						  (tool->flags & LEDGER_ANY_CASE) != 0,
						  (tool->flags & LEDGER_MORE_COLUMNS) != 0))
		return false;
	if (tool->beside &&
		!OidIsValid(get_relname_relid(tool->beside, table->nspoid)))
		return false;
	if (tool->not_beside &&
		OidIsValid(get_relname_relid(tool->not_beside, table->nspoid)))
		return false;

	table->tool = tool;
	if (tool->rows)
	{
		RowTest rows = test_rows(table, tool->rows);

		if (rows == ROWS_NO ||
			(rows != ROWS_YES && (tool->flags & LEDGER_NEEDS_ROWS)))
			return false;
	}
	if (!(tool->flags & LEDGER_NEEDS_NAME) || usual_name(table, tool))
		return true;
	return tool->unnamed_rows &&
		   test_rows(table, tool->unnamed_rows) == ROWS_YES;
}

/* Finds the tool of a table; false if it is no ledger. */
static bool
recognise(LedgerTable *table)
{
	const LedgerTool *tool;

	for (int i = 0; (tool = dbmig_ledger_tool(i)) != NULL; i++)
	{
		if (is_of(table, tool))
		{
			check_columns(table, tool->columns);
			return true;
		}
	}
	table->tool = &dbmig_ledger_tool_legacy;
	if (!dbmig_ledger_map_legacy(table))
		return false;
	check_columns(table, table->tool->columns);
	return true;
}

/*
 * Finds all ledgers, or looks at one table alone; then how the other tables
 * grew is not known.  Needs SPI connected.
 */
List *
dbmig_ledger_find(Oid only, LedgerGrowth *growth)
{
	List *oids =
		OidIsValid(only) ? list_make1_oid(only) : dbmig_ledger_scan(growth);
	List *ledgers = NIL;
	ListCell *cell;

	foreach(cell, load(oids))
	{
		LedgerTable *table = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (recognise(table))
			ledgers = lappend(ledgers, table);
	}
	return ledgers;
}

/*
 * Returns the table of that name beside another one, with its columns found,
 * or NULL if it is not there, has another shape, or cannot be read now.
 */
LedgerTable *
dbmig_ledger_beside(LedgerTable *table, const char *name,
					const LedgerColumn *columns, bool any_case)
{
	Oid relid = get_relname_relid(name, table->nspoid);
	LedgerTable *found;
	List *tables;

	if (!OidIsValid(relid))
		return NULL;
	tables = load(list_make1_oid(relid));
	if (tables == NIL)
		return NULL;
	found = linitial(tables);
	if (columns)
	{
		if (!dbmig_ledger_map(found, columns, any_case, true))
			return NULL;
		check_columns(found, columns);
	}
	return dbmig_ledger_why_skipped(found) ? NULL : found;
}
