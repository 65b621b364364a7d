
# Copyright (c) 2026, the dbmig authors

=pod

=head1 NAME

DbmigTest - servers for the TAP tests of dbmig

=head1 SYNOPSIS

  use DbmigTest;
  use Test::More;

  my $node = new_node('main');                         # running, fsync off
  my $node = new_node('small', max_worker_processes => 2);
  my $node = new_node('primary', init => { allows_streaming => 1 },
                      start => 0);
  $node->safe_psql('postgres', 'CREATE EXTENSION dbmig');

=head1 DESCRIPTION

A thin layer over PostgreSQL::Test::Cluster that makes a node find the
extension which tools/test has staged (DBMIG_STAGE_CONF). Without the staged
one, that is under C<make installcheck>, the installed extension is used.

Every node is UTF8 with the C locale, and its superuser is "postgres", whoever
runs the test. Standbys made with init_from_backup inherit all of it.
Cluster's own default C<restart_after_crash = off> stands: a test that wants the
server to come back after a crash passes C<restart_after_crash =E<gt> 'on'>.

=cut

package DbmigTest;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;

our @EXPORT = qw(new_node);

# Makes a node, configures it with the given settings and starts it. Two
# arguments are not settings: init (hash of arguments for Cluster's init) and
# start (0 leaves it stopped).
sub new_node
{
	my ($name, %conf) = @_;
	my $init  = delete $conf{init} || {};
	my $start = delete $conf{start} // 1;

	$ENV{PGUSER} = 'postgres';
	my $node = PostgreSQL::Test::Cluster->new($name);
	my @extra = @{ delete $init->{extra} || [] };
	$node->init(
		%$init,
		extra => [
			'--username', 'postgres', '--no-locale', '--encoding', 'UTF8', @extra
		]);

	if (my $file = $ENV{DBMIG_STAGE_CONF})
	{
		$node->append_conf('postgresql.conf', slurp_file($file));
	}
	$node->append_conf('postgresql.conf', "fsync = off");
	$node->append_conf('postgresql.conf', "$_ = '$conf{$_}'")
	  foreach (sort keys %conf);

	$node->start if $start;
	return $node;
}

1;
