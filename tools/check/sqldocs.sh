#!/usr/bin/env bash
# Every function, procedure, aggregate, view, table, type and sequence of the
# install script has a COMMENT ON, and every public one is named in a heading or
# a table of docs/*.md. Functions whose name begins with "_" are internal: they
# need the COMMENT only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=$(sed -nE "s/^default_version *= *'([^']+)'.*/\1/p" dbmig.control)
script=dbmig--$version.sql
[[ -e $script ]] || {
	echo "sqldocs: $script is missing" >&2
	exit 1
}

perl - "$script" docs/*.md <<'PERL'
use strict;
use warnings;

my ($script, @docs) = @ARGV;
my $kinds = 'FUNCTION|PROCEDURE|AGGREGATE|MATERIALIZED VIEW|VIEW|TABLE|TYPE|DOMAIN|SEQUENCE';
my $sql = slurp($script);
$sql =~ s/--[^\n]*//g;
$sql =~ s/(\$\w*\$).*?\1/''/gs;    # bodies

my (%made, %told, @wrong);
while ($sql =~ /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNLOGGED\s+)?($kinds)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:(?:dbmig|\@extschema\@)\s*\.\s*)?"?(\w+)"?/gim)
{
	$made{ uc $1 }{$2}++;
}
while ($sql =~ /^\s*COMMENT\s+ON\s+($kinds)\s+(?:(?:dbmig|\@extschema\@)\s*\.\s*)?"?(\w+)"?/gim)
{
	$told{ uc $1 }{$2}++;
}

my $entries = join "\n", map { grep { /^\s*(#|\|)/ } split /\n/, slurp($_) } grep { -e } @docs;
foreach my $kind (sort keys %made)
{
	foreach my $name (sort keys %{ $made{$kind} })
	{
		push @wrong, "no COMMENT ON \L$kind\E $name"
		  if ($told{$kind}{$name} // 0) < $made{$kind}{$name};
		push @wrong, "no heading or table entry in docs/ for $name"
		  if $name !~ /^_/ && $entries !~ /(?<!\w)\Q$name\E(?!\w)/;
	}
}
exit 0 unless @wrong;
my $more = @wrong > 8 ? sprintf('; and %d more', @wrong - 8) : '';
print STDERR 'sqldocs: ', join('; ', grep { defined } @wrong[ 0 .. 7 ]), $more, "\n";
exit 1;

sub slurp
{
	my ($file) = @_;
	local $/;
	open my $handle, '<', $file or die "sqldocs: $file: $!\n";
	return <$handle>;
}
PERL
