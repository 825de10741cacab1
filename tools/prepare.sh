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

refresh() {
	[ -z "$updated" ] || return
	say "apt-get update"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null || say "apt-get update failed; going on with the lists that are here"
	updated=yes
}

apt() {
	refresh
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

# require_go installs the newest package of Go that this distribution has, if that
# is 1.21 or later (Debian 12 has it in its backports only).
require_go() {
	if tools/go --find >/dev/null; then return; fi
	local newest=""
	if may_install; then
		refresh
		newest=$(apt-cache pkgnames golang-1. | sed -n 's/^golang-1\.\([0-9][0-9]*\)-go$/\1/p' | sort -n | tail -n 1)
		if [ "${newest:-0}" -ge 21 ] && apt "golang-1.$newest-go" ca-certificates && tools/go --find >/dev/null; then
			say "Go 1.$newest is installed now"
			return
		fi
	fi
	say "MISSING: Go 1.21 or later${newest:+ (this distribution has only 1.$newest)}. Any version from 1.21 fetches the one that this program needs:"
	say "  Debian 13, Ubuntu 24.04: apt-get install -y golang-go. Debian 12: golang-go from bookworm-backports."
	say "  Elsewhere: https://go.dev/dl/, in China https://golang.google.cn/dl/, unpacked to /usr/local/go."
	missing=1
}

# optional_node installs Node for the pages. Where the distribution's is too old (Debian 12
# and Ubuntu 24.04 have 18) its npm fetches a newer one into build/node. Without Node
# everything but the pages works.
optional_node() {
	if tools/console.sh --node; then return; fi
	if ! command -v npm >/dev/null && may_install; then apt nodejs npm || true; fi
	if tools/console.sh --fetch-node; then
		say "Node for the pages is there now"
		return
	fi
	say "no Node 20.19 or later: the program is built without its pages."
	say "  For the pages: Node 20.19+, 22.12+ or 24 from https://nodejs.org, in China https://npmmirror.com/mirrors/node, in PATH."
}

has_chromium() { [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }

# optional_chromium installs what the tests of the pages need; without it they are skipped.
optional_chromium() {
	if ! tools/console.sh --node; then return; fi
	if ! has_chromium; then
		if may_install && apt chromium && has_chromium; then
			say "Chromium is installed now"
		else
			say "no Chromium: the tests of the pages in a browser are left out (Debian: apt-get install -y chromium; elsewhere set CHROMIUM to one)"
			return
		fi
	fi
	if ! fc-list 2>/dev/null | grep -qi cjk; then may_install && apt fonts-noto-cjk fontconfig || say "no Chinese fonts (fonts-noto-cjk): screenshots will show boxes"; fi
}

has_postgres() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

require_go
require git "command -v git >/dev/null" git "Elsewhere: the package git."
[ "$target" = bench ] || optional_node
case $target in
test)
	optional_chromium
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
if [ "$missing" != 0 ]; then
	may_install || say "This account cannot install packages itself (no apt-get, or neither root nor sudo without a password)."
	exit 1
fi
say "Go: $(tools/go --find); the program needs $(sed -n 's/^go //p' go.mod), which is fetched once where it is newer"
