package demo

import "yiheng/ground/calendar"

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
