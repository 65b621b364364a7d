-- Deploy flipr:user_count to pg

BEGIN;

CREATE OR REPLACE FUNCTION lay_sqitch.user_count() RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM lay_sqitch.users;
$$;

COMMIT;
