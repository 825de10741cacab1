package db

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"

	"github.com/pressly/goose/v3"

	"yiheng/ground/lock"
)

var roomName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// ErrNewer is wrapped by the error of Migrate when a newer version of the program
// has changed the room's tables.
var ErrNewer = errors.New("database written by a newer version")

// Migrate brings the tables of a room to the version that migrations hold: goose
// files named 0001_what.sql, at the root of the file system or in its folder
// "schema". Each room counts its versions in a table of its own, goose_<room>.
// Several processes may call it at once.
//
// Both databases run the same file, so it uses what both know: TEXT, BIGINT,
// INTEGER, BOOLEAN, TIMESTAMPTZ, BYTEA; ids are given by the program.
func (d *DB) Migrate(ctx context.Context, room string, migrations fs.FS) error {
	if !roomName.MatchString(room) {
		return problemf(nil, "模块名不合规：%q", room)
	}
	if _, err := fs.Stat(migrations, "schema"); err == nil {
		if migrations, err = fs.Sub(migrations, "schema"); err != nil {
			return err
		}
	}
	d.rooms.Store(room, migrations)
	steps, err := d.steps(room, migrations)
	if err != nil {
		return err
	}
	unlock, err := d.lockMigrations(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	have, want, err := steps.GetVersions(ctx)
	if err != nil {
		return d.explain(err)
	}
	if have > want {
		return problemf(ErrNewer, "数据库 %s 中 %s 的库表是第 %d 版，本程序只认识到第 %d 版：它已被更新版本的 yiheng 升级过。请换用那个版本或更新的版本，或恢复升级之前的备份", d.where, room, have, want)
	}
	if have == want {
		return nil
	}
	if _, err := steps.Up(ctx); err != nil {
		return problemf(d.explain(err), "数据库 %s 中 %s 的库表从第 %d 版升级到第 %d 版失败，未完成的一步已撤销", d.where, room, have, want)
	}
	return nil
}

// versions begins the name of the table in which goose counts a room's versions.
const versions = "goose_"

// steps are the migrations of a room, at the root of the file system.
func (d *DB) steps(room string, migrations fs.FS) (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if d.driver == Postgres {
		dialect = goose.DialectPostgres
	}
	steps, err := goose.NewProvider(dialect, d.SQL(), migrations,
		goose.WithTableName(versions+room), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, problemf(err, "模块 %s 的库表脚本无法读取", room)
	}
	return steps, nil
}

// Rooms returns the migrations of the rooms that Migrate was called for.
func (d *DB) Rooms() Rooms {
	rooms := Rooms{}
	d.rooms.Range(func(room, migrations any) bool {
		rooms[room.(string)] = migrations.(fs.FS)
		return true
	})
	return rooms
}

// Rooms are migrations by room.
type Rooms map[string]fs.FS

// lockMigrations keeps other processes from migrating the same database: they
// would find the tables missing at the same moment and both create them.
func (d *DB) lockMigrations(ctx context.Context) (unlock func(), err error) {
	if d.driver == Postgres {
		return d.lockPostgres(ctx)
	}
	held, err := lock.Wait(filepath.Join(d.home, "migrate.lock"))
	if err != nil {
		return nil, homeProblem(d.home, err)
	}
	return func() { _ = held.Close() }, nil
}

func (d *DB) lockPostgres(ctx context.Context) (unlock func(), err error) {
	conn, err := d.SQL().Conn(ctx)
	if err != nil {
		return nil, d.explainConnect(err)
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(migrateLock)); err != nil {
		_ = conn.Close()
		return nil, d.explain(err)
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migrateLock))
		_ = conn.Close()
	}, nil
}
