package rule

import (
	"encoding/json"
	"testing"
)

// TestTested is what tryouts say together: a trial run that judged nothing, or that knows no
// precision, takes nothing away from those before it, and a bad one is outdone only by one
// that knows better.
func TestTested(t *testing.T) {
	trial := func(lines, upheld, decided int64) Tryout {
		found := TrialResult{Lines: lines, Precision: PrecisionOf(upheld, decided)}
		text, err := json.Marshal(found)
		if err != nil {
			t.Fatal(err)
		}
		return Tryout{Kind: TrialRun, Passed: found.Judged(), Result: string(text)}
	}
	gate := func(passed bool) Tryout { return Tryout{Kind: CleanCity, Passed: passed, Result: "{}"} }
	for name, c := range map[string]struct {
		all  []Tryout
		want tested
	}{
		"nothing":                         {nil, tested{precision: -1}},
		"no data":                         {[]Tryout{trial(0, 0, 0)}, tested{precision: -1}},
		"data without verdicts":           {[]Tryout{trial(5, 0, 0)}, tested{tried: true, precision: -1}},
		"bad, then without data":          {[]Tryout{trial(5, 1, 10), trial(0, 0, 0)}, tested{tried: true, precision: 100_000}},
		"bad, then without verdicts":      {[]Tryout{trial(5, 1, 10), trial(9, 0, 0)}, tested{tried: true, precision: 100_000}},
		"bad, then good":                  {[]Tryout{trial(5, 1, 10), trial(9, 9, 10)}, tested{tried: true, precision: 900_000}},
		"clean, then not, trials between": {[]Tryout{gate(true), trial(5, 0, 0), gate(false)}, tested{tried: true, precision: -1}},
		"not clean, then clean":           {[]Tryout{gate(false), gate(true)}, tested{clean: true, precision: -1}},
	} {
		if got, err := testedBy(c.all); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, c.want)
		}
	}
	if _, err := testedBy([]Tryout{{Kind: TrialRun, Result: "{"}}); err == nil {
		t.Error("an unreadable result is taken")
	}
}
