package finding

import (
	"fmt"
	"slices"
	"testing"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

func TestTotalsAddUp(t *testing.T) {
	var all Split
	persons := make(map[string]bool)
	tally := NewTally()
	for f := range sampleFindings(4000, 2, 40) {
		s := all.of(f.Result)
		s.Findings++
		s.Amount += f.Amount
		s.Own += f.OwnAmount
		if f.FundAmount == claim.Null {
			s.Unestimated++
		} else {
			s.Fund += f.FundAmount
			s.Acct += f.AcctAmount
		}
		persons[f.PsnNo] = true
		tally.Add(f)
	}
	run := sampleRun()
	tally.Into(run)
	totals := run.Totals
	if totals.All != all {
		t.Errorf("totals %+v, want %+v", totals.All, all)
	}
	if totals.Persons != int64(len(persons)) {
		t.Errorf("%d persons, want %d", totals.Persons, len(persons))
	}
	for name, r := range map[string]Ranking{
		"payment": totals.ByPayment, "month": totals.ByMonth, "institution": totals.ByInstitution,
		"department": totals.ByDepartment, "doctor": totals.ByDoctor,
	} {
		got := r.Rest
		for _, g := range r.Groups {
			got.plus(g.Split)
		}
		if got != all {
			t.Errorf("by %s: %+v, want %+v", name, got, all)
		}
	}
	var byRule Split
	for _, r := range run.Rules {
		byRule.plus(r.Found)
	}
	if byRule != all {
		t.Errorf("by rule: %+v, want %+v", byRule, all)
	}
	if !slices.IsSortedFunc(totals.ByMonth.Groups, func(a, b Group) int { return cmpText(a.Key, b.Key) }) {
		t.Error("months are not in the order of time")
	}
}

func cmpText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

func TestRankingListsTheLargest(t *testing.T) {
	tally := NewTally()
	const doctors = 2 * mostListed
	for i := range doctors {
		f := &Finding{Result: Violation, FixmedinsCode: "H1", DrCode: fmt.Sprintf("D%05d", i), Amount: claim.Money(i), FirstDay: calendar.NoDay, LastDay: calendar.NoDay}
		if i < 10 { // the smallest violations are the largest suspicions
			tally.Add(&Finding{Result: Suspicion, FixmedinsCode: "H1", DrCode: f.DrCode, Amount: 1_000_000, FirstDay: calendar.NoDay, LastDay: calendar.NoDay})
		}
		tally.Add(f)
	}
	run := new(Run)
	tally.Into(run)
	r := run.Totals.ByDoctor
	if len(r.Groups) != mostListed+10 || r.More != doctors-mostListed-10 {
		t.Errorf("%d listed, %d more", len(r.Groups), r.More)
	}
	if r.Groups[0].Key != fmt.Sprintf("D%05d", doctors-1) {
		t.Errorf("the first is %s", r.Groups[0].Key)
	}
	if r.Rest.Violation.Findings != int64(r.More) {
		t.Errorf("the rest holds %d findings, want %d", r.Rest.Violation.Findings, r.More)
	}
}

func TestRulesThatTheRunDoesNotNameAreAdded(t *testing.T) {
	tally := NewTally()
	tally.Add(&Finding{RuleID: "NEW", RuleName: "新规则", Result: Violation, Amount: 5})
	run := &Run{Rules: []RuleRun{{RuleID: "OLD", Status: NotRunNoKnowledge}}}
	tally.Into(run)
	if len(run.Rules) != 2 || run.Rules[0].RuleID != "NEW" || run.Rules[0].Found.Violation.Amount != 5 {
		t.Errorf("rules %+v", run.Rules)
	}
}

func TestTopKeepsBothResultsAndManyRules(t *testing.T) {
	l := newLeaders(10)
	for i := range 1000 {
		l.add(&Finding{ID: fmt.Sprintf("V%03d", i), Result: Violation, RuleID: "BIG", Amount: claim.Money(1_000_000 + i)})
		l.add(&Finding{ID: fmt.Sprintf("S%03d", i), Result: Suspicion, RuleID: "SMALL", Amount: claim.Money(i)})
	}
	var ids []string
	for _, f := range l.top() {
		ids = append(ids, f.ID)
	}
	if want := []string{"V999", "V998", "V997", "V996", "V995", "S999", "S998", "S997", "S996", "S995"}; !slices.Equal(ids, want) {
		t.Errorf("top %q, want %q", ids, want)
	}
	few := newLeaders(100)
	for i := range 1000 {
		few.add(&Finding{ID: fmt.Sprint(i), Result: Violation, RuleID: "ONE", Amount: claim.Money(i)})
	}
	if n := len(few.top()); n != mostOfRule {
		t.Errorf("%d findings of one rule, want %d", n, mostOfRule)
	}
}
