package review

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// takeLeave marks the findings that the batch looked for and did not find, and completes
// it. What people decided on them stays.
func (r *Review) takeLeave(ctx context.Context, actor *access.Actor, at time.Time, batch *Batch) error {
	after := ""
	for !batch.Complete {
		err := r.write(ctx, at, func(tx *db.Tx) error {
			if err := batch.refresh(ctx, tx); err != nil || batch.Complete {
				return err
			}
			gone, err := readGone(ctx, tx, batch, after)
			if err != nil {
				return err
			}
			rows, err := markGone(ctx, tx, batch, gone)
			if err != nil {
				return err
			}
			what := "gone"
			if len(gone) < takenAtOnce {
				batch.Complete, what = true, "complete"
			} else {
				after = gone[len(gone)-1].ID
			}
			if err := saveBatch(ctx, tx, batch, actor, what, rows...); err != nil || !batch.Complete {
				return err
			}
			return tellTaken(ctx, tx, batch)
		})
		if err != nil {
			batch.Complete = false
			return err
		}
	}
	return nil
}

// readGone returns findings of the batch's region, days and rules that it did not find.
func readGone(ctx context.Context, from db.Reader, b *Batch, after string) (gone []*Finding, err error) {
	prefix := prefixOf(b.Region)
	q := from.NewSelect().Model(&gone).Where("id > ?", after).Where("seen <> ?", b.ID).Where("gone_in = ''").
		Where("rule_id IN (?)", bun.List(strings.Split(b.Rules, ","))).Where("substr(region, 1, ?) = ?", len(prefix), prefix)
	if b.FromDay != calendar.NoDay {
		q = q.Where("last_day >= ?", int64(b.FromDay))
	}
	if b.ToDay != calendar.NoDay {
		q = q.Where("last_day <= ?", int64(b.ToDay))
	}
	err = q.Where("last_day <> ?", int64(calendar.NoDay)).Order("id").Limit(takenAtOnce).Scan(ctx)
	return gone, err
}

// prefixOf is what the codes within a region begin with.
func prefixOf(region string) string {
	switch {
	case region[2:] == "0000":
		return region[:2]
	case region[4:] == "00" && region[2:4] != "99":
		return region[:4]
	}
	return region
}

func markGone(ctx context.Context, tx *db.Tx, b *Batch, gone []*Finding) (rows []journal.Row, err error) {
	var revisions []*Revision
	for _, f := range gone {
		f.GoneIn = b.ID
		v, err := f.revise(b.ID, StandingGone, tx.Now, nil, nil)
		if err != nil {
			return nil, err
		}
		revisions = append(revisions, v)
		rows = append(rows, journal.Row{Kind: findingKind, ID: f.ID, Content: f}, journal.Row{Kind: revisionKind, ID: v.ID, Content: v})
	}
	b.Gone += int64(len(gone))
	if err := update(ctx, tx, gone, []string{"gone_in", "latest"}); err != nil {
		return nil, err
	}
	return rows, insert(ctx, tx, revisions)
}
