package web

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// bill is something with every kind of column.
type bill struct{ code, name, n, yuan, day string }

var billColumns = []Column[bill]{
	By("code", "编码", func(b *bill) string { return b.code }),
	By("name", "名称", func(b *bill) string { return b.name }),
	Number("n", "数量", func(b *bill) string { return b.n }),
	Money("yuan", "金额", func(b *bill) string { return b.yuan }),
	Day("day", "日期", func(b *bill) string { return b.day }),
}

var bills = []bill{
	{"000123", "阿莫西林", "12", "1234.50", "2026-01-02"},
	{"330402000000000001", "=HYPERLINK(\"http://x\")", "-3", "-0.50", ""},
	{"+86", "@SUM(A1)", "", "", "2026-02-30"},
	{"a_x0041_b", "甲\x01\n<&>\u2028", "=1+1", "NaN", "明天"},
	{strings.Repeat("长", 40_000), "-1", "1e9", "0x10", "2024-02-29"},
}

func leavingBills(rows []bill) leaving {
	return leaving{
		title: "账单：甲/乙", asked: "n:12", total: len(rows), mark: "RY000001/7", at: time.Date(2026, 1, 1, 20, 0, 0, 0, time.UTC),
		headings: headings(billColumns), lines: linesOf(billColumns, func(yield func(*bill, error) bool) {
			for i := range rows {
				if !yield(&rows[i], nil) {
					return
				}
			}
		}),
	}
}

func workbookOf(t *testing.T, l leaving) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := writeXLSX(&out, l); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestWorkbook reads back what was exported: texts stay texts, numbers are numbers, and
// nothing is a formula.
func TestWorkbook(t *testing.T) {
	f := workbookOf(t, leavingBills(bills))
	sheet := "账单：甲乙"
	if got := f.GetSheetList(); !slices.Equal(got, []string{sheet, "导出说明"}) {
		t.Fatalf("sheets %q", got)
	}
	for cell, want := range map[string]struct {
		kind        excelize.CellType
		shown, held string
	}{
		"A1": {excelize.CellTypeInlineString, "编码", "编码"},
		"F1": {excelize.CellTypeInlineString, "导出标记", "导出标记"},
		"A2": {excelize.CellTypeInlineString, "000123", "000123"},
		"C2": {excelize.CellTypeUnset, "12", "12"},
		"D2": {excelize.CellTypeUnset, "1,234.50", "1234.5"},
		"E2": {excelize.CellTypeUnset, "2026-01-02", "46024"},
		"F2": {excelize.CellTypeInlineString, "RY000001/7", "RY000001/7"},
		"A3": {excelize.CellTypeInlineString, "330402000000000001", "330402000000000001"},
		"B3": {excelize.CellTypeInlineString, "=HYPERLINK(\"http://x\")", "=HYPERLINK(\"http://x\")"},
		"D3": {excelize.CellTypeUnset, "-0.50", "-0.5"},
		"E3": {excelize.CellTypeUnset, "", ""},
		"A4": {excelize.CellTypeInlineString, "+86", "+86"},
		"E4": {excelize.CellTypeInlineString, "2026-02-30", "2026-02-30"},
		"A5": {excelize.CellTypeInlineString, "a_x005F_x0041_b", "a_x005F_x0041_b"}, // as the format writes _x0041_ itself
		"B5": {excelize.CellTypeInlineString, "甲\ufffd\n<&>\u2028", "甲\ufffd\n<&>\u2028"},
		"C5": {excelize.CellTypeInlineString, "=1+1", "=1+1"},
		"D5": {excelize.CellTypeInlineString, "NaN", "NaN"},
		"D6": {excelize.CellTypeInlineString, "0x10", "0x10"},
	} {
		kind, _ := f.GetCellType(sheet, cell)
		shown, _ := f.GetCellValue(sheet, cell)
		held, _ := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		formula, _ := f.GetCellFormula(sheet, cell)
		if kind != want.kind || shown != want.shown || held != want.held || formula != "" {
			t.Errorf("%s: type %d, shows %q, holds %q, formula %q; want %+v", cell, kind, shown, held, formula, want)
		}
	}
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the head is not frozen: %+v, %v", panes, err)
	}
	if footer, err := f.GetHeaderFooter(sheet); err != nil || !strings.Contains(footer.OddFooter, "RY000001/7") {
		t.Errorf("the footer bears no mark: %+v, %v", footer, err)
	}
	if width, _ := f.GetColWidth(sheet, "A"); width != 60 {
		t.Errorf("the first column is %v wide", width)
	}
	said, _ := f.GetRows("导出说明")
	if text := fmt.Sprint(said); !strings.Contains(text, "n:12") || !strings.Contains(text, "2026-01-02 04:00:00") || !strings.Contains(text, "[行数 5]") {
		t.Errorf("says %s", text)
	}
}

// TestFullSheet writes more rows than a sheet holds: the list goes on on the next, and
// the workbook says so.
func TestFullSheet(t *testing.T) {
	defer func(most int) { mostRows = most }(mostRows)
	mostRows = 151
	for n, want := range map[int][]int{0: {1}, 99: {100}, 100: {101}, 150: {151}, 151: {151, 2}, 450: {151, 151, 151}} {
		rows := make([]bill, n)
		for i := range rows {
			rows[i].code = fmt.Sprint("A", i)
		}
		f, seen := workbookOf(t, leavingBills(rows)), 0
		sheets := f.GetSheetList()
		if len(sheets) != len(want)+1 {
			t.Fatalf("%d rows are on %q", n, sheets)
		}
		for i, lines := range want {
			got, err := f.GetRows(sheets[i])
			if err != nil || len(got) != lines || got[0][0] != "编码" {
				t.Fatalf("%d rows: %d lines on %s, want %d, %v", n, len(got), sheets[i], lines, err)
			}
			for _, line := range got[1:] {
				if line[0] != fmt.Sprint("A", seen) {
					t.Fatalf("%d rows: %q in place of A%d", n, line[0], seen)
				}
				seen++
			}
		}
		said, _ := f.GetCellValue("导出说明", "B3")
		if many := strings.Contains(said, fmt.Sprintf("至多 150 行，分写在 %d 张表中", len(want))); many != (len(want) > 1) {
			t.Errorf("%d rows: %q", n, said)
		}
	}
}

// TestCSV reads back what was exported: texts that a spreadsheet would take for formulas
// have an apostrophe, numbers have none.
func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := writeCSV(&out, leavingBills(bills)); err != nil {
		t.Fatal(err)
	}
	rest, marked := strings.CutPrefix(out.String(), "\ufeff")
	lines, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
	if err != nil || !marked || len(lines) != len(bills)+1 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, want := range [][]string{
		{"编码", "名称", "数量", "金额", "日期", "导出标记"},
		{"000123", "阿莫西林", "12", "1234.50", "2026-01-02", "RY000001/7"},
		{"330402000000000001", "'=HYPERLINK(\"http://x\")", "-3", "-0.50", "", "RY000001/7"},
		{"'+86", "'@SUM(A1)", "", "", "2026-02-30", "RY000001/7"},
		{"a_x0041_b", "甲\x01\n<&>\u2028", "'=1+1", "NaN", "明天", "RY000001/7"},
	} {
		if !slices.Equal(lines[i], want) {
			t.Errorf("line %d: %q, want %q", i, lines[i], want)
		}
	}
}

// TestBrokenExport has rows that fail halfway: there is no file.
func TestBrokenExport(t *testing.T) {
	broken := errors.New("broken")
	for name, write := range map[string]func(*bytes.Buffer, leaving) error{
		"csv":  func(b *bytes.Buffer, l leaving) error { return writeCSV(b, l) },
		"xlsx": func(b *bytes.Buffer, l leaving) error { return writeXLSX(b, l) },
	} {
		for _, after := range []int{0, 1, 200} {
			l := leavingBills(nil)
			l.lines = linesOf(billColumns, func(yield func(*bill, error) bool) {
				for range after {
					if !yield(&bill{}, nil) {
						return
					}
				}
				yield(nil, broken)
			})
			if err := write(new(bytes.Buffer), l); !errors.Is(err, broken) {
				t.Errorf("%s after %d rows: %v", name, after, err)
			}
		}
	}
}

func TestHarmless(t *testing.T) {
	for cell, want := range map[string]string{"": "", "甲": "甲", "=1+1": "'=1+1", "+86": "'+86", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "a=b": "a=b"} {
		if got := harmless(cell); got != want {
			t.Errorf("%q: %q", cell, got)
		}
	}
}
