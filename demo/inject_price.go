package demo

import (
	"strconv"

	"yiheng/ground/calendar"
)

// pricePlay charges above the cap of the institution's level.
var pricePlay = play{
	breaks: []variant{
		{"单价高于限价", func(s *scene, note string) bool { return s.charge(note, chargeBreak{over: 8}) }},
		{"单价高于限价，部分退费后按余量计", func(s *scene, note string) bool { return s.charge(note, chargeBreak{over: 5, back: 1}) }},
	},
	misses: []variant{
		{"单价刚好等于限价", func(s *scene, note string) bool { return s.charge(note, chargeBreak{}) }},
		{"机构不在知识点所属地区", func(s *scene, note string) bool { return s.charge(note, chargeBreak{over: 6, outside: true}) }},
		{"机构等级不明，不判", func(s *scene, note string) bool { return s.charge(note, chargeBreak{over: 8, unknown: true}) }},
		{"单价高于限价但全自费", func(s *scene, note string) bool { return s.charge(note, chargeBreak{over: 8, own: true}) }},
		{"地方限价生效前，全国限价之内", func(s *scene, note string) bool { return s.charge(note, chargeBreak{before: true}) }},
	},
}

type chargeBreak struct {
	over                          int64 // percent above the cap
	back                          int64
	outside, unknown, own, before bool
}

// cap is the price cap of a point for a rank, 0 when it has none.
func (p *ruled) cap(rank int) int64 { return p.MaxPriceFen[strconv.Itoa(rank)] }

func (s *scene) charge(note string, b chargeBreak) bool {
	x, ok := s.need(s.p.item)
	if b.before {
		if s.p.from == calendar.NoDay || s.p.from <= s.from+30 {
			return false
		}
		s.day = s.p.from - 1
	}
	if !ok || s.day == 0 || b.outside && s.p.region == "" {
		return false
	}
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	price := s.p.cap(x.rank) * (100 + b.over) / 100
	switch {
	case b.outside:
		v.org = s.city.secondary[int(s.number)%len(s.city.secondary)]
		v.level, v.region, v.payLoc, v.dept = v.org.level, v.org.region, "2", v.org.department(x.dept)
		v.lines[0].dept = v.dept
	case b.unknown:
		v.org = s.city.unknown[0]
		v.level, v.region, v.payLoc, v.dept = "", v.org.region, "2", v.org.department(x.dept)
		v.lines[0].dept = v.dept
	case b.before:
		price = price * 105 / 100 // above the local cap to come, within the national one
	}
	if v.cappedBelow(s.p.item, price, s.day) && !b.unknown && (b.outside || b.before) {
		return false
	}
	count := 2 + b.back
	if s.limitsDay() || s.p.item.discounted() {
		if b.back > 0 {
			return false
		}
		count = 1
	}
	s.billAt(v, s.p.item, count*unitQty, price, s.noon())
	k := len(v.lines) - 1
	if b.back > 0 {
		s.takeBack(v, k, b.back*unitQty, s.noon()+3600)
	}
	if b.own {
		s.paidAlone(v, k)
	}
	s.close(v)
	if b.over == 0 || b.outside || b.unknown || b.own || b.before {
		return s.miss(v, []int{k}, note)
	}
	_, qty := v.net(k)
	return s.hit(s.p, v, []part{{k, (price - s.p.cap(x.rank)) * qty / unitQty}}, note)
}

// discounted says that a second piece on one day is an operation to be discounted.
func (it *item) discounted() bool {
	for _, p := range it.points {
		if p.program == "discount" {
			return true
		}
	}
	return false
}

// cappedBelow says whether a cap in force at the visit's institution lies below a price.
func (v *visit) cappedBelow(it *item, price int64, day calendar.Day) bool {
	for _, q := range it.points {
		if c := q.cap(v.org.rank); q.program == "price" && q.holds(day, v.region) && c > 0 && price > c {
			return true
		}
	}
	return false
}
