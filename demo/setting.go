package demo

import (
	"slices"

	"yiheng/ground/calendar"
)

// setting is where and of whom something may lawfully be billed.
type setting struct {
	sex         string
	least, most int // age in days
	medType     string
	rank        int
	dept        string
	payLoc      string
	uninsured   bool // no insurance of the city pays for it
	grade       int  // the doctor's title is of this grade at least
	below       int  // 0, or it is of a lower grade than this
}

// kinds of visits that a setting may take, in order of preference.
var medTypes = []string{"11", "2101", "13", "51", "52", "14"}

// need returns a setting in which every point allows the items; ok is false when
// there is none.
func (s *scene) need(items ...*item) (setting, bool) {
	x := setting{sex: s.sex, least: 7000, most: 20000, rank: 2, dept: "A03.02", payLoc: "2"}
	fits := slices.Clone(medTypes)
	aged := false
	narrow := func(a *attributes) {
		if a.Sex != "" {
			x.sex = a.Sex
		}
		if a.AgeMinYears != nil || a.AgeMaxYears != nil || a.AgeMaxDays != nil {
			lo, hi := a.bounds()
			if !aged {
				x.least, x.most, aged = lo, hi, true
			}
			x.least, x.most = max(x.least, lo), min(x.most, hi)
		}
		if len(a.MedTypes) > 0 {
			fits = slices.DeleteFunc(fits, func(t string) bool { return !hasPrefix(t, a.MedTypes) })
		}
		x.rank = max(x.rank, a.LevelMin)
		x.grade = max(x.grade, a.DrGradeMin)
		if len(a.Depts) > 0 {
			x.dept = a.Depts[0]
		}
		if len(a.Insutypes) > 0 && !slices.Contains(a.Insutypes, "310") {
			x.uninsured = true
		}
	}
	for _, it := range items {
		for _, p := range it.points {
			if p.program != "attribute" {
				continue
			}
			narrow(&p.attributes)
			if n := len(p.AnyOf); n > 0 { // maternity: by the kind of visit
				narrow(&p.AnyOf[n-1])
				x.sex, x.least, x.most, aged = "2", 9000, 13000, true
			}
		}
	}
	if len(fits) == 0 || x.least > x.most {
		return x, false
	}
	x.medType = fits[0]
	if x.medType == "51" || x.medType == "52" {
		x.sex, x.dept = "2", "A05.02"
	}
	return x, true
}

// bounds are the ages in days that are surely within a.
func (a *attributes) bounds() (lo, hi int) {
	lo, hi = 0, 29000
	if a.AgeMinYears != nil {
		lo = *a.AgeMinYears*366 + 1
	}
	if a.AgeMaxYears != nil {
		hi = *a.AgeMaxYears * 365
		if hi == 0 {
			hi = 300
		}
	}
	if a.AgeMaxDays != nil {
		hi = *a.AgeMaxDays
	}
	return lo, hi
}

// enter makes the person fit the setting on a day.
func (s *scene) enter(x setting, day calendar.Day) {
	s.sex = x.sex
	age := x.least + (x.most-x.least)/2
	s.birth = day - calendar.Day(age)
	s.reinsure()
}

// reinsure and identify the person again after sex or birth changed.
func (s *scene) reinsure() {
	h := hash(s.seed, uint64(s.number), 13)
	s.generator.identify(s.life, h)
	s.insure(h, s.from)
	if s.birth > s.from {
		s.insutype, s.psnType = "390", "1401"
	}
}

// orgOf returns the n-th institution of a rank, in the region of the scene's point.
func (s *scene) orgOf(rank, n int) *institution {
	list := [][]*institution{s.city.clinics, s.city.primary, s.city.secondary, s.city.tertiary}[rank]
	if abroad := s.p.region != "" && !s.p.covers(cityCode); abroad != s.away {
		list = s.city.away[2:]
		if rank == 3 {
			list = s.city.away[:2]
		}
	}
	return list[(int(s.number)+n)%len(list)]
}

// visit opens a visit of the setting on a day; n tells institutions apart.
func (s *scene) visit(x setting, day calendar.Day, n int) *visit {
	hour := 9
	v := s.open(s.orgOf(x.rank, n), x.dept, x.medType, at(day, hour, 5), s.r)
	if x.payLoc == "5" {
		v.payLoc = "5"
	}
	v.choose(x)
	dx := "J06.900"
	if v.stay() {
		dx = "K29.500"
	}
	v.dx = append(v.dx, s.codeOf(dx))
	if !v.stay() {
		s.add(v, s.neutralOf(n), 1, at(day, hour, 20))
	}
	return v
}

// choose finds a doctor of the title that the setting asks for.
func (v *visit) choose(x setting) {
	if x.grade == 0 && x.below == 0 {
		return
	}
	for k, d := range v.dept.doctors {
		if d.grade >= x.grade && (x.below == 0 || d.grade < x.below) {
			v.doctor = k
			return
		}
	}
}

// neutralOf returns an item that no point rules on.
func (s *scene) neutralOf(n int) *item { return s.neutral[(int(s.number)*3+n)%len(s.neutral)] }

// add bills a line and returns its position. An operation that a point maps to a
// code is coded as well.
func (s *scene) add(v *visit, it *item, count int64, t calendar.Time) int {
	s.bill(v, it, count, t)
	if len(v.ops) == 0 && v.stay() {
		if c := s.operationFor(it); c != nil {
			v.operate(c, true, t)
		}
	}
	return len(v.lines) - 1
}

func (s *scene) operationFor(it *item) *code {
	for _, p := range s.points {
		if to := p.Map[it.code]; len(to) > 0 {
			return s.firstWith(to[0])
		}
	}
	return nil
}

// care bills the daily care of a stay from its first day to the day before end,
// leaving out what the scene's point is about.
func (s *scene) care(v *visit, end calendar.Day) {
	for d := v.begin.Day(); d < end; d++ {
		for _, it := range []*item{s.bed, s.rounds, s.nursing[1]} {
			if it != s.p.item && it != s.p.otherItem {
				s.bill(v, it, 1, at(d, 17, 0))
			}
		}
		s.bill(v, s.neutralOf(int(d)%3), 1, at(d, 17, 5))
	}
}

// close settles a visit: a stay on the day after its last line, with its care.
func (s *scene) close(v *visit) {
	last := v.begin
	for k := range v.lines {
		last = max(last, v.lines[k].at)
	}
	if !v.stay() {
		s.settle(v, last+1800)
		return
	}
	end := max(last.Day()+1, v.begin.Day()+3)
	s.care(v, end)
	s.settle(v, at(end, 10, 30))
}
