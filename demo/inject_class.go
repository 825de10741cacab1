package demo

import "yiheng/ground/calendar"

// classPlay prescribes two drugs of one class on one day.
var classPlay = play{
	breaks: []variant{
		{"同日同类两种药", func(s *scene, note string) bool { return s.class(note, classBreak{}) }},
		{"同日同类两种药，两家机构", func(s *scene, note string) bool { return s.class(note, classBreak{across: true}) }},
		{"同日同类两种药，后者部分退费", func(s *scene, note string) bool { return s.class(note, classBreak{back: 1}) }},
	},
	misses: []variant{
		{"同类两种药不在同日", func(s *scene, note string) bool { return s.class(note, classBreak{apart: 1}) }},
		{"同日同类，后者全自费", func(s *scene, note string) bool { return s.class(note, classBreak{own: true}) }},
		{"同日同类，后者已退费", func(s *scene, note string) bool { return s.class(note, classBreak{back: 3}) }},
		{"同日同一种药两行", func(s *scene, note string) bool { return s.class(note, classBreak{same: true}) }},
	},
}

type classBreak struct {
	across, own, same bool
	apart             calendar.Day
	back              int64
}

func (s *scene) class(note string, b classBreak) bool {
	q := s.classmate()
	if q == nil || s.day == 0 {
		return false
	}
	x, ok := s.need(s.p.item, q.item)
	if !ok {
		return false
	}
	if b.same {
		q = s.p
	}
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	s.add(v, s.p.item, 1, s.noon())
	w, t := v, s.noon()+900
	if b.across && v.stay() {
		return false
	}
	if b.across || b.apart > 0 && !v.stay() {
		s.close(v)
		n := 0
		if b.across {
			n = 1
		}
		w = s.again(v, s.day+b.apart, n)
	}
	t += calendar.Time(b.apart) * 86400
	k := s.add(w, q.item, 3, t)
	if b.back > 0 {
		s.takeBack(w, k, b.back*unitQty, t+3600)
	}
	if b.own {
		s.paidAlone(w, k)
	}
	s.close(w)
	if b.own || b.same || b.apart > 0 || b.back == 3 {
		return s.miss(w, []int{k}, note)
	}
	return s.hit(q, w, w.whole(k), note)
}

// classmate is another drug of the point's class, of another kind.
func (s *scene) classmate() *ruled {
	var all []*ruled
	for _, q := range s.points {
		if q.program == "same_class" && q.Class == s.p.Class && drugKind(q.code) != drugKind(s.p.code) && q.holds(s.day, cityCode) {
			all = append(all, q)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return pick(s.r, all)
}

// drugKind is what makes two codes one drug name.
func drugKind(code string) string {
	switch {
	case len(code) > 10 && code[0] == 'X':
		return code[:10]
	case len(code) > 11 && code[0] == 'Z':
		return code[:11]
	}
	return code
}
