package screening

import (
	"fmt"
	"slices"

	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// noQuantity asks for the whole of a line.
const noQuantity = claim.Quantity(claim.Null)

// variant is the lines of a cluster as one set of parameters sees them: every line
// counts; a line can be objected to where its item has a point.
type variant struct {
	params *knowledge.Params
	items  []item // one a line, in order; point nil: counts only
}

// variants divides a cluster by the parameters of its points. Points of one cluster
// may differ in code, region and validity: each line is objected to under its own.
func (j *judge) variants(items []item) []variant {
	var all []variant
	for _, it := range items {
		x := &j.lines[it.line]
		params := it.point.Params
		if reason := j.unplaced(x, params.Window); reason != "" {
			j.unchecked(it.point.rule, reason)
			continue
		}
		if !slices.ContainsFunc(all, func(v variant) bool { return v.params == params }) {
			all = append(all, variant{params: params})
		}
	}
	for k := range all {
		all[k].items = j.seenBy(all[k].params, items)
	}
	return all
}

// unplaced says why a line cannot be put into a window, "" when it can.
func (j *judge) unplaced(x *line, window string) string {
	switch {
	case x.day == calendar.NoDay:
		return "费用发生时间不详"
	case window == "rx" && x.RxDrordNo == "":
		return "处方号不详"
	}
	return ""
}

// seenBy returns one item a line for a set of parameters; other says that some point
// judges the line that counts with them. Lines of excluded visits take no part.
func (j *judge) seenBy(params *knowledge.Params, items []item) []item {
	var out []item
	for _, it := range items {
		x := &j.lines[it.line]
		if j.unplaced(x, params.Window) != "" {
			continue
		}
		p := it.point
		if excluded, reason := j.excluded(params, p.rule, x.visit, x.day); excluded != no {
			if excluded == unknown && p.Params == params {
				j.unchecked(p.rule, reason)
			}
			continue
		}
		inForce := p.inForce(x.day, x.visit.place())
		if p.Params != params || !inForce {
			p = nil
		}
		judged := inForce && alike(it.point.Params, params)
		if n := len(out); n > 0 && out[n-1].line == it.line {
			out[n-1].other = out[n-1].other || judged
			if q := out[n-1].point; p != nil && (q == nil || p.before(q) < 0) {
				out[n-1].point = p
			}
			continue
		}
		out = append(out, item{line: it.line, point: p, other: judged})
	}
	return out
}

// alike says whether what one set of parameters objects to is no base for the other.
func alike(a, b *knowledge.Params) bool {
	return a == b || a.Group != "" && a.Group == b.Group && a.Window == "rolling" && b.Window == "rolling"
}

// quantity: quantity over a cap in a window. The last lines over the cap are
// objected to; the line that crosses it with its excess only.
func (j *judge) quantity(items []item) {
	for _, v := range j.variants(items) {
		v.items = j.countable(v)
		switch {
		case len(v.items) == 0:
		case v.params.Window == "rolling":
			j.quantityRolling(v)
		case v.params.Count == "kinds":
			j.quantityKinds(v)
		default:
			for _, group := range j.windows(v) {
				j.overCap(v.params, group)
			}
		}
	}
}

// windows divides the lines of a variant by its window.
func (j *judge) windows(v variant) [][]item {
	if v.params.Window == "operation" {
		return j.operations(v)
	}
	return j.split(v.items, v.params.Window)
}

// countable keeps the lines whose quantity is known where the cap counts quantities.
func (j *judge) countable(v variant) []item {
	rule := j.pointOf(v).rule
	out := v.items[:0]
	for _, it := range v.items {
		x := &j.lines[it.line]
		if x.qty == claim.Null && v.params.Count != "times" && v.params.Count != "kinds" {
			j.unchecked(rule, "数量不详")
			continue
		}
		out = append(out, it)
	}
	return out
}

// pointOf returns a point with the variant's parameters.
func (j *judge) pointOf(v variant) *point {
	for _, it := range v.items {
		if it.point != nil {
			return it.point
		}
	}
	return &point{Point: &knowledge.Point{}, rule: &ruleSet{Rule: noRule}}
}

func (j *judge) counted(params *knowledge.Params, x *line) claim.Quantity {
	if params.Count == "times" || params.Count == "kinds" {
		return claim.Piece
	}
	return x.qty
}

func capOf(params *knowledge.Params) claim.Quantity {
	if params.Max == nil {
		return 0
	}
	return claim.Quantity(*params.Max)
}

// overCap objects to what one window holds beyond the cap.
func (j *judge) overCap(params *knowledge.Params, group []item) {
	limit, total := capOf(params), claim.Quantity(0)
	for _, it := range group {
		total += j.counted(params, &j.lines[it.line])
	}
	if total <= limit {
		return
	}
	why := j.whyQuantity(params, total)
	var kept []int32
	sum := claim.Quantity(0)
	for _, it := range group {
		x := &j.lines[it.line]
		q := j.counted(params, x)
		before := sum
		sum += q
		if sum <= limit {
			kept = append(kept, it.line)
			continue
		}
		excess := min(q, sum-limit)
		j.objectExcess(params, it, excess, q, kept, why)
		if before < limit && excess < q {
			kept = append(kept, it.line)
		}
	}
}

// objectExcess objects to excess of the quantity q of a line.
func (j *judge) objectExcess(params *knowledge.Params, it item, excess, q claim.Quantity, kept []int32, why func(*hit) string) {
	if it.point == nil {
		return
	}
	if excess >= q || params.Count == "times" || params.Count == "kinds" {
		excess = noQuantity
	}
	if h := j.object(it.point, it.line, excess, why); h != nil {
		h.prove(kept)
	}
}

// withinCap says at a glance that no window of a cluster can be beyond one of its caps.
func (j *judge) withinCap(items []item) bool {
	for _, it := range items {
		if x := &j.lines[it.line]; x.qty == claim.Null || x.day == calendar.NoDay {
			return false
		}
	}
	var last *knowledge.Params
	for _, it := range items {
		p := it.point.Params
		if j.unplaced(&j.lines[it.line], p.Window) != "" {
			return false
		}
		if len(items) > 1 && (p.Count == "kinds" || p.Window == "operation" || it.point.hasExceptions()) {
			return false
		}
		if p != last && j.most(items, p) > capOf(p) {
			return false
		}
		last = p
	}
	return true
}

// most returns the most that any days of a window's length hold of items, which are
// in order, at all institutions together; of other windows, all that they hold.
func (j *judge) most(items []item, p *knowledge.Params) claim.Quantity {
	length := calendar.Day(1 << 20)
	switch p.Window {
	case "day":
		length = 1
	case "rolling":
		length = calendar.Day(max(1, p.Days))
	}
	most, sum, first := claim.Quantity(0), claim.Quantity(0), 0
	for _, it := range items {
		x := &j.lines[it.line]
		for j.lines[items[first].line].day <= x.day-length {
			sum -= j.counted(p, &j.lines[items[first].line])
			first++
		}
		sum += j.counted(p, x)
		most = max(most, sum)
	}
	return most
}

// quantityRolling: of the lines less than days before it that were not objected to,
// and the line itself, no more than the cap.
func (j *judge) quantityRolling(v variant) {
	limit := capOf(v.params)
	type base struct {
		line int32
		day  calendar.Day
		qty  claim.Quantity
	}
	var bases []base
	first := 0
	for _, it := range v.items {
		x := &j.lines[it.line]
		if v.params.Count == "kinds" && lineCode(x.Line) == "" { // may be of any kind
			continue
		}
		for first < len(bases) && int(x.day-bases[first].day) >= v.params.Days {
			first++
		}
		sum := claim.Quantity(0)
		for _, b := range bases[first:] {
			sum += b.qty
		}
		q := j.counted(v.params, x)
		if v.params.Count == "kinds" {
			sum, q = j.kindsWith(x, len(bases[first:]), func(k int) int32 { return bases[first+k].line })
		}
		room := max(0, limit-sum)
		if q <= room || it.point == nil && !it.other {
			bases = append(bases, base{it.line, x.day, q})
			continue
		}
		var kept []int32
		for _, b := range bases[first:] {
			kept = append(kept, b.line)
		}
		j.objectExcess(v.params, it, q-room, q, kept, j.whyQuantity(v.params, sum+q))
		if room > 0 && v.params.Count != "times" && v.params.Count != "kinds" {
			bases = append(bases, base{it.line, x.day, room})
		}
	}
}

// kindsWith returns how many kinds n lines are of, and how many x adds to them.
func (j *judge) kindsWith(x *line, n int, at func(k int) int32) (kinds, more claim.Quantity) {
	var seen []string
	for k := range n {
		if kind := drugKind(lineCode(j.lines[at(k)].Line)); !slices.Contains(seen, kind) {
			seen = append(seen, kind)
		}
	}
	if !slices.Contains(seen, drugKind(lineCode(x.Line))) {
		more = claim.Piece
	}
	return claim.Quantity(len(seen)) * claim.Piece, more
}

// operations divides the lines of a variant by the operation of the visit that they
// belong to: from one to the next. Lines before the first belong to it.
func (j *judge) operations(v variant) (segments [][]item) {
	for _, group := range j.split(v.items, "visit") {
		times, known := j.operationTimes(j.lines[group[0].line].visit)
		if !known {
			j.unchecked(j.pointOf(v).rule, "手术时间不详")
			continue
		}
		of := make([][]item, len(times))
		for _, it := range group {
			k := 0
			for k+1 < len(times) && !before(j.lines[it.line].FeeOcurTime, times[k+1]) {
				k++
			}
			of[k] = append(of[k], it)
		}
		segments = append(segments, slices.DeleteFunc(of, func(s []item) bool { return len(s) == 0 })...)
	}
	return segments
}

// operationTimes returns the different times of a visit's operations, in order.
func (j *judge) operationTimes(v *visit) (times []calendar.Time, known bool) {
	j.collectCodes(v)
	for _, o := range v.ops {
		if o.OprnOprtDate == calendar.NoTime && len(v.ops) > 1 {
			return nil, false
		}
		times = append(times, o.OprnOprtDate)
	}
	slices.Sort(times)
	return slices.Compact(times), len(times) > 0
}

// before compares two times, by day where either has no time of day.
func before(a, b calendar.Time) bool {
	if !a.HasClock() || !b.HasClock() {
		return a.Day() < b.Day()
	}
	return a < b
}

func (j *judge) quantityKinds(v variant) {
	limit := int(capOf(v.params) / claim.Piece)
	for _, group := range j.windows(v) {
		j.kindsBeyond(group, limit, func(n int) func(*hit) string {
			return func(h *hit) string {
				return fmt.Sprintf("%s内使用%d种，超过%d种；%s为超出的品种。",
					windowName(v.params.Window, v.params.Days), n, limit, j.named(h))
			}
		})
	}
}

func (j *judge) whyQuantity(params *knowledge.Params, total claim.Quantity) func(*hit) string {
	return func(h *hit) string {
		unit := ""
		if params.Count == "times" {
			unit = "次"
		}
		return fmt.Sprintf("%s在%s内共计%s%s，超过上限%s%s。", j.named(h), windowName(params.Window, params.Days),
			total, unit, capOf(params), unit)
	}
}
