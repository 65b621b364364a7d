-- Schemas, extensions, enums, domains, composite and range types in a snapshot.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP SCHEMA IF EXISTS types_a, "Types ""B""" CASCADE;
CREATE SCHEMA types_a;
CREATE SCHEMA "Types ""B""";
CREATE FUNCTION types_of(container text, name text DEFAULT NULL) RETURNS text LANGUAGE sql
    RETURN (SELECT jsonb_pretty(CASE WHEN name IS NULL THEN s -> container ELSE s -> container -> name END)
            FROM (SELECT dbmig.schema_snapshot(ARRAY['types_a', 'Types "B"'])) AS q(s));
\pset tuples_only on
\pset format unaligned
-- enums: values in their order, not in the order of making
CREATE TYPE types_a.mood AS ENUM ('sad', 'ok', 'it''s "odd"');
ALTER TYPE types_a.mood ADD VALUE 'calm' BEFORE 'ok';
ALTER TYPE types_a.mood ADD VALUE 'first' BEFORE 'sad';
CREATE TYPE "Types ""B"""."Mood.x" AS ENUM ();
COMMENT ON TYPE types_a.mood IS 'how it feels';
SELECT types_of('enums');
-- domains: type, collation, default, nullability, checks
CREATE SEQUENCE types_a.seq;
CREATE DOMAIN types_a.positive AS integer DEFAULT nextval('types_a.seq') CONSTRAINT above_zero CHECK (VALUE > 0) CONSTRAINT "Odd ""name""" CHECK (VALUE % 2 = 1);
ALTER DOMAIN types_a.positive ADD CONSTRAINT small CHECK (VALUE < 1000) NOT VALID;
COMMENT ON CONSTRAINT small ON DOMAIN types_a.positive IS 'not proved';
COMMENT ON DOMAIN types_a.positive IS 'above zero';
CREATE DOMAIN "Types ""B"""."Name" AS varchar(10)[] NOT NULL;
CREATE DOMAIN types_a.word AS text COLLATE "C" DEFAULT 'a'::text;
CREATE DOMAIN types_a.word2 AS types_a.word CHECK (VALUE <> '');
SELECT types_of('domains');
-- composite types: attributes without gaps, what they need
CREATE TYPE types_a.address AS (street text COLLATE "C", gone int, "House No" types_a.positive, moods types_a.mood[], amount numeric(10, 2));
ALTER TYPE types_a.address DROP ATTRIBUTE gone;
COMMENT ON COLUMN types_a.address.street IS 'with number';
COMMENT ON TYPE types_a.address IS 'where';
CREATE TYPE types_a.nothing AS ();
SELECT types_of('composite_types');
-- a table's row type is not one
CREATE TABLE types_a.t (a types_a.address);
SELECT types_of('composite_types') LIKE '%types_a.t"%';
-- range types
CREATE FUNCTION types_a.diff(text, text) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT RETURN length($1) - length($2);
CREATE TYPE types_a.textrange AS RANGE (subtype = text);
CREATE TYPE types_a.span AS RANGE (subtype = text, subtype_opclass = text_pattern_ops, collation = "C", subtype_diff = types_a.diff, multirange_type_name = "Types ""B"""."Spans");
SELECT types_of('range_types');
-- what the server made with them is not there
SELECT types_of('functions') LIKE '%span(%', types_of('casts') LIKE '%span%';
-- grants: only what differs from the server's own
SELECT types_of('schemas');
CREATE ROLE regress_dbmig_types;
GRANT USAGE, CREATE ON SCHEMA types_a TO regress_dbmig_types;
REVOKE USAGE ON TYPE types_a.mood FROM PUBLIC;
GRANT USAGE ON TYPE types_a.word TO regress_dbmig_types WITH GRANT OPTION;
SELECT types_of('schemas'), types_of('enums', 'types_a.mood'), types_of('domains', 'types_a.word');
-- public: its comment and its grant are the server's
SELECT dbmig.schema_snapshot(ARRAY['public']) -> 'schemas';
BEGIN;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
SELECT dbmig.schema_snapshot(ARRAY['public']) -> 'schemas';
GRANT ALL ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'ours';
SELECT dbmig.schema_snapshot(ARRAY['public']) -> 'schemas';
ROLLBACK;
-- extensions: without their members, their comment, and ours
CREATE EXTENSION IF NOT EXISTS pageinspect WITH SCHEMA types_a;
SELECT dbmig.schema_snapshot(ARRAY['types_a']) -> 'extensions' #- '{pageinspect,version}', types_of('functions') LIKE '%page_header%';
SELECT dbmig.schema_snapshot(ARRAY['types_a']) -> 'extensions' -> 'pageinspect' ? 'version', dbmig.schema_snapshot() -> 'extensions' ?| '{dbmig,plpgsql}';
DROP EXTENSION pageinspect;
-- types that need C: named, not described
CREATE TYPE types_a.shell;
SET ROLE regress_dbmig_types;
CREATE TYPE types_a.mine AS ENUM ('a');
RESET ROLE;
SELECT types_of('unmodelled');
-- the same after a dump would be taken: twice the same bytes
SELECT dbmig.schema_snapshot() = dbmig.schema_snapshot();
\pset format aligned
\pset tuples_only off
DROP FUNCTION types_of;
DROP SCHEMA types_a, "Types ""B""" CASCADE;
DROP ROLE regress_dbmig_types;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
