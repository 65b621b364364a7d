-- Whoever holds a tool's advisory lock is at work; some keys are computed from where the ledger is.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
\pset format unaligned
BEGIN;
-- Flyway: the key that was seen for public.flyway_schema_history
CREATE TABLE public.flyway_schema_history (installed_rank int, version varchar(50), description varchar(200), type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp, execution_time int, success bool);
CREATE SCHEMA gm;
CREATE TABLE gm.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO gm.schema_migrations VALUES (2, true);
CREATE SCHEMA rb;
CREATE TABLE rb.schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE rb.ar_internal_metadata (key varchar PRIMARY KEY);
CREATE SCHEMA sx;
CREATE TABLE sx._sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
CREATE SCHEMA k;
CREATE TABLE k.kysely_migration (name varchar(255) PRIMARY KEY, "timestamp" varchar(255) NOT NULL);
CREATE TABLE k.pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
CREATE TABLE k.goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp);
CREATE FUNCTION pg_temp.at_work(key bigint) RETURNS TABLE (tool text, state text, failed bigint) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_lock(key);
	RETURN QUERY SELECT l.tool, l.state, l.failed FROM dbmig.ledgers() l WHERE l.state = 'in_progress' ORDER BY l.tool;
	PERFORM pg_advisory_unlock(key);
END $$;
CREATE FUNCTION pg_temp.crc32(content bytea) RETURNS bigint LANGUAGE sql AS $$ SELECT dbmig._ledger_hash('crc32', content)::bigint $$;
SELECT * FROM pg_temp.at_work(77433833903597);
SELECT * FROM pg_temp.at_work(2053462845 * pg_temp.crc32(current_database()::text::bytea));
SELECT * FROM pg_temp.at_work(1026731422 * pg_temp.crc32(current_database()::text::bytea));
SELECT * FROM pg_temp.at_work(mod(pg_temp.crc32('gm\000schema_migrations\000'::bytea || current_database()::text::bytea)::numeric * 1486364155, 4294967296)::bigint);
SELECT * FROM pg_temp.at_work(mod(pg_temp.crc32('gm\000schema_migrations\000/'::bytea || current_database()::text::bytea)::numeric * 1486364155, 4294967296)::bigint);
SELECT * FROM pg_temp.at_work(3853314791062309107);
SELECT * FROM pg_temp.at_work(7241865325823964);
SELECT * FROM pg_temp.at_work(4097083626);
SELECT * FROM pg_temp.at_work(5887940537704921958);
-- other keys, and keys of two numbers, mean nothing
SELECT * FROM pg_temp.at_work(1);
SELECT pg_advisory_lock(897159, 1684628044) IS NOT NULL AS locked;
SELECT tool, state, failed FROM dbmig.ledgers();
SELECT pg_advisory_unlock_all() IS NOT NULL AS unlocked;
ROLLBACK;
