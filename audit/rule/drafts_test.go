package rule

import (
	"bytes"
	"slices"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/ground/calendar"
)

// TestDrafts proves that drafted points are such as an import takes, are suspicions
// with default thresholds, and decide the problems that they are drafted for.
func TestDrafts(t *testing.T) {
	starter, err := knowledge.ReadStarter(Class)
	if err != nil {
		t.Fatal(err)
	}
	s := Setting{
		Points: each(starter.Points), From: calendar.DayOf(2025, 1, 1), To: calendar.DayOf(2025, 12, 31),
		Has: func(string) bool { return true },
	}
	drafts := s.Drafts()
	var text bytes.Buffer
	if err := knowledge.WriteExchange(&text, drafts); err != nil {
		t.Fatal(err)
	}
	x, err := knowledge.ReadExchange(&text, "draft", Class)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range x.Problems {
		t.Error(p)
	}
	for i := range x.Points {
		p := &x.Points[i]
		class, _ := Get(p.RuleID)
		if !p.Params.Default || class.Result != suspicion && p.Params.Result != suspicion || len(x.Missing[i]) > 0 {
			t.Errorf("%s: parameters %s, missing %v", p.ID, p.Params, x.Missing[i])
		}
	}
	before := s.Assess()
	s.Points = each(slices.Concat(starter.Points, x.Points))
	count := map[string]int{}
	for i, after := range s.Assess() {
		if before[i].Status == ProblemRuns && after.Status != ProblemRuns {
			t.Errorf("%s was %s and is %s with the drafts", after.No, before[i].Status, after.Status)
		}
		count[before[i].Status]++
		count["then "+after.Status]++
	}
	if len(s.Drafts()) != 0 {
		t.Errorf("%d drafts are made again", len(s.Drafts()))
	}
	t.Logf("%d drafts; problems: %v", len(drafts), count)
}
