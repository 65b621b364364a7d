-- Another tool's history becomes ours: versions of the plan, once, with its times; and what migration_summary() can say of ledgers.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
SET TimeZone = 'UTC';
CREATE SCHEMA ad;
SET search_path = ad;
\pset format unaligned
-- bad input
SELECT dbmig.adopt_ledger(NULL);
SELECT dbmig.adopt_ledger('pg_class');
SELECT dbmig._ledger_remark();
SELECT dbmig._ledger_remark('prisma');
SELECT dbmig._ledger_remark('prisma', true) IS NULL AS none;
CREATE TABLE test_table (i int);
SELECT dbmig._ledger_remark('prisma');
CREATE TABLE knex_migrations_lock (index int, is_locked int);
SELECT dbmig._ledger_remark();
DROP TABLE knex_migrations_lock;

CREATE TABLE schema_migrations (version integer PRIMARY KEY, name text, executed_at timestamptz);
INSERT INTO schema_migrations SELECT i, 'step' || i, '2026-01-01'::timestamptz + i * interval '1 day' FROM generate_series(1, 18) i;
SELECT dbmig._ledger_remark();
DO $$ BEGIN PERFORM dbmig.register_migration(lpad(i::text, 3, '0'), 'SELECT ' || i, NULL, 'step' || i)
	FROM unnest('{1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,21,22,23,24,25,26}'::int[]) i; END $$;
SELECT dbmig._ledger_remark();
SELECT dbmig._ledger_remark('drizzle');
SELECT state, detail FROM dbmig.migration_summary();
SELECT dbmig.adopt_ledger('schema_migrations');
SELECT dbmig.adopt_ledger('schema_migrations');
SELECT state, count(*), min(version), max(version) FROM dbmig.migration_status GROUP BY state ORDER BY state;
SELECT version, applied_at FROM dbmig.migration_status WHERE version IN ('001', '018');
SELECT version, action, state, checksum, standing, detail FROM dbmig.migration_run ORDER BY run_id LIMIT 2;
SELECT part, action, object, state, detail FROM dbmig.journal WHERE part = 'ledger' ORDER BY journal_id;
-- migrate() goes on behind it
SET client_min_messages = warning;
CALL dbmig.migrate();
SELECT state, count(*) FROM dbmig.migration_status GROUP BY state;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;
-- who runs all again, and fails at what is there, hears of the ledger
CREATE TABLE step1 (i int);
SELECT dbmig.register_migration(v, 'CREATE TABLE ad.step' || v || ' (i int)') FROM unnest('{1,2,19}'::text[]) v;
\set VERBOSITY terse
CALL dbmig.migrate();
\set VERBOSITY default
SELECT state, detail FROM dbmig.migration_summary();
DROP TABLE step1;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;
RESET client_min_messages;

-- without a plan its own versions; failed ones are left out, and said
CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0);
INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, started_at) VALUES ('1', 'c', '1_a', '2026-01-01', '2026-01-01'), ('2', 'c', '2_b', NULL, '2026-01-02'), ('3', 'c', '3_c', '2026-01-03', '2026-01-03');
SELECT dbmig.adopt_ledger('_prisma_migrations');
SELECT version, state, applied_at FROM dbmig.migration_status;
-- only the head is kept: it stands for the smaller numbers of the plan
CREATE SCHEMA gm;
CREATE TABLE gm.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO gm.schema_migrations VALUES (3, false);
SELECT dbmig.register_migration(v, 'SELECT 1') FROM unnest('{000001,000002,000003,000004}'::text[]) v;
SELECT dbmig.adopt_ledger('gm.schema_migrations');
SELECT version, state FROM dbmig.migration_status WHERE version LIKE '0000%';
-- while the tool is at work
SELECT pg_advisory_lock(72707369);
\set VERBOSITY terse
SELECT dbmig.adopt_ledger('_prisma_migrations');
\set VERBOSITY default
SELECT pg_advisory_unlock(72707369);
-- tables gone, ledger left
SET client_min_messages = warning;
DROP TABLE test_table, schema_migrations;
DROP SCHEMA gm CASCADE;
SELECT dbmig._ledger_remark();
DROP SCHEMA ad CASCADE;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
