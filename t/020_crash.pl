
# Copyright (c) 2026, the dbmig authors

# A runner, its worker or the whole server dies in the middle of a migration:
# nothing half-way stays, the history tells of it, and the next run carries on
# where the dead one stopped, without doing anything twice.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node(
	'crash',
	restart_after_crash => 'on',
	autovacuum          => 'off');
my $gone = qr/^the runner \(process \d+\) is gone: killed, crashed or disconnected$/;

# Runs a query in the test's database.
sub query
{
	return $node->safe_psql('postgres', shift);
}

# The runs of a migration, oldest first.
sub history
{
	my ($version) = @_;

	return query(
		    "SELECT string_agg(concat_ws(' ', action, state, sqlstate), ', '"
		  . " ORDER BY run_id) FROM dbmig.migration_run WHERE version = '$version'");
}

# State and SQLSTATE of a migration as status says.
sub status
{
	my ($version) = @_;

	return query("SELECT concat_ws(' ', state, sqlstate)"
		  . " FROM dbmig.migration_status WHERE version = '$version'");
}

# What the log table says has run of a migration.
sub ran
{
	my ($version) = @_;

	return query("SELECT string_agg(statement::text, ' ' ORDER BY place)"
		  . " FROM log WHERE version = '$version'");
}

# Kills a server process and waits until the server is back.
sub crash
{
	my ($pid, $psql) = @_;
	my $offset = -s $node->logfile;

	kill 'KILL', $pid or die "cannot kill $pid";
	await_restart($node, $offset);
	$psql->{h}->finish;
	return;
}

# Calls migrate() and demands success; returns its notices.
sub migrate_well
{
	my ($test) = @_;
	my ($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.migrate()');

	is($exit, 0, "$test: the next run succeeds") or diag($messages);
	is(query('SELECT state FROM dbmig.migration_summary()'),
		'current', "$test: the database is current then");
	is(query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
		'0', "$test: no lock is left");
	is( query("SELECT count(*) FROM dbmig.migration_run WHERE state = 'running'"),
		'0', "$test: no run is left running");
	return $messages;
}

query(q{
	CREATE EXTENSION dbmig;
	CREATE TABLE gate (seconds float8 NOT NULL);
	INSERT INTO gate VALUES (3600);
	CREATE TABLE log (place int GENERATED ALWAYS AS IDENTITY, version text, statement int);
	CREATE TABLE big (i int);
	INSERT INTO big SELECT generate_series(1, 100);
});

# Opens or closes the gate that migrations sleep before.
sub gate
{
	query("UPDATE gate SET seconds = $_[0]");
	return;
}

#
# A transactional migration
#
sub register_transactional
{
	my ($version, $down) = @_;

	query("SELECT dbmig.register_migration('$version', \$up\$
		CREATE TABLE half_$version (i int);
		INSERT INTO log (version, statement) VALUES ('$version', 2);
		SELECT pg_sleep(seconds) FROM gate;
		\$up\$, down_sql => \$down\$
		DROP TABLE half_$version;
		SELECT pg_sleep(seconds) FROM gate;
		\$down\$)");
	return;
}

# What must be true after the death of its runner, and after the next run.
sub check_transactional
{
	my ($test, $version) = @_;

	is(status($version), 'failed MG006', "$test: it counts as failed");
	like(query("SELECT error FROM dbmig.migration_status WHERE version = '$version'"),
		$gone, "$test: the error says why");
	is(query("SELECT to_regclass('half_$version') IS NULL"),
		't', "$test: its table is not there");
	is(ran($version), '', "$test: its rows are not there");
	is(query('SELECT state FROM dbmig.migration_summary()'),
		'failed', "$test: the summary says so");
	my ($exit, $messages) =
	  run_sql($node, 'postgres', 'SELECT dbmig.assert_migrated()');
	like($messages, qr/MG003: .*failed/, "$test: assert_migrated() says so");

	gate(0);
	migrate_well($test);
	gate(3600);
	is(status($version), 'applied', "$test: it is applied then");
	is(ran($version), '2', "$test: once");
	is(history($version), 'apply failed MG006, apply succeeded',
		"$test: the history tells both");
	is( query("SELECT string_agg(concat_ws(' ', action, state, sqlstate), ', ' ORDER BY journal_id)"
			  . " FROM dbmig.journal WHERE object = '$version' AND action <> 'register'"),
		'apply failed MG006, apply succeeded',
		"$test: so does the journal");
	is( query("SELECT bool_and(finished_at >= started_at) AND bool_and(backend_pid > 0)"
			  . " FROM dbmig.migration_run WHERE version = '$version'"),
		't', "$test: all its runs have ended");
	return;
}

{
	my $test = 'kill -9 of a transactional run';
	register_transactional('001');
	my $caller =
	  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
	await_sleep($node, 'postgres', 'caller');
	is(status('001'), 'running', "$test: it was running");
	my $pid = backend_pid($node, 'postgres', 'caller');
	is( query('SELECT pid || task || object || phase || done || total FROM dbmig.progress'),
		"${pid}migrate()001running01",
		"$test: progress showed it");
	crash($pid, $caller);
	is(query('SELECT count(*) FROM dbmig.progress'),
		'0', "$test: progress does not show it any more");
	check_transactional($test, '001');
}

{
	my $test = 'immediate shutdown in a transactional run';
	register_transactional('002');
	my $caller =
	  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
	await_sleep($node, 'postgres', 'caller');
	$node->stop('immediate');
	$caller->{h}->finish;
	$node->start;
	check_transactional($test, '002');
}

{
	my $test = 'fast shutdown in a transactional run';
	register_transactional('003');
	my $caller =
	  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
	await_sleep($node, 'postgres', 'caller');
	$node->stop('fast');
	$caller->{h}->finish;
	$node->start;
	check_transactional($test, '003');
}

{
	my $test = 'kill -9 inside a transaction block';
	register_transactional('004');
	my $caller = start_sql($node, 'postgres', 'caller',
		'BEGIN; CREATE TABLE beside (i int); CALL dbmig.migrate(); COMMIT');
	await_sleep($node, 'postgres', 'caller');
	crash(backend_pid($node, 'postgres', 'caller'), $caller);
	is(status('004'), 'pending', "$test: it is as if it had never been called");
	is( query("SELECT to_regclass('half_004') IS NULL AND to_regclass('beside') IS NULL"),
		't',
		"$test: nothing of it is there");
	gate(0);
	migrate_well($test);
	gate(3600);
	is(history('004'), 'apply succeeded', "$test: the history has one run");
}

{
	my $test = 'kill -9 of a revert';
	my $caller = start_sql($node, 'postgres', 'caller', 'CALL dbmig.revert()');
	await_sleep($node, 'postgres', 'caller');
	crash(backend_pid($node, 'postgres', 'caller'), $caller);
	is(status('004'), 'applied MG006', "$test: it is still applied, with the error");
	is(query("SELECT to_regclass('half_004') IS NOT NULL"),
		't', "$test: its table is there");
	gate(0);
	my ($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.revert()');
	is($exit, 0, "$test: the next revert succeeds") or diag($messages);
	is(status('004'), 'reverted', "$test: it is reverted then");
	is( history('004'),
		'apply succeeded, revert failed MG006, revert succeeded',
		"$test: the history tells it");
	migrate_well($test);
	gate(3600);
}

#
# A migration in a worker
#
sub register_worker
{
	my ($version) = @_;

	query("SELECT dbmig.register_migration('$version', \$up\$
		INSERT INTO log (version, statement) VALUES ('$version', 1);
		CREATE INDEX CONCURRENTLY big_$version ON big (i);
		INSERT INTO log (version, statement) VALUES ('$version', 3);
		\$up\$)");
	return;
}

# Starts migrate() and waits until its CREATE INDEX waits for a writer.
sub start_blocked
{
	my ($version) = @_;

	register_worker($version);
	my $writer =
	  hold_sql($node, 'postgres', 'writer', 'INSERT INTO big VALUES (0)');
	my $caller =
	  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_index i, pg_stat_activity a"
		  . " WHERE i.indexrelid = to_regclass('big_$version') AND NOT i.indisvalid"
		  . " AND a.backend_type = 'dbmig worker' AND a.wait_event_type = 'Lock'");
	return ($caller, $writer);
}

# What must be true after the next run.
sub check_resumed
{
	my ($test, $version, $sqlstate) = @_;
	my $messages = migrate_well($test);

	like($messages, qr/migration $version is resumed at statement 2/,
		"$test: it says where it resumes");
	is(ran($version), '1 3', "$test: every statement has run once");
	is( query("SELECT string_agg(c.relname || ' ' || i.indisvalid || ' ' || i.indisready, ', ')"
			  . " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
			  . " WHERE i.indrelid = 'big'::regclass AND c.relname ~ '$version'"),
		"big_$version true true",
		"$test: there is one index, and it is valid");
	is(history($version), "apply failed $sqlstate, apply succeeded",
		"$test: the history tells both");
	is( query("SELECT string_agg(statements::text, ' ' ORDER BY run_id) FROM dbmig.migration_run WHERE version = '$version'"),
		'1 3',
		"$test: with the statements that took effect");
	is( query("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dbmig worker'"),
		'0',
		"$test: no worker is left");
	return;
}

my @deaths = (
	[
		'011', 'kill -9 of a worker',
		sub {
			my $pid = query("SELECT pid FROM pg_stat_activity"
				  . " WHERE backend_type = 'dbmig worker'");
			crash($pid, $_[0]);
		}
	],
	[
		'012',
		'kill -9 of the caller of a worker',
		sub { crash(backend_pid($node, 'postgres', 'caller'), $_[0]) }
	],
	[
		'013',
		'immediate shutdown while a worker runs',
		sub { $node->stop('immediate'); $node->start }
	]);

foreach my $death (@deaths)
{
	my ($version, $test, $kill) = @$death;
	my ($caller, $writer) = start_blocked($version);

	is(status($version), 'running', "$test: it was running");
	$kill->($caller);
	$_->{h}->finish foreach ($caller, $writer);
	is(status($version), 'failed MG006', "$test: it counts as failed");
	like(query("SELECT error FROM dbmig.migration_status WHERE version = '$version'"),
		$gone, "$test: the error says why");
	is( query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_$version'::regclass"),
		'f',
		"$test: the invalid index was left");
	check_resumed($test, $version, 'MG006');
}

{
	my $test = 'fast shutdown while a worker runs';
	my ($caller, $writer) = start_blocked('014');
	$node->stop('fast');
	my ($exit, $messages) = finish_sql($caller);
	$writer->{h}->finish;
	isnt($exit, 0, "$test: the caller is told");
	$node->start;
	like(status('014'), qr/^failed (MG006|57P01|57014)$/, "$test: it counts as failed");
	my ($state, $sqlstate) = split / /, status('014');
	check_resumed($test, '014', $sqlstate);
}

{
	my $test = 'second crash while the first is cleaned up after';
	my ($caller, $writer) = start_blocked('015');
	crash(backend_pid($node, 'postgres', 'caller'), $caller);
	$writer->{h}->finish;
	my $reader =
	  hold_sql($node, 'postgres', 'reader', 'SELECT count(*) FROM big');
	$caller = start_sql($node, 'postgres', 'caller',
		"SET dbmig.lock_timeout = '1h'; CALL dbmig.migrate()");
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_stat_activity"
		  . " WHERE backend_type = 'dbmig worker' AND wait_event_type = 'Lock'");
	crash(backend_pid($node, 'postgres', 'caller'), $caller);
	$reader->{h}->finish;
	like(migrate_well($test), qr/migration 015 is resumed at statement 2/,
		"$test: it says where it resumes");
	is(ran('015'), '1 3', "$test: every statement has run once");
	is( query("SELECT string_agg(c.relname || ' ' || i.indisvalid, ', ')"
			  . " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
			  . " WHERE i.indrelid = 'big'::regclass AND c.relname ~ '015'"),
		"big_015 true",
		"$test: there is one index, and it is valid");
}

#
# The worker dies between the end of a statement and the record of it
#
sub crash_before_record
{
	my ($version, $sql, $statement) = @_;

	query("SELECT dbmig.register_migration('$version', \$up\$
		INSERT INTO log (version, statement) VALUES ('$version', 1);
		$sql;
		INSERT INTO log (version, statement) VALUES ('$version', 3);
		\$up\$);
		CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql
		AS 'BEGIN PERFORM pg_catalog.pg_sleep(seconds) FROM public.gate; RETURN NEW; END';
		CREATE TRIGGER wait BEFORE UPDATE ON dbmig.migration_run FOR EACH ROW
		WHEN (NEW.statements = 2 AND NEW.state = 'running') EXECUTE FUNCTION wait()");
	my $caller =
	  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_stat_activity"
		  . " WHERE backend_type = 'dbmig worker' AND wait_event = 'PgSleep'");
	crash( query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dbmig worker'"),
		$caller);
	query('DROP TRIGGER wait ON dbmig.migration_run; DROP FUNCTION wait()');
	is(status($version), 'failed MG006', "$version: it counts as failed");
	return;
}

{
	my $test = 'crash before CREATE INDEX CONCURRENTLY was recorded';
	crash_before_record('021',
		'CREATE INDEX CONCURRENTLY big_021 ON big (i)');
	my $oid = query("SELECT 'big_021'::regclass::oid");
	check_resumed($test, '021', 'MG006');
	is(query("SELECT 'big_021'::regclass::oid"),
		$oid, "$test: the index was not built again");
}

{
	my $test = 'crash before an unnamed CREATE INDEX CONCURRENTLY was recorded';
	query('CREATE TABLE unnamed (i int)');
	crash_before_record('022', 'CREATE INDEX CONCURRENTLY ON unnamed (i)');
	migrate_well($test);
	is(ran('022'), '1 3', "$test: every statement has run once");
	is( query("SELECT count(*) FROM pg_index WHERE indrelid = 'unnamed'::regclass"),
		'1',
		"$test: there is one index");
}

{
	my $test = 'crash before REINDEX CONCURRENTLY was recorded';
	crash_before_record('023', 'REINDEX INDEX CONCURRENTLY big_021');
	migrate_well($test);
	is(ran('023'), '1 3', "$test: every statement has run once");
	is( query("SELECT count(*) FROM pg_class WHERE relname ~ '_cc(new|old)'"),
		'0',
		"$test: nothing is left of it");
}

{
	my $test = 'a crash between two statements';
	query("SELECT dbmig.register_migration('024', \$up\$
		INSERT INTO log (version, statement) VALUES ('024', 1);
		CREATE INDEX CONCURRENTLY big_024 ON big (i);
		SELECT pg_sleep(seconds) FROM gate;
		INSERT INTO log (version, statement) VALUES ('024', 4);
		\$up\$)");
	my $caller =
	  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_stat_activity"
		  . " WHERE backend_type = 'dbmig worker' AND wait_event = 'PgSleep'");
	crash( query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dbmig worker'"),
		$caller);
	is( query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_024'::regclass"),
		't',
		"$test: the index is there");
	gate(0);
	like(migrate_well($test), qr/resumed at statement 3/,
		"$test: it is resumed at the statement that was not finished");
	gate(3600);
	is(ran('024'), '1 4', "$test: every statement has run once");
}

# The server itself was content.
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|signal 11|signal 6/,
	'no process crashed by itself');

$node->stop;
done_testing();
