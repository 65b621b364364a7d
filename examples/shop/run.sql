-- # Did anybody ever migrate this database?
SELECT count(*) AS ledgers FROM dbmig.ledgers();
SELECT dbmig._ledger_remark('prisma') AS remark;
SELECT state FROM dbmig.migration_summary();

-- # So all of the project's migrations are pending
SELECT * FROM dbmig.ledger_compare('prisma', ARRAY['20250601120000_init', '20250822101500_customers']);

-- # What should be here?
-- The project's own files say so. They are tried out, and nothing of them stays.
\set init `cat examples/shop/prisma/migrations/20250601120000_init/migration.sql`
\set customers `cat examples/shop/prisma/migrations/20250822101500_customers/migration.sql`
\set indexes `cat examples/shop/prisma/add_performance_indexes.sql`
SELECT dbmig.schema_from_sql(concat_ws(E'\n', :'init', :'customers', :'indexes')) AS expected \gset
SELECT count(*) AS tables FROM pg_tables WHERE schemaname = 'public';

-- # Every table and type that is missing, and the one thing that nobody expects
SELECT change, kind, object, expected, actual, severity
FROM dbmig.schema_diff(:'expected') WHERE kind <> 'index';

-- # Every index that is missing: those that keep values unique, and those for speed
SELECT object, expected, severity FROM dbmig.schema_diff(:'expected') WHERE kind = 'index';

-- # The statements that build it, in the order in which they run
SELECT kind, count(*), min(step) AS first, max(step) AS last, string_agg(DISTINCT hazard, ', ') AS hazard
FROM dbmig.schema_fix(:'expected') GROUP BY kind ORDER BY min(step);
SELECT sql FROM dbmig.schema_fix(:'expected') WHERE object IN ('public.products', 'public.idx_products_name_search');

-- # Build it: \gexec runs each of them
SELECT sql FROM dbmig.schema_fix(:'expected') ORDER BY step \gexec

-- # Nothing is missing any more; the table that nobody expects holds nothing and can go
SELECT change, kind, object, expected, actual, severity FROM dbmig.schema_diff(:'expected');
SELECT count(*) AS rows FROM test_table;
DROP TABLE test_table;
SELECT count(*) AS drift FROM dbmig.schema_diff(:'expected');
SELECT count(*) AS steps FROM dbmig.schema_fix(:'expected');

-- # The tables are there, so Prisma is told so
-- Here stands what `prisma migrate deploy` would have recorded (psql leaves out the last line feed of a file).
SELECT dbmig.baseline_ledger('prisma', jsonb_build_array(
	jsonb_build_object('name', '20250601120000_init', 'content', :'init' || E'\n'),
	jsonb_build_object('name', '20250822101500_customers', 'content', :'customers' || E'\n'))) AS written;
SELECT * FROM dbmig.ledger_compare('prisma', ARRAY['20250601120000_init', '20250822101500_customers']);
