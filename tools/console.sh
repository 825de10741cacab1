#!/usr/bin/env bash
# The web console, from console/ and the rooms' ui/ folders into console/dist/app:
#   tools/console.sh           builds it when it is stale and Node is there; says so when not
#   tools/console.sh --must    the same, and fails without Node
#   tools/console.sh --check   fails when what is built is not of these sources
# What was built records the hash of its sources in console/dist/app/sources.
set -eu
cd "$(dirname "$0")/.."
say() { echo "[console] $*"; }

sources() {
	{
		find console -type f -not -path '*/node_modules/*' -not -path 'console/dist/*' -not -path console/src/api/schema.ts -not -path console/src/api/operations.ts -not -name '*.go' -not -name '*.e2e.ts'
		find ground facts audit enforce govern -type f -path '*/ui/*' -not -name '*.e2e.ts' 2>/dev/null || true
		echo api/openapi.yaml
	} | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -d ' ' -f 1
}

fresh() { [ "$(cat console/dist/app/sources 2>/dev/null)" = "$(sources)" ]; }

# Vite 8 needs Node 20.19, or 22.12 and later.
has_node() {
	command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || a === 22 && b >= 12 || a === 20 && b >= 19 ? 0 : 1)' 2>/dev/null
}

# A Node of the npm registry stands in for one of the distribution that is too old: its npm fetches it.
case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) arch= ;; esac
fetched=$PWD/build/node/node_modules/node-linux-$arch/bin
if ! has_node && [ -x "$fetched/node" ]; then PATH=$fetched:$PATH; fi

fetch_node() {
	has_node && return
	[ -n "$arch" ] && command -v npm >/dev/null || return 1
	say "npm install node-linux-$arch（$(node --version) 不够新，另取一份到 build/node）"
	mkdir -p build/node
	npm install --prefix build/node --no-save --no-audit --no-fund --loglevel=error "node-linux-$arch@22.23.3" >&2 || return 1
	PATH=$fetched:$PATH
	has_node
}

case ${1:-} in
--check)
	fresh && exit 0
	say "网页不是由现在的源码构建的，请运行 make console (the pages are stale: make console)"
	exit 1
	;;
--node) has_node && exit 0 || exit 1 ;;
--fetch-node) fetch_node && exit 0 || exit 1 ;;
esac
if fresh; then exit 0; fi
if ! has_node; then
	say "没有 Node 20.19 或更新，不构建网页；程序照常编译，打开时会说明如何构建 (no Node: built without pages)"
	rm -rf console/dist/app # pages of other sources would be worse than none
	[ "${1:-}" != --must ] || exit 1
	exit 0
fi
cd console
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	say "npm ci（首次约一分钟）"
	nice npm ci --no-audit --no-fund --loglevel=error
fi
say "构建网页 (building the pages)"
built_of=$(cd .. && sources)
nice npm run --silent build
echo "$built_of" >dist/app/sources
