
# Copyright (c) 2026, the dbmig authors

# A hot standby and read-only transactions: what reads works, what writes says
# why it does not, and after promotion the new primary carries on.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', init => { allows_streaming => 1 });

$primary->safe_psql(
	'postgres', q{
	CREATE EXTENSION dbmig;
	CREATE TABLE gate (seconds float8);
	INSERT INTO gate VALUES (3600);
	CREATE ROLE plain LOGIN;
	SELECT dbmig.register_migration('001', 'CREATE TABLE one (i int)', down_sql => 'DROP TABLE one');
	CALL dbmig.migrate()});
$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;

# The functions that only read, in one session after the given SQL.
sub read_all
{
	my ($node, $first, $last) = @_;

	return run_sql(
		$node, 'postgres', "$first
		SELECT string_agg(version || ' ' || state, ', ') FROM dbmig.migration_status;
		SELECT state, applied, pending FROM dbmig.migration_summary();
		SELECT count(*) FROM dbmig.progress;
		SELECT count(*) > 0 FROM dbmig.journal;
		SELECT count(*) > 0 FROM dbmig.migration_run;
		SELECT dbmig.assert_migrated();
		$last");
}

my @writers = (
	[ 'migrate()',              'CALL dbmig.migrate()' ],
	[ 'migrate()',              'BEGIN; CALL dbmig.migrate()' ],
	[ 'revert()',               'CALL dbmig.revert()' ],
	[ 'register_migration()',   "SELECT dbmig.register_migration('9', 'SELECT 1')" ],
	[ 'register_directory()',   "SELECT dbmig.register_directory('/nowhere')" ],
	[ 'baseline()',             "SELECT dbmig.baseline('001')" ],
	[ 'repair()',               "SELECT dbmig.repair('001')" ]);

#
# The standby
#
$primary->wait_for_catchup($standby);
{
	my ($exit, $messages, $output) = read_all($standby, '', '');
	is($exit, 0, 'standby: everything can be read') or diag($messages);
	is($output, "001 applied\ncurrent|1|0\n0\nt\nt\n\n", 'standby: and says what is');
	($exit, $messages) = run_sql($standby, 'postgres',
		'SET ROLE plain; SELECT * FROM dbmig.migration_status; SELECT * FROM dbmig.progress');
	is($exit, 0, 'standby: by a plain user, too') or diag($messages);
}

$primary->safe_psql(
	'postgres', q{
	SELECT dbmig.register_migration('002', $$
		CREATE TABLE two (i int);
		SELECT pg_sleep(seconds) FROM gate$$);
	SELECT dbmig.register_migration('003', 'VACUUM gate')});
my $caller = start_sql($primary, 'postgres', 'caller', 'CALL dbmig.migrate()');
await_sleep($primary, 'postgres', 'caller');
$primary->wait_for_catchup($standby);
is( $standby->safe_psql('postgres',
		"SELECT string_agg(version || ' ' || state, ', ') FROM dbmig.migration_status"),
	'001 applied, 002 running, 003 pending',
	'standby: what runs on the primary is shown as running');
is($standby->safe_psql('postgres', 'SELECT state FROM dbmig.migration_summary()'),
	'running', 'standby: in the summary, too');
{
	my ($exit, $messages) =
	  run_sql($standby, 'postgres', 'SELECT dbmig.assert_migrated()');
	like($messages, qr/ERROR:  MG005: .*running/, 'standby: and by assert_migrated()');
	foreach my $writer (@writers)
	{
		my ($name, $sql) = @$writer;
		($exit, $messages) = run_sql($standby, 'postgres', $sql);
		like($messages, qr/ERROR:  25006: \Q$name\E cannot run on a standby/,
			"standby: $sql is refused");
		like($messages, qr/HINT:  Connect to the primary/, "standby: with a hint");
	}
	is($standby->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dbmig worker'"),
		'0', 'standby: no worker was started');
}

#
# The primary is lost while it migrates
#
$primary->stop('immediate');
$caller->{h}->finish;
$standby->promote;
is( $standby->safe_psql('postgres',
		"SELECT string_agg(concat_ws(' ', version, state, sqlstate), ', ') FROM dbmig.migration_status"),
	'001 applied, 002 failed MG006, 003 pending',
	'promoted: what ran on the old primary has failed');
is($standby->safe_psql('postgres', "SELECT to_regclass('two') IS NULL"),
	't', 'promoted: nothing of it is there');
$standby->safe_psql('postgres', 'UPDATE gate SET seconds = 0');
{
	my ($exit, $messages) =
	  run_sql($standby, 'postgres', 'CALL dbmig.migrate()');
	is($exit, 0, 'promoted: the new primary carries on') or diag($messages);
}
is( $standby->safe_psql('postgres',
		"SELECT string_agg(concat_ws(' ', version, state, sqlstate), ', ' ORDER BY run_id) FROM dbmig.migration_run"),
	'001 succeeded, 002 failed MG006, 002 succeeded, 003 succeeded',
	'promoted: the history goes on');
is($standby->safe_psql('postgres', 'SELECT state, applied FROM dbmig.migration_summary()'),
	'current|3', 'promoted: the database is current');

#
# Read-only transactions
#
foreach my $mode ('READ ONLY', 'ISOLATION LEVEL REPEATABLE READ READ ONLY',
	'ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE')
{
	my ($exit, $messages, $output) =
	  read_all($standby, "BEGIN $mode;", 'COMMIT');
	is($exit, 0, "$mode: everything can be read") or diag($messages);
	like($output, qr/\ncurrent\|3\|0\n/, "$mode: and says what is");
}
$standby->safe_psql('postgres', "SELECT dbmig.register_migration('004', 'CREATE TABLE four (i int)')");
foreach my $writer (@writers)
{
	my ($name, $sql) = @$writer;
	next if $name eq 'register_directory()';
	$sql =~ s/^BEGIN; //;
	foreach my $first ('BEGIN READ ONLY;', 'SET default_transaction_read_only = on;')
	{
		my ($exit, $messages) = run_sql($standby, 'postgres', "$first $sql");
		like($messages, qr/ERROR:  25006: /, "$first $sql is refused");
		like($messages, qr/\Q$name\E .*read-only transaction/, "$first $sql: in words");
	}
}
is( $standby->safe_psql('postgres',
		"SELECT state FROM dbmig.migration_status WHERE version = '004'"),
	'pending',
	'nothing was applied in read-only transactions');
is($standby->safe_psql('postgres', "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
	'0', 'and no lock is left');
{
	my ($exit, $messages) =
	  run_sql($standby, 'postgres', 'CALL dbmig.migrate()');
	is($exit, 0, 'a read-write transaction applies it') or diag($messages);
}

unlike(slurp_file($standby->logfile), qr/PANIC|TRAP|was terminated by signal/,
	'no process crashed');

$standby->stop;
done_testing();
