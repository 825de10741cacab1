package oracle

import (
	"slices"
	"strconv"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
)

// attribute: every given attribute must hold.
func (a *asked) attribute() (hits []hit) {
	p := a.params()
	for _, c := range a.candidates() {
		t := a.holds(&p.Attributes, c)
		if len(p.AnyOf) > 0 {
			best := no
			for i := range p.AnyOf {
				best = max(best, a.holds(&p.AnyOf[i], c))
			}
			t = all(t, best)
		}
		if t == no {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

// never: any line, or the pieces of a prescription all of whose pieces are listed.
func (a *asked) never() (hits []hit) {
	for _, c := range a.candidates() {
		if a.params().Mode == "any" || a.alone(c) {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

// alone says whether a line is a piece and every piece of its prescription is listed.
func (a *asked) alone(c *charge) bool {
	piece := func(c *charge) bool { return rule.Object(c.code, c.ListType) == rule.Piece }
	for _, o := range c.visit.lines {
		if o.RxDrordNo == c.RxDrordNo && (c.RxDrordNo != "" || o.day == c.day) && piece(o) && !a.listed(o) {
			return false
		}
	}
	return piece(c)
}

func (a *asked) listed(c *charge) bool {
	return slices.ContainsFunc(a.siblings(), func(p *knowledge.Point) bool {
		own := asked{a.person, a.rule, p}
		return paramsOf(p).Mode == "alone" && p.Code != "" && a.covers(p, c) && a.inForce(p, c.day, c.visit) && own.judged(c.visit, c.day) == yes
	})
}

// cap returns the highest unit price of a price point for a visit's level.
func capOf(p *knowledge.Params, x *visit) (claim.Price, bool) {
	fen, ok := p.MaxPriceFen[strconv.Itoa(x.level)]
	return claim.Price(fen * 10_000), ok && x.level != registry.UnknownLevel
}

// over returns what a price beyond a limit costs for a quantity, at most the line's money.
func (c *charge) over(beyond claim.Price, qty claim.Quantity) claim.Money {
	return min(share(claim.Money(beyond), int64(qty), 100_000_000), c.money())
}

// price: strictly above the cap for the institution's level.
func (a *asked) price() (hits []hit) {
	for _, c := range a.candidates() {
		limit, ok := capOf(a.params(), c.visit)
		if ok && c.Pric != claim.Null && c.qty != claim.Null && c.Pric > limit {
			hits = append(hits, a.part(c, c.over(c.Pric-limit, c.qty)))
		}
	}
	return hits
}

// pricesOf returns the price points of a code in the home: of the whole code, or
// where there are none, of its national part.
func (a *asked) pricesOf(code string) (points []point) {
	for _, want := range []string{code, national(code)} {
		for _, p := range a.points {
			if p.rule.Program == "price" && p.Point != nil && want != "" && p.Code == want {
				points = append(points, p)
			}
		}
		if len(points) > 0 {
			break
		}
	}
	return points
}

// priceCap returns the cap of a code on the day, at the institution of a line; priced
// says whether any price point is in force there, be it for other levels.
func (a *asked) priceCap(code string, c *charge) (limit claim.Price, capped, priced bool) {
	for _, p := range a.pricesOf(code) {
		if !a.inForce(p.Point, c.day, c.visit) {
			continue
		}
		priced = true
		if l, ok := capOf(p.Params, c.visit); ok {
			return l, true, true
		}
	}
	return 0, false, priced
}

// discount: on one day of one visit every operation of the group but the dearest
// may cost at most its share of its own cap.
func (a *asked) discount() (hits []hit) {
	p := a.params()
	grouped := func(c *charge) bool {
		return c.Pric != claim.Null && c.qty != claim.Null && slices.ContainsFunc(a.siblings(), func(q *knowledge.Point) bool {
			return paramsOf(q).Group == p.Group && a.covers(q, c)
		})
	}
	for _, c := range a.candidates() {
		if !grouped(c) || p.Ratio == nil {
			continue
		}
		var dearest *charge
		for _, o := range a.same("visit", c, grouped) {
			if o.day == c.day && (dearest == nil || o.Pric > dearest.Pric || o.Pric == dearest.Pric && o.BkkpSn < dearest.BkkpSn) {
				dearest = o
			}
		}
		qty, evidence := c.qty, []*charge{dearest}
		if dearest == c {
			qty, evidence = qty-claim.Piece, nil
		}
		limit, ok, _ := a.priceCap(c.code, c)
		if !ok || qty <= 0 {
			continue
		}
		// (price − ratio × cap), with the four decimals of the ratio kept to the end
		beyond := int64(c.Pric)*10_000 - int64(*p.Ratio)*int64(limit)
		if beyond > 0 {
			hits = append(hits, a.part(c, min(share(claim.Money(beyond), int64(qty), 1_000_000_000_000), c.money()), evidence...))
		}
	}
	return hits
}

// benefit: settled under a disease whose list does not carry the code.
func (a *asked) benefit() (hits []hit) {
	for _, c := range a.lines {
		disease := c.DiseCodg
		if disease == "" && c.visit.row != nil {
			disease = c.visit.row.DiseNo
		}
		if disease == "" || disease != a.params().Benefit || c.code == "" || c.selfPaid || !a.rule.Covers(c.code, c.ListType) {
			continue
		}
		var stands *knowledge.Point
		carried := false
		for _, p := range a.siblings() {
			if paramsOf(p).Benefit != disease || !a.inForce(p, c.day, c.visit) {
				continue
			}
			carried = carried || a.carries(p, c)
			if stands == nil || (p.Code == "") != (stands.Code == "") && p.Code == "" || (p.Code == "") == (stands.Code == "") && p.ID < stands.ID {
				stands = p
			}
		}
		if !carried && stands != nil && stands.ID == a.point.ID && a.judged(c.visit, c.day) == yes {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

func (a *asked) carries(p *knowledge.Point, c *charge) bool {
	return p.Code != "" && (p.Code == c.code || p.Code == national(c.code))
}

// oneOf says whether a line's code equals or begins with one of list.
func (c *charge) oneOf(list []string) bool {
	return c.code != "" && slices.ContainsFunc(list, func(l string) bool { return strings.HasPrefix(c.code, l) })
}
