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
	if n.qty != claim.Null && n.qty <= 0 {
		return false
	}
	return n.total == claim.Null || n.total > 0 || n.line.DetItemFeeSumamt == 0
}

// negative says whether a line is a refund.
func negative(l *claim.Line) bool {
	return l.Cnt != claim.Null && l.Cnt < 0 || l.DetItemFeeSumamt != claim.Null && l.DetItemFeeSumamt < 0
}

// refund returns what is left of each line that is no refund: first what refunds
// that name a line take off, then those that name none, in order.
func refund(p *person, lines []*claim.Line, setls []*claim.Settlement) map[*claim.Line]*rest {
	left := map[*claim.Line]*rest{}
	byKey := map[string]*claim.Line{}
	counts := func(l *claim.Line) bool {
		s := settlementOf(l, setls)
		return l.ValiFlag != "0" && p.visit(l.MdtrtID) != nil && (s == nil || !out(s, setls))
	}
	for _, l := range lines {
		byKey[l.BkkpSn] = l
		if !negative(l) {
			left[l] = &rest{l, l.Cnt, l.DetItemFeeSumamt, inscp(l)}
		}
	}
	var unnamed []*claim.Line
	for _, l := range lines {
		if !negative(l) || !counts(l) {
			continue
		}
		if l.InitFeedetlSn == "" {
			unnamed = append(unnamed, l)
			continue
		}
		charge := l
		for n := 0; charge != nil && negative(charge) && charge.InitFeedetlSn != "" && n <= len(lines); n++ {
			charge = byKey[charge.InitFeedetlSn]
			if charge != nil && !counts(charge) {
				charge = nil
			}
		}
		if charge != nil && !negative(charge) {
			left[charge].take(l)
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
		todo := *r
		var earlier []*claim.Line
		for _, l := range lines {
			if left[l] != nil && counts(l) && l.MdtrtID == r.MdtrtID &&
				codeOf(l) == codeOf(r) && l.Pric == r.Pric && before(l, r) < 0 {
				earlier = append(earlier, l)
			}
		}
		slices.SortFunc(earlier, before)
		slices.Reverse(earlier)
		for _, l := range earlier {
			n := left[l]
			if !n.something() || todo.Cnt == 0 {
				continue
			}
			part := todo
			if n.qty != claim.Null && todo.Cnt != claim.Null && -todo.Cnt > n.qty { // the rest goes on to the line before
				part.Cnt = -n.qty
				for _, money := range []struct{ part, todo *claim.Money }{{&part.DetItemFeeSumamt, &todo.DetItemFeeSumamt}, {&part.InscpAmt, &todo.InscpAmt}} {
					if *money.todo != claim.Null {
						*money.part = -share(-*money.todo, int64(part.Cnt), int64(todo.Cnt))
						*money.todo -= *money.part
					}
				}
				todo.Cnt -= part.Cnt
			} else {
				todo.Cnt = 0
			}
			n.take(&part)
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

// take reduces n by what refund r states; the money that it does not state goes by
// its share of the quantity.
func (n *rest) take(r *claim.Line) {
	money := func(stated, of claim.Money) claim.Money {
		switch {
		case stated != claim.Null:
			return stated
		case of != claim.Null && r.Cnt != claim.Null && n.line.Cnt != claim.Null && n.line.Cnt > 0:
			return -share(of, -int64(r.Cnt), int64(n.line.Cnt))
		}
		return 0
	}
	stated := r.InscpAmt
	if r.Cnt == claim.Null || n.line.Cnt == claim.Null { // no share by quantity can be told
		stated = inscp(r)
	}
	total, within := money(r.DetItemFeeSumamt, n.line.DetItemFeeSumamt), money(stated, inscp(n.line))
	if n.total != claim.Null {
		n.total += total
	}
	if n.inscp != claim.Null {
		n.inscp += within
	}
	if n.qty != claim.Null && r.Cnt != claim.Null {
		n.qty += r.Cnt
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
