/*
 * baseline_node.c
 *		How the ledgers of the JavaScript world's tools are written.
 *
 * Recipes only, each as the tool itself makes its table and fills its rows.
 * Columns that hold no time of the tool's own get the transaction's.
 */
#include "postgres.h"

#include "ledger/baseline.h"

/* Number for a serial column, as every one of these tools has it. */
#define SERIAL_ID              \
	{                          \
		"id", 'N', false, NULL \
	}

#define ISO_UTC \
	"pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

static const BaselineColumn prisma_columns[] =
	{{"id", 'S', false, "pg_catalog.gen_random_uuid()::text"},
	 {"checksum", 'S', false, "m.checksum"},
	 {"finished_at", 'D', false, "pg_catalog.now()"},
	 {"migration_name", 'S', false, "m.name"},
	 {"logs", 'S', false, NULL},
	 {"rolled_back_at", 'D', false, NULL},
	 /* the tool reads them in this order */
	 {"started_at", 'D', false,
	  "pg_catalog.now() + m.position * interval '1 microsecond'"},
	 {"applied_steps_count", 'N', false, "0"},
	 {NULL}};

static const BaselineColumn knex_columns[] =
	{SERIAL_ID,
	 {"name", 'S', false, "m.file"},
	 {"batch", 'N', false,
	  "(SELECT COALESCE(pg_catalog.max(l.batch), 0) + 1 FROM {ledger} l)"},
	 {"migration_time", 'D', false, "pg_catalog.now()"},
	 {NULL}};

static const BaselineBeside knex_beside[] =
	{{"+_lock",
	  "CREATE TABLE {+_lock} (index serial PRIMARY KEY, is_locked integer)",
	  "INSERT INTO {+_lock} (is_locked) SELECT 0"
	  " WHERE NOT EXISTS (SELECT FROM {+_lock})"},
	 {NULL}};

static const char *const drizzle_keys[] = {"when", NULL};

static const BaselineColumn drizzle_columns[] = {SERIAL_ID,
												 {"hash", 'S', false,
												  "m.checksum"},
												 {"created_at", 'N', false,
												  "m.version::bigint"},
												 {NULL}};

static const BaselineColumn drizzle_1_columns[] =
	{SERIAL_ID,
	 {"hash", 'S', false, "m.checksum"},
	 {"created_at", 'N', false,
	  "(pg_catalog.date_part('epoch', pg_catalog.to_timestamp(m.version, 'YYYYMMDDHH24MISS')::timestamp) * 1000)::bigint"},
	 {"name", 'S', true, "m.name"},
	 {"applied_at", 'D', true, NULL},
	 {NULL}};

static const BaselineColumn sequelize_columns[] = {{"name", 'S', false, "m.name"},
												   {NULL}};

static const BaselineColumn umzug_columns[] = {{"name", 'S', false, "m.name"},
											   {"createdAt", 'D', true,
												"pg_catalog.now()"},
											   {"updatedAt", 'D', true,
												"pg_catalog.now()"},
											   {NULL}};

static const BaselineColumn typeorm_columns[] = {SERIAL_ID,
												 {"timestamp", 'N', false,
												  "m.version::bigint"},
												 {"name", 'S', false, "m.name"},
												 {NULL}};

static const BaselineColumn node_pg_migrate_columns[] = {SERIAL_ID,
														 {"name", 'S', false,
														  "m.name"},
														 {"run_on", 'D', false,
														  "pg_catalog.now()"},
														 {NULL}};

static const char *const db_migrate_keys[] = {"scope", NULL};

static const BaselineColumn db_migrate_columns[] =
	{SERIAL_ID,
	 {"name", 'S', false,
	  "COALESCE(m.given ->> 'scope', '') || '/' || pg_catalog.ltrim(m.name, '/')"},
	 {"run_on", 'D', false, "pg_catalog.now()"},
	 {NULL}};

static const BaselineColumn graphile_columns[] =
	{{"hash", 'S', false, "m.checksum"},
	 {"previous_hash", 'S', false, "m.file"},
	 {"filename", 'S', false, "m.name"},
	 {"date", 'D', false, NULL},
	 {NULL}};

static const BaselineBeside graphile_beside[] =
	{{".current",
	  "CREATE TABLE {.current} (filename text PRIMARY KEY DEFAULT 'current.sql',"
	  " content text NOT NULL, date timestamptz NOT NULL DEFAULT now())",
	  NULL},
	 {NULL}};

static const BaselineColumn postgres_migrations_columns[] =
	{{"id", 'N', false, "m.version::integer"},
	 {"name", 'S', false, "m.name"},
	 {"hash", 'S', false, "m.checksum"},
	 {"executed_at", 'D', false, NULL},
	 {NULL}};

static const BaselineColumn mikro_orm_columns[] = {SERIAL_ID,
												   {"name", 'S', false, "m.name"},
												   {"executed_at", 'D', false,
													NULL},
												   {NULL}};

static const BaselineColumn kysely_columns[] = {{"name", 'S', false, "m.name"},
												{"timestamp", 'S', false,
												 ISO_UTC},
												{NULL}};

static const BaselineBeside kysely_beside[] =
	{{"+_lock",
	  "CREATE TABLE {+_lock} (id varchar(255) NOT NULL PRIMARY KEY,"
	  " is_locked integer NOT NULL DEFAULT 0)",
	  "INSERT INTO {+_lock} (id, is_locked) SELECT 'migration_lock', 0"
	  " WHERE NOT EXISTS (SELECT FROM {+_lock})"},
	 {NULL}};

static const BaselineColumn databases_columns[] =
	{SERIAL_ID,
	 {"index", 'N', false, "m.version::integer"},
	 {"name", 'S', false, "m.name"},
	 {"script", 'S', false, "m.content"},
	 {"applied_at", 'D', false, "pg_catalog.now()"},
	 {"ignored_error", 'S', false, NULL},
	 {"obsolete", 'B', false, "false"},
	 {NULL}};

static const BaselineBeside databases_beside[] =
	{{".atdatabases_migrations_version",
	  "CREATE TABLE {.atdatabases_migrations_version}"
	  " (id integer NOT NULL PRIMARY KEY, version text)",
	  "INSERT INTO {.atdatabases_migrations_version} (id, version) SELECT 0, '5.0.3'"
	  " WHERE NOT EXISTS (SELECT FROM {.atdatabases_migrations_version})"},
	 {NULL}};

static const char *const marv_keys[] = {"namespace", NULL};

static const BaselineColumn marv_columns[] =
	{{"level", 'N', false, "m.version::integer"},
	 {"comment", 'S', false, "m.name"},
	 {"timestamp", 'D', false, "pg_catalog.now()"},
	 {"checksum", 'S', false, "m.checksum"},
	 {"namespace", 'S', false, "COALESCE(m.given ->> 'namespace', 'default')"},
	 {NULL}};

static const BaselineBeside marv_beside[] =
	{{"+_lock",
	  "CREATE TABLE {+_lock} (dummy_column integer NOT NULL DEFAULT 1)", NULL},
	 {NULL}};

static const BaselineColumn postgrator_columns[] =
	{{"version", 'N', false, "m.version::bigint"},
	 {"name", 'S', false, "m.name"},
	 {"md5", 'S', false, "m.checksum"},
	 {"run_at", 'D', true, "pg_catalog.now()"},
	 {NULL}};

const BaselineRecipe dbmig_baseline_node[] = {
	{.tool = "prisma",
	 .table = "_prisma_migrations",
	 .create =
		 "CREATE TABLE {ledger} (id varchar(36) PRIMARY KEY NOT NULL,"
		 " checksum varchar(64) NOT NULL, finished_at timestamptz,"
		 " migration_name varchar(255) NOT NULL, logs text,"
		 " rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),"
		 " applied_steps_count integer NOT NULL DEFAULT 0)",
	 .columns = prisma_columns,
	 .strings = "name",
	 .derive = dbmig_derive_prisma,
	 .why_content =
		 "Prisma keeps the SHA-256 of migration.sql; \"migrate dev\" compares it and would offer to reset the database. Give the file's text as \"content\".",
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.migration_name = m.name"
			  " AND l.finished_at IS NOT NULL AND l.rolled_back_at IS NULL)",
	 .blocked =
		 "SELECT pg_catalog.format('Migration \"%s\" has failed.', l.migration_name)"
		 " FROM {ledger} l WHERE l.finished_at IS NULL AND l.rolled_back_at IS NULL"
		 " ORDER BY l.started_at",
	 .blocked_hint =
		 "Say first what became of it: prisma migrate resolve --applied or --rolled-back."},

	{.tool = "knex",
	 .table = "knex_migrations",
	 .create = "CREATE TABLE {ledger} (id serial PRIMARY KEY, name varchar(255),"
			   " batch integer, migration_time timestamptz)",
	 .columns = knex_columns,
	 .beside = knex_beside,
	 .strings = "file",
	 .derive = dbmig_derive_file,
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.name = m.file)",
	 .lock_row = "SELECT l.is_locked <> 0, NULL FROM {+_lock} l",
	 .lock_hint = "If nobody is migrating: knex migrate:unlock."},

	{.tool = "drizzle",
	 .schema = "drizzle",
	 .table = "__drizzle_migrations",
	 .create = "CREATE TABLE {ledger} (id serial PRIMARY KEY, hash text NOT NULL,"
			   " created_at bigint)",
	 .columns = drizzle_columns,
	 .strings = "name",
	 .keys = drizzle_keys,
	 .derive = dbmig_derive_drizzle,
	 .why_content =
		 "Drizzle records the SHA-256 of the file. Give its text as \"content\".",
	 .alien = "name",
	 .known =
		 "EXISTS (SELECT FROM {ledger} l WHERE l.created_at = m.version::bigint)"},

	{.tool = "drizzle-1.0",
	 .schema = "drizzle",
	 .table = "__drizzle_migrations",
	 .create =
		 "CREATE TABLE {ledger} (id serial PRIMARY KEY, hash text NOT NULL,"
		 " created_at bigint, name text, applied_at timestamptz DEFAULT now())",
	 .columns = drizzle_1_columns,
	 .strings = "name",
	 .derive = dbmig_derive_drizzle,
	 .why_content =
		 "Drizzle records the SHA-256 of migration.sql. Give its text as \"content\".",
	 .known =
		 "EXISTS (SELECT FROM {ledger} l WHERE COALESCE(pg_catalog.to_jsonb(l) ->> 'name' = m.name,"
		 " l.hash = m.checksum))"},

	{.tool = "sequelize",
	 .table = "SequelizeMeta",
	 .create =
		 "CREATE TABLE {ledger} (name varchar(255) NOT NULL UNIQUE, PRIMARY KEY (name))",
	 .columns = sequelize_columns,
	 .strings = "file",
	 .derive = dbmig_derive_file,
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.name = m.name)"},

	{.tool = "umzug",
	 .table = "SequelizeMeta",
	 .create =
		 "CREATE TABLE {ledger} (name varchar(255) NOT NULL UNIQUE, PRIMARY KEY (name))",
	 .columns = umzug_columns,
	 .strings = "name",
	 .derive = dbmig_derive_any_name,
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.name = m.name)"},

	{.tool = "typeorm",
	 .table = "migrations",
	 .create =
		 "CREATE TABLE {ledger} (id serial NOT NULL, \"timestamp\" bigint NOT NULL,"
		 " name character varying NOT NULL, CONSTRAINT {PK#_id} PRIMARY KEY (id))",
	 .columns = typeorm_columns,
	 .strings = "name",
	 .derive = dbmig_derive_typeorm,
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.name = m.name)"},

	{.tool = "node-pg-migrate",
	 .table = "pgmigrations",
	 .create =
		 "CREATE TABLE {ledger} (id serial PRIMARY KEY, name varchar(255) NOT NULL,"
		 " run_on timestamp NOT NULL)",
	 .columns = node_pg_migrate_columns,
	 .strings = "file",
	 .derive = dbmig_derive_stem,
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.name = m.name)",
	 /* the ledger's order, by run_on and id, must be that of the files */
	 .blocked =
		 "SELECT pg_catalog.format('\"%s\" comes before others that are recorded.', m.name)"
		 " FROM {m} WHERE m.position < (SELECT pg_catalog.max(m2.position)"
		 " FROM {m2} JOIN {ledger} l ON l.name = m2.name)"
		 " AND NOT EXISTS (SELECT FROM {ledger} l WHERE l.name = m.name)"
		 " ORDER BY m.position LIMIT 1",
	 .blocked_hint =
		 "node-pg-migrate would refuse that order: run it with --no-check-order --fake, or delete the later rows and list them again."},

	{.tool = "db-migrate",
	 .table = "migrations",
	 .create = "CREATE TABLE {ledger} (id serial PRIMARY KEY NOT NULL,"
			   " name varchar(255) NOT NULL, run_on timestamp NOT NULL)",
	 .columns = db_migrate_columns,
	 .strings = "file",
	 .keys = db_migrate_keys,
	 .derive = dbmig_derive_stem,
	 .known =
		 "EXISTS (SELECT FROM {ledger} l WHERE l.name ="
		 " COALESCE(m.given ->> 'scope', '') || '/' || pg_catalog.ltrim(m.name, '/'))"},

	{.tool = "graphile-migrate",
	 .schema = "graphile_migrate",
	 .table = "migrations",
	 .create = "CREATE TABLE {ledger} (hash text PRIMARY KEY,"
			   " previous_hash text REFERENCES {ledger}, filename text NOT NULL,"
			   " date timestamptz NOT NULL DEFAULT now())",
	 .columns = graphile_columns,
	 .beside = graphile_beside,
	 .strings = "file",
	 .derive = dbmig_derive_graphile,
	 .why_content =
		 "graphile-migrate chains the hashes of its committed files. Give each file's text as \"content\".",
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.hash = m.checksum)"},

	{.tool = "postgres-migrations",
	 .table = "migrations",
	 .create = "CREATE TABLE {ledger} (id integer PRIMARY KEY,"
			   " name varchar(100) UNIQUE NOT NULL, hash varchar(40) NOT NULL,"
			   " executed_at timestamp DEFAULT current_timestamp)",
	 .columns = postgres_migrations_columns,
	 .strings = "file",
	 .derive = dbmig_derive_postgres_migrations,
	 .why_content =
		 "postgres-migrations compares the SHA-1 of name and text on every run. Give the file's text as \"content\".",
	 .before =
		 "INSERT INTO {ledger} (id, name, hash) SELECT 0, 'create-migrations-table',"
		 " 'e18db593bcde2aca2a408c4d1100f6abba2195df'"
		 " WHERE NOT EXISTS (SELECT FROM {ledger} l WHERE l.id = 0)",
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.id = m.version::integer)",
	 .where = "m.version <> '0'"},

	{.tool = "mikro-orm",
	 .table = "mikro_orm_migrations",
	 .create = "CREATE TABLE {ledger} (id serial PRIMARY KEY, name varchar(255),"
			   " executed_at timestamptz DEFAULT current_timestamp)",
	 .columns = mikro_orm_columns,
	 .strings = "file",
	 .derive = dbmig_derive_stem,
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.name = m.name)"},

	{.tool = "kysely",
	 .table = "kysely_migration",
	 .create = "CREATE TABLE {ledger} (name varchar(255) NOT NULL PRIMARY KEY,"
			   " \"timestamp\" varchar(255) NOT NULL)",
	 .columns = kysely_columns,
	 .beside = kysely_beside,
	 .strings = "file",
	 .derive = dbmig_derive_stem,
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.name = m.name)"},

	{.tool = "@databases",
	 .table = "atdatabases_migrations_applied",
	 .create =
		 "CREATE TABLE {ledger} (id bigserial NOT NULL PRIMARY KEY, index integer NOT NULL,"
		 " name text NOT NULL, script text NOT NULL, applied_at timestamptz NOT NULL,"
		 " ignored_error text NULL, obsolete boolean NOT NULL)",
	 .columns = databases_columns,
	 .beside = databases_beside,
	 .strings = "file",
	 .derive = dbmig_derive_databases,
	 .why_content =
		 "@databases keeps the whole text and compares it on every run. Give it as \"content\".",
	 .stores_content = true,
	 .known = "EXISTS (SELECT FROM {ledger} l WHERE l.index = m.version::integer"
			  " AND NOT l.obsolete)"},

	/* the checksum is kept, but never compared */
	{.tool = "marv",
	 .table = "migrations",
	 .create =
		 "CREATE TABLE {ledger} (level integer, comment text,"
		 " \"timestamp\" timestamptz, checksum text,"
		 " namespace text NOT NULL DEFAULT 'default', PRIMARY KEY (level, namespace))",
	 .columns = marv_columns,
	 .beside = marv_beside,
	 .strings = "file",
	 .keys = marv_keys,
	 .derive = dbmig_derive_md5,
	 .known =
		 "EXISTS (SELECT FROM {ledger} l WHERE l.level = m.version::integer"
		 " AND l.namespace = COALESCE(m.given ->> 'namespace', 'default'))"},

	{.tool = "postgrator",
	 .table = "schemaversion",
	 .create =
		 "CREATE TABLE {ledger} (version bigint PRIMARY KEY, name text, md5 text,"
		 " run_at timestamptz)",
	 .columns = postgrator_columns,
	 .strings = "file",
	 .derive = dbmig_derive_md5,
	 .why_content =
		 "Postgrator compares the MD5 of the file on every run. Give its text as \"content\".",
	 .before = "INSERT INTO {ledger} (version) SELECT 0"
			   " WHERE NOT EXISTS (SELECT FROM {ledger} l WHERE l.version = 0)",
	 .known =
		 "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version::bigint)",
	 .where = "m.version::bigint <> 0"},

	{NULL}};
