# shellcheck shell=bash
# Shared by the parts of bench/migrations: databases, clocks, medians, memory,
# other tools.

missed=0
prefix=dbmig_bench_
bench_dir=''
has_dbmig=''

# Where other tools are kept between runs; never in the tree. A server run by
# root belongs to another user, who must be able to read it.
if ((EUID == 0)); then
	cache=${DBMIG_BENCH_CACHE:-/var/cache/dbmig-bench}
else
	cache=${DBMIG_BENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dbmig-bench}
fi
export DBMIG_BENCH_CACHE=$cache

# Installs dbmate and node-pg-migrate, unless they are there; a machine without
# npm measures without them.
fetch_tools() {
	[[ -x $cache/node_modules/.bin/dbmate && -x $cache/node_modules/.bin/node-pg-migrate ]] && return
	if ! command -v npm >/dev/null; then
		echo 'no npm here: dbmate and node-pg-migrate are left out' >&2
		return
	fi
	mkdir -p "$cache"
	(cd "$cache" && { [[ -e package.json ]] || echo '{"private": true}' >package.json; } &&
		umask 022 &&
		npm install --no-audit --no-fund --loglevel=error dbmate node-pg-migrate pg >npm.log 2>&1) ||
		echo "npm could not install them: dbmate and node-pg-migrate are left out (see $cache/npm.log)" >&2
}

# psql without anybody's settings, stopping at the first error.
sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

# Makes the scratch directory and sees to it that nothing is left behind.
open_bench() {
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	trap close_bench EXIT
	bench_dir=$(mktemp -d)
	chmod 755 "$bench_dir"         # the server reads the files itself
	unset PGDATABASE
	sql -d postgres -c 'SELECT' >/dev/null
	# A staged extension is not listed in pg_available_extensions: try it.
	has_dbmig=$(sql -d postgres -c 'BEGIN' -c 'CREATE EXTENSION dbmig' -c 'ROLLBACK' >/dev/null 2>&1 && echo yes || true)
	[[ -n $has_dbmig ]] || echo 'this server has no dbmig: only the others are measured'
}

close_bench() {
	local rc=$? db
	trap '' INT TERM HUP
	set +e
	jobs -p | xargs -r kill 2>/dev/null
	for db in $(psql -X -At -d postgres -c "SELECT datname FROM pg_database WHERE starts_with(datname, '$prefix')" 2>/dev/null); do
		psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $db WITH (FORCE)" 2>/dev/null
	done
	rm -rf "$bench_dir"
	exit "$rc"
}

# Makes an empty database; a second argument makes it one with dbmig.
fresh_database() {
	sql -d postgres -c "DROP DATABASE IF EXISTS $prefix$1 WITH (FORCE)" \
		-c "CREATE DATABASE $prefix$1 TEMPLATE template0" 2>/dev/null
	[[ -z ${2:-} ]] || sql -d "$prefix$1" -c 'CREATE EXTENSION dbmig'
	settle
}

drop_database() { sql -d postgres -c "DROP DATABASE IF EXISTS $prefix$1 WITH (FORCE)"; }

# Lets each measurement begin with nothing left to write.
settle() {
	sql -d postgres -c 'CHECKPOINT'
	sync
}

# Runs a command and leaves its wall-clock time in $took, microseconds.
clock() {
	local begun=${EPOCHREALTIME/./}
	"$@"
	took=$((${EPOCHREALTIME/./} - begun))
}

# Median of its arguments.
median() {
	printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 }
		END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# Arithmetic with a fraction: calc '%.2f' '1 / 3'.
calc() { awk "BEGIN { printf \"$1\", $2 }"; }

# Prints a figure beside its target: target <name> <figure> <unit> <at most>.
target() {
	local word=ok
	if [[ $(calc '%d' "($2 <= $4)") == 0 ]]; then
		word=MISSED
		missed=$((missed + 1))
	fi
	printf '  %-46s %9s %-3s  target <= %s %s: %s\n' "$1" "$2" "$3" "$4" "$3" "$word"
}

# Prints a figure that has no target.
figure() { printf '  %-46s %9s %s\n' "$1" "$2" "${3:-}"; }

describe_machine() {
	sql -d postgres -c "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync')
		|| ', full_page_writes ' || current_setting('full_page_writes')
		|| ', shared_buffers ' || current_setting('shared_buffers')"
	echo "$(nproc) cores, $(awk '/^MemTotal/ { printf "%d GB", $2 / 1048576 }' /proc/meminfo) memory," \
		"data on $(stat -f -c %T "$bench_dir")"
}

# Writes the private memory of a backend, kilobytes, every few milliseconds to
# a file until the process is gone: "<unix time> <RssAnon> <VmRSS>". RssAnon
# is what the session allocates; VmRSS counts shared buffers that it touched.
watch_memory() {
	perl -MTime::HiRes=time,sleep -e '
		my ($pid_file, $out_file) = @ARGV;
		my $pid = "";
		while ($pid !~ /^\d+\n/) {
			sleep 0.005;
			exit if getppid() == 1;
			if (open my $f, "<", $pid_file) { $pid = <$f> // "" }
		}
		chomp $pid;
		open my $out, ">", $out_file or die;
		while (open my $status, "<", "/proc/$pid/status") {
			my $text = do { local $/; <$status> } // last;
			my ($rss) = $text =~ /^VmRSS:\s+(\d+)/m or last;
			my ($anon) = $text =~ /^RssAnon:\s+(\d+)/m or last;
			printf $out "%.3f %d %d\n", time, $anon, $rss;
			sleep 0.01;
		}' "$1" "$2"
}

# Runs a psql script whose first statement is to be watched; arguments are
# those of psql. Leaves the samples in $bench_dir/samples.
watched_sql() {
	rm -f "$bench_dir/pid" "$bench_dir/samples"
	watch_memory "$bench_dir/pid" "$bench_dir/samples" &
	local watcher=$! rc=0
	clock sql "$@" || rc=$?
	# A session that died before it said who it was leaves the watcher waiting.
	((rc == 0)) || kill "$watcher" 2>/dev/null
	wait "$watcher" || true
	return "$rc"
}

# Begins a watched script: says which process to watch, then gives it time.
watched_head() { printf 'SELECT pg_backend_pid() \\g %s/pid\nSELECT pg_sleep(0.1) \\g /dev/null\n' "$bench_dir"; }

# Largest private memory seen, megabytes.
peak_mb() { awk '$2 > max { max = $2 } END { printf "%.1f", max / 1024 }' "$bench_dir/samples"; }

# Private memory at a moment (unix time), megabytes: the last sample before it.
mb_at() { awk -v t="$1" '$1 <= t || NR == 1 { v = $2 } END { printf "%.2f", v / 1024 }' "$bench_dir/samples"; }

# The last line, and the exit code.
verdict() {
	echo
	if ((missed)); then
		echo "$missed target(s) MISSED"
		exit 1
	fi
	echo 'no target missed'
}
