ALTER TABLE lay_flyway.article DROP COLUMN price CASCADE;
