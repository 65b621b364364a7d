
# Copyright (c) 2026, the dbmig authors

# A transaction that has migrated the database can be prepared: it then keeps
# the runner's lock without a process. Whoever waits for it is told so.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('prepared', max_prepared_transactions => 2);

# Runs a query in the test's database.
sub query
{
	return $node->safe_psql('postgres', shift);
}

query(q{
	CREATE EXTENSION dbmig;
	SELECT dbmig.register_migration('1', 'CREATE TABLE one ()');
	BEGIN;
	CALL dbmig.migrate();
	PREPARE TRANSACTION 'deploy';});

is(query('SELECT state FROM dbmig.migration_status'),
	'pending', 'nothing is visible before the commit');

my $waiting = start_sql($node, 'postgres', 'waiting', 'CALL dbmig.migrate()');
await($node, 'postgres',
	"SELECT count(*) = 1 FROM dbmig.progress WHERE phase = 'waiting for a prepared transaction'"
);
query("COMMIT PREPARED 'deploy'");
my ($exit, $messages) = finish_sql($waiting);
is($exit, 0, 'the waiting runner goes on after the commit');
like(
	$messages,
	qr/is waiting for a prepared transaction that has migrated this database/,
	'it has said what for');
like($messages, qr/there is nothing to apply: the database is current/,
	'and finds all applied');
is(query('SELECT count(*) FROM dbmig.migration_run'),
	1, 'which was done once');

$node->stop;
done_testing();
