
# Copyright (c) 2026, the dbmig authors

# The same for less common tools; see 070_tools_node.pl. Those that are
# libraries are driven by a few lines of their own language.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigTest;
use RealTools;
use Test::More;

my $node = tools_node('tools_more');
my @short = ('', 'create_widgets', 'add_price', 'create_gadgets');
my @dash = map { s/_/-/gr } @short;

# The statements of a migration as a file of SQL.
sub sql_file
{
	my ($n, $kind) = @_;
	return join '', map { "$_;\n" } sql_of($n, $kind);
}

# A migration whose tool checks its content.
sub with_content
{
	my ($project, $file) = @_;
	return { file => $file =~ s{.*/}{}r, content => slurp_text("$project/$file") };
}

# A program of Node that exits with 1 if its promise fails.
sub program
{
	my ($body) = @_;
	return "(async () => {\n$body\n})().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });\n";
}

# Kysely
{
	my @names = map { "2024010100000${_}_$short[$_]" } (0 .. 3);
	exercise($node, {
		name => 'kysely',
		setup => sub {
			my ($project, $dir) = @_;
			symlink "$dir/node_modules", "$project/node_modules";
			put_file("$project/run.mjs", <<'JS');
import {Kysely, PostgresDialect, sql} from 'kysely';
import {Migrator, FileMigrationProvider} from 'kysely/migration';
import pg from 'pg';
import {promises as fs} from 'fs';
import path from 'path';
globalThis.sql = sql;
const db = new Kysely({dialect: new PostgresDialect({pool: new pg.Pool({connectionString: process.env.DATABASE_URL})})});
const migrator = new Migrator({db, provider: new FileMigrationProvider({fs, path, migrationFolder: path.resolve('migrations')})});
const {error, results} = await migrator.migrateToLatest();
console.log(results && results.length ? JSON.stringify(results) : 'nothing to do');
if (error) console.error(error);
process.exit(error ? 1 : 0);
JS
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$names[$n].mjs", "export async function up(db) {\n"
				  . join('', map { "  await sql.raw(`$_`).execute(db);\n" } sql_of($n, $kind)) . "}\n");
		},
		run => sub { return ('node', 'run.mjs') },
		ledger => 'public.kysely_migration',
		beside => ['public.kysely_migration_lock'],
		volatile => ['timestamp'],
		baseline => sub { my ($project, @n) = @_; return map { "$names[$_].mjs" } @n },
		entries => [ @names[ 1 .. 3 ] ],
		nothing => qr/nothing to do/,
		batch => 'all',
		left => 'suspect: lost_inserts 0.6' });
}

# postgres-migrations
{
	my @files = map { "$_-$dash[$_].sql" } (0 .. 3);
	exercise($node, {
		name => 'postgres-migrations',
		setup => sub {
			my ($project, $dir) = @_;
			mkdir "$project/migrations";
			put_file("$project/run.js", program(<<'JS'));
const {migrate} = require('postgres-migrations');
const done = await migrate({database: process.env.PGDATABASE, user: 'postgres', password: 'none', host: process.env.PGHOST,
  port: +process.env.PGPORT, ensureDatabaseExists: false}, 'migrations');
if (!done.length) console.log('nothing to do');
JS
		},
		write => sub { my ($project, $n, $kind) = @_; put_file("$project/migrations/$files[$n]", sql_file($n, $kind)) },
		run => sub { return ('node', 'run.js') },
		ledger => 'public.migrations',
		volatile => ['executed_at'],
		baseline => sub { my ($project, @n) = @_; return map { with_content($project, "migrations/$files[$_]") } @n },
		entries => [ 1 .. 3 ],
		nothing => qr/nothing to do/,
		batch => 'each' });
}

# db-migrate
{
	my @names = map { "2024010100000$_-$dash[$_]" } (0 .. 3);
	exercise($node, {
		name => 'db-migrate',
		setup => sub {
			my ($project, $dir) = @_;
			symlink "$dir/node_modules", "$project/node_modules";
			put_file("$project/database.json", '{"dev": {"ENV": "DATABASE_URL"}, "sql-file": false}');
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$names[$n].js", "exports.setup = () => {};\nexports.up = async (db) => {\n"
				  . join('', map { "  await db.runSql(`$_`);\n" } sql_of($n, $kind)) . "};\nexports.down = async () => {};\nexports._meta = {version: 1};\n");
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/db-migrate", 'up') },
		ledger => 'public.migrations',
		volatile => ['run_on'],
		baseline => sub { my ($project, @n) = @_; return map { "$names[$_].js" } @n },
		entries => [ map { "/$names[$_]" } (1 .. 3) ],
		nothing => qr/No migrations to run|Done/,
		batch => 'each' });
}

# marv
{
	my @files = map { "$_.$dash[$_].sql" } (0 .. 3);
	exercise($node, {
		name => 'marv',
		setup => sub {
			my ($project) = @_;
			mkdir "$project/migrations";
			put_file("$project/run.js", program(<<'JS'));
const marv = require('marv/api/promise');
const driver = require('marv-pg-driver')({connection: {host: process.env.PGHOST, port: +process.env.PGPORT,
  database: process.env.PGDATABASE, user: 'postgres', password: 'none'}});
await marv.migrate(await marv.scan(require('path').resolve('migrations')), driver);
JS
		},
		write => sub { my ($project, $n, $kind) = @_; put_file("$project/migrations/$files[$n]", sql_file($n, $kind)) },
		run => sub { return ('node', 'run.js') },
		ledger => 'public.migrations',
		beside => ['public.migrations_lock'],
		volatile => ['timestamp'],
		baseline => sub { my ($project, @n) = @_; return map { with_content($project, "migrations/$files[$_]") } @n },
		entries => [ 1 .. 3 ],
		batch => 'each' });
}

# Postgrator
{
	my @files = map { "00$_.do.$dash[$_].sql" } (0 .. 3);
	exercise($node, {
		name => 'postgrator',
		setup => sub {
			my ($project, $dir) = @_;
			symlink "$dir/node_modules", "$project/node_modules";
			put_file("$project/run.mjs", <<'JS');
import Postgrator from 'postgrator';
import pg from 'pg';
const client = new pg.Client({connectionString: process.env.DATABASE_URL});
await client.connect();
const postgrator = new Postgrator({migrationPattern: 'migrations/*', driver: 'pg', database: process.env.PGDATABASE,
  execQuery: (query) => client.query(query)});
const done = await postgrator.migrate();
if (!done.length) console.log('nothing to do');
process.exit(0);
JS
		},
		write => sub { my ($project, $n, $kind) = @_; put_file("$project/migrations/$files[$n]", sql_file($n, $kind)) },
		run => sub { return ('node', 'run.mjs') },
		ledger => 'public.schemaversion',
		volatile => ['run_at'],
		baseline => sub { my ($project, @n) = @_; return map { with_content($project, "migrations/$files[$_]") } @n },
		entries => [ 1 .. 3 ],
		nothing => qr/nothing to do/,
		batch => 'each' });
}

# @databases
{
	my @files = map { "000$_-$dash[$_].sql" } (0 .. 3);
	exercise($node, {
		name => '@databases',
		package => 'databases',
		write => sub { my ($project, $n, $kind) = @_; put_file("$project/migrations/$files[$n]", sql_file($n, $kind)) },
		run => sub {
			my ($project, $dir) = @_;
			return ("$dir/node_modules/.bin/pg-migrations", 'apply', '--directory', 'migrations', '--database', $ENV{DATABASE_URL} // '');
		},
		ledger => 'public.atdatabases_migrations_applied',
		beside => ['public.atdatabases_migrations_version'],
		volatile => ['applied_at'],
		baseline => sub { my ($project, @n) = @_; return map { with_content($project, "migrations/$files[$_]") } @n },
		entries => [ 1 .. 3 ],
		batch => 'each' });
}

# MikroORM
{
	my @names = map { "Migration2024010100000$_" } (0 .. 3);
	exercise($node, {
		name => 'mikro-orm',
		setup => sub {
			my ($project, $dir) = @_;
			symlink "$dir/node_modules", "$project/node_modules";
			put_file("$project/run.js", program(<<'JS'));
const {MikroORM} = require('@mikro-orm/postgresql');
const {Migrator} = require('@mikro-orm/migrations');
const orm = await MikroORM.init({clientUrl: process.env.DATABASE_URL, extensions: [Migrator], entities: [], discovery: {warnWhenNoEntities: false},
  migrations: {path: './migrations', snapshot: false, glob: '!(*.d).js'}});
const done = await orm.getMigrator().up();
if (!done.length) console.log('nothing to do');
JS
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$names[$n].js",
				"const {Migration} = require('\@mikro-orm/migrations');\nexports.$names[$n] = class extends Migration {\n  async up() {\n"
				  . join('', map { "    this.addSql(`$_`);\n" } sql_of($n, $kind)) . "  }\n};\n");
		},
		run => sub { return ('node', 'run.js') },
		ledger => 'public.mikro_orm_migrations',
		volatile => ['executed_at'],
		baseline => sub { my ($project, @n) = @_; return @names[@n] },
		entries => [ @names[ 1 .. 3 ] ],
		nothing => qr/nothing to do/,
		batch => 'all',
		left => 'suspect: sequence_ahead 0.9, lost_inserts 0.6' });
}

# Umzug with Sequelize's storage
{
	my @names = map { "2024010100000$_-$dash[$_].js" } (0 .. 3);
	exercise($node, {
		name => 'umzug',
		setup => sub {
			my ($project, $dir) = @_;
			symlink "$dir/node_modules", "$project/node_modules";
			put_file("$project/run.js", program(<<'JS'));
const {Umzug, SequelizeStorage} = require('umzug');
const {Sequelize} = require('sequelize');
const sequelize = new Sequelize(process.env.DATABASE_URL, {logging: false, dialect: 'postgres'});
const umzug = new Umzug({migrations: {glob: 'migrations/*.js'}, context: sequelize, logger: undefined,
  storage: new SequelizeStorage({sequelize, timestamps: true})});
const done = await umzug.up();
if (!done.length) console.log('nothing to do');
JS
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$names[$n]", "exports.up = async ({context}) => {\n"
				  . join('', map { "  await context.query(`$_`);\n" } sql_of($n, $kind)) . "};\n");
		},
		run => sub { return ('node', 'run.js') },
		ledger => 'public."SequelizeMeta"',
		volatile => [ 'createdAt', 'updatedAt' ],
		before_baseline => q{CREATE TABLE "SequelizeMeta" (name varchar(255) NOT NULL UNIQUE PRIMARY KEY,
			"createdAt" timestamptz NOT NULL, "updatedAt" timestamptz NOT NULL)},
		baseline => sub { my ($project, @n) = @_; return @names[@n] },
		entries => [ @names[ 1 .. 3 ] ],
		nothing => qr/nothing to do/,
		batch => 'stmt',
		left => 'current: unrecorded_object 0.4' });
}

# yoyo
{
	my @names = map { "000$_.$dash[$_]" } (0 .. 3);
	exercise($node, {
		name => 'yoyo',
		write => sub { my ($project, $n, $kind) = @_; put_file("$project/migrations/$names[$n].sql", sql_file($n, $kind)) },
		run => sub {
			my ($project, $dir, $db, $node) = @_;
			return ('/usr/bin/python3', '-m', 'yoyo', 'apply', '--batch', '--no-config-file', '--no-cache', '--database',
				"postgresql://postgres\@127.0.0.1:" . $node->port . "/$db", 'migrations');
		},
		ledger => 'public._yoyo_migration',
		beside => [ map { "public.$_" } qw(_yoyo_log _yoyo_version yoyo_lock) ],
		volatile => ['applied_at_utc'],
		baseline => sub { my ($project, @n) = @_; return map { "$names[$_].sql" } @n },
		entries => [ @names[ 1 .. 3 ] ],
		batch => 'each' });
}

# sql-migrate
{
	my @files = map { "2024010100000$_-$dash[$_].sql" } (0 .. 3);
	exercise($node, {
		name => 'sql-migrate',
		setup => sub {
			my ($project, $dir, $db, $node) = @_;
			put_file("$project/dbconfig.yml", "development:\n  dialect: postgres\n  datasource: host=127.0.0.1 port="
				  . $node->port . " user=postgres dbname=$db sslmode=disable\n  dir: migrations\n");
		},
		write => sub { my ($project, $n, $kind) = @_; put_file("$project/migrations/$files[$n]", "-- +migrate Up\n" . sql_file($n, $kind)) },
		run => sub { my ($project, $dir) = @_; return ("$dir/usr/bin/sql-migrate", 'up') },
		ledger => 'public.gorp_migrations',
		volatile => ['applied_at'],
		baseline => sub { my ($project, @n) = @_; return @files[@n] },
		entries => [ @files[ 1 .. 3 ] ],
		nothing => qr/Applied 0 migrations/,
		batch => 'each' });
}

# Sequel, by time and by number
foreach my $kind_of ('sequel', 'sequel-integer')
{
	my @files = map { ($kind_of eq 'sequel' ? "2024010100000$_" : "00$_") . "_$short[$_].rb" } (0 .. 3);
	exercise($node, {
		name => $kind_of,
		package => 'sequel',
		setup => sub {
			my ($project) = @_;
			put_file("$project/run.rb", <<'RB');
require 'sequel'
Sequel.extension :migration
db = Sequel.connect(ENV['DATABASE_URL'])
puts 'nothing to do' if Sequel::Migrator.is_current?(db, 'migrations')
Sequel::Migrator.run(db, 'migrations')
RB
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$files[$n]", "Sequel.migration do\n  up do\n"
				  . join('', map { "    run '$_'\n" } sql_of($n, $kind)) . "  end\nend\n");
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/usr/bin/ruby3.1", 'run.rb') },
		ledger => $kind_of eq 'sequel' ? 'public.schema_migrations' : 'public.schema_info',
		baseline => sub { my ($project, @n) = @_; return @files[@n] },
		entries => [ $kind_of eq 'sequel' ? @files[ 1 .. 3 ] : 1 .. 3 ],
		head_only => $kind_of ne 'sequel',
		nothing => qr/nothing to do/,
		batch => 'each' });
}

# Laravel: its migrator without the rest
{
	my @names = map { "2024_01_01_00000${_}_$short[$_]" } (0 .. 3);
	exercise($node, {
		name => 'laravel',
		setup => sub {
			my ($project) = @_;
			put_file("$project/run.php", <<'PHP');
<?php
error_reporting(E_ALL & ~E_DEPRECATED);
require 'Illuminate/Database/autoload.php';
require 'Illuminate/Filesystem/autoload.php';
use Illuminate\Database\Capsule\Manager;
use Illuminate\Database\Migrations\DatabaseMigrationRepository;
use Illuminate\Database\Migrations\Migrator;
$manager = new Manager;
$manager->addConnection(['driver' => 'pgsql', 'host' => getenv('PGHOST'), 'port' => getenv('PGPORT'),
    'database' => getenv('PGDATABASE'), 'username' => 'postgres', 'password' => 'none', 'charset' => 'utf8', 'schema' => 'public']);
$manager->setAsGlobal();
$database = $manager->getDatabaseManager();
$ledger = new DatabaseMigrationRepository($database, 'migrations');
if (!$ledger->repositoryExists()) { $ledger->createRepository(); }
$migrator = new Migrator($ledger, $database, new Illuminate\Filesystem\Filesystem);
echo count($migrator->run([__DIR__ . '/migrations'])) ? "done\n" : "nothing to do\n";
PHP
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$names[$n].php",
				"<?php\nreturn new class extends Illuminate\\Database\\Migrations\\Migration {\n    public function up() {\n"
				  . join('', map { "        Illuminate\\Database\\Capsule\\Manager::statement('$_');\n" } sql_of($n, $kind)) . "    }\n};\n");
		},
		run => sub {
			my ($project, $dir) = @_;
			my ($modules) = glob "$dir/usr/lib/php/20*";
			my ($php) = glob "$dir/usr/bin/php8.?";
			return ($php // 'php', '-n', '-d', "extension_dir=$modules",
				(map { ('-d', "extension=$_.so") } grep { -e "$modules/$_.so" } qw(mbstring pdo pdo_pgsql tokenizer ctype)),
				'-d', "include_path=$dir/usr/share/php", 'run.php');
		},
		ledger => 'public.migrations',
		baseline => sub { my ($project, @n) = @_; return map { "$names[$_].php" } @n },
		entries => [ @names[ 1 .. 3 ] ],
		nothing => qr/nothing to do/,
		batch => 'each' });
}

done_testing();
