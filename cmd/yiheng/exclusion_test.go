package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/demo"
)

// TestExclusionLists takes a city in, screens it, puts one found visit on an
// exclusion list and screens again: that finding alone is gone, the report counts the
// visit, and the first run's list is not the second's.
func TestExclusionLists(t *testing.T) {
	home, in := t.TempDir(), city(t, demo.Options{Lines: 6_000, Seed: 3})
	yiheng(t, home, "intake", in)
	yiheng(t, home, "knowledge", "import", "starter")
	before := rows(t, filepath.Join(screen(t, home), "findings.csv"))
	at := slices.IndexFunc(before, func(r map[string]string) bool { return strings.HasPrefix(r["rule_id"], "GZ10000302004") })
	if at < 0 {
		t.Fatal("the city has no finding of GZ10000302004000")
	}
	rule, visit := before[at]["rule_id"], before[at]["mdtrt_id"]
	list := filepath.Join(t.TempDir(), "例外.csv")
	text := "编号,种类,规则编号,就诊编号,理由\nL1,特例单议," + rule + "," + visit + ",特例单议纪要〔2025〕1号\n"
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	wantText(t, yiheng(t, home, "knowledge", "exclusion", "import", list),
		"读到 1 行 = 例外 1 + 示例 0 + 有误 0", "新增 1，更换 0，已有 0", "例外名单第 1 版生效：1 条")
	wantText(t, yiheng(t, home, "knowledge", "exclusion", "list"), "L1", "特例单议", rule, "就诊编号 "+visit, "特例单议纪要")

	out := screen(t, home)
	for _, r := range rows(t, filepath.Join(out, "findings.csv")) {
		if r["rule_id"] == rule && r["mdtrt_id"] == visit {
			t.Errorf("still found: %v", r)
		}
	}
	if after := len(rows(t, filepath.Join(out, "findings.csv"))); after >= len(before) || after < len(before)-3 {
		t.Errorf("%d findings after, %d before", after, len(before))
	}
	left := int64(0)
	for _, r := range summary(t, out).Rules {
		for _, u := range r.LeftOut {
			if r.RuleID == rule && strings.Contains(u.Reason, "L1") {
				left += u.Count
			}
		}
	}
	if left != 1 {
		t.Errorf("the report counts %d visits that the list left out", left)
	}

	yiheng(t, home, "knowledge", "exclusion", "remove", "L1", "--reason", "复核后撤销")
	wantText(t, yiheng(t, home, "knowledge", "exclusion", "list"), "没有例外名单")
	wantText(t, yiheng(t, home, "knowledge", "exclusion", "list", "--history"), "第 2 版", "撤销 L1：复核后撤销", "第 1 版")
	if again := len(rows(t, filepath.Join(screen(t, home), "findings.csv"))); again != len(before) {
		t.Errorf("%d findings without the list, %d before", again, len(before))
	}
}

// TestWrongExclusions proves that what a person may get wrong is told, and changes nothing.
func TestWrongExclusions(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	wrong := filepath.Join(dir, "错.csv")
	if err := os.WriteFile(wrong, []byte("编号,种类,规则编号,地区,理由\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantText(t, fails(t, home, "knowledge", "exclusion", "import", wrong), "错.csv：表头里不认识的列“地区”")
	if err := os.WriteFile(wrong, []byte("编号,种类,规则编号,行政区划,理由\nL1,其他,全部,330100,试行期间\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantText(t, fails(t, home, "knowledge", "exclusion", "import", wrong), "有误 1", "没有导入，例外名单不变", "错.csv 第 2 行：只有规则、地区或日期，没有条件")
	wantText(t, yiheng(t, home, "knowledge", "exclusion", "list"), "没有例外名单")
	wantText(t, fails(t, home, "knowledge", "exclusion", "remove", "L1", "--reason", "到期"), "例外名单里没有“L1”")

	book := filepath.Join(dir, "模板.xlsx")
	wantText(t, yiheng(t, home, "knowledge", "exclusion", "template", book), "已写出")
	wantText(t, fails(t, home, "knowledge", "exclusion", "template", book), "已有这个文件，可能填过内容，不覆盖")
	wantText(t, fails(t, home, "knowledge", "exclusion", "template", filepath.Join(dir, "模板.csv")), "文件名须以 .xlsx 结尾")
	wantText(t, yiheng(t, home, "knowledge", "exclusion", "import", book), "示例 6", "例外名单不变")
}

// TestTemplateCommand proves that an unfilled workbook imports as nothing, and that a
// wrong rule is told.
func TestTemplateCommand(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	book := filepath.Join(dir, "性别.xlsx")
	wantText(t, yiheng(t, home, "knowledge", "template", "GZ10000302004000", book), "已写出")
	wantText(t, yiheng(t, home, "knowledge", "import", book), "读到 1 行 = 知识点 0 + 示例 1 + 有误 0", "知识库不变")
	wantText(t, fails(t, home, "knowledge", "template", "GZ1"), fmt.Sprintf("没有规则 %s", "GZ1"))
}
