-- repair(): what it does to a migration in each state.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE VIEW rep_states AS SELECT version, state, sqlstate, error FROM dbmig.migration_status;
CREATE VIEW rep_runs AS
    SELECT version, action, state, standing, r.checksum = m.checksum AS same_text
    FROM dbmig.migration_run r LEFT JOIN dbmig.migration m USING (version) ORDER BY run_id DESC LIMIT 1;
SELECT dbmig.repair(NULL);
SELECT dbmig.repair('1');
SELECT dbmig.register_migration('1', 'CREATE TABLE rep_1 (); ', 'DROP TABLE rep_1', 'one');
SELECT dbmig.register_migration('2', 'CREATE TABLE rep_2 (i int); VACUUM rep_2; VACUUM rep_3; CREATE TABLE rep_4 ()', name => 'two');

-- pending, applied: nothing to do
SELECT dbmig.repair('1');
CALL dbmig.migrate('1');
SELECT dbmig.repair('1');
SELECT count(*) FROM dbmig.migration_run;
-- failed: pending again, and from its first statement
CALL dbmig.migrate();
SELECT * FROM rep_states;
SELECT dbmig.repair('2');
SELECT * FROM rep_states;
SELECT * FROM rep_runs;
CALL dbmig.migrate();
DROP TABLE rep_2;
SELECT dbmig.repair('2');
SELECT dbmig.register_migration('2', 'CREATE TABLE rep_2 (i int); CREATE TABLE rep_4 ()', 'DROP TABLE rep_2, rep_4', name => 'two');
CALL dbmig.migrate();
SELECT * FROM rep_states;
-- modified: the registered text counts as applied
SELECT dbmig.register_migration('2', 'CREATE TABLE rep_2 (i int); CREATE TABLE rep_4 (); -- better', 'DROP TABLE rep_2, rep_4', 'two');
SET dbmig.accept_modified = on;
SELECT dbmig.register_migration('2', 'CREATE TABLE rep_2 (i int); CREATE TABLE rep_4 (); -- better', 'DROP TABLE rep_2, rep_4', 'two');
RESET dbmig.accept_modified;
SELECT * FROM rep_states;
CALL dbmig.migrate();
SELECT dbmig.repair('2');
SELECT * FROM rep_states;
SELECT * FROM rep_runs;
SELECT version, applied_at = (SELECT max(finished_at) FROM dbmig.migration_run WHERE action = 'apply') AS when_applied
FROM dbmig.migration_status WHERE version = '2';
SELECT dbmig.repair('2');
-- reverted: nothing to do
CALL dbmig.revert();
SELECT dbmig.repair('2');
CALL dbmig.migrate();
-- a failed revert: applied
SELECT dbmig.register_migration('2', 'CREATE TABLE rep_2 (i int); CREATE TABLE rep_4 (); -- better', 'DROP TABLE rep_2; VACUUM rep_4; VACUUM nowhere', 'two');
CALL dbmig.revert();
SELECT * FROM rep_states;
CREATE TABLE rep_2 ();
SELECT dbmig.repair('2');
SELECT * FROM rep_runs;
SELECT * FROM rep_states;
-- it begins anew, as the repair said
CALL dbmig.revert();
SELECT failed_statement, statements FROM dbmig.migration_run WHERE action = 'revert' ORDER BY run_id DESC LIMIT 1;
SELECT dbmig.repair('2');
-- missing: forgotten, and new when it comes again
DELETE FROM dbmig.migration WHERE version = '2';
SELECT * FROM rep_states;
SELECT dbmig.repair('2');
SELECT * FROM rep_runs;
SELECT * FROM rep_states;
SELECT dbmig.repair('2');
SELECT dbmig.register_migration('2', 'CREATE TABLE rep_5 ()');
SELECT * FROM rep_states;
CALL dbmig.migrate();
SELECT * FROM rep_states;
-- baselined: nothing to do
SELECT dbmig.register_migration('3', 'SELECT 3', name => 'three');
SELECT dbmig.baseline('3');
SELECT dbmig.repair('3');
-- in a transaction that is rolled back nothing is repaired
SELECT dbmig.register_migration('4', 'SELECT 1/0', name => 'four');
CALL dbmig.migrate();
BEGIN;
SELECT dbmig.repair('4');
ROLLBACK;
SELECT * FROM rep_states;
SELECT object, state, sqlstate FROM dbmig.journal WHERE action = 'repair' ORDER BY journal_id;
SET client_min_messages = warning;
DROP TABLE rep_1, rep_4, rep_5;
DROP VIEW rep_states, rep_runs;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
