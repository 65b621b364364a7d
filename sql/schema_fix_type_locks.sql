-- The fix of types and rare kinds names the lock that each step takes on a table, and whether it is rewritten.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP SCHEMA IF EXISTS type_locks CASCADE;
CREATE SCHEMA type_locks;
CREATE TYPE type_locks.e AS ENUM ('a', 'b');
CREATE TYPE type_locks.e2 AS ENUM ('a', 'b');
CREATE DOMAIN type_locks.d AS int;
CREATE DOMAIN type_locks.d2 AS int DEFAULT 1 NOT NULL CONSTRAINT above CHECK (VALUE > 0);
CREATE DOMAIN type_locks.d3 AS int;
ALTER DOMAIN type_locks.d3 ADD CONSTRAINT above CHECK (VALUE > 0) NOT VALID;
CREATE TYPE type_locks.c AS (a int, b int);
CREATE TYPE type_locks.r AS RANGE (subtype = int);
CREATE TABLE type_locks.t (id int PRIMARY KEY, e type_locks.e, e2 type_locks.e2, d type_locks.d, d2 type_locks.d2, d3 type_locks.d3, c type_locks.c, r type_locks.r);
INSERT INTO type_locks.t VALUES (1, 'a', 'b', 1, 1, 1, (1, 2), '[1,2)');
CREATE PUBLICATION type_locks_p FOR TABLE type_locks.t;
-- Each step of the fix that leads to what the DDL makes: what it says, and where that is not what happened.
CREATE FUNCTION lock_case(ddl text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    wanted jsonb;
    step record;
    taken text;
    file oid;
    modes CONSTANT text[] := '{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}';
    named text;
BEGIN
    BEGIN
        EXECUTE ddl;
        wanted := dbmig.schema_snapshot();
        RAISE EXCEPTION USING ERRCODE = 'P0MIG';
    EXCEPTION WHEN SQLSTATE 'P0MIG' THEN
    END;
    BEGIN
        FOR step IN SELECT * FROM dbmig.schema_fix(wanted, drop_unexpected => true) ORDER BY step LOOP
            SELECT relfilenode INTO file FROM pg_class WHERE oid = 'type_locks.t'::regclass;
            -- a subtransaction that is undone gives its locks back; what it does is done again
            BEGIN
                EXECUTE step.sql;
                SELECT mode INTO taken FROM pg_locks
                WHERE pid = pg_backend_pid() AND relation = 'type_locks.t'::regclass
                ORDER BY array_position(modes, mode) DESC LIMIT 1;
                named := replace(initcap(step.lock), ' ', '') || 'Lock';
                RETURN NEXT concat(replace(step.sql, 'OWNER TO ' || quote_ident(current_user), 'OWNER TO me'), ' -- ' || step.lock);
                IF taken IS DISTINCT FROM named THEN
                    RETURN NEXT 'LOCK: ' || concat(taken);
                END IF;
                IF file IS DISTINCT FROM (SELECT relfilenode FROM pg_class WHERE oid = 'type_locks.t'::regclass)
                   AND step.hazard NOT LIKE '%rewrites table%' THEN
                    RETURN NEXT 'REWRITTEN';
                END IF;
                RAISE EXCEPTION USING ERRCODE = 'P0MIG';
            EXCEPTION WHEN SQLSTATE 'P0MIG' THEN
            END;
            EXIT WHEN step.lock IS NOT NULL;
            EXECUTE step.sql;
        END LOOP;
        RAISE EXCEPTION USING ERRCODE = 'P0MIG';
    EXCEPTION WHEN SQLSTATE 'P0MIG' THEN
    END;
END $$;
\pset tuples_only on
\pset format unaligned
SELECT lock_case('ALTER TYPE type_locks.e ADD VALUE ''c''');
SELECT lock_case('CREATE TYPE type_locks.e3 AS ENUM ()');
SELECT lock_case('ALTER DOMAIN type_locks.d SET DEFAULT 1');
SELECT lock_case('ALTER DOMAIN type_locks.d SET NOT NULL');
SELECT lock_case('ALTER DOMAIN type_locks.d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID');
SELECT lock_case('ALTER DOMAIN type_locks.d ADD CONSTRAINT c CHECK (VALUE > 0)');
SELECT lock_case('ALTER DOMAIN type_locks.d2 DROP DEFAULT');
SELECT lock_case('ALTER DOMAIN type_locks.d2 DROP NOT NULL');
SELECT lock_case('ALTER DOMAIN type_locks.d2 DROP CONSTRAINT above');
SELECT lock_case('ALTER DOMAIN type_locks.d3 VALIDATE CONSTRAINT above');
SELECT lock_case('ALTER TYPE type_locks.c ADD ATTRIBUTE z int');
SELECT lock_case('ALTER TYPE type_locks.c DROP ATTRIBUTE b');
SELECT lock_case('COMMENT ON TYPE type_locks.c IS ''c''; COMMENT ON COLUMN type_locks.c.a IS ''a''; REVOKE USAGE ON TYPE type_locks.c FROM PUBLIC');
SELECT lock_case('COMMENT ON DOMAIN type_locks.d IS ''d''; COMMENT ON CONSTRAINT above ON DOMAIN type_locks.d2 IS ''d''');
SELECT lock_case('COMMENT ON TABLE type_locks.t IS ''t''');
SELECT lock_case('COMMENT ON COLUMN type_locks.t.id IS ''t''');
SELECT lock_case('COMMENT ON CONSTRAINT t_pkey ON type_locks.t IS ''t''');
SELECT lock_case('ALTER TABLE type_locks.t DROP COLUMN e2; DROP TYPE type_locks.e2');
-- a swap: the type is renamed under no lock
SELECT lock_case('CREATE TYPE type_locks.e3 AS ENUM (''b'', ''a''); ALTER TABLE type_locks.t ALTER e TYPE type_locks.e3 USING e::text::type_locks.e3; DROP TYPE type_locks.e; ALTER TYPE type_locks.e3 RENAME TO e');
SELECT lock_case('CREATE PUBLICATION type_locks_q FOR TABLE type_locks.t WHERE (id > 1)');
SELECT lock_case('CREATE PUBLICATION type_locks_q FOR ALL TABLES');
SELECT lock_case('CREATE PUBLICATION type_locks_q FOR TABLES IN SCHEMA type_locks');
SELECT lock_case('ALTER PUBLICATION type_locks_p SET TABLE type_locks.t (id)');
SELECT lock_case('ALTER PUBLICATION type_locks_p SET (publish = ''insert'')');
SELECT lock_case('ALTER PUBLICATION type_locks_p DROP TABLE type_locks.t');
SELECT lock_case('ALTER PUBLICATION type_locks_p SET TABLES IN SCHEMA type_locks');
SELECT lock_case('DROP PUBLICATION type_locks_p');
SELECT lock_case('CREATE EXTENSION IF NOT EXISTS pageinspect WITH SCHEMA type_locks');
\pset format aligned
\pset tuples_only off
DROP FUNCTION lock_case;
DROP PUBLICATION type_locks_p;
DROP SCHEMA type_locks CASCADE;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
