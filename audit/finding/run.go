package finding

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"time"

	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Run is one screening: what it read, what it ran, what it found, what it could not
// check. Its JSON is summary.json. The caller states everything but Totals and the
// findings of each rule, which come from the findings themselves.
type Run struct {
	RunID         string              `json:"run_id"`
	SnapshotID    string              `json:"snapshot_id"`
	KnowledgeHash string              `json:"knowledge_hash"`
	RuleSetHash   string              `json:"rule_set_hash"`
	Version       string              `json:"version,omitempty"`  // of the program
	BaseRunID     string              `json:"base_run,omitempty"` // with --new: the run whose findings for unchanged persons were taken over
	Title         string              `json:"title,omitempty"`    // whose data it is, for the head of reports: a city or bureau
	From          calendar.Day        `json:"from"`
	To            calendar.Day        `json:"to"`
	Started       time.Time           `json:"started"`
	Finished      time.Time           `json:"finished"`
	Read          Read                `json:"read"`
	Judged        Judged              `json:"judged"`
	Totals        Totals              `json:"totals"`
	Rules         []RuleRun           `json:"rules"`
	Gaps          []Gap               `json:"gaps"`
	Problems      []rule.ProblemState `json:"problems"` // every check of the problem lists
	DataIssues    []DataIssue         `json:"data_issues"`
}

// Read is what a run read of its days.
type Read struct {
	Lines       int64 `json:"lines"`
	Persons     int64 `json:"persons"`
	Encounters  int64 `json:"encounters"`
	Settlements int64 `json:"settlements"`
}

// Judged is the money of the settlements of the run's days that stand, in yuan.
type Judged struct {
	Medfee claim.Money `json:"medfee_sumamt"`
	Inscp  claim.Money `json:"inscp_amt"`
	Fund   claim.Money `json:"fund_pay_sumamt"`
}

// RuleRun is what became of one rule class in a run.
type RuleRun struct {
	RuleID    string      `json:"rule_id"`
	Name      string      `json:"rule_name"`
	Tier1     string      `json:"tier1"` // 政策类, 管理类, 医疗类
	Tier2     string      `json:"tier2"`
	Program   string      `json:"program"`
	Status    string      `json:"status"` // Ran, or one of the NotRun… texts
	Points    int64       `json:"points"` // in force in the run's days
	Found     Split       `json:"found"`
	Unchecked []Unchecked `json:"unchecked,omitempty"`
	LeftOut   []Unchecked `json:"left_out,omitempty"` // visits that exclusion lists take from the rule, by entry
}

// What became of a rule class. A class that a table was missing for has the status
// NotRunTable(table).
const (
	Ran               = "run"
	NotRunNoKnowledge = "not run: no knowledge"
	NotRunProgram     = "not run: program not in this version"
	NotRunChosen      = "not run: not among the chosen rules"
	notRunTable       = "not run: table missing: "
)

// NotRunTable is the status of a rule class whose table the home does not hold.
func NotRunTable(table string) string { return notRunTable + table }

// Unchecked says how many checks of a rule a missing fact left undone.
type Unchecked struct {
	Reason string `json:"reason"` // in Chinese, e.g. 性别不详
	Count  int64  `json:"count"`
}

// Gap is something that the run as a whole could not check, and why, both in Chinese.
type Gap struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// DataIssue says how often a doubt about the data was met at an institution.
type DataIssue struct {
	FixmedinsCode string   `json:"fixmedins_code"` // "": the rows name none
	FixmedinsName string   `json:"fixmedins_name,omitempty"`
	Kind          string   `json:"kind"` // in Chinese
	Count         int64    `json:"count"`
	Samples       []string `json:"samples,omitempty"` // keys of some of the rows
}

// Sum is what some findings come to. Amounts are in yuan; each line's money counts
// once in Amount.
type Sum struct {
	Findings    int64       `json:"findings"`
	Amount      claim.Money `json:"amount"`
	Own         claim.Money `json:"own_amount"`
	Fund        claim.Money `json:"fund_amount"`           // an estimate
	Acct        claim.Money `json:"acct_amount"`           // an estimate
	Unestimated int64       `json:"unestimated,omitempty"` // findings with money whose share of fund or account is unknown
}

func (s *Sum) add(f *Finding) {
	s.Findings++
	s.Amount += stated(f.Amount)
	s.Own += stated(f.OwnAmount)
	s.Fund += stated(f.FundAmount)
	s.Acct += stated(f.AcctAmount)
	if f.Amount.IsZero() || f.FundAmount.IsZero() || f.AcctAmount.IsZero() {
		s.Unestimated++
	}
}

// plus adds what other findings come to.
func (s *Sum) plus(o Sum) {
	s.Findings += o.Findings
	s.Amount += o.Amount
	s.Own += o.Own
	s.Fund += o.Fund
	s.Acct += o.Acct
	s.Unestimated += o.Unestimated
}

// stated returns m, 0 where the record states none.
func stated(m claim.Money) claim.Money {
	if m.IsZero() {
		return 0
	}
	return m
}

// Split keeps violations (违规金额) and suspicions (涉及金额) apart. There is no method
// that adds the two: a suspicion's money is not known to be wrong.
type Split struct {
	Violation Sum `json:"violation"`
	Suspicion Sum `json:"suspicion"`
}

func (s *Split) of(result string) *Sum {
	if result == Violation {
		return &s.Violation
	}
	return &s.Suspicion
}

func (s *Split) plus(o Split) {
	s.Violation.plus(o.Violation)
	s.Suspicion.plus(o.Suspicion)
}

// compare orders the larger first: by amount of violations, then of suspicions, then
// by number.
func (s *Split) compare(o *Split) int {
	return cmp.Or(
		cmp.Compare(o.Violation.Amount, s.Violation.Amount),
		cmp.Compare(o.Suspicion.Amount, s.Suspicion.Amount),
		cmp.Compare(o.Violation.Findings, s.Violation.Findings),
		cmp.Compare(o.Suspicion.Findings, s.Suspicion.Findings))
}

// Totals are the findings of a run, added up in several ways. Each way comes to All.
type Totals struct {
	All           Split   `json:"all"`
	Persons       int64   `json:"persons"`    // insured persons with findings
	ByPayment     Ranking `json:"by_payment"` // key: clr_way
	ByMonth       Ranking `json:"by_month"`   // key: 2024-05, in order of time; by last_day
	ByInstitution Ranking `json:"by_institution"`
	ByDepartment  Ranking `json:"by_department"` // key: dept_name within an institution
	ByDoctor      Ranking `json:"by_doctor"`     // key: dr_code within an institution
}

// Ranking is a list of groups and what is left out of it.
type Ranking struct {
	Groups []Group `json:"groups"`
	More   int     `json:"more,omitempty"` // groups left out
	Rest   Split   `json:"rest,omitzero"`  // of the groups left out
}

// Group is what the findings with one key come to.
type Group struct {
	FixmedinsCode string `json:"fixmedins_code,omitempty"`
	FixmedinsName string `json:"fixmedins_name,omitempty"`
	Key           string `json:"key"`
	Split
}

// tidy puts the lists of a run in a stable order and leaves no list null.
func (r *Run) tidy() {
	if r.Rules == nil {
		r.Rules = []RuleRun{}
	}
	if r.Gaps == nil {
		r.Gaps = []Gap{}
	}
	if r.Problems == nil {
		r.Problems = []rule.ProblemState{}
	}
	if r.DataIssues == nil {
		r.DataIssues = []DataIssue{}
	}
	slices.SortStableFunc(r.Rules, func(a, b RuleRun) int { return cmp.Compare(a.RuleID, b.RuleID) })
	slices.SortStableFunc(r.DataIssues, func(a, b DataIssue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.FixmedinsCode, b.FixmedinsCode))
	})
	for i := range r.Rules {
		for _, list := range [][]Unchecked{r.Rules[i].Unchecked, r.Rules[i].LeftOut} {
			slices.SortStableFunc(list, func(a, b Unchecked) int {
				return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
			})
		}
	}
}

// WriteSummary writes summary.json.
func (r *Run) WriteSummary(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// ReadSummary reads what WriteSummary wrote.
func ReadSummary(r io.Reader) (*Run, error) {
	run := new(Run)
	if err := json.NewDecoder(r).Decode(run); err != nil {
		return nil, err
	}
	return run, nil
}
