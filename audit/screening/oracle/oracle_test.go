package oracle

import (
	"fmt"
	"slices"
	"testing"

	"yiheng/audit/rule"
	"yiheng/facts/claim"
)

// TestCases holds the evaluator itself against every case of the library, so that
// it is as right as the examples that explain the contract.
func TestCases(t *testing.T) {
	for _, id := range append([]string{rule.Judgement}, executable()...) {
		cases, err := rule.Cases(id)
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			t.Run(id+"/"+cases[i].Name, func(t *testing.T) { check(t, id, &cases[i]) })
		}
	}
}

func executable() (ids []string) {
	for _, r := range rule.All() {
		if rule.Executable(r) && Judges(r.Program) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func check(t *testing.T, id string, c *rule.Case) {
	ids := slices.Concat([]string{id}, c.Rules)
	for i := range c.Points {
		ids = append(ids, c.Points[i].RuleID)
	}
	w := &World{Points: c.Points, Institutions: c.Institutions, Doctors: c.Doctors, Exclusions: c.Exclusions, Tables: c.Tables}
	for _, r := range rule.All() {
		if slices.Contains(ids, r.ID) {
			w.Rules = append(w.Rules, r)
		}
	}
	var got, want []string
	findings := Judge(&c.History, w, c.From, c.To)
	for _, f := range findings {
		got = append(got, fmt.Sprint(f.RuleID, f.KpID, f.MdtrtID, f.Result, f.Lines, f.Own))
	}
	for _, e := range c.Expect {
		want = append(want, fmt.Sprint(e.RuleID, e.KpID, e.MdtrtID, e.Result, sorted(e.Lines), e.OwnAmount))
		for _, f := range findings {
			if f.RuleID != e.RuleID || f.KpID != e.KpID || f.MdtrtID != e.MdtrtID || e.SetlID != "" && f.SetlID != "" && e.SetlID != f.SetlID {
				continue
			}
			if e.EvidenceLines != nil && !slices.Equal(f.Evidence, sorted(e.EvidenceLines)) {
				t.Errorf("%s: evidence %v, want %v", f.RuleID, f.Evidence, e.EvidenceLines)
			}
			if e.Codes != nil && f.Codes != nil && !slices.Equal(f.Codes, sorted(e.Codes)) {
				t.Errorf("%s: codes %v, want %v", f.RuleID, f.Codes, e.Codes)
			}
			if e.Severity != 0 && f.Severity != e.Severity {
				t.Errorf("%s: severity %d, want %d", f.RuleID, f.Severity, e.Severity)
			}
			if e.Amount != claim.Null && f.Amount != e.Amount {
				t.Errorf("%s: amount %s, want %s", f.RuleID, f.Amount, e.Amount)
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found %v,\nwant  %v", got, want)
	}
}
