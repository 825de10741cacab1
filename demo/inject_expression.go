package demo

// expressionPlay bills more of the item in one line than the city's own check allows:
// two (own.csv, YZ-BD-0001).
var expressionPlay = play{
	breaks: plainly("一行数量超过两次", nebulised(2)),
	misses: append(twists(nebulised(2)), missed("一行刚好两次", nebulised(1)), missed("两行各一次", nebulisedTwice)),
}

func nebulised(more int64) build {
	return func(s *scene) (*visit, []int, bool) {
		v, ok := s.counted()
		if !ok {
			return nil, nil, false
		}
		return v, []int{s.add(v, s.p.item, s.each+more, s.noon())}, true
	}
}

func nebulisedTwice(s *scene) (*visit, []int, bool) {
	v, ok := s.counted()
	if !ok {
		return nil, nil, false
	}
	return v, []int{s.add(v, s.p.item, 1, s.noon()), s.add(v, s.p.item, 1, s.noon()+3600)}, true
}
