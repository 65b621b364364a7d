
# Copyright (c) 2026, the dbmig authors

# The tools of the JavaScript world themselves: what they write is read as it
# is, and what baseline_ledger() writes they take for their own.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigTest;
use RealTools;
use Test::More;

my $node = tools_node('tools_node');
my @short = ('', 'create_widgets', 'add_price', 'create_gadgets');

# Makes a JavaScript function body out of the statements of a migration.
sub js
{
	my ($call, $n, $kind) = @_;
	return join '', map { sprintf "  await $call;\n", $_ } sql_of($n, $kind);
}

# Knex: a file with two functions.
{
	my @files = map { "2024010100000${_}_$short[$_].js" } (0 .. 3);
	exercise($node, {
		name => 'knex',
		setup => sub {
			my ($project, $dir, $db, $node) = @_;
			put_file("$project/knexfile.js", "module.exports = {client: 'pg', connection: process.env.DATABASE_URL};\n");
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$files[$n]",
				"exports.up = async (knex) => {\n" . js('knex.raw(`%s`)', $n, $kind) . "};\nexports.down = async () => {};\n");
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/knex", 'migrate:latest') },
		ledger => 'public.knex_migrations',
		beside => ['public.knex_migrations_lock'],
		volatile => ['migration_time'],
		baseline => sub { my ($project, @n) = @_; return @files[@n] },
		entries => [ @files[ 1 .. 3 ] ],
		nothing => qr/Already up to date/,
		batch => 'all',
		left => 'suspect: sequence_ahead 0.9, lost_inserts 0.6' });
}

# Drizzle before 1.0: a journal and files with break points.
{
	my @tags = map { sprintf '%04d_%s', $_ - 1, $short[$_] } (0 .. 3);
	my @when = map { 1704067200000 + 60000 * $_ } (0 .. 3);
	exercise($node, {
		name => 'drizzle',
		setup => sub {
			my ($project) = @_;
			put_file("$project/drizzle.config.js",
				"module.exports = {dialect: 'postgresql', out: './drizzle', schema: './schema.js', dbCredentials: {url: process.env.DATABASE_URL}};\n");
			put_file("$project/schema.js", "module.exports = {};\n");
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/drizzle/$tags[$n].sql", join("\n--> statement-breakpoint\n", map { "$_;" } sql_of($n, $kind)));
			put_file("$project/drizzle/meta/_journal.json",
				'{"version": "7", "dialect": "postgresql", "entries": ['
				  . join(',', map { sprintf '{"idx": %d, "version": "7", "when": %d, "tag": "%s", "breakpoints": true}', $_ - 1, $when[$_], $tags[$_] } (1 .. $n))
				  . ']}');
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/drizzle-kit", 'migrate') },
		ledger => 'drizzle.__drizzle_migrations',
		baseline => sub {
			my ($project, @n) = @_;
			return map { { name => $tags[$_], when => $when[$_], content => slurp_text("$project/drizzle/$tags[$_].sql") } } @n;
		},
		entries => [ @when[ 1 .. 3 ] ],
		batch => 'all',
		left => 'suspect: sequence_ahead 0.9, lost_inserts 0.6' });
}

# Drizzle 1.0: folders.
{
	my @folders = map { "2024010100000${_}_$short[$_]" } (0 .. 3);
	exercise($node, {
		name => 'drizzle-1.0',
		setup => sub {
			my ($project) = @_;
			put_file("$project/drizzle.config.js",
				"module.exports = {dialect: 'postgresql', out: './drizzle', schema: './schema.js', dbCredentials: {url: process.env.DATABASE_URL}};\n");
			put_file("$project/schema.js", "module.exports = {};\n");
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/drizzle/$folders[$n]/migration.sql", join("\n--> statement-breakpoint\n", map { "$_;" } sql_of($n, $kind)));
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/drizzle-kit", 'migrate') },
		ledger => 'drizzle.__drizzle_migrations',
		volatile => ['applied_at'],
		baseline => sub {
			my ($project, @n) = @_;
			return map { { file => "drizzle/$folders[$_]/migration.sql", content => slurp_text("$project/drizzle/$folders[$_]/migration.sql") } } @n;
		},
		entries => [ @folders[ 1 .. 3 ] ],
		batch => 'all',
		left => 'suspect: sequence_ahead 0.9, lost_inserts 0.6' });
}

# Prisma with its engine in WebAssembly, which needs no download.
{
	my @folders = map { "2024010100000${_}_$short[$_]" } (0 .. 3);
	exercise($node, {
		name => 'prisma',
		setup => sub {
			my ($project, $dir) = @_;
			put_file("$project/prisma/schema.prisma",
				"datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n"
				  . "generator client {\n  provider = \"prisma-client-js\"\n  engineType = \"client\"\n}\n");
			put_file("$project/prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
			# the adapter does not know two types of the catalogs
			put_file("$project/prisma.config.js", <<"JS");
const {PrismaPg} = require('$dir/node_modules/\@prisma/adapter-pg');
const {ColumnTypeEnum} = require('$dir/node_modules/\@prisma/driver-adapter-utils');
module.exports = {
  experimental: {adapter: true},
  engine: 'js',
  schema: './prisma/schema.prisma',
  adapter: async () => patch(new PrismaPg({connectionString: process.env.DATABASE_URL})),
};
function wrap(client) {
  const query = client.performIO.bind(client);
  client.performIO = async (q) => {
    const result = await query(q);
    const fields = Array.isArray(result) ? [] : result.fields || [];
    for (const field of fields) {
      if (field.dataTypeID === 19 || field.dataTypeID === 18 || field.dataTypeID === 1002) field.dataTypeID = 25;
    }
    return result;
  };
  return client;
}
function patch(factory) {
  const connect = factory.connect.bind(factory);
  factory.connect = async () => wrap(await connect());
  const shadow = factory.connectToShadowDb && factory.connectToShadowDb.bind(factory);
  if (shadow) factory.connectToShadowDb = async () => wrap(await shadow());
  return factory;
}
JS
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/prisma/migrations/$folders[$n]/migration.sql", join('', map { "$_;\n" } sql_of($n, $kind)));
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/prisma", 'migrate', 'deploy') },
		ledger => 'public._prisma_migrations',
		volatile => [ 'id', 'started_at', 'finished_at', 'applied_steps_count' ],
		baseline => sub {
			my ($project, @n) = @_;
			return map { { name => $folders[$_], content => slurp_text("$project/prisma/migrations/$folders[$_]/migration.sql") } } @n;
		},
		entries => [ @folders[ 1 .. 3 ] ],
		nothing => qr/No pending migrations to apply/,
		after_failure => "$folders[1] applied, $folders[2] applied, $folders[3] failed",
		batch => 'stmt',
		left => 'failed' });
}

# Sequelize's own command.
{
	my @files = map { "2024010100000${_}-$short[$_].js" } (0 .. 3);
	exercise($node, {
		name => 'sequelize',
		setup => sub {
			my ($project, $dir) = @_;
			put_file("$project/config/config.js",
				"module.exports = {development: {use_env_variable: 'DATABASE_URL', dialect: 'postgres', dialectModule: require('$dir/node_modules/pg')}};\n");
			mkdir "$project/models";
			symlink "$dir/node_modules", "$project/node_modules";
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$files[$n]",
				"module.exports = {up: async (q) => {\n" . js('q.sequelize.query(`%s`)', $n, $kind) . "}, down: async () => {}};\n");
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/sequelize-cli", 'db:migrate') },
		ledger => 'public."SequelizeMeta"',
		baseline => sub { my ($project, @n) = @_; return @files[@n] },
		entries => [ @files[ 1 .. 3 ] ],
		nothing => qr/already up to date/,
		batch => 'stmt',
		left => 'current: unrecorded_object 0.4' });
}

# TypeORM: classes.
{
	my @classes = ('', map { (join '', map { ucfirst } split /_/, $short[$_]) . "170406720000$_" } (1 .. 3));
	exercise($node, {
		name => 'typeorm',
		setup => sub {
			my ($project, $dir) = @_;
			symlink "$dir/node_modules", "$project/node_modules";
			put_file("$project/source.js", <<'JS');
const {DataSource} = require('typeorm');
module.exports = new DataSource({type: 'postgres', url: process.env.DATABASE_URL, migrations: [__dirname + '/migrations/*.js']});
JS
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/170406720000$n-$short[$n].js",
				"exports.$classes[$n] = class $classes[$n] { constructor() { this.name = '$classes[$n]'; }\n async up(q) {\n"
				  . js('q.query(`%s`)', $n, $kind) . "} async down() {} };\n");
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/typeorm", 'migration:run', '-d', 'source.js') },
		ledger => 'public.migrations',
		baseline => sub { my ($project, @n) = @_; return @classes[@n] },
		entries => [ map { "170406720000$_" } (1 .. 3) ],
		nothing => qr/No migrations are pending/,
		batch => 'all',
		left => 'suspect: sequence_ahead 0.9, lost_inserts 0.6' });
}

# node-pg-migrate.
{
	my @names = map { "170406720000${_}_$short[$_]" } (0 .. 3);
	exercise($node, {
		name => 'node-pg-migrate',
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/migrations/$names[$n].js",
				"exports.up = (pgm) => {\n" . join('', map { "  pgm.sql(`$_`);\n" } sql_of($n, $kind)) . "};\nexports.down = false;\n");
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/node-pg-migrate", 'up') },
		ledger => 'public.pgmigrations',
		volatile => ['run_on'],
		baseline => sub { my ($project, @n) = @_; return map { "$names[$_].js" } @n },
		entries => [ @names[ 1 .. 3 ] ],
		nothing => qr/No migrations to run/,
		batch => 'all',
		left => 'suspect: sequence_ahead 0.9, lost_inserts 0.6' });
}

# dbmate.
{
	my @files = map { "2024010100000${_}_$short[$_].sql" } (0 .. 3);
	exercise($node, {
		name => 'dbmate',
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/db/migrations/$files[$n]",
				"-- migrate:up\n" . join('', map { "$_;\n" } sql_of($n, $kind)) . "\n-- migrate:down\n");
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/dbmate", '--no-dump-schema', 'migrate') },
		ledger => 'public.schema_migrations',
		baseline => sub { my ($project, @n) = @_; return @files[@n] },
		entries => [ map { "2024010100000$_" } (1 .. 3) ],
		batch => 'each' });
}

# graphile-migrate: committed files with a chain of hashes.
{
	my @files = ('', map { "00000$_-$short[$_].sql" } (1 .. 3));
	exercise($node, {
		name => 'graphile-migrate',
		setup => sub {
			my ($project, $dir, $db) = @_;
			put_file("$project/.gmrc", "{}\n");
			put_file("$project/migrations/current.sql", "\n");
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			my $body = join("\n", map { "$_;" } sql_of($n, $kind));
			my $previous = '';
			$previous = slurp_text("$project/migrations/committed/$files[$n - 1]") =~ s/.*--! Hash: (\S+).*/$1/sr if $n > 1;
			require Digest::SHA;
			my $hash = 'sha1:' . Digest::SHA::sha1_hex(($previous ? "$previous\n" : '') . "$body\n");
			put_file("$project/migrations/committed/$files[$n]",
				sprintf("--! Previous: %s\n--! Hash: %s\n--! Message: %s\n\n%s\n", $previous || '-', $hash, $short[$n] =~ s/_/-/gr, $body));
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/node_modules/.bin/graphile-migrate", 'migrate') },
		ledger => 'graphile_migrate.migrations',
		beside => ['graphile_migrate.current'],
		volatile => ['date'],
		baseline => sub {
			my ($project, @n) = @_;
			return map { { file => $files[$_], content => slurp_text("$project/migrations/committed/$files[$_]") } } @n;
		},
		entries => [ map { "00000$_.sql" } (1 .. 3) ],
		nothing => qr/Already up to date/,
		batch => 'each' });
}

done_testing();
