package oracle

import (
	"math"
	"slices"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// quantity: what exceeds a cap in a window.
func (a *asked) quantity() (hits []hit) {
	p := a.params()
	if p.Max == nil {
		return nil
	}
	switch {
	case p.Window == "rolling":
		return a.rolling()
	case p.Count == "kinds":
		return a.beyond(int(int64(*p.Max)/int64(claim.Piece)), a.counting)
	}
	for _, c := range a.candidates() {
		in := a.counting(c)
		if !slices.Contains(in, c) {
			continue
		}
		var before claim.Quantity
		var kept []*charge
		for _, o := range in {
			if inOrder(o, c) < 0 && a.count(o) != claim.Null {
				if before < claim.Quantity(*p.Max) {
					kept = append(kept, o)
				}
				before += a.count(o)
			}
		}
		n := a.count(c)
		if n == claim.Null {
			continue
		}
		if over := min(n, before+n-claim.Quantity(*p.Max)); over > 0 {
			hits = append(hits, a.beyondCap(c, over, kept...))
		}
	}
	return hits
}

// counting returns the lines that count together with c in its window.
func (a *asked) counting(c *charge) []*charge {
	if w := a.params().Window; w != "operation" {
		return a.same(w, c, a.together)
	}
	return a.operation(c)
}

// count is what a line counts for in a cap.
func (a *asked) count(c *charge) claim.Quantity {
	if a.params().Count == "times" {
		return claim.Piece
	}
	return c.qty
}

// beyondCap objects to the part of a line that is over a cap.
func (a *asked) beyondCap(c *charge, over claim.Quantity, evidence ...*charge) hit {
	if n := a.params().Count; n == "times" || n == "kinds" {
		return a.part(c, share(c.money(), int64(over), int64(claim.Piece)), evidence...)
	}
	return a.excess(c, over, evidence...)
}

// rolling goes through the lines that count together in order: what was objected to
// is no base for the next, nor is an excess that the person paid for. A line is
// judged under each of its own points.
func (a *asked) rolling() (hits []hit) {
	type base struct {
		*charge
		kept claim.Quantity
	}
	group := a.params().Group
	for _, newborn := range []bool{false, true} {
		var bases []base
		for _, c := range a.lines {
			n := a.count(c)
			if a.params().Count == "kinds" {
				if n = claim.Piece; c.code == "" {
					continue
				}
			}
			if c.visit.newborn() != newborn || c.day == calendar.NoDay || n == claim.Null || !a.together(c) || a.judged(c.visit, c.day) != yes {
				continue
			}
			most := claim.Quantity(0)
			for _, p := range a.siblings() {
				own := *a
				own.point = p
				q := paramsOf(p)
				if p != a.point && (group == "" || q.Group != group) || !a.covers(p, c) || !a.inForce(p, c.day, c.visit) || own.judged(c.visit, c.day) != yes {
					continue
				}
				before := claim.Quantity(0)
				var evidence []*charge
				for _, b := range bases {
					if int(c.day-b.day) < q.Days && b.kept > 0 {
						before += b.kept
						evidence = append(evidence, b.charge)
					}
				}
				over := min(n, before+n-claim.Quantity(*q.Max))
				if q.Count == "kinds" {
					over = 0
					if ks := kinds(evidence); !slices.Contains(ks, kind(c.code)) && claim.Quantity(len(ks))*claim.Piece >= claim.Quantity(*q.Max) {
						over = n
					}
				}
				most = max(most, over)
				if p == a.point && over > 0 && !c.selfPaid {
					hits = append(hits, a.beyondCap(c, over, evidence...))
				}
			}
			bases = append(bases, base{c, n - most})
		}
	}
	return hits
}

// operation returns the lines that lie with c between one operation of the visit
// and the next; nil where it cannot be told.
func (a *asked) operation(c *charge) []*charge {
	var times []calendar.Time
	for _, o := range c.visit.ops {
		if !slices.Contains(times, o.OprnOprtDate) {
			times = append(times, o.OprnOprtDate)
		}
	}
	slices.Sort(times)
	if len(times) == 0 || len(c.visit.ops) > 1 && slices.Contains(times, calendar.NoTime) {
		return nil
	}
	of := func(c *charge) int {
		at := 0
		for i, t := range times {
			after := c.FeeOcurTime >= t
			if !t.HasClock() || !c.FeeOcurTime.HasClock() {
				after = c.day >= t.Day()
			}
			if after {
				at = i
			}
		}
		return at
	}
	var in []*charge
	for _, o := range a.same("visit", c, a.together) {
		if of(o) == of(c) {
			in = append(in, o)
		}
	}
	return in
}

// duration: lines on use days beyond the limit.
func (a *asked) duration() (hits []hit) {
	p := a.params()
	for _, c := range a.candidates() {
		w := map[string]string{"distinct_days": "year", "per_visit": "visit"}[p.Mode]
		var in []*charge
		if w != "" {
			in = a.same(w, c, a.together)
		} else {
			for _, o := range a.lines {
				if o.day != calendar.NoDay && c.day != calendar.NoDay && o.visit.newborn() == c.visit.newborn() && a.together(o) && a.judged(o.visit, o.day) == yes {
					in = append(in, o)
				}
			}
		}
		var days []calendar.Day
		for _, o := range in {
			if o.day <= c.day && !slices.Contains(days, o.day) {
				days = append(days, o.day)
			}
		}
		if len(days) == 0 {
			continue
		}
		used := len(days)
		if p.Mode == "span" {
			used = int(c.day-slices.Min(days)) + 1
		}
		if used <= p.MaxDays {
			continue
		}
		var kept []*charge
		for _, o := range in {
			at, _ := slices.BinarySearch(days, o.day)
			if p.Mode == "span" {
				at = int(o.day - slices.Min(days))
			}
			if o.day < c.day && at < p.MaxDays {
				kept = append(kept, o)
			}
		}
		hits = append(hits, a.whole(c, kept...))
	}
	return hits
}

// amount: the fund's money of a year beyond a cap.
func (a *asked) amount() (hits []hit) {
	p := a.params()
	if p.MaxFen == nil {
		return nil
	}
	for _, c := range a.candidates() {
		own, ok := c.fund()
		if !ok || c.day == calendar.NoDay {
			continue
		}
		var before claim.Money
		var kept []*charge
		for _, o := range a.same("year", c, a.together) {
			if m, ok := o.fund(); ok && inOrder(o, c) < 0 {
				if before < claim.Money(*p.MaxFen) || m == 0 && before == claim.Money(*p.MaxFen) {
					kept = append(kept, o)
				}
				before += m
			}
		}
		if over := min(own, before+own-claim.Money(*p.MaxFen)); over > 0 {
			hits = append(hits, a.part(c, share(c.money(), int64(over), int64(own)), kept...))
		}
	}
	return hits
}

// fund is what the fund paid of a line; false where it cannot be told.
func (c *charge) fund() (claim.Money, bool) {
	s := c.named().Settlement
	if c.selfPaid {
		return 0, true
	}
	if s == nil || s.FundPaySumamt == claim.Null || s.InscpAmt == claim.Null || s.InscpAmt <= 0 || c.inscp == claim.Null {
		return 0, false
	}
	return share(c.money(), int64(s.FundPaySumamt), int64(s.InscpAmt)), true
}

// periop: antibacterials after the limit, or of another class.
func (a *asked) periop() (hits []hit) {
	p := a.params()
	for _, c := range a.lines {
		x := c.visit
		if x.row == nil || x.stay() != yes || !c.oneOf([]string{"XJ01"}) || c.day == calendar.NoDay || !a.may(c) ||
			!slices.ContainsFunc(x.ops, func(o *claim.Operation) bool { return begins(o.OprnOprtCode, []string{a.point.Code}) == yes }) {
			continue
		}
		late, first := true, calendar.Day(math.MaxInt32)
		if code := x.row.OprnOprtCode; code != "" && !slices.ContainsFunc(x.ops, func(o *claim.Operation) bool { return o.OprnOprtCode == code }) {
			continue // an operation of unknown time
		}
		for _, o := range x.ops {
			first = min(first, o.OprnOprtDate.Day())
			if c.FeeOcurTime.HasClock() && o.OprnOprtDate.HasClock() {
				late = late && c.FeeOcurTime > o.OprnOprtDate+calendar.Time(p.MaxHours*3600)
			} else {
				late = late && int(c.day-o.OprnOprtDate.Day()) > (p.MaxHours+23)/24
			}
		}
		if first == calendar.NoDay {
			continue
		}
		if late || p.Classes != nil && c.day >= first-1 && !c.oneOf(p.Classes) {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}
