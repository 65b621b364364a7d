
# Copyright (c) 2026, the dbmig authors

# baseline_ledger() under the tools' locks: it waits for a tool that is
# migrating and says for whom, keeps a tool waiting, and two calls at once
# write everything once.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('baseline_locks', 'dbmig.lock_retries' => 1);
$node->safe_psql('postgres', 'CREATE EXTENSION dbmig');

# Where each of these tools takes its lock, and a call that needs it.
my %locks = (
	'prisma'              => [ 'SELECT pg_advisory_xact_lock(72707369)', '[{"name": "1", "content": ""}]' ],
	'kysely'              => [ 'SELECT pg_advisory_xact_lock(3853314791062309107)', '["1"]' ],
	'postgres-migrations' => [ 'SELECT pg_advisory_xact_lock(-8525285245963000605)', '[{"file": "1_x.sql", "content": ""}]' ],
	'flyway'              => [ 'SELECT pg_advisory_xact_lock(77433833903597)', '[{"file": "V1__x.sql", "content": ""}]' ],
	'sqitch'              => [ 'SELECT pg_advisory_xact_lock(75474063)',
		'[{"name": "x", "project": "p", "planned_at": "2024-01-01", "planner_name": "a", "planner_email": "b", "content": ""}]' ],
	'atlas'               => [ 'SELECT pg_advisory_xact_lock(2686470616)', '[{"file": "1_x.sql", "content": ""}]' ],
	'rails'               => [ undef, '["1"]' ]);

# crc32('postgres'), computed here and not by dbmig
my $crc = 0xFFFFFFFF;
foreach my $byte (unpack 'C*', 'postgres')
{
	$crc ^= $byte;
	$crc = $crc & 1 ? ($crc >> 1) ^ 0xEDB88320 : $crc >> 1 foreach (1 .. 8);
}
$crc ^= 0xFFFFFFFF;
$locks{rails}[0] = "SELECT pg_advisory_xact_lock((2053462845::numeric * $crc)::bigint)";

foreach my $tool (sort keys %locks)
{
	my ($lock, $migrations) = @{ $locks{$tool} };
	my $holder = hold_sql($node, 'postgres', 'holder', $lock);
	my $pid = backend_pid($node, 'postgres', 'holder');
	my ($rc, $stderr) = run_sql($node, 'postgres', "SELECT dbmig.baseline_ledger('$tool', '$migrations')");

	like($stderr,
		qr/ERROR:  55P03: baseline_ledger\(\) gave up waiting: process $pid is migrating with \Q$tool\E\nDETAIL:  Process $pid: role postgres/,
		"$tool: its lock is respected");
	end_backend($node, 'postgres', 'holder', $holder);
}
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
	'0', 'nothing was made meanwhile');

# a tool without a lock of its own is kept out by the table's
$node->safe_psql('postgres', q{SELECT dbmig.baseline_ledger('laravel', '["1.php"]')});
{
	my $writer = hold_sql($node, 'postgres', 'writer', q{INSERT INTO migrations (migration, batch) VALUES ('2', 2)});
	my ($rc, $stderr) = run_sql($node, 'postgres', q{SELECT dbmig.baseline_ledger('laravel', '["2.php"]')});
	like($stderr, qr/55P03: baseline_ledger\(\) gave up waiting: process \d+ is migrating with laravel/, 'a writer is waited for');
	end_backend($node, 'postgres', 'writer', $writer);

	my $ours = hold_sql($node, 'postgres', 'ours', q{SELECT dbmig.baseline_ledger('laravel', '["2.php"]')});
	is($node->safe_psql('postgres', 'SELECT count(*) FROM migrations'), '1', 'readers do not wait');
	($rc, $stderr) = run_sql($node, 'postgres', q{SET lock_timeout = '100ms'; INSERT INTO migrations (migration, batch) VALUES ('2', 2)});
	like($stderr, qr/canceling statement due to lock timeout/, 'writers do');
	end_backend($node, 'postgres', 'ours', $ours);
}

# a lock row that another session has locked
$node->safe_psql('postgres', q{SELECT dbmig.baseline_ledger('knex', '["1.js"]')});
{
	my $holder = hold_sql($node, 'postgres', 'holder', 'SELECT * FROM knex_migrations_lock FOR UPDATE');
	my ($rc, $stderr) = run_sql($node, 'postgres', q{SELECT dbmig.baseline_ledger('knex', '["2.js"]')});
	like($stderr, qr/55P03: baseline_ledger\(\) gave up waiting: the lock row of knex is locked/, 'so is a lock row');
	end_backend($node, 'postgres', 'holder', $holder);
}

# several at once, each in a session of its own
foreach my $table ('at_once', 'at_once_2', 'at_once_3')
{
	my @names = map { sprintf '"%03d.js"', $_ } (1 .. 50);
	my $list = '[' . join(',', @names) . ']';
	my @sessions = map {
		start_sql($node, 'postgres', "many$_", "SET dbmig.lock_retries = 50; SELECT dbmig.baseline_ledger('knex', '$list', '$table')")
	} (1 .. 4);
	my @results = map { [ finish_sql($_) ] } @sessions;

	is(join(' ', sort { $a <=> $b } map { $_->[2] =~ s/\s//gr } @results), '0 0 0 50', "$table: one of four writes all");
	is($node->safe_psql('postgres', "SELECT count(*), count(DISTINCT name), max(batch) FROM $table"), '50|50|1', "$table: and once");
}

# a standby cannot be written to
$node->safe_psql('postgres', q{ALTER DATABASE postgres SET default_transaction_read_only = on});
{
	my ($rc, $stderr) = run_sql($node, 'postgres', q{SELECT dbmig.baseline_ledger('knex', '["3.js"]')});
	like($stderr, qr/25006: cannot execute baseline_ledger\(\) in a read-only transaction/, 'read-only');
}

done_testing();
