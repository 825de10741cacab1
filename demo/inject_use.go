package demo

import (
	"slices"

	"yiheng/ground/calendar"
)

func (s *scene) useLawfully(note string) bool {
	x, ok := s.need(s.p.item)
	if !ok || x.uninsured || s.day == 0 {
		return false
	}
	s.enter(x, s.day)
	if s.alone() && s.number%2 == 0 {
		s.onEdge(s.day, false)
	}
	v := s.visit(x, s.day, 0)
	k := s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	return s.miss(v, []int{k}, note)
}

// alone says that no other attribute point rules on the item.
func (s *scene) alone() bool {
	return !slices.ContainsFunc(s.p.item.points, func(p *ruled) bool { return p != s.p && p.program == "attribute" })
}

func (s *scene) useOwnExpense(note string) bool {
	v, ok := s.break0(s.day)
	if !ok {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	s.paidAlone(v, k)
	s.close(v)
	return s.miss(v, []int{k}, note)
}

func (s *scene) useRefunded(note string) bool {
	v, ok := s.break0(s.day)
	if !ok {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	x := s.takeBack(v, k, v.lines[k].qty, s.noon()+3600)
	if s.number%2 == 0 {
		x.refunds = 0 // a refund that does not name its line
	}
	s.close(v)
	return s.miss(v, []int{k}, note)
}

func (s *scene) useSettlementRefunded(note string) bool {
	v, ok := s.break0(s.day)
	if !ok {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	s.refundAll(v, 0, v.end+86400, s.number%2 == 0)
	return s.miss(v, []int{k}, note)
}

func (s *scene) useInvalid(note string) bool {
	v, ok := s.break0(s.day)
	if !ok {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	v.lines[k].invalid = true
	s.close(v)
	return s.miss(v, []int{k}, note)
}

// useUnknown hides the fact that would decide.
func (s *scene) useUnknown(note string) bool {
	x, ok := s.need(s.p.item)
	if !ok || s.day == 0 || !s.alone() {
		return false
	}
	if x, ok = s.outside(x); !ok {
		return false
	}
	s.enter(x, s.day)
	hideDept := false
	switch {
	case s.p.Sex != "":
		s.sex = ""
	case s.p.AgeMaxYears != nil || s.p.AgeMaxDays != nil || s.p.AgeMinYears != nil:
		s.birth = calendar.NoDay
	case len(s.p.Depts) > 0:
		hideDept = true
	case s.p.LevelMin == 0 && s.p.DrGradeMin == 0:
		return false
	}
	v := s.visit(x, s.day, 0)
	if s.p.LevelMin > 0 {
		v.org = s.city.unknown[int(s.number)%len(s.city.unknown)]
		v.level, v.region, v.dept = "", v.org.region, v.org.department(x.dept)
		v.lines[0].dept = v.dept
	}
	k := s.add(v, s.p.item, 1, s.noon())
	if hideDept {
		v.lines[k].dept = nil
	}
	v.lines[k].stranger = s.p.DrGradeMin > 0
	s.close(v)
	return s.miss(v, []int{k}, note)
}

// useBefore breaks the point on the day before it is in force.
func (s *scene) useBefore(note string) bool {
	if s.p.from == calendar.NoDay || s.p.from <= s.from+30 {
		return false
	}
	s.day = min(s.p.from-1, s.to)
	v, ok := s.break0(s.day)
	if !ok || len(s.others(v)) > 0 {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	return s.miss(v, []int{k}, note)
}

// useNewborn bills to a newborn on an adult's account.
func (s *scene) useNewborn(note string) bool {
	p := s.p
	x, ok := s.need(p.item)
	if !ok || s.day == 0 || x.uninsured || p.Sex == "" && p.AgeMaxYears == nil && p.AgeMaxDays == nil || !s.alone() {
		return false
	}
	x.medType = "2109"
	x.sex, x.least, x.most = "2", 10500, 11500
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	v.newborn = true
	k := s.add(v, p.item, 1, s.noon())
	s.close(v)
	return s.miss(v, []int{k}, note)
}
