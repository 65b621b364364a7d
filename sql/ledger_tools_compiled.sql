-- Ledgers of the Go, Rust, .NET and Elixir tools and of the platforms: shape, states, order.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
SET TimeZone = 'UTC';
CREATE SCHEMA c;
SET search_path = c;
\pset format unaligned

CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());
INSERT INTO goose_db_version (version_id, is_applied, tstamp) VALUES (0, true, '2026-01-01'), (1, true, '2026-01-01'), (2, true, '2026-01-01'), (2, false, '2026-01-02');
CREATE TABLE gorp_migrations (id text PRIMARY KEY, applied_at timestamptz);
INSERT INTO gorp_migrations VALUES ('1_create.sql', '2026-01-01');
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
INSERT INTO _sqlx_migrations VALUES (1, 'create widgets', '2026-01-01', true, '\x3bc5', 100), (2, 'add price', '2026-01-02', true, '\xb96e', -1);
CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now());
INSERT INTO __diesel_schema_migrations VALUES ('00000000000000', '2026-01-01'), ('20240101000001', '2026-01-01');
CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255));
INSERT INTO refinery_schema_history VALUES (1, 'create_widgets', '2026-01-01T10:00:00.123456789Z', '1905824460578152432'), (2, 'add_price', 'yesterday', '1');
CREATE TABLE seaql_migrations (version varchar PRIMARY KEY, applied_at bigint NOT NULL);
INSERT INTO seaql_migrations VALUES ('m20240101_000001_widgets', 1767225600), ('m20240101_000002_price', 9223372036854775807);
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY, "ProductVersion" varchar(32) NOT NULL);
INSERT INTO "__EFMigrationsHistory" VALUES ('20240101000001_CreateWidgets', '8.0.1');
CREATE SCHEMA ec;
CREATE TABLE ec.schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp(0));
INSERT INTO ec.schema_migrations VALUES (20240101000001, '2026-01-01 10:00');
CREATE SCHEMA supabase_migrations;
CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], name text);
INSERT INTO supabase_migrations.schema_migrations VALUES ('20240101000001', '{a,b}', 'widgets');
CREATE SCHEMA atlas_schema_revisions;
CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar PRIMARY KEY, description varchar NOT NULL, type bigint NOT NULL DEFAULT 2, applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0, executed_at timestamptz NOT NULL, execution_time bigint NOT NULL, error text, error_stmt text, hash varchar NOT NULL, partial_hashes jsonb, operator_version varchar NOT NULL);
INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES
	('.atlas_cloud_identifier', 'x', 2, 0, 0, '2026-01-01', 0, NULL, NULL, '', NULL, ''),
	('1', 'base', 1, 0, 0, '2026-01-01', 0, NULL, NULL, 'h1', NULL, 'v'), ('2', 'widgets', 2, 2, 2, '2026-01-02', 9, '', '', 'h2', NULL, 'v'),
	('3', 'half', 2, 1, 2, '2026-01-03', 9, 'relation "gadgets" does not exist', 'ALTER TABLE gadgets', 'h3', '["x"]', 'v');
CREATE SCHEMA pgroll;
CREATE TABLE pgroll.migrations (schema name NOT NULL, name text NOT NULL, migration jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), parent text, done boolean NOT NULL DEFAULT false, resulting_schema jsonb NOT NULL DEFAULT '{}', migration_type varchar(32) DEFAULT 'pgroll', PRIMARY KEY (schema, name));
INSERT INTO pgroll.migrations (schema, name, migration, created_at, updated_at, parent, done, migration_type) VALUES ('public', '01_base', '{}', '2026-01-01', '2026-01-01', NULL, true, 'baseline'), ('public', '02_price', '{}', '2026-01-02', '2026-01-02', '01_base', false, 'pgroll');
CREATE SCHEMA tn;
CREATE TABLE tn.schema_version (version int4 NOT NULL);
INSERT INTO tn.schema_version VALUES (3);
CREATE SCHEMA hdb_catalog;
CREATE TABLE hdb_catalog.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO hdb_catalog.schema_migrations VALUES (1, false), (2, true);
CREATE SCHEMA gm;
CREATE TABLE gm.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO gm.schema_migrations VALUES (7, true);
CREATE SCHEMA gm0;
CREATE TABLE gm0.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
CREATE SCHEMA tq;
CREATE TABLE tq.db_version (version int4 NOT NULL);

SELECT tool, ledger, applied, failed, last_version, last_applied_at, state, evidence, detail FROM dbmig.ledgers();
SELECT tool, position, version, name, checksum, applied_at, state, detail FROM dbmig.ledger_entries();
-- an advisory lock names who is at work
SELECT pg_advisory_lock(2686470616), pg_advisory_lock(9628173550095224);
SELECT tool, state, regexp_replace(detail, 'process.*\)', '(process)') AS detail FROM dbmig.ledgers() WHERE tool IN ('atlas', 'tern') ORDER BY tool;
SELECT version, state FROM dbmig.ledger_entries('atlas_schema_revisions.atlas_schema_revisions');
SELECT pg_advisory_unlock_all();
DROP SCHEMA c, ec, supabase_migrations, atlas_schema_revisions, pgroll, tn, hdb_catalog, gm, gm0, tq CASCADE;
