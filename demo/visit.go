package demo

import (
	"yiheng/ground/calendar"
)

// open starts a visit at an institution.
func (l *life) open(org *institution, dept, medType string, begin calendar.Time, r *random) *visit {
	v := l.newVisit()
	v.org, v.medType, v.begin = org, medType, begin
	v.level, v.region = org.level, org.region
	if org.region == awayRegion {
		v.payLoc = "4"
	}
	v.dept = org.department(dept)
	if n := len(v.dept.doctors); n > 0 {
		v.doctor = r.below(n)
	}
	v.dscgWay = "1"
	v.rx = 1
	return v
}

func (v *visit) stay() bool { return v.medType[0] == '2' || hasPrefix(v.medType, []string{"52"}) }

// use is what the visit means for the rules about one of its lines.
func (v *visit) use(day calendar.Day, dept string) *use {
	return &use{
		day: day, sex: v.sex, birth: v.birth, medType: v.medType, insutype: v.insutype, payLoc: v.payLoc,
		level: v.org.rank, dept: dept, grade: v.chief().grade,
	}
}

// bill adds a line: count pieces of an item at the institution's price.
func (l *life) bill(v *visit, it *item, count int64, at calendar.Time) *line {
	price := it.price[max(v.org.rank, 0)]
	if it.listType == "201" && v.org.priceFactor != 100 {
		price = price * v.org.priceFactor / 100
	}
	return l.billAt(v, it, count*unitQty, price, at)
}

// billAt adds a line of a quantity (ten-thousandths) at a unit price (fen).
func (l *life) billAt(v *visit, it *item, qty, price int64, at calendar.Time) *line {
	l.serial++
	v.lines = append(v.lines, line{
		serial: l.serial, item: it, at: at, qty: qty, price: price, rx: v.rx, dept: v.dept, doctor: v.doctor,
		settlement: -1, uploaded: at + 1800, updated: at + 3600,
	})
	x := &v.lines[len(v.lines)-1]
	x.sum()
	return x
}

// sum works out the money of a line: total = inscp + full + over + pre.
func (x *line) sum() {
	x.total = roundDiv(x.price*x.qty, unitQty)
	x.full, x.over = 0, 0
	x.pre = roundDiv(x.total*x.item.prepaid, 100)
	x.inscp = x.total - x.pre
}

// roundDiv returns a/b rounded half away from zero, b > 0.
func roundDiv(a, b int64) int64 {
	if a < 0 {
		return -roundDiv(-a, b)
	}
	return (a + b/2) / b
}

// ownExpense makes a line wholly the person's: 全自费 = total, nothing covered.
func (x *line) ownExpense() {
	x.full, x.over, x.pre, x.inscp = x.total, 0, 0, 0
}

// takeBack adds a line that takes back so much (ten-thousandths) of line k of v.
func (l *life) takeBack(v *visit, k int, qty int64, at calendar.Time) *line {
	o := v.lines[k]
	l.serial++
	x := o
	x.serial, x.at, x.uploaded, x.updated = l.serial, at, at+1800, at+3600
	x.refunds, x.settlement = o.serial, -1
	x.qty = -qty
	x.total = -share(o.total, qty, o.qty)
	x.pre = -share(o.pre, qty, o.qty)
	x.full = -share(o.full, qty, o.qty)
	x.inscp = x.total - x.pre - x.full
	v.lines = append(v.lines, x)
	return &v.lines[len(v.lines)-1]
}

// share returns the part q/of of m, rounded half up.
func share(m, q, of int64) int64 {
	if q >= of {
		return m
	}
	return roundDiv(m*q, of)
}

// correct adds an older version of line k: the same key with a wrong quantity,
// updated earlier.
func (l *life) correct(v *visit, k int) {
	x := v.lines[k]
	x.qty += unitQty
	x.sum()
	x.updated -= 1800
	v.lines = append(v.lines, x)
	v.corrected = true
}

// superseded says whether another row of v with the key of line k is newer.
func (v *visit) superseded(k int) bool {
	if !v.corrected {
		return false
	}
	for j := range v.lines {
		if j != k && v.lines[j].serial == v.lines[k].serial && v.lines[j].updated > v.lines[k].updated {
			return true
		}
	}
	return false
}

// settle ends the visit and settles every line that has no settlement yet.
func (l *life) settle(v *visit, end calendar.Time) *settlement {
	v.end = end
	return l.settlePart(v, end)
}

func (l *life) settlePart(v *visit, at calendar.Time) *settlement {
	l.settles++
	s := settlement{id: settlementID(l.number, l.settles), at: at}
	index := len(v.settlements)
	for k := range v.lines {
		x := &v.lines[k]
		if x.settlement >= 0 {
			continue
		}
		x.settlement = index
		if x.invalid || v.superseded(k) {
			continue
		}
		s.total += x.total
		s.full += x.full
		s.over += x.over
		s.pre += x.pre
		s.inscp += x.inscp
	}
	s.share(v)
	v.settlements = append(v.settlements, s)
	return &v.settlements[index]
}

// share divides a settlement between funds, account and cash:
// total = fund + person, person = account + cash, fund = pool + serious + aid.
func (s *settlement) share(v *visit) {
	base := max(0, s.inscp)
	percent := int64(55)
	if v.insutype == "310" {
		percent = 75
	}
	if v.stay() {
		s.dedc = min(base, []int64{20000, 30000, 50000, 90000}[max(0, v.org.rank)])
		percent += 10
	}
	s.pool = roundDiv((base-s.dedc)*percent, 100)
	if v.org.pharmacy {
		s.pool = roundDiv(base*20, 100)
	}
	if rest := base - s.pool; v.stay() && rest > 1_400_000 {
		s.serious = roundDiv((rest-1_400_000)*60, 100)
	}
	s.fund = s.pool + s.serious + s.aid
	s.person = s.total - s.fund
	if v.insutype == "310" && !v.stay() {
		s.account = max(0, min(s.person, 30000))
	}
	s.cash = s.person - s.account
}

// refundAll takes a whole settlement back: a refunding settlement with the same
// money negative names it.
func (l *life) refundAll(v *visit, index int, at calendar.Time, withLines bool) {
	o := v.settlements[index]
	l.settles++
	s := o
	s.id, s.initID, s.refund, s.at = settlementID(l.number, l.settles), o.id, true, at
	for _, m := range []*int64{
		&s.total, &s.full, &s.over, &s.pre, &s.inscp, &s.fund, &s.pool, &s.serious,
		&s.aid, &s.dedc, &s.account, &s.cash, &s.person,
	} {
		*m = -*m
	}
	v.settlements = append(v.settlements, s)
	if !withLines {
		return
	}
	n := len(v.lines)
	for k := range n {
		if v.lines[k].settlement == index && !v.lines[k].invalid && v.lines[k].qty > 0 && !v.superseded(k) {
			x := l.takeBack(v, k, v.lines[k].qty, at)
			x.settlement = len(v.settlements) - 1
		}
	}
}
