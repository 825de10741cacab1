package screening

import (
	"slices"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// applies says whether p may judge a visit on a day. Where it cannot be told that an
// exception does not apply, it may not, and that is counted.
func (j *judge) applies(p *point, v *visit, day calendar.Day) bool {
	if !p.inForce(day, v.place()) {
		return false
	}
	excluded, reason := j.excluded(p.Params, p.rule, v, day)
	if excluded == unknown {
		j.unchecked(p.rule, reason)
	}
	return excluded == no
}

// hasExceptions says whether p, or an exclusion list, leaves visits out.
func (p *point) hasExceptions() bool {
	return len(p.Params.ExcludeMedTypes)+len(p.Params.ExcludeDx)+len(p.rule.exclusions) > 0
}

// excluded says whether a visit is among the exceptions of a point with these
// parameters, or on an exclusion list of its rule.
func (j *judge) excluded(params *knowledge.Params, r *ruleSet, v *visit, day calendar.Day) (fact, string) {
	if len(params.ExcludeMedTypes) > 0 {
		switch {
		case v.medType == "":
			return unknown, "医疗类别不详"
		case hasPrefixOf(v.medType, params.ExcludeMedTypes):
			return yes, ""
		}
	}
	if len(params.ExcludeDx) > 0 {
		switch j.collectCodes(v); {
		case len(v.dx) == 0:
			return unknown, "诊断不详"
		case v.hasDx(params.ExcludeDx):
			return yes, ""
		}
	}
	if len(r.exclusions) == 0 {
		return no, ""
	}
	return j.onList(r, v, day)
}

// hasDx says whether a diagnosis of v begins with one of the prefixes.
func (v *visit) hasDx(prefixes []string) bool {
	return slices.ContainsFunc(v.dx, func(code string) bool { return hasPrefixOf(code, prefixes) })
}

// onList says whether a visit stands on an exclusion list of a rule on a day; unknown
// when none certainly holds and one cannot be told.
func (j *judge) onList(r *ruleSet, v *visit, day calendar.Day) (fact, string) {
	reason := ""
	for x := range j.lib.listed.of(r, j.h.PsnNo, v.id) {
		switch holds, why := j.holds(x, v, day); holds {
		case yes:
			j.leaveOut(r, x, v)
			return yes, ""
		case unknown:
			reason = "例外名单所需的" + why
		}
	}
	if reason != "" {
		return unknown, reason
	}
	return no, ""
}

// holds says whether every stated condition of an exclusion holds for a visit, else
// which fact is missing.
func (j *judge) holds(x *knowledge.Exclusion, v *visit, day calendar.Day) (fact, string) {
	missing := ""
	fails := func(stated, known, holds bool, name string) bool {
		if stated && !known && missing == "" {
			missing = name
		}
		return stated && known && !holds
	}
	switch dated := x.ValidFrom != calendar.NoDay || x.ValidTo != calendar.NoDay; {
	case x.PsnNo != "" && x.PsnNo != j.h.PsnNo,
		x.MdtrtID != "" && x.MdtrtID != v.id,
		fails(x.FixmedinsCode != "", v.org != "", x.FixmedinsCode == v.org, "机构不详"),
		fails(x.Region != "", v.region != "", registry.Within(v.region, x.Region), "机构区划不详"),
		fails(dated, day != calendar.NoDay, (x.ValidFrom == calendar.NoDay || day >= x.ValidFrom) && (x.ValidTo == calendar.NoDay || day <= x.ValidTo), "日期不详"),
		fails(len(x.MedTypes) > 0, v.medType != "", hasPrefixOf(v.medType, x.MedTypes), "医疗类别不详"):
		return no, ""
	}
	if len(x.CodesAny) > 0 {
		carried, known := j.carries(v, x.CodesAny)
		if fails(true, known, carried, "明细编码不详") {
			return no, ""
		}
	}
	if len(x.DxAny) > 0 {
		j.collectCodes(v)
		if fails(true, len(v.dx) > 0, v.hasDx(x.DxAny), "诊断不详") {
			return no, ""
		}
	}
	if missing != "" {
		return unknown, missing
	}
	return yes, ""
}

// carries says whether a live line of v has a code that begins with one of the
// prefixes; not known when none has and a line has no code.
func (j *judge) carries(v *visit, prefixes []string) (carried, known bool) {
	known = true
	for _, i := range v.lines {
		code := lineCode(j.lines[i].Line)
		if hasPrefixOf(code, prefixes) {
			return true, true
		}
		known = known && code != ""
	}
	return false, known
}

// leaveOut counts a visit that an exclusion takes from a rule, once.
func (j *judge) leaveOut(r *ruleSet, x *knowledge.Exclusion, v *visit) {
	key := leftOut{r.index, x.ID, v.id}
	if j.leftOut[key] {
		return
	}
	j.leftOut[key] = true
	if j.out.LeftOut == nil {
		j.out.LeftOut = make(map[Unchecked]int64)
	}
	j.out.LeftOut[Unchecked{r.ID, exclusionName(x)}]++
}

// exclusionName names an exclusion for the report: kind, id, reason.
func exclusionName(x *knowledge.Exclusion) string {
	return strings.Join([]string{knowledge.ExclusionKinds[x.Kind], x.ID, x.Reason}, " ")
}

// leftOut is a visit that an exclusion takes from a rule.
type leftOut struct {
	rule      int
	exclusion string
	visit     string
}

// hasPrefixOf says whether s begins with one of the prefixes.
func hasPrefixOf(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if len(s) >= len(p) && s[:len(p)] == p {
			return true
		}
	}
	return false
}
