package demo

// neverPlay bills what is never payable.
var neverPlay = play{
	breaks: []variant{
		{"不予支付的饮片", func(s *scene, note string) bool { return s.piece(note, true, 0) }},
		{"不予支付的饮片，部分退费后按余量计", func(s *scene, note string) bool { return s.piece(note, true, 14) }},
	},
	misses: []variant{
		{"不予支付的饮片但全自费", func(s *scene, note string) bool { return s.piece(note, false, 0) }},
		{"不予支付的饮片但已退费", func(s *scene, note string) bool { return s.piece(note, false, 28) }},
	},
}

// alonePlay bills prescriptions of herbal pieces that are not payable alone.
var alonePlay = play{
	breaks: []variant{
		{"单味饮片处方", func(s *scene, note string) bool { return s.pieces(note, true, 1, 0) }},
		{"处方全由单独使用不予支付的饮片组成", func(s *scene, note string) bool { return s.pieces(note, true, 3, 0) }},
		{"无处方号，当日只此一味", func(s *scene, note string) bool { return s.pieces(note, true, 1, -1) }},
	},
	misses: []variant{
		{"与其他饮片同方", func(s *scene, note string) bool { return s.pieces(note, false, 1, 4) }},
		{"单味饮片但全自费", func(s *scene, note string) bool { return s.pieces(note, false, 1, 0) }},
		{"三味所列饮片与一味其他饮片同方", func(s *scene, note string) bool { return s.pieces(note, false, 3, 1) }},
	},
}

// herbVisit opens a visit that writes a prescription of herbal pieces.
func (s *scene) herbVisit() *visit {
	x, _ := s.need()
	x.dept = "A50"
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	v.rx = 2
	return v
}

// piece bills a forbidden piece among others; back is how much of it is refunded.
func (s *scene) piece(note string, breaks bool, back int64) bool {
	if s.day == 0 {
		return false
	}
	v := s.herbVisit()
	s.herbal(s.life, v, 5, 1, s.noon(), s.r)
	k := s.add(v, s.p.item, 28, s.noon())
	if back > 0 {
		s.takeBack(v, k, back*unitQty, s.noon()+3600)
	}
	if !breaks && back == 0 {
		s.paidAlone(v, k)
	}
	s.close(v)
	if !breaks {
		return s.miss(v, []int{k}, note)
	}
	return s.hit(s.p, v, v.whole(k), note)
}

// pieces bills so many listed pieces, the scene's first, and so many others; others
// -1: without a prescription number.
func (s *scene) pieces(note string, breaks bool, listed, others int) bool {
	if s.day == 0 {
		return false
	}
	v := s.herbVisit()
	ks := []int{s.add(v, s.p.item, 21, s.noon())}
	at := 0
	for s.listed[at] != s.p.item {
		at++
	}
	for k := 1; k < listed; k++ {
		ks = append(ks, s.add(v, s.listed[(at+k)%len(s.listed)], 21, s.noon()))
	}
	if others > 0 {
		s.herbal(s.life, v, others, 0, s.noon(), s.r)
	}
	for _, k := range ks {
		v.lines[k].noRx = others < 0
		if !breaks && others == 0 {
			s.paidAlone(v, k)
		}
	}
	s.close(v)
	if !breaks {
		return s.miss(v, ks, note)
	}
	for _, k := range ks {
		s.hit(v.lines[k].item.aloneOf(), v, v.whole(k), note)
	}
	return true
}

func (it *item) aloneOf() *ruled {
	for _, p := range it.points {
		if p.Mode == "alone" {
			return p
		}
	}
	return nil
}
