-- What is no ledger is not reported; what is one is read whatever stands in it, or skipped with the reason.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
SET TimeZone = 'UTC';
CREATE ROLE regress_dbmig_reader;
CREATE SCHEMA "Odd ""schema"", with 'all' \ of it. ÄÖ";
GRANT USAGE ON SCHEMA "Odd ""schema"", with 'all' \ of it. ÄÖ" TO regress_dbmig_reader;
SET search_path = "Odd ""schema"", with 'all' \ of it. ÄÖ";
\pset format unaligned

-- look-alikes
CREATE TABLE birds (id serial PRIMARY KEY, name varchar(255), batch text, migration_time timestamptz);
CREATE TABLE migrations (id serial PRIMARY KEY, species text, started_at timestamptz, ended_at timestamptz, distance numeric);
CREATE TABLE users (id int PRIMARY KEY, version int, name text, created_at timestamptz);
CREATE TABLE settings (version int PRIMARY KEY);
CREATE TABLE tags (name varchar(255) PRIMARY KEY);
INSERT INTO tags VALUES ('red');
CREATE TABLE files (filename text PRIMARY KEY);
CREATE TABLE log (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name varchar NOT NULL);
INSERT INTO log ("timestamp", name) VALUES (1, 'x');
CREATE TABLE _prisma_migrations (id int, checksum int, finished_at text, migration_name text, logs text, rolled_back_at text, started_at text, applied_steps_count text);
CREATE VIEW flyway_schema_history AS SELECT 1 AS installed_rank, '1'::varchar AS version, 'd'::varchar AS description, 'SQL'::varchar AS type, 's'::varchar AS script, 1 AS checksum, 'u'::varchar AS installed_by, now()::timestamp AS installed_on, 1 AS execution_time, true AS success;
CREATE MATERIALIZED VIEW alembic_version AS SELECT 'x'::varchar(32) AS version_num;
CREATE FOREIGN DATA WRAPPER regress_dbmig_fdw;
CREATE SERVER regress_dbmig_server FOREIGN DATA WRAPPER regress_dbmig_fdw;
CREATE FOREIGN TABLE django_migrations (id int, app varchar(255), name varchar(255), applied timestamptz) SERVER regress_dbmig_server;
CREATE TEMP TABLE knex_migrations (id serial PRIMARY KEY, name varchar(255), batch int, migration_time timestamptz);
SELECT tool, ledger FROM dbmig.ledgers();
SELECT count(*) FROM dbmig.ledger_entries();
SELECT * FROM dbmig.ledger_entries('birds');
SELECT * FROM dbmig.ledger_entries('flyway_schema_history');
SELECT * FROM dbmig.ledger_entries('pg_class');
SELECT * FROM dbmig.ledger_entries(1::regclass);
DROP TABLE birds, migrations, users, settings, tags, files, log, _prisma_migrations;
DROP VIEW flyway_schema_history;
DROP MATERIALIZED VIEW alembic_version;
DROP FOREIGN DATA WRAPPER regress_dbmig_fdw CASCADE;
DROP TABLE pg_temp.knex_migrations;

-- a partitioned ledger is one ledger
CREATE TABLE flyway_schema_history (installed_rank int NOT NULL, version varchar(50), description varchar(200), type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp, execution_time int, success bool) PARTITION BY RANGE (installed_rank);
CREATE TABLE f1 PARTITION OF flyway_schema_history FOR VALUES FROM (0) TO (10);
INSERT INTO flyway_schema_history VALUES (1, '1', NULL, NULL, NULL, NULL, NULL, 'infinity', NULL, true), (2, NULL, NULL, 'SQL', NULL, NULL, NULL, NULL, NULL, NULL), (3, NULL, NULL, NULL, NULL, NULL, NULL, '-infinity', NULL, false);
SELECT tool, ledger, applied, failed, last_version, last_applied_at, state FROM dbmig.ledgers();
SELECT position, version, name, applied_at, state FROM dbmig.ledger_entries();
DROP TABLE flyway_schema_history;

-- NULLs, duplicates, domains, dropped columns, quotes in names
CREATE DOMAIN label AS varchar(255) CHECK (VALUE <> 'never');
CREATE TABLE "it's ""the"" ledger" (gone int, id int, name label, batch int, migration_time timestamptz);
ALTER TABLE "it's ""the"" ledger" DROP COLUMN gone;
INSERT INTO "it's ""the"" ledger" VALUES (NULL, NULL, NULL, NULL), (1, 'a''b', 1, 'epoch'), (1, 'a''b', 1, 'epoch'), (2, E'new\nline', 2, '-infinity');
SELECT tool, ledger, applied, failed, last_version, last_applied_at, state FROM dbmig.ledgers();
SELECT position, version, name, applied_at, state, detail FROM dbmig.ledger_entries('"it''s ""the"" ledger"');
-- a table that inherits is not read through its parent
CREATE TABLE child () INHERITS ("it's ""the"" ledger");
INSERT INTO child VALUES (9, 'z', 9, 'epoch');
SELECT applied FROM dbmig.ledgers() WHERE ledger = '"it''s ""the"" ledger"'::regclass;
DROP TABLE child;

-- rights: nothing, some columns, all; row security
SET ROLE regress_dbmig_reader;
SELECT tool, applied, state, detail FROM dbmig.ledgers();
SELECT tool, position, state, detail FROM dbmig.ledger_entries();
SELECT * FROM dbmig.ledger_compare('knex', '{a}');
SELECT dbmig.adopt_ledger('"it''s ""the"" ledger"');
RESET ROLE;
GRANT SELECT (id, name, batch, migration_time) ON "it's ""the"" ledger" TO regress_dbmig_reader;
SET ROLE regress_dbmig_reader;
SELECT tool, applied, state, detail FROM dbmig.ledgers();
RESET ROLE;
ALTER TABLE "it's ""the"" ledger" ENABLE ROW LEVEL SECURITY;
SET ROLE regress_dbmig_reader;
SELECT tool, applied, state, detail FROM dbmig.ledgers();
RESET ROLE;
ALTER TABLE "it's ""the"" ledger" DISABLE ROW LEVEL SECURITY;
REVOKE USAGE ON SCHEMA "Odd ""schema"", with 'all' \ of it. ÄÖ" FROM regress_dbmig_reader;
SET ROLE regress_dbmig_reader;
SELECT tool, applied, state, detail FROM dbmig.ledgers();
RESET ROLE;
-- a value that cannot be read says so, and hides no other ledger
CREATE TABLE kysely_migration (name varchar(255) PRIMARY KEY, "timestamp" varchar(255) NOT NULL);
INSERT INTO kysely_migration VALUES ('x', '2026-02-30T10:00:00Z');
SELECT tool, applied, state, detail FROM dbmig.ledgers() ORDER BY tool;
SELECT tool, version, state, detail FROM dbmig.ledger_entries() ORDER BY tool, position;
-- read-only transactions and objects of others in the path
BEGIN READ ONLY;
CREATE FUNCTION pg_temp.count() RETURNS bigint LANGUAGE sql AS 'SELECT 42::bigint';
SELECT count(*) FROM dbmig.ledgers();
ROLLBACK;
BEGIN READ ONLY;
SELECT count(*) FROM dbmig.ledgers();
SELECT dbmig.adopt_ledger('"it''s ""the"" ledger"');
ROLLBACK;
CREATE FUNCTION count(text) RETURNS bigint LANGUAGE sql AS 'SELECT 1/0::bigint';
SELECT applied FROM dbmig.ledgers() WHERE tool = 'knex';
DROP SCHEMA "Odd ""schema"", with 'all' \ of it. ÄÖ" CASCADE;
DROP ROLE regress_dbmig_reader;
