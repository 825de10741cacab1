package finding

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// openBook opens a workbook with a reader that is not ours.
func openBook(t *testing.T, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func rowsOf(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestWorkbookSheets(t *testing.T) {
	f := &Finding{
		ID: "YD1", Revision: 1, RuleName: "规则", Result: Violation, Severity: 1, PsnNo: "00420100000000000001",
		ClrWay: "40;1", Lines: []string{"L1", "L2"}, EvidenceLines: []string{"E1"},
		FirstDay: calendar.DayOf(2024, 2, 29), LastDay: calendar.NoDay,
		Codes: []string{"C1", "C2"}, Amount: 123456, OwnAmount: 200000, FundAmount: claim.Null, Explanation: "说明",
	}
	dir, _ := mustGive(t, Options{}, []*Finding{f})
	b := openBook(t, filepath.Join(dir, workbookName))
	if got := b.GetSheetList(); !slices.Equal(got, []string{"疑点", "明细"}) {
		t.Fatalf("sheets %q", got)
	}
	rows := rowsOf(t, b, "疑点")
	got := make(map[string]string)
	for i, title := range rows[0] {
		if i < len(rows[1]) {
			got[title] = rows[1][i]
		}
	}
	for title, want := range map[string]string{
		"疑点编号": "YD1", "判定结果": "违规", "严重程度": "明确违规", "人员编号": "00420100000000000001", "支付方式": "DRG；按项目",
		"疑点明细条数": "2", "佐证明细条数": "1", "起始日期": "2024-02-29", "截止日期": "", "项目编码": "C1;C2",
		"计入金额": "1,234.56", "本条金额": "2,000.00", "基金支付估算": "", "说明": "说明",
	} {
		if got[title] != want {
			t.Errorf("%s is %q, want %q", title, got[title], want)
		}
	}
	lines := rowsOf(t, b, "明细")
	if want := [][]string{
		{"疑点编号", "明细流水号", "类别"},
		{"YD1", "L1", "疑点明细"},
		{"YD1", "L2", "疑点明细"},
		{"YD1", "E1", "佐证明细"},
	}; !slices.EqualFunc(lines, want, slices.Equal) {
		t.Errorf("明细 holds %q", lines)
	}
	panes, err := b.GetPanes("疑点")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("headings are not frozen: %+v, %v", panes, err)
	}
	if !slices.ContainsFunc(b.GetDefinedName(), func(d excelize.DefinedName) bool {
		return d.Name == "_xlnm._FilterDatabase" && d.Scope == "疑点" && d.RefersTo == "'疑点'!$A$1:$AC$2"
	}) {
		t.Errorf("there is no filter over the findings: %+v", b.GetDefinedName())
	}
}

func TestWorkbookGoesOnOnFurtherSheets(t *testing.T) {
	findings := collect(sampleFindings(25, 2, 2))
	dir, _ := mustGive(t, Options{sheetRows: 11}, findings)
	b := openBook(t, filepath.Join(dir, workbookName))
	var ids []string
	lines := 0
	inLines := false
	for _, sheet := range b.GetSheetList() {
		rows := rowsOf(t, b, sheet)
		if len(rows) > 11 {
			t.Errorf("sheet %s has %d rows", sheet, len(rows))
		}
		if rows[0][0] != "疑点编号" {
			t.Errorf("sheet %s has no headings", sheet)
		}
		if strings.HasPrefix(sheet, "明细") {
			inLines = true
			lines += len(rows) - 1
			continue
		}
		if inLines {
			t.Errorf("sheet %s stands after the lines: %q", sheet, b.GetSheetList())
		}
		for _, row := range rows[1:] {
			ids = append(ids, row[0])
		}
	}
	var want []string
	wantLines := 0
	for _, f := range findings {
		want = append(want, f.ID)
		wantLines += len(f.Lines) + len(f.EvidenceLines)
	}
	if !slices.Equal(ids, want) {
		t.Errorf("%d findings over the sheets, want the %d in their order", len(ids), len(want))
	}
	if lines != wantLines {
		t.Errorf("%d lines over the sheets, want %d", lines, wantLines)
	}
	if got := b.GetSheetList()[:3]; !slices.Equal(got, []string{"疑点", "疑点(2)", "疑点(3)"}) {
		t.Errorf("sheets %q", got)
	}
}

func TestCellsHoldWhatTheyCan(t *testing.T) {
	f := &Finding{ID: "YD1", Result: Suspicion, FirstDay: calendar.NoDay, LastDay: calendar.NoDay, Explanation: strings.Repeat("长", 40_000)}
	for range 3000 {
		f.Lines = append(f.Lines, "420100000000000001")
	}
	dir, _ := mustGive(t, Options{}, []*Finding{f})
	rows := rowsOf(t, openBook(t, filepath.Join(dir, workbookName)), "疑点")
	cell := rows[1][slices.Index(rows[0], "说明")]
	if n := len([]rune(cell)); n != mostCellChars || !strings.HasSuffix(cell, cut) {
		t.Errorf("a text of 40,000 characters leaves %d in its cell, ending in %q", n, cell[len(cell)-60:])
	}
}

func TestFitCountsAsTheFormatDoes(t *testing.T) {
	for _, c := range []struct {
		text  string
		chars int
		whole bool
	}{
		{strings.Repeat("a", 100), 100, true},
		{strings.Repeat("长", 100), 100, true},
		{strings.Repeat("𠮷", 50), 100, true}, // two units each
		{strings.Repeat("𠮷", 51), 100, false},
		{strings.Repeat("a", 101), 100, false},
	} {
		got := fit(c.text, c.chars)
		if (got == c.text) != c.whole {
			t.Errorf("%d bytes in %d: got %d bytes", len(c.text), c.chars, len(got))
		}
		units := 0
		for _, r := range got {
			units++
			if r > 0xffff {
				units++
			}
		}
		if units > c.chars {
			t.Errorf("%d units in a cell of %d", units, c.chars)
		}
	}
}

func TestTextNeverBecomesAFormula(t *testing.T) {
	for _, text := range []string{
		`=HYPERLINK("http://x","y")`, "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "_x003D_1",
		"a & b < c > d \x00 \x0b", "  两边有空格  ", "一\n二",
	} {
		f := &Finding{
			ID: text, FixmedinsCode: text, FixmedinsName: text, Explanation: text, Basis: text, RuleName: text,
			Codes: []string{text}, Lines: []string{text}, FirstDay: calendar.NoDay, LastDay: calendar.NoDay, Result: Violation,
		}
		dir, _ := mustGive(t, Options{}, []*Finding{f})
		books, err := filepath.Glob(filepath.Join(dir, institutionsDir, "*.xlsx"))
		if err != nil || len(books) != 1 {
			t.Fatalf("%q: institutions %q, %v", text, books, err)
		}
		for _, path := range append(books, filepath.Join(dir, workbookName)) {
			b := openBook(t, path)
			found := false
			for _, sheet := range b.GetSheetList() {
				for r, row := range rowsOf(t, b, sheet) {
					for c, value := range row {
						cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
						if formula, _ := b.GetCellFormula(sheet, cell); formula != "" {
							t.Errorf("%q: %s of %s is a formula: %s", text, cell, sheet, formula)
						}
						found = found || value == strings.Map(asXML, text)
					}
				}
			}
			if !found {
				t.Errorf("%s does not hold %q", filepath.Base(path), text)
			}
		}
	}
}

// asXML is what XML leaves of a character.
func asXML(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
		return '\ufffd'
	}
	return r
}

func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "a<b", "_x0041_", "__x0041__x0042_", "\xff", "𠮷"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := &book{dir: t.TempDir(), limits: limits{mostSheetRows, mostCellChars}}
		defer b.close()
		list := table{book: b, name: "表", headings: []heading{{"列", 10, textCell}}}
		if err := list.add(s); err != nil {
			t.Fatal(err)
		}
		if err := list.end(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(b.dir, "x.xlsx")
		if err := b.save(path); err != nil {
			t.Fatal(err)
		}
		x, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		if _, err := x.GetRows("表"); err != nil {
			t.Errorf("%q does not read back: %v", s, err)
		}
	})
}
