-- Verify flipr:user_count on pg

BEGIN;

SELECT lay_sqitch.user_count();

ROLLBACK;
