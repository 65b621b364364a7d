-- # What is in the source?
-- A snapshot is jsonb: it goes wherever it is sent.
\c :source
SELECT dbmig.schema_snapshot('{public}') AS found \gset
\c :target

-- # Where do the two not fit?
-- missing: the target has a column that the source has nothing for; unexpected: the source's values have no place to go.
SELECT change, kind, object, attribute, expected, actual
FROM dbmig.schema_diff(dbmig.schema_snapshot('{public}'), :'found')
WHERE kind IN ('table', 'column');

-- # The same without dbmig over there: the source's tables, imported into a schema of their own
-- Snapshots of one schema each are compared by the names inside, and with foreign tables only what these can tell.
CREATE EXTENSION postgres_fdw;
CREATE SERVER source FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host :'HOST', port :'PORT', dbname :'source');
CREATE USER MAPPING FOR CURRENT_USER SERVER source;
CREATE SCHEMA source;
IMPORT FOREIGN SCHEMA public FROM SERVER source INTO source;
SELECT change, object, attribute, expected, actual
FROM dbmig.schema_diff(dbmig.schema_snapshot('{public}'), dbmig.schema_snapshot('{source}'))
ORDER BY object;

-- # Before the copy runs, its deploy script asks
SELECT count(*) = 0 AS fits FROM dbmig.schema_diff(dbmig.schema_snapshot('{public}'), dbmig.schema_snapshot('{source}'));
