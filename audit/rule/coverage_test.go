package rule

import (
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/ground/calendar"
)

// TestAssess proves what becomes of a problem in a setting: only points that serve
// it, that are complete and valid on its days count, and a missing table or class
// is said before the lack of points is.
func TestAssess(t *testing.T) {
	pair := knowledge.Point{
		RuleID: "GZ10000102012000", Code: "003110000100000", OtherCode: "003110000060000",
		ValidFrom: calendar.DayOf(2024, 1, 1), ValidTo: calendar.DayOf(2024, 12, 31), Params: &knowledge.Params{Window: "day"},
	}
	waiting, early := pair, pair
	waiting.Params = &knowledge.Params{NeedsParameters: true}
	early.ValidTo = calendar.DayOf(2024, 2, 1)
	all := func(string) bool { return true }
	none := func(string) bool { return false }
	for _, c := range []struct {
		name, no string
		points   []knowledge.Point
		has      func(string) bool
		runs     func(string) bool
		want     string
	}{
		{"a pair in force", "62", []knowledge.Point{pair}, all, nil, ProblemRuns},
		{"the pair of another problem", "61", []knowledge.Point{pair}, all, nil, ProblemKnowledge},
		{"no point", "62", nil, all, nil, ProblemKnowledge},
		{"a point that waits for parameters", "62", []knowledge.Point{waiting}, all, nil, ProblemKnowledge},
		{"a point of other days", "62", []knowledge.Point{early}, all, nil, ProblemKnowledge},
		{"no lines", "62", []knowledge.Point{pair}, none, nil, ProblemTable},
		{"class not chosen", "62", []knowledge.Point{pair}, all, none, ProblemNotRun},
		{"no point needed", "35", nil, all, nil, ProblemRuns},
		{"nothing decides it", "95", nil, all, nil, ProblemGap},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := Setting{Points: c.points, From: calendar.DayOf(2024, 6, 1), To: calendar.DayOf(2024, 6, 30), Has: c.has, Runs: c.runs}
			for _, p := range s.Assess() {
				if p.No == c.no && p.Status != c.want {
					t.Errorf("%s is %s, want %s", p.No, p.Status, c.want)
				}
			}
		})
	}
}

// TestIndicator proves that a class that compares peers is an indicator, never said
// to decide a case.
func TestIndicator(t *testing.T) {
	r, known := Get("YH0005")
	if !known || !Executable(r) {
		t.Skip("no class compares departments in this version")
	}
	s := Setting{
		Points: []knowledge.Point{{RuleID: r.ID, Params: &knowledge.Params{Item: "002103000010000"}, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}},
		Has:    func(string) bool { return true },
	}
	for _, p := range s.Assess() {
		if p.No == "80" && p.Status != ProblemIndicator {
			t.Errorf("80 is %s, want %s", p.Status, ProblemIndicator)
		}
	}
}
