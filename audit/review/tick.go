package review

import (
	"context"
	"time"

	"yiheng/ground/db"
)

// ticksAtOnce bounds the findings of one transaction of a tick.
const ticksAtOnce = 500

// Tick deals with all clocks that have ended before the instant: leaders are told, and
// silence takes its effect, each with an entry of the journal. It returns how many
// findings it changed. A tick that is stopped is taken up by the next.
func (r *Review) Tick(ctx context.Context, at time.Time) (changed int, err error) {
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
	results, err := r.engine.Lapse(ctx, tx, civil(tx.Now), ticksAtOnce)
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
