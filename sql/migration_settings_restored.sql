-- What a text sets is in force to its end, and gone afterwards; the history is written as the caller.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE ROLE regress_dbmig_set;
CREATE SCHEMA setr;
GRANT ALL ON SCHEMA setr TO regress_dbmig_set;
CREATE TABLE setr.fk (i int PRIMARY KEY);
CREATE TABLE setr.fkc (i int REFERENCES setr.fk);
SET myapp.tenant = 'before';
CREATE VIEW setr.session AS
    SELECT current_setting('search_path') AS path, CURRENT_USER = 'regress_dbmig_set' AS other_role,
           current_setting('session_replication_role') AS replication, current_setting('lock_timeout') AS lock,
           current_setting('statement_timeout') AS statement, current_setting('default_transaction_read_only') AS ro,
           current_setting('myapp.tenant', true) AS tenant, current_setting('standard_conforming_strings') AS strings,
           current_setting('client_min_messages') AS messages, current_setting('row_security') AS rls;
GRANT SELECT ON setr.session TO regress_dbmig_set;
CREATE VIEW setr.history AS
    SELECT version, action, state, executed_by = CURRENT_USER AS me, statements, standing FROM dbmig.migration_run ORDER BY run_id;
SELECT * FROM setr.session;

-- everything at once
SELECT dbmig.register_migration('1', $$SET search_path = setr;
SET session_replication_role = replica;
INSERT INTO fkc VALUES (1);
SET lock_timeout = '7s';
SET statement_timeout = '1min';
SET row_security = off;
SELECT set_config('myapp.tenant', 'inside', false);
SET LOCAL work_mem = '1MB';
SET default_transaction_read_only = on;
SET transaction_read_only = on;
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SELECT 'it\'s; on';
SET client_min_messages = error;
DO $x$BEGIN RAISE NOTICE 'not heard'; END$x$;
SET TIME ZONE 'Asia/Tokyo';
$$);
-- another role
SELECT dbmig.register_migration('2', $$SET ROLE regress_dbmig_set;
CREATE TABLE setr.owned AS SELECT path, other_role, tenant FROM setr.session;$$);
SELECT dbmig.register_migration('3', $$SET SESSION AUTHORIZATION regress_dbmig_set; CREATE TABLE setr.owned2 ()$$);
-- the text after it sees nothing of that
SELECT dbmig.register_migration('4', $$CREATE TABLE setr.after AS SELECT *, current_setting('TimeZone') = 'Asia/Tokyo' AS tokyo FROM setr.session; INSERT INTO setr.fkc SELECT NULL$$);
CALL dbmig.migrate();
SELECT * FROM setr.session;
SELECT current_setting('TimeZone') = 'Asia/Tokyo' AS tokyo, SESSION_USER = CURRENT_USER AS same;
SELECT * FROM setr.history;
SELECT path, other_role, replication, lock, ro, tenant, tokyo FROM setr.after;
SELECT * FROM setr.owned;
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relname IN ('owned', 'owned2') ORDER BY 1;
SELECT i FROM setr.fkc ORDER BY i;

-- the same when it fails
SELECT dbmig.register_migration('5', $$SET search_path = setr; SET ROLE regress_dbmig_set; SET lock_timeout = '7s';
SELECT set_config('myapp.tenant', 'inside', false); SET session_authorization = regress_dbmig_set; SELECT 1/0$$);
CALL dbmig.migrate();
SELECT * FROM setr.session;
SELECT * FROM setr.history WHERE version = '5';
-- and in a block
BEGIN;
SET LOCAL search_path = setr, public;
SELECT dbmig.register_migration('5', $$SET search_path = pg_catalog; SET ROLE regress_dbmig_set; SET lock_timeout = '7s';
SELECT set_config('myapp.tenant', 'inside', false); SET default_transaction_read_only = on$$);
CALL dbmig.migrate();
SELECT path, other_role, lock, ro, tenant FROM session;
CREATE TABLE setr.writable ();
COMMIT;
SELECT * FROM setr.session;
SELECT * FROM setr.history WHERE version = '5';
-- a role that may not write the history
SELECT dbmig.register_migration('6', 'SET ROLE regress_dbmig_set; SELECT CURRENT_USER', 'SET ROLE regress_dbmig_set; CREATE TABLE setr.owned3 ()');
CALL dbmig.migrate();
CALL dbmig.revert();
SELECT * FROM setr.history WHERE version = '6';
-- the worker's text the same
SELECT dbmig.register_migration('6', 'SET ROLE regress_dbmig_set; SET search_path = setr; CREATE TABLE owned4 (); SET SESSION AUTHORIZATION regress_dbmig_set; CREATE TABLE owned5 ()', transactional => false);
CALL dbmig.migrate();
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relname LIKE 'owned_' ORDER BY 1;
SELECT * FROM setr.history WHERE version = '6';
SELECT * FROM setr.session;

-- dbmig's own settings in a text, and constraints made deferred
SELECT dbmig.register_migration('7', $$SET dbmig.lock_timeout = 0; SET CONSTRAINTS ALL DEFERRED; SELECT 7$$);
CALL dbmig.migrate();
SHOW dbmig.lock_timeout;
RESET myapp.tenant;
SET client_min_messages = warning;
DROP SCHEMA setr CASCADE;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP ROLE regress_dbmig_set;
