
# Copyright (c) 2026, the dbmig authors

# Somebody cancels or terminates the caller, the worker or the client of a
# migration that runs: it stops, its worker stops too, the invalid index is
# dropped, the failure is recorded, and the next run carries on.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node(
	'cancel',
	autovacuum                       => 'off',
	client_connection_check_interval => '100ms');

# Runs a query in the test's database.
sub query
{
	return $node->safe_psql('postgres', shift);
}

query(q{
	CREATE EXTENSION dbmig;
	CREATE TABLE gate (seconds float8 NOT NULL);
	INSERT INTO gate VALUES (3600);
	CREATE TABLE log (place int GENERATED ALWAYS AS IDENTITY, version text, statement int);
	CREATE TABLE big (i int);
	INSERT INTO big SELECT generate_series(1, 100);
});

# State and SQLSTATE of a migration as status says.
sub status
{
	my ($version) = @_;

	return query("SELECT concat_ws(' ', state, sqlstate)"
		  . " FROM dbmig.migration_status WHERE version = '$version'");
}

# The runs of a migration, oldest first.
sub history
{
	my ($version) = @_;

	return query(
		    "SELECT string_agg(concat_ws(' ', action, state, sqlstate), ', '"
		  . " ORDER BY run_id) FROM dbmig.migration_run WHERE version = '$version'");
}

# What the log table says has run of a migration.
sub ran
{
	my ($version) = @_;

	return query("SELECT string_agg(statement::text, ' ' ORDER BY place)"
		  . " FROM log WHERE version = '$version'");
}

# Waits until neither caller nor worker is there, and both locks are free.
sub await_quiet
{
	await($node, 'postgres',
		"SELECT count(*) = 0 FROM pg_stat_activity"
		  . " WHERE backend_type = 'dbmig worker' OR application_name = 'caller'");
	is( query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
		'0',
		"$_[0]: no lock is left");
	is(query('SELECT count(*) FROM dbmig.progress'),
		'0', "$_[0]: progress shows nothing");
	return;
}

# Calls migrate() and demands success; returns its messages.
sub migrate_well
{
	my ($test) = @_;
	my ($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.migrate()');

	is($exit, 0, "$test: the next run succeeds") or diag($messages);
	is(query('SELECT state FROM dbmig.migration_summary()'),
		'current', "$test: the database is current then");
	return $messages;
}

# Sends a signal of SQL to the session of that name.
sub signal
{
	my ($how, $name) = @_;
	my $which = $name eq 'worker' ? "backend_type = 'dbmig worker'" :
	  "application_name = '$name' AND backend_type = 'client backend'";

	is(query("SELECT pg_${how}_backend(pid) FROM pg_stat_activity WHERE $which"),
		't', "$how $name");
	return;
}

#
# A transactional migration
#
my @transactional = (
	[
		'001', 'cancel of a transactional run',
		'',    sub { signal('cancel', 'caller') },
		qr/ERROR:  57014: canceling statement due to user request/, '57014'
	],
	[
		'002', 'terminate of a transactional run',
		'', sub { signal('terminate', 'caller') },
		qr/FATAL:  57P01: terminating connection/, 'MG006'
	],
	[
		'003', 'client of a transactional run killed',
		'',    sub { kill_client($_[0]) },
		qr/^/, 'MG006'
	],
	[
		'004', 'statement_timeout in a transactional run',
		"SET statement_timeout = '500ms';", sub { },
		qr/ERROR:  57014: canceling statement due to statement timeout/, '57014'
	]);

foreach my $case (@transactional)
{
	my ($version, $test, $set, $act, $expected, $sqlstate) = @$case;

	query("SELECT dbmig.register_migration('$version', \$up\$
		CREATE TABLE half_$version (i int);
		INSERT INTO log (version, statement) VALUES ('$version', 2);
		SELECT pg_sleep(seconds) FROM gate;
		\$up\$)");
	my $caller = start_sql($node, 'postgres', 'caller',
		"$set CALL dbmig.migrate()");
	await_sleep($node, 'postgres', 'caller');
	$act->($caller);
	if ($test !~ /client/)
	{
		my ($exit, $messages) = finish_sql($caller);
		isnt($exit, 0, "$test: the caller fails");
		like($messages, $expected, "$test: and is told why");
	}
	await_quiet($test);
	is(status($version), "failed $sqlstate", "$test: it counts as failed");
	is( query("SELECT failed_statement FROM dbmig.migration_run WHERE version = '$version'"),
		$sqlstate eq 'MG006' ? '' : '3',
		"$test: the statement is recorded, if somebody could");
	is(query("SELECT to_regclass('half_$version') IS NULL"),
		't', "$test: nothing of it is there");
	query('UPDATE gate SET seconds = 0');
	migrate_well($test);
	query('UPDATE gate SET seconds = 3600');
	is(ran($version), '2', "$test: it has run once");
	is(history($version), "apply failed $sqlstate, apply succeeded",
		"$test: the history tells both");
}

{
	my $test = 'cancel inside a transaction block';
	query(q{SELECT dbmig.register_migration('005', $up$
		CREATE TABLE half_005 (i int);
		SELECT pg_sleep(seconds) FROM gate;
		$up$)});
	my $caller = start_sql($node, 'postgres', 'caller',
		'BEGIN; CREATE TABLE beside (i int); CALL dbmig.migrate(); COMMIT');
	await_sleep($node, 'postgres', 'caller');
	signal('cancel', 'caller');
	my ($exit, $messages) = finish_sql($caller);
	like($messages, qr/ERROR:  57014/, "$test: the caller is told");
	unlike($messages, qr/WARNING/, "$test: the failure could be recorded");
	await_quiet($test);
	is(status('005'), 'failed 57014', "$test: it counts as failed");
	is( query("SELECT to_regclass('half_005') IS NULL AND to_regclass('beside') IS NULL"),
		't',
		"$test: nothing of it is there");
	query('UPDATE gate SET seconds = 0');
	migrate_well($test);
	query('UPDATE gate SET seconds = 3600');
}

{
	my $test = 'cancel while waiting between tries for a lock';
	query(q{SELECT dbmig.register_migration('006', 'ALTER TABLE big ADD COLUMN j int')});
	my $reader =
	  hold_sql($node, 'postgres', 'reader', 'SELECT count(*) FROM big');
	my $caller = start_sql($node, 'postgres', 'caller',
		"SET dbmig.lock_timeout = '10ms'; SET dbmig.lock_retries = 1000; CALL dbmig.migrate()");
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM dbmig.progress WHERE phase = 'waiting for a lock'");
	signal('cancel', 'caller');
	my ($exit, $messages) = finish_sql($caller);
	like($messages, qr/ERROR:  57014/, "$test: the caller is told");
	await_quiet($test);
	like(status('006'), qr/^failed (57014|MG006)$/, "$test: it counts as failed");
	is(status('006'), 'failed 57014', "$test: with the true reason");
	end_backend($node, 'postgres', 'reader', $reader);
	migrate_well($test);
}

#
# A migration in a worker
#

# Starts migrate() and waits until its CREATE INDEX waits for a writer.
sub start_blocked
{
	my ($version, $set) = @_;

	query("SELECT dbmig.register_migration('$version', \$up\$
		INSERT INTO log (version, statement) VALUES ('$version', 1);
		CREATE INDEX CONCURRENTLY big_$version ON big (i);
		INSERT INTO log (version, statement) VALUES ('$version', 3);
		\$up\$)");
	my $writer = hold_sql($node, 'postgres', 'writer',
		'INSERT INTO big (i) VALUES (0)');
	my $caller = start_sql($node, 'postgres', 'caller',
		"$set CALL dbmig.migrate()");
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_index i, pg_stat_activity a"
		  . " WHERE i.indexrelid = to_regclass('big_$version') AND NOT i.indisvalid"
		  . " AND a.backend_type = 'dbmig worker' AND a.wait_event_type = 'Lock'");
	return ($caller, $writer);
}

my @worker = (
	[
		'011', 'cancel of the caller of a worker',
		'',    sub { signal('cancel', 'caller') },
		qr/ERROR:  57014: canceling statement due to user request/, '57014'
	],
	[
		'012', 'terminate of the caller of a worker',
		'',    sub { signal('terminate', 'caller') },
		qr/FATAL:  57P01: terminating connection/, '57014'
	],
	[
		'013', 'client of a worker killed',
		'',    sub { kill_client($_[0]) },
		qr/^/, '57014'
	],
	[
		'014', 'statement_timeout in the caller of a worker',
		"SET statement_timeout = '1s';", sub { },
		qr/ERROR:  57014: canceling statement due to statement timeout/, '57014'
	],
	[
		'015', 'cancel of the worker',
		'',    sub { signal('cancel', 'worker') },
		qr/ERROR:  57014: canceling statement due to user request/, '57014'
	],
	[
		'016', 'terminate of the worker',
		'',    sub { signal('terminate', 'worker') },
		qr/ERROR:  57P01: terminating (background worker|connection)/, '57P01'
	]);

foreach my $case (@worker)
{
	my ($version, $test, $set, $act, $expected, $sqlstate) = @$case;
	my ($caller, $writer) = start_blocked($version, $set);

	$act->($caller);
	# The index can only be dropped when nobody writes to the table.
	await($node, 'postgres',
		'SELECT count(*) = 0 FROM pg_stat_progress_create_index');
	end_backend($node, 'postgres', 'writer', $writer);
	if ($test !~ /client/)
	{
		my ($exit, $messages) = finish_sql($caller);
		isnt($exit, 0, "$test: the caller fails");
		like($messages, $expected, "$test: and is told why");
	}
	await_quiet($test);
	is(status($version), "failed $sqlstate", "$test: it counts as failed");
	is( query("SELECT concat_ws(' ', failed_statement, failed_line, statements)"
			  . " FROM dbmig.migration_run WHERE version = '$version'"),
		'2 3 1',
		"$test: the statement is recorded");
	is( query("SELECT count(*) FROM dbmig.journal WHERE object = '$version' AND state = 'failed'"),
		'1',
		"$test: the journal has it");
	is( query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
		'0',
		"$test: the invalid index is gone") if $sqlstate ne '57P01';
	like(migrate_well($test), qr/migration $version is resumed at statement 2/,
		"$test: it is resumed");
	is(ran($version), '1 3', "$test: every statement has run once");
	is( query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_$version'::regclass"),
		't',
		"$test: the index is valid");
	is(history($version), "apply failed $sqlstate, apply succeeded",
		"$test: the history tells both");
}

{
	my $test = 'an invalid index that cannot be dropped at once';
	my ($caller, $writer) = start_blocked('017', 'SET dbmig.lock_timeout = 100;');
	signal('cancel', 'caller');
	my ($exit, $messages) = finish_sql($caller);
	await_quiet($test);
	is(status('017'), 'failed 57014', "$test: the run counts as failed");
	end_backend($node, 'postgres', 'writer', $writer);
	migrate_well($test);
	is( query("SELECT string_agg(c.relname || ' ' || i.indisvalid, ', ')"
			  . " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
			  . " WHERE i.indrelid = 'big'::regclass AND c.relname ~ '017'"),
		'big_017 true',
		"$test: the next run drops it and builds it anew");
	is(ran('017'), '1 3', "$test: every statement has run once");
}

{
	my $test = 'cancel, and cancel again while the index is dropped';
	my ($caller, $writer) = start_blocked('021', q{SET dbmig.lock_timeout = '1h';});
	signal('cancel', 'caller');
	await($node, 'postgres',
		'SELECT count(*) = 0 FROM pg_stat_progress_create_index');
	signal('cancel', 'caller');
	my ($exit, $messages) = finish_sql($caller);
	isnt($exit, 0, "$test: the caller fails");
	end_backend($node, 'postgres', 'writer', $writer);
	await_quiet($test);
	is(status('021'), 'failed 57014', "$test: it counts as failed");
	migrate_well($test);
	is(ran('021'), '1 3', "$test: every statement has run once");
	is( query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
		'0',
		"$test: no invalid index is left");
}

{
	my $test = 'terminate of caller and worker at once';
	my ($caller, $writer) = start_blocked('022', '');
	query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
		  . " WHERE application_name = 'caller' OR backend_type = 'dbmig worker'");
	my ($exit, $messages) = finish_sql($caller);
	isnt($exit, 0, "$test: the caller fails");
	end_backend($node, 'postgres', 'writer', $writer);
	await_quiet($test);
	like(status('022'), qr/^failed (MG006|57P01|57014)$/, "$test: it counts as failed");
	like(migrate_well($test), qr/migration 022 is resumed at statement 2/,
		"$test: it is resumed");
	is(ran('022'), '1 3', "$test: every statement has run once");
	is( query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_022'::regclass"),
		't',
		"$test: the index is valid");
}

# While a worker sleeps between two tries for a lock.
foreach my $case (
	[ '023', 'cancel',    'caller', '57014' ],
	[ '024', 'terminate', 'caller', 'MG006|57014' ],
	[ '025', 'cancel',    'worker', '57014' ],
	[ '026', 'terminate', 'worker', '57P01' ])
{
	my ($version, $how, $whom, $sqlstate) = @$case;
	my $test = "$how of the $whom between tries for a lock";
	query("SELECT dbmig.register_migration('$version', \$up\$
		INSERT INTO log (version, statement) VALUES ('$version', 1);
		VACUUM log;
		ALTER TABLE big ADD COLUMN c$version int;
		INSERT INTO log (version, statement) VALUES ('$version', 4);
		\$up\$)");
	my $reader =
	  hold_sql($node, 'postgres', 'reader', 'SELECT count(*) FROM big');
	my $caller = start_sql($node, 'postgres', 'caller',
		"SET dbmig.lock_timeout = '10ms'; SET dbmig.lock_retries = 1000; CALL dbmig.migrate()");
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_stat_activity"
		  . " WHERE backend_type = 'dbmig worker' AND wait_event = 'Extension'");
	signal($how, $whom);
	my ($exit, $messages) = finish_sql($caller);
	isnt($exit, 0, "$test: the caller fails");
	await_quiet($test);
	like(status($version), qr/^failed ($sqlstate)$/, "$test: it counts as failed");
	is( query("SELECT statements FROM dbmig.migration_run WHERE version = '$version'"),
		'2',
		"$test: two statements took effect");
	end_backend($node, 'postgres', 'reader', $reader);
	like(migrate_well($test), qr/migration $version is resumed at statement 3/,
		"$test: it is resumed");
	is(ran($version), '1 4', "$test: every statement has run once");
}

# While a statement that has taken effect for good is recorded.
query(q{
	CREATE TABLE record_gate (closed boolean);
	INSERT INTO record_gate VALUES (true);
	CREATE FUNCTION wait_for_gate() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		WHILE (SELECT closed FROM public.record_gate) LOOP
			PERFORM pg_catalog.pg_sleep(0.02);
		END LOOP;
		RETURN NEW;
	END $$});
foreach my $case (
	[ '0301', 'cancel',    'caller' ],
	[ '0302', 'terminate', 'caller' ],
	[ '0303', 'cancel',    'worker' ],
	[ '0304', 'terminate', 'worker' ])
{
	my ($version, $how, $whom) = @$case;
	foreach my $statement (
		"CREATE INDEX CONCURRENTLY big_$version ON big (i)",
		"CREATE DATABASE made_$version")
	{
		my $test = "$how of the $whom while a statement is recorded";
		query("SELECT dbmig.register_migration('$version', \$up\$
			INSERT INTO log (version, statement) VALUES ('$version', 1);
			$statement;
			INSERT INTO log (version, statement) VALUES ('$version', 3);
			\$up\$);
			UPDATE record_gate SET closed = true;
			CREATE TRIGGER wait BEFORE UPDATE ON dbmig.migration_run FOR EACH ROW
			WHEN (NEW.statements = 2 AND NEW.state = 'running') EXECUTE FUNCTION wait_for_gate()");
		my $caller =
		  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
		await($node, 'postgres',
			"SELECT count(*) = 1 FROM pg_stat_activity"
			  . " WHERE backend_type = 'dbmig worker' AND wait_event = 'PgSleep'");
		signal($how, $whom);
		query('UPDATE record_gate SET closed = false');
		my ($exit, $messages) = finish_sql($caller);
		await_quiet($test);
		query('DROP TRIGGER wait ON dbmig.migration_run');
		like(status($version), qr/^failed (57014|57P01|MG006)$/, "$test: it counts as failed");
		is( query("SELECT statements FROM dbmig.migration_run WHERE version = '$version' AND state = 'failed'"),
			'2',
			"$test: but the statement is recorded");
		migrate_well($test);
		is(ran($version), '1 3', "$test: every statement has run once");
		$version .= 'b';
	}
}

{
	my $test = 'thousands of notices from a worker';
	query(q{SELECT dbmig.register_migration('027', $up$
		VACUUM log;
		DO $do$ BEGIN FOR i IN 1..30000 LOOP RAISE NOTICE 'number % of many, long enough to fill the queue', i; END LOOP; END $do$;
		INSERT INTO log (version, statement) VALUES ('027', 3)
		$up$)});
	my $messages = migrate_well($test);
	my $count = () = $messages =~ /NOTICE: .*number \d+ of many/g;
	is($count, 30000, "$test: all of them arrive");
	is(ran('027'), '3', "$test: and the rest has run");

	query(q{SELECT dbmig.register_migration('028', $up$
		VACUUM log;
		DO $do$ BEGIN FOR i IN 1..1000000000 LOOP RAISE NOTICE 'number % of many, long enough to fill the queue', i; END LOOP; END $do$
		$up$)});
	foreach my $what ('client', 'cancel caller', 'cancel worker')
	{
		my $caller =
		  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
		await($node, 'postgres',
			"SELECT count(*) = 1 FROM pg_stat_activity"
			  . " WHERE backend_type = 'dbmig worker' AND query ~ '^DO'");
		if ($what eq 'client')
		{
			kill_client($caller);
		}
		else
		{
			signal(split / /, $what);
			my ($exit) = finish_sql($caller);
			isnt($exit, 0, "$test: $what: the caller fails");
		}
		await_quiet("$test: $what");
		is(status('028'), 'failed 57014', "$test: $what: it counts as failed");
	}
	query("SELECT dbmig.register_migration('028', 'VACUUM log; SELECT 1')");
	migrate_well($test);
}

{
	my $test = 'cancel of a runner that waits for another';
	my ($caller, $writer) = start_blocked('018', '');
	my $waiting =
	  start_sql($node, 'postgres', 'waiting', 'CALL dbmig.migrate()');
	await($node, 'postgres',
		"SELECT count(*) = 1 FROM pg_stat_activity"
		  . " WHERE application_name = 'waiting' AND wait_event = 'advisory'");
	is( query("SELECT phase FROM dbmig.progress p JOIN pg_stat_activity a USING (pid)"
			  . " WHERE application_name = 'waiting'"),
		'waiting for process ' . backend_pid($node, 'postgres', 'caller'),
		"$test: progress says who it waits for");
	signal('cancel', 'waiting');
	my ($exit, $messages) = finish_sql($waiting);
	isnt($exit, 0, "$test: it fails");
	like($messages, qr/ERROR:  57014/, "$test: it is told why");
	is(status('018'), 'running', "$test: the other is not disturbed");
	end_backend($node, 'postgres', 'writer', $writer);
	($exit, $messages) = finish_sql($caller);
	is($exit, 0, "$test: the other succeeds") or diag($messages);
	is(history('018'), 'apply succeeded', "$test: the history has one run");
	await_quiet($test);
}

{
	my $test = 'a client that leaves without anybody looking';
	query("ALTER SYSTEM SET client_connection_check_interval = 0;");
	query("SELECT pg_reload_conf()");
	query(q{SELECT dbmig.register_migration('019', $up$
		CREATE TABLE late_019 (i int);
		SELECT pg_sleep(seconds) FROM gate;
		$up$);
		SELECT dbmig.register_migration('020', 'CREATE TABLE late_020 (i int)')});
	my $caller =
	  start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
	await_sleep($node, 'postgres', 'caller');
	my $pid = backend_pid($node, 'postgres', 'caller');
	kill_client($caller);
	is(status('019'), 'running', "$test: it goes on");
	# End the sleep by hand: the migration fails, and is seen to.
	query("SELECT pg_cancel_backend($pid)");
	await_quiet($test);
	is(status('019'), 'failed 57014', "$test: the failure is recorded");
	query('UPDATE gate SET seconds = 0');
	migrate_well($test);
	is( query("SELECT to_regclass('late_019') IS NOT NULL AND to_regclass('late_020') IS NOT NULL"),
		't',
		"$test: the next run does the rest");
}

{
	my $test = 'trouble with the next migration';
	query(q{SELECT dbmig.register_migration('032',
		'CREATE INDEX CONCURRENTLY big_032 ON big (i); SELECT 1 / (SELECT count(*) FROM log WHERE false)')});
	my ($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.migrate()');
	like($messages, qr/ERROR:  22012/, "$test: 032 stops half-way");
	query(q{
		SELECT dbmig.register_migration('032', 'SELECT 1; SELECT 2; VACUUM big');
		SELECT dbmig.register_migration('031', 'CREATE TABLE good_031 (i int)')});
	($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.migrate()');
	like($messages, qr/ERROR:  55000: migration 032 cannot be resumed/,
		"$test: its text was changed where it had run");
	is(status('031'), 'applied', "$test: 031 before it is applied all the same");
	is(query("SELECT to_regclass('good_031') IS NOT NULL"),
		't', "$test: its table is there");
	is(history('031'), 'apply succeeded', "$test: it has run once");
	like(status('032'), qr/^failed (22012|55000)$/, "$test: 032 counts as failed");
	is(query("SELECT dbmig.repair('032')"), 'pending', "$test: repair() helps");
	migrate_well($test);
}

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal/,
	'no process crashed');

$node->stop;
done_testing();
