-- Ledgers that people wrote by hand, whatever their columns are called.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
SET TimeZone = 'UTC';
\pset format unaligned
CREATE SCHEMA a;
CREATE TABLE a.schema_migrations (version integer PRIMARY KEY, name text, applied_at timestamptz DEFAULT now());
INSERT INTO a.schema_migrations SELECT i, 'step ' || i, '2026-01-01'::timestamptz + i * interval '1 hour' FROM generate_series(1, 12) i;
CREATE SCHEMA b;
CREATE TABLE b.schema_migrations (version varchar(50) PRIMARY KEY, description text, installed_on timestamp, checksum text, success boolean);
INSERT INTO b.schema_migrations VALUES ('1.9', 'x', '2026-01-01', 'aa', true), ('1.10', 'y', '2026-01-02', 'bb', false);
CREATE SCHEMA c;
CREATE TABLE c.db_migrations (nr smallint PRIMARY KEY, titel text, ausgefuehrt_am date);
INSERT INTO c.db_migrations VALUES (2, 'zwei', '2026-01-02'), (10, 'zehn', '2026-01-03');
CREATE SCHEMA d;
CREATE TABLE d.migrations (id serial PRIMARY KEY, name text UNIQUE NOT NULL, executed_at timestamptz);
INSERT INTO d.migrations (name, executed_at) VALUES ('001_users.sql', '2026-01-01'), ('002_orders.sql', '2026-01-02');
CREATE SCHEMA e;
CREATE TABLE e.migration_history (filename varchar(255) PRIMARY KEY, run_at timestamptz, md5 char(32));
INSERT INTO e.migration_history VALUES ('001_users.sql', '2026-01-01', repeat('a', 32));
CREATE SCHEMA f;
CREATE TABLE f.schema_migrations (version text, done_at timestamptz);
SELECT tool, ledger, applied, failed, last_version, last_applied_at, state, detail FROM dbmig.ledgers();
SELECT ledger, position, version, name, checksum, applied_at, state FROM dbmig.ledger_entries();
-- long values, kept out of line
INSERT INTO f.schema_migrations SELECT string_agg(md5(i::text), ''), '2026-01-01' FROM generate_series(1, 10000) i;
SELECT ledger, length(version) AS bytes, state FROM dbmig.ledger_entries('f.schema_migrations');
SELECT version = 'x' AS x, state FROM dbmig.ledger_compare('legacy', '{x}', 'f.schema_migrations') ORDER BY state;
SELECT dbmig.adopt_ledger('f.schema_migrations');
-- not ledgers, though called so
CREATE SCHEMA g;
CREATE TABLE g.migrations (id serial PRIMARY KEY, species text, started_at timestamptz, ended_at timestamptz, distance numeric);
CREATE TABLE g.migration_routes (id serial PRIMARY KEY, a point, b point);
CREATE TABLE g.immigrations (id bigserial PRIMARY KEY, person_id bigint, country text, entered_on date, visa_id uuid, purpose text);
CREATE TABLE g.changelogs (id bigserial PRIMARY KEY, table_name text, row_id bigint, before jsonb, after jsonb, changed_at timestamptz);
SELECT ledger FROM dbmig.ledgers() WHERE ledger::text LIKE 'g.%';
DROP SCHEMA a, b, c, d, e, f, g CASCADE;
