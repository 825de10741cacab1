package screening

import (
	"fmt"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/stock"
)

// complete says whether the certificate holds exactly one of what verdicts read.
func (c *Certificate) complete() bool {
	n := 0
	for _, has := range []bool{c.History != nil, c.Panel != nil, c.Account != nil, c.Trail != nil} {
		if has {
			n++
		}
	}
	return n == 1
}

// Lines returns the fee lines that the certificate holds.
func (c *Certificate) Lines() []claim.Line {
	if c.History == nil {
		return nil
	}
	return c.History.Lines
}

// Evidence says in Chinese what a verdict across persons read: the peers from the
// highest value down, the entries of the books, or the events of the trace code.
func (c *Certificate) Evidence() (texts []string) {
	switch {
	case c.Panel != nil:
		peers := slices.Clone(c.Panel.Peers)
		slices.SortStableFunc(peers, func(a, b Peer) int { return product(b.Numerator, a.Denominator, a.Numerator, b.Denominator) })
		for i := range peers {
			x := &peers[i]
			texts = append(texts, strings.TrimSpace(fmt.Sprintf("%s %s %s 分子%d 分母%d 就诊%d", x.FixmedinsCode, x.FixmedinsName, firstOf(x.DeptName, x.DeptCode),
				x.Numerator, x.Denominator, x.Visits)))
		}
	case c.Account != nil:
		texts = append(texts, fmt.Sprintf("结算数量%s", c.Account.Claimed))
		for _, e := range c.Account.Entries {
			texts = append(texts, fmt.Sprintf("账册 %s %s%s %s 期初%s 收入%s 支出%s 期末%s 变动%s %s", e.Day, e.PlaceType, e.PlaceName, e.Type,
				e.Opening, e.In, e.Out, e.Closing, e.Cnt, e.Unit))
		}
	case c.Trail != nil:
		for _, e := range c.Trail.Events {
			texts = append(texts, fmt.Sprintf("%s %s %s %s %s", e.Time, e.Type, e.FixmedinsCode, e.PsnNo, e.MdtrtID))
		}
	}
	return texts
}

// judgeTogether comes to the verdicts across persons again.
func (c *Certificate) judgeTogether(lib *Library) (found []*finding.Finding) {
	switch {
	case c.Trail != nil:
		return lib.judgeTrail(c.Trail, Options{From: c.From, To: c.To, Stage: c.Stage}).findings
	case lib.measures == nil:
		return nil
	case c.Panel != nil:
		return c.Panel.judge(lib)
	}
	return c.Account.judge(lib)
}

func (n *Panel) judge(lib *Library) (found []*finding.Finding) {
	per, ok := parsePeriod(n.Period)
	if !ok {
		return nil
	}
	for _, p := range slices.Concat(lib.measures.ratios, lib.measures.shares) {
		for _, g := range p.judgePeers(per, n.Peers, func(string) {}) {
			found = append(found, g.findings...)
		}
	}
	return found
}

func (a *Account) judge(lib *Library) (found []*finding.Finding) {
	per, ok := parsePeriod(a.Period)
	if !ok {
		return nil
	}
	in := &claim.Institution{FixmedinsCode: a.FixmedinsCode}
	if known := lib.institutions[a.FixmedinsCode]; known != nil {
		in = known
	}
	for _, p := range lib.measures.stocks {
		if !p.about(a.Code) || !p.inForce(per.lastDay(), in.FixBlngAdmdvs) {
			continue
		}
		if f, _ := p.judgeAccount(a, per, in); f != nil {
			found = append(found, f)
		}
	}
	return found
}

// certifyTrail makes the certificate of the findings of one trace code.
func (l *Library) certifyTrail(o Options, t *stock.Trail, out *trailOutcome) *Certificate {
	c := &Certificate{Format: 1, From: o.From, To: o.To, Stage: o.Stage, Findings: out.findings, Institutions: []claim.Institution{}}
	c.Trail = &stock.Trail{Code: t.Code, Events: slices.Clone(t.Events)}
	c.Points = certifiedPoints(out.points...)
	for _, p := range out.points {
		c.Rules = append(c.Rules, CertifiedRule{p.rule.ID, p.rule.Version, p.rule.Hash})
		c.Exclusions = append(c.Exclusions, exclusionsOn(p.rule, c.Exclusions)...)
	}
	slices.SortFunc(c.Rules, func(a, b CertifiedRule) int { return strings.Compare(a.ID, b.ID) })
	c.Rules = slices.Compact(c.Rules)
	seen := make(map[string]bool)
	for i := range t.Events {
		org := t.Events[i].FixmedinsCode
		if in := l.institutions[org]; in != nil && !seen[org] {
			seen[in.FixmedinsCode] = true
			c.Institutions = append(c.Institutions, *in)
		}
	}
	return c
}

// exclusionsOn returns the exclusions of a rule that are not among those that are
// there.
func exclusionsOn(r *ruleSet, there []knowledge.Exclusion) (more []knowledge.Exclusion) {
	for _, x := range r.exclusions {
		if !slices.ContainsFunc(there, func(o knowledge.Exclusion) bool { return o.ID == x.ID }) {
			more = append(more, *x)
		}
	}
	return more
}

// certifiedPoints returns the points by kp_id, each once.
func certifiedPoints(points ...*point) []knowledge.Point {
	var out []knowledge.Point
	for _, p := range points {
		if !slices.ContainsFunc(out, func(o knowledge.Point) bool { return o.ID == p.ID }) {
			out = append(out, *p.Point)
		}
	}
	slices.SortFunc(out, func(a, b knowledge.Point) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// judgeCase judges a case: its person and the others one by one, then what goes across
// persons. What goes across persons comes with its certificates.
func judgeCase(lib *Library, c *rule.Case, o Options) (persons []*Outcome, together []certified) {
	held := make(stock.Held)
	books := make(map[string][]stock.Entry)
	for _, e := range c.Stock {
		held.Add(e.FixmedinsCode, e.MedListCodg)
		books[e.FixmedinsCode] = append(books[e.FixmedinsCode], e)
	}
	j := newJudge(lib, o)
	lib.held = held
	j.meter = newMeter(lib)
	for _, h := range append([]claim.History{c.History}, c.Others...) {
		persons = append(persons, j.judge(&h))
	}
	if j.meter != nil {
		p := newPopulation(lib, o, j.meter.cells)
		p.judge()
		for org, rows := range books {
			p.judgeBook(stock.NewBook(org, rows))
		}
		together = p.out.sorted()
	}
	return persons, append(together, judgeTrails(lib, c.Traces, o)...)
}

func judgeTrails(lib *Library, events []stock.Event, o Options) (together []certified) {
	byCode := make(map[string][]stock.Event)
	for _, e := range events {
		byCode[e.TracCode] = append(byCode[e.TracCode], e)
	}
	for code, rows := range byCode {
		t := stock.NewTrail(code, rows)
		if out := lib.judgeTrail(t, o); len(out.findings) > 0 {
			together = append(together, certified{out.findings, lib.certifyTrail(o, t, out)})
		}
	}
	return together
}
