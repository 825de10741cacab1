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

// Visits, stays and purchases beyond their limits of frequency.
var (
	frequentVisitPlay = play{
		breaks: []variant{{"门诊过频", func(s *scene, note string) bool { return s.frequent(note, "11", frequency{more: 2}) }}},
		misses: []variant{
			{"门诊次数刚好到上限", func(s *scene, note string) bool { return s.frequent(note, "11", frequency{}) }},
			{"透析患者门诊不计", func(s *scene, note string) bool { return s.frequent(note, "14", frequency{more: 4, dx: "N18.500"}) }},
			{"门诊次数超出但有一次已整笔退费", func(s *scene, note string) bool { return s.frequent(note, "11", frequency{more: 1, refunded: true}) }},
		},
	}
	frequentPurchasePlay = play{
		breaks: []variant{{"购药过频", func(s *scene, note string) bool { return s.frequent(note, "41", frequency{more: 2}) }}},
		misses: []variant{{"购药次数刚好到上限", func(s *scene, note string) bool { return s.frequent(note, "41", frequency{}) }}},
	}
	frequentStayPlay = play{
		breaks: []variant{{"住院过频", func(s *scene, note string) bool { return s.frequent(note, "2101", frequency{more: 1}) }}},
		misses: []variant{
			{"住院次数刚好到上限", func(s *scene, note string) bool { return s.frequent(note, "2101", frequency{}) }},
			{"化疗住院不计", func(s *scene, note string) bool { return s.frequent(note, "2101", frequency{more: 2, dx: "Z51.100"}) }},
		},
	}
)

type frequency struct {
	more     int
	dx       string
	refunded bool
}

// frequent makes as many visits as the limit and some more, evenly over the days of
// the limit. Each beyond it is a finding of its own.
func (s *scene) frequent(note, medType string, f frequency) bool {
	n := s.p.Max + f.more
	s.day = s.between(10, s.p.Days+15)
	if s.day == 0 {
		return false
	}
	x, _ := s.need()
	x.medType = medType
	s.enter(x, s.day)
	step := float64(s.p.Days-1) / float64(n)
	reasons := []string{"K29.500", "J18.900", "I25.100", "M51.200", "N39.000", "R42.x00", "E04.101"}
	for k := range n {
		day := s.day + calendar.Day(float64(k)*step)
		v := s.open(s.frequentOrg(medType, k), "A03.02", medType, at(day, 8+k%9, 10), s.r)
		dx := "J06.900"
		if v.stay() {
			dx = reasons[k%len(reasons)]
		}
		if f.dx != "" {
			dx = f.dx
		}
		v.dx = append(v.dx, s.codeOf(dx))
		for i := range 2 {
			s.add(v, s.neutralDrugs[(int(s.number)+k+i)%len(s.neutralDrugs)], 1, v.begin+300)
		}
		s.close(v)
		if f.refunded && k == 2 {
			s.refundAll(v, 0, v.end+1800, true)
		}
		if k >= s.p.Max && f.dx == "" && !f.refunded {
			s.hit(s.p, v, v.paid(), note)
		}
		if k == n-1 && (k < s.p.Max || f.dx != "" || f.refunded) {
			s.miss(v, nil, note)
		}
	}
	return true
}

func (s *scene) frequentOrg(medType string, k int) *institution {
	switch medType {
	case "41":
		return s.city.pharmacies[(int(s.number)+k)%len(s.city.pharmacies)]
	case "2101":
		return s.orgOf(2, k)
	}
	return s.orgOf(1+k%2, k)
}
