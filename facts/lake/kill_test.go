package lake

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// TestKill kills an intake and a compaction at each of their steps, and begins
// again: nothing is lost, nothing is there twice, and no file is left over.
func TestKill(t *testing.T) {
	steps := []string{
		"file fee_list_d", "sync fee_list_d", "snapshot fee_list_d", "sync psn_info_b", "snapshot psn_info_b", "sync all", "epoch", "done",
	}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			killed(t, home, "intake", step)
			l := openTest(t, home)
			fees, people := feeBatch(id(1), 1, 500, 2, 0), personBatch(id(2), 80)
			e, err := l.Epoch(ctx, 0)
			if committed := step == "done"; committed != (err == nil) {
				t.Fatalf("epoch after the kill: %v", err)
			}
			if err != nil {
				again(t, l, fees, people)
				e = must(l.Epoch(ctx, 0))(t)
			}
			same(t, "fees", visible(t, l, e, feeTable), expected(l, fees))
			same(t, "people", visible(t, l, e, personTable), expected(l, people))
			w := must(l.Begin(ctx))(t)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			noOrphans(t, l, e)
		})
	}
	for _, step := range []string{"sync fee_list_d", "snapshot fee_list_d", "sync all", "epoch", "done"} {
		t.Run("compact "+step, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			l := openTest(t, home)
			var batches []*Batch
			for i := range 6 {
				batches = append(batches, feeBatch(id(i), uint64(i), 300, 1, i*300))
				intake(t, l, batches[i])
			}
			killed(t, home, "compact", step)
			e := must(l.Epoch(ctx, 0))(t)
			same(t, "killed", visible(t, l, e, feeTable), expected(l, batches...))
			if _, err := l.Compact(ctx, "fee_list_d", 4); err != nil {
				t.Fatal(err)
			}
			e = must(l.Epoch(ctx, 0))(t)
			same(t, "again", visible(t, l, e, feeTable), expected(l, batches...))
		})
	}
}

// TestPowerFailure: the catalogue names a description that never came to the disk.
func TestPowerFailure(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"empty": func(path string) error { return os.Truncate(path, 0) },
		"lost":  os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			l := openTest(t, home)
			first, second := feeBatch(id(7), 7, 300, 1, 9000), feeBatch(id(1), 1, 500, 2, 0)
			intake(t, l, first)
			killed(t, home, "intake", "sync all")
			if err := spoil(must(l.location(ctx, "fee_list_d"))(t)); err != nil {
				t.Fatal(err)
			}
			same(t, "before", visible(t, l, must(l.Epoch(ctx, 0))(t), feeTable), expected(l, first))
			same(t, "again", visible(t, l, intake(t, l, second), feeTable), expected(l, first, second))
		})
	}
}

func again(t *testing.T, l *Lake, batches ...*Batch) {
	t.Helper()
	w := must(l.Begin(ctx))(t)
	defer w.Close()
	var c Change
	for _, b := range batches {
		if err := w.Append(ctx, b); err != nil {
			t.Fatal(err)
		}
		c.Add = append(c.Add, sourceOf(b))
	}
	if _, err := w.Commit(ctx, c); err != nil {
		t.Fatal(err)
	}
}

// noOrphans fails when a data file is not one of the epoch's.
func noOrphans(t *testing.T, l *Lake, e Epoch) {
	t.Helper()
	known := map[string]bool{}
	for _, name := range l.Tables() {
		for _, f := range must(l.Files(ctx, e, name, 0))(t) {
			known[f.Path] = true
		}
	}
	found := must(filepath.Glob(filepath.Join(l.dir, "*", "data", "*", "*.parquet")))(t)
	for _, path := range found {
		if !known[path] {
			t.Errorf("left over: %s", path)
		}
		delete(known, path)
	}
	if len(known) > 0 {
		t.Errorf("lost: %v", slices.Collect(maps.Keys(known)))
	}
}

// killed runs this test program again, doing what, until it kills itself at step.
func killed(t *testing.T, home, what, step string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LAKE_TEST_DO="+what, "LAKE_TEST_HOME="+home, "LAKE_TEST_STEP="+step)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%s was not killed at %q: %v\n%s", what, step, err, out)
	}
}

func TestMain(m *testing.M) {
	what := os.Getenv("LAKE_TEST_DO")
	if what == "" {
		os.Exit(m.Run())
	}
	step = func(s string) {
		if s == os.Getenv("LAKE_TEST_STEP") {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	t := &victim{}
	l := openTest(t, os.Getenv("LAKE_TEST_HOME"))
	if what == "compact" {
		_, err := l.Compact(ctx, "fee_list_d", 4)
		panic(err)
	}
	w := must(l.Begin(ctx))(t)
	for _, b := range []*Batch{feeBatch(id(1), 1, 500, 2, 0), personBatch(id(2), 80)} {
		if err := w.Append(ctx, b); err != nil {
			panic(err)
		}
	}
	_, err := w.Commit(ctx, Change{Add: []Source{{ID: id(1), Table: "fee_list_d"}, {ID: id(2), Table: "psn_info_b"}}})
	panic(err)
}

// victim stands for the test in the process that is killed.
type victim struct{ testing.TB }

func (*victim) Helper()           {}
func (*victim) Cleanup(func())    {}
func (*victim) Fatal(args ...any) { panic(fmt.Sprint(args...)) }
