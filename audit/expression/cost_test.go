package expression

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// aCrowd is a patient with one visit of n lines.
func aCrowd(n int) *Patient {
	v := &Visit{ID: "M1", MedType: "11", Level: Unknown, Begin: calendar.DayOf(2025, 3, 1), End: calendar.DayOf(2025, 3, 1)}
	p := &Patient{Visits: []*Visit{v}}
	for i := range n {
		l := &Line{
			Line:  &claim.Line{BkkpSn: fmt.Sprint(i), FeeOcurTime: calendar.DayOf(2025, 3, 1).At(9, 0, 1)},
			Index: int32(i), Visit: v, Day: calendar.DayOf(2025, 3, 1), Qty: claim.Piece, Sum: 100, Inscp: 100, Code: fmt.Sprintf("%06d", i), Grade: Unknown,
		}
		v.Lines, p.Lines = append(v.Lines, l), append(p.Lines, l)
	}
	return p
}

// TestCostLimit proves that no evaluation goes on beyond the limit, however large the
// visit or the lists that an expression makes: it stops, and says so.
func TestCostLimit(t *testing.T) {
	doubled := "[lines]" + strings.Repeat(".map(x, x + x)", 30)
	for _, c := range []struct {
		text  string
		lines int
	}{
		{`lines.filter(l, lines.exists(m, m.code == l.code && m.day < l.day))`, 20_000},
		{`lines.filter(l, l.earlier(0).size() > 100000)`, 20_000},
		{`lines.filter(l, l.near(3, ["9"]).size() > 0)`, 20_000},
		{`lines.filter(l, lines.of(["0"]).group(m, m.code).size() == 0)`, 20_000},
		{`lines.map(l, lines).flatten().sum(l, l.cnt) > 0`, 20_000},
		{doubled + `.map(x, x.size()).sum() > 0`, 10},
		{doubled + `.exists(x, lines.first() in x)`, 10},
		{doubled + `.exists(x, x.all(l, true))`, 10},
		{doubled + `.flatten().size() > 3`, 10},
		{doubled + `.exists(x, x.last() == lines.first())`, 10},
		{doubled + `.exists(x, x.sum(l, l.cnt) > 3)`, 10},
		{doubled + `.first()`, 10},
	} {
		p, err := Compile(c.text, OverVisit)
		if err != nil {
			if !strings.Contains(err.Error(), "计算量过大：估算最多") {
				t.Errorf("%.60s: %v", c.text, err)
			}
			continue
		}
		patient, start := aCrowd(c.lines), time.Now()
		r := p.Eval(patient, patient.Visits[0])
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%.60s: took %s", c.text, took)
		}
		cheap := len(r.Doubts) == 0 && r.Cost < CostLimit
		if !cheap && told(r) != "? "+TooCostly || r.Cost > CostLimit {
			t.Errorf("%.60s: %.100s, cost %d: %s", c.text, told(r), r.Cost, r.Failure)
		}
		t.Logf("%.60s: cost %d of at most %d, %s", c.text, r.Cost, p.Estimate, time.Since(start))
	}
}

// TestEstimate proves that the estimate lets an expression go through all lines once
// more for each line, and no more often than that.
func TestEstimate(t *testing.T) {
	for text, fine := range map[string]bool{
		`lines.filter(l, l.cnt > 1)`: true,
		`lines.filter(l, lines.exists(m, m.code == l.code && m.day == l.day))`:                                               true,
		`lines.group(l, l.day).filter(g, g.exists(a, g.exists(b, a.code != b.code))).flatten()`:                              false,
		`lines.filter(l, lines.exists(m, lines.exists(n, n.code == m.code && n.day == l.day)))`:                              false,
		`lines.filter(l, visits.exists(v, v.earlier(30).size() > 3))`:                                                        true,
		`visits.exists(v, v.earlier(30).exists(w, w.lines.exists(l, v.lines.exists(m, m.code == l.code && m.day > l.day))))`: false,
	} {
		p, err := Compile(text, OverVisit)
		if fine != (err == nil) {
			t.Errorf("%s: %v", text, err)
		}
		if err == nil && p.Estimate == 0 {
			t.Errorf("%s: nothing is estimated", text)
		}
	}
}

// TestEstimateHolds proves that no evaluation of a visit of the assumed size costs more
// than was estimated.
func TestEstimateHolds(t *testing.T) {
	patient := aCrowd(manyLines)
	for _, text := range []string{
		`lines.filter(l, l.cnt > 1)`,
		`lines.of(["0", "1"]).group(l, l.day).map(g, g.beyond(2)).flatten()`,
		`lines.sortDown(l, l.pric).skip(1).inOrder()`,
		`lines.of(["00"]).filter(l, l.earlier(3, ["0000"]).size() > 1000)`,
		`lines.distinct(l, l.code).size() > 3 && lines.sum(l, l.cnt) > 1 && lines.all(l, l.code.matches("^[0-9]+$"))`,
		`lines.filter(l, l.code in ["000001", "000002"]).because(lines)`,
	} {
		p, err := Compile(text, OverVisit)
		if err != nil {
			t.Fatal(err)
		}
		r := p.Eval(patient, patient.Visits[0])
		if r.Cost > p.Estimate || r.Cost == 0 {
			t.Errorf("%s: cost %d, estimated at most %d", text, r.Cost, p.Estimate)
		}
		t.Logf("%s: cost %d of at most %d", text, r.Cost, p.Estimate)
	}
}
