package demo

import "yiheng/ground/calendar"

// dayPlay bills more of an item than one day allows at one institution.
var dayPlay = play{
	breaks: []variant{
		{"单日超量，一行", (*scene).dayOneLine},
		{"单日超量，后一行全部超出", (*scene).dayTwoLines},
		{"单日超量，同机构两次就诊", (*scene).dayTwoVisits},
		{"单日超量，部分退费后按余量计", (*scene).dayPartly},
	},
	misses: []variant{
		{"单日刚好到上限", func(s *scene, note string) bool { return s.dayWithin(note, 0, 0) }},
		{"两日各到上限", func(s *scene, note string) bool { return s.dayWithin(note, 1, 0) }},
		{"单日超量但已退到上限", func(s *scene, note string) bool { return s.dayWithin(note, 0, 1) }},
		{"两家机构同日各到上限", (*scene).dayElsewhere},
		{"超出的一行全自费", (*scene).dayOwn},
	},
}

// counted opens a visit in which the point's item may be billed.
func (s *scene) counted() (*visit, bool) {
	x, ok := s.need(s.p.item)
	if !ok || s.day == 0 {
		return nil, false
	}
	s.enter(x, s.day)
	return s.visit(x, s.day, 0), true
}

func (s *scene) dayOneLine(note string) bool {
	v, ok := s.counted()
	if !ok {
		return false
	}
	more := 1 + s.number%2
	k := s.add(v, s.p.item, int64(s.p.Max)+more, s.noon())
	s.close(v)
	return s.hit(s.p, v, v.excess(k, more), note)
}

func (s *scene) dayTwoLines(note string) bool {
	v, ok := s.counted()
	if !ok {
		return false
	}
	s.add(v, s.p.item, int64(s.p.Max), s.noon())
	k := s.add(v, s.p.item, 1, s.noon()+3600)
	s.close(v)
	return s.hit(s.p, v, v.whole(k), note)
}

func (s *scene) dayTwoVisits(note string) bool {
	v, ok := s.counted()
	if !ok || v.stay() {
		return false
	}
	s.add(v, s.p.item, int64(s.p.Max), s.noon())
	s.close(v)
	w := s.again(v, s.day, 0)
	k := s.add(w, s.p.item, 1, s.noon()+4*3600)
	s.close(w)
	return s.hit(s.p, w, w.whole(k), note)
}

func (s *scene) dayPartly(note string) bool {
	v, ok := s.counted()
	if !ok {
		return false
	}
	k := s.add(v, s.p.item, int64(s.p.Max)+3, s.noon())
	s.takeBack(v, k, unitQty, s.noon()+3600)
	s.close(v)
	return s.hit(s.p, v, v.excess(k, 2), note)
}

func (s *scene) dayWithin(note string, apart calendar.Day, back int64) bool {
	v, ok := s.counted()
	if !ok || apart > 0 && s.everyDay() {
		return false
	}
	k := s.add(v, s.p.item, int64(s.p.Max)+back, s.noon())
	if back > 0 {
		s.takeBack(v, k, back*unitQty, s.noon()+3600)
	}
	w := v
	if apart > 0 {
		if !v.stay() {
			s.close(v)
			w = s.again(v, s.day+apart, 0)
		}
		k = s.add(w, s.p.item, int64(s.p.Max), s.noon()+calendar.Time(apart)*86400)
	}
	s.close(w)
	return s.miss(w, []int{k}, note)
}

// everyDay says that another point forbids the item two days running.
func (s *scene) everyDay() bool {
	for _, q := range s.p.item.points {
		if q.program == "quantity" && q.Window != "day" {
			return true
		}
	}
	return false
}

func (s *scene) dayElsewhere(note string) bool {
	v, ok := s.counted()
	if !ok || v.stay() || s.everyDay() {
		return false
	}
	s.add(v, s.p.item, int64(s.p.Max), s.noon())
	s.close(v)
	w := s.again(v, s.day, 1)
	k := s.add(w, s.p.item, int64(s.p.Max), s.noon()+4*3600)
	s.close(w)
	return w.org != v.org && s.miss(w, []int{k}, note)
}

func (s *scene) dayOwn(note string) bool {
	v, ok := s.counted()
	if !ok {
		return false
	}
	s.add(v, s.p.item, int64(s.p.Max), s.noon())
	k := s.add(v, s.p.item, 1, s.noon()+3600)
	s.paidAlone(v, k)
	s.close(v)
	return s.miss(v, []int{k}, note)
}

// rxPlay prescribes more than one prescription may hold.
var rxPlay = play{
	breaks: []variant{
		{"单张处方超量", func(s *scene, note string) bool { return s.prescribe(note, 2, 0, false) }},
		{"单张处方超量，部分退费后按余量计", func(s *scene, note string) bool { return s.prescribe(note, 3, 1, false) }},
	},
	misses: []variant{
		{"单张处方刚好到上限", func(s *scene, note string) bool { return s.prescribe(note, 0, 0, false) }},
		{"两张处方各到上限", func(s *scene, note string) bool { return s.prescribe(note, 0, 0, true) }},
		{"单张处方超量但已退到上限", func(s *scene, note string) bool { return s.prescribe(note, 2, 2, false) }},
	},
}

// prescribe puts more pieces than the cap on one prescription and takes back some;
// twice: the cap on each of two prescriptions.
func (s *scene) prescribe(note string, more, back int64, twice bool) bool {
	v, ok := s.counted()
	if !ok {
		return false
	}
	k := s.add(v, s.p.item, int64(s.p.Max)+more, s.noon())
	if back > 0 {
		s.takeBack(v, k, back*unitQty, s.noon()+3600)
	}
	if twice {
		v.rx++
		k = s.add(v, s.p.item, int64(s.p.Max), s.noon()+600)
	}
	s.close(v)
	if more > back {
		return s.hit(s.p, v, v.excess(k, more-back), note)
	}
	return s.miss(v, []int{k}, note)
}

// monthPlay prescribes more than a calendar month allows, at any institutions.
var monthPlay = play{
	breaks: []variant{{"自然月超量，两家机构", func(s *scene, note string) bool { return s.month(note, true, 1) }}},
	misses: []variant{
		{"自然月刚好到上限", func(s *scene, note string) bool { return s.month(note, true, 0) }},
		{"月末与下月初各到上限", func(s *scene, note string) bool { return s.month(note, false, 1) }},
	},
}

func (s *scene) month(note string, sameMonth bool, more int64) bool {
	if s.day == 0 {
		return false
	}
	y, m, _ := s.day.Civil()
	first, second := calendar.DayOf(y, m, 3), calendar.DayOf(y, m, 24)
	if !sameMonth {
		first, second = calendar.DayOf(y, m, 27), calendar.DayOf(y, m, 27)+8
	}
	s.day = first
	v, ok := s.counted()
	if !ok {
		return false
	}
	left := int64(1)
	if !sameMonth {
		left = 0
	}
	s.add(v, s.p.item, int64(s.p.Max)-left, at(first, 12, 0))
	s.close(v)
	w := s.again(v, second, 1)
	k := s.add(w, s.p.item, left+more, at(second, 12, 0))
	s.close(w)
	if sameMonth && more > 0 {
		return s.hit(s.p, w, w.excess(k, more), note)
	}
	return s.miss(w, []int{k}, note)
}
