package screening

import (
	"slices"

	"yiheng/audit/knowledge"
	"yiheng/ground/calendar"
)

// applies says whether p may judge a visit on a day. Where it cannot be told that an
// exception of the point does not apply, it may not, and that is counted.
func (j *judge) applies(p *point, v *visit, day calendar.Day) bool {
	if !p.inForce(day, v.region) {
		return false
	}
	excluded, reason := j.excluded(p.Params, v)
	if excluded == unknown {
		j.unchecked(p.rule, reason)
	}
	return excluded == no
}

// hasExceptions says whether a point with these parameters leaves visits out.
func hasExceptions(p *knowledge.Params) bool { return len(p.ExcludeMedTypes)+len(p.ExcludeDx) > 0 }

// excluded says whether a visit is among the exceptions of a point.
func (j *judge) excluded(params *knowledge.Params, v *visit) (fact, string) {
	if len(params.ExcludeMedTypes) > 0 {
		switch {
		case v.medType == "":
			return unknown, "医疗类别不详"
		case hasPrefixOf(v.medType, params.ExcludeMedTypes):
			return yes, ""
		}
	}
	if len(params.ExcludeDx) == 0 {
		return no, ""
	}
	j.collectCodes(v)
	if len(v.dx) == 0 {
		return unknown, "诊断不详"
	}
	return is(slices.ContainsFunc(v.dx, func(code string) bool { return hasPrefixOf(code, params.ExcludeDx) })), ""
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
