#!/usr/bin/env bash
# Runs all tests (or those of the packages named), shows a line for each package and what failed, and says at the
# end what was left out. The whole output is in build/test.log.
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p build
log=build/test.log
# bench needs cgo and a C++ compiler; make bench builds it.
export CGO_ENABLED=0
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(tools/go list -e ./... | grep -v '^yiheng/bench')
echo "[test] go test, $# packages (the first time compiles everything, which takes minutes; whole output: $log)"
tools/go test -timeout 55m -v "$@" 2>&1 | tee "$log" | grep -E --line-buffered '^(ok|FAIL|panic:|fatal error:|--- FAIL|    +--- FAIL|[^ ]+\.go:[0-9]+:[0-9]+:|# )'
status=${PIPESTATUS[0]}
if [ "$status" != 0 ]; then
	echo
	echo "[test] failed; the lines about it:"
	grep -nE -B 25 '^ *--- FAIL|^panic:|^FAIL' "$log" | grep -vE -- '--- PASS|=== RUN|=== CONT|=== PAUSE|^[0-9]+-(ok|\?)' | tail -n 150
fi
echo
skipped=$(awk '
	/^=== (RUN|CONT|NAME) / { now = $3; next }
	/^ +[A-Za-z0-9_]+\.go:[0-9]+: / { sub(/^ +/, ""); said[now] = $0 }
	/--- SKIP: / { print "  " $3 ": " said[$3] }
' "$log")
if [ -n "$skipped" ]; then
	echo "[test] left out:"
	echo "$skipped"
else
	echo "[test] no test was skipped"
fi
aside=$(grep -hoE '[a-z_]+_test\.go:[0-9]+: .*left out.*' "$log" | sort -u)
if [ -n "$aside" ]; then
	echo "[test] parts that tests left out:"
	echo "$aside"
fi
exit "$status"
