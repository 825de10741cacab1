package main

import (
	"errors"
	"path/filepath"
	"testing"

	"yiheng/ground/db"
)

// TestCheckpointByTheClock signs checkpoints of a practice home by its clock.
func TestCheckpointByTheClock(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		file := filepath.Join(t.TempDir(), "clock")
		write(t, file, "2031-03-02T12:00:00+08:00\n")
		yiheng(t, home, "practice", "begin")
		yiheng(t, home, "verify", "--checkpoint", "--practice-clock", file)
		wantText(t, yiheng(t, home, "verify"), "2031-03-02")
	})
}

// TestProlongedCertificate: a certificate of enforcement that somebody prolongs in the
// database is found out.
func TestProlongedCertificate(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		w.admin.does("PUT", "/api/people/"+w.leader.id+"/certificate", `{"number":"33010012345","valid_to":"2026-01-31"}`, nil)
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		d, err := db.Open(t.Context(), home)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.ExecContext(t.Context(), "UPDATE certificate SET valid_to = '2099-12-31'")
		if err = errors.Join(err, d.Close()); err != nil {
			t.Fatal(err)
		}
		wantText(t, fails(t, home, "verify"), "certificate "+w.leader.id, "1 处")
	})
}
