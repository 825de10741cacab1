package db

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/uptrace/bun"
)

// Loader takes the rows of a snapshot into an empty database.
type Loader struct {
	tx     *Tx
	tables map[string]Table
}

// Load fills an empty database from a snapshot of this one's kind or of the other:
// it makes the tables of each room at the version that the snapshot had, and f puts
// the rows. When it fails the database is empty again. The rooms must then be
// migrated before they are used.
func (d *DB) Load(ctx context.Context, rooms Rooms, at map[string]int64, f func(*Loader) error) (err error) {
	if err := d.MustBeEmpty(ctx); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			d.clear(context.WithoutCancel(ctx))
		}
	}()
	for _, room := range slices.Sorted(maps.Keys(at)) {
		if err := d.makeRoom(ctx, rooms, room, at[room]); err != nil {
			return err
		}
	}
	l := &Loader{tables: make(map[string]Table)}
	made, err := d.tables(ctx, d)
	if err != nil {
		return err
	}
	for _, t := range made {
		l.tables[t.Name] = t
	}
	return d.Write(ctx, func(tx *Tx) error {
		l.tx = tx
		for name := range l.tables { // what a migration itself puts in is among the snapshot's rows
			if _, err := tx.NewRaw("DELETE FROM ?", bun.Ident(name)).Exec(ctx); err != nil {
				return err
			}
		}
		return f(l)
	})
}

// MustBeEmpty returns an error that says what to do when the database has any table.
func (d *DB) MustBeEmpty(ctx context.Context) error {
	names, err := d.tableNames(ctx, d)
	if err == nil && len(names) > 0 {
		err = problemf(nil, "数据库 %s 不是空的，不能恢复到其中。请换一个空库（环境变量 %s）", d.where, Setting)
	}
	return err
}

// makeRoom makes a room's tables as they were at a version.
func (d *DB) makeRoom(ctx context.Context, rooms Rooms, room string, version int64) error {
	if rooms[room] == nil || !roomName.MatchString(room) {
		return problemf(ErrNewer, "本程序不认识模块 %q：备份由更新版本的 yiheng 写成。请换用那个版本或更新的版本", room)
	}
	steps, err := d.steps(room, rooms[room])
	if err != nil {
		return err
	}
	if _, want, err := steps.GetVersions(ctx); err != nil {
		return d.explain(err)
	} else if version > want {
		return problemf(ErrNewer, "备份中 %s 的库表是第 %d 版，本程序只认识到第 %d 版：请换用写备份的版本或更新的版本", room, version, want)
	}
	if version == 0 {
		return nil
	}
	_, err = steps.UpTo(ctx, version)
	return d.explain(err)
}

// clear drops all tables.
func (d *DB) clear(ctx context.Context) {
	names, _ := d.tableNames(ctx, d)
	for _, name := range names {
		_, _ = d.NewRaw("DROP TABLE ?", bun.Ident(name)).Exec(ctx)
	}
}

// rowsAtOnce is how many rows one statement carries.
const rowsAtOnce = 200

// Put adds rows of a table from lines of JSON, as Snapshot.Rows gave them, and
// returns how many. t is the table as the snapshot had it.
func (l *Loader) Put(ctx context.Context, t Table, lines io.Reader) (n int64, err error) {
	have, ok := l.tables[t.Name]
	if !ok || !slices.Equal(sorted(have.Columns), sorted(t.Columns)) {
		return 0, fmt.Errorf("表 %q 与本程序该版本的库表不符，不能恢复", t.Name)
	}
	var rows [][]any
	in := bufio.NewReaderSize(lines, 1<<16)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF && len(bytes.TrimSpace(line)) == 0 {
			return n, l.insert(ctx, t, rows)
		}
		if err != nil && err != io.EOF {
			return n, err
		}
		row, err := t.decode(line)
		if err != nil {
			return n, err
		}
		n++
		if rows = append(rows, row); len(rows) == rowsAtOnce {
			if err := l.insert(ctx, t, rows); err != nil {
				return n, err
			}
			rows = rows[:0]
		}
	}
}

func sorted(columns []Column) []Column {
	return slices.SortedFunc(slices.Values(columns), func(a, b Column) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
}

func (l *Loader) insert(ctx context.Context, t Table, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	names := make([]bun.Ident, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = bun.Ident(c.Name)
	}
	args := []any{bun.Ident(t.Name), bun.List(names)}
	var query bytes.Buffer
	query.WriteString("INSERT INTO ? (?) VALUES ")
	for i, row := range rows {
		if i > 0 {
			query.WriteString(", ")
		}
		query.WriteByte('(')
		query.WriteString("?" + string(bytes.Repeat([]byte(", ?"), len(row)-1)) + ")")
		args = append(args, row...)
	}
	_, err := l.tx.NewRaw(query.String(), args...).Exec(ctx)
	return err
}
