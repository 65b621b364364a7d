
# Copyright (c) 2026, the dbmig authors

# The laws of schemas, over random mixtures. DBMIG_SEED is the seed of the first
# pair, each pair has the next; DBMIG_PAIRS is how many there are.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use DbmigTest;
use SchemaLaws;
use SchemaRandom;
use Test::More;

my $seed = $ENV{DBMIG_SEED} // 20261121;
my $count = $ENV{DBMIG_PAIRS} // 40;
my $node = new_node(
	'random',
	full_page_writes => 'off',
	autovacuum => 'off',
	max_wal_size => '4GB',
	wal_level => 'logical',
	restart_after_crash => 'on');

note("DBMIG_SEED=$seed DBMIG_PAIRS=$count");
try_pairs($node, random_pairs($seed, $count));
$node->stop('fast');
done_testing();
