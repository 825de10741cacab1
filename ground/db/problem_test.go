package db_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

func wantProblem(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", want)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("message %q does not say %q", err, w)
		}
	}
}

func TestOpenProblems(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := listener.Addr().String()
	listener.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, home, setting string
		want                []string
	}{
		{"no home", "", "", []string{"没有给出数据目录", "--home"}},
		{"home is a file", file, "", []string{file, "无法写入", "--home"}},
		{"home below a file", filepath.Join(file, "home"), "", []string{"是文件而不是目录", "YIHENG_HOME"}},
		{"kernel's file system", "/proc/yiheng", "", []string{"/proc/yiheng", "无法写入"}},
		{"unknown database", t.TempDir(), "mysql://u:secret@host/db", []string{"YIHENG_DB", "mysql://u:xxxxx@host/db", "postgres://"}},
		{"not an address", t.TempDir(), "postgres:secret", []string{"YIHENG_DB", "postgres://"}},
		{"port no number", t.TempDir(), "postgres://u:secret@h:port/db", []string{"YIHENG_DB", "不是完整的 PostgreSQL 地址"}},
		{"nobody listens", t.TempDir(), "postgres://u:secret@" + nobody + "/fund", []string{nobody + "/fund", "连不上服务器", "请确认 PostgreSQL 已启动"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := db.OpenAt(ctx, c.home, c.setting)
			wantProblem(t, err, c.want...)
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the message shows the password: %v", err)
			}
		})
	}
}

func TestPostgresWithoutDatabase(t *testing.T) {
	url := dbtest.PostgresURL(t)
	_, err := db.OpenAt(ctx, t.TempDir(), strings.Replace(url, "/test_", "/absent_", 1))
	wantProblem(t, err, "库不存在", "createdb")
}

func TestNotADatabase(t *testing.T) {
	for name, content := range map[string]string{
		"text":      strings.Repeat("this is no database\n", 100),
		"truncated": "SQLite format 3\x00\x10\x00" + strings.Repeat("\xff", 200),
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			path := filepath.Join(home, "yiheng.db")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := db.OpenAt(ctx, home, "")
			wantProblem(t, err, path, "备份")
			if after, _ := os.ReadFile(path); string(after) != content {
				t.Error("the file was changed")
			}
		})
	}
}

func TestDiskFull(t *testing.T) {
	d := dbtest.OpenSQLite(t)
	if err := d.Migrate(ctx, "note", schema(first)); err != nil {
		t.Fatal(err)
	}
	err := d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, "PRAGMA max_page_count = 20"); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO note (id, text, at) VALUES (1, ?, ?)", strings.Repeat("x", 1<<20), tx.Now)
		return err
	})
	wantProblem(t, err, d.Where(), "磁盘已满", "全部撤销")
	if n, err := d.NewSelect().TableExpr("note").Count(ctx); err != nil || n != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestMigrate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		second := map[string]string{"schema/0002_more.sql": "ALTER TABLE note ADD COLUMN more TEXT;"}
		for name, text := range first {
			second[name] = text
		}
		broken := map[string]string{"schema/0003_broken.sql": "ALTER TABLE note ADD COLUMN last TEXT;\nALTER TABLE absent ADD COLUMN x TEXT;"}
		for name, text := range second {
			broken[name] = text
		}
		for range 2 {
			if err := d.Migrate(ctx, "note", schema(first)); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Migrate(ctx, "note", schema(second)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.ExecContext(ctx, "SELECT more FROM note"); err != nil {
			t.Error(err)
		}
		// A step that fails is undone whole.
		wantProblem(t, d.Migrate(ctx, "note", schema(broken)), "note", "第 2 版", "第 3 版")
		if _, err := d.ExecContext(ctx, "SELECT last FROM note"); err == nil {
			t.Error("half of a failed step stayed")
		}
		// Rooms count for themselves.
		if err := d.Migrate(ctx, "other", schema(map[string]string{"0001_other.sql": "CREATE TABLE other (id BIGINT);"})); err != nil {
			t.Error(err)
		}
		// The program of yesterday refuses the database of today.
		err := d.Migrate(ctx, "note", schema(first))
		wantProblem(t, err, "note", "第 2 版", "第 1 版", "更新版本的 yiheng")
		if !errors.Is(err, db.ErrNewer) {
			t.Errorf("not ErrNewer: %v", err)
		}
		wantProblem(t, d.Migrate(ctx, "No Room", schema(first)), "No Room")
	})
}

func TestMigrateAtOnce(t *testing.T) {
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			home, setting := t.TempDir(), ""
			if driver == db.Postgres {
				setting = dbtest.PostgresURL(t)
			}
			var all sync.WaitGroup
			for range 6 {
				all.Go(func() {
					d, err := db.OpenAt(ctx, home, setting)
					if err == nil {
						err = errors.Join(d.Migrate(ctx, "note", schema(first)), d.Close())
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		})
	}
}

// Writes of several processes come one after another: none is lost that reads a
// value and writes its successor.
func TestWritesOneAfterAnother(t *testing.T) {
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			home, setting := t.TempDir(), ""
			if driver == db.Postgres {
				setting = dbtest.PostgresURL(t)
			}
			count := func() (n int64) {
				d, err := db.OpenAt(ctx, home, setting)
				if err != nil {
					t.Error(err)
					return 0
				}
				defer d.Close()
				if err := d.Migrate(ctx, "note", schema(first)); err != nil {
					t.Error(err)
				}
				for range 15 {
					err := d.Write(ctx, func(tx *db.Tx) error {
						var last int64
						if err := tx.NewSelect().TableExpr("note").ColumnExpr("coalesce(max(id), 0)").Scan(ctx, &last); err != nil {
							return err
						}
						_, err := tx.ExecContext(ctx, "INSERT INTO note (id, text, at) VALUES (?, '', ?)", last+1, tx.Now)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
				n, err = d.NewSelect().TableExpr("note").Count(ctx)
				if err != nil {
					t.Error(err)
				}
				return n
			}
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() { count() })
			}
			all.Wait()
			if n := count(); n != 60 {
				t.Errorf("%d rows, want 60", n)
			}
		})
	}
}

// A process that is killed in the middle of a write leaves nothing of it, and
// the next one starts as if it had not been.
func TestKilledInMidWrite(t *testing.T) {
	if home := os.Getenv("DB_TEST_HOME"); home != "" {
		d, err := db.OpenAt(ctx, home, "")
		if err != nil {
			t.Fatal(err)
		}
		_ = d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO note (id, text, at) VALUES (1, '', ?)", tx.Now)
			if err == nil {
				self, _ := os.FindProcess(os.Getpid())
				_ = self.Kill()
				select {}
			}
			return err
		})
		return
	}
	home := t.TempDir()
	d, err := db.OpenAt(ctx, home, "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(ctx, "note", schema(first)); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestKilledInMidWrite$")
	child.Env = append(os.Environ(), "DB_TEST_HOME="+home)
	out, err := child.CombinedOutput()
	if err == nil || child.ProcessState.Exited() {
		t.Fatalf("the child was not killed: %v\n%s", err, out)
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.NewSelect().TableExpr("note").Count(ctx)
		if n != 0 {
			t.Errorf("%d rows of the killed write", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWriteEndsWithItsContext(t *testing.T) {
	d := dbtest.OpenSQLite(t)
	held, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- d.Write(ctx, func(*db.Tx) error { close(held); <-release; return nil })
	}()
	<-held
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := d.Write(ended, func(*db.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for the writer: %v", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
