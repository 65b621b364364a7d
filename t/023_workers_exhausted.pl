
# Copyright (c) 2026, the dbmig authors

# No background worker is free: a clear error, recorded as the failure, and the
# next run succeeds when one is free again.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

# One slot, which a migration of another database can take.
my $node = new_node(
	'exhausted',
	max_worker_processes            => 1,
	max_logical_replication_workers => 0,
	max_parallel_workers            => 0);

my $setup = q{
	CREATE EXTENSION dbmig;
	CREATE TABLE big (i int);
	CREATE TABLE log (statement int);
	SELECT dbmig.register_migration('001', 'CREATE TABLE plain (i int)');
	SELECT dbmig.register_migration('002', $$
		INSERT INTO log VALUES (1);
		CREATE INDEX CONCURRENTLY big_i ON big (i);
		INSERT INTO log VALUES (3);
	$$);
};
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql($_, $setup) foreach ('postgres', 'other');

my $busy = qr/ERROR:  53400: no background worker is free for migration 002/;
my $writer =
  hold_sql($node, 'other', 'writer', 'INSERT INTO big VALUES (0)');
my $other = start_sql($node, 'other', 'caller', 'CALL dbmig.migrate()');
await($node, 'other',
	'SELECT count(*) = 1 FROM pg_stat_progress_create_index');

my ($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.migrate()');
isnt($exit, 0, 'no free worker: migrate() fails');
like($messages, $busy, 'it says why');
like($messages, qr/DETAIL:  All 1 of "max_worker_processes" are taken/, 'and how many there are');
like($messages, qr/HINT: .*max_worker_processes/, 'and what to do');
is( $node->safe_psql('postgres',
		'SELECT version, state, sqlstate FROM dbmig.migration_status ORDER BY version'),
	"001|applied|\n002|failed|53400",
	'what was before it is applied, it counts as failed');
is($node->safe_psql('postgres', 'SELECT count(*) FROM log'),
	'0', 'nothing of it has run');
is( $node->safe_psql('postgres',
		"SELECT count(*) FROM dbmig.journal WHERE state = 'failed' AND sqlstate = '53400'"),
	'1',
	'the journal has it');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = 'postgres')"),
	'0', 'no lock is left');

# Again and again in one session: nothing must pile up.
SKIP:
{
	skip 'no /dev/shm here', 1 unless -d '/dev/shm';
	my $mapped = sub {
		my ($pid) = @_;
		my $maps = slurp_file("/proc/$pid/maps");
		my $count = () = $maps =~ m{/dev/shm/PostgreSQL\.}g;
		return $count;
	};
	my $session = start_sql($node, 'postgres', 'again', <<'END');
\set ON_ERROR_STOP off
CALL dbmig.migrate();
SELECT pg_sleep(0.1 * seconds) FROM (SELECT 6000 AS seconds) x WHERE false;
CALL dbmig.migrate();
CALL dbmig.migrate();
CALL dbmig.migrate();
CALL dbmig.migrate();
CALL dbmig.migrate();
SELECT pg_sleep(3600)
END
	await_sleep($node, 'postgres', 'again');
	my $left = $mapped->(backend_pid($node, 'postgres', 'again'));
	end_backend($node, 'postgres', 'again', $session);
	my $fresh = hold_sql($node, 'postgres', 'fresh', 'SELECT 1');
	is($left,
		$mapped->(backend_pid($node, 'postgres', 'fresh')),
		'failed calls leave no shared memory mapped');
	end_backend($node, 'postgres', 'fresh', $fresh);
}

# A failure inside a transaction block is written down by a worker, too.
{
	my $test = 'failure in a block without a free worker';
	$node->safe_psql('postgres',
		"SELECT dbmig.register_migration('000', 'SELECT 1 / 0')");
	($exit, $messages) =
	  run_sql($node, 'postgres', "BEGIN; CALL dbmig.migrate('000')");
	like($messages, qr/ERROR:  22012: division by zero/,
		"$test: the original error is raised");
	like($messages,
		qr/WARNING:  53400: the failure of migration 000 could not be recorded: no background worker is free/,
		"$test: and a warning that it could not be recorded");
	$node->safe_psql('postgres', "DELETE FROM dbmig.migration WHERE version = '000'");
}

end_backend($node, 'other', 'writer', $writer);
($exit, $messages) = finish_sql($other);
is($exit, 0, 'the other database was not disturbed') or diag($messages);

($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.migrate()');
is($exit, 0, 'with a free worker: migrate() succeeds') or diag($messages);
unlike($messages, qr/resumed/, 'from the start');
is( $node->safe_psql('postgres', 'SELECT state FROM dbmig.migration_summary()'),
	'current', 'the database is current');
is( $node->safe_psql('postgres',
		"SELECT string_agg(statement::text, ' ' ORDER BY statement) FROM log"),
	'1 3',
	'each statement has run once');

# None at all.
$node->adjust_conf('postgresql.conf', 'max_worker_processes', '0');
$node->restart;
$node->safe_psql('postgres',
	"SELECT dbmig.register_migration('003', 'VACUUM big')");
($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.migrate()');
like($messages, qr/ERROR:  53400: no background worker is free for migration 003/,
	'max_worker_processes = 0: the same error');
$node->adjust_conf('postgresql.conf', 'max_worker_processes', '8');
$node->restart;
($exit, $messages) = run_sql($node, 'postgres', 'CALL dbmig.migrate()');
is($exit, 0, 'raised and restarted: it succeeds') or diag($messages);

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal/,
	'no process crashed');

$node->stop;
done_testing();
