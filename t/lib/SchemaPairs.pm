
# Copyright (c) 2026, the dbmig authors

=pod

=head1 NAME

SchemaPairs - pairs of schemas, as they are written in t/schema

=head1 SYNOPSIS

  use SchemaPairs;

  foreach my $pair (read_pairs("$FindBin::RealBin/schema")) { … }

=head1 DESCRIPTION

A file holds the pairs of one kind of object:

  -- pair: name of the pair
  -- loses data
  -- both
  CREATE TABLE …;          made on both sides, first
  -- before
  …;
  -- after
  …;
  -- rows
  INSERT …;                into the schema before
  -- check
  SELECT …;                after the way from before to after,
  --> 1|one                and what it gives
  -- check back
  SELECT …;                the same after the way back
  --> 1|one

Only the name and one of "before" and "after" are required. Options stand as
lines between the name and the first section:

  -- loses data            a step may say so although nothing unexpected is to
                           be dropped, since there is no other way
  -- conflict              what is expected cannot be there together with what
                           is not: never tried without drop_unexpected
  -- unmodelled            something in it is reported as "unmodelled", so there
                           is only law 1
  -- cannot be copied      neither pg_dump nor schema_ddl() can make it
  -- no way back           only tried from before to after
  -- needs: extension x    not tried where pg_available_extensions has no x
  -- needs: server 17      not tried on older servers
  -- todo: why             known to fail

Without "rows" every table is filled with a few rows that fit.

=cut

package SchemaPairs;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Utils;

our @EXPORT = qw(read_pairs);

my %sections = map { $_ => 1 } ('both', 'before', 'after', 'rows', 'check', 'check back');
my %flags = map { $_ => 1 } 
	('loses data', 'conflict', 'unmodelled', 'cannot be copied', 'no way back');

# Reads all pairs of a directory.
sub read_pairs
{
	my ($directory) = @_;
	return map { read_file($_) } sort glob "$directory/*.sql";
}

# Reads the pairs of a file.
sub read_file
{
	my ($path) = @_;
	my ($file) = $path =~ m{([^/]+)\.sql\z};
	my (@pairs, $pair, $section);
	my $number = 0;

	open my $in, '<:encoding(UTF-8)', $path or die "$path: $!";
	while (my $line = <$in>)
	{
		my $where = "$path line " . ++$number;

		if ($line =~ /^-- pair: (.+)$/)
		{
			$pair = { name => "$file: $1", where => $where };
			push @pairs, $pair;
			$section = undef;
		}
		elsif ($line =~ /^-- ([a-z ]+)$/ && $sections{$1})
		{
			die "$where: no pair yet" unless $pair;
			$section = $1;
			$pair->{$section} //= '';
		}
		elsif (defined $section)
		{
			$pair->{$section} .= $line;
		}
		elsif ($line =~ /^-- (todo|needs): (.+)$/)
		{
			$pair->{$1} = $2;
		}
		elsif ($line =~ /^-- ([a-z ]+)$/ && $flags{$1})
		{
			$pair->{$1} = 1;
		}
		elsif ($line !~ /^\s*$/ && !($line =~ /^--/ && !$pair))
		{
			die "$where: not understood: $line";
		}
	}
	close $in;
	foreach (@pairs)
	{
		die "$_->{where}: neither before nor after"
		  unless defined $_->{before} || defined $_->{after};
		$_->{both} //= '';
		$_->{before} = $_->{both} . ($_->{before} // '');
		$_->{after}  = $_->{both} . ($_->{after}  // '');
		$_->{checks}        = [ read_checks($_->{check}) ];
		$_->{'checks back'} = [ read_checks($_->{'check back'}) ];
	}
	return @pairs;
}

# Takes queries and what they give apart: [ query, expected ].
sub read_checks
{
	my ($text) = @_;
	my (@checks, $query);
	my $given = 1;

	foreach my $line (split /^/, $text // '')
	{
		if ($line =~ /^--> ?(.*)$/)
		{
			$checks[-1][1] .= ($checks[-1][1] eq '' ? '' : "\n") . $1;
			$given = 1;
		}
		elsif ($line =~ /\S/)
		{
			push @checks, [ '', '' ] if $given;
			$checks[-1][0] .= $line;
			$given = 0;
		}
	}
	return @checks;
}

1;
