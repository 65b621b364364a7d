-- examples/booking, run as its README says: foreign keys, types, a check and indexes that were never made, added to tables in use.
\getenv srcdir PG_ABS_SRCDIR
\set ECHO none
\cd :srcdir
SELECT current_database() AS home \gset
SET client_min_messages = warning;
DROP DATABASE IF EXISTS regress_dbmig_booking;
CREATE DATABASE regress_dbmig_booking;
\c regress_dbmig_booking
SET client_min_messages = warning;
SET TimeZone = 'UTC';
CREATE EXTENSION dbmig;
\i examples/booking/schema.sql
\set ECHO all
\i examples/booking/run.sql
\set ECHO none
\c :home
DROP DATABASE regress_dbmig_booking;
