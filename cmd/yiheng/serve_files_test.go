package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWithin names files for a job: what leads out of the folder is refused.
func TestWithin(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"out": "/etc", "nowhere": "/no/such/place", "in": "deep"} {
		if err := os.Symlink(to, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{
		"a.csv": true, "deep/a.csv": true, "new/a.csv": true, "in/a.csv": true, "deep/../a.csv": true,
		"": false, "..": false, "../a.csv": false, "deep/../../a.csv": false, "/etc/passwd": false,
		"out/passwd": false, "out": false, "nowhere": false, "nowhere/a.csv": false, `..\a.csv`: false, "a\x00.csv": false,
	} {
		path, err := within(folder, name)
		if ok != (err == nil) || ok && !strings.HasPrefix(path, folder) {
			t.Errorf("%q: %q, %v", name, path, err)
		}
	}
}

func FuzzWithin(f *testing.F) {
	folder := f.TempDir()
	for _, name := range []string{"a.csv", "../a", "/etc/passwd", "a/../../b", "a//b", "."} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		path, err := within(folder, name)
		if rest, inside := strings.CutPrefix(path, folder); err == nil && (!inside || rest != "" && rest[0] != filepath.Separator) {
			t.Errorf("%q leads to %q", name, path)
		}
	})
}
