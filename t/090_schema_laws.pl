
# Copyright (c) 2026, the dbmig authors

# The laws of schemas, over pairs in which every kind of object changes in every
# way it can. The pairs are in t/schema, the laws in t/lib/SchemaLaws.pm.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use DbmigTest;
use SchemaLaws;
use SchemaPairs;
use Test::More;

my $node = new_node(
	'laws',
	full_page_writes => 'off',
	autovacuum => 'off',
	max_wal_size => '4GB',
	wal_level => 'logical',
	restart_after_crash => 'on');

try_pairs($node, read_pairs("$FindBin::RealBin/schema"));
$node->stop('fast');
done_testing();
