package demo

import (
	"yiheng/ground/calendar"
)

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
