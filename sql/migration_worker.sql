-- What cannot run in a transaction runs at top level in a worker, statement by statement.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE TABLE work_t (i int, t text);
INSERT INTO work_t SELECT g, 'x' || g % 100 FROM generate_series(1, 1000) g;
CREATE VIEW work_runs AS
    SELECT version, action, state, statements AS done, failed_statement AS failed, failed_line AS line,
           sqlstate, error, standing
    FROM dbmig.migration_run ORDER BY run_id;
CREATE VIEW work_indexes AS
    SELECT relname, indisvalid AS valid FROM pg_index JOIN pg_class ON oid = indexrelid
    WHERE indrelid = 'work_t'::regclass ORDER BY 1;

-- each of them makes the migration non-transactional
SELECT dbmig.register_migration('01', 'CREATE INDEX CONCURRENTLY work_i ON work_t (i)', 'DROP INDEX CONCURRENTLY work_i');
SELECT dbmig.register_migration('02', 'REINDEX INDEX CONCURRENTLY work_i; REINDEX TABLE CONCURRENTLY work_t; REINDEX (CONCURRENTLY) INDEX work_i');
SELECT dbmig.register_migration('03', 'CREATE UNIQUE INDEX work_u ON work_t (i); DROP INDEX CONCURRENTLY work_u; DROP INDEX CONCURRENTLY IF EXISTS work_u');
SELECT dbmig.register_migration('04', 'VACUUM (ANALYZE) work_t; ANALYZE work_t; VACUUM FULL work_t');
SELECT dbmig.register_migration('05', $$CREATE TABLE work_p (i int) PARTITION BY RANGE (i);
CREATE TABLE work_p1 PARTITION OF work_p FOR VALUES FROM (0) TO (10);
ALTER TABLE work_p DETACH PARTITION work_p1 CONCURRENTLY;$$);
SELECT dbmig.register_migration('06', 'BEGIN; INSERT INTO work_t VALUES (-1, ''a''); SAVEPOINT s; INSERT INTO work_t VALUES (-2, ''b''); ROLLBACK TO s; COMMIT; START TRANSACTION; INSERT INTO work_t VALUES (-3, ''c''); ROLLBACK; INSERT INTO work_t VALUES (-4, ''d'')');
SELECT dbmig.register_migration('07', 'CREATE DATABASE regress_dbmig_db TEMPLATE template0; ALTER DATABASE regress_dbmig_db SET TABLESPACE pg_default; DROP DATABASE regress_dbmig_db (FORCE)');
SELECT dbmig.register_migration('08', 'ALTER SYSTEM SET dbmig.lock_retries = 11; SELECT pg_reload_conf(); ALTER SYSTEM RESET dbmig.lock_retries; SELECT pg_reload_conf()');
SELECT dbmig.register_migration('09', 'CREATE PROCEDURE work_proc() LANGUAGE plpgsql AS $$BEGIN FOR n IN 1..3 LOOP INSERT INTO work_t VALUES (-10 - n); COMMIT; END LOOP; END$$; CALL work_proc(); DO $$BEGIN INSERT INTO work_t VALUES (-20); ROLLBACK; END$$', transactional => false);
SELECT dbmig.register_migration('10', 'CLUSTER; DISCARD ALL; CREATE INDEX ON work_t (t)');
SELECT dbmig.register_migration('11', 'ALTER TABLE work_t ADD COLUMN last int');
SELECT version, transactional, down_transactional FROM dbmig.migration ORDER BY version;
CALL dbmig.migrate();
SELECT * FROM work_runs;
SELECT * FROM work_indexes;
SELECT i, t FROM work_t WHERE i < 0 ORDER BY i;
SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'work_p'::regclass;
SELECT count(*) FROM pg_database WHERE datname = 'regress_dbmig_db';
SELECT action, object, state FROM dbmig.journal WHERE action = 'apply' ORDER BY journal_id;
CALL dbmig.revert('10');
SELECT dbmig.register_migration('11', 'ALTER TABLE work_t ADD COLUMN last int', 'ALTER TABLE work_t DROP COLUMN last');
CALL dbmig.revert('10');
SELECT version, state FROM dbmig.migration_status ORDER BY version DESC LIMIT 2;

-- a unique index that cannot be: no invalid index stays, the next run goes on there
SELECT dbmig.register_migration('12', $$ALTER TABLE work_t ADD COLUMN u int;
UPDATE work_t SET u = i % 999;
-- the data are not unique
CREATE UNIQUE INDEX CONCURRENTLY work_uniq ON work_t (u);
COMMENT ON COLUMN work_t.u IS 'unique';$$, name => 'uniq');
SELECT dbmig.repair('11');
CALL dbmig.migrate('12');
SELECT * FROM work_indexes;
SELECT * FROM work_runs WHERE version = '12';
CALL dbmig.migrate();
UPDATE work_t SET u = i;
CALL dbmig.migrate();
SELECT * FROM work_runs WHERE version = '12';
SELECT * FROM work_indexes WHERE relname = 'work_uniq';

-- resumed with the rest of the text corrected, but not with its beginning changed
SELECT dbmig.register_migration('13', 'CREATE TABLE work_r (i int); INSERT INTO work_r VALUES (1); CREATE INDEX CONCURRENTLY work_ri ON work_r (j);');
CALL dbmig.migrate();
SELECT dbmig.register_migration('13', 'CREATE TABLE work_r (i int); INSERT INTO work_r VALUES (2); CREATE INDEX CONCURRENTLY work_ri ON work_r (i);');
CALL dbmig.migrate();
SELECT dbmig.register_migration('13', 'INSERT INTO work_r VALUES (1); CREATE INDEX CONCURRENTLY work_ri ON work_r (i);');
-- what was pending before it is applied, and stays
SELECT dbmig.register_migration('12.5', 'CREATE TABLE work_before ()');
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status WHERE version > '12';
SELECT dbmig.register_migration('13', E'/* more space */ CREATE TABLE work_r (i int);\n\nINSERT INTO work_r VALUES (1); CREATE INDEX CONCURRENTLY work_ri ON work_r (i);');
CALL dbmig.migrate();
SELECT * FROM work_runs WHERE version = '13';
SELECT count(*) FROM work_r;

-- a text that ends inside a block
SELECT dbmig.register_migration('14', 'SELECT 1; BEGIN; CREATE TABLE work_open (); SELECT 1');
CALL dbmig.migrate();
SELECT * FROM work_runs WHERE version = '14';
SELECT to_regclass('work_open');
-- a failure inside a block takes the block back, and the run goes on before it
SELECT dbmig.register_migration('14', 'SELECT 1; BEGIN; CREATE TABLE work_open (); SELECT 1/0; COMMIT; SELECT 2');
CALL dbmig.migrate();
SELECT to_regclass('work_open');
SELECT dbmig.register_migration('14', 'SELECT 1; BEGIN; CREATE TABLE work_open (); COMMIT; SELECT 2');
CALL dbmig.migrate();
SELECT * FROM work_runs WHERE version = '14';
SELECT to_regclass('work_open');
-- the history has the same context as the errors had
\pset format unaligned
SELECT version, error_context FROM dbmig.migration_run WHERE state = 'failed' ORDER BY run_id;
\pset format aligned
SET client_min_messages = warning;
DROP TABLE work_t, work_p, work_p1, work_r, work_open, work_before CASCADE;
DROP PROCEDURE work_proc;
DROP VIEW work_runs;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
