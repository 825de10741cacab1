package demo

import "yiheng/ground/calendar"

// indicationPlay bills what the visit's diagnoses do not allow.
var indicationPlay = play{
	breaks: append(plainly("诊断不符合限定", notIndicated(1)),
		variant{"诊断不符合限定，两行", func(s *scene, note string) bool { return s.twisted(note, notIndicated(2), twist{}) }},
		variant{"其他诊断为禁忌", (*scene).contraindicated},
	),
	misses: append(twists(notIndicated(1)),
		missed("主要诊断符合限定", indicated(0)),
		missed("其他诊断符合限定", indicated(1)),
		missed("门诊诊断只写在诊断信息中，符合限定", indicated(2)),
		missed("没有诊断，不判", undiagnosed),
		variant{"住院未报其他诊断，不判", (*scene).unknownDiagnoses},
	),
}

// bearing opens a visit in which only the diagnoses can be wrong.
func (s *scene) bearing() (*visit, bool) {
	x, ok := s.need(s.p.item)
	if !ok || s.day == 0 {
		return nil, false
	}
	if s.number%3 == 0 && len(s.p.ExcludeMedTypes) == 0 {
		x.medType = "2101"
	}
	if s.p.rule == "GZ10000301010000" {
		x.sex, x.least, x.most = "2", 9000, 13000
	}
	s.enter(x, s.day)
	return s.visit(x, s.day, 0), true
}

// notIndicated bills lines under diagnoses that the point does not allow: none of
// those that it asks for, or one of those that it excludes.
func notIndicated(lines int) build {
	return func(s *scene) (*visit, []int, bool) {
		v, ok := s.bearing()
		if !ok {
			return nil, nil, false
		}
		if len(s.p.DxAny) == 0 {
			v.dx[0] = s.firstWith(s.p.DxNone[0])
		}
		var ks []int
		for range lines {
			ks = append(ks, s.add(v, s.p.item, s.each, s.noon()))
		}
		return v, ks, !v.indicated(s.p)
	}
}

// contraindicated has what the point excludes behind a main diagnosis that is fine;
// what else the visit may have been diagnosed with changes nothing.
func (s *scene) contraindicated(note string) bool {
	v, ok := s.bearing()
	if !ok || len(s.p.DxNone) == 0 {
		return false
	}
	if len(s.p.DxAny) > 0 {
		v.dx[0] = s.firstWith(s.p.DxAny[0])
	}
	v.dx = append(v.dx, s.firstWith(s.p.DxNone[len(s.p.DxNone)-1]))
	k := s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	return s.hit(s.p, v, v.whole(k), note)
}

// indicated bills a line under diagnoses that the point allows: the main one, another,
// or one that only the outpatient record states.
func indicated(how int) build {
	return func(s *scene) (*visit, []int, bool) {
		v, ok := s.bearing()
		if !ok || how > 0 && len(s.p.DxAny) == 0 || how == 2 && v.stay() {
			return nil, nil, false
		}
		if len(s.p.DxAny) > 0 {
			fits := s.firstWith(s.p.DxAny[int(s.number)%len(s.p.DxAny)])
			if fits == nil {
				fits = s.firstWith(s.p.DxAny[0])
			}
			v.dx[0] = fits
			if how == 1 {
				v.dx = append(v.dx[:0], s.codeOf("E78.500"), fits)
			}
		}
		v.noList = how == 2
		k := s.add(v, s.p.item, 1, s.noon())
		return v, []int{k}, v.indicated(s.p)
	}
}

func undiagnosed(s *scene) (*visit, []int, bool) {
	v, ok := s.bearing()
	if !ok || v.stay() {
		return nil, nil, false
	}
	v.dx = v.dx[:0]
	return v, []int{s.add(v, s.p.item, 1, s.noon())}, true
}

// unknownDiagnoses has a stay of which only the main diagnosis is known.
func (s *scene) unknownDiagnoses(note string) bool {
	x, ok := s.need(s.p.item)
	if !ok || s.day == 0 || len(s.p.DxAny) == 0 {
		return false
	}
	x.medType = "2101"
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	v.noList = true
	k := s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	return s.miss(v, []int{k}, note)
}

// needsPlay codes a diagnosis or an operation without anything that it needs.
var needsPlay = play{
	breaks: []variant{
		{"有该诊断或手术而无相应项目、药品或耗材", func(s *scene, note string) bool { return s.bare(note, bareBreak{}) }},
		{"该诊断或手术为其他编码", func(s *scene, note string) bool { return s.bare(note, bareBreak{other: true}) }},
		{"相应项目已退费", func(s *scene, note string) bool { return s.bare(note, bareBreak{needed: 1, back: true}) }},
	},
	misses: []variant{
		{"有相应项目", func(s *scene, note string) bool { return s.bare(note, bareBreak{needed: 1}) }},
		{"相应项目按前缀对上", func(s *scene, note string) bool { return s.bare(note, bareBreak{needed: 2}) }},
		{"相应项目全自费", func(s *scene, note string) bool { return s.bare(note, bareBreak{needed: 1, own: true}) }},
		{"没有任何明细，不判", func(s *scene, note string) bool { return s.bare(note, bareBreak{empty: true}) }},
		{"整次就诊全自费", func(s *scene, note string) bool { return s.bare(note, bareBreak{allOwn: true}) }},
		{"知识点生效前一日出院", func(s *scene, note string) bool { return s.bare(note, bareBreak{before: true}) }},
	},
}

type bareBreak struct {
	needed                                  int // 0: nothing; 1: the first, 2: the second of those needed
	back, own, other, empty, allOwn, before bool
}

func (b bareBreak) lawful() bool {
	return b.needed > 0 && !b.back || b.empty || b.allOwn || b.before
}

func (s *scene) bare(note string, b bareBreak) bool {
	if b.before {
		if s.p.from <= s.from+30 {
			return false
		}
		s.day = s.p.from - 5 // of the ward's four days, the last is the day before
	}
	if s.day == 0 {
		return false
	}
	v := s.bareWard(b.empty)
	s.carry(v, b.other)
	if b.needed > 0 {
		it := s.itemWith(s.p.NeedsAny[b.needed-1])
		s.bill(v, it, 1, at(s.day+1, 13, 0))
		k := len(v.lines) - 1
		if b.back {
			s.takeBack(v, k, unitQty, at(s.day+1, 15, 0))
		}
		if b.own {
			s.paidAlone(v, k)
		}
	}
	if b.empty {
		s.settle(v, at(s.day+4, 10, 0))
	} else {
		s.close(v)
	}
	if b.allOwn {
		s.allOwn(v)
	}
	if b.lawful() {
		return s.miss(v, nil, note)
	}
	return s.hit(s.p, v, nil, note)
}

// carry codes the diagnosis or operation that the point is about, as the main one or
// as another.
func (s *scene) carry(v *visit, other bool) {
	c := s.firstWith(s.p.code)
	switch {
	case c.code[0] < 'A':
		if other {
			v.operate(s.codeOf("79.3100"), true, at(s.day+1, 9, 0))
		}
		v.operate(c, !other, at(s.day+1, 12, 0))
	case other:
		v.dx = append(v.dx, c)
	default:
		v.dx[0] = c
	}
}

// bareWard is a stay of four days of examinations only, or of nothing.
func (s *scene) bareWard(empty bool) *visit {
	x, _ := s.need()
	x.medType = "2101"
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	for d := range calendar.Day(4) {
		if !empty {
			s.add(v, s.neutralOf(int(d)), 1, at(s.day+d, 11, 0))
		}
	}
	return v
}

// allOwn makes a settled visit wholly the person's own expense.
func (s *scene) allOwn(v *visit) {
	for k := range v.lines {
		v.lines[k].ownExpense()
		v.lines[k].settlement = -1
	}
	v.settlements = v.settlements[:0]
	s.settle(v, v.end)
}

// itemWith returns the first item whose code begins with a prefix.
func (c *catalogue) itemWith(prefix string) *item {
	for _, it := range c.items {
		if hasPrefix(it.code, []string{prefix}) {
			return it
		}
	}
	panic("demo: no item " + prefix)
}
