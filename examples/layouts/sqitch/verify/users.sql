-- Verify flipr:users on pg

BEGIN;

SELECT nickname, active FROM lay_sqitch.users WHERE FALSE;

ROLLBACK;
