-- # Which tool ruled this database, and where did it stop?
-- No row of a Drizzle ledger: the ORM never managed it. What ruled is a table that somebody wrote by hand.
SELECT tool, ledger, applied, failed, last_version, last_applied_at::date AS last_applied, state FROM dbmig.ledgers();
SELECT * FROM dbmig.ledger_compare('drizzle', ARRAY['0000_baseline', '0001_mock_requests', '0002_kv_cache']);

-- # Which of the project's files are missing here?
SELECT version, state
FROM dbmig.ledger_compare('legacy', ARRAY['001', '002', '003', '004', '005', '006', '007', '008', '009', '010', '011',
	'012', '013', '014', '015', '016', '017', '018', '019', '021', '022', '023', '024', '025', '026'])
WHERE state <> 'applied';

-- # What was run out of turn?
SELECT e.version, e.name, e.applied_at::date AS applied
FROM dbmig.ledger_entries('schema_migrations') e
WHERE EXISTS (SELECT FROM dbmig.ledger_entries('schema_migrations') later
              WHERE later.position > e.position AND later.applied_at < e.applied_at)
ORDER BY e.position;

-- # Where does production differ from what the ORM believes?
-- What the ORM knows nothing of may stay: functions, triggers, checks, the ledger. Not so columns that it would never
-- fill, what keeps them unique, and values of enums that it would not understand.
\set orm `cat examples/requests/orm.sql`
SELECT dbmig.schema_from_sql(:'orm') AS expected \gset
SELECT change, kind, object, attribute, expected, actual, severity
FROM dbmig.schema_diff(:'expected')
WHERE kind <> 'index' AND (change <> 'unexpected' OR kind IN ('column', 'unique', 'enum'));

-- # Which of its indexes are absent?
-- Two of them would be of no use: a unique constraint has such an index already.
SELECT change, object, expected, actual, severity FROM dbmig.schema_diff(:'expected') WHERE kind = 'index';

-- # The history becomes dbmig's own
-- The plan is the project's 25 files; here only their numbers matter.
SELECT count(dbmig.register_migration(lpad(n::text, 3, '0'), format('SELECT %s', n))) AS registered
FROM generate_series(1, 26) n
WHERE n <> 20;
SELECT dbmig._ledger_remark('drizzle') AS before;
SELECT dbmig.adopt_ledger('schema_migrations') AS adopted;
SELECT state, count(*), min(version) AS first, max(version) AS last FROM dbmig.migration_status GROUP BY state ORDER BY state;

-- # From now on the ORM may manage it: what is there counts as its first migration, without being run
SELECT dbmig.baseline_ledger('drizzle', '[{"name": "0000_baseline", "when": 1756468800000, "content": "-- what production has"}]') AS written;
SELECT tool, ledger, applied, last_version, state FROM dbmig.ledgers() ORDER BY tool;
