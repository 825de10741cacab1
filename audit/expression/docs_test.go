package expression

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocumentation proves that docs/expression.md names every field, function and
// variable as the program does, and that each of its examples compiles.
func TestDocumentation(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "expression.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, k := range Kinds {
		if !strings.Contains(text, "### "+k.Name+"\n") {
			t.Errorf("no heading ### %s", k.Name)
		}
		for _, f := range k.Fields {
			want(t, text, fmt.Sprintf("| `%s` | %s | %s |", f.Name, f.Type(), f.Means))
		}
	}
	for _, f := range Functions {
		want(t, text, fmt.Sprintf("| `%s` | %s |", f.Use, f.Means))
	}
	for _, name := range Variables(OverVisit) {
		want(t, text, "| `"+name+"` |")
	}
	want(t, text, steps(EstimateLimit))
	want(t, text, steps(CostLimit))
	if n := compileExamples(t, text); n < 30 {
		t.Errorf("%d examples, want at least 30", n)
	}
}

func want(t *testing.T, text, row string) {
	t.Helper()
	if !strings.Contains(text, row) {
		t.Errorf("docs/expression.md lacks: %s", row)
	}
}

// compileExamples compiles every block of "cel" (over a visit) and "cel person".
func compileExamples(t *testing.T, text string) (n int) {
	t.Helper()
	for i, block := range strings.Split(text, "```cel")[1:] {
		info, rest, _ := strings.Cut(block, "\n")
		example, _, closed := strings.Cut(rest, "```")
		over := OverVisit
		if strings.TrimSpace(info) == OverPerson {
			over = OverPerson
		}
		if _, err := Compile(strings.TrimSpace(example), over); err != nil || !closed {
			t.Errorf("example %d: %v", i+1, err)
		}
		n++
	}
	return n
}

// TestFunctionsAreKnown proves that the reference lists every function of ours, and
// none that does not exist.
func TestFunctionsAreKnown(t *testing.T) {
	listed := make(map[string]bool)
	for _, f := range Functions {
		listed[nameOf(f.Use)] = true
	}
	for _, o := range overloads {
		name := strings.TrimPrefix(o.name, "@")
		if _, operator := operatorWords[o.name]; operator && !strings.HasPrefix(o.name, "@") || name == "in" {
			continue
		}
		if !listed[name] {
			t.Errorf("%s (%s) stands in no reference", name, o.id)
		}
	}
	for _, m := range macros() {
		if !listed[m.Function()] {
			t.Errorf("macro %s stands in no reference", m.Function())
		}
	}
}
