package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCalendarCommands changes a year's holidays and counts with them.
func TestCalendarCommands(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		wantText(t, yiheng(t, home, "calendar", "list"), "2026", "国办发明电〔2025〕7号", "自带")
		wantText(t, yiheng(t, home, "calendar", "period", "5个工作日", "--from", "2026-03-02"), "最后期限 2026-03-09 23:59:59（周一）", "2026-03-07（周六）")
		table := filepath.Join(t.TempDir(), "2026.csv")
		yiheng(t, home, "calendar", "export", "--out", table, "2026")
		text, err := os.ReadFile(table)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(table, append(text, "2026,2026-03-03,放假,临时放假,某号\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
		wantText(t, yiheng(t, home, "calendar", "import", table, "--reason", "临时通知"), "已录入 1 年")
		wantText(t, yiheng(t, home, "calendar", "import", table, "--reason", "临时通知"), "没有改动")
		wantText(t, yiheng(t, home, "calendar", "show", "2026"), "2026-03-03 周二　放假　临时放假　某号", "system", "临时通知（命令行，系统用户", "增 1 天，删 0 天")
		wantText(t, yiheng(t, home, "calendar", "list"), "第 1 次")
		wantText(t, yiheng(t, home, "calendar", "period", "5个工作日", "--from", "2026-03-02"), "最后期限 2026-03-10", "临时放假（某号）", "共跳过 3 天")
		_, answer, _ := w.leader.ask("GET", "/api/holidays?filter=day:2026-03-03", "")
		wantText(t, answer, "临时放假")
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// TestCalendarPeriod counts without a home, and says what is wrong with a question.
func TestCalendarPeriod(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	for _, x := range []struct {
		args []string
		want []string
	}{
		{[]string{"90日", "--from", "2026-07-03"}, []string{"2026-10-08", "国庆节（国办发明电〔2025〕7号），届满日顺延"}},
		{[]string{"3日（不顺延）", "--from", "2026-10-01"}, []string{"2026-10-04"}},
		{[]string{"24小时", "--from", "2026-03-02 10:30"}, []string{"2026-03-03 10:30:00"}},
		{[]string{"10日", "--from", "2026-03-02", "--exclude", "2026-03-04..2026-03-06=鉴定"}, []string{"2026-03-16", "扣除：鉴定", "届满日顺延"}},
	} {
		wantText(t, yiheng(t, none, append([]string{"calendar", "period"}, x.args...)...), x.want...)
	}
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{"五天", "--from", "2026-03-02"}, "应写成 5个工作日"},
		{[]string{"5日", "--from", "明天"}, "--from"},
		{[]string{"5日", "--from", "2026-03-02", "--exclude", "2026-03-04"}, "--exclude"},
		{[]string{"5个工作日", "--from", "2099-03-02"}, "没有 2099 年的节假日表"},
		{[]string{"5日", "--from", "2026-03-02", "--exclude", "2026-03-06..2026-03-04=鉴定"}, "早于开始"},
	} {
		if out := fails(t, none, append([]string{"calendar", "period"}, x.args...)...); !strings.Contains(out, x.want) {
			t.Errorf("%v: no %q in %s", x.args, x.want, out)
		}
	}
	home := t.TempDir()
	wantText(t, fails(t, home, "calendar", "show", "2099"), "calendar import")
}
