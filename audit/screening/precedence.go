package screening

import (
	"fmt"

	"yiheng/ground/calendar"
)

// precedence: a second-line drug without a first-line one before it.
func (j *judge) precedence(items []item) {
	for _, p := range pointsOf(items) {
		first, undated := j.firstLine(p, j.lines[items[0].line].visit.newborn)
		for _, it := range ofPoint(items, p) {
			x := &j.lines[it.line]
			if x.selfPay || !j.selected(x.day) || !j.applies(p, x.visit, x.day) {
				continue
			}
			from := x.day - calendar.Day(p.Params.LookbackDays)
			switch {
			case anyDay(first, from, x.day):
			case undated:
				j.unchecked(p.rule, "一线药品的使用时间不详")
			case from < j.horizon:
				j.unchecked(p.rule, "回溯期早于可见记录")
			default:
				j.object(p, it.line, noQuantity, func(h *hit) string {
					return fmt.Sprintf("%s限二线使用；%s前%d天内没有使用一线药品（%s等）的记录。", j.named(h), j.daysOf(h), p.Params.LookbackDays, short(p.Params.FirstAny))
				})
			}
		}
	}
}

// firstLine returns the days on which the patient used a first-line drug of a point, in
// order, and whether there is a use on an unknown day.
func (j *judge) firstLine(p *point, newborn bool) (days []calendar.Day, undated bool) {
	for _, k := range j.order {
		x := &j.lines[k]
		if x.visit.newborn != newborn || !hasPrefixOf(lineCode(x.Line), p.Params.FirstAny) {
			continue
		}
		if x.day == calendar.NoDay {
			undated = true
			continue
		}
		days = append(days, x.day)
	}
	return days, undated
}

// anyDay says whether one of the days lies within from and to, both included.
func anyDay(days []calendar.Day, from, to calendar.Day) bool {
	for _, d := range days {
		if d >= from && d <= to {
			return true
		}
	}
	return false
}
