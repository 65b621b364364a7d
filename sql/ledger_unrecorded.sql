-- Tables and columns that are younger than any row of a ledger, and what looks like it and does not count.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
CREATE SCHEMA unr;
SET search_path = unr;
CREATE VIEW pg_temp.v AS SELECT l.ledger, l.state, e->>'mark' AS mark, e->>'weight' AS weight, e->>'detail' AS detail
	FROM dbmig.ledgers() l LEFT JOIN LATERAL jsonb_array_elements(l.evidence) e ON true;
-- a tool that commits each statement by itself, and the row last
CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY);
CREATE TABLE widgets (id int, name text);
-- nothing is recorded yet
TABLE pg_temp.v;
INSERT INTO "SequelizeMeta" VALUES ('1-widgets.js');
TABLE pg_temp.v;
-- the next one stops halfway
CREATE TABLE half (id int);
TABLE pg_temp.v;
ALTER TABLE widgets ADD COLUMN "Odd ""name" int;
TABLE pg_temp.v;
CREATE TABLE more (id int);
SELECT mark, weight, detail FROM pg_temp.v;
-- statistics prove nothing here
SELECT pg_stat_force_next_flush();
SELECT pg_stat_reset();
VACUUM ANALYZE;
SELECT mark, weight FROM pg_temp.v;
-- recorded at last
INSERT INTO "SequelizeMeta" VALUES ('2-half.js');
TABLE pg_temp.v;
-- a migration was taken back, or that is what happened
DELETE FROM "SequelizeMeta" WHERE name = '2-half.js';
ALTER TABLE widgets DROP COLUMN "Odd ""name";
SELECT mark, weight FROM pg_temp.v;
DROP TABLE half, more;
TABLE pg_temp.v;

-- healthy: what is changed without a migration
CREATE TABLE events (at date NOT NULL, id int) PARTITION BY RANGE (at);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE parent (id int, note text);
CREATE TABLE plain (id serial PRIMARY KEY, a int, b int);
INSERT INTO "SequelizeMeta" VALUES ('3-events.js');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_2027 (LIKE events);
ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
ALTER TABLE events DETACH PARTITION events_old;
CREATE TABLE child () INHERITS (parent);
CREATE TEMP TABLE scratch (i int);
CREATE VIEW w AS TABLE widgets;
CREATE MATERIALIZED VIEW mw AS TABLE widgets;
CREATE INDEX ON plain (a);
ALTER TABLE plain ALTER COLUMN a SET DEFAULT 1, ADD CHECK (b > 0), SET (fillfactor = 50);
ALTER TABLE plain RENAME TO renamed;
GRANT SELECT ON renamed TO PUBLIC;
TRUNCATE renamed;
CLUSTER renamed USING plain_pkey;
VACUUM FULL renamed;
ANALYZE;
CREATE TABLE dbmig.of_extension (i int);
CREATE TABLE of_extension (i int);
ALTER EXTENSION dbmig ADD TABLE of_extension;
TABLE pg_temp.v;
ALTER EXTENSION dbmig DROP TABLE of_extension;
SELECT mark, weight, detail FROM pg_temp.v;
DROP TABLE of_extension, dbmig.of_extension;
-- healthy: made in a subtransaction of the migration
BEGIN;
SELECT count(*) FROM "SequelizeMeta";
SAVEPOINT s;
CREATE TABLE in_savepoint (id int);
DO $$ BEGIN ALTER TABLE widgets ADD COLUMN price numeric; EXCEPTION WHEN duplicate_column THEN NULL; END $$;
RELEASE s;
INSERT INTO "SequelizeMeta" VALUES ('4-savepoint.js');
COMMIT;
TABLE pg_temp.v;
-- healthy: a migration of dbmig itself
SELECT dbmig.register_migration('5', 'CREATE TABLE by_dbmig (id int); ALTER TABLE widgets ADD COLUMN weight int');
CALL dbmig.migrate();
TABLE pg_temp.v;
-- healthy: frozen
INSERT INTO "SequelizeMeta" VALUES ('5-frozen.js');
CREATE TABLE half (id int);
SELECT mark, weight, detail FROM pg_temp.v;
VACUUM FREEZE "SequelizeMeta", dbmig.migration_run;
SELECT mark, weight, detail FROM pg_temp.v;
VACUUM FREEZE pg_attribute;
TABLE pg_temp.v;
-- healthy: pg_upgrade makes the catalogs anew and keeps the rows
UPDATE pg_attribute SET attnum = attnum WHERE attrelid IN ('"SequelizeMeta"'::regclass, 'half'::regclass, 'widgets'::regclass);
TABLE pg_temp.v;
-- and when the next migration was recorded, all is as it was
INSERT INTO "SequelizeMeta" VALUES ('6-upgraded.js');
TABLE pg_temp.v;
CREATE TABLE again (id int);
SELECT mark, weight, detail FROM pg_temp.v;

-- several ledgers: each hears of its own schema, unless one of them was written later
CREATE SCHEMA other;
CREATE TABLE other.knex_migrations (id serial PRIMARY KEY, name varchar(255), batch int, migration_time timestamptz);
SELECT ledger, mark FROM pg_temp.v;
INSERT INTO other.knex_migrations (name, batch) VALUES ('1.js', 1);
SELECT ledger, mark FROM pg_temp.v;
CREATE TABLE other.half (id int);
SELECT ledger, mark FROM pg_temp.v;
-- not while one of them cannot be read
CREATE ROLE regress_dbmig_unr;
GRANT USAGE ON SCHEMA other, unr TO regress_dbmig_unr;
GRANT SELECT ON other.knex_migrations TO regress_dbmig_unr;
GRANT SELECT ON SEQUENCE other.knex_migrations_id_seq TO regress_dbmig_unr;
SET ROLE regress_dbmig_unr;
SELECT ledger, state, evidence FROM dbmig.ledgers();
RESET ROLE;
GRANT SELECT ON "SequelizeMeta" TO regress_dbmig_unr;
SET ROLE regress_dbmig_unr;
SELECT ledger, state, evidence FROM dbmig.ledgers();
RESET ROLE;
DROP SCHEMA other, unr CASCADE;
DROP ROLE regress_dbmig_unr;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
