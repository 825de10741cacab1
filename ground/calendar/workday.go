package calendar

import (
	"fmt"
	"strings"
)

// Calendar knows which days are worked. It is immutable; its zero value knows no
// year.
type Calendar struct {
	years map[int]bool
	days  map[Day]Special
}

// MissingYear is the error of asking about a day whose year has no table.
type MissingYear struct {
	Year int
	// Day is the day that was asked about.
	Day Day
}

func (e *MissingYear) Error() string {
	why := ""
	if e.Day.Year() != e.Year {
		why = "（年末几天是否调休由下一年的通知规定）"
	}
	return fmt.Sprintf("没有 %d 年的节假日表，无法判断 %s 是否工作日%s。请导入《国务院办公厅关于%d年部分节假日安排的通知》：CSV，表头 %s",
		e.Year, e.Day, why, e.Year, strings.Join(noticeHeader, ","))
}

// NewCalendar returns the calendar of the notices; of two notices of one year the
// later in the list holds. The notices must pass Check.
func NewCalendar(notices ...Notice) *Calendar {
	last := map[int]Notice{}
	for _, n := range notices {
		last[n.Year] = n
	}
	c := &Calendar{years: map[int]bool{}, days: map[Day]Special{}}
	for year, n := range last {
		c.years[year] = true
		for _, s := range n.Days {
			c.days[s.Day] = s
		}
	}
	return c
}

// Weekday returns the day's name, as 周一.
func (d Day) Weekday() string {
	return [...]string{"周四", "周五", "周六", "周日", "周一", "周二", "周三"}[d.ofWeek()]
}

// Weekend says whether d is a Saturday or Sunday.
func (d Day) Weekend() bool { return d.ofWeek() == 2 || d.ofWeek() == 3 }

// ofWeek counts from Thursday, the weekday of day 0.
func (d Day) ofWeek() int { return (int(d)%7 + 7) % 7 }

// newYearShift is the first day of December that the next year's notice may move:
// New Year's Day takes a day from the week around it.
const newYearShift = 26

// Working says whether d is a working day: Monday to Friday and no holiday, or
// worked in exchange. The error is a *MissingYear when the year of d has no table,
// or, from 26 December on, the next year has none.
func (c *Calendar) Working(d Day) (bool, error) {
	year, month, day := d.Civil()
	if !c.years[year] {
		return false, &MissingYear{Year: year, Day: d}
	}
	if month == 12 && day >= newYearShift && !c.years[year+1] {
		return false, &MissingYear{Year: year + 1, Day: d}
	}
	switch c.days[d].Kind {
	case Holiday:
		return false, nil
	case Workday:
		return true, nil
	}
	return !d.Weekend(), nil
}

// NextWorking returns d itself if it is a working day, else the first one after it.
func (c *Calendar) NextWorking(d Day) (Day, error) {
	for {
		works, err := c.Working(d)
		if err != nil || works {
			return d, err
		}
		d++
	}
}
