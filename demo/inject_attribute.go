package demo

import (
	"slices"

	"yiheng/ground/calendar"
)

// attributePlay breaks a limit on who, where and how.
var attributePlay = play{
	breaks: []variant{
		{"不符合限定", (*scene).breakPlain},
		{"不符合限定，部分退费后按余量计", (*scene).breakPartly},
		{"不符合限定，其中一行全自费不计", (*scene).breakBesideOwn},
	},
	misses: []variant{
		{"合规使用", (*scene).useLawfully},
		{"不符合限定但全自费", (*scene).useOwnExpense},
		{"不符合限定但该行已退费", (*scene).useRefunded},
		{"不符合限定但整笔结算已退", (*scene).useSettlementRefunded},
		{"事实不明，不判", (*scene).useUnknown},
		{"知识点生效前一日", (*scene).useBefore},
		{"新生儿挂父母账户，性别年龄不明", (*scene).useNewborn},
		{"明细无效", (*scene).useInvalid},
	},
}

// outside changes a setting so that the scene's point no longer allows it.
func (s *scene) outside(x setting) (setting, bool) {
	p := s.p
	switch {
	case p.Sex != "":
		x.sex = string('1' + '2' - p.Sex[0])
	case p.AgeMaxYears != nil || p.AgeMaxDays != nil || p.AgeMinYears != nil:
		x.least, x.most = p.outsideAge()
	case len(p.MedTypes) > 0:
		x.medType = firstOutside([]string{"11", "14", "2101"}, p.MedTypes)
	case p.LevelMin > 0:
		x.rank = p.LevelMin - 1 - s.r.below(p.LevelMin)
	case len(p.Depts) > 0:
		x.dept = "A02"
	case p.NotInternet:
		x.payLoc, x.medType = "5", "11"
	case len(p.Insutypes) > 0:
		x.uninsured = false
	case len(p.AnyOf) > 0:
		x.medType = "11"
	case p.DrGradeMin > 0:
		x.grade, x.below = 0, p.DrGradeMin
	default:
		return x, false
	}
	return x, true
}

// outsideAge is an age in days just beyond p's bounds: the birthday itself above, the
// day before the birthday below. It is the same number twice; birthdays are set
// exactly by enterExactly.
func (p *ruled) outsideAge() (lo, hi int) {
	switch {
	case p.AgeMaxDays != nil:
		return *p.AgeMaxDays + 1, *p.AgeMaxDays + 1
	case p.AgeMaxYears != nil:
		d := (*p.AgeMaxYears+1)*366 + 40
		return d, d
	}
	d := *p.AgeMinYears*365 - 20
	return d, d
}

func firstOutside(of, prefixes []string) string {
	for _, t := range of {
		if !hasPrefix(t, prefixes) {
			return t
		}
	}
	return of[0]
}

// onEdge moves the person's birthday to the day of the use, so that the age limit is
// just passed, or just not yet.
func (s *scene) onEdge(day calendar.Day, beyond bool) {
	y, m, d := day.Civil()
	if m == 2 && d == 29 {
		return
	}
	switch {
	case s.p.AgeMaxYears != nil:
		s.birth = calendar.DayOf(y-*s.p.AgeMaxYears-1, m, d)
		if !beyond {
			s.birth++
		}
	case s.p.AgeMinYears != nil:
		s.birth = calendar.DayOf(y-*s.p.AgeMinYears, m, d)
		if beyond {
			s.birth++
		}
	case s.p.AgeMaxDays != nil:
		s.birth = day - calendar.Day(*s.p.AgeMaxDays)
		if beyond {
			s.birth--
		}
	default:
		return
	}
	s.reinsure()
}

// break0 opens a visit that breaks the point.
func (s *scene) break0(day calendar.Day) (*visit, bool) {
	x, ok := s.need(s.p.item)
	if !ok || day == 0 {
		return nil, false
	}
	if x, ok = s.outside(x); !ok {
		return nil, false
	}
	s.enter(x, day)
	if s.number%2 == 0 {
		s.onEdge(day, true)
	}
	return s.visit(x, day, 0), true
}

func (s *scene) noon() calendar.Time { return at(s.day, 12, 10) }

// object writes down the hit and those of other points that the same use breaks.
func (s *scene) object(v *visit, parts []part, note string) bool {
	s.hit(s.p, v, parts, note)
	for _, q := range s.others(v) {
		s.hit(q, v, slices.Clone(parts), note+"（同一行并触）")
	}
	return true
}

// others are the other attribute points of the item that its use in v breaks too.
func (s *scene) others(v *visit) (out []*ruled) {
	u := v.use(s.day, v.dept.code)
	for _, q := range s.p.item.points {
		if q != s.p && q.program == "attribute" && q.holds(s.day, v.region) && !q.permits(u) {
			out = append(out, q)
		}
	}
	return out
}

func (s *scene) breakPlain(note string) bool {
	v, ok := s.break0(s.day)
	if !ok {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	s.close(v)
	return s.object(v, v.whole(k), note)
}

func (s *scene) breakPartly(note string) bool {
	v, ok := s.break0(s.day)
	if !ok || s.limitsDay() {
		return false
	}
	k := s.add(v, s.p.item, 3, s.noon())
	s.takeBack(v, k, 2*unitQty, s.noon()+3600)
	s.close(v)
	return s.object(v, v.whole(k), note)
}

// limitsDay says that more than one piece of the item a day breaks another point.
func (s *scene) limitsDay() bool {
	return slices.ContainsFunc(s.p.item.points, func(p *ruled) bool { return p.program == "quantity" && p.Max < 3 })
}

func (s *scene) breakBesideOwn(note string) bool {
	v, ok := s.break0(s.day)
	if !ok || s.limitsDay() {
		return false
	}
	k := s.add(v, s.p.item, 1, s.noon())
	j := s.add(v, s.p.item, 1, s.noon()+600)
	s.paidAlone(v, j)
	s.close(v)
	return s.object(v, v.whole(k), note)
}
