package demo

import "yiheng/ground/calendar"

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
	if l.number%16 == 0 {
		for k := range v.lines {
			l.sold(v, k)
		}
	}
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
