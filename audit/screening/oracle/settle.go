package oracle

import (
	"cmp"
	"slices"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// hit is one objection of a point; lines of one rule, point, visit and settlement
// make one finding.
type hit struct {
	rule     *rule.Rule
	point    *knowledge.Point // nil: none
	visit    *visit
	setl     string       // of a check of a settlement
	day      calendar.Day // that decides
	parts    []part
	evidence []*charge
	codes    []string
	whole    bool // a check of the whole visit
}

type part struct {
	*charge
	money claim.Money // the violating part
}

// of returns the hit where its day lies in a year and within from..to.
func (h hit) of(year int, from, to calendar.Day) []hit {
	if h.day == calendar.NoDay || h.day.Year() != year || h.day < from || to != calendar.NoDay && h.day > to {
		return nil
	}
	return []hit{h}
}

func (h *hit) kp() string {
	if h.point == nil {
		return ""
	}
	return h.point.ID
}

func (h *hit) region() string {
	if h.point == nil {
		return ""
	}
	return h.point.Region
}

func (h *hit) result() string {
	if h.point != nil && paramsOf(h.point).Result != "" {
		return h.point.Params.Result
	}
	return h.rule.Result
}

func (h *hit) severity() int {
	switch {
	case h.result() == "violation":
		return 1
	case paramsOf(h.point).Severity == 3:
		return 3
	}
	return 2
}

// beats says whether the objection of h to a line, m, wins against that of o.
func (h *hit) beats(m claim.Money, o *hit, n claim.Money) bool {
	switch {
	case m != n:
		return m > n
	case (h.region() != "") != (o.region() != ""):
		return h.region() != ""
	}
	return h.kp() < o.kp()
}

// settle makes findings of hits: a line at most once per rule, its money once
// across findings.
func settle(hits []hit) []Finding {
	type one struct {
		*hit
		parts    []part
		evidence []*charge
		codes    []string
	}
	var all []*one
	of := func(h *hit) int {
		return slices.IndexFunc(all, func(o *one) bool {
			return o.rule == h.rule && o.kp() == h.kp() && o.visit.id == h.visit.id && o.setl == h.setl
		})
	}
	for i := range hits {
		h := &hits[i]
		var kept []part
		for _, p := range h.parts {
			if !slices.ContainsFunc(hits, func(o hit) bool {
				return o.rule == h.rule && slices.ContainsFunc(o.parts, func(q part) bool {
					return q.charge.BkkpSn == p.charge.BkkpSn && o.beats(q.money, h, p.money)
				})
			}) {
				kept = append(kept, p)
			}
		}
		if len(h.parts) > 0 && len(kept) == 0 {
			continue
		}
		at := of(h)
		if at < 0 {
			at = len(all)
			all = append(all, &one{hit: h})
		}
		f := all[at]
		for _, p := range kept {
			if !slices.ContainsFunc(f.parts, func(q part) bool { return q.charge.BkkpSn == p.charge.BkkpSn }) {
				f.parts = append(f.parts, p)
			}
		}
		f.codes = append(f.codes, h.codes...)
	}
	for i := range hits { // what proves a part that another point won proves the rest too
		if at := of(&hits[i]); at >= 0 {
			all[at].evidence = append(all[at].evidence, hits[i].evidence...)
		}
	}
	findings := make([]Finding, len(all))
	for i, f := range all {
		g := Finding{
			RuleID: f.rule.ID, KpID: f.kp(), MdtrtID: f.visit.id, SetlID: f.setl, Result: f.result(), Severity: f.severity(),
			Codes: sorted(f.codes),
		}
		bySetl, setls := map[string]claim.Money{}, map[string]*claim.Settlement{}
		for _, p := range f.parts {
			g.Lines = append(g.Lines, p.charge.BkkpSn)
			g.Own += p.money
			counted := claim.Money(0)
			for _, o := range all {
				for _, q := range o.parts {
					if q.charge.BkkpSn == p.charge.BkkpSn && o != f && first(o.hit, q.money, f.hit, p.money) {
						counted = max(counted, q.money)
					}
				}
			}
			amount := max(0, p.money-counted)
			g.Amount += amount
			s := p.charge.named()
			bySetl[s.id()] += amount
			setls[s.id()] = s.Settlement
		}
		for id, amount := range bySetl {
			s := setls[id]
			g.Fund = estimate(g.Fund, f.visit, s, amount, func(s *claim.Settlement) (part, of claim.Money) { return s.FundPaySumamt, s.InscpAmt })
			g.Acct = estimate(g.Acct, f.visit, s, amount, func(s *claim.Settlement) (part, of claim.Money) { return s.AcctPay, s.MedfeeSumamt })
		}
		for _, c := range f.evidence {
			if !slices.Contains(g.Lines, c.BkkpSn) {
				g.Evidence = append(g.Evidence, c.BkkpSn)
			}
		}
		g.Lines, g.Evidence = sorted(g.Lines), sorted(g.Evidence)
		findings[i] = g
	}
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.RuleID, b.RuleID), strings.Compare(a.KpID, b.KpID),
			strings.Compare(a.MdtrtID, b.MdtrtID), strings.Compare(a.SetlID, b.SetlID))
	})
	return findings
}

// named is the settlement that a line names; nil: none, or not in the data.
type named struct{ *claim.Settlement }

func (n named) id() string {
	if n.Settlement == nil {
		return ""
	}
	return n.SetlID
}

func (c *charge) named() named {
	if c.SetlID == "" || c.setl == nil || c.setl.SetlID != c.SetlID {
		return named{}
	}
	return named{c.setl}
}

// estimate adds to sum what part of an amount the fund, or the account, paid in a
// settlement: nothing where the visit never had one, Null where it cannot be told.
func estimate(sum claim.Money, x *visit, s *claim.Settlement, amount claim.Money, ratio func(*claim.Settlement) (part, of claim.Money)) claim.Money {
	switch {
	case amount == 0 || sum == claim.Null || s == nil && !x.everHad:
		return sum
	case s == nil:
		return claim.Null
	}
	part, of := ratio(s)
	if part == claim.Null || of == claim.Null || of <= 0 {
		return claim.Null
	}
	return sum + share(amount, int64(part), int64(of))
}

// first says whether the money m of a line counts under o before n under f.
func first(o *hit, m claim.Money, f *hit, n claim.Money) bool {
	switch {
	case o.result() != f.result():
		return o.result() == "violation"
	case o.whole != f.whole:
		return f.whole
	case m != n:
		return m > n
	case o.rule.ID != f.rule.ID:
		return o.rule.ID < f.rule.ID
	}
	return o.kp() < f.kp()
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return slices.Compact(s)
}
