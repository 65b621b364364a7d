
# Copyright (c) 2026, the dbmig authors

# CALL dbmig.migrate() as a job of pg_cron, where pg_cron is installed.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node   = new_node('cron', start => 0);
my $libdir = $node->config_data('--pkglibdir');
plan skip_all => 'pg_cron is not installed; on Debian: apt-get install postgresql-NN-cron'
  unless -e "$libdir/pg_cron.so";

# Jobs run in background workers, so that no password or pg_hba is needed.
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'");
$node->append_conf('postgresql.conf', "cron.database_name = 'postgres'");
$node->append_conf('postgresql.conf', "cron.use_background_workers = on");
$node->append_conf('postgresql.conf', "max_worker_processes = 16");
$node->start;

$node->safe_psql(
	'postgres', q{
	CREATE EXTENSION dbmig;
	CREATE EXTENSION pg_cron;
	CREATE TABLE big (i int);
	CREATE TABLE log (statement int);
	SELECT dbmig.register_migration('001', 'CREATE TABLE one (i int)');
	SELECT dbmig.register_migration('002', $$
		INSERT INTO log VALUES (1);
		CREATE INDEX CONCURRENTLY big_i ON big (i);
		INSERT INTO log VALUES (3)$$)});

my $version = $node->safe_psql('postgres',
	"SELECT extversion FROM pg_extension WHERE extname = 'pg_cron'");
my ($major, $minor) = split /\./, $version;
SKIP:
{
	skip "pg_cron $version has no schedule by seconds", 1
	  if $major == 1 && $minor < 5;
	$node->safe_psql('postgres',
		"SELECT cron.schedule('migrate', '1 second', 'CALL dbmig.migrate()')");
	await($node, 'postgres',
		"SELECT count(*) > 0 FROM cron.job_run_details WHERE status IN ('succeeded', 'failed')");
	is( $node->safe_psql('postgres',
			'SELECT status FROM cron.job_run_details ORDER BY runid LIMIT 1'),
		'succeeded',
		'the first job succeeds')
	  or diag($node->safe_psql('postgres', 'SELECT return_message FROM cron.job_run_details ORDER BY runid LIMIT 1'));
	is( $node->safe_psql('postgres',
			'SELECT state, applied FROM dbmig.migration_summary()'),
		'current|2',
		'both migrations are applied');

	$node->safe_psql('postgres', "SELECT dbmig.register_migration('003', 'SELECT 1 / 0')");
	await($node, 'postgres',
		"SELECT count(*) > 0 FROM cron.job_run_details WHERE status = 'failed'");
	like( $node->safe_psql('postgres',
			"SELECT return_message FROM cron.job_run_details WHERE status = 'failed' LIMIT 1"),
		qr/division by zero/,
		'a job whose migration fails, fails');
	is( $node->safe_psql('postgres',
			"SELECT state, sqlstate FROM dbmig.migration_status WHERE version = '003'"),
		'failed|22012',
		'and the history says so');
	$node->safe_psql('postgres', "SELECT cron.unschedule('migrate')");
}

$node->stop;
done_testing();
