-- examples/shop, run as its README says: a database that was never migrated is built from what its project expects.
\getenv srcdir PG_ABS_SRCDIR
\set ECHO none
\cd :srcdir
SELECT current_database() AS home \gset
SET client_min_messages = warning;
DROP DATABASE IF EXISTS regress_dbmig_shop;
CREATE DATABASE regress_dbmig_shop;
\c regress_dbmig_shop
SET client_min_messages = warning;
SET TimeZone = 'UTC';
CREATE EXTENSION dbmig;
\i examples/shop/schema.sql
\set ECHO all
\i examples/shop/run.sql
\set ECHO none
\c :home
DROP DATABASE regress_dbmig_shop;
