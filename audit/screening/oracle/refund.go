package oracle

import (
	"slices"
	"strings"

	"yiheng/facts/claim"
)

// rest is what refunds left of a line.
type rest struct {
	line         *claim.Line
	qty          claim.Quantity
	total, inscp claim.Money
}

// something says whether anything is left.
func (n *rest) something() bool {
	switch {
	case n.qty != claim.Null:
		return n.qty > 0
	case n.total != claim.Null:
		return n.total > 0 || n.line.DetItemFeeSumamt == 0
	}
	return true
}

func negative(l *claim.Line) bool {
	if l.Cnt != claim.Null {
		return l.Cnt < 0
	}
	return l.DetItemFeeSumamt != claim.Null && l.DetItemFeeSumamt < 0
}

// refund returns what is left of each line that is no refund: first what refunds
// that name a line take off, then those that name none, in order.
func refund(p *person, lines []*claim.Line, setls []*claim.Settlement) map[*claim.Line]*rest {
	left := map[*claim.Line]*rest{}
	byKey := map[string]*claim.Line{}
	counts := func(l *claim.Line) bool { return l.ValiFlag != "0" && p.visit(l.MdtrtID) != nil }
	for _, l := range lines {
		byKey[l.BkkpSn] = l
		if !negative(l) {
			left[l] = &rest{l, l.Cnt, l.DetItemFeeSumamt, inscp(l)}
		}
	}
	var unnamed []*claim.Line
	for _, l := range lines {
		if !negative(l) || l.ValiFlag == "0" {
			continue
		}
		if l.InitFeedetlSn == "" {
			if s := settlementOf(l, setls); counts(l) && (s == nil || !out(s, setls)) {
				unnamed = append(unnamed, l)
			}
			continue
		}
		charge := l
		for n := 0; charge != nil && negative(charge) && charge.InitFeedetlSn != "" && n <= len(lines); n++ {
			charge = byKey[charge.InitFeedetlSn]
			if charge != nil && charge.ValiFlag == "0" {
				charge = nil
			}
		}
		if charge != nil && !negative(charge) {
			left[charge].take(l, l.Cnt)
		}
	}
	before := func(a, b *claim.Line) int {
		if a.FeeOcurTime != b.FeeOcurTime {
			if a.FeeOcurTime < b.FeeOcurTime {
				return -1
			}
			return 1
		}
		return strings.Compare(a.BkkpSn, b.BkkpSn)
	}
	slices.SortFunc(unnamed, before)
	for _, r := range unnamed {
		todo := r.Cnt
		var earlier []*claim.Line
		for _, l := range lines {
			s := settlementOf(l, setls)
			if left[l] != nil && counts(l) && (s == nil || !out(s, setls)) && l.MdtrtID == r.MdtrtID &&
				codeOf(l) == codeOf(r) && l.Pric == r.Pric && before(l, r) < 0 {
				earlier = append(earlier, l)
			}
		}
		slices.SortFunc(earlier, before)
		slices.Reverse(earlier)
		for _, l := range earlier {
			if n := left[l]; n.something() && todo != 0 {
				part := todo
				if n.qty != claim.Null && todo != claim.Null {
					part = max(todo, -n.qty)
				}
				n.take(r, part)
				if todo == claim.Null {
					break
				}
				todo -= part
			}
		}
	}
	return left
}

func codeOf(l *claim.Line) string {
	if l.MedListCodg != "" {
		return l.MedListCodg
	}
	return l.HilistCode
}

// take reduces n by part (negative) of the quantity of refund r, and by the share of
// its money.
func (n *rest) take(r *claim.Line, part claim.Quantity) {
	money := func(stated, from claim.Money) claim.Money {
		switch {
		case stated != claim.Null && part == r.Cnt:
			return stated
		case stated != claim.Null:
			return -share(-stated, int64(part), int64(r.Cnt))
		case from != claim.Null && part != claim.Null && n.line.Cnt != claim.Null && n.line.Cnt > 0:
			return -share(from, -int64(part), int64(n.line.Cnt))
		}
		return 0
	}
	total, within := money(r.DetItemFeeSumamt, n.line.DetItemFeeSumamt), money(r.InscpAmt, inscp(n.line))
	if n.total != claim.Null {
		n.total += total
	}
	if n.inscp != claim.Null {
		n.inscp += within
	}
	if n.qty != claim.Null && part != claim.Null {
		n.qty += part
	}
}

// share returns m × part ÷ whole, rounded half up.
func share(m claim.Money, part, whole int64) claim.Money {
	if whole < 0 {
		part, whole = -part, -whole
	}
	n := 2*int64(m)*part + whole
	q := n / (2 * whole)
	if n < 0 && n%(2*whole) != 0 {
		q--
	}
	return claim.Money(q)
}
