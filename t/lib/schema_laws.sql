-- What the tests of the laws need in each of their databases. It lives in the
-- extension's schema and is its member, so it is never part of a snapshot nor
-- of a dump.

-- The tables of users that hold rows themselves.
CREATE FUNCTION dbmig.test_tables()
RETURNS TABLE (rel regclass, name text, root text) LANGUAGE sql STABLE AS $$
	SELECT c.oid::regclass, format('%I.%I', n.nspname, c.relname),
		coalesce((SELECT format('%I.%I', rn.nspname, r.relname) FROM pg_class r
			JOIN pg_namespace rn ON rn.oid = r.relnamespace
			WHERE r.oid = pg_partition_root(c.oid)), format('%I.%I', n.nspname, c.relname))
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'dbmig')
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
			AND d.objid = c.oid AND d.deptype = 'e')
	ORDER BY 2
$$;

-- All rows: [{table, root, columns: {name: type}, rows: [...]}, ...]; columns of
-- composite types are not compared and therefore not listed.
CREATE FUNCTION dbmig.test_rows() RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
	result json[] := '{}';
	tab record;
	found json;
BEGIN
	FOR tab IN SELECT * FROM dbmig.test_tables() LOOP
		EXECUTE format('SELECT coalesce(json_agg(to_jsonb(t)), ''[]'') FROM ONLY %s t', tab.rel)
			INTO found;
		result := result || json_build_object('table', tab.name, 'root', tab.root, 'rows', found,
			'columns', (SELECT coalesce(json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)), '{}')
				FROM pg_attribute a WHERE a.attrelid = tab.rel AND a.attnum > 0
				AND NOT a.attisdropped AND a.attgenerated = '' AND NOT EXISTS (SELECT FROM pg_type y
					LEFT JOIN pg_type e ON e.oid = y.typelem WHERE y.oid = a.atttypid AND 'c' IN (y.typtype, e.typtype))));
	END LOOP;
	RETURN array_to_json(result);
END
$$;

-- Relations of users; of tables and materialized views with the files they are in.
CREATE FUNCTION dbmig.test_files() RETURNS TABLE (rel oid, file oid) LANGUAGE sql VOLATILE AS $$
	SELECT c.oid, CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_filenode(c.oid) ELSE 0 END
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind <> 'c' AND n.nspname !~ '^pg_'
		AND n.nspname NOT IN ('information_schema', 'dbmig')
$$;

-- The locks that this transaction holds on any of these relations, but those
-- of mere reading.
CREATE FUNCTION dbmig.test_locks(rels oid[]) RETURNS TABLE (mode text, rel text) LANGUAGE sql VOLATILE AS $$
	SELECT upper(btrim(regexp_replace(replace(l.mode, 'Lock', ''), '([A-Z])', ' \1', 'g'))),
		l.relation::regclass::text
	FROM pg_locks l
	WHERE l.locktype = 'relation' AND l.pid = pg_backend_pid() AND l.granted
		AND l.relation = ANY (rels) AND l.mode <> 'AccessShareLock'
$$;

-- A value of any type as text; NULL where there is no idea.
CREATE FUNCTION dbmig.test_value(typ oid, n int) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
	t pg_type;
	labels text[];
BEGIN
	SELECT * INTO t FROM pg_type WHERE oid = typ;
	IF t.typtype = 'd' THEN
		RETURN dbmig.test_value(t.typbasetype, n);
	ELSIF t.typtype = 'e' THEN
		SELECT array_agg(enumlabel ORDER BY enumsortorder) INTO labels FROM pg_enum WHERE enumtypid = typ;
		RETURN labels[1 + n % array_length(labels, 1)];
	END IF;
	RETURN CASE
		WHEN t.typname IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'money', 'oid') THEN n::text
		WHEN t.typname IN ('text', 'varchar', 'bpchar', 'name', 'citext', 'bytea') THEN 'x' || n
		WHEN t.typname = 'char' THEN chr(96 + n % 26)
		WHEN t.typname = 'bool' THEN (n % 2 = 1)::text
		WHEN t.typname IN ('date', 'timestamp', 'timestamptz') THEN (date '2024-01-01' + n * 10)::text
		WHEN t.typname IN ('time', 'timetz') THEN format('0%s:00', n % 10)
		WHEN t.typname = 'interval' THEN n || ' days'
		WHEN t.typname = 'uuid' THEN lpad(n::text, 32, '0')
		WHEN t.typname IN ('json', 'jsonb') THEN format('{"n": %s}', n)
		WHEN t.typname IN ('inet', 'cidr') THEN '10.0.0.' || n
		WHEN t.typname IN ('bit', 'varbit') THEN n::bit(8)::text
		WHEN t.typname = 'tsvector' THEN 'x' || n
		WHEN t.typname = 'point' THEN format('(%s,0)', n)
		WHEN t.typcategory = 'A' THEN
			CASE WHEN dbmig.test_value(t.typelem, n) IS NULL THEN '{}'
				ELSE array[dbmig.test_value(t.typelem, n)]::text END
		WHEN t.typcategory = 'R' THEN CASE t.typtype WHEN 'm' THEN '{}' ELSE 'empty' END
		END;
END
$$;

-- Puts rows into every table, two of each kind, where they fit.
CREATE FUNCTION dbmig.test_fill() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	tab record;
	names text;
	vals text;
	total int := 0;
BEGIN
	FOR pass IN 1 .. 2 LOOP
		FOR tab IN SELECT DISTINCT root FROM dbmig.test_tables() ORDER BY 1 LOOP
			FOR n IN 1 .. 3 LOOP
				BEGIN
					SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
						string_agg(format('%L::%s', dbmig.test_value(atttypid, n),
							format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
					INTO names, vals FROM pg_attribute
					WHERE attrelid = tab.root::regclass AND attnum > 0 AND NOT attisdropped
						AND attgenerated = '' AND attidentity = ''
						AND coalesce((SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
							WHERE adrelid = attrelid AND adnum = attnum), '') !~ 'nextval';
					IF names IS NULL THEN
						EXECUTE format('INSERT INTO %s DEFAULT VALUES', tab.root);
					ELSE
						EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', tab.root, names, vals);
					END IF;
					total := total + 1;
				EXCEPTION WHEN others THEN
					NULL; -- it did not fit
				END;
			END LOOP;
		END LOOP;
	END LOOP;
	RETURN total;
END
$$;

-- Empties every table and what is made from it.
CREATE FUNCTION dbmig.test_truncate() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	names text;
	view regclass;
BEGIN
	SELECT string_agg(DISTINCT root, ', ') INTO names FROM dbmig.test_tables();
	IF names IS NOT NULL THEN
		EXECUTE 'TRUNCATE ' || names;
	END IF;
	FOR view IN SELECT oid FROM pg_class WHERE relkind = 'm' ORDER BY oid LOOP
		EXECUTE format('REFRESH MATERIALIZED VIEW %s', view);
	END LOOP;
END
$$;

-- Drops all that a test has made, as far as it can.
CREATE FUNCTION dbmig.test_reset() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	it record;
	command text;
BEGIN
	FOR command IN
		SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
		UNION ALL SELECT format('ALTER SUBSCRIPTION %I DISABLE', subname) FROM pg_subscription
			WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		UNION ALL SELECT format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', subname) FROM pg_subscription
			WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		UNION ALL SELECT format('DROP SUBSCRIPTION %I', subname) FROM pg_subscription
			WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
		UNION ALL SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension
			WHERE extname NOT IN ('dbmig', 'plpgsql')
		UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
			WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public', 'dbmig')
		UNION ALL SELECT format('DROP CAST (%s AS %s)', format_type(castsource, NULL), format_type(casttarget, NULL))
			FROM pg_cast WHERE oid >= 16384
		UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_foreign_data_wrapper
		UNION ALL SELECT format('DROP LANGUAGE %I CASCADE', lanname) FROM pg_language WHERE oid >= 16384
			AND lanname <> 'plpgsql'
		UNION ALL SELECT format('DROP ACCESS METHOD %I CASCADE', amname) FROM pg_am WHERE oid >= 16384
	LOOP
		BEGIN
			EXECUTE command;
		EXCEPTION WHEN undefined_object OR undefined_function OR invalid_schema_name THEN
			NULL; -- went with another
		END;
	END LOOP;
	LOOP
		SELECT o.* INTO it FROM pg_depend d,
			LATERAL pg_identify_object(d.classid, d.objid, 0) o
			WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'public'::regnamespace
				AND d.deptype = 'n' LIMIT 1;
		EXIT WHEN NOT found;
		EXECUTE format('DROP %s %s CASCADE', CASE
			WHEN it.type IN ('function', 'procedure', 'aggregate') THEN 'ROUTINE'
			WHEN it.type = 'composite type' THEN 'TYPE'
			WHEN it.type = 'statistics object' THEN 'STATISTICS' ELSE it.type END, it.identity);
	END LOOP;
END
$$;

DO $$
DECLARE
	f regprocedure;
BEGIN
	FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'dbmig'::regnamespace AND proname ~ '^test_' LOOP
		EXECUTE format('ALTER EXTENSION dbmig ADD FUNCTION %s', f);
	END LOOP;
END
$$;
