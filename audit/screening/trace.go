package screening

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// trailOutcome is what judgement says of one trace code.
type trailOutcome struct {
	findings  []*finding.Finding
	points    []*point
	unchecked map[Unchecked]int64
	leftOut   map[Unchecked]int64 // sales on exclusion lists, by rule and reason
}

func (o *trailOutcome) uncheck(p *point, reason string) {
	if o.unchecked == nil {
		o.unchecked = make(map[Unchecked]int64)
	}
	o.unchecked[Unchecked{p.rule.ID, reason}]++
}

// judgeTrail judges one trace code by the points of trace: one finding a sale, by one
// point of each rule (a local one before a national one, then the smallest kp_id).
func (l *Library) judgeTrail(t *stock.Trail, o Options) *trailOutcome {
	out := &trailOutcome{}
	if t.Virtual() {
		return out
	}
	undone := returned(t.Events)
	points := slices.Clone(l.traces)
	slices.SortFunc(points, func(a, b *point) int { return cmp.Or(strings.Compare(a.rule.ID, b.rule.ID), a.before(b)) })
	for i := range t.Events {
		e := &t.Events[i]
		if e.Type != stock.Sold || undone[i] {
			continue
		}
		s := &sale{lib: l, trail: t, undone: undone, at: i}
		var last *ruleSet // whose finding the sale has
		for _, p := range points {
			if last != nil && p.rule.ID == last.ID || !p.rule.ofStage(o.Stage) || p.Code != "" && p.Code != e.MedListCodg {
				continue
			}
			if f := s.judge(p, o, out); f != nil {
				last = p.rule
				out.findings, out.points = append(out.findings, f), append(out.points, p)
			}
		}
	}
	slices.SortFunc(out.findings, func(a, b *finding.Finding) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// returned says of every sale whether it was given back: a return takes off the latest
// sale that may be before it, of the same visit, else of the same institution, else any.
func returned(events []stock.Event) []bool {
	undone := make([]bool, len(events))
	for i := range events {
		r := &events[i]
		if r.Type != stock.SoldReturned {
			continue
		}
		best, rank := -1, 0
		for k := range events {
			e := &events[k]
			if e.Type != stock.Sold || undone[k] || earlier(r.Time, e.Time) {
				continue
			}
			n := 1
			switch {
			case r.MdtrtID != "" && e.MdtrtID == r.MdtrtID:
				n = 3
			case e.FixmedinsCode == r.FixmedinsCode:
				n = 2
			}
			if n >= rank {
				best, rank = k, n
			}
		}
		if best >= 0 {
			undone[best] = true
		}
	}
	return undone
}

// sale is one sale of a trail that was not given back.
type sale struct {
	lib    *Library
	trail  *stock.Trail
	undone []bool // sales of the trail that were given back
	at     int
}

func (s *sale) event() *stock.Event { return &s.trail.Events[s.at] }

// judge judges the sale by one point.
func (s *sale) judge(p *point, o Options, out *trailOutcome) *finding.Finding {
	e := s.event()
	day, region := e.Time.Day(), s.lib.regionOf(e.FixmedinsCode)
	if day == calendar.NoDay {
		out.uncheck(p, "售出时间不详")
		return nil
	}
	if o.From != calendar.NoDay && day < o.From || o.To != calendar.NoDay && day > o.To || !p.inForce(day, place{e.FixmedinsCode, region}) {
		return nil
	}
	switch excluded, reason := p.excludesSale(e, region, day); {
	case excluded == yes:
		if out.leftOut == nil {
			out.leftOut = make(map[Unchecked]int64)
		}
		out.leftOut[Unchecked{p.rule.ID, reason}]++
		return nil
	case e.SetlType == "2": // at the person's own expense
		return nil
	case excluded == unknown:
		out.uncheck(p, reason)
		return nil
	case e.SetlType == "" && e.MdtrtID == "":
		out.uncheck(p, "结算类型不详")
		return nil
	}
	why, others, doubts := s.reasons(p)
	for _, reason := range unique(doubts) {
		out.uncheck(p, reason)
	}
	if len(why) == 0 {
		return nil
	}
	return s.finding(p, day, why, others)
}

// reasons says what is wrong with the sale, which other institutions that names, and
// what could not be checked.
func (s *sale) reasons(p *point) (why, others, doubts []string) {
	for _, c := range []struct {
		event string
		check func(*point) (text, org, unknown string)
	}{
		{"repeated", s.repeated}, {"elsewhere", s.elsewhere}, {"before_purchase", s.beforePurchase}, {"after_return", s.afterReturn},
	} {
		if p.Params.Event != "" && p.Params.Event != c.event {
			continue
		}
		text, org, unknown := c.check(p)
		if unknown != "" {
			doubts = append(doubts, unknown)
		}
		if text != "" {
			why = append(why, text)
		}
		if org != "" && org != s.event().FixmedinsCode {
			others = append(others, strings.Clone(org))
			if name := s.lib.nameOf(org); name != "" {
				others = append(others, name)
			}
		}
	}
	return why, others, doubts
}

// finding writes the sale down.
func (s *sale) finding(p *point, day calendar.Day, why, others []string) *finding.Finding {
	f, e := p.newFinding(), s.event()
	f.ID = finding.NewID(p.rule.ID, p.ID, e.MdtrtID, s.trail.Code+"/"+e.ID)
	f.FixmedinsCode, f.FixmedinsName = strings.Clone(e.FixmedinsCode), s.lib.nameOf(e.FixmedinsCode)
	f.PsnNo, f.MdtrtID, f.FirstDay, f.LastDay = strings.Clone(e.PsnNo), strings.Clone(e.MdtrtID), day, day
	f.Codes = []string{s.trail.Code}
	if e.MedListCodg != "" {
		f.Codes = append(f.Codes, strings.Clone(e.MedListCodg))
	}
	if e.BkkpSn != "" {
		f.Lines = []string{strings.Clone(e.BkkpSn)}
	}
	f.LegalArticle = p.rule.law(day)
	f.Explanation = fmt.Sprintf("追溯码%s于%s售出：%s。", s.trail.Code, e.Time, strings.Join(why, "；"))
	f.Others = unique(others)
	return f
}

// excludesSale says whether an exception of p, or a list of its rule, leaves a sale
// out, and why. Of the visit nothing is known but its number.
func (p *point) excludesSale(e *stock.Event, region string, day calendar.Day) (fact, string) {
	doubt := len(p.Params.ExcludeDx)+len(p.Params.ExcludeMedTypes) > 0
	for _, x := range p.rule.exclusions {
		if x.PsnNo != "" && x.PsnNo != e.PsnNo || x.MdtrtID != "" && x.MdtrtID != e.MdtrtID ||
			x.FixmedinsCode != "" && x.FixmedinsCode != e.FixmedinsCode || x.Region != "" && region != "" && !registry.Within(region, x.Region) ||
			x.ValidFrom != calendar.NoDay && day < x.ValidFrom || x.ValidTo != calendar.NoDay && day > x.ValidTo {
			continue
		}
		if len(x.DxAny)+len(x.MedTypes)+len(x.CodesAny) == 0 && (x.Region == "" || region != "") {
			return yes, exclusionName(x)
		}
		doubt = true
	}
	if doubt {
		return unknown, "就诊情况不详"
	}
	return no, ""
}

func (l *Library) regionOf(org string) string {
	if in := l.institutions[org]; in != nil {
		return in.FixBlngAdmdvs
	}
	return ""
}

func (l *Library) nameOf(org string) string {
	if in := l.institutions[org]; in != nil {
		return in.FixmedinsName
	}
	return ""
}

// called names an institution with its code.
func (l *Library) called(org string) string {
	if name := l.nameOf(org); name != "" {
		return name + "（" + org + "）"
	}
	return strings.Clone(org)
}

// earlier says whether a is certainly before b: where either has no time of day, by
// days.
func earlier(a, b calendar.Time) bool {
	switch {
	case a == calendar.NoTime || b == calendar.NoTime:
		return false
	case a.HasClock() && b.HasClock():
		return a < b
	}
	return a.Day() < b.Day()
}

// repeated: settled more than max times up to this sale. Packages sold in parts are
// left out.
func (s *sale) repeated(p *point) (text, org, unknown string) {
	if s.event().Split == "1" || p.Params.Max == nil {
		return "", "", ""
	}
	n, first := int64(0), (*stock.Event)(nil)
	for k := range s.at + 1 {
		e := &s.trail.Events[k]
		if e.Type != stock.Sold || s.undone[k] || e.Split == "1" || e.Time == calendar.NoTime {
			continue
		}
		if n++; n == 1 {
			first = e
		}
	}
	if n*int64(claim.Piece) <= int64(*p.Params.Max) {
		return "", "", ""
	}
	return fmt.Sprintf("扣除退货后为第%d次结算（首次在%s，%s），超过%s次", n, s.lib.called(first.FixmedinsCode), first.Time, claim.Quantity(*p.Params.Max)),
		first.FixmedinsCode, ""
}

// intakes are the events by which institutions had the package; unknown says that one
// of them has no time or that there are none.
func (s *sale) intakes() (events []*stock.Event, unknown string) {
	for k := range s.trail.Events {
		e := &s.trail.Events[k]
		if e.Type != stock.Bought && e.Type != stock.Counted {
			continue
		}
		if e.Time == calendar.NoTime {
			return nil, "入库时间不详"
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil, "没有入库记录"
	}
	return events, ""
}

// elsewhere: sold at an institution other than the one that took it in last.
func (s *sale) elsewhere(*point) (text, org, unknown string) {
	e := s.event()
	intakes, unknown := s.intakes()
	switch {
	case unknown != "":
		return "", "", unknown
	case e.FixmedinsCode == "":
		return "", "", "机构不详"
	}
	var last *stock.Event // certainly before the sale, and perhaps the last
	for _, x := range intakes {
		later := func(y *stock.Event) bool { return earlier(y.Time, e.Time) && earlier(x.Time, y.Time) }
		if earlier(e.Time, x.Time) || slices.ContainsFunc(intakes, later) {
			continue
		}
		if x.FixmedinsCode == e.FixmedinsCode || x.FixmedinsCode == "" {
			return "", "", ""
		}
		if earlier(x.Time, e.Time) {
			last = x
		}
	}
	if last == nil {
		return "", "", ""
	}
	return fmt.Sprintf("此前最近一次入库在%s（%s），不在本机构", s.lib.called(last.FixmedinsCode), last.Time), last.FixmedinsCode, ""
}

// beforePurchase: sold before it was first taken in anywhere.
func (s *sale) beforePurchase(*point) (text, org, unknown string) {
	intakes, unknown := s.intakes()
	if unknown != "" {
		return "", "", unknown
	}
	for _, x := range intakes {
		if !earlier(s.event().Time, x.Time) {
			return "", "", ""
		}
	}
	first := intakes[0]
	return fmt.Sprintf("早于首次入库（%s，%s）", s.lib.called(first.FixmedinsCode), first.Time), first.FixmedinsCode, ""
}

// afterReturn: sold at an institution that had given it back to its supplier and has
// not taken it in since.
func (s *sale) afterReturn(*point) (text, org, unknown string) {
	e := s.event()
	if e.FixmedinsCode == "" {
		return "", "", "机构不详"
	}
	for k := range s.trail.Events {
		r := &s.trail.Events[k]
		if r.Type != stock.BoughtReturned || r.FixmedinsCode != e.FixmedinsCode || !earlier(r.Time, e.Time) {
			continue
		}
		again := func(x stock.Event) bool {
			return (x.Type == stock.Bought || x.Type == stock.Counted) && x.FixmedinsCode == e.FixmedinsCode &&
				!earlier(x.Time, r.Time) && !earlier(e.Time, x.Time)
		}
		if !slices.ContainsFunc(s.trail.Events, again) {
			return fmt.Sprintf("本机构已于%s将其退回供应商", r.Time), "", ""
		}
	}
	return "", "", ""
}
