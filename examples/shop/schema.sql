-- Production as it was found: one table, and no ledger. The Prisma schema
-- expects some twenty.

CREATE TABLE test_table (
	id serial PRIMARY KEY,
	name text
);
