\echo Use "CREATE EXTENSION dbmig" to load this file. \quit

-- ---------------------------------------------------------------------------
-- base: journal and progress
-- ---------------------------------------------------------------------------

CREATE TABLE dbmig.journal (
	journal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	part text NOT NULL,
	action text NOT NULL,
	object text,
	state text NOT NULL CHECK (state IN ('succeeded', 'failed', 'skipped')),
	started_at timestamptz NOT NULL,
	finished_at timestamptz,
	detail jsonb,
	sqlstate text,
	error text,
	executed_by text NOT NULL DEFAULT CURRENT_USER
);
COMMENT ON TABLE dbmig.journal IS 'Everything that dbmig did, well or badly: part, action, object, state, times, detail, SQLSTATE and error. Rows are only added.';
SELECT pg_catalog.pg_extension_config_dump('dbmig.journal', '');
SELECT pg_catalog.pg_extension_config_dump('dbmig.journal_journal_id_seq', '');

CREATE FUNCTION dbmig._progress(
	OUT task text, OUT object text, OUT phase text, OUT done bigint,
	OUT total bigint, OUT unit text, OUT started_at timestamptz,
	OUT rate double precision, OUT eta timestamptz, OUT pid integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'dbmig_progress_rows'
LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION dbmig._progress() IS 'Rows of the view dbmig.progress, read from shared memory.';

CREATE VIEW dbmig.progress AS
	SELECT task, object, phase, done, total, unit, started_at, rate, eta, pid
	FROM dbmig._progress();
COMMENT ON VIEW dbmig.progress IS 'Long tasks of dbmig that run in this database now: done of total units, rate in units per second, eta = expected end. The object is shown to members of the role that runs it and of pg_read_all_stats.';

-- ---------------------------------------------------------------------------
-- migration: plan and history
-- ---------------------------------------------------------------------------

CREATE TABLE dbmig.migration (
	version text COLLATE "C" PRIMARY KEY,
	name text NOT NULL DEFAULT '',
	up_sql text NOT NULL,
	down_sql text,
	checksum text NOT NULL,
	transactional boolean NOT NULL,
	down_transactional boolean NOT NULL DEFAULT true,
	repeatable boolean NOT NULL DEFAULT false,
	registered_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	registered_by text NOT NULL DEFAULT CURRENT_USER,
	source text,
	up_line integer NOT NULL DEFAULT 1,
	up_character integer NOT NULL DEFAULT 1,
	down_line integer NOT NULL DEFAULT 1,
	down_character integer NOT NULL DEFAULT 1,
	down_checksum text
);
COMMENT ON TABLE dbmig.migration IS 'The plan: every registered migration with its texts. checksum = SHA-256, hex, of up_sql in UTF-8 with CRLF as LF, without BOM and white space at the end; down_checksum = the same of down_sql. source = file it came from; up_line, up_character, down_line, down_character = where the texts begin in it.';
SELECT pg_catalog.pg_extension_config_dump('dbmig.migration', '');

CREATE TABLE dbmig.migration_run (
	run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	version text COLLATE "C" NOT NULL,
	action text NOT NULL CHECK (action IN ('apply', 'revert', 'baseline', 'adopt', 'repair')),
	state text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed')),
	checksum text,
	started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	finished_at timestamptz,
	executed_by text NOT NULL DEFAULT CURRENT_USER,
	backend_pid integer,
	statements integer NOT NULL DEFAULT 0,
	failed_statement integer,
	failed_line integer,
	failed_position integer,
	sqlstate text,
	error text,
	error_detail text,
	error_context text,
	schema_before text,
	schema_after text,
	standing text CHECK (standing IN ('applied', 'baselined', 'reverted', 'forgotten')),
	statement_checksums text[],
	detail jsonb
);
CREATE INDEX migration_run_version_idx ON dbmig.migration_run (version, run_id);
COMMENT ON TABLE dbmig.migration_run IS 'The history: one row per run of a migration, only ever added to. statements = how many took effect for good; failed_statement, failed_line, failed_position = number of the failing statement, line where it begins and character of the fault, counted from 1 in the file. standing = what the run made of the migration.';
SELECT pg_catalog.pg_extension_config_dump('dbmig.migration_run', '');
SELECT pg_catalog.pg_extension_config_dump('dbmig.migration_run_run_id_seq', '');

CREATE FUNCTION dbmig._guard_history() RETURNS trigger
AS 'MODULE_PATHNAME', 'dbmig_guard_history'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig._guard_history() IS 'Trigger on migration_run: refuses DELETE, TRUNCATE and any UPDATE of a run that has ended (SQLSTATE 55000).';
REVOKE ALL ON FUNCTION dbmig._guard_history() FROM PUBLIC;

CREATE TRIGGER guard_history BEFORE UPDATE OR DELETE ON dbmig.migration_run
	FOR EACH ROW EXECUTE FUNCTION dbmig._guard_history();
CREATE TRIGGER guard_history_truncate BEFORE TRUNCATE ON dbmig.migration_run
	FOR EACH STATEMENT EXECUTE FUNCTION dbmig._guard_history();
-- also where a migration sets session_replication_role
ALTER TABLE dbmig.migration_run ENABLE ALWAYS TRIGGER guard_history;
ALTER TABLE dbmig.migration_run ENABLE ALWAYS TRIGGER guard_history_truncate;

CREATE FUNCTION dbmig._migration_states(
	OUT version text, OUT name text, OUT state text,
	OUT applied_at timestamptz, OUT duration interval, OUT executed_by text,
	OUT out_of_order boolean, OUT sqlstate text, OUT error text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'dbmig_migration_states'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig._migration_states() IS 'Rows of the view dbmig.migration_status.';

CREATE VIEW dbmig.migration_status AS
	SELECT version, name, state, applied_at, duration, executed_by,
		out_of_order, sqlstate, error
	FROM dbmig._migration_states();
COMMENT ON VIEW dbmig.migration_status IS 'Every migration, in the order of versions: state is pending, applied, baselined, failed, running, reverted, modified (the registered text differs from what was applied) or missing (applied, no longer registered).';

CREATE FUNCTION dbmig.migration_summary(
	OUT state text, OUT applied bigint, OUT pending bigint,
	OUT failed bigint, OUT modified bigint, OUT current_version text,
	OUT last_applied_at timestamptz, OUT detail text)
RETURNS record
AS 'MODULE_PATHNAME', 'dbmig_migration_summary'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.migration_summary() IS 'One row on all migrations: state is unmigrated, current, pending, failed, modified or running; detail says it in words.';

CREATE FUNCTION dbmig.assert_migrated() RETURNS void
AS 'MODULE_PATHNAME', 'dbmig_assert_migrated'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.assert_migrated() IS 'Raises unless migration_summary() says current: SQLSTATE MG001 unmigrated, MG002 pending, MG003 failed, MG004 modified, MG005 running.';

CREATE FUNCTION dbmig.register_migration(
	version text, up_sql text, down_sql text DEFAULT NULL,
	name text DEFAULT '', transactional boolean DEFAULT NULL)
RETURNS text
AS 'MODULE_PATHNAME', 'dbmig_register_migration'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.register_migration(text, text, text, text, boolean) IS 'Puts a migration into the plan: version, SQL to apply, SQL to revert, name, whether to run in a transaction (NULL = as its statements need). Returns registered, updated or unchanged; refuses texts that cannot run, with their line.';
REVOKE ALL ON FUNCTION dbmig.register_migration(text, text, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION dbmig.register_directory(path text, layout text DEFAULT 'auto')
RETURNS TABLE (version text, name text, result text)
AS 'MODULE_PATHNAME', 'dbmig_register_directory'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.register_directory(text, text) IS 'Puts all migrations of a directory on the server into the plan, or none. layout: auto, plain, golang-migrate, dbmate, goose, flyway, prisma, diesel, drizzle, supabase or sqitch. Needs pg_read_server_files.';
REVOKE ALL ON FUNCTION dbmig.register_directory(text, text) FROM PUBLIC;

CREATE PROCEDURE dbmig.migrate(target text DEFAULT NULL)
AS 'MODULE_PATHNAME', 'dbmig_migrate'
LANGUAGE C;
COMMENT ON PROCEDURE dbmig.migrate(text) IS 'Applies what is pending, up to the version target or all of it, each migration in its own transaction with its row of history. Commits; inside a transaction block all or nothing in that transaction.';
REVOKE ALL ON PROCEDURE dbmig.migrate(text) FROM PUBLIC;

CREATE PROCEDURE dbmig.revert(target text DEFAULT NULL)
AS 'MODULE_PATHNAME', 'dbmig_revert'
LANGUAGE C;
COMMENT ON PROCEDURE dbmig.revert(text) IS 'Takes back what was applied after the version target, newest first, target itself is kept; NULL takes back the last one. Commits like migrate().';
REVOKE ALL ON PROCEDURE dbmig.revert(text) FROM PUBLIC;

CREATE FUNCTION dbmig.baseline(version text) RETURNS bigint
AS 'MODULE_PATHNAME', 'dbmig_baseline'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.baseline(text) IS 'Records every registered migration up to version as present, without running it. Returns how many were recorded.';
REVOKE ALL ON FUNCTION dbmig.baseline(text) FROM PUBLIC;

CREATE FUNCTION dbmig.repair(version text) RETURNS text
AS 'MODULE_PATHNAME', 'dbmig_repair'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.repair(text) IS 'Sets one migration right in the history, changing no schema: a failed one counts as pending again, from its first statement (applied, if its revert failed); the registered text of a modified one counts as applied; a missing one is forgotten. Returns the new state.';
REVOKE ALL ON FUNCTION dbmig.repair(text) FROM PUBLIC;

-- ---------------------------------------------------------------------------
-- ledger: what other migration tools have recorded
-- ---------------------------------------------------------------------------

CREATE FUNCTION dbmig.ledgers()
RETURNS TABLE (tool text, ledger regclass, applied bigint, failed bigint,
	last_version text, last_applied_at timestamptz, state text,
	evidence jsonb, detail text)
AS 'MODULE_PATHNAME', 'dbmig_ledgers'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.ledgers() IS 'Every table in which a migration tool keeps its history, found by its shape: tool, table, migrations applied and failed, the last one; state is empty, current, failed, in_progress, stale_lock, suspect, skipped or skipped: locked; evidence = marks of failures that the tool did not record, each with a weight from 0 to 1; detail says it in words. Reads only, waits for no lock.';

CREATE FUNCTION dbmig.ledger_entries(ledger regclass DEFAULT NULL)
RETURNS TABLE (tool text, ledger regclass, "position" bigint, version text,
	name text, checksum text, applied_at timestamptz, state text, detail text)
AS 'MODULE_PATHNAME', 'dbmig_ledger_entries'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.ledger_entries(regclass) IS 'Every migration that a ledger records, or that all do (NULL), in the order of its tool: version, name and checksum as the tool wrote them; state is applied, baselined, failed, in_progress, rolled_back, reverted, skipped or skipped: locked. SQLSTATE 42809: the relation is no ledger.';

-- ---------------------------------------------------------------------------
-- ledger: written as the tools write it
-- ---------------------------------------------------------------------------

CREATE FUNCTION dbmig._ledger_hash(algorithm text, content bytea) RETURNS text
AS 'MODULE_PATHNAME', 'dbmig_ledger_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dbmig._ledger_hash(text, bytea) IS 'Checksum of some bytes as migration tools compute it: md5, sha1, sha256, sha384 in hexadecimal; crc32, flyway, siphash13 in decimal.';

CREATE FUNCTION dbmig.baseline_ledger(tool text, migrations jsonb, ledger text DEFAULT NULL)
RETURNS bigint
AS 'MODULE_PATHNAME', 'dbmig_baseline_ledger'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.baseline_ledger(text, jsonb, text) IS 'Writes the ledger of a migration tool as the tool itself would, so that it takes the migrations as done: an array of objects with version, name, file, content and what else the tool needs, or of strings where a name is enough. Makes the ledger if it is missing, writes nothing twice, runs under the tool''s own lock. Returns how many migrations were added. SQLSTATE 22023: something is needed and missing, such as the content where the tool compares a checksum; 42809: the table is not this tool''s ledger; 55000: it records a failure; 55006, 55P03: somebody is migrating.';
REVOKE ALL ON FUNCTION dbmig.baseline_ledger(text, jsonb, text) FROM PUBLIC;

CREATE FUNCTION dbmig.ledger_compare(tool text, expected text[],
	ledger regclass DEFAULT NULL)
RETURNS TABLE (version text, state text)
AS 'MODULE_PATHNAME', 'dbmig_ledger_compare'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.ledger_compare(text, text[], regclass) IS 'What a project expects (versions, names or file names, in order), held against the ledger of its tool (NULL = the only one of that tool): applied, pending, failed, out_of_order (pending, though a later one is applied), then what the ledger has besides as unexpected. Without a ledger all are pending. SQLSTATE 22023: unknown tool or several ledgers; 42809: no ledger of that tool; 42501, 55P03: it cannot be read.';

CREATE FUNCTION dbmig.adopt_ledger(ledger regclass) RETURNS bigint
AS 'MODULE_PATHNAME', 'dbmig_adopt_ledger'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.adopt_ledger(regclass) IS 'Makes the history of another tool''s ledger ours: a run "adopt" in migration_run for each migration applied there, unless it stands here already. Versions are those of the plan where it has the migration. Returns how many were adopted. SQLSTATE 42809: the relation is no ledger; 42501, 55P03: it cannot be read; 55006: its tool is at work.';
REVOKE ALL ON FUNCTION dbmig.adopt_ledger(regclass) FROM PUBLIC;

CREATE FUNCTION dbmig._ledger_remark(project text DEFAULT NULL,
	only_ledgers boolean DEFAULT false) RETURNS text
AS 'MODULE_PATHNAME', 'dbmig_ledger_remark'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig._ledger_remark(text, boolean) IS 'What the ledgers of other tools say of this database, in words, for migration_summary(); project = the tool of the project, NULL = as the plan looks; only_ledgers = NULL if there is no ledger, instead of words that say so.';

-- ---------------------------------------------------------------------------
-- schema: snapshot, drift, repair
-- ---------------------------------------------------------------------------

CREATE TABLE dbmig.schema_expectation (
	label text COLLATE "C" PRIMARY KEY,
	snapshot jsonb NOT NULL,
	fingerprint text NOT NULL,
	run_id bigint,
	kept_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	kept_by text NOT NULL DEFAULT CURRENT_USER
);
COMMENT ON TABLE dbmig.schema_expectation IS 'Snapshots that expect_schema() keeps, each under its label; the label "last migration" is that of migrate() and revert(), with the last run that the snapshot knows of as run_id. A row that is no longer wanted can be deleted.';
SELECT pg_catalog.pg_extension_config_dump('dbmig.schema_expectation', '');
GRANT SELECT ON dbmig.schema_expectation TO PUBLIC;

-- means nothing in another database, so it is not dumped
CREATE TABLE dbmig.schema_state (
	label text COLLATE "C" PRIMARY KEY
		REFERENCES dbmig.schema_expectation ON DELETE CASCADE,
	fingerprint text NOT NULL,
	catalog_state text NOT NULL
);
COMMENT ON TABLE dbmig.schema_state IS 'The state of the catalogs in which an expectation was kept: as long as it is the same, nothing has changed. Not dumped.';
SELECT pg_catalog.pg_extension_config_dump('dbmig.schema_state', 'WHERE false');
GRANT SELECT ON dbmig.schema_state TO PUBLIC;

CREATE FUNCTION dbmig.schema_snapshot(schemas text[] DEFAULT NULL) RETURNS jsonb
AS 'MODULE_PATHNAME', 'dbmig_schema_snapshot'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.schema_snapshot(text[]) IS 'The schema of this database, or of the schemas named (NULL = all), as jsonb: every object with its attributes and what it depends on. The same schema gives the same bytes on any server. Reads only, waits for no lock. SQLSTATE 3F000: no such schema.';

CREATE FUNCTION dbmig.schema_fingerprint(schemas text[] DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'dbmig_schema_fingerprint'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.schema_fingerprint(text[]) IS 'SHA-256, hex, of all that schema_diff() compares in this database, or in the schemas named (NULL = all): the same where schema_diff() finds nothing. SQLSTATE 3F000: no such schema; 55P03: something is locked and cannot be read.';

CREATE FUNCTION dbmig._run_fingerprint() RETURNS text
AS 'MODULE_PATHNAME', 'dbmig_run_fingerprint'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig._run_fingerprint() IS 'schema_fingerprint() for the history: NULL, with a WARNING, where that raises an error.';

CREATE FUNCTION dbmig.schema_diff(expected jsonb, actual jsonb DEFAULT NULL)
RETURNS TABLE (change text, kind text, object text, attribute text,
	expected text, actual text, severity text, hazard text)
AS 'MODULE_PATHNAME', 'dbmig_schema_diff'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.schema_diff(jsonb, jsonb) IS 'What differs between the schema expected and the actual one (NULL = this database); both are snapshots, or the first names parts: {"tables": {"users": {}}}. change = missing, unexpected or different; attribute = NULL for the object as a whole; severity = breaking, integrity, performance or cosmetic; hazard = what the repair does. In order of kind and name. SQLSTATE 22023: not a snapshot, or one of a newer version.';

CREATE FUNCTION dbmig.schema_ddl(snapshot jsonb DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'dbmig_schema_ddl'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.schema_ddl(jsonb) IS 'The DDL that makes the schema of a snapshot (NULL = of this database) in an empty database, in an order in which it runs. SQLSTATE 22023: not a snapshot.';

CREATE FUNCTION dbmig.schema_fix(expected jsonb, actual jsonb DEFAULT NULL,
	drop_unexpected boolean DEFAULT false, renames jsonb DEFAULT NULL)
RETURNS TABLE (step integer, kind text, object text, sql text, lock text,
	hazard text, transactional boolean)
AS 'MODULE_PATHNAME', 'dbmig_schema_fix'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.schema_fix(jsonb, jsonb, boolean, jsonb) IS 'The statements, in order, that make the actual schema (NULL = that of this database) what is expected; nothing is run. drop_unexpected: drop what is not expected, too; renames: {"table public.user": "users"}. lock = the strongest lock on a table; hazard = what to know before; transactional = may it run in a transaction. SQLSTATE 22023: not a snapshot; 42704: a rename of nothing.';

CREATE FUNCTION dbmig.expect_schema(label text, snapshot jsonb DEFAULT NULL)
RETURNS text
AS 'MODULE_PATHNAME', 'dbmig_expect_schema'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.expect_schema(text, jsonb) IS 'Keeps a snapshot, or an expectation that names parts (NULL = the schema of this database as it is), under a label, in the place of an older one; schema_drift(label) compares with it. Returns its fingerprint. SQLSTATE 22023: not a snapshot, or no label; 42939: a label of dbmig''s own; 55P03: something is locked and cannot be read.';
REVOKE ALL ON FUNCTION dbmig.expect_schema(text, jsonb) FROM PUBLIC;

CREATE FUNCTION dbmig.schema_drift(label text DEFAULT NULL)
RETURNS TABLE (change text, kind text, object text, attribute text,
	expected text, actual text, severity text, hazard text)
AS 'MODULE_PATHNAME', 'dbmig_schema_drift'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.schema_drift(text) IS 'What has changed since expect_schema(label), or since the last migrate() or revert() (NULL): rows as of schema_diff(). SQLSTATE 42704: no such label; 55000: nothing was migrated here, or the schema was not kept then.';

-- Neither dumped, published nor logged: it can be made again, and its keys hold
-- what a restore changes.
CREATE UNLOGGED TABLE dbmig.schema_cache (
	key text NOT NULL,
	role text NOT NULL,
	kept_at timestamptz NOT NULL,
	bytes bigint NOT NULL,
	snapshot jsonb NOT NULL
);
COMMENT ON TABLE dbmig.schema_cache IS 'What schema_from_sql() found, so that the same text is not tried out again: key = hash of text, role, server, extensions, schemas and settings; at most 64 rows and 64 MB. TRUNCATE it at any time. Unlogged, not dumped.';

CREATE FUNCTION dbmig.schema_from_sql(ddl text, how text DEFAULT 'auto') RETURNS jsonb
AS 'MODULE_PATHNAME', 'dbmig_schema_from_sql'
LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION dbmig.schema_from_sql(text, text) IS 'What a text of DDL makes, as a snapshot of the schemas that it makes something in; nothing of it stays. how = rollback: in this transaction, needs no right but to own the schemas; database: in a scratch database, needs CREATEDB; auto: rollback where that is possible. No event trigger of a user fires. SQLSTATE 42601: with line and column; any of the DDL, with its statement; 0A000, 53400, 42501: not possible this way; 25006: read-only.';
REVOKE ALL ON FUNCTION dbmig.schema_from_sql(text, text) FROM PUBLIC;

-- ---------------------------------------------------------------------------
-- who may see what: states, not texts and error messages
-- ---------------------------------------------------------------------------

GRANT USAGE ON SCHEMA dbmig TO PUBLIC;
GRANT SELECT ON dbmig.progress, dbmig.migration_status TO PUBLIC;
GRANT SELECT (version, name, checksum, transactional, down_transactional,
	repeatable, registered_at, registered_by) ON dbmig.migration TO PUBLIC;
GRANT SELECT (run_id, version, action, state, checksum, started_at,
	finished_at, executed_by, backend_pid, statements, failed_statement,
	failed_line, failed_position, sqlstate, schema_before, schema_after,
	standing) ON dbmig.migration_run TO PUBLIC;
