-- # Did anybody ever migrate this database?
SELECT count(*) AS ledgers FROM dbmig.ledgers();
SELECT dbmig._ledger_remark('prisma') AS remark;
SELECT state FROM dbmig.migration_summary();

-- # So all of the project's migrations are pending
SELECT * FROM dbmig.ledger_compare('prisma', ARRAY['20250601120000_init', '20250714090000_orders', '20250822101500_customers']);

-- # Once the tables are there, Prisma is told so
-- Here stands what `prisma migrate deploy` would have recorded; the tool then runs only what comes later.
SELECT dbmig.baseline_ledger('prisma', '[{"name": "20250601120000_init", "content": "CREATE TABLE users (id text PRIMARY KEY);\n"}]') AS written;
SELECT * FROM dbmig.ledger_compare('prisma', ARRAY['20250601120000_init', '20250714090000_orders', '20250822101500_customers']);
