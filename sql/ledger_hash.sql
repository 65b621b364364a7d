-- The checksums that migration tools write, against what the tools wrote themselves.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE TEMP TABLE vector (name text, content bytea, algorithm text, expected text);
\set f1 'CREATE TABLE widgets (id serial PRIMARY KEY, name text NOT NULL);\n'
\set f2 'ALTER TABLE widgets ADD COLUMN price numeric; CREATE INDEX widgets_price_idx ON widgets (price);\n'
\set d2 'ALTER TABLE widgets ADD COLUMN price numeric;\n--> statement-breakpoint\nCREATE INDEX widgets_price_idx ON widgets (price);'
INSERT INTO vector VALUES
('F1', convert_to(:'f1', 'UTF8'), 'md5', '5b09bceec93f1cc37792b7c887d310ba'),
('F1', convert_to(:'f1', 'UTF8'), 'sha1', 'd63edd2b740048aba394a6eddd9bcfd499adb289'),
('F1', convert_to(:'f1', 'UTF8'), 'sha256', 'c1c0d43261ad3210b0a00b31ae8a4c60f41ba410b9404d4734b3f360035e4fa4'),
('F1', convert_to(:'f1', 'UTF8'), 'sha384', '3bc59c84a8da533d07b33e9fd20f2e8601da2b328ec0131b8f4cef6e24d59a6be046750fa314eee8703b492c7ddcfee9'),
('F1', convert_to(:'f1', 'UTF8'), 'flyway', '1924620415'),
('F2', convert_to(:'f2', 'UTF8'), 'md5', 'd67e373accbc04c1d035b515ad538aa6'),
('F2', convert_to(:'f2', 'UTF8'), 'sha1', '2b09c9e63fad21fd7f73ca1779f4409e8dd0cdee'),
('F2', convert_to(:'f2', 'UTF8'), 'sha256', '9ff389deab7cfae29a5e0068184cb1158806c4b33313583813d3c7272ff3140a'),
('F2', convert_to(:'f2', 'UTF8'), 'sha384', 'b96ec43ef38622755bf4ef3398067c5ffb76ca22dc435a221469b015b5390766d97e9b4191166a55bd1eaf214b12af87'),
('F2', convert_to(:'f2', 'UTF8'), 'flyway', '1924308153'),
('view', E'CREATE OR REPLACE VIEW v AS SELECT 1 AS one;\n', 'flyway', '982419503'),
('drizzle 2', convert_to(:'d2', 'UTF8'), 'sha256', '4c80a72c72443a38c5ead7f9df7537f4c5a8fd8bc6f0f2b634f0bb6f28390e7f'),
('postgres-migrations 0', '', 'sha1', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'),
-- name, 0xff, version (32 or 64 bits, little-endian), text, 0xff
('refinery 1, i32', '\x6372656174655f77696467657473ff01000000'::bytea || convert_to(:'f1', 'UTF8') || '\xff', 'siphash13', '1905824460578152432'),
('refinery 1, i64', '\x6372656174655f77696467657473ff0100000000000000'::bytea || convert_to(:'f1', 'UTF8') || '\xff', 'siphash13', '6299823743531904685'),
('refinery 2, i32', '\x6164645f7072696365ff02000000'::bytea || convert_to(:'f2', 'UTF8') || '\xff', 'siphash13', '12365447662106640406'),
('refinery 2, i64', '\x6164645f7072696365ff0200000000000000'::bytea || convert_to(:'f2', 'UTF8') || '\xff', 'siphash13', '1698941054647631325'),
('check value', '123456789', 'crc32', '3421780262'),
('nothing', '', 'crc32', '0'),
('nothing', '', 'flyway', '0'),
('nothing', '', 'md5', 'd41d8cd98f00b204e9800998ecf8427e'),
('nothing', '', 'sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
SELECT name, algorithm, expected, dbmig._ledger_hash(algorithm, content) = expected AS equal FROM vector ORDER BY name, algorithm;

-- Flyway: neither the kind of line ends nor a byte order mark counts, all else does
SELECT n, dbmig._ledger_hash('flyway', convert_to(t, 'UTF8')) = dbmig._ledger_hash('flyway', 'ab') AS same FROM (VALUES
(1, E'a\nb'), (2, E'a\r\nb\r\n'), (3, E'a\rb'), (4, E'\n\n\na\n\nb'), (5, E'\ufeffa\nb'), (6, E'a\n\ufeffb'), (7, E'a b'), (8, E'ab ')) x (n, t) ORDER BY n;
SELECT dbmig._ledger_hash('flyway', convert_to(E'Größe\n', 'UTF8'))::bigint & 4294967295 = dbmig._ledger_hash('crc32', convert_to('Größe', 'UTF8'))::bigint AS bytes;

-- SipHash: every length around a word differs, and from the same text padded
SELECT count(*), count(DISTINCT dbmig._ledger_hash('siphash13', convert_to(repeat('x', n), 'UTF8')))
FROM generate_series(0, 70) n;
SELECT count(DISTINCT dbmig._ledger_hash('siphash13', decode(repeat('00', n), 'hex'))) FROM generate_series(0, 300) n;

SELECT dbmig._ledger_hash('sha512', '');
SELECT dbmig._ledger_hash('', '');
SELECT dbmig._ledger_hash(NULL, '') IS NULL AS null, dbmig._ledger_hash('md5', NULL) IS NULL AS null;
