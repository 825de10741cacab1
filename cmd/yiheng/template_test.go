package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
)

// TestTemplateOfEveryRule proves that the example of every class of the catalogue,
// freed of its mark, is a point that its import takes with nothing missing.
func TestTemplateOfEveryRule(t *testing.T) {
	for _, r := range rule.All() {
		path := filepath.Join(t.TempDir(), r.ID+".xlsx")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := knowledge.WriteTemplate(f, r.ID, rule.Class); err != nil {
			t.Fatal(err)
		}
		f.Close()
		unmark(t, path, r.ID)
		in, err := knowledge.ReadFile(path, rule.Class, knowledge.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(in.Points) != 1 || len(in.Problems.Errors()) > 0 || in.Missing[0] != nil {
			t.Errorf("%s %s: %d points, missing %v, %v", r.ID, r.Name, len(in.Points), in.Missing, in.Problems)
		}
	}
}

// unmark makes the example of a template a row.
func unmark(t *testing.T, path, sheet string) {
	t.Helper()
	b, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	text, err := b.GetCellValue(sheet, "A2")
	if err == nil {
		err = b.SetCellStr(sheet, "A2", strings.TrimSpace(strings.TrimPrefix(text, "示例")))
	}
	if err == nil {
		err = b.Save()
	}
	if err != nil {
		t.Fatal(err)
	}
}
