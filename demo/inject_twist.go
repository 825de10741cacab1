package demo

import "yiheng/ground/calendar"

// build opens a visit in which the scene's point objects to the lines ks, whole. The
// caller closes it. ok is false when the point does not lend itself to it.
type build func(s *scene) (v *visit, ks []int, ok bool)

// twist is what else happens to lines that a point would object to.
type twist struct {
	back   int64 // pieces of each that are refunded
	pieces int64 // that each is billed with; 0: one
	own    bool  // at the person's own expense
	undone bool  // the settlement is taken back whole
	void   bool  // the lines are void
	before bool  // on the day before the point is in force
	away   bool  // at an institution outside the point's region
	exempt bool  // with a diagnosis or kind of visit that the point exempts
}

// hits says that a twist changes amounts at most.
func (t twist) hits() bool {
	return !t.own && !t.undone && !t.void && !t.before && !t.away && !t.exempt && t.back < max(1, t.pieces)
}

// twists are the misses that every way to object to whole lines has.
func twists(b build) []variant {
	all := []struct {
		note string
		t    twist
	}{
		{"全自费", twist{own: true}},
		{"该行已退费", twist{back: 1}},
		{"整笔结算已退", twist{undone: true}},
		{"明细无效", twist{void: true}},
		{"知识点生效前一日", twist{before: true}},
		{"机构不在知识点所属地区", twist{away: true}},
		{"诊断或医疗类别除外", twist{exempt: true}},
	}
	var out []variant
	for _, x := range all {
		out = append(out, variant{"不符合要求，但" + x.note, func(s *scene, note string) bool { return s.twisted(note, b, x.t) }})
	}
	return out
}

// twisted plays a build with a twist.
func (s *scene) twisted(note string, b build, t twist) bool {
	switch p := s.p; {
	case t.before && (p.from == calendar.NoDay || p.from <= s.from+30),
		t.away && p.region == "",
		t.exempt && len(p.ExcludeDx) == 0 && len(p.ExcludeMedTypes) == 0:
		return false
	case t.before:
		s.day = min(p.from-1, s.to)
	}
	s.away = t.away
	s.each = max(1, t.pieces)
	v, ks, ok := b(s)
	if !ok || s.day == 0 {
		return false
	}
	if t.exempt {
		s.exempted(v)
	}
	for _, k := range ks {
		if t.back > 0 {
			s.takeBack(v, k, t.back*unitQty, v.lines[k].at+3600)
		}
		if t.own {
			s.paidAlone(v, k)
		}
		v.lines[k].invalid = t.void
	}
	s.close(v)
	if t.undone {
		s.refundAll(v, 0, v.end+86400, s.number%2 == 0)
	}
	if t.hits() {
		return s.hit(s.p, v, v.whole(ks...), note)
	}
	return s.miss(v, ks, note)
}

// exempted gives a visit what the scene's point exempts.
func (s *scene) exempted(v *visit) {
	if len(s.p.ExcludeDx) > 0 {
		v.dx = append(v.dx, s.firstWith(s.p.ExcludeDx[0]))
		return
	}
	v.medType = s.p.ExcludeMedTypes[0]
}

// plainly plays builds as they are, and with a part of each line refunded.
func plainly(note string, b build) []variant {
	return []variant{
		{note, func(s *scene, note string) bool { return s.twisted(note, b, twist{}) }},
		{note + "，部分退费后按余量计", func(s *scene, note string) bool { return s.twisted(note, b, twist{pieces: 3, back: 2}) }},
	}
}

// missed plays a build of which nothing is to be found.
func missed(note string, b build) variant {
	return variant{note, func(s *scene, note string) bool {
		s.each = 1
		v, ks, ok := b(s)
		if !ok || s.day == 0 {
			return false
		}
		s.close(v)
		return s.miss(v, ks, note)
	}}
}
