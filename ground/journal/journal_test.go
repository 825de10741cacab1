package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

var ctx = context.Background()

// thing is a row of a room that journals its acts.
type thing struct {
	bun.BaseModel `bun:"table:thing,alias:thing"`
	ID            string    `json:"id" bun:",pk"`
	Title         string    `json:"title"`
	Amount        int64     `json:"amount"`
	Done          bool      `json:"done"`
	Name          []byte    `json:"name"` // sealed
	At            time.Time `json:"at"`
}

const things = `-- +goose Up
CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, amount BIGINT NOT NULL,
	done BOOLEAN NOT NULL, name BYTEA NOT NULL, at TIMESTAMPTZ NOT NULL);
`

var committed = Committed{"thing": Table("id", func(r *thing) string { return r.ID })}

// opened is a journal with the room's table, in a home of its own.
type opened struct {
	*Log
	db   *db.DB
	home string
}

func open(t testing.TB, d *db.DB) *opened {
	t.Helper()
	return openIn(t, d, t.TempDir())
}

func openIn(t testing.TB, d *db.DB, home string) *opened {
	t.Helper()
	l, err := Open(ctx, d, home)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(ctx, "thing", fstest.MapFS{"0001_thing.sql": {Data: []byte(things)}}); err != nil {
		t.Fatal(err)
	}
	return &opened{l, d, home}
}

// decide is an act: it writes a row and the entry of it.
func decide(tx *db.Tx, id string, amount int64) error {
	row, err := decideOnly(tx, id, amount)
	if err != nil {
		return err
	}
	_, err = Append(ctx, tx, Entry{
		Actor: "U7", Org: "J330400", Region: "330400", Act: "thing.decide", Kind: "thing", ID: id,
		Reason: "证据充分", Rows: []Row{{Kind: "thing", ID: id, Content: row}},
	})
	return err
}

func decideOnly(tx *db.Tx, id string, amount int64) (thing, error) {
	row := thing{ID: id, Title: "超限定支付", Amount: amount, Done: amount%2 == 0, Name: []byte{1, 2, 3}, At: tx.Now}
	_, err := tx.NewInsert().Model(&row).On("CONFLICT (id) DO UPDATE").
		Set("title = EXCLUDED.title, amount = EXCLUDED.amount, done = EXCLUDED.done, name = EXCLUDED.name, at = EXCLUDED.at").Exec(ctx)
	return row, err
}

func remove(tx *db.Tx, id string) error {
	if _, err := tx.NewDelete().Table("thing").Where("id = ?", id).Exec(ctx); err != nil {
		return err
	}
	_, err := Append(ctx, tx, Entry{Actor: "U7", Act: "thing.remove", Kind: "thing", ID: id, Rows: []Row{{Kind: "thing", ID: id}}})
	return err
}

// fill makes n acts on half as many rows.
func (o *opened) fill(t testing.TB, n int) {
	t.Helper()
	for i := range n {
		if err := o.db.Write(ctx, func(tx *db.Tx) error { return decide(tx, fmt.Sprintf("YD%d", i/2), int64(i)) }); err != nil {
			t.Fatal(err)
		}
	}
}

func (o *opened) sign(t testing.TB) string {
	t.Helper()
	signed, err := o.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (o *opened) check() Check { return Check{Keys: o.keys, Committed: committed} }

// verified verifies with the checkpoint that the home kept.
func (o *opened) verified(t testing.TB) *Report {
	t.Helper()
	check := o.check()
	kept, err := Kept(o.home)
	if err != nil {
		t.Fatal(err)
	}
	if kept != "" {
		check.Kept = map[string]string{"home": kept}
	}
	report, err := Verify(ctx, o.db, check)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (o *opened) wantClean(t testing.TB, entries, signed int64) {
	t.Helper()
	r := o.verified(t)
	if len(r.Problems) > 0 || r.Entries != entries || r.Signed != signed {
		t.Errorf("%d entries, %d signed, want %d, %d; problems %v", r.Entries, r.Signed, entries, signed, r.Problems)
	}
}

// wantFirst wants the first problem to say all texts.
func (o *opened) wantFirst(t testing.TB, texts ...string) {
	t.Helper()
	wantFirst(t, o.verified(t), texts...)
}

func wantFirst(t testing.TB, r *Report, texts ...string) {
	t.Helper()
	if len(r.Problems) == 0 {
		t.Errorf("nothing noticed, want %q", texts)
		return
	}
	for _, text := range texts {
		if !strings.Contains(r.Problems[0].Text, text) {
			t.Errorf("says %v, want %q", r.Problems, text)
		}
	}
}

func TestAppendAndVerify(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.wantClean(t, 0, 0)
		if _, err := o.Checkpoint(ctx); err == nil || !strings.Contains(err.Error(), "还没有条目") {
			t.Errorf("checkpoint of nothing: %v", err)
		}
		o.fill(t, 5)
		o.wantClean(t, 5, 0)
		first := o.sign(t)
		if again := o.sign(t); again != first {
			t.Error("a checkpoint was made though nothing came")
		}
		o.wantClean(t, 5, 5)
		if err := d.Write(ctx, func(tx *db.Tx) error { return remove(tx, "YD1") }); err != nil {
			t.Fatal(err)
		}
		o.fill(t, 2)
		o.wantClean(t, 8, 5)
		o.sign(t)
		o.wantClean(t, 8, 8)
		entries, err := List(ctx, d, Filter{Kind: "thing", ID: "YD1", Before: 8})
		if err != nil || len(entries) != 3 || entries[0].N != 5 || entries[0].Act != "thing.remove" || entries[2].N != 2 {
			t.Errorf("%+v, %v", entries, err)
		}
		if e := entries[1]; e.Actor != "U7" || e.Region != "330400" || e.Reason != "证据充分" || e.At.IsZero() || len(e.Rows) != 1 || e.Rows[0].Hash == "" {
			t.Errorf("%+v", e)
		}
	})
}

func TestActAndEntryAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		failed := errors.New("no")
		for range 3 {
			err := d.Write(ctx, func(tx *db.Tx) error { return errors.Join(decide(tx, "YD1", 1), failed) })
			if !errors.Is(err, failed) {
				t.Fatal(err)
			}
		}
		o.fill(t, 3) // no place was used up
		o.wantClean(t, 3, 0)
	})
}

func TestAppendAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.fill(t, 3)
		for _, n := range []int{0, 1, 2203} {
			entries := make([]Entry, n)
			for i := range entries {
				entries[i] = Entry{Actor: "U7", Act: "thing.read", Kind: "thing", ID: fmt.Sprint(i)}
			}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := AppendAll(ctx, tx, entries)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		o.sign(t)
		o.wantClean(t, 2207, 2207)
	})
}

func TestWritersAtOnce(t *testing.T) {
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			home, setting := t.TempDir(), ""
			if driver == db.Postgres {
				setting = dbtest.PostgresURL(t)
			}
			var all sync.WaitGroup
			for w := range 4 {
				all.Go(func() {
					d, err := db.OpenAt(ctx, home, setting)
					if err != nil {
						t.Error(err)
						return
					}
					defer d.Close()
					l, err := Open(ctx, d, home)
					if err != nil {
						t.Error(err)
						return
					}
					for i := range 20 {
						if err := d.Write(ctx, func(tx *db.Tx) error {
							_, err := Append(ctx, tx, Entry{Actor: fmt.Sprint(w), Act: "test"})
							return err
						}); err != nil {
							t.Error(err)
						}
						if i%5 == w {
							if _, err := l.Checkpoint(ctx); err != nil {
								t.Error(err)
							}
						}
					}
				})
			}
			all.Wait()
			d, err := db.OpenAt(ctx, home, setting)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			keys, err := Keys(home)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Verify(ctx, d, Check{Keys: keys})
			if err != nil || r.Entries != 80 || len(r.Problems) > 0 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// Verify reads one state of the journal and of the rows, whoever writes meanwhile,
// and keeps nobody from writing.
func TestVerifyWhileWriting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.fill(t, 2)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := range 60 {
				if err := d.Write(ctx, func(tx *db.Tx) error {
					if i%7 == 6 {
						return remove(tx, "YD1")
					}
					return decide(tx, fmt.Sprintf("YD%d", i%5), int64(i))
				}); err != nil {
					t.Error(err)
				}
				if i%10 == 3 {
					o.sign(t)
				}
			}
		}()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			if r := o.verified(t); len(r.Problems) > 0 {
				t.Errorf("%d entries: %v", r.Entries, r.Problems)
			}
		}
		o.sign(t)
		o.wantClean(t, 62, 62)
	})
}
