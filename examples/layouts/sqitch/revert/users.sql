-- Revert flipr:users from pg

BEGIN;

DROP TABLE lay_sqitch.users;

COMMIT;
