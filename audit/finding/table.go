package finding

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// cellKind says how a cell is shown: its style in styles.xml.
type cellKind int

// The format of text cells is "text": a value stays text even after somebody edits the
// cell, so that one that begins with = + - @ never becomes a formula.
const (
	titleCell cellKind = iota + 1
	noteCell
	headerCell
	textCell
	wrappedCell
	codeCell // wrapped, monospaced
	dayCell
	amountCell
	numberCell
)

// cut ends the text of a cell that would not hold all of it.
const cut = "……（超出单元格容量，全文见 findings.csv）"

// heading is a column of a table.
type heading struct {
	title string
	width float64 // in characters
	kind  cellKind
}

// table is a list that goes on on a further sheet, name(2), name(3) …, when one is full.
type table struct {
	book     *book
	name     string
	headings []heading
	lead     []string // lines above the headings of the first sheet, the first a title
	print    bool     // laid out for printing on A4
	sheet    *sheet
	sheets   int
	row      int // last row written on the sheet
	head     int // row of the headings
	letters  []string
}

// open starts the next sheet.
func (t *table) open() error {
	t.sheets++
	name, lead := t.name, t.lead
	if t.sheets > 1 {
		name, lead = fmt.Sprintf("%s(%d)", t.name, t.sheets), nil
	}
	s := t.book.newSheet(name)
	t.sheet, t.row, t.head = s, 0, len(lead)+1
	if t.print {
		s.printTitle = t.head
	}
	for i := len(t.letters); i < len(t.headings); i++ {
		t.letters = append(t.letters, letterOf(i))
	}
	t.writeLayout()
	for i, line := range lead {
		kind, height := noteCell, 18
		if i == 0 {
			kind, height = titleCell, 32
		}
		t.startRow(height)
		t.cell(0, kind, line)
		t.endRow()
	}
	t.startRow(30)
	for i, h := range t.headings {
		t.cell(i, headerCell, h.title)
	}
	t.endRow()
	return s.write()
}

// letterOf returns the name of column i: A, B, … Z, AA.
func letterOf(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letterOf(i/26-1) + string(rune('A'+i%26))
}

// writeLayout writes what stands before the rows: panes that keep the headings and the
// first column in sight, and the widths.
func (t *table) writeLayout() {
	s := t.sheet
	s.buffer = append(s.buffer, xmlHead+`<worksheet xmlns="`+mainNS+`">`...)
	if t.print {
		s.buffer = append(s.buffer, `<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>`...)
	}
	selected := ""
	if len(t.book.sheets) == 1 {
		selected = ` tabSelected="1"`
	}
	s.buffer = fmt.Appendf(s.buffer, `<sheetViews><sheetView workbookViewId="0"%s>`+
		`<pane xSplit="1" ySplit="%d" topLeftCell="B%d" activePane="bottomRight" state="frozen"/>`+
		`<selection pane="topRight"/><selection pane="bottomLeft"/><selection pane="bottomRight"/>`+
		`</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`, selected, t.head, t.head+1)
	for i, h := range t.headings {
		s.buffer = fmt.Appendf(s.buffer, `<col min="%d" max="%d" width="%g" customWidth="1"/>`, i+1, i+1, h.width)
	}
	s.buffer = append(s.buffer, `</cols><sheetData>`...)
}

// add writes a row: string, int, calendar.Day or claim.Money by column; the unknown is
// an empty cell.
func (t *table) add(values ...any) error {
	if t.sheet == nil || t.row >= t.book.limits.rows || t.sheet.size > mostSheetBytes {
		if err := t.flush(); err != nil {
			return err
		}
		if err := t.open(); err != nil {
			return err
		}
	}
	t.startRow(t.heightOf(values))
	for i, v := range values {
		t.cell(i, t.headings[i].kind, v)
	}
	t.endRow()
	const chunk = 1 << 16
	if len(t.sheet.buffer) < chunk {
		return nil
	}
	return t.sheet.write()
}

// heightOf returns the height in points that shows all of a row, 0 where the rows all
// have one line: not every program fits the height of wrapped text by itself. No row is
// higher than the format allows.
func (t *table) heightOf(values []any) int {
	const lineHeight, padding, most = 14, 5, 409
	if !t.print {
		return 0
	}
	lines := 1
	for i, v := range values {
		if s, text := v.(string); text && t.headings[i].kind != textCell {
			lines = max(lines, linesIn(s, t.headings[i].width))
		}
	}
	return min(lines*lineHeight+padding, most)
}

// linesIn estimates how many lines a text takes in a column of a width in characters.
func linesIn(s string, width float64) int {
	lines, used := 1, 0.0
	for _, r := range s {
		if r == '\n' {
			lines, used = lines+1, 0
			continue
		}
		w := 1.15
		if r > 0x2e7f {
			w = 2
		}
		if used += w; used > width-1 {
			lines, used = lines+1, w
		}
	}
	return lines
}

func (t *table) startRow(height int) {
	t.row++
	b := append(t.sheet.buffer, `<row r="`...)
	b = strconv.AppendInt(b, int64(t.row), 10)
	if height > 0 {
		b = append(b, `" customHeight="1" ht="`...)
		b = strconv.AppendInt(b, int64(height), 10)
	}
	t.sheet.buffer = append(b, `">`...)
}

func (t *table) endRow() { t.sheet.buffer = append(t.sheet.buffer, `</row>`...) }

// excelEpoch is the serial number of 1970-01-01 in workbooks.
const excelEpoch = 25569

func (t *table) cell(column int, kind cellKind, value any) {
	b := append(t.sheet.buffer, `<c r="`...)
	b = append(b, t.letters[column]...)
	b = strconv.AppendInt(b, int64(t.row), 10)
	b = append(b, `" s="`...)
	b = strconv.AppendInt(b, int64(kind), 10)
	switch v := value.(type) {
	case string:
		if v == "" {
			b = append(b, `"/>`...)
			break
		}
		b = append(b, `" t="inlineStr"><is><t xml:space="preserve">`...)
		b = appendText(b, fit(v, t.book.limits.chars))
		b = append(b, `</t></is></c>`...)
	case int:
		b = append(b, `"><v>`...)
		b = strconv.AppendInt(b, int64(v), 10)
		b = append(b, `</v></c>`...)
	case calendar.Day:
		if v.IsZero() {
			b = append(b, `"/>`...)
			break
		}
		b = append(b, `"><v>`...)
		b = strconv.AppendInt(b, int64(v)+excelEpoch, 10)
		b = append(b, `</v></c>`...)
	case claim.Money:
		if v.IsZero() {
			b = append(b, `"/>`...)
			break
		}
		b = append(b, `"><v>`...)
		b = append(b, v.String()...)
		b = append(b, `</v></c>`...)
	default:
		panic(fmt.Sprintf("finding: a cell of type %T", value))
	}
	t.sheet.buffer = b
}

// flush ends the sheet under way.
func (t *table) flush() error {
	s := t.sheet
	if s == nil {
		return nil
	}
	t.sheet = nil
	last, row := t.letters[len(t.headings)-1], max(t.row, t.head+1)
	s.filter = fmt.Sprintf("$A$%d:$%s$%d", t.head, last, row)
	s.buffer = fmt.Appendf(s.buffer, `</sheetData><autoFilter ref="A%d:%s%d"/>`, t.head, last, row)
	if t.print {
		s.buffer = append(s.buffer, `<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>`+
			`<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>`+
			`<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter>`...)
	}
	s.buffer = fmt.Appendf(s.buffer, `<ignoredErrors><ignoredError sqref="A1:%s%d" numberStoredAsText="1"/></ignoredErrors></worksheet>`, last, row)
	return s.end()
}

// end ends the list; one without rows still has its headings.
func (t *table) end() error {
	if t.sheets == 0 {
		if err := t.open(); err != nil {
			return err
		}
	}
	return t.flush()
}

// fit shortens a text to what a cell holds, counted as the format counts, in UTF-16
// units, and says at its end that it did.
func fit(s string, chars int) string {
	if len(s) <= chars {
		return s
	}
	units, keep := 0, 0
	room := max(0, chars-utf8.RuneCountInString(cut))
	for i, r := range s {
		if units <= room {
			keep = i
		}
		units++
		if r > 0xffff {
			units++
		}
	}
	if units <= chars {
		return s
	}
	return s[:keep] + cut
}

// appendText escapes a text for XML. Characters that XML has no place for become
// U+FFFD, and what looks like the format's own escape, _x0041_, stays what it is.
func appendText(b []byte, s string) []byte {
	if isPlain(s) {
		return append(b, s...)
	}
	for i, r := range s {
		switch {
		case r == '&':
			b = append(b, `&amp;`...)
		case r == '<':
			b = append(b, `&lt;`...)
		case r == '>':
			b = append(b, `&gt;`...)
		case r == '_' && isEscape(s[i:]):
			b = append(b, `_x005F_`...)
		case r == '\r':
			b = append(b, `&#13;`...)
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			b = append(b, "\ufffd"...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// isPlain says that a text needs no escape. It may say no of one that needs none.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ' && c != '\n', c == '&', c == '<', c == '>', c == '_':
			return false
		case c == 0xef && i+1 < len(s) && s[i+1] == 0xbf:
			return false
		}
	}
	return utf8.ValidString(s)
}

// isEscape says whether s begins with _xHHHH_.
func isEscape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}
