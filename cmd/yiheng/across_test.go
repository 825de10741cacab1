package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/finding"
	"yiheng/demo"
)

// acrossPoints are points of every program that goes across persons, with limits that
// any city exceeds.
const acrossPoints = `kp_id,rule_id,code,params
A1,ZB10000205001000,,"{""numerator"":""drug"",""denominator"":""total"",""limit"":0.0001,""period"":""month"",""min_visits"":1}"
A2,ZB10000205002000,,"{""numerator"":""visit.lab"",""denominator"":""visit.total"",""percentile"":50,""period"":""quarter"",""min_visits"":1}"
A3,ZB10000205005000,,"{""numerator"":""code:0021|0022"",""denominator"":""stays"",""limit"":0.01,""period"":""quarter"",""min_visits"":1}"
A4,ZB10000205007000,,"{""numerator"":""dx:J|I"",""denominator"":""stays"",""limit"":0.01,""period"":""year"",""min_visits"":1}"
A5,ZB10000205008000,,"{""numerator"":""readmission:365"",""denominator"":""stays"",""limit"":0.0001,""period"":""year"",""min_visits"":1,""exclude_dx"":[""C""]}"
A6,YH0005,,"{""item"":""002|001"",""limit"":0.01,""period"":""month"",""min_visits"":1}"
A7,YH0005,,"{""item"":""0021|0022|0023"",""percentile"":60,""min_visits"":1,""exclude_dx"":[""J""]}"
A8,GZ10000202001000,,"{""tolerance"":0,""period"":""month""}"
A9,YH0004,,"{""max"":1}"
`

// acrossHome takes a city in, with points that go across persons in force.
func acrossHome(t *testing.T, in string, args ...string) string {
	t.Helper()
	home := t.TempDir()
	yiheng(t, home, append(append([]string{"intake"}, args...), in)...)
	points := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(points, []byte(acrossPoints), 0o600); err != nil {
		t.Fatal(err)
	}
	yiheng(t, home, "knowledge", "import", points)
	return home
}

// foundBy counts the findings by kp_id.
func foundBy(t *testing.T, out string) map[string]int {
	t.Helper()
	n := make(map[string]int)
	for _, r := range rows(t, filepath.Join(out, "findings.csv")) {
		n[r["kp_id"]]++
	}
	return n
}

// TestAcrossNewEqualsFull takes a city in two parts: what was counted of the persons of
// the first part, with what the second adds, is what counting everybody gives. A
// third run on the same data builds on the second and gives the same once more.
func TestAcrossNewEqualsFull(t *testing.T) {
	first, second := splitCity(t, city(t, demo.Options{Lines: 30_000, Seed: 9}))
	daily, full := acrossHome(t, first), acrossHome(t, first)
	for _, home := range []string{daily, full} {
		screen(t, home)
		yiheng(t, home, "intake", second)
	}
	out, want := screen(t, daily, "--new"), screen(t, full)
	if summary(t, out).BaseRunID == "" {
		t.Error("the run built on none")
	}
	sameFindings(t, out, want)
	sameFindings(t, screen(t, daily, "--new"), want)
	t.Logf("findings by point: %v", foundBy(t, want))
	for _, kp := range []string{"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9"} {
		if foundBy(t, want)[kp] == 0 {
			t.Errorf("nothing found by %s", kp)
		}
	}
	wantText(t, yiheng(t, daily, "finding", "verify", filepath.Join(out, "certificates.ndjson")), "不符 0 份")
}

// TestAcrossNoBase: where what was counted cannot be gone on from, everybody is judged,
// and why is said.
func TestAcrossNoBase(t *testing.T) {
	in := city(t, demo.Options{Lines: 10_000, Seed: 21})
	half := filepath.Join(t.TempDir(), "fee_list_d.csv")
	halve(t, filepath.Join(in, "fee_list_d.csv"), half)
	home := acrossHome(t, in)
	screen(t, home)
	yiheng(t, home, "intake", "--replaces", "fee_list_d.csv", half)
	out := t.TempDir()
	wantText(t, yiheng(t, home, append([]string{"screen", "--new", "--out", out}, year...)...), "跨人统计不能接续，改为全量筛查")
	sameFindings(t, out, screen(t, home))
}

// TestAcrossKilled kills a screening half-way: what the buckets that had ended counted
// is read from their files, and the end is the same.
func TestAcrossKilled(t *testing.T) {
	home := acrossHome(t, city(t, demo.Options{Lines: 60_000, Seed: 15}), "--buckets", "64")
	goesOnAfterKill(t, home)
}

// TestAcrossOutputs looks at what people see of a finding without a person.
func TestAcrossOutputs(t *testing.T) {
	home := acrossHome(t, city(t, demo.Options{Lines: 10_000, Seed: 3}))
	out := screen(t, home)
	all := rows(t, filepath.Join(out, "findings.csv"))
	i := slices.IndexFunc(all, func(r map[string]string) bool { return r["kp_id"] == "A6" })
	if i < 0 {
		t.Fatal("nothing found by A6")
	}
	r := all[i]
	if r["psn_no"] != "" || r["mdtrt_id"] != "" || r["lines"] != "" || r["amount"] != "0.00" || !strings.HasPrefix(r["setl_id"], "2025-") || r["codes"] != "002|001" {
		t.Errorf("finding %v", r)
	}
	wantText(t, yiheng(t, home, "finding", "show", r["finding_id"], "--out", out), r["explanation"], "期间 "+r["setl_id"], "分子", "分母")
	persons := make(map[string]bool)
	for _, r := range all {
		if r["psn_no"] != "" {
			persons[r["psn_no"]] = true
		}
	}
	run := summary(t, out)
	if run.Totals.Persons != int64(len(persons)) {
		t.Errorf("%d persons with findings, want %d", run.Totals.Persons, len(persons))
	}
	for _, r := range run.Rules {
		if r.RuleID == "GZ10000203001000" && r.Status != finding.NotRunNoKnowledge {
			t.Errorf("%s: %s", r.RuleID, r.Status)
		}
	}
}

// TestAcrossWithoutTables: what needs a table that is not there is not run.
func TestAcrossWithoutTables(t *testing.T) {
	in := city(t, demo.Options{Lines: 5_000, Seed: 3})
	for _, name := range []string{"stock_d.csv", "drug_trac_d.csv"} {
		if err := os.RemoveAll(filepath.Join(in, name)); err != nil {
			t.Fatal(err)
		}
	}
	out := screen(t, acrossHome(t, in))
	want := map[string]string{"GZ10000202001000": "stock_d", "YH0004": "drug_trac_d"}
	for _, r := range summary(t, out).Rules {
		if table := want[r.RuleID]; table != "" && r.Status != finding.NotRunTable(table) {
			t.Errorf("%s: %s", r.RuleID, r.Status)
		}
	}
}
