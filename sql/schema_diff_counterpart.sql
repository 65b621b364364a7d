-- Two snapshots of one schema each are compared by the names inside: tenants that should be alike, imported tables.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
DROP SCHEMA IF EXISTS tenant_a, "Tenant ""b"".c" CASCADE;
-- the same statements in both
CREATE SCHEMA tenant_a;
CREATE SCHEMA "Tenant ""b"".c";
\set make 'CREATE TYPE mood AS ENUM (''sad'', ''ok''); CREATE SEQUENCE numbers; CREATE TABLE parent (id integer PRIMARY KEY DEFAULT nextval(''numbers''), feels mood DEFAULT ''ok'', note text DEFAULT ''tenant_a.not a name'', CHECK (feels <> ''sad''::mood)); CREATE TABLE "Child ""x""" (id bigint GENERATED ALWAYS AS IDENTITY, parent_id integer REFERENCES parent, "tenant_a.odd" text); CREATE INDEX ON parent (feels) WHERE feels = ''ok''::mood; CREATE VIEW seen AS SELECT p.id, c."tenant_a.odd" FROM parent p JOIN "Child ""x""" c ON c.parent_id = p.id; CREATE FUNCTION of_mood(m mood) RETURNS SETOF parent LANGUAGE sql BEGIN ATOMIC SELECT * FROM parent WHERE feels = m; END; CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$; CREATE TRIGGER noted BEFORE INSERT ON parent FOR EACH ROW EXECUTE FUNCTION noted();'
SET search_path = tenant_a;
:make
SET search_path = "Tenant ""b"".c";
:make
RESET search_path;
CREATE VIEW drift AS
SELECT change, kind, object, attribute, expected, actual
FROM dbmig.schema_diff(dbmig.schema_snapshot('{tenant_a}'), dbmig.schema_snapshot(ARRAY['Tenant "b".c']))
UNION ALL
SELECT 'back: ' || change, kind, object, attribute, expected, actual
FROM dbmig.schema_diff(dbmig.schema_snapshot(ARRAY['Tenant "b".c']), dbmig.schema_snapshot('{tenant_a}'));
SELECT * FROM drift;
-- what differs is told under the expected names
ALTER TABLE "Tenant ""b"".c".parent ADD COLUMN extra "Tenant ""b"".c".mood;
ALTER TABLE tenant_a.parent ALTER COLUMN feels SET NOT NULL;
ALTER TYPE tenant_a.mood ADD VALUE 'fine';
SELECT * FROM drift;
-- a name of a literal, of a column or in a comment is not the schema's
COMMENT ON TABLE tenant_a.parent IS 'see tenant_a.parent';
COMMENT ON TABLE "Tenant ""b"".c".parent IS 'see tenant_a.parent';
SELECT count(*) FROM drift WHERE attribute = 'comment' OR object LIKE '%odd%' OR attribute = 'default';
-- not so with a snapshot of two schemas: what both are limited to is compared
SELECT DISTINCT change, kind, object
FROM dbmig.schema_diff(dbmig.schema_snapshot('{tenant_a}'), dbmig.schema_snapshot(ARRAY['Tenant "b".c', 'tenant_a']))
ORDER BY 1, 2, 3;
-- foreign tables: columns, their types, and whether they may be null
CREATE SCHEMA imported;
CREATE FOREIGN DATA WRAPPER regress_dbmig_wrapper;
CREATE SERVER regress_dbmig_server FOREIGN DATA WRAPPER regress_dbmig_wrapper;
CREATE FOREIGN TABLE imported.parent (id integer OPTIONS (column_name 'id') NOT NULL, feels tenant_a.mood, note varchar(10), more text) SERVER regress_dbmig_server OPTIONS (schema_name 'public');
SELECT change, kind, object, attribute, expected, actual, hazard
FROM dbmig.schema_diff(dbmig.schema_snapshot('{tenant_a}'), dbmig.schema_snapshot('{imported}'));
SELECT change, kind, object, attribute, expected, actual
FROM dbmig.schema_diff(dbmig.schema_snapshot('{imported}'), dbmig.schema_snapshot('{tenant_a}'));
-- a foreign table beside others is a table like them
CREATE TABLE imported."Child ""x""" (id bigint GENERATED ALWAYS AS IDENTITY, parent_id integer, "tenant_a.odd" text);
SELECT change, kind, object, attribute, expected, actual
FROM dbmig.schema_diff(dbmig.schema_snapshot('{tenant_a}'), dbmig.schema_snapshot('{imported}')) WHERE kind IN ('table', 'column');
DROP VIEW drift;
DROP SERVER regress_dbmig_server CASCADE;
DROP FOREIGN DATA WRAPPER regress_dbmig_wrapper;
DROP SCHEMA tenant_a, "Tenant ""b"".c", imported CASCADE;
