package main

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func tree(list, test string) fstest.MapFS {
	return fstest.MapFS{
		"docs/clauses.tsv":   {Data: []byte(list)},
		"a/b_test.go":        {Data: []byte(test)},
		"build/gone_test.go": {Data: []byte("no Go at all")},
		"a/plain.go":         {Data: []byte("package a\n\n// clause: 999-999\nfunc TestX() {}\n")},
	}
}

const two = "id\tterm\trequirement\n001-001\t监督\tfirst\n001-002\t检查\tsecond\n"

func TestReport(t *testing.T) {
	var out strings.Builder
	err := run(tree(two, `package a

// TestA proves it.
// clause: 001-002
func TestA(t *testing.T) {}

// clause: 001-002,001-001
func FuzzB(f *testing.F) {}

func TestC(t *testing.T) {}
`), &out)
	if err != nil {
		t.Fatal(err)
	}
	const want = `2/2 clauses are asserted by tests
001-001  监督: first
         a.FuzzB
001-002  检查: second
         a.FuzzB
         a.TestA
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}

func TestWrongInputs(t *testing.T) {
	for _, c := range []struct{ list, test, want string }{
		{two, "package a\n\n// clause: 001-003\nfunc TestA() {}\n", `a/b_test.go:3:1: clause "001-003" is not in docs/clauses.tsv`},
		{two, "package a\n\n// clause: 001-001 001-002\nfunc TestA() {}\n", `clause "001-001 001-002" is not in`},
		{two, "package a\n\n// clause:\nfunc TestA() {}\n", `clause "" is not in`},
		{two, "package a\n\n// clause: 001-001\nfunc helper() {}\n", "a/b_test.go:3:1: this mark stands above no test"},
		{two, "package a\n\n// clause: 001-001\n\nfunc TestA() {}\n", "this mark stands above no test"},
		{two, "package\n", "a/b_test.go:1"},
		{"001-001\t监督\n", "package a", "docs/clauses.tsv:1: want three columns"},
		{"001-001\t\tfirst\n", "package a", "docs/clauses.tsv:1: want three columns"},
		{two + "\n", "package a", "docs/clauses.tsv:4: want three columns"},
		{"1-1\t监督\tfirst\n", "package a", `docs/clauses.tsv:1: "1-1" is no clause id`},
		{two + "001-001\t监督\tagain\n", "package a", "docs/clauses.tsv:4: clause 001-001 stands twice"},
	} {
		err := run(tree(c.list, c.test), &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q with %q: %v, want %q", c.list, c.test, err, c.want)
		}
	}
}

func TestOurList(t *testing.T) {
	clauses, err := readList(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(clauses) != 281 {
		t.Errorf("%d clauses, want 281", len(clauses))
	}
}
