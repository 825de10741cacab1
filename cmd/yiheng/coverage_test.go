package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
)

// TestCover proves that a class says why it does not run here, and that a problem
// whose class has no point for it is short of knowledge.
func TestCover(t *testing.T) {
	in, err := knowledge.ReadStarter(rule.Class)
	if err != nil {
		t.Fatal(err)
	}
	all := func(string) bool { return true }
	for _, c := range []struct {
		name    string
		points  []knowledge.Point
		has     func(string) bool
		rule    string
		status  string
		problem string
		becomes string
	}{
		{"starter", in.Points, all, "GZ10000102012000", finding.Ran, "62", rule.ProblemRuns},
		{"no knowledge", nil, all, "GZ10000102012000", finding.NotRunNoKnowledge, "62", rule.ProblemKnowledge},
		{"no lines", in.Points, func(t string) bool { return t != "fee_list_d" }, "GZ10000102012000", finding.NotRunTable("fee_list_d"), "62", rule.ProblemTable},
		{"no point needed", nil, all, "YH0002", finding.Ran, "35", rule.ProblemRuns},
		{"a gap", in.Points, all, "YH0001", finding.Ran, "72", rule.ProblemGap},
	} {
		t.Run(c.name, func(t *testing.T) {
			cov, err := cover(c.name, c.points, c.has)
			if err != nil {
				t.Fatal(err)
			}
			for i := range cov.Classes {
				if k := &cov.Classes[i]; k.Rule.ID == c.rule && (k.Status != c.status || k.total() == 0) {
					t.Errorf("%s: %s with %d cases, want %s", c.rule, k.Status, k.total(), c.status)
				}
			}
			for _, p := range cov.Problems {
				if p.No == c.problem && p.Status != c.becomes {
					t.Errorf("problem %s: %s, want %s", p.No, p.Status, c.becomes)
				}
			}
		})
	}
}

// TestCoveragePages proves that the pages name every class with what it cannot see,
// and every problem with the data or the points that it lacks.
func TestCoveragePages(t *testing.T) {
	cov, err := cover("空", nil, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	var classes, problems bytes.Buffer
	printClasses(&sheet{out: &classes, columns: 1000}, cov)
	printProblems(&sheet{out: &problems, columns: 1000}, cov)
	for _, c := range cov.Classes {
		for _, want := range []string{c.Rule.ID, c.Rule.Name, c.Rule.Program, c.Rule.Blind} {
			if !strings.Contains(classes.String(), want) {
				t.Errorf("the page of classes does not say %s", want)
			}
		}
	}
	for _, p := range cov.Problems {
		for _, want := range []string{p.Check, p.Part, p.Data} {
			if !strings.Contains(problems.String(), want) {
				t.Errorf("the page of problems does not say %s", want)
			}
		}
		if p.Status == rule.ProblemKnowledge && !strings.Contains(problems.String(), p.Point) {
			t.Errorf("the page of problems does not say what a point of %s must state", p.No)
		}
	}
	if n := strings.Count(classes.String(), "看不见"); n != len(cov.Classes) {
		t.Errorf("%d classes say what they cannot see, want %d", n, len(cov.Classes))
	}
}

// TestCoverageCommand runs the command on a home without data or knowledge.
func TestCoverageCommand(t *testing.T) {
	home := t.TempDir()
	wantText(t, yiheng(t, home, "rule", "coverage"), "没有导入知识点", "缺少数据表 mdtrt_d", "检查 168 项")
	wantText(t, yiheng(t, home, "rule", "coverage", "--problems"), "口腔", "由  GZ10000102012000 医疗服务项目重复收费（没有知识点）")
	var cov coverage
	if err := json.Unmarshal([]byte(yiheng(t, home, "rule", "coverage", "--starter", "--json")), &cov); err != nil {
		t.Fatal(err)
	}
	if len(cov.Classes) != len(rule.All()) || len(cov.Problems) != 168 {
		t.Errorf("%d classes and %d problems in JSON", len(cov.Classes), len(cov.Problems))
	}
	file := filepath.Join(t.TempDir(), "覆盖.csv")
	yiheng(t, home, "rule", "coverage", "--csv", file)
	if r := rows(t, file); len(r) != len(rule.All()) || r[0]["看不见"] == "" {
		t.Errorf("%d rows in the CSV of classes", len(r))
	}
	yiheng(t, home, "rule", "coverage", "--problems", "--csv", file)
	if r := rows(t, file); len(r) != 168 || r[0]["检查"] == "" {
		t.Errorf("%d rows in the CSV of problems", len(r))
	}
	one := yiheng(t, home, "rule", "coverage", "--domain", "口腔")
	wantText(t, one, "检查 2 项", "根管内固定")
	if strings.Contains(one, "骨科") {
		t.Errorf("another domain in\n%s", one)
	}
	wantText(t, fails(t, home, "rule", "coverage", "--domain", "牙科"), "问题清单没有这个领域，应为：通用、心内")
	drafts := filepath.Join(t.TempDir(), "draft.csv")
	wantText(t, yiheng(t, home, "rule", "coverage", "--draft", drafts), "待核定的知识点", "结论都是可疑")
	wantText(t, yiheng(t, home, "knowledge", "import", drafts), "知识库第 1 版生效", "待补参数 0")
	wantText(t, fails(t, home, "rule", "coverage", "--json", "--csv", file), "--json、--csv 与 --draft 只能用其一")
}
