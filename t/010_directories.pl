
# Copyright (c) 2026, the dbmig authors

# Directories that need files made on the fly: register_directory must name
# what is wrong with them, and never hang, crash or read what it should not.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use DbmigTest;
use File::Path qw(make_path);
use IO::Socket::UNIX;
use POSIX qw(mkfifo);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = new_node('main');
my $root = PostgreSQL::Test::Utils::tempdir();
my $made = 0;

$node->safe_psql('postgres', 'CREATE EXTENSION dbmig');

# Makes a directory of files, given by name and content, and gives its path.
sub directory
{
	my (%files) = @_;
	my $path = "$root/d" . ++$made;

	make_path($path);
	foreach my $name (sort keys %files)
	{
		make_path("$path/$1") if $name =~ m{^(.*)/};
		open my $file, '>:raw', "$path/$name" or die "$path/$name: $!";
		print $file $files{$name};
		close $file;
	}
	return $path;
}

# Registers a directory in a session of its own; gives rows and error.
sub register
{
	my ($path, $layout) = @_;
	my ($out, $err) = ('', '');

	$path =~ s/'/''/g;
	$layout //= 'auto';
	$node->psql(
		'postgres',
		"SELECT * FROM dbmig.register_directory('$path', '$layout')",
		stdout => \$out,
		stderr => \$err,
		on_error_stop => 0,
		extra_params => [ '-v', 'VERBOSITY=verbose' ],
		timeout => 60);
	return ($out, $err);
}

# Expects a directory to be refused with a SQLSTATE and a text.
sub refused
{
	my ($path, $state, $text, $name, $layout) = @_;
	my ($out, $err) = register($path, $layout);

	like($err, qr/ERROR:\s+$state: .*$text/s, $name);
	is($out, '', "$name: nothing registered");
	return;
}

# Expects a directory to be registered with these versions and names.
sub accepted
{
	my ($path, $rows, $name, $layout) = @_;
	my ($out, $err) = register($path, $layout);

	is($out, join("\n", map { "$_|registered" } @$rows), $name);
	is($err, '', "$name: no error");
	$node->safe_psql('postgres', 'DELETE FROM dbmig.migration');
	return;
}

my $sql = "SELECT 1;\n";

# What is not there, or holds nothing.
refused(directory(), '58P01', 'no migrations found.*It is empty',
	'empty directory');
refused(directory('.gitkeep' => ''),
	'58P01', 'only hidden files', 'only hidden files');
refused(directory('README.md' => 'x', 'a.txt' => 'x'),
	'58P01', 'It holds "README.md", "a.txt"', 'no file of SQL');
refused(directory('20240101_a.js' => '', '20240102_b.ts' => ''),
	'0A000', 'not in SQL.*run by the tool', 'migrations in JavaScript');
refused(directory('001_a.sql' => $sql, '002_b.py' => ''),
	'0A000', '002_b.py', 'SQL beside Python');
refused("$root/" . 'x' x 300, '42622', 'name too long', 'name too long');

# Files that are no files.
my $path = directory('002_b.sql' => $sql);
mkfifo("$path/001_a.sql", oct(600)) or die $!;
refused($path, '42809', '001_a.sql" is not a regular file.*FIFO', 'FIFO');
$path = directory();
symlink('/dev/zero', "$path/001_a.sql") or die $!;
refused($path, '42809', 'not a regular file.*device', 'device');
$path = directory('001_a.sql/x' => '');
refused($path, '42809', 'not a regular file.*directory',
	'directory called like a file');
SKIP:
{
	$path = directory();
	my $socket = IO::Socket::UNIX->new(
		Type => SOCK_STREAM(), Local => "$path/001_a.sql", Listen => 1);
	skip 'path too long for a socket', 2 if !$socket;
	refused($path, '42809', 'not a regular file.*socket', 'socket');
}
$path = directory('001_a.sql' => $sql);
mkfifo("$path/pipe", oct(600)) or die $!;
accepted($path, ['001|a'], 'a FIFO that nobody asked for');

# Symbolic links.
$path = directory();
symlink('001_a.sql', "$path/001_a.sql") or die $!;
refused($path, '42809', '001_a.sql', 'link to itself');
$path = directory();
symlink('nowhere', "$path/001_a.sql") or die $!;
refused($path, '58P01', 'leads nowhere', 'broken link');
$path = directory('V1__a.sql' => $sql);
symlink('.', "$path/again") or die $!;
refused($path, '42809', 'again" is one of those that hold it',
	'loop of directories');
$path = directory();
symlink('x', "$path/x") or die $!;
refused("$path/x", '42809', 'could not open directory',
	'directory that is a link to itself');
$path = directory('elsewhere' => $sql);
symlink('elsewhere', "$path/001_a.sql") or die $!;
accepted($path, ['001|a'], 'link to a file');

# Rights.
SKIP:
{
	skip 'the superuser of the system may read everything', 4 if $> == 0;
	$path = directory('001_a.sql' => $sql);
	chmod(0, "$path/001_a.sql");
	refused($path, '42501', '001_a.sql.*chmod', 'file without read right');
	chmod(0, $path);
	refused($path, '42501', 'could not open directory',
		'directory without read right');
	chmod(oct(700), $path);
}

# Encodings and line ends.
refused(directory('001_a.sql' => "a\nb\nc \xff\n"),
	'22021', 'not valid UTF-8.*Line 3 .*0xff', 'invalid UTF-8');
refused(directory('001_a.sql' => "a\n\xc3"),
	'22021', 'not valid UTF-8.*Line 2', 'UTF-8 cut short');
refused(directory('001_a.sql' => "\xff\xfeS\0"),
	'22021', 'not valid UTF-8.*Line 1', 'UTF-16');
refused(directory('001_a.sql' => "a\nb\0"),
	'22021', 'zero byte.*line 2', 'zero byte');
accepted(directory('001_a.sql' => "\xef\xbb\xbfSELECT 1;\r\nSELECT 2;\r\n"),
	['001|a'], 'BOM and CRLF');
accepted(
	directory('001_a.sql' =>
		  "\xef\xbb\xbf-- migrate:up\r\nSELECT 1;\r\n-- migrate:down\r\n"),
	['001|a'], 'BOM and CRLF in sections');
refused(directory("001_a\nb.sql" => $sql),
	'42602', quotemeta('001_a\x0ab.sql'), 'newline in a name');
refused(directory("001_\xe9.sql" => $sql),
	'42602', quotemeta('001_\xe9.sql'), 'name that is not UTF-8');
accepted(directory(q{001_it's "x".sql} => $sql, "002_\xc3\xbc b.SQL" => $sql),
	[ q{001|it's "x"}, "002|\xc3\xbc b" ],
	'quotes, blanks and letters in names');

# A position is that in the file, not that in the section.
refused(
	directory('1_a.sql' => "-- +goose Up\n\nSELECT 1;\nSELEC 2;\n"),
	'42601', 'Line 4', 'syntax error below an annotation');
refused(
	directory(
		'1_a.sql' => "-- migrate:up\nSELECT 1;\n-- migrate:down\n\nSELEC 2;\n"
	),
	'42601', 'Line 5', 'syntax error in the second section');

# A way back of which there are only comments is none.
$path = directory(
	'1_a.sql' => "-- migrate:up\n$sql-- migrate:down\n-- not possible\n",
	'2_b.sql' => "-- migrate:up\n$sql-- migrate:down\n-- easy\n$sql");
register($path);
is( $node->safe_psql(
		'postgres',
		q{SELECT version, down_sql IS NULL FROM dbmig.migration
		  ORDER BY version}),
	"1|t\n2|f",
	'way back of comments only');
$node->safe_psql('postgres', 'DELETE FROM dbmig.migration');

# Versions and orders.
refused(directory('003_a.sql' => $sql, '003_b.sql' => $sql),
	'42710', '"003".*003_a.sql.*003_b.sql', 'two files with one version');
refused(directory('3_a.sql' => $sql, '003_b.sql' => $sql),
	'42710', '3_a.sql', 'one version with and without zeros');
accepted(
	directory(
		'20251109_b.sql' => $sql, '20251109_a.sql' => $sql,
		'20251110.sql' => $sql),
	[ '20251109_a|a', '20251109_b|b', '20251110|' ],
	'several of one day');
accepted(
	directory('1.10_b.sql' => $sql, '1.9_a.sql' => $sql, '2-c.sql' => $sql),
	[ '1.9|a', '1.10|b', '2|c' ],
	'natural order');
refused(
	directory('20251201_b.sql' => $sql, '20251109120000_a.sql' => $sql),
	'42P17', 'order by day', 'stamps of two lengths');
my $sections = "-- migrate:up\n$sql-- migrate:down\n$sql";
refused(directory('9_a.sql' => $sections, '10_b.sql' => $sections),
	'42P17', 'dbmate runs it after', 'order that the tool has not');

# Layouts.
refused(
	directory(
		'001_a.sql' => $sql, 'V2__b.sql' => $sql, 'V3__c.sql' => $sql,
		'x.sql' => $sql),
	'42P17',
	'"V2__b.sql" and 1 more look like flyway, "001_a.sql" looks like plain, "x.sql" looks like none',
	'mixed layouts');
refused(directory('001_a.sql' => $sql, 'V2__b.sql' => $sql),
	'42602', 'V2__b.sql', 'mixed layouts, one named', 'plain');
refused(directory('schema.sql' => $sql),
	'42602', 'fits no layout', 'no version at all');
refused(directory('001_a.sql' => "x;\n-- Down Migration\ny;\n"),
	'0A000', 'Line 2 .*node-pg-migrate', 'way back of another tool');
refused(directory('001_a.down.sql' => $sql),
	'58P01', 'undoes a migration that is not there', 'down without up');
refused(directory('1_a.sql' => "-- +goose ENVSUB ON\n-- +goose Up\n$sql"),
	'0A000', 'ENVSUB', 'goose with variables');
refused(directory('V1__a.sql' => "\nSELECT \${x};\n"),
	'0A000', 'Line 2', 'flyway with placeholders');
refused(directory('V1__a.sql' => $sql, 'afterMigrate.sql' => $sql),
	'0A000', 'callback', 'flyway with a callback');
refused(directory('V1__a.sql' => $sql, 'B1__a.sql' => $sql),
	'0A000', 'baseline', 'flyway with a baseline');
refused(
	directory(
		'20240101000000_a/migration.sql' => $sql,
		'20240102000000_b/x' => '',
		'migration_lock.toml' => "provider = \"postgresql\"\n"),
	'58P01', 'has no file "migration.sql"', 'prisma without a file');
refused(
	directory(
		'0_a/migration.sql' => $sql,
		'migration_lock.toml' => "provider = \"mysql\"\n"),
	'0A000', 'mysql', 'prisma for MySQL');
refused(
	directory(
		'prisma/migrations/0_a/migration.sql' => $sql,
		'db/migrations/1_a.sql' => $sql),
	'42P17', 'more than one directory', 'two tools in one project');

# Plans and journals that would lead elsewhere, or are broken.
my $entry = '{"entries": [{"idx": 0, "tag": "%s"}]}';
refused(
	directory(
		'meta/_journal.json' => sprintf($entry, '../../../../etc/passwd'),
		'0000_a.sql' => $sql),
	'58P01', 'is missing', 'tag that leads elsewhere');
refused(directory('meta/_journal.json' => '{"entries": [', '0_a.sql' => $sql),
	'22P02', '_journal.json', 'journal cut short');
refused(
	directory(
		'meta/_journal.json' => sprintf($entry, '0000_a'),
		'0000_a.sql' => $sql,
		'0001_b.sql' => $sql),
	'42602', '0001_b.sql" would not be run', 'file that is not listed');
my $planner = '2024-05-02T09:00:00Z Ann <ann@example.org>';
my $plan = "%project=x\n\n";
refused(directory('sqitch.plan' => "${plan}a/../../../etc/passwd $planner\n"),
	'42601', 'Line 3 .*leads out', 'change that leads elsewhere');
refused(directory('sqitch.plan' => "${plan}a 2024-05-02T09:00"),
	'42601', 'Line 3', 'plan cut short');
refused(
	directory(
		'sqitch.plan' => "${plan}a [b] $planner\nb $planner\n",
		'deploy/a.sql' => $sql, 'deploy/b.sql' => $sql),
	'42601', 'requires the change "b"', 'change before what it needs');

# Size and number.
$path = directory();
open my $file, '>', "$path/001_a.sql" or die $!;
truncate($file, 3 * 1024 * 1024 * 1024) or die $!;
close $file;
refused($path, '54000', 'too large', 'file of 3 GB');
unlink "$path/001_a.sql";

my %many = map { sprintf('%05d_a.sql', $_) => $sql } (1 .. 10000);
$path = directory(%many, '10001_b.sql' => "SELEC;\n");
my $begun = time();
refused($path, '42601', 'syntax error', 'last of 10,000 files is wrong');
is($node->safe_psql('postgres', 'SELECT count(*) FROM dbmig.migration'),
	'0', 'nothing of 10,000 files is kept');
note(sprintf('10,001 files took %.1f s', time() - $begun));

is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server is well');

$node->stop;
done_testing();
