// Package finding holds findings (疑点): what a rule objects to in one visit, with
// its evidence, amount, basis and explanation, and the files they are given out in.
package finding

import (
	"encoding/json"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Results of a finding.
const (
	Violation = "violation" // 违规: the amount is 违规金额
	Suspicion = "suspicion" // 可疑: the amount is 涉及金额
)

// Finding is one rule, one point, one visit (JUDGEMENT.md, A finding). The JSON
// names and their order are the columns of findings.csv.
type Finding struct {
	ID            string       `json:"finding_id"`
	Revision      int          `json:"revision"`
	RuleID        string       `json:"rule_id"`
	RuleName      string       `json:"rule_name"`
	RuleVersion   string       `json:"rule_version"`
	KpID          string       `json:"kp_id"`
	Result        string       `json:"result"`
	Severity      int          `json:"severity"` // sev_deg: 1 明确违规, 2 高度可疑, 3 轻度可疑
	FixmedinsCode string       `json:"fixmedins_code"`
	FixmedinsName string       `json:"fixmedins_name"`
	PsnNo         string       `json:"psn_no"`
	MdtrtID       string       `json:"mdtrt_id"`
	SetlID        string       `json:"setl_id"` // the settlements of the lines, joined by ;
	ClrWay        string       `json:"clr_way"`
	Lines         []string     `json:"lines"`          // bkkp_sn objected to
	EvidenceLines []string     `json:"evidence_lines"` // bkkp_sn that prove it and are not objected to
	FirstDay      calendar.Day `json:"first_day"`
	LastDay       calendar.Day `json:"last_day"`
	Codes         []string     `json:"codes"`
	Amount        claim.Money  `json:"amount"`     // what of OwnAmount counts here
	OwnAmount     claim.Money  `json:"own_amount"` // the violating part of inscp_amt
	FundAmount    claim.Money  `json:"fund_amount"`
	AcctAmount    claim.Money  `json:"acct_amount"`
	MainFindingID string       `json:"main_finding_id"` // the finding that carries the rest of OwnAmount
	Explanation   string       `json:"explanation"`
	Basis         string       `json:"basis"`
	LegalArticle  string       `json:"legal_article"`
	RunID         string       `json:"run_id"`
	SnapshotID    string       `json:"snapshot_id"`

	// For reports, not columns of findings.csv.
	DeptName string `json:"dept_name,omitempty"` // department of most of the money
	DrCode   string `json:"dr_code,omitempty"`   // ordering doctor of most of the money

	// What of the finding belongs to other institutions, so that an institution's own
	// list does not show it; not columns of findings.csv.
	EvidenceOrgs []string `json:"evidence_orgs,omitempty"` // fixmedins_code of each of EvidenceLines; a line without one is taken for another institution's
	Others       []string `json:"others,omitempty"`        // names, codes and ids in Explanation that are other institutions'

	// Across says that the finding goes across persons: it does not come among its
	// person's findings, or has none. It is told to a Writer, not kept.
	Across bool `json:"-"`
}

// UnmarshalJSON reads a finding; days that the text leaves out are unknown.
func (f *Finding) UnmarshalJSON(text []byte) error {
	type finding Finding
	g := finding{FirstDay: calendar.NoDay, LastDay: calendar.NoDay}
	err := json.Unmarshal(text, &g)
	*f = Finding(g)
	return err
}
