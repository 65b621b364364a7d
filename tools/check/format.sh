#!/usr/bin/env bash
# src/ is formatted as .clang-format says. `make format` mends it. Releases of
# clang-format differ in details, so only version 14 (Debian 12) may judge;
# without it the check is skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

formatter=''
for name in clang-format-14 clang-format; do
	if command -v "$name" >/dev/null && [[ $("$name" --version) == *' version 14.'* ]]; then
		formatter=$name
		break
	fi
done
if [[ -z $formatter ]]; then
	echo 'format: skipped, there is no clang-format 14'
	exit 0
fi
mapfile -t files < <(find src -name '*.[ch]' | sort)
((${#files[@]})) || exit 0
wrong=$("$formatter" --dry-run "${files[@]}" 2>&1 | sed -nE 's/^([^:]+):[0-9]+:[0-9]+: warning:.*/\1/p' | sort | uniq -c |
	awk '{ printf "%s%s (%d)", sep, $2, $1; sep = ", " }')
if [[ -n $wrong ]]; then
	echo "format: run make format: $wrong" >&2
	exit 1
fi
