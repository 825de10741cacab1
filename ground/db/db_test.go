package db_test

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

var ctx = context.Background()

func schema(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return m
}

var first = map[string]string{
	"schema/0001_note.sql": `CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT NOT NULL, body BYTEA, at TIMESTAMPTZ NOT NULL);`,
}

type note struct {
	ID   int64 `bun:",pk"`
	Text string
	Body []byte
	At   time.Time
}

func TestWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(ctx, "note", schema(first)); err != nil {
			t.Fatal(err)
		}
		var now time.Time
		body := []byte{0, 0xff, '\'', 0x80}
		err := d.Write(ctx, func(tx *db.Tx) error {
			now = tx.Now
			_, err := tx.NewInsert().Model(&note{ID: 1, Text: "医保 '\" \\", Body: body, At: tx.Now}).ModelTableExpr("note").Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var back note
		if err := d.NewSelect().Model(&back).ModelTableExpr("note AS note").Where("id = ?", 1).Scan(ctx); err != nil {
			t.Fatal(err)
		}
		if back.Text != "医保 '\" \\" || string(back.Body) != string(body) || !back.At.Equal(now) {
			t.Errorf("read back %+v, want the instant %v", back, now)
		}
		mine := errors.New("mine")
		err = d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(ctx, "DELETE FROM note"); err != nil {
				return err
			}
			return mine
		})
		if err != mine {
			t.Errorf("error of f came back as %v", err)
		}
		if n, err := d.NewSelect().TableExpr("note").Count(ctx); err != nil || n != 1 {
			t.Errorf("a failed write left %d rows, %v", n, err)
		}
	})
}
