package knowledge

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// Every row of an official workbook can hold a styled empty cell in each of the
// 16,384 columns.
func TestWideRows(t *testing.T) {
	const rows = 40
	path := writeBook(t, "wide.xlsx", testSheet{name: "s", rows: [][]any{{"药品通用名", "限定性别", "药品代码"}}})
	wide := filepath.Join(t.TempDir(), "wide.xlsx")
	widen(t, path, wide, rows)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	b := read(t, wide, "")
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("%d rows of 16,384 cells in %v, %d kB kept", rows, time.Since(start).Round(time.Millisecond), (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>10)
	if len(b.Points) != rows {
		t.Errorf("%d points", len(b.Points))
	}
}

// widen rewrites the first sheet of a workbook with rows whose cells reach to XFD.
func widen(t *testing.T, from, to string, rows int) {
	t.Helper()
	z, err := zip.OpenReader(from)
	must(t, err)
	defer z.Close()
	f, err := os.Create(to)
	must(t, err)
	defer f.Close()
	out := zip.NewWriter(f)
	for _, part := range z.File {
		w, err := out.Create(part.Name)
		must(t, err)
		if part.Name == "xl/worksheets/sheet1.xml" {
			wideSheet(t, w, rows)
			continue
		}
		r, err := part.Open()
		must(t, err)
		_, err = io.Copy(w, r)
		must(t, err)
	}
	must(t, out.Close())
}

func wideSheet(t *testing.T, w io.Writer, rows int) {
	t.Helper()
	fmt.Fprint(w, `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD`, rows+1, `"/><cols><col min="1" max="16384" width="9"/></cols><sheetData>`)
	text := func(ref, s string) { fmt.Fprintf(w, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, ref, s) }
	for r := 1; r <= rows+1; r++ {
		fmt.Fprintf(w, `<row r="%d">`, r)
		cells := []string{"药品通用名", "限定性别", "药品代码"}
		if r > 1 {
			cells = []string{fmt.Sprintf("药%d", r), "女", fmt.Sprintf("XG03AAA001A0010101%05d", r)}
		}
		for c := 1; c <= 16384; c++ {
			ref, err := excelize.CoordinatesToCellName(c, r)
			must(t, err)
			if c <= len(cells) {
				text(ref, cells[c-1])
				continue
			}
			fmt.Fprintf(w, `<c r="%s" s="0"/>`, ref)
		}
		fmt.Fprint(w, `</row>`)
	}
	fmt.Fprint(w, `</sheetData></worksheet>`)
}
