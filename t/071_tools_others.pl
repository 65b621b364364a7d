
# Copyright (c) 2026, the dbmig authors

# The same for the tools of other languages; see 070_tools_node.pl.

use strict;
use warnings FATAL => 'all';

use lib 't/lib';
use DbmigTest;
use RealTools;
use Test::More;

my $node = tools_node('tools_others');
my @short = ('', 'create_widgets', 'add_price', 'create_gadgets');

# Alembic keeps the current revision only.
{
	my @ids = ('', 'aaa111', 'bbb222', 'ccc333');
	exercise($node, {
		name => 'alembic',
		setup => sub {
			my ($project) = @_;
			put_file("$project/alembic.ini", "[alembic]\nscript_location = alembic\n");
			put_file("$project/alembic/env.py", <<'PY');
import os
from alembic import context
from sqlalchemy import create_engine, pool
engine = create_engine(os.environ['DATABASE_URL'].replace('postgres://', 'postgresql+psycopg2://'), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
PY
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/alembic/versions/$ids[$n]_$short[$n].py",
				"from alembic import op\nrevision = '$ids[$n]'\ndown_revision = "
				  . ($n > 1 ? "'$ids[$n - 1]'" : 'None')
				  . "\nbranch_labels = None\ndepends_on = None\n\ndef upgrade():\n"
				  . join('', map { "    op.execute('$_')\n" } sql_of($n, $kind))
				  . "\ndef downgrade():\n    pass\n");
		},
		run => sub { return ('/usr/bin/python3', '-m', 'alembic.config', 'upgrade', 'head') },
		ledger => 'public.alembic_version',
		baseline => sub { my ($project, @n) = @_; return $ids[ $n[-1] ] },
		entries => [ @ids[ 1 .. 3 ] ],
		head_only => 1,
		batch => 'all',
		left => '' });
}

# Django: the migrations of an application of its own.
{
	my @names = map { "000${_}_$short[$_]" } (0 .. 3);
	exercise($node, {
		name => 'django',
		setup => sub {
			my ($project) = @_;
			put_file("$project/settings.py", <<'PY');
import os
SECRET_KEY = 'x'
INSTALLED_APPS = ['shop']
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = True
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': os.environ['PGDATABASE'],
    'USER': 'postgres', 'HOST': os.environ['PGHOST'], 'PORT': os.environ['PGPORT']}}
PY
			put_file("$project/shop/__init__.py", "");
			put_file("$project/shop/migrations/__init__.py", "");
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/shop/migrations/$names[$n].py",
				"from django.db import migrations\n\nclass Migration(migrations.Migration):\n    dependencies = ["
				  . ($n > 1 ? "('shop', '$names[$n - 1]')" : '')
				  . "]\n    operations = ["
				  . join(', ', map { "migrations.RunSQL('$_')" } sql_of($n, $kind)) . "]\n");
		},
		run => sub { return ('/usr/bin/python3', '-m', 'django', 'migrate', '--settings=settings', '--pythonpath=.') },
		ledger => 'public.django_migrations',
		volatile => ['applied'],
		baseline => sub { my ($project, @n) = @_; return map { "shop.$names[$_]" } @n },
		entries => [ map { "shop.$names[$_]" } (1 .. 3) ],
		nothing => qr/No migrations to apply/,
		any_shape => 'Django before 4.1 has serial numbers instead of an identity',
		batch => 'each' });
}

# Rails: ActiveRecord without the rest.
{
	my @versions = map { "2024010100000$_" } (0 .. 3);
	exercise($node, {
		name => 'rails',
		setup => sub {
			my ($project) = @_;
			put_file("$project/migrate.rb", <<'RB');
require 'logger'
require 'active_record'
ActiveRecord::Base.establish_connection(ENV['DATABASE_URL'].sub('postgres://', 'postgresql://'))
context = ActiveRecord::MigrationContext.new('db/migrate', ActiveRecord::SchemaMigration)
puts 'nothing to do' unless context.needs_migration?
context.migrate
RB
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			my $class = join '', map { ucfirst } split /_/, $short[$n];
			put_file("$project/db/migrate/$versions[$n]_$short[$n].rb",
				"class $class < ActiveRecord::Migration[6.1]\n  def up\n"
				  . join('', map { "    execute '$_'\n" } sql_of($n, $kind)) . "  end\nend\n");
		},
		run => sub { my ($project, $dir) = @_; return ("$dir/usr/bin/ruby3.1", 'migrate.rb') },
		ledger => 'public.schema_migrations',
		beside => ['public.ar_internal_metadata'],
		baseline => sub {
			my ($project, @n) = @_;
			return map { { file => "db/migrate/$versions[$_]_$short[$_].rb", environment => 'default_env' } } @n;
		},
		entries => [ @versions[ 1 .. 3 ] ],
		nothing => qr/nothing to do/,
		batch => 'each' });
}

# Sqitch: change ids must be exact, tags are there too.
{
	my @planned = map { "2024-01-01T00:00:0${_}Z" } (0 .. 3);
	my $planner = 'Ann Example <ann@example.com>';
	exercise($node, {
		name => 'sqitch',
		setup => sub {
			my ($project) = @_;
			put_file("$project/sqitch.conf", "[core]\n\tengine = pg\n[user]\n\tname = Ann Example\n\temail = ann\@example.com\n");
		},
		write => sub {
			my ($project, $n, $kind) = @_;
			put_file("$project/deploy/$short[$n].sql", join('', map { "$_;\n" } sql_of($n, $kind)));
			put_file("$project/sqitch.plan",
				"%syntax-version=1.0.0\n%project=shop\n%uri=https://example.com/shop/\n\n"
				  . join('', map {
						"$short[$_] " . ($_ == 2 ? '[create_widgets] ' : $_ == 3 ? "[add_price\@v1.0 !other:thing] " : '') . "$planned[$_] $planner # note $_ \x{c3}\x{a9}\n"
						  . ($_ == 2 ? "\@v1.0 2024-01-02T00:00:00Z $planner # first\n" : '')
				  } (1 .. $n)));
		},
		run => sub {
			my ($project, $dir, $db, $node) = @_;
			return ('/usr/bin/perl', '-CAS', "$dir/usr/bin/sqitch", 'deploy', '--mode', 'change', "db:pg://postgres\@127.0.0.1:" . $node->port . "/$db");
		},
		ledger => 'sqitch.changes',
		beside => [ map { "sqitch.$_" } qw(projects releases tags dependencies events) ],
		volatile => ['committed_at'],
		more_rows => [
			"SELECT tag_id, tag, project, change_id, note, committer_name, planned_at, planner_name, planner_email FROM sqitch.tags",
			"SELECT * FROM sqitch.dependencies ORDER BY change_id, dependency",
			"SELECT event, change_id, change, project, note, requires, conflicts, tags, committer_name, committer_email, planned_at, planner_name FROM sqitch.events ORDER BY committed_at",
			"SELECT project, uri, creator_name FROM sqitch.projects" ],
		baseline => sub {
			my ($project, @n) = @_;
			return map {
				{
					name => $short[$_], project => 'shop', uri => 'https://example.com/shop/',
					planned_at => $planned[$_], planner_name => 'Ann Example', planner_email => 'ann@example.com',
					committer_name => 'Ann Example', committer_email => 'ann@example.com',
					note => "note $_ \x{e9}", content => slurp_text("$project/deploy/$short[$_].sql"),
					($_ == 2 ? (requires => ['create_widgets'], tags => [
						{ name => '@v1.0', note => 'first', planned_at => '2024-01-02T00:00:00Z' } ]) : ()),
					($_ == 3 ? (requires => ['add_price@v1.0'], conflicts => ['other:thing']) : ())
				}
			} @n;
		},
		entries => [ @short[ 1 .. 3 ] ],
		nothing => qr/Nothing to deploy/,
		after_failure => 'create_widgets applied, add_price applied, create_gadgets failed',
		batch => 'stmt',
		left => 'failed: unrecorded_object 0.4' });
}

# Liquibase: one changelog in formatted SQL.
{
	my @sets;
	exercise($node, {
		name => 'liquibase',
		write => sub {
			my ($project, $n, $kind) = @_;
			$sets[$n] = "--changeset ann:$n splitStatements:true\n" . join('', map { "$_;\n" } sql_of($n, $kind)) . "\n";
			put_file("$project/changelog.sql", "--liquibase formatted sql\n\n" . join('', @sets[ 1 .. $n ]));
		},
		run => sub {
			my ($project, $dir, $db, $node) = @_;
			my $home = "$dir/node_modules/liquibase/dist/liquibase";
			return ('java', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-cp', "$home/internal/lib/*:$home/liquibase.jar",
				'liquibase.integration.commandline.LiquibaseCommandLine',
				'--changelog-file=changelog.sql', '--username=postgres', '--password=none',
				"--url=jdbc:postgresql://127.0.0.1:" . $node->port . "/$db", 'update');
		},
		ledger => 'public.databasechangelog',
		beside => ['public.databasechangeloglock'],
		volatile => [ 'dateexecuted', 'md5sum', 'deployment_id', 'description', 'comments', 'liquibase' ],
		baseline => sub { my ($project, @n) = @_; return map { { id => "$_", author => 'ann', file => 'changelog.sql' } } @n },
		entries => [ 1 .. 3 ],
		nothing => qr/up to date/i,
		batch => 'each' });
}

done_testing();
