package screening

import (
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/ground/calendar"
)

// BenchmarkMeasure counts a history of 320 lines for the starter pack's points of ratio
// and share: what they add to the judgement of a year.
func BenchmarkMeasure(b *testing.B) {
	in, err := knowledge.ReadStarter(rule.Class)
	if err != nil {
		b.Fatal(err)
	}
	lib := NewLibrary(Parts{Rules: rule.All(), Points: in.Points})
	h := person300()
	day := calendar.DayOf(2025, 1, 1)
	for _, c := range []struct {
		name    string
		measure bool
	}{{"without", false}, {"with", true}} {
		b.Run(c.name, func(b *testing.B) {
			j := newJudge(lib, Options{From: day, To: day + 364})
			if c.measure {
				j.meter = newMeter(lib)
			}
			for b.Loop() {
				j.judge(h)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(h.Lines)), "ns/line")
		})
	}
}
