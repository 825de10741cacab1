package screening

import (
	"fmt"
	"slices"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// recordedCodes judges the diagnoses and operations that visits record by every point
// whose code one of them begins with.
func (j *judge) recordedCodes() {
	for i := range j.visits {
		v := &j.visits[i]
		if !v.happened() || v.enc == nil || !j.selected(v.last) && !(j.lib.periop && v.stay) {
			continue
		}
		j.collectCodes(v)
		j.met = j.met[:0]
		for _, code := range v.dx {
			j.meet(code)
		}
		for _, code := range v.operations() {
			j.meet(code)
		}
		for _, m := range j.met {
			switch m.point.rule.Program {
			case "consistency":
				j.consistency(m.point, v, m.codes)
			case "periop":
				j.periop(m.point, v)
			default:
				j.recorded(m.point, v, m.codes)
			}
		}
	}
}

// met is a point about recorded codes with those of a visit that it is about.
type met struct {
	point *point
	codes []string
}

// meet notes the points that a recorded code begins with the code of.
func (j *judge) meet(code string) {
	for _, n := range j.lib.codeLengths {
		if n == 0 || n > len(code) {
			continue
		}
	points:
		for _, u := range j.lib.visitCodes[code[:n]] {
			if !j.stageOf(u.rule) {
				continue
			}
			for k := range j.met {
				if j.met[k].point == u.point {
					j.met[k].codes = append(j.met[k].codes, code)
					continue points
				}
			}
			j.met = append(j.met, met{u.point, []string{code}})
		}
	}
}

// consistency: diagnosis and operation codes of a visit that cannot stand with the
// person's sex or age, or with each other. It is about the visit: no lines, no money.
func (j *judge) consistency(p *point, v *visit, codes []string) {
	if !j.selected(v.last) || !j.paid(v) || !j.applies(p, v, v.last) {
		return
	}
	for _, code := range codes {
		j.consistentWith(p, v, code, v.last)
	}
}

// paid says whether the fund had a part in a visit: some line of it was not wholly
// at the person's expense. A visit without any charge may be one that it paid for.
func (j *judge) paid(v *visit) bool {
	return !v.charged || slices.ContainsFunc(v.lines, func(i int32) bool { return !j.lines[i].selfPay })
}

// operations returns the codes of a visit's operations, main or other.
func (v *visit) operations() []string {
	var codes []string
	if v.enc != nil && v.enc.OprnOprtCode != "" {
		codes = append(codes, v.enc.OprnOprtCode)
	}
	for _, o := range v.ops {
		if o.OprnOprtCode != "" {
			codes = append(codes, o.OprnOprtCode)
		}
	}
	return unique(codes)
}

// mainOperation returns the code of the main operation: the row with main_oprn_flag
// 1, else the one that the encounter states.
func (v *visit) mainOperation() string {
	for _, o := range v.ops {
		if o.MainOprnFlag == "1" {
			return o.OprnOprtCode
		}
	}
	if v.enc != nil {
		return v.enc.OprnOprtCode
	}
	return ""
}

func (j *judge) consistentWith(p *point, v *visit, code string, day calendar.Day) {
	a := &p.Params.Attributes
	what := codeKind(code) + code
	switch {
	case len(p.Params.DxAny) > 0:
		j.mainPair(p, v, code, day)
	case a.Sex != "" && v.sex != "" && v.sex != a.Sex:
		j.inconsistent(p, v, code, day, fmt.Sprintf("%s限%s性，患者为%s性。", what, sexName(a.Sex), sexName(v.sex)))
	case ageLimited(a) && j.ageOfVisit(p, v) == no:
		j.inconsistent(p, v, code, day, fmt.Sprintf("%s限%s，患者%s。", what, describeAge(a), ageText(v.birth, v.begin)))
	case a.Sex != "" && v.sex == "":
		j.unchecked(p.rule, "性别不详")
	case ageLimited(a) && j.ageOfVisit(p, v) == unknown:
		j.unchecked(p.rule, "年龄不详")
	}
}

// ageOfVisit says whether the age lay within the bounds on some day of the visit.
func (j *judge) ageOfVisit(p *point, v *visit) fact {
	first, last := ageWithin(v.birth, v.begin, &p.Params.Attributes), ageWithin(v.birth, v.last, &p.Params.Attributes)
	switch {
	case first == yes || last == yes:
		return yes
	case first == unknown || last == unknown:
		return unknown
	}
	return no
}

// mainPair: the main operation must not go with the main diagnosis.
func (j *judge) mainPair(p *point, v *visit, code string, day calendar.Day) {
	switch {
	case v.mainOperation() != code:
	case v.mainDx == "":
		j.unchecked(p.rule, "主要诊断不详")
	case hasPrefixOf(v.mainDx, p.Params.DxAny):
		j.inconsistent(p, v, code, day, fmt.Sprintf("主要手术操作%s与主要诊断%s不符。", code, v.mainDx))
	}
}

func (j *judge) inconsistent(p *point, v *visit, code string, day calendar.Day, text string) {
	h := j.hit(p, v, nil)
	h.day = day
	h.codes = unique(append(h.codes, code))
	h.why = func(*hit) string { return text }
}

// codeKind tells diagnosis codes (ICD-10: a letter first) from operation codes
// (ICD-9-CM-3: digits).
func codeKind(code string) string {
	if code != "" && code[0] >= 'A' && code[0] <= 'Z' {
		return "诊断"
	}
	return "手术操作"
}

// integrity: the record itself is impossible. The check is the point's, else the
// class's.
func (j *judge) integrity(p *point) {
	switch firstOf(p.Params.Check, p.rule.Check) {
	case "outside_stay":
		j.outsideStay(p)
	case "sum_mismatch":
		j.sumMismatch(p)
	case "late_upload":
		j.lateUpload(p)
	case "missing_field":
		j.missingField(p)
	case "operation_code":
		j.operationCode(p)
	}
}

// matches says whether a line carries the point's code; a point without one holds
// for every line.
func (p *point) matches(l *claim.Line) bool {
	if p.Code == "" {
		return true
	}
	code := lineCode(l)
	return code == p.Code || nationalItem(code) == p.Code
}

// outsideStay: a line of a stay dated before the admission day or after the
// discharge day, grace_days each side. Drugs to take home (出院带药) are not judged.
func (j *judge) outsideStay(p *point) {
	for i := range j.visits {
		v := &j.visits[i]
		if !v.stay || len(v.lines) == 0 {
			continue
		}
		if v.begin == calendar.NoDay {
			j.unchecked(p.rule, "入院日期不详")
		}
		grace := calendar.Day(p.Params.GraceDays)
		for _, k := range v.lines {
			x := &j.lines[k]
			early := v.begin != calendar.NoDay && x.day < v.begin-grace
			late := v.end != calendar.NoDay && x.day > v.end+grace
			if x.day == calendar.NoDay || !early && !late || x.DscgTkdrugFlag == "1" || !p.matches(x.Line) || !j.applies(p, v, x.day) {
				continue
			}
			j.object(p, k, noQuantity, func(h *hit) string {
				return fmt.Sprintf("住院时间为%s至%s，%s的费用发生在%s，不在住院期间。",
					v.begin, dayOr(v.end, "今（未出院）"), j.named(h), j.daysOf(h))
			})
		}
	}
}

func dayOr(d calendar.Day, text string) string {
	if d == calendar.NoDay {
		return text
	}
	return d.String()
}

// sumMismatch: a settlement's lines, refunds included, differ from medfee_sumamt by
// more than 0.01 yuan. It is a check of a settlement, without lines.
func (j *judge) sumMismatch(p *point) {
	for i := range j.settlements {
		s := &j.settlements[i]
		day := s.SetlTime.Day()
		if day == calendar.NoDay {
			day = s.visit.last
		}
		if s.out || !s.visit.happened() || !j.selected(day) || !j.applies(p, s.visit, day) {
			continue
		}
		switch {
		case s.lines == 0:
			j.unchecked(p.rule, "结算没有明细")
		case s.unsummed || s.MedfeeSumamt == claim.Null:
			j.unchecked(p.rule, "金额不详")
		case s.lineSum-s.MedfeeSumamt > 1 || s.MedfeeSumamt-s.lineSum > 1:
			j.mismatch(p, s, day)
		}
	}
}

// mismatch finds a settlement at odds with its lines, which are the evidence.
func (j *judge) mismatch(p *point, s *settlement, day calendar.Day) {
	var lines []int32
	paid := false
	for i := range j.lines {
		if x := &j.lines[i]; x.Line != nil && x.setl == s {
			lines = append(lines, int32(i))
			paid = paid || !x.selfPay && !isNegative(x.Line)
		}
	}
	if !paid {
		return
	}
	h := j.hit(p, s.visit, s)
	h.day, h.evidence = day, lines
	h.why = func(*hit) string {
		return fmt.Sprintf("结算%s医疗费总额%s元，其%d条明细合计%s元，相差%s元。",
			s.SetlID, s.MedfeeSumamt, s.lines, s.lineSum, s.lineSum-s.MedfeeSumamt)
	}
}

// lateUpload: a line was recorded more than so many hours after it occurred.
func (j *judge) lateUpload(p *point) {
	limit := calendar.Time(p.Params.Hours) * 3600
	for _, k := range j.order {
		x := &j.lines[k]
		if !p.matches(x.Line) || x.selfPay || !j.selected(x.day) || !j.applies(p, x.visit, x.day) {
			continue
		}
		if !x.CrteTime.HasClock() || !x.FeeOcurTime.HasClock() {
			j.unchecked(p.rule, "发生时刻或上传时间不详")
			continue
		}
		if x.CrteTime-x.FeeOcurTime > limit {
			j.object(p, k, noQuantity, func(h *hit) string {
				return fmt.Sprintf("%s发生后超过%d小时才上传，首条相差%d小时。", j.named(h), p.Params.Hours,
					(x.CrteTime-x.FeeOcurTime)/3600)
			})
		}
	}
}
