package demo

import "yiheng/ground/calendar"

// What is done in one visit. Every line is asked of the ledger first.

// at returns a time on a day with a clock.
func at(d calendar.Day, hour, minute int) calendar.Time { return d.At(hour, minute, 7) }

// stay is a stay with its daily care, settled on the day of discharge unless it is
// still under way.
func (g *generator) stay(l *life, org *institution, c *condition, medType string, begin, days calendar.Day, r *random) *visit {
	v := l.open(org, c.dept, medType, at(begin, r.between(8, 15), r.below(60)), r)
	v.dx = append(v.dx, pick(r, c.dx))
	g.addDiagnoses(l, v, r)
	end := begin + days
	g.careDays(l, v, c, begin, end, r)
	g.slips(l, v, r)
	if end > g.to && (end > g.to+tail/2 || r.chance(500)) {
		return v // under way when the extract was made
	}
	if days > 10 && r.chance(120) {
		v.settleMiddle(l, begin+days/2)
	}
	l.settle(v, at(end, r.between(9, 16), r.below(60)))
	g.settleSlips(l, v, r)
	return v
}

// careDays bills the days of a stay: bed, nursing, rounds, drugs, and on the first
// day laboratory and imaging, on the second the operation.
func (g *generator) careDays(l *life, v *visit, c *condition, begin, end calendar.Day, r *random) {
	nursing := g.nursing[1]
	if c.operation != nil || r.chance(150) {
		nursing = g.nursing[0]
	}
	drugs := chosen(r, c.stayDrugs, 3)
	for d := begin; d < end; d++ {
		t := at(d, 16, r.below(50))
		v.rx = uint32(d-begin) + 1
		g.care(l, v, nursing, d, t, c.dept)
		for _, it := range drugs {
			if d == end-1 && r.chance(300) {
				continue
			}
			g.order(l, v, it, 1+int64(r.below(2)), t+60, c.dept)
		}
		if len(drugs) > 0 && c.dept != "A15" {
			g.order(l, v, g.infusion, 1, t+120, c.dept)
			g.order(l, v, g.injection, 1, t+130, c.dept)
		}
		switch {
		case d == begin:
			for _, it := range c.stayItems {
				g.order(l, v, it, 1, t+300, c.dept)
			}
		case d == begin+1 && c.operation != nil:
			g.operate(l, v, c, t+600)
		case (d-begin)%4 == 0 || c.key == "精神" || c.key == "脑梗恢复":
			for _, it := range c.stayItems[:min(4, len(c.stayItems))] {
				g.order(l, v, it, 1, t+300, c.dept)
			}
		}
	}
}

// care bills one day's bed, rounds and nursing.
func (g *generator) care(l *life, v *visit, nursing *item, d calendar.Day, t calendar.Time, dept string) {
	g.order(l, v, g.bed, 1, t, dept)
	g.order(l, v, g.rounds, 1, t, dept)
	g.order(l, v, nursing, 1, t, dept)
}

// order bills a line if it is lawful; nil when it is not.
func (g *generator) order(l *life, v *visit, it *item, count int64, t calendar.Time, dept string) *line {
	if !l.lawful(v, it, count, t.Day(), dept) {
		return nil
	}
	return l.bill(v, it, count, t)
}

// operate performs the condition's operation, with its anaesthesia and code.
func (g *generator) operate(l *life, v *visit, c *condition, t calendar.Time) {
	if v.org.rank < 2 || g.order(l, v, c.operation, 1, t, c.dept) == nil {
		return
	}
	g.order(l, v, g.anaesthesia, 1, t, c.dept)
	if c.operationCode != nil {
		v.operate(c.operationCode, true, t)
	}
}

// operate records an operation code.
func (v *visit) operate(c *code, main bool, t calendar.Time) {
	var dr doctor
	if n := len(v.dept.doctors); n > 0 {
		dr = v.dept.doctors[v.doctor%n]
	}
	v.ops = append(v.ops, operation{c, main, t, dr})
}

// addDiagnoses adds the person's chronic diseases behind the main diagnosis.
func (g *generator) addDiagnoses(l *life, v *visit, r *random) {
	for _, k := range l.chronic {
		for _, c := range g.conditions {
			if c.chronic == k && c.key == k && r.chance(600) && c.dx[0] != v.dx[0] {
				v.dx = append(v.dx, c.dx[0])
			}
		}
	}
}

// chosen returns up to n different items of a list.
func chosen(r *random, list []*item, n int) []*item {
	if len(list) <= n {
		return list
	}
	first := r.below(len(list))
	out := make([]*item, 0, n)
	for k := range n {
		out = append(out, list[(first+k)%len(list)])
	}
	return out
}

// outpatient is one visit to an outpatient department, an emergency room or, online,
// to an internet hospital.
func (g *generator) outpatient(l *life, c *condition, day calendar.Day, r *random) {
	if c.dept == "A50" && r.chance(500) {
		g.herbs(l, c, day, r)
		return
	}
	medType, org := "11", g.clinicFor(r, c)
	t := at(day, r.between(8, 17), r.below(60))
	switch {
	case c.chronic != "" && r.chance(600):
		medType = "14"
	case c.dept == "A20" && org.rank >= 2, org.rank >= 2 && r.chance(40):
		medType, t = "13", at(day, r.between(18, 23), r.below(55))
	}
	v := l.open(org, c.dept, medType, t, r)
	if medType == "11" && org.rank == 3 && r.chance(70) {
		v.payLoc = "5"
	}
	v.dx = append(v.dx, pick(r, c.dx))
	fee := g.visitFee[0]
	if medType == "13" {
		fee = g.visitFee[1]
	}
	g.order(l, v, fee, 1, t, c.dept)
	if v.payLoc != "5" {
		for _, it := range c.visitItems {
			if r.chance(750) {
				g.order(l, v, it, 1, t+600, c.dept)
			}
		}
	}
	v.rx = 2
	for _, it := range chosen(r, c.visitDrugs, 3) {
		if r.chance(800) {
			g.order(l, v, it, 1+int64(r.below(3)), t+1200, c.dept)
		}
	}
	g.slips(l, v, r)
	l.settle(v, t+2400)
	g.settleSlips(l, v, r)
}

func (g *generator) clinicFor(r *random, c *condition) *institution {
	switch k := r.below(100); {
	case k < 30:
		return pick(r, g.city.tertiary)
	case k < 55 || c.dept == "A12" || c.dept == "A20":
		return pick(r, g.city.secondary)
	case k < 82:
		return pick(r, g.city.primary)
	case k < 83:
		return pick(r, g.city.away)
	case k < 84:
		return pick(r, g.city.unknown)
	}
	return pick(r, g.city.clinics)
}

// herbs is a prescription of herbal pieces: some that are not payable alone among
// others that are, within a month's dose.
func (g *generator) herbs(l *life, c *condition, day calendar.Day, r *random) {
	t := at(day, r.between(8, 16), r.below(60))
	v := l.open(g.clinicFor(r, c), c.dept, "11", t, r)
	v.dx = append(v.dx, pick(r, c.dx))
	g.order(l, v, g.visitFee[0], 1, t, c.dept)
	v.rx = 2
	g.herbal(l, v, r.between(5, 9), r.between(1, 4), t+1200, r)
	g.slips(l, v, r)
	l.settle(v, t+2400)
	g.settleSlips(l, v, r)
}

// herbal writes free pieces and listed pieces (of those that are not payable alone)
// on the visit's prescription, seven doses.
func (g *generator) herbal(l *life, v *visit, free, listed int, t calendar.Time, r *random) {
	first := r.below(len(g.pieces))
	for k := range free {
		l.bill(v, g.pieces[(first+k)%len(g.pieces)], 7*int64(r.between(3, 8)), t)
	}
	first = r.below(len(g.listed))
	for k := range listed {
		l.bill(v, g.listed[(first+k)%len(g.listed)], 7*int64(r.between(3, 8)), t)
	}
}

// purchase is a sale at a pharmacy.
func (g *generator) purchase(l *life, c *condition, day calendar.Day, r *random) {
	t := at(day, r.between(8, 20), r.below(60))
	v := l.open(pick(r, g.city.pharmacies), "", "41", t, r)
	v.dx = append(v.dx, c.dx[0])
	for _, it := range chosen(r, c.visitDrugs, 2) {
		g.order(l, v, it, 1+int64(r.below(2)), t, "")
	}
	if len(v.lines) == 0 {
		l.visits = l.visits[:len(l.visits)-1]
		return
	}
	l.settle(v, t+60)
}

func (g *generator) dialyse(l *life, org *institution, day calendar.Day, r *random) {
	c := g.byKey["透析"]
	t := at(day, 8, r.below(50))
	v := l.open(org, c.dept, "14", t, r)
	v.dx = append(v.dx, c.dx[0])
	g.order(l, v, c.visitItems[0], 1, t+600, c.dept)
	g.order(l, v, g.injection, 1, t+620, c.dept)
	l.settle(v, t+15000)
}

func (g *generator) antenatal(l *life, org *institution, day calendar.Day, r *random) {
	c := g.byKey["产检"]
	t := at(day, 9, r.below(50))
	v := l.open(org, c.dept, "51", t, r)
	v.dx = append(v.dx, c.dx[0])
	for _, it := range c.visitItems {
		g.order(l, v, it, 1, t+600, c.dept)
	}
	l.settle(v, t+3600)
}

// newborn is a child's stay on its mother's account.
func (g *generator) newborn(l *life, org *institution, c *condition, begin, days calendar.Day, r *random) {
	v := l.open(org, c.dept, "2109", at(begin, 15, r.below(50)), r)
	v.newborn = true
	v.sex, v.birth = "1", begin-days
	v.dx = append(v.dx, c.dx[0])
	for d := begin; d < begin+days; d++ {
		t := at(d, 16, r.below(50))
		for _, it := range c.stayItems {
			if d == begin || it.chrgitm == "07" || it.chrgitm == "05" {
				g.order(l, v, it, 1, t, c.dept)
			}
		}
	}
	l.settle(v, at(begin+days, 10, r.below(50)))
}

// slips are what happens to honest records: lines at the person's own expense,
// refunds of a line with or without its name, corrections, invalid rows.
func (g *generator) slips(l *life, v *visit, r *random) {
	n := len(v.lines)
	if n == 0 {
		return
	}
	for k := range n {
		switch x := r.below(1000); {
		case x < 12 && len(v.lines[k].item.points) == 0:
			v.lines[k].ownExpense()
			v.lines[k].refused = r.chance(300)
		case x < 15:
			v.lines[k].invalid = true
		}
	}
	if k := r.below(n); r.chance(90) && !v.lines[k].invalid && v.lines[k].item.listType != "102" {
		x := l.takeBack(v, k, v.lines[k].qty, v.lines[k].at+7200)
		if r.chance(150) && v.alone(k) {
			x.refunds = 0
		}
	}
	if k := r.below(n); r.chance(30) && !v.lines[k].invalid && v.lines[k].refunds == 0 && !v.refunded(k) {
		l.correct(v, k)
	}
}

// alone says whether line k is the only one of its item.
func (v *visit) alone(k int) bool {
	for j := range v.lines {
		if j != k && v.lines[j].qty > 0 && v.lines[j].item == v.lines[k].item {
			return false
		}
	}
	return true
}

func (v *visit) refunded(k int) bool {
	for j := range v.lines {
		if v.lines[j].qty < 0 && v.lines[j].item == v.lines[k].item {
			return true
		}
	}
	return false
}

// settleSlips: a settlement taken back whole and, mostly, made again.
func (g *generator) settleSlips(l *life, v *visit, r *random) {
	if len(v.settlements) != 1 || !r.chance(5) {
		return
	}
	l.refundAll(v, 0, v.end+3600, r.chance(500))
}

// settleMiddle settles what a long stay has used up to a day.
func (v *visit) settleMiddle(l *life, day calendar.Day) {
	for k := range v.lines {
		if v.lines[k].at.Day() > day && v.lines[k].settlement < 0 {
			v.lines[k].settlement = -2
		}
	}
	s := l.settlePart(v, at(day, 17, 30))
	s.middle = true
	for k := range v.lines {
		if v.lines[k].settlement == -2 {
			v.lines[k].settlement = -1
		}
	}
}
