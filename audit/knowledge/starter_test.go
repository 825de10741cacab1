package knowledge

import "testing"

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
	m := newMerger(nil)
	m.add(in)
	for _, p := range m.check(testClasses) {
		t.Error(p)
	}
	t.Logf("%d points", len(in.Points))
}
