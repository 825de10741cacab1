package knowledge

import (
	"testing"

	"github.com/xuri/excelize/v2"
)

// filledBook is a workbook that a test fills in as a person would.
type filledBook struct {
	*excelize.File
	t *testing.T
}

func openBook(t *testing.T, path string) filledBook {
	t.Helper()
	f, err := excelize.OpenFile(path)
	must(t, err)
	return filledBook{f, t}
}

// set writes a cell; column and row count from 1.
func (b filledBook) set(sheet string, column, row int, value any) {
	b.t.Helper()
	cell, err := excelize.CoordinatesToCellName(column, row)
	must(b.t, err)
	must(b.t, b.SetCellValue(sheet, cell, value))
}

func (b filledBook) save() {
	b.t.Helper()
	must(b.t, b.Save())
	must(b.t, b.Close())
}
