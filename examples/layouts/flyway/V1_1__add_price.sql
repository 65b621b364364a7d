ALTER TABLE lay_flyway.article ADD COLUMN price numeric(10, 2);
