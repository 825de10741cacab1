package finding

import (
	"cmp"
	"slices"
	"strings"
)

// mostListed is how many departments and doctors summary.json names for each result;
// the others are added up in Rest.
const mostListed = 500

// Tally adds findings up. Its memory grows with the institutions, departments and
// doctors that have findings, not with the findings.
type Tally struct {
	all                                       Split
	persons                                   int64
	psnNo                                     string
	across                                    map[string]bool // persons counted by findings that go across persons
	payment, month, institution, dept, doctor groups
	names                                     map[string]string // by fixmedins_code
	rules                                     map[string]*ruleTally
}

// ruleTally is what was found under one rule.
type ruleTally struct {
	name string
	Split
}

// groups are sums by institution and key.
type groups map[groupKey]*Split

type groupKey struct{ institution, key string }

func (g groups) add(institution, key string, f *Finding) {
	s := g[groupKey{institution, key}]
	if s == nil {
		s = new(Split)
		// A finding may be a view of a larger buffer: what is kept is copied.
		g[groupKey{strings.Clone(institution), strings.Clone(key)}] = s
	}
	s.of(f.Result).add(f)
}

// NewTally returns a tally without findings.
func NewTally() *Tally {
	return &Tally{
		payment: groups{}, month: groups{}, institution: groups{}, dept: groups{}, doctor: groups{},
		names: map[string]string{}, rules: map[string]*ruleTally{},
	}
}

// Add counts a finding. The findings of one person must come one after another, or
// Totals.Persons counts that person more than once; those that go across persons come
// before all others, in any order.
func (t *Tally) Add(f *Finding) {
	t.all.of(f.Result).add(f)
	t.person(f)
	month := f.LastDay.String()
	if len(month) > 7 {
		month = month[:7]
	}
	t.payment.add("", f.ClrWay, f)
	t.month.add("", month, f)
	t.institution.add(f.FixmedinsCode, f.FixmedinsCode, f)
	t.dept.add(f.FixmedinsCode, f.DeptName, f)
	t.doctor.add(f.FixmedinsCode, f.DrCode, f)
	if t.names[f.FixmedinsCode] == "" && f.FixmedinsName != "" {
		t.names[strings.Clone(f.FixmedinsCode)] = strings.Clone(f.FixmedinsName)
	}
	r := t.rules[f.RuleID]
	if r == nil {
		r = &ruleTally{name: strings.Clone(f.RuleName)}
		t.rules[strings.Clone(f.RuleID)] = r
	}
	r.of(f.Result).add(f)
}

// person counts the person of a finding, once.
func (t *Tally) person(f *Finding) {
	switch {
	case f.PsnNo == "" || t.across[f.PsnNo]:
	case f.Across:
		if t.across == nil {
			t.across = make(map[string]bool)
		}
		t.across[strings.Clone(f.PsnNo)] = true
		t.persons++
	case f.PsnNo != t.psnNo:
		t.persons++
		t.psnNo = strings.Clone(f.PsnNo)
	}
}

// Into writes the totals into run, and into each of its rules what was found under it.
// A rule with findings that run does not name is added.
func (t *Tally) Into(run *Run) {
	run.Totals = Totals{
		All:           t.all,
		Persons:       t.persons,
		ByPayment:     t.ranking(t.payment, 0),
		ByMonth:       t.ranking(t.month, 0),
		ByInstitution: t.ranking(t.institution, 0),
		ByDepartment:  t.ranking(t.dept, mostListed),
		ByDoctor:      t.ranking(t.doctor, mostListed),
	}
	slices.SortFunc(run.Totals.ByMonth.Groups, func(a, b Group) int { return cmp.Compare(a.Key, b.Key) })
	left := make(map[string]bool, len(t.rules))
	for id := range t.rules {
		left[id] = true
	}
	for i := range run.Rules {
		r := &run.Rules[i]
		r.Found = Split{}
		if found := t.rules[r.RuleID]; found != nil {
			r.Found = found.Split
			delete(left, r.RuleID)
		}
	}
	for id := range left {
		run.Rules = append(run.Rules, RuleRun{RuleID: id, Name: t.rules[id].name, Status: Ran, Found: t.rules[id].Split})
	}
	for i := range run.DataIssues {
		if d := &run.DataIssues[i]; d.FixmedinsName == "" {
			d.FixmedinsName = t.names[d.FixmedinsCode]
		}
	}
	run.tidy()
}

// ranking lists groups, the largest first. With most > 0, only those among the most
// largest of either result are listed, and the others added up.
func (t *Tally) ranking(g groups, most int) Ranking {
	r := Ranking{Groups: make([]Group, 0, len(g))}
	for k, s := range g {
		r.Groups = append(r.Groups, Group{FixmedinsCode: k.institution, FixmedinsName: t.names[k.institution], Key: k.key, Split: *s})
	}
	slices.SortFunc(r.Groups, compareGroups)
	if most == 0 || len(r.Groups) <= most {
		return r
	}
	listed := make(map[groupKey]bool, 2*most)
	for _, result := range []string{Violation, Suspicion} {
		for _, group := range largest(r.Groups, result, most) {
			listed[groupKey{group.FixmedinsCode, group.Key}] = true
		}
	}
	kept := make([]Group, 0, len(listed))
	for _, group := range r.Groups {
		if listed[groupKey{group.FixmedinsCode, group.Key}] {
			kept = append(kept, group)
			continue
		}
		r.More++
		r.Rest.plus(group.Split)
	}
	r.Groups = kept
	return r
}

func compareGroups(a, b Group) int {
	return cmp.Or(a.compare(&b.Split), cmp.Compare(a.FixmedinsCode, b.FixmedinsCode), cmp.Compare(a.Key, b.Key))
}

// largest returns up to n groups with findings of a result, those with the most money
// first. Groups that the data does not name are left out: they are nobody's.
func largest(all []Group, result string, n int) []Group {
	named := make([]Group, 0, len(all))
	for _, g := range all {
		if g.Key != "" && g.of(result).Findings > 0 {
			named = append(named, g)
		}
	}
	slices.SortStableFunc(named, func(a, b Group) int {
		x, y := a.of(result), b.of(result)
		return cmp.Or(cmp.Compare(y.Amount, x.Amount), cmp.Compare(y.Findings, x.Findings), compareGroups(a, b))
	})
	return named[:min(n, len(named))]
}
