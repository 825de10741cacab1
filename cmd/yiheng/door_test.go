package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/demo"
)

// binary is the built program: these tests use it as people do.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "yiheng-door-*")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "yiheng")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// yiheng runs the program on a home and returns what it says; a wrong exit code
// fails the test.
func yiheng(t *testing.T, home string, args ...string) string {
	t.Helper()
	out, err := try(home, args...)
	if err != nil {
		t.Fatalf("yiheng %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// fails runs the program, which must fail, and returns what it says.
func fails(t *testing.T, home string, args ...string) string {
	t.Helper()
	out, err := try(home, args...)
	if err == nil {
		t.Fatalf("yiheng %s succeeded:\n%s", strings.Join(args, " "), out)
	}
	return out
}

func try(home string, args ...string) (string, error) {
	var out bytes.Buffer
	c := command(home, args...)
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	return out.String(), err
}

func command(home string, args ...string) *exec.Cmd {
	c := exec.Command(binary, args...)
	c.Env = append(os.Environ(), "YIHENG_HOME="+home)
	return c
}

func wantText(t *testing.T, out string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(out, text) {
			t.Errorf("missing %q in:\n%s", text, out)
		}
	}
}

// city writes a small city and returns its folder.
func city(t *testing.T, o demo.Options) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := demo.Write(dir, o); err != nil {
		t.Fatal(err)
	}
	return dir
}

// rows reads a CSV file as one map a row.
func rows(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range all[1:] {
		m := make(map[string]string, len(r))
		for i, name := range all[0] {
			m[name] = r[i]
		}
		out = append(out, m)
	}
	return out
}

// findings reads findings.csv as sorted texts, without the columns that name the run.
func findings(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for _, r := range rows(t, filepath.Join(dir, "findings.csv")) {
		delete(r, "run_id")
		delete(r, "snapshot_id")
		out = append(out, fmt.Sprint(r)) // maps print in the order of their keys
	}
	slices.Sort(out)
	return out
}

// sameFindings compares two result folders.
func sameFindings(t *testing.T, got, want string) {
	t.Helper()
	g, w := findings(t, got), findings(t, want)
	if len(w) == 0 {
		t.Fatal("nothing to compare: no findings")
	}
	if slices.Equal(g, w) {
		return
	}
	t.Errorf("%d findings, want %d", len(g), len(w))
	shown := 0
	for _, f := range g {
		if _, ok := slices.BinarySearch(w, f); !ok && shown < 3 {
			shown++
			t.Errorf("only in the first: %s", f)
		}
	}
	for _, f := range w {
		if _, ok := slices.BinarySearch(g, f); !ok && shown < 6 {
			shown++
			t.Errorf("only in the second: %s", f)
		}
	}
}

var year = []string{"--from", "2025-01-01", "--to", "2025-12-31"}

// screen screens the year into a new folder and returns it.
func screen(t *testing.T, home string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	yiheng(t, home, append(append([]string{"screen", "--out", dir}, year...), args...)...)
	return dir
}
