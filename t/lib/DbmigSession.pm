
# Copyright (c) 2026, the dbmig authors

=pod

=head1 NAME

DbmigSession - psql sessions that run beside the test

=head1 SYNOPSIS

  use DbmigSession;

  my $caller = start_sql($node, 'postgres', 'caller', 'CALL dbmig.migrate()');
  await($node, 'postgres', "... SQL that becomes true ...");
  kill 'KILL', backend_pid($node, 'caller');
  my ($exit, $stdout, $stderr) = finish_sql($caller);

=head1 DESCRIPTION

start_sql() starts a psql that runs the given SQL with that application_name and
stops at the first error; its messages carry the SQLSTATE. hold_sql() runs SQL
in a session that stays open, so that its locks and snapshot stay; end_sql()
lets that session end well, kill_psql() kills any client with SIGKILL.

=cut

package DbmigSession;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(start_sql finish_sql kill_psql hold_sql end_sql await
  backend_pid run_sql await_restart);

# Starts psql without waiting for it.
sub start_psql
{
	my ($node, $dbname, $name, $in) = @_;
	my %psql = (in => $in, out => '', err => '');

	$psql{h} = IPC::Run::start(
		[
			'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose',
			'-d', $node->connstr($dbname) . " application_name=$name",
			'-f', '-'
		],
		'<', \$psql{in}, '>', \$psql{out}, '2>', \$psql{err},
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	return \%psql;
}

# Starts a session that runs the SQL and then ends.
sub start_sql
{
	my ($node, $dbname, $name, $sql) = @_;
	my $psql = start_psql($node, $dbname, $name, "$sql;\n");

	$psql->{h}->pump while length $psql->{in} && $psql->{h}->pumpable;
	close_stdin($psql);
	return $psql;
}

# Lets psql see the end of its input, without waiting for its end.
sub close_stdin
{
	my ($psql) = @_;

	$psql->{h}->{IOS}[0] or return;
	eval { $psql->{h}->pump_nb };
	return;
}

# Waits for a session's end; returns exit code, output and messages.
sub finish_sql
{
	my ($psql) = @_;

	$psql->{h}->finish;
	return ($psql->{h}->result(0) // -1, $psql->{out}, $psql->{err});
}

# Kills a client, so that its server process loses the connection.
sub kill_psql
{
	my ($psql) = @_;

	$psql->{h}->kill_kill(grace => 0);
	return;
}
1;
