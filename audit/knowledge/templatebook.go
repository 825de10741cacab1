package knowledge

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"
)

// formColumn is a column of an empty workbook that people fill in.
type formColumn struct {
	header   string
	meaning  string
	kind     string   // 文本, 整数, 数字, 日期, 是
	form     string   // what a cell may hold
	required string   // "": may stay empty
	example  string   // of one cell
	list     []string // what the cell offers to choose from
	min, max float64  // of numbers; max 0: none
}

// form is an empty workbook that explains itself.
type form struct {
	sheet    string
	columns  []formColumn
	examples [][]string // greyed rows under the header, the first cell marked
	notes    []string   // above the explanations
	lists    []formList // further sheets
}

// formList is a sheet to look things up in.
type formList struct {
	sheet string
	rows  [][]string // the first is the header
}

const explanationSheet = "填写说明"

// formRows is how far down cells have formats and lists of choices.
const formRows = 5000

// bookWriter writes one workbook; the first error stops it.
type bookWriter struct {
	*excelize.File
	err error
}

func (b *bookWriter) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *bookWriter) style(s *excelize.Style) int {
	id, err := b.NewStyle(s)
	b.do(err)
	return id
}

// write writes the form as .xlsx.
func (f *form) write(w io.Writer) error {
	b := &bookWriter{File: excelize.NewFile()}
	defer b.Close()
	b.do(b.SetSheetName(b.GetSheetName(0), f.sheet))
	b.entry(f)
	b.explanation(f)
	for _, l := range f.lists {
		b.rows(l.sheet, l.rows)
	}
	if b.err == nil {
		_, b.err = b.WriteTo(w)
	}
	return b.err
}

// entry writes the sheet to fill in.
func (b *bookWriter) entry(f *form) {
	needed := b.style(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: solid("1F4E78"), Alignment: wrapped()})
	open := b.style(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: solid("DDEBF7"), Alignment: wrapped()})
	grey := b.style(&excelize.Style{Font: &excelize.Font{Italic: true, Color: "808080"}, NumFmt: 49})
	for i, c := range f.columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		b.do(err)
		b.do(b.SetColStyle(f.sheet, name, b.style(c.format())))
		b.do(b.SetColWidth(f.sheet, name, name, float64(min(max(len([]rune(c.header))*2, 12), 28))))
		b.do(b.SetCellStr(f.sheet, name+"1", c.header))
		head := open
		if c.required != "" {
			head = needed
		}
		b.do(b.SetCellStyle(f.sheet, name+"1", name+"1", head))
		if v := c.validation(name); v != nil {
			b.do(b.AddDataValidation(f.sheet, v))
		}
		for n, example := range f.examples {
			cell := fmt.Sprintf("%s%d", name, n+2)
			if example[i] != "" {
				b.do(b.SetCellStr(f.sheet, cell, example[i]))
			}
			b.do(b.SetCellStyle(f.sheet, cell, cell, grey))
		}
	}
	b.do(b.SetPanes(f.sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

func wrapped() *excelize.Alignment { return &excelize.Alignment{WrapText: true, Vertical: "center"} }

// format keeps codes as text, so that no zero is lost, and days as days.
func (c *formColumn) format() *excelize.Style {
	day := "yyyy-mm-dd"
	switch c.kind {
	case "日期":
		return &excelize.Style{CustomNumFmt: &day}
	case "整数", "数字":
		return &excelize.Style{}
	}
	return &excelize.Style{NumFmt: 49}
}

// validation returns what the spreadsheet itself checks, nil: nothing.
func (c *formColumn) validation(column string) *excelize.DataValidation {
	v := excelize.NewDataValidation(true)
	v.Sqref = fmt.Sprintf("%s2:%s%d", column, column, formRows)
	var err error
	switch {
	case len(c.list) > 0:
		err = v.SetDropList(c.list)
	case c.kind == "整数":
		err = v.SetRange(c.min, cmp.Or(c.max, 1e12), excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween)
	case c.kind == "数字":
		err = v.SetRange(c.min, cmp.Or(c.max, 1e12), excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween)
	default:
		return nil
	}
	if err != nil { // a list too long for the format: the explanation has it, the import checks it
		return nil
	}
	// A warning, not a stop: the example's marked cell and pasted text stay, and the import checks all.
	v.SetError(excelize.DataValidationErrorStyleWarning, "请核对", c.form)
	return v
}

// explanation writes the sheet that explains each column.
func (b *bookWriter) explanation(f *form) {
	rows := [][]string{{"列", "含义", "类型", "可填的值", "是否必填", "示例"}}
	for _, c := range f.columns {
		rows = append(rows, []string{c.header, c.meaning, c.kind, c.form, cmp.Or(c.required, "可不填"), c.example})
	}
	rows = append(rows, nil)
	for _, note := range f.notes {
		rows = append(rows, []string{note})
	}
	b.rows(explanationSheet, rows)
}

// rows writes a sheet of texts, the first row as its header.
func (b *bookWriter) rows(sheet string, rows [][]string) {
	_, err := b.NewSheet(sheet)
	b.do(err)
	if err != nil {
		return
	}
	head := b.style(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: solid("DDEBF7")})
	for i, row := range rows {
		cells := slices.Clone(row)
		b.do(b.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &cells))
	}
	last, err := excelize.ColumnNumberToName(len(rows[0]))
	b.do(errors.Join(err, b.SetCellStyle(sheet, "A1", last+"1", head), b.SetColWidth(sheet, "A", last, 30)))
}
