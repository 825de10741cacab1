package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/db/archive"
	"yiheng/ground/lock"
)

// Where things lie in an archive.
const (
	inTables = "db"          // db/<table>/000001.jsonl
	inHome   = "home"        // home/<path below the home>
	inKeys   = "keys.sealed" // the key files, sealed with the pass phrase
)

type backupCmd struct {
	Out        string     `arg:"" name:"out" type:"path" placeholder:"OUT.tar.zst" help:"备份文件，须是新文件名。"`
	WithKeys   bool       `name:"with-keys" help:"连同密钥，用口令封存；不含密钥的备份须另有密钥文件才能读出身份信息。"`
	Passphrase passphrase `embed:""`

	progress func(done, total int64) // bytes of files
}

func (c *backupCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error { return c.backup(ctx, h) })
}

// backup writes the home as it is at one moment, while others go on using it: the
// database from one snapshot, and the files that this state needs, which are linked
// while the snapshot is held, so that nobody's tidying takes them away.
func (c *backupCmd) backup(ctx context.Context, h *home) error {
	phrase, err := c.phrase()
	if err != nil {
		return err
	}
	if below, err := filepath.Rel(h.dir, c.Out); err == nil && filepath.IsLocal(below) {
		return fmt.Errorf("备份文件 %s 在数据文件夹之内：请放到别处，最好是另一块磁盘", c.Out)
	}
	held, err := lockBackups(h.dir)
	if err != nil {
		return err
	}
	defer held.Close()
	out, err := archive.Create(c.Out)
	if err != nil {
		return err
	}
	defer out.Abort()
	m := archive.Manifest{Program: version, Made: time.Now().UTC(), Home: h.dir, Database: h.db.Driver(), Keys: c.WithKeys}
	staged, err := c.freeze(ctx, h, out, &m)
	if err != nil {
		return err
	}
	defer staged.remove()
	if err := c.addFiles(ctx, out, staged); err != nil {
		return err
	}
	if c.WithKeys {
		if err := addKeys(out, staged.secrets, phrase); err != nil {
			return err
		}
	}
	if err := out.Close(m); err != nil {
		return err
	}
	c.report(h, &m, staged)
	return nil
}

// freeze writes the database as of one moment and stages the files of that moment.
// Files that expiry removes in the blink between the two make it take another moment.
func (c *backupCmd) freeze(ctx context.Context, h *home, out *archive.Writer, m *archive.Manifest) (*staged, error) {
	rooms, err := allRooms(ctx)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		s := newStaged(h.dir)
		err := h.db.Snapshot(ctx, func(snap *db.Snapshot) error {
			for room := range snap.Rooms {
				if rooms[room] == nil {
					return fmt.Errorf("数据库中有模块 %s 的库表，本程序不会备份它：请换用更新版本的 yiheng", room)
				}
			}
			if err := s.stage(ctx, h, snap); err != nil {
				return err
			}
			m.Rooms = snap.Rooms
			return addTables(ctx, out, snap, m)
		})
		if err == nil {
			return s, nil
		}
		s.remove()
		if !errors.Is(err, fs.ErrNotExist) || try == 3 || len(m.Tables) > 0 {
			return nil, err
		}
	}
}

func addTables(ctx context.Context, out *archive.Writer, snap *db.Snapshot, m *archive.Manifest) error {
	for _, t := range snap.Tables {
		part := 0
		rows, err := snap.Rows(ctx, t, func(lines []byte) error {
			part++
			return out.AddBytes(fmt.Sprintf("%s/%s/%06d.jsonl", inTables, t.Name, part), lines)
		})
		if err != nil {
			return err
		}
		m.Tables = append(m.Tables, archive.Table{Table: t, Rows: rows})
	}
	return nil
}

func (c *backupCmd) addFiles(ctx context.Context, out *archive.Writer, s *staged) error {
	progress := c.progress
	if progress == nil {
		progress = showBytes("备份")
	}
	var done int64
	for _, path := range s.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := out.AddFile(inHome+"/"+filepath.ToSlash(path), filepath.Join(s.dir, path))
		if err != nil {
			return fmt.Errorf("备份 %s：%w", path, err)
		}
		done += n
		progress(done, s.bytes)
	}
	return nil
}

func (c *backupCmd) report(h *home, m *archive.Manifest, s *staged) {
	var rows int64
	for _, t := range m.Tables {
		rows += t.Rows
	}
	size := int64(0)
	if info, err := os.Stat(c.Out); err == nil {
		size = info.Size()
	}
	fmt.Printf("已备份 %s（%s）到 %s，%.1f MB\n", h.dir, h.db.Where(), c.Out, float64(size)/1e6)
	fmt.Printf("  库表 %d 张 %d 行，文件 %d 个 %.1f MB\n", len(m.Tables), rows, len(s.files), float64(s.bytes)/1e6)
	for _, run := range s.running {
		fmt.Printf("  筛查 %s 尚未完成，没有列入\n", run)
	}
	if c.WithKeys {
		fmt.Printf("  含密钥文件 %d 个，用口令封存：忘记口令就无法打开\n", len(s.secrets))
	} else {
		fmt.Println("  不含密钥：请另行保管密钥文件，没有它，恢复后读不出身份信息")
	}
}

// lockBackups lets one backup of a home run at a time, and clears away what one that
// was killed left.
func lockBackups(home string) (*lock.Lock, error) {
	held, err := lock.Try(filepath.Join(home, "backup.lock"))
	if errors.Is(err, lock.ErrHeld) {
		return nil, fmt.Errorf("数据文件夹 %s 正由另一个进程备份，请等它结束", home)
	}
	if err != nil {
		return nil, err
	}
	left, _ := filepath.Glob(filepath.Join(home, staging+"*"))
	for _, dir := range left {
		_ = os.RemoveAll(dir)
	}
	return held, nil
}

// showBytes says on the standard error every ten seconds how far it is.
func showBytes(what string) func(done, total int64) {
	last := time.Now()
	return func(done, total int64) {
		if now := time.Now(); now.Sub(last) > 10*time.Second {
			last = now
			fmt.Fprintf(os.Stderr, "%s：%.0f / %.0f MB\n", what, float64(done)/1e6, float64(total)/1e6)
		}
	}
}
