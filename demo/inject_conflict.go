package demo

import "yiheng/ground/calendar"

// conflictPlay bills two items of which the first already includes the second, or
// which must not be used together.
var conflictPlay = play{
	breaks: []variant{
		{"同一时间窗内并收", (*scene).conflictPlain},
		{"同一时间窗内并收，先后颠倒或在边界上", (*scene).conflictEdge},
		{"同日同机构两次就诊分别收取", (*scene).conflictAcross},
	},
	misses: []variant{
		{"刚好不在同一时间窗", (*scene).conflictBeyond},
		{"只收后者", func(s *scene, note string) bool { return s.conflictAlone(note, false) }},
		{"只收前者", func(s *scene, note string) bool { return s.conflictAlone(note, true) }},
		{"并收但后者全自费", func(s *scene, note string) bool { return s.conflictUndone(note, true) }},
		{"并收但前者已退费", func(s *scene, note string) bool { return s.conflictUndone(note, false) }},
		{"同日不同机构", (*scene).conflictElsewhere},
		{"明细没有时刻，不判", (*scene).conflictNoClock},
	},
}

// pair opens a visit in which both items of the point may be billed.
func (s *scene) pair() (*visit, bool) {
	x, ok := s.need(s.p.item, s.p.otherItem)
	if !ok || s.day == 0 {
		return nil, false
	}
	if s.p.Window == "visit" || s.seconds() > 0 {
		x.medType = "2101"
	}
	s.enter(x, s.day)
	return s.visit(x, s.day, 0), true
}

// seconds is the width of a window of hours, 0 for the others.
func (s *scene) seconds() calendar.Time {
	switch s.p.Window {
	case "hour":
		return 3600
	case "6h":
		return 6 * 3600
	}
	return 0
}

// second is when the other item is billed so that it stands in one window with the
// first: in a stay, on another day.
func (s *scene) second() calendar.Time {
	switch s.p.Window {
	case "visit":
		return s.noon() + 2*86400
	case "hour", "6h":
		return s.noon() + s.seconds()/2
	}
	return s.noon() + 5400
}

func (s *scene) conflictPlain(note string) bool {
	v, ok := s.pair()
	if !ok {
		return false
	}
	s.add(v, s.p.item, 1, s.noon())
	if s.p.FreeQty > 0 {
		k := s.add(v, s.p.otherItem, int64(s.p.FreeQty)+2, s.second())
		s.close(v)
		return s.hit(s.p, v, v.excess(k, 2), note+"，超出已含数量的部分计")
	}
	k := s.add(v, s.p.otherItem, 1, s.second())
	s.close(v)
	return s.hit(s.p, v, v.whole(k), note)
}

// conflictEdge bills the other item first, or exactly at the end of the window; of
// what is included, first as much as is included.
func (s *scene) conflictEdge(note string) bool {
	v, ok := s.pair()
	if !ok {
		return false
	}
	t := s.noon() - 1800
	if s.seconds() > 0 {
		t = s.noon() + s.seconds()
	}
	ks := []int{}
	if s.p.FreeQty > 0 {
		s.add(v, s.p.otherItem, int64(s.p.FreeQty), t-600)
	}
	ks = append(ks, s.add(v, s.p.otherItem, 1, t))
	first := s.noon()
	if s.p.Window == "visit" { // on another day, or the two are operations to be discounted
		first += 86400
	}
	s.add(v, s.p.item, 1, first)
	s.close(v)
	return s.hit(s.p, v, v.whole(ks...), note)
}

func (s *scene) conflictAcross(note string) bool {
	v, ok := s.pair()
	if !ok || v.stay() || s.p.Window != "day" || s.p.FreeQty > 0 {
		return false
	}
	s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	w := s.again(v, s.day, 0)
	k := s.add(w, s.p.otherItem, 1, s.noon()+3*3600)
	s.close(w)
	return s.hit(s.p, w, w.whole(k), note)
}

// again opens a visit like v on a day; n tells institutions apart, 0 is v's own.
func (s *scene) again(v *visit, day calendar.Day, n int) *visit {
	org := v.org
	if n > 0 {
		org = s.orgOf(v.org.rank, n)
	}
	w := s.open(org, v.dept.code, v.medType, at(day, 9, 40), s.r)
	w.dx = append(w.dx, v.dx[0])
	if !w.stay() {
		s.add(w, s.neutralOf(7+n), 1, at(day, 9, 50))
	}
	return w
}

func (s *scene) conflictBeyond(note string) bool {
	v, ok := s.pair()
	if !ok {
		return false
	}
	s.add(v, s.p.item, 1, s.noon())
	w, t := v, s.noon()
	switch {
	case s.seconds() > 0:
		t += s.seconds() + 1
	case s.p.Window == "day" && v.stay():
		t += 86400
	case s.p.Window == "visit":
		s.close(v)
		w = s.again(v, s.day+40, 0)
		w.dx[0] = s.codeOf("J20.900")
		t = at(s.day+40, 12, 0)
	default:
		s.close(v)
		w = s.again(v, s.day+1, 0)
		t = at(s.day+1, 12, 0)
	}
	k := s.add(w, s.p.otherItem, int64(s.p.FreeQty)+1, t)
	s.close(w)
	return s.miss(w, []int{k}, note)
}

func (s *scene) conflictAlone(note string, first bool) bool {
	v, ok := s.pair()
	if !ok {
		return false
	}
	it := s.p.otherItem
	if first {
		it = s.p.item
	}
	k := s.add(v, it, 1, s.noon())
	if first && s.p.FreeQty > 0 { // and just as much as it includes
		s.add(v, s.p.otherItem, int64(s.p.FreeQty), s.noon()+1200)
	}
	s.close(v)
	return s.miss(v, []int{k}, note)
}

func (s *scene) conflictUndone(note string, own bool) bool {
	v, ok := s.pair()
	if !ok {
		return false
	}
	j := s.add(v, s.p.item, 1, s.noon())
	k := s.add(v, s.p.otherItem, int64(s.p.FreeQty)+1, s.second())
	if own {
		s.paidAlone(v, k)
	} else {
		s.takeBack(v, j, unitQty, s.noon()+600)
	}
	s.close(v)
	return s.miss(v, []int{k}, note)
}

func (s *scene) conflictElsewhere(note string) bool {
	v, ok := s.pair()
	if !ok || v.stay() || s.p.Window != "day" {
		return false
	}
	s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	w := s.again(v, s.day, 1)
	k := s.add(w, s.p.otherItem, int64(s.p.FreeQty)+1, s.noon()+3*3600)
	s.close(w)
	return w.org != v.org && s.miss(w, []int{k}, note)
}

func (s *scene) conflictNoClock(note string) bool {
	v, ok := s.pair()
	if !ok || s.seconds() == 0 {
		return false
	}
	s.add(v, s.p.item, 1, s.noon())
	k := s.add(v, s.p.otherItem, 1, s.day.At(0, 0, 0))
	v.lines[k].uploaded = s.noon()
	s.close(v)
	return s.miss(v, []int{k}, note)
}
