package demo

import (
	"cmp"
	"slices"

	"yiheng/ground/calendar"
)

// partsPlay bills a composite as its parts.
var partsPlay = play{
	breaks: []variant{
		{"应合并收费的项目分解收费", func(s *scene, note string) bool { return s.parted(note, partsBreak{}) }},
		{"分解收费，其中一项全自费仍计入项数", func(s *scene, note string) bool { return s.parted(note, partsBreak{ownOne: true}) }},
		{"分解收费，同时收取合并项目", func(s *scene, note string) bool { return s.parted(note, partsBreak{whole: true}) }},
		{"分解收费，其中一项收了两次、部分退费", func(s *scene, note string) bool { return s.parted(note, partsBreak{twice: true}) }},
	},
	misses: []variant{
		{"差一项不到分解的项数", func(s *scene, note string) bool { return s.parted(note, partsBreak{fewer: true}) }},
		{"差一项，其中一项收了两次", func(s *scene, note string) bool { return s.parted(note, partsBreak{fewer: true, twice: true}) }},
		{"分在两日收取", func(s *scene, note string) bool { return s.parted(note, partsBreak{apart: 1}) }},
		{"同日两次就诊各收一部分", func(s *scene, note string) bool { return s.parted(note, partsBreak{visits: true}) }},
		{"其中一项已退费", func(s *scene, note string) bool { return s.parted(note, partsBreak{backOne: true}) }},
		{"分解收费但全自费", func(s *scene, note string) bool { return s.parted(note, partsBreak{own: true}) }},
		{"知识点生效前一日", func(s *scene, note string) bool { return s.parted(note, partsBreak{before: true}) }},
		{"只收合并项目", func(s *scene, note string) bool { return s.parted(note, partsBreak{whole: true, fewer: true}) }},
		{"分解收费但总价不超过合并项目的限价", func(s *scene, note string) bool { return s.parted(note, partsBreak{cheap: true}) }},
	},
}

type partsBreak struct {
	ownOne, whole, twice, fewer, backOne, own, before, cheap, visits bool
	apart                                                            calendar.Day
}

func (b partsBreak) lawful() bool {
	return b.fewer || b.apart > 0 || b.backOne || b.own || b.before || b.cheap || b.visits
}

func (s *scene) parted(note string, b partsBreak) bool {
	limit := s.composite()
	switch {
	case b.before && s.p.from <= s.from+30, b.cheap && limit == 0:
		return false
	case b.before:
		s.day = s.p.from - 1
	}
	v, ok := s.counted()
	if !ok {
		return false
	}
	b.fewer = b.fewer || b.visits
	ks := s.billParts(v, b, limit)
	if b.visits {
		s.close(v)
		v = s.again(v, s.day, 0)
		s.bill(v, s.byCode[s.p.Parts[(s.p.Min-1+int(s.number))%len(s.p.Parts)]], 1, s.noon()+3*3600)
		ks = []int{len(v.lines) - 1}
	}
	if b.whole {
		s.add(v, s.p.item, 1, s.noon()+7200)
	}
	if b.backOne {
		s.takeBack(v, ks[0], v.lines[ks[0]].qty, s.noon()+9000)
	}
	for i, k := range ks {
		if b.own || b.ownOne && i == 1 {
			s.paidAlone(v, k)
		}
	}
	s.close(v)
	if b.lawful() {
		return s.miss(v, ks, note)
	}
	return s.hit(s.p, v, v.past(v.whole(ks...), limit), note)
}

// billParts bills as many different parts as make a split, or one fewer.
func (s *scene) billParts(v *visit, b partsBreak, limit int64) (ks []int) {
	n := s.p.Min
	if b.fewer {
		n--
	}
	if b.fewer && b.whole {
		n = 1
	}
	for i := range n {
		it := s.byCode[s.p.Parts[(i+int(s.number))%len(s.p.Parts)]]
		t := s.noon() + calendar.Time(i)*600
		if i == n-1 {
			t += calendar.Time(b.apart) * 86400
		}
		if b.cheap {
			s.billAt(v, it, unitQty, limit/int64(n), t)
		} else {
			s.bill(v, it, 1, t)
		}
		ks = append(ks, len(v.lines)-1)
		if b.twice && i == 0 {
			s.bill(v, it, 3, t+60)
			k := len(v.lines) - 1
			s.takeBack(v, k, unitQty, t+3600)
			ks = append(ks, k)
		}
	}
	return ks
}

// composite is the price cap of the composite, 0 when there is none.
func (s *scene) composite() int64 {
	for _, q := range s.p.item.points {
		if q.program == "price" && q.holds(s.day, cityCode) {
			return q.cap(2)
		}
	}
	return 0
}

// past leaves the first limit fen out of parts in the order of their lines.
func (v *visit) past(all []part, limit int64) (out []part) {
	slices.SortFunc(all, func(a, b part) int {
		x, y := &v.lines[a.k], &v.lines[b.k]
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.serial, y.serial))
	})
	for _, x := range all {
		kept := min(limit, x.own)
		limit -= kept
		if x.own > kept {
			out = append(out, part{x.k, x.own - kept})
		}
	}
	return out
}
