
# Copyright (c) 2026, the dbmig authors

# Eight runners start together: each migration is applied exactly once, the
# waiting ones say for whom, and it does no harm if some of them are killed.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node =
  new_node('runners', client_connection_check_interval => '100ms');

# Makes a database with thirty migrations. Number 10 is blocked until the
# session "writer" ends; each one leaves one row in the table log.
sub make_database
{
	my ($dbname) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $dbname");
	$node->safe_psql(
		$dbname, q{
		CREATE EXTENSION dbmig;
		CREATE TABLE log (version text, pid int DEFAULT pg_backend_pid());
		CREATE TABLE big (i int);
		SELECT dbmig.register_migration(to_char(n, 'FM000'), CASE n
			WHEN 10 THEN 'CREATE INDEX CONCURRENTLY big_i ON big (i); INSERT INTO log VALUES (''010'')'
			ELSE format('CREATE TABLE t%s (i int); INSERT INTO log VALUES (%L)', n, to_char(n, 'FM000')) END,
			format('DROP TABLE t%s; DELETE FROM log WHERE version = %L', n, to_char(n, 'FM000')))
		FROM generate_series(1, 30) n;
	});
	return hold_sql($node, $dbname, 'writer', 'INSERT INTO big VALUES (0)');
}

# Starts eight runners and waits until one works and seven wait for it.
sub start_eight
{
	my ($dbname) = @_;
	my %runners = map {
		("runner$_" =>
			  start_sql($node, $dbname, "runner$_", 'CALL dbmig.migrate()'))
	} (1 .. 8);

	await($node, $dbname,
		"SELECT count(*) = 7 FROM pg_stat_activity"
		  . " WHERE application_name ~ '^runner' AND wait_event = 'advisory'");
	await($node, $dbname,
		"SELECT count(*) = 1 FROM pg_stat_progress_create_index");
	return %runners;
}

# What must be true in the end.
sub check_applied
{
	my ($test, $dbname, $tenth) = @_;

	is($node->safe_psql($dbname, 'SELECT state, applied FROM dbmig.migration_summary()'),
		'current|30', "$test: all is applied");
	is($node->safe_psql($dbname, 'SELECT count(*), count(DISTINCT version) FROM log'),
		'30|30', "$test: each migration has run once");
	is( $node->safe_psql(
			$dbname,
			"SELECT string_agg(version, ' ') FROM (SELECT version FROM dbmig.migration_run"
			  . " WHERE state = 'succeeded' GROUP BY version HAVING count(*) <> 1) x"),
		'',
		"$test: the history has each success once");
	is( $node->safe_psql(
			$dbname,
			"SELECT count(*) FROM (SELECT run_id, lag(run_id) OVER (ORDER BY version) before"
			  . " FROM dbmig.migration_run WHERE state = 'succeeded') x WHERE run_id < before"),
		'0',
		"$test: they ran in the order of their versions");
	is( $node->safe_psql($dbname,
			"SELECT indisvalid FROM pg_index WHERE indrelid = 'big'::regclass"),
		't',
		"$test: there is one index, and it is valid");
	is( $node->safe_psql($dbname,
			"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
		'0',
		"$test: no lock is left");
	return;
}

{
	my $test   = 'eight runners';
	my $writer = make_database('together');
	my %runners = start_eight('together');
	my $active = $node->safe_psql('together',
		"SELECT backend_pid FROM dbmig.migration_run WHERE state = 'running'");
	is( $node->safe_psql('together', 'SELECT state, applied FROM dbmig.migration_summary()'),
		'running|9',
		"$test: nine are applied while the tenth waits");
	is( $node->safe_psql(
			'together',
			"SELECT count(*) FROM dbmig.progress WHERE phase = 'waiting for process $active'"),
		'7',
		"$test: seven show in progress that they wait");
	end_backend($node, 'together', 'writer', $writer);

	my $waited  = 0;
	my $applied = 0;
	my $idle    = 0;
	foreach my $name (sort keys %runners)
	{
		my ($exit, $messages) = finish_sql($runners{$name});
		is($exit, 0, "$test: $name succeeds") or diag($messages);
		$waited++
		  if $messages =~ /NOTICE: .*migrate\(\) is waiting for process $active, which is migrating this database/;
		$applied += () = $messages =~ /NOTICE: .*applied \d+/g;
		$idle++ if $messages =~ /there is nothing to apply/;
	}
	is($waited,  7,  "$test: seven say who they wait for");
	is($applied, 30, "$test: thirty times something was applied");
	is($idle,    7,  "$test: seven found nothing to do");
	check_applied($test, 'together');
	is( $node->safe_psql('together', 'SELECT count(*) FROM dbmig.migration_run'),
		'30',
		"$test: the history has thirty rows");
}

{
	my $test   = 'eight runners, three of them killed';
	my $writer = make_database('killed');
	my %runners = start_eight('killed');
	my $active = $node->safe_psql('killed',
		"SELECT application_name FROM pg_stat_activity a JOIN dbmig.migration_run r"
		  . " ON a.pid = r.backend_pid WHERE r.state = 'running'");
	my @waiting = grep { $_ ne $active } sort keys %runners;

	# The one at work and one that waits are terminated, of another the client dies.
	my $terminated = shift @waiting;
	my $orphan     = shift @waiting;
	kill_client(delete $runners{$orphan});
	$node->safe_psql('killed',
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
		  . " WHERE application_name IN ('$terminated', '$active')"
		  . " AND backend_type = 'client backend'");
	foreach my $name ($terminated, $active)
	{
		my ($exit, $messages) = finish_sql(delete $runners{$name});
		isnt($exit, 0, "$test: the terminated one fails");
		like($messages, qr/FATAL:  57P01/, "$test: and is told why");
	}
	end_backend($node, 'killed', 'writer', $writer);
	foreach my $name (sort keys %runners)
	{
		my ($exit, $messages) = finish_sql($runners{$name});
		is($exit, 0, "$test: $name succeeds") or diag($messages);
	}
	await($node, 'killed',
		"SELECT count(*) = 0 FROM pg_stat_activity"
		  . " WHERE application_name = '$orphan' OR backend_type = 'dbmig worker'");
	check_applied($test, 'killed');
	is( $node->safe_psql('killed',
			"SELECT string_agg(concat_ws(' ', version, state, sqlstate), ', ' ORDER BY run_id)"
			  . " FROM dbmig.migration_run WHERE version = '010'"),
		'010 failed 57014, 010 succeeded',
		"$test: the history tells of the run that was stopped");
}

{
	my $test = 'migrate() and revert() together';
	my @runners = map {
		start_sql($node, 'together', "runner$_",
			$_ % 2 ? 'CALL dbmig.revert()' : 'CALL dbmig.migrate()')
	} (1 .. 6);
	foreach my $runner (@runners)
	{
		my ($exit, $messages) = finish_sql($runner);
		is($exit, 0, "$test: each succeeds") or diag($messages);
	}
	my ($exit, $messages) = run_sql($node, 'together', 'CALL dbmig.migrate()');
	is($exit, 0, "$test: nothing is in the way afterwards") or diag($messages);
	is( $node->safe_psql('together',
			'SELECT count(*), count(DISTINCT version) FROM log'),
		'30|30',
		"$test: each migration stands once");
	is( $node->safe_psql(
			'together',
			"SELECT count(*) FROM dbmig.migration_run WHERE state <> 'succeeded'"),
		'0',
		"$test: nothing failed");
}

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal|deadlock/,
	'no process crashed, and no deadlock');

$node->stop;
done_testing();
