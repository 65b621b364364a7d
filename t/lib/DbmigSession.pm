
# Copyright (c) 2026, the dbmig authors

=pod

=head1 NAME

DbmigSession - psql sessions that run beside the test

=head1 SYNOPSIS

  use DbmigSession;

  my $caller = start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
  await_sleep($node, 'postgres', 'caller');
  kill 'KILL', backend_pid($node, 'postgres', 'caller');
  my ($exit, $messages, $output) = finish_sql($caller);

=head1 DESCRIPTION

start_sql() starts a psql that runs the given SQL, with that application_name,
and stops at the first error; its messages carry the SQLSTATE. finish_sql()
waits for its end. run_sql() is both. hold_sql() starts a session that runs the
SQL in a transaction and then keeps it open; end_backend() ends any session.

=cut

package DbmigSession;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use IPC::Run;
use PostgreSQL::Test::Utils;

our @EXPORT = qw(start_sql finish_sql run_sql kill_client hold_sql end_backend
  await await_sleep backend_pid await_restart);

my $sessions = 0;

# Starts a psql that runs the SQL, without waiting for it.
sub start_sql
{
	my ($node, $dbname, $name, $sql) = @_;
	my $file =
	  "$PostgreSQL::Test::Utils::tmp_check/${name}_" . $$ . '_' . ++$sessions;
	my %psql = (file => $file);

	PostgreSQL::Test::Utils::append_to_file("$file.sql", "$sql;\n");
	$psql{h} = IPC::Run::start(
		[
			'psql', '-XAtq',
			'-v', 'ON_ERROR_STOP=1',
			'-v', 'VERBOSITY=verbose',
			'-d', $node->connstr($dbname) . " application_name='$name'",
			'-f', "$file.sql"
		],
		'<', '/dev/null',
		'>', "$file.out",
		'2>', "$file.err");
	return \%psql;
}

# Waits for a session's end; returns exit code, messages and output.
sub finish_sql
{
	my ($psql) = @_;

	$psql->{h}->finish;
	my $result = $psql->{h}->full_result(0);
	return ($result & 127 ? -1 : $result >> 8,
		slurp_file("$psql->{file}.err"), slurp_file("$psql->{file}.out"));
}

# Runs SQL in a session of its own; returns exit code, messages and output.
sub run_sql
{
	my ($node, $dbname, $sql) = @_;

	return finish_sql(start_sql($node, $dbname, 'run_sql', $sql));
}

# Kills a client with SIGKILL; its server process is left to find out.
sub kill_client
{
	my ($psql) = @_;

	$psql->{h}->signal('KILL');
	$psql->{h}->finish;
	return;
}

# Polls until the query returns true.
sub await
{
	my ($node, $dbname, $query) = @_;

	$node->poll_query_until($dbname, $query)
	  or die "waited in vain for: $query";
	return;
}

# Waits until the session of that name sleeps in pg_sleep().
sub await_sleep
{
	my ($node, $dbname, $name) = @_;

	await($node, $dbname,
		    "SELECT count(*) > 0 FROM pg_stat_activity"
		  . " WHERE application_name = '$name' AND wait_event = 'PgSleep'");
	return;
}

# Starts a session that runs the SQL in a transaction, and keeps that open.
sub hold_sql
{
	my ($node, $dbname, $name, $sql) = @_;
	my $psql = start_sql($node, $dbname, $name,
		"BEGIN; $sql; SELECT pg_sleep(3600)");

	await_sleep($node, $dbname, $name);
	return $psql;
}

# Returns the process id of the session of that name.
sub backend_pid
{
	my ($node, $dbname, $name) = @_;

	return $node->safe_psql($dbname,
		    "SELECT pid FROM pg_stat_activity WHERE application_name = '$name'"
		  . " AND backend_type = 'client backend'");
}

# Terminates the session of that name and waits for its client's end.
sub end_backend
{
	my ($node, $dbname, $name, $psql) = @_;

	$node->safe_psql($dbname,
		"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
		  . " WHERE application_name = '$name'");
	$psql->{h}->finish;
	return;
}

# Waits until the server has come back by itself after a crash. The offset is
# the size of its log before.
sub await_restart
{
	my ($node, $offset) = @_;

	$node->wait_for_log(qr/all server processes terminated; reinitializing/,
		$offset);
	$node->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()')
	  or die 'the server did not come back';
	return;
}

1;
