-- Verify flipr:appschema on pg

BEGIN;

SELECT pg_catalog.has_schema_privilege('lay_sqitch', 'usage');

ROLLBACK;
