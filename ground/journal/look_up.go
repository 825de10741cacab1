package journal

import (
	"context"

	"yiheng/ground/db"
)

// unreadable is the act of an entry whose text is no JSON: Verify names it.
const unreadable = "?"

// fillLookUp gives the entries of before version 2 of the tables their columns for
// look-up, some in each transaction: it goes on after a kill.
func fillLookUp(ctx context.Context, d *db.DB) error {
	for {
		if some, err := withoutLookUp(ctx, d, 1); err != nil || len(some) == 0 {
			return err
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			rows, err := withoutLookUp(ctx, tx, rowsAtOnce)
			if err != nil || len(rows) == 0 {
				return err
			}
			for i := range rows {
				if e, err := parseEntry(rows[i].Text); err == nil && e.Act != "" {
					rows[i].Region, rows[i].Act, rows[i].AtMicro = e.Region, e.Act, e.At.UnixMicro()
				} else {
					rows[i].Act = unreadable
				}
			}
			_, err = tx.NewInsert().Model(&rows).On("CONFLICT (n) DO UPDATE").
				Set("region = EXCLUDED.region").Set("act = EXCLUDED.act").Set("at_micro = EXCLUDED.at_micro").Exec(ctx)
			return err
		})
		if err != nil {
			return err
		}
	}
}

func withoutLookUp(ctx context.Context, from db.Reader, most int64) (rows []entryRow, err error) {
	err = from.NewSelect().Model(&rows).Where("act = ''").Order("n").Limit(most).Scan(ctx)
	return rows, err
}
