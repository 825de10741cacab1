package demo

import "yiheng/ground/calendar"

// live fills l with person n's ordinary year: nothing in it breaks a point.
func (g *generator) live(l *life, n int64, w *worker) {
	r := newRandom(g.seed, uint64(n))
	l.reset()
	g.born(l, n, &r)
	w.diary.reset(g.from, g.to)
	age := l.birth.YearsUntil(g.from)
	g.mother(l, &r, w, age)
	g.stays(l, &r, w, age)
	g.death(l, &r, age)
	g.dialysis(l, &r, w)
	g.outpatients(l, &r, w, age)
	g.purchases(l, &r, w, age)
}

// stays puts the person into hospital, more often with age and with cancer.
func (g *generator) stays(l *life, r *random, w *worker, age int) {
	per := []int{12, 6, 9, 15, 28, 48, 66}[min(6, max(0, age)/14)]
	if age < 4 {
		per = 22
	}
	n := min(3*g.years, r.about(per*g.years))
	chemo := 0
	for _, c := range l.chronic {
		switch c {
		case "肿瘤":
			chemo = r.between(2, 7)
		case "精神":
			n++
		case "脑卒中", "冠心病", "慢阻肺":
			if r.chance(250) {
				n = min(3*g.years, n+1)
			}
		}
	}
	if chemo > 0 {
		g.chemotherapy(l, r, w, chemo)
	}
	for range n {
		c := g.condition(l, r, age, true)
		if c == nil {
			continue
		}
		days := calendar.Day(r.between(c.daysMin, c.daysMax))
		begin, ok := g.freeDay(w, r, c.season, days, 18)
		if !ok {
			continue
		}
		org := g.hospital(r, c)
		medType := "2101"
		if c.operation != nil && r.chance(60) && days <= 4 {
			medType = "28"
		}
		g.stay(l, org, c, medType, begin, days, r)
		w.diary.take(begin, begin+days)
	}
}

// liveHeavily is a year of a visit a day with as many lines as the city's heaviest
// person is to have: a dialysis patient's, whose visits no limit of frequency counts.
func (g *generator) liveHeavily(l *life, n int64, w *worker) {
	r := newRandom(g.seed, uint64(n))
	l.reset()
	g.born(l, n, &r)
	org := g.city.tertiary[0]
	per := int(g.heavy/int64(g.to-g.from+1)) + 1
	for d := g.from; d <= g.to; d++ {
		v := l.open(org, "A03.06", "14", at(d, 8, 5), &r)
		v.dx = append(v.dx, g.byKey["透析"].dx[0])
		for k := range per {
			l.bill(v, g.neutral[(int(d)+k)%len(g.neutral)], 1, v.begin+calendar.Time(k*7))
		}
		l.settle(v, v.begin+calendar.Time(per*7)+600)
	}
}

// death ends the last stay of some old people; nothing of theirs is later.
func (g *generator) death(l *life, r *random, age int) {
	var last *visit
	for _, v := range l.visits {
		if v.end == calendar.NoTime {
			return // still in hospital
		}
		if last == nil || v.end > last.end {
			last = v
		}
	}
	if last == nil || age < 60 || len(last.settlements) != 1 || len(last.ops) > 0 || !r.chance(45) {
		return
	}
	last.dscgWay, last.died, l.died = "5", last.end.Day(), last.end.Day()
}

// chemotherapy is a course of short stays at one hospital, three weeks apart: what
// looks like a split stay and is none, since its main diagnosis is exempt.
func (g *generator) chemotherapy(l *life, r *random, w *worker, cycles int) {
	c := g.byKey["化疗"]
	org := pick(r, g.city.tertiary)
	begin := g.from + calendar.Day(r.below(200))
	for range cycles {
		days := calendar.Day(r.between(3, 4))
		if begin+days <= g.to && w.diary.free(begin-1, begin+days+1) {
			g.stay(l, org, c, "2101", begin, days, r)
			w.diary.take(begin, begin+days)
		}
		begin += 20 + calendar.Day(r.below(3))
	}
}

// freeDay finds a first day for days days that the person has free, with so many
// free days around, more likely in the condition's season.
func (g *generator) freeDay(w *worker, r *random, season string, days, around calendar.Day) (calendar.Day, bool) {
	span := int(g.to-g.from) + 1
	for range 12 {
		d := g.from + calendar.Day(r.below(span))
		if !inSeason(d, season) && r.chance(700) {
			continue
		}
		if days == 0 && int(d+4)%7 >= 5 && r.chance(550) { // fewer on Saturday and Sunday
			continue
		}
		if w.diary.free(d-around, d+days+around) {
			return d, true
		}
	}
	return 0, false
}

func inSeason(d calendar.Day, season string) bool {
	_, m, _ := d.Civil()
	switch season {
	case "冬":
		return m >= 11 || m <= 3
	case "夏":
		return m >= 6 && m <= 9
	}
	return true
}

// condition chooses what the person suffers from, by age, sex and chronic diseases.
func (g *generator) condition(l *life, r *random, age int, inpatient bool) *condition {
	total := 0
	weight := func(c *condition) int {
		if age < c.ageMin || age > c.ageMax || c.sex != "" && c.sex != l.sex || c.key == "化疗" {
			return 0
		}
		x := c.outpatient
		if inpatient {
			x = c.inpatient * 4
		}
		if c.chronic == "" {
			return x
		}
		for _, k := range l.chronic {
			if k == c.chronic {
				return x * 3
			}
		}
		return 0
	}
	for _, c := range g.conditions {
		total += weight(c)
	}
	at := r.below(total)
	for _, c := range g.conditions {
		if at -= weight(c); at < 0 {
			return c
		}
	}
	return nil
}

func (g *generator) hospital(r *random, c *condition) *institution {
	switch k := r.below(100); {
	case c.operation != nil && k < 60, k < 45:
		return pick(r, g.city.tertiary)
	case k < 82:
		return pick(r, g.city.secondary)
	case k < 84:
		return pick(r, g.city.away)
	case c.operation != nil || c.key == "精神":
		return pick(r, g.city.secondary)
	}
	return pick(r, g.city.primary)
}

// outpatients are visits to clinics and outpatient departments.
func (g *generator) outpatients(l *life, r *random, w *worker, age int) {
	n := r.about([]int{460, 190, 210, 270, 380, 500, 540}[min(6, max(0, age)/14)]*g.years + 120*g.years*len(l.chronic))
	for range min(n, 30*g.years) {
		c := g.condition(l, r, age, false)
		if c == nil {
			continue
		}
		day, ok := g.freeDay(w, r, c.season, 0, 0)
		if !ok || l.died != calendar.NoDay && day >= l.died {
			continue
		}
		if w.diary.visits(day) >= 10 {
			continue
		}
		w.diary.take(day, day)
		w.diary.seen[day-w.diary.first] = true
		g.outpatient(l, c, day, r)
	}
}

// purchases are drugs bought at pharmacies.
func (g *generator) purchases(l *life, r *random, w *worker, age int) {
	for range min(r.about((110+60*len(l.chronic))*g.years), 10*g.years) {
		c := g.condition(l, r, age, false)
		if c == nil || len(c.visitDrugs) == 0 {
			continue
		}
		day, ok := g.freeDay(w, r, c.season, 0, 0)
		if !ok || l.died != calendar.NoDay && day >= l.died {
			continue
		}
		w.diary.take(day, day)
		g.purchase(l, c, day, r)
	}
}

// dialysis is three visits a week all year: exempt from the limits on frequency.
func (g *generator) dialysis(l *life, r *random, w *worker) {
	for _, c := range l.chronic {
		if c != "透析" {
			continue
		}
		org := pick(r, g.city.secondary)
		for d := g.from + calendar.Day(r.below(3)); d <= g.to; d += 2 + calendar.Day(r.below(2)) {
			if w.diary.free(d, d) && (l.died == calendar.NoDay || d < l.died) {
				w.diary.take(d, d)
				g.dialyse(l, org, d, r)
			}
		}
	}
}

// mother bears a child: visits before, a stay, and often the newborn's own stay on
// her account, which begins on the day when hers ends.
func (g *generator) mother(l *life, r *random, w *worker, age int) {
	if l.sex != "2" || age < 22 || age > 38 || !r.chance(30) {
		return
	}
	day := g.from + calendar.Day(r.between(60, max(61, int(g.to-g.from)-20)))
	org := pick(r, g.city.tertiary)
	for k := range 6 {
		d := day - calendar.Day(20+24*k)
		if d > g.from && w.diary.free(d, d) {
			w.diary.take(d, d)
			g.antenatal(l, org, d, r)
		}
	}
	c := g.byKey["顺产"]
	if r.chance(380) {
		c = g.byKey["剖宫产"]
	}
	days := calendar.Day(r.between(c.daysMin, c.daysMax))
	g.stay(l, org, c, "52", day, days, r)
	w.diary.take(day-1, day+days)
	if r.chance(300) {
		n := g.byKey["新生儿黄疸"]
		more := calendar.Day(r.between(n.daysMin, n.daysMax))
		g.newborn(l, org, n, day+days, more, r)
		w.diary.take(day, day+days+more+1)
	}
}
