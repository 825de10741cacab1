package screening

import (
	"fmt"
	"slices"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// conflict: code and other_code in one window, where the content of code includes
// other_code. Lines of other_code are objected to, lines of code are evidence.
func (j *judge) conflict(items []item) {
	if !slices.ContainsFunc(items, func(it item) bool { return it.other != items[0].other }) {
		return
	}
	for _, p := range pointsOf(items) {
		var codes, others []int32
		for _, it := range items {
			switch {
			case it.point != p:
			case it.other:
				others = append(others, it.line)
			default:
				codes = append(codes, it.line)
			}
		}
		if len(codes) > 0 && len(others) > 0 {
			j.conflictOf(p, codes, others)
		}
	}
}

func pointsOf(items []item) []*point {
	var points []*point
next:
	for _, it := range items {
		for _, p := range points {
			if p == it.point {
				continue next
			}
		}
		points = append(points, it.point)
	}
	return points
}

// conflictOf judges one pair: every line of code includes free_qty × its quantity of
// other_code in its window; the later excess is objected to.
func (j *judge) conflictOf(p *point, codes, others []int32) {
	codes = j.withoutExcluded(p, codes)
	free := j.included(p, codes)
	included := make([][]int32, len(codes)) // by line of code: what it included
	near := j.nearBy(p.Params.Window, codes)
	for _, o := range others {
		x := &j.lines[o]
		if free != nil && x.day == calendar.NoDay {
			continue // it has no place in the order
		}
		judged := j.applies(p, x.visit, x.day)
		if !judged && (free == nil || p.inForce(x.day, x.visit.place())) {
			continue // of what is included takes what is not judged yet, not what is excepted
		}
		partners, known := near(x)
		if !known {
			if judged {
				j.unchecked(p.rule, firstOf(j.unplaced(x, p.Params.Window), "明细没有时刻"))
			}
			continue
		}
		if len(partners) == 0 {
			continue
		}
		excess, known := takeFree(x, partners, free)
		if !known {
			j.unchecked(p.rule, "数量不详")
			continue
		}
		if excess == 0 {
			for _, k := range partners {
				included[k] = append(included[k], o)
			}
		}
		if excess == 0 || !judged {
			continue
		}
		if h := j.object(p, o, excess, j.whyConflict(p)); h != nil {
			for _, k := range partners {
				h.evidence = append(append(h.evidence, codes[k]), included[k]...)
			}
		}
	}
}

// withoutExcluded leaves out the lines of visits that are among the exceptions of p, or
// of which that cannot be told.
func (j *judge) withoutExcluded(p *point, lines []int32) []int32 {
	if !p.hasExceptions() {
		return lines
	}
	return slices.DeleteFunc(lines, func(i int32) bool {
		x := &j.lines[i]
		excluded, reason := j.excluded(p.Params, p.rule, x.visit, x.day)
		if excluded == unknown {
			j.unchecked(p.rule, reason)
		}
		return excluded != no
	})
}

// included returns how many of other_code each line of code includes, Null where its
// quantity is unknown; nil when the point includes none.
func (j *judge) included(p *point, codes []int32) []claim.Quantity {
	if p.Params.FreeQty == nil {
		return nil
	}
	free := make([]claim.Quantity, len(codes))
	for k, c := range codes {
		if free[k] = j.lines[c].qty; free[k] != claim.Null {
			free[k] = claim.Quantity(mulDiv(int64(*p.Params.FreeQty), int64(free[k]), int64(claim.Piece)))
		}
	}
	return free
}

// takeFree uses up what the partners include and returns the quantity beyond it, Null
// for all of a line; not known when one of the quantities is not.
func takeFree(x *line, partners []int, free []claim.Quantity) (excess claim.Quantity, known bool) {
	if free == nil {
		return claim.Null, true
	}
	if x.qty == claim.Null || slices.ContainsFunc(partners, func(k int) bool { return free[k] == claim.Null }) {
		return 0, false
	}
	left := x.qty
	for _, k := range partners {
		take := min(left, free[k])
		free[k] -= take
		left -= take
	}
	return left, true
}

// nearBy returns a function that finds, for a line of the other code, which lines of
// codes (by position) stand in one window with it; known is false when its time, or
// theirs on that day, cannot tell.
func (j *judge) nearBy(window string, codes []int32) func(*line) (partners []int, known bool) {
	seconds := calendar.Time(0)
	switch window {
	case "hour":
		seconds = 3600
	case "6h":
		seconds = 6 * 3600
	}
	if seconds > 0 {
		return func(x *line) ([]int, bool) { return j.nearInTime(x, codes, seconds) }
	}
	at := make(map[windowKey][]int, len(codes))
	for k, c := range codes {
		if window != "visit" && j.unplaced(&j.lines[c], window) != "" {
			continue
		}
		key := j.window(&j.lines[c], window)
		at[key] = append(at[key], k)
	}
	return func(x *line) ([]int, bool) {
		if window != "visit" && j.unplaced(x, window) != "" {
			return nil, false
		}
		return at[j.window(x, window)], true
	}
}

// nearInTime finds lines of the same institution whose times differ from x's by at
// most so many seconds, in either order.
func (j *judge) nearInTime(x *line, codes []int32, seconds calendar.Time) (partners []int, known bool) {
	known = true
	if !x.FeeOcurTime.HasClock() {
		return nil, false
	}
	for k, c := range codes {
		y := &j.lines[c]
		if y.visit.org != x.visit.org || x.visit.org == "" && y.visit != x.visit {
			continue
		}
		if !y.FeeOcurTime.HasClock() {
			if y.day == x.day {
				known = false
			}
			continue
		}
		if d := x.FeeOcurTime - y.FeeOcurTime; d <= seconds && -d <= seconds {
			partners = append(partners, k)
		}
	}
	return partners, known || len(partners) > 0
}

func (j *judge) whyConflict(p *point) func(*hit) string {
	return func(h *hit) string {
		main := p.Code
		if len(h.evidence) > 0 {
			main = name(&j.lines[h.evidence[0]])
		}
		text := fmt.Sprintf("%s与%s在%s内同时收费，", main, j.named(h), windowName(p.Params.Window, 0))
		if f := p.Params.FreeQty; f != nil && *f > 0 {
			return text + fmt.Sprintf("前者每次已含后者%s次，超出部分属重复收费。", claim.Quantity(*f))
		}
		if p.rule.Tier1 == "医疗类" {
			return text + "二者不宜同用。"
		}
		return text + "前者已包含后者，属重复收费。"
	}
}
