-- Who may do what: PUBLIC reads states but no texts; roles with the GRANTs work under their own rights.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE ROLE regress_dbmig_nobody;
CREATE ROLE "regress_dbmig_Odd ""name.";
CREATE SCHEMA priv;
GRANT ALL ON SCHEMA priv TO "regress_dbmig_Odd ""name.";
CREATE TABLE priv.mine (i int);
SELECT dbmig.register_migration('1', 'CREATE TABLE priv.one ()', 'DROP TABLE priv.one', 'one');
SELECT dbmig.register_migration('2', 'SELECT ''secret''::int', name => 'two');
CALL dbmig.migrate();

-- what PUBLIC may call and read
SELECT p.proname, has_function_privilege('regress_dbmig_nobody', p.oid, 'EXECUTE') AS public, p.prosecdef AS definer
FROM pg_proc p WHERE p.pronamespace = 'dbmig'::regnamespace ORDER BY 1;
SELECT relname, relkind, has_table_privilege('regress_dbmig_nobody', oid, 'SELECT') AS reads,
       has_any_column_privilege('regress_dbmig_nobody', oid, 'SELECT') AS columns,
       has_table_privilege('regress_dbmig_nobody', oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS writes
FROM pg_class WHERE relnamespace = 'dbmig'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1;
SET ROLE regress_dbmig_nobody;
SELECT version, name, state, sqlstate, error FROM dbmig.migration_status;
SELECT state, detail FROM dbmig.migration_summary();
SELECT dbmig.assert_migrated();
SELECT count(*) FROM dbmig.progress;
SELECT version, name, transactional FROM dbmig.migration ORDER BY version;
SELECT up_sql FROM dbmig.migration;
SELECT version, state, sqlstate FROM dbmig.migration_run ORDER BY run_id;
SELECT error FROM dbmig.migration_run;
SELECT error_detail FROM dbmig.migration_run;
SELECT * FROM dbmig.journal;
SELECT dbmig.register_migration('3', 'SELECT 1');
SELECT * FROM dbmig.register_directory('/nowhere');
CALL dbmig.migrate();
CALL dbmig.revert();
SELECT dbmig.baseline('1');
SELECT dbmig.repair('1');
RESET ROLE;

-- EXECUTE alone: the error names the GRANTs, and these do
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA dbmig TO "regress_dbmig_Odd ""name.";
SET ROLE "regress_dbmig_Odd ""name.";
SELECT dbmig.register_migration('3', 'SELECT 1');
CALL dbmig.migrate();
BEGIN;
CALL dbmig.migrate();
ROLLBACK;
CALL dbmig.revert();
SELECT dbmig.baseline('2');
SELECT dbmig.repair('2');
SELECT * FROM dbmig.register_directory('/nowhere');
RESET ROLE;
GRANT SELECT ON dbmig.migration TO "regress_dbmig_Odd ""name."; GRANT SELECT, INSERT, UPDATE ON dbmig.migration_run TO "regress_dbmig_Odd ""name."; GRANT INSERT ON dbmig.journal TO "regress_dbmig_Odd ""name.";
SET ROLE "regress_dbmig_Odd ""name.";
SELECT version, state, error FROM dbmig.migration_status WHERE version = '2';
SELECT dbmig.repair('2');
SELECT dbmig.register_migration('3', 'SELECT 1');
RESET ROLE;
GRANT SELECT, INSERT, UPDATE ON dbmig.migration TO "regress_dbmig_Odd ""name."; GRANT INSERT ON dbmig.journal TO "regress_dbmig_Odd ""name.";
SET ROLE "regress_dbmig_Odd ""name.";
SELECT dbmig.register_migration('2', 'CREATE TABLE priv.two ()', 'DROP TABLE priv.two');
SELECT dbmig.register_migration('3', 'INSERT INTO priv.mine VALUES (3)');
-- under its own rights
CALL dbmig.migrate();
BEGIN;
CALL dbmig.migrate();
ROLLBACK;
SELECT dbmig.register_migration('3', 'VACUUM priv.two; INSERT INTO priv.mine VALUES (3)');
CALL dbmig.migrate();
RESET ROLE;
GRANT INSERT ON priv.mine TO "regress_dbmig_Odd ""name.";
SET ROLE "regress_dbmig_Odd ""name.";
CALL dbmig.migrate();
SELECT version, state, executed_by = CURRENT_USER AS me FROM dbmig.migration_status;
RESET ROLE;
SELECT relname, nullif(pg_get_userbyid(relowner), CURRENT_USER) AS owner FROM pg_class WHERE relnamespace = 'priv'::regnamespace ORDER BY 1;
SELECT version, action, state, executed_by, sqlstate FROM dbmig.migration_run WHERE version = '3' ORDER BY run_id;
SELECT version, nullif(registered_by, CURRENT_USER) AS registered_by FROM dbmig.migration ORDER BY version COLLATE "C";
SELECT executed_by, action, object FROM dbmig.journal WHERE executed_by <> CURRENT_USER ORDER BY journal_id;
-- what another has made it cannot revert
SET ROLE "regress_dbmig_Odd ""name.";
SELECT dbmig.register_migration('3', 'VACUUM priv.two; INSERT INTO priv.mine VALUES (3)', 'SELECT 3');
CALL dbmig.revert('1');
CALL dbmig.revert();
SELECT version, state, sqlstate FROM dbmig.migration_status;
-- the history is closed to it as to all
UPDATE dbmig.migration_run SET error = NULL;
DELETE FROM dbmig.migration_run;
RESET ROLE;
DELETE FROM dbmig.migration_run;
TRUNCATE dbmig.migration_run;
\set VERBOSITY terse
INSERT INTO dbmig.migration_run (version, action, state) VALUES ('9', 'apply', 'perhaps');
\set VERBOSITY default
SET client_min_messages = warning;
DROP SCHEMA priv CASCADE;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP ROLE regress_dbmig_nobody, "regress_dbmig_Odd ""name.";
