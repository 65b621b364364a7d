/*
 * baseline_compiled.c
 *		How the ledgers of the tools in Go, Rust, Elixir and .NET are written.
 *
 * Recipes only; see baseline.h.  golang-migrate and tern keep one row, the
 * current version: the greatest one given replaces a smaller one.
 */
#include "postgres.h"

#include "ledger/baseline.h"

#define UTC_NOW "(pg_catalog.now() AT TIME ZONE 'UTC')"

#define GREATEST_ONLY \
	"m.version::bigint = (SELECT pg_catalog.max(m.version::bigint) FROM {m})"

#define REMOVE_SMALLER                         \
	"DELETE FROM {ledger} l WHERE l.version <" \
	" (SELECT pg_catalog.max(m.version::bigint) FROM {m})"

static const BaselineColumn golang_columns[] = {{"version", 'N', false,
												 "m.version::bigint"},
												{"dirty", 'B', false, "false"},
												{NULL}};

static const BaselineColumn goose_columns[] = {{"id", 'N', false, NULL},
											   {"version_id", 'N', false,
												"m.version::bigint"},
											   {"is_applied", 'B', false, "true"},
											   {"tstamp", 'D', true, NULL},
											   {NULL}};

static const BaselineColumn dbmate_columns[] = {{"version", 'S', false,
												 "m.version"},
												{NULL}};

static const BaselineColumn tern_columns[] = {{"version", 'N', false,
											   "m.version::integer"},
											  {NULL}};

static const BaselineColumn sql_migrate_columns[] = {{"id", 'S', false, "m.name"},
													 {"applied_at", 'D', false,
													  "pg_catalog.now()"},
													 {NULL}};

static const BaselineColumn sqlx_columns[] =
	{{"version", 'N', false, "m.version::bigint"},
	 {"description", 'S', false, "m.name"},
	 {"installed_on", 'D', false, NULL},
	 {"success", 'B', false, "true"},
	 {"checksum", 'U', false, "pg_catalog.decode(m.checksum, 'hex')"},
	 {"execution_time", 'N', false, "0"},
	 {NULL}};

static const BaselineColumn diesel_columns[] = {{"version", 'S', false,
												 "m.version"},
												{"run_on", 'D', false, NULL},
												{NULL}};

static const BaselineColumn refinery_columns[] =
	{{"version", 'N', false, "m.version::bigint"},
	 {"name", 'S', false, "m.name"},
	 {"applied_on", 'S', false,
	  "pg_catalog.to_char(" UTC_NOW ", 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"},
	 {"checksum", 'S', false, "m.checksum"},
	 {NULL}};

static const BaselineColumn sea_orm_columns[] =
	{{"version", 'S', false, "m.version"},
	 {"applied_at", 'N', false,
	  "pg_catalog.date_part('epoch', pg_catalog.now())::bigint"},
	 {NULL}};

static const char *const ef_keys[] = {"product_version", NULL};

static const BaselineColumn ef_columns[] =
	{{"MigrationId", 'S', false, "m.version"},
	 {"ProductVersion", 'S', false,
	  "COALESCE(m.given ->> 'product_version', 'dbmig')"},
	 {NULL}};

static const BaselineColumn ecto_columns[] = {{"version", 'N', false,
											   "m.version::bigint"},
											  {"inserted_at", 'D', false,
											   UTC_NOW},
											  {NULL}};

static const BaselineColumn supabase_columns[] =
	{{"version", 'S', false, "m.version"},
	 {"statements", 'A', true,
	  "CASE WHEN m.content IS NOT NULL THEN ARRAY[m.content] END"},
	 {"name", 'S', true, "m.name"},
	 {NULL}};

static const BaselineColumn atlas_columns[] =
	{{"version", 'S', false, "m.version"},
	 {"description", 'S', false, "m.name"},
	 {"type", 'N', false, "2"},
	 {"applied", 'N', false, "m.content::bigint"},
	 {"total", 'N', false, "m.content::bigint"},
	 {"executed_at", 'D', false, "pg_catalog.now()"},
	 {"execution_time", 'N', false, "0"},
	 {"error", 'S', true, NULL},
	 {"error_stmt", 'S', true, NULL},
	 {"hash", 'S', false,
	  "pg_catalog.encode(pg_catalog.decode(m.checksum, 'hex'), 'base64')"},
	 {"partial_hashes", 'U', true, NULL},
	 {"operator_version", 'S', false, "'dbmig'"},
	 {NULL}};

const BaselineRecipe dbmig_baseline_compiled[] =
	{{.tool = "dbmate",
	  .table = "schema_migrations",
	  .create = "CREATE TABLE {ledger} (version character varying PRIMARY KEY)",
	  .columns = dbmate_columns,
	  .strings = "file",
	  .derive = dbmig_derive_number,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version)"},

	 {.tool = "golang-migrate",
	  .table = "schema_migrations",
	  .create = "CREATE TABLE {ledger} (version bigint NOT NULL PRIMARY KEY,"
				" dirty boolean NOT NULL)",
	  .columns = golang_columns,
	  .strings = "file",
	  .derive = dbmig_derive_number,
	  .before = REMOVE_SMALLER,
	  .known = "EXISTS (SELECT FROM {ledger} l)",
	  .where = GREATEST_ONLY,
	  .blocked =
		  "SELECT pg_catalog.format('Version %s is dirty: it has failed.', l.version)"
		  " FROM {ledger} l WHERE l.dirty"
		  " UNION ALL SELECT 'It has more than one row.' FROM {ledger}"
		  " HAVING pg_catalog.count(*) > 1",
	  .blocked_hint = "Say first what became of it: migrate force <version>.",
	  .rewrites = true},

	 {.tool = "goose",
	  .table = "goose_db_version",
	  .create =
		  "CREATE TABLE {ledger} (id serial NOT NULL, version_id bigint NOT NULL,"
		  " is_applied boolean NOT NULL, tstamp timestamp NULL DEFAULT now(),"
		  " PRIMARY KEY (id))",
	  .columns = goose_columns,
	  .strings = "file",
	  .derive = dbmig_derive_number,
	  .before =
		  "INSERT INTO {ledger} (version_id, is_applied) SELECT 0, true"
		  " WHERE NOT EXISTS (SELECT FROM {ledger} l WHERE l.version_id = 0)",
	  .known =
		  "COALESCE((SELECT l.is_applied FROM {ledger} l"
		  " WHERE l.version_id = m.version::bigint ORDER BY l.id DESC LIMIT 1), false)"},

	 {.tool = "tern",
	  .schema = NULL,
	  .table = "schema_version",
	  .create = "CREATE TABLE {ledger} (version integer NOT NULL)",
	  .columns = tern_columns,
	  .strings = "file",
	  .derive = dbmig_derive_number,
	  .before = REMOVE_SMALLER,
	  .known = "EXISTS (SELECT FROM {ledger} l)",
	  .where = GREATEST_ONLY,
	  .rewrites = true},

	 {.tool = "sql-migrate",
	  .table = "gorp_migrations",
	  .create =
		  "CREATE TABLE {ledger} (id text NOT NULL PRIMARY KEY, applied_at timestamptz)",
	  .columns = sql_migrate_columns,
	  .strings = "file",
	  .derive = dbmig_derive_file,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.id = m.name)"},

	 {.tool = "sqlx",
	  .table = "_sqlx_migrations",
	  .create =
		  "CREATE TABLE {ledger} (version bigint PRIMARY KEY, description text NOT NULL,"
		  " installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,"
		  " checksum bytea NOT NULL, execution_time bigint NOT NULL)",
	  .columns = sqlx_columns,
	  .strings = "file",
	  .derive = dbmig_derive_sqlx,
	  .why_content =
		  "sqlx compares the SHA-384 of the file on every run. Give its text as \"content\".",
	  .known =
		  "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version::bigint)",
	  .blocked = "SELECT pg_catalog.format('Version %s has failed.', l.version)"
				 " FROM {ledger} l WHERE NOT l.success ORDER BY l.version",
	  .blocked_hint = "Mend the database, then delete that row."},

	 {.tool = "diesel",
	  .table = "__diesel_schema_migrations",
	  .create = "CREATE TABLE {ledger} (version varchar(50) PRIMARY KEY NOT NULL,"
				" run_on timestamp NOT NULL DEFAULT current_timestamp)",
	  .columns = diesel_columns,
	  .strings = "name",
	  .derive = dbmig_derive_diesel,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version)"},

	 {.tool = "refinery",
	  .table = "refinery_schema_history",
	  .create =
		  "CREATE TABLE {ledger} (version {int} PRIMARY KEY, name varchar(255),"
		  " applied_on varchar(255), checksum varchar(255))",
	  .columns = refinery_columns,
	  .strings = "file",
	  .derive = dbmig_derive_refinery,
	  .why_content =
		  "refinery compares a SipHash of name, version and text on every run. Give the file's text as \"content\".",
	  .known =
		  "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version::bigint)"},

	 {.tool = "sea-orm",
	  .table = "seaql_migrations",
	  .create =
		  "CREATE TABLE {ledger} (version character varying NOT NULL PRIMARY KEY,"
		  " applied_at bigint NOT NULL)",
	  .columns = sea_orm_columns,
	  .strings = "file",
	  .derive = dbmig_derive_version,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version)"},

	 {.tool = "ef-core",
	  .table = "__EFMigrationsHistory",
	  .create = "CREATE TABLE {ledger} (\"MigrationId\" varchar(150) NOT NULL,"
				" \"ProductVersion\" varchar(32) NOT NULL,"
				" CONSTRAINT {PK_} PRIMARY KEY (\"MigrationId\"))",
	  .columns = ef_columns,
	  .strings = "file",
	  .keys = ef_keys,
	  .derive = dbmig_derive_version,
	  .known =
		  "EXISTS (SELECT FROM {ledger} l WHERE l.\"MigrationId\" = m.version)"},

	 {.tool = "ecto",
	  .table = "schema_migrations",
	  .create =
		  "CREATE TABLE {ledger} (version bigint PRIMARY KEY, inserted_at timestamp(0))",
	  .columns = ecto_columns,
	  .strings = "file",
	  .derive = dbmig_derive_number,
	  .known =
		  "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version::bigint)"},

	 /* the statements are kept for people to read; content may be left out */
	 {.tool = "supabase",
	  .schema = "supabase_migrations",
	  .table = "schema_migrations",
	  .create = "CREATE TABLE {ledger} (version text NOT NULL PRIMARY KEY,"
				" statements text[], name text)",
	  .columns = supabase_columns,
	  .strings = "file",
	  .derive = dbmig_derive_number,
	  .stores_content = true,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version)"},

	 {.tool = "atlas",
	  .schema = "atlas_schema_revisions",
	  .table = "atlas_schema_revisions",
	  .create =
		  "CREATE TABLE {ledger} (version character varying NOT NULL,"
		  " description character varying NOT NULL, type bigint NOT NULL DEFAULT 2,"
		  " applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0,"
		  " executed_at timestamptz NOT NULL, execution_time bigint NOT NULL,"
		  " error text NULL, error_stmt text NULL, hash character varying NOT NULL,"
		  " partial_hashes jsonb NULL, operator_version character varying NOT NULL,"
		  " PRIMARY KEY (version))",
	  .columns = atlas_columns,
	  .strings = "file",
	  .derive = dbmig_derive_atlas,
	  .why_content =
		  "Atlas keeps a checksum over all files up to this one. Give every file from the first, in order, with its text as \"content\".",
	  .stores_content = true,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version)",
	  .blocked =
		  "SELECT pg_catalog.format('Version %s was applied only in part.', l.version)"
		  " FROM {ledger} l WHERE l.applied < l.total ORDER BY l.version",
	  .blocked_hint = "Let the tool finish it, or see atlas migrate set."},

	 {NULL}};
