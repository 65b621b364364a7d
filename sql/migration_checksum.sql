-- The checksum is SHA-256, in hex, of the text with CRLF as LF, without BOM and white space at its end.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;

SELECT dbmig.register_migration('plain', E'CREATE TABLE t ();\nSELECT 1;');
SELECT dbmig.register_migration('crlf', E'CREATE TABLE t ();\r\nSELECT 1;');
SELECT dbmig.register_migration('bom', E'\uFEFFCREATE TABLE t ();\nSELECT 1;');
SELECT dbmig.register_migration('end', E'CREATE TABLE t ();\nSELECT 1;\n \t\r\n\f\n\n');
SELECT dbmig.register_migration('all', E'\uFEFFCREATE TABLE t ();\r\nSELECT 1;  \r\n\r\n');
SELECT version FROM dbmig.migration
WHERE checksum = encode(sha256(convert_to(E'CREATE TABLE t ();\nSELECT 1;', 'UTF8')), 'hex')
ORDER BY version;
-- the text itself is kept as it came
SELECT version, length(up_sql) FROM dbmig.migration ORDER BY version;

-- what does make a difference
SELECT dbmig.register_migration('begin', E' CREATE TABLE t ();\nSELECT 1;');
SELECT dbmig.register_migration('case', E'create table t ();\nSELECT 1;');
SELECT dbmig.register_migration('cr', E'CREATE TABLE t ();\rSELECT 1;');
SELECT dbmig.register_migration('inside', E'CREATE TABLE t (); \nSELECT 1;');
SELECT dbmig.register_migration('crcr', E'CREATE TABLE t ();\r\r\nSELECT 1;');
SELECT version FROM dbmig.migration
WHERE checksum = encode(sha256(convert_to(replace(up_sql, E'\r\n', E'\n'), 'UTF8')), 'hex')
ORDER BY version;
SELECT count(DISTINCT checksum) FROM dbmig.migration;

-- beyond ASCII, and large
SELECT dbmig.register_migration('unicode', E'SELECT ''żółć, 日本語, 🐘''; -- é\n');
SELECT dbmig.register_migration('large', 'SELECT ''' || repeat(E'0123456789abcde\r\n', 100000) || ''';');
SELECT version,
       checksum = encode(sha256(convert_to(rtrim(replace(up_sql, E'\r\n', E'\n'), E' \n'), 'UTF8')), 'hex') AS good
FROM dbmig.migration WHERE version IN ('unicode', 'large') ORDER BY version;
SELECT count(*) FROM dbmig.migration WHERE checksum !~ '^[0-9a-f]{64}$';

-- a way back does not count
SELECT dbmig.register_migration('plain', E'CREATE TABLE t ();\nSELECT 1;', 'DROP TABLE t');
SELECT count(DISTINCT checksum) FROM dbmig.migration WHERE version IN ('plain', 'crlf');

-- the history carries the checksum of what was applied
SELECT dbmig.register_migration('0', E'SELECT 0; -- zero\r\n');
CALL dbmig.migrate('0');
SELECT dbmig.register_migration('0', E'\uFEFFSELECT 0; -- zero');
SELECT s.version, s.state, r.checksum = m.checksum AS same
FROM dbmig.migration_status s JOIN dbmig.migration m USING (version) JOIN dbmig.migration_run r USING (version)
ORDER BY s.version;
-- a text of a byte order mark only
SELECT dbmig.register_migration('x', E'\uFEFF');
SELECT dbmig.register_migration('x', E'\uFEFF  SELECT 1');
SELECT state FROM dbmig.migration_status WHERE version = 'x';
SET client_min_messages = warning;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
