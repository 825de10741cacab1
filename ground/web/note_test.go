package web

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/journal"
)

// TestNote has many people read at once: each act is in the journal before it returns, one
// that the journal does not take fails alone, and transactions are shared.
func TestNote(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := journal.Prepare(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		door := New(Parts{DB: d})
		const people, each = 20, 30
		var all sync.WaitGroup
		for p := range people {
			all.Go(func() {
				c := &Call{Actor: &access.Actor{ID: fmt.Sprintf("RY%06d", p)}}
				for k := range each {
					wrong := p == 0 && k%10 == 9
					act := Act{Name: "review.open", Kind: "finding", ID: fmt.Sprint(k)}
					if wrong {
						act.ID = strings.Repeat("长", 1000)
					}
					if err := door.Note(t.Context(), c, act); (err != nil) != wrong {
						t.Errorf("%s, %d: %v", c.ID, k, err)
					}
					if wrong {
						continue
					}
					last, err := journal.List(t.Context(), d, journal.Filter{Actor: c.ID, Limit: 1, Before: 1 << 40})
					if err != nil || len(last) != 1 || last[0].ID != act.ID {
						t.Errorf("%s, %d is not there when it returns: %+v %v", c.ID, k, last, err)
					}
				}
			})
		}
		all.Wait()
		query, _ := journal.Select(d, journal.Filter{})
		n, err := query.Count(t.Context())
		if err != nil || n != people*each-3 {
			t.Errorf("%d entries, %v", n, err)
		}
		var at []int64
		if err := d.NewSelect().Table("journal_entry").ColumnExpr("DISTINCT at_micro").Scan(t.Context(), &at); err != nil {
			t.Fatal(err)
		}
		slices.Sort(at)
		t.Logf("%d entries in %d transactions", n, len(at))
		if len(at) >= int(n) {
			t.Error("no transaction was shared")
		}
	})
}
