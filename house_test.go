package house_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// floor is one floor; its name is "" when its rooms stand at the root.
type floor struct {
	name  string
	rooms []string
}

// floors are the floors of the house from the ground up, with their rooms in
// order. A package imports packages of lower floors, of rooms named earlier on its
// own floor, and of its own room.
var floors = []floor{
	{"ground", []string{"lock", "seal", "db", "journal", "calendar", "access", "param", "web", "hook", "procedure", "paper", "job"}},
	{"facts", []string{"registry", "lake", "claim", "stock", "enrolment", "exchange"}},
	{"audit", []string{"expression", "knowledge", "rule", "finding", "screening", "review", "pattern"}},
	{"enforce", []string{"lead", "tipoff", "draw", "inspection", "selfcheck", "casefile", "transfer", "agreement"}},
	{"govern", []string{"credit", "points", "disclosure", "evaluation", "district", "control", "supervisor", "incident", "duty"}},
	{"", []string{"server", "gateway", "console"}},
	{"", []string{"demo", "practice", "cmd", "bench", "docs"}},
}

// demo knows what happened, not how it is judged: the truth that it writes is
// independent of everything from audit up.
const (
	judges = "audit"
	truth  = "demo"
)

// onlyBench are packages that bring cgo or another engine into a binary.
var onlyBench = []string{"C", "github.com/duckdb/"}

func TestFloors(t *testing.T) {
	for _, problem := range inspect(t, os.DirFS(".")) {
		t.Error(problem)
	}
}

func TestFloorsCatch(t *testing.T) {
	for name, c := range map[string]struct{ file, imports, want string }{
		"a lower floor":          {"audit/rule/a.go", "yiheng/facts/claim", ""},
		"an earlier room":        {"facts/claim/a.go", "yiheng/facts/lake", ""},
		"a part of its own room": {"facts/lake/a.go", "yiheng/facts/lake/parquet", ""},
		"its own room":           {"facts/lake/parquet/a.go", "yiheng/facts/lake", ""},
		"the demo in the bench":  {"bench/a.go", "yiheng/demo", ""},
		"DuckDB in the bench":    {"bench/a.go", "github.com/duckdb/duckdb-go/v2", ""},
		"the standard library":   {"ground/db/a.go", "net/http", ""},

		"a higher floor":             {"facts/lake/a.go", "yiheng/audit/rule", "facts/lake/a.go imports yiheng/audit/rule: audit/rule stands above facts/lake"},
		"a later room":               {"facts/lake/a.go", "yiheng/facts/claim", "facts/claim is named after facts/lake"},
		"a later room in a test":     {"facts/lake/a_test.go", "yiheng/facts/claim", "facts/claim is named after facts/lake"},
		"a part of a later room":     {"facts/registry/a.go", "yiheng/facts/lake/parquet", "facts/lake is named after facts/registry"},
		"the binary":                 {"audit/rule/a.go", "yiheng/cmd/yiheng", "cmd stands above audit/rule"},
		"judgement in the demo":      {"demo/city/a.go", "yiheng/audit/finding", "demo may know nothing of audit"},
		"the console in the demo":    {"demo/a.go", "yiheng/console", "demo may know nothing of console"},
		"a room that is not listed":  {"audit/utils/a.go", "fmt", "audit/utils is no room of the house"},
		"a floor that is not listed": {"pkg/a.go", "fmt", "pkg is no room of the house"},
		"files between the rooms":    {"audit/a.go", "fmt", "audit is no room of the house"},
		"files at the root":          {"main.go", "fmt", "main.go is in no room"},
		"an import of no room":       {"audit/rule/a.go", "yiheng/common", "common is no room of the house"},
		"DuckDB in the binary":       {"facts/lake/a.go", "github.com/duckdb/duckdb-go/v2", "only bench may"},
		"cgo":                        {"ground/seal/a.go", "C", "only bench may"},
	} {
		t.Run(name, func(t *testing.T) {
			source := fmt.Sprintf("package a\nimport _ %q\n", c.imports)
			problems := inspect(t, fstest.MapFS{c.file: {Data: []byte(source)}})
			switch {
			case c.want == "" && len(problems) > 0:
				t.Errorf("objects to %q", problems)
			case c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0], c.want)):
				t.Errorf("says %q, want %q", problems, c.want)
			}
		})
	}
}

// inspect reads the imports of all Go files of the tree. It parses the files: the
// go command's cached answers could hide a broken import.
func inspect(t *testing.T, tree fs.FS) (problems []string) {
	t.Helper()
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := entry.Name(); name != "." && (strings.HasPrefix(base, ".") || slices.Contains([]string{"build", "bin", "testdata", "node_modules"}, base)) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" || name == "house_test.go" {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		at, problem := placeOf(path.Dir(name))
		if problem != "" {
			problems = append(problems, fmt.Sprintf("%s is in no room: %s", name, problem))
			return nil
		}
		for _, i := range file.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if problem := at.mayImport(imported); problem != "" {
				problems = append(problems, fmt.Sprintf("%s imports %s: %s", name, imported, problem))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

// place is where a package stands.
type place struct {
	floor, room int
	name        string // floor/room
}

// placeOf finds the room of a package's folder; problem says that there is none.
func placeOf(folder string) (p place, problem string) {
	parts := strings.Split(folder, "/")
	for i, f := range floors {
		name := parts[0]
		room := 0
		if f.name != "" {
			if name != f.name || len(parts) < 2 {
				continue
			}
			room = 1
			name += "/" + parts[1]
		}
		if k := slices.Index(f.rooms, parts[room]); k >= 0 {
			return place{i, k, name}, ""
		}
	}
	return place{}, strings.Join(parts[:min(2, len(parts))], "/") + " is no room of the house (see floors in house_test.go)"
}

// mayImport says what speaks against the import, "" when nothing does.
func (p place) mayImport(imported string) string {
	if p.name != "bench" && slices.ContainsFunc(onlyBench, func(banned string) bool {
		return imported == banned || strings.HasSuffix(banned, "/") && strings.HasPrefix(imported, banned)
	}) {
		return "the binary is pure Go, only bench may"
	}
	folder, ours := strings.CutPrefix(imported, "yiheng/")
	if !ours {
		return ""
	}
	to, problem := placeOf(folder)
	switch {
	case problem != "":
		return problem
	case p.name == truth && to.name != truth && to.floor >= slices.IndexFunc(floors, func(f floor) bool { return f.name == judges }):
		return truth + " may know nothing of " + strings.Split(to.name, "/")[0]
	case to.floor > p.floor:
		return to.name + " stands above " + p.name
	case to.floor == p.floor && to.room > p.room:
		return to.name + " is named after " + p.name
	}
	return ""
}
