package screening

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// sequence: a person's visits over time. The check is the point's, else the class's.
func (j *judge) sequence(p *point) {
	switch firstOf(p.Params.Check, p.rule.Check) {
	case "split_stay":
		j.splitStay(p)
	case "overlapping_stay":
		j.overlappingStay(p)
	case "visit_during_stay":
		j.visitDuringStay(p)
	case "after_death":
		j.afterDeath(p)
	case "low_indication_stay":
		j.lowIndication(p)
	case "frequent_stay":
		j.frequent(p, func(v *visit) fact { return is(v.stay) })
	case "frequent_visit":
		j.frequent(p, func(v *visit) fact {
			switch {
			case v.stay:
				return no
			case v.medType == "" && v.pharmacy != yes:
				return unknown
			}
			return not(v.pharmacy)
		})
	case "frequent_purchase":
		j.frequent(p, func(v *visit) fact { return v.pharmacy })
	}
}

func not(f fact) fact {
	switch f {
	case yes:
		return no
	case no:
		return yes
	}
	return unknown
}

// stays returns the person's stays that happened, by admission time, then mdtrt_id.
// A stay whose admission is unknown takes no part, nor does that of a newborn on the
// person's account.
func (j *judge) stays() []*visit {
	var stays []*visit
	for i := range j.visits {
		if v := &j.visits[i]; v.stay && !v.newborn && v.enc != nil && v.begin != calendar.NoDay && v.happened() {
			stays = append(stays, v)
		}
	}
	sortByBegin(stays)
	return stays
}

func sortByBegin(visits []*visit) {
	slices.SortFunc(visits, func(a, b *visit) int {
		if a.begnTime != b.begnTime {
			return cmp.Compare(a.begnTime, b.begnTime)
		}
		return strings.Compare(a.id, b.id)
	})
}

// splitStay: consecutive stays at one institution, the next admission at most
// interval_days after the discharge, with one main diagnosis category.
func (j *judge) splitStay(p *point) {
	last := make(map[string]*visit)
	for _, v := range j.stays() {
		prev := last[v.org]
		last[v.org] = v
		if prev == nil || v.org == "" || !j.selected(v.begin) || !p.inForce(v.begin, v.place()) || j.excludedMain(p, prev) || j.excludedMain(p, v) {
			continue
		}
		if prev.end == calendar.NoDay {
			j.unchecked(p.rule, "前次出院日期不详")
			continue
		}
		gap := int(v.begin - prev.end)
		if gap < 0 || gap > p.Params.IntervalDays {
			continue
		}
		j.collectCodes(prev)
		j.collectCodes(v)
		if len(prev.mainDx) < 3 || len(v.mainDx) < 3 {
			j.unchecked(p.rule, "主要诊断不详")
			continue
		}
		if prev.mainDx[:3] != v.mainDx[:3] {
			continue
		}
		h := j.objectVisit(p, v, v.begin, func(*hit) string {
			return fmt.Sprintf("%s出院后%d天（%s）又以同类主要诊断（%s、%s）在同一机构入院，间隔不超过%d天。",
				prev.end, gap, v.begin, prev.mainDx, v.mainDx, p.Params.IntervalDays)
		})
		if h != nil {
			h.evidence = append(h.evidence, prev.lines...)
		}
	}
}

// excludedMain says whether a visit's main diagnosis or kind, or an exclusion list,
// exempts it. One of which a list cannot tell takes no part either.
func (j *judge) excludedMain(p *point, v *visit) bool {
	if v.medType != "" && hasPrefixOf(v.medType, p.Params.ExcludeMedTypes) {
		return true
	}
	if len(p.Params.ExcludeDx) > 0 {
		if j.collectCodes(v); v.mainDx != "" && hasPrefixOf(v.mainDx, p.Params.ExcludeDx) {
			return true
		}
	}
	if len(p.rule.exclusions) == 0 {
		return false
	}
	listed, reason := j.onList(p.rule, v, v.begin)
	if listed == unknown {
		j.unchecked(p.rule, reason)
	}
	return listed != no
}

// takesPart says whether a stay may count against another visit: one that is among
// the exceptions, or of which that cannot be told, does not.
func (j *judge) takesPart(p *point, v *visit) bool {
	if !p.hasExceptions() {
		return true
	}
	excluded, reason := j.excluded(p.Params, p.rule, v, v.begin)
	if excluded == unknown {
		j.unchecked(p.rule, reason)
	}
	return excluded == no
}

// overlappingStay: an admission before another stay's discharge day; a transfer on
// one day passes. Objected to are the later stay's lines before that day.
func (j *judge) overlappingStay(p *point) {
	stays := j.stays()
	for k, v := range stays {
		if !j.selected(v.begin) || !j.applies(p, v, v.begin) {
			continue
		}
		var earlier []*visit
		until := calendar.NoDay
		for _, e := range stays[:k] {
			if e.end != calendar.NoDay && v.begin < e.end && j.takesPart(p, e) {
				earlier = append(earlier, e)
				until = max(until, e.end)
			}
		}
		if len(earlier) == 0 {
			continue
		}
		j.objectOverlap(p, v, earlier, until)
	}
}

func (j *judge) objectOverlap(p *point, v *visit, earlier []*visit, until calendar.Day) {
	for _, i := range v.lines {
		x := &j.lines[i]
		if x.selfPay || x.day == calendar.NoDay || x.day >= until {
			continue
		}
		h := j.hit(p, v, nil)
		if len(h.parts) == 0 {
			h.whole, h.day = true, v.begin
			for _, e := range earlier {
				h.evidence = append(h.evidence, e.lines...)
			}
			e := earlier[0]
			h.names(e)
			h.why = func(*hit) string {
				return fmt.Sprintf("%s（%s）的住院%s至%s尚未结束，%s又在%s入院，住院时间重叠。",
					e.orgName, e.org, e.begin, e.end, v.begin, v.orgName)
			}
		}
		h.parts = append(h.parts, part{line: i, own: share(x.inscp, noQuantity, x.qty)})
	}
}

// visitDuringStay: an in-person outpatient visit or purchase at another institution,
// settled on a day strictly inside a stay.
func (j *judge) visitDuringStay(p *point) {
	stays := j.stays()
	if len(stays) == 0 {
		return
	}
	for i := range j.visits {
		v := &j.visits[i]
		if v.stay || v.newborn || v.medType == "" || v.org == "" || !v.happened() {
			continue
		}
	settlements:
		for s := v.setl; s != nil; s = s.next {
			day := s.SetlTime.Day()
			if day == calendar.NoDay {
				j.unchecked(p.rule, "结算时间不详")
				continue
			}
			in := j.stayAround(p, stays, v, day)
			if in == nil {
				continue
			}
			switch firstOf(s.PayLoc, v.payLoc) {
			case "5": // internet: the person need not have been there
			case "":
				j.unchecked(p.rule, "支付地点不详")
			default:
				j.objectDuring(p, v, in, day)
				break settlements
			}
		}
	}
}

// stayAround returns a stay at another institution that day lies strictly inside.
func (j *judge) stayAround(p *point, stays []*visit, v *visit, day calendar.Day) *visit {
	for _, s := range stays {
		if s.begin >= day {
			break
		}
		if s.end != calendar.NoDay && day < s.end && s.org != "" && s.org != v.org && j.takesPart(p, s) {
			return s
		}
	}
	return nil
}

func (j *judge) objectDuring(p *point, v, in *visit, day calendar.Day) {
	if !j.selected(day) || !j.applies(p, v, day) {
		return
	}
	h := j.objectVisit(p, v, day, func(*hit) string {
		return fmt.Sprintf("患者%s至%s在%s住院，其间%s又在%s门诊就医或购药。", in.begin, in.end, in.orgName, day, v.orgName)
	})
	if h == nil {
		return
	}
	h.names(in)
	for _, i := range in.lines {
		if j.lines[i].day == day {
			h.evidence = append(h.evidence, i)
		}
	}
}

// afterDeath: lines dated after the person's earliest recorded day of death.
func (j *judge) afterDeath(p *point) {
	if j.death == calendar.NoDay {
		return
	}
	for _, i := range j.order {
		x := &j.lines[i]
		if x.day == calendar.NoDay || x.day <= j.death || x.visit.newborn || !j.applies(p, x.visit, x.day) {
			continue
		}
		j.object(p, i, noQuantity, func(h *hit) string {
			return fmt.Sprintf("登记的死亡日期为%s，%s又发生费用。", j.death, j.daysOf(h))
		})
	}
}

// frequent: a visit that begins with more than max visits, itself counted, in the
// last days days or in its calendar period. Visits objected to still count.
func (j *judge) frequent(p *point, counts func(*visit) fact) {
	var visits []*visit
	for i := range j.visits {
		v := &j.visits[i]
		if v.enc == nil || v.newborn || v.begin == calendar.NoDay || !v.happened() || j.excludedMain(p, v) {
			continue
		}
		switch counts(v) {
		case yes:
			if len(p.Params.ExcludeDx) > 0 && v.mainDx == "" {
				j.unchecked(p.rule, "主要诊断不详")
				continue
			}
			visits = append(visits, v)
		case unknown:
			j.unchecked(p.rule, "机构类型或医疗类别不详")
		}
	}
	limit := 0
	if p.Params.Max != nil {
		limit = int(*p.Params.Max) / 10_000
	}
	if len(visits) <= limit {
		return
	}
	sortByBegin(visits)
	first := 0
	for k, v := range visits {
		for first < k && !p.together(visits[first].begin, v.begin) {
			first++
		}
		if n := k - first + 1; n > limit {
			j.objectFrequent(p, v, visits[first:k], n, limit)
		}
	}
}

// together says whether an earlier day counts for a later one.
func (p *point) together(earlier, later calendar.Day) bool {
	switch p.Params.Period {
	case "month":
		return earlier.Month() == later.Month()
	case "quarter":
		return quarter(earlier) == quarter(later)
	case "year":
		return earlier.Year() == later.Year()
	}
	return int(later-earlier) < p.Params.Days
}

func (j *judge) objectFrequent(p *point, v *visit, earlier []*visit, n, limit int) {
	if !j.selected(v.begin) || !p.inForce(v.begin, v.place()) {
		return
	}
	h := j.objectVisit(p, v, v.begin, func(*hit) string {
		return fmt.Sprintf("%s内第%d次%s（%s），超过%d次。", windowName(firstOf(p.Params.Period, "rolling"), p.Params.Days),
			n, map[bool]string{true: "住院", false: "就诊或购药"}[v.stay], v.begin, limit)
	})
	if h == nil {
		return
	}
	for _, e := range earlier {
		h.evidence = append(h.evidence, e.lines...)
	}
}
