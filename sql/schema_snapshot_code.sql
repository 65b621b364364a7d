--
-- dbmig.schema_snapshot(): functions, views, triggers, policies, rules and event
-- triggers
--
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
CREATE ROLE regress_dbmig_code;
CREATE SCHEMA code;
CREATE TYPE code.address AS (city text, zip integer);
CREATE TABLE code.t (id integer, gone integer, name text, "We ird" integer, home code.address);
ALTER TABLE code.t DROP COLUMN gone;
CREATE TABLE code.u (id integer, t_id integer);

-- one attribute of objects, or all of them, in a readable form
CREATE FUNCTION pg_temp.show(path jsonpath) RETURNS TABLE (object text)
LANGUAGE sql AS $$
	SELECT jsonb_pretty(jsonb_path_query(dbmig.schema_snapshot('{code}'), path));
$$;

-- functions and procedures
CREATE FUNCTION code.plain(a integer, OUT b text, c numeric(10,2) DEFAULT 1.5, VARIADIC d text[] DEFAULT '{a,b}')
	RETURNS text LANGUAGE sql STABLE STRICT SECURITY DEFINER PARALLEL RESTRICTED COST 33.5
	SET search_path = code, "$user", '' SET work_mem = '10MB' AS $$ SELECT 'DEFAULT $function$' $$;
CREATE FUNCTION code.lines() RETURNS void LANGUAGE plpgsql AS E'BEGIN\r\n\tNULL;\nEND';
CREATE FUNCTION code."Rows"(integer) RETURNS TABLE (a integer, "B c" text) LANGUAGE sql ROWS 12 PARALLEL SAFE
	BEGIN ATOMIC INSERT INTO code.u (id) VALUES ($1); SELECT id, name FROM code.t WHERE id = $1; END;
CREATE FUNCTION code.one(x integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN x + 1;
CREATE FUNCTION code.numbered(OUT b integer, a integer) LANGUAGE sql RETURN $1;
CREATE FUNCTION code.compiled(cstring) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION code.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE PROCEDURE code.act(IN a integer, INOUT b integer, OUT c integer) LANGUAGE plpgsql AS 'BEGIN c := 1; END';
CREATE PROCEDURE code.act(OUT c integer) LANGUAGE plpgsql AS 'BEGIN c := 1; END';
GRANT EXECUTE ON FUNCTION code.one TO regress_dbmig_code;
REVOKE EXECUTE ON PROCEDURE code.act(OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION code.one IS 'one more';
SELECT * FROM pg_temp.show('$.functions');
SELECT * FROM pg_temp.show('$.procedures');

-- what the server makes for a range type is the type's
CREATE TYPE code.span AS RANGE (subtype = float8);
SELECT jsonb_object_keys(dbmig.schema_snapshot('{code}') -> 'functions') AS function ORDER BY 1;

-- aggregates
CREATE AGGREGATE code.total(integer) (sfunc = int4pl, stype = integer, initcond = '0', sortop = <, parallel = safe);
CREATE AGGREGATE code.amount(*) (sfunc = int8inc, stype = bigint, initcond = '0');
CREATE AGGREGATE code.part(float8 ORDER BY anyelement) (sfunc = ordered_set_transition, stype = internal,
	finalfunc = percentile_disc_final, finalfunc_extra);
CREATE AGGREGATE code.place(VARIADIC "any" ORDER BY VARIADIC "any") (sfunc = ordered_set_transition_multi,
	stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
CREATE AGGREGATE code.moving(integer) (sfunc = int4_sum, stype = bigint, msfunc = int4_avg_accum,
	minvfunc = int4_avg_accum_inv, mstype = bigint[], mfinalfunc = int2int4_sum, minitcond = '{0,0}',
	mfinalfunc_modify = shareable);
COMMENT ON AGGREGATE code.amount(*) IS 'how many';
SELECT * FROM pg_temp.show('$.aggregates');

-- views: their own names of columns, options, and what they read
CREATE VIEW code.v WITH (security_barrier, check_option = local) AS SELECT id, name AS n FROM code.t WHERE id > 5;
ALTER VIEW code.v RENAME COLUMN n TO "Na me";
ALTER VIEW code.v ALTER COLUMN id SET DEFAULT 7;
CREATE VIEW code.pair AS SELECT t.id, u.id AS uid, '{}'::text[] AS e
	FROM code.t LEFT JOIN code.u ON u.t_id = t.id UNION ALL SELECT 1, 2, NULL;
CREATE VIEW code.over AS SELECT *, (SELECT count(*) FROM code.pair) AS n FROM code.v;
CREATE MATERIALIZED VIEW code.m WITH (fillfactor = 70) AS SELECT id, count(*) AS c FROM code.over GROUP BY id WITH NO DATA;
SELECT * FROM pg_temp.show('$.views');
SELECT * FROM pg_temp.show('$.materialized_views');

-- triggers
CREATE TRIGGER of_columns BEFORE INSERT OR UPDATE OF name, "We ird" ON code.t FOR EACH ROW
	WHEN (new.name IS NOT NULL AND (new.home).city = 'x' AND new."We ird" > 3)
	EXECUTE FUNCTION code.fire('a''b', 'c\d', '');
CREATE TRIGGER transition AFTER UPDATE ON code.t REFERENCING OLD TABLE AS o NEW TABLE AS n
	FOR EACH STATEMENT EXECUTE FUNCTION code.fire();
CREATE TRIGGER whole_row AFTER UPDATE OR DELETE ON code.t FOR EACH ROW
	WHEN (old.* IS DISTINCT FROM NULL AND old.tableoid = 'code.t'::regclass) EXECUTE FUNCTION code.fire();
CREATE TRIGGER unchanged BEFORE UPDATE ON code.t FOR EACH ROW
	WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON code.t FROM code.u DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION code.fire();
CREATE TRIGGER "Trun cate" AFTER TRUNCATE ON code.t EXECUTE FUNCTION code.fire();
CREATE TRIGGER instead INSTEAD OF INSERT ON code.over FOR EACH ROW EXECUTE FUNCTION code.fire();
ALTER TABLE code.t DISABLE TRIGGER transition;
ALTER TABLE code.t ENABLE ALWAYS TRIGGER late;
ALTER TABLE code.t ENABLE REPLICA TRIGGER unchanged;
COMMENT ON TRIGGER late ON code.t IS 'in the end';
SELECT * FROM pg_temp.show('$.tables."code.t".triggers');
SELECT * FROM pg_temp.show('$.views."code.over".triggers');

-- a partition's triggers are its parent's; switched by hand, they are told of
CREATE TABLE code.p (id integer, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE code.p1 PARTITION OF code.p FOR VALUES FROM (1) TO (10);
CREATE TABLE code.child (id integer CONSTRAINT known REFERENCES code.p1);
CREATE TRIGGER pt AFTER INSERT ON code.p FOR EACH ROW EXECUTE FUNCTION code.fire();
SELECT * FROM pg_temp.show('$.tables.*.triggers.pt');
SELECT * FROM pg_temp.show('$.unmodelled');
ALTER TABLE code.p1 DISABLE TRIGGER pt;
ALTER TABLE code.child DISABLE TRIGGER ALL;
SELECT * FROM pg_temp.show('$.unmodelled');

-- policies
CREATE POLICY own ON code.t USING (id > 1 AND name = current_user);
CREATE POLICY "Re stricted" ON code.t AS RESTRICTIVE FOR UPDATE TO regress_dbmig_code, pg_monitor
	USING (id IN (SELECT id FROM code.u)) WITH CHECK (true);
SELECT * FROM pg_temp.show('$.tables."code.t".policies');

-- rules
CREATE FUNCTION code.old_id(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE RULE more AS ON INSERT TO code.u WHERE new.id > 5
	DO ALSO (INSERT INTO code.t (id) VALUES (new.id); DELETE FROM code.t WHERE id < code.old_id(new.id));
CREATE RULE nothing AS ON DELETE TO code.u DO INSTEAD NOTHING;
ALTER TABLE code.u DISABLE RULE nothing;
SELECT * FROM pg_temp.show('$.tables."code.u".rules');

-- event triggers
CREATE FUNCTION code.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER dbmig_code ON ddl_command_start WHEN TAG IN ('DROP TABLE', 'CREATE TABLE')
	EXECUTE FUNCTION code.event();
ALTER EVENT TRIGGER dbmig_code DISABLE;
SELECT jsonb_pretty(dbmig.schema_snapshot() -> 'event_triggers' -> 'dbmig_code');
DROP EVENT TRIGGER dbmig_code;

-- nothing depends on the reader's settings, and no relation stays locked
SET search_path = code, public;
SET quote_all_identifiers = on;
SELECT md5(dbmig.schema_snapshot('{code}')::text) AS with_settings \gset
RESET search_path;
RESET quote_all_identifiers;
SELECT md5(dbmig.schema_snapshot('{code}')::text) = :'with_settings' AS same;
BEGIN;
SELECT dbmig.schema_snapshot('{code}') IS NOT NULL AS read;
SELECT relation::regclass, mode FROM pg_locks
	WHERE pid = pg_backend_pid() AND relation >= 16384 AND relation IN (SELECT oid FROM pg_class
		WHERE relnamespace = 'code'::regnamespace);
COMMIT;

DROP SCHEMA code CASCADE;
DROP ROLE regress_dbmig_code;
