package screening

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Peer is what one institution, or one department of it, comes to in a period.
type Peer struct {
	FixmedinsCode string `json:"fixmedins_code"`
	FixmedinsName string `json:"fixmedins_name,omitempty"`
	Region        string `json:"region,omitempty"`
	Level         int    `json:"level"`          // 3, 2, 1, 0; -1 unknown
	Type          string `json:"type,omitempty"` // 1 medical institution, 2 retail pharmacy
	DeptCode      string `json:"dept_code,omitempty"`
	DeptName      string `json:"dept_name,omitempty"`
	Numerator     int64  `json:"numerator"` // fen, or visits
	Denominator   int64  `json:"denominator"`
	Visits        int64  `json:"visits"`
}

// Panel is the peers that one point compared in one period.
type Panel struct {
	Period string `json:"period"` // 2025-03, 2025Q1, 2025
	Peers  []Peer `json:"peers"`
}

const (
	fewestPeers   = 5  // for a percentile
	fewestVisits  = 20 // without min_visits
	unknownPeers  = "同级同类机构不足"
	unknownVisits = "就诊人次不足"
	unknownBase   = "分母为0"
	unknownRank   = "机构级别或类型不详"
)

// sameDept is what makes two departments alike: their code, else their name.
func (x *Peer) sameDept() string {
	if x.DeptCode != "" {
		return x.DeptCode
	}
	return x.DeptName
}

// kind names the peers that x is compared with, "" when that is not known.
func (x *Peer) kind(dept bool) string {
	if x.Level == levelUnknown || !dept && x.Type == "" {
		return ""
	}
	if dept {
		return fmt.Sprint(x.Level, separator, x.sameDept())
	}
	return fmt.Sprint(x.Level, separator, x.Type)
}

// judgePeers returns the findings of a point in a period, each with the peers that it
// was compared with; unchecked is told what could not be.
func (c *compared) judgePeers(per period, peers []Peer, unchecked func(reason string)) (groups []panelFindings) {
	dept := c.rule.Program == "share"
	var all []Peer
	for _, x := range peers {
		switch {
		case !c.inForce(per.lastDay(), place{x.FixmedinsCode, x.Region}):
		case x.Visits < int64(cmp.Or(c.Params.MinVisits, fewestVisits)):
			unchecked(unknownVisits)
		case x.Denominator <= 0:
			unchecked(unknownBase)
		case c.Params.Percentile != nil && c.Params.Limit == nil && x.kind(dept) == "":
			unchecked(unknownRank)
		default:
			all = append(all, x)
		}
	}
	byKind := make(map[string][]Peer)
	for _, x := range all {
		byKind[x.kind(dept)] = append(byKind[x.kind(dept)], x)
	}
	kinds := make([]string, 0, len(byKind))
	for kind := range byKind {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		if g := c.judgeGroup(per, byKind[kind], kind != "", unchecked); len(g.findings) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// panelFindings are findings with the peers that they rest on.
type panelFindings struct {
	panel    *Panel
	findings []*finding.Finding
}

func (c *compared) judgeGroup(per period, peers []Peer, alike bool, unchecked func(string)) panelFindings {
	g := panelFindings{panel: &Panel{Period: per.String()}}
	var mark *Peer // the percentile's
	if c.Params.Percentile != nil && alike {
		if len(peers) >= fewestPeers {
			mark = c.percentile(peers)
		} else if c.Params.Limit == nil {
			for range peers {
				unchecked(unknownPeers)
			}
		}
	}
	for i := range peers {
		x := &peers[i]
		var why []string
		if limit := c.Params.Limit; limit != nil && c.above(x, *limit) {
			why = append(why, "超过限值"+c.limitWords(*limit))
		}
		if mark != nil && more(x, mark) {
			why = append(why, fmt.Sprintf("高于%s的第%s百分位（%s）", c.group(x, len(peers)), claim.Quantity(*c.Params.Percentile), c.value(mark)))
		}
		if len(why) == 0 {
			continue
		}
		g.findings = append(g.findings, c.finding(per, x, strings.Join(why, "，")))
		if mark == nil {
			g.panel.Peers = append(g.panel.Peers, *x)
		}
	}
	if mark != nil {
		g.panel.Peers = peers
	}
	return g
}

// percentile returns the peer at the point's percentile by the nearest rank: the
// smallest value that at least so many per cent of the peers do not exceed.
func (c *compared) percentile(peers []Peer) *Peer {
	order := make([]*Peer, len(peers))
	for i := range peers {
		order[i] = &peers[i]
	}
	slices.SortStableFunc(order, func(a, b *Peer) int {
		switch {
		case more(b, a):
			return -1
		case more(a, b):
			return 1
		}
		return 0
	})
	const hundred = 100 * int64(claim.Piece)
	rank := (int64(*c.Params.Percentile)*int64(len(peers)) + hundred - 1) / hundred
	return order[min(max(rank, 1), int64(len(peers)))-1]
}

// more says whether x's value is above y's.
func more(x, y *Peer) bool {
	return product(x.Numerator, y.Denominator, y.Numerator, x.Denominator) > 0
}

// above says whether x's value is strictly above a limit: a share, or yuan for each visit.
func (c *compared) above(x *Peer, limit knowledge.Decimal) bool {
	scale := int64(1)
	if c.yuan() {
		scale = int64(claim.Yuan)
	}
	return product(x.Numerator, int64(claim.Piece), int64(limit), x.Denominator*scale) > 0
}

// product compares a·b with c·d, for numbers of which none is negative.
func product(a, b, c, d int64) int {
	hi1, lo1 := bits.Mul64(uint64(max(a, 0)), uint64(max(b, 0)))
	hi2, lo2 := bits.Mul64(uint64(max(c, 0)), uint64(max(d, 0)))
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

// yuan says whether the value is money for each visit, not a share. The codes of
// share count stays, not money.
func (c *compared) yuan() bool {
	return c.rule.Program != "share" && c.over.Money() && !c.under.Money()
}

// value writes a peer's value: per cent with two decimals, or yuan.
func (c *compared) value(x *Peer) string {
	if c.yuan() {
		return ratioWords(c.over, c.under, x)
	}
	return ratioWords(knowledge.Indicator{}, knowledge.Indicator{}, x)
}

func ratioWords(over, under knowledge.Indicator, x *Peer) string {
	if over.Money() && !under.Money() {
		return claim.Money(mulDiv(x.Numerator, 1, max(x.Denominator, 1))).String() + "元"
	}
	return claim.Money(mulDiv(x.Numerator, 10_000, max(x.Denominator, 1))).String() + "%"
}

func (c *compared) limitWords(limit knowledge.Decimal) string {
	if c.yuan() {
		return claim.Quantity(limit).String() + "元"
	}
	return claim.Quantity(limit*100).String() + "%"
}

// group names the peers of x.
func (c *compared) group(x *Peer, n int) string {
	level := map[int]string{3: "三级", 2: "二级", 1: "一级", 0: "未定级"}[x.Level]
	if c.rule.Program == "share" {
		return fmt.Sprintf("%s医疗机构同类%d个科室", level, n)
	}
	return fmt.Sprintf("%s%s%d家", level, map[string]string{"1": "医疗机构", "2": "零售药店"}[x.Type], n)
}

// amountWords writes a numerator or denominator.
func amountWords(in knowledge.Indicator, n int64) string {
	if in.Money() {
		return claim.Money(n).String() + "元"
	}
	return fmt.Sprint(n)
}

func (c *compared) finding(per period, x *Peer, why string) *finding.Finding {
	f := c.populationFinding(per, x.FixmedinsCode, x.FixmedinsName)
	var what string
	if c.rule.Program == "share" {
		f.ID = finding.NewID(c.rule.ID, c.ID, x.FixmedinsCode+"/"+x.sameDept(), per.String())
		f.DeptName, f.Codes = firstOf(x.DeptName, x.DeptCode), []string{c.Params.Item}
		what = fmt.Sprintf("%s%s住院%d人次，其中%d人次收取了编码以%s开头的项目，占%s",
			per.words(), f.DeptName, x.Denominator, x.Numerator, strings.Join(c.over.Codes, "、"), c.value(x))
	} else {
		f.ID = finding.NewID(c.rule.ID, c.ID, x.FixmedinsCode, per.String())
		f.Codes = []string{c.over.String(), c.under.String()}
		form := "%s%s%s，占%s（%s）的%s"
		if c.yuan() {
			form = "%s%s%s，%s%s，平均每人次%s"
		}
		what = fmt.Sprintf(form, per.words(), c.over.Words(), amountWords(c.over, x.Numerator), c.under.Words(), amountWords(c.under, x.Denominator), c.value(x))
	}
	f.Explanation = what + "，" + why + "。指标异常不等于违规，须核实原因。"
	return f
}

// populationFinding returns a finding about an institution and a period, without a
// person or visit, to be completed.
func (p *point) populationFinding(per period, org, name string) *finding.Finding {
	f := p.newFinding()
	f.FixmedinsCode, f.FixmedinsName, f.SetlID = org, name, per.String()
	f.FirstDay, f.LastDay = per.firstDay(), per.lastDay()
	f.LegalArticle = p.rule.law(per.lastDay())
	return f
}

// newFinding returns what a finding of p states of p.
func (p *point) newFinding() *finding.Finding {
	f := &finding.Finding{
		Revision: 1, RuleID: p.rule.ID, RuleName: p.rule.Name, RuleVersion: p.rule.Version, KpID: p.ID,
		Result: finding.Suspicion, Severity: int(p.severity), FirstDay: calendar.NoDay, LastDay: calendar.NoDay, Basis: p.Basis,
	}
	if p.violation {
		f.Result = finding.Violation
	}
	return f
}
