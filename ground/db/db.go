// Package db opens the system of record: one SQLite file in the home, or a
// PostgreSQL database. A room keeps its tables in its own migrations, takes a
// Reader for reads and a *Tx for writes, and writes SQL that both understand.
package db

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"
)

// Setting is the environment variable that chooses the database: empty for
// SQLite in the home, postgres://… for PostgreSQL.
const Setting = "YIHENG_DB"

// The drivers that DB.Driver names.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// DB is the system of record of one home. It is safe for concurrent use.
type DB struct {
	*bun.DB
	// Clock tells the time of writes; it is time.Now unless somebody practises with another.
	Clock  func() time.Time
	driver string
	where  string // for messages: the file's path, or host and database name without password
	home   string
	turn   chan struct{} // SQLite: holds one token, the right to write
	rooms  sync.Map      // string → fs.FS: see Rooms
}

// Reader is what reads take: a *DB, or the *Tx in which they must see its writes.
type Reader = bun.IDB

// Tx is a write under way. Every statement of the write goes through it; a
// statement sent to the DB meanwhile is not part of it.
type Tx struct {
	bun.Tx
	// Now is the one instant of the write: UTC, in whole microseconds, so that
	// both databases give back what was stored.
	Now time.Time
}

// Open opens the database that Setting names, for the home directory, which is
// created if it does not exist. Its errors are in Chinese and say what to do.
func Open(ctx context.Context, home string) (*DB, error) {
	return OpenAt(ctx, home, os.Getenv(Setting))
}

// OpenAt is Open with the value of Setting given.
func OpenAt(ctx context.Context, home, setting string) (*DB, error) {
	if err := prepareHome(home); err != nil {
		return nil, err
	}
	switch {
	case setting == "":
		return openSQLite(ctx, home, filepath.Join(home, "yiheng.db"))
	case strings.HasPrefix(setting, "postgres://"), strings.HasPrefix(setting, "postgresql://"):
		return openPostgres(ctx, home, setting)
	}
	return nil, problemf(nil, "环境变量 %s 的值不认识：%q。请删除它（使用数据目录中的 SQLite），或写成 postgres://用户:口令@主机:5432/库名", Setting, redact(setting))
}

// Driver returns SQLite or Postgres.
func (d *DB) Driver() string { return d.driver }

// Where says which database this is, without any password.
func (d *DB) Where() string { return d.where }

// SQL returns the pool itself, for libraries that bring their own tables.
func (d *DB) SQL() *sql.DB { return d.DB.DB }

// Write runs f in one transaction, which commits when f returns nil. Writes of
// all processes on one database run one after another, so f may read a value and
// write its successor (ids count up this way). f must not call Write.
//
// Errors of the database come back with what a user can do about them; errors
// of f come back as they are.
func (d *DB) Write(ctx context.Context, f func(tx *Tx) error) error {
	if err := d.takeTurn(ctx); err != nil {
		return err
	}
	defer d.endTurn()
	return d.explain(d.RunInTx(ctx, nil, func(ctx context.Context, btx bun.Tx) error {
		if d.driver == Postgres {
			if _, err := btx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(writeLock)); err != nil {
				return err
			}
		}
		return f(&Tx{Tx: btx, Now: d.Now()})
	}))
}

// Now is the present instant by the Clock: UTC, in whole microseconds.
func (d *DB) Now() time.Time {
	if d.Clock == nil {
		return time.Now().UTC().Truncate(time.Microsecond)
	}
	return d.Clock().UTC().Truncate(time.Microsecond)
}

func (d *DB) takeTurn(ctx context.Context) error {
	if d.turn == nil {
		return nil
	}
	select {
	case <-d.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *DB) endTurn() {
	if d.turn != nil {
		d.turn <- struct{}{}
	}
}

// prepareHome creates the home and proves that it can be written.
func prepareHome(home string) error {
	if home == "" {
		return problemf(nil, "没有给出数据目录。请用 --home 或环境变量 YIHENG_HOME 指定")
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return homeProblem(home, err)
	}
	probe, err := os.CreateTemp(home, ".probe-*")
	if err != nil {
		return homeProblem(home, err)
	}
	defer os.Remove(probe.Name())
	if err := probe.Close(); err != nil {
		return homeProblem(home, err)
	}
	return nil
}
