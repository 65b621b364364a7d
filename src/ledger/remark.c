/*
 * remark.c
 *		_ledger_remark(): what the ledgers of other tools say of this database,
 *		in words.  migration_summary() shows it while nothing stands as migrated
 *		by us.
 *
 * Reads only.  Locks: as shape.c says.
 */
#include "postgres.h"

#include "base/args.h"
#include "base/sql.h"
#include "fmgr.h"
#include "ledger/compare.h"
#include "ledger/report.h"
#include "utils/builtins.h"

#define MAX_RANGES 12

/* The tables of a database that are no ledgers. */
typedef struct Surroundings
{
	int64 tables;	 /* of users */
	char *leftovers; /* tables that stand beside ledgers, or NULL */
} Surroundings;

PG_FUNCTION_INFO_V1(dbmig_ledger_remark);

/* Counts the tables of users; what stands beside ledgers counts apart. */
static Surroundings
look_around(List *reports)
{
	static const char *const sql =
		"SELECT pg_catalog.count(*) FILTER (WHERE NOT t.beside),"
		" pg_catalog.string_agg(pg_catalog.format('%I.%I', t.nspname, t.relname), ', '"
		"  ORDER BY t.nspname, t.relname) FILTER (WHERE t.beside)"
		" FROM (SELECT n.nspname, c.relname, (c.relname IN ('ar_internal_metadata',"
		"   'knex_migrations_lock', 'kysely_migration_lock', 'migrations_lock',"
		"   'databasechangeloglock', 'DATABASECHANGELOGLOCK', 'yoyo_lock', '_yoyo_log',"
		"   '_yoyo_version', 'atdatabases_migrations_version', 'pgroll_version', 'seed_files')"
		"  OR n.nspname IN ('graphile_migrate', 'sqitch', 'pgroll')) AS beside"
		"  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
		"  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'"
		"   AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'dbmig')"
		"   AND c.oid <> ALL ($1::pg_catalog._oid)"
		"   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
		"    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
		"     AND d.objid = c.oid AND d.deptype = 'e')) t";
	Surroundings result;
	StringInfoData oids;
	const char *args[1];
	ListCell *cell;
	SqlScope scope;

	initStringInfo(&oids);
	appendStringInfoChar(&oids, '{');
	foreach(cell, reports)
		appendStringInfo(&oids, "%s%u", oids.len > 1 ? "," : "",
						 ((LedgerReport *) lfirst(cell))->table->relid);
	appendStringInfoChar(&oids, '}');
	args[0] = oids.data;
	scope = dbmig_sql_own_begin();
	(void) dbmig_sql_run_text(sql, 1, args, true);
	result.tables = dbmig_sql_int64(0, 1, 0);
	result.leftovers = dbmig_sql_text(0, 2);
	dbmig_sql_own_end(scope);
	return result;
}

/* Writes a number of things. */
static char *
many(int64 count, const char *thing)
{
	if (count == 0)
		return psprintf("no %ss", thing);
	return psprintf(INT64_FORMAT " %s%s", count, thing, count == 1 ? "" : "s");
}

/* Returns the tool of the project as its registered files look, or NULL. */
static char *
guess_project(void)
{
	SqlScope scope = dbmig_sql_own_begin();
	char *project = NULL;

	(void) dbmig_sql_run_text("SELECT pg_catalog.has_column_privilege('dbmig.migration', 'source', 'SELECT')",
							  0, NULL, true);
	if (dbmig_sql_bool(0, 1) &&
		dbmig_sql_run_text("SELECT CASE WHEN source ~ '/prisma/' THEN 'prisma'"
						   " WHEN source ~ '/drizzle/' THEN 'drizzle'"
						   " WHEN source ~ '/supabase/' THEN 'supabase' END"
						   " FROM dbmig.migration WHERE source IS NOT NULL LIMIT 1",
						   0, NULL, true) > 0)
		project = dbmig_sql_text(0, 1);
	dbmig_sql_own_end(scope);
	return project;
}

/* Names a tool at the beginning of a proper name: Prisma, Drizzle. */
static char *
capital(const char *tool)
{
	char *name = pstrdup(tool);

	name[0] = pg_toupper((unsigned char) name[0]);
	return name;
}

/* Loads what the plan expects, in its order. */
static char **
load_plan(int *count)
{
	SqlScope scope = dbmig_sql_own_begin();
	uint64 rows;
	char **versions;

	rows =
		dbmig_sql_run_text("SELECT version FROM dbmig.migration WHERE NOT repeatable"
						   " ORDER BY pg_catalog.substring(version, '^\\d{1,100}')::pg_catalog.numeric,"
						   " version COLLATE \"C\"",
						   0, NULL, true);
	versions = palloc_array(char *, Max(rows, 1));
	for (uint64 row = 0; row < rows; row++)
		versions[row] = dbmig_sql_text(row, 1);
	*count = (int) rows;
	dbmig_sql_own_end(scope);
	return versions;
}

/* Tells whether b is the number that follows a. */
static bool
follows(const char *a, const char *b)
{
	return strlen(a) < 10 && strlen(b) < 10 &&
		   strspn(a, "0123456789") == strlen(a) &&
		   strspn(b, "0123456789") == strlen(b) && atoi(b) == atoi(a) + 1;
}

/* Lists versions that are not applied; runs of numbers as 21-26. */
static char *
list_missing(char **versions, const ExpectedState *states, int count,
			 int *missing)
{
	StringInfoData text;
	int ranges = 0;

	*missing = 0;

	initStringInfo(&text);
	for (int i = 0; i < count; i++)
	{
		int first = i;

		if (states[i] == EXPECTED_APPLIED)
			continue;
		while (i + 1 < count && states[i + 1] != EXPECTED_APPLIED &&
			   follows(versions[i], versions[i + 1]))
			i++;
		*missing += i - first + 1;
		if (++ranges > MAX_RANGES)
			continue;
		appendStringInfo(&text, "%s%s", text.len ? ", " : "", versions[first]);
		if (i > first)
			appendStringInfo(&text, "%s%s", i > first + 1 ? "-" : ", ",
							 versions[i]);
	}
	if (ranges > MAX_RANGES)
		appendStringInfo(&text, " and %d more", ranges - MAX_RANGES);
	return text.data;
}

/* Says what of the plan a ledger lacks, if anything matches at all. */
static void
append_missing(StringInfo text, const LedgerReport *report)
{
	int count;
	char **plan = load_plan(&count);
	LedgerEntries *entries;
	ExpectedState *states;
	char *error;
	char *list;
	int missing;
	bool any = false;

	if (count == 0 || report->summary == NULL ||
		(entries = dbmig_ledger_load(report->table, report->at_work, plan,
									 count, &error)) == NULL)
		return;
	states = dbmig_ledger_judge(entries, plan, count);
	for (int i = 0; i < count; i++)
		any |= states[i] == EXPECTED_APPLIED;
	list = list_missing(plan, states, count, &missing);
	if (any && missing > 0)
		appendStringInfo(text, "; it stops at %s; %s %s expected",
						 report->summary->last_version ?
							 report->summary->last_version :
							 "nothing",
						 list, missing > 1 ? "were" : "was");
}

/* Says what one ledger says. */
static void
append_ledger(StringInfo text, const LedgerReport *report)
{
	const LedgerSummary *summary = report->summary;

	bool legacy = report->table->tool == &dbmig_ledger_tool_legacy;

	appendStringInfo(text, "%s%sledger %s%s%s", text->len ? "; " : "",
					 legacy ? "hand-written " : "",
					 dbmig_ledger_qualified(report->table), legacy ? "" : " of ",
					 legacy ? "" : report->table->tool->name);
	if (summary == NULL)
	{
		appendStringInfo(text, ": %s", report->detail);
		return;
	}
	if (summary->applied == 0)
		appendStringInfoString(text, " records no applied migration");
	else if (report->table->tool->flags & LEDGER_HEAD_ONLY)
		appendStringInfo(text, " stands at %s",
						 summary->last_version ? summary->last_version : "?");
	else
		appendStringInfo(text, " records " INT64_FORMAT " applied, last %s",
						 summary->applied,
						 summary->last_version ? summary->last_version : "?");
	append_missing(text, report);
	if (strcmp(report->state, "current") != 0 &&
		strcmp(report->state, "empty") != 0)
		appendStringInfo(text, "; it is %s%s%s", report->state,
						 report->detail ? ": " : "",
						 report->detail ? report->detail : "");
}

/* Tells whether one of the ledgers is a tool's. */
static bool
has_ledger_of(List *reports, const char *tool)
{
	ListCell *cell;

	foreach(cell, reports)
	{
		if (dbmig_ledger_tool_is(((LedgerReport *) lfirst(cell))->table->tool,
								 tool))
			return true;
	}
	return false;
}

/* Says how ledgers and tables go together. */
Datum
dbmig_ledger_remark(PG_FUNCTION_ARGS)
{
	char *project = dbmig_arg_text_or_null(fcinfo, 0);
	bool only_ledgers = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	MemoryContext context = CurrentMemoryContext;
	StringInfoData text;
	Surroundings around;
	List *reports;
	ListCell *cell;
	char *result;

	dbmig_sql_connect(false);
	reports = dbmig_ledger_reports(InvalidOid);
	if (reports == NIL && only_ledgers)
	{
		dbmig_sql_finish();
		PG_RETURN_NULL();
	}
	around = look_around(reports);
	project = project ? project : guess_project();
	initStringInfo(&text);

	if (project && !has_ledger_of(reports, project))
		appendStringInfo(&text, "a %s project never migrated this database",
						 capital(project));
	else if (reports == NIL)
		appendStringInfoString(&text,
							   "no migration tool ever migrated this database");
	if (reports == NIL)
	{
		appendStringInfo(&text, ": no ledger, %s",
						 many(around.tables, "user table"));
		if (around.leftovers)
			appendStringInfo(&text, "; left over from a tool: %s",
							 around.leftovers);
	}
	foreach(cell, reports)
		append_ledger(&text, lfirst(cell));
	if (reports != NIL && around.tables == 0)
		appendStringInfoString(&text, "; but there are no user tables");
	result = MemoryContextStrdup(context, text.data);
	dbmig_sql_finish();
	PG_RETURN_TEXT_P(cstring_to_text(result));
}
