package journal

import (
	"context"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/seal"
)

// Standing says how far the journal is signed.
type Standing struct {
	Entries int64
	Signed  int64     // entries that the last checkpoint has
	At      time.Time // of the last checkpoint; zero: none yet
}

// ReadStanding reads it; the last checkpoint must be signed by one of the keys.
func ReadStanding(ctx context.Context, from db.Reader, keys []seal.PublicKey) (s Standing, err error) {
	if err := from.NewSelect().Table("journal_entry").ColumnExpr("coalesce(max(n) + 1, 0)").Scan(ctx, &s.Entries); err != nil {
		return s, err
	}
	last, err := lastCheckpoint(ctx, from)
	if err != nil || last.Size == 0 {
		return s, err
	}
	c, err := ReadCheckpoint(last.Note, keys)
	s.Signed, s.At = last.Size, c.At
	return s, err
}
