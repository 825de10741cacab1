package db_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

const thingTable = `-- +goose Up
CREATE TABLE thing (
    n     BIGINT NOT NULL PRIMARY KEY,
    name  VARCHAR(20),
    good  BOOLEAN,
    at    TIMESTAMPTZ,
    bytes BYTEA
);
INSERT INTO thing (n) VALUES (1);
`

func roomOf(second bool) fstest.MapFS {
	fs := fstest.MapFS{"0001_thing.sql": {Data: []byte(thingTable)}}
	if second {
		fs["0002_more.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nALTER TABLE thing ADD COLUMN more TEXT NOT NULL DEFAULT 'x';\n")}
	}
	return fs
}

type thing struct {
	bun.BaseModel `bun:"table:thing"`

	N     int64 `bun:",pk"`
	Name  *string
	Good  *bool
	At    *time.Time
	Bytes []byte
}

func someThings() []thing {
	yes, no := true, false
	at := time.Date(2026, 3, 1, 8, 0, 0, 123456000, time.UTC)
	whole := at.Truncate(time.Second)
	text, odd, empty := "疑点", "a'b\"\\?\n<>&\u2028", ""
	return []thing{
		{N: 1},
		{N: 2, Name: &text, Good: &yes, At: &at, Bytes: []byte{0, 1, 255}},
		{N: 3, Name: &odd, Good: &no, At: &whole, Bytes: []byte{}},
		{N: -1 << 63, Name: &empty},
		{N: 1<<63 - 1},
	}
}

// filled has somebody's things.
func filled(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Migrate(t.Context(), "room", roomOf(false)); err != nil {
		t.Fatal(err)
	}
	things := someThings()[1:]
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.NewInsert().Model(&things).Exec(t.Context())
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestSnapshotLoad carries rows between both databases in all four ways, to a program
// that is a version further.
func TestSnapshotLoad(t *testing.T) {
	for _, from := range []func(testing.TB) *db.DB{dbtest.OpenSQLite, dbtest.OpenPostgres} {
		for _, to := range []func(testing.TB) *db.DB{dbtest.OpenSQLite, dbtest.OpenPostgres} {
			a, b := from(t), to(t)
			t.Run(a.Driver()+" to "+b.Driver(), func(t *testing.T) {
				ctx := t.Context()
				filled(t, a)
				err := a.Snapshot(ctx, func(s *db.Snapshot) error {
					write(t, a, 77) // after the moment
					return b.Load(ctx, db.Rooms{"room": roomOf(true)}, s.Rooms, func(l *db.Loader) error { return carry(ctx, s, l) })
				})
				if err != nil {
					t.Fatal(err)
				}
				if err := b.Migrate(ctx, "room", roomOf(true)); err != nil {
					t.Fatal(err)
				}
				var got []thing
				if err := b.NewSelect().Model(&got).Order("n").Scan(ctx); err != nil {
					t.Fatal(err)
				}
				want := someThings()
				want = append(want[3:4:4], append(want[:3:3], want[4])...)
				for _, d := range []*db.DB{a, b} {
					if n, err := d.NewSelect().Model((*thing)(nil)).Where("bytes IS NULL AND n != 77").Count(ctx); err != nil || n != 3 {
						t.Error(d.Driver(), "what is empty and what is NULL differ:", n, err)
					}
				}
				for i := range got {
					if got[i].At != nil {
						*got[i].At = got[i].At.UTC()
					}
				}
				if !slices.Equal(plain(got), plain(want)) {
					t.Errorf("got  %#v\nwant %#v", plain(got), plain(want))
				}
			})
		}
	}
}

func plain(things []thing) (rows []string) {
	for _, t := range things {
		row := fmt.Sprintf("%d %x", t.N, t.Bytes)
		if t.Name != nil {
			row += fmt.Sprintf(" %q", *t.Name)
		}
		if t.Good != nil {
			row += fmt.Sprintf(" %t %s", *t.Good, t.At.Format(time.RFC3339Nano))
		}
		rows = append(rows, row)
	}
	return rows
}

func write(t *testing.T, d *db.DB, n int64) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.NewInsert().Model(&thing{N: n}).Exec(t.Context())
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func carry(ctx context.Context, s *db.Snapshot, l *db.Loader) error {
	for _, table := range s.Tables {
		if _, err := s.Rows(ctx, table, func(lines []byte) error {
			_, err := l.Put(ctx, table, bytes.NewReader(lines))
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// TestWrongLoads: what cannot be loaded is named, and leaves the database empty.
func TestWrongLoads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		table := db.Table{Name: "thing", Columns: []db.Column{
			{Name: "n", Kind: db.Int}, {Name: "name", Kind: db.Text}, {Name: "good", Kind: db.Boolean}, {Name: "at", Kind: db.Time}, {Name: "bytes", Kind: db.Bytes},
		}}
		other := table
		other.Columns = table.Columns[1:]
		for _, c := range []struct {
			name  string
			at    map[string]int64
			table db.Table
			lines string
			want  string
		}{
			{"unknown room", map[string]int64{"cellar": 1}, table, "", `不认识模块 "cellar"`},
			{"newer version", map[string]int64{"room": 2}, table, "", "第 2 版，本程序只认识到第 1 版"},
			{"unknown table", map[string]int64{"room": 1}, db.Table{Name: "nothing"}, "", `表 "nothing"`},
			{"other columns", map[string]int64{"room": 1}, other, "", `表 "thing" 与本程序`},
			{"not JSON", map[string]int64{"room": 1}, table, "x\n", "不是一行数据"},
			{"too few values", map[string]int64{"room": 1}, table, "[1]\n", "有 1 个值，应有 5 个"},
			{"a text for a number", map[string]int64{"room": 1}, table, `["1",null,null,null,null]` + "\n", "列 n"},
			{"not a time", map[string]int64{"room": 1}, table, `[1,null,null,"gestern",null]` + "\n", "列 at"},
			{"twice", map[string]int64{"room": 1}, table, strings.Repeat("[1,null,null,null,null]\n", 2), ""},
		} {
			err := d.Load(ctx, db.Rooms{"room": roomOf(false)}, c.at, func(l *db.Loader) error {
				_, err := l.Put(ctx, c.table, strings.NewReader(c.lines))
				return err
			})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", c.name, err)
			}
			if err := d.MustBeEmpty(ctx); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		filled(t, d)
		err := d.Load(ctx, db.Rooms{"room": roomOf(false)}, map[string]int64{"room": 1}, func(*db.Loader) error { return errors.New("never") })
		if err == nil || !strings.Contains(err.Error(), "不是空的") {
			t.Error(err)
		}
		if n, err := d.NewSelect().Model((*thing)(nil)).Count(ctx); err != nil || n != 5 {
			t.Error("a refused load touched what was there", n, err)
		}
	})
}

// TestSnapshotRefuses: a column type that the other database does not have.
func TestSnapshotRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fs := fstest.MapFS{"0001_x.sql": {Data: []byte("-- +goose Up\nCREATE TABLE odd (x REAL);\n")}}
		if err := d.Migrate(t.Context(), "room", fs); err != nil {
			t.Fatal(err)
		}
		err := d.Snapshot(t.Context(), func(*db.Snapshot) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "表 odd 的列 x") {
			t.Error(err)
		}
	})
}
