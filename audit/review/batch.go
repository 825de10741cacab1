package review

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/audit/finding"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// Batch is a delivered screening: its id is the run's.
type Batch struct {
	bun.BaseModel `bun:"table:review_batch,alias:review_batch" json:"-"`

	ID        string       `bun:",pk" json:"run_id"`
	Title     string       `json:"title"`
	Region    string       `json:"region"` // of the body that took it over
	FromDay   calendar.Day `json:"from"`
	ToDay     calendar.Day `json:"to"`
	Rules     string       `json:"rules"` // that ran, joined by ,
	Snapshot  string       `json:"snapshot_id"`
	Knowledge string       `json:"knowledge_hash"`
	RuleSet   string       `json:"rule_set_hash"`
	TakenBy   string       `json:"taken_by"`
	TakenAt   time.Time    `json:"taken_at"`
	Complete  bool         `json:"complete"`
	// What the findings of the run were to those that were there: added, the same,
	// changed while nobody had looked at them, saying something new of one that was
	// decided, and no longer found.
	Added   int64 `json:"added"`
	Same    int64 `json:"same"`
	Changed int64 `json:"changed"`
	Offered int64 `json:"offered"`
	Gone    int64 `json:"gone"`
}

// Batches returns a page of the batches that the actor's operations reach, the newest
// first; before is the id of the last one of the page before.
func (r *Review) Batches(ctx context.Context, from db.Reader, actor *access.Actor, before string, limit int) (all []Batch, err error) {
	if err := actor.May(Read); err != nil {
		return nil, err
	}
	q := from.NewSelect().Model(&all).ApplyQueryBuilder(actor.Reach(Read, access.Columns{Region: "review_batch.region"})).
		OrderExpr("taken_at DESC, id DESC").Limit(int64(min(max(limit, 1), 500)))
	if before != "" {
		q = q.Where("(taken_at, id) < (SELECT taken_at, id FROM review_batch WHERE id = ?)", before)
	}
	err = q.Scan(ctx)
	return all, err
}

// newBatch is the batch of a run before any of its findings was taken.
func newBatch(run *finding.Run, region string, actor *access.Actor, at time.Time) *Batch {
	var ran []string
	for _, rule := range run.Rules {
		if rule.Status == finding.Ran {
			ran = append(ran, rule.RuleID)
		}
	}
	return &Batch{
		ID: run.RunID, Title: run.Title, Region: region, FromDay: run.From, ToDay: run.To, Rules: strings.Join(ran, ","),
		Snapshot: run.SnapshotID, Knowledge: run.KnowledgeHash, RuleSet: run.RuleSetHash, TakenBy: actor.ID, TakenAt: at,
	}
}

// save writes the batch as it is, and says how its entry commits to it.
func (b *Batch) save(ctx context.Context, tx *db.Tx) (journal.Row, error) {
	q := tx.NewInsert().Model(b).On("CONFLICT (id) DO UPDATE")
	for _, name := range []string{"complete", "added", "same", "changed", "offered", "gone"} {
		q = q.Set("? = EXCLUDED.?", bun.Ident(name), bun.Ident(name))
	}
	_, err := q.Exec(ctx)
	row := *b
	return journal.Row{Kind: batchKind, ID: b.ID, Content: &row}, err
}

// readBatch returns nil when there is none.
func readBatch(ctx context.Context, from db.Reader, id string) (*Batch, error) {
	var all []*Batch
	if err := from.NewSelect().Model(&all).Where("id = ?", id).Scan(ctx); err != nil || len(all) == 0 {
		return nil, err
	}
	all[0].TakenAt = all[0].TakenAt.UTC()
	return all[0], nil
}

// refresh makes the batch what is stored: another process may take the same run over.
func (b *Batch) refresh(ctx context.Context, tx *db.Tx) error {
	stored, err := readBatch(ctx, tx, b.ID)
	if err == nil && stored != nil {
		*b = *stored
	}
	return err
}
