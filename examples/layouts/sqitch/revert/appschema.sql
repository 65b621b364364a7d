-- Revert flipr:appschema from pg

BEGIN;

DROP SCHEMA lay_sqitch;

COMMIT;
