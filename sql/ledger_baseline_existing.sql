-- baseline_ledger() over a ledger that is there: adds what is missing, refuses what has failed.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
CREATE SCHEMA existing;
SET search_path = existing, public;

-- names: any schema, any table, also long and odd ones
SELECT dbmig.baseline_ledger('knex', '["a.js", "b.js"]', '"Odd ""name.".ledger');
CREATE SCHEMA "Odd ""name.";
SELECT dbmig.baseline_ledger('knex', '["a.js", "b.js"]', '"Odd ""name."."L é . "" {ledger} {+_lock}"');
SELECT dbmig.baseline_ledger('knex', '["a.js", "b.js", "{m}.js", "c'' \" \\ é.js"]', '"Odd ""name."."L é . "" {ledger} {+_lock}"');
SELECT * FROM (SELECT relname FROM pg_class WHERE relnamespace = '"Odd ""name."'::regnamespace AND relkind = 'r') x ORDER BY 1;
SELECT id, name, batch FROM "Odd ""name."."L é . "" {ledger} {+_lock}" ORDER BY id;
SELECT dbmig.baseline_ledger('flyway', '[{"file": "V1__x.sql", "content": ""}]', repeat('x', 63));
SELECT dbmig.baseline_ledger('knex', '["a.js"]', repeat('y', 63));
SELECT relname, relkind FROM pg_class WHERE relnamespace = 'existing'::regnamespace AND relkind IN ('r', 'i') ORDER BY 1;
DROP SCHEMA "Odd ""name." CASCADE;

-- the next batch
SELECT dbmig.baseline_ledger('knex', '["1.js"]'), dbmig.baseline_ledger('KNEX', '["1.js", "2.js"]');
SELECT id, name, batch FROM knex_migrations ORDER BY id;
SELECT dbmig.baseline_ledger('laravel', '["1.php", "2.php"]'), dbmig.baseline_ledger('laravel', '["3"]');
SELECT id, migration, batch FROM migrations ORDER BY id;
DROP TABLE migrations;

-- a missing one before others: in the order that the tool wants
SELECT dbmig.baseline_ledger('node-pg-migrate', '["1_a.js", "3_c.js"]');
SELECT dbmig.baseline_ledger('node-pg-migrate', '["1_a.js", "2_b.js", "3_c.js"]');
SELECT dbmig.baseline_ledger('node-pg-migrate', '["1_a.js", "3_c.js", "10_d.js"]');
SELECT name FROM pgmigrations ORDER BY run_on, id;
SELECT dbmig.baseline_ledger('kysely', '["1_a", "3_c"]', 'ordered'), pg_sleep(0.01), dbmig.baseline_ledger('kysely', '["1_a", "2_b", "3_c", "4_d"]', 'ordered');
SELECT name FROM ordered ORDER BY "timestamp", name;

-- one row that says where we are: it only goes forward
SELECT dbmig.baseline_ledger('golang-migrate', '["2_b.up.sql", "1_a.up.sql"]');
SELECT * FROM schema_migrations;
SELECT dbmig.baseline_ledger('golang-migrate', '[1]'), dbmig.baseline_ledger('golang-migrate', '[10]');
SELECT * FROM schema_migrations;
UPDATE schema_migrations SET dirty = true;
SELECT dbmig.baseline_ledger('golang-migrate', '[11]');
TRUNCATE schema_migrations;
SELECT dbmig.baseline_ledger('golang-migrate', '[3]');
DROP TABLE schema_migrations;
SELECT dbmig.baseline_ledger('tern', '[1, 2]'), dbmig.baseline_ledger('tern', '[1, 2, 3]'), dbmig.baseline_ledger('tern', '[2]');
SELECT * FROM schema_version;

-- Alembic: heads, and what they come from
SELECT dbmig.baseline_ledger('alembic', '["aaa"]');
SELECT dbmig.baseline_ledger('alembic', '["bbb"]');
SELECT dbmig.baseline_ledger('alembic', '[{"version": "bbb", "down_revision": "aaa"}, {"version": "ccc", "down_revision": "bbb"}, {"version": "aaa"}]');
SELECT * FROM alembic_version;
SELECT dbmig.baseline_ledger('alembic', '[{"version": "d1", "down_revision": "ccc"}, {"version": "d2", "down_revision": "ccc"}]');
SELECT * FROM alembic_version ORDER BY 1;
SELECT dbmig.baseline_ledger('alembic', '[{"version": "e", "down_revision": ["d1", "d2"]}]');
SELECT * FROM alembic_version;

-- failures are said first
SELECT dbmig.baseline_ledger('prisma', '[{"name": "1", "content": ""}]');
INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', '', '2');
SELECT dbmig.baseline_ledger('prisma', '[{"name": "3", "content": ""}]');
UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = 'x';
SELECT dbmig.baseline_ledger('prisma', '[{"name": "1", "content": ""}, {"name": "2", "content": ""}]');
SELECT migration_name, finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS rolled_back FROM _prisma_migrations ORDER BY started_at, finished_at NULLS FIRST;
SELECT dbmig.baseline_ledger('flyway', '[{"version": "3", "type": "BASELINE"}]');
SELECT dbmig.baseline_ledger('flyway', '[{"version": "3", "type": "BASELINE"}]');
SELECT dbmig.baseline_ledger('flyway', '[{"file": "R__view.sql", "content": "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;\n"}, {"file": "V4__j.java", "type": "JDBC"}]');
SELECT dbmig.baseline_ledger('flyway', '[{"version": "5", "type": "BASELINE"}]');
SELECT installed_rank, version, description, type, script, checksum FROM flyway_schema_history ORDER BY 1;
UPDATE flyway_schema_history SET success = false WHERE version = '4';
SELECT dbmig.baseline_ledger('flyway', '[{"file": "V5__x.sql", "content": ""}]');

-- rows that are locks
UPDATE knex_migrations_lock SET is_locked = 1;
SELECT dbmig.baseline_ledger('knex', '["9.js"]');
SELECT dbmig.baseline_ledger('liquibase', '[{"id": "1", "author": "a", "file": "c"}]');
UPDATE databasechangeloglock SET locked = true, lockedby = 'build (10.0.0.1)';
SELECT dbmig.baseline_ledger('liquibase', '[{"id": "2", "author": "a", "file": "c"}]');
SELECT dbmig.baseline_ledger('yoyo', '["a.sql"]');
INSERT INTO yoyo_lock (pid) VALUES (4711);
SELECT dbmig.baseline_ledger('yoyo', '["b.sql"]');
-- an empty lock table is as good as none
DELETE FROM yoyo_lock;
TRUNCATE knex_migrations_lock;
SELECT dbmig.baseline_ledger('yoyo', '["b.sql"]'), dbmig.baseline_ledger('knex', '["9.js"]');
SELECT is_locked FROM knex_migrations_lock;

-- the tool's own lock is held until the transaction ends
BEGIN;
SELECT dbmig.baseline_ledger('kysely', '["a"]'), dbmig.baseline_ledger('rails', '["1_a.rb"]'), dbmig.baseline_ledger('ecto', '[1]', 'other'),
       dbmig.baseline_ledger('golang-migrate', '[1]', 'third');
SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND objsubid = 1
AND classid::bigint << 32 | objid::bigint = 3853314791062309107;
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND objsubid = 1;
SELECT relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'ShareRowExclusiveLock' AND relation::regclass::text !~ 'pg_' ORDER BY relation::regclass::text COLLATE "C";
ROLLBACK;
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory';
SELECT to_regclass('kysely_migration');

-- privileges: the caller's own, and the GRANT that is missing
CREATE ROLE regress_dbmig_baseline;
GRANT USAGE ON SCHEMA existing TO regress_dbmig_baseline;
SET ROLE regress_dbmig_baseline;
SELECT dbmig.baseline_ledger('sequelize', '["a.js"]');
RESET ROLE;
GRANT EXECUTE ON FUNCTION dbmig.baseline_ledger TO regress_dbmig_baseline;
SET ROLE regress_dbmig_baseline;
SELECT dbmig.baseline_ledger('sequelize', '["a.js"]');
RESET ROLE;
GRANT INSERT ON dbmig.journal TO regress_dbmig_baseline;
SET ROLE regress_dbmig_baseline;
SELECT dbmig.baseline_ledger('sequelize', '["a.js"]');
SELECT dbmig.baseline_ledger('node-pg-migrate', '["4_d.js"]');
RESET ROLE;
GRANT CREATE ON SCHEMA existing TO regress_dbmig_baseline;
GRANT SELECT ON pgmigrations TO regress_dbmig_baseline;
SET ROLE regress_dbmig_baseline;
SELECT dbmig.baseline_ledger('sequelize', '["a.js"]');
SELECT dbmig.baseline_ledger('node-pg-migrate', '["4_d.js"]');
RESET ROLE;
SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = '"SequelizeMeta"'::regclass;
SELECT prosecdef, has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc WHERE oid = 'dbmig.baseline_ledger'::regproc;

-- one version, told apart by something else
SELECT dbmig.baseline_ledger('marv', '[{"file": "1.a.sql"}, {"file": "1.a.sql", "namespace": "other"}]'),
       dbmig.baseline_ledger('liquibase', '[{"id": 1, "author": "a", "file": "c"}, {"id": 1, "author": "b", "file": "c"}, {"id": 1, "author": "a", "file": "d"}]', 'changes'),
       dbmig.baseline_ledger('typeorm', '["A1704067200001", "B1704067200001"]', 'classes'),
       dbmig.baseline_ledger('django', '["a.0001_x", "b.0001_x", "a.0002_y"]');

-- many at once
SELECT dbmig.baseline_ledger('knex', (SELECT jsonb_agg(format('%s_x.js', n)) FROM generate_series(1000, 10999) n), 'many');
SELECT count(*), min(batch), max(batch) FROM many;

SET search_path = public;
DROP SCHEMA existing CASCADE;
DROP OWNED BY regress_dbmig_baseline;
DROP ROLE regress_dbmig_baseline;
