package db

import (
	"bytes"
	"context"
	"database/sql"

	"github.com/uptrace/bun"
)

// Snapshot is the whole database as it was at one moment, while others write on. Its
// rows are in a form that either database takes back: see Load.
type Snapshot struct {
	bun.Tx
	Rooms  map[string]int64 // version of each room's tables
	Tables []Table          // without those that count versions
	db     *DB
}

// Snapshot runs f on the state of this moment. Writers do not wait for it; a SQLite
// database keeps what they replace until f returns.
func (d *DB) Snapshot(ctx context.Context, f func(*Snapshot) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if d.driver == Postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	tx, err := d.BeginTx(ctx, options)
	if err != nil {
		return d.explain(err)
	}
	defer func() { _ = tx.Rollback() }()
	s := &Snapshot{Tx: tx, db: d}
	if s.Rooms, err = d.roomVersions(ctx, tx); err != nil { // the first read fixes the moment
		return err
	}
	if s.Tables, err = d.tables(ctx, tx); err != nil {
		return err
	}
	return f(s)
}

// chunk is about how many bytes Rows gives at a time.
const chunk = 4 << 20

// Rows gives all rows of a table, as lines of JSON, to put, some megabytes at a time.
// It returns how many there are.
func (s *Snapshot) Rows(ctx context.Context, t Table, put func(lines []byte) error) (n int64, err error) {
	names := make([]bun.Ident, len(t.Columns))
	values := make([]any, len(t.Columns))
	into := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		names[i], into[i] = bun.Ident(c.Name), &values[i]
	}
	rows, err := s.QueryContext(ctx, "SELECT ? FROM ?", bun.List(names), bun.Ident(t.Name))
	if err != nil {
		return 0, s.db.explain(err)
	}
	defer rows.Close()
	var lines bytes.Buffer
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		if err := t.encode(&lines, values); err != nil {
			return n, err
		}
		if lines.Len() < chunk {
			continue
		}
		if err := put(lines.Bytes()); err != nil {
			return n, err
		}
		lines.Reset()
	}
	if err := rows.Err(); err != nil {
		return n, s.db.explain(err)
	}
	if lines.Len() > 0 {
		err = put(lines.Bytes())
	}
	return n, err
}
