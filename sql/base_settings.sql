-- The settings dbmig.*: defaults, units, limits, who may set them.
LOAD 'dbmig';
SELECT name, setting, unit, vartype, context, min_val, max_val, boot_val
FROM pg_settings WHERE name LIKE 'dbmig.%' ORDER BY name;
SELECT count(*) FROM pg_settings WHERE name LIKE 'dbmig.%' AND (short_desc = '' OR extra_desc IS NULL);
SHOW dbmig.lock_timeout;
SET dbmig.lock_timeout = '1min';
SHOW dbmig.lock_timeout;
SET dbmig.lock_timeout = 1500;
SHOW dbmig.lock_timeout;
SET dbmig.lock_timeout = '0.5s';
SHOW dbmig.lock_timeout;
SET dbmig.lock_timeout = 0;
SHOW dbmig.lock_timeout;
\set VERBOSITY sqlstate
SET dbmig.lock_timeout = -1;
\set VERBOSITY default
SET dbmig.lock_timeout = '1 fortnight';
SET dbmig.lock_timeout = 'soon';
SET dbmig.lock_timeout = 2147483648;
RESET dbmig.lock_timeout;
SET dbmig.lock_retries = 1000;
SET dbmig.lock_retries = 1001;
SET dbmig.lock_retries = -1;
SET dbmig.lock_retries = '1s';
SHOW dbmig.lock_retries;
RESET dbmig.lock_retries;
SET dbmig.accept_modified = perhaps;
SET dbmig.accept_modified = 1;
SHOW dbmig.accept_modified;
RESET dbmig.accept_modified;
-- the prefix is taken: a mistake in a name is an error
SET dbmig.lock_timeuot = '1s';
SET dbmig.other = 1;
SELECT current_setting('dbmig.other', true) IS NULL AS unknown;
-- for a transaction, a role, a database, a function, by anybody
BEGIN;
SET LOCAL dbmig.lock_retries = 3;
SHOW dbmig.lock_retries;
COMMIT;
SHOW dbmig.lock_retries;
CREATE ROLE regress_dbmig_settings;
ALTER ROLE regress_dbmig_settings SET dbmig.lock_timeout = '3s';
\set VERBOSITY sqlstate
ALTER ROLE regress_dbmig_settings SET dbmig.lock_timeout = '-3s';
\set VERBOSITY default
CREATE FUNCTION settings_f() RETURNS text LANGUAGE sql SET dbmig.lock_retries = 4 AS $$SELECT current_setting('dbmig.lock_retries')$$;
SELECT settings_f();
SET ROLE regress_dbmig_settings;
SET dbmig.lock_timeout = '4s';
SHOW dbmig.lock_timeout;
RESET ROLE;
RESET dbmig.lock_timeout;
DROP FUNCTION settings_f;
DROP ROLE regress_dbmig_settings;
