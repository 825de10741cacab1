package screening

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiheng/facts/claim"
)

// priceOfFen is one fen as a claim.Price.
const priceOfFen = 10_000

// price: unit price strictly above the cap for the institution's level. Objected to
// is (price − cap) × net quantity, at most what the insurance covers of the line.
func (j *judge) price(i int32, x *line, p *point) {
	if x.selfPay || !j.applies(p, x.visit, x.day) {
		return
	}
	limit, reason := capFor(p, x)
	switch {
	case reason != "":
		j.unchecked(p.rule, reason)
		return
	case x.Pric == claim.Null || x.qty == claim.Null:
		j.unchecked(p.rule, "单价或数量不详")
		return
	case x.Pric <= limit:
		return
	}
	over := claim.Price(x.Pric - limit)
	j.objectMoney(p, i, x.atMost(over, x.qty), func(h *hit) string {
		return fmt.Sprintf("%s单价%s元，高于%s医疗机构限价%s元，超出部分计入。",
			j.named(h), x.Pric, levelName(x.visit.level), limit)
	})
}

// levelMissing is the reason where the level of an institution decides and is unknown.
const levelMissing = "机构等级不详"

// capFor returns the cap of a price point for the level of a line's institution, or
// why there is none.
func capFor(p *point, x *line) (claim.Price, string) {
	if x.visit.level == levelUnknown {
		return 0, levelMissing
	}
	fen, ok := p.Params.MaxPriceFen[fmt.Sprint(x.visit.level)]
	if !ok {
		return 0, "该等级没有限价"
	}
	return claim.Price(fen * priceOfFen), ""
}

// atMost returns price × quantity rounded half up, at most what is covered of x.
func (x *line) atMost(price claim.Price, q claim.Quantity) claim.Money {
	const unit = int64(priceOfFen) * int64(claim.Piece) // of price × quantity in one fen
	return min(claim.Money(mulDiv(int64(price), int64(q), unit)), max(0, x.inscp))
}

// discount: on one day of one visit, the second and later operation of a group,
// dearest first, is charged above ratio of its own cap.
func (j *judge) discount(items []item) {
	for _, v := range j.variants(items) {
		if v.params.Ratio == nil {
			continue
		}
		for _, visit := range j.split(v.items, "visit") {
			for _, day := range j.split(visit, "day") {
				j.discountOf(v, day)
			}
		}
	}
}

func (j *judge) discountOf(v variant, day []item) {
	ranked := slices.Clone(day)
	slices.SortStableFunc(ranked, func(a, b item) int {
		x, y := &j.lines[a.line], &j.lines[b.line]
		if x.Pric != y.Pric {
			return cmp.Compare(y.Pric, x.Pric)
		}
		return strings.Compare(x.BkkpSn, y.BkkpSn)
	})
	first := claim.Piece // the dearest operation is charged in full
	for _, it := range ranked {
		x := &j.lines[it.line]
		if x.Pric == claim.Null || x.qty == claim.Null {
			if it.point != nil {
				j.unchecked(it.point.rule, "单价或数量不详")
			}
			continue
		}
		later := max(0, x.qty-first)
		first = max(0, first-x.qty)
		if later > 0 && it.point != nil && !x.selfPay {
			j.discountLine(v, it, later, ranked[0].line)
		}
	}
}

// discountLine judges the later operations of one line.
func (j *judge) discountLine(v variant, it item, later claim.Quantity, dearest int32) {
	x := &j.lines[it.line]
	limit, reason := j.capOfLine(x)
	if reason != "" {
		j.unchecked(it.point.rule, reason)
		return
	}
	allowed := claim.Price(mulDiv(int64(limit), int64(*v.params.Ratio), int64(claim.Piece)))
	if x.Pric <= allowed {
		return
	}
	h := j.objectMoney(it.point, it.line, x.atMost(x.Pric-allowed, later), func(h *hit) string {
		return fmt.Sprintf("%s为同日同组第二及以后的手术，应按限价%s元的%s%%计收即%s元，实收%s元。",
			j.named(h), limit, claim.Quantity(*v.params.Ratio*100), allowed, x.Pric)
	})
	if h != nil && dearest != it.line {
		h.prove([]int32{dearest})
	}
}

// capOfLine returns the price cap in force for a line's code and level.
func (j *judge) capOfLine(x *line) (claim.Price, string) { return j.capOfCode(lineCode(x.Line), x) }

// capOfCode returns the price cap in force for a code on a line's day, at its
// institution.
func (j *judge) capOfCode(code string, x *line) (claim.Price, string) {
	points := j.lib.caps[code]
	if len(points) == 0 {
		points = j.lib.caps[nationalItem(code)]
	}
	var best *point
	for _, p := range points {
		if p.inForce(x.day, x.visit.place()) && (best == nil || p.before(best) < 0) {
			best = p
		}
	}
	if best == nil {
		return 0, "没有限价知识点"
	}
	return capFor(best, x)
}
