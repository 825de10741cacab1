package knowledge

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped bounds the unpacked size of a workbook.
const maxUnzipped = 2 << 30

// grid is one sheet: its rows that hold anything.
type grid struct {
	name   string
	hidden bool
	rows   []gridRow
	merges []merge
}

// gridRow is a row of a sheet, counted from 1.
type gridRow struct {
	num    int
	cells  []string
	filled []bool // the cell's text stands in the first row of a vertical merge; nil: none
}

// merge is a merged range, rows and columns counted from 1.
type merge struct{ top, left, bottom, right int }

func (r *gridRow) cell(c int) string {
	if c < 0 || c >= len(r.cells) {
		return ""
	}
	return r.cells[c]
}

// own returns the cell's text unless it comes from a merge with a row above.
func (r *gridRow) own(c int) string {
	if c >= 0 && c < len(r.filled) && r.filled[c] {
		return ""
	}
	return r.cell(c)
}

// readBook reads all sheets of a workbook. Errors are Chinese and say what to do.
func readBook(file string) (sheets []grid, err error) {
	if err := checkBook(file); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil { // excelize panics on some damaged parts
			sheets, err = nil, fmt.Errorf("工作簿内部结构损坏（%v），请用 Excel 或 WPS 打开并另存后再导入", p)
		}
	}()
	f, err := excelize.OpenFile(file, excelize.Options{UnzipSizeLimit: maxUnzipped, RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("工作簿读不出（%w），请用 Excel 或 WPS 打开并另存后再导入", err)
	}
	defer f.Close()
	merges, err := mergesOf(file)
	if err != nil {
		return nil, fmt.Errorf("工作簿读不出（%w），请用 Excel 或 WPS 打开并另存后再导入", err)
	}
	for _, name := range f.GetSheetList() {
		g := grid{name: name, merges: merges[name]}
		if visible, err := f.GetSheetVisible(name); err == nil {
			g.hidden = !visible
		}
		if g.rows, err = readRows(f, name); err != nil {
			return nil, fmt.Errorf("工作表“%s”读不出：%w", name, err)
		}
		g.fillDown()
		sheets = append(sheets, g)
	}
	return sheets, nil
}

func readRows(f *excelize.File, sheet string) ([]gridRow, error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		var notSheet excelize.ErrSheetNotExist
		if errors.As(err, &notSheet) { // a chart sheet
			return nil, nil
		}
		return nil, err
	}
	defer rows.Close()
	var all []gridRow
	for num := 1; rows.Next(); num++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		end := 0
		for i := range cells {
			if cells[i] = cleanText(cells[i]); cells[i] != "" {
				end = i + 1
			}
		}
		if end > 0 {
			all = append(all, gridRow{num: num, cells: slices.Clone(cells[:end])})
		}
	}
	return all, rows.Error()
}

// fillDown gives the rows of a vertical merge the text of its first row. Rows that
// hold nothing of their own stay absent.
func (g *grid) fillDown() {
	for _, m := range g.merges {
		if m.top == m.bottom {
			continue
		}
		first, ok := slices.BinarySearchFunc(g.rows, m.top, func(r gridRow, n int) int { return r.num - n })
		if !ok {
			continue
		}
		c := m.left - 1
		text := g.rows[first].cell(c)
		for i := first + 1; text != "" && i < len(g.rows) && g.rows[i].num <= m.bottom; i++ {
			g.rows[i].fill(c, text)
		}
	}
}

func (r *gridRow) fill(c int, text string) {
	for len(r.cells) <= c {
		r.cells = append(r.cells, "")
	}
	for len(r.filled) <= c {
		r.filled = append(r.filled, false)
	}
	if r.cells[c] == "" {
		r.cells[c], r.filled[c] = text, true
	}
}

// columnLabel names a column for a message: its letter and its header.
func columnLabel(c int, header string) string {
	letter, err := excelize.ColumnNumberToName(c + 1)
	if err != nil {
		letter = strconv.Itoa(c + 1)
	}
	return strings.TrimSpace(letter + " " + header)
}
