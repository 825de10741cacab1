// Package pagetest holds a part of a page of docs/ against what the code makes of it: the
// diagrams and tables of procedures.
package pagetest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Keep fails unless the part of the page between its two marks is want. name is that of
// the part, room that of the package whose TestDocument keeps it; with YIHENG_WRITE_DOCS=1
// the part is written instead.
func Keep(t testing.TB, page, name, room, want string) {
	t.Helper()
	begins := fmt.Sprintf("<!-- %s: written by the test of %s with YIHENG_WRITE_DOCS=1 -->\n", name, room)
	ends := fmt.Sprintf("<!-- end of %s -->", name)
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begins)
	have, after, closed := strings.Cut(rest, ends)
	if !found || !closed {
		t.Fatalf("%s has no place for the %s", page, name)
	}
	if os.Getenv("YIHENG_WRITE_DOCS") == "1" {
		if err := os.WriteFile(page, []byte(before+begins+want+ends+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have != want {
		t.Errorf("%s shows another %s; write it with YIHENG_WRITE_DOCS=1 go test ./%s -run TestDocument", page, name, room)
	}
}
