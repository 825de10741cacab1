package screening

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// Certificate is everything that the verdicts on one person read, so that anybody
// with this program can come to them again without the lake: one line of
// certificates.ndjson.
type Certificate struct {
	Format       int                   `json:"format"` // 1
	RunID        string                `json:"run_id"`
	SnapshotID   string                `json:"snapshot_id"`
	From         calendar.Day          `json:"from,omitzero"`
	To           calendar.Day          `json:"to,omitzero"`
	Stage        string                `json:"stage,omitempty"`
	Tables       []string              `json:"tables,omitempty"`
	Rules        []CertifiedRule       `json:"rules"`
	Versions     []rule.Version        `json:"versions,omitempty"` // stored ones that hold beside Rules, or alone
	Points       []knowledge.Point     `json:"points"`
	Institutions []claim.Institution   `json:"institutions"`
	Doctors      []claim.Doctor        `json:"doctors,omitempty"`
	Exclusions   []knowledge.Exclusion `json:"exclusions,omitempty"`
	History      *claim.History        `json:"history,omitempty"`
	Panel        *Panel                `json:"panel,omitempty"`   // of ratio and share, in place of a history
	Account      *Account              `json:"account,omitempty"` // of stock
	Trail        *stock.Trail          `json:"trail,omitempty"`   // of trace
	Findings     []*finding.Finding    `json:"findings"`
	Money        []SharedLine          `json:"money,omitempty"`
	SHA256       string                `json:"sha256"` // of this line without this member
}

// CertifiedRule names the definition of a rule that judged.
type CertifiedRule struct {
	ID      string `json:"rule_id"`
	Version string `json:"version"`
	Hash    string `json:"hash"`
}

// SharedLine tells how the money of a line was shared out among findings.
type SharedLine struct {
	BkkpSn string      `json:"bkkp_sn"`
	Inscp  claim.Money `json:"inscp_net"` // within the insurance's scope, net of refunds
	Shares []Share     `json:"shares"`
}

// Share is what one finding takes of a line's money.
type Share struct {
	FindingID string      `json:"finding_id"`
	Own       claim.Money `json:"own_amount"`
	Amount    claim.Money `json:"amount"`
}

// certify makes the certificate of the findings just judged. It holds as little of
// the history as gives the same findings again: that is tried, and more is added
// until it does.
func certify(lib *Library, o Options, h *claim.History, out *Outcome) (*Certificate, error) {
	c := &Certificate{Format: 1, From: o.From, To: o.To, Stage: o.Stage, Findings: out.Findings, Money: out.money}
	for t := range lib.tables {
		c.Tables = append(c.Tables, t)
	}
	slices.Sort(c.Tables)
	c.nameRules(lib, h, out)
	for _, scope := range []func(*claim.History, *Outcome) *claim.History{linesNamed, linesOfFindings, wholeHistory} {
		c.History = scope(h, out)
		c.Institutions = lib.institutionsOf(c.History)
		c.Doctors = lib.doctorsOf(c.History)
		c.Exclusions = lib.exclusionsOf(c.names, h)
		again, err := c.judge()
		if err != nil {
			return nil, err
		}
		if sameFindings(again, c.Findings) {
			return c, nil
		}
	}
	return nil, fmt.Errorf("人员%s的疑点不能由其全部记录重新得出，请报告此问题", h.PsnNo)
}

func wholeHistory(h *claim.History, _ *Outcome) *claim.History { return h }

// nameRules adds the rules and points of the findings, the points that count
// together with them on codes of the history, and the price points that discounts read.
func (c *Certificate) nameRules(lib *Library, h *claim.History, out *Outcome) {
	codes := make(map[string]bool)
	for i := range h.Lines {
		code := lineCode(&h.Lines[i])
		codes[code], codes[nationalItem(code)] = true, true
	}
	named := make(map[*point]bool)
	name := func(p *point) {
		if named[p] {
			return
		}
		named[p] = true
		c.addRule(p.rule)
		if p.ID != "" && p.origin != nil {
			c.Points = append(c.Points, *p.origin)
		}
	}
	for _, p := range out.points {
		name(p)
		for _, q := range p.group() {
			if q != p && !codes[q.Code] {
				continue
			}
			name(q)
			if p.rule.Program == "discount" || p.rule.Program == "split" {
				for _, c := range lib.caps[q.Code] {
					name(c)
				}
			}
		}
	}
	c.sortRules()
	slices.SortFunc(c.Points, func(a, b knowledge.Point) int { return strings.Compare(a.ID, b.ID) })
	if lib.stored { // versions of a rule have points of the same kp_id
		c.Points = slices.CompactFunc(c.Points, func(a, b knowledge.Point) bool { return a.ID == b.ID })
	}
}

// addRule names a rule with all versions of it, of which each service has one.
func (c *Certificate) addRule(r *ruleSet) {
	if r.kin == nil {
		c.Rules = append(c.Rules, CertifiedRule{r.ID, r.Version, r.Hash})
		return
	}
	for _, set := range r.kin {
		if set.stored == nil {
			c.Rules = append(c.Rules, CertifiedRule{set.ID, set.Version, set.Hash})
		} else {
			c.Versions = append(c.Versions, *set.stored.Version)
		}
	}
}

func (c *Certificate) sortRules() {
	slices.SortFunc(c.Rules, func(a, b CertifiedRule) int { return strings.Compare(a.ID, b.ID) })
	c.Rules = slices.Compact(c.Rules)
	slices.SortFunc(c.Versions, func(a, b rule.Version) int { return strings.Compare(a.ID, b.ID) })
	c.Versions = slices.CompactFunc(c.Versions, func(a, b rule.Version) bool { return a.ID == b.ID })
}

// names says whether the certificate names a rule, or a version of it.
func (c *Certificate) names(r *ruleSet) bool {
	return slices.ContainsFunc(c.Rules, func(o CertifiedRule) bool { return o.ID == r.ID }) ||
		r.stored != nil && slices.ContainsFunc(c.Versions, func(o rule.Version) bool { return o.ID == r.stored.ID })
}

// linesNamed keeps the lines that the findings name, and every line that carries a
// code of their points: enough for all but a few programs.
func linesNamed(h *claim.History, out *Outcome) *claim.History { return linesOf(h, out, false) }

// linesOfFindings keeps, beside these, all lines of the visits that the findings name.
func linesOfFindings(h *claim.History, out *Outcome) *claim.History { return linesOf(h, out, true) }

// linesOf keeps lines with what may refund them, and the visits that they belong to.
func linesOf(h *claim.History, out *Outcome, wholeVisits bool) *claim.History {
	visits, refunded := make(map[string]bool), make(map[string]bool)
	named := make(map[string]bool)
	for _, f := range out.Findings {
		visits[f.MdtrtID] = true
		for _, sn := range f.Lines {
			named[sn] = true
		}
		for _, sn := range f.EvidenceLines {
			named[sn] = true
		}
	}
	codes := make(map[string]bool)
	for _, p := range out.points {
		for _, q := range p.group() {
			codes[q.Code], codes[q.OtherCode] = true, true
		}
	}
	delete(codes, "")
	keep := make([]bool, len(h.Lines))
	for i := range h.Lines {
		l := &h.Lines[i]
		code := lineCode(l)
		keep[i] = named[l.BkkpSn] || codes[code] || codes[nationalItem(code)] ||
			visits[l.MdtrtID] && (wholeVisits || isNegative(l) && l.InitFeedetlSn == "")
		if keep[i] {
			refunded[l.BkkpSn] = true
		}
	}
	s := &claim.History{PsnNo: h.PsnNo, Person: h.Person}
	for i := range h.Lines {
		l := &h.Lines[i]
		if keep[i] || l.InitFeedetlSn != "" && refunded[l.InitFeedetlSn] {
			s.Lines = append(s.Lines, *l)
			visits[l.MdtrtID] = true
		}
	}
	s.Encounters = keepIf(h.Encounters, func(e *claim.Encounter) bool { return visits[e.MdtrtID] || e.DieDate != calendar.NoDay })
	s.Settlements = keepIf(h.Settlements, func(e *claim.Settlement) bool { return visits[e.MdtrtID] })
	s.Diagnoses = keepIf(h.Diagnoses, func(d *claim.Diagnosis) bool { return visits[d.MdtrtID] })
	s.Operations = keepIf(h.Operations, func(o *claim.Operation) bool { return visits[o.MdtrtID] })
	s.Records = keepIf(h.Records, func(r *claim.Record) bool { return visits[r.MdtrtID] || recordOf(r, s.Encounters) })
	return s
}

// recordOf says whether a record belongs to one of the encounters by their institution's
// own number.
func recordOf(r *claim.Record, encounters []claim.Encounter) bool {
	return r.MdtrtID == "" && r.IptOtpNo != "" && slices.ContainsFunc(encounters, func(e claim.Encounter) bool {
		return e.FixmedinsCode == r.FixmedinsCode && e.IptOtpNo == r.IptOtpNo
	})
}

func keepIf[T any](rows []T, keep func(*T) bool) []T {
	var out []T
	for i := range rows {
		if keep(&rows[i]) {
			out = append(out, rows[i])
		}
	}
	return out
}

// group returns the points that count together with p, p among them.
func (p *point) group() []*point {
	switch {
	case p.list != nil:
		return p.list.points
	case p.cluster == nil:
		return []*point{p}
	}
	return p.cluster.points
}

func (l *Library) institutionsOf(h *claim.History) []claim.Institution {
	var out []claim.Institution
	seen := make(map[string]bool)
	add := func(code string) {
		if in := l.institutions[code]; in != nil && !seen[code] {
			seen[code] = true
			out = append(out, *in)
		}
	}
	for i := range h.Encounters {
		add(h.Encounters[i].FixmedinsCode)
	}
	for i := range h.Settlements {
		add(h.Settlements[i].FixmedinsCode)
	}
	for i := range h.Lines {
		add(h.Lines[i].FixmedinsCode)
	}
	return out
}

// doctorsOf returns the register's entries of the doctors who ordered lines of h.
func (l *Library) doctorsOf(h *claim.History) []claim.Doctor {
	var out []claim.Doctor
	seen := make(map[string]bool)
	for i := range h.Lines {
		code := h.Lines[i].BilgDrCode
		if dr := l.doctors[code]; dr != nil && !seen[code] {
			seen[code] = true
			out = append(out, *dr)
		}
	}
	return out
}

// exclusionsOf returns the exclusions of the named rules that may concern the person.
func (l *Library) exclusionsOf(named func(*ruleSet) bool, h *claim.History) []knowledge.Exclusion {
	var out []knowledge.Exclusion
	seen := make(map[string]bool)
	for _, r := range l.rules {
		if !named(r) {
			continue
		}
		for _, x := range r.exclusions {
			if (x.PsnNo == "" || x.PsnNo == h.PsnNo) && !seen[x.ID] {
				seen[x.ID] = true
				out = append(out, *x)
			}
		}
	}
	return out
}

// Encode returns the certificate as one line, with its hash.
func (c *Certificate) Encode() ([]byte, error) {
	c.SHA256 = ""
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	c.SHA256 = hex.EncodeToString(sum[:])
	// The hash is the last member.
	return append(append(text[:len(text)-len(`"}`)], c.SHA256...), `"}`...), nil
}
