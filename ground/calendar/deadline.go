package calendar

import (
	"errors"
	"fmt"
	"slices"
)

// Deadline is a period that runs, with all that law lets stop or lengthen it.
type Deadline struct {
	Start      Time        `json:"start"`
	Period     Period      `json:"period"`
	Extensions []Extension `json:"extensions,omitzero"`
	// Excluded are stretches that do not count, in order and without overlap: appraisal,
	// hearing, public notice, expert review, suspension, travel.
	Excluded []Interval `json:"excluded,omitzero"`
}

// Extension lengthens a deadline by a period: who allowed it, when, why, by which
// document.
type Extension struct {
	Period   Period `json:"period"`
	At       Time   `json:"at"`
	Who      string `json:"who"`
	Reason   string `json:"reason"`
	Document string `json:"document,omitzero"`
}

// Interval is a stretch of time that does not count. In periods by the day the day of
// From still counts and the day of To does not, as the day of an event never does: the
// stretch is as many days long as lie between the two dates. To is NoTime while it
// lasts.
type Interval struct {
	From   Time   `json:"from"`
	To     Time   `json:"to"`
	Reason string `json:"reason"`
}

// ErrPaused is the error of Due while an excluded stretch lasts: no day can be named.
var ErrPaused = errors.New("期限已中止，恢复之后才能算出届满日")

// Paused says whether an excluded stretch lasts.
func (d Deadline) Paused() bool {
	return len(d.Excluded) > 0 && d.Excluded[len(d.Excluded)-1].To == NoTime
}

// Due returns the last moment that is in time: 23:59:59 of the last day, or the second
// to which the hours run. It is ErrPaused while the deadline is paused, a *MissingYear
// where the calendar ends.
func (d Deadline) Due(c *Calendar) (Time, error) {
	if err := d.check(); err != nil {
		return NoTime, err
	}
	if d.Paused() {
		return NoTime, ErrPaused
	}
	if d.Period.byClock() {
		return d.dueByClock()
	}
	day, err := d.lastDay(c)
	if err != nil {
		return NoTime, err
	}
	last := d.Period
	if n := len(d.Extensions); n > 0 {
		last = d.Extensions[n-1].Period
	}
	if !last.Firm {
		if day, err = c.NextWorking(day); err != nil {
			return NoTime, err
		}
	}
	return day.At(23, 59, 59), nil
}

// lastDay counts the period and its extensions one behind the other. Only the end of
// the whole moves off a holiday, so the ends between do not.
func (d Deadline) lastDay(c *Calendar) (Day, error) {
	day := d.Start.Day()
	var err error
	for i := -1; i < len(d.Extensions) && err == nil; i++ {
		p := d.Period
		if i >= 0 {
			p = d.Extensions[i].Period
		}
		switch p.Unit {
		case Workdays:
			day, err = d.countWorking(c, day, p.N)
		case Days:
			day = d.countDays(day, p.N)
		case Months:
			day = d.countMonths(day, p.N)
		case Years:
			day = d.countMonths(day, p.N*12)
		}
	}
	return day, err
}

func (d Deadline) countWorking(c *Calendar, day Day, n int) (Day, error) {
	for n > 0 {
		day++
		if d.excludes(day) {
			continue
		}
		works, err := c.Working(day)
		if err != nil {
			return NoDay, err
		}
		if works {
			n--
		}
	}
	return day, nil
}

func (d Deadline) countDays(day Day, n int) Day {
	for n > 0 {
		day++
		if !d.excludes(day) {
			n--
		}
	}
	return day
}

// countMonths adds to the end of the months as many days as were excluded before it.
func (d Deadline) countMonths(day Day, n int) Day {
	end := day.AddMonths(n)
	lost := 0
	for day < end {
		day++
		if d.excludes(day) {
			lost++
		}
	}
	return d.countDays(end, lost)
}

func (d Deadline) excludes(day Day) bool {
	return slices.ContainsFunc(d.Excluded, func(i Interval) bool { return i.From.Day() < day && day <= i.To.Day() })
}

func (d Deadline) dueByClock() (Time, error) {
	left := d.Period.seconds()
	for _, e := range d.Extensions {
		left += e.Period.seconds()
	}
	at := d.Start
	for _, i := range d.Excluded {
		if i.From >= at+left {
			break
		}
		left -= i.From - at
		at = i.To
	}
	return at + left, nil
}

// Excluding returns the deadline with a stretch that does not count, from its first
// moment to its last; to is NoTime while it lasts. It must begin after the start, not
// overlap another, and not lie beyond the end.
func (d Deadline) Excluding(c *Calendar, from, to Time, reason string) (Deadline, error) {
	if reason == "" {
		return d, errors.New("扣除期限要写明事由")
	}
	due, err := d.Due(c)
	if errors.Is(err, ErrPaused) {
		return d, errors.New("期限已在中止之中，不能再扣除一段：请先恢复")
	}
	if err != nil && !endsAfter(err, from) {
		return d, err
	}
	if err == nil && from > due {
		return d, fmt.Errorf("期限已于 %s 届满，不能再从 %s 起扣除", due, from)
	}
	d.Excluded = append(slices.Clone(d.Excluded), Interval{From: from, To: to, Reason: reason})
	slices.SortStableFunc(d.Excluded, func(a, b Interval) int { return int(a.From - b.From) })
	return d, d.check()
}

// Resuming returns the paused deadline with its stretch ended at the moment to.
func (d Deadline) Resuming(to Time) (Deadline, error) {
	if !d.Paused() {
		return d, errors.New("期限没有中止，不能恢复")
	}
	d.Excluded = slices.Clone(d.Excluded)
	d.Excluded[len(d.Excluded)-1].To = to
	return d, d.check()
}

// Extending returns the deadline lengthened. An extension must be allowed before the
// end, and give who allowed it and why.
func (d Deadline) Extending(c *Calendar, e Extension) (Deadline, error) {
	if e.Who == "" || e.Reason == "" {
		return d, errors.New("延长期限要写明批准人和事由")
	}
	if due, err := d.Due(c); err == nil && e.At > due {
		return d, fmt.Errorf("期限已于 %s 届满，%s 不能再延长", due, e.At)
	} else if err != nil && !errors.Is(err, ErrPaused) && !endsAfter(err, e.At) {
		return d, err
	}
	d.Extensions = append(slices.Clone(d.Extensions), e)
	return d, d.check()
}

// endsAfter says that the end could not be counted for want of a table, and lies behind
// the moment at for certain: counting had gone past it.
func endsAfter(err error, at Time) bool {
	var missing *MissingYear
	return errors.As(err, &missing) && at.Day() < missing.Day
}

func (d Deadline) check() error {
	if d.Start == NoTime {
		return errors.New("期限没有起算时间")
	}
	if err := d.Period.check(); err != nil {
		return fmt.Errorf("期限“%s”%w", d.Period, err)
	}
	for _, e := range d.Extensions {
		if err := e.Period.check(); err != nil {
			return fmt.Errorf("延长的期限“%s”%w", e.Period, err)
		}
		if e.Period.byClock() != d.Period.byClock() {
			return fmt.Errorf("期限 %s 不能延长 %s：一个按日、一个按时钟计算", d.Period, e.Period)
		}
	}
	before := d.Start
	for i, x := range d.Excluded {
		switch {
		case x.To == NoTime && i < len(d.Excluded)-1:
			return fmt.Errorf("从 %s 起的扣除尚未结束，之后不能再扣除", x.From)
		case x.To != NoTime && x.To < x.From:
			return fmt.Errorf("扣除的结束 %s 早于开始 %s", x.To, x.From)
		case x.From < before:
			return fmt.Errorf("扣除的开始 %s 早于起算时间，或与上一段扣除重叠（到 %s 为止）", x.From, before)
		}
		before = x.To
	}
	return nil
}
