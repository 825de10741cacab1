#!/usr/bin/env bash
# From nothing to a server to click: makes a fictitious city, takes its extract in, puts
# the starter pack and the city's own knowledge points in force, screens the year, lets
# fictitious people decide eleven months of findings, and leaves the server running.
#   LINES=2000000 SEED=1 DIR=demo-data LISTEN=127.0.0.1:8321 tools/demo.sh
set -eu
cd "$(dirname "$0")/.."
lines=${LINES:-2000000}
seed=${SEED:-1}
dir=${DIR:-demo-data}
listen=${LISTEN:-127.0.0.1:8321}
yiheng="bin/yiheng --home $dir/home"
start=$(date +%s)

step() {
	echo
	echo "[demo] 第 $(($(date +%s) - start)) 秒 · $*"
}

# stop_server ends the server that an earlier demonstration left.
stop_server() {
	[ -e "$dir/serve.pid" ] || return 0
	local pid
	pid=$(cat "$dir/serve.pid")
	if grep -qs yiheng "/proc/$pid/cmdline" || ps -p "$pid" -o args= 2>/dev/null | grep -q yiheng; then
		kill "$pid"
		while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
	fi
	rm "$dir/serve.pid"
}

# months prints the first and the last day of January to November.
months() {
	for m in 01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30; do
		echo "2025-${m%-*}-01 2025-$m"
	done
}

mkdir -p "$dir"
stop_server
if [ -e "$dir/home" ] || [ -e "$dir/city" ] || [ -e "$dir/findings" ]; then
	step "清除上次演示留在 $dir 的内容"
	rm -rf "$dir/home" "$dir/city" "$dir/findings" "$dir/months" "$dir/clock"
fi
step "1/6 生成一座虚构城市，约 $lines 行费用明细 → $dir/city"
bin/yiheng demo --lines "$lines" --seed "$seed" "$dir/city"
step "2/6 接收提取数据 → $dir/home（标为演练库）"
$yiheng practice begin
$yiheng intake "$dir/city"
step "3/6 导入内置起步包、虚构城市自己的知识点和例外名单"
$yiheng knowledge import starter
$yiheng knowledge import "$dir/city/points.csv"
$yiheng knowledge exclusion import "$dir/city/exclusions.csv"
step "4/6 筛查全年 → $dir/findings"
$yiheng screen --from 2025-01-01 --to 2025-12-31 --out "$dir/findings"
step "5/6 逐月筛查一至十一月，由虚构的人员逐日办理到十二月中旬"
months | while read -r from to; do
	$yiheng screen --from "$from" --to "$to" --out "$dir/months/${from%-01}" >"$dir/months.log" 2>&1 || { cat "$dir/months.log"; exit 1; }
	echo "[demo] $from 至 $to 已筛查"
done
$yiheng practice make --until 2025-12-16 --clock "$dir/clock" "$dir"/months/*
step "6/6 启动服务（演练时钟从 2025-12-17 9:00 走起）"
nohup $yiheng --practice-clock "$dir/clock" serve --listen "$listen" >"$dir/serve.log" 2>&1 </dev/null &
echo $! >"$dir/serve.pid"
for _ in $(seq 100); do
	grep -q "^医衡已启动" "$dir/serve.log" && break
	kill -0 "$(cat "$dir/serve.pid")" 2>/dev/null || { cat "$dir/serve.log"; exit 1; }
	sleep 0.1
done
address=$(sed -n 's/^医衡已启动：\([^　]*\)　.*/\1/p' "$dir/serve.log")
step "完成"
echo "[demo] 打开 $address，用上面的演练人员登录；停止服务：kill \$(cat $dir/serve.pid)"
echo "[demo] 动态口令 $yiheng --practice-clock $dir/clock practice code 用户名"
echo "[demo] 全年报告 $dir/findings/report.html，疑点 $dir/findings/findings.csv，真值 $dir/city/truth.csv（生成时注入了什么）"
