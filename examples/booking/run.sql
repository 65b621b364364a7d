-- # What should be here, and what is
\set wanted `cat examples/booking/wanted.sql`
SELECT dbmig.schema_from_sql(:'wanted') AS expected \gset
SELECT change, kind, object, attribute, expected, actual, severity, hazard
FROM dbmig.schema_diff(:'expected')
WHERE change <> 'unexpected';

-- # The ledger's tables are not the application's: nobody expects them, and nothing removes them
SELECT kind, object, severity FROM dbmig.schema_diff(:'expected') WHERE change = 'unexpected';

-- # The repair: keys and checks are proved without blocking writes, indexes are built while all go on working
SELECT step, sql, lock, hazard, transactional FROM dbmig.schema_fix(:'expected');

-- # Run it
SELECT sql FROM dbmig.schema_fix(:'expected') ORDER BY step \gexec

-- # Nothing is left, and all rows are there
SELECT count(*) AS drift FROM dbmig.schema_diff(:'expected') WHERE change <> 'unexpected';
SELECT count(*) AS steps FROM dbmig.schema_fix(:'expected');
SELECT (SELECT count(*) FROM appointments) AS appointments, (SELECT count(*) FROM blackout_dates) AS blackout_dates;
DELETE FROM accounts;
SELECT account_id, appointment_type IS NOT NULL AS has_type, count(*) FROM appointments GROUP BY 1, 2;
