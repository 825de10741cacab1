package review

import (
	"context"

	"yiheng/ground/db"
	"yiheng/ground/hook"
)

// tell publishes what an act did to those who reach the findings: that one was sent to
// its institution, or that it was decided.
func tell(ctx context.Context, tx *db.Tx, move string, done []Done) error {
	events := make([]hook.Event, 0, len(done))
	for _, x := range done {
		if x.Denial != nil {
			continue
		}
		e := hook.Event{
			Name: hook.FindingDecided, Region: x.Finding.Region, Organisation: x.Finding.FixmedinsCode, Kind: "finding", ID: x.ID,
			Data: map[string]string{"move": move, "state": x.Finding.State},
		}
		if x.Finding.State == Appeal {
			e.Name = hook.FindingSent
		}
		events = append(events, e)
	}
	return hook.Publish(ctx, tx, events...)
}
