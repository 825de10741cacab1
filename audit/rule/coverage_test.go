package rule

import (
	"iter"
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
			s := Setting{Points: each(c.points), From: calendar.DayOf(2024, 6, 1), To: calendar.DayOf(2024, 6, 30), Has: c.has, Runs: c.runs}
			for _, p := range s.Assess() {
				if p.No == c.no && p.Status != c.want {
					t.Errorf("%s is %s, want %s", p.No, p.Status, c.want)
				}
			}
		})
	}
}

// TestServedOnce proves that counting by an index of codes is the same as asking
// every target about every point.
func TestServedOnce(t *testing.T) {
	starter, err := knowledge.ReadStarter(Class)
	if err != nil {
		t.Fatal(err)
	}
	points := append(starter.Points,
		knowledge.Point{RuleID: "GZ10000102012000", Note: "问题清单22、25", Code: "003205000020000", OtherCode: "003205000010000"},
		knowledge.Point{RuleID: "GZ10000201004000", Params: &knowledge.Params{Map: map[string][]string{"003315050010000": nil, "003315050020000": nil}}})
	s := Setting{Points: each(points), From: calendar.DayOf(1900, 1, 1), To: calendar.DayOf(2999, 1, 1)}
	list := Problems()
	counts := s.served(list)
	for i := range list {
		for k := range list[i].By {
			want := int64(0)
			for n := range points {
				p := &points[n]
				if p.RuleID == list[i].By[k].RuleID && s.valid(p) && list[i].By[k].Serves(list[i].No, p) {
					want++
				}
			}
			if counts[i][k] != want {
				t.Errorf("problem %s, %s: %d points, want %d", list[i].No, list[i].By[k].RuleID, counts[i][k], want)
			}
		}
	}
}

func each(points []knowledge.Point) iter.Seq[*knowledge.Point] {
	return func(yield func(*knowledge.Point) bool) {
		for i := range points {
			if !yield(&points[i]) {
				return
			}
		}
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
		Points: each([]knowledge.Point{{RuleID: r.ID, Params: &knowledge.Params{Item: "002103000010000"}, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}}),
		Has:    func(string) bool { return true },
	}
	for _, p := range s.Assess() {
		if p.No == "80" && p.Status != ProblemIndicator {
			t.Errorf("80 is %s, want %s", p.Status, ProblemIndicator)
		}
	}
}
