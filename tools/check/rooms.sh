#!/usr/bin/env bash
# The #includes between the rooms of src/ are those that the table in
# ARCHITECTURE.md allows: rows "| room | may include |" between the markers
# <!-- rooms --> and <!-- /rooms -->. dbmig.c is the door and may include every
# room. Nor may a header of ours hide one of the server's: "catalog/x.h" is
# looked for in src/ first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
	echo "rooms: $1" >&2
	exit 1
}

[[ -e ARCHITECTURE.md ]] || fail 'ARCHITECTURE.md is missing'
declare -A allowed=()
while IFS='|' read -r _ room targets _; do
	room=$(tr -d ' `/' <<<"$room")
	[[ -n $room && $room != room && ! $room =~ ^:?-+:?$ ]] || continue
	allowed[$room]=" $(tr -c 'a-z_0-9\n' ' ' <<<"$targets") "
done < <(sed -n '/<!-- rooms -->/,/<!-- \/rooms -->/p' ARCHITECTURE.md | grep '^|' || true)
((${#allowed[@]})) || fail 'ARCHITECTURE.md has no table between <!-- rooms --> and <!-- /rooms -->'

server_headers=''
if pg_config=$(tools/find-pg-config 2>/dev/null); then
	server_headers=$("$pg_config" --includedir-server)
fi

wrong=()
while IFS= read -r header; do
	[[ -z $server_headers || ! -e $server_headers/$header ]] ||
		wrong+=("src/$header hides the server's \"$header\"")
done < <(find src -name '*.h' -printf '%P\n' | sort)

while IFS= read -r room; do
	[[ -n ${allowed[$room]+x} ]] || wrong+=("room \"$room\" is not in the table of ARCHITECTURE.md")
done < <(find src -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort)

while IFS=: read -r file line; do
	header=$(sed -E 's/^[^"]*"([^"]+)".*/\1/' <<<"$line")
	[[ $header == */* && -e src/$header ]] || continue
	from=${file#src/}
	[[ $from == dbmig.c ]] && continue
	from=${from%%/*}
	to=${header%%/*}
	[[ $from == "$to" || " ${allowed[$from]-} " == *" $to "* ]] ||
		wrong+=("$file includes \"$header\", but $from may not include $to")
done < <(grep -rEH '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' src --include='*.c' --include='*.h' | sort)

((${#wrong[@]} == 0)) || fail "$(printf '%s; ' "${wrong[@]:0:5}" | sed 's/; $//')$( ((${#wrong[@]} <= 5)) || echo "; and $((${#wrong[@]} - 5)) more")"
