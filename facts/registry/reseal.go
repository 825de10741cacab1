package registry

import (
	"context"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Reseal seals up to so many identities anew with the ring's newest data key, in one
// transaction, and says how many it did: call it until it is none. What is left is
// found in the rows themselves, so it goes on after a kill.
func (r *Registry) Reseal(ctx context.Context, most int64) (done int, err error) {
	r.resealing.Lock()
	defer r.resealing.Unlock()
	from := r.resealed
	if done, err = r.resealAfter(ctx, from, most); err != nil || done > 0 || from == 0 {
		return done, err
	}
	// At the end of the table: once more from its start, for what another process
	// sealed with an older key meanwhile.
	return r.resealAfter(ctx, 0, most)
}

func (r *Registry) resealAfter(ctx context.Context, n, most int64) (done int, err error) {
	err = r.db.Write(ctx, func(tx *db.Tx) error {
		var rows []identityRow
		if err := r.stale(tx.NewSelect().Model(&rows)).Where("n > ?", n).Order("n").Limit(most).Scan(ctx); err != nil {
			return err
		}
		for i, row := range rows {
			if rows[i].Sealed, err = r.ring.Reseal(row.Sealed, place(Subject{row.Kind, row.ID})); err != nil {
				return err
			}
			n = row.N
		}
		done = len(rows)
		return replaceSealed(ctx, tx, rows)
	})
	if err == nil {
		r.resealed = n
	}
	return done, err
}

// Stale returns how many identities are not sealed with the newest data key. It reads
// the whole table.
func (r *Registry) Stale(ctx context.Context) (int64, error) {
	n, err := r.stale(r.db.NewSelect().Table("identity")).Count(ctx)
	return int64(n), err
}

func (r *Registry) stale(query *bun.SelectQuery) *bun.SelectQuery {
	header := r.ring.Header()
	return query.Where("substr(sealed, 1, ?) <> ?", len(header), header)
}
