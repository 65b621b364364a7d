-- Repeatable migrations (Flyway's R__ files): after all others, and again when changed.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
\! mkdir -p "$PG_ABS_BUILDDIR/repeatable"
\! rm -f "$PG_ABS_BUILDDIR"/repeatable/*
\! echo 'CREATE TABLE rpt_seen (n int GENERATED ALWAYS AS IDENTITY, what text);' > "$PG_ABS_BUILDDIR/repeatable/V1__seen.sql"
\! echo "INSERT INTO rpt_seen (what) VALUES ('V2');" > "$PG_ABS_BUILDDIR/repeatable/V2__two.sql"
\! echo "INSERT INTO rpt_seen (what) VALUES ('R b');" > "$PG_ABS_BUILDDIR/repeatable/R__b.sql"
\! echo "INSERT INTO rpt_seen (what) VALUES ('R a');" > "$PG_ABS_BUILDDIR/repeatable/R__a.sql"
\getenv dir PG_ABS_BUILDDIR
\set dir :dir '/repeatable'
SELECT * FROM dbmig.register_directory(:'dir') ORDER BY version;
SELECT version, state FROM dbmig.migration_status;
CALL dbmig.migrate();
SELECT what FROM rpt_seen ORDER BY n;
SELECT version, state, out_of_order FROM dbmig.migration_status;
SELECT state, applied, pending, modified, current_version FROM dbmig.migration_summary();
CALL dbmig.migrate();

-- a change makes it pending, not modified; it runs after the others
\! echo "INSERT INTO rpt_seen (what) VALUES ('R b again');" > "$PG_ABS_BUILDDIR/repeatable/R__b.sql"
\! echo "INSERT INTO rpt_seen (what) VALUES ('V3');" > "$PG_ABS_BUILDDIR/repeatable/V3__three.sql"
SELECT * FROM dbmig.register_directory(:'dir') ORDER BY version;
SELECT version, state, out_of_order FROM dbmig.migration_status;
SELECT state, applied, pending, modified FROM dbmig.migration_summary();
-- a target is reached without them
CALL dbmig.migrate('2');
CALL dbmig.migrate('3');
SELECT version, state FROM dbmig.migration_status;
CALL dbmig.migrate();
SELECT what FROM rpt_seen ORDER BY n;
SELECT version, count(*) FROM dbmig.migration_run WHERE state = 'succeeded' GROUP BY 1 ORDER BY 1;

-- a failing one says so, and the text that was applied before does not hide it
\! echo "SELECT 1/0;" > "$PG_ABS_BUILDDIR/repeatable/R__b.sql"
SELECT * FROM dbmig.register_directory(:'dir') ORDER BY version;
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;
SELECT state FROM dbmig.migration_summary();
-- back to the text that was applied
\! echo "INSERT INTO rpt_seen (what) VALUES ('R b again');" > "$PG_ABS_BUILDDIR/repeatable/R__b.sql"
SELECT result FROM dbmig.register_directory(:'dir') WHERE version LIKE '%b';
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;

-- revert() passes them by; one alone by its name
CALL dbmig.revert();
\! echo "DELETE FROM rpt_seen WHERE what = 'V3';" > "$PG_ABS_BUILDDIR/repeatable/U3__three.sql"
\! echo "DELETE FROM rpt_seen WHERE what = 'V2';" > "$PG_ABS_BUILDDIR/repeatable/U2__two.sql"
SELECT * FROM dbmig.register_directory(:'dir') ORDER BY version;
CALL dbmig.revert('1');
SELECT version, state FROM dbmig.migration_status;
\! echo "INSERT INTO rpt_seen (what) VALUES ('R a again');" > "$PG_ABS_BUILDDIR/repeatable/R__a.sql"
SELECT result FROM dbmig.register_directory(:'dir') WHERE version LIKE '%a';
SELECT version AS a FROM dbmig.migration WHERE name = 'a' \gset
CALL dbmig.migrate(:'a');
SELECT version, state FROM dbmig.migration_status;
-- a baseline up to a version leaves them alone, one that names it takes it
\! echo "SELECT 'c';" > "$PG_ABS_BUILDDIR/repeatable/R__c.sql"
SELECT result FROM dbmig.register_directory(:'dir') WHERE version LIKE '%c';
SELECT dbmig.baseline('3');
SELECT version, state FROM dbmig.migration_status;
SELECT version AS c FROM dbmig.migration WHERE name = 'c' \gset
SELECT dbmig.baseline(:'c');
SELECT version, state FROM dbmig.migration_status;
-- a file that went away
DELETE FROM dbmig.migration WHERE name = 'c';
SELECT version, state FROM dbmig.migration_status;
\! rm -r "$PG_ABS_BUILDDIR/repeatable"
SET client_min_messages = warning;
DROP TABLE rpt_seen;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
