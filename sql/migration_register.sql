-- register_migration(): its results, and what it refuses, with line and reason.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;

-- registered, unchanged, updated
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i int);');
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i int);');
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i bigint);');
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i bigint);', name => 'first');
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i bigint);', 'DROP TABLE reg_a', 'first');
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i bigint);', 'DROP TABLE reg_a', 'first');
-- a name of NULL is the empty name
SELECT dbmig.register_migration('002', 'SELECT 1', name => NULL);
SELECT dbmig.register_migration('002', 'SELECT 1');
SELECT version, name, up_sql, down_sql, transactional, down_transactional, repeatable,
       registered_by = CURRENT_USER AS by_me, source
FROM dbmig.migration ORDER BY version;
-- only what changed something is in the journal
SELECT action, object, state, sqlstate FROM dbmig.journal ORDER BY journal_id;

-- arguments, in their order
SELECT dbmig.register_migration(NULL, NULL);
SELECT dbmig.register_migration('003', NULL);
SELECT dbmig.register_migration('', 'SELECT 1');
SELECT dbmig.register_migration(E'a\tb', 'SELECT 1');
SELECT dbmig.register_migration(E'ab\x7f', 'SELECT 1');
SELECT dbmig.register_migration(' 003', 'SELECT 1');
SELECT dbmig.register_migration('003 ', 'SELECT 1');
SELECT dbmig.register_migration(repeat('9', 1001), 'SELECT 1');
SELECT dbmig.register_migration(repeat('ü', 501), 'SELECT 1');

-- texts without a statement
SELECT dbmig.register_migration('003', '');
SELECT dbmig.register_migration('003', E' \n\t ');
SELECT dbmig.register_migration('003', E'-- nothing\n/* at /* all */ */\n;;\n');
SELECT dbmig.register_migration('003', 'SELECT 1', '');

-- syntax errors, with the line
SELECT dbmig.register_migration('003', E'SELECT 1;\n\nSELEC 2;\nSELECT 3;');
SELECT dbmig.register_migration('003', E'SELECT 1;\nCREATE TABLE x (');
SELECT dbmig.register_migration('003', E'SELECT 1;\nSELECT ''never closed;\nSELECT 2;');
SELECT dbmig.register_migration('003', E'SELECT 1;\nSELECT $body$ never closed $nobody$;');
SELECT dbmig.register_migration('003', E'SELECT 1;\n/* never closed');
SELECT dbmig.register_migration('003', 'SELECT 1', E'-- down\nDORP TABLE reg_a;');
SELECT dbmig.register_migration('003', E'-- \u00fc\u00f6\nSELECT ''\u00e4\u00e4'' FORM x;');

-- what only psql can do
SELECT dbmig.register_migration('003', E'SELECT 1;\n\\i other.sql\nSELECT 2;');
SELECT dbmig.register_migration('003', E'\\connect other');
SELECT dbmig.register_migration('003', E'SELECT 1 \\gexec');
SELECT dbmig.register_migration('003', E'CREATE TABLE x (i int);\nCOPY x FROM stdin;\n1\n2\n\\.\nSELECT 2;');
SELECT dbmig.register_migration('003', E'CREATE TABLE x (i int, t text);\n\nCOPY x (i, t) FROM STDIN WITH (FORMAT csv);\n1,''\n');
SELECT dbmig.register_migration('003', E'SELECT 1;\nCOPY pg_class TO stdout;');
-- a COPY with a file is the server's own business
SELECT dbmig.register_migration('003', E'COPY pg_class TO ''/dev/null''');
-- inside a string or comment it is only text
SELECT dbmig.register_migration('004', E'SELECT ''\\i x'' /* \\connect */ -- \\q\n;');

-- a transaction that cannot be had, or need not
SELECT dbmig.register_migration('005', E'SELECT 1;\nCREATE INDEX CONCURRENTLY ON reg_a (i);', transactional => true);
SELECT dbmig.register_migration('005', E'CREATE INDEX CONCURRENTLY ON reg_a (i);');
SELECT dbmig.register_migration('006', 'SELECT 1', transactional => false);
SELECT dbmig.register_migration('007', 'SELECT 1', 'DROP INDEX CONCURRENTLY x', transactional => true);
SELECT version, transactional, down_transactional FROM dbmig.migration WHERE version >= '005' ORDER BY version;

-- long versions and names
SELECT dbmig.register_migration(repeat('x', 300), 'CREATE TABLE reg_long ()', name => repeat('n', 300));
SELECT dbmig.register_migration(repeat('ü', 500), 'SELECT 1');
SELECT length(version), octet_length(version) FROM dbmig.migration WHERE version > '1' ORDER BY 1;

-- an applied text stays; a way back may come later
CALL dbmig.migrate('001');
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i numeric);');
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i bigint);', 'DROP TABLE public.reg_a', 'first');
SELECT dbmig.register_migration('001', E'\uFEFFCREATE TABLE reg_a (i bigint);\r\n', 'DROP TABLE public.reg_a', 'first');
CALL dbmig.revert();
SELECT dbmig.register_migration('001', 'CREATE TABLE reg_a (i numeric);', name => 'first');
-- nothing refused was left behind
SELECT left(version, 5) AS version, left(name, 5) AS name FROM dbmig.migration ORDER BY migration.version;
SET client_min_messages = warning;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
