/*
 * baseline.c
 *		baseline_ledger(): writes what a tool would have written, so that the
 *		tool says "nothing to do".
 *
 * What the tool is to take as done comes as JSON; a recipe (baseline_*.c) says
 * how its ledger is made and filled.  Everything runs with the caller's rights
 * in the caller's transaction, under the tool's own lock.  What is there is
 * left alone: the ledger is made only if missing, a migration that it has is
 * not written again, and a table that is not this tool's ledger is refused.
 *
 * Locks: DBMIG_LOCK_RUNNER, so that two calls do not make one ledger twice;
 * then those of baseline_lock.c, all until the transaction ends.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "base/args.h"
#include "base/journal.h"
#include "base/lock.h"
#include "base/sql.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "ledger/baseline.h"
#include "ledger/hash.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#define FUNCTION "baseline_ledger()"

/* What {m} stands for; $1 is the array that the engine makes. */
#define MIGRATIONS                                                             \
	"pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) AS %s (position int," \
	" version text, name text, file text, checksum text, content text, given jsonb)"

static const BaselineRecipe *const recipe_lists[] = {dbmig_baseline_node,
													 dbmig_baseline_server,
													 dbmig_baseline_compiled,
													 dbmig_baseline_sqitch};

PG_FUNCTION_INFO_V1(dbmig_baseline_ledger);

/* Returns the names of all tools that have a recipe. */
static char *
recipe_names(void)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < lengthof(recipe_lists); i++)
	{
		const BaselineRecipe *recipe;

		for (recipe = recipe_lists[i]; recipe->tool; recipe++)
			appendStringInfo(&names, "%s%s", names.len ? ", " : "",
							 recipe->tool);
	}
	return names.data;
}

/* Finds a recipe by the tool's name, or returns NULL. */
static const BaselineRecipe *
find_recipe(const char *name)
{
	for (int i = 0; i < lengthof(recipe_lists); i++)
	{
		const BaselineRecipe *recipe;

		for (recipe = recipe_lists[i]; recipe->tool; recipe++)
		{
			if (pg_strcasecmp(recipe->tool, name) == 0)
				return recipe;
		}
	}
	return NULL;
}

/* Finds the recipe and the locks of the tool that a caller named. */
static void
choose_recipe(BaselineRun *run, const char *name)
{
	const LedgerTool *tool = dbmig_ledger_tool_find(name);

	run->recipe = find_recipe(name);
	if (run->recipe == NULL && tool != NULL)
		run->recipe = find_recipe(tool->name);
	if (run->recipe == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 tool ? errmsg("baseline_ledger() has no recipe for %s", tool->name)
					  : errmsg("unknown migration tool \"%s\"", name),
				 errhint("It is one of: %s.", recipe_names())));
	run->tool = dbmig_ledger_tool_find(run->recipe->tool);
}

/* Cuts a name to what a name may have. */
static char *
clipped(char *name)
{
	name[pg_mbcliplen(name, strlen(name), NAMEDATALEN - 1)] = '\0';
	return name;
}

/*
 * Returns an identifier made of two parts.  Where both do not fit into a name,
 * the table's part is cut: two tables must not get one name.
 */
static char *
joined_name(const char *first, const char *second)
{
	int room = NAMEDATALEN - 1 - (int) strlen(second);
	int length = pg_mbcliplen(first, strlen(first), room);

	return psprintf("%.*s%s", length, first, second);
}

/* Replaces what stands in braces in a template; see baseline.h. */
char *
dbmig_baseline_expand(BaselineRun *run, const char *template)
{
	StringInfoData sql;

	initStringInfo(&sql);
	for (const char *at = template; *at; at++)
	{
		const char *end = *at == '{' ? strchr(at, '}') : NULL;
		char *word = end ? pnstrdup(at + 1, end - at - 1) : NULL;
		char *text = NULL;

		if (word == NULL)
		{
			appendStringInfoChar(&sql, *at);
			continue;
		}
		if (strcmp(word, "ledger") == 0)
			text = quote_qualified_identifier(run->schema, run->table);
		else if (strcmp(word, "schema") == 0)
			text = pstrdup(quote_identifier(run->schema));
		else if (strcmp(word, "int") == 0)
			text = run->wide ? "bigint" : "integer";
		else if (strcmp(word, "m") == 0 || strcmp(word, "m2") == 0)
			text = psprintf(MIGRATIONS, word);
		else if (*word == '+')
			text = quote_qualified_identifier(run->schema,
											  joined_name(run->table, word + 1));
		else if (*word == '.')
			text = quote_qualified_identifier(run->schema, word + 1);
		else if (*word == '=')
			text = pstrdup(quote_identifier(joined_name(run->table, word + 1)));
		else if (strncmp(word, "PK#", 3) == 0)
		{
			char *key =
				dbmig_baseline_utf8(psprintf("%s%s", run->table, word + 3));

			/* TypeORM names keys by a hash of table and columns */
			text =
				pstrdup(quote_identifier(psprintf("PK_%.27s",
												  dbmig_hash_hex(PG_SHA1, key,
																 strlen(key)))));
		}
		else if (strcmp(word, "PK_") == 0)
			text = pstrdup(quote_identifier(clipped(psprintf("%s%s", word,
															 run->table))));

		if (text == NULL)
		{
			/* braces of SQL */
			appendStringInfoChar(&sql, *at);
			continue;
		}
		appendStringInfoString(&sql, text);
		at = end;
	}
	return sql.data;
}

/* Runs a template with the migrations as its parameter; returns its rows. */
static uint64
run_template(BaselineRun *run, const char *template, const char *migrations)
{
	const char *args[1] = {migrations};

	return dbmig_sql_run_text(dbmig_baseline_expand(run, template), 1, args,
							  false);
}

/* Decides where the ledger is or will be; looks, but makes nothing. */
static void
place_ledger(BaselineRun *run, char *ledger)
{
	RangeVar *name;

	if (ledger != NULL)
		name =
			makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(ledger)));
	else
		name = makeRangeVar(unconstify(char *, run->recipe->schema),
							unconstify(char *, run->recipe->table), -1);
	if (name->catalogname != NULL &&
		strcmp(name->catalogname, get_database_name(MyDatabaseId)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("ledger \"%s\" is in another database", ledger)));

	run->table = name->relname;
	run->ledger = RangeVarGetRelid(name, NoLock, true);
	if (OidIsValid(run->ledger))
		run->schema = get_namespace_name(get_rel_namespace(run->ledger));
	else if (name->schemaname != NULL)
		run->schema = name->schemaname;
	else
	{
		List *path = fetch_search_path(false);

		if (path == NIL)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_SCHEMA),
					 errmsg("no schema has been selected to create the ledger in"),
					 errhint("SET search_path, or give ledger as \"schema.table\".")));
		run->schema = get_namespace_name(linitial_oid(path));
		list_free(path);
	}
	if (run->schema == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("ledger \"%s\" is being dropped", run->table)));
}

/* Raises, with the GRANT that helps, if the caller may not do something. */
static void
require_privilege(const char *question, const char *object,
				  const char *privilege, const char *kind)
{
	const char *args[2] = {object, privilege};
	uint64 rows = dbmig_sql_run_text(question, 2, args, true);

	if (rows > 0 && !dbmig_sql_bool(0, 1))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied: %s on %s is needed to write the ledger",
						privilege, object),
				 errhint("GRANT %s ON %s%s TO %s;", privilege, kind, object,
						 quote_identifier(
							 GetUserNameFromId(GetUserId(), false)))));
}

/* Checks a privilege on a table. */
static void
require_on_table(const char *table, const char *privilege)
{
	require_privilege("SELECT pg_catalog.has_table_privilege($1, $2)", table,
					  privilege, "");
}

/* Tells whether there is a table of that name beside the ledger. */
static bool
table_exists(BaselineRun *run, const char *table)
{
	return OidIsValid(get_relname_relid(table,
										get_namespace_oid(run->schema, true)));
}

/* Makes the ledger, and its schema if that is the tool's own. */
static void
create_ledger(BaselineRun *run)
{
	const char *schema = quote_identifier(run->schema);

	if (!OidIsValid(get_namespace_oid(run->schema, true)))
	{
		if (run->recipe->schema == NULL ||
			strcmp(run->recipe->schema, run->schema) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_SCHEMA),
					 errmsg("schema \"%s\" does not exist", run->schema),
					 errhint("CREATE SCHEMA %s;", schema)));
		(void) dbmig_sql_run_text(psprintf("CREATE SCHEMA %s", schema), 0, NULL,
								  false);
	}
	require_privilege("SELECT pg_catalog.has_schema_privilege(n.oid, $2)"
					  " FROM pg_catalog.pg_namespace n"
					  " WHERE pg_catalog.quote_ident(n.nspname) = $1",
					  schema, "CREATE", "SCHEMA ");
	(void) dbmig_sql_run_text(dbmig_baseline_expand(run, run->recipe->create),
							  0, NULL, false);
	run->ledger =
		get_relname_relid(run->table, get_namespace_oid(run->schema, false));
}

/* Makes and fills the tables that the tool has beside its ledger. */
static void
complete_beside(BaselineRun *run, const char *migrations)
{
	const BaselineBeside *beside = run->recipe->beside;

	for (; beside && beside->name; beside++)
	{
		char *table = beside->name[0] == '+' ?
						  joined_name(run->table, beside->name + 1) :
						  pstrdup(beside->name + 1);

		if (!table_exists(run, table))
			(void) dbmig_sql_run_text(dbmig_baseline_expand(run, beside->create),
									  0, NULL, false);
		if (beside->fill != NULL)
			(void) run_template(run, beside->fill, migrations);
	}
}

/* Raises that a table is not the ledger of the tool. */
static void
refuse_shape(BaselineRun *run, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s.%s\" is not a ledger of %s", run->schema, run->table,
					run->recipe->tool),
			 errdetail("%s", detail), hint ? errhint("%s", hint) : 0));
}

/* Finds a column of the ledger by its name; returns NULL if it has none. */
static HeapTuple
find_attribute(BaselineRun *run, const char *name)
{
	return SearchSysCacheAttName(run->ledger, name);
}

/* Refuses a column that the tool would leave empty, but that must not be. */
static void
check_other_columns(BaselineRun *run)
{
	HeapTuple tuple;

	for (AttrNumber number = 1;
		 HeapTupleIsValid(tuple = SearchSysCache2(ATTNUM,
												  ObjectIdGetDatum(run->ledger),
												  Int16GetDatum(number)));
		 number++)
	{
		Form_pg_attribute attribute = (Form_pg_attribute) GETSTRUCT(tuple);
		const BaselineColumn *column = run->recipe->columns;

		while (column->name &&
			   strcmp(column->name, NameStr(attribute->attname)) != 0)
			column++;
		if (column->name == NULL && !attribute->attisdropped &&
			attribute->attnotnull && !attribute->atthasdef &&
			attribute->attidentity == '\0')
			refuse_shape(run,
						 psprintf("It has a column \"%s\" that must not be empty.",
								  NameStr(attribute->attname)),
						 NULL);
		ReleaseSysCache(tuple);
	}
}

/* Checks that the table has the columns of the tool's ledger. */
static void
check_shape(BaselineRun *run)
{
	const BaselineRecipe *recipe = run->recipe;
	char kind = get_rel_relkind(run->ledger);

	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		refuse_shape(run, "It is not a table.", NULL);
	if (recipe->alien != NULL &&
		get_attnum(run->ledger, recipe->alien) != InvalidAttrNumber)
		refuse_shape(run, psprintf("It has a column \"%s\".", recipe->alien),
					 strcmp(recipe->tool, "drizzle") == 0 ?
						 "It has been taken over by Drizzle 1.0: use the tool \"drizzle-1.0\"." :
						 NULL);
	for (const BaselineColumn *column = recipe->columns; column->name; column++)
	{
		HeapTuple tuple = find_attribute(run, column->name);
		char category;
		bool preferred;

		if (tuple == NULL)
		{
			if (!column->optional)
				refuse_shape(run,
							 psprintf("It has no column \"%s\".", column->name),
							 NULL);
			continue;
		}
		get_type_category_preferred(getBaseType(((Form_pg_attribute)
													 GETSTRUCT(tuple))
													->atttypid),
									&category, &preferred);
		ReleaseSysCache(tuple);
		if (category != column->category)
			refuse_shape(run,
						 psprintf("Its column \"%s\" is of another type.",
								  column->name),
						 NULL);
	}
	check_other_columns(run);
}

/* Learns how wide numbers are: of the ledger's column, else of the versions. */
static void
look_at_width(BaselineRun *run)
{
	AttrNumber number;

	for (int i = 0; i < run->count && !OidIsValid(run->ledger); i++)
	{
		const char *text = run->migrations[i].version;

		if (text == NULL && run->migrations[i].file != NULL)
			text = run->migrations[i].file + (run->migrations[i].file[0] == 'V');
		run->wide |= text != NULL && strspn(text, "0123456789") > 9;
	}
	if (!OidIsValid(run->ledger))
		return;
	number = get_attnum(run->ledger, "version");
	run->wide = number != InvalidAttrNumber &&
				get_atttype(run->ledger, number) == INT8OID;
}

/* Raises what the ledger says against being written to. */
static void
check_blocked(BaselineRun *run, const char *migrations)
{
	if (run->recipe->blocked == NULL ||
		run_template(run, run->recipe->blocked, migrations) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("ledger \"%s.%s\" cannot be written to", run->schema,
					run->table),
			 errdetail("%s", dbmig_sql_text(0, 1)),
			 errhint("%s", run->recipe->blocked_hint)));
}

/* Writes the rows that the ledger does not have; returns how many. */
static uint64
insert_rows(BaselineRun *run, const char *migrations)
{
	const BaselineRecipe *recipe = run->recipe;
	StringInfoData columns;
	StringInfoData values;

	initStringInfo(&columns);
	initStringInfo(&values);
	for (const BaselineColumn *column = recipe->columns; column->name; column++)
	{
		if (column->value == NULL ||
			get_attnum(run->ledger, column->name) == InvalidAttrNumber)
			continue;
		appendStringInfo(&columns, "%s%s", columns.len ? ", " : "",
						 quote_identifier(column->name));
		appendStringInfo(&values, "%s%s", values.len ? ", " : "", column->value);
	}
	return run_template(run,
						psprintf("INSERT INTO {ledger} (%s) SELECT %s FROM {m}"
								 " WHERE NOT (%s)%s%s ORDER BY m.position",
								 columns.data, values.data, recipe->known,
								 recipe->where ? " AND " : "",
								 recipe->where ? recipe->where : ""),
						migrations);
}

/* Writes down what was done. */
static void
write_journal(BaselineRun *run, bool created, uint64 rows, TimestampTz started)
{
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfoString(&detail, "{\"tool\": ");
	escape_json(&detail, run->recipe->tool);
	appendStringInfo(&detail, ", \"created\": %s, \"rows\": " UINT64_FORMAT "}",
					 created ? "true" : "false", rows);
	dbmig_journal_write("ledger", "baseline_ledger",
						quote_qualified_identifier(run->schema, run->table),
						"succeeded", started, detail.data, NULL, NULL);
}

/* Does it all, inside the scope of our own queries. */
static uint64
write_ledger(BaselineRun *run)
{
	TimestampTz started = GetCurrentTimestamp();
	bool created;
	char *name;
	char *migrations;
	uint64 rows;

	dbmig_lock_take_in_block(DBMIG_LOCK_RUNNER, FUNCTION);
	dbmig_baseline_lock_tool(run);

	/* somebody else may have made it while we waited */
	AcceptInvalidationMessages();
	run->ledger =
		get_relname_relid(run->table, get_namespace_oid(run->schema, true));
	created = !OidIsValid(run->ledger);
	look_at_width(run);
	dbmig_baseline_derive(run);
	migrations = dbmig_baseline_json(run);
	require_on_table("dbmig.journal", "INSERT");
	if (created)
		create_ledger(run);
	check_shape(run);
	name = quote_qualified_identifier(run->schema, run->table);
	require_on_table(name, "SELECT");
	require_on_table(name, "INSERT");
	if (run->recipe->rewrites)
		require_on_table(name, "DELETE");
	dbmig_baseline_lock_ledger(run);
	complete_beside(run, migrations);
	dbmig_baseline_lock_row(run);
	check_blocked(run, migrations);
	if (run->recipe->before != NULL)
		(void) run_template(run, run->recipe->before, migrations);
	rows = insert_rows(run, migrations);
	if (run->recipe->after != NULL)
		(void) run_template(run, run->recipe->after, migrations);
	if (rows > 0 || created)
		write_journal(run, created, rows, started);
	return rows;
}

/* SQL: writes a tool's ledger; returns how many migrations were added to it. */
Datum
dbmig_baseline_ledger(PG_FUNCTION_ARGS)
{
	char *tool = dbmig_arg_text(fcinfo, 0, "tool");
	BaselineRun run = {0};
	Jsonb *migrations;
	SqlScope scope;
	uint64 rows = 0;

	choose_recipe(&run, tool);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", "migrations")));
	migrations = PG_GETARG_JSONB_P(1);
	if (!JB_ROOT_IS_ARRAY(migrations) || JB_ROOT_IS_SCALAR(migrations))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"migrations\" must be an array"),
				 errhint("Each element is an object, such as {\"file\": \"...\", \"content\": \"...\"}, or a string where a name is enough.")));
	dbmig_baseline_read(&run, migrations);
	place_ledger(&run, dbmig_arg_text_or_null(fcinfo, 2));
	dbmig_require_writable(FUNCTION);
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s needs isolation level READ COMMITTED", FUNCTION),
				 errdetail("The snapshot of this transaction could hide what the tool has just recorded."),
				 errhint("Call it in a transaction of its own: BEGIN ISOLATION LEVEL READ COMMITTED.")));
	if (run.count == 0)
		PG_RETURN_INT64(0);

	dbmig_sql_connect(false);
	scope = dbmig_sql_own_begin();
	rows = write_ledger(&run);
	dbmig_sql_own_end(scope);
	dbmig_sql_finish();
	PG_RETURN_INT64((int64) rows);
}
