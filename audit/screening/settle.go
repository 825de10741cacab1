package screening

import (
	"cmp"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// settleHits turns the hits into findings: each line once a rule, each
// fen once across findings.
func (j *judge) settleHits() {
	j.oneHitPerRule()
	live := j.hitList[:0]
	for _, h := range j.hitList {
		if len(h.parts) > 0 || !h.hadParts {
			h.id = j.idOf(h)
			slices.SortFunc(h.parts, func(a, b part) int { return j.compare(&j.lines[a.line], &j.lines[b.line]) })
			live = append(live, h)
		}
	}
	j.tellApart(live)
	j.shareMoney(live)
	for _, h := range live {
		j.out.Findings = append(j.out.Findings, j.finding(h))
		j.out.points = append(j.out.points, h.point)
	}
	j.noteMoney(live)
	clear(j.hits)
	j.hitList = j.hitList[:0]
}

func (j *judge) idOf(h *hit) string {
	setl := ""
	if h.setl != nil {
		setl = h.setl.SetlID
	}
	return finding.NewID(h.point.rule.ID, h.point.ID, h.visit.id, setl)
}

// claimOn is a hit's part of one line.
type claimOn struct {
	hit *hit
	k   int // index in hit.parts
}

func (c claimOn) part() *part { return &c.hit.parts[c.k] }

// byLine returns the parts of all hits, by line.
func byLine(hits []*hit) map[int32][]claimOn {
	lines := make(map[int32][]claimOn)
	for _, h := range hits {
		for k := range h.parts {
			lines[h.parts[k].line] = append(lines[h.parts[k].line], claimOn{h, k})
		}
	}
	return lines
}

// oneHitPerRule leaves a line to one point of each rule: the largest amount wins,
// then local before national, then the smallest kp_id.
func (j *judge) oneHitPerRule() {
	lost := make(map[*part]bool)
	for _, h := range j.hitList {
		h.hadParts = len(h.parts) > 0
	}
	for _, claims := range byLine(j.hitList) {
		for a := range claims {
			for b := range claims {
				if a != b && sameCheck(claims[a].hit.point, claims[b].hit.point) && loses(claims[a], claims[b], a > b) {
					lost[claims[a].part()] = true
				}
			}
		}
	}
	if len(lost) == 0 {
		return
	}
	for _, h := range j.hitList {
		kept := make([]part, 0, len(h.parts))
		for k := range h.parts {
			if !lost[&h.parts[k]] {
				kept = append(kept, h.parts[k])
			}
		}
		h.parts = kept
	}
}

// sameCheck says whether two points are of one check, under which a line appears once:
// of one rule, but each expression is a check of its own.
func sameCheck(p, q *point) bool {
	return p.rule.sameAs(q.rule) && (p == q || p.rule.Program != "expression")
}

// loses says whether a gives way to b on their line; later breaks the tie of two
// parts of one point.
func loses(a, b claimOn, later bool) bool {
	if a.part().own != b.part().own {
		return a.part().own < b.part().own
	}
	if c := a.hit.point.before(b.hit.point); c != 0 {
		return c > 0
	}
	return later
}

// shareMoney counts each line's money once across findings: rules in force before those
// in grey use, violations before suspicions, lines before whole visits, then the larger part, then rule_id, then
// kp_id. The parts of a line are taken as lying in each other: each of the others
// carries what its part exceeds the largest part counted before it.
func (j *judge) shareMoney(hits []*hit) {
	for _, h := range hits {
		for k := range h.parts {
			h.parts[k].amount = h.parts[k].own
		}
	}
	if len(hits) < 2 {
		return
	}
	for _, claims := range byLine(hits) {
		if len(claims) < 2 {
			continue
		}
		slices.SortFunc(claims, func(a, b claimOn) int {
			return cmp.Or(
				cmpBool(a.hit.point.rule.grey(), b.hit.point.rule.grey()),
				cmpBool(b.hit.point.violation, a.hit.point.violation),
				cmpBool(a.hit.whole, b.hit.whole),
				cmp.Compare(b.part().own, a.part().own),
				strings.Compare(a.hit.point.rule.ID, b.hit.point.rule.ID),
				strings.Compare(a.hit.point.ID, b.hit.point.ID),
				strings.Compare(a.hit.id, b.hit.id))
		})
		counted := claim.Money(0)
		for _, c := range claims {
			p := c.part()
			p.amount = max(0, p.own-counted)
			counted = max(counted, p.own)
			if p.amount < p.own {
				p.main = claims[0].hit
			}
		}
	}
}

// noteMoney writes down how the money of every line objected to was shared out.
func (j *judge) noteMoney(hits []*hit) {
	shares := byLine(hits)
	for _, i := range j.order {
		claims := shares[i]
		if len(claims) == 0 {
			continue
		}
		s := SharedLine{BkkpSn: j.lines[i].BkkpSn, Inscp: j.lines[i].inscp}
		for _, c := range claims {
			s.Shares = append(s.Shares, Share{c.hit.id, c.part().own, c.part().amount})
		}
		slices.SortFunc(s.Shares, func(a, b Share) int { return strings.Compare(a.FindingID, b.FindingID) })
		j.out.money = append(j.out.money, s)
	}
}

// cmpBool orders false before true.
func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// finding writes a hit down.
func (j *judge) finding(h *hit) *finding.Finding {
	p, v := h.point, h.visit
	f := &finding.Finding{
		ID: h.id, Revision: 1, RuleID: p.rule.ID, RuleName: p.rule.Name, RuleVersion: p.rule.Version, KpID: p.ID,
		Result: finding.Suspicion, Severity: int(p.severity),
		FixmedinsCode: v.org, FixmedinsName: v.orgName, PsnNo: j.h.PsnNo, MdtrtID: v.id,
		FirstDay: calendar.NoDay, LastDay: calendar.NoDay, Codes: h.codes, Basis: p.Basis, Others: unique(h.others),
	}
	if p.violation {
		f.Result = finding.Violation
	}
	j.addLines(f, h)
	j.addMoney(f, h)
	j.addSettlements(f, h)
	if len(h.parts) == 0 {
		f.FirstDay, f.LastDay = v.begin, v.last
		if h.setl != nil {
			f.FirstDay, f.LastDay = h.day, h.day
		}
	}
	day := h.day
	if day == calendar.NoDay {
		day = f.FirstDay
	}
	f.LegalArticle = p.rule.law(day)
	f.Explanation = h.why(h)
	return f
}

// addLines names the lines objected to and, apart from them, those that prove it.
func (j *judge) addLines(f *finding.Finding, h *hit) {
	objected := make(map[int32]bool, len(h.parts))
	for _, p := range h.parts {
		x := &j.lines[p.line]
		objected[p.line] = true
		f.Lines = append(f.Lines, x.BkkpSn)
		f.Codes = append(f.Codes, lineCode(x.Line))
		if x.day != calendar.NoDay {
			if f.FirstDay == calendar.NoDay || x.day < f.FirstDay {
				f.FirstDay = x.day
			}
			f.LastDay = max(f.LastDay, x.day)
		}
	}
	f.Codes = unique(f.Codes)
	slices.SortFunc(h.evidence, func(a, b int32) int { return j.compare(&j.lines[a], &j.lines[b]) })
	for _, i := range slices.Compact(h.evidence) {
		if !objected[i] {
			f.EvidenceLines = append(f.EvidenceLines, j.lines[i].BkkpSn)
			f.EvidenceOrgs = append(f.EvidenceOrgs, j.lines[i].visit.org)
		}
	}
}

// addMoney adds up the parts and estimates the fund's and the account's share by the
// settlement of each line: nothing for a visit that never had a settlement, unknown
// (Null) when a line's settlement is not there or does not state the amounts.
func (j *judge) addMoney(f *finding.Finding, h *hit) {
	bySetl := make(map[*settlement]claim.Money)
	byDept, byDoctor := make(map[string]claim.Money), make(map[string]claim.Money)
	mains := make(map[string]claim.Money)
	for _, p := range h.parts {
		x := &j.lines[p.line]
		f.OwnAmount += p.own
		f.Amount += p.amount
		if x.setl != nil || x.visit.had {
			bySetl[x.setl] += p.amount
		}
		byDept[x.BilgDeptName] += p.own
		byDoctor[x.BilgDrCode] += p.own
		if p.main != nil {
			mains[p.main.id] += p.own - p.amount
		}
	}
	for s, amount := range bySetl {
		f.FundAmount = addEstimate(f.FundAmount, amount, s, fundShare)
		f.AcctAmount = addEstimate(f.AcctAmount, amount, s, acctShare)
	}
	f.DeptName, f.DrCode, f.MainFindingID = largest(byDept), largest(byDoctor), largest(mains)
}

func fundShare(s *settlement) (part, of claim.Money) { return s.FundPaySumamt, s.InscpAmt }
func acctShare(s *settlement) (part, of claim.Money) { return s.AcctPay, s.MedfeeSumamt }

func addEstimate(sum, amount claim.Money, s *settlement, ratio func(*settlement) (part, of claim.Money)) claim.Money {
	if amount == 0 || sum == claim.Null {
		return sum
	}
	if s == nil {
		return claim.Null
	}
	part, of := ratio(s)
	if part == claim.Null || of == claim.Null || of <= 0 {
		return claim.Null
	}
	return sum + claim.Money(mulDiv(int64(amount), int64(part), int64(of)))
}

// largest returns the key with the most money, the smallest of several.
func largest(m map[string]claim.Money) string {
	best, most := "", claim.Money(-1)
	for k, v := range m {
		if v > most || v == most && k < best {
			best, most = k, v
		}
	}
	return best
}

// addSettlements names the settlements of the lines objected to (of the visit, for
// findings without lines) and their kinds of payment.
func (j *judge) addSettlements(f *finding.Finding, h *hit) {
	var ids, ways []string
	add := func(s *settlement) {
		if s == nil {
			return
		}
		ids = append(ids, s.SetlID)
		if s.ClrWay != "" {
			ways = append(ways, s.ClrWay)
		}
	}
	switch {
	case h.setl != nil:
		add(h.setl)
	case len(h.parts) > 0:
		for _, p := range h.parts {
			add(j.lines[p.line].setl)
		}
	default:
		for s := h.visit.setl; s != nil; s = s.next {
			add(s)
		}
	}
	f.SetlID, f.ClrWay = strings.Join(unique(ids), ";"), strings.Join(unique(ways), ";")
}
