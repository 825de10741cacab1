package screening

import (
	"iter"

	"yiheng/audit/knowledge"
)

// listed finds the exclusions that may concern a visit: lists name thousands of
// persons, of whom each history is one, and often all rules.
type listed struct {
	byVisit, byPerson map[string][]listEntry
	anyone            []listEntry
}

// listEntry is an exclusion with the rules that it names.
type listEntry struct {
	*knowledge.Exclusion
	rules []bool // by index of the rule in the library
}

// newListed indexes exclusions and gives each rule those that name it.
func newListed(exclusions []knowledge.Exclusion, sets int, byID map[string][]*ruleSet) listed {
	l := listed{byVisit: make(map[string][]listEntry), byPerson: make(map[string][]listEntry)}
	type shared struct {
		first *string
		n     int
	}
	named := make(map[shared][]bool) // lists of rules that exclusions share
	for i := range exclusions {
		x := &exclusions[i]
		if len(x.RuleIDs) == 0 {
			continue
		}
		key := shared{&x.RuleIDs[0], len(x.RuleIDs)}
		rules, known := named[key]
		if !known {
			rules = make([]bool, sets)
			named[key] = rules
		}
		for _, id := range x.RuleIDs {
			for _, set := range byID[id] {
				rules[set.index] = true
				set.exclusions = append(set.exclusions, x)
			}
		}
		l.add(listEntry{x, rules})
	}
	return l
}

func (l *listed) add(e listEntry) {
	switch {
	case e.MdtrtID != "":
		l.byVisit[e.MdtrtID] = append(l.byVisit[e.MdtrtID], e)
	case e.PsnNo != "":
		l.byPerson[e.PsnNo] = append(l.byPerson[e.PsnNo], e)
	default:
		l.anyone = append(l.anyone, e)
	}
}

// of yields the exclusions of a rule that name the visit, the person, or neither.
func (l *listed) of(r *ruleSet, person, visit string) iter.Seq[*knowledge.Exclusion] {
	return func(yield func(*knowledge.Exclusion) bool) {
		for _, list := range [][]listEntry{l.byVisit[visit], l.byPerson[person], l.anyone} {
			for _, e := range list {
				if e.rules[r.index] && !yield(e.Exclusion) {
					return
				}
			}
		}
	}
}
