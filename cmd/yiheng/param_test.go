package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestParamCommands stores the whole country's value and a city's, takes one back, and
// carries the table to another home; each act is the system account's in the journal.
func TestParamCommands(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		wantText(t, yiheng(t, home, "param", "list", "appeal_days"), "monitor.appeal_days", "5个工作日", "自带", "全国")
		wantText(t, yiheng(t, home, "param", "set", "monitor.appeal_days", "8个工作日", "--region", "全国", "--document", "国家医保局某号", "--reason", "新规"), "已录入 1 条：记录 1 至 1")
		wantText(t, yiheng(t, home, "param", "set", "monitor.appeal_days", "8个工作日", "--region", "000000", "--document", "国家医保局某号", "--reason", "新规"), "没有改动")
		wantText(t, yiheng(t, home, "param", "set", "monitor.appeal_days", "7个工作日", "--region", "330400", "--certainty", "L", "--from", "2026-01-01", "--document", "嘉医保发〔2026〕1号", "--reason", "本地文件"), "记录 2 至 2")
		wantText(t, yiheng(t, home, "param", "show", "monitor.appeal_days", "--region", "330402"), "7个工作日", "330400", "须按本地正式文本核定", "嘉医保发〔2026〕1号")
		wantText(t, yiheng(t, home, "param", "show", "monitor.appeal_days", "--region", "330402", "--day", "2025-12-31"), "8个工作日", "国家医保局某号")
		status, text, _ := w.leader.ask("GET", "/api/params?filter=key:monitor.appeal_days", "")
		if status != 200 {
			t.Fatal(status, text)
		}
		wantText(t, text, "7个工作日")

		table := filepath.Join(t.TempDir(), "params.csv")
		yiheng(t, home, "param", "export", "--out", table)
		wantText(t, fails(t, home, "param", "export", "--out", table), "已存在", "换一个文件名")
		wantText(t, yiheng(t, home, "param", "import", table, "--reason", "同一份表"), "没有改动")
		wantText(t, yiheng(t, home, "param", "withdraw", "2", "--reason", "文件作废"), "已撤回记录 2")
		wantText(t, yiheng(t, home, "param", "history", "monitor.appeal_days"), "system", "本地文件（命令行，系统用户", "撤回", "文件作废", "共 2 条录入")
		wantText(t, yiheng(t, home, "param", "show", "monitor.appeal_days", "--region", "330402"), "8个工作日")
		wantText(t, yiheng(t, home, "param", "import", table, "--reason", "又有效"), "记录 3 至 3")

		w.auditor.does("GET", "/api/journal?actor=system&limit=20", "", nil)
		_, text, _ = w.auditor.ask("GET", "/api/journal?actor=system&act=param.put&limit=20", "")
		if n := strings.Count(text, `"act":"param.put"`); n != 3 || strings.Count(text, `"region":"330400"`) != 2 {
			t.Errorf("the auditor sees %d acts on parameters, want 3, 2 of them on the city's: %s", n, text)
		}
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// TestParamCommandsRefuse: wrong inputs with what each is told.
func TestParamCommandsRefuse(t *testing.T) {
	home := t.TempDir()
	settle(t, home).stop()
	wrong := filepath.Join(t.TempDir(), "wrong.csv")
	if err := os.WriteFile(wrong, []byte("键,区划,起,止,值,确定性,文件,条款,说明\nno.such,全国,,,1,V,某号,,\nmonitor.appeal_days,33,,,5日,V,某号,,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ok := []string{"--document", "某号", "--reason", "试"}
	for _, x := range []struct {
		args []string
		want []string
	}{
		{append([]string{"set", "no.such", "1", "--region", "全国"}, ok...), []string{"no.such", "yiheng param list"}},
		{append([]string{"set", "monitor.appeal_days", "七天", "--region", "全国"}, ok...), []string{"七天"}},
		{append([]string{"set", "monitor.appeal_days", "5个工作日", "--region", "33"}, ok...), []string{"六位行政区划代码"}},
		{append([]string{"set", "monitor.appeal_days", "5个工作日", "--region", "全国", "--from", "昨天"}, ok...), []string{"--from", "2026-01-01"}},
		{append([]string{"set", "monitor.appeal_days", "5个工作日", "--region", "全国", "--certainty", "X"}, ok...), []string{"确定性"}},
		{append([]string{"set", "inspect.min_officers", "3", "--region", "330000"}, ok...), []string{"国家统一规定"}},
		{append([]string{"set", "inspect.min_officers", "1", "--region", "全国"}, ok...), []string{"法定界限"}},
		{[]string{"set", "monitor.appeal_days", "5个工作日", "--region", "全国", "--reason", "试"}, []string{"--document"}},
		{[]string{"set", "monitor.appeal_days", "5个工作日", "--region", "全国", "--document", "某号"}, []string{"--reason"}},
		{[]string{"import", wrong, "--reason", "试"}, []string{"第 2 行", "no.such", "第 3 行", "没有录入"}},
		{[]string{"withdraw", "9", "--reason", "试"}, []string{"9", "不存在或已撤回"}},
		{[]string{"history", "no.such"}, []string{"不认识"}},
		{[]string{"show", "case.hearing_threshold.org", "--day", "1.1"}, []string{"--day"}},
	} {
		wantText(t, fails(t, home, append([]string{"param"}, x.args...)...), x.want...)
	}
	wantText(t, yiheng(t, home, "param", "export"), "键,区划")
	wantText(t, fails(t, filepath.Join(home, "none"), "param", "list"), "不存在")
}
