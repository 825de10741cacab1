package access

import (
	"context"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// sealedColumns are where this room keeps sealed values.
var sealedColumns = []struct{ table, key, column, place string }{
	{"holder", "id", "sealed", "holder/"},
	{"certificate", "holder", "number", "certificate/"},
	{"second_factor", "holder", "secret", "second_factor/"},
}

// Reseal seals up to so many values of each table anew with the ring's newest data
// key, in one transaction, and says how many it did: call it until it is none. What
// is left is found in the rows themselves, so it goes on after a kill.
func (a *Access) Reseal(ctx context.Context, most int64) (done int, err error) {
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		for _, c := range sealedColumns {
			var rows []struct {
				Key    string
				Sealed []byte
			}
			err := tx.NewSelect().Table(c.table).ColumnExpr("? AS key, ? AS sealed", bun.Ident(c.key), bun.Ident(c.column)).
				Where("substr(?, 1, ?) <> ?", bun.Ident(c.column), len(a.ring.Header()), a.ring.Header()).
				OrderExpr("?", bun.Ident(c.key)).Limit(most).Scan(ctx, &rows)
			if err != nil {
				return err
			}
			for _, row := range rows {
				sealed, err := a.ring.Reseal(row.Sealed, c.place+row.Key)
				if err != nil {
					return err
				}
				if _, err := tx.NewUpdate().Table(c.table).Set("? = ?", bun.Ident(c.column), sealed).Where("? = ?", bun.Ident(c.key), row.Key).Exec(ctx); err != nil {
					return err
				}
			}
			done += len(rows)
		}
		return nil
	})
	return done, err
}

// Stale returns how many values are not sealed with the ring's newest data key.
func (a *Access) Stale(ctx context.Context) (all int64, err error) {
	for _, c := range sealedColumns {
		n, err := a.db.NewSelect().Table(c.table).
			Where("substr(?, 1, ?) <> ?", bun.Ident(c.column), len(a.ring.Header()), a.ring.Header()).Count(ctx)
		if err != nil {
			return 0, err
		}
		all += int64(n)
	}
	return all, nil
}
