package screening

import (
	"fmt"
	"slices"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// splitUp: a composite billed as its parts: on one day of one visit at least min
// different parts. Lines of the composite itself are evidence.
func (j *judge) splitUp(items []item) {
	for _, p := range pointsOf(items) {
		own := slices.DeleteFunc(ofPoint(items, p), func(it item) bool { return j.lines[it.line].day == calendar.NoDay })
		for _, visit := range j.split(own, "visit") {
			for _, day := range j.split(visit, "day") {
				j.splitOn(p, day)
			}
		}
		if len(own) < len(ofPoint(items, p)) {
			j.unchecked(p.rule, "费用发生时间不详")
		}
	}
}

// splitOn judges one day of one visit. Where the composite has a price cap, what the
// parts cost beyond it is objected to, else all of them.
func (j *judge) splitOn(p *point, day []item) {
	var parts, whole []int32
	var kinds []string
	for _, it := range day {
		if !it.other {
			whole = append(whole, it.line)
			continue
		}
		parts = append(parts, it.line)
		kinds = append(kinds, partOf(p, lineCode(j.lines[it.line].Line)))
	}
	n := len(unique(kinds))
	first := &j.lines[day[0].line]
	if n < max(1, p.Params.Min) || !j.applies(p, first.visit, first.day) {
		return
	}
	covered, known := j.compositePrice(p, first)
	if !known {
		j.unchecked(p.rule, "机构等级不详")
		return
	}
	limited, evidence := covered > 0, whole
	for _, i := range parts {
		x := &j.lines[i]
		if x.selfPay {
			evidence = append(evidence, i)
			continue
		}
		money := share(x.inscp, noQuantity, x.qty)
		within := min(money, covered)
		covered -= within
		if money == within && limited {
			evidence = append(evidence, i)
			continue
		}
		if h := j.objectMoney(p, i, money-within, j.whySplit(p, n)); h != nil {
			h.evidence = append(h.evidence, evidence...)
		}
	}
}

// partOf returns which of the point's parts a code is.
func partOf(p *point, code string) string {
	if n := nationalItem(code); n != "" && !slices.Contains(p.Params.Parts, code) {
		return n
	}
	return code
}

// compositePrice returns the cap of the composite's price on a line's day, at its
// institution, 0 where there is none; not known where the level decides and is unknown.
func (j *judge) compositePrice(p *point, x *line) (limit claim.Money, known bool) {
	price, reason := j.capOfCode(p.Code, x)
	return claim.Money(price / priceOfFen), reason != levelMissing
}

func (j *judge) whySplit(p *point, n int) func(*hit) string {
	return func(h *hit) string {
		return fmt.Sprintf("同一日收取了%s的%d个组成项目（%s），应按一个项目收费。", p.Code, n, j.named(h))
	}
}
