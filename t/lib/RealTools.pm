
# Copyright (c) 2026, the dbmig authors

=pod

=head1 NAME

RealTools - the migration tools themselves, to compare dbmig with

=head1 SYNOPSIS

  use RealTools;

  my $node = tools_node('node_tools');
  exercise($node, {
      name => 'knex',                       # as dbmig calls it
      write => sub { my ($project, $n, $kind) = @_; ... },
      run => sub { my ($project) = @_; return (@command) },
      ledger => 'public.knex_migrations',
      baseline => sub { my ($project, @n) = @_; return [ ... ] },
      entries => [ 'v1', 'v2', 'v3' ],      # versions in ledger_entries()
      batch => 'all',                       # what a failing third takes along
      left => 'suspect: lost_inserts 0.6' }); # ledgers() then, if not 'current';
                                            # '' = there is no ledger
  done_testing();

=head1 DESCRIPTION

tools/real-tools brings the tools into a cache. What cannot be had is skipped,
with the reason; DBMIG_REAL_TOOLS=0 skips all, =1 takes as long as it takes.
Every project has three migrations: a table, a column with an index, and a third
that is good or fails at its second statement.

For each tool: (a) it migrates, and ledger_entries() says what it did; (b) its
third migration fails, and what is left is known; (c) the tables are there, the
ledger is not: baseline_ledger() writes one of the same shape with the same rows,
the tool has nothing to do, and runs nothing but a later third migration.

=cut

package RealTools;

use strict;
use warnings FATAL => 'all';

use DbmigTest;
use Exporter 'import';
use File::Path qw(make_path);
use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(tools_node exercise put_file slurp_text tool_env sql_of);

# Installing may take this long in one file of tests (seconds); what is not
# there by then is skipped, and had by a later run. DBMIG_REAL_TOOLS=1 waits.
my $install_budget = ($ENV{DBMIG_REAL_TOOLS} // '') eq '1' ? 3600 : 40;

# The SQL of the three migrations.
my %sql = (
	1     => ["CREATE TABLE widgets (id serial PRIMARY KEY, name text NOT NULL)"],
	2     => [
		"ALTER TABLE widgets ADD COLUMN price numeric",
		"CREATE INDEX widgets_price_idx ON widgets (price)"
	],
	good3 => ["CREATE TABLE gadgets (id integer)"],
	bad3  => [
		"CREATE TABLE half (id integer)",
		"ALTER TABLE missing ADD COLUMN weight numeric"
	]);

my $json = JSON::PP->new->canonical->ascii;

# Returns the statements of a migration.
sub sql_of
{
	my ($n, $kind) = @_;
	return @{ $n == 3 ? $sql{"${kind}3"} : $sql{$n} };
}

# Writes a file of a project, making its folders.
sub put_file
{
	my ($path, $text) = @_;
	(my $folder = $path) =~ s{/[^/]*$}{};
	make_path($folder);
	open my $handle, '>', $path or die "$path: $!";
	binmode $handle;
	print $handle $text;
	close $handle or die "$path: $!";
	return;
}

# Reads a file of a project.
sub slurp_text
{
	my ($path) = @_;
	local $/;
	open my $handle, '<:raw', $path or die "$path: $!";
	return <$handle>;
}

# Makes a server that tools reach by 127.0.0.1.
sub tools_node
{
	my ($name) = @_;

	if (($ENV{DBMIG_REAL_TOOLS} // '') eq '0')
	{
		plan skip_all => 'DBMIG_REAL_TOOLS=0';
	}
	local $PostgreSQL::Test::Cluster::use_tcp     = 1;
	local $PostgreSQL::Test::Cluster::test_pghost = '127.0.0.1';
	my $node = new_node($name);
	return $node;
}

# Returns where a tool is, or undef and why it is not there.
sub find_tool
{
	my ($name) = @_;
	my $began = time;
	my $out = '';

	local $ENV{DBMIG_TOOLS_ONLY_CACHED} = $install_budget > 0 ? '' : '1';
	eval {
		IPC::Run::run([ 'tools/real-tools', $name ],
			'<', \'', '>', \$out, '2>', \my $err, IPC::Run::timeout(200));
	};
	$install_budget -= time - $began;
	my ($line) = grep { /^\Q$name\E / } split /\n/, $out;
	return (undef, 'it cannot be installed') unless defined $line;
	return $line =~ /^\S+ - (.*)/ ? (undef, $1) : ((split ' ', $line, 2)[1]);
}

# The environment in which a tool runs: one database, and what it was unpacked to.
sub tool_env
{
	my ($node, $db, $dir) = @_;
	my $root = "$dir/usr";
	my $lib  = "$root/lib/x86_64-linux-gnu";

	return (
		PGHOST       => '127.0.0.1',
		PGPORT       => $node->port,
		PGUSER       => 'postgres',
		PGPASSWORD   => 'none',
		PGDATABASE   => $db,
		PGSSLMODE    => 'disable',
		PGAPPNAME    => 'tool',
		DATABASE_URL => "postgres://postgres:none\@127.0.0.1:" . $node->port . "/$db?sslmode=disable",
		HOME         => $ENV{TMPDIR} // '/tmp',
		NODE_PATH    => "$dir/node_modules",
		PYTHONPATH   => "$root/lib/python3/dist-packages",
		PYTHONDONTWRITEBYTECODE => 1,
		PERL5LIB => join(':', "$root/share/perl5", "$lib/perl5/5.36", "$lib/perl/5.36", "$root/share/perl/5.36"),
		RUBYLIB  => join(':', "$root/lib/ruby/vendor_ruby", "$lib/ruby/vendor_ruby/3.1.0",
			"$root/lib/ruby/vendor_ruby/3.1.0", "$root/lib/ruby/3.1.0", "$lib/ruby/3.1.0"),
		GEM_PATH => join(':', "$root/share/rubygems-integration/all", "$root/share/rubygems-integration/3.1.0",
			"$lib/rubygems-integration/3.1.0", "$root/lib/ruby/gems/3.1.0"),
		LD_LIBRARY_PATH => $lib,
		PRISMA_HIDE_UPDATE_MESSAGE => 1,
		CHECKPOINT_DISABLE => 1,
		NO_COLOR     => 1,
		CI           => 1);
}

# Runs a command of a tool; returns its exit status and what it printed.
sub run_tool
{
	my ($tool, $project, $db, $node) = @_;
	my %env = tool_env($node, $db, $tool->{dir});
	my $out = '';

	local %ENV = (%ENV, %env);
	my @command = $tool->{run}->($project, $tool->{dir}, $db, $node);
	delete $ENV{PGSERVICE};
	my $done = eval {
		IPC::Run::run(\@command, '<', \'', '>', \$out, '2>&1',
			init => sub { chdir $project or die "$project: $!" },
			IPC::Run::timeout(120));
		1;
	};
	return (255, $out . ($@ // '')) unless $done;
	return ($? >> 8 || $? & 127, $out);
}

# Columns, constraints and indexes of the tables of a database but dbmig's own.
my $shape_query = q{
	SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
		SELECT format('%s column %s %s%s%s%s', c.oid::regclass, a.attname,
			format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END,
			' default ' || pg_get_expr(d.adbin, d.adrelid), NULLIF(' ' || a.attidentity::text, ' ')) AS line
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		WHERE c.oid = ANY ('{TABLES}'::regclass[])
		UNION ALL
		SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
		WHERE conrelid = ANY ('{TABLES}'::regclass[]) AND contype <> 'n'
		UNION ALL
		SELECT format('%s index %s', indrelid::regclass, indexrelid::regclass) FROM pg_index
		WHERE indrelid = ANY ('{TABLES}'::regclass[])) x};

# Runs a query and returns its result.
sub ask
{
	my ($node, $db, $query) = @_;
	return $node->safe_psql($db, $query);
}

# The rows of a ledger without what differs from run to run.
sub ledger_rows
{
	my ($node, $db, $tool) = @_;
	my $without = join '', map { " - '$_'" } @{ $tool->{volatile} // [] };
	return join "\n--\n", ask($node, $db,
		    "SELECT string_agg((to_jsonb(l)$without)::text, E'\\n' ORDER BY (to_jsonb(l)$without)::text)"
		  . " FROM $tool->{ledger} l"), map { ask($node, $db, $_) } @{ $tool->{more_rows} // [] };
}

# How the tables of a ledger are made.
sub shape
{
	my ($node, $db, $tool) = @_;
	my $tables = join ',', $tool->{ledger}, @{ $tool->{beside} // [] };
	return ask($node, $db, $shape_query =~ s/TABLES/$tables =~ s{"}{\\"}gr/ger);
}

# The versions that are expected up to a number, all applied.
sub expected
{
	my ($tool, $n) = @_;
	my @versions = @{ $tool->{entries} }[ ($tool->{head_only} ? $n - 1 : 0) .. $n - 1 ];
	return join(', ', map { "$_ applied" } @versions);
}

# What ledger_entries() says: versions and states.
sub entries
{
	my ($node, $db, $tool) = @_;
	return ask($node, $db,
		    "SELECT string_agg(version || ' ' || state, ', ' ORDER BY position) FROM dbmig.ledger_entries('"
		  . $tool->{ledger}
		  . "')");
}

# What ledgers() says: the state, and the marks with their weights.
sub judged
{
	my ($node, $db, $tool) = @_;

	# the counters of a session have arrived when it has gone
	$node->poll_query_until($db,
		    q(SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database())
		  . q( AND backend_type = 'client backend' AND pid <> pg_backend_pid()))
	  or diag("$tool->{name} is still connected");
	return ask($node, $db,
		    "SELECT state || COALESCE(': ' || (SELECT string_agg((e->>'mark') || ' ' || (e->>'weight'), ', ')"
		  . " FROM jsonb_array_elements(evidence) e), '') FROM dbmig.ledgers()"
		  . " WHERE ledger = to_regclass('$tool->{ledger}')");
}

# Tests a tool in the three ways.
sub exercise
{
	my ($node, $tool) = @_;
	my $name = $tool->{name};
	my $began = time;
	my ($dir, $reason) = find_tool($tool->{package} // $name);

  SKIP:
	{
		if (!defined $dir)
		{
			note("$name: skipped, $reason");
			skip("$name: $reason", 1);
		}
		$tool->{dir} = $dir;
		foreach my $test (\&migrates, \&fails, \&baselined)
		{
			# one tool's trouble is not the next one's
			eval { $test->($node, $tool); 1 } or fail("$name: $@");
		}
		note("$name took " . (time - $began) . ' s');
	}
	return;
}

# Makes a database and a project with migrations of the given kinds.
sub prepare
{
	my ($node, $tool, $case, @kinds) = @_;
	(my $db = "$tool->{name}_$case") =~ s/\W/_/g;
	my $project = PostgreSQL::Test::Utils::tempdir() . "/$db";

	make_path($project);
	$node->safe_psql('postgres', qq{CREATE DATABASE "$db"});
	$node->safe_psql($db, 'CREATE EXTENSION dbmig');
	$tool->{setup}->($project, $tool->{dir}, $db, $node) if $tool->{setup};
	$tool->{write}->($project, $_ + 1, $kinds[$_]) foreach (0 .. $#kinds);
	return ($db, $project);
}

# (a) The tool migrates: the ledger is read as it is.
sub migrates
{
	my ($node, $tool) = @_;
	my $name = $tool->{name};
	my ($db, $project) = prepare($node, $tool, 'ok', 'good', 'good');
	my ($rc, $out) = run_tool($tool, $project, $db, $node);

	is($rc, 0, "$name migrates") or diag($out);
	is(ask($node, $db, "SELECT to_regclass('widgets')"), 'widgets', "$name: the table is there")
	  or diag($out);
	is( entries($node, $db, $tool),
		expected($tool, 2),
		"$name: ledger_entries() is what the tool did");
	is(judged($node, $db, $tool), 'current', "$name: a healthy ledger has no marks");
	$tool->{rows}  = ledger_rows($node, $db, $tool);
	$tool->{shape} = shape($node, $db, $tool);
	return;
}

# (b) The third migration fails: what is left is known.
sub fails
{
	my ($node, $tool) = @_;
	my $name = $tool->{name};
	my ($db, $project) = prepare($node, $tool, 'bad', 'good', 'good', 'bad');
	my ($rc, $out) = run_tool($tool, $project, $db, $node);

	isnt($rc, 0, "$name fails") or diag($out);
	if ($tool->{after_failure})
	{
		is( entries($node, $db, $tool), $tool->{after_failure},
			"$name: ledger_entries() after the failure");
	}
	elsif ($tool->{batch} eq 'all')
	{
		my $exists = ask($node, $db, "SELECT to_regclass('$tool->{ledger}') IS NOT NULL");
		is( $exists eq 't' ? entries($node, $db, $tool) : '', '',
			"$name: nothing of the batch is recorded");
		is(ask($node, $db, "SELECT to_regclass('widgets')"), '', "$name: nothing of the batch is left");
	}
	else
	{
		is( entries($node, $db, $tool),
			expected($tool, 2),
			"$name: two of the batch are recorded");
	}
	is(judged($node, $db, $tool), $tool->{left} // 'current', "$name: ledgers() after the failure");
	return;
}

# (c) The tables are there, the ledger is not.
sub baselined
{
	my ($node, $tool) = @_;
	my $name = $tool->{name};
	my ($db, $project) = prepare($node, $tool, 'base', 'good', 'good');
	my $given = $json->encode([ $tool->{baseline}->($project, 1, 2) ]);
	my $call = "SELECT dbmig.baseline_ledger('$name', \$given\$$given\$given\$)";
	my $count = $tool->{head_only} ? 1 : 2;
	my ($rc, $out);

	ask($node, $db, join ';', map { sql_of($_, 'good') } (1, 2));
	($rc, $out) = run_tool($tool, $project, $db, $node);
	isnt($rc, 0, "$name without a ledger would run all again") or diag($out);

	# the failed attempt may have left an empty ledger
	$node->safe_psql('postgres', qq{DROP DATABASE "$db" WITH (FORCE)});
	$node->safe_psql('postgres', qq{CREATE DATABASE "$db"});
	ask($node, $db, join ';', 'CREATE EXTENSION dbmig', $tool->{before_baseline} // (),
		map { sql_of($_, 'good') } (1, 2));
	is(ask($node, $db, $call), $count, "$name: baseline_ledger() writes the ledger");
	is(ask($node, $db, $call), '0', "$name: and writes nothing twice");
	is(ledger_rows($node, $db, $tool), $tool->{rows}, "$name: the rows are those of the tool");
	if ($tool->{any_shape})
	{
		note("$name: shape not compared, $tool->{any_shape}");
	}
	else
	{
		is( shape($node, $db, $tool),
			$tool->{shape}, "$name: the shape is that of the tool's own");
	}

	($rc, $out) = run_tool($tool, $project, $db, $node);
	is($rc, 0, "$name has nothing to do") or diag($out);
	like($out, $tool->{nothing}, "$name says so") if $tool->{nothing};
	is( entries($node, $db, $tool),
		expected($tool, 2),
		"$name: ledger_entries() of the written ledger");

	$tool->{write}->($project, 3, 'good');
	($rc, $out) = run_tool($tool, $project, $db, $node);
	is($rc, 0, "$name runs the third") or diag($out);
	is(ask($node, $db, "SELECT to_regclass('gadgets')"), 'gadgets', "$name: the third has run") or diag($out);
	is( entries($node, $db, $tool),
		expected($tool, 3),
		"$name: ledger_entries() at last");
	is(judged($node, $db, $tool), 'current', "$name: and it has no marks");

	# what is done by now can be said again
	$given = $json->encode([ $tool->{baseline}->($project, 1, 2, 3) ]);
	is(ask($node, $db, "SELECT dbmig.baseline_ledger('$name', \$given\$$given\$given\$)"),
		'0', "$name: a baseline of all three adds nothing");
	return;
}

1;
