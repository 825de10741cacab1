package demo

import "yiheng/ground/calendar"

// periopPlay goes on with antibacterials too long after an operation, or takes one
// that is not for prophylaxis.
var periopPlay = play{
	breaks: []variant{
		{"术后超过时限仍用抗菌药", func(s *scene, note string) bool { return s.guarded(note, guard{after: 1}) }},
		{"术后第三日仍用抗菌药，部分退费后按余量计", func(s *scene, note string) bool { return s.guarded(note, guard{after: 2 * 86400, back: 2}) }},
		{"两次手术，最后一次之后超过时限", func(s *scene, note string) bool { return s.guarded(note, guard{after: 3600, twice: true}) }},
		{"手术只记日期，超过时限的日数", func(s *scene, note string) bool { return s.guarded(note, guard{after: 86400, dateOnly: true}) }},
		{"预防用药品种不在范围内", func(s *scene, note string) bool { return s.guarded(note, guard{within: true, class: true}) }},
		{"术前一日用药，品种不在范围内", func(s *scene, note string) bool { return s.guarded(note, guard{eve: true, class: true}) }},
	},
	misses: []variant{
		{"刚好在时限内", func(s *scene, note string) bool { return s.guarded(note, guard{}) }},
		{"手术只记日期，在时限的日数内", func(s *scene, note string) bool { return s.guarded(note, guard{dateOnly: true}) }},
		{"前一次手术超过时限，后一次在时限内", func(s *scene, note string) bool { return s.guarded(note, guard{within: true, twice: true}) }},
		{"超过时限但全自费", func(s *scene, note string) bool { return s.guarded(note, guard{after: 7200, own: true}) }},
		{"超过时限但已退费", func(s *scene, note string) bool { return s.guarded(note, guard{after: 7200, back: 3}) }},
		{"有感染诊断", func(s *scene, note string) bool { return s.guarded(note, guard{after: 86400, infected: true}) }},
		{"手术时间不详，不判", func(s *scene, note string) bool { return s.guarded(note, guard{after: 86400, undated: true}) }},
		{"术前两日的用药不判", func(s *scene, note string) bool { return s.guarded(note, guard{early: true, class: true}) }},
		{"不是该手术", func(s *scene, note string) bool { return s.guarded(note, guard{after: 86400, other: true}) }},
		{"知识点生效前一日", func(s *scene, note string) bool { return s.guarded(note, guard{after: 1, before: true}) }},
	},
}

// guard is an antibacterial of a surgical stay: after seconds beyond the limit, or
// within it, on the eve of the operation, or two days before.
type guard struct {
	after, back                                              int64
	twice, within, class, eve, early, own, infected, undated bool
	other, before, dateOnly                                  bool
}

func (g guard) lawful() bool {
	return g.after == 0 && !g.class || g.own || g.infected || g.undated || g.other || g.before || g.early || g.back == 3
}

func (s *scene) guarded(note string, g guard) bool {
	limit := calendar.Time(s.p.MaxHours) * 3600
	x, _ := s.need()
	switch {
	case g.class && len(s.p.Classes) == 0, g.before && s.p.from <= s.from+30:
		return false
	case g.before:
		s.day = s.p.from - 1 - calendar.Day(s.p.MaxHours/24)
	}
	if s.day == 0 {
		return false
	}
	x.medType, x.dept, x.rank = "2101", "A04.01", 2
	s.enter(x, s.day)
	v := s.visit(x, s.day-3, 0)
	code := s.firstWith(s.p.code)
	if g.other {
		code = s.codeOf("79.3100")
	}
	cut := at(s.day, 10, 0)
	v.operate(code, true, cut)
	if g.twice {
		v.operate(code, false, cut+2*limit)
	}
	if g.undated {
		v.ops[0].at = calendar.NoTime
	}
	if g.dateOnly {
		v.ops[0].at = s.day.At(0, 0, 0)
	}
	if g.infected {
		v.dx = append(v.dx, s.codeOf("L08.900"))
	}
	k := s.add(v, s.antibacterial(g), 3, g.when(cut, limit))
	if g.back > 0 {
		s.takeBack(v, k, g.back*unitQty, v.lines[k].at+1800)
	}
	if g.own {
		s.paidAlone(v, k)
	}
	s.close(v)
	if g.lawful() {
		return s.miss(v, []int{k}, note)
	}
	return s.hit(s.p, v, v.whole(k), note)
}

// antibacterial is one that every class of prophylaxis allows, or one that none does.
func (s *scene) antibacterial(g guard) *item {
	if g.class {
		return s.itemWith("XJ01DDD917")
	}
	return s.itemWith("XJ01DBD916")
}

// when is the time of the drug, of an operation at cut.
func (g guard) when(cut, limit calendar.Time) calendar.Time {
	switch {
	case g.early:
		return cut - 2*86400
	case g.eve:
		return cut - 86400
	case g.twice && g.within:
		return cut + 2*limit + 3600
	case g.twice:
		return cut + 3*limit + calendar.Time(g.after)
	case g.within:
		return cut + 3600
	}
	if g.dateOnly { // late on the day
		return cut + limit + calendar.Time(g.after) + 8*3600
	}
	return cut + limit + calendar.Time(g.after)
}

// operationQuantityPlay uses more of a consumable in one operation than one may need.
var operationQuantityPlay = play{
	breaks: []variant{
		{"一台手术超量", func(s *scene, note string) bool { return s.consumed(note, consumption{first: 2}) }},
		{"一台手术超量，部分退费后按余量计", func(s *scene, note string) bool { return s.consumed(note, consumption{first: 3, back: 1}) }},
		{"两台手术，后一台超量", func(s *scene, note string) bool { return s.consumed(note, consumption{second: 1, twice: true}) }},
	},
	misses: []variant{
		{"一台手术刚好到上限", func(s *scene, note string) bool { return s.consumed(note, consumption{}) }},
		{"两台手术各到上限", func(s *scene, note string) bool { return s.consumed(note, consumption{twice: true}) }},
		{"超量但已退到上限", func(s *scene, note string) bool { return s.consumed(note, consumption{first: 2, back: 2}) }},
		{"没有手术记录，不判", func(s *scene, note string) bool { return s.consumed(note, consumption{first: 3, none: true}) }},
		{"两台手术之一时间不详，不判", func(s *scene, note string) bool {
			return s.consumed(note, consumption{first: 3, twice: true, undated: true})
		}},
	},
}

// consumption is how much more than the cap each operation takes.
type consumption struct {
	first, second, back  int64
	twice, none, undated bool
}

func (s *scene) consumed(note string, c consumption) bool {
	v, _, ok := s.theatre(s.p.item)
	if !ok {
		return false
	}
	if !c.none {
		v.operate(s.codeOf("79.3100"), true, s.noon())
	}
	k, more := s.add(v, s.p.item, int64(s.p.Max)+c.first, s.noon()+1800), c.first-c.back
	if c.back > 0 {
		s.takeBack(v, k, c.back*unitQty, s.noon()+3600)
	}
	if c.twice {
		v.operate(s.codeOf("79.3500"), false, s.noon()+86400)
		k, more = s.add(v, s.p.item, int64(s.p.Max)+c.second, s.noon()+86400+1800), c.second
	}
	if c.undated {
		v.ops[1].at = calendar.NoTime
	}
	s.close(v)
	if more > 0 && !c.none && !c.undated {
		return s.hit(s.p, v, v.excess(k, more), note)
	}
	return s.miss(v, []int{k}, note)
}
