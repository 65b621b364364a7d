
# Copyright (c) 2026, the dbmig authors

# The examples of README.md and docs/*.md are true: every block ```sql is run,
# in the order of its page, through one psql per page, in a database of its
# own. Where a block ```text follows, psql must print exactly that; where none
# follows, there must be no error. A block behind <!-- not run --> is left out.
# /srv/app/migrations stands for a directory of migrations on the server.

use strict;
use warnings FATAL => 'all';

use DbmigTest;
use FindBin;
use PostgreSQL::Test::Utils;
use Test::More;

my $top  = "$FindBin::Bin/..";
my $dir  = PostgreSQL::Test::Utils::tempdir;
my $node = new_node('readme');

# The server must be able to read it, whoever owns the tree.
system('cp', '-R', "$top/examples/layouts/dbmate", "$dir/migrations") == 0
  or die "could not copy the example directory";

# Returns the blocks of a page: line, statements, expected output or undef.
sub blocks
{
	my ($page) = @_;
	my @lines = split /\n/, slurp_file($page);
	my (@found, $current, $skip, $gap);

	for (my $i = 0; $i < @lines; $i++)
	{
		if ($lines[$i] =~ /^```(\w*)$/)
		{
			my ($language, $line, @text) = ($1, $i + 1);

			push @text, $lines[$i] while (++$i < @lines && $lines[$i] ne '```');
			die "$page:$line: the block does not end\n" if $i == @lines;
			if ($language eq 'sql' && !$skip)
			{
				$current = { line => $line, sql => join("\n", @text) };
				push @found, $current;
			}
			elsif ($language eq 'text' && $current)
			{
				$current->{output} = tidy(join("\n", @text));
				undef $current;
			}
			else
			{
				undef $current;
			}
			$skip = 0;
		}
		elsif ($lines[$i] eq '<!-- not run -->')
		{
			$skip = 1;
		}
		elsif ($lines[$i] ne '')
		{
			# An output stands right below its statements.
			undef $current;
		}
	}
	return @found;
}

# Drops what neither psql nor an editor keeps: blanks at the end of lines, and
# empty lines at the end.
sub tidy
{
	my ($text) = @_;
	$text =~ s/[ \t]+$//mg;
	$text =~ s/\s+\z//;
	return $text;
}

# Runs the blocks of a page and compares what psql prints.
sub run_page
{
	my ($page) = @_;
	my ($name) = $page =~ m{([^/]+)\.md$};
	my @blocks = blocks($page) or return;
	my $database = lc "page_$name";
	my $script   = "$dir/$name.sql";
	my $printed  = "$dir/$name.out";

	$node->safe_psql('postgres', qq(CREATE DATABASE "$database"));
	$node->safe_psql($database, 'CREATE EXTENSION dbmig')
	  unless grep { $_->{sql} =~ /^CREATE EXTENSION dbmig;/m } @blocks;

	open my $handle, '>', $script or die "$script: $!";
	foreach my $block (@blocks)
	{
		my $sql = $block->{sql};
		$sql =~ s{/srv/app/migrations}{$dir/migrations}g;
		print $handle "\\echo \@\@ $block->{line}\n$sql\n";
	}
	close $handle;

	my $psql = sprintf q(psql -X -d '%s' <'%s' >'%s' 2>&1),
	  $node->connstr($database), $script, $printed;
	is(system($psql), 0, "$name: psql reached its end");

	my %output = slurp_file($printed) =~ /^\@\@ (\d+)\n(.*?)(?=^\@\@ |\z)/msg;
	foreach my $block (@blocks)
	{
		my $got = tidy($output{ $block->{line} } // '');
		$got =~ s{\Q$dir\E/migrations}{/srv/app/migrations}g;
		if (defined $block->{output})
		{
			is($got, $block->{output}, "$name, line $block->{line}: output");
		}
		else
		{
			unlike($got, qr/^(ERROR|FATAL|PANIC|invalid command)/m,
				"$name, line $block->{line}: no error");
		}
	}
}

run_page($_) foreach ("$top/README.md", sort glob("$top/docs/*.md"));

$node->stop;
done_testing();
