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

\echo === prisma
SELECT dbmig.baseline_ledger('prisma', jsonb_build_array(jsonb_build_object('name', '20240101000001_create_widgets', 'content', :'f1'),
	jsonb_build_object('name', '20240101000002_add_price', 'content', :'f2')));
SELECT dbmig.baseline_ledger('prisma', jsonb_build_array(jsonb_build_object('name', '20240101000001_create_widgets', 'content', :'f1'),
	jsonb_build_object('name', '20240101000002_add_price', 'content', :'f2'))) AS again;
SELECT public.rows_of('_prisma_migrations');
SELECT public.clear();

\echo === knex
SELECT dbmig.baseline_ledger('knex', '["20240101000001_create_widgets.js", "20240101000002_add_price.js"]');
SELECT dbmig.baseline_ledger('knex', '["20240101000001_create_widgets.js", "20240101000002_add_price.js"]') AS again;
SELECT public.rows_of('knex_migrations');
SELECT public.clear();

\echo === drizzle
SELECT dbmig.baseline_ledger('drizzle', jsonb_build_array(jsonb_build_object('name', '0000_a', 'when', 1704067200000, 'content', rtrim(:'f1', E'\n')),
	jsonb_build_object('name', '0001_b', 'when', 1704067260000, 'content', :'d2')));
SELECT dbmig.baseline_ledger('drizzle', jsonb_build_array(jsonb_build_object('name', '0000_a', 'when', 1704067200000, 'content', rtrim(:'f1', E'\n')),
	jsonb_build_object('name', '0001_b', 'when', 1704067260000, 'content', :'d2'))) AS again;
SELECT public.rows_of('drizzle.__drizzle_migrations');
SELECT public.clear();

\echo === drizzle-1.0
SELECT dbmig.baseline_ledger('drizzle-1.0', jsonb_build_array(jsonb_build_object('name', '20240101000001_a', 'content', rtrim(:'f1', E'\n')),
	jsonb_build_object('file', 'drizzle/20240101000002_b/migration.sql', 'content', :'d2')));
SELECT dbmig.baseline_ledger('drizzle-1.0', jsonb_build_array(jsonb_build_object('name', '20240101000001_a', 'content', rtrim(:'f1', E'\n')),
	jsonb_build_object('file', 'drizzle/20240101000002_b/migration.sql', 'content', :'d2'))) AS again;
SELECT public.rows_of('drizzle.__drizzle_migrations');
SELECT public.clear();

\echo === sequelize
SELECT dbmig.baseline_ledger('sequelize', '["20240101000001-create-widgets.js", "20240101000002-add-price.js"]');
SELECT dbmig.baseline_ledger('sequelize', '["20240101000001-create-widgets.js", "20240101000002-add-price.js"]') AS again;
SELECT public.rows_of('"SequelizeMeta"');
SELECT public.clear();

\echo === umzug
SELECT dbmig.baseline_ledger('umzug', '["20240101000001-create-widgets", "20240101000002-add-price"]');
SELECT dbmig.baseline_ledger('umzug', '["20240101000001-create-widgets", "20240101000002-add-price"]') AS again;
SELECT public.rows_of('"SequelizeMeta"');
SELECT public.clear();

\echo === typeorm
SELECT dbmig.baseline_ledger('typeorm', '["CreateWidgets1704067200001", {"file": "src/1704067200002-AddPrice.ts"}]');
SELECT dbmig.baseline_ledger('typeorm', '["CreateWidgets1704067200001", {"file": "src/1704067200002-AddPrice.ts"}]') AS again;
SELECT public.rows_of('migrations');
SELECT public.clear();

\echo === node-pg-migrate
SELECT dbmig.baseline_ledger('node-pg-migrate', '["1704067200001_create-widgets.js", "1704067200002_add-price.js"]');
SELECT dbmig.baseline_ledger('node-pg-migrate', '["1704067200001_create-widgets.js", "1704067200002_add-price.js"]') AS again;
SELECT public.rows_of('pgmigrations');
SELECT public.clear();

\echo === db-migrate
SELECT dbmig.baseline_ledger('db-migrate', '["20240101000001-create-widgets.js", "20240101000002-add-price"]');
SELECT dbmig.baseline_ledger('db-migrate', '["20240101000001-create-widgets.js", "20240101000002-add-price"]') AS again;
SELECT public.rows_of('migrations');
SELECT public.clear();

\echo === graphile-migrate
SELECT dbmig.baseline_ledger('graphile-migrate', jsonb_build_array(jsonb_build_object('file', '000001-create.sql', 'content', :'f1'),
	jsonb_build_object('file', '000002.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('graphile-migrate', jsonb_build_array(jsonb_build_object('file', '000001-create.sql', 'content', :'f1'),
	jsonb_build_object('file', '000002.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('graphile_migrate.migrations');
SELECT public.clear();

\echo === postgres-migrations
SELECT dbmig.baseline_ledger('postgres-migrations', jsonb_build_array(jsonb_build_object('file', '0001_create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '0002-add-price.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('postgres-migrations', jsonb_build_array(jsonb_build_object('file', '0001_create_widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '0002-add-price.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('migrations');
SELECT public.clear();

\echo === mikro-orm
SELECT dbmig.baseline_ledger('mikro-orm', '["Migration20240101000001", "Migration20240101000002.ts"]');
SELECT dbmig.baseline_ledger('mikro-orm', '["Migration20240101000001", "Migration20240101000002.ts"]') AS again;
SELECT public.rows_of('mikro_orm_migrations');
SELECT public.clear();

\echo === kysely
SELECT dbmig.baseline_ledger('kysely', '["20240101000001_create_widgets.js", "20240101000002_add_price"]');
SELECT dbmig.baseline_ledger('kysely', '["20240101000001_create_widgets.js", "20240101000002_add_price"]') AS again;
SELECT public.rows_of('kysely_migration');
SELECT public.clear();

\echo === @databases
SELECT dbmig.baseline_ledger('@databases', jsonb_build_array(jsonb_build_object('file', '0001-create-widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '0002-add-price.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('@databases', jsonb_build_array(jsonb_build_object('file', '0001-create-widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '0002-add-price.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('atdatabases_migrations_applied');
SELECT public.clear();

\echo === marv
SELECT dbmig.baseline_ledger('marv', jsonb_build_array(jsonb_build_object('file', '1.create-widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '2.add-price.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('marv', jsonb_build_array(jsonb_build_object('file', '1.create-widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '2.add-price.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('migrations');
SELECT public.clear();

\echo === postgrator
SELECT dbmig.baseline_ledger('postgrator', jsonb_build_array(jsonb_build_object('file', '001.do.create-widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '002.do.add-price.sql', 'content', :'f2')));
SELECT dbmig.baseline_ledger('postgrator', jsonb_build_array(jsonb_build_object('file', '001.do.create-widgets.sql', 'content', :'f1'),
	jsonb_build_object('file', '002.do.add-price.sql', 'content', :'f2'))) AS again;
SELECT public.rows_of('schemaversion');
SELECT public.clear();

SELECT action, state, object, detail - 'created' AS detail FROM dbmig.journal ORDER BY journal_id;
SET search_path = public;
DROP SCHEMA blank CASCADE;
DROP FUNCTION rows_of, clear;
