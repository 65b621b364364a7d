-- A text is split by the server's own rules, and faults are placed in characters.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE SCHEMA split;
SET search_path = split, public;

-- Registers a text as the next migration, applies it, and tells how many
-- statements it had; run alone and together.
CREATE PROCEDURE split_run(version text, sql text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM dbmig.register_migration(version, sql);
    CALL dbmig.migrate(version);
    COMMIT;
END $$;
CREATE VIEW split_counts AS
    SELECT version, state, statements, failed_statement AS failed, failed_line AS line,
           failed_position AS position, sqlstate, error
    FROM dbmig.migration_run;
SET client_min_messages = warning;

-- semicolons that end nothing
CALL split_run('01', $x$SELECT ';', E'\';', $$;$$, $a$;$$;$a$, U&'\0041;', B'1', X'1F', N'n;';
SELECT 1 AS "a;b" -- ; SELECT
;/* ; /* ; */ ; */ SELECT 2;;; ;$x$);
CALL split_run('02', $x$CREATE TABLE t (i int, j int);
CREATE TABLE log (what text);
CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO log VALUES ('one;'); INSERT INTO log VALUES ('two'));
INSERT INTO t VALUES (1, 2);$x$);
SELECT * FROM log ORDER BY what;
CALL split_run('03', $x$CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM 1; -- ; END;
    RETURN length($$;$$);
END; $body$;
DO $do$ BEGIN PERFORM f(); END; $do$;$x$);
-- bodies of SQL functions
CALL split_run('04', $x$CREATE FUNCTION g(a int) RETURNS text LANGUAGE sql BEGIN ATOMIC
    SELECT 1;
    SELECT CASE WHEN a > 0 THEN CASE a WHEN 1 THEN 'one;' ELSE 'END' END ELSE 'none' END;
END;
CREATE PROCEDURE h() LANGUAGE sql BEGIN ATOMIC END;
CREATE PROCEDURE p(a int) BEGIN /* x */ ATOMIC
    INSERT INTO log VALUES ('p');; INSERT INTO log SELECT g(a); END;
CREATE FUNCTION k() RETURNS int RETURN 5;
CALL p(1)$x$);
SELECT g(1), g(2), g(0), k();
SELECT * FROM log ORDER BY what;
-- the words are no keywords of ours
CALL split_run('05', $x$CREATE TABLE atomic ("begin" int, atomic int);
INSERT INTO atomic ("begin", atomic) VALUES (1, 2); SELECT "begin" atomic FROM atomic; SELECT 1 AS begin, 2 AS atomic;
SELECT atomic.atomic FROM atomic;
PREPARE begin AS SELECT 1; EXECUTE begin; DEALLOCATE begin;
SELECT "begin" AS atomic FROM atomic;$x$);
-- backslashes, by the text and by the session
CALL split_run('06', $x$SET standard_conforming_strings = on; SELECT 'a\'; SELECT 1;
SET standard_conforming_strings = off; SET escape_string_warning = off;
SELECT 'a\';b'; SELECT 2;
SET standard_conforming_strings TO DEFAULT; SELECT 'c\'; SELECT 3;$x$);
SHOW standard_conforming_strings;
SET standard_conforming_strings = off;
SET escape_string_warning = off;
CALL split_run('07', $x$SELECT 'a\';b'; SELECT 2;$x$);
CALL split_run('08', $x$RESET standard_conforming_strings; SELECT 'a\'; SELECT 1;$x$);
RESET standard_conforming_strings;
RESET escape_string_warning;
-- a line end of any kind; no line end; text after the last semicolon
CALL split_run('09', E'SELECT 1 -- a\r;SELECT 2;\r\n--b\nSELECT 3');
SELECT version, state, statements FROM split_counts ORDER BY version;

-- the same texts one by one, at top level
SELECT dbmig.register_migration('1' || version, regexp_replace(up_sql, '(TABLE|FUNCTION|PROCEDURE) ', '\1 x', 'g'),
                                transactional => false)
FROM dbmig.migration WHERE version IN ('01', '06', '09') ORDER BY version;
CALL dbmig.migrate();
SELECT version, state, statements FROM split_counts WHERE version > '1' ORDER BY version;

-- positions count characters, not bytes, in the text as registered
CREATE VIEW split_fault AS
    SELECT failed_statement, failed_line, failed_position, sqlstate, substr(up_sql, failed_position, 8) AS there
    FROM dbmig.migration_run JOIN dbmig.migration USING (version) ORDER BY run_id DESC LIMIT 1;
SELECT dbmig.register_migration('201', E'-- żółć 日本語 🐘\nSELECT ''ööö'';\nSELECT ''ü'', nowhere\nFROM pg_class;\n');
CALL dbmig.migrate();
SELECT * FROM split_fault;
UPDATE dbmig.migration SET transactional = false WHERE version = '201';
CALL dbmig.migrate();
SELECT * FROM split_fault;
SELECT dbmig.repair('201');
-- an error without a position points to its statement
SELECT dbmig.register_migration('201', E'-- 🐘🐘\r\nSELECT 1;\r\n  /* é */ SELECT 1/0;');
CALL dbmig.migrate();
SELECT * FROM split_fault;
UPDATE dbmig.migration SET transactional = false WHERE version = '201';
CALL dbmig.migrate();
SELECT * FROM split_fault;
SELECT dbmig.repair('201');
-- a fault inside a function is where the function was called
SELECT dbmig.register_migration('201', E'-- é\nSELECT f();\n\n\nDO $$ BEGIN\nPERFORM nowhere;\nEND $$;');
CALL dbmig.migrate();
SELECT * FROM split_fault;
-- with a byte order mark before it
SELECT dbmig.register_migration('201', E'\uFEFFSELECT 1; SELECT nowhere;');
CALL dbmig.migrate();
SELECT * FROM split_fault;

DROP SCHEMA split CASCADE;
RESET search_path;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
