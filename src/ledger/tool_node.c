/*
 * tool_node.c
 *		Ledgers of the tools of the JavaScript world.
 *
 * Descriptions only.  Where tools share a shape, the more particular one comes
 * first, and the one that says "a or b" last.
 */
#include "postgres.h"

#include "ledger/tool.h"

/* Milliseconds of our era, as far as they are a time at all. */
#define MS_TO_TIME(ms)                               \
	"CASE WHEN " ms " BETWEEN 0 AND 253402300799000" \
	" THEN pg_catalog.to_timestamp(" ms "::double precision / 1000) END"

/* ISO 8601 text, as far as it can be read without an error. */
#define ISO_TO_TIME(iso)                                                                                                     \
	"CASE WHEN " iso                                                                                                         \
	" ~ '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$'" \
	" THEN " iso "::pg_catalog.timestamptz END"

#define SCRIPT_NAME "'\\.[cm]?[jt]s$'"

static const LedgerColumn prisma_columns[] = {{"id", LEDGER_TEXT},
											  {"checksum", LEDGER_TEXT},
											  {"finished_at", LEDGER_TIME},
											  {"migration_name", LEDGER_TEXT},
											  {"logs", LEDGER_TEXT},
											  {"rolled_back_at", LEDGER_TIME},
											  {"started_at", LEDGER_TIME},
											  {"applied_steps_count",
											   LEDGER_INTEGER},
											  {NULL}};

static const LedgerColumn knex_columns[] = {{"id", LEDGER_INTEGER},
											{"name", LEDGER_TEXT},
											{"batch", LEDGER_INTEGER},
											{"migration_time", LEDGER_TIME},
											{NULL}};

static const LedgerColumn knex_lock[] = {{"index", LEDGER_INTEGER, true},
										 {"is_locked", LEDGER_INTEGER},
										 {NULL}};

static const LedgerColumn drizzle_columns[] = {{"id", LEDGER_INTEGER},
											   {"hash", LEDGER_TEXT},
											   {"created_at", LEDGER_INTEGER},
											   {NULL}};

static const LedgerColumn drizzle_1_columns[] = {{"id", LEDGER_INTEGER},
												 {"hash", LEDGER_TEXT},
												 {"created_at", LEDGER_INTEGER},
												 {"name", LEDGER_TEXT},
												 {"applied_at", LEDGER_TIME},
												 {NULL}};

static const LedgerColumn umzug_times_columns[] = {{"name", LEDGER_TEXT},
												   {"createdat", LEDGER_TIME},
												   {"updatedat", LEDGER_TIME},
												   {NULL}};

static const LedgerColumn umzug_columns[] = {{"name", LEDGER_TEXT}, {NULL}};

static const LedgerColumn typeorm_columns[] = {{"id", LEDGER_INTEGER},
											   {"timestamp", LEDGER_INTEGER},
											   {"name", LEDGER_TEXT},
											   {NULL}};

static const LedgerColumn run_on_columns[] = {{"id", LEDGER_INTEGER},
											  {"name", LEDGER_TEXT},
											  {"run_on", LEDGER_TIME},
											  {NULL}};

static const LedgerColumn graphile_columns[] = {{"hash", LEDGER_TEXT},
												{"previous_hash", LEDGER_TEXT},
												{"filename", LEDGER_TEXT},
												{"date", LEDGER_TIME},
												{NULL}};

static const LedgerColumn postgres_migrations_columns[] = {{"id", LEDGER_INTEGER},
														   {"name", LEDGER_TEXT},
														   {"hash", LEDGER_TEXT},
														   {"executed_at",
															LEDGER_TIME},
														   {NULL}};

static const LedgerColumn mikro_orm_columns[] = {{"id", LEDGER_INTEGER},
												 {"name", LEDGER_TEXT},
												 {"executed_at", LEDGER_TIME},
												 {NULL}};

static const LedgerColumn kysely_columns[] = {{"name", LEDGER_TEXT},
											  {"timestamp", LEDGER_TEXT},
											  {NULL}};

static const LedgerColumn databases_columns[] = {{"id", LEDGER_INTEGER},
												 {"index", LEDGER_INTEGER},
												 {"name", LEDGER_TEXT},
												 {"script", LEDGER_TEXT},
												 {"applied_at", LEDGER_TIME},
												 {"ignored_error", LEDGER_TEXT},
												 {"obsolete", LEDGER_BOOLEAN},
												 {NULL}};

static const LedgerColumn marv_columns[] = {{"level", LEDGER_INTEGER},
											{"comment", LEDGER_TEXT},
											{"timestamp", LEDGER_TIME},
											{"checksum", LEDGER_TEXT},
											{"namespace", LEDGER_TEXT, true},
											{NULL}};

static const LedgerColumn postgrator_columns[] = {{"version", LEDGER_INTEGER},
												  {"name", LEDGER_TEXT},
												  {"md5", LEDGER_TEXT},
												  {"run_at", LEDGER_TIME, true},
												  {NULL}};

const LedgerTool dbmig_ledger_tools_node[] = {
	/*
	 * A retry adds a row, and so does "resolve --applied": the last row of a
	 * name is what counts.
	 */
	{.name = "prisma",
	 .flags = LEDGER_MORE_COLUMNS,
	 .columns = prisma_columns,
	 .names = ",_prisma_migrations,",
	 .latest_of = "l.migration_name",
	 .order = "l.started_at, l.finished_at, l.migration_name COLLATE \"C\"",
	 .version = "l.migration_name",
	 .title = "l.migration_name",
	 .checksum = "l.checksum",
	 .applied_at = "l.finished_at",
	 .state = "CASE WHEN l.rolled_back_at IS NOT NULL THEN 'rolled_back'"
			  " WHEN l.finished_at IS NULL THEN 'unfinished' ELSE 'applied' END",
	 .detail = "CASE WHEN l.finished_at IS NULL"
			   " THEN NULLIF(pg_catalog.left(l.logs, 2000), '') END",
	 .keys = {72707369}},

	{.name = "knex",
	 .columns = knex_columns,
	 .names = ",knex_migrations,",
	 .order = "l.id",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = "l.migration_time",
	 .detail = "'batch ' || l.batch",
	 .lock_table = "{table}_lock",
	 .lock_columns = knex_lock,
	 .lock_held = "l.is_locked <> 0",
	 .lock_hint = "knex migrate:unlock"},

	/*
	 * created_at is when the migration was generated.  0.x compares it, and
	 * only the newest one; 1.0 compares names.
	 */
	{.name = "drizzle",
	 .aliases = ",drizzle-1.0,drizzle-0.x,drizzle-orm,drizzle-kit,",
	 .flags = LEDGER_NEEDS_NAME | LEDGER_FORWARD_ONLY,
	 .columns = drizzle_1_columns,
	 .names = ",__drizzle_migrations,",
	 .unnamed_rows = "l.hash ~ '^[0-9a-f]{64}$' AND l.created_at > 1000000000000",
	 .order = "l.id",
	 .version = "COALESCE(l.name, l.created_at::text)",
	 .title = "l.name",
	 .checksum = "l.hash",
	 .applied_at = "l.applied_at",
	 .note = "format 1.0"},

	{.name = "drizzle",
	 .aliases = ",drizzle-1.0,drizzle-0.x,drizzle-orm,drizzle-kit,",
	 .flags = LEDGER_NEEDS_NAME | LEDGER_FORWARD_ONLY,
	 .columns = drizzle_columns,
	 .names = ",__drizzle_migrations,",
	 .unnamed_rows = "l.hash ~ '^[0-9a-f]{64}$' AND l.created_at > 1000000000000",
	 .order = "l.created_at, l.id",
	 .version = "l.created_at::text",
	 .checksum = "l.hash",
	 .note = "format 0.x; versions are the times of meta/_journal.json"},

	{.name = "umzug",
	 .flags = LEDGER_NEEDS_NAME | LEDGER_ANY_CASE,
	 .columns = umzug_times_columns,
	 .names = ",sequelizemeta,umzug,umzug_migrations,migrations,",
	 .unnamed_rows = "l.name ~ '^\\d{4,}[-_.]'",
	 .order = "l.name COLLATE \"C\"",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = "l.createdat"},

	{.name = "sequelize",
	 .flags = LEDGER_NEEDS_NAME | LEDGER_NEEDS_ROWS,
	 .columns = umzug_columns,
	 .names = ",sequelizemeta,",
	 .rows = "l.name ~ " SCRIPT_NAME,
	 .unnamed_rows = "l.name ~ '^\\d{8,}[-_]'",
	 .order = "l.name COLLATE \"C\"",
	 .version = "l.name",
	 .title = "l.name"},

	{.name = "umzug",
	 .flags = LEDGER_NEEDS_NAME | LEDGER_NEEDS_ROWS,
	 .columns = umzug_columns,
	 .names = ",sequelizemeta,umzug,umzug_migrations,",
	 .rows = "l.name IS NOT NULL",
	 .unnamed_rows = "l.name ~ '^\\d{8,}[-_]'",
	 .order = "l.name COLLATE \"C\"",
	 .version = "l.name",
	 .title = "l.name"},

	{.name = "sequelize or umzug",
	 .flags = LEDGER_NEEDS_NAME,
	 .columns = umzug_columns,
	 .names = ",sequelizemeta,umzug_migrations,",
	 .order = "l.name COLLATE \"C\"",
	 .version = "l.name",
	 .title = "l.name"},

	/* timestamp is when the migration was written */
	{.name = "typeorm",
	 .flags = LEDGER_NEEDS_NAME,
	 .columns = typeorm_columns,
	 .names = ",migrations,migration,typeorm_migrations,",
	 .unnamed_rows = "l.name ~ '\\d{13}$'",
	 .order = "l.id",
	 .version = "l.\"timestamp\"::text",
	 .title = "l.name"},

	/* names begin with a slash, or with a scope and a slash */
	{.name = "db-migrate",
	 .flags = LEDGER_NEEDS_ROWS,
	 .columns = run_on_columns,
	 .names = ",migrations,",
	 .rows = "pg_catalog.strpos(l.name, '/') > 0",
	 .order = "l.run_on, l.name COLLATE \"C\"",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = "l.run_on"},

	{.name = "node-pg-migrate",
	 .flags = LEDGER_NEEDS_ROWS,
	 .columns = run_on_columns,
	 .names = ",pgmigrations,",
	 .rows = "pg_catalog.strpos(l.name, '/') = 0",
	 .order = "l.run_on, l.id",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = "l.run_on",
	 .keys = {INT64CONST(7241865325823964)}},

	/* the default names of the two, while there are no rows */
	{.name = "node-pg-migrate",
	 .flags = LEDGER_NEEDS_NAME,
	 .columns = run_on_columns,
	 .names = ",pgmigrations,",
	 .order = "l.run_on, l.id",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = "l.run_on",
	 .keys = {INT64CONST(7241865325823964)}},

	{.name = "node-pg-migrate or db-migrate",
	 .columns = run_on_columns,
	 .names = ",migrations,",
	 .order = "l.run_on, l.id",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = "l.run_on",
	 .keys = {INT64CONST(7241865325823964)}},

	{.name = "graphile-migrate",
	 .flags = LEDGER_MORE_COLUMNS,
	 .columns = graphile_columns,
	 .names = ",migrations,",
	 .order = "l.filename COLLATE \"C\"",
	 .version = "l.filename",
	 .title = "l.filename",
	 .checksum = "l.hash",
	 .applied_at = "l.date",
	 .keys = {INT64CONST(4727445306447283)}},

	/* row 0 is the table's own migration */
	{.name = "postgres-migrations",
	 .columns = postgres_migrations_columns,
	 .names = ",migrations,",
	 .where = "l.id <> 0",
	 .order = "l.id",
	 .version = "l.id::text",
	 .title = "l.name",
	 .checksum = "l.hash",
	 .applied_at = "l.executed_at",
	 .keys = {-INT64CONST(8525285245963000605)}},

	{.name = "mikro-orm",
	 .aliases = ",mikroorm,",
	 .flags = LEDGER_NEEDS_NAME,
	 .columns = mikro_orm_columns,
	 .names = ",mikro_orm_migrations,",
	 .unnamed_rows = "l.name ~ '^Migration\\d{14}'",
	 .order = "l.id",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = "l.executed_at"},

	/* its lock table stays 0; the lock is the advisory one */
	{.name = "kysely",
	 .aliases = ",kysely-ctl,",
	 .flags = LEDGER_NEEDS_NAME,
	 .columns = kysely_columns,
	 .names = ",kysely_migration,",
	 .unnamed_rows = "l.\"timestamp\" ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:'",
	 .order = "l.\"timestamp\" COLLATE \"C\", l.name COLLATE \"C\"",
	 .version = "l.name",
	 .title = "l.name",
	 .applied_at = ISO_TO_TIME("l.\"timestamp\""),
	 .keys = {INT64CONST(3853314791062309107)}},

	{.name = "@databases",
	 .aliases = ",databases,@databases/pg-migrations,atdatabases,",
	 .columns = databases_columns,
	 .names = ",atdatabases_migrations_applied,",
	 .order = "l.index",
	 .version = "l.index::text",
	 .title = "l.name",
	 .applied_at = "l.applied_at",
	 .detail =
		 "CASE WHEN l.obsolete THEN 'obsolete'"
		 " WHEN l.ignored_error IS NOT NULL THEN 'error was ignored: ' || l.ignored_error END"},

	/* its lock table is locked, not written */
	{.name = "marv",
	 .columns = marv_columns,
	 .names = ",migrations,",
	 .order = "l.namespace COLLATE \"C\", l.level",
	 .version = "CASE WHEN l.namespace <> 'default'"
				" THEN l.namespace || '/' || l.level ELSE l.level::text END",
	 .title = "l.comment",
	 .checksum = "l.checksum",
	 .applied_at = "l.\"timestamp\"",
	 .keys = {98743216}},

	/* row 0 is the empty database */
	{.name = "postgrator",
	 .columns = postgrator_columns,
	 .names = ",schemaversion,",
	 .where = "l.version <> 0",
	 .order = "l.version",
	 .version = "l.version::text",
	 .title = "l.name",
	 .checksum = "l.md5",
	 .applied_at = "l.run_at"},

	{NULL}};
