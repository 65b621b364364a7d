
# Copyright (c) 2026, the dbmig authors

# schema_from_sql leaves nothing behind: not after an error or a cancel, not
# when its caller, its worker or the whole server dies, and it neither waits
# for who uses the tables nor is in their way. Both ways give the same bytes,
# for a dump of the whole database too.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node(
	'from_sql',
	restart_after_crash => 'on',
	wal_level           => 'logical',
	autovacuum          => 'off');

# Runs a query in the test's database.
sub query
{
	return $node->safe_psql('postgres', shift);
}

# Nothing of a try is there.
sub clean
{
	my ($test) = @_;

	ok( $node->poll_query_until(
			'postgres',
			"SELECT count(*) = 0 FROM pg_database WHERE datname LIKE 'dbmig\\_%'"),
		"$test: no scratch database is left");
	is( query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
		'0', "$test: no lock is left");
	is( query("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'dbmig\\_away%'"),
		'0', "$test: no schema is set aside");
	return;
}

query(q{
	CREATE EXTENSION dbmig;
	CREATE SCHEMA "Odd ""Name.x";
	COMMENT ON SCHEMA "Odd ""Name.x" IS 'odd';
	GRANT USAGE ON SCHEMA "Odd ""Name.x" TO PUBLIC;
	SET search_path = "Odd ""Name.x", public;
	CREATE TYPE state AS ENUM ('new', 'old');
	CREATE TABLE "T.a" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		s state DEFAULT 'new' NOT NULL, at timestamptz DEFAULT now());
	CREATE TABLE b (id bigserial PRIMARY KEY, a int REFERENCES "T.a", CHECK (id > 0));
	CREATE INDEX ON b (a) WHERE a > 0;
	CREATE VIEW v AS SELECT b.id, "T.a".s FROM b JOIN "T.a" ON a = "T.a".id;
	CREATE TABLE public.p (k int, v text) PARTITION BY RANGE (k);
	CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10);
	CREATE FUNCTION f(x int DEFAULT 1) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT x; END;
	INSERT INTO "T.a" DEFAULT VALUES;
	CREATE TABLE log (tag text);
	CREATE FUNCTION public.log() RETURNS event_trigger LANGUAGE plpgsql AS
		$$BEGIN INSERT INTO "Odd ""Name.x".log VALUES (tg_tag); END$$;
	CREATE EVENT TRIGGER log ON ddl_command_end EXECUTE FUNCTION public.log();
	CREATE PUBLICATION pub FOR TABLE b;
	CREATE ROLE regress_dbmig_maker CREATEDB LOGIN;
	GRANT EXECUTE ON FUNCTION dbmig.schema_from_sql(text, text) TO regress_dbmig_maker;
});
for my $extension ('hstore', 'citext')
{
	query("CREATE EXTENSION $extension")
	  if query("SELECT count(*) FROM pg_available_extensions WHERE name = '$extension'");
}
query('TRUNCATE "Odd ""Name.x".log');

# A dump of the whole database: what it makes is what is there.
my ($dump, $errors) =
  run_command([ 'pg_dump', '-s', '-d', $node->connstr('postgres') ]);
my $file = "$PostgreSQL::Test::Utils::tmp_check/from_sql_$$.sql";
append_to_file($file, $dump);
my $trial = qq{
	\\set ddl `cat $file`
	SELECT dbmig.schema_from_sql(:'ddl', 'WAY') - 'dbmig' AS made \\gset
	SELECT md5(:'made'), (SELECT count(*) FROM jsonb_each(dbmig.schema_snapshot() - 'dbmig') e
		WHERE :'made'::jsonb -> key <> value)};
my %bytes;
for my $way ('rollback', 'database')
{
	my $sql = $trial =~ s/WAY/$way/r;

	query('TRUNCATE dbmig.schema_cache');
	my ($exit, $messages, $output) = run_sql($node, 'postgres', $sql);
	is($exit, 0, "$way: a dump of the whole database") or diag($messages);
	chomp $output;
	my ($md5, $different) = split /\|/, $output;
	is($different, '0', "$way: it makes the schema that was dumped");
	$bytes{$way} = $md5;
}
is($bytes{database}, $bytes{rollback}, 'both ways give the same bytes');
is(query('SELECT count(*) FROM "Odd ""Name.x".log'),
	'0', 'no event trigger has fired');
clean('a dump');

# Somebody holds the strongest lock on a table, somebody else reads meanwhile.
my $holder = hold_sql($node, 'postgres', 'holder',
	'LOCK TABLE "Odd ""Name.x".b IN ACCESS EXCLUSIVE MODE');
for my $way ('rollback', 'database')
{
	my ($exit, $messages) = run_sql($node, 'postgres',
		    "SET statement_timeout = '20s'; TRUNCATE dbmig.schema_cache;"
		  . qq{SELECT dbmig.schema_from_sql('CREATE TABLE "Odd ""Name.x".b ()', '$way')});
	is($exit, 0, "$way: it does not wait for who has locked a table")
	  or diag($messages);
}
end_backend($node, 'postgres', 'holder', $holder);

my $slow = q{CREATE TABLE "Odd ""Name.x".b (); SELECT pg_sleep(60)};
my $try  = "SELECT dbmig.schema_from_sql('$slow', 'rollback')";
my $session = start_sql($node, 'postgres', 'slow', $try);
await_sleep($node, 'postgres', 'slow');
my ($exit, $messages, $output) = run_sql($node, 'postgres',
	    q{SET statement_timeout = '5s';}
	  . q{INSERT INTO "Odd ""Name.x"."T.a" DEFAULT VALUES;}
	  . q{ALTER TABLE "Odd ""Name.x".b ADD x int; SELECT count(*) FROM "Odd ""Name.x".b});
is($exit, 0, 'rollback: others read, write and alter the tables meanwhile')
  or diag($messages);
query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'slow'");
($exit, $messages) = finish_sql($session);
like($messages, qr/ERROR:  57014:/, 'rollback: it can be cancelled');
clean('rollback, cancelled');

# The caller is cancelled, terminated, killed by the hour of its client.
$try = "SELECT dbmig.schema_from_sql('$slow', 'database')";
for my $how ('cancel', 'terminate')
{
	$session = start_sql($node, 'postgres', 'slow', $try);
	ok( $node->poll_query_until('postgres',
			"SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"),
		"$how: the worker is at it");
	query("SELECT pg_${how}_backend(pid) FROM pg_stat_activity WHERE application_name = 'slow'");
	($exit, $messages) = finish_sql($session);
	isnt($exit, 0, "$how: the call fails");
	clean($how);
}

# The worker is terminated.
$session = start_sql($node, 'postgres', 'slow', $try);
$node->poll_query_until('postgres',
	"SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
($exit, $messages) = finish_sql($session);
like($messages, qr/ERROR:  57P01:.*statement 2, line 1/s,
	'the worker is terminated: the caller hears of it');
clean('the worker is terminated');

# The server crashes: the next call drops what it has left.
$session = start_sql($node, 'postgres', 'slow', $try);
$node->poll_query_until('postgres',
	"SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
my $offset = -s $node->logfile;
kill 'KILL', backend_pid($node, 'postgres', 'slow');
await_restart($node, $offset);
$session->{h}->finish;
is( query("SELECT count(*) FROM pg_database WHERE datname LIKE 'dbmig\\_%'"),
	'1', 'a crash leaves the scratch database');
(undef, $messages) = run_sql($node, 'postgres',
	'SET ROLE regress_dbmig_maker; '
	  . "SELECT dbmig.schema_from_sql('CREATE TABLE public.x ()', 'database')");
is( query("SELECT count(*) FROM pg_database WHERE datname LIKE 'dbmig\\_%'"),
	'1', 'another role does not drop it');
query("SELECT dbmig.schema_from_sql('CREATE TABLE public.y ()', 'database')");
clean('after a crash');

# No worker is free.
$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
$node->restart;
($exit, $messages) = run_sql($node, 'postgres',
	"SELECT dbmig.schema_from_sql('CREATE TABLE public.z ()', 'database')");
like($messages, qr/ERROR:  53400: no background worker is free/,
	'no worker: an error that says so');
clean('no worker');

# More tables than one transaction can lock.
$node->append_conf('postgresql.conf', 'max_worker_processes = 8');
$node->append_conf('postgresql.conf', 'max_connections = 10');
$node->append_conf('postgresql.conf', 'max_locks_per_transaction = 10');
$node->restart;
my $many = join '', map { "CREATE TABLE public.t$_ (id int PRIMARY KEY, t text);" } 1 .. 200;
($exit, $messages) = run_sql($node, 'postgres',
	"SELECT dbmig.schema_from_sql('$many', 'rollback')");
like($messages, qr/ERROR:  53400: .* locks.*HINT:  Use how => 'database'/s,
	'too many tables for one transaction are refused');
($exit, $messages, $output) = run_sql($node, 'postgres',
	"SELECT count(*) FROM jsonb_object_keys(dbmig.schema_from_sql('$many') -> 'tables')");
is($output, "200\n", 'and are made in a scratch database by themselves')
  or diag($messages);
clean('many tables');

done_testing();
