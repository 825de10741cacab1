package claim

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestFilesIn offers what people brought, not what a screening wrote beside it; a folder
// of data may hold a summary of its own.
func TestFilesIn(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"fees.csv", "三月/fees.csv", "三月/summary.json",
		"筛查-2025/findings.csv", "筛查-2025/summary.json", "筛查-2025/institutions/H1.xlsx",
		"old/findings.parquet", "old/certificates.ndjson", ".trial-1/fees.csv",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("a"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := filesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range all {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"fees.csv", "三月/fees.csv"}) {
		t.Errorf("%q", names)
	}
}
