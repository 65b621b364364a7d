/*
 * tool_compiled.c
 *		Ledgers of the tools of the Go, Rust, .NET and Elixir worlds, and of
 *		the platforms.
 *
 * Descriptions only.
 */
#include "postgres.h"

#include "ledger/key.h"
#include "ledger/tool.h"

static const LedgerColumn golang_columns[] = {{"version", LEDGER_INTEGER},
											  {"dirty", LEDGER_BOOLEAN},
											  {NULL}};

static const LedgerColumn goose_columns[] = {{"id", LEDGER_INTEGER},
											 {"version_id", LEDGER_INTEGER},
											 {"is_applied", LEDGER_BOOLEAN},
											 {"tstamp", LEDGER_TIME, true},
											 {NULL}};

static const LedgerColumn sql_migrate_columns[] = {{"id", LEDGER_TEXT},
												   {"applied_at", LEDGER_TIME},
												   {NULL}};

static const LedgerColumn sqlx_columns[] = {{"version", LEDGER_INTEGER},
											{"description", LEDGER_TEXT},
											{"installed_on", LEDGER_TIME},
											{"success", LEDGER_BOOLEAN},
											{"checksum", LEDGER_BYTES},
											{"execution_time", LEDGER_INTEGER},
											{NULL}};

static const LedgerColumn diesel_columns[] = {{"version", LEDGER_TEXT},
											  {"run_on", LEDGER_TIME},
											  {NULL}};

static const LedgerColumn refinery_columns[] = {{"version", LEDGER_INTEGER},
												{"name", LEDGER_TEXT},
												{"applied_on", LEDGER_TEXT},
												{"checksum", LEDGER_TEXT},
												{NULL}};

static const LedgerColumn sea_orm_columns[] = {{"version", LEDGER_TEXT},
											   {"applied_at", LEDGER_INTEGER},
											   {NULL}};

static const LedgerColumn ef_columns[] = {{"migrationid", LEDGER_TEXT},
										  {"productversion", LEDGER_TEXT},
										  {NULL}};

static const LedgerColumn ef_snake_columns[] = {{"migration_id", LEDGER_TEXT},
												{"product_version", LEDGER_TEXT},
												{NULL}};

static const LedgerColumn ecto_columns[] = {{"version", LEDGER_INTEGER},
											{"inserted_at", LEDGER_TIME},
											{NULL}};

static const LedgerColumn supabase_columns[] = {{"version", LEDGER_TEXT},
												{"statements", LEDGER_TEXTS},
												{"name", LEDGER_TEXT, true},
												{NULL}};

static const LedgerColumn atlas_columns[] = {{"version", LEDGER_TEXT},
											 {"description", LEDGER_TEXT},
											 {"type", LEDGER_INTEGER},
											 {"applied", LEDGER_INTEGER},
											 {"total", LEDGER_INTEGER},
											 {"executed_at", LEDGER_TIME},
											 {"execution_time", LEDGER_INTEGER},
											 {"error", LEDGER_TEXT, true},
											 {"error_stmt", LEDGER_TEXT, true},
											 {"hash", LEDGER_TEXT},
											 {NULL}};

static const LedgerColumn pgroll_columns[] = {{"schema", LEDGER_TEXT},
											  {"name", LEDGER_TEXT},
											  {"migration", LEDGER_JSON},
											  {"created_at", LEDGER_TIME},
											  {"updated_at", LEDGER_TIME, true},
											  {"parent", LEDGER_TEXT},
											  {"done", LEDGER_BOOLEAN},
											  {"migration_type", LEDGER_TEXT,
											   true},
											  {NULL}};

const LedgerTool dbmig_ledger_tools_compiled[] = {
	/* golang-migrate's table, but with a row for each migration */
	{.name = "hasura",
	 .columns = golang_columns,
	 .schema = "hdb_catalog",
	 .names = ",schema_migrations,",
	 .order = "l.version",
	 .version = "l.version::text",
	 .state = "CASE WHEN l.dirty THEN 'unfinished' ELSE 'applied' END"},

	/* one row: the version that was begun last, and whether it ended */
	{.name = "golang-migrate",
	 .aliases = ",migrate,",
	 .flags = LEDGER_HEAD_ONLY | LEDGER_NUMBERED | LEDGER_TRUNCATES,
	 .columns = golang_columns,
	 .names = ",schema_migrations,",
	 .where = "l.version >= 0",
	 .order = "l.version",
	 .version = "l.version::text",
	 .state = "CASE WHEN l.dirty THEN 'unfinished' ELSE 'applied' END",
	 .detail = "CASE WHEN l.dirty THEN 'dirty: begun and not finished;"
			   " which ones were applied before it is not recorded' END",
	 .note = "keeps the current version only",
	 .key = dbmig_ledger_key_golang_migrate,
	 .key2 = dbmig_ledger_key_golang_migrate_url},

	/* going down adds a row in older versions: the last row counts */
	{.name = "goose",
	 .columns = goose_columns,
	 .names = ",goose_db_version,",
	 .latest_of = "l.version_id",
	 .where = "l.version_id <> 0",
	 .order = "l.id",
	 .version = "l.version_id::text",
	 .applied_at = "l.tstamp",
	 .state = "CASE WHEN l.is_applied THEN 'applied' ELSE 'reverted' END",
	 .keys = {INT64CONST(4097083626), INT64CONST(5887940537704921958)}},

	{.name = "sql-migrate",
	 .flags = LEDGER_NEEDS_NAME,
	 .columns = sql_migrate_columns,
	 .names = ",gorp_migrations,",
	 .unnamed_rows = "l.id ~ '\\.sql$'",
	 .order = "l.applied_at, l.id COLLATE \"C\"",
	 .version = "l.id",
	 .title = "l.id",
	 .applied_at = "l.applied_at"},

	/* the row is written behind the SQL, in its transaction */
	{.name = "sqlx",
	 .columns = sqlx_columns,
	 .names = ",_sqlx_migrations,",
	 .order = "l.version",
	 .version = "l.version::text",
	 .title = "l.description",
	 .checksum = "pg_catalog.encode(l.checksum, 'hex')",
	 .applied_at = "l.installed_on",
	 .state = "CASE WHEN l.success THEN 'applied' ELSE 'failed' END",
	 .detail = "CASE WHEN l.execution_time = -1"
			   " THEN 'the tool died right after it was applied' END",
	 .key = dbmig_ledger_key_sqlx},

	{.name = "diesel",
	 .flags = LEDGER_NEEDS_NAME,
	 .columns = diesel_columns,
	 .names = ",__diesel_schema_migrations,",
	 .unnamed_rows = "l.version ~ '^\\d{14}$'",
	 .order = "l.version COLLATE \"C\"",
	 .version = "l.version",
	 .applied_at = "l.run_on"},

	{.name = "refinery",
	 .columns = refinery_columns,
	 .names = ",refinery_schema_history,",
	 .order = "l.version",
	 .version = "l.version::text",
	 .title = "l.name",
	 .checksum = "l.checksum",
	 .applied_at =
		 "CASE WHEN l.applied_on ~ '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d'"
		 " THEN pg_catalog.regexp_replace(l.applied_on, '(\\.\\d{6})\\d+', '\\1')::pg_catalog.timestamptz END"},

	{.name = "sea-orm",
	 .aliases = ",seaorm,",
	 .flags = LEDGER_NEEDS_NAME,
	 .columns = sea_orm_columns,
	 .names = ",seaql_migrations,",
	 .unnamed_rows = "l.version ~ '^m\\d{8}_\\d{6}_'",
	 .order = "l.version COLLATE \"C\"",
	 .version = "l.version",
	 .title = "l.version",
	 .applied_at =
		 "CASE WHEN l.applied_at BETWEEN 0 AND 253402300799"
		 " THEN pg_catalog.to_timestamp(l.applied_at::double precision) END"},

	{.name = "ef-core",
	 .aliases = ",efcore,ef,entity-framework,",
	 .flags = LEDGER_ANY_CASE,
	 .columns = ef_columns,
	 .names = ",__efmigrationshistory,",
	 .order = "l.migrationid COLLATE \"C\"",
	 .version = "l.migrationid",
	 .title = "l.migrationid",
	 .detail = "'EF Core ' || l.productversion",
	 .table_lock = true},

	{.name = "ef-core",
	 .aliases = ",efcore,ef,entity-framework,",
	 .columns = ef_snake_columns,
	 .names = ",__ef_migrations_history,__efmigrationshistory,",
	 .order = "l.migration_id COLLATE \"C\"",
	 .version = "l.migration_id",
	 .title = "l.migration_id",
	 .detail = "'EF Core ' || l.product_version",
	 .table_lock = true},

	{.name = "ecto",
	 .flags = LEDGER_UTC,
	 .columns = ecto_columns,
	 .names = ",schema_migrations,",
	 .order = "l.version",
	 .version = "l.version::text",
	 .applied_at = "l.inserted_at",
	 .table_lock = true},

	{.name = "supabase",
	 .flags = LEDGER_MORE_COLUMNS,
	 .columns = supabase_columns,
	 .names = ",schema_migrations,",
	 .order = "l.version COLLATE \"C\"",
	 .version = "l.version",
	 .title = "l.name",
	 .detail = "pg_catalog.cardinality(l.statements) || ' statements'"},

	/* a revision that is not in one transaction can stop half way */
	{.name = "atlas",
	 .flags = LEDGER_MORE_COLUMNS,
	 .columns = atlas_columns,
	 .names = ",atlas_schema_revisions,",
	 .where = "pg_catalog.left(l.version, 1) <> '.'",
	 .order = "l.version COLLATE \"C\"",
	 .version = "l.version",
	 .title = "l.description",
	 .checksum = "l.hash",
	 .applied_at = "l.executed_at",
	 .state = "CASE WHEN l.error <> '' THEN 'failed'"
			  " WHEN l.applied < l.total THEN 'unfinished'"
			  " WHEN l.type = 1 THEN 'baselined' ELSE 'applied' END",
	 .detail =
		 "CASE WHEN l.error <> '' OR l.applied < l.total"
		 " THEN pg_catalog.concat_ws(': ', l.applied || ' of ' || l.total || ' statements',"
		 " NULLIF(l.error, ''), NULLIF(l.error_stmt, '')) END",
	 .keys = {INT64CONST(2686470616)}},

	{.name = "pgroll",
	 .flags = LEDGER_MORE_COLUMNS,
	 .columns = pgroll_columns,
	 .names = ",migrations,",
	 .order = "l.created_at",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = "COALESCE(l.updated_at, l.created_at)",
	 .state = "CASE WHEN NOT l.done THEN 'in_progress'"
			  " WHEN l.migration_type = 'baseline' THEN 'baselined'"
			  " ELSE 'applied' END",
	 .detail =
		 "pg_catalog.concat_ws(', ', 'schema ' || l.schema, l.migration_type)",
	 .keys = {INT64CONST(0x2c03057fb9525b)}},

	{NULL}};
