package finding

import (
	"cmp"
	"slices"

	"yiheng/facts/claim"
)

// mostOfRule is how many findings of one rule the top findings may hold, so that one
// rule with many large amounts does not hide the others.
const mostOfRule = 20

// Detail is a finding with the records that prove it, for the reader of a report.
type Detail struct {
	Finding   *Finding
	Encounter *claim.Encounter // nil: not known
	Lines     []claim.Line     // of Finding.Lines
	Evidence  []claim.Line     // of Finding.EvidenceLines
	Read      *Reading         // of a finding that goes across persons; nil: none
}

// Reading is what a verdict across persons read, as a table of texts: the peers, the
// entries of the books, the events of the trace code.
type Reading struct {
	Title string
	Head  []string
	Rows  [][]string
	Own   int // the row that the finding is about, -1: none or all
}

// leaders keeps the findings with the most money, of each rule and result.
type leaders struct {
	most   int
	byRule map[[2]string][]*Finding // the largest first
	across map[string][]*Finding    // by rule, those that go across persons: the first ones, since they have no money
}

const (
	mostAcrossOfRule = 5
	mostAcross       = 40
)

func newLeaders(most int) *leaders {
	return &leaders{most: most, byRule: map[[2]string][]*Finding{}, across: map[string][]*Finding{}}
}

// byAmount orders the larger first, then by what its own lines come to, then by id.
func byAmount(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(stated(b.Amount), stated(a.Amount)),
		cmp.Compare(stated(b.OwnAmount), stated(a.OwnAmount)),
		cmp.Compare(a.ID, b.ID))
}

func (l *leaders) add(f *Finding) {
	if l.most <= 0 {
		return
	}
	if f.Across {
		if len(l.across[f.RuleID]) < mostAcrossOfRule {
			l.across[f.RuleID] = append(l.across[f.RuleID], f)
		}
		return
	}
	key := [2]string{f.Result, f.RuleID}
	list := l.byRule[key]
	at, _ := slices.BinarySearchFunc(list, f, byAmount)
	if at >= mostOfRule {
		return
	}
	list = slices.Insert(list, at, f)
	l.byRule[key] = list[:min(len(list), mostOfRule)]
}

// top returns the findings with the most money: violations first, at least half of
// them where there are so many, then suspicions; after them a few of each rule that
// goes across persons.
func (l *leaders) top() []*Finding {
	var violations, suspicions []*Finding
	for key, list := range l.byRule {
		if key[0] == Violation {
			violations = append(violations, list...)
		} else {
			suspicions = append(suspicions, list...)
		}
	}
	slices.SortFunc(violations, byAmount)
	slices.SortFunc(suspicions, byAmount)
	room := l.most - min(len(suspicions), l.most/2)
	violations = violations[:min(len(violations), room)]
	suspicions = suspicions[:min(len(suspicions), l.most-len(violations))]
	return slices.Concat(violations, suspicions, l.acrossPersons())
}

func (l *leaders) acrossPersons() []*Finding {
	var all []*Finding
	for _, list := range l.across {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *Finding) int { return cmp.Or(cmp.Compare(a.RuleID, b.RuleID), cmp.Compare(a.ID, b.ID)) })
	return all[:min(len(all), mostAcross)]
}
