
# Copyright (c) 2026, the dbmig authors

# pg_upgrade keeps plan, history and journal, and the new server carries on.
# The upgrade is from the version under test to itself: what pg_upgrade does to
# an extension's tables does not depend on the two versions.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $old    = new_node('old');
my $bindir = $old->config_data('--bindir');

if (!-x "$bindir/pg_upgrade")
{
	$old->stop;
	plan skip_all => 'pg_upgrade is not installed beside this server';
}

my $content = q{
	SELECT * FROM (
	SELECT 1 AS place, m::text FROM dbmig.migration m UNION ALL
	SELECT 2, r::text FROM dbmig.migration_run r UNION ALL
	SELECT 3, j::text FROM dbmig.journal j UNION ALL
	SELECT 4, last_value::text FROM dbmig.migration_run_run_id_seq UNION ALL
	SELECT 5, last_value::text FROM dbmig.journal_journal_id_seq) x
	ORDER BY place, m COLLATE "C"};

$old->safe_psql('postgres', 'CREATE DATABASE app');
$old->safe_psql(
	'app', q{
	CREATE EXTENSION dbmig;
	CREATE TABLE log (statement int);
	SELECT dbmig.register_migration('001', 'CREATE TABLE one (i int)', down_sql => 'DROP TABLE one');
	SELECT dbmig.register_migration('002', $$
		INSERT INTO log VALUES (1);
		CREATE INDEX CONCURRENTLY log_statement ON log (statement);
		SELECT 1 / 0$$)});
my ($exit, $messages) = run_sql($old, 'app', 'CALL dbmig.migrate()');
like($messages, qr/22012/, 'the second migration stops half-way');

# Another tool's ledger, which keeps its rows and gets catalogs younger than they.
my $evidence = q{SELECT state, evidence->0->>'detail' FROM dbmig.ledgers()};
$old->safe_psql('app', q{
	CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY);
	INSERT INTO "SequelizeMeta" VALUES ('1.js')});
is($old->safe_psql('app', $evidence), 'current|', 'nothing is unrecorded');

# A plain restart first.
my $before = $old->safe_psql('app', $content);
$old->restart;
is($old->safe_psql('app', $content), $before, 'restart: nothing has changed');
is( $old->safe_psql('app',
		"SELECT string_agg(concat_ws(' ', version, state, sqlstate), ', ') FROM dbmig.migration_status"),
	'001 applied, 002 failed 22012',
	'restart: status is the same');

# From 18 on a staged library is found through dynamic_library_path only, which
# LOAD '$libdir/dbmig', that pg_upgrade does, never asks.
$old->safe_psql('app',
	q{UPDATE pg_proc SET probin = 'dbmig' WHERE probin = '$libdir/dbmig'})
  if $ENV{DBMIG_STAGE_CONF} && $old->pg_version >= 18;
$old->stop;

my $new = new_node('new', start => 0);
chdir $PostgreSQL::Test::Utils::tmp_check;
my $output;
ok( IPC::Run::run(
		[
			'pg_upgrade', '--no-sync',
			'-U',         'postgres',
			'-d',         $old->data_dir,
			'-D',         $new->data_dir,
			'-b',         $bindir,
			'-B',         $bindir,
			'-s',         $new->host,
			'-p',         $old->port,
			'-P',         $new->port
		],
		'>',
		\$output,
		'2>&1'),
	'pg_upgrade')
  or diag(join "\n",
	$output, map { slurp_file($_) } glob($new->data_dir . '/pg_upgrade_output.d/*/*.txt'));
$new->start;

is($new->safe_psql('app', $evidence), 'current|', 'upgrade: nothing is unrecorded');
is($new->safe_psql('app', $content), $before, 'upgrade: nothing has changed');
is( $new->safe_psql('app',
		"SELECT string_agg(concat_ws(' ', version, state, sqlstate), ', ') FROM dbmig.migration_status"),
	'001 applied, 002 failed 22012',
	'upgrade: status is the same');
is( $new->safe_psql('app',
		"SELECT string_agg(x::regclass::text, ' ' ORDER BY x::regclass::text COLLATE \"C\") FROM pg_extension, unnest(extconfig) x"
		  . " WHERE extname = 'dbmig' AND x::regclass::text ~ 'migration|journal'"),
	'dbmig.journal dbmig.journal_journal_id_seq dbmig.migration dbmig.migration_run dbmig.migration_run_run_id_seq',
	'upgrade: the tables are still dumped with their rows');
$new->safe_psql('app', q{
	SELECT dbmig.register_migration('002', $$
		INSERT INTO log VALUES (1);
		CREATE INDEX CONCURRENTLY log_statement ON log (statement);
		INSERT INTO log VALUES (3)$$)});
($exit, $messages) = run_sql($new, 'app', 'CALL dbmig.migrate()');
is($exit, 0, 'upgrade: the new server carries on') or diag($messages);
like($messages, qr/migration 002 is resumed at statement 3/, 'upgrade: where the old one was');
is( $new->safe_psql('app',
		"SELECT string_agg(statement::text, ' ' ORDER BY statement) FROM log"),
	'1 3',
	'upgrade: no statement has run twice');
is( $new->safe_psql('app',
		"SELECT string_agg(concat_ws(' ', run_id, version, state), ', ' ORDER BY run_id) FROM dbmig.migration_run"),
	'1 001 succeeded, 2 002 failed, 3 002 succeeded',
	'upgrade: the history goes on');
my ($rc, $out, $err) = $new->psql('app', 'DELETE FROM dbmig.migration_run');
like($err, qr/only added to/, 'upgrade: the history is guarded');
$new->safe_psql('app', q{INSERT INTO "SequelizeMeta" VALUES ('2.js')});
is($new->safe_psql('app', $evidence), 'current|', 'upgrade: the ledger goes on');
$new->safe_psql('app', 'CREATE TABLE half (i int)');
like($new->safe_psql('app', $evidence), qr/table public\.half;/, 'upgrade: and a table is unrecorded');
$new->safe_psql('app', 'DROP EXTENSION dbmig; CREATE EXTENSION dbmig');

$new->stop;
done_testing();
