-- schema_from_sql: what DDL makes, under its own names; nothing of it stays.
SET client_min_messages = warning;
CREATE ROLE regress_dbmig_owner;
CREATE ROLE regress_dbmig_none;
GRANT EXECUTE ON FUNCTION dbmig.schema_from_sql(text, text)
	TO regress_dbmig_owner, regress_dbmig_none;
CREATE SCHEMA "Odd ""Name.x" AUTHORIZATION regress_dbmig_owner;
CREATE TABLE "Odd ""Name.x".t (old int);
INSERT INTO "Odd ""Name.x".t VALUES (1);
CREATE SCHEMA regress_app;
CREATE TABLE regress_app.t (old int);

-- what is there is out of the way, and there again
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.t (id int PRIMARY KEY, b text DEFAULT ''x'')')
	#> '{tables,regress_app.t,columns}';
SELECT dbmig.schema_from_sql('CREATE SCHEMA regress_app; CREATE TABLE regress_app.t ();') #> '{dbmig,schemas}';
SELECT dbmig.schema_from_sql('DROP SCHEMA regress_app CASCADE; CREATE SCHEMA regress_app CREATE TABLE u ()') -> 'tables';
TABLE regress_app.t;

-- its own snapshot from its own dump
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.t (old int)') -> 'tables'
	= dbmig.schema_snapshot('{regress_app}') -> 'tables' AS same;

-- schemas: unqualified names follow the search_path, also that of the text
SET search_path = regress_app, public;
SELECT dbmig.schema_from_sql('CREATE TABLE v (a int); CREATE INDEX ON v (a)') #> '{dbmig,schemas}';
SELECT dbmig.schema_from_sql('SET search_path = regress_new; CREATE SCHEMA regress_new; CREATE TABLE v (a int)') #> '{dbmig,schemas}';
SELECT dbmig.schema_from_sql('SELECT pg_catalog.set_config(''search_path'', '''', false); CREATE TABLE regress_app.v (a int)') #> '{dbmig,schemas}';
SELECT dbmig.schema_from_sql('DO $$BEGIN EXECUTE ''CREATE TABLE made_by_do (a int)''; END$$') #> '{tables}';
SELECT dbmig.schema_from_sql('DO $$BEGIN EXECUTE ''CREATE TABLE t (a int)''; END$$') #> '{tables}';
SELECT dbmig.schema_from_sql('') #> '{dbmig,schemas}';
SHOW search_path;
RESET search_path;
-- what pg_dump writes for psql
SELECT dbmig.schema_from_sql(E'\\restrict abc1\nCREATE TABLE regress_app.t ();\n\\unrestrict abc1\n') #> '{tables}';

-- bad input
\set VERBOSITY default
SELECT dbmig.schema_from_sql(NULL);
SELECT dbmig.schema_from_sql('', NULL);
SELECT dbmig.schema_from_sql('', 'magic');
SELECT dbmig.schema_from_sql(E'CREATE TABLE regress_app.x ();\n  CREATE TABEL y ()');
SELECT dbmig.schema_from_sql(E'CREATE TABLE regress_app.x (a int);\n  CREATE VIEW regress_app.y AS SELECT b FROM regress_app.x');
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.x ( );
CREATE TABLE regress_app.x ()');
SELECT dbmig.schema_from_sql('ALTER TABLE regress_app.t ADD x int');
SELECT dbmig.schema_from_sql(E'CREATE TABLE regress_app.x ();\nCOPY regress_app.x FROM stdin;\n1\n\\.\n');
SELECT dbmig.schema_from_sql(E'\\connect other');
\set VERBOSITY sqlstate
SELECT dbmig.schema_from_sql('CREATE EXTENSION no_such_extension');
\set VERBOSITY default
SELECT dbmig.schema_from_sql(E'SELECT 1;\nVACUUM', 'rollback');
SELECT dbmig.schema_from_sql('BEGIN; COMMIT', 'rollback');
SELECT dbmig.schema_from_sql('PREPARE p AS SELECT 1', 'rollback');
SELECT dbmig.schema_from_sql('CREATE DATABASE regress_dbmig');
SELECT dbmig.schema_from_sql('ALTER SYSTEM SET work_mem = 1');
BEGIN READ ONLY;
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.read_only ()');
ROLLBACK;
-- rows are not schema
SELECT dbmig.schema_from_sql(E'CREATE TABLE regress_app.x (a int);\nINSERT INTO regress_app.x VALUES (1);\nDELETE FROM regress_app.x') #> '{tables}';

-- a plain role needs nothing but the schema
SET ROLE regress_dbmig_owner;
SELECT dbmig.schema_from_sql('CREATE TABLE "Odd ""Name.x".t (a int)') #> '{tables}';
SELECT dbmig.schema_from_sql('CREATE SCHEMA "Odd ""Name.x"; CREATE TABLE "Odd ""Name.x".t (a int)') #> '{schemas}';
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.t (a int)', 'rollback');
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.t (a int)');
SELECT * FROM dbmig.schema_cache;
RESET ROLE;
SELECT current_user = session_user AS same;

-- no trace: settings, locks, catalogs, event triggers
CREATE TABLE regress_app.log (tag text);
CREATE FUNCTION regress_app.log() RETURNS event_trigger LANGUAGE plpgsql AS
	$$BEGIN INSERT INTO regress_app.log VALUES (tg_tag); END$$;
CREATE EVENT TRIGGER regress_dbmig_log ON ddl_command_end EXECUTE FUNCTION regress_app.log();
BEGIN;
SELECT dbmig.schema_from_sql('SET search_path = regress_app; SET work_mem = 77; SET ROLE regress_dbmig_none; RESET ROLE;
	CREATE TABLE t (id bigserial PRIMARY KEY, b text); COMMENT ON TABLE t IS ''x'';
	CREATE FUNCTION log() RETURNS event_trigger LANGUAGE plpgsql AS ''BEGIN END'';
	CREATE EVENT TRIGGER regress_dbmig_log ON sql_drop EXECUTE FUNCTION log()') -> 'event_triggers';
SELECT locktype, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS DISTINCT FROM 'pg_locks'::regclass ORDER BY 1;
COMMIT;
SELECT current_setting('work_mem') <> '77kB' AS work_mem, current_setting('search_path');
SELECT evtname, evtevent, evtenabled FROM pg_event_trigger WHERE evtname LIKE 'regress%';
SELECT count(*) FROM regress_app.log;
SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'dbmig\_away%';
SELECT nspname, r.relname FROM pg_class r JOIN pg_namespace n ON n.oid = relnamespace
	WHERE nspname IN ('regress_app', 'Odd "Name.x') ORDER BY 1, 2;

DROP EVENT TRIGGER regress_dbmig_log;
DROP SCHEMA regress_app CASCADE;
DROP SCHEMA "Odd ""Name.x" CASCADE;
DROP OWNED BY regress_dbmig_owner, regress_dbmig_none;
DROP ROLE regress_dbmig_owner;
DROP ROLE regress_dbmig_none;
TRUNCATE dbmig.schema_cache;
