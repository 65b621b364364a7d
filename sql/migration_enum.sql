-- New values of an enum: usable in the same text, because that text is not transactional then.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE TYPE enum_mood AS ENUM ('sad', 'happy');
CREATE TABLE enum_t (m enum_mood);
-- only added: a transaction will do
SELECT dbmig.register_migration('1', 'ALTER TYPE enum_mood ADD VALUE ''calm'' BEFORE ''happy''');
-- added and used: not
SELECT dbmig.register_migration('2', 'ALTER TYPE enum_mood ADD VALUE ''it''''s odd''; INSERT INTO enum_t VALUES (''it''''s odd'')');
SELECT dbmig.register_migration('3', E'ALTER TYPE public.enum_mood ADD VALUE ''wild'';\nALTER TABLE enum_t ALTER m SET DEFAULT ''wild'';\nINSERT INTO enum_t DEFAULT VALUES');
SELECT dbmig.register_migration('3', E'ALTER TYPE public.enum_mood ADD VALUE ''wild'';\nALTER TABLE enum_t ALTER m SET DEFAULT ''wild'';\nINSERT INTO enum_t DEFAULT VALUES', transactional => true);
-- a type that is made in the same text: a transaction will do
SELECT dbmig.register_migration('4', 'CREATE TYPE enum_new AS ENUM (''a''); ALTER TYPE enum_new ADD VALUE ''b''; CREATE TABLE enum_n (e enum_new DEFAULT ''b''); INSERT INTO enum_n DEFAULT VALUES');
-- renamed: a transaction will do
SELECT dbmig.register_migration('5', 'ALTER TYPE enum_mood RENAME VALUE ''sad'' TO ''blue''; INSERT INTO enum_t VALUES (''blue'')');
-- used in a way that the text does not show: said so when it fails, and how to go on
SELECT dbmig.register_migration('6', E'ALTER TYPE enum_mood ADD VALUE ''ab'';\nINSERT INTO enum_t SELECT (''a'' || ''b'')::enum_mood');
SELECT version, transactional FROM dbmig.migration ORDER BY version;
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;
SELECT dbmig.register_migration('6', E'ALTER TYPE enum_mood ADD VALUE ''ab'';\nINSERT INTO enum_t SELECT (''a'' || ''b'')::enum_mood', transactional => false);
CALL dbmig.migrate();
SELECT version, state, sqlstate FROM dbmig.migration_status;
SELECT enum_range(NULL::enum_mood);
SELECT m FROM enum_t ORDER BY m;
SELECT e FROM enum_n;
-- the text of two adds, one of which is there already, is resumed
SELECT dbmig.register_migration('7', 'ALTER TYPE enum_mood ADD VALUE ''x''; ALTER TYPE enum_mood ADD VALUE ''calm''; INSERT INTO enum_t VALUES (''x'')');
CALL dbmig.migrate();
SELECT dbmig.register_migration('7', 'ALTER TYPE enum_mood ADD VALUE ''x''; ALTER TYPE enum_mood ADD VALUE IF NOT EXISTS ''calm''; INSERT INTO enum_t VALUES (''x'')');
CALL dbmig.migrate();
SELECT count(*) FROM enum_t WHERE m = 'x';
SET client_min_messages = warning;
DROP TABLE enum_t, enum_n;
DROP TYPE enum_mood, enum_new;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
