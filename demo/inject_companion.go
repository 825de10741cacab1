package demo

import "yiheng/ground/calendar"

// companionPlay bills what needs something else without it.
var companionPlay = play{
	breaks: append(plainly("没有应同时有的项目", unaccompanied),
		variant{"应同时有的项目已退费", func(s *scene, note string) bool { return s.accompanied(note, company{back: true}) }},
		variant{"应同时有的项目在另一时间窗", func(s *scene, note string) bool { return s.accompanied(note, company{window: true}) }},
	),
	misses: append(twists(unaccompanied),
		variant{"同一时间窗内有应同时有的项目", func(s *scene, note string) bool { return s.accompanied(note, company{}) }},
		variant{"应同时有的项目全自费", func(s *scene, note string) bool { return s.accompanied(note, company{own: true}) }},
		variant{"没有处方号，不判", (*scene).unnumbered},
		variant{"同日同机构另一次就诊有应同时有的项目", func(s *scene, note string) bool { return s.accompanied(note, company{visit: true}) }},
	),
}

type company struct{ back, own, window, visit bool }

// unaccompanied bills the point's item alone.
func unaccompanied(s *scene) (*visit, []int, bool) {
	v, ok := s.counted()
	if !ok {
		return nil, nil, false
	}
	return v, []int{s.add(v, s.p.item, s.each, s.noon())}, true
}

func (s *scene) accompanied(note string, c company) bool {
	v, ok := s.counted()
	if !ok || c.visit && (s.p.Window != "day" || v.stay()) {
		return false
	}
	needed := s.itemWith(s.p.NeedsAny[int(s.number)%len(s.p.NeedsAny)])
	k := s.add(v, s.p.item, 1, s.noon())
	w := v
	switch {
	case c.visit:
		s.close(v)
		w = s.again(v, s.day, 0)
	case c.window && s.p.Window == "rx":
		v.rx++
	case c.window && s.p.Window == "day":
		s.close(v)
		w = s.again(v, s.day, 1)
		if w.org == v.org {
			return false
		}
	case c.window:
		s.close(v)
		w = s.again(v, s.day+40, 0)
		w.dx[0] = s.codeOf("J20.900")
	}
	t := s.noon() + 3600
	if w != v {
		t = w.begin + 3600
	}
	s.bill(w, needed, 1, t)
	j := len(w.lines) - 1
	if c.back {
		s.takeBack(w, j, unitQty, t+600)
	}
	if c.own {
		s.paidAlone(w, j)
	}
	s.close(w)
	if c.back || c.window {
		return s.hit(s.p, v, v.whole(k), note)
	}
	return s.miss(v, []int{k}, note)
}

func (s *scene) unnumbered(note string) bool {
	v, ok := s.counted()
	if !ok || s.p.Window != "rx" {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	v.lines[k].noRx = true
	s.close(v)
	return s.miss(v, []int{k}, note)
}

// precedencePlay prescribes a second-line drug without a first-line one before.
var precedencePlay = play{
	breaks: append(plainly("此前没有使用一线药品", unaccompanied),
		variant{"一线药品在回溯期前一日", func(s *scene, note string) bool { return s.preceded(note, before{extra: -1}) }},
		variant{"一线药品已退费", func(s *scene, note string) bool { return s.preceded(note, before{extra: 30, back: true}) }},
		variant{"一线药品在次日", func(s *scene, note string) bool { return s.preceded(note, before{next: true}) }},
	),
	misses: append(twists(unaccompanied),
		variant{"一线药品刚好在回溯期首日", func(s *scene, note string) bool { return s.preceded(note, before{}) }},
		variant{"一线药品在另一机构", func(s *scene, note string) bool { return s.preceded(note, before{extra: 20, elsewhere: true}) }},
		variant{"一线药品全自费", func(s *scene, note string) bool { return s.preceded(note, before{extra: 40, own: true}) }},
		variant{"一线药品在同日", func(s *scene, note string) bool { return s.preceded(note, before{same: true}) }},
		variant{"一线药品的时间不明，不判", func(s *scene, note string) bool { return s.preceded(note, before{extra: 10, timeless: true}) }},
	),
}

// before is a first-line drug extra days after the first day that still counts.
type before struct {
	extra                                      calendar.Day
	back, own, next, same, elsewhere, timeless bool
}

func (s *scene) preceded(note string, b before) bool {
	s.day = s.between(s.p.LookbackDays+20, 60)
	x, ok := s.need(s.p.item)
	if !ok || s.day == 0 {
		return false
	}
	s.enter(x, s.day)
	first := s.day - calendar.Day(s.p.LookbackDays) + b.extra
	if b.next {
		first = s.day + 1
	}
	if b.same {
		first = s.day
	}
	org := 0
	if b.elsewhere {
		org = 1
	}
	w := s.visit(x, first, org)
	s.bill(w, s.itemWith(s.p.FirstAny[int(s.number)%len(s.p.FirstAny)]), 1, at(first, 13, 0))
	j := len(w.lines) - 1
	if b.back {
		s.takeBack(w, j, unitQty, at(first, 14, 0))
	}
	if b.own {
		s.paidAlone(w, j)
	}
	s.close(w)
	if b.timeless {
		w.lines[j].at = calendar.NoTime
	}
	v := s.visit(x, s.day, 0)
	k := s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	if b.back || b.next || b.extra < 0 {
		return s.hit(s.p, v, v.whole(k), note)
	}
	return s.miss(v, []int{k}, note)
}
