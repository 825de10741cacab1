package demo

import "yiheng/ground/calendar"

// splitPlay admits again to one hospital soon after discharge, for the same illness.
var splitPlay = play{
	breaks: []variant{
		{"出院后在间隔内同机构同类诊断再入院", func(s *scene, note string) bool { return s.readmit(note, readmission{gap: 6}) }},
		{"出院当日再入院", func(s *scene, note string) bool { return s.readmit(note, readmission{}) }},
		{"刚好在间隔最后一日再入院", func(s *scene, note string) bool {
			return s.readmit(note, readmission{gap: calendar.Day(s.p.IntervalDays)})
		}},
	},
	misses: []variant{
		{"间隔刚好多一日", func(s *scene, note string) bool {
			return s.readmit(note, readmission{gap: calendar.Day(s.p.IntervalDays) + 1})
		}},
		{"再入院在另一机构", func(s *scene, note string) bool { return s.readmit(note, readmission{gap: 5, elsewhere: true}) }},
		{"再入院是另一类诊断", func(s *scene, note string) bool { return s.readmit(note, readmission{gap: 5, dx: "J18.900"}) }},
		{"肿瘤化疗疗程", func(s *scene, note string) bool { return s.readmit(note, readmission{gap: 5, both: "Z51.100"}) }},
		{"前次住院结算已全部退费", func(s *scene, note string) bool { return s.readmit(note, readmission{gap: 5, refunded: true}) }},
		{"再入院是新生儿挂账", func(s *scene, note string) bool { return s.readmit(note, readmission{gap: 0, newborn: true}) }},
	},
}

type readmission struct {
	gap                          calendar.Day
	elsewhere, refunded, newborn bool
	dx, both                     string
}

func (m readmission) lawful(interval int) bool {
	return m.elsewhere || m.refunded || m.newborn || m.dx != "" || m.both != "" || m.gap > calendar.Day(interval)
}

func (s *scene) readmit(note string, m readmission) bool {
	v := s.ward(s.day, 0)
	s.close(v)
	if m.refunded {
		s.refundAll(v, 0, v.end+7200, false)
	}
	day := v.end.Day() + m.gap
	n := 0
	if m.elsewhere {
		n = 1
	}
	w := s.again(v, day, n)
	w.begin = at(day, 14, 0)
	w.newborn = m.newborn
	for d := range calendar.Day(4) {
		s.add(w, s.neutralOf(int(d)+4), 1, at(day+d, 15, 0))
	}
	s.paidAlone(w, len(w.lines)-1)
	if m.dx != "" {
		w.dx[0] = s.codeOf(m.dx)
	}
	if m.both != "" {
		v.dx[0], w.dx[0] = s.codeOf(m.both), s.codeOf(m.both)
	}
	s.close(w)
	if m.lawful(s.p.IntervalDays) {
		return (!m.elsewhere || w.org != v.org) && s.miss(w, nil, note)
	}
	return s.hit(s.p, w, w.paid(), note)
}

// paid are all lines of a visit that the fund had a part in.
func (v *visit) paid() []part {
	var ks []int
	for k := range v.lines {
		if x := &v.lines[k]; x.qty > 0 && x.inscp > 0 && !x.refused && !x.invalid {
			ks = append(ks, k)
		}
	}
	return v.whole(ks...)
}

// overlapPlay has the person in two hospitals at once.
var overlapPlay = play{
	breaks: []variant{
		{"住院时间重叠三日", func(s *scene, note string) bool { return s.overlap(note, 1, false) }},
		{"住院时间重叠一日", func(s *scene, note string) bool { return s.overlap(note, 3, false) }},
	},
	misses: []variant{
		{"同日转院", func(s *scene, note string) bool { return s.overlap(note, 4, false) }},
		{"重叠的是新生儿挂账住院", func(s *scene, note string) bool { return s.overlap(note, 1, true) }},
	},
}

// overlap admits elsewhere so many days into a stay of four.
func (s *scene) overlap(note string, into calendar.Day, newborn bool) bool {
	v := s.ward(s.day, 0)
	s.close(v)
	day, until := s.day+into, v.end.Day()
	w := s.again(v, day, 1)
	w.dx[0] = s.codeOf("J18.900")
	w.begin, w.newborn = at(day, 14, 30), newborn
	for d := range calendar.Day(4) {
		s.add(w, s.neutralOf(int(d)+5), 1, at(day+d, 15, 0))
	}
	s.close(w)
	if w.org == v.org {
		return false
	}
	if day >= until || newborn {
		return s.miss(w, nil, note)
	}
	var ks []int
	for k := range w.lines {
		if w.lines[k].at.Day() < until {
			ks = append(ks, k)
		}
	}
	return s.hit(s.p, w, w.whole(ks...), note)
}

// duringPlay has an inpatient served elsewhere.
var duringPlay = play{
	breaks: []variant{
		{"住院期间在他处门诊", func(s *scene, note string) bool { return s.during(note, outing{into: 2}) }},
		{"住院期间在药店购药", func(s *scene, note string) bool { return s.during(note, outing{into: 1, pharmacy: true}) }},
	},
	misses: []variant{
		{"入院当日的他处门诊", func(s *scene, note string) bool { return s.during(note, outing{into: 0}) }},
		{"出院当日购药", func(s *scene, note string) bool { return s.during(note, outing{into: 4, pharmacy: true}) }},
		{"住院期间的互联网就诊", func(s *scene, note string) bool { return s.during(note, outing{into: 2, online: true}) }},
		{"住院期间在本院门诊", func(s *scene, note string) bool { return s.during(note, outing{into: 2, same: true}) }},
		{"住院期间的他处门诊已整笔退费", func(s *scene, note string) bool { return s.during(note, outing{into: 2, refunded: true}) }},
	},
}

type outing struct {
	into                             calendar.Day
	pharmacy, online, same, refunded bool
}

func (s *scene) during(note string, o outing) bool {
	v := s.ward(s.day, 0)
	s.close(v)
	day := s.day + o.into
	org, medType := s.orgOf(v.org.rank, 1), "11"
	switch {
	case o.pharmacy:
		org, medType = s.city.pharmacies[int(s.number)%len(s.city.pharmacies)], "41"
	case o.same:
		org = v.org
	}
	if !o.same && org == v.org {
		return false
	}
	w := s.open(org, "A03.02", medType, at(day, 8, 30), s.r)
	if o.online {
		w.payLoc = "5"
	}
	w.dx = append(w.dx, s.codeOf("J06.900"))
	for k := range 3 {
		s.add(w, s.neutralDrugs[(int(s.number)+k)%len(s.neutralDrugs)], 1, w.begin+600)
	}
	s.settle(w, w.begin+1800)
	if o.refunded {
		s.refundAll(w, 0, w.end+3600, true)
	}
	if o.online || o.same || o.refunded || o.into == 0 || day >= v.end.Day() {
		return s.miss(w, nil, note)
	}
	return s.hit(s.p, w, w.paid(), note)
}

// deathPlay serves a person after death.
var deathPlay = play{
	breaks: []variant{
		{"死亡后门诊", func(s *scene, note string) bool { return s.afterwards(note, 20) }},
		{"死亡次日购药", func(s *scene, note string) bool { return s.afterwards(note, 1) }},
	},
	misses: []variant{
		{"死亡当日的费用", func(s *scene, note string) bool { return s.afterwards(note, 0) }},
		{"死亡前一日的门诊", func(s *scene, note string) bool { return s.afterwards(note, -20) }},
	},
}

func (s *scene) afterwards(note string, days calendar.Day) bool {
	v := s.ward(s.day, 0)
	end := s.day + 4
	var late int
	if days == 0 {
		late = s.add(v, s.neutralOf(9), 1, at(end, 7, 0))
	}
	s.care(v, end)
	v.dscgWay, v.died, s.died = "5", end, end
	s.settle(v, at(end, 9, 0))
	if days == 0 {
		return s.miss(v, []int{late}, note)
	}
	org, medType := v.org, "11"
	if days == 1 {
		org, medType = s.city.pharmacies[int(s.number)%len(s.city.pharmacies)], "41"
	}
	w := s.open(org, "A03.02", medType, at(end+days, 9, 0), s.r)
	w.dx = append(w.dx, s.codeOf("J06.900"))
	for k := range 2 {
		s.add(w, s.neutralDrugs[(int(s.number)+k)%len(s.neutralDrugs)], 1, w.begin+300)
	}
	s.settle(w, w.begin+1800)
	if days < 0 {
		return s.miss(w, nil, note)
	}
	return s.hit(s.p, w, w.paid(), note)
}
