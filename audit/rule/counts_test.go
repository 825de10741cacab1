package rule

import "testing"

func TestCasesAreCountedWithoutReadingThem(t *testing.T) {
	for _, r := range All() {
		cases, err := Cases(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if n := caseCounts()[r.ID]; n != len(cases) {
			t.Errorf("%s has %d cases, counted %d", r.ID, len(cases), n)
		}
	}
}
