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

// outsidePlay dates a charge outside the stay.
var outsidePlay = play{
	breaks: []variant{
		{"费用在出院次日", func(s *scene, note string) bool { return s.dated(note, true, 1, false, false) }},
		{"费用在入院前一日", func(s *scene, note string) bool { return s.dated(note, true, -1, false, false) }},
	},
	misses: []variant{
		{"费用在出院当日夜间", func(s *scene, note string) bool { return s.dated(note, false, 0, false, false) }},
		{"出院带药在出院次日", func(s *scene, note string) bool { return s.dated(note, false, 1, true, false) }},
		{"出院次日的费用全自费", func(s *scene, note string) bool { return s.dated(note, false, 1, false, true) }},
		{"门诊费用在次日", (*scene).datedOutpatient},
	},
}

// ward opens an ordinary stay of four days.
func (s *scene) ward(day calendar.Day, n int) *visit {
	x, _ := s.need()
	x.medType = "2101"
	s.enter(x, s.day)
	v := s.visit(x, day, n)
	for d := range calendar.Day(4) {
		s.add(v, s.neutralOf(int(d)), 1, at(day+d, 11, 0))
	}
	return v
}

func (s *scene) dated(note string, breaks bool, days calendar.Day, takeHome, own bool) bool {
	v := s.ward(s.day, 0)
	end := s.day + 4
	t := at(end+days, 22, 30)
	if days < 0 {
		t = at(s.day+days, 22, 30)
	}
	k := s.add(v, s.neutralDrugs[int(s.number)%len(s.neutralDrugs)], 2, t)
	v.lines[k].takeHome = takeHome
	if own {
		s.paidAlone(v, k)
	}
	s.care(v, end)
	s.settle(v, at(end, 9, 30))
	if breaks {
		return s.hit(s.p, v, v.whole(k), note)
	}
	return s.miss(v, []int{k}, note)
}

func (s *scene) datedOutpatient(note string) bool {
	x, _ := s.need()
	s.enter(x, s.day)
	v := s.visit(x, s.day, 0)
	k := s.add(v, s.neutralOf(3), 1, at(s.day+1, 8, 30))
	s.settle(v, v.begin+1800)
	return s.miss(v, []int{k}, note)
}

// sumPlay settles another total than the lines add up to.
var sumPlay = play{
	breaks: []variant{
		{"结算总额多于明细之和", func(s *scene, note string) bool { return s.summed(note, 100) }},
		{"结算总额少于明细之和", func(s *scene, note string) bool { return s.summed(note, -2) }},
	},
	misses: []variant{
		{"结算总额与明细只差一分", func(s *scene, note string) bool { return s.summed(note, 1) }},
		{"明细含退费，合计相符", func(s *scene, note string) bool { return s.summed(note, 0) }},
	},
}

func (s *scene) summed(note string, off int64) bool {
	v := s.ward(s.day, 0)
	if off == 0 {
		s.takeBack(v, 1, unitQty, v.lines[1].at+3600)
	}
	s.close(v)
	v.settlements[0].off = off
	if off > 1 || off < -1 {
		return s.hit(s.p, v, nil, note)
	}
	return s.miss(v, nil, note)
}

// latePlay uploads lines later than the limit.
var latePlay = play{
	breaks: []variant{{"明细上传超过时限", func(s *scene, note string) bool { return s.uploadedAfter(note, 1, false) }}},
	misses: []variant{
		{"明细上传刚好到时限", func(s *scene, note string) bool { return s.uploadedAfter(note, 0, false) }},
		{"上传超过时限的明细全自费", func(s *scene, note string) bool { return s.uploadedAfter(note, 3600, true) }},
	},
}

func (s *scene) uploadedAfter(note string, seconds calendar.Time, own bool) bool {
	v := s.ward(s.day, 0)
	ks := []int{1, 2}
	for _, k := range ks {
		v.lines[k].uploaded = v.lines[k].at + calendar.Time(s.p.Hours)*3600 + seconds
		v.lines[k].updated = v.lines[k].uploaded + 60
		if own {
			s.paidAlone(v, k)
		}
	}
	s.close(v)
	if seconds > 0 && !own {
		return s.hit(s.p, v, v.whole(ks...), note)
	}
	return s.miss(v, ks, note)
}

// missingPlay leaves out the main diagnosis of a stay.
var missingPlay = play{
	breaks: []variant{{"住院没有主要诊断", func(s *scene, note string) bool { return s.undiagnosed(note, true) }}},
	misses: []variant{{"住院有主要诊断", func(s *scene, note string) bool { return s.undiagnosed(note, false) }}},
}

func (s *scene) undiagnosed(note string, hide bool) bool {
	v := s.ward(s.day, 0)
	v.hideMain = hide
	s.close(v)
	if hide {
		return s.hit(s.p, v, nil, note)
	}
	return s.miss(v, nil, note)
}

// operationPlay bills an operation without its code.
var operationPlay = play{
	breaks: []variant{
		{"收取手术费而无手术编码", func(s *scene, note string) bool { return s.theatreCoded(note, "", false) }},
		{"主要手术编码与手术项目不对应", func(s *scene, note string) bool { return s.theatreCoded(note, "45.1300", false) }},
	},
	misses: []variant{
		{"手术编码与手术项目对应", func(s *scene, note string) bool { return s.theatreCoded(note, "47.0100", false) }},
		{"手术费已退", func(s *scene, note string) bool { return s.theatreCoded(note, "", true) }},
	},
}

func (s *scene) theatreCoded(note, operation string, back bool) bool {
	v := s.ward(s.day, 0)
	s.bill(v, s.named("阑尾切除术"), 1, at(s.day+1, 13, 0))
	k := len(v.lines) - 1
	v.dx[0] = s.codeOf("K35.800")
	if operation != "" {
		v.operate(s.codeOf(operation), true, at(s.day+1, 13, 0))
	}
	if back {
		s.takeBack(v, k, unitQty, at(s.day+1, 15, 0))
	}
	s.close(v)
	if !back && operation != "47.0100" {
		return s.hit(s.p, v, nil, note)
	}
	return s.miss(v, nil, note)
}
