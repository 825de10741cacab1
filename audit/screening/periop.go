package screening

import (
	"fmt"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// antibacterial is how the national codes of antibacterials for systemic use begin
// (X, then ATC J01).
const antibacterial = "XJ01"

// periop: antibacterial prophylaxis around the operations of a stay: longer than
// max_hours after the last of them, or of a class that is not among classes.
func (j *judge) periop(p *point, v *visit) {
	if !v.stay {
		return
	}
	var drugs []int32
	for _, i := range v.lines {
		x := &j.lines[i]
		if !x.selfPay && j.selected(x.day) && strings.HasPrefix(lineCode(x.Line), antibacterial) && j.applies(p, v, x.day) {
			drugs = append(drugs, i)
		}
	}
	if len(drugs) == 0 {
		return
	}
	if slices.ContainsFunc(v.ops, func(o *claim.Operation) bool { return o.OprnOprtDate == calendar.NoTime }) || len(v.ops) == 0 ||
		v.enc.OprnOprtCode != "" && !slices.ContainsFunc(v.ops, func(o *claim.Operation) bool { return o.OprnOprtCode == v.enc.OprnOprtCode }) {
		j.unchecked(p.rule, "手术时间不详")
		return
	}
	for _, i := range drugs {
		x := &j.lines[i]
		switch {
		case j.afterEvery(v, x, p.Params.MaxHours):
			j.object(p, i, noQuantity, func(h *hit) string {
				return fmt.Sprintf("%s用于手术（%s）后预防感染，超过%d小时。", j.named(h), p.Code, p.Params.MaxHours)
			})
		case len(p.Params.Classes) > 0 && !hasPrefixOf(lineCode(x.Line), p.Params.Classes) && x.day >= firstOperation(v)-1:
			j.object(p, i, noQuantity, func(h *hit) string {
				return fmt.Sprintf("%s不是手术（%s）预防感染可用的抗菌药物（%s）。", j.named(h), p.Code, strings.Join(p.Params.Classes, "、"))
			})
		}
	}
}

// afterEvery says whether a line is later than hours after every operation: to the
// second where both times have a time of day, else by days.
func (j *judge) afterEvery(v *visit, x *line, hours int) bool {
	days := calendar.Day((hours + 23) / 24)
	return !slices.ContainsFunc(v.ops, func(o *claim.Operation) bool {
		at := o.OprnOprtDate
		if at.HasClock() && x.FeeOcurTime.HasClock() {
			return x.FeeOcurTime-at <= calendar.Time(hours)*3600
		}
		return x.day-at.Day() <= days
	})
}

// firstOperation returns the day of a visit's first operation.
func firstOperation(v *visit) calendar.Day {
	first := v.ops[0].OprnOprtDate.Day()
	for _, o := range v.ops[1:] {
		first = min(first, o.OprnOprtDate.Day())
	}
	return first
}
