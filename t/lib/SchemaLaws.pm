
# Copyright (c) 2026, the dbmig authors

=pod

=head1 NAME

SchemaLaws - the laws that hold for every pair of schemas

=head1 SYNOPSIS

  use SchemaLaws;

  try_pairs($node, @pairs);        # as SchemaPairs makes them

=head1 DESCRIPTION

Every pair is one test. It is tried in both directions, and these are the laws:

 1. The snapshot of a schema is the same whatever the settings of the session,
    in a database restored from its dump and after VACUUM FULL; a schema does
    not differ from itself, and there is nothing to fix in it.
 2. schema_ddl(snapshot) makes a schema with that snapshot.
 3. The steps of schema_fix(e), run one by one as they stand, make
    schema_diff(e) empty; a second schema_fix(e) is empty; the snapshot is e,
    but for the order of columns. Without drop_unexpected only what is
    unexpected may be left.
 4. The rows that were there are there, but for columns and tables of which a
    step said "loses data"; without drop_unexpected nothing is dropped so.

Besides, a step is truthful: one that fails on rows said that it may, one that
is transactional runs in a transaction block, takes no stronger lock on a table
than it names, and does not give a table another file unless it says so.

Five databases are used in turn: "before" and "after" are made by the scripts of
the pair, "before_ddl" and "after_ddl" by schema_ddl(), "restored" by pg_dump.
"before" goes the whole way there and back with drop_unexpected; "before_ddl"
and "after_ddl" go without it first, with all checks of steps.

Environment: DBMIG_ONLY=regex takes the pairs whose names match; DBMIG_JOBS is
how many are tried at once (2); DBMIG_VERBOSE=1 prints every step.

=cut

package SchemaLaws;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use FindBin;
use JSON::PP;
use POSIX ();
use PostgreSQL::Test::Utils;
use SqlPipe;
use Test::More;

our @EXPORT = qw(try_pairs);

my $json = JSON::PP->new->canonical->allow_nonref;
my @places = qw(before after before_ddl after_ddl restored);
my $pair_seconds = 120;

# What must not change a snapshot.
my $other_settings = q{
	SET search_path = pg_temp; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'sql_standard';
	SET timezone = 'Asia/Kolkata'; SET bytea_output = 'escape'; SET extra_float_digits = -3;
	SET quote_all_identifiers = on; SET xmlbinary = 'hex'; SET lc_monetary = 'C';
	SET standard_conforming_strings = off; SET backslash_quote = on};

# Locks in order of strength, as pg_locks and as schema_fix() names them.
my @locks = (
	'ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE',
	'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE');
my %strength = map { $locks[$_] => $_ + 1 } 0 .. $#locks;

# Tries all pairs, some at a time; one test for each.
sub try_pairs
{
	my ($node, @pairs) = @_;
	my $jobs = $ENV{DBMIG_JOBS} // 2;
	my $only = $ENV{DBMIG_ONLY} // '.';
	my %children;

	@pairs = grep { $_->{name} =~ /$only/ } @pairs;
	make_template($node);
	@pairs = grep { is_possible($node, $_) } @pairs;
	$jobs = @pairs if $jobs > @pairs;
	foreach my $job (0 .. $jobs - 1)
	{
		pipe(my $from, my $to) or die "pipe: $!";
		my $pid = fork() // die "fork: $!";

		if ($pid == 0)
		{
			close $from;
			eval {
				my $try = open_try($node, $job);
				for (my $i = $job; $i < @pairs; $i += $jobs)
				{
					my $complaints = try_pair($try, $pairs[$i]);

					print $to $json->encode([ $i, @$complaints ]), "\n";
					$to->flush;
				}
				1;
			} or print $to $json->encode([ -1, "$@" ]), "\n";
			close $to;
			# no clean-up of the parent's in the child
			POSIX::_exit(0);
		}
		close $to;
		$children{$pid} = $from;
	}
	report(\@pairs, \%children);
	return;
}

# Prints a test for each pair as they come.
sub report
{
	my ($pairs, $children) = @_;
	my %seen;
	my $bits = '';

	vec($bits, fileno $_, 1) = 1 foreach values %$children;
	while (%$children)
	{
		select(my $ready = $bits, undef, undef, undef);
		foreach my $pid (keys %$children)
		{
			my $from = $children->{$pid};

			next unless vec($ready, fileno $from, 1);
			my $line = <$from>;
			if (!defined $line)
			{
				vec($bits, fileno $from, 1) = 0;
				close $from;
				waitpid $pid, 0;
				delete $children->{$pid};
				next;
			}
			my ($i, @complaints) = @{ $json->decode($line) };
			if ($i < 0)
			{
				fail("the tests can go on: $complaints[0]");
				next;
			}
			$seen{$i} = 1;
			result($pairs->[$i], @complaints);
		}
	}
	foreach my $i (grep { !$seen{$_} } 0 .. $#$pairs)
	{
		fail("$pairs->[$i]{name}: not tried");
	}
	return;
}

# The test of one pair.
sub result
{
	my ($pair, @complaints) = @_;

  TODO:
	{
		local our $TODO = $pair->{todo};
		my $builder = Test::More->builder;

		if (defined $pair->{todo})
		{
			$builder->todo_start($pair->{todo});
		}
		ok(!@complaints, $pair->{name});
		foreach my $text (@complaints)
		{
			utf8::encode($text) if utf8::is_utf8($text);
			diag("$pair->{name}: $text");
		}
		diag("written at $pair->{where}") if @complaints && $pair->{where};
		if (@complaints && $pair->{random})
		{
			utf8::encode(my $text = "before:\n$pair->{before}after:\n$pair->{after}");
			diag($text);
		}
		$builder->todo_end if defined $pair->{todo};
	}
	return;
}

# Makes what every database begins with, and the roles.
sub make_template
{
	my ($node) = @_;

	$node->safe_psql('postgres', q{
		CREATE ROLE regress_dbmig_reader;
		CREATE ROLE regress_dbmig_writer;
		CREATE ROLE "regress_dbmig Odd ""Role""";
		CREATE DATABASE laws_template});
	$node->safe_psql('laws_template', 'CREATE EXTENSION dbmig;'
		  . slurp_file("$FindBin::RealBin/lib/schema_laws.sql"));
	return;
}

# Has this server what the pair needs?
sub is_possible
{
	my ($node, $pair) = @_;

	foreach my $need (split /, */, $pair->{needs} // '')
	{
		my ($what, $name) = $need =~ /^(\w+) (.+)$/ or die "$pair->{where}: $need";
		my $there =
		  $what eq 'server'
		  ? $node->pg_version >= $name
		  : $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = '$name'");
		next if $there;
		note("$pair->{name}: not tried, needs $need");
		return 0;
	}
	return 1;
}

# Opens the databases of one of those who try pairs.
sub open_try
{
	my ($node, $job) = @_;
	my $try = { node => $node, job => $job, sql => {} };

	make_database($try, $_) foreach @places;
	$try->{empty} = snapshot($try, 'before');
	return $try;
}

# Makes a database anew.
sub make_database
{
	my ($try, $place) = @_;
	my $name = "laws_$try->{job}_$place";

	if (my $sql = delete $try->{sql}{$place})
	{
		eval { $sql->close };
	}
	$try->{node}->safe_psql('postgres', "DROP DATABASE IF EXISTS $name WITH (FORCE)");
	$try->{node}->safe_psql('postgres', "CREATE DATABASE $name TEMPLATE laws_template");
	$try->{sql}{$place} = SqlPipe->new($try->{node}->connstr($name));
	return;
}

# Empties all databases; what cannot be emptied is made anew.
sub reset_all
{
	my ($try) = @_;

	foreach my $place (@places)
	{
		my $done = eval {
			my $sql = $try->{sql}{$place};
			my ($error) = $sql->do('ROLLBACK; DISCARD ALL; SELECT dbmig.test_reset()');

			$error eq '' && snapshot($try, $place) eq $try->{empty};
		};
		make_database($try, $place) unless $done;
	}
	return;
}

# Tries one pair; returns what is wrong with it.
sub try_pair
{
	my ($try, $pair) = @_;
	my @complaints;

	foreach my $attempt (1, 2)
	{
		@complaints = ();
		my $done = eval {
			local $SIG{ALRM} = sub { die "not done after $pair_seconds s\n" };
			alarm $pair_seconds;
			apply_laws($try, $pair, \@complaints);
			alarm 0;
			1;
		};
		my $error = $@;

		alarm 0;
		last if $done;
		push @complaints, $error;
		# perhaps it was another pair that brought the server down
		eval { recover($try); 1 } or die "no server any more: $@ after $pair->{name}: $error";
		last unless $error =~ /^connection lost/;
	}
	reset_all($try);
	return \@complaints;
}

# Connects again after a crash or a time-out.
sub recover
{
	my ($try) = @_;

	$try->{node}->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()');
	make_database($try, $_) foreach @places;
	return;
}

# The laws, one after the other.
sub apply_laws
{
	my ($try, $pair, $complaints) = @_;
	my %snapshot;
	my %filled;

	foreach my $place ('before', 'after')
	{
		my ($error) = $try->{sql}{$place}->do($pair->{$place});

		if ($error ne '')
		{
			push @$complaints, "the schema \"$place\" cannot be made: $error";
			return;
		}
		$try->{sql}{$place}->do('DISCARD ALL');
		$snapshot{$place} = snapshot($try, $place);
	}
	put_rows($try, $pair, 'before', $complaints) or return;
	foreach my $place ('before', 'after')
	{
		is_itself($try, $pair, $place, $snapshot{$place}, $complaints);
		makes_itself($try, $place, $snapshot{$place}, $complaints) unless $pair->{'cannot be copied'};
	}
	survives_dump($try, $snapshot{after}, $complaints) unless $pair->{'cannot be copied'};
	survives_vacuum($try, $snapshot{after}, $complaints);
	return if $pair->{unmodelled};

	# the whole way there and back
	my %whole = (
		drop => 1, path => "''", filled => !defined $pair->{rows},
		pair => $pair, complaints => $complaints);
	if (fix($try, 'before', $snapshot{after}, { %whole, way => 'there' }))
	{
		check($try, 'before', $pair->{checks}, $complaints);
		!$pair->{'no way back'} && fix($try, 'before', $snapshot{before}, { %whole, way => 'and back' })
		  && check($try, 'before', $pair->{'checks back'}, $complaints);
	}
	return if $pair->{'cannot be copied'};

	# without dropping anything, and then the rest
	my %careful = (%whole, drop => 0, path => undef, watch => 1);
	$careful{drop} = 1 if $pair->{conflict};
	put_rows($try, $pair, 'before_ddl', $complaints) or return;
	if (fix($try, 'before_ddl', $snapshot{after}, { %careful, way => 'there, dropping nothing' }))
	{
		check($try, 'before_ddl', $pair->{checks}, $complaints);
		fix($try, 'before_ddl', $snapshot{after}, { %careful, drop => 1, way => 'there, the rest' });
	}
	$careful{filled} = 1;
	$try->{sql}{after_ddl}->do('SELECT dbmig.test_fill()');
	fix($try, 'after_ddl', $snapshot{before}, { %careful, way => 'back, dropping nothing' })
	  && fix($try, 'after_ddl', $snapshot{before}, { %careful, drop => 1, way => 'back, the rest' });
	return;
}

# Puts rows into the schema "before".
sub put_rows
{
	my ($try, $pair, $place, $complaints) = @_;
	my ($error) = $try->{sql}{$place}->do($pair->{rows} // 'SELECT dbmig.test_fill()');

	push @$complaints, "no rows in $place: $error" if $error ne '';
	return $error eq '';
}

# Takes the snapshot of a database.
sub snapshot
{
	my ($try, $place) = @_;
	return $try->{sql}{$place}->value('SELECT dbmig.schema_snapshot()');
}

# Law 1: the same for everybody, and nothing to be said of it.
sub is_itself
{
	my ($try, $pair, $place, $snapshot, $complaints) = @_;
	my $sql = $try->{sql}{$place};
	my $arg = literal($snapshot);
	my @rows;

	$sql->do($other_settings);
	my $other = snapshot($try, $place);
	@rows = $sql->rows("SELECT change, kind, object, attribute, expected, actual FROM dbmig.schema_diff($arg)");
	push @$complaints, "differs from itself in $place under other settings:\n" . table(@rows) if @rows;
	$sql->do('DISCARD ALL');
	complain_differences($complaints, "snapshot of $place under other settings", $snapshot, $other);
	complain_differences($complaints, "snapshot of $place once more", $snapshot, snapshot($try, $place));
	foreach my $call ("schema_diff($arg)", "schema_diff($arg, $arg)",
		"schema_fix($arg)", "schema_fix($arg, drop_unexpected => true)")
	{
		@rows = $sql->rows("SELECT * FROM dbmig.$call");
		$call =~ s/\$E\$.*?\$E\$/it/gs;
		push @$complaints, "$call of $place itself gives:\n" . table(@rows) if @rows;
	}
	my $unmodelled = $json->decode($snapshot)->{unmodelled};
	push @$complaints, "unmodelled in $place: " . join(', ', sort keys %$unmodelled)
	  if %$unmodelled && !$pair->{unmodelled};
	return;
}

# Law 2: the DDL of a snapshot makes it.
sub makes_itself
{
	my ($try, $place, $snapshot, $complaints) = @_;
	my $ddl = $try->{sql}{$place}->value('SELECT dbmig.schema_ddl(' . literal($snapshot) . ')');
	my ($error) = $try->{sql}{"${place}_ddl"}->do($ddl);

	if ($error ne '')
	{
		push @$complaints, "schema_ddl() of $place fails: $error" . indent($ddl);
	}
	elsif (complain_differences($complaints, "schema_ddl() of $place made another schema",
			$snapshot, snapshot($try, "${place}_ddl")))
	{
		$complaints->[-1] .= "by" . indent($ddl);
	}
	$try->{sql}{"${place}_ddl"}->do('DISCARD ALL');
	return;
}

# Law 1: dumped and restored.
sub survives_dump
{
	my ($try, $snapshot, $complaints) = @_;
	my $file = PostgreSQL::Test::Utils::tempdir() . '/dump.sql';
	my $url = $try->{node}->connstr("laws_$try->{job}_after");
	my $rc = system('pg_dump', '-s', '-f', $file, $url);

	die "pg_dump: $rc" if $rc;
	my ($error) = $try->{sql}{restored}->do("\\i $file");
	if ($error ne '')
	{
		push @$complaints, "the dump cannot be restored: $error" unless $error =~ /already exists/;
	}
	$try->{sql}{restored}->do('DISCARD ALL');
	complain_differences($complaints, 'snapshot of the restored dump', $snapshot, snapshot($try, 'restored'));
	unlink $file;
	return;
}

# Law 1: written anew.
sub survives_vacuum
{
	my ($try, $snapshot, $complaints) = @_;
	my $sql = $try->{sql}{after};

	foreach my $row ($sql->rows('SELECT name FROM dbmig.test_tables()'))
	{
		$sql->do("VACUUM FULL $row->[0]");
	}
	$sql->do('VACUUM FULL pg_class; VACUUM FULL pg_depend; VACUUM FULL pg_constraint')
	  if rand() < 0.05;
	complain_differences($complaints, 'snapshot after VACUUM FULL', $snapshot, snapshot($try, 'after'));
	return;
}

# Laws 3 and 4: brings a database to a snapshot.  Returns true if it is there.
sub fix
{
	my ($try, $place, $expected, $how) = @_;
	my $sql = $try->{sql}{$place};
	my $complaints = $how->{complaints};
	my $arg = literal($expected);
	my $drop = $how->{drop} ? 'true' : 'false';
	my $query = 'SELECT step, kind, object, sql, lock, hazard, transactional FROM '
	  . "dbmig.schema_fix($arg, drop_unexpected => $drop)";
	my $rows = $json->decode($sql->value('SELECT dbmig.test_rows()'));
	my @steps = map {
		my %step;
		@step{qw(step kind object sql lock hazard transactional)} = @$_;
		\%step
	} $sql->rows($query);
	my $known = $how->{watch} ? known_files($sql) : undef;
	my $number = @$complaints;

	$sql->do("SET search_path = $how->{path}") if $how->{path};
	foreach my $step (@steps)
	{
		my ($error) = $how->{watch} ? run_watched($sql, $step, $known, $how) : ($sql->do($step->{sql}))[0];

		note("$how->{way}: " . print_step($step)) if $ENV{DBMIG_VERBOSE};
		next if $error eq '';
		$sql->do('ROLLBACK; DISCARD ALL');
		# rows that nobody wrote may be in the way; the step must have said so
		if (   $how->{filled}
			&& !$how->{again}
			&& $error =~ /^2[23]/
			&& $step->{hazard} =~ /may fail on existing rows/)
		{
			$sql->do('SELECT dbmig.test_truncate()');
			return fix($try, $place, $expected, { %$how, again => 1 });
		}
		push @$complaints, "$how->{way}: step fails: $error\n" . print_step($step) . "\nof the steps:\n"
		  . join("\n", map { print_step($_) } @steps);
		return 0;
	}
	$sql->do('DISCARD ALL');
	is_fixed($sql, $arg, $how);
	if ($how->{drop} || !has_rest($sql, $arg))
	{
		complain_differences($complaints, "$how->{way}: snapshot",
			without_positions($expected), without_positions(snapshot($try, $place)));
	}
	if (!$how->{drop} && !$how->{pair}{'loses data'})
	{
		push @$complaints, "$how->{way}: loses data:\n" . print_step($_)
		  foreach grep { $_->{hazard} =~ /loses data/ && $_->{sql} =~ /\bDROP\b/ } @steps;
	}
	keeps_rows($rows, $json->decode($sql->value('SELECT dbmig.test_rows()')), \@steps, $how);
	return 1 if @$complaints == $number;
	push @$complaints, "$how->{way}: the steps were:\n" . join("\n", map { print_step($_) } @steps);
	return 0;
}

# Is anything left that was unexpected?
sub has_rest
{
	my ($sql, $arg) = @_;
	return $sql->value("SELECT count(*) FROM dbmig.schema_diff($arg)");
}

# Law 3: nothing is left to do.
sub is_fixed
{
	my ($sql, $arg, $how) = @_;
	# a column of a key that nobody expects cannot be without NOT NULL, and grants
	# that nobody expects stay
	my $where = $how->{drop} ? '' : q{WHERE change <> 'unexpected'
		AND coalesce(attribute, '') NOT IN ('not_null', 'grants', 'column_grants')};
	my $drop = $how->{drop} ? 'true' : 'false';
	my @left;

	@left = $sql->rows("SELECT change, kind, object, attribute, expected, actual FROM dbmig.schema_diff($arg) $where");
	push @{ $how->{complaints} }, "$how->{way}: differences are left:\n" . table(@left) if @left;
	@left = $sql->rows("SELECT * FROM dbmig.schema_fix($arg, drop_unexpected => $drop)");
	push @{ $how->{complaints} }, "$how->{way}: a second fix is not empty:\n" . table(@left) if @left;
	return;
}

# The tables that are there before a fix: { oid => file }.
sub known_files
{
	my ($sql) = @_;
	return { map { $_->[0] => $_->[1] } $sql->rows('SELECT * FROM dbmig.test_files()') };
}

# Runs a step in a transaction, if it can be, and sees what it does to tables.
sub run_watched
{
	my ($sql, $step, $known, $how) = @_;
	my ($error, @complaints);
	my $oids = join(',', keys %$known);

	return ($sql->do($step->{sql}))[0] if $step->{transactional} ne 't';
	$sql->do('BEGIN');
	($error) = $sql->do($step->{sql});
	return $error if $error ne '';
	my %held;
	$held{ $_->[0] } = $_->[1] foreach $sql->rows("SELECT * FROM dbmig.test_locks('{$oids}')");
	my $files = known_files($sql);
	($error) = $sql->do('COMMIT');
	return $error if $error ne '';

	my ($strongest) = sort { $strength{$b} <=> $strength{$a} } keys %held;
	my $taken = $strongest ? $strength{$strongest} : 0;
	my $named = $strength{ $step->{lock} } // 0;
	push @complaints, "takes $strongest on $held{$strongest}" if $taken > $named;
	push @complaints, 'takes only ' . ($strongest // 'nothing')
	  if $taken < $named && $ENV{DBMIG_STRICT};
	foreach my $oid (grep { exists $files->{$_} && $files->{$_} ne $known->{$_} } keys %$known)
	{
		push @complaints, 'rewrites a table' if $step->{hazard} !~ /rewrites table/;
		$known->{$oid} = $files->{$oid};
	}
	push @{ $how->{complaints} },
	  "$how->{way}: a step is not truthful: " . join(', ', @complaints) . "\n" . print_step($step)
	  if @complaints;
	return '';
}

# Runs the queries of a pair and compares.
sub check
{
	my ($try, $place, $checks, $complaints) = @_;

	foreach my $check (@$checks)
	{
		my ($error, $output) = $try->{sql}{$place}->do("\\pset fieldsep |\n\\pset recordsep '\\n'\n$check->[0]");

		$try->{sql}{$place}->do("\\pset fieldsep '\\037'\n\\pset recordsep '\\036'");
		$output =~ s/\n\z//;
		push @$complaints, "in $place: $check->[0] gives\n$output\ninstead of\n$check->[1]"
		  if $output ne $check->[1];
	}
	return;
}

# Law 4: every row is still there.  Rows may move between the partitions of a
# table, and tables may leave it.
sub keeps_rows
{
	my ($before, $after, $steps, $how) = @_;
	my @lossy = map { $_->{object} } grep { $_->{hazard} =~ /loses data/ } @$steps;
	my $is_lost = sub {
		my ($table, $column, $type) = @_;
		foreach my $object (@lossy)
		{
			return 1 if $object eq $table || $object =~ /^\Q$type\E(\.|\z)/;
			return 1 if defined $column && ($object eq "$table.$column" || $object eq "$table.\"$column\"");
		}
		return 0;
	};
	my %leaf = map { $_->{table} => $_ } @$after;
	my %roots;

	foreach my $table (@$before)
	{
		my $root = $table->{root};

		# a table that is gone while its root is there: its rows may have moved
		next if !$leaf{ $table->{table} } && ($is_lost->($table->{table}, undef, ' ') || $is_lost->($root, undef, ' '));
		next if $is_lost->($table->{table}, undef, ' ');
		push @{ $roots{$root} }, $table;
	}
	foreach my $root (sort keys %roots)
	{
		my %names = map { $_->{table} => 1 } @{ $roots{$root} };
		my @pool = grep { $_->{root} eq $root || $names{ $_->{table} } } @$after;
		my %columns = %{ $roots{$root}[0]{columns} };
		my (%have, @lost);

		if (!@pool)
		{
			push @{ $how->{complaints} }, "$how->{way}: table $root is gone" if grep { @{ $_->{rows} } } @{ $roots{$root} };
			next;
		}
		foreach my $table (@{ $roots{$root} }, @pool)
		{
			foreach my $column (keys %columns)
			{
				my $type = $table->{columns}{$column};
				delete $columns{$column}
				  if !defined $type
				  || $type ne $columns{$column}
				  || $is_lost->($root, $column, $type)
				  || $is_lost->($table->{table}, $column, $type);
			}
		}
		my @columns = sort keys %columns;
		$have{ $json->encode([ @$_{@columns} ]) }++ foreach map { @{ $_->{rows} } } @pool;
		foreach my $row (map { @{ $_->{rows} } } @{ $roots{$root} })
		{
			my $text = $json->encode([ @$row{@columns} ]);

			push @lost, $text if --$have{$text} < 0;
		}
		push @{ $how->{complaints} }, "$how->{way}: rows of $root (" . join(', ', @columns) . ") are gone:\n" . join("\n", @lost)
		  if @lost;
		my @new = grep { $have{$_} > 0 } keys %have;
		push @{ $how->{complaints} }, "$how->{way}: rows of $root (" . join(', ', @columns) . ") have come:\n" . join("\n", @new)
		  if @new && !grep { $_->{root} ne $root } @pool;
	}
	# a table that was dropped without a word
	foreach my $table (@$before)
	{
		next if $leaf{ $table->{table} } || !@{ $table->{rows} };
		next if grep { $_->{root} eq $table->{root} } @$after;
		next if $is_lost->($table->{table}, undef, ' ') || $is_lost->($table->{root}, undef, ' ');
		push @{ $how->{complaints} }, "$how->{way}: table $table->{table} is gone without a word";
	}
	return;
}

# A snapshot without the places of columns in tables, nor whether a child had a
# column already when it began to inherit: neither can be changed.
sub without_positions
{
	my ($snapshot) = @_;
	my $tree = $json->decode($snapshot);

	foreach my $table (values %{ $tree->{tables} })
	{
		delete @$_{qw(position local)} foreach values %{ $table->{columns} // {} };
	}
	return $json->encode($tree);
}

# Complains if two snapshots are not the same bytes; says in what they differ.
sub complain_differences
{
	my ($complaints, $what, $expected, $actual) = @_;

	return 0 if $expected eq $actual;
	my (%a, %b);
	flatten(\%a, '', $json->decode($expected));
	flatten(\%b, '', $json->decode($actual));
	my @lines;
	foreach my $path (sort keys %{ { %a, %b } })
	{
		my ($x, $y) = ($a{$path} // '(absent)', $b{$path} // '(absent)');

		push @lines, "    $path: $x, is $y" if $x ne $y;
	}
	push @lines, '    only in the bytes' unless @lines;
	push @$complaints, "$what differs:\n" . join("\n", @lines) . "\n";
	return 1;
}

# Lists the leaves of a document by path.
sub flatten
{
	my ($into, $path, $value) = @_;

	if (ref $value eq 'HASH' && %$value)
	{
		flatten($into, "$path/$_", $value->{$_}) foreach keys %$value;
	}
	else
	{
		$into->{$path} = $json->encode($value);
	}
	return;
}

# A text as a literal.
sub literal
{
	my ($text) = @_;
	return "\$E\$$text\$E\$";
}

# Rows for people.
sub table
{
	my (@rows) = @_;
	return join("\n", map { '    ' . join(' | ', @$_) } @rows);
}

# A step for people.
sub print_step
{
	my ($step) = @_;
	return "    $step->{sql}  -- "
	  . join(', ', grep { $_ ne '' } "$step->{kind} $step->{object}", $step->{lock}, $step->{hazard},
		$step->{transactional} eq 't' ? '' : 'not transactional');
}

# Text with every line moved to the right.
sub indent
{
	my ($text) = @_;
	$text =~ s/^/    /gm;
	return "\n$text";
}

1;
