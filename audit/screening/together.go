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

// Reading returns what a verdict across persons read: the peers from the highest value
// down, the entries of the books, or the events of the trace code; nil for a verdict
// on one person.
func (c *Certificate) Reading(f *finding.Finding) *finding.Reading {
	switch {
	case c.Panel != nil:
		return c.Panel.reading(f, c.Points)
	case c.Account != nil:
		return c.Account.reading()
	case c.Trail != nil:
		return readingOf(c.Trail, f)
	}
	return nil
}

func (n *Panel) reading(f *finding.Finding, points []knowledge.Point) *finding.Reading {
	var over, under knowledge.Indicator
	if len(points) == 1 && points[0].Params != nil { // of share neither can be read: both are visits
		over, _ = knowledge.ParseIndicator(points[0].Params.Numerator)
		under, _ = knowledge.ParseIndicator(points[0].Params.Denominator)
	}
	peers := slices.Clone(n.Peers)
	slices.SortStableFunc(peers, func(a, b Peer) int { return product(b.Numerator, a.Denominator, a.Numerator, b.Denominator) })
	r := &finding.Reading{Title: "比较的机构或科室", Head: []string{"机构", "编码", "科室", "分子", "分母", "就诊人次", "分子÷分母"}, Own: -1}
	for i := range peers {
		x := &peers[i]
		dept := firstOf(x.DeptName, x.DeptCode)
		if x.FixmedinsCode == f.FixmedinsCode && dept == f.DeptName {
			r.Own = i
		}
		r.Rows = append(r.Rows, []string{
			x.FixmedinsName, x.FixmedinsCode, dept, amountWords(over, x.Numerator), amountWords(under, x.Denominator), fmt.Sprint(x.Visits), ratioWords(over, under, x),
		})
	}
	return r
}

func (a *Account) reading() *finding.Reading {
	r := &finding.Reading{
		Title: "账册（结算数量" + a.Claimed.String() + "）", Own: -1,
		Head: []string{"日期", "库房", "类型", "期初", "收入", "支出", "期末", "出入库数量", "单位"},
	}
	for _, e := range a.Entries {
		r.Rows = append(r.Rows, []string{
			e.Day.String(), firstOf(e.PlaceName, e.PlaceType), entryNames[e.Type], e.Opening.String(), e.In.String(), e.Out.String(),
			e.Closing.String(), e.Cnt.String(), e.Unit,
		})
	}
	return r
}

var entryNames = map[string]string{
	stock.Carry: "结转", stock.TransferIn: "调拨入库", stock.TransferOut: "调拨出库", stock.Surplus: "盘盈", stock.Loss: "盘损", stock.Destroyed: "销毁",
	stock.OtherIn: "其他入库", stock.OtherOut: "其他出库", stock.Purchase: "采购入库", stock.Return: "退货出库", stock.Take: "领用", stock.Sale: "销售",
	stock.SaleReturned: "销售退回",
}

var eventNames = map[string]string{
	stock.Bought: "入库", stock.BoughtReturned: "退供应商", stock.Sold: "售出", stock.SoldReturned: "售出退回", stock.Counted: "库存",
}

func readingOf(t *stock.Trail, f *finding.Finding) *finding.Reading {
	r := &finding.Reading{Title: "追溯码" + t.Code + "的记录", Own: -1, Head: []string{"时间", "事项", "机构", "人员", "就诊", "拆零"}}
	for i := range t.Events {
		e := &t.Events[i]
		if e.Type == stock.Sold && e.MdtrtID == f.MdtrtID && e.Time.Day() == f.FirstDay {
			r.Own = i
		}
		r.Rows = append(r.Rows, []string{e.Time.String(), eventNames[e.Type], e.FixmedinsCode, e.PsnNo, e.MdtrtID, map[string]string{"1": "是"}[e.Split]})
	}
	return r
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
		if !p.about(a.Code) || !p.inForce(per.lastDay(), placeOf(in)) {
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
		c.addRule(p.rule)
		c.Exclusions = append(c.Exclusions, exclusionsOn(p.rule, c.Exclusions)...)
	}
	c.sortRules()
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
		if p.origin != nil && !slices.ContainsFunc(out, func(o knowledge.Point) bool { return o.ID == p.ID }) {
			out = append(out, *p.origin)
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
