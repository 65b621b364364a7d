# shellcheck shell=bash
# Part of bench/migrations: one run over very many migrations, its memory, and
# the status afterwards.

# Each notes when it ran, so that memory can be read at the Nth without asking
# the server anything during the run. They change a hundred tables again and
# again: ten thousand new tables would fill the session's relation cache, which
# is the server's memory and not the runner's.
many_migration() {
	local n=$1 t=$((($1 - 1) % 100))
	if ((n == 1)); then
		echo "CREATE TABLE reached (n integer PRIMARY KEY, at timestamptz NOT NULL);"
	fi
	if ((n <= 100)); then
		echo "CREATE TABLE item_$t (id bigint PRIMARY KEY, name text, note text);"
	else
		case $(((n - 1) / 100 % 4)) in
		0) echo "ALTER TABLE item_$t ALTER COLUMN note SET DEFAULT 'note $n';" ;;
		1) echo "CREATE INDEX item_${t}_name ON item_$t (name);" ;;
		2) echo "COMMENT ON TABLE item_$t IS 'changed by $n';" ;;
		3) echo "DROP INDEX item_${t}_name;" ;;
		esac
		echo "INSERT INTO item_$t (id, name) VALUES ($n, 'name of $n');"
	fi
	echo "INSERT INTO reached VALUES ($n, clock_timestamp());"
}

write_many_migrations() {
	local i n dir=$bench_dir/many
	mkdir "$dir"
	for ((i = 1; i <= many; i++)); do
		printf -v n '%05d' "$i"
		many_migration "$i" >"$dir/${n}_step.sql"
		printf 'BEGIN;\n\\i %s\nCOMMIT;\n' "$dir/${n}_step.sql"
	done >"$bench_dir/many.floor"
}

# Reports the private memory of the session that was just watched.
report_memory() {
	local who=$1 first=$((many / 10)) at=() n grew
	for n in 1 "$first" $((many / 2)) "$many"; do
		at+=("$(mb_at "$(sql -d "${prefix}many" -c "SELECT extract(epoch FROM at) FROM reached WHERE n = $n")")")
	done
	figure "$who: at 1 / $first / $((many / 2)) / $many" '' "${at[0]} / ${at[1]} / ${at[2]} / ${at[3]} MB, peak $(peak_mb) MB"
	grew=$(calc '%.2f' "${at[3]} - ${at[1]}")
	if [[ $who == dbmig ]]; then
		target "dbmig: growth after the first $first" "$grew" MB 1
	else
		figure "$who: growth after the first $first" "$grew" MB
	fi
}

# Time of one statement, all rows fetched, milliseconds: median of 11.
statement_ms() {
	local i
	# shellcheck disable=SC2046
	calc '%.1f' "$(median $({
		printf '%s\n' '\timing on' '\o /dev/null'
		for i in {1..11}; do echo "$1;"; done
	} | sql -d "${prefix}many" | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'))"
}

echo
echo "One run over $many migrations: private memory of the session"
write_many_migrations

if [[ ,$only, == *,memory,* ]]; then
	fresh_database many
	{ watched_head; cat "$bench_dir/many.floor"; } >"$bench_dir/watched.sql"
	watched_sql -d "${prefix}many" -f "$bench_dir/watched.sql"
	psql_us=$took
	report_memory psql
fi

if [[ -n $has_dbmig ]]; then
	fresh_database many dbmig
	clock sql -d "${prefix}many" -o /dev/null -c "SELECT * FROM dbmig.register_directory('$bench_dir/many')"
	registered_us=$took
	settle
	{ watched_head; echo 'SET client_min_messages = warning;'; echo 'CALL dbmig.migrate();'; } >"$bench_dir/watched.sql"
	watched_sql -d "${prefix}many" -f "$bench_dir/watched.sql"
	if [[ ,$only, == *,memory,* ]]; then
		report_memory dbmig
		figure "psql, $many migrations" "$(calc '%.2f' "$psql_us / 1e6")" s
		figure "dbmig, $many migrations" "$(calc '%.2f' "$took / 1e6")" "s   $(calc '%.2f' "$took / $psql_us") x psql"
		figure "dbmig: registering the directory before it" "$(calc '%.2f' "$registered_us / 1e6")" s
	fi

	if [[ ,$only, == *,status,* ]]; then
		echo
		echo "Status of $many migrations, all applied: all rows fetched, median of 11"
		sql -d "${prefix}many" -c 'VACUUM ANALYZE'
		target "SELECT * FROM dbmig.migration_status" "$(statement_ms 'SELECT * FROM dbmig.migration_status')" ms 50
		target "SELECT * FROM dbmig.migration_summary()" "$(statement_ms 'SELECT * FROM dbmig.migration_summary()')" ms 50
		figure "CALL dbmig.migrate() with nothing to do" "$(statement_ms 'CALL dbmig.migrate()' 2>/dev/null)" ms
	fi
fi
drop_database many
