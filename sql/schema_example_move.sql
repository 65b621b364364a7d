-- examples/move, run as its README says: a snapshot of another database, and an imported foreign schema, beside the target.
\getenv srcdir PG_ABS_SRCDIR
\set ECHO none
SELECT count(*) = 0 AS absent FROM pg_available_extensions WHERE name = 'postgres_fdw' \gset
\if :absent
\quit
\endif
\cd :srcdir
SELECT current_database() AS home \gset
\set source regress_dbmig_source
\set target regress_dbmig_target
SET client_min_messages = warning;
DROP DATABASE IF EXISTS :source;
DROP DATABASE IF EXISTS :target;
CREATE DATABASE :source;
CREATE DATABASE :target;
\c :source
CREATE EXTENSION dbmig;
\i examples/move/source.sql
\c :target
CREATE EXTENSION dbmig;
\i examples/move/target.sql
\set ECHO all
\i examples/move/compare.sql
\set ECHO none
\c :home
DROP DATABASE :source;
DROP DATABASE :target;
