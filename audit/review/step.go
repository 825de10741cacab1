package review

import (
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Step is what a person, a clock or another finding's end did with a finding once.
// Steps are only ever added.
type Step struct {
	bun.BaseModel `bun:"table:review_step,alias:review_step" json:"-"`

	ID        string      `bun:",pk" json:"id"` // finding-n
	FindingID string      `json:"finding_id"`
	N         int         `json:"n"`    // from 1
	Move      string      `json:"move"` // of the chain, or pass, comment, returned, clock
	From      string      `bun:"from_state" json:"from"`
	To        string      `bun:"to_state" json:"to"`
	Actor     string      `json:"actor"`
	Org       string      `json:"org"`
	At        int64       `json:"at"` // civil seconds
	Recorded  time.Time   `json:"recorded"`
	Reason    string      `json:"reason"`
	Document  string      `json:"document"`
	Paper     string      `json:"paper"`  // that the move issues
	Amount    claim.Money `json:"amount"` // that it moved
	Files     string      `json:"files"`  // ids of attachments, joined by ,
}

// inside are the steps within the institution, which only its people see.
var inside = []string{"pass", "comment"}

// step adds a step to the finding, at the moment unless it says another.
func (f *Finding) step(s Step, at calendar.Time, recorded time.Time) *Step {
	f.Steps++
	s.ID, s.FindingID, s.N = fmt.Sprintf("%s-%d", f.ID, f.Steps), f.ID, f.Steps
	s.Recorded = recorded
	if s.At == 0 {
		s.At = int64(at)
	}
	return &s
}

// FileIDs are the attachments of the step.
func (s *Step) FileIDs() []string {
	if s.Files == "" {
		return nil
	}
	return strings.Split(s.Files, ",")
}
