
# Copyright (c) 2026, the dbmig authors

=pod

=head1 NAME

SqlPipe - a psql that stays, for tests that run very many statements

=head1 SYNOPSIS

  use SqlPipe;

  my $sql = SqlPipe->new($node->connstr('postgres'));
  my ($error, $output) = $sql->do('CREATE TABLE t (i int); SELECT 1');
  my @rows = $sql->rows('SELECT a, b FROM t');      # of [ a, b ]
  my $text = $sql->value('SELECT a FROM t');
  $sql->close;

=head1 DESCRIPTION

Every call waits for its end. do() gives the first error with its SQLSTATE, or
the empty string, and whatever was printed; the other two die on an error. A
statement that ends the session makes the call die with "connection lost".

=cut

package SqlPipe;

use strict;
use warnings FATAL => 'all';

use Encode qw(decode_utf8 encode_utf8);
use IPC::Open3;

my $column_end = "\x1f";
my $row_end = "\x1e";

# Starts a session.
sub new
{
	my ($class, $connstr) = @_;
	my $self = bless { marks => 0 }, $class;

	local $ENV{PGOPTIONS} = '-c client_min_messages=error -c dbmig.schema_privileges=on';
	# one pipe for results and messages
	$self->{pid} = open3(
		$self->{in}, $self->{out}, undef,
		'psql', '-XAtq', '-F', $column_end, '-R', $row_end, '-v',
		'VERBOSITY=verbose', '-d', $connstr);
	binmode $self->{in};
	binmode $self->{out};
	$self->{in}->autoflush(1);
	$self->do('SELECT 1');
	return $self;
}

# Runs statements; returns the first error and what was printed.
sub do
{
	my ($self, $sql) = @_;
	my $mark = 'MARK-' . ++$self->{marks} . '-' . $$;
	my $output = '';

	local $SIG{PIPE} = 'IGNORE';
	print { $self->{in} } encode_utf8($sql), "\n;\n\\echo $mark\n";
	while ($output !~ /\Q$mark\E\n\z/)
	{
		my $got = sysread($self->{out}, $output, 65536, length $output);

		die "connection lost: $output" unless $got;
	}
	$output =~ s/\Q$mark\E\n\z//;
	$output = decode_utf8($output);
	my ($error) = $output =~ /^(?:ERROR|FATAL|PANIC):  (.*?)(?:^LOCATION:.*)?\z/ms;
	return ($error // '', $output);
}

# Runs a query and returns its rows.
sub rows
{
	my ($self, $sql) = @_;
	my ($error, $output) = $self->do($sql);

	die "$error in: " . substr($sql, 0, 2000) if $error ne '';
	$output =~ s/\n\z//;
	return () if $output eq '';
	return map { [ split /$column_end/, $_, -1 ] } split /$row_end/, $output, -1;
}

# Runs a query and returns the first value of its first row; '' if none.
sub value
{
	my ($self, $sql) = @_;
	my @rows = $self->rows($sql);

	return @rows ? $rows[0][0] : '';
}

# Ends the session.
sub close
{
	my ($self) = @_;

	close $self->{in};
	close $self->{out};
	waitpid $self->{pid}, 0;
	return;
}

1;
