-- examples/requests, run as its README says: two sources of truth, a ledger and an ORM, and where production differs from the latter.
\getenv srcdir PG_ABS_SRCDIR
\set ECHO none
\cd :srcdir
SELECT current_database() AS home \gset
SET client_min_messages = warning;
DROP DATABASE IF EXISTS regress_dbmig_requests;
CREATE DATABASE regress_dbmig_requests;
\c regress_dbmig_requests
SET client_min_messages = warning;
SET TimeZone = 'UTC';
CREATE EXTENSION dbmig;
\i examples/requests/schema.sql
\set ECHO all
\i examples/requests/run.sql
\set ECHO none
\c :home
DROP DATABASE regress_dbmig_requests;
