#!/usr/bin/env bash
# Makes the small home of a release, which the tests of every later version open:
#   tools/home.sh VERSION            of the program as this tree builds it
#   tools/home.sh VERSION PROGRAM    of a program that was built before
# It lies in cmd/yiheng/testdata/homes/VERSION/home.tar.gz; its data, people and keys
# are made up. A home that is there is never made anew.
set -eu
cd "$(dirname "$0")/.."
version=${1:?"tools/home.sh VERSION [PROGRAM]"}
archive=$PWD/cmd/yiheng/testdata/homes/$version/home.tar.gz
if [ -e "$archive" ]; then
	echo "$archive is there: a release has one home" >&2
	exit 1
fi
mkdir -p "$(dirname "$archive")"
MAKE_HOME=$archive MAKE_HOME_WITH=${2:-} tools/go test ./cmd/yiheng -run '^TestMakeHome$' -count 1 -v
