-- examples/shop and examples/requests: what dbmig says of the two databases that nobody could explain.
\getenv srcdir PG_ABS_SRCDIR
SET client_min_messages = warning;
SET TimeZone = 'UTC';
\set ECHO none
\set file :srcdir '/examples/shop/schema.sql'
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
BEGIN;
\i :file
\set ECHO queries
\set file :srcdir '/examples/shop/run.sql'
\i :file
ROLLBACK;
\set ECHO none
\set file :srcdir '/examples/requests/schema.sql'
BEGIN;
\i :file
\set ECHO queries
\set file :srcdir '/examples/requests/run.sql'
\i :file
ROLLBACK;
