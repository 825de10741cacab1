#!/usr/bin/env bash
# Checks for what a target needs and installs it where it can:
#   tools/prepare.sh build | test | bench
# It uses apt-get on Debian and Ubuntu, as root or through sudo without a password.
# Elsewhere it says what to install, and fails.
set -u
cd "$(dirname "$0")/.." || exit 1
target=${1:-build}
missing=0
updated=""

say() { echo "[prepare] $*"; }

may_install() {
	command -v apt-get >/dev/null || return 1
	[ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt() {
	if [ -z "$updated" ]; then
		say "apt-get update"
		as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null || say "apt-get update failed; going on with the lists that are here"
		updated=yes
	fi
	say "apt-get install $*"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# require WHAT TEST PACKAGES ELSEWHERE: installs the packages when the test fails.
require() {
	local what=$1 test=$2 packages=$3 elsewhere=$4
	if eval "$test"; then return; fi
	# shellcheck disable=SC2086
	if may_install && apt $packages && eval "$test"; then
		say "$what is installed now"
		return
	fi
	say "MISSING: $what. Debian, Ubuntu: apt-get install -y $packages. $elsewhere"
	missing=1
}

# newest_go names the newest package of Go 1.21 or later that this distribution
# has; Debian 12's own golang-go is too old, its backports are not.
newest_go() {
	if may_install && [ -z "$updated" ]; then
		as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null
		updated=yes
	fi
	local package
	package=$(apt-cache pkgnames golang-1. 2>/dev/null | sed -n 's/^golang-1\.\([0-9][0-9]*\)-go$/\1/p' | sort -n | tail -n 1)
	if [ -n "$package" ] && [ "$package" -ge 21 ]; then echo "golang-1.$package-go"; else echo golang-go; fi
}

has_postgres() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

if ! tools/go --find >/dev/null; then
	require "Go 1.21 or later" "tools/go --find >/dev/null" "ca-certificates $(newest_go)" \
		"Elsewhere, or where the distribution's Go is older: https://go.dev/dl/ (any version from 1.21; it fetches the one this program needs)."
fi
require git "command -v git >/dev/null" git "Elsewhere: the package git."
case $target in
test)
	if [ "${YIHENG_NO_PG:-}" = 1 ]; then
		say "YIHENG_NO_PG=1: what must hold on PostgreSQL too is left out of the tests"
	else
		require "PostgreSQL's server (the tests start a private one)" has_postgres postgresql \
			"Elsewhere: the package postgresql-server. Or leave it out: YIHENG_NO_PG=1 make test."
	fi
	;;
bench)
	require "a C and C++ compiler (for DuckDB, the engine to compare with)" \
		"command -v gcc >/dev/null && command -v g++ >/dev/null" "gcc g++ libc6-dev" "Elsewhere: gcc and gcc-c++."
	;;
esac
[ "$missing" = 0 ] || exit 1
say "Go: $(tools/go --find); the program needs $(sed -n 's/^go //p' go.mod), which is fetched once where it is newer"
