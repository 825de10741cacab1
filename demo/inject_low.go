package demo

// lowPlay admits for examinations only.
var lowPlay = play{
	breaks: []variant{
		{"检查检验占比达到下限", func(s *scene, note string) bool { return s.admitted(note, admission{}) }},
		{"检查检验为主，没有治疗", func(s *scene, note string) bool { return s.admitted(note, admission{exam: 40_000}) }},
		{"治疗占比刚好到上限", func(s *scene, note string) bool { return s.admitted(note, admission{exam: 400_000, treat: true}) }},
	},
	misses: []variant{
		{"检查检验占比差一分到下限", func(s *scene, note string) bool { return s.admitted(note, admission{exam: -1}) }},
		{"治疗占比多一分", func(s *scene, note string) bool {
			return s.admitted(note, admission{exam: 400_000, treat: true, more: 1})
		}},
		{"主要诊断不在范围内", func(s *scene, note string) bool { return s.admitted(note, admission{exam: 40_000, dx: "K29.500"}) }},
		{"该诊断只是其他诊断", func(s *scene, note string) bool {
			return s.admitted(note, admission{exam: 40_000, dx: "K29.500", other: true})
		}},
		{"整次住院全自费", func(s *scene, note string) bool { return s.admitted(note, admission{exam: 40_000, own: true}) }},
		{"住院尚未结束", func(s *scene, note string) bool { return s.admitted(note, admission{exam: 40_000, open: true}) }},
	},
}

// admission is a stay whose examinations cost exam fen more than the share that is
// asked for, with treatment of the share that is allowed and so much more.
type admission struct {
	exam, more              int64
	treat, other, own, open bool
	dx                      string
}

func (s *scene) admitted(note string, a admission) bool {
	if s.day == 0 {
		return false
	}
	if a.open {
		s.day = s.to - 3
	}
	v := s.bareWard(false)
	v.dx[0] = s.codeOf("R53.x00")
	if a.dx != "" {
		v.dx[0] = s.codeOf(a.dx)
	}
	if a.other {
		v.dx = append(v.dx, s.codeOf("R53.x00"))
	}
	end := s.day + 4
	s.care(v, end)
	s.balance(v, a)
	if a.open {
		return s.miss(v, nil, note)
	}
	s.settle(v, at(end, 10, 30))
	if a.own {
		s.allOwn(v)
	}
	if a.exam < 0 || a.more > 0 || a.dx != "" || a.own {
		return s.miss(v, nil, note)
	}
	return s.hit(s.p, v, v.paid(), note)
}

// balance adds a charge of another kind, an examination and, when asked for, a treatment, so that
// the shares of the stay's money are those of the point, to the fen.
func (s *scene) balance(v *visit, a admission) {
	var exam, rest int64
	for k := range v.lines {
		if c := v.lines[k].item.chrgitm; c == "03" || c == "04" {
			exam += v.lines[k].total
		} else {
			rest += v.lines[k].total
		}
	}
	t := at(v.begin.Day()+1, 14, 0)
	more := 3 - rest%3 + 3*(exam/7+1000) // the rest is a multiple of three, and large enough
	s.billAt(v, s.itemWith("001499990010000"), unitQty, more, t)
	rest += more
	need := rest/3*7 - exam + a.exam // exam : rest = 0.7 : 0.3
	if a.treat {
		for (exam+need+rest)%9 != 0 { // treat : all = 0.1 : 1
			need++
		}
	}
	s.billAt(v, s.neutralOf(5), unitQty, need, t+600)
	if a.treat {
		s.billAt(v, s.itemWith("003401980010000"), unitQty, (exam+need+rest)/9+a.more, t+1200)
	}
}
