// Command clauses says which clauses of the policies that the program follows are
// asserted by tests. A test names them in a line of its comment:
//
//	// clause: 003-028, 004-018
//
// The list is docs/clauses.tsv: id, Chinese term, what it asks of the program.
package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	list = "docs/clauses.tsv"
	mark = "clause:"
)

var clauseID = regexp.MustCompile(`^\d{3}-\d{3}$`)

// clause is one line of the list with the tests that assert it.
type clause struct {
	id, term, requirement string
	tests                 []string // package.TestName
}

func main() {
	if err := run(os.DirFS("."), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints the count and every clause that a test asserts. It fails on a list
// or a mark that is wrong.
func run(tree fs.FS, out io.Writer) error {
	clauses, err := readList(tree)
	if err != nil {
		return err
	}
	marks, err := readMarks(tree)
	if err != nil {
		return err
	}
	byID := make(map[string]*clause, len(clauses))
	for i := range clauses {
		byID[clauses[i].id] = &clauses[i]
	}
	var wrong []error
	for _, m := range marks {
		if c := byID[m.id]; c != nil {
			c.tests = append(c.tests, m.test)
		} else {
			wrong = append(wrong, fmt.Errorf("%s: clause %q is not in %s", m.at, m.id, list))
		}
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	return report(clauses, out)
}

func report(clauses []clause, out io.Writer) error {
	asserted := slices.DeleteFunc(slices.Clone(clauses), func(c clause) bool { return len(c.tests) == 0 })
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%d/%d clauses are asserted by tests\n", len(asserted), len(clauses))
	for _, c := range asserted {
		fmt.Fprintf(w, "%s  %s: %s\n", c.id, c.term, c.requirement)
		for _, test := range c.tests {
			fmt.Fprintf(w, "         %s\n", test)
		}
	}
	return w.Flush()
}

// readList reads the list; a line that is no clause is an error with its number.
func readList(tree fs.FS) ([]clause, error) {
	text, err := fs.ReadFile(tree, list)
	if err != nil {
		return nil, err
	}
	var clauses []clause
	seen := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		cells := strings.Split(line, "\t")
		if i == 0 && cells[0] == "id" {
			continue
		}
		switch {
		case len(cells) != 3 || slices.Contains(cells, ""):
			return nil, fmt.Errorf("%s:%d: want three columns (id, term, requirement), have %q", list, i+1, line)
		case !clauseID.MatchString(cells[0]):
			return nil, fmt.Errorf("%s:%d: %q is no clause id (000-000)", list, i+1, cells[0])
		case seen[cells[0]]:
			return nil, fmt.Errorf("%s:%d: clause %s stands twice", list, i+1, cells[0])
		}
		seen[cells[0]] = true
		clauses = append(clauses, clause{id: cells[0], term: cells[1], requirement: cells[2]})
	}
	return clauses, nil
}

// found is one id of one mark.
type found struct{ id, test, at string }

// readMarks finds the marks of all test files, in the order of their tests.
func readMarks(tree fs.FS) (marks []found, err error) {
	var wrong []error
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(entry.Name(), ".") || slices.Contains([]string{"build", "bin", "testdata", "node_modules"}, entry.Name())) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		inFile, err := marksOf(name, source)
		if err != nil {
			wrong = append(wrong, err)
		}
		marks = append(marks, inFile...)
		return nil
	})
	slices.SortStableFunc(marks, func(a, b found) int { return cmp.Compare(a.test, b.test) })
	return marks, errors.Join(append(wrong, err)...)
}

// marksOf finds the marks of one file. A mark that stands above no test is an
// error: it would count for nothing.
func marksOf(name string, source []byte) (marks []found, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	tests := map[*ast.CommentGroup]string{}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && isTest(f.Name.Name) {
			tests[f.Doc] = path.Dir(name) + "." + f.Name.Name
		}
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			ids, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(comment.Text, "//")), mark)
			if !ok {
				continue
			}
			at := files.Position(comment.Pos()).String()
			if tests[group] == "" {
				return nil, fmt.Errorf("%s: this mark stands above no test", at)
			}
			for _, id := range strings.Split(ids, ",") {
				marks = append(marks, found{strings.TrimSpace(id), tests[group], at})
			}
		}
	}
	return marks, nil
}

func isTest(name string) bool {
	return strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz")
}
