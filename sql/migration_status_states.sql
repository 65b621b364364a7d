-- The view migration_status: all eight states, and what goes with each.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
SELECT * FROM dbmig.migration_status;
CREATE VIEW stat AS
    SELECT version, name, state, applied_at IS NOT NULL AS at, duration >= '0' AS took, executed_by = CURRENT_USER AS me,
           out_of_order AS disorder, sqlstate, error
    FROM dbmig.migration_status;
SELECT dbmig.register_migration('01', 'SELECT 1', name => 'baselined');
SELECT dbmig.register_migration('02', 'SELECT 2', name => 'applied');
SELECT dbmig.register_migration('03', 'SELECT 3', name => 'modified');
SELECT dbmig.register_migration('04', 'SELECT 4', name => 'missing');
SELECT dbmig.register_migration('05', 'SELECT 5', 'SELECT 5', name => 'reverted');
SELECT * FROM stat;
SELECT dbmig.baseline('01');
CALL dbmig.migrate();
CALL dbmig.revert();
DELETE FROM dbmig.migration WHERE version = '04';
SET dbmig.accept_modified = on;
SELECT dbmig.register_migration('03', 'SELECT 33', name => 'modified');
RESET dbmig.accept_modified;
SELECT dbmig.register_migration('06', 'SELECT 1/0', name => 'failed');
SELECT dbmig.register_migration('07', 'SELECT 7', name => 'pending');
SELECT dbmig.register_migration('02.5', 'SELECT 25', name => 'late');
CALL dbmig.migrate('06');
SELECT * FROM stat;
-- the ninth is running: seen from inside
SELECT dbmig.register_migration('06', 'CREATE TABLE stat_inside AS SELECT version, state FROM dbmig.migration_status', name => 'failed');
CALL dbmig.migrate('06');
SELECT * FROM stat_inside;
SELECT dbmig.register_migration('07', 'CREATE TABLE stat_worker AS SELECT version, state FROM dbmig.migration_status', name => 'pending', transactional => false);
CALL dbmig.migrate();
SELECT * FROM stat_worker WHERE version >= '06';
SELECT * FROM stat;
-- modified and missing go on as if nothing had happened when the text comes back
SELECT dbmig.register_migration('03', 'SELECT 3', name => 'modified');
SELECT dbmig.register_migration('04', 'SELECT 4', name => 'missing');
SELECT version, state FROM stat WHERE version IN ('03', '04');
-- a missing one that comes back with another text is modified
DELETE FROM dbmig.migration WHERE version = '04';
SELECT dbmig.register_migration('04', 'SELECT 44', name => 'missing');
SET dbmig.accept_modified = on;
SELECT dbmig.register_migration('04', 'SELECT 44', name => 'missing');
RESET dbmig.accept_modified;
SELECT version, state FROM stat WHERE version = '04';
-- one that only ever failed, then left the plan
SELECT dbmig.register_migration('08', 'SELECT 1/0');
CALL dbmig.migrate();
DELETE FROM dbmig.migration WHERE version = '08';
SELECT * FROM stat WHERE version = '08';
CALL dbmig.migrate();
SELECT dbmig.repair('08');
SELECT * FROM stat WHERE version = '08';
-- the same with effects that stay: it is told until it is repaired
SELECT dbmig.register_migration('09', 'CREATE TABLE stat_half (); VACUUM nowhere');
CALL dbmig.migrate();
DELETE FROM dbmig.migration WHERE version = '09';
SELECT * FROM stat WHERE version = '09';
SELECT failed, detail FROM dbmig.migration_summary();
SELECT dbmig.repair('09');
SELECT * FROM stat WHERE version = '09';
-- columns, and a reader in a read-only transaction
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'dbmig' AND table_name = 'migration_status' ORDER BY ordinal_position;
BEGIN READ ONLY;
SELECT count(*) FROM dbmig.migration_status;
SELECT state FROM dbmig.migration_summary();
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE;
SELECT count(*) FROM dbmig.migration_status;
COMMIT;
SELECT count(*) FROM dbmig.migration_status a JOIN dbmig.migration_status b USING (version);
SET client_min_messages = warning;
DROP TABLE stat_inside, stat_worker, stat_half;
DROP VIEW stat;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
