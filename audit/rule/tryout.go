package rule

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// The kinds of tryouts, which are also those of their jobs.
const (
	TrialRun  = "trial" // on history, beside the version in force
	CleanCity = "gate"  // in a fictitious city in which nothing is wrong
)

// Tryout is one run of a version that tries it. Nothing that it finds goes out.
type Tryout struct {
	bun.BaseModel `bun:"table:rule_tryout,alias:rule_tryout" json:"-"`

	ID        string       `bun:",pk" json:"id"`
	Kind      string       `json:"kind"`
	VersionID string       `json:"version_id"`
	Hash      string       `json:"hash"` // of the content that was tried
	Region    string       `json:"region"`
	From      calendar.Day `bun:"from_day" json:"from"` // service days of a trial run
	To        calendar.Day `bun:"to_day" json:"to"`
	Job       string       `json:"job"`
	AskedBy   string       `json:"asked_by"`
	AskedAt   time.Time    `json:"asked_at"`
	Done      bool         `json:"done"`
	Passed    bool         `json:"passed"`
	EndedAt   time.Time    `json:"ended_at"` // that of asking, until it is done
	Result    string       `json:"result"`   // JSON of TrialResult or CleanCityResult; "" until it is done
}

// TryoutJob is the argument of the jobs.
type TryoutJob struct {
	Tryout string `json:"tryout"`
}

// TrialResult is what a trial run found: a candidate beside what judges now. The same
// finding is one of the same point, visit and settlement.
type TrialResult struct {
	Now          string                `json:"now"`       // label of what judges now in the region; "": nothing does
	Candidate    string                `json:"candidate"` // label
	Epoch        int64                 `json:"epoch"`     // of the lake
	Knowledge    string                `json:"knowledge"` // hash of the points
	Lines        int64                 `json:"lines"`     // of charges that the candidate judged
	Visits       int64                 `json:"visits"`    // so too
	Added        FindingSum            `json:"added"`     // only the candidate gives them
	Gone         FindingSum            `json:"gone"`      // only what judges now gives them
	Changed      FindingSum            `json:"changed"`   // both do, and result, severity, lines or amount differ; amounts are the candidate's
	Same         FindingSum            `json:"same"`
	Institutions []AffectedInstitution `json:"institutions"` // most affected first, at most 20
	Samples      []FindingSample       `json:"samples"`      // of what is added, gone and changed, at most 10 of each
	NowTook      time.Duration         `json:"now_took"`     // nanoseconds
	Took         time.Duration         `json:"took"`
	Precision    Precision             `json:"precision"`     // of the candidate
	NowPrecision Precision             `json:"now_precision"` // of what judges now, by the same method
	Method       string                `json:"method"`        // of the estimates, in Chinese
}

// FindingSum is findings and what they object to.
type FindingSum struct {
	Findings int64       `json:"findings"`
	Amount   claim.Money `json:"amount"`
}

// AffectedInstitution is what a candidate changes for an institution.
type AffectedInstitution struct {
	Code    string     `json:"code"`
	Name    string     `json:"name"`
	Added   FindingSum `json:"added"`
	Gone    FindingSum `json:"gone"`
	Changed FindingSum `json:"changed"`
}

// FindingSample is one finding that a candidate changes.
type FindingSample struct {
	What        string      `json:"what"` // added, gone, changed
	FindingID   string      `json:"finding_id"`
	Institution string      `json:"fixmedins_code"`
	Visit       string      `json:"mdtrt_id"`
	Amount      claim.Money `json:"amount"`
	Explanation string      `json:"explanation"`
}

// Precision is a precision that past verdicts suggest.
type Precision struct {
	Decided    int64 `json:"decided"` // findings with a verdict: n
	Upheld     int64 `json:"upheld"`  // of them, wholly or partly
	Millionths int64 `json:"millionths"`
}

// PrecisionOf is upheld of decided; unknown, -1 millionths, when nothing is decided.
func PrecisionOf(upheld, decided int64) Precision {
	e := Precision{Decided: decided, Upheld: upheld, Millionths: -1}
	if decided > 0 {
		e.Millionths = upheld * 1_000_000 / decided
	}
	return e
}

// String is the estimate for people.
func (e Precision) String() string {
	if e.Decided == 0 {
		return "不详（没有已有结论的疑点）"
	}
	return fmt.Sprintf("%d.%d%%（%d 件已有结论，%d 件成立）", e.Millionths/10_000, e.Millionths/1000%10, e.Decided, e.Upheld)
}

// CleanCityResult is what a run in a clean city gave.
type CleanCityResult struct {
	Program    string          `json:"program"` // version of this program
	Seed       uint64          `json:"seed"`    // of the city
	Lines      int64           `json:"lines"`   // of charges that were judged
	Violations int64           `json:"violations"`
	Suspicions int64           `json:"suspicions"`
	Examples   []FindingSample `json:"examples"` // of violations, at most 10
}

// ReadTryout returns a tryout with the version that it tries.
func ReadTryout(ctx context.Context, from db.Reader, id string) (t Tryout, s Stored, err error) {
	if err = from.NewSelect().Model(&t).Where("id = ?", id).Scan(ctx); err == nil {
		err = from.NewSelect().Model(&s).Where("id = ?", t.VersionID).Scan(ctx)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return t, s, fmt.Errorf("没有试运行 %s", id)
	case err == nil && s.Hash != t.Hash:
		return t, s, fmt.Errorf("规则版本 %s 的内容在 %s 排入之后改过，请重新试运行", s.ID, id)
	}
	return t, s, err
}

// Finish writes down what a tryout gave; passed says whether that lets the version go on.
func Finish(ctx context.Context, d *db.DB, t Tryout, passed bool, result any) error {
	text, err := json.Marshal(result)
	if err != nil {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		t.Done, t.Passed, t.EndedAt, t.Result = true, passed, tx.Now, string(text)
		t.AskedAt = t.AskedAt.UTC()
		if _, err := tx.NewUpdate().Model(&t).WherePK().Exec(ctx); err != nil {
			return err
		}
		_, err := journal.Append(ctx, tx, journal.Entry{
			Actor: t.AskedBy, Region: t.Region, Act: "rule." + t.Kind + "_done", Kind: VersionRow, ID: t.VersionID,
			Rows: []journal.Row{{Kind: TryoutRow, ID: t.ID, Content: &t}},
		})
		return err
	})
}

// Tryouts returns those of a version, the newest first.
func Tryouts(ctx context.Context, from db.Reader, version string) ([]Tryout, error) {
	all := []Tryout{}
	err := from.NewSelect().Model(&all).Where("version_id = ?", version).OrderExpr("id DESC").Scan(ctx)
	return all, err
}

// NoneJudged is said of a trial run that did not pass.
const NoneJudged = "这些服务日在本版本的区划内没有就诊和明细，什么也没有判定，不算已试运行：请另选有数据的服务日"

// Judged says whether the trial run judged anything at all: one that did not says nothing
// of its candidate.
func (r *TrialResult) Judged() bool { return r.Lines+r.Visits > 0 }

// knows says whether the trial run knows a precision of its candidate.
func (r *TrialResult) knows() bool { return r.Precision.Decided > 0 }

// tested is what the finished tryouts of a version's very content say together.
type tested struct {
	tried     bool  // a trial run passed
	clean     bool  // the newest run in a clean city passed
	precision int64 // of the newest trial run that knows one, in millionths; -1: none does
}

func testedOf(ctx context.Context, from db.Reader, s *Stored) (tested, error) {
	var all []Tryout
	err := from.NewSelect().Model(&all).Where("version_id = ? AND hash = ? AND done", s.ID, s.Hash).Order("id").Scan(ctx)
	if err != nil {
		return tested{}, err
	}
	return testedBy(all)
}

// testedBy puts together what finished tryouts say, the oldest first. A trial run that
// knows no precision does not hide what one before it knows.
func testedBy(all []Tryout) (tested, error) {
	x := tested{precision: -1}
	for i := range all {
		t := &all[i]
		if t.Kind == CleanCity {
			x.clean = t.Passed
			continue
		}
		x.tried = x.tried || t.Passed
		var found TrialResult
		if err := json.Unmarshal([]byte(t.Result), &found); err != nil {
			return x, fmt.Errorf("试运行 %s 的结果无法读出：%w", t.ID, err)
		}
		if found.knows() {
			x.precision = found.Precision.Millionths
		}
	}
	return x, nil
}
