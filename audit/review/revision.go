package review

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"yiheng/audit/finding"
	"yiheng/ground/calendar"
)

// Revision is what one screening said of a finding.
type Revision struct {
	bun.BaseModel `bun:"table:review_revision,alias:review_revision" json:"-"`

	ID        string    `bun:",pk" json:"id"` // finding-Rn
	FindingID string    `json:"finding_id"`
	N         int       `json:"n"` // from 1
	Batch     string    `json:"batch"`
	Standing  string    `json:"standing"` // one of the Standing… words
	At        time.Time `json:"at"`
	Changes   string    `json:"changes"` // JSON of []Change against the revision before
	Content   string    `json:"content"` // JSON of the finding.Finding; of one that is gone ""
}

// What a revision is to the finding.
const (
	StandingInForce = "in_force" // the finding was made or, while nobody had looked at it, remade by it
	StandingOffered = "offered"  // people had decided: it says what is new and changes nothing
	StandingGone    = "gone"     // the screening looked for it and did not find it
)

// Change is a field in which a revision differs from the one before.
type Change struct {
	Field string `json:"field"` // column of findings.csv
	Old   any    `json:"old"`
	New   any    `json:"new"`
}

func revisionID(id string, n int) string { return fmt.Sprintf("%s-R%d", id, n) }

// revise is the next revision of a finding; content is nil when it is gone.
func (f *Finding) revise(batch, standing string, at time.Time, old, content *finding.Finding) (*Revision, error) {
	f.Latest++
	r := &Revision{
		ID: revisionID(f.ID, f.Latest), FindingID: f.ID, N: f.Latest, Batch: batch, Standing: standing, At: at, Changes: "[]",
	}
	if content == nil {
		return r, nil
	}
	text, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	r.Content = string(text)
	if old == nil {
		return r, nil
	}
	changes, err := differences(old, content)
	if err != nil {
		return nil, err
	}
	text, err = json.Marshal(changes)
	r.Changes = string(text)
	return r, err
}

// ofRun are the fields that every run writes anew.
var ofRun = []string{"run_id", "snapshot_id", "revision"}

// differences are the fields in which two screenings' findings differ, in the order of
// their names; which run said it is no difference.
func differences(old, now *finding.Finding) ([]Change, error) {
	was, err := fieldsOf(old)
	if err != nil {
		return nil, err
	}
	is, err := fieldsOf(now)
	if err != nil {
		return nil, err
	}
	changes := []Change{}
	names := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !reflect.DeepEqual(was[name], is[name]) {
			changes = append(changes, Change{name, was[name], is[name]})
		}
	}
	return changes, nil
}

func fieldsOf(f *finding.Finding) (map[string]any, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{}
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	for _, name := range ofRun {
		delete(fields, name)
	}
	for name, value := range fields {
		if value == nil || reflect.DeepEqual(value, []any{}) { // no list and an empty one are the same
			delete(fields, name)
		}
	}
	return fields, nil
}

// take makes the finding what the screening says; nobody has decided on it.
func (f *Finding) take(c *finding.Finding, region string) {
	own, counted := stated(c.OwnAmount), stated(c.Amount)
	f.Region, f.FixmedinsCode, f.FixmedinsName, f.Desk = region, c.FixmedinsCode, c.FixmedinsName, c.FixmedinsCode
	f.RuleID, f.RuleName, f.RuleVersion, f.KpID, f.Result, f.Severity = c.RuleID, c.RuleName, c.RuleVersion, c.KpID, c.Result, c.Severity
	f.PsnNo, f.MdtrtID, f.DeptName, f.DrCode = c.PsnNo, c.MdtrtID, c.DeptName, c.DrCode
	f.FirstDay, f.LastDay, f.MainFindingID = c.FirstDay, c.LastDay, c.MainFindingID
	f.Money = Money{Own: max(own, counted), Counted: counted, Stake: counted}
	if f.FirstDay == calendar.NoDay {
		f.FirstDay = f.LastDay
	}
}
