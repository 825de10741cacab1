package rule

import (
	"fmt"
	"slices"

	"yiheng/audit/knowledge"
	"yiheng/ground/calendar"
)

// itemCode is the length of a national item code without its last four digits, which
// tell sub-items apart; "0000" is the item itself.
const itemCode = 11

// sharePercentile is the default of drafted indicators: departments above 95 of 100.
var sharePercentile = knowledge.Decimal(950_000)

// Drafts returns points for problems that lack any in the setting, as far as the
// lists tell their codes: pairs, shares of departments, and expressions. They are suspicions with
// default thresholds, valid from the year of the lists, to be reviewed and completed
// by the region before they are imported; sub-items are not among them.
func (s *Setting) Drafts() []knowledge.Point {
	d := drafts{at: make(map[[3]string]int), counts: make(map[string]int)}
	list := Problems()
	for i, state := range s.Assess() {
		for k := range list[i].By {
			if state.By[k].Status == ProblemKnowledge && state.Status == ProblemKnowledge {
				d.add(&list[i], &list[i].By[k])
			}
		}
	}
	return d.points
}

type drafts struct {
	points []knowledge.Point
	at     map[[3]string]int // rule, code, other code → index of the point
	counts map[string]int    // by problem
}

func (d *drafts) add(p *Problem, t *Target) {
	r, known := Get(t.RuleID)
	if !known {
		return
	}
	switch r.Program {
	case "conflict":
		for _, code := range items(t.Codes) {
			for _, other := range items(t.Others) {
				_, reverse := d.at[[3]string{r.ID, other, code}]
				if code != other && !reverse && t.Window != "" {
					d.put(p, r, code, other, &knowledge.Params{Window: t.Window, Result: suspicion, Default: true})
				}
			}
		}
	case "expression":
		if t.Hits != "" {
			params := &knowledge.Params{Name: p.Check, Hits: t.Hits, Triggers: t.Codes[1:], Result: suspicion, Default: true}
			d.put(p, r, t.Codes[0], "", params)
		}
	case "share":
		for _, code := range items(t.Codes) {
			percentile := sharePercentile
			d.put(p, r, code, "", &knowledge.Params{Item: code, Percentile: &percentile, Default: true})
		}
	}
}

// put adds a point, or names a further problem in the one that is there.
func (d *drafts) put(p *Problem, r *Rule, code, other string, params *knowledge.Params) {
	key := [3]string{r.ID, code, other}
	if i, there := d.at[key]; there {
		d.points[i].Note += "、" + p.No
		return
	}
	d.at[key] = len(d.points)
	d.counts[p.No]++
	d.points = append(d.points, knowledge.Point{
		ID: fmt.Sprintf("WT-%s-%02d", p.No, d.counts[p.No]), RuleID: r.ID, Code: code, OtherCode: other, Params: params,
		ValidFrom: calendar.DayOf(2025, 1, 1), ValidTo: calendar.NoDay,
		Basis: "定点医疗机构和定点零售药店自查自纠问题清单（2025 年）第 " + p.No + " 项", Note: "待当地核定编码（含子项）、时间窗与阈值；问题清单" + p.No,
	})
}

// items returns the codes of those prefixes that are whole items.
func items(prefixes []string) []string {
	var codes []string
	for _, p := range prefixes {
		if len(p) == itemCode && !slices.Contains(codes, p+"0000") {
			codes = append(codes, p+"0000")
		}
	}
	return codes
}
