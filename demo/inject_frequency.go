package demo

import "yiheng/ground/calendar"

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
