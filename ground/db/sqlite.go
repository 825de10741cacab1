package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite" // the driver "sqlite", without cgo
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteReaders bounds the connections of one process; readers never wait for
// the writer, since the journal is a write-ahead log.
const sqliteReaders = 8

// openSQLite opens or creates the file at path with mode 0600.
func openSQLite(ctx context.Context, home, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, homeProblem(home, err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, homeProblem(home, err)
	}
	if err := file.Close(); err != nil {
		return nil, homeProblem(home, err)
	}
	pool, err := sql.Open("sqlite", sqliteName(path))
	if err != nil {
		return nil, problemf(err, "无法打开数据库 %s", path)
	}
	pool.SetMaxOpenConns(sqliteReaders)
	pool.SetMaxIdleConns(sqliteReaders)
	d := &DB{
		DB:     bun.NewDB(pool, sqlitedialect.New()),
		driver: SQLite,
		where:  path,
		home:   home,
		turn:   make(chan struct{}, 1),
	}
	d.turn <- struct{}{}
	if err := d.touch(ctx); err != nil {
		_ = d.Close()
		return nil, d.explain(err)
	}
	return d, nil
}

// touch reads the file once, which turns a new one into a write-ahead log. SQLite does not
// wait while another process does the same (SQLITE_BUSY at once, whatever busy_timeout
// says); touch does.
func (d *DB) touch(ctx context.Context) error {
	for until := time.Now().Add(slowestTurn); ; {
		var tables int
		err := d.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables)
		var lite *sqlite.Error
		if !errors.As(err, &lite) || lite.Code()&0xff != sqlite3.SQLITE_BUSY || time.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// slowestTurn is how long a writer waits for another process.
const slowestTurn = 30 * time.Second

// sqliteName is the driver's name of the file: a write-ahead log synced at every
// commit, foreign keys on, a writer that finds another process writing waits 30 s.
func sqliteName(path string) string {
	settings := url.Values{
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", slowestTurn.Milliseconds()), "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-65536)"},
		"_txlock": {"immediate"},
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: settings.Encode()}).String()
}
