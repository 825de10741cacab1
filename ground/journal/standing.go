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
	Waiting time.Time // since when the oldest entry that is not signed waits; zero: all are
}

// ReadStanding reads it; the last checkpoint must be signed by one of the keys.
func ReadStanding(ctx context.Context, from db.Reader, keys []seal.PublicKey) (s Standing, err error) {
	if err := from.NewSelect().Table("journal_entry").ColumnExpr("coalesce(max(n) + 1, 0)").Scan(ctx, &s.Entries); err != nil {
		return s, err
	}
	last, err := lastCheckpoint(ctx, from)
	if err != nil {
		return s, err
	}
	if last.Size > 0 {
		c, err := ReadCheckpoint(last.Note, keys)
		if err != nil {
			return s, err
		}
		s.Signed, s.At = last.Size, c.At
	}
	if s.Signed < s.Entries {
		var micro int64
		err = from.NewSelect().Table("journal_entry").Column("at_micro").Where("n = ?", s.Signed).Scan(ctx, &micro)
		s.Waiting = time.UnixMicro(micro).UTC()
	}
	return s, err
}
