// Package oracle judges a history slowly, by the text of the contract (docs/judgement.md):
// for every year, point, visit and line it asks again whether it is a hit. It has no
// index, keeps nothing between two questions and shares no code with the judge of
// audit/screening, so that tests can hold the one against the other.
package oracle

import (
	"slices"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// World is what judgement goes by beside the history.
type World struct {
	Rules        []*rule.Rule
	Points       []knowledge.Point
	Institutions []claim.Institution
	Doctors      []claim.Doctor
	Exclusions   []knowledge.Exclusion
	Tables       []string // that the home has; nil: all
}

// Finding is what the contract settles of a finding.
type Finding struct {
	RuleID, KpID, MdtrtID, SetlID string
	Result                        string
	Severity                      int
	Lines, Evidence, Codes        []string // sorted
	Own, Amount                   claim.Money
}

// Judge returns the findings of a history on the days from..to (NoDay: open), by
// rule, point, visit and settlement.
func Judge(h *claim.History, w *World, from, to calendar.Day) []Finding {
	p := read(h, w)
	var hits []hit
	for _, year := range p.years() {
		v := p.since(year)
		for i := range p.points {
			for _, h := range v.judge(p.points[i].rule, p.points[i].Point) {
				hits = append(hits, h.of(year, from, to)...)
			}
		}
	}
	return settle(hits)
}

// point is a point in force in the home with its rule; Point is nil for a class
// that runs without one.
type point struct {
	*knowledge.Point
	rule *rule.Rule
}

// view is what a finding of one year may read.
type view struct {
	*person
	visits []*visit
	lines  []*charge // in the contract's order
}

// since returns what may be read by a finding of the given year; year 0 is that of
// unknown days.
func (p *person) since(year int) *view {
	v := &view{person: p}
	horizon := calendar.NoDay
	if year > 0 {
		horizon = calendar.DayOf(year-1, 1, 1)
	}
	for _, x := range p.visits {
		if b := x.begin(); b == calendar.NoDay || b >= horizon || x.last() >= horizon {
			v.visits = append(v.visits, x)
		}
	}
	for _, c := range p.lines {
		if c.day == calendar.NoDay || c.day >= horizon {
			v.lines = append(v.lines, c)
		}
	}
	return v
}

// years returns every year in which something can be found, and 0.
func (p *person) years() []int {
	years := []int{0}
	add := func(d calendar.Day) {
		if y := d.Year(); !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	for _, c := range p.lines {
		add(c.day)
	}
	for _, x := range p.visits {
		add(x.begin())
		add(x.last())
		for _, s := range x.setls {
			add(s.SetlTime.Day())
		}
	}
	return years
}

// judge asks one point about everything in view.
func (v *view) judge(r *rule.Rule, p *knowledge.Point) []hit {
	a := asked{view: v, rule: r, point: p}
	switch r.Program {
	case "attribute":
		return a.attribute()
	case "never":
		return a.never()
	case "indication":
		return a.indication()
	case "conflict":
		return a.conflict()
	case "same_class":
		return a.sameClass()
	case "quantity":
		return a.quantity()
	case "duration":
		return a.duration()
	case "amount":
		return a.amount()
	case "price":
		return a.price()
	case "discount":
		return a.discount()
	case "split":
		return a.split()
	case "companion":
		return a.companion()
	case "precedence":
		return a.precedence()
	case "benefit":
		return a.benefit()
	case "integrity":
		return a.integrity()
	case "consistency":
		return a.consistency()
	case "periop":
		return a.periop()
	case "sequence":
		return a.sequence()
	}
	return nil
}

// Judges says whether the evaluator knows a program: those about one person.
func Judges(program string) bool {
	return !slices.Contains([]string{"ratio", "share", "stock", "trace", "expression"}, program)
}
