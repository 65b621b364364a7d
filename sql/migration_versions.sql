-- Versions order naturally, in the view as in migrate() and revert().
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS dbmig CASCADE;
CREATE EXTENSION dbmig;
RESET client_min_messages;
CREATE TABLE ver_seen (n int GENERATED ALWAYS AS IDENTITY, version text);
CREATE FUNCTION ver_register(VARIADIC versions text[]) RETURNS void
LANGUAGE sql AS $$
    SELECT dbmig.register_migration(v, format('INSERT INTO ver_seen (version) VALUES (%L)', v),
                                    format('DELETE FROM ver_seen WHERE version = %L', v))
    FROM unnest(versions) v
$$;

SELECT ver_register('10', '9', '1.10', '1.9', '1', '1.9.1', '2', '20251110', '20251109_b', '20251109_a', '20251109');
-- leading zeros count for nothing, but only equal texts are equal
SELECT ver_register('007', '7', '07', '8', '06');
-- runs of digits of any length
SELECT ver_register(repeat('9', 100), '1' || repeat('0', 100), repeat('0', 50) || '3', '18446744073709551616', '18446744073709551615');
-- letters, prefixes, upper case before lower, other scripts after
SELECT ver_register('v2', 'v10', 'V3', 'a', 'ab', 'a1', 'é1', 'a-1', 'a_1', 'a.1', '1a', '01b', '日本2', '日本10', '0');
CREATE TABLE ver_order AS
    SELECT row_number() OVER () AS n, version FROM dbmig.migration_status;
SELECT CASE WHEN length(version) > 30 THEN left(version, 3) || '...' || length(version) ELSE version END AS version
FROM ver_order ORDER BY n;
-- any order of registration gives the same
SELECT count(*) FROM dbmig.migration;

-- migrate() applies in that order, up to a target
SET client_min_messages = warning;
CALL dbmig.migrate('9');
SELECT version FROM ver_seen ORDER BY n;
CALL dbmig.migrate();
SELECT (SELECT array_agg(version ORDER BY n) FROM ver_seen) =
       (SELECT array_agg(version ORDER BY n) FROM ver_order) AS applied_in_order;
SELECT version, state, out_of_order FROM dbmig.migration_status WHERE state <> 'applied' OR out_of_order;
SELECT current_version = (SELECT version FROM ver_order ORDER BY n DESC LIMIT 1) AS last_is_current
FROM dbmig.migration_summary();
-- revert() goes backwards and keeps its target
CALL dbmig.revert('1.9.1');
SELECT version FROM ver_seen ORDER BY n;
SELECT (SELECT array_agg(version ORDER BY run_id DESC) FROM dbmig.migration_run WHERE action = 'revert') =
       (SELECT array_agg(version ORDER BY n) FROM ver_order
        WHERE n > (SELECT n FROM ver_order WHERE version = '1.9.1')) AS reverted_in_order;
-- the target is a version, not a number
CALL dbmig.migrate('1.09');
CALL dbmig.migrate('11');
CALL dbmig.migrate('');
CALL dbmig.revert('3');
CALL dbmig.revert('10');

-- one that comes late is applied, and said to be out of order
CALL dbmig.migrate();
SELECT ver_register('1.5');
SELECT version, state, out_of_order FROM dbmig.migration_status WHERE out_of_order ORDER BY version;
RESET client_min_messages;
CALL dbmig.migrate();
SELECT version, state, out_of_order FROM dbmig.migration_status WHERE out_of_order ORDER BY version;
SET client_min_messages = warning;
DROP TABLE ver_seen, ver_order;
DROP FUNCTION ver_register;
DROP EXTENSION dbmig CASCADE;
CREATE EXTENSION dbmig;
