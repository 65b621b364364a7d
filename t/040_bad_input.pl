
# Copyright (c) 2026, the dbmig authors

# Very large texts, very many migrations, other encodings, and sessions with
# unusual roles and settings: each works, or ends in a clear error.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigSession;
use DbmigTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node(
	'input',
	track_activity_query_size => 100,
	autovacuum                => 'off',
	log_statement             => 'none',
	max_wal_size              => '2GB');

# Runs a query in a database.
sub query
{
	my ($dbname, $sql) = @_;

	return $node->safe_psql($dbname, $sql);
}

# Calls migrate() and demands success; returns its messages.
sub migrate_well
{
	my ($test, $dbname, $first) = @_;
	my ($exit, $messages) =
	  run_sql($node, $dbname, ($first // '') . 'CALL dbmig.migrate()');

	is($exit, 0, "$test: migrate() succeeds") or diag(substr($messages, 0, 5000));
	is(query($dbname, 'SELECT state FROM dbmig.migration_summary()'),
		'current', "$test: the database is current");
	return $messages;
}

#
# Large texts
#
query('postgres', 'CREATE DATABASE large');
query('large', q{
	CREATE EXTENSION dbmig;
	CREATE TABLE big (n int, t text);
	-- fifty megabytes in ten thousand statements
	SELECT dbmig.register_migration('many', string_agg(
		format('INSERT INTO big VALUES (%s, %L);', n, repeat('x', 5000)), E'\n'))
	FROM generate_series(1, 10000) n;
	-- in one statement
	SELECT dbmig.register_migration('one', format('INSERT INTO big VALUES (0, %L)', repeat('y', 50000000)));
	-- in a comment
	SELECT dbmig.register_migration('comment', format(E'/* %s */\n-- %s\nINSERT INTO big VALUES (-1)', repeat('z', 25000000), repeat(U&'\4e2d', 8000000)));
});
migrate_well('50 MB', 'large');
is( query('large', 'SELECT count(*), min(n), max(n), sum(length(t)) FROM big'),
	'10002|-1|10000|100000000',
	'50 MB: all of it has run');
is( query('large', "SELECT string_agg(statements::text, ' ' ORDER BY version) FROM dbmig.migration_run"),
	'1 10000 1',
	'50 MB: the history counts the statements');

query('large', q{
	SELECT dbmig.register_migration('worker', string_agg(
		format('INSERT INTO big VALUES (%s, %L);', 20000 + n, repeat('x', 50000)), E'\n') || 'VACUUM big')
	FROM generate_series(1, 1000) n});
migrate_well('50 MB in a worker', 'large');
is(query('large', 'SELECT count(*) FROM big WHERE n > 20000'),
	'1000', '50 MB in a worker: all of it has run');

query('large', q{
	SELECT dbmig.register_migration('x1', format(E'SELECT 1;\n/* %s */\nINSERT INTO no_such_table VALUES (%L)', repeat('z', 20000000), repeat('y', 20000000)))});
my ($exit, $messages) = run_sql($node, 'large', 'CALL dbmig.migrate()');
like($messages, qr/ERROR:  42P01: .*no_such_table/, '50 MB that fail: the error is told');
cmp_ok(length($messages), '<', 10000, '50 MB that fail: without the text');
is( query('large', "SELECT failed_statement, failed_line, failed_position, length(concat(error, error_detail, error_context)) < 10000 FROM dbmig.migration_run WHERE version = 'x1'"),
	'2|3|20000030|t',
	'50 MB that fail: the place is told');
query('large', "DELETE FROM dbmig.migration WHERE version = 'x1'");

query('large', q{
	SELECT dbmig.register_migration('x2', format(E'INSERT INTO big VALUES (30000);\nVACUUM big;\n/* %s */\nINSERT INTO no_such_table VALUES (%L)', repeat('z', 20000000), repeat('y', 20000000)))});
($exit, $messages) = run_sql($node, 'large', 'CALL dbmig.migrate()');
like($messages, qr/ERROR:  42P01: .*no_such_table/, '50 MB that fail in a worker: the error is told');
cmp_ok(length($messages), '<', 10000, '50 MB that fail in a worker: without the text');
is( query('large', "SELECT failed_statement, failed_line, statements FROM dbmig.migration_run WHERE version = 'x2'"),
	'3|4|2',
	'50 MB that fail in a worker: the place is told');

($exit, $messages) = run_sql($node, 'large', q{
	SELECT dbmig.register_migration('x3', repeat('SELECT 1; ', 5000000) || 'SELEC 1')});
like($messages, qr/ERROR:  42601: syntax error at or near "SELEC"/, '50 MB with a syntax error: the error is told');
cmp_ok(length($messages), '<', 10000, '50 MB with a syntax error: without the text');

#
# Many statements
#
query('postgres', 'CREATE DATABASE many');
query('many', q{
	CREATE EXTENSION dbmig;
	CREATE TABLE log (n int);
	SELECT dbmig.register_migration('1', string_agg(format('INSERT INTO log VALUES (%s)', n), ';'))
	FROM generate_series(1, 10000) n;
	SELECT dbmig.register_migration('2', string_agg(format('INSERT INTO log VALUES (%s)', n), ';'), transactional => false)
	FROM generate_series(10001, 20000) n});
migrate_well('10,000 statements', 'many');
is(query('many', 'SELECT count(*), count(DISTINCT n) FROM log'),
	'20000|20000', '10,000 statements: each has run once');

#
# Many migrations
#
{
	my $test  = '10,000 migrations';
	my $files = PostgreSQL::Test::Utils::tempdir();
	my $sample =
	  "INSERT INTO memory SELECT %d, sum(total_bytes) FROM pg_backend_memory_contexts;\n";

	foreach my $n (1 .. 10000)
	{
		my $text = $n % 2000 ? "INSERT INTO log VALUES ($n);\n" : sprintf($sample, $n);
		append_to_file(sprintf('%s/%05d_m%d.sql', $files, $n, $n), $text);
	}
	query('postgres', 'CREATE DATABASE files');
	query('files', 'CREATE EXTENSION dbmig; CREATE TABLE log (n int); CREATE TABLE memory (n int, bytes bigint)');
	is( query('files', "SELECT count(*), min(result), max(result) FROM dbmig.register_directory('$files')"),
		'10000|registered|registered',
		"$test: all files are registered");
	migrate_well($test, 'files');
	is(query('files', 'SELECT count(*), count(DISTINCT n) FROM log'),
		'9995|9995', "$test: each has run once");
	is( query('files', 'SELECT count(*) FROM dbmig.migration_run r WHERE finished_at IS NULL OR NOT EXISTS (SELECT FROM dbmig.journal j WHERE j.object = r.version)'),
		'0',
		"$test: the history is whole");
	my $growth = query('files',
		'SELECT (SELECT bytes FROM memory WHERE n = 10000) - (SELECT bytes FROM memory WHERE n = 2000)');
	cmp_ok($growth, '<', 262144, "$test: memory stays flat")
	  or diag(query('files', 'SELECT * FROM memory ORDER BY n'));
	is( query('files', "SELECT count(*), min(result), max(result) FROM dbmig.register_directory('$files')"),
		'10000|unchanged|unchanged',
		"$test: registering them again changes nothing");
	($exit, $messages) = run_sql($node, 'files', 'CALL dbmig.migrate()');
	like($messages, qr/there is nothing to apply/, "$test: nor is anything applied twice");
}

#
# Encodings
#
query('postgres', "CREATE DATABASE $_->[0] ENCODING '$_->[1]' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
  foreach ([ 'latin1', 'LATIN1' ], [ 'ascii', 'SQL_ASCII' ], [ 'utf8', 'UTF8' ]);
my $text = "CREATE TABLE \"caf\xc3\xa9\" (i int); COMMENT ON TABLE \"caf\xc3\xa9\" IS 'na\xc3\xafve'";
my %checksum;
foreach my $dbname ('utf8', 'latin1', 'ascii')
{
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	my $test = "database $dbname";

	query($dbname, "CREATE EXTENSION dbmig; SELECT dbmig.register_migration('1', '" . $text =~ s/'/''/gr . "', name => 'n\xc3\xa4me')");
	$checksum{$dbname} = query($dbname, "SELECT checksum FROM dbmig.migration WHERE version = '1'");
	migrate_well($test, $dbname);
	is( query($dbname, "SELECT obj_description(oid) FROM pg_class WHERE relname = 'caf\xc3\xa9'"),
		"na\xc3\xafve",
		"$test: the text has run as it was meant");
	is(query($dbname, "SELECT name FROM dbmig.migration_status"),
		"n\xc3\xa4me", "$test: the name is right");

	# Errors that come out of a worker.
	query($dbname, "SELECT dbmig.register_migration('2', 'VACUUM \"g\xc3\xa2teau\"', name => '\xc3\xbc')");
	($exit, $messages) = run_sql($node, $dbname, 'CALL dbmig.migrate()');
	like($messages, qr/ERROR:  42P01: relation "g\xc3\xa2teau" does not exist/,
		"$test: an error of the worker is told right");
	like($messages, qr/of migration 2 \(\xc3\xbc\)/, "$test: with the name");
	is(query($dbname, "SELECT error FROM dbmig.migration_status WHERE version = '2'"),
		"relation \"g\xc3\xa2teau\" does not exist",
		"$test: and recorded right");
	next if $dbname eq 'ascii';
	$ENV{PGCLIENTENCODING} = 'LATIN1';
	($exit, $messages) = run_sql($node, $dbname, 'CALL dbmig.migrate()');
	like($messages, qr/ERROR:  42P01: relation "g\xe2teau" does not exist/,
		"$test: to a client with LATIN1, too");
	is(query($dbname, "SELECT error FROM dbmig.migration_status WHERE version = '2'"),
		"relation \"g\xe2teau\" does not exist",
		"$test: and recorded right");
}
is($checksum{latin1}, $checksum{utf8}, 'the checksum does not depend on the encoding');
is($checksum{ascii},  $checksum{utf8}, 'nor in SQL_ASCII, if the bytes are UTF-8');
{
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	my $files = PostgreSQL::Test::Utils::tempdir();

	append_to_file("$files/11_a.sql", "$text;\n");
	append_to_file("$files/12_b.sql", "VACUUM \"g\xc3\xa2teau\";\n");
	append_to_file("$files/13_c.sql", "SELECT '\xc3\xa9';\n");
	is(query('latin1', "SELECT string_agg(result, ' ' ORDER BY version) FROM dbmig.register_directory('$files')"),
		'registered registered registered', 'UTF-8 files: registered in a LATIN1 database');
	is(query('latin1', "SELECT trim(up_sql, E'\\n') FROM dbmig.migration WHERE version = '13'"),
		"SELECT '\xc3\xa9';", 'UTF-8 files: converted');
	append_to_file("$files/14_euro.sql", "SELECT '\xe2\x82\xac';\n");
	($exit, $messages) = run_sql($node, 'latin1', "SELECT * FROM dbmig.register_directory('$files')");
	like($messages, qr/ERROR:  22P05: /, 'UTF-8 files: what LATIN1 lacks is refused');
	like($messages, qr/14_euro\.sql/, 'UTF-8 files: with the name of the file');
	append_to_file("$files/15_bad.sql", "SELECT '\xff\xfe';\n");
	unlink "$files/14_euro.sql";
	foreach my $dbname ('latin1', 'utf8')
	{
		($exit, $messages) = run_sql($node, $dbname, "SELECT * FROM dbmig.register_directory('$files')");
		like($messages, qr/ERROR:  (22021|22P05): .*15_bad\.sql|15_bad\.sql/, "$dbname: invalid UTF-8 is refused with the file's name");
		like($messages, qr/ERROR:  22021: /, "$dbname: and SQLSTATE");
	}
	($exit, $messages) = run_sql($node, 'ascii', "SELECT dbmig.register_migration('3', E'SELECT ''\\xe9''')");
	ok($exit == 0 || $messages =~ /ERROR:  22021/, 'SQL_ASCII with other bytes: accepted, or refused clearly') or diag($messages);
}

#
# Roles
#
query('postgres', q{
	CREATE DATABASE roles;
	CREATE ROLE app NOLOGIN;
	CREATE ROLE "De""ployer" LOGIN IN ROLE app;
	CREATE ROLE auto LOGIN IN ROLE app;
	ALTER ROLE auto SET role = app;
	CREATE ROLE wanderer LOGIN IN ROLE app});
query('roles', q{
	CREATE EXTENSION dbmig;
	CREATE SCHEMA app AUTHORIZATION app;
	CREATE SCHEMA other AUTHORIZATION app;
	GRANT SELECT, INSERT, UPDATE ON dbmig.migration, dbmig.migration_run TO app;
	GRANT INSERT ON dbmig.journal TO app;
	GRANT EXECUTE ON ALL ROUTINES IN SCHEMA dbmig TO app;
	CREATE TABLE app.busy (i int);
	ALTER TABLE app.busy OWNER TO app;
	ALTER ROLE wanderer SET search_path = app, public;
	ALTER ROLE app IN DATABASE roles SET search_path = other});
my $number = 0;

# Applies a migration of each kind that makes a table, and tells what came of
# it: schema, owner, and who did it.
sub apply_as
{
	my ($test, $login, $first, $expected, $options) = @_;

	foreach my $kind ('', 'VACUUM app.busy;')
	{
		my $version = ++$number;
		my $name    = $test . ($kind ? ', in a worker' : '');
		local $ENV{PGUSER}    = $login;
		local $ENV{PGOPTIONS} = $options // '';
		($exit, $messages) = run_sql(
			$node, 'roles',
			"$first SELECT dbmig.register_migration('$version', '$kind"
			  . "CREATE TABLE t$version (i int, s text DEFAULT current_setting(''search_path''))');"
			  . 'CALL dbmig.migrate()');
		is($exit, 0, "$name: migrate() succeeds") or diag($messages);
		local $ENV{PGUSER} = 'postgres';
		$ENV{PGOPTIONS} = '';
		is( query('roles', "SELECT schemaname, tableowner, (SELECT executed_by FROM dbmig.migration_status WHERE version = '$version'),"
				  . " (SELECT registered_by FROM dbmig.migration WHERE version = '$version')"
				  . " FROM pg_tables WHERE tablename = 't$version'"),
			$expected,
			"$name: with the right role and search_path");
	}
	return;
}
apply_as('SET SESSION AUTHORIZATION to a role without login',
	'postgres', 'SET SESSION AUTHORIZATION app; SET search_path = app;', 'app|app|app|app');
apply_as('SET ROLE to a role without login',
	'De"ployer', 'SET ROLE app; SET search_path = app;', 'app|app|app|app');
apply_as('SET SESSION AUTHORIZATION, then SET ROLE',
	'postgres', 'SET SESSION AUTHORIZATION "De""ployer"; SET ROLE app; SET search_path = app;', 'app|app|app|app');
apply_as('ALTER ROLE SET role', 'auto', 'SET search_path = app;', 'app|app|app|app');
query('roles', 'GRANT app TO postgres; GRANT SELECT, INSERT, UPDATE ON dbmig.migration, dbmig.migration_run TO wanderer;'
	  . 'GRANT CREATE ON SCHEMA app, other TO wanderer, "De""ployer"');
apply_as('ALTER ROLE SET search_path', 'wanderer', '', 'app|wanderer|wanderer|wanderer');
apply_as('PGOPTIONS', 'De"ployer', '', 'other|De"ployer|De"ployer|De"ployer', '-c search_path=other');
apply_as('SET over PGOPTIONS and ALTER ROLE', 'wanderer', 'SET search_path = other;', 'other|wanderer|wanderer|wanderer', '-c search_path=app');
apply_as('RESET ROLE', 'De"ployer', 'SET ROLE app; RESET ROLE; SET search_path = app;', 'app|De"ployer|De"ployer|De"ployer');

# What a worker's session is must not leak into the caller's.
{
	my ($code, $said, $output);
	{
		local $ENV{PGUSER} = 'De"ployer';
		($code, $said, $output) = run_sql($node, 'roles',
			"SELECT dbmig.register_migration('100', 'SET search_path = pg_catalog; VACUUM app.busy; SET ROLE app; SET work_mem = ''123kB''');"
			  . "SET search_path = other; CALL dbmig.migrate(); SELECT current_setting('search_path'), current_user, session_user, current_setting('work_mem')");
	}
	is($code, 0, 'settings of a text: migrate() succeeds') or diag($said);
	like($output, qr/^other\|De"ployer\|De"ployer\|4MB$/m, 'settings of a text: do not reach the caller');
}

# A role that loses its right in the middle is told by the history, too.
{
	my ($code, $said);
	{
		local $ENV{PGUSER} = 'wanderer';
		($code, $said) = run_sql($node, 'roles',
			"SELECT dbmig.register_migration('101', 'CREATE TABLE pg_catalog.forbidden (i int)');"
			  . 'CALL dbmig.migrate()');
	}
	like($said, qr/ERROR:  42501: /, 'missing privilege: the error is told');
	is(query('roles', "SELECT state, sqlstate, executed_by FROM dbmig.migration_status WHERE version = '101'"),
		'failed|42501|wanderer', 'missing privilege: and recorded');
	query('roles', "DELETE FROM dbmig.migration WHERE version = '101'");
}

#
# Settings
#
query('postgres', 'CREATE DATABASE settings');
query('settings', 'CREATE EXTENSION dbmig; CREATE TABLE busy (i int); CREATE TABLE isolation (v text, i text)');
my $next = 0;
foreach my $case (
	[ 'serializable',    "SET default_transaction_isolation = 'serializable';",    'serializable' ],
	[ 'repeatable read', "SET default_transaction_isolation = 'repeatable read';", 'repeatable read' ],
	[ 'deferrable', "SET default_transaction_isolation = 'serializable'; SET default_transaction_deferrable = on;", 'serializable' ],
	[ 'no messages',     'SET client_min_messages = error;', 'read committed' ],
	[ 'replica',         'SET session_replication_role = replica;', 'read committed' ],
	[ 'old strings',     'SET standard_conforming_strings = off; SET escape_string_warning = off;', 'read committed' ],
	[ 'quoted',          "SET search_path = 'with, comma', \"with \"\"quotes\", public;", 'read committed' ],
	[ 'timeouts',        "SET statement_timeout = '1min'; SET lock_timeout = '1min'; SET idle_in_transaction_session_timeout = 1;", 'read committed' ],
	[ 'other formats',   "SET DateStyle = 'German'; SET IntervalStyle = 'sql_standard'; SET bytea_output = 'escape'; SET extra_float_digits = -15; SET TimeZone = 'Asia/Kathmandu'; SET xmloption = document; SET lc_messages = 'C'; SET quote_all_identifiers = on; SET transform_null_equals = on; SET array_nulls = off;", 'read committed' ],
	[ 'no parallel, no jit', 'SET jit = off; SET max_parallel_workers = 0; SET row_security = off; SET synchronous_commit = off;', 'read committed' ])
{
	my ($test, $first, $isolation) = @$case;
	my $a = ++$next;
	my $b = ++$next;

	query('settings', "SELECT dbmig.register_migration('$a', 'INSERT INTO isolation VALUES ($a, current_setting(''transaction_isolation''))');"
		  . "SELECT dbmig.register_migration('$b', 'CREATE INDEX CONCURRENTLY busy_$b ON busy (i); INSERT INTO isolation VALUES ($b, current_setting(''transaction_isolation'')); VACUUM busy')");
	migrate_well($test, 'settings', $first);
	is(query('settings', "SELECT count(*), count(*) FILTER (WHERE i = '$isolation') FROM isolation WHERE v IN ('$a', '$b')"),
		'2|2', "$test: both ran, and with the caller's setting");
}
foreach my $level ('REPEATABLE READ', 'SERIALIZABLE')
{
	query('settings', 'SELECT dbmig.register_migration((count(*) + 1)::text, $$CREATE TABLE never()$$) FROM dbmig.migration')
	  if $level eq 'REPEATABLE READ';
	($exit, $messages) = run_sql($node, 'settings', "BEGIN ISOLATION LEVEL $level; CALL dbmig.migrate(); COMMIT");
	like($messages, qr/ERROR:  0A000: .*READ COMMITTED/, "a block with $level: is refused clearly");
}
query('settings', q{ALTER DATABASE settings SET default_transaction_read_only = on});
($exit, $messages) = run_sql($node, 'settings', 'CALL dbmig.migrate()');
like($messages, qr/ERROR:  25006: .*migrate\(\) .*read-only/, 'read-only by default: is refused clearly');
is(query('settings', "SELECT count(*) FROM dbmig.migration_status WHERE state = 'pending'"),
	'1', 'read-only by default: nothing was done');
migrate_well('read-only by default, but not in this session', 'settings', 'SET default_transaction_read_only = off;');

# The same for a migration in a worker, whose session starts with the default.
query('settings', "SET default_transaction_read_only = off; SET transaction_read_only = off; SELECT dbmig.register_migration('99', 'CREATE TABLE late (i int); VACUUM late')");
migrate_well('the same in a worker', 'settings', 'SET default_transaction_read_only = off;');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal/,
	'no process crashed');

$node->stop;
done_testing();
