package db_test

import (
	"encoding/json"
	"testing"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// An instant comes back in UTC in every time zone, so that the JSON of a row is
// the same wherever it is read.
func TestInstantsAreUTC(t *testing.T) {
	local := time.Local
	defer func() { time.Local = local }()
	time.Local = time.FixedZone("CST", 8*60*60)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(ctx, "note", schema(first)); err != nil {
			t.Fatal(err)
		}
		for id, at := range []time.Time{
			time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(1955, 6, 1, 0, 0, 0, 0, time.UTC),
		} {
			if _, err := d.NewInsert().Model(&note{ID: int64(id), At: at}).ModelTableExpr("note").Exec(ctx); err != nil {
				t.Fatal(err)
			}
			var back note
			if err := d.NewSelect().Model(&back).ModelTableExpr("note AS note").Where("id = ?", id).Scan(ctx); err != nil {
				t.Fatal(err)
			}
			got, _ := json.Marshal(back.At)
			if want, _ := json.Marshal(at); string(got) != string(want) {
				t.Errorf("%s comes back as %s", want, got)
			}
		}
	})
}
