package screening

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// attribute: may this line be paid for this person, visit and institution? Every
// given attribute must hold, and one of any_of as a whole.
func (j *judge) attribute(i int32, x *line, p *point) {
	if x.selfPay || !j.applies(p, x.visit, x.day) {
		return
	}
	held, reason := j.satisfies(x, &p.Params.Attributes)
	if held != no && len(p.Params.AnyOf) > 0 {
		if one, why := j.satisfiesAny(x, p.Params.AnyOf); one != yes {
			held, reason = worse(held, one), firstOf(reason, why)
		}
	}
	switch held {
	case unknown:
		j.unchecked(p.rule, reason)
	case no:
		j.object(p, i, claim.Null, j.whyAttribute(x, p))
	}
}

func worse(a, b fact) fact {
	if a == no || b == no {
		return no
	}
	return unknown
}

// satisfiesAny says whether one of the alternatives holds; no only when each fails.
func (j *judge) satisfiesAny(x *line, any []knowledge.Attributes) (held fact, reason string) {
	held = no
	for k := range any {
		switch one, why := j.satisfies(x, &any[k]); one {
		case yes:
			return yes, ""
		case unknown:
			held, reason = unknown, why
		}
	}
	return held, reason
}

// satisfies says whether every given attribute holds for a line: no as soon as one
// fails, else unknown, with the fact that is missing, when one cannot be told.
func (j *judge) satisfies(x *line, a *knowledge.Attributes) (fact, string) {
	v := x.visit
	missing := ""
	need := func(f fact, name string) bool {
		if f == unknown && missing == "" {
			missing = name
		}
		return f == no
	}
	switch {
	case a.Sex != "" && need(isOr(v.sex != "", v.sex == a.Sex), "性别不详"),
		ageLimited(a) && need(ageWithin(v.birth, x.day, a), "年龄不详"),
		len(a.MedTypes) > 0 && need(isOr(v.medType != "", hasPrefixOf(v.medType, a.MedTypes)), "医疗类别不详"),
		len(a.Insutypes) > 0 && need(isOr(insutype(x) != "", slices.Contains(a.Insutypes, insutype(x))), "险种不详"),
		a.LevelMin > 0 && need(isOr(v.level != levelUnknown, v.level >= a.LevelMin), levelMissing),
		len(a.Depts) > 0 && need(isOr(x.BilgDeptCodg != "", hasPrefixOf(x.BilgDeptCodg, a.Depts)), "开单科室不详"),
		a.NotInternet && need(isOr(payLoc(x) != "", payLoc(x) != "5"), "支付地点不详"),
		a.DrGradeMin > 0 && need(j.gradeReaches(x, a.DrGradeMin), "医师职称不详"):
		return no, ""
	}
	if missing != "" {
		return unknown, missing
	}
	return yes, ""
}

func isOr(known, b bool) fact {
	if !known {
		return unknown
	}
	return is(b)
}

// gradeReaches says whether the ordering doctor's title in the doctors' register is
// at least min (registry.Grade).
func (j *judge) gradeReaches(x *line, min int) fact {
	dr := j.lib.doctors[x.BilgDrCode]
	if dr == nil || registry.Grade(dr.DrProTechDuty) == registry.UnknownGrade {
		return unknown
	}
	return is(registry.Grade(dr.DrProTechDuty) >= min)
}

// insutype returns the insurance that settled a line: its settlement's, else its visit's.
func insutype(x *line) string {
	if x.setl != nil && x.setl.Insutype != "" {
		return x.setl.Insutype
	}
	return x.visit.insutype
}

// payLoc returns where a line was paid: its settlement's, else its visit's.
func payLoc(x *line) string {
	if x.setl != nil && x.setl.PayLoc != "" {
		return x.setl.PayLoc
	}
	return x.visit.payLoc
}

func ageLimited(a *knowledge.Attributes) bool {
	return a.AgeMinDays != nil || a.AgeMaxDays != nil || a.AgeMinYears != nil || a.AgeMaxYears != nil
}

// ageWithin says whether the age completed on a day lies within the given bounds,
// both inclusive.
func ageWithin(birth, day calendar.Day, a *knowledge.Attributes) fact {
	if birth == calendar.NoDay || day == calendar.NoDay || day < birth {
		return unknown
	}
	days, years := int(day-birth), birth.YearsUntil(day)
	return is((a.AgeMinDays == nil || days >= *a.AgeMinDays) && (a.AgeMaxDays == nil || days <= *a.AgeMaxDays) &&
		(a.AgeMinYears == nil || years >= *a.AgeMinYears) && (a.AgeMaxYears == nil || years <= *a.AgeMaxYears))
}

// whyAttribute explains with the values that decided.
func (j *judge) whyAttribute(x *line, p *point) func(*hit) string {
	return func(h *hit) string {
		limits, is := describeLimits(&p.Params.Attributes, x)
		if len(p.Params.AnyOf) > 0 {
			var either []string
			for k := range p.Params.AnyOf {
				l, s := describeLimits(&p.Params.AnyOf[k], x)
				either = append(either, strings.Join(l, "且"))
				is = append(is, s...)
			}
			limits = append(limits, strings.Join(either, "或"))
		}
		return fmt.Sprintf("%s限%s；本次为%s，不符合限定。", j.named(h), strings.Join(limits, "、"), strings.Join(unique(is), "、"))
	}
}

// describeLimits states the given attributes and what the line has instead.
func describeLimits(a *knowledge.Attributes, x *line) (limits, has []string) {
	v := x.visit
	add := func(given bool, limit, is string) {
		if given {
			limits = append(limits, limit)
			has = append(has, is)
		}
	}
	add(a.Sex != "", sexName(a.Sex)+"性使用", sexName(v.sex)+"性患者")
	add(ageLimited(a), describeAge(a), "患者"+ageText(v.birth, x.day))
	add(len(a.MedTypes) > 0, "医疗类别"+strings.Join(a.MedTypes, "/")+"开头", "医疗类别"+v.medType)
	add(len(a.Insutypes) > 0, "险种"+strings.Join(a.Insutypes, "/"), "险种"+insutype(x))
	add(a.LevelMin > 0, levelName(a.LevelMin)+"及以上医疗机构", levelName(v.level)+"医疗机构")
	add(len(a.Depts) > 0, "科室"+strings.Join(a.Depts, "/"), "科室"+x.BilgDeptCodg+x.BilgDeptName)
	add(a.DrGradeMin > 0, "医师职称等级"+strconv.Itoa(a.DrGradeMin)+"及以上", "开单医师"+x.BilgDrCode+"未达到")
	add(a.NotInternet, "线下诊疗", "互联网诊疗（支付地点5）")
	return limits, has
}

func describeAge(a *knowledge.Attributes) string {
	bound := func(lo, hi *int, unit string) string {
		switch {
		case lo != nil && hi != nil:
			return fmt.Sprintf("%d至%d%s", *lo, *hi, unit)
		case lo != nil:
			return fmt.Sprintf("满%d%s", *lo, unit)
		case hi != nil:
			return fmt.Sprintf("不超过%d%s", *hi, unit)
		}
		return ""
	}
	years, days := bound(a.AgeMinYears, a.AgeMaxYears, "周岁"), bound(a.AgeMinDays, a.AgeMaxDays, "天")
	if years != "" && days != "" {
		return "年龄" + years + "且" + days
	}
	return "年龄" + years + days
}

func ageText(birth, day calendar.Day) string {
	if years := birth.YearsUntil(day); years >= 1 {
		return fmt.Sprintf("%d周岁", years)
	}
	return fmt.Sprintf("出生%d天", day-birth)
}

func sexName(s string) string {
	switch s {
	case "1":
		return "男"
	case "2":
		return "女"
	}
	return "不详"
}

func levelName(l int) string {
	switch l {
	case 3:
		return "三级"
	case 2:
		return "二级"
	case 1:
		return "一级"
	case 0:
		return "未定级"
	}
	return "等级不详"
}

func unique(s []string) []string {
	var out []string
	for _, x := range s {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}
