-- baseline_ledger() refuses, with the reason, and writes nothing then.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
CREATE SCHEMA refused;
SET search_path = refused, public;

-- arguments
SELECT dbmig.baseline_ledger(NULL, '[]');
SELECT dbmig.baseline_ledger('nonsense', '[]');
SELECT dbmig.baseline_ledger('pgroll', '[]');
SELECT dbmig.baseline_ledger('legacy', '[]');
SELECT dbmig.baseline_ledger('knex', NULL);
SELECT dbmig.baseline_ledger('knex', '{"file": "a.js"}');
SELECT dbmig.baseline_ledger('knex', '"a.js"');
SELECT dbmig.baseline_ledger('knex', '["a.js", null]');
SELECT dbmig.baseline_ledger('knex', '[["a.js"]]');
SELECT dbmig.baseline_ledger('knex', '[true]');
SELECT dbmig.baseline_ledger('knex', '[""]');
SELECT dbmig.baseline_ledger('knex', '[{}]');
SELECT dbmig.baseline_ledger('knex', '[{"file": ""}]');
SELECT dbmig.baseline_ledger('knex', '[{"file": {"a": 1}}]');
SELECT dbmig.baseline_ledger('knex', '[{"file": "a.js", "nmae": "x"}]');
SELECT dbmig.baseline_ledger('django', '[{"app": "shop", "names": "0001_x"}]');
SELECT dbmig.baseline_ledger('knex', '["a.js", "b.js", "x/a.js"]');
SELECT dbmig.baseline_ledger('dbmate', '["1_a.sql", "1_b.sql"]');
SELECT dbmig.baseline_ledger('goose', '[1, 2, 1.0]');
SELECT dbmig.baseline_ledger('liquibase', '[{"id": 1, "author": "a", "file": "c"}, {"id": 1, "author": "a", "file": "c"}]');
SELECT dbmig.baseline_ledger('knex', '["a.js"]', 'a.b.c');
SELECT dbmig.baseline_ledger('knex', '["a.js"]', 'nowhere.knex_migrations');
SELECT dbmig.baseline_ledger('knex', '["a.js"]', '');
SELECT dbmig.baseline_ledger('knex', '[]');

-- content is needed and missing: each tool's own reason
SELECT dbmig.baseline_ledger('prisma', '["20240101000001_x"]');
SELECT dbmig.baseline_ledger('drizzle', '[{"name": "0000_x", "when": 1704067200000}]');
SELECT dbmig.baseline_ledger('drizzle-1.0', '["20240101000001_x"]');
SELECT dbmig.baseline_ledger('flyway', '["V1__x.sql"]');
SELECT dbmig.baseline_ledger('graphile-migrate', '["000001.sql"]');
SELECT dbmig.baseline_ledger('postgres-migrations', '["1_x.sql"]');
SELECT dbmig.baseline_ledger('@databases', '["0001-x.sql"]');
SELECT dbmig.baseline_ledger('postgrator', '["001.do.x.sql"]');
SELECT dbmig.baseline_ledger('sqlx', '["1_x.sql"]');
SELECT dbmig.baseline_ledger('refinery', '["V1__x.sql"]');
SELECT dbmig.baseline_ledger('atlas', '["1_x.sql"]');
SELECT dbmig.baseline_ledger('sqitch', '[{"name": "x", "project": "p", "planned_at": "2024-01-01T00:00:00Z", "planner_name": "a", "planner_email": "a@b"}]');

-- what else a tool needs
SELECT dbmig.baseline_ledger('knex', '["20240101_create"]');
SELECT dbmig.baseline_ledger('drizzle', '[{"name": "0000_x", "content": "SELECT 1"}]');
SELECT dbmig.baseline_ledger('drizzle', '[{"name": "0000_x", "when": "now", "content": "SELECT 1"}]');
SELECT dbmig.baseline_ledger('drizzle-1.0', '[{"name": "0000_x", "content": "SELECT 1"}]');
SELECT dbmig.baseline_ledger('typeorm', '["CreateWidgets"]');
SELECT dbmig.baseline_ledger('typeorm', '[{"file": "1704067200001-create-widgets.ts"}]');
SELECT dbmig.baseline_ledger('flyway', '[{"file": "create.sql", "content": "SELECT 1"}]');
SELECT dbmig.baseline_ledger('flyway', '[{"file": "U1__undo.sql", "content": "SELECT 1"}]');
SELECT dbmig.baseline_ledger('flyway', '[{"file": "R1__undo.sql", "content": "SELECT 1"}]');
SELECT dbmig.baseline_ledger('flyway', '[{"type": "BASELINE"}]');
SELECT dbmig.baseline_ledger('liquibase', '[{"id": "1", "file": "c.sql"}]');
SELECT dbmig.baseline_ledger('django', '["0001_initial"]');
SELECT dbmig.baseline_ledger('rails', '["create_widgets.rb"]');
SELECT dbmig.baseline_ledger('goose', '["99999999999999999999_x.sql"]');
SELECT dbmig.baseline_ledger('tern', '["3000000000_x.sql"]');
SELECT dbmig.baseline_ledger('graphile-migrate', '[{"file": "create.sql", "content": ""}]');
SELECT dbmig.baseline_ledger('graphile-migrate', '[{"file": "000001.sql", "content": "--! Previous: -\n--! Hash: sha1:0000\n\nSELECT 1;\n"}]');
SELECT dbmig.baseline_ledger('sqitch', '[{"name": "x", "content": "SELECT 1"}]');
SELECT dbmig.baseline_ledger('sqitch', '[{"name": "x", "project": "p", "planned_at": "someday", "planner_name": "a", "planner_email": "a@b", "content": ""}]');
SELECT dbmig.baseline_ledger('refinery', '[{"file": "1__x.sql", "content": ""}]');

-- what is not the tool's ledger
CREATE TABLE migrations (id serial, migration varchar, batch int);
CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
CREATE VIEW knex_migrations AS SELECT 1 AS id, ''::text AS name, 1 AS batch, now() AS migration_time;
CREATE SCHEMA drizzle CREATE TABLE __drizzle_migrations (id serial, hash text NOT NULL, created_at bigint, name text);
CREATE TABLE hist (installed_rank text);
SELECT dbmig.baseline_ledger('typeorm', '["X1704067200001"]');
SELECT dbmig.baseline_ledger('marv', '["1-x.sql"]');
SELECT dbmig.baseline_ledger('rails', '["1"]');
SELECT dbmig.baseline_ledger('dbmate', '["1"]');
SELECT dbmig.baseline_ledger('ecto', '["1"]');
SELECT dbmig.baseline_ledger('knex', '["a.js"]');
SELECT dbmig.baseline_ledger('drizzle', '[{"name": "0000_x", "when": 1, "content": ""}]');
SELECT dbmig.baseline_ledger('flyway', '[{"file": "V1__x.sql", "content": ""}]', 'hist');
DROP TABLE schema_migrations;
CREATE TABLE schema_migrations (version text PRIMARY KEY, owner text NOT NULL);
SELECT dbmig.baseline_ledger('dbmate', '["1"]');
-- nothing was made
SELECT c.oid::regclass FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'refused'::regnamespace ORDER BY relname;
SELECT count(*) FROM dbmig.journal;

-- read-only, and without a schema to create in
BEGIN READ ONLY;
SELECT dbmig.baseline_ledger('sequelize', '["a.js"]');
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT dbmig.baseline_ledger('sequelize', '["a.js"]');
ROLLBACK;
SET search_path = pg_temp_none;
SELECT dbmig.baseline_ledger('sequelize', '["a.js"]');
SET search_path = public;
DROP SCHEMA refused, drizzle CASCADE;
