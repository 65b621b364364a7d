
# Copyright (c) 2026, the dbmig authors

# pg_dump and pg_restore keep plan, history, journal and the numbers of their
# rows; the restored database carries on where the dumped one was.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('dump', wal_level => 'logical');
my $dumps = PostgreSQL::Test::Utils::tempdir();

# Everything that must be the same after the restore.
my $content = q{
	SELECT * FROM (
	SELECT 1 AS place, m::text FROM dbmig.migration m UNION ALL
	SELECT 2, r::text FROM dbmig.migration_run r UNION ALL
	SELECT 3, j::text FROM dbmig.journal j UNION ALL
	SELECT 4, s::text FROM dbmig.migration_run_run_id_seq s UNION ALL
	SELECT 5, s::text FROM dbmig.journal_journal_id_seq s) x
	ORDER BY place, m COLLATE "C"};
$content =~ s/s::text/concat(s.last_value, s.is_called)/g;

$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->safe_psql(
	'source', q{
	CREATE EXTENSION dbmig;
	CREATE TABLE gate (seconds float8);
	INSERT INTO gate VALUES (3600);
	CREATE TABLE log (statement int);
	SELECT dbmig.register_migration('001', E'CREATE TABLE "od\"\"d\tname" (i int);\r\n-- \\\\. \\\\N \u00e9\u4e2d\r\n', name => E'a ''quoted''\tname', down_sql => 'DROP TABLE "od""d	name"');
	SELECT dbmig.register_migration('002', 'SELECT 1 / 0');
	SELECT dbmig.register_migration('003', $$
		INSERT INTO log VALUES (1);
		VACUUM log;
		SELECT pg_sleep(seconds) FROM gate;
		INSERT INTO log VALUES (4)$$);
	SELECT dbmig.register_migration('004', 'CREATE TABLE four (i int)');
});
my ($exit, $messages) = run_sql($node, 'source', 'CALL dbmig.migrate()');
like($messages, qr/22012/, 'the second migration fails');
$node->safe_psql('source',
	"SELECT dbmig.register_migration('002', 'CREATE TABLE two (i int)')");
my $caller = start_sql($node, 'source', 'caller', 'CALL dbmig.migrate()');
await($node, 'source',
	"SELECT count(*) = 1 FROM pg_stat_activity"
	  . " WHERE backend_type = 'dbmig worker' AND wait_event = 'PgSleep'");

# The dumps are made while the third migration runs.
my $before = $node->safe_psql('source', $content);
my $url    = $node->connstr('source');
$node->command_ok([ 'pg_dump', '-Fp', '-f', "$dumps/plain", $url ],
	'pg_dump, plain');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dumps/custom", $url ],
	'pg_dump, custom');
$node->command_ok(
	[ 'pg_dump', '-Fd', '-j2', '-f', "$dumps/directory", $url ],
	'pg_dump, directory');
$node->command_ok(
	[ 'pg_dump', '--schema-only', '-f', "$dumps/schema", $url ],
	'pg_dump, schema only');
$node->command_ok(
	[ 'pg_dump', '--inserts', '-f', "$dumps/inserts", $url ],
	'pg_dump, with INSERTs');
is($node->safe_psql('source', $content),
	$before, 'nothing has changed while it was dumped');

# What must be true in a restored database.
sub check_restored
{
	my ($name) = @_;

	is($node->safe_psql($name, $content), $before, "$name: plan, history and journal are the same");
	is( $node->safe_psql($name,
			'SELECT version, state, sqlstate FROM dbmig.migration_status'),
		"001|applied|\n002|applied|\n003|failed|MG006\n004|pending|",
		"$name: the run that was dumped while it ran has failed here");
	my ($rc, $out, $err) = $node->psql($name, 'DELETE FROM dbmig.migration_run');
	like($err, qr/only added to/, "$name: the history is guarded");
	($rc, $out, $err) = $node->psql($name, 'UPDATE dbmig.migration_run SET error = NULL');
	like($err, qr/only added to/, "$name: against changes, too");

	$node->safe_psql($name, 'UPDATE gate SET seconds = 0');
	my ($code, $said) = run_sql($node, $name, 'CALL dbmig.migrate()');
	is($code, 0, "$name: it carries on") or diag($said);
	like($said, qr/migration 003 is resumed at statement 3/,
		"$name: where the dumped one was");
	is( $node->safe_psql($name,
			"SELECT string_agg(statement::text, ' ' ORDER BY statement) FROM log"),
		'1 4',
		"$name: no statement has run twice");
	is( $node->safe_psql($name,
			"SELECT string_agg(concat_ws(' ', run_id, version, state, sqlstate), ', ' ORDER BY run_id) FROM dbmig.migration_run"),
		'1 001 succeeded, 2 002 failed 22012, 3 002 succeeded, 4 003 failed MG006, 5 003 succeeded, 6 004 succeeded',
		"$name: the history goes on");
	is( $node->safe_psql($name,
			"SELECT extname, nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'dbmig'"),
		'dbmig|dbmig',
		"$name: the extension is one");
	return;
}

$node->safe_psql('postgres', "CREATE DATABASE $_ TEMPLATE template0")
  foreach qw(plain custom directory inserts one_transaction schema);
$node->command_ok(
	[
		'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$dumps/plain",
		$node->connstr('plain')
	],
	'restore, plain');
$node->command_ok(
	[ 'pg_restore', '-e', '-d', $node->connstr('custom'), "$dumps/custom" ],
	'restore, custom');
$node->command_ok(
	[
		'pg_restore', '-e', '-j2', '-d', $node->connstr('directory'),
		"$dumps/directory"
	],
	'restore, directory with two jobs');
$node->command_ok(
	[
		'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$dumps/inserts",
		$node->connstr('inserts')
	],
	'restore, INSERTs');
$node->command_ok(
	[
		'pg_restore', '-1', '-d', $node->connstr('one_transaction'),
		"$dumps/custom"
	],
	'restore, in one transaction');
check_restored($_) foreach qw(plain custom directory inserts one_transaction);

# Once more over what is there.
$node->command_ok(
	[
		'pg_restore', '-e', '--clean', '--if-exists', '-d',
		$node->connstr('custom'), "$dumps/custom"
	],
	'restore with --clean over a database that has gone on');
# What came after the dump is not in it, so pg_restore does not drop it.
$node->safe_psql('custom', 'DROP TABLE four');
check_restored('custom');

# A plan without its history, and the way out.
$node->command_ok(
	[
		'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$dumps/schema",
		$node->connstr('schema')
	],
	'restore, schema only');
is($node->safe_psql('schema', 'SELECT state FROM dbmig.migration_summary()'),
	'unmigrated', 'schema only: nothing is known of migrations');
($exit, $messages) = run_sql($node, 'schema', 'SELECT dbmig.assert_migrated()');
like($messages, qr/MG001/, 'schema only: assert_migrated() says so');
$node->safe_psql('schema',
	q{SELECT dbmig.register_migration('002', 'CREATE TABLE two (i int)');
	SELECT dbmig.register_migration('004', 'CREATE TABLE four (i int)')});
is($node->safe_psql('schema', "SELECT dbmig.baseline('002')"),
	'1', 'schema only: baseline() says what is there');
($exit, $messages) = run_sql($node, 'schema', 'CALL dbmig.migrate()');
is($exit, 0, 'schema only: migrate() applies the rest') or diag($messages);
is($node->safe_psql('schema', 'SELECT state FROM dbmig.migration_summary()'),
	'current', 'schema only: the database is current');

# The data alone, into an extension that is there.
$node->safe_psql('postgres', 'CREATE DATABASE data TEMPLATE template0');
$node->safe_psql('data', 'CREATE EXTENSION dbmig; CREATE TABLE gate (seconds float8); CREATE TABLE log (statement int); CREATE TABLE two (i int)');
$node->command_ok(
	[
		'pg_restore', '-e', '--data-only', '-t', 'migration', '-t',
		'migration_run', '-t', 'journal', '-t', 'log', '-t', 'gate', '-d',
		$node->connstr('data'), "$dumps/custom"
	],
	'restore, data only');
is($node->safe_psql('data', 'SELECT count(*) FROM dbmig.migration_run'),
	'4', 'data only: the history is there');

# The dumped server's own run goes on.
$node->safe_psql('source',
	"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dbmig worker'");
($exit, $messages) = finish_sql($caller);
isnt($exit, 0, 'the run that was dumped ends');

# Every table that can be published has a primary key, so that a publication
# blocks nothing. The cache is unlogged, so it is in none.
is( $node->safe_psql(
		'plain',
		"SELECT count(*) FROM pg_class c WHERE relnamespace = 'dbmig'::regnamespace AND relkind = 'r'"
		  . " AND relpersistence = 'p'"
		  . " AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary)"),
	'0',
	'every table has a primary key');
$node->safe_psql('plain', 'CREATE PUBLICATION everything FOR ALL TABLES');
$node->safe_psql(
	'plain', q{
	SELECT dbmig.register_migration('005', 'SELECT 1 / 0');
	SELECT dbmig.register_migration('006', 'VACUUM log; SELECT 2 / 0')});
($exit, $messages) = run_sql($node, 'plain', 'CALL dbmig.migrate()');
like($messages, qr/22012: division/, 'published: the migration fails by itself');
$node->safe_psql('plain', "SELECT dbmig.register_migration('005', 'CREATE TABLE five (i int)', down_sql => 'DROP TABLE five')");
($exit, $messages) = run_sql($node, 'plain', 'CALL dbmig.migrate()');
like($messages, qr/22012: division/, 'published: the one in a worker, too');
$node->safe_psql('plain', "SELECT dbmig.register_migration('006', 'VACUUM log', down_sql => 'SELECT 6')");
($exit, $messages) = run_sql($node, 'plain',
	'CALL dbmig.migrate(); CALL dbmig.revert(); CALL dbmig.revert(); CALL dbmig.migrate()');
is($exit, 0, 'published: everything can be written') or diag($messages);
is($node->safe_psql('plain', 'SELECT state FROM dbmig.migration_summary()'),
	'current', 'published: the database is current');

$node->stop;
done_testing();
