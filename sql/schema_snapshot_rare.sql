-- Operators, text search, foreign data, collations, casts, publications and default privileges in a snapshot.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP SCHEMA IF EXISTS rare CASCADE;
CREATE SCHEMA rare;
CREATE ROLE regress_dbmig_rare;
CREATE ROLE regress_dbmig_rare2;
CREATE FUNCTION rare_of(container text, keys text DEFAULT '') RETURNS text LANGUAGE sql
    RETURN (SELECT jsonb_pretty(jsonb_object_agg(key, value)) FROM jsonb_each(dbmig.schema_snapshot() -> container)
            WHERE key LIKE '%' || keys || '%');
\pset tuples_only on
\pset format unaligned
-- operators; one that was only named as a commutator is none
CREATE FUNCTION rare.eq(int, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN $1::text = $2;
CREATE FUNCTION rare.ne(int, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN $1::text <> $2;
CREATE OPERATOR rare.=== (FUNCTION = rare.eq, LEFTARG = int, RIGHTARG = text, COMMUTATOR = OPERATOR(rare.===), NEGATOR = OPERATOR(rare.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR rare.!== (FUNCTION = rare.ne, LEFTARG = int, RIGHTARG = text, NEGATOR = OPERATOR(rare.===));
CREATE FUNCTION rare.half(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1 / 2;
CREATE OPERATOR rare.@#@ (FUNCTION = rare.half, RIGHTARG = int);
COMMENT ON OPERATOR rare.@#@ (NONE, int) IS 'half';
SELECT rare_of('operators');
-- families and classes
CREATE FUNCTION rare.cmp(int, int) RETURNS int LANGUAGE sql IMMUTABLE RETURN CASE WHEN $1 < $2 THEN 1 WHEN $1 > $2 THEN -1 ELSE 0 END;
CREATE FUNCTION rare.cmp(int, bigint) RETURNS int LANGUAGE sql IMMUTABLE RETURN CASE WHEN $1 < $2 THEN 1 WHEN $1 > $2 THEN -1 ELSE 0 END;
CREATE OPERATOR CLASS rare.down FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 rare.cmp(int, int);
ALTER OPERATOR FAMILY rare.down USING btree ADD OPERATOR 1 > (int, bigint), FUNCTION 1 (int, bigint) rare.cmp(int, bigint);
CREATE OPERATOR FAMILY rare."Empty" USING gist;
CREATE OPERATOR CLASS rare.points FOR TYPE point USING gist FAMILY rare."Empty" AS STORAGE box, OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops, OPERATOR 1 <<;
COMMENT ON OPERATOR CLASS rare.down USING btree IS 'largest first';
SELECT rare_of('operator_classes');
SELECT rare_of('operator_families');
-- text search
CREATE TEXT SEARCH TEMPLATE rare.plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY rare.words (TEMPLATE = rare.plain, stopwords = 'english', "accept" = false);
CREATE TEXT SEARCH PARSER rare.parts (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH CONFIGURATION rare.search (PARSER = rare.parts);
ALTER TEXT SEARCH CONFIGURATION rare.search ADD MAPPING FOR asciiword, word WITH rare.words, simple;
ALTER TEXT SEARCH CONFIGURATION rare.search ADD MAPPING FOR int WITH simple;
COMMENT ON TEXT SEARCH CONFIGURATION rare.search IS 'ours';
SELECT rare_of('text_search_templates');
SELECT rare_of('text_search_dictionaries');
SELECT rare_of('text_search_parsers');
SELECT rare_of('text_search_configurations');
-- foreign data; who may see the options of a user mapping
CREATE FOREIGN DATA WRAPPER rare_wrapper OPTIONS ("Odd option" 'it''s');
CREATE FOREIGN DATA WRAPPER rare_valid VALIDATOR postgresql_fdw_validator;
CREATE SERVER rare_server TYPE 't' VERSION '1''0' FOREIGN DATA WRAPPER rare_wrapper OPTIONS (host 'h', dbname 'D b');
CREATE USER MAPPING FOR regress_dbmig_rare SERVER rare_server OPTIONS (user 'u', password 'secret');
CREATE USER MAPPING FOR PUBLIC SERVER rare_server OPTIONS (user 'all');
GRANT USAGE ON FOREIGN SERVER rare_server TO regress_dbmig_rare2;
SELECT rare_of('foreign_data_wrappers');
SELECT rare_of('servers');
SELECT rare_of('user_mappings');
-- the user of the mapping, who may not use the server
SET ROLE regress_dbmig_rare;
SELECT rare_of('user_mappings');
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER rare_server TO regress_dbmig_rare;
SET ROLE regress_dbmig_rare;
SELECT rare_of('user_mappings');
-- somebody else, who may
SET ROLE regress_dbmig_rare2;
SELECT rare_of('user_mappings');
RESET ROLE;
ALTER SERVER rare_server OWNER TO regress_dbmig_rare2;
SET ROLE regress_dbmig_rare2;
SELECT rare_of('user_mappings', 'PUBLIC'), dbmig.schema_snapshot()::text LIKE '%secret%';
RESET ROLE;
-- collations, casts, conversions, languages, access methods
CREATE COLLATION rare.plain (PROVIDER = libc, LOCALE = 'C');
CREATE COLLATION rare."Mixed" (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
SELECT rare_of('collations');
CREATE TYPE rare.mood AS ENUM ('a', 'b');
CREATE FUNCTION rare.to_mood(int) RETURNS rare.mood LANGUAGE sql IMMUTABLE RETURN 'a'::rare.mood;
CREATE CAST (int AS rare.mood) WITH FUNCTION rare.to_mood(int) AS ASSIGNMENT;
CREATE CAST (rare.mood AS varchar) WITH INOUT AS IMPLICIT;
CREATE TYPE rare.span AS RANGE (subtype = int);
COMMENT ON CAST (int AS rare.mood) IS 'a';
SELECT rare_of('casts');
CREATE DEFAULT CONVERSION rare.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
SELECT rare_of('conversions');
CREATE TRUSTED LANGUAGE rare_language HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
GRANT USAGE ON LANGUAGE rare_language TO regress_dbmig_rare;
SELECT rare_of('languages');
CREATE ACCESS METHOD rare_heap TYPE TABLE HANDLER heap_tableam_handler;
SELECT rare_of('access_methods');
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
SELECT rare_of('transforms');
-- publications
CREATE TABLE rare.t (b int, id int PRIMARY KEY, "A b" text);
CREATE TABLE rare.u (id int);
CREATE PUBLICATION rare_tables FOR TABLE rare.u WHERE (id > 10), rare.t (id, b, "A b") WITH (publish = 'insert, delete', publish_via_partition_root);
CREATE PUBLICATION rare_schema FOR TABLES IN SCHEMA rare, TABLE rare.t;
CREATE PUBLICATION rare_all FOR ALL TABLES;
CREATE PUBLICATION rare_none;
COMMENT ON PUBLICATION rare_none IS 'of nothing';
SELECT rare_of('publications');
CREATE SUBSCRIPTION rare_subscription CONNECTION 'host=nowhere password=secret' PUBLICATION b, a WITH (connect = false, enabled = false, slot_name = NONE);
SELECT rare_of('unmodelled'), dbmig.schema_snapshot()::text LIKE '%secret%';
DROP SUBSCRIPTION rare_subscription;
-- default privileges
ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_rare IN SCHEMA rare GRANT SELECT, INSERT ON TABLES TO regress_dbmig_rare2 WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_rare REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_rare GRANT ALL ON SEQUENCES TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_rare REVOKE ALL ON TYPES FROM regress_dbmig_rare;
SELECT rare_of('default_privileges');
-- limited to a schema: nothing that lives in none
SELECT jsonb_object_keys(dbmig.schema_snapshot(ARRAY['rare']));
SELECT dbmig.schema_snapshot() = dbmig.schema_snapshot();
\pset format aligned
\pset tuples_only off
DROP FUNCTION rare_of;
DROP PUBLICATION rare_tables, rare_schema, rare_all, rare_none;
DROP ACCESS METHOD rare_heap;
DROP TRANSFORM FOR int LANGUAGE sql;
DROP LANGUAGE rare_language;
DROP FOREIGN DATA WRAPPER rare_wrapper, rare_valid CASCADE;
DROP SCHEMA rare CASCADE;
DROP OWNED BY regress_dbmig_rare, regress_dbmig_rare2;
DROP ROLE regress_dbmig_rare, regress_dbmig_rare2;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
