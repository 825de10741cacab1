package review

import (
	"context"
	"time"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// ticksAtOnce bounds the findings of one transaction of a tick.
const ticksAtOnce = 500

// Tick deals with all clocks that have ended before the instant: leaders are told, and
// silence takes its effect, each with an entry of the journal. It returns how many
// findings it changed. A tick that is stopped is taken up by the next. Clocks that waited
// for a table of holidays are counted when it has come.
func (r *Review) Tick(ctx context.Context, at time.Time) (changed int, err error) {
	if n, err := r.engine.RecountMissing(ctx, r.db); err != nil {
		return 0, err
	} else if n > 0 {
		if err := r.readDues(ctx); err != nil {
			return 0, err
		}
	}
	for {
		n := 0
		err = r.write(ctx, at, func(tx *db.Tx) (err error) {
			n, err = r.tick(ctx, tx)
			return err
		})
		if changed += n; err != nil || n == 0 {
			return changed, err
		}
	}
}

func (r *Review) tick(ctx context.Context, tx *db.Tx) (int, error) {
	results, err := r.engine.Lapse(ctx, tx, calendar.Civil(tx.Now), ticksAtOnce)
	if err != nil || len(results) == 0 {
		return 0, err
	}
	ids := make([]string, len(results))
	for k, result := range results {
		ids[k] = result.Instance.ID
	}
	w := newWrite(tx, nil)
	findings, err := w.load(ctx, ids, anywhere)
	if err != nil {
		return 0, err
	}
	for k, f := range findings {
		if err := w.apply(f, results[k], Act{}); err != nil {
			return 0, err
		}
	}
	return len(results), w.finish(ctx)
}

// Recount counts all running clocks anew, after a table of holidays was corrected.
func (r *Review) Recount(ctx context.Context) error {
	if _, err := r.engine.Recount(ctx, r.db); err != nil {
		return err
	}
	return r.readDues(ctx)
}

// RecountSince is Recount, once for each edition of the table of holidays.
func (r *Review) RecountSince(ctx context.Context, edition int64) error {
	var counted int64
	err := r.db.NewSelect().Table("review_counted").Column("edition").Where("id = 1").Scan(ctx, &counted)
	if err != nil || counted == edition {
		return err
	}
	if err := r.Recount(ctx); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.NewUpdate().Table("review_counted").Set("edition = ?", edition).Where("id = 1").Exec(ctx)
		return err
	})
}

// readDues makes the ends of clocks that lists are ordered by what the chain says. They
// are no part of what entries of the journal commit to.
func (r *Review) readDues(ctx context.Context) error {
	for after, more := "", true; more; {
		err := r.db.Write(ctx, func(tx *db.Tx) error {
			var open []*Finding
			err := tx.NewSelect().Model(&open).Where("NOT ended").Where("id > ?", after).Order("id").Limit(takenAtOnce).Scan(ctx)
			if more = len(open) == takenAtOnce; err != nil || len(open) == 0 {
				return err
			}
			after = open[len(open)-1].ID
			return r.readDuesOf(ctx, tx, open)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Review) readDuesOf(ctx context.Context, tx *db.Tx, open []*Finding) error {
	ids := make([]string, len(open))
	for k, f := range open {
		ids[k] = f.ID
	}
	dues, err := r.engine.Dues(ctx, tx, ids)
	if err != nil {
		return err
	}
	var moved []*Finding
	for _, f := range open {
		due := int64(never)
		if known, ok := dues[f.ID]; ok && known != calendar.NoTime {
			due = int64(known)
		}
		if due != f.Due {
			f.Due = due
			moved = append(moved, f)
		}
	}
	return update(ctx, tx, moved, []string{"due"})
}
