package web

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"yiheng/ground/calendar"
)

// mostRows is what a sheet of a workbook holds, its head counted; tests lower it.
var mostRows = excelize.TotalRows

// sampled is how many rows the widths of columns are taken from.
const sampled = 100

// writeXLSX writes a list as a workbook: the list, on further sheets when one is full,
// and at the end a sheet that says who took out what. Rows go through files of their
// own; of the workbook nothing is held but the head of the archive.
func writeXLSX(w io.Writer, l leaving) error {
	b := &book{leaving: l, File: excelize.NewFile()}
	defer b.Close()
	b.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) }) // not through memory
	if err := b.prepare(); err != nil {
		return err
	}
	for cells, err := range l.lines {
		if err == nil {
			err = b.add(cells)
		}
		if err != nil {
			return err
		}
	}
	if err := b.endSheet(); err != nil {
		return err
	}
	if err := b.explain(); err != nil {
		return err
	}
	return b.Write(io.Discard)
}

// book is a workbook under way.
type book struct {
	leaving
	*excelize.File
	styles  map[Kind]int
	head    int // style of the head
	sheet   *excelize.StreamWriter
	name    string // of the sheet
	sheets  int
	row     int // last on the sheet
	rows    int // of the list
	waiting [][]string
	values  []any
}

// titles are the heads of the columns, the mark's the last.
func (b *book) titles() (all []heading) {
	return append(append(all, b.headings...), heading{name: "mark", title: markTitle, kind: TextKind})
}

func (b *book) prepare() (err error) {
	b.styles = map[Kind]int{}
	day, clock := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	for kind, style := range map[Kind]excelize.Style{
		TextKind:   {NumFmt: 49}, // stays a text after somebody edits the cell: never a formula
		NumberKind: {NumFmt: 3},
		MoneyKind:  {NumFmt: 4},
		DayKind:    {CustomNumFmt: &day},
		TimeKind:   {CustomNumFmt: &clock},
	} {
		if b.styles[kind], err = b.NewStyle(&style); err != nil {
			return err
		}
	}
	b.head, err = b.NewStyle(&excelize.Style{
		NumFmt: 49, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F2F2F2"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	})
	return err
}

// add adds a row. The first rows wait until the widths of the columns are known.
func (b *book) add(cells []string) error {
	b.rows++
	if b.sheets == 0 {
		b.waiting = append(b.waiting, append([]string(nil), cells...))
		if len(b.waiting) < sampled {
			return nil
		}
		return b.startSheet()
	}
	if b.row >= mostRows {
		if err := b.endSheet(); err != nil {
			return err
		}
		if err := b.startSheet(); err != nil {
			return err
		}
	}
	return b.put(cells)
}

// startSheet starts the next sheet and puts the rows on it that waited.
func (b *book) startSheet() (err error) {
	b.sheets++
	if b.name = sheetName(b.title); b.sheets == 1 {
		err = b.SetSheetName("Sheet1", b.name)
	} else {
		b.name += fmt.Sprintf("(%d)", b.sheets)
		_, err = b.NewSheet(b.name)
	}
	if err != nil {
		return err
	}
	if b.sheet, err = b.NewStreamWriter(b.name); err != nil {
		return err
	}
	if err := b.layOut(); err != nil {
		return err
	}
	waiting := b.waiting
	b.waiting = waiting[:0]
	for _, cells := range waiting {
		if err := b.put(cells); err != nil {
			return err
		}
	}
	return nil
}

// layOut sets what stands before the rows, and the head.
func (b *book) layOut() error {
	titles := b.titles()
	var head []any
	for i, h := range titles {
		if err := b.sheet.SetColStyle(i+1, i+1, b.styles[h.kind]); err != nil {
			return err
		}
		if err := b.sheet.SetColWidth(i+1, i+1, b.width(i, h)); err != nil {
			return err
		}
		head = append(head, excelize.Cell{StyleID: b.head, Value: h.title})
	}
	if err := b.sheet.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	if err := b.SetHeaderFooter(b.name, &excelize.HeaderFooterOptions{OddFooter: "&L" + markTitle + " " + b.mark + "&R第 &P 页，共 &N 页"}); err != nil {
		return err
	}
	b.row = 1
	return b.sheet.SetRow("A1", head, excelize.RowOpts{Height: 24})
}

// width is how wide a column must be for its head and the rows that wait, in characters.
func (b *book) width(column int, h heading) float64 {
	most := widthOf(h.title)
	for _, cells := range b.waiting {
		if column < len(cells) {
			most = max(most, widthOf(cells[column]))
		}
	}
	if column == len(b.headings) {
		most = max(most, widthOf(b.mark))
	}
	return float64(min(max(most+3, 8), 60))
}

// widthOf counts a Chinese character as two.
func widthOf(text string) (n int) {
	for _, r := range text {
		if n++; r > 0x2e7f {
			n++
		}
	}
	return n
}

func (b *book) put(cells []string) error {
	b.row++
	b.values = b.values[:0]
	for i, cell := range cells {
		b.values = append(b.values, b.headings[i].value(cell))
	}
	b.values = append(b.values, b.mark)
	return b.sheet.SetRow("A"+strconv.Itoa(b.row), b.values)
}

// number reads a cell of a column of numbers.
func (h heading) number(cell string) (float64, bool) {
	if h.kind != NumberKind && h.kind != MoneyKind {
		return 0, false
	}
	n, err := strconv.ParseFloat(cell, 64)
	return n, err == nil && strings.Trim(cell, "0123456789.-") == ""
}

// value is a cell as a workbook holds it. What is no number or day in a column of
// those stays a text.
func (h heading) value(cell string) any {
	if cell == "" {
		return nil
	}
	if n, ok := h.number(cell); ok {
		return n
	}
	switch h.kind {
	case DayKind:
		if day, err := time.Parse(time.DateOnly, cell); err == nil {
			return serial(day)
		}
	case TimeKind:
		if at, err := time.Parse(instant, cell); err == nil {
			return serial(at.Add(8 * time.Hour)) // a workbook knows no zones: in Chinese time
		}
	}
	return written(cell)
}

// serial is an instant as workbooks count: in days, of which 1970-01-01 was the 25569th.
func serial(at time.Time) float64 { return float64(at.Unix())/86400 + 25569 }

// escape looks like the workbook's own writing of a character.
var escape = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// written is a text that a workbook reads back as it is.
func written(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escape.ReplaceAllString(text, "_x005F$0")
}

// endSheet ends the sheet under way; a list without rows still has its head.
func (b *book) endSheet() error {
	if b.sheets == 0 {
		if err := b.startSheet(); err != nil {
			return err
		}
	}
	last, err := excelize.CoordinatesToCellName(len(b.headings)+1, b.row)
	if err != nil {
		return err
	}
	if err := b.AutoFilter(b.name, "A1:"+last, nil); err != nil {
		return err
	}
	return b.sheet.Flush()
}

// explain writes the last sheet: what this is, who took it out and when.
func (b *book) explain() error {
	const name = "导出说明"
	if _, err := b.NewSheet(name); err != nil {
		return err
	}
	s, err := b.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, 1, 14); err != nil {
		return err
	}
	if err := s.SetColWidth(2, 2, 80); err != nil {
		return err
	}
	held := fmt.Sprintf("%d", b.rows)
	if b.sheets > 1 {
		held += fmt.Sprintf("（一张表至多 %d 行，分写在 %d 张表中）", mostRows-1, b.sheets)
	}
	if b.rows != b.total {
		held += fmt.Sprintf("；导出开始时为 %d 行，其间有增减", b.total)
	}
	for i, line := range [][2]string{
		{"内容", b.title},
		{"条件", cmp.Or(b.asked, "全部")},
		{"行数", held},
		{"导出时间", b.at.In(calendar.Beijing).Format("2006-01-02 15:04:05") + "（北京时间）"},
		{markTitle, b.mark + "（账号/操作日志序号，每行最后一列都有）"},
		{"提示", "本表由医衡导出，导出已记入操作日志；请按规定保管，不得外传。"},
	} {
		row := []any{excelize.Cell{StyleID: b.head, Value: line[0]}, excelize.Cell{StyleID: b.styles[TextKind], Value: written(line[1])}}
		if err := s.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return err
		}
	}
	return s.Flush()
}

// sheetName is a title as a sheet may be named.
func sheetName(title string) string {
	name := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return -1
		}
		return r
	}, title))
	return cmp.Or(string(name[:min(len(name), 24)]), "列表")
}
