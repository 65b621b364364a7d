#!/usr/bin/env bash
# Every symbol that dbmig.so exports begins with dbmig_. An extern named like a
# function of the server would silently bind to the server's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [[ ! -e dbmig.so ]]; then
	echo 'externs: skipped, dbmig.so is not built (run make)'
	exit 0
fi
foreign=$(nm -D --defined-only dbmig.so | awk '{ print $NF }' |
	grep -vxE 'dbmig_.*|pg_finfo_dbmig_.*|Pg_magic_func|_PG_init|_init|_fini|_edata|_end|__bss_start' |
	sort | paste -sd ' ') || true
if [[ -n $foreign ]]; then
	echo "externs: without the prefix dbmig_: $foreign" >&2
	exit 1
fi
