package screening

import (
	"fmt"

	"yiheng/ground/calendar"
)

// precedence: a second-line drug without a first-line one before it.
func (j *judge) precedence(items []item) {
	for _, p := range pointsOf(items) {
		first := j.firstLine(p, j.lines[items[0].line].visit.newborn)
		for _, it := range ofPoint(items, p) {
			x := &j.lines[it.line]
			if x.selfPay || !j.selected(x.day) || !j.applies(p, x.visit, x.day) {
				continue
			}
			from := x.day - calendar.Day(p.Params.LookbackDays)
			switch {
			case anyDay(first.days, from, x.day):
			case first.undated:
				j.unchecked(p.rule, "一线药品的使用时间不详")
			case anyDay(first.uncoded, from, x.day):
				j.unchecked(p.rule, "回溯期内有明细编码不详")
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

// firstUses are the days on which a patient used one of some drugs.
type firstUses struct {
	days    []calendar.Day
	uncoded []calendar.Day // of lines without a code, which may be one
	undated bool           // there is a use on an unknown day
}

// firstLine finds the patient's uses of the first-line drugs of a point.
func (j *judge) firstLine(p *point, newborn bool) firstUses {
	var u firstUses
	for _, k := range j.order {
		x := &j.lines[k]
		code := lineCode(x.Line)
		switch {
		case x.visit.newborn != newborn || code != "" && !hasPrefixOf(code, p.Params.FirstAny):
		case code == "" && x.day != calendar.NoDay:
			u.uncoded = append(u.uncoded, x.day)
		case x.day == calendar.NoDay:
			u.undated = true
		default:
			u.days = append(u.days, x.day)
		}
	}
	return u
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
