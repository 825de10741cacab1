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
	Fund, Acct                    claim.Money // estimates; Null: cannot be told
}

// Judge returns the findings of a history on the days from..to (NoDay: open), by
// rule, point, visit and settlement.
func Judge(h *claim.History, w *World, from, to calendar.Day) []Finding {
	var hits []hit
	for _, year := range years(h) {
		p := read(since(h, year), w)
		for i := range p.points {
			a := asked{person: p, rule: p.points[i].rule, point: p.points[i].Point}
			for _, h := range a.judge() {
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

// since returns the rows that a finding of a year may read: those from 1 January
// of the year before on (a visit by its end), and those of unknown days.
func since(h *claim.History, year int) *claim.History {
	horizon := calendar.DayOf(year-1, 1, 1)
	seen := *h
	old := func(t calendar.Time) bool { return t != calendar.NoTime && t.Day() < horizon }
	seen.Lines = slices.DeleteFunc(slices.Clone(h.Lines), func(l claim.Line) bool { return old(l.FeeOcurTime) })
	seen.Encounters = slices.DeleteFunc(slices.Clone(h.Encounters), func(e claim.Encounter) bool { return old(e.Endtime) })
	seen.Settlements = slices.DeleteFunc(slices.Clone(h.Settlements), func(s claim.Settlement) bool { return old(s.SetlTime) })
	return &seen
}

// years returns every year in which something can be found.
func years(h *claim.History) (years []int) {
	add := func(d calendar.Day) {
		if y := d.Year(); d != calendar.NoDay && !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	for _, l := range h.Lines {
		add(l.FeeOcurTime.Day())
	}
	for _, e := range h.Encounters {
		add(e.Begntime.Day())
		add(e.Endtime.Day())
	}
	for _, s := range h.Settlements {
		add(s.SetlTime.Day())
	}
	return years
}

// judge asks the point about everything in view.
func (a *asked) judge() []hit {
	switch a.rule.Program {
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
