package claim

import (
	"bufio"
	"bytes"
	"context"
	"strings"
	"testing"

	"yiheng/facts/registry"
	"yiheng/ground/access"
)

// TestHeldRows reads what a quarantine writes, whatever stands in its cells.
func TestHeldRows(t *testing.T) {
	var out bytes.Buffer
	q := &quarantine{w: bufio.NewWriter(&out)}
	q.w.WriteString("\ufeffbkkp_sn,姓名,_file,_line,_column,_reason\n")
	for _, cell := range []string{`L"1`, "O'Neil, 张\n三", "a.csv", "3", "bkkp_sn"} {
		q.cell(cell)
	}
	q.last("有“引号”")
	if err := q.w.Flush(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for r, err := range readHeld(&out, FeeList) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if r.Cells[0].Value != `L"1` || !r.Cells[0].Wrong || r.Cells[1].Value != "O'Neil, 张\n三" || r.File != "a.csv" || r.Line != "3" || r.Reason != "有“引号”" {
			t.Errorf("%+v", r)
		}
		if m := r.masked(); !m.Cells[1].Private || strings.Contains(m.Cells[1].Value, "张") {
			t.Errorf("%+v", m)
		}
	}
	if n != 1 {
		t.Errorf("%d rows", n)
	}
}

// FuzzHeld reads files that people have damaged: rows or an error, in the end always one
// of both, and cells by the heading.
func FuzzHeld(f *testing.F) {
	f.Add("\ufeffbkkp_sn,_file,_line,_column,_reason\nL1,a.csv,2,bkkp_sn,缺\n")
	f.Add("_file,_line,_column,_reason\n,,,\n")
	f.Add("a,b\n1,2\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, text string) {
		columns := -1
		for r, err := range readHeld(strings.NewReader(text), FeeList) {
			if err != nil {
				return
			}
			if columns < 0 {
				columns = len(r.Cells)
			}
			if len(r.Cells) != columns || r.N < 1 {
				t.Errorf("%+v", r)
			}
			_ = r.summary()
		}
	})
}

// TestHomeRegion is whom a home's data belong to by its institutions.
func TestHomeRegion(t *testing.T) {
	for _, c := range []struct {
		regions string
		want    access.Region
		known   bool
	}{
		{"", "", false},
		{"x", "", false},
		{"330402", "330402", true},
		{"330402 330402 330411", "330400", true},
		{strings.Repeat("330402 ", 19) + "310101", "330402", true},
		{strings.Repeat("330402 ", 8) + "310101", "", true},
		{"330402 330102", "330000", true},
	} {
		k := &Desk{Institutions: institutionsIn(strings.Fields(c.regions))}
		if region, known, err := k.region(t.Context()); region != c.want || known != c.known || err != nil {
			t.Errorf("%q: %q, %t, %v", c.regions, region, known, err)
		}
	}
}

func institutionsIn(regions []string) func(context.Context) ([]registry.Institution, error) {
	return func(context.Context) (all []registry.Institution, err error) {
		for _, r := range regions {
			all = append(all, registry.Institution{Code: "H", Region: r})
		}
		return all, nil
	}
}
