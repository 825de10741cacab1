package knowledge

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// RuleSummary is what a set holds for one rule class.
type RuleSummary struct {
	RuleID     string         `json:"rule_id"`
	Name       string         `json:"name"`
	Program    string         `json:"program"`
	Points     int            `json:"points"`
	InForce    int            `json:"in_force"`   // on the day
	Needs      int            `json:"needs"`      // parameters are missing
	Superseded int            `json:"superseded"` // replaced by another point by the day
	Outside    int            `json:"outside"`    // the day lies before or after their days
	Default    int            `json:"default"`    // of InForce: thresholds that the region must confirm
	Missing    map[string]int `json:"missing,omitempty"`
	Sources    map[string]int `json:"sources,omitempty"` // workbook or text → points
}

// Summarise counts the points of each rule class as they stand on a day.
func Summarise(points []Point, classes Classes, on calendar.Day) []RuleSummary {
	heirs := map[string][]int{}
	for i := range points {
		if s := points[i].Supersedes; s != "" {
			heirs[s] = append(heirs[s], i)
		}
	}
	rules := map[string]*RuleSummary{}
	for i := range points {
		p := &points[i]
		r := rules[p.RuleID]
		if r == nil {
			class, _ := classes(p.RuleID)
			r = &RuleSummary{RuleID: p.RuleID, Name: class.Name, Program: class.Program, Missing: map[string]int{}, Sources: map[string]int{}}
			rules[p.RuleID] = r
		}
		replaced := false
		for heir := range successors(points, heirs, i) {
			replaced = replaced || heir.ValidFrom <= on && Within(p.Region, heir.Region)
		}
		r.add(p, on, replaced, classes)
	}
	list := make([]RuleSummary, 0, len(rules))
	for _, r := range slices.SortedFunc(maps.Values(rules), func(a, b *RuleSummary) int { return cmp.Compare(a.RuleID, b.RuleID) }) {
		list = append(list, *r)
	}
	return list
}

func (r *RuleSummary) add(p *Point, on calendar.Day, replaced bool, classes Classes) {
	r.Points++
	r.Sources[sourceOf(p)]++
	switch {
	case !inForce(p):
		r.Needs++
		for _, name := range Missing(p, classes) {
			r.Missing[name]++
		}
	case replaced:
		r.Superseded++
	case p.ValidFrom != calendar.NoDay && on < p.ValidFrom, p.ValidTo != calendar.NoDay && on > p.ValidTo:
		r.Outside++
	default:
		r.InForce++
		if p.Params != nil && p.Params.Default {
			r.Default++
		}
	}
}

// Missing returns the parameters that a point lacks to be in force; empty when it
// lacks none, so that only needs_parameters has to be taken away.
func Missing(p *Point, classes Classes) []string {
	class, ok := classes(p.RuleID)
	if !ok {
		return nil
	}
	_, missing, err := ParseParams(class, p.Params.String())
	if err != nil {
		return nil
	}
	return missing
}

// sourceOf returns the workbook that a point came from, else what its basis begins with.
func sourceOf(p *Point) string {
	if i := strings.LastIndex(p.Basis, "（来源："); i >= 0 {
		return strings.TrimSuffix(p.Basis[i+len("（来源："):], "）")
	}
	const shown = 30
	basis := []rune(p.Basis)
	if len(basis) > shown {
		return string(basis[:shown]) + "…"
	}
	return p.Basis
}
