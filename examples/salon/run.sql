-- The migrations of a hair salon: applied, stopped by a mistake, carried on, taken back.

\if :{?dir}
\else
\warn 'the directory is missing: psql -v dir=/absolute/path/of/examples/salon ...'
\quit
\endif
\set ON_ERROR_STOP on
\set migrations :dir '/migrations'
\set corrected :dir '/corrected'
\set data :dir '/data.sql'
\pset null '-'

\echo '\n== 1. A database nobody has migrated =='
CREATE EXTENSION dbmig;
SELECT state, applied, pending, failed, detail FROM dbmig.migration_summary();

\echo '\n== 2. The plan: a directory of plain .sql files =='
SELECT * FROM dbmig.register_directory(:'migrations');
SELECT state, applied, pending, failed FROM dbmig.migration_summary();

\echo '\n== 3. One command applies them; 008 has a mistake, and says so =='
\set ON_ERROR_STOP off
CALL dbmig.migrate();
\set ON_ERROR_STOP on

\echo '\n== 4. What the database knows about it: 001 to 007 stand, 008 left nothing behind =='
SELECT version, name, state, sqlstate FROM dbmig.migration_status;
\x on
SELECT version, state, statements, failed_statement, failed_line, sqlstate, error, executed_by
FROM dbmig.migration_run
WHERE state = 'failed';
\x off
SELECT state, applied, pending, failed, current_version FROM dbmig.migration_summary();
SELECT to_regprocedure('create_messages_partition(date)') AS left_behind_by_008;

-- A deployment script asks this way: an error, and an exit code, unless all is applied.
\set ON_ERROR_STOP off
SELECT dbmig.assert_migrated();
\set ON_ERROR_STOP on

\echo '\n== 5. Meanwhile the salons are open: clients, bookings and 6,000 messages come in =='
\i :data
SELECT (SELECT count(*) FROM clients) AS clients, (SELECT count(*) FROM bookings) AS bookings,
       (SELECT count(*) FROM whatsapp_keys) AS keys, (SELECT count(*) FROM messages) AS messages;

\echo '\n== 6. The corrected file takes the place of the wrong one, and the run goes on =='
-- 011 builds indexes CONCURRENTLY, which no transaction and no function can do:
-- dbmig runs it statement by statement beside this session, in a background worker.
SELECT * FROM dbmig.register_directory(:'corrected');
CALL dbmig.migrate();
SELECT version, name, state, duration IS NOT NULL AS timed FROM dbmig.migration_status;
SELECT state, applied, pending, failed, current_version FROM dbmig.migration_summary();
SELECT count(*) AS indexes, count(*) FILTER (WHERE NOT i.indisvalid) AS invalid
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition;

\echo '\n== 7. A change with a way back =='
SELECT dbmig.register_migration('012',
    'ALTER TABLE clients ADD COLUMN marketing_consent boolean NOT NULL DEFAULT false',
    'ALTER TABLE clients DROP COLUMN marketing_consent',
    'marketing_consent');
SELECT dbmig.register_migration('013',
    'CREATE TABLE gift_cards (code text PRIMARY KEY, client_id integer NOT NULL REFERENCES clients, amount numeric(10,2) NOT NULL)',
    'DROP TABLE gift_cards',
    'gift_cards');
CALL dbmig.migrate();
SELECT version, name, state FROM dbmig.migration_status WHERE version >= '011';

-- The last one back ...
CALL dbmig.revert();
SELECT version, state, to_regclass('gift_cards') AS gift_cards FROM dbmig.migration_status WHERE version = '013';

-- ... everything after 011 back ...
CALL dbmig.revert('011');
SELECT version, name, state FROM dbmig.migration_status WHERE version >= '011';

-- ... and both again.
CALL dbmig.migrate();

\echo '\n== 8. Nothing is forgotten: every attempt, the failed one too =='
SELECT run_id, version, action, state, sqlstate FROM dbmig.migration_run ORDER BY run_id;
SELECT state, applied, pending, failed, current_version FROM dbmig.migration_summary();
SELECT dbmig.assert_migrated();

\echo '\n== 9. And the application runs on it =='
SELECT direction, message, processed FROM get_recent_messages('79001007919', 2, 3);
SELECT partition_name, row_count FROM get_messages_stats();
