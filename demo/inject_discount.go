package demo

import "yiheng/ground/calendar"

// discountPlay charges the second operation through one incision without discount.
var discountPlay = play{
	breaks: []variant{
		{"同日同组第二台手术未折价", func(s *scene, note string) bool { return s.operateTwice(note, twoBreak{}) }},
		{"同一手术一行两台未折价", (*scene).operateDouble},
		{"同日同组三台手术，后两台未折价", (*scene).operateThrice},
	},
	misses: []variant{
		{"第二台刚好按比例折价", func(s *scene, note string) bool { return s.operateTwice(note, twoBreak{discounted: true}) }},
		{"两台手术不在同日", func(s *scene, note string) bool { return s.operateTwice(note, twoBreak{apart: 2}) }},
		{"第二台已退费", func(s *scene, note string) bool { return s.operateTwice(note, twoBreak{back: true}) }},
		{"第二台全自费", func(s *scene, note string) bool { return s.operateTwice(note, twoBreak{own: true}) }},
		{"折价知识点生效前一日", func(s *scene, note string) bool { return s.operateTwice(note, twoBreak{before: true}) }},
		{"两台手术不同组", func(s *scene, note string) bool { return s.operateTwice(note, twoBreak{other: true}) }},
	},
}

type twoBreak struct {
	discounted, back, own, before, other bool
	apart                                calendar.Day
}

// partner is another operation of the point's group, or of another group.
func (s *scene) partner(other bool, not ...*item) *ruled {
	var all []*ruled
next:
	for _, q := range s.points {
		if q.program != "discount" || (q.Group == s.p.Group) == other || q.item == s.p.item || s.conflicting(q.item, s.p.item) {
			continue
		}
		if x, ok := s.need(s.p.item, q.item); !ok || x.sex != s.needSex(q.item, x.sex) {
			continue
		}
		for _, it := range not {
			if q.item == it || s.conflicting(q.item, it) {
				continue next
			}
		}
		all = append(all, q)
	}
	if len(all) == 0 {
		return nil
	}
	return pick(s.r, all)
}

// needSex is the sex that an item is for, else the given one.
func (s *scene) needSex(it *item, sex string) string {
	for _, p := range it.points {
		if p.program == "attribute" && p.Sex != "" {
			return p.Sex
		}
	}
	return sex
}

// conflicting says whether one of two items includes the other.
func (s *scene) conflicting(a, b *item) bool {
	for _, p := range s.points {
		if p.program == "conflict" && (p.item == a && p.otherItem == b || p.item == b && p.otherItem == a) {
			return true
		}
	}
	return false
}

// theatre opens a stay for operations at full price on a day.
func (s *scene) theatre(items ...*item) (*visit, setting, bool) {
	x, ok := s.need(items...)
	if !ok || s.day == 0 {
		return nil, x, false
	}
	x.medType, x.dept = "2101", "A04.01"
	s.enter(x, s.day)
	return s.visit(x, s.day-1, 0), x, true
}

// capOf is the cap in force for an item at the visit.
func (s *scene) capOf(v *visit, it *item) int64 {
	for _, q := range it.points {
		if q.program == "price" && q.holds(s.day, v.region) {
			return q.cap(v.org.rank)
		}
	}
	return 0
}

func (s *scene) operateTwice(note string, b twoBreak) bool {
	if b.before {
		if s.p.from <= s.from+30 {
			return false
		}
		s.day = s.p.from - 1
	}
	q := s.partner(b.other)
	if q == nil {
		return false
	}
	v, _, ok := s.theatre(s.p.item, q.item)
	if !ok {
		return false
	}
	dear, cheap := s.p, q
	if s.capOf(v, cheap.item) > s.capOf(v, dear.item) {
		dear, cheap = cheap, dear
	}
	s.add(v, dear.item, 1, s.noon())
	price := s.capOf(v, cheap.item)
	allowed := int64(float64(price)*cheap.Ratio + 0.5)
	if b.discounted {
		price = allowed
	}
	t := s.noon() + 60 + calendar.Time(b.apart)*86400
	s.billAt(v, cheap.item, unitQty, price, t)
	k := len(v.lines) - 1
	if b.back {
		s.takeBack(v, k, unitQty, t+3600)
	}
	if b.own {
		s.paidAlone(v, k)
	}
	s.codeFirst(v)
	s.close(v)
	if b != (twoBreak{}) {
		return s.miss(v, []int{k}, note)
	}
	return s.hit(cheap, v, []part{{k, price - allowed}}, note)
}

// codeFirst codes the first billed operation that a point maps to a code.
func (s *scene) codeFirst(v *visit) {
	for k := range v.lines {
		if c := s.operationFor(v.lines[k].item); c != nil && len(v.ops) == 0 {
			v.operate(c, true, v.lines[k].at)
		}
	}
}

func (s *scene) operateDouble(note string) bool {
	v, _, ok := s.theatre(s.p.item)
	if !ok {
		return false
	}
	k := s.add(v, s.p.item, 2, s.noon())
	s.codeFirst(v)
	s.close(v)
	price := s.capOf(v, s.p.item)
	return s.hit(s.p, v, []part{{k, price - int64(float64(price)*s.p.Ratio+0.5)}}, note)
}

func (s *scene) operateThrice(note string) bool {
	q := s.partner(false)
	if q == nil {
		return false
	}
	z := s.partner(false, q.item)
	if z == nil {
		return false
	}
	v, _, ok := s.theatre(s.p.item, q.item, z.item)
	if !ok {
		return false
	}
	ps := []*ruled{s.p, q, z}
	ks := make([]int, len(ps))
	dear := 0
	for i, p := range ps {
		ks[i] = s.add(v, p.item, 1, s.noon()+calendar.Time(i))
		if s.capOf(v, p.item) > s.capOf(v, ps[dear].item) {
			dear = i
		}
	}
	s.close(v)
	for i, p := range ps {
		if i != dear {
			price := s.capOf(v, p.item)
			s.hit(p, v, []part{{ks[i], price - int64(float64(price)*p.Ratio+0.5)}}, note)
		}
	}
	return true
}
