package paper

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yiheng/ground/calendar"
)

// Content is what a draft says: texts with {fields}, the fields' values and the rows of its
// tables. It is kept whole with the paper, so that a later version of the template
// changes nothing of it.
type Content struct {
	Fields map[string]string     `json:"fields"`
	Blocks []Block               `json:"blocks"`
	Tables map[string][][]string `json:"tables,omitempty"`
}

// What a content may hold.
const (
	mostText   = 4000
	mostCell   = 300
	mostBlocks = 200
)

// contentOf is the content of a new draft by its template.
func contentOf(t *Template, fields map[string]string, tables map[string][][]string) (*Content, error) {
	c := &Content{Fields: maps.Clone(fields), Blocks: slices.Clone(t.Blocks), Tables: tables}
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	for _, f := range t.Fields {
		if _, ok := c.Fields[f.Name]; !ok && f.Optional {
			c.Fields[f.Name] = ""
		}
	}
	return c, c.check(t)
}

// check says what is missing, unknown or too much, by the name of the field or table.
func (c *Content) check(t *Template) error {
	for _, f := range t.Fields {
		if value, ok := c.Fields[f.Name]; !f.Optional && (!ok || strings.TrimSpace(value) == "") {
			return invalid("paper.field", "%s缺少字段 %s（%s）", t.Title, f.Name, f.Title)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Fields)) {
		if !slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Name == name }) {
			return invalid("paper.field", "%s没有字段 %s", t.Title, excerpt(name))
		}
		if err := checkText(c.Fields[name], mostText); err != nil {
			return invalid("paper.field", "字段 %s 的内容%v", name, err)
		}
	}
	return c.checkBlocks(t)
}

func (c *Content) checkBlocks(t *Template) error {
	if len(c.Blocks) > mostBlocks {
		return invalid("paper.block", "文书最多 %d 段", mostBlocks)
	}
	known := map[string]bool{}
	for _, name := range given {
		known[name] = true
	}
	for _, f := range t.Fields {
		known[f.Name] = true
	}
	if err := checkBlocks(c.Blocks, known, map[string]bool{}); err != nil {
		return invalid("paper.block", "%v", err)
	}
	tables := map[string]bool{}
	for k, b := range c.Blocks {
		if err := checkText(b.Text, mostText); err != nil {
			return invalid("paper.block", "第 %d 段%v", k+1, err)
		}
		if b.Table == "" {
			continue
		}
		tables[b.Table] = true
		if err := c.checkRows(b); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Tables)) {
		if !tables[name] {
			return invalid("paper.table", "%s没有表 %s", t.Title, excerpt(name))
		}
	}
	return nil
}

func (c *Content) checkRows(b Block) error {
	rows, ok := c.Tables[b.Table]
	if !ok {
		return invalid("paper.table", "缺少表 %s 的内容", b.Table)
	}
	if len(rows) > MostRows {
		return invalid("paper.table", "表 %s 有 %d 行，最多 %d 行：请分成几份文书", b.Table, len(rows), MostRows)
	}
	for n, row := range rows {
		if len(row) != len(b.Columns) {
			return invalid("paper.table", "表 %s 第 %d 行有 %d 格，应有 %d 格", b.Table, n+1, len(row), len(b.Columns))
		}
		for k, cell := range row {
			if err := checkText(cell, mostCell); err != nil {
				return invalid("paper.table", "表 %s 第 %d 行“%s”的内容%v", b.Table, n+1, b.Columns[k].Title, err)
			}
		}
	}
	return nil
}

// document is a paper as it is drawn: all fields filled.
type document struct {
	id, title, organ, number, date string
	recipient                      string
	parts                          []part
	draft                          bool // it is marked as one on every page
}

// part is a filled block.
type part struct {
	kind    BlockKind
	text    string
	columns []Column
	rows    [][]string
}

// The blanks of a draft.
const (
	noNumber = "〔    〕    号"
	noDate   = "    年  月  日"
)

// fillIn makes the document of a paper, which has a number and a date or neither.
func (c *Content) fillIn(p *Paper) (*document, error) {
	d := &document{id: p.ID, title: p.Title, organ: p.OrganName, number: p.Document, date: dateOf(p.IssuedAt), recipient: p.RecipientName}
	if p.State == Draft {
		d.number, d.date, d.draft = p.word()+noNumber, noDate, true
	}
	values := maps.Clone(c.Fields)
	maps.Copy(values, map[string]string{fieldNumber: d.number, fieldDate: d.date, fieldOrgan: d.organ, fieldRecipient: d.recipient})
	for k, b := range c.Blocks {
		text, err := fill(b.Text, values)
		if err != nil {
			return nil, invalid("paper.block", "第 %d 段：%v", k+1, err)
		}
		d.parts = append(d.parts, part{b.Kind, text, b.Columns, c.Tables[b.Table]})
	}
	return d, nil
}

// FieldUntil is the field in which a paper states the last day of the period that it gives.
const FieldUntil = "until"

var writtenDay = regexp.MustCompile(`(\d{4})年(\d{1,2})月(\d{1,2})日`)

// lastDay is the last day of the period that the paper gives, NoDay when it states none.
func (c *Content) lastDay() calendar.Day {
	found := writtenDay.FindStringSubmatch(c.Fields[FieldUntil])
	if found == nil {
		return calendar.NoDay
	}
	day, err := calendar.ParseDay(found[1] + "-" + found[2] + "-" + found[3])
	if err != nil {
		return calendar.NoDay
	}
	return day
}

// annexes are the titles of the annexes, in order.
func (d *document) annexes() (titles []string) {
	for _, p := range d.parts {
		if p.kind == Annex {
			titles = append(titles, p.text)
		}
	}
	return titles
}

// annexNote is what the text says of its annexes, above the signature: the lines of it.
func (d *document) annexNote() (lines []string) {
	titles := d.annexes()
	if len(titles) == 1 {
		return []string{"附件：" + titles[0]}
	}
	for k, title := range titles {
		line := fmt.Sprintf("%d. %s", k+1, title)
		if k == 0 {
			line = "附件：" + line
		} else {
			line = "　　　" + line
		}
		lines = append(lines, line)
	}
	return lines
}

// texts are all that the document says.
func (d *document) texts(yield func(string) bool) {
	for _, text := range []string{d.title, d.organ, d.number, d.date, d.recipient} {
		if !yield(text) {
			return
		}
	}
	for _, p := range d.parts {
		if !yield(p.text) {
			return
		}
		for _, c := range p.columns {
			if !yield(c.Title) {
				return
			}
		}
		for _, row := range p.rows {
			for _, cell := range row {
				if !yield(cell) {
					return
				}
			}
		}
	}
}

// lost are the characters that the font cannot draw, each once, in order.
func (d *document) lost(f *faces) (lost []rune) {
	for text := range d.texts {
		for _, r := range text {
			if r != '\n' && !f.measuring[regular].has(r) && !slices.Contains(lost, r) {
				lost = append(lost, r)
			}
		}
	}
	slices.Sort(lost)
	return lost
}

// listRunes names characters for people: itself and its code point.
func listRunes(runes []rune) string {
	all := make([]string, len(runes))
	for k, r := range runes {
		all[k] = fmt.Sprintf("%c（U+%04X）", r, r)
	}
	return strings.Join(all, "、")
}

func runeCount(text string) int { return utf8.RuneCountInString(text) }

// lost are the characters of a draft that the font cannot draw.
func (c *Content) lost(p *Paper) (string, error) {
	d, err := c.fillIn(p)
	if err != nil {
		return "", err
	}
	f, err := loadFaces()
	if err != nil {
		return "", err
	}
	return string(d.lost(f)), nil
}
