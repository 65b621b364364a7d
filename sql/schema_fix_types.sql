-- The fix of enums, domains, composite and range types: applied, nothing differs.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP SCHEMA IF EXISTS fix_types CASCADE;
CREATE SCHEMA fix_types;
-- Makes both schemas from what they have in common, the expected one only to take its snapshot; applies the fix to the
-- other; returns its steps and what still differs.
CREATE FUNCTION fix_case(common text, actual text, expected text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    wanted jsonb;
    step record;
BEGIN
    BEGIN
        EXECUTE common || ';' || expected;
        wanted := dbmig.schema_snapshot(ARRAY['fix_types']);
        RAISE EXCEPTION USING ERRCODE = 'P0MIG';
    EXCEPTION WHEN SQLSTATE 'P0MIG' THEN
    END;
    BEGIN
        EXECUTE common || ';' || actual;
        FOR step IN SELECT * FROM dbmig.schema_fix(wanted, drop_unexpected => true) ORDER BY step LOOP
            RETURN NEXT format('%s%s%s%s', replace(step.sql, 'OWNER TO ' || quote_ident(current_user), 'OWNER TO me'), ' -- ' || step.lock,
                               ', ' || step.hazard,
                               CASE WHEN NOT step.transactional THEN ', not transactional' END);
            EXECUTE replace(step.sql, ' CONCURRENTLY', '');
        END LOOP;
        IF to_regclass('fix_types.t') IS NOT NULL THEN
            FOR step IN EXECUTE 'SELECT t::text AS line FROM fix_types.t' LOOP
                RETURN NEXT 'ROW: ' || step.line;
            END LOOP;
        END IF;
        FOR step IN SELECT * FROM dbmig.schema_diff(wanted) LOOP
            RETURN NEXT 'STILL: ' || step;
        END LOOP;
        FOR step IN SELECT * FROM dbmig.schema_fix(wanted, drop_unexpected => true) ORDER BY step LOOP
            RETURN NEXT 'AGAIN: ' || step.sql;
        END LOOP;
        RAISE EXCEPTION USING ERRCODE = 'P0MIG';
    EXCEPTION WHEN SQLSTATE 'P0MIG' THEN
    END;
END $$;
\pset tuples_only on
\pset format unaligned
-- schemas' own
SELECT fix_case('', '', 'COMMENT ON SCHEMA fix_types IS ''ours''; GRANT USAGE ON SCHEMA fix_types TO PUBLIC');
-- enums: values added at every place
SELECT fix_case('', '', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''it''''s'')');
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM (''b'', ''d'')', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''a2'', ''b'', ''c'', ''d'', ''it''''s'', ''f'')');
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM ()', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''b'')');
-- removed, reordered
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''b'')', 'CREATE TYPE fix_types.e AS ENUM (''b'')');
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''b'')', 'CREATE TYPE fix_types.e AS ENUM (''b'', ''a''); COMMENT ON TYPE fix_types.e IS ''e''; REVOKE USAGE ON TYPE fix_types.e FROM PUBLIC');
-- domains
SELECT fix_case('', '', 'CREATE DOMAIN fix_types.d AS varchar(3) COLLATE "C" DEFAULT ''x'' NOT NULL CHECK (VALUE <> ''y''); ALTER DOMAIN fix_types.d ADD CONSTRAINT z CHECK (VALUE <> ''z'') NOT VALID; COMMENT ON CONSTRAINT z ON DOMAIN fix_types.d IS ''z''');
SELECT fix_case('CREATE DOMAIN fix_types.d AS int', '', 'ALTER DOMAIN fix_types.d SET DEFAULT 1; ALTER DOMAIN fix_types.d SET NOT NULL; ALTER DOMAIN fix_types.d ADD CONSTRAINT c CHECK (VALUE > 0)');
SELECT fix_case('CREATE DOMAIN fix_types.d AS int', 'ALTER DOMAIN fix_types.d SET DEFAULT 1; ALTER DOMAIN fix_types.d SET NOT NULL; ALTER DOMAIN fix_types.d ADD CONSTRAINT c CHECK (VALUE > 0)', '');
SELECT fix_case('CREATE DOMAIN fix_types.d AS int', 'ALTER DOMAIN fix_types.d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID', 'ALTER DOMAIN fix_types.d ADD CONSTRAINT c CHECK (VALUE > 0)');
SELECT fix_case('CREATE DOMAIN fix_types.d AS int', 'ALTER DOMAIN fix_types.d ADD CONSTRAINT c CHECK (VALUE > 0)', 'ALTER DOMAIN fix_types.d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID');
SELECT fix_case('CREATE DOMAIN fix_types.d AS int', 'ALTER DOMAIN fix_types.d ADD CONSTRAINT c CHECK (VALUE > 0)', 'ALTER DOMAIN fix_types.d ADD CONSTRAINT c CHECK (VALUE > 1)');
SELECT fix_case('', 'CREATE DOMAIN fix_types.d AS int CHECK (VALUE > 0)', 'CREATE DOMAIN fix_types.d AS bigint CHECK (VALUE > 0)');
-- a domain over a domain, and one whose default needs a function and a sequence
SELECT fix_case('CREATE DOMAIN fix_types.d AS text DEFAULT ''a''; CREATE DOMAIN fix_types.d2 AS fix_types.d CHECK (VALUE <> '''')', 'DROP DOMAIN fix_types.d2, fix_types.d', '');
SELECT fix_case('', '', 'CREATE FUNCTION fix_types.f() RETURNS int LANGUAGE sql RETURN 1; CREATE DOMAIN fix_types.d AS int DEFAULT fix_types.f() CHECK (VALUE > fix_types.f())');
-- composite types
SELECT fix_case('CREATE TYPE fix_types.e AS ENUM (''a'')', '', 'CREATE TYPE fix_types."C c" AS ("A a" text COLLATE "C", b fix_types.e[]); COMMENT ON COLUMN fix_types."C c"."A a" IS ''a''');
SELECT fix_case('', 'CREATE TYPE fix_types.c AS (a int, b text, c int)', 'CREATE TYPE fix_types.c AS (b varchar(3), a int, d numeric(3, 1), e text COLLATE "C")');
SELECT fix_case('', 'CREATE TYPE fix_types.c AS (a int)', 'CREATE TYPE fix_types.c AS ()');
SELECT fix_case('', 'CREATE TYPE fix_types.c AS (a text COLLATE "C", b text)', 'CREATE TYPE fix_types.c AS (a text, b text COLLATE "C")');
-- nested: the inner one must come first, and go last
SELECT fix_case('', 'CREATE TYPE fix_types.z AS (a int); CREATE TYPE fix_types.y AS (a fix_types.z)', 'CREATE TYPE fix_types.b AS (a int); CREATE TYPE fix_types.a AS (a fix_types.b)');
-- range types
SELECT fix_case('', '', 'CREATE TYPE fix_types.r AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops)');
SELECT fix_case('', 'CREATE TYPE fix_types.r AS RANGE (subtype = text)', 'CREATE TYPE fix_types.r AS RANGE (subtype = text, collation = "C", multirange_type_name = fix_types.many)');
-- one kind made another
SELECT fix_case('', 'CREATE TYPE fix_types.x AS ENUM (''a'')', 'CREATE DOMAIN fix_types.x AS text');
SELECT fix_case('', 'CREATE TYPE fix_types.x AS (a int)', 'CREATE TYPE fix_types.x AS ENUM (''a'')');
-- functions that take or return the types
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''b''); CREATE FUNCTION fix_types.f(fix_types.e) RETURNS fix_types.e[] LANGUAGE sql AS ''SELECT ARRAY[$1]''', 'CREATE TYPE fix_types.e AS ENUM (''a''); CREATE FUNCTION fix_types.f(fix_types.e) RETURNS fix_types.e[] LANGUAGE sql AS ''SELECT ARRAY[$1]''');
SELECT fix_case('', '', 'CREATE TYPE fix_types.r AS RANGE (subtype = int); CREATE FUNCTION fix_types.f() RETURNS fix_types.r LANGUAGE sql RETURN fix_types.r(1, 2)');
-- in use: in arrays, defaults, views, functions, indexes, checks; rows stay
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''b'', ''c''); CREATE TABLE fix_types.t (e fix_types.e DEFAULT ''b'' CHECK (e <> ''c''), es fix_types.e[]); INSERT INTO fix_types.t VALUES (''a'', ''{a,b}''); CREATE INDEX i ON fix_types.t (e) WHERE e = ''a''; CREATE VIEW fix_types.v AS SELECT e, es FROM fix_types.t WHERE e > ''a''', 'CREATE TYPE fix_types.e AS ENUM (''b'', ''a'', ''c''); CREATE TABLE fix_types.t (e fix_types.e DEFAULT ''b'' CHECK (e <> ''c''), es fix_types.e[]); CREATE INDEX i ON fix_types.t (e) WHERE e = ''a''; CREATE VIEW fix_types.v AS SELECT e, es FROM fix_types.t WHERE e > ''a''');
SELECT fix_case('', 'CREATE DOMAIN fix_types.d AS int CHECK (VALUE > 0); CREATE TABLE fix_types.t (d fix_types.d DEFAULT 1, ds fix_types.d[]); INSERT INTO fix_types.t VALUES (2, ''{3}'')', 'CREATE DOMAIN fix_types.d AS bigint CHECK (VALUE > 0); CREATE TABLE fix_types.t (d fix_types.d DEFAULT 1, ds fix_types.d[])');
SELECT fix_case('', 'CREATE DOMAIN fix_types.d AS int; CREATE TABLE fix_types.t (d fix_types.d); INSERT INTO fix_types.t VALUES (2)', 'CREATE DOMAIN fix_types.d AS int NOT NULL CHECK (VALUE > 0); CREATE TABLE fix_types.t (d fix_types.d)');
SELECT fix_case('', 'CREATE TYPE fix_types.c AS (a int, b text); CREATE TABLE fix_types.t (c fix_types.c); INSERT INTO fix_types.t VALUES ((1, ''x''))', 'CREATE TYPE fix_types.c AS (a int, b text, z int); CREATE TABLE fix_types.t (c fix_types.c)');
SELECT fix_case('', 'CREATE TYPE fix_types.c AS (a int, b text); CREATE TABLE fix_types.t (c fix_types.c); INSERT INTO fix_types.t VALUES ((1, ''x''))', 'CREATE TYPE fix_types.c AS (a bigint, b text); CREATE TABLE fix_types.t (c fix_types.c)');
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''b''); CREATE TYPE fix_types.c AS (a int, e fix_types.e); CREATE TABLE fix_types.t (c fix_types.c); INSERT INTO fix_types.t VALUES ((1, ''b''))', 'CREATE TYPE fix_types.e AS ENUM (''b'', ''a''); CREATE TYPE fix_types.c AS (a int, e fix_types.e); CREATE TABLE fix_types.t (c fix_types.c)');
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''b''); CREATE DOMAIN fix_types.d AS fix_types.e CHECK (VALUE <> ''b''); CREATE TABLE fix_types.t (d fix_types.d); INSERT INTO fix_types.t VALUES (''a'')', 'CREATE TYPE fix_types.e AS ENUM (''b'', ''a''); CREATE DOMAIN fix_types.d AS fix_types.e CHECK (VALUE <> ''b''); CREATE TABLE fix_types.t (d fix_types.d)');
SELECT fix_case('', 'CREATE TYPE fix_types.r AS RANGE (subtype = int); CREATE TABLE fix_types.t (r fix_types.r, m fix_types.r_multirange); INSERT INTO fix_types.t VALUES (''[1,3)'', ''{[1,3)}''); CREATE VIEW fix_types.v AS SELECT fix_types.r(1, 2) AS r', 'CREATE TYPE fix_types.r AS RANGE (subtype = bigint); CREATE TABLE fix_types.t (r fix_types.r, m fix_types.r_multirange); CREATE VIEW fix_types.v AS SELECT fix_types.r(1, 2) AS r');
-- attributes added, dropped, moved and altered at once: values stay with their names
SELECT fix_case('', 'CREATE TYPE fix_types.c AS (a int, gone int, b int, x text); CREATE TYPE fix_types.c2 AS (n int, c fix_types.c); CREATE TABLE fix_types.t (c fix_types.c, cs fix_types.c[], c2 fix_types.c2); INSERT INTO fix_types.t VALUES ((1, 2, 3, ''x''), ARRAY[(4, 5, 6, ''y'')]::fix_types.c[], (7, (8, 9, 10, ''z'')::fix_types.c)); CREATE VIEW fix_types.v AS SELECT (c).gone, (c).b FROM fix_types.t', 'CREATE TYPE fix_types.c AS (x text, b bigint, new int, a int); CREATE TYPE fix_types.c2 AS (n int, c fix_types.c); CREATE TABLE fix_types.t (c fix_types.c, cs fix_types.c[], c2 fix_types.c2); CREATE VIEW fix_types.v AS SELECT (c).b FROM fix_types.t');
-- an attribute that a view needs
SELECT fix_case('', 'CREATE TYPE fix_types.c AS (a int, gone int); CREATE TABLE fix_types.t (c fix_types.c); INSERT INTO fix_types.t VALUES ((1, 2)); CREATE VIEW fix_types.v AS SELECT (c).gone FROM fix_types.t', 'CREATE TYPE fix_types.c AS (a int); CREATE TABLE fix_types.t (c fix_types.c)');
-- a domain inside of arrays and composite types: the server proves nothing of it
SELECT fix_case('', 'CREATE DOMAIN fix_types.d AS int; CREATE TYPE fix_types.c AS (d fix_types.d); CREATE TABLE fix_types.t (d fix_types.d, ds fix_types.d[], c fix_types.c); INSERT INTO fix_types.t VALUES (2, ''{3}'', ROW(4))', 'CREATE DOMAIN fix_types.d AS int NOT NULL CHECK (VALUE > 0); CREATE TYPE fix_types.c AS (d fix_types.d); CREATE TABLE fix_types.t (d fix_types.d, ds fix_types.d[], c fix_types.c)');
-- values added and used by a default and a check of the same fix
SELECT fix_case('', 'CREATE TYPE fix_types.e AS ENUM (''a''); CREATE TABLE fix_types.t (e fix_types.e)', 'CREATE TYPE fix_types.e AS ENUM (''a'', ''b''); CREATE TABLE fix_types.t (e fix_types.e, f text CHECK (f <> ''b''))');
\pset format aligned
\pset tuples_only off
DROP FUNCTION fix_case;
DROP SCHEMA fix_types CASCADE;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
