package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"yiheng/audit/knowledge"
	"yiheng/audit/review"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/facts/registry"
	"yiheng/ground/access"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/db/archive"
	"yiheng/ground/job"
	"yiheng/ground/journal"
	"yiheng/ground/paper"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
)

type restoreCmd struct {
	In         string     `arg:"" name:"in" type:"path" placeholder:"IN.tar.zst" help:"备份文件。恢复到 --home 指明的新文件夹，数据库由 YIHENG_DB 指明，都须是空的。"`
	Passphrase passphrase `embed:""`
}

// Run unpacks and checks the whole archive beside the new home, fills the database,
// and only then gives the folder its name: a home appears whole or not at all. The
// database of the backup may have been of the other kind.
func (c *restoreCmd) Run(ctx context.Context, all *cli) error {
	if err := mustBeFree(all.Home); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(all.Home), 0o700); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(filepath.Dir(all.Home), "."+filepath.Base(all.Home)+".restore-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	home := filepath.Join(draft, inHome)
	if err := mustBeEmpty(ctx, home); err != nil {
		return err
	}
	m, err := archive.Extract(c.In, draft)
	if err != nil {
		return err
	}
	if err := c.restoreKeys(m, draft, home); err != nil {
		return err
	}
	rooms, err := allRooms(ctx)
	if err != nil {
		return err
	}
	if err := loadTables(ctx, m, draft, home, rooms); err != nil {
		return err
	}
	syscall.Sync()
	if err := os.Remove(all.Home); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(home, all.Home); err != nil {
		return err
	}
	if err := relocate(ctx, all.Home); err != nil {
		return fmt.Errorf("内容已全部恢复到 %s，但明细湖的路径没有改正，请运行 yiheng lake relocate --home %s：%w", all.Home, all.Home, err)
	}
	c.report(m, all.Home)
	return nil
}

// mustBeFree refuses a home that holds anything.
func mustBeFree(home string) error {
	entries, err := os.ReadDir(home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("数据文件夹 %s 不能用：%w。请用 --home 指明一个新的文件夹", home, err)
	case len(entries) > 0:
		return fmt.Errorf("数据文件夹 %s 不是空的，不能恢复到其中：请用 --home 指明一个新的或空的文件夹", home)
	}
	return nil
}

// mustBeEmpty opens the database of the new home, before anything is unpacked for it,
// and refuses one that holds anything.
func mustBeEmpty(ctx context.Context, home string) error {
	d, err := db.Open(ctx, home)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.MustBeEmpty(ctx)
}

// restoreKeys puts the key files back into the home.
func (c *restoreCmd) restoreKeys(m *archive.Manifest, draft, home string) error {
	if !m.Keys {
		return nil
	}
	phrase, err := c.Passphrase.read()
	if err != nil {
		return fmt.Errorf("备份含密钥。%w", err)
	}
	sealed, err := os.ReadFile(filepath.Join(draft, inKeys))
	if err != nil {
		return err
	}
	secrets, err := openKeys(sealed, phrase)
	if err != nil {
		return err
	}
	for name, text := range secrets {
		path := filepath.Join(home, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, text, 0o600)); err != nil {
			return err
		}
	}
	return nil
}

// loadTables fills the database of the home, whose folder is still the draft.
func loadTables(ctx context.Context, m *archive.Manifest, draft, home string, rooms db.Rooms) error {
	d, err := db.Open(ctx, home)
	if err != nil {
		return err
	}
	err = d.Load(ctx, rooms, m.Rooms, func(l *db.Loader) error {
		for _, t := range m.Tables {
			n, err := loadTable(ctx, l, t, filepath.Join(draft, inTables, t.Name))
			if err == nil && n != t.Rows {
				err = fmt.Errorf("表 %s 有 %d 行，清单上是 %d 行", t.Name, n, t.Rows)
			}
			if err != nil {
				return fmt.Errorf("恢复数据库：%w", err)
			}
		}
		return nil
	})
	return errors.Join(err, d.Close())
}

func loadTable(ctx context.Context, l *db.Loader, t archive.Table, dir string) (rows int64, err error) {
	parts, err := filepath.Glob(filepath.Join(dir, "*.jsonl")) // sorted
	if err != nil {
		return 0, err
	}
	for _, part := range parts {
		f, err := os.Open(part)
		if err != nil {
			return rows, err
		}
		n, err := l.Put(ctx, t.Table, f)
		rows += n
		if err = errors.Join(err, f.Close()); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// relocate makes the lake's catalogue name the new places.
func relocate(ctx context.Context, home string) error {
	d, err := db.Open(ctx, home)
	if err != nil {
		return err
	}
	defer d.Close()
	l, err := lake.Open(ctx, d, filepath.Join(home, "lake"), claim.Tables, lake.Options{})
	if err != nil {
		return err
	}
	_, err = l.Relocate(ctx)
	return err
}

func (c *restoreCmd) report(m *archive.Manifest, home string) {
	fmt.Printf("已恢复到 %s：%s 的备份（版本 %s，%s），核对了 %d 个条目\n",
		home, m.Made.Local().Format(time.DateTime), m.Program, m.Database, len(m.Entries))
	if !m.Keys {
		fmt.Printf("  备份不含密钥：使用前请把原来的密钥文件（key、ring、journal.key 等）放回 %s，权限 600；不要让程序新建\n", home)
	}
}

// allRooms returns the tables that this program keeps, in every version, by opening
// every room on a database that is thrown away.
func allRooms(ctx context.Context) (db.Rooms, error) {
	dir, err := os.MkdirTemp("", "yiheng-rooms-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := db.OpenAt(ctx, dir, "")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	ring, err := openRing(dir)
	if err != nil {
		return nil, err
	}
	policy := access.DefaultPolicy()
	for _, open := range []func() error{
		func() error { _, err := access.Open(ctx, d, ring, policy); return err },
		func() error { _, err := yearbook.Open(ctx, d); return err },
		func() error { _, err := param.Open(ctx, d); return err },
		func() error { return journal.Prepare(ctx, d) },
		func() error { return procedure.Prepare(ctx, d) },
		func() error { return paper.Prepare(ctx, d) },
		func() error { return review.Prepare(ctx, d) },
		func() error { return rule.Prepare(ctx, d) },
		func() error { _, err := job.Open(ctx, d); return err },
		func() error { _, err := registry.Open(ctx, d, ring); return err },
		func() error {
			_, err := lake.Open(ctx, d, filepath.Join(dir, "lake"), claim.Tables, lake.Options{})
			return err
		},
		func() error { _, err := knowledge.Open(ctx, d, dir); return err },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return d.Rooms(), nil
}
