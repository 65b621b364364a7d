
# Copyright (c) 2026, the dbmig authors

=pod

=head1 NAME

SchemaRandom - random pairs of schemas

=head1 SYNOPSIS

  use SchemaRandom;

  foreach my $pair (random_pairs($seed, $count)) { … }    # as SchemaPairs makes them

=head1 DESCRIPTION

A schema is made at random as a tree of values; a copy of it is changed at
random; both are printed as SQL. What does not fit together after a change (an
index on a column that went, a view over a table that went) is dropped from the
tree before it is printed, so that every script can be run. The same seed gives
the same pairs on every machine.

=cut

package SchemaRandom;

use strict;
use warnings FATAL => 'all';

use utf8;

use Exporter 'import';
use Storable qw(dclone);

our @EXPORT = qw(random_pairs);

my $state;

# A number below n.
sub random
{
	my ($n) = @_;

	$state = ($state * 1103515245 + 12345) % 2147483648;
	return int($state / 65536) % $n;
}

# True in so many of a hundred cases.
sub chance
{
	my ($percent) = @_;
	return random(100) < $percent;
}

# One of several; undef if there is none.
sub pick
{
	my (@of) = @_;
	return @of ? $of[ random(scalar @of) ] : undef;
}

# Some of several, in random order.
sub some
{
	my ($n, @of) = @_;
	my @got;

	push @got, splice(@of, random(scalar @of), 1) while @of && @got < $n;
	return @got;
}

my @names = (
	qw(alpha beta gamma delta user order name value amount state kind),
	'Mixed Case', 'with "quotes"', 'ünï', 'a.dot', 'x' x 63, 'y' x 60);
my @simple_types = (
	'integer', 'bigint', 'smallint', 'text', 'varchar(20)', 'varchar(50)', 'varchar', 'char(5)',
	'numeric(10,2)', 'numeric', 'boolean', 'date', 'timestamptz', 'timestamp', 'uuid', 'jsonb', 'json',
	'integer[]', 'text[]', 'interval', 'bytea', 'double precision', 'inet', 'time', 'int4range');
my @labels = (qw(new open done closed lost found), "it's");

# An identifier as it is written.
sub q_
{
	my ($name) = @_;
	return $name =~ /^[a-z_][a-z0-9_]*\z/ && $name !~ /^(user|order)\z/ ? $name : '"' . $name =~ s/"/""/gr . '"';
}

# A text as a literal.
sub lit
{
	my ($text) = @_;
	return "'" . $text =~ s/'/''/gr . "'";
}

# A name that is not in use yet.
sub new_name
{
	my ($used, $prefix) = @_;

	foreach (1 .. 20)
	{
		my $name = pick(@names);
		next if $used->{$name};
		return $name;
	}
	return "$prefix" . random(1000000);
}

# The pairs.
sub random_pairs
{
	my ($seed, $count) = @_;
	my @pairs;

	foreach my $i (1 .. $count)
	{
		my $own = ($seed + $i - 1) % 2147483648;

		$state = $own;
		random(2) foreach 1 .. 10;
		my $before = new_schema();
		my $after = dclone($before);
		change($after) foreach 0 .. random(12);
		fit($before);
		fit($after);
		push @pairs,
		  {
			name => "random: seed $own",
			before => sql($before),
			after => sql($after),
			checks => [],
			'checks back' => [],
			random => 1
		  };
	}
	return @pairs;
}

# Makes a schema.
sub new_schema
{
	my $s = { schemas => ['public'], enums => {}, domains => {}, composites => {}, functions => {}, tables => {}, views => {} };

	push @{ $s->{schemas} }, 'App s' if chance(40);
	add_enum($s) foreach 1 .. random(3);
	add_domain($s) foreach 1 .. random(2);
	add_composite($s) if chance(25);
	add_function($s) foreach 1 .. random(3);
	add_table($s) foreach 0 .. 1 + random(3);
	fit($s);
	add_view($s) foreach 1 .. random(4);
	return $s;
}

# Everything below makes one object and puts it into the schema.  Types,
# relations and functions are kept by their qualified names.
sub place
{
	my ($s, $prefix) = @_;
	my %used;

	foreach my $kind (qw(enums domains composites functions tables views))
	{
		$used{ $_->{at}[1] } = 1 foreach values %{ $s->{$kind} };
	}
	my $at = [ pick(@{ $s->{schemas} }), new_name(\%used, $prefix) ];
	return ($at, q_($at->[0]) . '.' . q_($at->[1]));
}

sub add_enum
{
	my ($s) = @_;
	my ($at, $key) = place($s, 'e');

	$s->{enums}{$key} = { at => $at, labels => [ some(2 + random(3), @labels) ] };
	return;
}

sub add_domain
{
	my ($s) = @_;
	my ($at, $key) = place($s, 'd');
	my $base = pick('integer', 'text', 'bigint');

	$s->{domains}{$key} = { at => $at, base => $base, check => chance(60), limit => random(3), not_null => 0 };
	return;
}

sub add_composite
{
	my ($s) = @_;
	my ($at, $key) = place($s, 'c');
	my %attributes;

	$attributes{$_} = pick(@simple_types) foreach qw(a b), 'C c';
	$s->{composites}{$key} = { at => $at, order => [ 'a', 'b', 'C c' ], attributes => \%attributes };
	return;
}

sub add_function
{
	my ($s) = @_;
	my ($at, $key) = place($s, 'f');

	$s->{functions}{$key} = {
		at => $at,
		arg => pick('a', 'b', 'Arg'),
		result => pick('integer', 'bigint'),
		language => pick('sql', 'plpgsql'),
		default => chance(30),
		plus => random(5)
	};
	return;
}

# A type for a column.
sub any_type
{
	my ($s) = @_;
	my @own = (sort keys %{ $s->{enums} }, sort keys %{ $s->{domains} });

	return pick(@own) if @own && chance(30);
	return pick(sort keys %{ $s->{enums} }) . '[]' if %{ $s->{enums} } && chance(5);
	return pick(sort keys %{ $s->{composites} }) if %{ $s->{composites} } && chance(5);
	return pick(@simple_types);
}

# What sort of values has a type?
sub sort_of
{
	my ($s, $type) = @_;

	return sort_of($s, $s->{domains}{$type}{base}) if $s->{domains}{$type};
	return 'enum' if $s->{enums}{$type};
	return 'number' if $type =~ /^(integer|bigint|smallint|numeric.*|double precision)\z/;
	return 'text' if $type =~ /^(text|varchar.*|char.*)\z/;
	return 'array' if $type =~ /\[\]\z/;
	return $type;
}

# A default that fits a type; undef for none.
sub default_for
{
	my ($s, $type) = @_;
	my $sort = sort_of($s, $type);

	return 3 + random(20) if $sort eq 'number';
	return lit(pick('x', "it's", 'abc')) if $sort eq 'text';
	return lit(pick(@{ $s->{enums}{$type}{labels} })) if $sort eq 'enum';
	return pick('true', 'false') if $sort eq 'boolean';
	return pick('now()', 'current_timestamp') if $sort =~ /^timestamp/;
	return 'current_date' if $sort eq 'date';
	return 'gen_random_uuid()' if $sort eq 'uuid';
	return q('{}') if $sort =~ /^(array|jsonb|json)\z/;
	return undef;
}

sub new_column
{
	my ($s, $table) = @_;
	my %used = map { $_->{name} => 1 } @{ $table->{columns} };
	my $column = { name => new_name(\%used, 'c'), type => any_type($s) };

	$column->{default} = default_for($s, $column->{type}) if chance(35);
	$column->{not_null} = 1 if chance(25);
	$column->{comment} = 'about ' . random(100) if chance(10);
	$column->{collation} = 'C' if sort_of($s, $column->{type}) eq 'text' && $column->{type} !~ /\./ && chance(10);
	$column->{statistics} = 100 * (1 + random(5)) if chance(5);
	return $column;
}

sub add_table
{
	my ($s) = @_;
	my ($at, $key) = place($s, 't');
	my $table = {
		at => $at, columns => [], uniques => [], checks => [], keys => [],
		indexes => [], triggers => [], policies => []
	};

	push @{ $table->{columns} }, { name => 'id', type => pick('integer', 'bigint') };
	$table->{columns}[0]{identity} = pick('ALWAYS', 'BY DEFAULT') if chance(30);
	$table->{columns}[0]{serial} = 1 if !$table->{columns}[0]{identity} && chance(20);
	push @{ $table->{columns} }, new_column($s, $table) foreach 0 .. random(5);
	$table->{primary} = ['id'] if chance(80);
	$table->{unlogged} = 1 if chance(5);
	$table->{fillfactor} = 50 + random(50) if chance(10);
	$table->{row_security} = 1 if chance(15);
	$table->{comment} = "table $key" if chance(20);
	$table->{grant} = pick('SELECT', 'SELECT, INSERT', 'ALL') if chance(20);
	if (chance(20) && !$table->{columns}[0]{serial} && !$table->{columns}[0]{identity})
	{
		$table->{partitions} = { strategy => pick('RANGE', 'HASH'), parts => [ 'p1', 'p2' ] };
		$table->{partitions}{default} = 1 if $table->{partitions}{strategy} eq 'RANGE' && chance(40);
		delete $table->{unlogged};
		delete $table->{fillfactor};
	}
	$s->{tables}{$key} = $table;
	add_part($s, $table) foreach 1 .. random(5);
	return;
}

# Adds a constraint, an index, a trigger or a policy to a table.
sub add_part
{
	my ($s, $table) = @_;
	my $n = $table->{number}++ // 0;
	my @columns = @{ $table->{columns} };
	my $column = pick(@columns)->{name};
	my $what = random(11);

	if ($what < 4)
	{
		my @on = map { $_->{name} } some(1 + random(2), @columns);
		push @{ $table->{indexes} },
		  {
			name => "i$n", columns => \@on, unique => chance(15), desc => chance(30),
			where => chance(25) ? $column : undef, expression => chance(20),
			include => chance(10) ? $column : undef, comment => chance(10) ? "index $n" : undef
		  };
	}
	elsif ($what == 4)
	{
		push @{ $table->{uniques} }, { name => "u$n", columns => [ map { $_->{name} } some(1 + random(2), @columns) ], deferrable => chance(20) };
	}
	elsif ($what < 7)
	{
		push @{ $table->{checks} }, { name => "k$n", column => $column, limit => random(3), not_valid => chance(10) };
	}
	elsif ($what == 7)
	{
		push @{ $table->{triggers} },
		  { name => "tr$n", column => $column, when => chance(50), of => chance(50), time => pick('BEFORE', 'AFTER'), enabled => pick('ENABLE', 'ENABLE', 'DISABLE', 'ENABLE ALWAYS') };
	}
	elsif ($what == 8)
	{
		push @{ $table->{policies} },
		  { name => "po$n", column => $column, command => pick('ALL', 'SELECT', 'UPDATE'), restrictive => chance(20), call => chance(40) };
	}
	elsif (my @others = grep { $_->{primary} && !$_->{partitions} } map { $s->{tables}{$_} } sort keys %{ $s->{tables} })
	{
		my $other = pick(@others);
		my $name = "ref$n";

		push @{ $table->{columns} }, { name => $name, type => $other->{columns}[0]{type} };
		push @{ $table->{keys} },
		  { name => "fk$n", column => $name, to => key_of($other), action => pick('', '', ' ON DELETE CASCADE', ' ON DELETE SET NULL', ' DEFERRABLE') };
	}
	return;
}

sub key_of
{
	my ($object) = @_;
	return q_($object->{at}[0]) . '.' . q_($object->{at}[1]);
}

sub add_view
{
	my ($s) = @_;
	my ($at, $key) = place($s, 'v');
	my @over = (sort keys %{ $s->{tables} }, sort keys %{ $s->{views} });
	my $over = pick(@over) // return;
	my @columns = columns_of($s, $over);

	$s->{views}{$key} = {
		at => $at, over => $over, number => $s->{count}++,
		columns => [ some(1 + random(4), @columns) ],
		materialized => chance(25),
		where => chance(40) ? pick(@columns) : undef,
		barrier => chance(10),
		index => chance(60),
		function => chance(15),
		comment => chance(20) ? "view $key" : undef,
		grant => chance(20)
	};
	return;
}

# The names of the columns of a table or view.
sub columns_of
{
	my ($s, $key) = @_;

	return @{ $s->{views}{$key}{columns} } if $s->{views}{$key};
	return map { $_->{name} } @{ $s->{tables}{$key}{columns} };
}

# Makes one change.
sub change
{
	my ($s) = @_;
	my @tables = map { $s->{tables}{$_} } sort keys %{ $s->{tables} };
	my $table = @tables ? pick(@tables) : undef;
	my $what = random(30);

	if ($what == 0) { add_table($s) }
	elsif ($what == 1 && @tables > 1) { delete $s->{tables}{ key_of($table) } }
	elsif ($what == 2) { add_view($s) }
	elsif ($what == 3) { change_view($s) }
	elsif ($what == 4) { change_enum($s) }
	elsif ($what == 5) { change_domain($s) }
	elsif ($what == 6) { change_function($s) }
	elsif ($what == 7) { pick(\&add_enum, \&add_domain, \&add_function)->($s) }
	elsif ($what == 8) { change_composite($s) }
	elsif ($what < 13 && $table) { add_part($s, $table) }
	elsif ($what < 16 && $table)
	{
		my $list = $table->{ pick(qw(uniques checks keys indexes triggers policies)) };
		splice @$list, random(scalar @$list), 1 if @$list;
	}
	elsif ($what == 16 && $table)
	{
		my $list = $table->{ pick(qw(uniques checks indexes triggers policies)) };
		if (@$list)
		{
			my $part = pick(@$list);
			$part->{$_} = !$part->{$_} foreach grep { exists $part->{$_} } pick(qw(unique desc deferrable when of restrictive expression));
			$part->{column} = pick(@{ $table->{columns} })->{name} if $part->{column};
			$part->{limit} = random(4) if exists $part->{limit};
		}
	}
	elsif ($what == 17 && $table)
	{
		if ($table->{partitions}) { change_partitions($table) }
		else { $table->{unlogged} = !$table->{unlogged} }
	}
	elsif ($what == 18 && $table) { $table->{comment} = chance(50) ? 'new comment' : undef }
	elsif ($what == 19 && $table) { $table->{row_security} = !$table->{row_security} }
	elsif ($what == 20 && $table) { $table->{primary} = $table->{primary} ? undef : ['id'] }
	elsif ($what == 21 && $table) { $table->{grant} = chance(50) ? 'UPDATE' : undef }
	elsif ($table) { change_column($s, $table) }
	return;
}

sub change_column
{
	my ($s, $table) = @_;
	my @others = @{ $table->{columns} }[ 1 .. $#{ $table->{columns} } ];
	my $what = random(10);

	if ($what < 2 || !@others)
	{
		splice @{ $table->{columns} }, 1 + random(scalar @{ $table->{columns} }), 0, new_column($s, $table);
		return;
	}
	my $column = pick(@others);
	if ($what == 2) { @{ $table->{columns} } = grep { $_ != $column } @{ $table->{columns} } }
	elsif ($what < 6)
	{
		$column->{type} = any_type($s);
		delete @$column{qw(default collation generated)};
		$column->{default} = default_for($s, $column->{type}) if chance(40);
	}
	elsif ($what == 6) { $column->{default} = chance(50) ? default_for($s, $column->{type}) : undef }
	elsif ($what == 7) { $column->{not_null} = !$column->{not_null} }
	elsif ($what == 8) { $column->{comment} = chance(50) ? 'other' : undef }
	else
	{
		my $id = $table->{columns}[0];
		if ($table->{partitions}) { $id->{not_null} = 1 }
		elsif ($id->{identity}) { delete $id->{identity}; $id->{serial} = 1 if chance(50) }
		elsif ($id->{serial}) { delete $id->{serial}; $id->{identity} = 'ALWAYS' if chance(50) }
		elsif (chance(50)) { $id->{type} = $id->{type} eq 'integer' ? 'bigint' : 'integer' }
		else { $id->{identity} = 'BY DEFAULT' }
	}
	return;
}

sub change_partitions
{
	my ($table) = @_;
	my $p = $table->{partitions};

	if ($p->{strategy} eq 'HASH' || chance(20)) { $p->{comment} = 'part' }
	elsif (chance(30)) { $p->{default} = !$p->{default} }
	elsif (chance(50)) { push @{ $p->{parts} }, 'p' . (3 + random(5)) }
	else { pop @{ $p->{parts} } }
	my %seen;
	@{ $p->{parts} } = grep { !$seen{$_}++ } @{ $p->{parts} };
	return;
}

sub change_enum
{
	my ($s) = @_;
	my $key = pick(sort keys %{ $s->{enums} }) // return;
	my $labels = $s->{enums}{$key}{labels};

	if (chance(50))
	{
		my ($label) = grep {
			my $new = $_;
			!grep { $_ eq $new } @$labels
		} @labels;
		splice @$labels, random(1 + @$labels), 0, $label if defined $label;
	}
	elsif (chance(50) && @$labels > 1) { splice @$labels, random(scalar @$labels), 1 }
	else { @$labels = reverse @$labels }
	return;
}

sub change_domain
{
	my ($s) = @_;
	my $domain = $s->{domains}{ pick(sort keys %{ $s->{domains} }) // return };

	if (chance(40)) { $domain->{check} = !$domain->{check} }
	elsif (chance(50)) { $domain->{limit} = random(4) }
	else { $domain->{base} = pick('integer', 'text', 'bigint') }
	return;
}

sub change_composite
{
	my ($s) = @_;
	my $type = $s->{composites}{ pick(sort keys %{ $s->{composites} }) // return };

	if (chance(50)) { $type->{attributes}{ pick(@{ $type->{order} }) } = pick(@simple_types) }
	elsif (chance(50) && @{ $type->{order} } > 1) { pop @{ $type->{order} } }
	elsif (!exists $type->{attributes}{d}) { push @{ $type->{order} }, 'd'; $type->{attributes}{d} = 'text' }
	return;
}

sub change_function
{
	my ($s) = @_;
	my $key = pick(sort keys %{ $s->{functions} }) // return;
	my $function = $s->{functions}{$key};
	my $what = random(6);

	if ($what == 0) { delete $s->{functions}{$key} }
	elsif ($what == 1) { $function->{arg} = pick('a', 'b', 'Arg') }
	elsif ($what == 2) { $function->{result} = pick('integer', 'bigint') }
	elsif ($what == 3) { $function->{language} = pick('sql', 'plpgsql') }
	elsif ($what == 4) { $function->{default} = !$function->{default} }
	else { $function->{plus} = random(5) }
	return;
}

sub change_view
{
	my ($s) = @_;
	my $key = pick(sort keys %{ $s->{views} }) // return;
	my $view = $s->{views}{$key};
	my $what = random(7);

	if ($what == 0) { delete $s->{views}{$key} }
	elsif ($what == 1) { $view->{materialized} = !$view->{materialized} }
	elsif ($what == 2) { $view->{where} = $view->{where} ? undef : $view->{columns}[0] }
	elsif ($what == 3) { $view->{comment} = $view->{comment} ? undef : 'seen' }
	elsif ($what == 4) { $view->{barrier} = !$view->{barrier} }
	elsif ($s->{tables}{ $view->{over} } || $s->{views}{ $view->{over} })
	{
		my @columns = columns_of($s, $view->{over});
		$view->{columns} = [ some(1 + random(4), @columns) ];
	}
	return;
}

# Takes out what does not fit together any more.
sub fit
{
	my ($s) = @_;

	foreach my $key (sort keys %{ $s->{tables} })
	{
		fit_table($s, $s->{tables}{$key});
	}
	foreach my $table (map { $s->{tables}{$_} } sort keys %{ $s->{tables} })
	{
		@{ $table->{keys} } = grep {
			my $other = $s->{tables}{ $_->{to} };
			my $key = $_;
			my ($column) = grep { $_->{name} eq $key->{column} } @{ $table->{columns} };

			$column->{type} = $other->{columns}[0]{type} if $column && $other && sort_of($s, $column->{type}) ne 'number';
			delete $column->{default} if $column;
			$column
			  && $other
			  && $other->{primary}
			  && !$other->{partitions}
			  && sort_of($s, $column->{type}) eq 'number'
			  && ($table->{unlogged} || !$other->{unlogged})
			  && !($key->{action} =~ /SET NULL/ && $column->{not_null})
		} @{ $table->{keys} };
	}
	my $left = -1;
	while ($left != keys %{ $s->{views} })
	{
		$left = keys %{ $s->{views} };
		foreach my $key (sort keys %{ $s->{views} })
		{
			my $view = $s->{views}{$key};
			my $over = $s->{tables}{ $view->{over} } || $s->{views}{ $view->{over} };

			if (!$over || ($over->{columns} && $over->{over} && $over->{number} >= $view->{number}))
			{
				delete $s->{views}{$key};
				next;
			}
			my %there = map { $_ => 1 } columns_of($s, $view->{over});
			@{ $view->{columns} } = grep { $there{$_} } @{ $view->{columns} };
			delete $view->{where} if $view->{where} && !$there{ $view->{where} };
			delete $s->{views}{$key} unless @{ $view->{columns} };
		}
	}
	return;
}

sub fit_table
{
	my ($s, $table) = @_;
	my %sort;

	foreach my $column (@{ $table->{columns} })
	{
		my $type = $column->{type};

		# its own type may be gone, or its default may not be a value any more
		if ($type =~ /\./ && !grep { $s->{$_}{ $type =~ s/\[\]\z//r } } qw(enums domains composites))
		{
			$column->{type} = 'text';
			delete @$column{qw(default collation)};
		}
		my $sort = $sort{ $column->{name} } = sort_of($s, $column->{type});
		if (defined $column->{default})
		{
			my $fits = default_for($s, $column->{type});
			if (!defined $fits || $sort eq 'enum' || $s->{domains}{ $column->{type} })
			{
				delete $column->{default};
				$column->{default} = $fits if $sort eq 'enum';
			}
		}
		delete $column->{default} if $column->{serial} || $column->{identity};
		delete $column->{collation} if $sort ne 'text' || $column->{type} =~ /\./;
		$column->{sort} = $sort;
	}
	my %comparable = map { $_ => 1 } grep { $sort{$_} !~ /^(json|point)\z/ && !$s->{composites}{$_} } keys %sort;
	foreach my $column (@{ $table->{columns} })
	{
		delete $comparable{ $column->{name} } if $s->{composites}{ $column->{type} } || $column->{type} =~ /\./ && $column->{type} =~ /\[\]/;
	}
	$table->{comparable} = \%comparable;
	@{ $table->{uniques} } = grep { !grep { !$comparable{$_} } @{ $_->{columns} } } @{ $table->{uniques} };
	@{ $table->{indexes} } = grep { !grep { !$comparable{$_} } @{ $_->{columns} } } @{ $table->{indexes} };
	foreach my $index (@{ $table->{indexes} })
	{
		delete $index->{where} if defined $index->{where} && !exists $sort{ $index->{where} };
		delete $index->{include} if defined $index->{include} && !exists $sort{ $index->{include} };
	}
	if ($table->{partitions})
	{
		# keys must hold the partition key
		foreach my $unique (@{ $table->{uniques} }, grep { $_->{unique} } @{ $table->{indexes} })
		{
			push @{ $unique->{columns} }, 'id' unless grep { $_ eq 'id' } @{ $unique->{columns} };
		}
	}
	@{ $table->{checks} } = grep { ($sort{ $_->{column} } // '') =~ /^(number|text|date)\z/ } @{ $table->{checks} };
	@{ $table->{triggers} } = grep { $comparable{ $_->{column} } } @{ $table->{triggers} };
	@{ $table->{policies} } = grep { exists $sort{ $_->{column} } } @{ $table->{policies} };
	return;
}

# Prints a schema as SQL.
sub sql
{
	my ($s) = @_;
	my @sql;

	push @sql, map { "CREATE SCHEMA " . q_($_) } grep { $_ ne 'public' } @{ $s->{schemas} };
	foreach my $key (sort keys %{ $s->{enums} })
	{
		push @sql, "CREATE TYPE $key AS ENUM (" . join(', ', map { lit($_) } @{ $s->{enums}{$key}{labels} }) . ')';
	}
	foreach my $key (sort keys %{ $s->{domains} })
	{
		my $domain = $s->{domains}{$key};
		push @sql, "CREATE DOMAIN $key AS $domain->{base}"
		  . ($domain->{check} ? ' CONSTRAINT ok CHECK (' . ($domain->{base} eq 'text' ? "VALUE <> 'bad$domain->{limit}'" : "VALUE > -$domain->{limit}") . ')' : '');
	}
	foreach my $key (sort keys %{ $s->{composites} })
	{
		my $type = $s->{composites}{$key};
		push @sql, "CREATE TYPE $key AS (" . join(', ', map { q_($_) . " $type->{attributes}{$_}" } @{ $type->{order} }) . ')';
	}
	foreach my $key (sort keys %{ $s->{functions} })
	{
		my $f = $s->{functions}{$key};
		push @sql, "CREATE FUNCTION $key(" . q_($f->{arg}) . ' bigint' . ($f->{default} ? ' DEFAULT 7' : '') . ") RETURNS $f->{result} IMMUTABLE LANGUAGE $f->{language} AS "
		  . lit($f->{language} eq 'sql' ? "SELECT (\$1 + $f->{plus})::$f->{result}" : "BEGIN RETURN \$1 + $f->{plus}; END");
	}
	push @sql, "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";
	push @sql, map { table_sql($s, $_) } sort keys %{ $s->{tables} };
	push @sql, map { parts_sql($s, $_) } sort keys %{ $s->{tables} };
	push @sql, map { view_sql($s, $_) } sort { $s->{views}{$a}{number} <=> $s->{views}{$b}{number} } keys %{ $s->{views} };
	return join ";\n", @sql, '';
}

sub table_sql
{
	my ($s, $key) = @_;
	my $table = $s->{tables}{$key};
	my (@lines, @sql);

	foreach my $column (@{ $table->{columns} })
	{
		my $type = $column->{serial} ? ($column->{type} eq 'bigint' ? 'bigserial' : 'serial') : $column->{type};
		push @lines, q_($column->{name}) . " $type"
		  . ($column->{collation} ? qq( COLLATE "$column->{collation}") : '')
		  . (defined $column->{default} ? " DEFAULT $column->{default}" : '')
		  . ($column->{identity} ? " GENERATED $column->{identity} AS IDENTITY" : '')
		  . ($column->{not_null} ? ' NOT NULL' : '');
	}
	push @lines, 'PRIMARY KEY (id)' if $table->{primary};
	push @lines, 'CONSTRAINT ' . q_(substr($table->{at}[1], 0, 55) . " $_->{name}") . ' UNIQUE (' . join(', ', map { q_($_) } @{ $_->{columns} }) . ')' . ($_->{deferrable} ? ' DEFERRABLE' : '')
	  foreach @{ $table->{uniques} };
	push @lines, "CONSTRAINT $_->{name} CHECK (" . check_sql($table, $_) . ')' foreach grep { !$_->{not_valid} } @{ $table->{checks} };
	push @sql, 'CREATE ' . ($table->{unlogged} ? 'UNLOGGED ' : '') . "TABLE $key (\n\t" . join(",\n\t", @lines) . ')'
	  . ($table->{partitions} ? " PARTITION BY $table->{partitions}{strategy} (id)" : '')
	  . ($table->{fillfactor} ? " WITH (fillfactor = $table->{fillfactor})" : '');
	if (my $p = $table->{partitions})
	{
		my @parts = @{ $p->{parts} };
		foreach my $part ($p->{strategy} eq 'HASH' ? (1, 2) : @parts)
		{
			my ($n) = $part =~ /(\d+)/;
			my $name = q_($table->{at}[0]) . '.' . q_(substr($table->{at}[1], 0, 50) . " p$n");
			push @sql, "CREATE TABLE $name PARTITION OF $key FOR VALUES "
			  . ($p->{strategy} eq 'HASH' ? 'WITH (MODULUS 2, REMAINDER ' . ($n - 1) . ')' : 'FROM (' . ($n * 2 - 2) . ') TO (' . ($n * 2) . ')');
			push @sql, "COMMENT ON TABLE $name IS 'part'" if $p->{comment};
		}
		push @sql, 'CREATE TABLE ' . q_($table->{at}[0]) . '.' . q_(substr($table->{at}[1], 0, 50) . ' rest') . " PARTITION OF $key DEFAULT" if $p->{default};
	}
	push @sql, "ALTER TABLE $key ADD CONSTRAINT $_->{name} CHECK (" . check_sql($table, $_) . ') NOT VALID' foreach grep { $_->{not_valid} } @{ $table->{checks} };
	push @sql, "COMMENT ON TABLE $key IS " . lit($table->{comment}) if defined $table->{comment};
	foreach my $column (@{ $table->{columns} })
	{
		push @sql, "COMMENT ON COLUMN $key." . q_($column->{name}) . " IS '$column->{comment}'" if defined $column->{comment};
		push @sql, "ALTER TABLE $key ALTER " . q_($column->{name}) . " SET STATISTICS $column->{statistics}" if $column->{statistics};
	}
	push @sql, "ALTER TABLE $key ENABLE ROW LEVEL SECURITY" if $table->{row_security};
	push @sql, "GRANT $table->{grant} ON $key TO regress_dbmig_reader" if $table->{grant};
	return @sql;
}

sub check_sql
{
	my ($table, $check) = @_;
	my ($column) = grep { $_->{name} eq $check->{column} } @{ $table->{columns} };
	my $name = q_($check->{column});

	return "$name > -$check->{limit}" if $column->{sort} eq 'number';
	return "$name <> 'bad$check->{limit}'" if $column->{sort} eq 'text';
	return "$name > '2000-01-0" . (1 + $check->{limit}) . q(');
}

# Foreign keys, indexes, triggers and policies of a table.
sub parts_sql
{
	my ($s, $key) = @_;
	my $table = $s->{tables}{$key};
	my %type = map { $_->{name} => $_ } @{ $table->{columns} };
	my @functions = sort keys %{ $s->{functions} };
	my @sql;

	push @sql, "ALTER TABLE $key ADD CONSTRAINT $_->{name} FOREIGN KEY ($_->{column}) REFERENCES $_->{to}$_->{action}" foreach @{ $table->{keys} };
	foreach my $index (@{ $table->{indexes} })
	{
		my $short = q_(substr($table->{at}[1], 0, 55) . " $index->{name}");
		my @on = map { q_($_) . ($index->{desc} ? ' DESC' : '') } @{ $index->{columns} };
		my $first = $type{ $index->{columns}[0] };

		if ($index->{expression} && !$index->{unique})
		{
			$on[0] = 'lower(' . q_($first->{name}) . '::text)' if $first->{sort} eq 'text';
			$on[0] = '(' . q_($first->{name}) . ' + 1)' if $first->{sort} eq 'number';
			$on[0] = "$functions[0](" . q_($first->{name}) . '::bigint)' if $first->{sort} eq 'number' && @functions;
		}
		push @sql, 'CREATE ' . ($index->{unique} ? 'UNIQUE ' : '') . "INDEX $short ON $key (" . join(', ', @on) . ')'
		  . (defined $index->{include} ? ' INCLUDE (' . q_($index->{include}) . ')' : '')
		  . (defined $index->{where} ? ' WHERE ' . q_($index->{where}) . ' IS NOT NULL' : '');
		push @sql, 'COMMENT ON INDEX ' . q_($table->{at}[0]) . ".$short IS '$index->{comment}'" if defined $index->{comment};
	}
	foreach my $trigger (@{ $table->{triggers} })
	{
		my $column = q_($trigger->{column});
		push @sql, "CREATE TRIGGER $trigger->{name} $trigger->{time} UPDATE" . ($trigger->{of} ? " OF $column" : '')
		  . " ON $key FOR EACH ROW" . ($trigger->{when} ? " WHEN (OLD.$column IS DISTINCT FROM NEW.$column)" : '') . ' EXECUTE FUNCTION public.note()';
		push @sql, "ALTER TABLE $key $trigger->{enabled} TRIGGER $trigger->{name}" if $trigger->{enabled} ne 'ENABLE';
	}
	foreach my $policy (@{ $table->{policies} })
	{
		my $column = q_($policy->{column});
		my $expression = "$column IS NOT NULL";
		$expression = "$functions[-1]($column\::bigint) > 0" if $policy->{call} && @functions && $type{ $policy->{column} }{sort} eq 'number';
		push @sql, "CREATE POLICY $policy->{name} ON $key AS " . ($policy->{restrictive} ? 'RESTRICTIVE' : 'PERMISSIVE') . " FOR $policy->{command} USING ($expression)";
	}
	return @sql;
}

sub view_sql
{
	my ($s, $key) = @_;
	my $view = $s->{views}{$key};
	my $kind = $view->{materialized} ? 'MATERIALIZED VIEW' : 'VIEW';
	my @sql = ("CREATE $kind $key" . ($view->{barrier} && !$view->{materialized} ? ' WITH (security_barrier)' : '')
		  . ' AS SELECT ' . join(', ', map { q_($_) } @{ $view->{columns} }) . " FROM $view->{over}"
		  . (defined $view->{where} ? ' WHERE ' . q_($view->{where}) . ' IS NOT NULL' : ''));

	push @sql, "COMMENT ON $kind $key IS " . lit($view->{comment}) if defined $view->{comment};
	push @sql, "GRANT SELECT ON $key TO regress_dbmig_writer" if $view->{grant};
	push @sql, "CREATE INDEX ON $key ((" . q_($view->{columns}[0]) . ' IS NULL))' if $view->{materialized} && $view->{index};
	push @sql, 'CREATE FUNCTION ' . q_($view->{at}[0]) . '.' . q_('fn ' . substr($view->{at}[1], 0, 55))
	  . "() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(" . q_($view->{columns}[0]) . ") FROM $key; END"
	  if $view->{function};
	return @sql;
}

1;
