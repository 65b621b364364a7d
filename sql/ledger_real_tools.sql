-- Ledgers that the real tools wrote (examples/ledgers): tool, counts, state and entries, in every state there is.
\getenv srcdir PG_ABS_SRCDIR
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
\pset format unaligned
\pset tuples_only on
SET TimeZone = 'UTC';
CREATE VIEW pg_temp.ledgers AS SELECT tool, ledger, applied, failed, last_version, to_char(last_applied_at, 'YYYY-MM-DD') AS last_applied,
       state, evidence, left(detail, 90) AS detail FROM dbmig.ledgers();
CREATE VIEW pg_temp.entries AS SELECT position, version, name, left(checksum, 10) AS checksum,
       to_char(applied_at, 'YYYY-MM-DD') AS applied, state, regexp_replace(left(detail, 40), '\s+', ' ', 'g') AS detail FROM dbmig.ledger_entries();
\echo prisma: ok
BEGIN;
\set file :srcdir '/examples/ledgers/prisma.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo prisma: failed
BEGIN;
\set file :srcdir '/examples/ledgers/prisma.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo prisma: rolled_back
BEGIN;
\set file :srcdir '/examples/ledgers/prisma.rolled_back.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo prisma: resolved_applied
BEGIN;
\set file :srcdir '/examples/ledgers/prisma.resolved_applied.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo prisma: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/prisma.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo flyway: ok
BEGIN;
\set file :srcdir '/examples/ledgers/flyway.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo flyway: failed
BEGIN;
\set file :srcdir '/examples/ledgers/flyway.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo flyway: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/flyway.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo liquibase: ok
BEGIN;
\set file :srcdir '/examples/ledgers/liquibase.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo liquibase: failed
BEGIN;
\set file :srcdir '/examples/ledgers/liquibase.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo liquibase: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/liquibase.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo rails: ok
BEGIN;
\set file :srcdir '/examples/ledgers/rails.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo rails: failed
BEGIN;
\set file :srcdir '/examples/ledgers/rails.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo rails: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/rails.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo alembic: ok
BEGIN;
\set file :srcdir '/examples/ledgers/alembic.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo alembic: failed
BEGIN;
\set file :srcdir '/examples/ledgers/alembic.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo alembic: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/alembic.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo knex: ok
BEGIN;
\set file :srcdir '/examples/ledgers/knex.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo knex: failed
BEGIN;
\set file :srcdir '/examples/ledgers/knex.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo knex: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/knex.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo drizzle: ok
BEGIN;
\set file :srcdir '/examples/ledgers/drizzle.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo drizzle: failed
BEGIN;
\set file :srcdir '/examples/ledgers/drizzle.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo drizzle: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/drizzle.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo sequelize: ok
BEGIN;
\set file :srcdir '/examples/ledgers/sequelize.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo sequelize: failed
BEGIN;
\set file :srcdir '/examples/ledgers/sequelize.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo sequelize: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/sequelize.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo typeorm: ok
BEGIN;
\set file :srcdir '/examples/ledgers/typeorm.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo typeorm: failed
BEGIN;
\set file :srcdir '/examples/ledgers/typeorm.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo typeorm: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/typeorm.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo dbmate: ok
BEGIN;
\set file :srcdir '/examples/ledgers/dbmate.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo dbmate: failed
BEGIN;
\set file :srcdir '/examples/ledgers/dbmate.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo dbmate: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/dbmate.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo sqitch: ok
BEGIN;
\set file :srcdir '/examples/ledgers/sqitch.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo sqitch: failed
BEGIN;
\set file :srcdir '/examples/ledgers/sqitch.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo sqitch: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/sqitch.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
\echo golang-migrate: ok
BEGIN;
\set file :srcdir '/examples/ledgers/golang-migrate.ok.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo golang-migrate: failed
BEGIN;
\set file :srcdir '/examples/ledgers/golang-migrate.failed.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
SELECT * FROM pg_temp.entries;
ROLLBACK;
\echo golang-migrate: baselined
BEGIN;
\set file :srcdir '/examples/ledgers/golang-migrate.baselined.sql'
\set ECHO none
\o /dev/null
\i :file
\o
\set ECHO all
SELECT * FROM pg_temp.ledgers;
ROLLBACK;
SELECT count(*) FROM dbmig.ledgers();
SELECT count(*) FROM dbmig.ledger_entries();
