-- Texts that attack dbmig itself: each ends in a clear error or works, and the history stays true.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE TABLE hostile_t (i int);
SELECT dbmig.register_migration('1', 'INSERT INTO hostile_t VALUES (1)', 'DELETE FROM hostile_t');
CALL dbmig.migrate();

-- dropping what runs it
SELECT dbmig.register_migration('2', 'INSERT INTO hostile_t VALUES (2); DROP EXTENSION dbmig CASCADE;');
CALL dbmig.migrate();
SELECT * FROM hostile_t;
SELECT version, state, sqlstate FROM dbmig.migration_status;
SELECT dbmig.register_migration('2', 'INSERT INTO hostile_t VALUES (2); DROP SCHEMA dbmig CASCADE;');
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;
BEGIN;
CALL dbmig.migrate();
ROLLBACK;
SELECT * FROM hostile_t;
-- at top level, in a worker
SELECT dbmig.register_migration('2', 'DROP EXTENSION dbmig CASCADE', transactional => false);
\set VERBOSITY sqlstate
CALL dbmig.migrate();
\set VERBOSITY default
SELECT version, state, sqlstate FROM dbmig.migration_status;
-- dropping and making it again
SELECT dbmig.register_migration('2', 'DROP EXTENSION dbmig CASCADE; CREATE EXTENSION dbmig;');
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;
SELECT dbmig.register_migration('2', 'ALTER TABLE dbmig.migration_run RENAME TO other');
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;

-- changing the history
SELECT dbmig.register_migration('2', 'DELETE FROM dbmig.migration_run');
CALL dbmig.migrate();
SELECT dbmig.register_migration('2', 'TRUNCATE dbmig.migration_run');
CALL dbmig.migrate();
SELECT dbmig.register_migration('2', 'UPDATE dbmig.migration_run SET error = ''all is well'' WHERE state = ''failed''');
CALL dbmig.migrate();
SELECT dbmig.register_migration('2', 'SET session_replication_role = replica; DELETE FROM dbmig.migration_run');
CALL dbmig.migrate();
SELECT dbmig.register_migration('2', 'UPDATE dbmig.migration_run SET state = ''succeeded'', standing = ''reverted'' WHERE state = ''running''; SELECT 1/0');
CALL dbmig.migrate();
SELECT dbmig.register_migration('2', 'UPDATE dbmig.migration_run SET state = ''succeeded'', standing = ''reverted'' WHERE state = ''running''');
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;
-- leaving the plan while it runs
SELECT dbmig.register_migration('2', 'DELETE FROM dbmig.migration WHERE version <> ''2''');
SELECT dbmig.register_migration('3', 'SELECT 3');
CALL dbmig.migrate();
SELECT version FROM dbmig.migration ORDER BY version;
SELECT version, state, sqlstate FROM dbmig.migration_status;
SELECT dbmig.register_migration('1', 'INSERT INTO hostile_t VALUES (1)', 'DELETE FROM hostile_t');

-- calling the runner from inside
SELECT dbmig.register_migration('3', 'INSERT INTO hostile_t VALUES (3); CALL dbmig.migrate()');
CALL dbmig.migrate();
SELECT dbmig.register_migration('3', 'INSERT INTO hostile_t VALUES (3); DO $$BEGIN CALL dbmig.revert(); END$$');
CALL dbmig.migrate();
SELECT dbmig.register_migration('3', 'CALL dbmig.migrate()', transactional => false);
CALL dbmig.migrate();
SELECT dbmig.register_migration('3', 'SELECT dbmig.baseline(''3'')', transactional => false);
SET dbmig.lock_retries = 1;
CALL dbmig.migrate();
RESET dbmig.lock_retries;
SELECT dbmig.register_migration('3', 'SELECT dbmig.baseline(''3''), dbmig.repair(''3'')');
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;
-- registering from inside is fine
SELECT dbmig.register_migration('3', 'SELECT dbmig.register_migration(''4'', ''INSERT INTO hostile_t VALUES (4)'')');
CALL dbmig.migrate();
SELECT version, state FROM dbmig.migration_status;

-- giving the lock away
SELECT dbmig.register_migration('5', 'SELECT pg_advisory_unlock_all(); INSERT INTO hostile_t VALUES (5)');
SELECT dbmig.register_migration('6', 'SELECT pg_advisory_unlock_all()', transactional => false);
SELECT dbmig.register_migration('7', 'INSERT INTO hostile_t VALUES (7)');
CALL dbmig.migrate();
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
-- notices by the thousand
SET client_min_messages = error;
SELECT dbmig.register_migration('8', 'DO $$BEGIN FOR n IN 1..2000 LOOP RAISE NOTICE ''%'', repeat(n::text, 20); END LOOP; END$$');
SELECT dbmig.register_migration('9', 'SET client_min_messages = notice; DO $$BEGIN FOR n IN 1..2000 LOOP RAISE NOTICE ''%'', repeat(n::text, 20); END LOOP; END$$', transactional => false);
CALL dbmig.migrate();
SELECT version, state FROM dbmig.migration_status WHERE version > '4';
SELECT * FROM hostile_t ORDER BY i;
-- operators and functions that shadow the server's own
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE 'shadowed'; END$$;
CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.eq);
CREATE FUNCTION hostile.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN RAISE 'shadowed'; END$$;
SET search_path = hostile, pg_catalog;
SELECT dbmig.register_migration('91', 'SELECT 1', 'SELECT 2');
SELECT dbmig.register_migration('92', 'SELECT 1; VACUUM hostile_t', 'SELECT 2');
CALL dbmig.migrate('91');
SET search_path = hostile, pg_catalog, public;
CALL dbmig.migrate();
SELECT dbmig.repair('91');
CALL dbmig.revert('91');
SELECT state FROM dbmig.migration_summary();
RESET search_path;
SELECT version, state FROM dbmig.migration_status WHERE length(version) = 2;
DROP SCHEMA hostile CASCADE;
DROP TABLE hostile_t;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
