-- What a project expects, held against its ledger, under the spellings that people and files use.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
CREATE SCHEMA x;
SET search_path = x;
\pset format unaligned
-- bad input
SELECT * FROM dbmig.ledger_compare(NULL, '{}');
SELECT * FROM dbmig.ledger_compare('knex', NULL);
SELECT * FROM dbmig.ledger_compare('knex', '{a,NULL}');
SELECT * FROM dbmig.ledger_compare('', '{a}');
SELECT * FROM dbmig.ledger_compare('make', '{a}');
-- never migrated, and nothing expected
SELECT * FROM dbmig.ledger_compare('knex', '{1_a.js,2_b.js}');
SELECT * FROM dbmig.ledger_compare('knex', '{}');
-- a whole history: names, file names, paths, numbers
CREATE TABLE knex_migrations (id serial PRIMARY KEY, name varchar(255), batch int, migration_time timestamptz);
INSERT INTO knex_migrations (name, batch) VALUES ('20240101_a.js', 1), ('20240102_b.js', 1), ('20240104_d.js', 2), ('20240105_e.js', 2);
SELECT * FROM dbmig.ledger_compare('knex', '{20240101_a.js,migrations/20240102_b.ts,20240103_c.js,20240104,20240106_f.js}');
SELECT * FROM dbmig.ledger_compare('Knex', '{}');
-- two of one day are never taken for each other
SELECT * FROM dbmig.ledger_compare('knex', '{20240101_z.js}') WHERE version = '20240101_z.js';
-- another tool's ledger
SELECT * FROM dbmig.ledger_compare('prisma', '{a}', 'knex_migrations');
-- several ledgers of one tool
CREATE SCHEMA y;
CREATE TABLE y.knex_migrations (LIKE knex_migrations);
SELECT * FROM dbmig.ledger_compare('knex', '{20240101_a.js}');
SELECT * FROM dbmig.ledger_compare('knex', '{20240101_a.js}', 'y.knex_migrations');
-- failed and reverted
CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (3, true), (2, false);
SELECT * FROM dbmig.ledger_compare('goose', '{00001_a.sql,00002_b.sql,00003_c.sql,00004_d.sql}');
CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0);
INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, rolled_back_at, started_at) VALUES ('1', 'c', '1_a', now(), NULL, '2026-01-01'), ('2', 'c', '2_b', NULL, NULL, '2026-01-02'), ('3', 'c', '3_c', NULL, now(), '2026-01-03');
SELECT * FROM dbmig.ledger_compare('prisma', '{1_a,2_b,3_c}');
-- only the head is kept: numbers
CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO schema_migrations VALUES (20240101000002, false);
SELECT * FROM dbmig.ledger_compare('golang-migrate', '{20240101000001_a.up.sql,20240101000002_b.up.sql,20240101000003_c.up.sql}');
UPDATE schema_migrations SET dirty = true;
SELECT * FROM dbmig.ledger_compare('golang-migrate', '{20240101000001_a.up.sql,20240101000002_b.up.sql,20240101000003_c.up.sql}');
SELECT * FROM dbmig.ledger_compare('golang-migrate', '{20240101000001_a.up.sql}');
-- only the heads are kept: names, in the order expected
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('bbb222');
SELECT * FROM dbmig.ledger_compare('alembic', '{aaa111_widgets.py,bbb222_price.py,ccc333}');
INSERT INTO alembic_version VALUES ('zzz999');
SELECT * FROM dbmig.ledger_compare('alembic', '{aaa111,bbb222,ccc333}');
-- ambiguous ledgers answer to both names
CREATE SCHEMA z;
CREATE TABLE z.schema_migrations (version varchar PRIMARY KEY);
INSERT INTO z.schema_migrations VALUES ('20240101000001');
SELECT * FROM dbmig.ledger_compare('dbmate', '{20240101000001_a.sql,20240101000002_b.sql}');
SELECT * FROM dbmig.ledger_compare('rails', '{20240101000001,20240101000002}');
-- Flyway and Diesel write versions otherwise than their files
CREATE TABLE flyway_schema_history (installed_rank int, version varchar(50), description varchar(200), type varchar(20), script varchar(1000), checksum int, installed_by varchar(100), installed_on timestamp, execution_time int, success bool);
INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, success) VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', true), (2, NULL, 'views', 'SQL', 'R__views.sql', true);
SELECT * FROM dbmig.ledger_compare('flyway', '{V1__a.sql,V2__b.sql,R__views.sql}');
CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now());
INSERT INTO __diesel_schema_migrations VALUES ('20240101000001');
SELECT * FROM dbmig.ledger_compare('diesel', '{2024-01-01-000001_widgets,2024-01-01-000002_price}');
DROP SCHEMA x, y, z CASCADE;
