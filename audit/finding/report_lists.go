package finding

import (
	"cmp"
	"slices"
)

// The lists of the report: kinds of payment, data quality, what was not checked.

// payment is a row of the kinds of payment.
type payment struct {
	Name      string
	Estimated bool
	Split
}

func payments(t *Totals) []payment {
	var rows []payment
	for _, g := range t.ByPayment.Groups {
		rows = append(rows, payment{PaymentName(g.Key), estimated(g.Key), g.Split})
	}
	return rows
}

// issues are the doubts about the data, by kind and by institution.
type issues struct {
	Kinds []issueKind
	Rows  []DataIssue
	Left  int // rows left out
}

// issueKind adds up a kind over the institutions.
type issueKind struct {
	Kind         string
	Count        int64
	Institutions int
}

func issuesOf(all []DataIssue) issues {
	byKind := make(map[string]*issueKind)
	for _, i := range all {
		k := byKind[i.Kind]
		if k == nil {
			k = &issueKind{Kind: i.Kind}
			byKind[i.Kind] = k
		}
		k.Count += i.Count
		if i.FixmedinsCode != "" {
			k.Institutions++
		}
	}
	var s issues
	for _, k := range byKind {
		s.Kinds = append(s.Kinds, *k)
	}
	slices.SortFunc(s.Kinds, func(a, b issueKind) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind))
	})
	s.Rows = all
	if len(all) > issueRows {
		s.Rows, s.Left = all[:issueRows], len(all)-issueRows
	}
	return s
}

// missed is a reason for which checks of a rule, or visits, were left out.
type missed struct {
	Rule *RuleRun
	Unchecked
}

// notRun are the rule classes that were not run for one reason.
type notRun struct {
	Why   string
	Rules []RuleRun
}

// sortOutRules fills Missed, Quiet and NotRun.
func (p *page) sortOutRules(rules []RuleRun) {
	for i := range rules {
		r := &rules[i]
		for _, u := range r.Unchecked {
			p.Missed = append(p.Missed, missed{r, u})
		}
		for _, u := range r.LeftOut {
			p.LeftOut = append(p.LeftOut, missed{r, u})
		}
		if r.Status == Ran {
			if r.Found == (Split{}) {
				p.Quiet = append(p.Quiet, *r)
			}
			continue
		}
		why := StatusName(r.Status)
		k := slices.IndexFunc(p.NotRun, func(n notRun) bool { return n.Why == why })
		if k < 0 {
			k = len(p.NotRun)
			p.NotRun = append(p.NotRun, notRun{Why: why})
		}
		p.NotRun[k].Rules = append(p.NotRun[k].Rules, *r)
	}
	slices.SortStableFunc(p.Missed, func(a, b missed) int { return cmp.Compare(b.Count, a.Count) })
	slices.SortStableFunc(p.NotRun, func(a, b notRun) int { return cmp.Compare(len(b.Rules), len(a.Rules)) })
}
