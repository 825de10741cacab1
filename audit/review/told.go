package review

import (
	"context"
	"strconv"

	"yiheng/ground/db"
	"yiheng/ground/hook"
)

// tell publishes to those who reach the findings which of them moved, by people or at the
// end of a clock: that one was sent to its institution, or that it was decided.
func (w *write) tell(ctx context.Context) error {
	events := make([]hook.Event, 0, len(w.moved))
	for _, id := range w.order {
		f, move := w.now[id], w.moved[id]
		if move == "" {
			continue
		}
		e := hook.Event{
			Name: hook.FindingDecided, Region: f.Region, Organisation: f.FixmedinsCode, Kind: "finding", ID: id,
			Data: map[string]string{"move": move, "state": f.State},
		}
		if f.State == Appeal && w.before[id].State != Appeal {
			e.Name = hook.FindingSent
		}
		events = append(events, e)
	}
	return hook.Publish(ctx, w.tx, events...)
}

// tellTaken publishes that a screening was taken over whole.
func tellTaken(ctx context.Context, tx *db.Tx, b *Batch) error {
	return hook.Publish(ctx, tx, hook.Event{
		Name: hook.BatchTaken, Region: b.Region, Kind: "batch", ID: b.ID, Data: map[string]string{"added": strconv.FormatInt(b.Added, 10), "gone": strconv.FormatInt(b.Gone, 10)},
	})
}
