package procedure

import (
	"context"
	"slices"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// ticksAtOnce bounds the instances of one transaction of a tick.
const ticksAtOnce = 500

// Tick deals with all clocks that have ended before the moment at: roles are told and
// moves are made. It also counts clocks anew that waited for a table of holidays which
// is there now. It returns how many instances it changed. Each part is a transaction of
// its own, so a tick that is stopped is taken up by the next.
func (e *Engine[T]) Tick(ctx context.Context, d *db.DB, at calendar.Time) (int, error) {
	changed, err := e.RecountMissing(ctx, d)
	for err == nil {
		var n int
		n, err = e.tick(ctx, d, at)
		changed += n
		if n == 0 {
			break
		}
	}
	return changed, err
}

func (e *Engine[T]) tick(ctx context.Context, d *db.DB, at calendar.Time) (n int, err error) {
	err = d.Write(ctx, func(tx *db.Tx) error {
		results, err := e.Lapse(ctx, tx, at, ticksAtOnce)
		n = len(results)
		return err
	})
	return n, err
}

// Lapse is a part of Tick in the caller's transaction, for a room that keeps more of
// its instances than the engine does: it deals with the clocks that have ended in at
// most limit instances and returns what was done; nothing when no clock has.
func (e *Engine[T]) Lapse(ctx context.Context, tx *db.Tx, at calendar.Time, limit int) ([]Result, error) {
	var rows []instanceRow
	err := tx.NewSelect().Model(&rows).Where("procedure = ?", e.Name).Where("next_end < ?", int64(at)).
		Order("next_end", "id").Limit(int64(limit)).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	instances, err := instancesOf(rows)
	if err != nil {
		return nil, err
	}
	law, subjects, err := e.given(ctx, tx, instances)
	if err != nil {
		return nil, err
	}
	var w written
	var results []Result
	for _, i := range instances {
		after, events, err := e.lapse(i, subjects[i.ID], at, law)
		if err != nil {
			return nil, err
		}
		if err := e.add(&w, after, events, tx.Now); err != nil {
			return nil, err
		}
		results = append(results, Result{Instance: after, Events: events})
	}
	return results, e.write(ctx, tx, w)
}

// RecountMissing counts clocks anew that waited for a table of holidays which is there
// now, as Tick does. It returns how many instances changed.
func (e *Engine[T]) RecountMissing(ctx context.Context, d *db.DB) (int, error) {
	return e.recount(ctx, d, "missing > 0")
}

// Recount counts the ends of all running clocks anew, after a table of holidays was
// corrected. Ends that were dealt with stay dealt with. It returns how many instances
// changed.
func (e *Engine[T]) Recount(ctx context.Context, d *db.DB) (int, error) {
	return e.recount(ctx, d, "due < 9223372036854775807 OR missing > 0")
}

func (e *Engine[T]) recount(ctx context.Context, d *db.DB, which string) (changed int, err error) {
	after := ""
	for err == nil {
		read := 0
		err = d.Write(ctx, func(tx *db.Tx) error {
			var rows []instanceRow
			err := tx.NewSelect().Model(&rows).Where("procedure = ?", e.Name).Where(which).Where("id > ?", after).
				Order("id").Limit(ticksAtOnce).Scan(ctx)
			if err != nil || len(rows) == 0 {
				return err
			}
			read, after = len(rows), rows[len(rows)-1].ID
			law, err := e.law(ctx, tx)
			if err != nil {
				return err
			}
			w, err := e.recounted(rows, law)
			if err != nil {
				return err
			}
			changed += len(w.instances)
			return e.write(ctx, tx, w)
		})
		if read == 0 {
			break
		}
	}
	return changed, err
}

// recounted are the rows whose clocks end elsewhere now.
func (e *Engine[T]) recounted(rows []instanceRow, law Law) (w written, err error) {
	for _, old := range rows {
		i, err := old.instance()
		if err != nil {
			return w, err
		}
		for k := range i.Clocks {
			if r := &i.Clocks[k]; r.Runs() && !r.Ended {
				if err := r.recount(law.Calendar); err != nil {
					return w, err
				}
			}
		}
		row, err := e.row(i)
		if err != nil {
			return w, err
		}
		if row != old {
			w.instances = append(w.instances, row)
		}
	}
	return w, nil
}

func instancesOf(rows []instanceRow) ([]Instance, error) {
	instances := make([]Instance, 0, len(rows))
	for _, r := range rows {
		i, err := r.instance()
		if err != nil {
			return nil, err
		}
		instances = append(instances, i)
	}
	return slices.Clip(instances), nil
}
