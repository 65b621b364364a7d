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

\echo === dbmate
SELECT dbmig.baseline_ledger('dbmate', '["20240101000001_create_widgets.sql", "20240101000002"]');
SELECT dbmig.baseline_ledger('dbmate', '["20240101000001_create_widgets.sql", "20240101000002"]') AS again;
SELECT public.rows_of('schema_migrations');
SELECT public.clear();

\echo === golang-migrate
SELECT dbmig.baseline_ledger('golang-migrate', '["20240101000001_x.up.sql", "20240101000002_y.up.sql"]');
SELECT dbmig.baseline_ledger('golang-migrate', '["20240101000001_x.up.sql", "20240101000002_y.up.sql"]') AS again;
SELECT public.rows_of('schema_migrations');
SELECT public.clear();

\echo === goose
SELECT dbmig.baseline_ledger('goose', '["20240101000001_x.sql", "20240101000002_y.sql"]');
SELECT dbmig.baseline_ledger('goose', '["20240101000001_x.sql", "20240101000002_y.sql"]') AS again;
SELECT public.rows_of('goose_db_version');
SELECT public.clear();

\echo === tern
SELECT dbmig.baseline_ledger('tern', '["001_create.sql", "002_price.sql"]');
SELECT dbmig.baseline_ledger('tern', '["001_create.sql", "002_price.sql"]') AS again;
SELECT public.rows_of('schema_version');
SELECT public.clear();

\echo === sql-migrate
SELECT dbmig.baseline_ledger('sql-migrate', '["1_x.sql", "2_y.sql"]');
SELECT dbmig.baseline_ledger('sql-migrate', '["1_x.sql", "2_y.sql"]') AS again;
SELECT public.rows_of('gorp_migrations');
SELECT public.clear();

\echo === sqlx
SELECT dbmig.baseline_ledger('sqlx', jsonb_build_array(jsonb_build_object('file', '20240101000001_create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '20240101000002_add_price.up.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('sqlx', jsonb_build_array(jsonb_build_object('file', '20240101000001_create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '20240101000002_add_price.up.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('_sqlx_migrations');
SELECT public.clear();

\echo === diesel
SELECT dbmig.baseline_ledger('diesel', '["2024-01-01-000001_create_widgets", "20240101000002"]');
SELECT dbmig.baseline_ledger('diesel', '["2024-01-01-000001_create_widgets", "20240101000002"]') AS again;
SELECT public.rows_of('__diesel_schema_migrations');
SELECT public.clear();

\echo === refinery
SELECT dbmig.baseline_ledger('refinery', jsonb_build_array(jsonb_build_object('file', 'V1__create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', 'V2__add_price.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('refinery', jsonb_build_array(jsonb_build_object('file', 'V1__create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', 'V2__add_price.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('refinery_schema_history');
SELECT public.clear();

\echo === sea-orm
SELECT dbmig.baseline_ledger('sea-orm', '["m20240101_000001_create_widgets.rs", "m20240101_000002_add_price"]');
SELECT dbmig.baseline_ledger('sea-orm', '["m20240101_000001_create_widgets.rs", "m20240101_000002_add_price"]') AS again;
SELECT public.rows_of('seaql_migrations');
SELECT public.clear();

\echo === ef-core
SELECT dbmig.baseline_ledger('ef-core', '["20240101000001_CreateWidgets.cs", {"version": "20240101000002_AddPrice", "product_version": "8.0.1"}]');
SELECT dbmig.baseline_ledger('ef-core', '["20240101000001_CreateWidgets.cs", {"version": "20240101000002_AddPrice", "product_version": "8.0.1"}]') AS again;
SELECT public.rows_of('"__EFMigrationsHistory"');
SELECT public.clear();

\echo === ecto
SELECT dbmig.baseline_ledger('ecto', '["20240101000001_create.exs", 20240101000002]');
SELECT dbmig.baseline_ledger('ecto', '["20240101000001_create.exs", 20240101000002]') AS again;
SELECT public.rows_of('schema_migrations');
SELECT public.clear();

\echo === supabase
SELECT dbmig.baseline_ledger('supabase', jsonb_build_array(jsonb_build_object('file', '20240101000001_create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '20240101000002_add_price.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('supabase', jsonb_build_array(jsonb_build_object('file', '20240101000001_create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '20240101000002_add_price.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('supabase_migrations.schema_migrations');
SELECT public.clear();

\echo === atlas
SELECT dbmig.baseline_ledger('atlas', jsonb_build_array(jsonb_build_object('file', '20240101000001_create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '20240101000002_add_price.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('atlas', jsonb_build_array(jsonb_build_object('file', '20240101000001_create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '20240101000002_add_price.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('atlas_schema_revisions.atlas_schema_revisions');
SELECT public.clear();

SELECT action, state, object, detail - 'created' AS detail FROM dbmig.journal ORDER BY journal_id;
SET search_path = public;
DROP SCHEMA blank CASCADE;
DROP FUNCTION rows_of, clear;
