-- Expectations written by hand compare only what they name; what is no expectation is refused.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
\pset format unaligned
\pset null -
CREATE SCHEMA partial;
CREATE SCHEMA "Odd.Schema";
CREATE TABLE partial.users (id int PRIMARY KEY, email text NOT NULL, "createdAt" timestamptz DEFAULT now());
CREATE TABLE partial."User" (id int);
CREATE TABLE "Odd.Schema"."a.b" (id int);
CREATE TABLE public.partial_users (id int);
CREATE FUNCTION partial.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION partial.g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION partial.g(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE partial.mood AS ENUM ('sad', 'ok');
SET search_path = partial;

-- exists
SELECT * FROM dbmig.schema_diff('{}');
SELECT * FROM dbmig.schema_diff('{"tables": {}}');
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {}, "partial.users": {}, "partial_users": {}, "User": {}, "\"User\"": {}, "partial.User": {}, "\"Odd.Schema\".\"a.b\"": {}}}');
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {}, "orders": {}, "Order": {}, "partial.items": {}, "elsewhere.items": {}}}');
-- columns and attributes, every level only as far as it is named
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {"columns": {"id": {}, "email": {"type": "text"}, "createdAt": {}}}}}');
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {"columns": {"id": {"type": "bigint"}, "email": {"not_null": false}, "createdAt": {"not_null": true, "default": null}, "name": {"type": "text", "not_null": true}}}}}');
-- types by any of their names
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {"columns": {"id": {"type": "int4"}, "createdAt": {"type": "timestamptz"}, "email": {"type": "varchar(10)"}}}}}');
-- functions, with and without arguments
SELECT * FROM dbmig.schema_diff('{"functions": {"f": {}, "f(integer)": {}, "partial.f": {}, "g": {}, "g(text)": {}, "h()": {}}}');
SELECT * FROM dbmig.schema_diff('{"enums": {"mood": {"values": ["sad", "ok", "happy"]}}}');
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {"constraints": {"users_pkey": {}, "users_email_key": {"type": "unique", "definition": "UNIQUE (email)"}}}}}');
-- against another snapshot
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {}, "User": {}}}', '{"tables": {"partial.users": {}}}');
RESET search_path;
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {}, "partial.users": {}}}');

-- bad input
SELECT * FROM dbmig.schema_diff(NULL);
SELECT * FROM dbmig.schema_diff('[]');
SELECT * FROM dbmig.schema_diff('"x"');
SELECT * FROM dbmig.schema_diff('{"table": {"users": {}}}');
SELECT * FROM dbmig.schema_diff('{"tables": ["users"]}');
SELECT * FROM dbmig.schema_diff('{"tables": {"users": 1}}');
SELECT * FROM dbmig.schema_diff('{"tables": {"": {}}}');
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {"columns": {"id": []}}}}');
SELECT * FROM dbmig.schema_diff('{"tables": {"users": {"columns": {"id": {"notnull": true}}}}}');
SELECT * FROM dbmig.schema_diff('{"dbmig": {"snapshot": 2}}');
SELECT * FROM dbmig.schema_diff('{"dbmig": {}}');
SELECT * FROM dbmig.schema_diff('{"dbmig": 1}');
SELECT * FROM dbmig.schema_diff('{}', '{"dbmig": {"snapshot": "x"}}');
SELECT dbmig.schema_snapshot('{no_such_schema}');
SELECT dbmig.schema_fingerprint('{}');

-- everybody may ask, also in a read-only transaction
CREATE ROLE regress_dbmig_partial;
SET ROLE regress_dbmig_partial;
BEGIN READ ONLY;
SELECT * FROM dbmig.schema_diff('{"tables": {"partial.users": {}, "partial.orders": {}}}');
SELECT length(dbmig.schema_fingerprint());
COMMIT;
RESET ROLE;
DROP ROLE regress_dbmig_partial;
SET client_min_messages = warning;
DROP SCHEMA partial, "Odd.Schema" CASCADE;
DROP TABLE public.partial_users;
