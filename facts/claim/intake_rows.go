package claim

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// block is a run of rows of a file: cells of text, or columns of Parquet.
type block interface {
	len() int
	line(row int) int64
	faulty() []broken
	// cell gives a cell as text; it is valid until the next call.
	cell(column, row int) []byte
	// numbers reads a column as kind into dst and reports each cell that is none.
	numbers(column int, kind lake.Kind, dst []int64, bad func(row int, err error))
	// texts appends the given rows of a column.
	texts(column int, rows []int32, to *texts)
}

func (c *cells) numbers(column int, kind lake.Kind, dst []int64, bad func(row int, err error)) {
	var prior []byte
	var value int64 = lake.NullInt
	for row := range dst {
		b := c.cell(column, row)
		if string(b) != string(prior) {
			v, err := int64(0), error(nil)
			if c.excel {
				v, err = parseExcel(b, kind, c.y1904)
			} else {
				v, err = parseCell(b, kind)
			}
			if err != nil {
				bad(row, err)
				dst[row] = lake.NullInt
				continue
			}
			prior, value = b, v
		}
		dst[row] = value
	}
}

func (c *cells) texts(column int, rows []int32, to *texts) {
	for _, row := range rows {
		to.add(c.cell(column, int(row)))
	}
}

// sinks are where the rows of a file go.
type sinks struct {
	append func(*lake.Batch) error
	keep   func(kind, id string, fields map[string]string) error // nil: identities are dropped
	blind  func(value string) string                             // id for an identity without a code
	person func(certno []byte) ([]string, error)                 // insured persons with a certificate number
	today  calendar.Day
	rows   *atomic.Int64 // of the call, for the progress line
}

// mill turns blocks of one file into rows of the lake. Each worker has its own.
type mill struct {
	*layout
	sinks
	quarantine *quarantine
	batch      *batch
	quality    *quality
	keys       *keyGatherer // nil: keys are not checked
	settled    *keyGatherer // settlements that fee lines name

	read, kept, refused int64

	ints      [][]int64         // by field: values of the block
	faults    map[int32][]fault // by row of the block
	keeping   []int32           // rows of the block that are kept
	ids       []int             // fields that identify; their cells must not be scientific
	listed    []int             // fields of whose values there is a list
	subjects  []subject
	shaped    shaped // the block, when the file is of a template
	strangers int64  // rows whose certificate number is nobody's
	aside     []int  // columns of the file that go to _extra
	private   []int  // columns unknown to the form that look like identities
	buffer    []byte
}

// fault is one reason why a row is not kept.
type fault struct {
	column string // as the file names it
	reason string
}

func newMill(l *layout, source, name string, s sinks, q *quarantine) *mill {
	m := &mill{layout: l, sinks: s, quarantine: q, batch: newBatch(l, source, batchRows), faults: map[int32][]fault{}}
	m.ints = make([][]int64, len(l.form.Fields))
	m.quality = newQuality(l.form, name, s.today)
	for _, name := range []string{l.form.KeyBy, psnNo, l.form.PersonBy, "mdtrt_id", "setl_id"} {
		if i := l.form.Field(name); i >= 0 && l.column[i] >= 0 && !slices.Contains(m.ids, i) {
			m.ids = append(m.ids, i)
		}
	}
	for i, c := range l.form.Fields {
		if listed[c.Name] != nil && l.column[i] >= 0 && l.template == nil {
			m.listed = append(m.listed, i)
		}
	}
	m.subjects = l.subjects()
	for column, i := range l.field {
		if i != unknownColumn && i != blankColumn {
			continue
		}
		if i == unknownColumn && looksPrivate(l.names[column]) {
			m.private = append(m.private, column)
		} else {
			m.aside = append(m.aside, column)
		}
	}
	return m
}

// take takes in the rows of a block.
func (m *mill) take(b block) error {
	n := b.len()
	if n == 0 {
		return nil
	}
	clear(m.faults)
	for _, f := range b.faulty() {
		m.faults[int32(f.row)] = append(m.faults[int32(f.row)], fault{"", f.reason})
	}
	structural := len(m.faults)
	b, err := m.shape(b)
	if err != nil {
		return err
	}
	m.readNumbers(b, n, structural > 0)
	m.checkRequired(b, n)
	m.checkSpans(n)
	m.checkListed(b, n)
	m.keeping = m.keeping[:0]
	for row := range int32(n) {
		if len(m.faults) == 0 || m.faults[row] == nil {
			m.keeping = append(m.keeping, row)
		}
	}
	m.read += int64(n)
	m.rows.Add(int64(n))
	m.kept += int64(len(m.keeping))
	if err := m.refuse(b, n); err != nil {
		return err
	}
	if err := m.keepRows(b); err != nil {
		return err
	}
	if m.batch.full() {
		return m.flushBatch()
	}
	return nil
}

func (m *mill) fail(row int, field int, reason string) {
	name := m.form.Fields[field].Name
	if c := m.column[field]; c >= 0 {
		name = m.names[m.stated(c)]
	}
	m.faults[int32(row)] = append(m.faults[int32(row)], fault{name, reason})
}

func (m *mill) structural(row int) bool {
	for _, f := range m.faults[int32(row)] {
		if f.column == "" {
			return true
		}
	}
	return false
}

func (m *mill) readNumbers(b block, n int, spoilt bool) {
	for i, c := range m.form.Fields {
		column := m.column[i]
		if c.Kind == lake.Text || column < 0 {
			continue
		}
		if cap(m.ints[i]) < n {
			m.ints[i] = make([]int64, n)
		}
		m.ints[i] = m.ints[i][:n]
		b.numbers(column, c.Kind, m.ints[i], func(row int, err error) {
			if !spoilt || !m.structural(row) {
				m.fail(row, i, reasonOf(m.label(i), c.Kind, string(b.cell(column, row)), err))
			}
		})
	}
}

// checkRequired refuses rows without key or person, and identifiers that a
// spreadsheet has rounded.
func (m *mill) checkRequired(b block, n int) {
	for _, i := range m.ids {
		name := m.form.Fields[i].Name
		required := (name == m.form.KeyBy || name == m.form.PersonBy) && m.column[i] < len(m.names)
		for row := range n {
			v := b.cell(m.column[i], row)
			switch {
			case len(v) == 0 && required && !m.structural(row):
				m.fail(row, i, fmt.Sprintf("缺少 %s，无法确定这一行属于谁。请补上该值", m.label(i)))
			case len(v) > 4 && v[1] < '0' && isScientific(v):
				m.fail(row, i, reasonOf(m.label(i), lake.Text, string(v), errScientific))
			}
		}
	}
}

// checkListed refuses rows with a value that a column of our own tables cannot have.
func (m *mill) checkListed(b block, n int) {
	for _, i := range m.listed {
		for row := range n {
			v := string(b.cell(m.column[i], row))
			switch reason := unlisted(m.form.Fields[i].Name, v); {
			case v == "" && !m.structural(row):
				m.fail(row, i, fmt.Sprintf("缺少 %s。请写成 %s 之一", m.label(i), strings.Join(listed[m.form.Fields[i].Name], "、")))
			case reason != "":
				m.fail(row, i, reason)
			}
		}
	}
}

func (m *mill) checkSpans(n int) {
	for _, s := range m.form.spans {
		begin, end := m.values(s.begin), m.values(s.end)
		if !s.refuse || begin == nil || end == nil {
			continue
		}
		kind := m.form.Fields[m.form.Field(s.begin)].Kind
		for row := range n {
			if from, to := dayOf(begin[row], kind), dayOf(end[row], kind); to != calendar.NoDay && from != calendar.NoDay && to < from {
				m.fail(row, m.form.Field(s.end), fmt.Sprintf("%s %s 早于 %s %s，天数为负。请核对这两个日期",
					m.form.Label(s.end), to, m.form.Label(s.begin), from))
			}
		}
	}
}

// values are the block's values of a column that is not text, nil when the file lacks it.
func (m *mill) values(name string) []int64 {
	if i := m.form.Field(name); i >= 0 && m.column[i] >= 0 {
		return m.ints[i]
	}
	return nil
}

func dayOf(v int64, k lake.Kind) calendar.Day {
	switch {
	case v == lake.NullInt:
		return calendar.NoDay
	case k == lake.Day:
		return calendar.Day(v)
	}
	return calendar.Time(v).Day()
}

// refuse writes the faulty rows to quarantine.
func (m *mill) refuse(b block, n int) error {
	if len(m.faults) == 0 {
		return nil
	}
	m.refused += int64(len(m.faults))
	for row := range n {
		if faults := m.faults[int32(row)]; faults != nil {
			if err := m.quarantine.add(b, row, faults); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepRows appends m.keeping to the batch, seals their identities and checks them.
func (m *mill) keepRows(b block) error {
	if len(m.keeping) == 0 {
		return nil
	}
	for i, c := range m.form.Fields {
		if m.column[i] < 0 || c.Col < 0 {
			continue
		}
		if c.Kind != lake.Text {
			m.batch.addInts(c.Col, m.ints[i], m.keeping)
		} else if c.Code {
			m.addCodes(b, m.column[i], m.batch.texts[c.Col])
		} else {
			b.texts(m.column[i], m.keeping, m.batch.texts[c.Col])
		}
	}
	for _, row := range m.keeping {
		m.batch.lines = append(m.batch.lines, b.line(int(row)))
	}
	if len(m.aside) > 0 {
		for _, row := range m.keeping {
			m.batch.extra.add(m.extraOf(b, int(row)))
		}
	}
	m.batch.settle()
	m.quality.check(m, b)
	if err := m.gatherKeys(b); err != nil {
		return err
	}
	return m.keepIdentities(b)
}

// addCodes appends codes without the zeros that provinces pad them with.
func (m *mill) addCodes(b block, column int, to *texts) {
	for _, row := range m.keeping {
		v := b.cell(column, int(row))
		for len(v) > 1 && v[0] == '0' {
			v = v[1:]
		}
		to.add(v)
	}
}

// extraOf is the JSON object of the columns that the form does not know; empty
// when they all are.
func (m *mill) extraOf(b block, row int) []byte {
	out := m.buffer[:0]
	for _, column := range m.aside {
		v := b.cell(column, row)
		if len(v) == 0 {
			continue
		}
		name := m.names[column]
		if name == "" {
			name = fmt.Sprintf("列%d", column+1)
		}
		if len(out) == 0 {
			out = append(out, '{')
		} else {
			out = append(out, ',')
		}
		out = appendJSON(append(appendJSON(out, []byte(name)), ':'), v)
	}
	if len(out) > 0 {
		out = append(out, '}')
	}
	m.buffer = out
	return out
}

// appendJSON appends s as a JSON string.
func appendJSON(out, s []byte) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for _, r := range string(s) {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return append(out, '"')
}

// flush hands the gathered rows to the lake, and their keys to disk.
func (m *mill) flush() error {
	if m.keys != nil {
		if err := m.keys.flush(); err != nil {
			return err
		}
	}
	if m.settled != nil {
		if err := m.settled.flush(); err != nil {
			return err
		}
	}
	return m.flushBatch()
}

func (m *mill) flushBatch() error {
	if len(m.batch.lines) == 0 {
		return nil
	}
	if err := m.append(m.batch.lake()); err != nil {
		return err
	}
	m.batch.reset()
	return nil
}
