package journal

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// manyRegions appends an entry a minute: of a province, its pool, two cities, a county,
// another province, and the installation.
func manyRegions(t testing.TB, d *db.DB) (start time.Time) {
	t.Helper()
	start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i, region := range []string{"330000", "339900", "330400", "330402", "330100", "340000", ""} {
		err := d.Write(ctx, func(tx *db.Tx) error {
			tx.Now = start.Add(time.Duration(i) * time.Minute)
			_, err := Append(ctx, tx, Entry{Actor: "U1", Region: region, Act: []string{"thing.read", "thing.decide"}[i%2]})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return start
}

func wantChosen(t testing.TB, d *db.DB, f Filter, want ...int64) {
	t.Helper()
	entries, err := List(ctx, d, f)
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for _, e := range entries {
		got = append(got, e.N)
	}
	query, _ := Select(d, f)
	total, err := query.Count(ctx)
	if err != nil || !reflect.DeepEqual(got, want) || total != int64(len(want)) {
		t.Errorf("%+v chooses %v of %d, %v, want %v", f, got, total, err, want)
	}
}

func wantFilters(t testing.TB, d *db.DB, start time.Time) {
	t.Helper()
	wantChosen(t, d, Filter{}, 6, 5, 4, 3, 2, 1, 0)
	wantChosen(t, d, Filter{Act: "thing.decide"}, 5, 3, 1)
	wantChosen(t, d, Filter{Regions: []string{"330400", "340000"}}, 5, 2)
	wantChosen(t, d, Filter{Within: "330400"}, 3, 2)
	wantChosen(t, d, Filter{Within: "330000"}, 4, 3, 2, 1, 0)
	wantChosen(t, d, Filter{Within: "339900"}, 1)
	wantChosen(t, d, Filter{Within: "33"})
	wantChosen(t, d, Filter{From: start.Add(2 * time.Minute), To: start.Add(4 * time.Minute)}, 3, 2)
	reach := func(q bun.QueryBuilder) bun.QueryBuilder { return q.Where("region = ?", "330402") }
	wantChosen(t, d, Filter{Reach: reach}, 3)
	wantChosen(t, d, Filter{Reach: reach, Act: "thing.read"})
}

func TestFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		wantFilters(t, d, manyRegions(t, d))
	})
}

// TestLookUpOfEarlierEntries: entries that were written before the columns were there get
// them from their texts; no hash changes, and one whose text was altered is still named.
func TestLookUpOfEarlierEntries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		start := manyRegions(t, d)
		o.sign(t)
		before, err := readTree(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.ExecContext(ctx, "UPDATE journal_entry SET region = '', act = '', at_micro = 0"); err != nil {
			t.Fatal(err)
		}
		if err := Prepare(ctx, d); err != nil {
			t.Fatal(err)
		}
		wantFilters(t, d, start)
		after, err := readTree(ctx, d)
		if err != nil || !reflect.DeepEqual(before.have, after.have) {
			t.Errorf("the tree is another, %v", err)
		}
		o.wantClean(t, 7, 7)
		if _, err := d.ExecContext(ctx, "UPDATE journal_entry SET text = 'x', act = '' WHERE n = 2"); err != nil {
			t.Fatal(err)
		}
		if err := Prepare(ctx, d); err != nil {
			t.Fatal(err)
		}
		o.wantFirst(t, "条目 2 ")
	})
}

func TestIdentityInAnId(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		for _, id := range []string{"330402199001011233", "110101199003074899", "13812345678"} {
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := Append(ctx, tx, Entry{Actor: "U1", Act: "thing.read", Kind: "thing", ID: id})
				return err
			})
			if mask(id) == id {
				continue // no check digit: another number
			}
			if !errors.Is(err, ErrIdentity) {
				t.Errorf("id %s: %v", id, err)
			}
		}
	})
}

func BenchmarkCountWithin(b *testing.B) {
	d := dbtest.OpenSQLite(b)
	open(b, d)
	for part := range 20 {
		err := d.Write(ctx, func(tx *db.Tx) error {
			var entries []Entry
			for i := range 5000 {
				entries = append(entries, Entry{Actor: "U1", Act: "thing.read", Region: fmt.Sprintf("33%02d%02d", part%10, i%20)})
			}
			_, err := AppendAll(ctx, tx, entries)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := List(ctx, d, Filter{Within: "330400", Limit: 50}); err != nil {
			b.Fatal(err)
		}
		query, _ := Select(d, Filter{Within: "330400"})
		if _, err := query.Count(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
