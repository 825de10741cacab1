package claim

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/facts/lake"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/seal"
)

// testDay is the day of intake in tests.
var testDay = calendar.DayOf(2025, 6, 30)

// newHome opens a home on a real database, lake and registry.
func newHome(t testing.TB) Home {
	t.Helper()
	ctx, d, dir := context.Background(), dbtest.OpenSQLite(t), t.TempDir()
	l, err := lake.Open(ctx, d, filepath.Join(dir, "lake"), Tables, lake.Options{Buckets: 2})
	if err != nil {
		t.Fatal(err)
	}
	key, err := seal.OpenKey(filepath.Join(dir, "key"))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.OpenRing(filepath.Join(dir, "ring"), key)
	if err != nil {
		t.Fatal(err)
	}
	r, err := registry.Open(ctx, d, ring)
	if err != nil {
		t.Fatal(err)
	}
	return Home{Lake: l, Registry: r, Dir: dir}
}

func takeFiles(t testing.TB, h Home, o Options, paths ...string) (*Report, error) {
	t.Helper()
	if o.Today == 0 {
		o.Today = testDay
	}
	return Intake(context.Background(), h, paths, o)
}

func mustTakeFiles(t testing.TB, h Home, o Options, paths ...string) *Report {
	t.Helper()
	r, err := takeFiles(t, h, o, paths...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// writeFile puts a file into a new folder and returns its path.
func writeFile(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// rowsOf reads the live rows of a table as text, by national names, sorted by key;
// empty values are left out.
func rowsOf(t testing.TB, h Home, table *lake.Table) (out []map[string]string) {
	t.Helper()
	ctx := context.Background()
	e, err := h.Lake.Epoch(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	sources, err := h.Lake.Sources(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	live := map[string]string{}
	for _, s := range sources {
		live[s.Tag] = s.ID
	}
	files, err := h.Lake.Files(ctx, e, table.Name, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		err := eachBlock(table, f.Path, func(b *lake.Block) error {
			out = append(out, rowsOfBlock(t, b, table, live)...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(out, func(a, b map[string]string) int {
		return strings.Compare(a[table.KeyBy]+a[lake.ColSource]+a[lake.ColLine], b[table.KeyBy]+b[lake.ColSource]+b[lake.ColLine])
	})
	return out
}

func rowsOfBlock(t testing.TB, b *lake.Block, table *lake.Table, live map[string]string) (out []map[string]string) {
	t.Helper()
	columns := append(slices.Clone(table.Columns), lake.Column{Name: lake.ColExtra}, lake.Column{Name: lake.ColLine, Kind: lake.Integer})
	source, err := b.Col(lake.ColSource)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b.Rows() {
		id, ok := live[strings.Clone(source.Str(i))]
		if !ok {
			continue
		}
		row := map[string]string{lake.ColSource: id}
		for _, c := range columns {
			v, err := b.Col(c.Name)
			if err != nil {
				t.Fatal(err)
			}
			if s := textOfValue(v, i, c.Kind); s != "" {
				row[c.Name] = s
			}
		}
		out = append(out, row)
	}
	return out
}

func textOfValue(v *lake.Vector, i int, k lake.Kind) string {
	if k == lake.Text {
		return strings.Clone(v.Str(i))
	}
	n := v.Int(i)
	if n == lake.NullInt {
		return ""
	}
	switch k {
	case lake.Money:
		return Money(n).String()
	case lake.Price:
		return Price(n).String()
	case lake.Quantity:
		return Quantity(n).String()
	case lake.Day:
		return calendar.Day(n).String()
	case lake.Time:
		return calendar.Time(n).String()
	}
	return fmt.Sprint(n)
}

// data is a table of a test: a header and rows.
type data [][]string

func (d data) csv(delim string) []byte {
	var b strings.Builder
	for _, row := range d {
		b.WriteString(strings.Join(row, delim) + "\n")
	}
	return []byte(b.String())
}
