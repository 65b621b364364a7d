-- Every layout of register_directory: found by itself, applied, taken back.
-- The directories lie in examples/layouts.
\getenv srcdir PG_ABS_SRCDIR
\set layouts :srcdir '/examples/layouts'
CREATE VIEW public.lay_objects AS
    SELECT n.nspname AS schema,
           string_agg(c.relname, ' ' ORDER BY c.relname COLLATE "C") AS relations
    FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid
    WHERE n.nspname LIKE 'lay\_%'
    GROUP BY n.nspname ORDER BY n.nspname COLLATE "C";
-- a plan and a history of our own
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- plain: has no way back
\set dir :layouts '/plain'
SELECT * FROM dbmig.register_directory(:'dir');
SELECT * FROM dbmig.register_directory(:'dir', 'plain');
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
SET client_min_messages = warning;
DROP SCHEMA lay_plain CASCADE;
RESET client_min_messages;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- supabase: the project's directory leads to the migrations
\set dir :layouts '/supabase'
SELECT * FROM dbmig.register_directory(:'dir');
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
\set dir :layouts '/supabase/migrations'
SELECT * FROM dbmig.register_directory(:'dir', 'supabase');
SET client_min_messages = warning;
DROP SCHEMA lay_supabase CASCADE;
RESET client_min_messages;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- golang-migrate
\set dir :layouts '/golang-migrate'
SELECT * FROM dbmig.register_directory(:'dir');
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
CALL dbmig.revert('000002');
SELECT * FROM public.lay_objects;
CALL dbmig.revert();
CALL dbmig.revert();
SELECT * FROM public.lay_objects;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- dbmate: the last one says transaction:false
\set dir :layouts '/dbmate'
SELECT * FROM dbmig.register_directory(:'dir');
SELECT version, transactional FROM dbmig.migration ORDER BY version;
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
CALL dbmig.revert();
CALL dbmig.revert();
CALL dbmig.revert();
SELECT * FROM public.lay_objects;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- goose: the last one says NO TRANSACTION
\set dir :layouts '/goose'
SELECT * FROM dbmig.register_directory(:'dir');
SELECT version, transactional FROM dbmig.migration ORDER BY version;
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
CALL dbmig.revert();
CALL dbmig.revert();
CALL dbmig.revert();
SELECT * FROM public.lay_objects;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- flyway: a folder below, a configuration file, a repeatable migration
\set dir :layouts '/flyway'
SELECT * FROM dbmig.register_directory(:'dir');
SELECT version, transactional, repeatable FROM dbmig.migration
ORDER BY version COLLATE "C";
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
CALL dbmig.revert('1');
SELECT * FROM public.lay_objects;
CALL dbmig.revert();
SELECT * FROM public.lay_objects;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- prisma
\set dir :layouts '/prisma'
SELECT * FROM dbmig.register_directory(:'dir');
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
CALL dbmig.revert();
CALL dbmig.revert();
CALL dbmig.revert();
SELECT * FROM public.lay_objects;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- diesel: the last one has run_in_transaction = false
\set dir :layouts '/diesel'
SELECT * FROM dbmig.register_directory(:'dir');
SELECT version, transactional FROM dbmig.migration ORDER BY version;
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
CALL dbmig.revert();
CALL dbmig.revert();
CALL dbmig.revert();
SELECT * FROM public.lay_objects;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- drizzle with a journal, and from 1.0 on with folders
\set dir :layouts '/drizzle'
SELECT * FROM dbmig.register_directory(:'dir');
\set dir :layouts '/drizzle-1.0'
SELECT * FROM dbmig.register_directory(:'dir');
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
SET client_min_messages = warning;
DROP SCHEMA lay_drizzle, lay_drizzle1 CASCADE;
RESET client_min_messages;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;

-- sqitch: scripts with BEGIN and COMMIT, a reworked change
\set dir :layouts '/sqitch'
SELECT * FROM dbmig.register_directory(:'dir');
SELECT version, transactional, up_sql ~ 'WHERE active' AS reworked
FROM dbmig.migration ORDER BY version;
CALL dbmig.migrate();
SELECT * FROM public.lay_objects;
SELECT lay_sqitch.user_count();
CALL dbmig.revert('0001');
SELECT * FROM public.lay_objects;
CALL dbmig.revert();
SELECT * FROM public.lay_objects;

DROP VIEW public.lay_objects;
DROP EXTENSION dbmig;
CREATE EXTENSION dbmig;
