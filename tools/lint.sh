#!/usr/bin/env bash
# gofumpt finds nothing to format, staticcheck and go vet find nothing wrong. Both
# tools are built once, in fixed versions, into build/bin.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/bin
export GOBIN=$PWD/build/bin CGO_ENABLED=0
tool() {
	if [ ! -x "$GOBIN/$1" ] || ! tools/go version -m "$GOBIN/$1" | grep -qF "$3"; then
		echo "[lint] building $1 $3 (once)"
		tools/go install "$2@$3"
	fi
}
tool gofumpt mvdan.cc/gofumpt v0.12.0
tool staticcheck honnef.co/go/tools/cmd/staticcheck v0.8.2

echo "[lint] gofumpt"
sources=$(find . -name '*.go' -not -path './build/*' -not -path './.git/*' -not -path '*/node_modules/*')
# shellcheck disable=SC2086
unformatted=$("$GOBIN/gofumpt" -l $sources)
if [ -n "$unformatted" ]; then
	echo "[lint] not formatted (make fmt does it):"
	echo "$unformatted"
	exit 1
fi
# bench needs cgo and a C++ compiler: make bench vets it.
packages=$(tools/go list -e ./... | grep -v '^yiheng/bench')
echo "[lint] go vet"
# shellcheck disable=SC2086
tools/go vet $packages
echo "[lint] staticcheck"
# shellcheck disable=SC2086
PATH="$(dirname "$(tools/go --find)"):$PATH" GOTOOLCHAIN=auto "$GOBIN/staticcheck" $packages
