package main

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"yiheng/demo"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/journal"
)

// TestBackupOfJournal backs up while acts are written and checkpoints signed, on both
// databases and to the other: the restored journal verifies and goes on.
func TestBackupOfJournal(t *testing.T) {
	t.Setenv("YIHENG_PASSPHRASE", phrase)
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			settings := map[string]string{db.SQLite: "", db.Postgres: dbtest.PostgresURL(t)}
			t.Setenv(db.Setting, settings[driver])
			home := t.TempDir()
			d, err := db.Open(t.Context(), home)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			log, err := journal.Open(t.Context(), d, home)
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			var acting sync.WaitGroup
			acting.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					err := d.Write(t.Context(), func(tx *db.Tx) error {
						_, err := journal.Append(t.Context(), tx, journal.Entry{Actor: "RY1", Act: "test.act", Kind: "thing", ID: fmt.Sprint(n), Reason: "备份\u2028期间"})
						return err
					})
					if err == nil && n%3 == 0 {
						_, err = log.Checkpoint(t.Context())
					}
					if err != nil {
						t.Error(err)
						return
					}
					time.Sleep(time.Millisecond)
				}
			})
			var files []string
			for range 2 {
				files = append(files, backup(t, home, "--with-keys"))
			}
			stop()
			acting.Wait()
			t.Setenv(db.Setting, "")
			for i, file := range files {
				if i == 1 && driver == db.SQLite {
					t.Setenv(db.Setting, settings[db.Postgres])
				}
				restored := filepath.Join(t.TempDir(), "home")
				yiheng(t, restored, "restore", file)
				wantText(t, yiheng(t, restored, "verify"), "未发现改动")
				yiheng(t, restored, "verify", "--checkpoint")
			}
		})
	}
}

// TestBackupAndExpiry backs up while files are compacted and old epochs expire: no
// backup lacks a file that its state needs.
func TestBackupAndExpiry(t *testing.T) {
	t.Setenv("YIHENG_PASSPHRASE", phrase)
	home, in := t.TempDir(), city(t, demo.Options{Lines: 4_000, Seed: 61})
	first, second := splitCity(t, in)
	yiheng(t, home, "intake", first)
	yiheng(t, home, "intake", second)
	yiheng(t, home, "knowledge", "import", "starter")
	ctx, stop := context.WithCancel(t.Context())
	var tidying sync.WaitGroup
	tidying.Go(func() {
		for half := first; ctx.Err() == nil; half = second {
			for _, args := range [][]string{{"lake", "compact"}, {"lake", "expire", "--keep", "1"}, {"intake", half}} {
				if out, err := try(home, args...); err != nil {
					t.Errorf("%v: %v %s", args, err, out)
				}
			}
		}
	})
	var files []string
	for range 4 {
		files = append(files, backup(t, home, "--with-keys"))
	}
	stop()
	tidying.Wait()
	want := screen(t, home)
	for _, file := range files {
		restored := filepath.Join(t.TempDir(), "home")
		yiheng(t, restored, "restore", file)
		sameFindings(t, screen(t, restored), want)
	}
}
