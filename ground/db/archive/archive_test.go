package archive

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sample is a small archive.
func sample(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.tar.zst")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for name, text := range map[string]string{"home/lake/a.parquet": "PAR1…", "home/空": "", "db/thing/000001.jsonl": "[1]\n"} {
		if err := w.AddBytes(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(Manifest{Program: "test", Rooms: map[string]int64{"room": 1}}); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhole(t *testing.T) {
	path, dir := sample(t), t.TempDir()
	m, err := Extract(path, dir)
	if err != nil || len(m.Entries) != 3 || m.Rooms["room"] != 1 {
		t.Fatal(m, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "home", "lake", "a.parquet")); err != nil || string(text) != "PAR1…" {
		t.Error(text, err)
	}
	if _, err := Create(path); err == nil || !strings.Contains(err.Error(), "已存在") {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Error(left)
	}
}

// TestShortFile: a file that is shorter than it was said to be makes no archive.
func TestShortFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tar.zst")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add("home/a", 5, strings.NewReader("abc")); err == nil || !strings.Contains(err.Error(), "home/a 应有 5 字节，只读到 3 字节") {
		t.Error(err)
	}
	w.Abort()
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
		t.Error(left)
	}
}

// TestEveryCut: an archive that ends early is never taken for a whole one, and one with
// any byte altered either is refused or gives exactly what was put in.
func TestEveryCut(t *testing.T) {
	whole, err := os.ReadFile(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "b.tar.zst")
	extract := func(text []byte) (*Manifest, string, error) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		m, err := Extract(path, dir)
		return m, dir, err
	}
	for n := range whole {
		if _, _, err := extract(whole[:n]); err == nil {
			t.Fatalf("cut after %d of %d bytes and taken for whole", n, len(whole))
		}
		altered := bytes.Clone(whole)
		altered[n] ^= 0x10
		if _, dir, err := extract(altered); err == nil {
			text, err := os.ReadFile(filepath.Join(dir, "home", "lake", "a.parquet"))
			if err != nil || string(text) != "PAR1…" {
				t.Fatalf("byte %d altered: %q %v", n, text, err)
			}
		}
	}
}

func FuzzExtract(f *testing.F) {
	whole, err := os.ReadFile(sample(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		around := t.TempDir()
		path, dir := filepath.Join(around, "in"), filepath.Join(around, "a", "b")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := Extract(path, dir)
		if (m == nil) == (err == nil) {
			t.Fatal(m, err)
		}
		_ = filepath.WalkDir(around, func(p string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && p != path && !strings.HasPrefix(p, dir+"/") {
				t.Fatal("outside of its folder:", p)
			}
			return nil
		})
	})
}
