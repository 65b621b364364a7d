/*
 * tool_server.c
 *		Ledgers of the tools of the JVM, Python, PHP and Perl worlds.
 *
 * Descriptions only.
 */
#include "postgres.h"

#include "ledger/key.h"
#include "ledger/tool.h"

static const LedgerColumn flyway_columns[] = {{"installed_rank", LEDGER_INTEGER},
											  {"version", LEDGER_TEXT},
											  {"description", LEDGER_TEXT},
											  {"type", LEDGER_TEXT},
											  {"script", LEDGER_TEXT},
											  {"checksum", LEDGER_INTEGER},
											  {"installed_by", LEDGER_TEXT},
											  {"installed_on", LEDGER_TIME},
											  {"execution_time", LEDGER_INTEGER},
											  {"success", LEDGER_BOOLEAN},
											  {NULL}};

static const LedgerColumn liquibase_columns[] = {{"id", LEDGER_TEXT},
												 {"author", LEDGER_TEXT},
												 {"filename", LEDGER_TEXT},
												 {"dateexecuted", LEDGER_TIME},
												 {"orderexecuted",
												  LEDGER_INTEGER},
												 {"exectype", LEDGER_TEXT},
												 {"md5sum", LEDGER_TEXT},
												 {NULL}};

static const LedgerColumn liquibase_lock[] = {{"locked", LEDGER_BOOLEAN},
											  {"lockgranted", LEDGER_TIME},
											  {"lockedby", LEDGER_TEXT},
											  {NULL}};

static const LedgerColumn django_columns[] = {{"id", LEDGER_INTEGER},
											  {"app", LEDGER_TEXT},
											  {"name", LEDGER_TEXT},
											  {"applied", LEDGER_TIME},
											  {NULL}};

static const LedgerColumn alembic_columns[] = {{"version_num", LEDGER_TEXT},
											   {NULL}};

static const LedgerColumn yoyo_columns[] = {{"migration_hash", LEDGER_TEXT},
											{"migration_id", LEDGER_TEXT},
											{"applied_at_utc", LEDGER_TIME},
											{NULL}};

static const LedgerColumn yoyo_lock[] = {{"locked", LEDGER_INTEGER},
										 {"ctime", LEDGER_TIME},
										 {"pid", LEDGER_INTEGER},
										 {NULL}};

static const LedgerColumn laravel_columns[] = {{"id", LEDGER_INTEGER},
											   {"migration", LEDGER_TEXT},
											   {"batch", LEDGER_INTEGER},
											   {NULL}};

static const LedgerColumn doctrine_columns[] = {{"version", LEDGER_TEXT},
												{"executed_at", LEDGER_TIME},
												{"execution_time",
												 LEDGER_INTEGER},
												{NULL}};

static const LedgerColumn phinx_columns[] = {{"version", LEDGER_INTEGER},
											 {"migration_name", LEDGER_TEXT},
											 {"start_time", LEDGER_TIME},
											 {"end_time", LEDGER_TIME},
											 {"breakpoint", LEDGER_BOOLEAN, true},
											 {NULL}};

static const LedgerColumn sqitch_columns[] =
	{{"change_id", LEDGER_TEXT},	  {"script_hash", LEDGER_TEXT},
	 {"change", LEDGER_TEXT},		  {"project", LEDGER_TEXT},
	 {"note", LEDGER_TEXT},			  {"committed_at", LEDGER_TIME},
	 {"committer_name", LEDGER_TEXT}, {"planned_at", LEDGER_TIME},
	 {"planner_name", LEDGER_TEXT},	  {NULL}};

const LedgerTool dbmig_ledger_tools_server[] = {
	/*
	 * A repeatable migration has a row for each change, an undo one that says
	 * so: the last row counts.  Rank 0 says that Flyway made the schema.
	 */
	{.name = "flyway",
	 .flags = LEDGER_MORE_COLUMNS,
	 .columns = flyway_columns,
	 .names = ",flyway_schema_history,schema_version,",
	 .latest_of = "COALESCE(l.version, l.script)",
	 .where = "l.type IS DISTINCT FROM 'SCHEMA'",
	 .order = "l.installed_rank",
	 .version = "COALESCE(l.version,"
				" pg_catalog.regexp_replace(l.script, '^.*/|\\.sql$', '', 'g'))",
	 .title = "l.description",
	 .checksum = "l.checksum::text",
	 .applied_at = "l.installed_on",
	 .state = "CASE WHEN l.success AND l.type = 'SQL' THEN 'applied'"
			  " WHEN l.success IS NOT TRUE THEN 'failed'"
			  " WHEN l.type LIKE '%BASELINE' THEN 'baselined'"
			  " WHEN l.type LIKE 'UNDO%' OR l.type = 'DELETE' THEN 'reverted'"
			  " ELSE 'applied' END",
	 .detail = "CASE WHEN l.success THEN l.script"
			   " ELSE l.script || ' failed; it may be half applied' END",
	 .key = dbmig_ledger_key_flyway},

	{.name = "liquibase",
	 .flags = LEDGER_MORE_COLUMNS | LEDGER_ANY_CASE,
	 .columns = liquibase_columns,
	 .names = ",databasechangelog,",
	 .latest_of = "(l.id, l.author, l.filename)",
	 .order = "l.dateexecuted, l.orderexecuted",
	 .version = "l.id",
	 .title = "l.filename || '::' || l.id || '::' || l.author",
	 .checksum = "l.md5sum",
	 .applied_at = "l.dateexecuted",
	 .state = "CASE l.exectype WHEN 'FAILED' THEN 'failed'"
			  " WHEN 'SKIPPED' THEN 'skipped'"
			  " WHEN 'MARK_RAN' THEN 'baselined' ELSE 'applied' END",
	 .detail = "l.exectype",
	 .lock_table = "{table}lock",
	 .lock_columns = liquibase_lock,
	 .lock_held = "l.locked",
	 .lock_since = "l.lockgranted",
	 .lock_owner = "l.lockedby",
	 .lock_hint = "liquibase release-locks"},

	{.name = "django",
	 .columns = django_columns,
	 .names = ",django_migrations,",
	 .order = "l.id",
	 .version = "l.app || '.' || l.name",
	 .title = "l.name",
	 .applied_at = "l.applied"},

	{.name = "alembic",
	 .flags = LEDGER_HEAD_ONLY,
	 .columns = alembic_columns,
	 .names = ",alembic_version,",
	 .order = "l.version_num COLLATE \"C\"",
	 .version = "l.version_num",
	 .note = "keeps the current heads only"},

	{.name = "yoyo",
	 .aliases = ",yoyo-migrations,",
	 .flags = LEDGER_MORE_COLUMNS | LEDGER_UTC,
	 .columns = yoyo_columns,
	 .names = ",_yoyo_migration,",
	 .order = "l.applied_at_utc, l.migration_id COLLATE \"C\"",
	 .version = "l.migration_id",
	 .title = "l.migration_id",
	 .checksum = "l.migration_hash",
	 .applied_at = "l.applied_at_utc",
	 .lock_table = "yoyo_lock",
	 .lock_columns = yoyo_lock,
	 .lock_held = "l.locked <> 0",
	 .lock_since = "l.ctime",
	 .lock_owner = "'client process ' || l.pid",
	 .lock_hint = "yoyo break-lock"},

	{.name = "laravel",
	 .columns = laravel_columns,
	 .names = ",migrations,",
	 .order = "l.id",
	 .version = "l.migration",
	 .title = "l.migration",
	 .detail = "'batch ' || l.batch"},

	{.name = "doctrine",
	 .columns = doctrine_columns,
	 .names = ",doctrine_migration_versions,",
	 .order = "l.version COLLATE \"C\"",
	 .version = "l.version",
	 .title = "pg_catalog.regexp_replace(l.version, '^.*\\\\', '')",
	 .applied_at = "l.executed_at"},

	{.name = "phinx",
	 .aliases = ",cakephp,",
	 .columns = phinx_columns,
	 .names = ",phinxlog,",
	 .order = "l.version",
	 .version = "l.version::text",
	 .title = "l.migration_name",
	 .applied_at = "COALESCE(l.end_time, l.start_time)"},

	/* a change that failed is in events only */
	{.name = "sqitch",
	 .flags = LEDGER_MORE_COLUMNS,
	 .columns = sqitch_columns,
	 .names = ",changes,",
	 .beside = "events",
	 .source =
		 "(SELECT c.change_id, c.script_hash, c.change, c.project, c.committed_at,"
		 "  'applied' AS event FROM {ledger} c"
		 " UNION ALL SELECT f.change_id, NULL, f.change, f.project, f.committed_at, f.event"
		 " FROM (SELECT DISTINCT ON (e.project, e.change) e.change_id, e.change,"
		 "   e.project, e.committed_at, e.event FROM {beside} e"
		 "  ORDER BY e.project, e.change, e.committed_at DESC) f"
		 " WHERE f.event = 'fail')",
	 .order = "l.committed_at",
	 .version = "l.change",
	 .title = "l.change",
	 .checksum = "l.script_hash",
	 .applied_at = "CASE WHEN l.event = 'applied' THEN l.committed_at END",
	 .state = "CASE l.event WHEN 'applied' THEN 'applied' ELSE 'failed' END",
	 .detail = "'project ' || l.project || ', change ' || l.change_id",
	 .keys = {75474063}},

	{NULL}};
