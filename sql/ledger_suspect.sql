-- Marks of a batch that was rolled back in silence, and what looks like one on a healthy ledger.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
CREATE SCHEMA sus;
SET search_path = sus;
CREATE TABLE knex_migrations (id serial PRIMARY KEY, name varchar(255), batch int, migration_time timestamptz);
CREATE TABLE knex_migrations_lock (index serial PRIMARY KEY, is_locked int);
INSERT INTO knex_migrations_lock (is_locked) VALUES (0);
CREATE VIEW pg_temp.v AS SELECT l.tool, l.state, e->>'mark' AS mark, e->>'weight' AS weight, e->>'detail' AS detail
	FROM dbmig.ledgers() l LEFT JOIN LATERAL jsonb_array_elements(l.evidence) e ON true;
TABLE pg_temp.v;
-- the first batch fails: two were inserted, the third raised
BEGIN;
INSERT INTO knex_migrations (name, batch) VALUES ('1.js', 1), ('2.js', 1);
ROLLBACK;
TABLE pg_temp.v;
SELECT detail FROM dbmig.ledgers();
-- VACUUM hides nothing
VACUUM ANALYZE knex_migrations;
TABLE pg_temp.v;
-- mended: what is left is no reason for alarm
INSERT INTO knex_migrations (name, batch) VALUES ('1.js', 1), ('2.js', 1), ('3.js', 1);
TABLE pg_temp.v;
-- a second batch fails
BEGIN;
INSERT INTO knex_migrations (name, batch) VALUES ('4.js', 2);
ROLLBACK;
TABLE pg_temp.v;
DROP TABLE knex_migrations;

-- healthy: taken back
CREATE TABLE knex_migrations (id serial PRIMARY KEY, name varchar(255), batch int, migration_time timestamptz);
INSERT INTO knex_migrations (name, batch) VALUES ('1.js', 1), ('2.js', 1), ('3.js', 2);
DELETE FROM knex_migrations WHERE batch = 2;
TABLE pg_temp.v;
-- healthy: taken back, then the statistics reset
SELECT pg_stat_force_next_flush();
SELECT pg_stat_reset_single_table_counters('knex_migrations'::regclass);
TABLE pg_temp.v;
-- healthy: the sequence is where a crash or a failover leaves it, 32 ahead
SELECT setval('knex_migrations_id_seq', 33);
TABLE pg_temp.v;
-- healthy: restored
TRUNCATE knex_migrations;
INSERT INTO knex_migrations VALUES (1, '1.js', 1), (2, '2.js', 1);
SELECT setval('knex_migrations_id_seq', 2, true);
TABLE pg_temp.v;
-- restored, but the batch had failed before the dump
TRUNCATE knex_migrations;
SELECT setval('knex_migrations_id_seq', 2, true);
TABLE pg_temp.v;
DROP TABLE knex_migrations, knex_migrations_lock;

-- without a sequence there is still the counter, as long as the ledger is empty
CREATE TABLE kysely_migration (name varchar(255) PRIMARY KEY, "timestamp" varchar(255) NOT NULL);
BEGIN;
INSERT INTO kysely_migration VALUES ('1', '2026-01-01T00:00:00.000Z');
ROLLBACK;
TABLE pg_temp.v;
INSERT INTO kysely_migration VALUES ('1', '2026-01-01T00:00:00.000Z');
TABLE pg_temp.v;
-- golang-migrate rewrites its row each time, which is no mark
DROP TABLE kysely_migration;
CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO schema_migrations VALUES (1, false);
TRUNCATE schema_migrations;
INSERT INTO schema_migrations VALUES (2, false);
TABLE pg_temp.v;
-- an invalid index
CREATE TABLE t (i int);
INSERT INTO t VALUES (1), (1);
\set VERBOSITY terse
CREATE UNIQUE INDEX CONCURRENTLY t_i ON t (i);
TABLE pg_temp.v;
DROP INDEX t_i;
TABLE pg_temp.v;
DROP SCHEMA sus CASCADE;
