package calendar

// Skipped is a day between the start of a deadline and its end that did not count, or
// on which it could not end, and why.
type Skipped struct {
	Day Day    `json:"day"`
	Why string `json:"why"` // as 周六, 春节（国办发明电〔2024〕12号）, 扣除：鉴定
}

// Explain returns what Due does, with each day that it skipped. A period by the clock
// skips none.
func (d Deadline) Explain(c *Calendar) (due Time, skipped []Skipped, err error) {
	if due, err = d.Due(c); err != nil || d.Period.byClock() {
		return due, nil, err
	}
	day := d.Start.Day()
	for i := 0; i <= len(d.Extensions); i++ {
		part := d
		part.Extensions = d.Extensions[:i]
		end, err := part.lastDay(c)
		if err != nil {
			return NoTime, nil, err
		}
		p := d.Period
		if i > 0 {
			p = d.Extensions[i-1].Period
		}
		for day < end {
			day++
			if why := d.whySkipped(c, day, p.Unit); why != "" {
				skipped = append(skipped, Skipped{day, why})
			}
		}
	}
	for ; day < due.Day(); day++ {
		skipped = append(skipped, Skipped{day, c.Why(day) + "，届满日顺延"})
	}
	return due, skipped, nil
}

func (d Deadline) whySkipped(c *Calendar, day Day, unit Unit) string {
	for _, i := range d.Excluded {
		if i.From.Day() < day && day <= i.To.Day() {
			return "扣除：" + i.Reason
		}
	}
	if unit != Workdays {
		return ""
	}
	return c.Why(day)
}

// Why says why a day is not worked: its weekday, or the holiday and the notice that
// announced it; "" for a working day and for one that no table tells of.
func (c *Calendar) Why(d Day) string {
	works, err := c.Working(d)
	s, special := c.days[d]
	switch {
	case err != nil || works:
		return ""
	case special:
		return s.Name + "（" + s.Document + "）"
	}
	return d.Weekday()
}

// Special returns what a notice says of a day, false when none names it.
func (c *Calendar) Special(d Day) (Special, bool) {
	s, ok := c.days[d]
	return s, ok
}
