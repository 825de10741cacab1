package screening

import (
	"math/bits"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// hit is a finding in the making: one point, one visit, one settlement where the
// check is of a settlement.
type hit struct {
	hitKey
	id       string
	parts    []part
	evidence []int32
	proved   []int32 // last set of lines that prove added
	hadParts bool
	whole    bool         // about the visit, not about single lines
	day      calendar.Day // that decided
	codes    []string     // for hits without lines
	why      func(h *hit) string
	others   []string // names and codes of other institutions in what why says
}

type hitKey struct {
	point *point
	visit *visit
	setl  *settlement
}

// part is what a hit objects to of one line.
type part struct {
	line   int32
	own    claim.Money // the violating part of inscp_amt
	amount claim.Money // what of it counts here
	main   *hit        // that took the rest
}

// names notes that the explanation of h names another visit's institution.
func (h *hit) names(v *visit) {
	if v.org != h.visit.org {
		h.others = append(h.others, v.orgName, v.org)
	}
}

// prove adds evidence to h. A window adds its kept lines again for every line that it
// objects to: what is there already is not added twice.
func (h *hit) prove(kept []int32) {
	n := len(h.proved)
	if n > 0 && len(kept) >= n && &kept[0] == &h.proved[0] {
		h.evidence = append(h.evidence, kept[n:]...)
	} else {
		h.evidence = append(h.evidence, kept...)
	}
	h.proved = kept
}

// hit returns the finding in the making of a point, a visit and, for checks of a
// settlement, a settlement.
func (j *judge) hit(p *point, v *visit, s *settlement) *hit {
	key := hitKey{p, v, s}
	h := j.hits[key]
	if h == nil {
		h = &hit{hitKey: key, day: calendar.NoDay}
		j.hits[key] = h
		j.hitList = append(j.hitList, h)
	}
	return h
}

// object adds to h what it objects to of line i: the share q of its net quantity
// (Null: all of it). A line wholly at the person's expense is never objected to.
func (j *judge) object(p *point, i int32, q claim.Quantity, why func(*hit) string) *hit {
	x := &j.lines[i]
	return j.objectMoney(p, i, share(x.inscp, q, x.qty), why)
}

// objectMoney adds to h an amount of line i; nil when the line cannot be objected to.
func (j *judge) objectMoney(p *point, i int32, own claim.Money, why func(*hit) string) *hit {
	x := &j.lines[i]
	if x.selfPay || !j.selected(x.day) {
		return nil
	}
	h := j.hit(p, x.visit, nil)
	h.why = why
	h.parts = append(h.parts, part{line: i, own: own})
	return h
}

// objectVisit objects to every line of v that the fund paid for, to the visit alone when
// it has no charge; nil when the fund had no part in it.
func (j *judge) objectVisit(p *point, v *visit, day calendar.Day, why func(*hit) string) *hit {
	if !j.selected(day) {
		return nil
	}
	if !j.paid(v) {
		return nil
	}
	h := j.hit(p, v, nil)
	h.whole, h.day, h.why = true, day, why
	for _, i := range v.lines {
		x := &j.lines[i]
		if x.selfPay {
			continue
		}
		h.parts = append(h.parts, part{line: i, own: share(x.inscp, claim.Null, x.qty)})
	}
	return h
}

// share returns the part q/of of m, rounded half up; all of it when q is Null, of is
// unknown or q reaches it. An unknown m is 0: nothing can be said of the money.
func share(m claim.Money, q, of claim.Quantity) claim.Money {
	if m == claim.Null || m <= 0 {
		return 0
	}
	if q == claim.Null || of == claim.Null || of <= 0 || q >= of {
		return m
	}
	return claim.Money(mulDiv(int64(m), int64(q), int64(of)))
}

// mulDiv returns a·b/c rounded half up, for a, b ≥ 0 and c > 0.
func mulDiv(a, b, c int64) int64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(c)/2, 0)
	hi += carry
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}
