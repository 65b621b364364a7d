
# Copyright (c) 2026, the dbmig authors

# Sessions as connection pools and drivers make them: kept for long, reset by
# DISCARD ALL, speaking the extended protocol, calling from DO blocks and
# procedures; and databases beside each other, or made from a template.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('sessions', autovacuum => 'off');

# Runs a query in a database.
sub query
{
	my ($dbname, $sql) = @_;

	return $node->safe_psql($dbname, $sql);
}

# A new database with the extension and a table to index.
sub make_database
{
	my ($dbname) = @_;

	query('postgres', "CREATE DATABASE $dbname");
	query($dbname, 'CREATE EXTENSION dbmig; CREATE TABLE big (i int); CREATE TABLE log (version text)');
	return;
}

# SQL that registers a migration of each kind, the second in a worker.
sub register
{
	my ($a, $b) = @_;

	return "SELECT dbmig.register_migration('$a', 'CREATE TABLE t$a (i int); INSERT INTO log VALUES ($a)', 'DROP TABLE t$a');"
	  . "SELECT dbmig.register_migration('$b', 'CREATE INDEX CONCURRENTLY big_$b ON big (i); INSERT INTO log VALUES ($b)', 'DROP INDEX CONCURRENTLY big_$b');";
}

# What must be true in the end.
sub check
{
	my ($test, $dbname, $count) = @_;

	is(query($dbname, 'SELECT state, applied FROM dbmig.migration_summary()'),
		"current|$count", "$test: all is applied");
	is(query($dbname, 'SELECT count(*), count(DISTINCT version) FROM log'),
		"$count|$count", "$test: once");
	is(query($dbname, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
		'0', "$test: no lock is left");
	return;
}

{
	my $test = 'one session for long, with DISCARD ALL';
	make_database('pooled');
	my ($exit, $messages) = run_sql($node, 'pooled',
		join('DISCARD ALL;',
			register(1, 2), 'CALL dbmig.migrate();', register(3, 4),
			'CALL dbmig.migrate();', 'SELECT * FROM dbmig.migration_status;',
			"SET search_path = pg_catalog; SET ROLE pg_monitor; RESET ROLE;",
			register(5, 6) =~ s/log VALUES/public.log VALUES/gr,
			'SET search_path = public; CALL dbmig.migrate();',
			'CALL dbmig.revert(); CALL dbmig.migrate(); DELETE FROM log WHERE ctid = (SELECT max(ctid) FROM log WHERE version = $$6$$);',
			'SELECT dbmig.assert_migrated()'));
	is($exit, 0, "$test: everything works") or diag($messages);
	check($test, 'pooled', 6);
}

{
	my $test = 'the extension dropped and made anew in one session';
	make_database('anew');
	my $round = 'CREATE EXTENSION IF NOT EXISTS dbmig;' . register(1, 2)
	  . 'CALL dbmig.migrate(); SELECT dbmig.assert_migrated();'
	  . 'SELECT count(*) FROM dbmig.progress; CALL dbmig.revert(); CALL dbmig.revert();';
	my ($exit, $messages) = run_sql($node, 'anew',
		"$round DROP EXTENSION dbmig; $round DROP EXTENSION dbmig; $round");
	is($exit, 0, "$test: everything works") or diag($messages);
	is(query('anew', 'SELECT count(*) FROM dbmig.migration_run'),
		'4', "$test: the history begins anew");
}

foreach my $mode ('simple', 'extended', 'prepared')
{
	my $test = "protocol $mode";
	make_database("protocol_$mode");
	query("protocol_$mode", register(1, 2));
	my $file = PostgreSQL::Test::Utils::tempdir() . '/call.sql';
	append_to_file($file, "CALL dbmig.migrate();\nCALL dbmig.revert();\nCALL dbmig.migrate();\n");
	$node->command_ok(
		[
			'pgbench', '-n', '-t', '1', '-M', $mode, '-f', $file,
			$node->connstr("protocol_$mode")
		],
		"$test: migrate() and revert() work");
	query("protocol_$mode", "DELETE FROM log WHERE ctid = (SELECT max(ctid) FROM log WHERE version = '2')");
	check($test, "protocol_$mode", 2);
}

{
	my $test = 'DO and procedures';
	make_database('nested');
	query('nested', register(1, 2) . q{
		CREATE PROCEDURE deploy() LANGUAGE plpgsql AS $$
		DECLARE
			n bigint;
		BEGIN
			SELECT count(*) INTO n FROM dbmig.migration_status WHERE state = 'pending';
			RAISE NOTICE '% pending', n;
			CALL dbmig.migrate();
			COMMIT;
			PERFORM dbmig.assert_migrated();
			RAISE NOTICE 'deployed';
		END $$});
	my ($exit, $messages) = run_sql($node, 'nested', 'CALL deploy()');
	is($exit, 0, "$test: a procedure can call it") or diag($messages);
	like($messages, qr/2 pending.*applied 1.*applied 2.*deployed/s, "$test: and goes on afterwards");
	query('nested', register(3, 4));
	($exit, $messages) = run_sql($node, 'nested',
		'DO $$ DECLARE n int; BEGIN n := (SELECT count(*) FROM log); CALL dbmig.migrate(); n := (SELECT count(*) FROM log); RAISE NOTICE $q$% rows$q$, n; END $$');
	is($exit, 0, "$test: so can DO") or diag($messages);
	like($messages, qr/4 rows/, "$test: and sees what was done");
	check($test, 'nested', 4);

	# With a handler around it there is a subtransaction: no commit is possible.
	query('nested', register(5, 6));
	($exit, $messages) = run_sql($node, 'nested',
		'DO $$ BEGIN CALL dbmig.migrate(); EXCEPTION WHEN invalid_transaction_termination THEN RAISE NOTICE $q$refused: %$q$, SQLERRM; END $$');
	is($exit, 0, "$test: an exception block can catch the refusal") or diag($messages);
	like($messages, qr/refused: migration 6 cannot run inside a transaction block/, "$test: which is clear");
	is(query('nested', "SELECT string_agg(state, ' ') FROM dbmig.migration_status WHERE version IN ('5', '6')"),
		'pending pending', "$test: and nothing was run");
	($exit, $messages) = run_sql($node, 'nested',
		'DO $$ BEGIN CALL dbmig.migrate($q$5$q$); EXCEPTION WHEN OTHERS THEN RAISE; END $$');
	is($exit, 0, "$test: what is transactional runs there") or diag($messages);
	($exit, $messages) = run_sql($node, 'nested', 'BEGIN; SAVEPOINT s; CALL dbmig.migrate(); ROLLBACK TO s; SELECT 1; COMMIT');
	like($messages, qr/ERROR:  2D000/, "$test: SQLSTATE in a block");
	($exit, $messages) = run_sql($node, 'nested', 'CALL dbmig.migrate()');
	is($exit, 0, "$test: the rest is applied at top level") or diag($messages);
	check($test, 'nested', 6);
}

{
	my $test = 'a block that is rolled back by the caller';
	make_database('rolled');
	query('rolled', "SELECT dbmig.register_migration('1', 'CREATE TABLE t1 (i int); INSERT INTO log VALUES (1)')");
	my ($exit, $messages) = run_sql($node, 'rolled', 'BEGIN; CALL dbmig.migrate(); SELECT dbmig.assert_migrated(); ROLLBACK');
	is($exit, 0, "$test: works") or diag($messages);
	is(query('rolled', 'SELECT state FROM dbmig.migration_summary()'),
		'unmigrated', "$test: and leaves nothing");
	($exit, $messages) = run_sql($node, 'rolled', 'BEGIN; SAVEPOINT s; CALL dbmig.migrate(); ROLLBACK TO s; CALL dbmig.migrate(); COMMIT');
	is($exit, 0, "$test: again after ROLLBACK TO") or diag($messages);
	check($test, 'rolled', 1);
}

{
	my $test = 'PREPARE TRANSACTION';
	my ($exit, $messages) = run_sql($node, 'rolled',
		"SELECT dbmig.register_migration('2', 'CREATE TABLE t2 (i int)'); BEGIN; CALL dbmig.migrate(); PREPARE TRANSACTION 'two'");
	isnt($exit, 0, "$test: is refused by the server (max_prepared_transactions = 0)");
	is(query('rolled', "SELECT state FROM dbmig.migration_status WHERE version = '2'"),
		'pending', "$test: and leaves nothing");
	is(query('rolled', "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
		'0', "$test: no lock either");
}

{
	my $test = 'two databases';
	make_database($_), query($_, register(1, 2)) foreach ('left_one', 'right_one');
	my $writer = hold_sql($node, 'left_one', 'writer', 'INSERT INTO big VALUES (0)');
	my $caller = start_sql($node, 'left_one', 'caller', 'CALL dbmig.migrate()');
	await($node, 'left_one', "SELECT count(*) = 1 FROM pg_stat_progress_create_index");
	my ($exit, $messages) = run_sql($node, 'right_one', 'CALL dbmig.migrate()');
	is($exit, 0, "$test: one does not wait for the other") or diag($messages);
	unlike($messages, qr/waiting/, "$test: nor says so");
	is(query('right_one', 'SELECT count(*) FROM dbmig.progress'),
		'0', "$test: progress shows its own database only");
	is(query('left_one', "SELECT string_agg(task || object || phase, ' ') FROM dbmig.progress") =~ /migrate\(\)2/,
		1, "$test: in the other as well");
	end_backend($node, 'left_one', 'writer', $writer);
	($exit, $messages) = finish_sql($caller);
	is($exit, 0, "$test: both succeed") or diag($messages);
	check($test, $_, 2) foreach ('left_one', 'right_one');
}

{
	my $test = 'the extension in template1';
	query('template1', 'CREATE EXTENSION dbmig; CREATE TABLE big (i int); CREATE TABLE log (version text)');
	query('template1', "SELECT dbmig.register_migration('1', 'CREATE TABLE t1 (i int); INSERT INTO log VALUES (1)')");
	my ($exit, $messages) = run_sql($node, 'template1', 'CALL dbmig.migrate()');
	is($exit, 0, "$test: migrations of the template itself") or diag($messages);
	query('postgres', 'CREATE DATABASE made');
	is(query('made', 'SELECT state, applied FROM dbmig.migration_summary()'),
		'current|1', "$test: a database made from it is as far as it was");
	query('made', "SELECT dbmig.register_migration('2', 'CREATE INDEX CONCURRENTLY big_2 ON big (i); INSERT INTO log VALUES (2)')");
	($exit, $messages) = run_sql($node, 'made', 'CALL dbmig.migrate()');
	is($exit, 0, "$test: and carries on") or diag($messages);
	check($test, 'made', 2);
	is(query('template1', 'SELECT state, applied FROM dbmig.migration_summary()'),
		'current|1', "$test: the template is not touched");
	query('template1', 'DROP EXTENSION dbmig; DROP TABLE big, log, t1');
}

# A migration that makes and drops databases, the current one excepted.
{
	my $test = 'databases made by migrations';
	make_database('maker');
	query('maker', "SELECT dbmig.register_migration('1', 'CREATE DATABASE by_migration; ALTER DATABASE by_migration SET work_mem = 100; INSERT INTO log VALUES (1)', 'DROP DATABASE by_migration')");
	my ($exit, $messages) = run_sql($node, 'maker', 'CALL dbmig.migrate()');
	is($exit, 0, "$test: CREATE DATABASE") or diag($messages);
	check($test, 'maker', 1);
	is(query('by_migration', 'SHOW work_mem'), '100kB', "$test: it is there");
	($exit, $messages) = run_sql($node, 'maker', 'CALL dbmig.revert()');
	is($exit, 0, "$test: DROP DATABASE") or diag($messages);
	is(query('maker', "SELECT count(*) FROM pg_database WHERE datname = 'by_migration'"),
		'0', "$test: it is gone");
}

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal|leak/,
	'no process crashed or leaked');

$node->stop;
done_testing();
