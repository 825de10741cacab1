package calendar

import (
	"fmt"
	"strings"
	"testing"
)

func announced() *Calendar { return NewCalendar(Announced()...) }

func mustDay(t testing.TB, text string) Day {
	t.Helper()
	d, err := ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestExplain names each day that a period skips, with its reason.
func TestExplain(t *testing.T) {
	c := announced()
	appraisal := []Interval{{From: mustDay(t, "2026-03-10").At(9, 0, 0), To: mustDay(t, "2026-03-12").At(9, 0, 0), Reason: "鉴定"}}
	for _, x := range []struct {
		from, period string
		excluded     []Interval
		due          string
		skipped      string
	}{
		{"2026-03-02", "5个工作日", nil, "2026-03-09", "2026-03-07 周六；2026-03-08 周日"},
		{"2026-09-30", "1个工作日", nil, "2026-10-08", "国庆节"},
		{"2026-02-12", "3日", nil, "2026-02-24", "届满日顺延"},
		{"2026-02-12", "3日（不顺延）", nil, "2026-02-15", ""},
		{"2026-02-12", "2个工作日", nil, "2026-02-14", ""}, // a Saturday that is worked in exchange
		{"2026-03-09", "2个工作日", appraisal, "2026-03-13", "2026-03-11 扣除：鉴定；2026-03-12 扣除：鉴定"},
		{"2026-03-09", "2日", appraisal, "2026-03-13", "2026-03-11 扣除：鉴定；2026-03-12 扣除：鉴定"},
		{"2026-03-09", "24小时", nil, "2026-03-10", ""},
		{"2026-01-28", "1个月", nil, "2026-02-28", ""}, // worked in exchange
	} {
		p, err := ParsePeriod(x.period)
		if err != nil {
			t.Fatal(err)
		}
		d := Deadline{Start: mustDay(t, x.from).At(10, 0, 0), Period: p, Excluded: x.excluded}
		due, skipped, err := d.Explain(c)
		plain, err2 := d.Due(c)
		if err != nil || err2 != nil || due != plain || due.Day().String() != x.due {
			t.Errorf("%s from %s: until %s, %v, want %s", x.period, x.from, due, err, x.due)
		}
		var texts []string
		for _, s := range skipped {
			texts = append(texts, fmt.Sprintf("%s %s", s.Day, s.Why))
		}
		if text := strings.Join(texts, "；"); x.skipped == "" && text != "" || !strings.Contains(text, x.skipped) {
			t.Errorf("%s from %s skips %q, want %q", x.period, x.from, text, x.skipped)
		}
	}
}

// TestExplainAccountsForEveryDay: in a period of working days each day between start and
// end counts or is skipped.
func TestExplainAccountsForEveryDay(t *testing.T) {
	c := announced()
	for day := mustDay(t, "2025-01-01"); day < mustDay(t, "2026-06-01"); day++ {
		for _, n := range []int{1, 5, 15, 60} {
			due, skipped, err := Deadline{Start: day.At(8, 0, 0), Period: Period{N: n, Unit: Workdays}}.Explain(c)
			if err != nil || int(due.Day()-day) != n+len(skipped) {
				t.Fatalf("%d working days from %s: until %s, %d skipped, %v", n, day, due, len(skipped), err)
			}
		}
	}
}
