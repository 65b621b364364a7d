--
-- dbmig.schema_snapshot(): constraints, indexes and statistics objects
--
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA keys;
CREATE SCHEMA "Key's";
CREATE COLLATION "Key's".german (provider = icu, locale = 'de');
CREATE FUNCTION "Key's".smaller(a integer, b integer) RETURNS boolean IMMUTABLE STRICT LANGUAGE internal AS 'int4lt';
CREATE TYPE keys.mood AS ENUM ('sad', 'ok');
CREATE TYPE keys.address AS (city text, zip integer);

CREATE TABLE keys."Weird ""T" (id integer, b integer, c text, d text,
	PRIMARY KEY (id) INCLUDE (b),
	CONSTRAINT "U x" UNIQUE NULLS NOT DISTINCT (b, c) WITH (fillfactor = 70),
	CONSTRAINT later UNIQUE (c) DEFERRABLE,
	CONSTRAINT much_later UNIQUE (d) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE keys.t (gone integer, a integer NOT NULL, b text, c text COLLATE "Key's".german, during int4range,
	p point, m keys.mood, home keys.address, list integer[], j jsonb, at timestamptz, "order" integer);
ALTER TABLE keys.t DROP COLUMN gone;
ALTER TABLE keys.t
	ADD CONSTRAINT fk1 FOREIGN KEY (a) REFERENCES keys."Weird ""T" (id) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL,
	ADD CONSTRAINT fk2 FOREIGN KEY (a) REFERENCES keys."Weird ""T" (id) ON DELETE SET DEFAULT (a) DEFERRABLE INITIALLY DEFERRED,
	ADD CONSTRAINT fk3 FOREIGN KEY (a) REFERENCES keys."Weird ""T" ON UPDATE RESTRICT NOT VALID,
	ADD CONSTRAINT fk4 FOREIGN KEY ("order", b) REFERENCES keys."Weird ""T" (b, c),
	ADD EXCLUDE USING gist (during WITH &&) WHERE (a > 3),
	ADD EXCLUDE USING gist (int4range(a, a + 1) WITH &&, during WITH -|-) WITH (fillfactor = 60) DEFERRABLE;
ALTER TABLE keys.t
	ADD CHECK (a > 0), ADD CHECK (a < 100) NO INHERIT, ADD CHECK (a <> 5) NOT VALID,
	ADD CHECK ("order" IN (1, 2, 3) AND b ~ '^[a-z]+$'), ADD CHECK (CASE WHEN a > 1 THEN b IS NOT NULL ELSE true END),
	ADD CHECK ((home).city <> ''), ADD CHECK (m = ANY (ARRAY['sad', 'ok']::keys.mood[])), ADD CHECK (tableoid <> 0),
	ADD CHECK (coalesce(a, 0) BETWEEN 1 AND 10), ADD CHECK (list[1] > 0), ADD CHECK (extract(year FROM at) > 2000),
	ADD CHECK (at AT TIME ZONE 'UTC' > '2000-01-01'), ADD CHECK (ROW(a, b) IS DISTINCT FROM ROW(1, 'x')),
	ADD CHECK ((j ->> 'a')::integer > 0), ADD CHECK ("Key's".smaller(a, "order")), ADD CHECK (t.* IS NOT NULL),
	ADD CHECK (b LIKE 'x%' OR NOT b ILIKE '%_y' ESCAPE '!'), ADD CHECK (a IS NULL = (b IS NULL)),
	ADD CHECK (c COLLATE "C" > 'a'), ADD CHECK (octet_length(b) < 10::bigint), ADD CHECK (-a < - 1);
CREATE INDEX i1 ON keys.t (a, b DESC, c NULLS FIRST);
CREATE INDEX i2 ON keys.t (b text_pattern_ops DESC NULLS LAST, c COLLATE "C", lower(b), (a + 1)) INCLUDE ("order")
	WHERE a > 3 AND b IS NOT NULL;
CREATE UNIQUE INDEX "I 3" ON keys.t USING btree (a) NULLS NOT DISTINCT;
CREATE INDEX i4 ON keys.t USING gin (to_tsvector('english'::regconfig, b), list);
CREATE INDEX i5 ON keys.t USING gist (during, p);
CREATE INDEX i6 ON keys.t USING hash (b);
CREATE INDEX i7 ON keys.t USING brin (a int4_minmax_multi_ops (values_per_range = 16));
CREATE INDEX i8 ON keys.t ((a + 1), coalesce(b, 'x'), (b::integer), (b || 'x') COLLATE "Key's".german, (home IS NULL));
CREATE INDEX i9 ON keys.t (m, (CASE WHEN m = 'ok' THEN 1 END));
CREATE MATERIALIZED VIEW keys.mv AS SELECT a AS "A b" FROM keys.t;
CREATE UNIQUE INDEX mv_i ON keys.mv ("A b");

CREATE TEMP VIEW members AS
	SELECT r.key AS relation, c.key AS container, m.key AS name, m.value AS body
	FROM (SELECT dbmig.schema_snapshot('{keys}') AS s) s,
		LATERAL (SELECT * FROM jsonb_each(s -> 'tables') UNION ALL SELECT * FROM jsonb_each(s -> 'materialized_views')) r,
		LATERAL jsonb_each(r.value) c,
		LATERAL jsonb_each(CASE WHEN c.key IN ('constraints', 'indexes') THEN c.value ELSE '{}' END) m;

-- every constraint as the server itself prints it, but for what is an attribute of its own
SET search_path = '';
SET DateStyle = 'ISO, YMD';
WITH mine AS (
	SELECT *, (body ->> 'definition') || CASE WHEN body ->> 'type' = 'exclusion' AND body ? 'options' THEN ' WITH (fillfactor=''60'')' ELSE '' END
			|| coalesce(' WHERE (' || (body ->> 'where') || ')', '')
			|| CASE WHEN body ? 'no_inherit' THEN ' NO INHERIT' ELSE '' END
			|| CASE body ->> 'deferrable' WHEN 'deferrable' THEN ' DEFERRABLE'
				WHEN 'initially deferred' THEN ' DEFERRABLE INITIALLY DEFERRED' ELSE '' END
			|| CASE WHEN body ? 'not_valid' THEN ' NOT VALID' ELSE '' END AS text
	FROM pg_temp.members WHERE container = 'constraints'),
servers AS (
	SELECT conrelid::regclass::text AS relation, quote_ident(conname) AS name, contype,
		regexp_replace(regexp_replace(pg_get_constraintdef(oid), '\s+', ' ', 'g'), '\( CASE', '(CASE') AS text
	FROM pg_constraint WHERE conrelid <> 0 AND connamespace = 'keys'::regnamespace AND contype <> 'n')
SELECT contype, name, mine.text, servers.text FROM mine FULL JOIN servers USING (relation, name)
WHERE mine.text IS DISTINCT FROM servers.text ORDER BY 1, 2;
SELECT count(*) FROM pg_temp.members WHERE container = 'constraints';

-- every index likewise
WITH mine AS (
	SELECT name, coalesce((body ->> 'unique')::boolean, false) AS is_unique,
		(body ->> 'definition') || coalesce(' WHERE ' || (body ->> 'where'), '') AS text
	FROM pg_temp.members WHERE container = 'indexes'),
servers AS (
	SELECT quote_ident(relname) COLLATE "default" AS name, indisunique AS is_unique,
		regexp_replace(regexp_replace(substring(pg_get_indexdef(indexrelid), 'USING .*'), '\s+', ' ', 'g'), '\( CASE', '(CASE')
			COLLATE "default" AS text
	FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
	WHERE relnamespace = 'keys'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')))
SELECT name, mine, servers FROM mine FULL JOIN servers USING (name) WHERE mine IS DISTINCT FROM servers ORDER BY 1;
SELECT count(*) FROM pg_temp.members WHERE container = 'indexes';
RESET search_path;

-- what else there is to say
SELECT name, body - 'definition' - 'depends_on' FROM members
WHERE body ?| '{deferrable,no_inherit,not_valid,options,where,unique}' ORDER BY 1;
SELECT name, body -> 'depends_on' FROM members WHERE name IN ('fk1', 'i2', 'i8', 'mv_i') ORDER BY 1;

-- settings made by ALTER, comments
ALTER INDEX keys.i8 ALTER COLUMN 1 SET STATISTICS 500;
ALTER INDEX keys.i1 SET (fillfactor = 50, deduplicate_items = off);
COMMENT ON INDEX keys.i1 IS 'an index';
COMMENT ON CONSTRAINT fk1 ON keys.t IS 'a key';
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'keys.i6'::regclass;
SELECT name, body - 'definition' - 'depends_on' FROM members WHERE name IN ('i1', 'i6', 'i8', 'fk1') ORDER BY 1;

-- partitions: attached indexes are there, inherited checks and foreign keys are not
DROP TABLE keys.t CASCADE;
CREATE TABLE keys.pt (id integer NOT NULL, k integer NOT NULL, PRIMARY KEY (id, k), UNIQUE (k, id), CHECK (id > 0),
	FOREIGN KEY (id) REFERENCES keys."Weird ""T") PARTITION BY LIST (k);
CREATE TABLE keys.p1 PARTITION OF keys.pt FOR VALUES IN (1);
CREATE TABLE keys.p2 (k integer NOT NULL, id integer NOT NULL, CONSTRAINT own CHECK (id < 1000), CONSTRAINT pt_id_check CHECK (id > 0));
ALTER TABLE keys.pt ATTACH PARTITION keys.p2 FOR VALUES IN (2);
CREATE INDEX pt_i ON keys.pt (id);
CREATE INDEX pt_only ON ONLY keys.pt (k);
CREATE TABLE keys.refers (id integer, k integer, FOREIGN KEY (id, k) REFERENCES keys.pt);
CREATE TABLE keys.parent (x integer CHECK (x > 0));
CREATE TABLE keys.child (y integer CHECK (y > 0)) INHERITS (keys.parent);
SELECT relation, name, body - 'depends_on' FROM members WHERE relation !~ 'Weird' ORDER BY 1, 2;

-- statistics objects
CREATE STATISTICS keys."S 1" (ndistinct, mcv) ON k, id FROM keys.pt;
CREATE STATISTICS keys.s2 ON (id + 1), lower(k::text), id FROM keys.pt;
CREATE STATISTICS keys.s3 ON (id + 1) FROM keys.pt;
ALTER STATISTICS keys."S 1" SET STATISTICS 77;
SELECT key, value FROM jsonb_each(dbmig.schema_snapshot('{keys}') -> 'statistics') ORDER BY 1;

-- reading leaves no lock on anybody's table behind
BEGIN;
SELECT length(dbmig.schema_snapshot('{keys}')::text) > 0;
SELECT relation::regclass, mode FROM pg_locks
WHERE locktype = 'relation' AND pid = pg_backend_pid() AND relation >= 16384;
ROLLBACK;

DROP SCHEMA keys CASCADE;
DROP SCHEMA "Key's" CASCADE;
