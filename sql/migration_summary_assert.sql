-- migration_summary() and assert_migrated(), for health endpoints: one SQLSTATE per state.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
\x auto
CREATE FUNCTION sum_gate() RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
    PERFORM dbmig.assert_migrated();
    RETURN 'good';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, detail, hint);
END $$;
CREATE VIEW sums AS
    SELECT state, applied, pending, failed, modified, current_version AS current,
           last_applied_at = (SELECT max(finished_at) FROM dbmig.migration_run WHERE standing IN ('applied', 'baselined') AND action <> 'repair') AS last,
           detail
    FROM dbmig.migration_summary();
\pset format unaligned
-- nothing at all
SELECT * FROM sums;
SELECT sum_gate();
-- unmigrated
SELECT dbmig.register_migration('1', 'SELECT 1', 'SELECT 1', 'one');
SELECT dbmig.register_migration('2', 'SELECT 2', name => 'two');
SELECT * FROM sums;
SELECT sum_gate();
-- pending
CALL dbmig.migrate('1');
SELECT * FROM sums;
SELECT sum_gate();
-- current
CALL dbmig.migrate();
SELECT * FROM sums;
SELECT sum_gate();
SELECT dbmig.assert_migrated();
-- failed, with another pending behind it
SELECT dbmig.register_migration('3', 'SELECT 1/0', name => 'three');
SELECT dbmig.register_migration('4', 'SELECT 4', name => 'four');
CALL dbmig.migrate();
SELECT * FROM sums;
SELECT sum_gate();
SELECT dbmig.assert_migrated();
SELECT dbmig.register_migration('3', 'SELECT 3', name => 'three');
SELECT * FROM sums;
-- running: seen from inside
SELECT dbmig.register_migration('4', 'CREATE TABLE sum_inside AS SELECT state, applied, pending, failed, regexp_replace(detail, ''process \d+'', ''process N'') AS detail, sum_gate() ~ ''MG005'' AS gate FROM dbmig.migration_summary()', name => 'four');
CALL dbmig.migrate();
SELECT * FROM sum_inside;
SELECT * FROM sums;
-- modified
SET dbmig.accept_modified = on;
SELECT dbmig.register_migration('2', 'SELECT 22', name => 'two');
RESET dbmig.accept_modified;
SELECT * FROM sums;
SELECT sum_gate();
SELECT dbmig.repair('2');
SELECT sum_gate();
-- missing is told, but no reason to stop: an older release may still run
DELETE FROM dbmig.migration WHERE version = '4';
SELECT * FROM sums;
SELECT sum_gate();
-- all reverted is unmigrated again
DELETE FROM dbmig.migration WHERE version > '1';
SELECT dbmig.repair(version) FROM dbmig.migration_status WHERE state = 'missing' ORDER BY version;
CALL dbmig.revert();
SELECT * FROM sums;
SELECT sum_gate();
-- baselined is as good as applied
SELECT dbmig.baseline('1');
SELECT * FROM sums;
SELECT sum_gate();
SET client_min_messages = warning;
DROP TABLE sum_inside;
DROP VIEW sums;
DROP FUNCTION sum_gate;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
