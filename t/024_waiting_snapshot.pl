
# Copyright (c) 2026, the dbmig authors

# CREATE INDEX CONCURRENTLY waits for the end of every transaction that has an
# older snapshot. Neither the caller of its worker nor a runner that waits its
# turn may be such a transaction: they wait for the worker, and nobody would
# notice the deadlock. Here each gets its snapshot before the index is begun.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('snapshot', autovacuum => 'off');
my $version = 0;

# Runs a query in the test's database.
sub query
{
	return $node->safe_psql('postgres', shift);
}

query(q{
	CREATE EXTENSION dbmig;
	CREATE TABLE big (i int);
	CREATE TABLE gate (closed boolean);
	INSERT INTO gate VALUES (true)});

# Starts a runner whose worker waits before the gate, with an index to build
# behind it.
sub start_runner
{
	my ($set) = @_;

	$version++;
	query('UPDATE gate SET closed = true');
	query("SELECT dbmig.register_migration('$version', \$up\$
		VACUUM gate;
		SET default_transaction_isolation = 'read committed';
		DO 'BEGIN WHILE (SELECT closed FROM gate) LOOP PERFORM pg_sleep(0.02); END LOOP; END';
		CREATE INDEX CONCURRENTLY ON big (i);
		\$up\$)");
	my $runner =
	  start_sql($node, 'postgres', 'runner', "$set CALL dbmig.migrate()");
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_stat_get_activity(NULL) WHERE query ~ '^DO'");
	return $runner;
}

# Opens the gate.
sub open_gate
{
	query('UPDATE gate SET closed = false');
	return;
}

# Demands that all the runners end, and well.
sub check_ended
{
	my ($test, @runners) = @_;
	my $ended = $node->poll_query_until('postgres',
		"SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name ~ '^(runner|waiting)'");

	ok($ended, "$test: all runners end");
	if (!$ended)
	{
		diag(query("SELECT string_agg(concat_ws(' ', pid, application_name, backend_type, backend_xmin, wait_event_type, wait_event, pg_blocking_pids(pid)), E'\\n') FROM pg_stat_activity WHERE application_name ~ '^(runner|waiting)'"));
		query("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name ~ '^(runner|waiting)'");
	}
	foreach my $runner (@runners)
	{
		my ($exit, $messages) = finish_sql($runner);
		is($exit, 0, "$test: a runner succeeds") or diag($messages);
	}
	is(query("SELECT state FROM dbmig.migration_status WHERE version = '$version'"),
		'applied', "$test: the migration is applied");
	return;
}

foreach my $level ('read committed', 'repeatable read', 'serializable')
{
	my $set = "SET default_transaction_isolation = '$level';";
	my $runner = start_runner($set);
	open_gate();
	check_ended("$level: caller and its worker", $runner);

	$runner = start_runner($set);
	my $waiting =
	  start_sql($node, 'postgres', 'waiting', "$set CALL dbmig.migrate()");
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_stat_activity"
		  . " WHERE application_name = 'waiting' AND wait_event = 'advisory'");
	is(query("SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('runner', 'waiting') AND backend_type = 'client backend' AND backend_xmin IS NOT NULL"),
		'0', "$level: neither caller nor waiting runner has a snapshot");
	open_gate();
	check_ended("$level: a waiting runner", $runner, $waiting);
}

# The waiting runner has a snapshot for a moment, while it finds out who it
# waits for. Make that moment as long as needed.
{
	my $test   = 'a runner that begins to wait';
	my $runner = start_runner('');
	my $locker = start_sql($node, 'postgres', 'locker',
		'SET allow_system_table_mods = on; BEGIN; ALTER VIEW pg_catalog.pg_stat_activity SET (security_barrier = off); SELECT pg_sleep(3600)');
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_locks WHERE relation = 'pg_stat_activity'::regclass AND mode = 'AccessExclusiveLock' AND granted");
	my $waiting =
	  start_sql($node, 'postgres', 'waiting', 'CALL dbmig.migrate()');
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_locks WHERE relation = 'pg_stat_activity'::regclass AND NOT granted");
	open_gate();
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'virtualxid' AND NOT granted");
	query("SELECT pg_terminate_backend(pid) FROM pg_stat_get_activity(NULL) WHERE application_name = 'locker'");
	$locker->{h}->finish;
	check_ended($test, $runner, $waiting);
}

$node->stop;
done_testing();
