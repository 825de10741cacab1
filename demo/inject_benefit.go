package demo

import "yiheng/ground/calendar"

// benefitPlay settles under a special disease what its list does not carry.
var benefitPlay = play{
	breaks: append(plainly("病种待遇目录外的药品", outsideBenefit),
		variant{"明细上的病种，目录外的药品", func(s *scene, note string) bool { return s.benefited(note, benefitUse{byLine: true}) }},
		variant{"目录内外各一种药", func(s *scene, note string) bool { return s.benefited(note, benefitUse{beside: true}) }},
	),
	misses: append(twists(outsideBenefit),
		variant{"病种待遇目录内的药品", func(s *scene, note string) bool { return s.benefited(note, benefitUse{listed: true}) }},
		variant{"没有按病种结算", func(s *scene, note string) bool { return s.benefited(note, benefitUse{none: true}) }},
		variant{"明细上的病种另有所属，先于就诊上的病种", func(s *scene, note string) bool { return s.benefited(note, benefitUse{otherLine: true}) }},
		variant{"没有目录的病种", func(s *scene, note string) bool { return s.benefited(note, benefitUse{other: true}) }},
		variant{"目录只管药品，项目不判", func(s *scene, note string) bool { return s.benefited(note, benefitUse{service: true}) }},
	),
}

type benefitUse struct{ byLine, beside, listed, none, other, otherLine, service bool }

// benefitVisit opens a visit for a special disease.
func (s *scene) benefitVisit() (*visit, bool) {
	if s.day == 0 {
		return nil, false
	}
	x, _ := s.need()
	x.medType = "14"
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	v.dise = s.p.Benefit
	return v, true
}

// stranger is a drug that no list carries.
func (s *scene) unlistedDrug() *item { return s.neutralDrugs[int(s.number)%len(s.neutralDrugs)] }

func outsideBenefit(s *scene) (*visit, []int, bool) {
	v, ok := s.benefitVisit()
	if !ok {
		return nil, nil, false
	}
	stands := s.benefitPoint(s.day)
	if s.day < s.p.from && stands.holds(s.day, cityCode) {
		return nil, nil, false // another point makes the list
	}
	s.p = stands
	return v, []int{s.add(v, s.unlistedDrug(), s.each, s.noon())}, true
}

// benefitPoint is the point that a finding of the scene's benefit stands under: the
// one without a code, else the one with the smallest id.
func (s *scene) benefitPoint(day calendar.Day) *ruled {
	best := s.p
	for _, q := range s.points {
		if q.program != "benefit" || q.Benefit != s.p.Benefit || !q.holds(day, cityCode) {
			continue
		}
		if (q.code == "") != (best.code == "") && q.code == "" || (q.code == "") == (best.code == "") && q.id < best.id {
			best = q
		}
	}
	return best
}

func (s *scene) benefited(note string, b benefitUse) bool {
	v, ok := s.benefitVisit()
	if !ok || b.listed && s.p.item == nil {
		return false
	}
	listed := s.p.item
	if listed == nil {
		listed = s.sibling()
	}
	s.p = s.benefitPoint(s.day)
	it := s.unlistedDrug()
	switch {
	case b.listed:
		it = listed
	case b.service:
		it = s.neutralOf(4)
	case b.none:
		v.dise = ""
	case b.other:
		v.dise = "M99900"
	case b.byLine:
		v.dise = ""
	case b.beside:
		s.add(v, listed, 1, s.noon()-600)
	}
	k := s.add(v, it, 1, s.noon())
	if b.byLine {
		v.lines[k].dise = s.p.Benefit
	}
	if b.otherLine {
		v.lines[k].dise = "M99900"
	}
	s.close(v)
	if b.byLine || b.beside {
		return s.hit(s.p, v, v.whole(k), note)
	}
	return s.miss(v, []int{k}, note)
}

// sibling is a drug of the scene's benefit.
func (s *scene) sibling() *item {
	for _, q := range s.points {
		if q.program == "benefit" && q.Benefit == s.p.Benefit && q.item != nil {
			return q.item
		}
	}
	return nil
}

// amountPlay has the fund pay more for a service in a year than it may.
var amountPlay = play{
	breaks: []variant{
		{"年度基金支付超上限，末次部分超出", func(s *scene, note string) bool { return s.yearly(note, yearUse{insutype: "310", visits: 3}) }},
		{"年度基金支付超上限，后两次超出", func(s *scene, note string) bool {
			return s.yearly(note, yearUse{insutype: "310", visits: 4, elsewhere: true})
		}},
		{"与其他费用同在一笔结算", func(s *scene, note string) bool {
			return s.yearly(note, yearUse{insutype: "310", visits: 3, beside: true})
		}},
		{"住院，有起付线", func(s *scene, note string) bool {
			return s.yearly(note, yearUse{insutype: "310", visits: 4, stay: true})
		}},
		{"居民医保年度基金支付超上限", func(s *scene, note string) bool { return s.yearly(note, yearUse{insutype: "390", visits: 4}) }},
	},
	misses: []variant{
		{"年度基金支付刚好到上限", func(s *scene, note string) bool { return s.yearly(note, yearUse{insutype: "390", visits: 3}) }},
		{"年度基金支付在上限之内", func(s *scene, note string) bool { return s.yearly(note, yearUse{insutype: "310", visits: 2}) }},
		{"超出的一次全自费", func(s *scene, note string) bool {
			return s.yearly(note, yearUse{insutype: "390", visits: 4, own: true})
		}},
		{"超出的一次已退费", func(s *scene, note string) bool {
			return s.yearly(note, yearUse{insutype: "390", visits: 4, back: true})
		}},
		{"首次的结算已退，其余刚好到上限", func(s *scene, note string) bool {
			return s.yearly(note, yearUse{insutype: "390", visits: 4, undone: true})
		}},
	},
}

type yearUse struct {
	insutype                     string
	visits                       int
	elsewhere, own, back, undone bool
	beside                       bool // with other lines in the settlement
	stay                         bool
}

// yearly bills the point's item, one piece a visit, in several months.
func (s *scene) yearly(note string, u yearUse) bool {
	s.day = s.between(10, 40*u.visits+20)
	x, ok := s.need(s.p.item)
	if !ok || s.day == 0 || s.day.Year() != (s.day+calendar.Day(40*u.visits)).Year() {
		return false
	}
	s.enter(x, s.day)
	s.insutype = u.insutype
	var paid int64
	for n := range u.visits {
		v, k := s.session(x, n, u)
		last := n == u.visits-1
		if last && u.back {
			s.takeBack(v, k, unitQty, v.begin+7200)
		}
		if last && u.own {
			s.paidAlone(v, k)
		}
		s.close(v)
		if n == 0 && u.undone {
			s.refundAll(v, 0, v.end+86400, s.number%2 == 0)
			continue
		}
		inscp, _ := v.net(k)
		fund := roundDiv(inscp*v.settlements[0].fund, max(1, v.settlements[0].inscp))
		over := min(fund, paid+fund-s.p.MaxFen)
		paid += fund
		if over > 0 {
			s.hit(v.lines[k].item.amountOf(), v, []part{{k, roundDiv(inscp*over, fund)}}, note)
		}
	}
	if len(s.truths) == 0 {
		return s.miss(s.visits[u.visits-1], nil, note)
	}
	return true
}

// session is the n-th visit of a scene with nothing but one of the item, or of
// another of its group.
func (s *scene) session(x setting, n int, u yearUse) (*visit, int) {
	day := s.day + calendar.Day(40*n)
	org := 0
	if u.elsewhere {
		org = n
	}
	medType := "11"
	if u.stay {
		medType = "2101"
	}
	v := s.open(s.orgOf(x.rank, org), x.dept, medType, at(day, 9, 30), s.r)
	v.dx = append(v.dx, s.codeOf([]string{"H40.900", "L08.900", "H10.900", "K29.500"}[n]))
	if u.beside {
		s.add(v, s.neutralOf(n), 1, at(day, 9, 40))
	}
	it := s.p.item
	if n == 1 && s.p.Group != "" {
		it = s.groupItem()
	}
	return v, s.add(v, it, 1, at(day, 10, 0))
}

// groupItem is another item of the point's group.
func (s *scene) groupItem() *item {
	for _, q := range s.points {
		if q.program == "amount" && q.Group == s.p.Group && q != s.p {
			return q.item
		}
	}
	return s.p.item
}

func (it *item) amountOf() *ruled {
	for _, p := range it.points {
		if p.program == "amount" {
			return p
		}
	}
	return nil
}
