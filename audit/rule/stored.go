package rule

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/procedure"
)

//go:embed schema/*.sql
var schema embed.FS

// Prepare brings the tables of stored versions to this version.
func Prepare(ctx context.Context, d *db.DB) error { return d.Migrate(ctx, "rule", schema) }

// Stored is a version of a rule as a region keeps it: its text, where and from when to
// when it holds, why and by which document, and where it stands in its life.
type Stored struct {
	bun.BaseModel `bun:"table:rule_version,alias:rule_version" json:"-"`

	ID           string       `bun:",pk" json:"id"`
	RuleID       string       `json:"rule_id"`
	Version      string       `json:"version"` // the definition's
	Name         string       `json:"name"`
	Region       string       `json:"region"`
	From         calendar.Day `bun:"from_day" json:"from"` // first service day
	To           calendar.Day `bun:"to_day" json:"to"`     // last service day; NoDay: open
	Reason       string       `json:"reason"`
	Document     string       `json:"document"`   // 文号
	Definition   string       `json:"definition"` // rule.yaml
	Cases        string       `json:"cases"`      // cases.yaml
	Hash         string       `json:"hash"`       // ContentHash
	Author       string       `json:"author"`
	AuthoredAt   time.Time    `json:"authored_at"`
	State        string       `json:"state"`
	Since        int64        `json:"since"`        // civil seconds
	Institutions string       `json:"institutions"` // JSON of []GreyInstitution
	Steps        int          `json:"steps"`
}

// GreyInstitution is one that a version in grey use judges.
type GreyInstitution struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Region string `json:"region"`
}

// Step is what a person did with a version once.
type Step struct {
	bun.BaseModel `bun:"table:rule_step,alias:rule_step" json:"-"`

	ID        string    `bun:",pk" json:"id"` // version-n
	VersionID string    `json:"version_id"`
	N         int       `json:"n"`
	Move      string    `json:"move"`
	From      string    `bun:"from_state" json:"from"`
	To        string    `bun:"to_state" json:"to"`
	Actor     string    `json:"actor"`
	Org       string    `json:"org"`
	At        int64     `json:"at"` // civil seconds
	Recorded  time.Time `json:"recorded"`
	Reason    string    `json:"reason"`
	Document  string    `json:"document"`
	Hash      string    `json:"hash"` // of the content at that step
}

// The kinds of rows that entries of the journal commit to.
const (
	VersionRow = "rule.version"
	StepRow    = "rule.step"
	TryoutRow  = "rule.tryout"
)

// Committed says how the rows that entries commit to are read back.
func Committed() journal.Committed {
	return journal.Committed{
		VersionRow: journal.Table("id", func(s *Stored) string { s.AuthoredAt = s.AuthoredAt.UTC(); return s.ID }),
		StepRow:    journal.Table("id", func(s *Step) string { s.Recorded = s.Recorded.UTC(); return s.ID }),
		TryoutRow: journal.Table("id", func(t *Tryout) string {
			t.AskedAt, t.EndedAt = t.AskedAt.UTC(), t.EndedAt.UTC()
			return t.ID
		}),
		procedure.RowKind(life): procedure.Rows(life),
	}
}

// ContentHash is what trials, gates and steps name: the SHA-256 of the region and of both
// texts. When a version holds is not part of it.
func ContentHash(region, definition, cases string) string {
	h := sha256.New()
	for _, text := range []string{region, definition, cases} {
		fmt.Fprintf(h, "%d\n%s", len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Grey returns the institutions that the version judges in grey use.
func (s *Stored) Grey() (all []GreyInstitution) {
	_ = json.Unmarshal([]byte(s.Institutions), &all) // this package wrote it; "" is none
	return all
}

// Judging returns the version as a screening has it.
func (s *Stored) Judging() Version {
	v := Version{ID: s.ID, Region: s.Region, From: s.From, To: s.To, Hash: s.Hash, Text: s.Definition}
	if s.State == GreyUse {
		v.Grey = true
		for _, in := range s.Grey() {
			v.Institutions = append(v.Institutions, in.Code)
		}
	}
	return v
}

// Judging returns the versions by which services are judged, by id: those in force, those
// in grey use, and those retired, which go on judging the services of their days.
func Judging(ctx context.Context, from db.Reader) ([]Version, error) {
	var stored []Stored
	err := from.NewSelect().Model(&stored).Where("state IN (?)", bun.List([]string{GreyUse, InForce, Retired})).Order("id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	var all []Version
	for i := range stored {
		if s := &stored[i]; s.To == calendar.NoDay || s.To >= s.From {
			all = append(all, s.Judging())
		}
	}
	return all, nil
}

// AllStored returns all stored versions, by id.
func AllStored(ctx context.Context, from db.Reader) ([]Stored, error) {
	stored := []Stored{}
	err := from.NewSelect().Model(&stored).Order("id").Scan(ctx)
	return stored, err
}

// step adds a step to the version.
func (s *Stored) step(x Step) *Step {
	s.Steps++
	x.ID, x.VersionID, x.N, x.Hash = fmt.Sprintf("%s-%d", s.ID, s.Steps), s.ID, s.Steps, s.Hash
	return &x
}
