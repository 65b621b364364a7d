-- baseline_ledger() for the tools of one world: from nothing, again, and what was written.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
CREATE SCHEMA blank;
SET search_path = blank, public;
\set f1 'CREATE TABLE widgets (id serial PRIMARY KEY, name text NOT NULL);\n'
\set f2 'ALTER TABLE widgets ADD COLUMN price numeric; CREATE INDEX widgets_price_idx ON widgets (price);\n'
\set d2 'ALTER TABLE widgets ADD COLUMN price numeric;\n--> statement-breakpoint\nCREATE INDEX widgets_price_idx ON widgets (price);'
-- rows without their times and ids, which differ from run to run
CREATE FUNCTION public.rows_of(ledger regclass) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT (SELECT string_agg(CASE WHEN value::text ~ ''^"20\d\d-\d\d-\d\d[T ]'' THEN key || ''=TIME'''
		' WHEN value::text ~ ''^"[0-9a-f]{8}-[0-9a-f]{4}-'' THEN key || ''=UUID'' WHEN value::text ~ ''^1[789][0-9]{8}$'' THEN key || ''=TIME'' ELSE key || ''='' || value END, '' '' ORDER BY n)'
		' FROM json_each(row_to_json(l)) WITH ORDINALITY x (key, value, n)) FROM %s l', ledger);
END $$;
CREATE FUNCTION public.clear() RETURNS void LANGUAGE plpgsql AS $$
DECLARE s name;
BEGIN
	FOR s IN SELECT nspname FROM pg_namespace WHERE nspname IN ('blank', 'drizzle', 'graphile_migrate', 'sqitch', 'supabase_migrations', 'atlas_schema_revisions') LOOP
		EXECUTE format('DROP SCHEMA %I CASCADE', s);
	END LOOP;
	CREATE SCHEMA blank;
END $$;

\echo === flyway
SELECT dbmig.baseline_ledger('flyway', jsonb_build_array(jsonb_build_object('file', 'V1__create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', 'V2__add_price.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('flyway', jsonb_build_array(jsonb_build_object('file', 'V1__create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', 'V2__add_price.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('flyway_schema_history');
SELECT public.clear();

\echo === liquibase
SELECT dbmig.baseline_ledger('liquibase', '[{"id": 1, "author": "alice", "file": "changelog.sql"}, {"id": "2", "author": "alice", "file": "changelog.sql"}]');
SELECT dbmig.baseline_ledger('liquibase', '[{"id": 1, "author": "alice", "file": "changelog.sql"}, {"id": "2", "author": "alice", "file": "changelog.sql"}]') AS again;
SELECT public.rows_of('databasechangelog');
SELECT public.clear();

\echo === django
SELECT dbmig.baseline_ledger('django', '["app.0001_initial", {"app": "app", "name": "0002_price"}]');
SELECT dbmig.baseline_ledger('django', '["app.0001_initial", {"app": "app", "name": "0002_price"}]') AS again;
SELECT public.rows_of('django_migrations');
SELECT public.clear();

\echo === alembic
SELECT dbmig.baseline_ledger('alembic', '["bbb222"]');
SELECT dbmig.baseline_ledger('alembic', '["bbb222"]') AS again;
SELECT public.rows_of('alembic_version');
SELECT public.clear();

\echo === yoyo
SELECT dbmig.baseline_ledger('yoyo', '["0001.create-widgets.sql", "0002.add-price.py"]');
SELECT dbmig.baseline_ledger('yoyo', '["0001.create-widgets.sql", "0002.add-price.py"]') AS again;
SELECT public.rows_of('_yoyo_migration');
SELECT migration_id, operation, username = SESSION_USER AS by_us, migration_hash = (SELECT migration_hash FROM _yoyo_migration m
	WHERE m.migration_id = l.migration_id) AS same_hash FROM _yoyo_log l ORDER BY migration_id;
SELECT public.clear();

\echo === laravel
SELECT dbmig.baseline_ledger('laravel', '["2024_01_01_000001_create_widgets.php", "2024_01_01_000002_add_price"]');
SELECT dbmig.baseline_ledger('laravel', '["2024_01_01_000001_create_widgets.php", "2024_01_01_000002_add_price"]') AS again;
SELECT public.rows_of('migrations');
SELECT public.clear();

\echo === doctrine
SELECT dbmig.baseline_ledger('doctrine', '["App\\Migrations\\Version20240101000001", "App\\Migrations\\Version20240101000002"]');
SELECT dbmig.baseline_ledger('doctrine', '["App\\Migrations\\Version20240101000001", "App\\Migrations\\Version20240101000002"]') AS again;
SELECT public.rows_of('doctrine_migration_versions');
SELECT public.clear();

\echo === phinx
SELECT dbmig.baseline_ledger('phinx', '["20240101000001_create_widgets.php", "20240101000002_add_price.php"]');
SELECT dbmig.baseline_ledger('phinx', '["20240101000001_create_widgets.php", "20240101000002_add_price.php"]') AS again;
SELECT public.rows_of('phinxlog');
SELECT public.clear();

\echo === rails
SELECT dbmig.baseline_ledger('rails', '["20240101000001", "20240101000002_add_price.rb"]');
SELECT dbmig.baseline_ledger('rails', '["20240101000001", "20240101000002_add_price.rb"]') AS again;
SELECT public.rows_of('schema_migrations');
SELECT public.clear();

\echo === sequel
SELECT dbmig.baseline_ledger('sequel', '["20240101000001_create_widgets.rb", "20240101000002_add_price.rb"]');
SELECT dbmig.baseline_ledger('sequel', '["20240101000001_create_widgets.rb", "20240101000002_add_price.rb"]') AS again;
SELECT public.rows_of('schema_migrations');
SELECT public.clear();

\echo === sequel-integer
SELECT dbmig.baseline_ledger('sequel-integer', '["001_create.rb", "002_price.rb"]');
SELECT dbmig.baseline_ledger('sequel-integer', '["001_create.rb", "002_price.rb"]') AS again;
SELECT public.rows_of('schema_info');
SELECT public.clear();

\echo === sqitch
SELECT dbmig.baseline_ledger('sqitch', jsonb_build_array(jsonb_build_object('project', 'widgets_app', 'planner_name', 'Alice Example', 'planner_email', 'alice@example.com', 'committer_name', 'dbmig', 'committer_email', 'dbmig@localhost', 'name', 'create_widgets', 'planned_at', '2024-01-01T00:00:01Z', 'note', 'create widgets', 'content', :'f1'),
	jsonb_build_object('project', 'widgets_app', 'planner_name', 'Alice Example', 'planner_email', 'alice@example.com', 'committer_name', 'dbmig', 'committer_email', 'dbmig@localhost', 'name', 'add_price', 'planned_at', '2024-01-01T00:00:02Z', 'note', 'add price', 'requires', '["create_widgets"]'::jsonb, 'content', :'f2')));
SELECT dbmig.baseline_ledger('sqitch', jsonb_build_array(jsonb_build_object('project', 'widgets_app', 'planner_name', 'Alice Example', 'planner_email', 'alice@example.com', 'committer_name', 'dbmig', 'committer_email', 'dbmig@localhost', 'name', 'create_widgets', 'planned_at', '2024-01-01T00:00:01Z', 'note', 'create widgets', 'content', :'f1'),
	jsonb_build_object('project', 'widgets_app', 'planner_name', 'Alice Example', 'planner_email', 'alice@example.com', 'committer_name', 'dbmig', 'committer_email', 'dbmig@localhost', 'name', 'add_price', 'planned_at', '2024-01-01T00:00:02Z', 'note', 'add price', 'requires', '["create_widgets"]'::jsonb, 'content', :'f2'))) AS again;
SELECT public.rows_of('sqitch.changes');
SELECT public.clear();

SELECT action, state, object, detail - 'created' AS detail FROM dbmig.journal ORDER BY journal_id;
SET search_path = public;
DROP SCHEMA blank CASCADE;
DROP FUNCTION rows_of, clear;
