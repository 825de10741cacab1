package finding

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"yiheng/ground/calendar"
)

// shareFinding is a finding about a department, without a person.
func shareFinding(n int) *Finding {
	return &Finding{
		ID: fmt.Sprintf("YD%020d", n), RuleID: "YH0005", RuleName: "科室普遍检查", KpID: "K1", Result: Suspicion, Severity: 2, Across: true,
		FixmedinsCode: "H1", FixmedinsName: "第一医院", SetlID: "2025Q1", DeptName: "骨科", Codes: []string{"002103"},
		FirstDay: calendar.DayOf(2025, 1, 1), LastDay: calendar.DayOf(2025, 3, 31), Explanation: "占92.00%，超过限值70%。",
	}
}

// TestAboutDepartment: lists and cards say what a finding without a person is about,
// and a card shows the peers.
func TestAboutDepartment(t *testing.T) {
	f := shareFinding(1)
	record := appendRecord(nil, f)
	again, err := findingIn(record[lengthSize:])
	if err != nil {
		t.Fatal(err)
	}
	if got, want := visitOf(again), "骨科\n期间 2025Q1"; got != want {
		t.Errorf("list says %q, want %q", got, want)
	}
	var page bytes.Buffer
	read := &Reading{Title: "比较的机构或科室", Head: []string{"机构", "值"}, Own: 1}
	for i := range readRows + 3 {
		read.Rows = append(read.Rows, []string{fmt.Sprintf("第%d医院", i), "0.5"})
	}
	run := &Run{RunID: "YX1"}
	tally := NewTally()
	tally.Add(f)
	tally.Into(run)
	if err := WriteReport(&page, run, []Detail{{Finding: f, Read: read}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"统计期间", "2025Q1", "骨科", "比较的机构或科室", `<tr class="hit"><td>第1医院</td>`, "另有 3 行，见证书"} {
		if !strings.Contains(page.String(), text) {
			t.Errorf("the report lacks %s", text)
		}
	}
	if strings.Contains(page.String(), "第30医院") {
		t.Error("the report shows more peers than it should")
	}
	f.DeptName = ""
	if got := visitOf(f); got != "本机构\n期间 2025Q1" {
		t.Errorf("list says %q", got)
	}
}

// TestPersonsAcross: a person with findings of both kinds counts once, a finding without
// a person counts none.
func TestPersonsAcross(t *testing.T) {
	tally := NewTally()
	tally.Add(shareFinding(1))
	for _, psn := range []string{"P3", "P1", "P3"} {
		tally.Add(&Finding{PsnNo: psn, Across: true, Result: Suspicion})
	}
	for _, psn := range []string{"P1", "P1", "P2", "P3", "P4"} {
		tally.Add(&Finding{PsnNo: psn, Result: Violation})
	}
	var run Run
	tally.Into(&run)
	if run.Totals.Persons != 4 {
		t.Errorf("%d persons, want 4", run.Totals.Persons)
	}
}

// TestLeadersAcross: findings without money come last, a few of each rule, and take no
// other's place.
func TestLeadersAcross(t *testing.T) {
	l := newLeaders(10)
	for i := range 30 {
		l.add(shareFinding(i))
		l.add(&Finding{ID: fmt.Sprint("YD", i), RuleID: fmt.Sprint("R", i%3), Result: Violation, Amount: 100})
	}
	top := l.top()
	if len(top) != 10+mostAcrossOfRule {
		t.Fatalf("%d findings", len(top))
	}
	for i, f := range top {
		if f.Across != (i >= 10) {
			t.Errorf("finding %d: across %v", i, f.Across)
		}
	}
}
