package knowledge

import (
	"testing"

	"yiheng/ground/calendar"
)

// TestStarterIsClean reads the points that come with the program: nothing in them is
// wrong or missing, and each has an id of its version, a source and a first day.
//
// clause: 004-018
func TestStarterIsClean(t *testing.T) {
	in, err := ReadStarter(testClasses)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range in.Problems {
		t.Error(p)
	}
	for i, m := range in.Missing {
		if len(m) > 0 {
			t.Errorf("row %d (%s): missing %v", in.Rows[i], in.Points[i].ID, m)
		}
	}
	ids := make(map[string]bool)
	for i := range in.Points {
		p := &in.Points[i]
		if p.ID == "" || ids[p.ID] || p.Basis == "" || p.ValidFrom == calendar.NoDay {
			t.Errorf("row %d: id %q, source %q, first day %s", in.Rows[i], p.ID, p.Basis, p.ValidFrom)
		}
		ids[p.ID] = true
	}
	m := newMerger(nil)
	m.add(in)
	for _, p := range m.check(testClasses) {
		t.Error(p)
	}
	t.Logf("%d points", len(in.Points))
}
