package review

import (
	"math"

	"github.com/uptrace/bun"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Finding is a finding as work: where it stands in the chain and what became of its
// money. What the screening said of it is its revision in force.
type Finding struct {
	bun.BaseModel `bun:"table:review_finding,alias:review_finding" json:"-"`

	ID      string `bun:",pk" json:"finding_id"`
	Batch   string `json:"batch"`             // that delivered it first
	Seen    string `json:"seen"`              // the last batch that found it
	GoneIn  string `json:"gone_in,omitempty"` // the batch that looked for it and no longer found it
	Rev     int    `bun:"revision" json:"revision"`
	Latest  int    `json:"latest"`          // larger than Rev: a screening says something new of a decided finding
	Aside   int    `json:"aside,omitempty"` // the latest revision that was looked at and set aside
	Region  string `json:"region"`          // of the institution
	Desk    string `json:"desk"`            // the institution, or the department inside it that is asked
	Asked   string `bun:"asked_doctor" json:"asked_doctor,omitempty"`
	State   string `json:"state"`
	Since   int64  `json:"since"`   // civil seconds
	Due     int64  `json:"-"`       // earliest end of a running clock; never for none
	Ended   bool   `json:"ended"`   // closed or dismissed
	Sent    bool   `json:"sent"`    // to the institution, which sees it from then on
	Answer  string `json:"answer"`  // what the institution did with it: one of the Answer… words
	Outcome string `json:"outcome"` // one of the Outcome… words
	Steps   int    `json:"steps"`

	FixmedinsCode string       `json:"fixmedins_code"`
	FixmedinsName string       `json:"fixmedins_name"`
	RuleID        string       `json:"rule_id"`
	RuleName      string       `json:"rule_name"`
	RuleVersion   string       `json:"rule_version"`
	KpID          string       `json:"kp_id"`
	Result        string       `json:"result"`
	Severity      int          `json:"severity"`
	PsnNo         string       `json:"psn_no"`
	MdtrtID       string       `json:"mdtrt_id"`
	DeptName      string       `json:"dept_name"`
	DrCode        string       `json:"dr_code"`
	FirstDay      calendar.Day `json:"first_day"`
	LastDay       calendar.Day `json:"last_day"`
	MainFindingID string       `json:"main_finding_id"`
	Money
	Returned claim.Money `json:"returned"` // what of Dropped went to findings that share it
}

// What the institution did with a finding that was sent to it.
const (
	AnswerNone     = ""
	AnswerAppealed = "appealed"
	AnswerAccepted = "accepted"
	AnswerSilent   = "silent"
)

// What came out of a finding; "" while nothing has.
const (
	OutcomeUpheld    = "upheld"
	OutcomePartly    = "partly"
	OutcomeDismissed = "dismissed"
)

// never is the Due of a finding on which no clock runs, or whose clock's end is not known.
const never = math.MaxInt64

// Overdue says whether a clock had ended at the moment.
func (f *Finding) Overdue(at calendar.Time) bool { return f.Due < int64(at) }

// decided says that people have looked at it: a new screening does not change it.
func (f *Finding) decided() bool { return f.State != First || f.Steps > 0 }

// Money is what became of a finding's money, in fen. Counted is always the sum of the
// five below it, and what Own is more than Counted counts in the findings that it shares
// lines with.
type Money struct {
	Own       claim.Money `json:"own"`       // the violating part by itself
	Counted   claim.Money `json:"counted"`   // what of Own counts here
	Stake     claim.Money `json:"stake"`     // not decided
	Accepted  claim.Money `json:"accepted"`  // the institution accepted it or the final review confirmed it; not yet collected
	Deducted  claim.Money `json:"deducted"`  // taken off a settlement
	Recovered claim.Money `json:"recovered"` // paid back
	Dropped   claim.Money `json:"dropped"`   // decided not to be wrong
}
