-- A failing migration is rolled back whole, written down, and raised as it was.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE VIEW fail_runs AS
    SELECT version, action, state, statements AS done, failed_statement AS statement, failed_line AS line,
           failed_position AS position, sqlstate, error, error_detail, error_context,
           finished_at >= started_at AS ended, standing, backend_pid = pg_backend_pid() AS mine
    FROM dbmig.migration_run ORDER BY run_id;
\pset null '(null)'

SELECT dbmig.register_migration('01', 'CREATE TABLE fail_a (i int PRIMARY KEY, t text NOT NULL); INSERT INTO fail_a VALUES (1, ''one'')', name => 'good one');
SELECT dbmig.register_migration('02', $$-- a comment
CREATE TABLE fail_b (i int);
INSERT INTO fail_a VALUES (2, 'two');
INSERT INTO fail_a VALUES (1, 'again');
CREATE TABLE fail_c (i int);
$$, name => 'doubles a key');
SELECT dbmig.register_migration('03', 'CREATE TABLE fail_d (i int)');
CALL dbmig.migrate();
\x on
SELECT * FROM fail_runs;
SELECT part, action, object, state, sqlstate, error, detail - 'run_id' AS detail, executed_by = CURRENT_USER AS me
FROM dbmig.journal WHERE action <> 'register' ORDER BY journal_id;
\x off
-- nothing of it is there, what came before is, what comes after waits
SELECT relname FROM pg_class WHERE relname LIKE 'fail\__' ORDER BY 1;
SELECT * FROM fail_a ORDER BY i;
SELECT version, name, state, applied_at IS NOT NULL AS applied, executed_by = CURRENT_USER AS me, sqlstate, error
FROM dbmig.migration_status;
-- it fails again, and each time is told
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM fail_runs;
-- the session is as good as before
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory';
SELECT count(*) FROM dbmig.progress;

-- every kind of failure, one after the other
CREATE FUNCTION fail_inner(i int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'inner trouble with %', i
        USING ERRCODE = 'ZX123', DETAIL = 'A detail.', HINT = 'A hint.', TABLE = 'fail_a', CONSTRAINT = 'fail_con';
END $$;
CREATE FUNCTION fail_outer() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN fail_inner(7); END';
SELECT dbmig.register_migration('02', E'SELECT 1;\n\n  SELECT fail_outer();');
CALL dbmig.migrate();
\echo :LAST_ERROR_SQLSTATE
-- a constraint that is deferred to the end is violated by no single statement
SELECT dbmig.register_migration('02', $$CREATE TABLE fail_b (i int PRIMARY KEY, j int REFERENCES fail_b DEFERRABLE INITIALLY DEFERRED);
INSERT INTO fail_b VALUES (1, 2);
SELECT 1;$$);
CALL dbmig.migrate();
\echo :LAST_ERROR_SQLSTATE
-- a type that does not convert, in a statement of several lines
SELECT dbmig.register_migration('02', E'SELECT 1;\nINSERT INTO fail_a\n  VALUES (''x'',\n    ''y'');');
CALL dbmig.migrate();
-- what the parser accepts and the server does not have
SELECT dbmig.register_migration('02', E'SELECT 1;\n\nCREATE TABLE fail_b (LIKE nowhere);');
CALL dbmig.migrate();
-- a CHECK with its detail
SELECT dbmig.register_migration('02', E'ALTER TABLE fail_a ADD CHECK (i > 1);');
CALL dbmig.migrate();
-- statement_timeout and cancelling
SELECT dbmig.register_migration('02', E'SELECT 1; SELECT pg_sleep(30);');
SET statement_timeout = '100ms';
CALL dbmig.migrate();
RESET statement_timeout;
SELECT dbmig.register_migration('02', E'SELECT 1; DO $$ BEGIN PERFORM pg_cancel_backend(pg_backend_pid()), pg_sleep(9); END $$;');
CALL dbmig.migrate();
-- transaction control that hides in a DO
SELECT dbmig.register_migration('02', 'CREATE TABLE fail_b (); DO $$ BEGIN COMMIT; END $$;');
CALL dbmig.migrate();
\x on
SELECT statement, line, position, sqlstate, error, error_detail, error_context, done, ended, standing, mine
FROM fail_runs OFFSET 3;
\x off
SELECT state, applied, pending, failed, detail FROM dbmig.migration_summary();
SELECT relname FROM pg_class WHERE relname LIKE 'fail\__' ORDER BY 1;

-- the error raised is the original one, with all its fields
SELECT dbmig.register_migration('02', 'SELECT fail_outer()');
SET client_min_messages = error;
DO $$
DECLARE state text; message text; detail text; hint text; tab text; con text;
BEGIN
    CALL dbmig.migrate();
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT, tab = TABLE_NAME, con = CONSTRAINT_NAME;
    CREATE TEMP TABLE fail_seen AS SELECT state, message, detail, hint, tab, con;
END $$;
SELECT * FROM fail_seen;
-- that was inside a block, and the failure is witnessed all the same
SELECT version, state, sqlstate, statement, mine FROM fail_runs OFFSET 11;

DROP TABLE fail_a;
DROP FUNCTION fail_outer, fail_inner;
DROP VIEW fail_runs;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
