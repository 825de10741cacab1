#!/usr/bin/env bash
# From nothing to a report: makes a fictitious city, takes its extract in, puts the
# starter pack and the city's own knowledge points in force, screens, and says what
# was found.
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
	echo "[demo] 第 $(($(date +%s) - start)) 秒 · $*"
}

mkdir -p "$dir"
if [ -e "$dir/home" ] || [ -e "$dir/city" ] || [ -e "$dir/findings" ]; then
	step "清除上次演示留在 $dir 的内容"
	rm -rf "$dir/home" "$dir/city" "$dir/findings"
fi
step "1/4 生成一座虚构城市，约 $lines 行费用明细 → $dir/city"
bin/yiheng demo --lines "$lines" --seed "$seed" "$dir/city"
step "2/4 接收提取数据 → $dir/home"
$yiheng intake "$dir/city"
step "3/4 导入内置起步包、虚构城市自己的知识点和例外名单"
$yiheng knowledge import starter
$yiheng knowledge import "$dir/city/points.csv"
$yiheng knowledge exclusion import "$dir/city/exclusions.csv"
step "4/4 筛查全年 → $dir/findings"
$yiheng screen --from 2025-01-01 --to 2025-12-31 --out "$dir/findings"
step "完成"
echo "[demo] 报告 $dir/findings/report.html（用浏览器打开）"
echo "[demo] 疑点 $dir/findings/findings.csv"
echo "[demo] 真值 $dir/city/truth.csv（生成时注入了什么）"
