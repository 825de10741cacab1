package calendar

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

func at(t testing.TB, text string) Time {
	t.Helper()
	v, err := ParseTime(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

func period(t testing.TB, text string) Period {
	t.Helper()
	p, err := ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Worked examples. The day of the event does not count; the comments count the rest.
func TestAfter(t *testing.T) {
	c := NewCalendar(Announced()...)
	for _, x := range []struct{ start, period, want, why string }{
		{"2026-01-09 16:00:00", "5个工作日", "2026-01-16", "a Friday: Monday to Friday"},
		{"2026-01-10", "2个工作日", "2026-01-13", "an event on a Saturday: Monday, Tuesday"},
		{"2026-01-02", "1个工作日", "2026-01-04", "the Sunday after New Year is worked"},
		{"2026-02-12", "5个工作日", "2026-02-26", "13; Saturday 14 worked; Spring Festival 15–23; 24, 25, 26"},
		{"2026-02-25", "5个工作日", "2026-03-03", "26, 27, Saturday 28 worked, 2, 3 March"},
		{"2025-01-24", "3个工作日", "2025-02-05", "Sunday 26 worked, 27, eight days off, 5 February"},
		{"2025-09-26", "7个工作日", "2025-10-13", "28 (Sunday), 29, 30, 9, 10, 11 (Saturday), 13 October"},
		{"2023-01-18", "7个工作日", "2023-02-01", "19, 20, 28, 29 (worked weekend), 30, 31, 1"},
		{"2020-01-23", "2个工作日", "2020-02-04", "the festival was lengthened to 2 February 2020"},
		{"2018-12-28", "1个工作日", "", "2018 has no table"},

		{"2026-02-05", "15日", "2026-02-24", "20 February is in the festival: the next working day"},
		{"2026-02-13", "3日", "2026-02-24", "16 February likewise"},
		{"2026-02-13", "3日（不顺延）", "2026-02-16", "the transfer regulation does not move the end"},
		{"2026-02-13", "15日", "2026-02-28", "a Saturday, but worked"},
		{"2026-01-02", "15日", "2026-01-19", "Saturday 17: Monday"},
		{"2024-01-31", "90日", "2024-04-30", "29 + 31 + 30 days: a leap year"},
		{"2023-01-31", "90日", "2023-05-04", "1 May is a holiday until the third"},
		{"2026-09-10", "10日", "2026-09-20", "a Sunday, worked"},
		{"2026-09-14", "20日", "2026-10-08", "4 October is in the festival"},

		{"2024-01-31", "1个月", "2024-02-29", "no 31 February: the month's last day"},
		{"2025-01-31", "1个月", "2025-02-28", "the same in a common year"},
		{"2025-12-31", "2个月", "2026-02-28", "a Saturday, worked"},
		{"2025-08-31", "6个月", "2026-02-28", "the same from afar"},
		{"2025-02-28", "1个月", "2025-03-28", "the last day of a short month is no last day of the next"},
		{"2025-07-01", "3个月", "2025-10-09", "1 October begins eight days off"},
		{"2024-02-29", "1年", "2025-02-28", "no 29 February"},
		{"2024-05-11", "2年", "2026-05-11", "a Monday"},

		{"2026-02-14 17:30:00", "24小时", "2026-02-15 17:30:00", "hours run by the clock, in a festival too"},
		{"2026-02-28 23:50:10", "30分钟", "2026-03-01 00:20:10", "minutes too"},

		{"2026-12-24", "1个工作日", "2026-12-25", "before the next year's notice can matter"},
		{"2026-12-24", "2个工作日", "", "28 December may be moved by the notice for 2027"},
		{"2026-11-24", "60日", "", "ends in January 2027"},
		{"2026-11-24", "60日（不顺延）", "2027-01-23", "an end that does not move needs no table"},
	} {
		due, err := c.After(at(t, x.start), period(t, x.period))
		var missing *MissingYear
		switch {
		case x.want == "" && !errors.As(err, &missing):
			t.Errorf("%s + %s = %v, %v, want a missing year (%s)", x.start, x.period, due, err, x.why)
		case x.want != "" && err != nil:
			t.Errorf("%s + %s: %v", x.start, x.period, err)
		case x.want != "" && len(x.want) == 10 && due.String() != x.want+" 23:59:59", len(x.want) > 10 && due.String() != x.want:
			t.Errorf("%s + %s = %v, want %s (%s)", x.start, x.period, due, x.want, x.why)
		}
	}
}

func TestBefore(t *testing.T) {
	c := NewCalendar(Announced()...)
	for _, x := range []struct{ event, period, want, why string }{
		{"2026-03-03", "7个工作日", "2026-02-13", "2, 28, 27, 26, 25, 24 and 14 February are whole days between"},
		{"2026-03-10", "7日", "2026-03-02", "3 to 9 March"},
		{"2026-06-11", "3日（不顺延）", "2026-06-07", "8, 9, 10 June"},
		{"2025-12-31", "3个月", "2025-09-30", "three months from 30 September end on 30 December"},
		{"2024-05-31", "3个月", "2024-02-29", "they end on 29 May"},
		{"2024-06-01", "3个月", "2024-02-29", "from 1 March they would end on the day itself"},
		{"2025-03-01", "1年", "2024-02-29", ""},
	} {
		got, err := c.Before(at(t, x.event).Day(), period(t, x.period))
		if err != nil || got.String() != x.want {
			t.Errorf("%s ahead of %s: %v, %v, want %s (%s)", x.period, x.event, got, err, x.want, x.why)
		}
	}
	if _, err := c.Before(at(t, "2027-03-01").Day(), period(t, "5个工作日")); err == nil || !strings.Contains(err.Error(), "2027") {
		t.Errorf("without a table: %v", err)
	}
	if _, err := c.Before(DayOf(2026, 3, 1), period(t, "24小时")); err == nil || !strings.Contains(err.Error(), "倒推") {
		t.Errorf("hours: %v", err)
	}
	if _, err := c.Before(DayOf(2026, 3, 1), Period{}); err == nil {
		t.Error("no period is counted")
	}
}

// An act on the last day that Before gives is in time, and one a day later is not.
func TestBeforeIsTheLastDay(t *testing.T) {
	c := NewCalendar(Announced()...)
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		event := DayOf(2021, 1, 1) + Day(random.IntN(1800))
		p := Period{N: 1 + random.IntN(40), Unit: Workdays}
		if random.IntN(2) == 0 {
			p = Period{N: 1 + random.IntN(6), Unit: Months, Firm: true}
		}
		last, err := c.Before(event, p)
		if err != nil {
			t.Fatal(err)
		}
		early, _ := c.After(last.At(12, 0, 0), p)
		late, _ := c.After((last+1).At(12, 0, 0), p)
		if early.Day() >= event || late.Day() < event && p.Unit == Months {
			t.Fatalf("%s ahead of %s: %s gives %s, a day later gives %s", p, event, last, early, late)
		}
	}
}

func TestPeriodText(t *testing.T) {
	for text, want := range map[string]string{
		"5个工作日": "5个工作日", "5工作日": "5个工作日", " 10 个工作日 ": "10个工作日", "90日": "90日", "90天": "90日", "30自然日": "30日",
		"3日（不顺延）": "3日（不顺延）", "3天(不顺延)": "3日（不顺延）", "2个月": "2个月", "2月": "2个月", "5年": "5年",
		"24小时": "24小时", "30分钟": "30分钟", "1年（不顺延）": "1年（不顺延）", "": "",
	} {
		p, err := ParsePeriod(text)
		if err != nil || p.String() != want {
			t.Errorf("ParsePeriod(%q) = %q, %v, want %q", text, p, err, want)
		}
		stored, _ := json.Marshal(p)
		var again Period
		if err := json.Unmarshal(stored, &again); err != nil || again != p {
			t.Errorf("%s comes back as %v, %v", stored, again, err)
		}
	}
	for text, want := range map[string]string{
		"5": "不认识", "五日": "不认识", "日": "在 1 到", "0日": "在 1 到", "-1日": "不认识", "5周": "不认识", "99999日": "在 1 到 40000",
		"200年": "在 1 到 109", "5个工作日（不顺延）": "不必写", "24小时(不顺延)": "不必写", "99999999999999999999日": "在 1 到", "1.5日": "不认识",
	} {
		if p, err := ParsePeriod(text); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), text) {
			t.Errorf("ParsePeriod(%q) = %v, %v, want %q", text, p, err, want)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, text := range []string{"5个工作日", "3日（不顺延）", "2 个月", "24小时", "5年", "x", "００日"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePeriod(text)
		if err != nil {
			return
		}
		if again, err := ParsePeriod(p.String()); err != nil || again != p {
			t.Errorf("%q reads as %q, which reads as %v, %v", text, p, again, err)
		}
		if p != (Period{}) {
			if _, err := (&Calendar{}).After(DayOf(2024, 1, 1).At(8, 0, 0), Period{p.N, p.Unit, p.Unit != Workdays && !p.byClock()}); err != nil && p.Unit != Workdays {
				t.Errorf("%s cannot be counted: %v", p, err)
			}
		}
	})
}
