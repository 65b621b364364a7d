# shellcheck shell=bash
# Part of bench/migrations: one very large text.

# Rows for a reference table, 500 to a statement, until the size is reached.
write_big_migration() {
	mkdir "$bench_dir/big"
	perl -e '
		my ($limit, $n, $size) = ($ARGV[0] * 1024 * 1024, 0, 0);
		my $put = sub { print $_[0]; $size += length $_[0] };
		$put->("CREATE TABLE place (id integer PRIMARY KEY, name text NOT NULL, position point, note text);\n");
		while ($size < $limit) {
			$put->("INSERT INTO place VALUES\n" . join(",\n", map {
				$n++;
				sprintf "(%d, \x27Place no. %d\x27, point(%.4f, %.4f), \x27it\x27\x27s a note on place %d; with a semicolon\x27)",
					$n, $n, $n % 90 + 0.5, $n % 180 + 0.25, $n
			} 1 .. 500) . ";\n");
		}' "$megabytes" >"$bench_dir/big/001_places.sql"
}

echo
echo "One migration of $megabytes MB: time, and peak private memory of the session"
write_big_migration

fresh_database big
{ watched_head; echo 'BEGIN;'; echo "\\i $bench_dir/big/001_places.sql"; echo 'COMMIT;'; } >"$bench_dir/watched.sql"
watched_sql -d "${prefix}big" -f "$bench_dir/watched.sql"
psql_us=$took
rows=$(sql -d "${prefix}big" -c 'SELECT count(*) FROM place')
figure psql "$(calc '%.2f' "$psql_us / 1e6")" "s   peak $(peak_mb) MB, $rows rows"

if [[ -n $has_dbmig ]]; then
	fresh_database big dbmig
	{ watched_head; echo "SELECT * FROM dbmig.register_directory('$bench_dir/big') \\g /dev/null"; } >"$bench_dir/watched.sql"
	watched_sql -d "${prefix}big" -f "$bench_dir/watched.sql"
	figure 'dbmig: registering it' "$(calc '%.2f' "$took / 1e6")" "s   peak $(peak_mb) MB"
	settle
	{ watched_head; echo 'SET client_min_messages = warning;'; echo 'CALL dbmig.migrate();'; } >"$bench_dir/watched.sql"
	watched_sql -d "${prefix}big" -f "$bench_dir/watched.sql"
	figure 'dbmig: applying it' "$(calc '%.2f' "$took / 1e6")" \
		"s   peak $(peak_mb) MB, $(calc '%.2f' "$took / $psql_us") x psql"
	[[ $(sql -d "${prefix}big" -c 'SELECT count(*) FROM place') == "$rows" ]] || {
		echo 'dbmig and psql made different numbers of rows' >&2
		exit 1
	}
fi
drop_database big
