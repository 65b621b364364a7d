-- What has changed since the last migration, or since a schema was expected under a label.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
\pset format unaligned
\pset null -
CREATE SCHEMA drifts;
SELECT * FROM dbmig.schema_drift();
SELECT dbmig.register_migration('1', 'CREATE TABLE drifts.a (i int)', 'DROP TABLE drifts.a');
SELECT dbmig.register_migration('2', 'CREATE TABLE drifts.b (i int)', 'DROP TABLE drifts.b');
SELECT dbmig.register_migration('3', 'CREATE INDEX CONCURRENTLY b_i ON drifts.b (i)', 'DROP INDEX drifts.b_i');
SELECT dbmig.register_migration('4', 'INSERT INTO drifts.a VALUES (1)', 'DELETE FROM drifts.a');
CALL dbmig.migrate();

-- each run has the fingerprints before and after it
SELECT version, schema_before IS NOT NULL AS before, schema_after IS NOT NULL AS after, schema_before <> schema_after AS changed,
	lag(schema_after) OVER (ORDER BY run_id) = schema_before AS chained, schema_after = dbmig.schema_fingerprint() AS current
	FROM dbmig.migration_run ORDER BY run_id;
SELECT * FROM dbmig.schema_drift();

-- out-of-band changes, and their end
ALTER TABLE drifts.a ADD x int NOT NULL DEFAULT 0;
CREATE INDEX a_x ON drifts.a (x);
SELECT * FROM dbmig.schema_drift();
ALTER TABLE drifts.a DROP x;
SELECT * FROM dbmig.schema_drift();
-- a change that is rolled back is none, also right after it was seen
BEGIN;
CREATE TABLE drifts.c ();
SELECT change, kind, object FROM dbmig.schema_drift();
ROLLBACK;
SELECT * FROM dbmig.schema_drift();
BEGIN;
COMMENT ON TABLE drifts.a IS 'x';
SELECT change, kind, object, attribute FROM dbmig.schema_drift();
SAVEPOINT s;
COMMENT ON TABLE drifts.a IS NULL;
SELECT change, kind, object, attribute FROM dbmig.schema_drift();
ROLLBACK TO s;
SELECT change, kind, object, attribute FROM dbmig.schema_drift();
ROLLBACK;
-- rewritten catalogs are the same schema
VACUUM FULL pg_attribute;
VACUUM FREEZE pg_class;
SELECT * FROM dbmig.schema_drift();

-- a failing migration leaves no drift; what ran before it counts
SELECT dbmig.register_migration('5', 'CREATE TABLE drifts.five ()', 'DROP TABLE drifts.five');
SELECT dbmig.register_migration('6', 'CREATE TABLE drifts.six (); SELECT 1 / 0');
CALL dbmig.migrate();
SELECT * FROM dbmig.schema_drift();
SELECT version, state, schema_before IS NOT NULL AS before, schema_after IS NOT NULL AS after FROM dbmig.migration_run WHERE version > '4' ORDER BY run_id;
-- half applied
SELECT dbmig.register_migration('6', 'CREATE TABLE drifts.six (); VACUUM drifts.six; SELECT 1 / 0');
CALL dbmig.migrate();
SELECT * FROM dbmig.schema_drift();
DROP TABLE drifts.six;
SELECT change, kind, object FROM dbmig.schema_drift();
SELECT dbmig.register_migration('6', 'CREATE TABLE drifts.six ()', 'DROP TABLE drifts.six');
SELECT dbmig.repair('6');
CALL dbmig.migrate();
SELECT * FROM dbmig.schema_drift();

-- in a transaction block it comes and goes with it
SELECT dbmig.register_migration('7', 'CREATE TABLE drifts.seven ()', 'DROP TABLE drifts.seven');
BEGIN;
CALL dbmig.migrate();
SELECT * FROM dbmig.schema_drift();
ROLLBACK;
SELECT * FROM dbmig.schema_drift();
CALL dbmig.revert();
SELECT * FROM dbmig.schema_drift();
SELECT action, version, schema_before <> schema_after AS changed FROM dbmig.migration_run ORDER BY run_id DESC LIMIT 1;

-- labels
SELECT * FROM dbmig.schema_drift('release 1');
SELECT dbmig.expect_schema('release 1') = dbmig.schema_fingerprint() AS same;
SELECT dbmig.expect_schema('half', '{"tables": {"drifts.a": {}, "drifts.z": {}}}') <> dbmig.schema_fingerprint() AS differs;
ALTER TABLE drifts.a ALTER i TYPE bigint;
SELECT * FROM dbmig.schema_drift('release 1');
SELECT * FROM dbmig.schema_drift('half');
SELECT * FROM dbmig.schema_drift('release 2');
SELECT dbmig.expect_schema('release 1') = dbmig.schema_fingerprint() AS same;
SELECT * FROM dbmig.schema_drift('release 1');
SELECT label, run_id IS NULL AS own, jsonb_typeof(snapshot) FROM dbmig.schema_expectation ORDER BY label;
DELETE FROM dbmig.schema_expectation WHERE label = 'half';
SELECT * FROM dbmig.schema_drift('half');
SELECT action, object, state, detail ? 'fingerprint' AS fingerprint FROM dbmig.journal WHERE part = 'schema' ORDER BY journal_id;

-- bad input
SELECT dbmig.expect_schema(NULL);
SELECT dbmig.expect_schema('');
SELECT dbmig.expect_schema('last migration');
SELECT dbmig.expect_schema('x', '[]');
SELECT dbmig.expect_schema('x', '{"nonsense": {}}');
BEGIN READ ONLY;
SELECT change, object FROM dbmig.schema_drift('release 1');
SELECT dbmig.expect_schema('x');
ROLLBACK;

-- who may: everybody asks, writing needs rights
CREATE ROLE regress_dbmig_drift;
SET ROLE regress_dbmig_drift;
SELECT * FROM dbmig.schema_drift('release 1');
SELECT dbmig.expect_schema('x');
RESET ROLE;
GRANT EXECUTE ON FUNCTION dbmig.expect_schema TO regress_dbmig_drift;
SET ROLE regress_dbmig_drift;
SELECT dbmig.expect_schema('x');
RESET ROLE;

-- a role that may migrate but not keep the schema: said when it is asked for
GRANT EXECUTE ON PROCEDURE dbmig.migrate, dbmig.revert TO regress_dbmig_drift;
GRANT SELECT, INSERT, UPDATE ON dbmig.migration, dbmig.migration_run TO regress_dbmig_drift;
GRANT SELECT, INSERT ON dbmig.journal TO regress_dbmig_drift;
GRANT ALL ON SCHEMA drifts TO regress_dbmig_drift;
SET ROLE regress_dbmig_drift;
CALL dbmig.migrate();
SELECT * FROM dbmig.schema_drift();
CREATE TABLE drifts.more ();
SELECT * FROM dbmig.schema_drift();
RESET ROLE;
DROP TABLE drifts.more;
GRANT SELECT, INSERT, UPDATE ON dbmig.schema_expectation, dbmig.schema_state TO regress_dbmig_drift;
SET ROLE regress_dbmig_drift;
CALL dbmig.revert();
CREATE TABLE drifts.more ();
SELECT change, kind, object FROM dbmig.schema_drift();
RESET ROLE;

SET client_min_messages = warning;
DROP SCHEMA drifts CASCADE;
DROP OWNED BY regress_dbmig_drift;
DROP ROLE regress_dbmig_drift;
