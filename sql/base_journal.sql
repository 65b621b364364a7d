-- The journal: everything that was done, with its state; and progress, empty when nothing runs.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
SELECT count(*) FROM dbmig.journal;
SELECT dbmig.register_migration('1', 'CREATE TABLE jour_1 ()', 'DROP TABLE jour_1');
SELECT dbmig.register_migration('1', 'CREATE TABLE jour_1 ()', 'DROP TABLE jour_1');
SELECT dbmig.register_migration('2', 'SELECT 1/0');
SELECT dbmig.register_migration('3', 'SELECT 3');
SELECT dbmig.register_migration('x', 'SELEC');
CALL dbmig.migrate();
SELECT dbmig.repair('2');
SELECT dbmig.register_migration('2', 'SELECT 1; VACUUM jour_1; SELECT 1/0');
CALL dbmig.migrate();
SELECT dbmig.register_migration('2', 'SELECT 1; VACUUM jour_1; SELECT 1');
CALL dbmig.migrate('2');
SELECT dbmig.baseline('3');
CALL dbmig.revert();
SELECT dbmig.register_migration('3', 'SELECT 3', 'SELECT 3');
CALL dbmig.revert();
BEGIN;
CALL dbmig.migrate();
ROLLBACK;
SELECT part, action, object, state, sqlstate, error, detail -> 'statements' AS statements,
       started_at <= finished_at AS ends, executed_by = CURRENT_USER AS me
FROM dbmig.journal ORDER BY journal_id;
-- each run of the history is in it
SELECT j.journal_id IS NOT NULL AS told, r.started_at = j.started_at AS began, count(*)
FROM dbmig.migration_run r LEFT JOIN dbmig.journal j ON (j.detail ->> 'run_id')::bigint = r.run_id
GROUP BY 1, 2 ORDER BY 1, 2;
-- what belongs to a transaction that is rolled back is not there
BEGIN;
SELECT dbmig.register_migration('4', 'SELECT 4');
ROLLBACK;
SELECT count(*) FROM dbmig.journal WHERE object = '4';
\set VERBOSITY terse
INSERT INTO dbmig.journal (part, action, state, started_at) VALUES ('x', 'y', 'perhaps', now());
\set VERBOSITY default

-- progress
SELECT * FROM dbmig.progress;
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'dbmig' AND table_name = 'progress' ORDER BY ordinal_position;
CREATE VIEW jour_progress AS SELECT task, object, phase, done, total, unit, started_at <= clock_timestamp() AS began, eta IS NULL AS no_eta, pid = pg_backend_pid() AS mine FROM dbmig.progress;
SELECT dbmig.register_migration('5', 'CREATE TABLE jour_seen AS SELECT * FROM jour_progress');
SELECT dbmig.register_migration('6', 'SELECT 1; INSERT INTO jour_seen SELECT * FROM jour_progress', transactional => false);
SELECT dbmig.register_migration('7', 'INSERT INTO jour_seen SELECT * FROM jour_progress', 'INSERT INTO jour_seen SELECT * FROM jour_progress');
CALL dbmig.migrate();
SELECT * FROM jour_progress;
CALL dbmig.revert();
BEGIN;
CALL dbmig.migrate();
COMMIT;
SELECT task, object, done, total, unit, began, mine FROM jour_seen;
-- gone after a failure and after an advisory unlock, and a stranger's lock does no harm
SELECT dbmig.register_migration('8', 'SELECT pg_advisory_unlock_all(); SELECT 1/0');
CALL dbmig.migrate();
SELECT count(*) FROM dbmig.progress;
SELECT pg_advisory_lock(1684172144, n) FROM (VALUES (0), (1), (-1), (123456789)) v (n);
SELECT count(*) FROM dbmig.progress;
SELECT pg_advisory_unlock_all();
SET client_min_messages = warning;
DROP TABLE jour_1, jour_seen;
DROP VIEW jour_progress;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
