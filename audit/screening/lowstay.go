package screening

import (
	"fmt"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// lowIndication: a stay of a mild main diagnosis of whose money nearly all is
// examination and nearly none treatment.
func (j *judge) lowIndication(p *point) {
	for i := range j.visits {
		v := &j.visits[i]
		if !v.stay || v.enc == nil || !v.happened() || v.end == calendar.NoDay || len(v.lines) == 0 || !j.selected(v.end) || !j.applies(p, v, v.end) {
			continue
		}
		switch j.collectCodes(v); {
		case v.mainDx == "":
			j.unchecked(p.rule, "主要诊断不详")
		case hasPrefixOf(v.mainDx, p.Params.DxAny):
			j.lowIndicationOf(p, v)
		}
	}
}

func (j *judge) lowIndicationOf(p *point, v *visit) {
	var total, exam, treat, unclear int64
	for _, i := range v.lines {
		x := &j.lines[i]
		if x.sum == claim.Null {
			j.unchecked(p.rule, "金额不详")
			return
		}
		total += int64(x.sum)
		switch kindOf(x.Line) {
		case kindExam, kindLab:
			exam += int64(x.sum)
		case kindTreatment, kindOperation, kindDrug:
			treat += int64(x.sum)
		case kindUnknown:
			unclear += int64(x.sum)
		}
	}
	least, most := int64(*p.Params.ExamShare), int64(*p.Params.TreatShare)
	reaches := func(money int64) bool { return money*int64(claim.Piece) >= least*total }
	within := func(money int64) bool { return money*int64(claim.Piece) <= most*total }
	switch {
	case total <= 0 || !reaches(exam+unclear) || !within(treat):
	case !reaches(exam) || !within(treat+unclear):
		j.unchecked(p.rule, "费用类别不详")
	default:
		j.objectVisit(p, v, v.end, func(h *hit) string {
			return fmt.Sprintf("主要诊断%s，住院费用%s元中检查检验占%s，治疗、药品、手术占%s，未见必须住院的治疗。",
				v.mainDx, claim.Money(total), percent(exam, total), percent(treat, total))
		})
	}
}

// percent writes part of whole with one decimal.
func percent(part, whole int64) string {
	tenths := mulDiv(part, 1000, whole)
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}
