-- Revert flipr:user_count from pg

BEGIN;

DROP FUNCTION lay_sqitch.user_count();

COMMIT;
