-- baseline(): what a database has already is recorded as present, and not run.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
SELECT dbmig.baseline('3');
SELECT dbmig.baseline(NULL);
CREATE TABLE base_1 (i int);
SELECT dbmig.register_migration('1', 'CREATE TABLE base_1 (i int)', 'DROP TABLE base_1');
SELECT dbmig.register_migration('2', 'CREATE TABLE base_1 (i bigint)');
SELECT dbmig.register_migration('3', 'CREATE INDEX CONCURRENTLY base_i ON base_1 (i)');
SELECT dbmig.register_migration('4', 'CREATE TABLE base_4 ()');
SELECT dbmig.register_migration('10', 'CREATE TABLE base_10 ()');
SELECT dbmig.baseline('3');
SELECT version, state, applied_at IS NOT NULL AS applied, executed_by = CURRENT_USER AS me, out_of_order
FROM dbmig.migration_status;
SELECT version, action, state, standing, statements, r.checksum = m.checksum AS same_text
FROM dbmig.migration_run r JOIN dbmig.migration m USING (version) ORDER BY run_id;
SELECT action, object, state FROM dbmig.journal WHERE action <> 'register' ORDER BY journal_id;
SELECT state, applied, pending, current_version FROM dbmig.migration_summary();
-- again: nothing more
SELECT dbmig.baseline('3');
SELECT dbmig.baseline('1');
CALL dbmig.migrate();
SELECT version, state FROM dbmig.migration_status;
SELECT dbmig.baseline('10');
SELECT state FROM dbmig.migration_summary();
-- a baselined text is bound like an applied one, and can be taken back
SELECT dbmig.register_migration('2', 'CREATE TABLE base_1 (i numeric)');
CALL dbmig.revert('1');
SELECT dbmig.register_migration('2', 'CREATE TABLE base_1 (i bigint)', 'SELECT 2');
SELECT dbmig.register_migration('3', 'CREATE INDEX CONCURRENTLY base_i ON base_1 (i)', 'SELECT 3');
SELECT dbmig.register_migration('4', 'CREATE TABLE base_4 ()', 'DROP TABLE base_4');
SELECT dbmig.register_migration('10', 'CREATE TABLE base_10 ()', 'DROP TABLE base_10');
CALL dbmig.revert('2');
CALL dbmig.revert('1');
CALL dbmig.revert();
SELECT version, state FROM dbmig.migration_status;
SELECT to_regclass('base_1');
-- over a failed one
SELECT dbmig.register_migration('1', 'CREATE TABLE base_1 (i nonsense)');
CALL dbmig.migrate();
SELECT dbmig.baseline('2');
SELECT version, state, sqlstate FROM dbmig.migration_status;
-- rolled back with its transaction
BEGIN;
SELECT dbmig.baseline('10');
ROLLBACK;
SELECT version, state FROM dbmig.migration_status;
-- a migration that came late below is added by the next baseline
SELECT dbmig.register_migration('1.5', 'SELECT 1');
SELECT dbmig.baseline('2');
SELECT version, state FROM dbmig.migration_status;
-- not registered
SELECT dbmig.baseline('5');
SELECT dbmig.baseline('');
DELETE FROM dbmig.migration WHERE version = '2';
SELECT dbmig.baseline('2');
SELECT version, state FROM dbmig.migration_status;
BEGIN READ ONLY;
SELECT dbmig.baseline('10');
ROLLBACK;
SET client_min_messages = warning;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
