-- The fix of rare kinds of objects: applied, nothing differs.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP SCHEMA IF EXISTS fix_rare CASCADE;
CREATE SCHEMA fix_rare;
CREATE ROLE regress_dbmig_fix;
SET check_function_bodies = on;
-- Makes both schemas from what they have in common, the expected one only to take its snapshot; applies the fix to the
-- other; returns its steps and what still differs.
CREATE FUNCTION fix_case(common text, actual text, expected text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    wanted jsonb;
    step record;
BEGIN
    BEGIN
        EXECUTE common || ';' || expected;
        wanted := dbmig.schema_snapshot();
        RAISE EXCEPTION USING ERRCODE = 'P0MIG';
    EXCEPTION WHEN SQLSTATE 'P0MIG' THEN
    END;
    BEGIN
        EXECUTE common || ';' || actual;
        FOR step IN SELECT * FROM dbmig.schema_fix(wanted, drop_unexpected => true) ORDER BY step LOOP
            RETURN NEXT format('%s%s%s%s', replace(step.sql, 'OWNER TO ' || quote_ident(current_user), 'OWNER TO me'), ' -- ' || step.lock, ', ' || step.hazard,
                               CASE WHEN NOT step.transactional THEN ', not transactional' END);
            EXECUTE replace(step.sql, ' CONCURRENTLY', '');
        END LOOP;
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
-- operators: altered in place where the server can, else made again
SELECT fix_case('CREATE FUNCTION fix_rare.eq(int, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN $1::text = $2; CREATE FUNCTION fix_rare.neg(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN -$1', '', 'CREATE OPERATOR fix_rare.=== (FUNCTION = fix_rare.eq, LEFTARG = int, RIGHTARG = text, COMMUTATOR = OPERATOR(fix_rare.===), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES); CREATE OPERATOR fix_rare.@- (FUNCTION = fix_rare.neg, RIGHTARG = int); COMMENT ON OPERATOR fix_rare.@- (NONE, int) IS ''n''');
SELECT fix_case('CREATE FUNCTION fix_rare.eq(int, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN $1::text = $2', 'CREATE OPERATOR fix_rare.=== (FUNCTION = fix_rare.eq, LEFTARG = int, RIGHTARG = text, RESTRICT = eqsel)', 'CREATE OPERATOR fix_rare.=== (FUNCTION = fix_rare.eq, LEFTARG = int, RIGHTARG = text, JOIN = eqjoinsel)');
SELECT fix_case('CREATE FUNCTION fix_rare.eq(int, text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN $1::text = $2', 'CREATE OPERATOR fix_rare.=== (FUNCTION = fix_rare.eq, LEFTARG = int, RIGHTARG = text)', 'CREATE OPERATOR fix_rare.=== (FUNCTION = fix_rare.eq, LEFTARG = int, RIGHTARG = text, HASHES, NEGATOR = OPERATOR(fix_rare.!==)); CREATE OPERATOR fix_rare.!== (FUNCTION = fix_rare.eq, LEFTARG = int, RIGHTARG = text, NEGATOR = OPERATOR(fix_rare.===))');
-- families and classes
SELECT fix_case('', '', 'CREATE FUNCTION fix_rare.cmp(int, int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $2 - $1; CREATE FUNCTION fix_rare.cmp(int, bigint) RETURNS int LANGUAGE sql IMMUTABLE RETURN 1; CREATE OPERATOR CLASS fix_rare.down FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 fix_rare.cmp(int, int); ALTER OPERATOR FAMILY fix_rare.down USING btree ADD OPERATOR 1 > (int, bigint), FUNCTION 1 (int, bigint) fix_rare.cmp(int, bigint); COMMENT ON OPERATOR CLASS fix_rare.down USING btree IS ''d''');
SELECT fix_case('CREATE OPERATOR FAMILY fix_rare."F f" USING btree', 'ALTER OPERATOR FAMILY fix_rare."F f" USING btree ADD OPERATOR 1 < (int, bigint), OPERATOR 2 <= (int, bigint)', 'ALTER OPERATOR FAMILY fix_rare."F f" USING btree ADD OPERATOR 1 > (int, bigint), FUNCTION 1 (int, bigint) btint48cmp(int, bigint)');
SELECT fix_case('', '', 'CREATE OPERATOR CLASS fix_rare.points FOR TYPE point USING gist AS STORAGE box, OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops, OPERATOR 1 <<');
-- text search
SELECT fix_case('', '', 'CREATE TEXT SEARCH TEMPLATE fix_rare.plain (INIT = dsimple_init, LEXIZE = dsimple_lexize); CREATE TEXT SEARCH DICTIONARY fix_rare.words (TEMPLATE = fix_rare.plain, stopwords = ''english'', "accept" = false); CREATE TEXT SEARCH PARSER fix_rare.parts (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline); CREATE TEXT SEARCH CONFIGURATION fix_rare.search (PARSER = fix_rare.parts); ALTER TEXT SEARCH CONFIGURATION fix_rare.search ADD MAPPING FOR asciiword, word WITH fix_rare.words, simple; ALTER TEXT SEARCH CONFIGURATION fix_rare.search ADD MAPPING FOR int WITH simple; COMMENT ON TEXT SEARCH PARSER fix_rare.parts IS ''p''');
SELECT fix_case('CREATE TEXT SEARCH DICTIONARY fix_rare.words (TEMPLATE = simple, stopwords = ''english'')', '', 'ALTER TEXT SEARCH DICTIONARY fix_rare.words (stopwords, accept = false)');
SELECT fix_case('CREATE TEXT SEARCH CONFIGURATION fix_rare.search (COPY = english)', 'ALTER TEXT SEARCH CONFIGURATION fix_rare.search DROP MAPPING FOR url, url_path', 'ALTER TEXT SEARCH CONFIGURATION fix_rare.search DROP MAPPING FOR email; ALTER TEXT SEARCH CONFIGURATION fix_rare.search ALTER MAPPING FOR word, asciiword WITH simple, english_stem');
SELECT fix_case('CREATE TEXT SEARCH PARSER fix_rare.parts (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)', 'CREATE TEXT SEARCH CONFIGURATION fix_rare.search (PARSER = default)', 'CREATE TEXT SEARCH CONFIGURATION fix_rare.search (PARSER = fix_rare.parts)');
-- foreign data
SELECT fix_case('', '', 'CREATE FOREIGN DATA WRAPPER fix_wrapper VALIDATOR postgresql_fdw_validator; CREATE SERVER fix_server TYPE ''t'' VERSION ''1'' FOREIGN DATA WRAPPER fix_wrapper OPTIONS (host ''h'', dbname ''D b''); CREATE USER MAPPING FOR regress_dbmig_fix SERVER fix_server OPTIONS (user ''u'', password ''it''''s''); CREATE USER MAPPING FOR PUBLIC SERVER fix_server; GRANT USAGE ON FOREIGN SERVER fix_server TO regress_dbmig_fix; GRANT USAGE ON FOREIGN DATA WRAPPER fix_wrapper TO regress_dbmig_fix; COMMENT ON SERVER fix_server IS ''s''');
SELECT fix_case('CREATE FOREIGN DATA WRAPPER fix_wrapper OPTIONS (a ''1'', b ''2''); CREATE SERVER fix_server VERSION ''1'' FOREIGN DATA WRAPPER fix_wrapper OPTIONS (host ''h'', dbname ''D b''); CREATE USER MAPPING FOR PUBLIC SERVER fix_server', '', 'ALTER FOREIGN DATA WRAPPER fix_wrapper VALIDATOR postgresql_fdw_validator OPTIONS (DROP a, DROP b); ALTER SERVER fix_server VERSION ''2'' OPTIONS (SET host ''i'', DROP dbname, ADD port ''1''); ALTER USER MAPPING FOR PUBLIC SERVER fix_server OPTIONS (ADD user ''u'')');
SELECT fix_case('CREATE FOREIGN DATA WRAPPER fix_wrapper VALIDATOR postgresql_fdw_validator', 'CREATE SERVER fix_server TYPE ''a'' FOREIGN DATA WRAPPER fix_wrapper; CREATE USER MAPPING FOR PUBLIC SERVER fix_server', 'CREATE SERVER fix_server TYPE ''b'' FOREIGN DATA WRAPPER fix_wrapper; CREATE USER MAPPING FOR PUBLIC SERVER fix_server');
-- collations, casts, conversions, languages, transforms, access methods
SELECT fix_case('', '', 'CREATE COLLATION fix_rare.plain (PROVIDER = libc, LOCALE = ''C''); CREATE COLLATION fix_rare."Mixed" (PROVIDER = libc, LC_COLLATE = ''C'', LC_CTYPE = ''POSIX''); CREATE DOMAIN fix_rare.d AS text COLLATE fix_rare."Mixed"');
SELECT fix_case('', 'CREATE COLLATION fix_rare.plain (PROVIDER = libc, LOCALE = ''C'')', 'CREATE COLLATION fix_rare.plain (PROVIDER = libc, LOCALE = ''POSIX'')');
SELECT fix_case('CREATE TYPE fix_rare.mood AS ENUM (''a''); CREATE TYPE fix_rare.pair AS (a int); CREATE TYPE fix_rare.pair2 AS (a int); CREATE FUNCTION fix_rare.to_mood(int) RETURNS fix_rare.mood LANGUAGE sql IMMUTABLE RETURN ''a''::fix_rare.mood', 'CREATE CAST (int AS fix_rare.mood) WITH FUNCTION fix_rare.to_mood(int)', 'CREATE CAST (int AS fix_rare.mood) WITH FUNCTION fix_rare.to_mood(int) AS ASSIGNMENT; CREATE CAST (fix_rare.mood AS varchar) WITH INOUT AS IMPLICIT; COMMENT ON CAST (int AS fix_rare.mood) IS ''a''');
SELECT fix_case('', 'CREATE CONVERSION fix_rare.conv FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8', 'CREATE DEFAULT CONVERSION fix_rare.conv FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8; COMMENT ON CONVERSION fix_rare.conv IS ''c''');
SELECT fix_case('', 'CREATE LANGUAGE fix_language HANDLER plpgsql_call_handler', 'CREATE TRUSTED LANGUAGE fix_language HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator; REVOKE USAGE ON LANGUAGE fix_language FROM PUBLIC; CREATE FUNCTION fix_rare.f() RETURNS int LANGUAGE fix_language AS ''BEGIN RETURN 1; END''');
SELECT fix_case('', 'CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal)); CREATE ACCESS METHOD fix_heap TYPE TABLE HANDLER heap_tableam_handler', 'CREATE TRANSFORM FOR bigint LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal)); CREATE ACCESS METHOD fix_heap2 TYPE TABLE HANDLER heap_tableam_handler; COMMENT ON ACCESS METHOD fix_heap2 IS ''h''; COMMENT ON TRANSFORM FOR bigint LANGUAGE sql IS ''t''');
-- publications
SELECT fix_case('CREATE TABLE fix_rare.t (b int, id int PRIMARY KEY, "A b" text); CREATE TABLE fix_rare.u (id int)', '', 'CREATE PUBLICATION fix_tables FOR TABLE fix_rare.u WHERE (id > 10), fix_rare.t (id, b, "A b") WITH (publish = ''insert, delete'', publish_via_partition_root); CREATE PUBLICATION fix_schema FOR TABLES IN SCHEMA fix_rare, TABLE fix_rare.t; CREATE PUBLICATION fix_all FOR ALL TABLES; CREATE PUBLICATION "Fix none"; COMMENT ON PUBLICATION "Fix none" IS ''of nothing''');
SELECT fix_case('CREATE TABLE fix_rare.t (b int, id int PRIMARY KEY, "A b" text); CREATE TABLE fix_rare.u (id int)', 'CREATE PUBLICATION fix_p FOR TABLE fix_rare.u, TABLES IN SCHEMA fix_rare WITH (publish = ''insert'')', 'CREATE PUBLICATION fix_p FOR TABLE fix_rare.u WHERE (id > 10), fix_rare.t (id, b) WITH (publish_via_partition_root)');
SELECT fix_case('CREATE TABLE fix_rare.t (b int)', 'CREATE PUBLICATION fix_p FOR TABLE fix_rare.t, TABLES IN SCHEMA fix_rare; CREATE PUBLICATION fix_q FOR ALL TABLES', 'CREATE PUBLICATION fix_p; CREATE PUBLICATION fix_q');
-- default privileges
SELECT fix_case('', '', 'ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix IN SCHEMA fix_rare GRANT SELECT ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix GRANT ALL ON SEQUENCES TO PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix REVOKE ALL ON TYPES FROM regress_dbmig_fix');
SELECT fix_case('', 'ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix REVOKE ALL ON TYPES FROM regress_dbmig_fix', 'ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix GRANT USAGE ON SCHEMAS TO PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix REVOKE UPDATE ON SEQUENCES FROM regress_dbmig_fix; ALTER DEFAULT PRIVILEGES FOR ROLE regress_dbmig_fix REVOKE USAGE ON TYPES FROM PUBLIC');
-- extensions: moved, and made where nothing is
SELECT fix_case('', 'CREATE SCHEMA fix_other; CREATE EXTENSION IF NOT EXISTS pageinspect WITH SCHEMA fix_other', 'CREATE EXTENSION IF NOT EXISTS pageinspect WITH SCHEMA fix_rare');
\pset format aligned
\pset tuples_only off
DROP FUNCTION fix_case;
DROP SCHEMA fix_rare CASCADE;
DROP ROLE regress_dbmig_fix;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
