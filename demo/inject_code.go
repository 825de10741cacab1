package demo

import (
	"strings"

	"yiheng/ground/calendar"
)

// consistencyPlay codes a diagnosis or an operation that cannot be this person's.
var consistencyPlay = play{
	breaks: []variant{
		{"编码与患者不符，主要编码", func(s *scene, note string) bool { return s.coded(note, codedBreak{breaks: true}) }},
		{"编码与患者不符，其他编码", func(s *scene, note string) bool { return s.coded(note, codedBreak{breaks: true, other: true}) }},
	},
	misses: []variant{
		{"编码与患者相符", func(s *scene, note string) bool { return s.coded(note, codedBreak{}) }},
		{"性别或年龄不明，不判", func(s *scene, note string) bool { return s.coded(note, codedBreak{breaks: true, unknown: true}) }},
		{"新生儿挂父母账户", func(s *scene, note string) bool { return s.coded(note, codedBreak{breaks: true, newborn: true}) }},
		{"就诊无效", func(s *scene, note string) bool { return s.coded(note, codedBreak{breaks: true, invalid: true}) }},
	},
}

type codedBreak struct{ breaks, other, unknown, newborn, invalid bool }

func (s *scene) coded(note string, b codedBreak) bool {
	c := s.firstWith(s.p.code)
	if c == nil || s.day == 0 {
		return false
	}
	x, ok := s.codedSetting(c, b.breaks)
	if !ok {
		return false
	}
	x.medType = "2101"
	if b.newborn {
		x.medType = "2109"
		x.sex = string('1' + '2' - s.womanOrMan(c)[0])
	}
	s.enter(x, s.day)
	if b.unknown {
		s.sex, s.birth = "", calendar.NoDay
	}
	v := s.visit(x, s.day, 0)
	v.newborn, v.invalid = b.newborn, b.invalid
	operation := c.code[0] < 'A'
	switch {
	case operation:
		if b.other {
			v.operate(s.codeOf("45.1300"), true, s.noon())
		}
		v.operate(c, !b.other, s.noon())
	case b.other:
		v.dx = append(v.dx, c)
	default:
		v.dx[0] = c
	}
	s.add(v, s.neutralOf(1), 1, s.noon())
	s.close(v)
	if b.breaks && !b.unknown && !b.newborn && !b.invalid {
		return s.hit(s.p, v, nil, note)
	}
	return s.miss(v, nil, note)
}

// womanOrMan is the sex that a code is for, "1" when it is for both.
func (s *scene) womanOrMan(c *code) string {
	for _, p := range s.points {
		if p.program == "consistency" && p.Sex != "" && strings.HasPrefix(c.code, p.code) {
			return p.Sex
		}
	}
	return "1"
}

// codedSetting is a person whom the code fits, or whom only the scene's point forbids it.
func (s *scene) codedSetting(c *code, breaks bool) (setting, bool) {
	x := setting{sex: s.sex, least: 12000, most: 18000, rank: 2, dept: "A03.02"}
	for _, p := range s.points {
		if p.program != "consistency" || len(p.DxAny) > 0 || !strings.HasPrefix(c.code, p.code) {
			continue
		}
		wrong := breaks && p == s.p
		if p.Sex != "" {
			x.sex = p.Sex
			if wrong {
				x.sex = string('1' + '2' - p.Sex[0])
			}
		}
		switch {
		case p.AgeMinYears == nil && p.AgeMaxYears == nil:
		case wrong && p.AgeMaxYears != nil:
			x.least = (*p.AgeMaxYears+2)*366 + 30
			x.most = x.least
		case wrong:
			x.least = (*p.AgeMinYears - 1) * 365
			x.most = x.least
		default:
			lo, hi := p.bounds()
			x.least, x.most = max(lo, min(12000, hi)), min(hi, max(18000, lo))
		}
	}
	return x, x.least <= x.most
}

// pairPlay codes a main operation that does not go with the main diagnosis.
var pairPlay = play{
	breaks: []variant{{"主要手术与主要诊断不符", func(s *scene, note string) bool { return s.codedPair(note, true, true, true) }}},
	misses: []variant{
		{"主要手术与主要诊断相符", func(s *scene, note string) bool { return s.codedPair(note, false, true, true) }},
		{"该诊断只是其他诊断", func(s *scene, note string) bool { return s.codedPair(note, true, false, true) }},
		{"该手术只是其他手术", func(s *scene, note string) bool { return s.codedPair(note, true, true, false) }},
	},
}

func (s *scene) codedPair(note string, wrong, mainDx, mainOp bool) bool {
	op := s.firstWith(s.p.code)
	if op == nil || s.day == 0 {
		return false
	}
	var dx *code
	x := setting{sex: s.womanOrMan(op), least: 11000, most: 14000, rank: 3, dept: "A04.01", medType: "2101"}
	for _, d := range s.p.DxAny {
		if c := s.firstWith(d); c != nil && dx == nil && !(d == "N40" && x.sex == "2") {
			dx = c
		}
	}
	if dx == nil {
		return false
	}
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	if !mainOp {
		v.operate(s.codeOf("45.1300"), true, s.noon())
	}
	v.operate(op, mainOp, s.noon())
	switch {
	case wrong && mainDx:
		v.dx[0] = dx
	case wrong:
		v.dx = append(v.dx, dx)
	}
	s.add(v, s.neutralOf(1), 1, s.noon())
	s.close(v)
	if wrong && mainDx && mainOp {
		return s.hit(s.p, v, nil, note)
	}
	return s.miss(v, nil, note)
}
