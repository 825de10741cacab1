#!/usr/bin/env bash
# From nothing to a report: makes a fictitious city, takes its extract in, puts the
# starter pack of knowledge points in force, screens, and says what was found.
#   LINES=2000000 SEED=1 DIR=demo-data tools/demo.sh
set -eu
cd "$(dirname "$0")/.."
lines=${LINES:-2000000}
seed=${SEED:-1}
dir=${DIR:-demo-data}
yiheng="bin/yiheng --home $dir/home"
start=$(date +%s)

step() {
	echo
	echo "[demo] $(($(date +%s) - start)) s · $*"
}

mkdir -p "$dir"
if [ -e "$dir/home" ] || [ -e "$dir/city" ] || [ -e "$dir/findings" ]; then
	step "removing what the last demonstration left in $dir"
	rm -rf "$dir/home" "$dir/city" "$dir/findings"
fi
step "1/4 a fictitious city of about $lines fee lines → $dir/city"
bin/yiheng demo --lines "$lines" --seed "$seed" "$dir/city"
step "2/4 taking the extract in → $dir/home"
$yiheng intake "$dir/city"
step "3/4 putting the starter pack of knowledge points in force"
$yiheng knowledge import starter
step "4/4 screening the year → $dir/findings"
$yiheng screen --from 2025-01-01 --to 2025-12-31 --out "$dir/findings"
step "done"
echo "[demo] report:    $dir/findings/report.html (open it in a browser)"
echo "[demo] findings:  $dir/findings/findings.csv"
echo "[demo] the truth: $dir/city/truth.csv (what the city hid)"
