-- Deploy flipr:appschema to pg

BEGIN;

CREATE SCHEMA lay_sqitch;

COMMIT;
