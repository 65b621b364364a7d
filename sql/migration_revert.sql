-- revert(): the last one, or all after a target; whole, written down, and ready to be applied again.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE VIEW rev_runs AS
    SELECT version, action, state, statements AS done, failed_statement AS failed, sqlstate, standing
    FROM dbmig.migration_run ORDER BY run_id;
CALL dbmig.revert();
SELECT dbmig.register_migration('1', 'CREATE TABLE rev_1 (i int)', 'DROP TABLE rev_1', 'one');
SELECT dbmig.register_migration('2', 'CREATE TABLE rev_2 (i int)', 'DROP TABLE rev_2; INSERT INTO rev_1 VALUES (2)', 'two');
SELECT dbmig.register_migration('3', 'CREATE TABLE rev_3 (i int); INSERT INTO rev_3 VALUES (1)', name => 'three');
SELECT dbmig.register_migration('4', 'CREATE TABLE rev_4 (i int)', 'DROP TABLE rev_4', 'four');
CALL dbmig.revert();
CALL dbmig.revert('1');
CALL dbmig.revert('9');
CALL dbmig.migrate();

-- the last one
CALL dbmig.revert();
SELECT version, state, applied_at, sqlstate FROM dbmig.migration_status WHERE version = '4';
SELECT to_regclass('rev_4');
SELECT current_version, state, applied, pending FROM dbmig.migration_summary();
-- no way back: refused before anything is reverted
CALL dbmig.revert();
CALL dbmig.migrate();
CALL dbmig.revert('1');
SELECT version, state FROM dbmig.migration_status;
-- the way back may be added to an applied migration
SELECT dbmig.register_migration('3', 'CREATE TABLE rev_3 (i int); INSERT INTO rev_3 VALUES (1)', 'DROP TABLE rev_3', 'three');
CALL dbmig.revert('1');
SELECT version, state FROM dbmig.migration_status;
SELECT * FROM rev_1;
-- the target is kept; nothing more to do
CALL dbmig.revert('1');
-- and forth again
CALL dbmig.migrate('3');
SELECT version, state FROM dbmig.migration_status;

-- a failing way back is rolled back whole; the migration stays applied
SELECT dbmig.register_migration('3', 'CREATE TABLE rev_3 (i int); INSERT INTO rev_3 VALUES (1)', E'DELETE FROM rev_3;\nDROP TABLE rev_9', 'three');
CALL dbmig.revert();
SELECT * FROM rev_3;
SELECT version, state, sqlstate, error FROM dbmig.migration_status WHERE version = '3';
SELECT state, detail FROM dbmig.migration_summary();
-- the reverts before it are kept
CALL dbmig.migrate();
CALL dbmig.revert('1');
SELECT version, state FROM dbmig.migration_status;
SELECT dbmig.repair('3');
SELECT version, state, sqlstate FROM dbmig.migration_status WHERE version = '3';

-- a way back that is not transactional stops half-way, and goes on there
SELECT dbmig.register_migration('3', 'CREATE TABLE rev_3 (i int); INSERT INTO rev_3 VALUES (1)', 'INSERT INTO rev_1 VALUES (3); VACUUM rev_9; DROP TABLE rev_3', 'three');
CALL dbmig.revert();
SELECT version, state, sqlstate FROM dbmig.migration_status WHERE version = '3';
SELECT state, applied, failed, detail FROM dbmig.migration_summary();
CALL dbmig.migrate();
SELECT dbmig.register_migration('3', 'CREATE TABLE rev_3 (i int); INSERT INTO rev_3 VALUES (1)', 'INSERT INTO rev_1 VALUES (3); VACUUM rev_1; DROP TABLE rev_3', 'three');
CALL dbmig.revert();
SELECT version, state, sqlstate FROM dbmig.migration_status WHERE version = '3';
SELECT * FROM rev_1 ORDER BY i;
SELECT * FROM rev_runs WHERE version = '3';

-- one that was forgotten by the plan cannot be reverted, nor what lies below it
CALL dbmig.migrate();
DELETE FROM dbmig.migration WHERE version = '4';
CALL dbmig.revert();
CALL dbmig.revert('1');
SELECT version, state FROM dbmig.migration_status;
SELECT dbmig.register_migration('4', 'CREATE TABLE rev_4 (i int)', 'DROP TABLE rev_4', 'four');
CALL dbmig.revert('2');
CALL dbmig.revert();
CALL dbmig.revert();
CALL dbmig.revert();
SELECT version, state, out_of_order FROM dbmig.migration_status;
SELECT relname FROM pg_class WHERE relname LIKE 'rev\__';
SELECT state, applied, pending, current_version FROM dbmig.migration_summary();
-- a reverted text may change
SELECT dbmig.register_migration('2', 'CREATE TABLE rev_2 (i bigint)', 'DROP TABLE rev_2', 'two');
SET client_min_messages = warning;
CALL dbmig.migrate('2');
SELECT version, state FROM dbmig.migration_status;
DROP TABLE rev_1, rev_2;
DROP VIEW rev_runs;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
