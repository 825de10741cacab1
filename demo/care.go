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
	if l.number%32 == 0 {
		l.kept(v)
	}
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
