-- schema_from_sql in a scratch database: the same bytes, and what needs one.
SET client_min_messages = warning;
CREATE ROLE regress_dbmig_maker CREATEDB;
CREATE ROLE regress_dbmig_none;
GRANT EXECUTE ON FUNCTION dbmig.schema_from_sql(text, text)
	TO regress_dbmig_maker, regress_dbmig_none;
CREATE SCHEMA regress_app;
COMMENT ON SCHEMA regress_app IS 'kept';
GRANT USAGE ON SCHEMA regress_app TO regress_dbmig_maker, PUBLIC;

-- both ways give the same bytes, not only what the cache has kept
CREATE FUNCTION pg_temp.both(ddl text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	one jsonb;
	two jsonb;
BEGIN
	TRUNCATE dbmig.schema_cache;
	one := dbmig.schema_from_sql(ddl, 'rollback');
	TRUNCATE dbmig.schema_cache;
	two := dbmig.schema_from_sql(ddl, 'database');
	RETURN CASE WHEN one::text = two::text THEN 'same' ELSE one::text || E'\n' || two::text END;
END$$;
SELECT pg_temp.both('CREATE TABLE regress_app.t (id bigserial PRIMARY KEY, b text)');
SELECT pg_temp.both('CREATE SCHEMA regress_app; CREATE TABLE regress_app.t (); GRANT USAGE ON SCHEMA regress_app TO PUBLIC');
SELECT pg_temp.both('DROP SCHEMA regress_app; CREATE SCHEMA regress_app CREATE TABLE t ()');
SELECT pg_temp.both('DROP SCHEMA IF EXISTS regress_new; CREATE SCHEMA regress_new; CREATE TABLE regress_new.t ()');
SELECT pg_temp.both('DO $x$BEGIN EXECUTE ''CREATE TABLE made_by_do ()''; END$x$');
SELECT pg_temp.both('DROP SCHEMA public; CREATE SCHEMA public; CREATE TABLE t ()');
SELECT pg_temp.both('ALTER SCHEMA regress_app RENAME TO regress_other; CREATE TABLE regress_other.t ()');
SELECT pg_temp.both('CREATE TYPE regress_app.e AS ENUM (''a''); CREATE FUNCTION regress_app.f() RETURNS int LANGUAGE sql RETURN 1;
	CREATE VIEW regress_app.v AS SELECT regress_app.f(), ''a''::regress_app.e; ALTER DEFAULT PRIVILEGES IN SCHEMA regress_app GRANT SELECT ON TABLES TO PUBLIC');

-- what only a scratch database can do
SELECT dbmig.schema_from_sql('BEGIN; CREATE TABLE regress_app.t (a int); COMMIT; CREATE INDEX CONCURRENTLY i ON regress_app.t (a); VACUUM')
	#> '{tables,regress_app.t,indexes}';
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.t (a int); BEGIN; ALTER TABLE regress_app.t ADD b int; ROLLBACK')
	#> '{tables,regress_app.t,columns}';
SELECT dbmig.schema_from_sql('CREATE TYPE regress_app.e AS ENUM (''a''); ALTER TYPE regress_app.e ADD VALUE ''b'';
	CREATE TABLE regress_app.t (a regress_app.e DEFAULT ''b'')') #> '{enums}';
SELECT dbmig.schema_from_sql('PREPARE p AS SELECT 1; CREATE TABLE regress_app.t ()') #> '{tables}';

-- errors have their place, and leave nothing
SELECT dbmig.schema_from_sql(E'CREATE TABLE regress_app.t (a int);\nBEGIN; COMMIT;\n CREATE VIEW regress_app.v AS SELECT b FROM regress_app.t');
SELECT dbmig.schema_from_sql('BEGIN; CREATE TABLE regress_app.t ()');
-- what would stay is refused, wherever it is
SELECT dbmig.schema_from_sql('CREATE ROLE regress_dbmig_stays', 'database');
SELECT dbmig.schema_from_sql('DO $$BEGIN CREATE ROLE regress_dbmig_stays; END$$', 'database');
SELECT dbmig.schema_from_sql('PREPARE TRANSACTION ''x''', 'database');

-- a role that may make databases needs no right on the schemas
SET ROLE regress_dbmig_maker;
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.t ()') -> 'schemas';
SELECT dbmig.schema_from_sql('SELECT pg_read_file(''PG_VERSION''); CREATE TABLE regress_app.t ()', 'database') -> 'schemas';
SET ROLE regress_dbmig_none;
SELECT dbmig.schema_from_sql('CREATE TABLE regress_app.t ()');
RESET ROLE;

SELECT count(*) FROM pg_database WHERE datname LIKE 'dbmig\_scratch%';
SELECT count(*) FROM pg_roles WHERE rolname = 'regress_dbmig_stays';
SELECT count(*) FROM dbmig.progress;
SELECT objsubid FROM pg_locks WHERE locktype = 'advisory';
DROP SCHEMA regress_app;
DROP OWNED BY regress_dbmig_maker, regress_dbmig_none;
DROP ROLE regress_dbmig_maker;
DROP ROLE regress_dbmig_none;
TRUNCATE dbmig.schema_cache;
