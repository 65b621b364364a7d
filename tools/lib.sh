# shellcheck shell=bash
# Shared by the programs in tools/: find the server, make a work directory that
# is gone afterwards whatever happens, build into it, run a throwaway server.
#
# PostgreSQL refuses to run as root, so root acts through another user ("the
# runner"); everything that user must read is copied into the work directory,
# because the tree itself may lie where only root can look. Nothing outside the
# work directory is written, except the objects of the build and results/.

set -euo pipefail
umask 022

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=''
job_pid=''
runner=()
runner_user=''

# Leftovers of the caller's environment must not lead anybody to another server.
for name in $(compgen -e PG); do
	[[ $name == PG_CONFIG ]] || unset "$name"
done
unset name MAKEFLAGS MAKELEVEL MFLAGS
export LC_ALL=C

say() { printf '%s\n' "$*"; }

die() {
	printf 'dbmig: %s\n' "$*" >&2
	exit 1
}

# Finds the server to build for; sets the variables that describe it.
find_server() {
	PG_CONFIG=$("$top/tools/find-pg-config") ||
		die 'no PostgreSQL server with headers found; run: tools/setup (or set PG_CONFIG)'
	export PG_CONFIG
	bindir=$("$PG_CONFIG" --bindir)
	sharedir=$("$PG_CONFIG" --sharedir)
	pkglibdir=$("$PG_CONFIG" --pkglibdir)
	pgxs_src=$(cd "$(dirname "$("$PG_CONFIG" --pgxs)")/.." && pwd)
	server_version=$("$PG_CONFIG" --version | sed -E 's/^PostgreSQL ([^ ]+).*/\1/')
	server_major=${server_version%%[!0-9]*}
	((server_major >= 15)) || die "PostgreSQL $server_version is too old; 15 or later is needed"
}

# Runs a command in a process group of its own and waits for it. bash runs a
# trap only between foreground commands, but at once while it waits; and the
# group lets cleanup() end the command with all its children.
job() {
	local rc=0
	set -m
	"$@" &
	job_pid=$!
	set +m
	wait "$job_pid" || rc=$?
	job_pid=''
	return "$rc"
}

# Runs a command as the user who owns the server.
as_runner() {
	(cd "$work/tree" && exec "${runner[@]}" "$@")
}

# Process ids of what runs inside the work directory: postmasters started by
# pg_ctl leave the process group, so they are known by where they run.
inmates() {
	local proc
	for proc in /proc/[0-9]*; do
		[[ $(readlink "$proc/cwd" 2>/dev/null) == "$work"/* ]] || continue
		[[ -z ${1:-} || $(cat "$proc/comm" 2>/dev/null) == "$1" ]] || continue
		echo "${proc#/proc/}"
	done
}

# Ends everything that was started and removes the work directory.
cleanup() {
	trap '' INT TERM HUP
	set +e
	local pidfile
	if [[ -n $job_pid ]]; then
		kill -TERM -- "-$job_pid" 2>/dev/null
	fi
	for _ in 1 2 3; do
		while read -r pidfile; do
			kill -QUIT "$(head -n 1 "$pidfile")" 2>/dev/null
		done < <(find "$work" -name postmaster.pid 2>/dev/null)
		for _ in {1..20}; do
			[[ -z $(inmates) ]] && break 2
			sleep 0.1
		done
		# shellcheck disable=SC2046
		kill -TERM $(inmates) 2>/dev/null
	done
	if [[ -n $job_pid ]]; then
		kill -KILL -- "-$job_pid" 2>/dev/null
	fi
	# shellcheck disable=SC2046
	kill -KILL $(inmates postgres) 2>/dev/null
	rm -rf "$work"
}

# Makes the work directory and decides who runs the server.
open_workdir() {
	local base=${TMPDIR:-/tmp}
	# A socket's path may have 107 bytes, and the runner must get there.
	((${#base} <= 40)) || base=/tmp
	runner_user=$(id -un)
	if ((EUID == 0)); then
		runner_user=postgres
		id "$runner_user" >/dev/null 2>&1 || runner_user=nobody
		runner=(setpriv "--reuid=$runner_user" "--regid=$(id -g "$runner_user")" --init-groups --)
		"${runner[@]}" test -w "$base" -a -x "$base" || base=/tmp
	fi
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	work=$(mktemp -d "$base/dbmig.XXXXXX")
	trap cleanup EXIT
	mkdir "$work/tree" "$work/stage" "$work/sock" "$work/tmp"
	runner+=(env "HOME=$work/tmp" "TMPDIR=$work/tmp" "USER=$runner_user" "LOGNAME=$runner_user"
		"PATH=$bindir:$PATH")
	export PGHOST=$work/sock PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
	export DBMIG_TREE=$work/tree DBMIG_STAGE=$work/stage DBMIG_STAGE_CONF=$work/stage.conf
}

# Hands what was made in the work directory to the runner.
give_to_runner() {
	((EUID != 0)) || chown -hR "$runner_user:$(id -g "$runner_user")" "$work"
}

# Builds the extension and installs it under $work/stage, and copies the parts
# of the tree that tests read to $work/tree. Takes make variables.
build_and_stage() {
	local source=$top
	if [[ ! -w $top/src ]]; then
		source=$work/build
		mkdir "$source"
		tar -C "$top" --exclude=.git --exclude='*.o' --exclude='*.bc' -cf - . | tar -C "$source" -xf -
	fi
	# One build at a time in one tree.
	exec 9<"$source/Makefile"
	job flock 9
	if ! job make -j2 --no-print-directory -C "$source" "PG_CONFIG=$PG_CONFIG" with_llvm=no \
		"$@" install "DESTDIR=$work/stage" </dev/null >"$work/build.log" 2>&1; then
		grep -Ev '^(gcc|cc|clang|/)[^ :]* ' "$work/build.log" | head -n 60 >&2
		die 'the build failed'
	fi
	exec 9<&-
	grep -A5 -E 'warning:' "$work/build.log" >&2 || true

	local part
	for part in sql expected specs t examples bench docs tools dbmig.control README.md CHANGELOG.md; do
		[[ ! -e $top/$part ]] || cp -R "$top/$part" "$work/tree/"
	done
	cp "$top"/dbmig--*.sql "$work/tree/" 2>/dev/null || true

	# How the server finds the staged files differs.
	if ((server_major >= 18)); then
		cat >"$work/stage.conf" <<-CONF
			extension_control_path = '$work/stage$sharedir:\$system'
			dynamic_library_path = '$work/stage$pkglibdir:\$libdir'
		CONF
	elif grep -q extension_destdir "$bindir/postgres"; then
		# Debian's servers before 18; this covers \$libdir as well.
		cat >"$work/stage.conf" <<-CONF
			extension_destdir = '$work/stage'
			dynamic_library_path = '$work/stage$pkglibdir:\$libdir'
		CONF
	else
		shadow_server
	fi
	give_to_runner
}

# Other servers before 18 read extensions from their own directories only, but
# find these relative to their binaries. So the stage becomes a second server:
# real binaries, links to everything else.
shadow_server() {
	mkdir -p "$work/stage$bindir"
	cp -R "$bindir/." "$work/stage$bindir/"
	cp -Rsn "$sharedir/." "$work/stage$sharedir/"
	cp -Rsn "$pkglibdir/." "$work/stage$pkglibdir/"
	bindir=$work/stage$bindir
	runner=("${runner[@]/#PATH=*/PATH=$bindir:$PATH}")
	: >"$work/stage.conf"
}

# Starts a server that listens on a socket in the work directory only. Each
# argument is a line for postgresql.conf.
start_server() {
	as_runner initdb -D "$work/data" -U postgres -A trust --no-locale -E UTF8 -N \
		>"$work/initdb.log" 2>&1 || {
		cat "$work/initdb.log" >&2
		die 'initdb failed'
	}
	{
		cat "$work/stage.conf"
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$work/sock'"
		echo "port = 5432"
		echo "log_line_prefix = '%m [%p] %q%a '"
		echo "logging_collector = off"
		printf '%s\n' "$@"
	} >>"$work/data/postgresql.conf"
	as_runner env ${DBMIG_SERVER_PRELOAD:+"LD_PRELOAD=$DBMIG_SERVER_PRELOAD"} \
		pg_ctl -D "$work/data" -l "$work/server.log" -w -t 60 -s start </dev/null || {
		tail -n 20 "$work/server.log" >&2
		die 'the throwaway server did not start'
	}
}
