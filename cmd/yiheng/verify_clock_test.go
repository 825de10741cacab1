package main

import (
	"path/filepath"
	"testing"
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
