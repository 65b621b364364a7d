-- Odd names everywhere: in versions, names, tables, columns, indexes, schemas.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
\set version '\'Odd "Na\'\'me.x %s %1$I \\\\n $1 é日本\''
\set name '\'100% "odd", \'\'quoted\'\' \\\\ %d <b>\''
SELECT dbmig.register_migration(:version, $$CREATE SCHEMA "Odd ""Sch.x";
CREATE TABLE "Odd ""Sch.x"."Odd ""Ta'ble.x" ("Odd ""Co.l" int, "select" text, "żółć" int);
INSERT INTO "Odd ""Sch.x"."Odd ""Ta'ble.x" VALUES (1, 'x', 1), (1, 'y', 2);$$, 'DROP SCHEMA "Odd ""Sch.x" CASCADE', :name);
SELECT dbmig.register_migration(:version || '2', $$SET search_path = "Odd ""Sch.x";
CREATE UNIQUE INDEX CONCURRENTLY "Odd ""In'dex.x" ON "Odd ""Ta'ble.x" ("Odd ""Co.l");
REINDEX INDEX CONCURRENTLY "Odd ""In'dex.x"$$, 'DROP INDEX CONCURRENTLY "Odd ""Sch.x"."Odd ""In''dex.x"', :name);
SELECT dbmig.register_migration(repeat('ż', 31) || 'a', format('CREATE TABLE "Odd ""Sch.x".%I (%1$I int); CREATE INDEX CONCURRENTLY %2$I ON "Odd ""Sch.x".%1$I (%1$I)', repeat('ż', 31) || 't', repeat('ż', 31) || 'i'));
CALL dbmig.migrate();
SELECT version, name, state, error FROM dbmig.migration_status;
SELECT detail FROM dbmig.migration_summary();
SELECT relname FROM pg_class WHERE relname LIKE 'Odd%' ORDER BY 1;
UPDATE "Odd ""Sch.x"."Odd ""Ta'ble.x" SET "Odd ""Co.l" = żółć;
CALL dbmig.migrate();
SELECT relname, indisvalid FROM pg_class JOIN pg_index ON oid = indexrelid WHERE relnamespace = '"Odd ""Sch.x"'::regnamespace ORDER BY 1;
SELECT object, state, error FROM dbmig.journal WHERE action = 'apply' ORDER BY journal_id;
-- in errors and hints
SELECT dbmig.register_migration(:version, 'SELECT 2', NULL, :name);
SELECT dbmig.register_migration(:version || '3', 'COPY x FROM stdin');
SELECT dbmig.register_migration(:version || '3', 'SELEC 1');
SELECT dbmig.register_migration(:version || '3', 'SELECT "Odd ""Co.l"', name => :name);
CALL dbmig.migrate();
BEGIN;
CALL dbmig.migrate();
ROLLBACK;
SELECT error_context FROM dbmig.migration_run WHERE state = 'failed' ORDER BY run_id DESC LIMIT 1;
SELECT dbmig.assert_migrated();
CALL dbmig.migrate('%s " ''');
CALL dbmig.revert(:version || '9');
SELECT dbmig.repair(:version || '9');
SELECT dbmig.baseline(:version || '9');
SELECT dbmig.repair(:version || '3');
DELETE FROM dbmig.migration WHERE version LIKE '%3';
CALL dbmig.revert();
SELECT dbmig.register_migration(repeat('ż', 31) || 'a', up_sql, 'SELECT 1') FROM dbmig.migration WHERE version LIKE 'ż%';
CALL dbmig.revert(:version);
CALL dbmig.revert();
SELECT version, state FROM dbmig.migration_status;
SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'Odd%';
-- SQL in a version is only text
SELECT dbmig.register_migration($$'); DROP TABLE dbmig.journal; --$$, 'VACUUM pg_class', name => '"); DROP SCHEMA dbmig; --');
CALL dbmig.migrate($$'); DROP TABLE dbmig.journal; --$$);
SELECT count(*) > 0 AS still_there FROM dbmig.journal;
SET client_min_messages = warning;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
