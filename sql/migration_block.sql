-- Inside a transaction block migrate() and revert() do all or nothing.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE VIEW block_runs AS
    SELECT version, action, state, sqlstate, error, failed_statement AS statement FROM dbmig.migration_run ORDER BY run_id;
SELECT dbmig.register_migration('1', 'CREATE TABLE block_1 (i int PRIMARY KEY)', 'DROP TABLE block_1');
SELECT dbmig.register_migration('2', 'CREATE TABLE block_2 (); INSERT INTO block_1 VALUES (1)', 'DELETE FROM block_1; DROP TABLE block_2');
SELECT dbmig.register_migration('3', 'CREATE TABLE block_3 ()', 'DROP TABLE block_3');

-- ROLLBACK leaves nothing
BEGIN;
CALL dbmig.migrate('2');
SELECT version, state FROM dbmig.migration_status;
ROLLBACK;
SELECT version, state FROM dbmig.migration_status;
SELECT count(*) FROM dbmig.migration_run;
SELECT count(*) FROM pg_class WHERE relname LIKE 'block\__';
-- COMMIT keeps all of it
BEGIN;
CREATE TABLE block_own ();
CALL dbmig.migrate('2');
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
COMMIT;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
SELECT version, state FROM dbmig.migration_status;
SELECT relname FROM pg_class WHERE relname LIKE 'block\____' OR relname LIKE 'block\__' ORDER BY 1;
-- back, in a block, and forth again
BEGIN;
CALL dbmig.revert('1');
CALL dbmig.revert();
SELECT version, state FROM dbmig.migration_status;
CALL dbmig.migrate();
COMMIT;
SELECT * FROM block_runs;

-- a failure: nothing of the block, but the witness of it
SELECT dbmig.register_migration('4', 'CREATE TABLE block_4 ()');
SELECT dbmig.register_migration('5', E'CREATE TABLE block_5 ();\nINSERT INTO block_1\n VALUES (1);');
BEGIN;
CALL dbmig.migrate();
SELECT 1;
ROLLBACK;
SELECT version, state, sqlstate, error FROM dbmig.migration_status;
SELECT failed_statement, failed_line, failed_position, error_detail, error_context, backend_pid = pg_backend_pid() AS mine
FROM dbmig.migration_run WHERE version = '5';
SELECT object, action, state, sqlstate FROM dbmig.journal WHERE object = '5' AND action = 'apply';
-- behind a savepoint the block can go on
BEGIN;
CREATE TABLE block_6 ();
SAVEPOINT s;
CALL dbmig.migrate();
ROLLBACK TO s;
CALL dbmig.migrate('4');
COMMIT;
SELECT version, state FROM dbmig.migration_status;
SELECT count(*) FROM block_runs WHERE state = 'failed';
-- in functions and DO with an EXCEPTION clause too
CREATE FUNCTION block_f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    CALL dbmig.migrate();
    RETURN 'good';
EXCEPTION WHEN unique_violation THEN
    RETURN SQLERRM;
END $$;
SELECT block_f();
SELECT dbmig.register_migration('5', 'CREATE TABLE block_5 ();');
BEGIN;
SELECT block_f();
ROLLBACK;
SELECT block_f();
SELECT version, state FROM dbmig.migration_status WHERE version > '3';
-- a DO without one is no block: each migration is committed
SELECT dbmig.register_migration('6', 'CREATE TABLE block_7 ()');
SELECT dbmig.register_migration('7', 'SELECT 1/0');
DO $$ BEGIN CALL dbmig.migrate(); END $$;
SELECT version, state FROM dbmig.migration_status WHERE version > '5';
SELECT dbmig.register_migration('7', 'SELECT 1');

-- what is not transactional is refused before anything is run
SELECT dbmig.register_migration('8', 'SELECT 8');
SELECT dbmig.register_migration('9', 'VACUUM block_1', name => 'vacuum');
BEGIN;
CALL dbmig.migrate();
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
SELECT block_f();
SELECT version, state FROM dbmig.migration_status WHERE version > '6';
BEGIN;
CALL dbmig.migrate('8');
COMMIT;
SELECT dbmig.register_migration('8', 'SELECT 8', 'VACUUM block_2');
BEGIN;
CALL dbmig.revert();
ROLLBACK;
SELECT version, state FROM dbmig.migration_status WHERE version > '6';

-- isolation levels
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL dbmig.migrate();
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
CALL dbmig.revert();
ROLLBACK;
BEGIN READ ONLY;
CALL dbmig.migrate('8');
ROLLBACK;
-- outside a block any default level does
SET default_transaction_isolation = 'serializable';
CALL dbmig.migrate();
RESET default_transaction_isolation;
SELECT version, state FROM dbmig.migration_status WHERE version > '8';
-- nothing to do
BEGIN;
CALL dbmig.migrate();
COMMIT;
SET client_min_messages = warning;
DROP TABLE block_1, block_2, block_3, block_4, block_5, block_6, block_7, block_own;
DROP FUNCTION block_f;
DROP VIEW block_runs;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
