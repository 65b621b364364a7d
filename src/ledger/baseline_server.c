/*
 * baseline_server.c
 *		How the ledgers of the Java, Python, PHP and Ruby tools are written.
 *
 * Recipes only; see baseline.h.
 */
#include "postgres.h"

#include "ledger/baseline.h"

#define UTC_NOW "(pg_catalog.now() AT TIME ZONE 'UTC')"

static const char *const flyway_keys[] = {"type", NULL};

static const BaselineColumn flyway_columns[] =
	{{"installed_rank", 'N', false,
	  "(SELECT COALESCE(pg_catalog.max(l.installed_rank), 0) FROM {ledger} l)"
	  " + pg_catalog.row_number() OVER (ORDER BY m.position)"},
	 {"version", 'S', false, "m.version"},
	 {"description", 'S', false, "m.name"},
	 {"type", 'S', false,
	  "COALESCE(m.given ->> 'type',"
	  " CASE WHEN m.file LIKE 'B%' THEN 'SQL_BASELINE' ELSE 'SQL' END)"},
	 {"script", 'S', false, "m.file"},
	 {"checksum", 'N', false, "m.checksum::integer"},
	 {"installed_by", 'S', false, "CURRENT_USER"},
	 {"installed_on", 'D', false, NULL},
	 {"execution_time", 'N', false, "0"},
	 {"success", 'B', false, "true"},
	 {NULL}};

static const char *const liquibase_keys[] = {"id", "author", NULL};

static const BaselineColumn liquibase_columns[] =
	{{"id", 'S', false, "m.version"},
	 {"author", 'S', false, "m.given ->> 'author'"},
	 {"filename", 'S', false, "m.file"},
	 {"dateexecuted", 'D', false, "pg_catalog.now()"},
	 {"orderexecuted", 'N', false,
	  "(SELECT COALESCE(pg_catalog.max(l.orderexecuted), 0) FROM {ledger} l)"
	  " + pg_catalog.row_number() OVER (ORDER BY m.position)"},
	 {"exectype", 'S', false, "'EXECUTED'"},
	 /* the tool fills it in on its next run */
	 {"md5sum", 'S', false, NULL},
	 {NULL}};

static const BaselineBeside liquibase_beside[] =
	{{"+lock",
	  "CREATE TABLE {+lock} (id integer NOT NULL, locked boolean NOT NULL,"
	  " lockgranted timestamp, lockedby varchar(255),"
	  " CONSTRAINT {=lock_pkey} PRIMARY KEY (id))",
	  "INSERT INTO {+lock} (id, locked) SELECT 1, false"
	  " WHERE NOT EXISTS (SELECT FROM {+lock})"},
	 {NULL}};

static const char *const django_keys[] = {"app", NULL};

static const BaselineColumn django_columns[] =
	{{"id", 'N', false, NULL},
	 {"app", 'S', false, "m.version"},
	 {"name", 'S', false, "m.name"},
	 {"applied", 'D', false,
	  "pg_catalog.now() + m.position * interval '1 microsecond'"},
	 {NULL}};

static const char *const alembic_keys[] = {"down_revision", NULL};

static const BaselineColumn alembic_columns[] = {{"version_num", 'S', false,
												  "m.version"},
												 {NULL}};

#define YOYO_KNOWN \
	"EXISTS (SELECT FROM {ledger} l WHERE l.migration_hash = m.checksum)"

static const BaselineColumn yoyo_columns[] =
	{{"migration_hash", 'S', false, "m.checksum"},
	 {"migration_id", 'S', false, "m.name"},
	 {"applied_at_utc", 'D', false, UTC_NOW},
	 {NULL}};

static const BaselineBeside yoyo_beside[] =
	{{"._yoyo_log",
	  "CREATE TABLE {._yoyo_log} (id varchar(36), migration_hash varchar(64),"
	  " migration_id varchar(255), operation varchar(10), username varchar(255),"
	  " hostname varchar(255), comment varchar(255), created_at_utc timestamp,"
	  " PRIMARY KEY (id))",
	  NULL},
	 {"._yoyo_version",
	  "CREATE TABLE {._yoyo_version} (version integer NOT NULL PRIMARY KEY,"
	  " installed_at_utc timestamp)",
	  "INSERT INTO {._yoyo_version} (version, installed_at_utc) SELECT 2, " UTC_NOW
	  " WHERE NOT EXISTS (SELECT FROM {._yoyo_version})"},
	 {".yoyo_lock",
	  "CREATE TABLE {.yoyo_lock} (locked integer DEFAULT 1, ctime timestamp,"
	  " pid integer NOT NULL, PRIMARY KEY (locked))",
	  NULL},
	 {NULL}};

static const BaselineColumn laravel_columns[] =
	{{"id", 'N', false, NULL},
	 {"migration", 'S', false, "m.name"},
	 {"batch", 'N', false,
	  "(SELECT COALESCE(pg_catalog.max(l.batch), 0) + 1 FROM {ledger} l)"},
	 {NULL}};

static const BaselineColumn doctrine_columns[] =
	{{"version", 'S', false, "m.version"},
	 {"executed_at", 'D', false, "pg_catalog.now()"},
	 {"execution_time", 'N', false, NULL},
	 {NULL}};

static const BaselineColumn phinx_columns[] =
	{{"version", 'N', false, "m.version::bigint"},
	 {"migration_name", 'S', false, "pg_catalog.left(m.name, 100)"},
	 {"start_time", 'D', false, "pg_catalog.now()"},
	 {"end_time", 'D', false, "pg_catalog.now()"},
	 {"breakpoint", 'B', true, "false"},
	 {NULL}};

static const char *const rails_keys[] = {"environment", NULL};

/* Rails makes a number of the digits, dbmate does not. */
static const BaselineColumn rails_columns[] =
	{{"version", 'S', false, "m.version::pg_catalog.numeric::text"}, {NULL}};

/* The tool puts its own environment there when it runs next. */
static const BaselineBeside rails_beside[] =
	{{".ar_internal_metadata",
	  "CREATE TABLE {.ar_internal_metadata} (key character varying NOT NULL PRIMARY KEY,"
	  " value character varying, created_at timestamp(6) NOT NULL,"
	  " updated_at timestamp(6) NOT NULL)",
	  "INSERT INTO {.ar_internal_metadata} (key, value, created_at, updated_at)"
	  " SELECT 'environment', COALESCE((SELECT m.given ->> 'environment' FROM {m}"
	  " WHERE m.given ->> 'environment' IS NOT NULL ORDER BY m.position LIMIT 1),"
	  " 'production'), " UTC_NOW ", " UTC_NOW
	  " WHERE NOT EXISTS (SELECT FROM {.ar_internal_metadata} WHERE key = 'environment')"},
	 {NULL}};

static const BaselineColumn sequel_columns[] = {{"filename", 'S', false,
												 "m.name"},
												{NULL}};

static const BaselineColumn sequel_integer_columns[] = {{"version", 'N', false,
														 "m.version::integer"},
														{NULL}};

/* Only the row with the greatest number is written, over a smaller one. */
#define GREATEST_ONLY \
	"m.version::bigint = (SELECT pg_catalog.max(m.version::bigint) FROM {m})"

const BaselineRecipe dbmig_baseline_server[] =
	{{.tool = "flyway",
	  .table = "flyway_schema_history",
	  .create =
		  "CREATE TABLE {ledger} (installed_rank integer NOT NULL, version varchar(50),"
		  " description varchar(200) NOT NULL, type varchar(20) NOT NULL,"
		  " script varchar(1000) NOT NULL, checksum integer, installed_by varchar(100) NOT NULL,"
		  " installed_on timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL,"
		  " success boolean NOT NULL, CONSTRAINT {=_pk} PRIMARY KEY (installed_rank));"
		  " CREATE INDEX {=_s_idx} ON {ledger} (success)",
	  .columns = flyway_columns,
	  .strings = "file",
	  .keys = flyway_keys,
	  .derive = dbmig_derive_flyway,
	  .why_content =
		  "Flyway compares a CRC-32 of the lines on every run. Give the file's text as \"content\".",
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version"
			   " OR m.version IS NULL AND l.version IS NULL AND l.script = m.file"
			   " AND l.checksum IS NOT DISTINCT FROM m.checksum::integer)",
	  .blocked =
		  "SELECT pg_catalog.format('Migration \"%s\" has failed.', l.script)"
		  " FROM {ledger} l WHERE NOT l.success"
		  " UNION ALL SELECT 'A marker of type BASELINE can only be the first row.'"
		  " FROM {m} WHERE m.given ->> 'type' = 'BASELINE'"
		  " AND EXISTS (SELECT FROM {ledger} l WHERE l.version IS NOT NULL"
		  " AND (l.type <> 'BASELINE' OR l.version <> m.version))",
	  .blocked_hint = "See flyway info; flyway repair takes a failed row away."},

	 {.tool = "liquibase",
	  .table = "databasechangelog",
	  .create =
		  "CREATE TABLE {ledger} (id varchar(255) NOT NULL, author varchar(255) NOT NULL,"
		  " filename varchar(255) NOT NULL, dateexecuted timestamp NOT NULL,"
		  " orderexecuted integer NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35),"
		  " description varchar(255), comments varchar(255), tag varchar(255),"
		  " liquibase varchar(20), contexts varchar(255), labels varchar(255),"
		  " deployment_id varchar(10))",
	  .columns = liquibase_columns,
	  .beside = liquibase_beside,
	  .strings = "file",
	  .keys = liquibase_keys,
	  .derive = dbmig_derive_liquibase,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.id = m.version"
			   " AND l.author = m.given ->> 'author' AND l.filename = m.file)",
	  .lock_row = "SELECT l.locked, l.lockedby FROM {+lock} l",
	  .lock_hint = "If nobody is migrating: liquibase release-locks."},

	 {.tool = "django",
	  .table = "django_migrations",
	  .create =
		  "CREATE TABLE {ledger} (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
		  " app varchar(255) NOT NULL, name varchar(255) NOT NULL,"
		  " applied timestamptz NOT NULL)",
	  .columns = django_columns,
	  .strings = "name",
	  .keys = django_keys,
	  .derive = dbmig_derive_django,
	  .known =
		  "EXISTS (SELECT FROM {ledger} l WHERE l.app = m.version AND l.name = m.name)"},

	 /*
	 * Heads only: a revision that another one names as its predecessor is none.
	 * What a head in the ledger is to those given, only the tool knows.
	 */
	 {.tool = "alembic",
	  .table = "alembic_version",
	  .create = "CREATE TABLE {ledger} (version_num varchar(32) NOT NULL,"
				" CONSTRAINT {=_pkc} PRIMARY KEY (version_num))",
	  .columns = alembic_columns,
	  .strings = "version",
	  .keys = alembic_keys,
	  .derive = dbmig_derive_version,
	  .before =
		  "DELETE FROM {ledger} l USING {m}"
		  " WHERE m.given -> 'down_revision' @> pg_catalog.to_jsonb(l.version_num::text)",
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.version_num = m.version)",
	  .where = "NOT EXISTS (SELECT FROM {m2} WHERE m2.given -> 'down_revision'"
			   " @> pg_catalog.to_jsonb(m.version))",
	  .blocked =
		  "SELECT pg_catalog.format('The ledger stands at revision \"%s\".', l.version_num)"
		  " FROM {ledger} l WHERE NOT EXISTS (SELECT FROM {m} WHERE m.version = l.version_num"
		  " OR m.given -> 'down_revision' @> pg_catalog.to_jsonb(l.version_num::text))"
		  " ORDER BY l.version_num",
	  .blocked_hint =
		  "Use alembic stamp, or list every revision from there on with its \"down_revision\".",
	  .rewrites = true},

	 {.tool = "yoyo",
	  .table = "_yoyo_migration",
	  .create =
		  "CREATE TABLE {ledger} (migration_hash varchar(64), migration_id varchar(255),"
		  " applied_at_utc timestamp, PRIMARY KEY (migration_hash))",
	  .columns = yoyo_columns,
	  .beside = yoyo_beside,
	  .strings = "file",
	  .derive = dbmig_derive_yoyo,
	  .before =
		  "INSERT INTO {._yoyo_log} (id, migration_hash, migration_id, operation,"
		  " username, hostname, created_at_utc)"
		  " SELECT pg_catalog.gen_random_uuid()::text, m.checksum, m.name, 'mark',"
		  " SESSION_USER, pg_catalog.host(pg_catalog.inet_client_addr()), " UTC_NOW
		  " FROM {m} WHERE NOT " YOYO_KNOWN " ORDER BY m.position",
	  .known = YOYO_KNOWN,
	  .lock_row = "SELECT true, 'process ' || l.pid FROM {.yoyo_lock} l",
	  .lock_take = "INSERT INTO {.yoyo_lock} (locked, ctime, pid)"
				   " VALUES (1, " UTC_NOW
				   ", pg_catalog.pg_backend_pid()); DELETE FROM {.yoyo_lock}",
	  .lock_hint = "If nobody is migrating: yoyo break-lock."},

	 {.tool = "laravel",
	  .table = "migrations",
	  .create = "CREATE TABLE {ledger} (id serial PRIMARY KEY NOT NULL,"
				" migration varchar(255) NOT NULL, batch integer NOT NULL)",
	  .columns = laravel_columns,
	  .strings = "file",
	  .derive = dbmig_derive_stem,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.migration = m.name)"},

	 {.tool = "doctrine",
	  .table = "doctrine_migration_versions",
	  .create =
		  "CREATE TABLE {ledger} (version varchar(191) NOT NULL,"
		  " executed_at timestamp(0) DEFAULT NULL, execution_time integer DEFAULT NULL,"
		  " PRIMARY KEY (version))",
	  .columns = doctrine_columns,
	  .strings = "version",
	  .derive = dbmig_derive_version,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version)"},

	 {.tool = "phinx",
	  .table = "phinxlog",
	  .create =
		  "CREATE TABLE {ledger} (version bigint NOT NULL, migration_name varchar(100) NULL,"
		  " start_time timestamp NULL, end_time timestamp NULL,"
		  " breakpoint boolean NOT NULL DEFAULT false,"
		  " CONSTRAINT {=_pkey} PRIMARY KEY (version))",
	  .columns = phinx_columns,
	  .strings = "file",
	  .derive = dbmig_derive_phinx,
	  .known =
		  "EXISTS (SELECT FROM {ledger} l WHERE l.version = m.version::bigint)"},

	 {.tool = "rails",
	  .table = "schema_migrations",
	  .create =
		  "CREATE TABLE {ledger} (version character varying NOT NULL PRIMARY KEY)",
	  .columns = rails_columns,
	  .beside = rails_beside,
	  .strings = "file",
	  .keys = rails_keys,
	  .derive = dbmig_derive_number,
	  .known = "EXISTS (SELECT FROM {ledger} l"
			   " WHERE l.version = m.version::pg_catalog.numeric::text)"},

	 {.tool = "sequel",
	  .table = "schema_migrations",
	  .create = "CREATE TABLE {ledger} (filename text PRIMARY KEY)",
	  .columns = sequel_columns,
	  .strings = "file",
	  .derive = dbmig_derive_file,
	  .known = "EXISTS (SELECT FROM {ledger} l WHERE l.filename = m.name)"},

	 {.tool = "sequel-integer",
	  .table = "schema_info",
	  .create = "CREATE TABLE {ledger} (version integer DEFAULT 0 NOT NULL)",
	  .columns = sequel_integer_columns,
	  .strings = "file",
	  .derive = dbmig_derive_number,
	  .before = "DELETE FROM {ledger} l WHERE l.version <"
				" (SELECT pg_catalog.max(m.version::bigint) FROM {m})",
	  .known = "EXISTS (SELECT FROM {ledger} l)",
	  .where = GREATEST_ONLY,
	  .rewrites = true},

	 {NULL}};
