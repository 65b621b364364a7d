-- Ledgers of the JavaScript tools that have no dump: shape, states, order. Several in one database, each found.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
SET TimeZone = 'UTC';
CREATE SCHEMA n;
SET search_path = n;
\pset format unaligned

CREATE SCHEMA d1;
CREATE TABLE d1.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint, name text, applied_at timestamptz DEFAULT now());
INSERT INTO d1.__drizzle_migrations (hash, created_at, name, applied_at) VALUES
	(repeat('a', 64), 1704067200000, NULL, NULL), (repeat('b', 64), 1704067260000, '20240101000100_add_price', '2026-01-02');
CREATE SCHEMA u1;
CREATE TABLE u1."SequelizeMeta" (name varchar(255) PRIMARY KEY, "createdAt" timestamptz NOT NULL, "updatedAt" timestamptz NOT NULL);
INSERT INTO u1."SequelizeMeta" VALUES ('2024.01.01T00.00.01.widgets', '2026-01-01', '2026-01-01');
CREATE SCHEMA u2;
CREATE TABLE u2."SequelizeMeta" (name varchar(255) PRIMARY KEY);
INSERT INTO u2."SequelizeMeta" VALUES ('2024.01.01T00.00.01.widgets');
CREATE SCHEMA u3;
CREATE TABLE u3."SequelizeMeta" (name varchar(255) PRIMARY KEY);
CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
INSERT INTO pgmigrations (name, run_on) VALUES ('1704067200001_create-widgets', '2026-01-01 10:00'), ('1704067200002_add-price', '2026-01-01 10:00');
CREATE SCHEMA dbm;
CREATE TABLE dbm.migrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
INSERT INTO dbm.migrations (name, run_on) VALUES ('/20240101000001-create-widgets', '2026-01-01 10:00'), ('/20240101000002-add-price', '2026-01-01 10:01');
CREATE SCHEMA either;
CREATE TABLE either.migrations (LIKE dbm.migrations INCLUDING ALL);
CREATE SCHEMA graphile_migrate;
CREATE TABLE graphile_migrate.migrations (hash text PRIMARY KEY, previous_hash text REFERENCES graphile_migrate.migrations, filename text NOT NULL, date timestamptz NOT NULL DEFAULT now());
CREATE TABLE graphile_migrate.current (filename text PRIMARY KEY DEFAULT 'current.sql', content text NOT NULL, date timestamptz NOT NULL DEFAULT now());
INSERT INTO graphile_migrate.migrations VALUES ('sha1:d6', NULL, '000001.sql', '2026-01-01'), ('sha1:21', 'sha1:d6', '000002.sql', '2026-01-02');
CREATE SCHEMA pm;
CREATE TABLE pm.migrations (id integer PRIMARY KEY, name varchar(100) UNIQUE NOT NULL, hash varchar(40) NOT NULL, executed_at timestamp DEFAULT CURRENT_TIMESTAMP);
INSERT INTO pm.migrations VALUES (0, 'create-migrations-table', 'e18db593bcde2aca2a408c4d1100f6abba2195df', '2026-01-01'), (1, 'widgets', '5df2094fea3dfaf50ffd62d70db0e99ecb386d71', '2026-01-02');
CREATE TABLE mikro_orm_migrations (id serial PRIMARY KEY, name varchar(255), executed_at timestamptz DEFAULT CURRENT_TIMESTAMP);
INSERT INTO mikro_orm_migrations (name, executed_at) VALUES ('Migration20240101000001', '2026-01-01');
CREATE TABLE kysely_migration (name varchar(255) PRIMARY KEY, "timestamp" varchar(255) NOT NULL);
CREATE TABLE kysely_migration_lock (id varchar(255) PRIMARY KEY, is_locked integer NOT NULL DEFAULT 0);
INSERT INTO kysely_migration VALUES ('2024_01_widgets', '2026-01-01T10:00:00.123Z'), ('2024_02_price', 'not a time');
INSERT INTO kysely_migration_lock VALUES ('migration_lock', 0);
CREATE TABLE atdatabases_migrations_version (id int PRIMARY KEY, version text);
CREATE TABLE atdatabases_migrations_applied (id bigserial PRIMARY KEY, index int NOT NULL, name text NOT NULL, script text NOT NULL, applied_at timestamptz NOT NULL, ignored_error text, obsolete boolean NOT NULL);
INSERT INTO atdatabases_migrations_applied (index, name, script, applied_at, ignored_error, obsolete) VALUES
	(1, '0001-widgets.sql', 'CREATE TABLE widgets ()', '2026-01-01', NULL, false), (2, '0002-price.sql', 'SELECT 1', '2026-01-02', 'relation exists', false);
CREATE SCHEMA mv;
CREATE TABLE mv.migrations (level integer, comment text, "timestamp" timestamptz, checksum text, namespace text NOT NULL DEFAULT 'default', PRIMARY KEY (level, namespace));
CREATE TABLE mv.migrations_lock (dummy text);
INSERT INTO mv.migrations VALUES (1, 'create widgets', '2026-01-01', '5b09', 'default'), (1, 'audit', '2026-01-03', 'd67e', 'audit');
CREATE TABLE schemaversion (version bigint PRIMARY KEY, name text, md5 text, run_at timestamptz);
INSERT INTO schemaversion VALUES (0, NULL, NULL, NULL), (1, 'widgets', '5b09bceec93f1cc37792b7c887d310ba', '2026-01-01');
-- found by their shape under other names
CREATE TABLE "Our ""Prisma"" table" (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0);
INSERT INTO "Our ""Prisma"" table" (id, checksum, migration_name, finished_at, started_at) VALUES ('1', 'c', '1_a', '2026-01-01', '2026-01-01');
CREATE TABLE our_steps (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name varchar NOT NULL);
INSERT INTO our_steps ("timestamp", name) VALUES (1704067200001, 'CreateWidgets1704067200001');

SELECT tool, ledger, applied, failed, last_version, last_applied_at::date AS last_applied, state, evidence, detail FROM dbmig.ledgers();
SELECT tool, position, version, name, left(checksum, 12) AS checksum, applied_at, state, detail FROM dbmig.ledger_entries();
DROP SCHEMA n, d1, u1, u2, u3, dbm, either, graphile_migrate, pm, mv CASCADE;
