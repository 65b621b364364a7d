
# Copyright (c) 2026, the dbmig authors

# Ledgers on other servers than a quiet primary: a standby, a promoted one, one
# that crashed, one restored from a dump. A healthy ledger is "current" in all
# of them, and a batch that was rolled back is told where it can be known.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', init => { allows_streaming => 1 });

my $knex = <<'SQL';
CREATE TABLE knex_migrations (id serial PRIMARY KEY, name varchar(255), batch integer, migration_time timestamptz);
INSERT INTO knex_migrations (name, batch) VALUES ('1.js', 1), ('2.js', 1);
SQL
my $states = q(SELECT state, applied, last_version FROM dbmig.ledgers());
my $unrecorded = q(SELECT e->>'detail' FROM dbmig.ledgers(), jsonb_array_elements(evidence) e
	WHERE e->>'mark' = 'unrecorded_object');

$primary->safe_psql('postgres', "CREATE EXTENSION dbmig; CREATE TABLE widgets (id int); $knex");
is($primary->safe_psql('postgres', $states), 'current|2|2.js', 'primary');
is($primary->safe_psql('postgres', $unrecorded), '', 'nothing is unrecorded');

# A standby sees the sequence as it was logged, ahead of what was used.
$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', $states), 'current|2|2.js', 'standby');
is( $standby->safe_psql(
		'postgres', q(SELECT string_agg(version, ' ') FROM dbmig.ledger_entries())),
	'1.js 2.js', 'entries on a standby');
is( $standby->safe_psql(
		'postgres',
		q(SELECT string_agg(state, ' ') FROM dbmig.ledger_compare('knex', '{1.js,2.js,3.js}'))),
	'applied applied pending', 'compare on a standby');
like(
	$standby->safe_psql('postgres', 'SELECT dbmig._ledger_remark()'),
	qr/records 2 applied, last 2\.js/, 'remark on a standby');
my ($rc, $out, $err) =
  $standby->psql('postgres', q(SELECT dbmig.adopt_ledger('knex_migrations')));
like($err, qr/adopt_ledger\(\) cannot run on a standby/, 'adopt on a standby');

# What a migration left halfway is the same on both.
is($standby->safe_psql('postgres', $unrecorded), '', 'nothing is unrecorded on a standby');
$primary->safe_psql('postgres', 'CREATE TABLE zebras (id int)');
$primary->wait_for_catchup($standby);
like($_->safe_psql('postgres', $unrecorded), qr/table public\.zebras;/, 'a table is, on ' . $_->name)
  foreach ($primary, $standby);

$standby->promote;
is($standby->safe_psql('postgres', $states), 'current|2|2.js', 'promoted');
like($standby->safe_psql('postgres', $unrecorded), qr/table public\.zebras;/, 'and when promoted');

# A crash loses the counters and moves the sequence.
$primary->stop('immediate');
$primary->start;
is($primary->safe_psql('postgres', $states), 'current|2|2.js', 'after a crash');

# A batch that fails after it is known again.
$primary->safe_psql('postgres',
	q(INSERT INTO knex_migrations (name, batch) VALUES ('3.js', 2)));
is($primary->safe_psql('postgres', $states), 'current|3|3.js', 'goes on');
$primary->safe_psql('postgres',
	q(BEGIN; INSERT INTO knex_migrations (name, batch) VALUES ('4.js', 3); ROLLBACK));
ok( $primary->poll_query_until(
		'postgres', q(SELECT state = 'suspect' FROM dbmig.ledgers())),
	'a batch was rolled back after the crash');
$primary->safe_psql('postgres', 'SELECT pg_stat_reset()');
$primary->safe_psql('postgres', 'VACUUM ANALYZE');
is( $primary->safe_psql('postgres', $states),
	'current|3|3.js', 'counters that began later prove nothing');

# A dump of a healthy ledger, restored.
$primary->safe_psql('postgres', q(DROP TABLE knex_migrations));
$primary->safe_psql('postgres', $knex);
$primary->safe_psql('postgres', q(SELECT dbmig.adopt_ledger('knex_migrations')));
my $dump = "$PostgreSQL::Test::Utils::tmp_check/ledger.sql";
$primary->command_ok([ 'pg_dump', '-f', $dump, $primary->connstr('postgres') ], 'dump');
$primary->safe_psql('postgres', 'CREATE DATABASE restored');
$primary->command_ok(
	[ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $primary->connstr('restored') ],
	'restore');
is($primary->safe_psql('restored', "$states"), 'current|2|2.js', 'restored');
is($primary->safe_psql('restored', $unrecorded), '', 'nothing is unrecorded after a restore');
is( $primary->safe_psql(
		'restored', q(SELECT count(*) FROM dbmig.migration_run WHERE action = 'adopt')),
	'2', 'the adopted history was restored');

$standby->stop;
$primary->stop;
done_testing();
