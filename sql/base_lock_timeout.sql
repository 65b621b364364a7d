-- Waiting for locks: dbmig.lock_timeout at a time, dbmig.lock_retries times; the error names who is in the way.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
\setenv PGDATABASE :DBNAME
-- Another session, with what differs from run to run made alike.
\setenv OTHER 'f() { psql -XqAt -c "SET dbmig.lock_timeout = 50" -c "SET dbmig.lock_retries = $1" -c "$2" 2>&1 | sed -E "s/(rocess |backend\\()[0-9]+/\\1N/g; s/role [^,]*/role R/; s/open for [^,]*/open for a while/"; }'
CREATE TABLE lock_t (i int);
SELECT dbmig.register_migration('1', 'CREATE TABLE lock_made (); ALTER TABLE lock_t ADD COLUMN j int', 'ALTER TABLE lock_t DROP COLUMN j; DROP TABLE lock_made');
SELECT dbmig.register_migration('2', 'ALTER TABLE lock_t ADD COLUMN k int', transactional => false);

BEGIN;
SELECT count(*) FROM lock_t /* a long   report */;
\! eval "$OTHER"; f 2 'CALL dbmig.migrate()'
\! eval "$OTHER"; f 0 'CALL dbmig.migrate()'
\! eval "$OTHER"; f 1 'BEGIN; CALL dbmig.migrate($$1$$); COMMIT'
COMMIT;
SELECT version, state, sqlstate FROM dbmig.migration_status;
SELECT version, state, sqlstate, failed_statement, regexp_replace(error, 'process \d+', 'process N') AS error
FROM dbmig.migration_run ORDER BY run_id;
SELECT to_regclass('lock_made');
\! eval "$OTHER"; f 2 'CALL dbmig.migrate($$1$$)'

-- in a worker
BEGIN;
SELECT count(*) FROM lock_t;
\! eval "$OTHER"; f 1 'CALL dbmig.migrate()'
COMMIT;
SELECT version, state, sqlstate, failed_statement FROM dbmig.migration_run WHERE version = '2' ORDER BY run_id;
\! eval "$OTHER"; f 1 'CALL dbmig.migrate()'

-- 0: the session's own lock_timeout, without tries
SELECT dbmig.register_migration('3', 'ALTER TABLE lock_t ADD COLUMN l int', 'ALTER TABLE lock_t DROP COLUMN l');
BEGIN;
SELECT count(*) FROM lock_t;
\! eval "$OTHER"; f 1 'SET dbmig.lock_timeout = 0; SET lock_timeout = 50; CALL dbmig.migrate()'
-- a row lock, and one that names no table
INSERT INTO lock_t VALUES (1);
\! eval "$OTHER"; f 0 'SELECT dbmig.register_migration($$3$$, $$LOCK TABLE lock_t IN SHARE MODE$$)'
\! eval "$OTHER"; f 0 'CALL dbmig.migrate()'
SELECT pg_advisory_xact_lock(77);
\! eval "$OTHER"; f 0 'SELECT dbmig.register_migration($$3$$, $$SELECT pg_advisory_xact_lock(77)$$)'
\! eval "$OTHER"; f 0 'CALL dbmig.migrate()' | sed -E 's/\[[0-9,]+\]/[N]/'
COMMIT;
SELECT version, state, sqlstate FROM dbmig.migration_status;
-- a revert in the same way
SELECT dbmig.register_migration('3', 'ALTER TABLE lock_t ADD COLUMN l int', 'ALTER TABLE lock_t DROP COLUMN l');
CALL dbmig.migrate();
BEGIN;
SELECT count(*) FROM lock_t;
\! eval "$OTHER"; f 1 'CALL dbmig.revert()'
COMMIT;
SELECT version, state, sqlstate FROM dbmig.migration_status;
SET client_min_messages = warning;
DROP TABLE lock_t, lock_made;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
