#!/usr/bin/env bash
# The version is written once, in dbmig.control; the install script's name,
# META.json (which wants three numbers) and the newest heading of CHANGELOG.md
# agree with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
	echo "version: $1" >&2
	exit 1
}

version=$(sed -nE "s/^default_version *= *'([^']+)'.*/\1/p" dbmig.control)
[[ -n $version ]] || fail 'dbmig.control has no default_version'
[[ -e dbmig--$version.sql ]] || fail "dbmig.control says $version, but dbmig--$version.sql is missing"

meta=$(grep -oE '^ *"version": *"[^"]+"' META.json | sed -E 's/.*"([^"]+)"$/\1/' | grep -vxF "$version" |
	grep -vxF "$version.0" | head -n 1) || true
# The version of the META specification itself stands there too.
[[ -z $meta || $meta == 1.0.0 ]] || fail "dbmig.control says $version, META.json says $meta"
grep -qE "^ *\"version\": *\"${version//./\\.}(\.0)?\"" META.json || fail "META.json does not say $version"

[[ -e CHANGELOG.md ]] || fail 'CHANGELOG.md is missing'
newest=$(grep -m1 -E '^##? .*[0-9]+\.[0-9]+' CHANGELOG.md | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1) || true
[[ $newest == "$version" ]] || fail "dbmig.control says $version, the newest heading of CHANGELOG.md says \"$newest\""
