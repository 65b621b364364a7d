-- The worker's session is like the caller's: role, search_path, settings; not its temporary tables.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE ROLE regress_dbmig_wlogin;
CREATE ROLE "regress_dbmig_W ""q""";
GRANT regress_dbmig_wlogin TO "regress_dbmig_W ""q""";
CREATE SCHEMA "wsess A.b ""c""";
CREATE SCHEMA wsess;
GRANT ALL ON SCHEMA wsess, "wsess A.b ""c""" TO regress_dbmig_wlogin, "regress_dbmig_W ""q""";
GRANT SELECT ON dbmig.migration TO "regress_dbmig_W ""q""";
GRANT SELECT, INSERT, UPDATE ON dbmig.migration_run TO "regress_dbmig_W ""q""";
GRANT INSERT ON dbmig.journal TO "regress_dbmig_W ""q""";
GRANT EXECUTE ON PROCEDURE dbmig.migrate(text) TO "regress_dbmig_W ""q""";
CREATE TABLE wsess.seen (n int GENERATED ALWAYS AS IDENTITY, version text, name text, value text);
CREATE FUNCTION wsess.look(version text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO wsess.seen (version, name, value)
    SELECT version, v.name, v.value
    FROM (VALUES ('session_user', session_user::text), ('current_user', current_user::text),
                 ('search_path', current_setting('search_path')), ('schema', current_schema()::text),
                 ('TimeZone', current_setting('TimeZone')), ('DateStyle', current_setting('DateStyle')),
                 ('work_mem', current_setting('work_mem')), ('myapp.tenant', current_setting('myapp.tenant', true)),
                 ('application_name', current_setting('application_name')),
                 ('replication', current_setting('session_replication_role')),
                 ('read_only', current_setting('default_transaction_read_only')),
                 ('temp', to_regclass('pg_temp.wsess_temp')::text),
                 ('sequence', (SELECT setting FROM pg_settings WHERE name = 'dbmig.lock_timeout')),
                 ('block', (now() = statement_timestamp())::text)) v (name, value)
$$;
GRANT ALL ON ALL TABLES IN SCHEMA wsess TO PUBLIC;
SELECT dbmig.register_migration('1', 'SELECT wsess.look(''1''); CREATE TABLE made_by_1 ()', transactional => false);
SELECT dbmig.register_migration('2', 'SELECT wsess.look(''2''); CREATE TABLE made_by_2 ()', transactional => false);
SELECT dbmig.register_migration('2.1', 'SELECT wsess.look(''2.1''); CREATE TABLE made_by_3 ()', transactional => false);
SELECT dbmig.register_migration('2.2', 'SELECT wsess.look(''2.2''); CREATE TABLE made_by_4 ()');

CREATE TEMP TABLE wsess_temp (i int);
SET search_path = "wsess A.b ""c""", wsess, public;
SET timezone = 'Asia/Kolkata';
SET datestyle = 'German';
SET work_mem = '12345kB';
SET myapp.tenant = 'it''s "me", \ żółć';
SET application_name = 'wsess app';
SET dbmig.lock_timeout = '1s';
SET session_replication_role = replica;
CALL dbmig.migrate('1');
SELECT name, CASE value WHEN CURRENT_USER THEN 'me' ELSE value END AS value FROM wsess.seen WHERE version = '1' ORDER BY n;
SET session_replication_role = origin;
-- another role, with its own rights
SET SESSION AUTHORIZATION "regress_dbmig_W ""q""";
SET ROLE regress_dbmig_wlogin;
CALL dbmig.migrate('2');
RESET ROLE;
CALL dbmig.migrate('2');
RESET SESSION AUTHORIZATION;
GRANT SELECT ON dbmig.migration TO regress_dbmig_wlogin;
GRANT SELECT, INSERT, UPDATE ON dbmig.migration_run TO regress_dbmig_wlogin;
GRANT INSERT ON dbmig.journal TO regress_dbmig_wlogin;
GRANT EXECUTE ON PROCEDURE dbmig.migrate(text) TO regress_dbmig_wlogin;
SET SESSION AUTHORIZATION "regress_dbmig_W ""q""";
SET ROLE regress_dbmig_wlogin;
CALL dbmig.migrate('2.2');
SELECT CURRENT_USER;
RESET SESSION AUTHORIZATION;
SELECT version, name, value FROM wsess.seen
WHERE version > '1' AND name IN ('session_user', 'current_user', 'search_path') ORDER BY n;
SELECT relname, nspname, nullif(pg_get_userbyid(relowner), CURRENT_USER) AS owner FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relname LIKE 'made\_by\__' ORDER BY 1;
SELECT version, state, nullif(executed_by, CURRENT_USER) AS executed_by FROM dbmig.migration_status;
SELECT action, object, nullif(executed_by, CURRENT_USER) AS executed_by FROM dbmig.journal WHERE action = 'apply' ORDER BY journal_id;

-- what the text sets is in force for what follows, also after a resume
SELECT dbmig.register_migration('3', $$SET search_path = wsess;
SET ROLE regress_dbmig_wlogin;
SELECT set_config('myapp.tenant', 'three', false);
CREATE TABLE after_set (i int);
INSERT INTO after_set VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY after_set_i ON after_set (i);
CREATE TABLE after_index ()$$);
CALL dbmig.migrate();
DELETE FROM wsess.after_set;
CALL dbmig.migrate();
SELECT relname, nspname, relkind, pg_get_userbyid(relowner) AS owner FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relname LIKE 'after\_%' ORDER BY 1;
SELECT version, state, executed_by = CURRENT_USER AS me, statements FROM dbmig.migration_run WHERE version = '3' ORDER BY run_id;
-- and the caller's session is as it was
SHOW search_path;
SHOW myapp.tenant;
SELECT CURRENT_USER = SESSION_USER AS same;

-- a session that is read-only by its own setting cannot migrate
SELECT dbmig.register_migration('4', 'CREATE TABLE made_by_5 ()', transactional => false);
SET default_transaction_read_only = on;
CALL dbmig.migrate();
RESET default_transaction_read_only;
-- a text that makes the rest of its session read-only
SELECT dbmig.register_migration('4', 'CREATE TABLE made_by_5 (); SET default_transaction_read_only = on; VACUUM made_by_5; BEGIN; COMMIT; DO $$BEGIN END$$; SET default_transaction_read_only = off; BEGIN READ ONLY; SELECT 1; COMMIT; CREATE TABLE made_by_6 ()', transactional => false);
CALL dbmig.migrate();
SELECT version, state FROM dbmig.migration_status;
-- no temporary table of the caller, but one of its own
SELECT dbmig.register_migration('5', 'CREATE TEMP TABLE mine AS SELECT 5 AS five; VACUUM mine; CREATE TABLE made_by_7 AS SELECT * FROM mine; SELECT * FROM wsess_temp');
CALL dbmig.migrate();
-- the temporary table went with the worker, and what was made of it stays
SELECT * FROM made_by_7;

RESET search_path;
RESET timezone;
RESET datestyle;
RESET work_mem;
RESET application_name;
RESET dbmig.lock_timeout;
SET client_min_messages = warning;
DROP TABLE wsess_temp;
DROP SCHEMA wsess, "wsess A.b ""c""" CASCADE;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP ROLE regress_dbmig_wlogin, "regress_dbmig_W ""q""";
