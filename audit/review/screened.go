package review

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/audit/finding"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Screened is what a delivered screening read and judged, and what it did not do and why.
type Screened struct {
	RunID     string              `json:"run_id"`
	Region    string              `json:"region"`
	From      calendar.Day        `json:"from"`
	To        calendar.Day        `json:"to"`
	TakenAt   time.Time           `json:"taken_at"`
	Read      finding.Read        `json:"read"`
	Judged    finding.Judged      `json:"judged" doc:"of settlements that stand, in yuan"`
	Rules     int                 `json:"rules" doc:"classes of the rule set"`
	Ran       int                 `json:"ran"`
	NotRun    []NotRun            `json:"not_run" nullable:"false" doc:"the most classes first"`
	Unchecked []finding.Unchecked `json:"unchecked" nullable:"false" doc:"checks that a missing fact left undone, by reason, the ten most frequent"`
	Gaps      []finding.Gap       `json:"gaps" nullable:"false" doc:"what could not be checked as a whole"`
}

// NotRun are the rule classes that were not run for one reason.
type NotRun struct {
	Why   string   `json:"why"`
	Rules []string `json:"rules" nullable:"false"`
}

type screenedRow struct {
	bun.BaseModel `bun:"table:review_screened"`

	Batch string `bun:",pk"`
	Said  string
}

// keepScreened keeps what the run says of itself. The file that was delivered is what
// counts; this is what an overview shows of it.
func keepScreened(ctx context.Context, tx *db.Tx, run *finding.Run) error {
	s := Screened{Read: run.Read, Judged: run.Judged, Rules: len(run.Rules), NotRun: []NotRun{}, Unchecked: []finding.Unchecked{}, Gaps: append([]finding.Gap{}, run.Gaps...)}
	missed := map[string]int64{}
	for _, rule := range run.Rules {
		for _, u := range rule.Unchecked {
			missed[u.Reason] += u.Count
		}
		if rule.Status == finding.Ran {
			s.Ran++
			continue
		}
		why := strings.TrimPrefix(finding.StatusName(rule.Status), "未运行：")
		k := slices.IndexFunc(s.NotRun, func(n NotRun) bool { return n.Why == why })
		if k < 0 {
			k = len(s.NotRun)
			s.NotRun = append(s.NotRun, NotRun{Why: why})
		}
		s.NotRun[k].Rules = append(s.NotRun[k].Rules, rule.RuleID)
	}
	slices.SortStableFunc(s.NotRun, func(a, b NotRun) int { return cmp.Compare(len(b.Rules), len(a.Rules)) })
	for reason, n := range missed {
		s.Unchecked = append(s.Unchecked, finding.Unchecked{Reason: reason, Count: n})
	}
	slices.SortFunc(s.Unchecked, func(a, b finding.Unchecked) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	s.Unchecked = s.Unchecked[:min(len(s.Unchecked), 10)]
	said, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(&screenedRow{Batch: run.RunID, Said: string(said)}).On("CONFLICT (batch) DO NOTHING").Exec(ctx)
	return err
}

// screened returns the screenings of the batches that the actor reaches, the newest
// first, at most so many; one that was taken over before they were kept is left out.
func (r *Review) screened(ctx context.Context, from db.Reader, actor *access.Actor, regions []string, most int) ([]Screened, error) {
	var batches []Batch
	err := from.NewSelect().Model(&batches).Where("EXISTS (SELECT 1 FROM review_screened AS s WHERE s.batch = review_batch.id)").
		ApplyQueryBuilder(actor.Reach(Read, access.Columns{Region: "review_batch.region"})).
		ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return withinRegions(q, "review_batch.region", regions) }).
		OrderExpr("taken_at DESC, id DESC").Limit(int64(most)).Scan(ctx)
	if err != nil || len(batches) == 0 {
		return nil, err
	}
	at := make(map[string]int, len(batches))
	for k, b := range batches {
		at[b.ID] = k
	}
	var rows []screenedRow
	if err := from.NewSelect().Model(&rows).Where("batch IN (?)", bun.List(slices.Collect(maps.Keys(at)))).Scan(ctx); err != nil {
		return nil, err
	}
	all := make([]Screened, len(batches))
	for _, row := range rows {
		k := at[row.Batch]
		if err := json.Unmarshal([]byte(row.Said), &all[k]); err != nil {
			return nil, err
		}
		b, s := &batches[k], &all[k]
		s.RunID, s.Region, s.From, s.To, s.TakenAt = b.ID, b.Region, b.FromDay, b.ToDay, b.TakenAt.UTC()
	}
	return all, nil
}
