package screening

import (
	"fmt"

	"yiheng/ground/calendar"
)

// period is a calendar month, quarter or year.
type period struct {
	kind        string // month, quarter, year
	first, last int    // months (calendar.Day.Month), both included
}

// months returns how many months a kind of period has.
func months(kind string) int {
	switch kind {
	case "month":
		return 1
	case "quarter":
		return 3
	}
	return 12
}

// periodsOf returns the periods of a kind that lie wholly within days; of open days,
// within the months given.
func periodsOf(kind string, from, to calendar.Day, lo, hi int) []period {
	n := months(kind)
	if from != calendar.NoDay {
		lo = from.Month()
		if first, _ := monthOf(from); first != from {
			lo++
		}
	} else {
		lo -= lo % n
	}
	if to != calendar.NoDay {
		hi = to.Month()
		if _, next := monthOf(to); next != to+1 {
			hi--
		}
	} else {
		hi += n - 1 - hi%n
	}
	var all []period
	for m := lo + (n-lo%n)%n; m+n-1 <= hi; m += n {
		all = append(all, period{kind, m, m + n - 1})
	}
	return all
}

func (p period) firstDay() calendar.Day { return calendar.DayOf(p.first/12, p.first%12+1, 1) }

func (p period) lastDay() calendar.Day {
	_, next := monthOf(calendar.DayOf(p.last/12, p.last%12+1, 1))
	return next - 1
}

// String returns 2025-03, 2025Q1 or 2025.
func (p period) String() string {
	switch p.kind {
	case "month":
		return fmt.Sprintf("%04d-%02d", p.first/12, p.first%12+1)
	case "quarter":
		return fmt.Sprintf("%04dQ%d", p.first/12, p.first%12/3+1)
	}
	return fmt.Sprintf("%04d", p.first/12)
}

// words returns the period in Chinese.
func (p period) words() string {
	switch p.kind {
	case "month":
		return fmt.Sprintf("%d年%d月", p.first/12, p.first%12+1)
	case "quarter":
		return fmt.Sprintf("%d年第%d季度", p.first/12, p.first%12/3+1)
	}
	return fmt.Sprintf("%d年", p.first/12)
}

// parsePeriod reads what String writes; false for any other text.
func parsePeriod(text string) (period, bool) {
	var year, n int
	for _, form := range []struct {
		kind, layout string
	}{{"month", "%04d-%02d"}, {"quarter", "%04dQ%d"}, {"year", "%04d"}} {
		n = 1
		_, _ = fmt.Sscanf(text, form.layout, &year, &n)
		length := months(form.kind)
		p := period{form.kind, year*12 + (n-1)*length, year*12 + n*length - 1}
		if year > 0 && n > 0 && p.String() == text {
			return p, true
		}
	}
	return period{}, false
}
