package oracle

import (
	"slices"

	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// conflict: lines of other_code in one window with lines of code.
func (a *asked) conflict() (hits []hit) {
	p := a.params()
	first := func(c *charge) bool { return a.is(c, a.point.Code, bothCodes) }
	other := func(c *charge) bool { return a.is(c, a.point.OtherCode, bothCodes) }
	for _, c := range a.lines {
		if !other(c) || !a.may(c) {
			continue
		}
		ones := a.near(c, first)
		if len(ones) == 0 {
			continue
		}
		if p.FreeQty == nil {
			hits = append(hits, a.whole(c, ones...))
			continue
		}
		var of claim.Quantity
		certain := c.qty != claim.Null
		for _, o := range ones {
			certain = certain && o.qty != claim.Null
			of += o.qty
		}
		if !certain {
			continue
		}
		free := of * claim.Quantity(*p.FreeQty) / claim.Piece
		var before claim.Quantity
		var included []*charge
		for _, o := range a.near(c, other) {
			if o.day != calendar.NoDay && inOrder(o, c) < 0 && o.qty != claim.Null {
				before += o.qty
				if before <= free {
					included = append(included, o)
				}
			}
		}
		if over := min(c.qty, before+c.qty-free); over > 0 {
			hits = append(hits, a.excess(c, over, append(included, ones...)...))
		}
	}
	return hits
}

// near returns the lines in the window of c by the point's window, c left out.
func (a *asked) near(c *charge, takes func(*charge) bool) []*charge {
	span := map[string]calendar.Time{"hour": 3600, "6h": 6 * 3600}[a.params().Window]
	w := a.params().Window
	if w == "visit" { // needs no time
		var in []*charge
		for _, o := range a.lines {
			if o != c && o.visit == c.visit && takes(o) && a.judged(o.visit, o.day) == yes {
				in = append(in, o)
			}
		}
		return in
	}
	if span == 0 {
		return a.same(w, c, func(o *charge) bool { return o != c && takes(o) })
	}
	var in []*charge
	for _, o := range a.lines {
		d := o.FeeOcurTime - c.FeeOcurTime
		if o != c && takes(o) && o.FeeOcurTime.HasClock() && c.FeeOcurTime.HasClock() && d >= -span && d <= span &&
			o.visit.newborn() == c.visit.newborn() && o.visit.where() == c.visit.where() && a.judged(o.visit, o.day) == yes {
			in = append(in, o)
		}
	}
	return in
}

// kind is what counts as one kind of drug.
func kind(code string) string {
	n := map[byte]int{'X': 10, 'Z': 11}[code[0]]
	if n == 0 || len(code) < n {
		return code
	}
	return code[:n]
}

// kinds returns the kinds of lines by the order of their first line.
func kinds(lines []*charge) []string {
	var ks []string
	for _, c := range lines {
		if !slices.Contains(ks, kind(c.code)) {
			ks = append(ks, kind(c.code))
		}
	}
	return ks
}

// sameClass: kinds of one class after the first max_kinds.
func (a *asked) sameClass() []hit {
	p := a.params()
	most := max(p.MaxKinds, 1)
	w := p.Window
	if w == "day" {
		w = "date"
	}
	classed := func(c *charge) bool {
		return c.code != "" && slices.ContainsFunc(a.siblings(), func(q *knowledge.Point) bool {
			return paramsOf(q).Class == p.Class && a.covers(q, c)
		})
	}
	return a.beyond(most, func(c *charge) []*charge { return a.same(w, c, classed) })
}

// beyond objects to the lines of the kinds after the first most of those that stand in
// one window with a line.
func (a *asked) beyond(most int, window func(*charge) []*charge) (hits []hit) {
	for _, c := range a.candidates() {
		if c.code == "" {
			continue
		}
		in := slices.DeleteFunc(window(c), func(o *charge) bool { return o.code == "" })
		ks := kinds(in)
		if at := slices.Index(ks, kind(c.code)); at >= most {
			var kept []*charge
			for _, o := range in {
				if slices.Index(ks, kind(o.code)) < most {
					kept = append(kept, o)
				}
			}
			hits = append(hits, a.whole(c, kept...))
		}
	}
	return hits
}

// companion: a line without any line that it needs. What lies in the window but for
// its time or number, and what has no code, may be one.
func (a *asked) companion() (hits []hit) {
	p := a.params()
	if aboutVisit(a.point.Code) {
		return a.needs()
	}
	for _, c := range a.candidates() {
		if _, ok := window(p.Window, c); !ok {
			continue
		}
		may := func(o *charge) bool {
			if o.code != "" && !o.oneOf(p.NeedsAny) {
				return false
			}
			switch p.Window {
			case "visit":
				return o.visit == c.visit
			case "rx":
				return o.visit == c.visit && (o.RxDrordNo == c.RxDrordNo || o.RxDrordNo == "")
			}
			return o.visit.newborn() == c.visit.newborn() && (o.day == c.day || o.day == calendar.NoDay) &&
				(o.visit.inst == c.visit.inst || o.visit.inst == "" || c.visit.inst == "")
		}
		if !slices.ContainsFunc(a.lines, may) {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

// precedence: no first-line drug on the day or in the days before it.
func (a *asked) precedence() (hits []hit) {
	p := a.params()
	for _, c := range a.candidates() {
		from := c.day - calendar.Day(p.LookbackDays)
		if c.day == calendar.NoDay || from < calendar.DayOf(c.day.Year()-1, 1, 1) {
			continue
		}
		if !slices.ContainsFunc(a.lines, func(o *charge) bool {
			return o.visit.newborn() == c.visit.newborn() && (o.code == "" || o.oneOf(p.FirstAny)) &&
				(o.day == calendar.NoDay || o.day >= from && o.day <= c.day)
		}) {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

// split: the parts of a composite billed on one day of one visit.
func (a *asked) split() (hits []hit) {
	p := a.params()
	for _, c := range a.lines {
		if !a.partOf(c) || !a.may(c) {
			continue
		}
		var parts []string
		var paid claim.Money // of the fund, for the parts before c
		var evidence []*charge
		limit, capped, priced := a.priceCap(a.point.Code, c)
		if !capped && priced && c.visit.level == registry.UnknownLevel {
			continue
		}
		for _, o := range a.same("visit", c, func(o *charge) bool { return o.day == c.day }) {
			if a.is(o, a.point.Code, partCodes) {
				evidence = append(evidence, o)
			}
			if !a.partOf(o) {
				continue
			}
			for _, code := range p.Parts {
				if a.isPart(o, code) && !slices.Contains(parts, code) {
					parts = append(parts, code)
				}
			}
			if inOrder(o, c) < 0 && !o.selfPaid {
				paid += o.money()
			}
		}
		if len(parts) < p.Min {
			continue
		}
		if capped {
			for _, o := range a.same("visit", c, a.partOf) {
				if o.day == c.day {
					evidence = append(evidence, o)
				}
			}
		}
		over := c.money()
		if capped {
			over = min(over, max(0, paid+c.money()-claim.Money(limit/10_000)))
			if over == 0 {
				continue
			}
		}
		hits = append(hits, a.part(c, over, evidence...))
	}
	return hits
}

func (a *asked) partOf(c *charge) bool {
	return slices.ContainsFunc(a.params().Parts, func(code string) bool { return a.isPart(c, code) })
}

func partCodes(p *knowledge.Point) []string { return append(codes(p), paramsOf(p).Parts...) }

func (a *asked) isPart(c *charge, code string) bool {
	return a.is(c, code, partCodes)
}
