package screening

import (
	"slices"

	"yiheng/facts/claim"
)

func isNegative(l *claim.Line) bool {
	return l.Cnt != claim.Null && l.Cnt < 0 || l.DetItemFeeSumamt != claim.Null && l.DetItemFeeSumamt < 0
}

// netRefunds takes every refund line from the line that it refunds.
func (j *judge) netRefunds() {
	var unnamed []int32
	for i := range j.lines {
		r := &j.lines[i]
		if r.Line == nil || !isNegative(r.Line) {
			continue
		}
		if r.InitFeedetlSn == "" {
			unnamed = append(unnamed, int32(i))
			continue
		}
		if to := j.charge(r.InitFeedetlSn); to != nil {
			to.reduce(r)
		} else {
			j.issue(r.FixmedinsCode, IssueRefundWithoutLine, r.BkkpSn)
		}
	}
	slices.SortFunc(unnamed, func(a, b int32) int { return j.compare(&j.lines[a], &j.lines[b]) })
	for _, i := range unnamed {
		r := &j.lines[i]
		if !j.reduceLatest(r) {
			j.issue(r.FixmedinsCode, IssueRefundWithoutLine, r.BkkpSn)
		}
	}
	live := j.order[:0]
	for _, i := range j.order {
		if !j.lines[i].spent() {
			live = append(live, i)
		}
	}
	if len(live) < len(j.order) {
		j.order = live
		j.giveLinesToVisits()
	}
}

// charge returns the live charge that a key names, at the end of a chain of refunds
// of refunds; nil when there is none.
func (j *judge) charge(key string) *line {
	const links = 16
	for range links {
		x := j.find(key)
		if x == nil || !isNegative(x.Line) {
			return x
		}
		key = x.InitFeedetlSn
	}
	return nil
}

// reduceLatest takes a refund that names no line from the latest earlier line of its
// visit with its code and price; what exceeds that line from the one before it.
func (j *judge) reduceLatest(r *line) (found bool) {
	rest := *r
	for {
		x := j.latestLike(r)
		if x == nil {
			return found
		}
		found = true
		if rest.qty == claim.Null || x.qty == claim.Null || -rest.qty <= x.qty {
			x.reduce(&rest)
			return true
		}
		part := rest
		part.qty = -x.qty
		part.sum, part.inscp = -share(-rest.sum, x.qty, -rest.qty), -share(-rest.inscp, x.qty, -rest.qty)
		x.reduce(&part)
		rest.qty, rest.sum, rest.inscp = rest.qty-part.qty, rest.sum-part.sum, rest.inscp-part.inscp
	}
}

// latestLike returns the latest line before r, of its visit, with its code and
// price, of which something is left.
func (j *judge) latestLike(r *line) *line {
	var best *line
	for _, i := range r.visit.lines {
		x := &j.lines[i]
		if x.Pric != r.Pric || lineCode(x.Line) != lineCode(r.Line) || x.spent() || j.compare(x, r) > 0 {
			continue
		}
		if best == nil || j.compare(best, x) < 0 {
			best = x
		}
	}
	return best
}

// reduce takes the refund r from x.
func (x *line) reduce(r *line) {
	if x.qty != claim.Null && r.qty != claim.Null {
		x.qty += min(r.qty, -r.qty)
	}
	if x.sum != claim.Null && r.sum != claim.Null {
		x.sum += min(r.sum, -r.sum)
	}
	inscp := r.inscp
	if r.InscpAmt == claim.Null && r.qty != claim.Null && x.Cnt != claim.Null && x.Cnt > 0 { // its share by quantity
		inscp = share(covered(x.Line), max(r.qty, -r.qty), x.Cnt)
	}
	if x.inscp != claim.Null && inscp != claim.Null {
		x.inscp = max(0, x.inscp+min(inscp, -inscp))
	}
}
