package demo

import "yiheng/ground/calendar"

// daysPlay uses something on more different days of a calendar year than are paid for.
var daysPlay = play{
	breaks: []variant{
		{"使用日数超限，一次住院", func(s *scene, note string) bool { return s.useDays(note, daysBreak{more: 2}) }},
		{"使用日数超限，两次住院两家机构合计", (*scene).useDaysTwice},
		{"使用日数超限，一日两行只计一日", func(s *scene, note string) bool { return s.useDays(note, daysBreak{more: 1, twice: true}) }},
	},
	misses: []variant{
		{"使用日数刚好到上限", func(s *scene, note string) bool { return s.useDays(note, daysBreak{}) }},
		{"超限的日子全自费", func(s *scene, note string) bool { return s.useDays(note, daysBreak{more: 2, own: true}) }},
		{"超限的日子已退费", func(s *scene, note string) bool { return s.useDays(note, daysBreak{more: 2, back: true}) }},
		{"跨年度住院，两年各在限内", func(s *scene, note string) bool { return s.useDays(note, daysBreak{more: 4, newYear: true}) }},
	},
}

// perVisitPlay uses a drug on more days of one visit than are paid for.
var perVisitPlay = play{
	breaks: []variant{
		{"单次就诊使用日数超限", func(s *scene, note string) bool { return s.useDays(note, daysBreak{more: 1}) }},
		{"单次就诊使用日数超限，一日两行只计一日", func(s *scene, note string) bool { return s.useDays(note, daysBreak{more: 2, twice: true}) }},
	},
	misses: []variant{
		{"单次就诊使用日数刚好到上限", func(s *scene, note string) bool { return s.useDays(note, daysBreak{}) }},
		{"两次住院各到上限", (*scene).useFullTwice},
		{"超限的日子全自费", func(s *scene, note string) bool { return s.useDays(note, daysBreak{more: 1, own: true}) }},
	},
}

type daysBreak struct {
	more                      int
	twice, own, back, newYear bool
}

// inHospital opens a stay in which the point's item may be used.
func (s *scene) inHospital(day calendar.Day, n int) (*visit, bool) {
	x, ok := s.need(s.p.item)
	if !ok {
		return nil, false
	}
	x.medType = "2101"
	s.enter(x, day)
	return s.visit(x, day, n), true
}

// inYear is a day on which the scene's point holds, so many days before which no year
// ends; 0 when there is none.
func (s *scene) inYear(days int) calendar.Day {
	d := s.between(5, days)
	if d != 0 && d.Year() != (d+calendar.Day(days)).Year() {
		d = max(s.from+5, calendar.DayOf(d.Year(), 12, 31)-calendar.Day(days))
	}
	return d
}

func (s *scene) useDays(note string, b daysBreak) bool {
	days := s.p.MaxDays + b.more
	day := s.inYear(days + 20)
	if b.newYear {
		first := calendar.DayOf(s.from.Year(), 1, 1)
		if first < s.from {
			first = calendar.DayOf(s.from.Year()+1, 1, 1)
		}
		day = first - calendar.Day(s.p.MaxDays-2)
		if s.p.MaxDays > 25 || !s.p.validOn(day) || first > s.to-60 {
			return false
		}
	}
	if day == 0 {
		return false
	}
	v, ok := s.inHospital(day, 0)
	if !ok {
		return false
	}
	var over []int
	for d := range days {
		t := at(day+calendar.Day(d), 11, 0)
		k := s.add(v, s.p.item, 1, t)
		if d == 1 && b.twice {
			s.add(v, s.p.item, 1, t+600)
		}
		if d >= s.p.MaxDays {
			over = append(over, k)
		}
	}
	for _, k := range over {
		if b.own {
			s.paidAlone(v, k)
		}
		if b.back {
			s.takeBack(v, k, unitQty, v.lines[k].at+3600)
		}
	}
	s.close(v)
	if len(over) == 0 || b.own || b.back || b.newYear {
		return s.miss(v, over, note)
	}
	return s.hit(s.p, v, v.whole(over...), note)
}

// useDaysTwice uses the last allowed day and two more in a second stay elsewhere,
// under another code of the group where there is one.
func (s *scene) useDaysTwice(note string) bool {
	q := s.groupmate()
	if q == nil {
		q = s.p
	}
	day := s.inYear(s.p.MaxDays + 60)
	if day == 0 {
		return false
	}
	v, ok := s.inHospital(day, 0)
	if !ok {
		return false
	}
	for d := range s.p.MaxDays - 1 {
		s.add(v, s.p.item, 1, at(day+calendar.Day(d), 11, 0))
	}
	s.close(v)
	second := v.end.Day() + 25
	w := s.again(v, second, 1)
	w.dx[0] = s.codeOf("J18.900")
	var over []int
	for d := range 3 {
		k := s.add(w, q.item, 1, at(second+calendar.Day(d), 11, 0))
		if d > 0 {
			over = append(over, k)
		}
	}
	s.close(w)
	return s.hit(q, w, w.whole(over...), note)
}

func (s *scene) useFullTwice(note string) bool {
	day := s.between(5, 2*s.p.MaxDays+60)
	if day == 0 || s.limitedInYear() {
		return false
	}
	v, ok := s.inHospital(day, 0)
	if !ok {
		return false
	}
	fill := func(v *visit, day calendar.Day) (ks []int) {
		for d := range s.p.MaxDays {
			ks = append(ks, s.add(v, s.p.item, 1, at(day+calendar.Day(d), 11, 0)))
		}
		s.close(v)
		return ks
	}
	fill(v, day)
	second := v.end.Day() + 25
	w := s.again(v, second, 0)
	w.dx[0] = s.codeOf("J18.900")
	return s.miss(w, fill(w, second), note)
}

// limitedInYear says that another point limits the item's days of a year.
func (s *scene) limitedInYear() bool {
	for _, q := range s.p.item.points {
		if q.program == "duration" && q.Mode == "distinct_days" {
			return true
		}
	}
	return false
}

// spanPlay uses a drug later after its first use than is paid for.
var spanPlay = play{
	breaks: []variant{{"自首次使用起超过限期", func(s *scene, note string) bool { return s.span(note, true) }}},
	misses: []variant{{"自首次使用起刚好到限期", func(s *scene, note string) bool { return s.span(note, false) }}},
}

func (s *scene) span(note string, breaks bool) bool {
	last := min(s.to, s.p.to) - calendar.Day(s.r.below(10))
	if s.p.to == calendar.NoDay {
		last = s.to - 3
	}
	first := last - calendar.Day(s.p.MaxDays) + 1
	if breaks {
		first--
	}
	s.day = first
	v, ok := s.counted()
	if !ok || first < s.from-lead {
		return false
	}
	s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	w := s.again(v, last, 0)
	k := s.add(w, s.p.item, 1, at(last, 12, 0))
	s.close(w)
	if !breaks {
		return s.miss(w, []int{k}, note)
	}
	return s.hit(s.p, w, w.whole(k), note)
}
