package demo

import "yiheng/ground/calendar"

// rollingPlay bills an item again before its period is over.
var rollingPlay = play{
	breaks: []variant{
		{"周期内再次收费", func(s *scene, note string) bool { return s.rolling(note, rollingBreak{gap: -1}) }},
		{"周期内再次收费，同组另一编码、另一机构", func(s *scene, note string) bool { return s.rolling(note, rollingBreak{gap: -1, group: true}) }},
		{"周期内再次收费，第三次与首次已隔一个周期", func(s *scene, note string) bool { return s.rolling(note, rollingBreak{gap: -1, third: true}) }},
	},
	misses: []variant{
		{"刚好隔一个周期", func(s *scene, note string) bool { return s.rolling(note, rollingBreak{}) }},
		{"周期内再次收费但后者全自费", func(s *scene, note string) bool { return s.rolling(note, rollingBreak{gap: -1, own: true}) }},
		{"周期内再次收费但前者已退费", func(s *scene, note string) bool { return s.rolling(note, rollingBreak{gap: -1, back: true}) }},
	},
}

type rollingBreak struct {
	gap                     calendar.Day // beyond the period
	group, third, own, back bool
}

func (s *scene) rolling(note string, b rollingBreak) bool {
	q := s.p
	if b.group {
		if q = s.groupmate(); q == nil {
			return false
		}
	}
	period := calendar.Day(s.p.Days)
	s.day = s.between(20, int(2*period)+20)
	v, ok := s.counted()
	if !ok || v.stay() {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	if b.back {
		s.takeBack(v, k, unitQty, s.noon()+3600)
	}
	s.close(v)
	day := s.day + period + b.gap
	w := s.again(v, day, s.r.below(2))
	k = s.add(w, q.item, 1, at(day, 12, 20))
	if b.own {
		s.paidAlone(w, k)
	}
	s.close(w)
	if b.third {
		z := s.again(v, s.day+period, 0)
		s.add(z, s.p.item, 1, at(s.day+period, 12, 0))
		s.close(z)
	}
	if b.gap == 0 || b.own || b.back {
		return s.miss(w, []int{k}, note)
	}
	return s.hit(q, w, w.whole(k), note)
}

// groupmate is another point of the same rule and group, for another code.
func (s *scene) groupmate() *ruled {
	for _, q := range s.points {
		if q.rule == s.p.rule && q.Group != "" && q.Group == s.p.Group && q.code != s.p.code {
			return q
		}
	}
	return nil
}

// kindsPlay prescribes more different drugs, or herbal pieces, than a prescription
// may hold.
var kindsPlay = play{
	breaks: []variant{
		{"单张处方品种超出", func(s *scene, note string) bool { return s.kinds(note, kindsBreak{more: 1}) }},
		{"单张处方品种超出，超出品种两行", func(s *scene, note string) bool { return s.kinds(note, kindsBreak{more: 1, again: true}) }},
	},
	misses: []variant{
		{"单张处方品种刚好到上限", func(s *scene, note string) bool { return s.kinds(note, kindsBreak{}) }},
		{"两张处方合计超出", func(s *scene, note string) bool { return s.kinds(note, kindsBreak{more: 1, split: true}) }},
		{"超出品种全自费", func(s *scene, note string) bool { return s.kinds(note, kindsBreak{more: 1, own: true}) }},
		{"住院医嘱不限品种", func(s *scene, note string) bool { return s.kinds(note, kindsBreak{more: 2, stay: true}) }},
	},
}

type kindsBreak struct {
	more                    int
	again, split, own, stay bool
}

func (s *scene) kinds(note string, b kindsBreak) bool {
	list := s.differentDrugs()
	if s.p.rule == "BD2025076" {
		list = s.catalogue.pieces
	}
	if s.day == 0 || len(list) < s.p.Max+2 || b.stay && len(s.p.ExcludeMedTypes) == 0 {
		return false
	}
	x, _ := s.need()
	if b.stay {
		x.medType = "2101"
	}
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	v.rx = 2
	first, k := s.r.below(len(list)), 0
	for i := range s.p.Max + b.more {
		if b.split && i == s.p.Max {
			v.rx++
		}
		k = s.add(v, list[(first+i)%len(list)], 7, s.noon()+calendar.Time(i))
	}
	ks := []int{k}
	if b.again {
		ks = append(ks, s.add(v, v.lines[k].item, 7, s.noon()+900))
	}
	if b.own {
		s.paidAlone(v, k)
	}
	s.close(v)
	if b.more == 0 || b.split || b.own || b.stay {
		return s.miss(v, ks, note)
	}
	return s.hit(s.p, v, v.whole(ks...), note)
}

// differentDrugs are drugs without a point, one of each name.
func (s *scene) differentDrugs() []*item {
	var out []*item
	seen := map[string]bool{}
	for _, it := range s.neutralDrugs {
		if k := drugKind(it.code); !seen[k] {
			seen[k] = true
			out = append(out, it)
		}
	}
	return out
}
