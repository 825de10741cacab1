package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPageIsTrue proves that docs/coverage.md says what the library, its cases, the
// starter pack and the problem lists say now.
func TestPageIsTrue(t *testing.T) {
	want, err := render()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("..", "..", page))
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	if got == want {
		return
	}
	is, should := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(is), len(should)) {
		if i >= len(is) || i >= len(should) || is[i] != should[i] {
			t.Logf("the first line that differs is %d:\n is  %s\n now %s", i+1, at(is, i), at(should, i))
			break
		}
	}
	t.Errorf("%s is not what the library says now: run  make coverage  (tools/go run ./docs/coverage) and commit %s", page, page)
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no line)"
}

// TestPageIsWhole proves that every class and every problem has its row.
func TestPageIsWhole(t *testing.T) {
	text, err := render()
	if err != nil {
		t.Fatal(err)
	}
	classes, problems, _ := strings.Cut(text, "## Problem lists")
	if n := strings.Count(classes, "\n| ") - 1; n < 91 {
		t.Errorf("%d rows of classes", n)
	}
	if n := strings.Count(problems, "\n| ") - 1; n != 168 {
		t.Errorf("%d rows of problems, want 168", n)
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| ") && strings.Count(strings.ReplaceAll(line, "\\|", ""), "|") != 9 {
			t.Errorf("a row without eight cells: %s", line)
		}
	}
}
