package claim

import (
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/zeebo/xxh3"

	"yiheng/facts/lake"
)

// keyMaker makes the key of a row that states none: a hash of the template, the
// person and what identifies the row, so that one row has one key whenever and in
// whatever format it is taken in. Neither names nor certificate numbers are in it.
func (t *template) keyMaker(at []int) func(*mill, *maker, *made) error {
	var parts []keyPart
	for i, c := range t.columns {
		if at[i] >= 0 && t.identifies(c) {
			parts = append(parts, keyPart{c.names[0], at[i], c.kind})
		}
	}
	return func(m *mill, k *maker, to *made) error {
		values := m.keyValues(parts, len(to.texts))
		for row := range to.texts {
			to.texts[row] = ""
			if len(k.from) > 0 { // the file's own key
				to.texts[row] = string(m.shaped.cell(k.from[0], row))
			}
			if to.texts[row] == "" {
				to.texts[row] = t.no + "-" + m.keyOf(t, parts, values, row)
			}
		}
		return nil
	}
}

// keyPart is a column of a file that is part of a row's key.
type keyPart struct {
	name   string
	column int
	kind   lake.Kind
}

// keyValues reads the parts that are no texts, so that 1.50 and 1.5 are one.
func (m *mill) keyValues(parts []keyPart, rows int) [][]int64 {
	values := make([][]int64, len(parts))
	for i, p := range parts {
		if p.kind != lake.Text {
			values[i] = make([]int64, rows)
			m.shaped.numbers(p.column, p.kind, values[i], func(int, error) {})
		}
	}
	return values
}

// keyOf hashes a row. An empty part is as one that the file lacks.
func (m *mill) keyOf(t *template, parts []keyPart, values [][]int64, row int) string {
	b := append(m.buffer[:0], t.no...)
	if i := m.form.Field(psnNo); i >= 0 && m.column[i] >= 0 {
		b = append(append(b, 0), m.shaped.cell(m.column[i], row)...)
	}
	for i, p := range parts {
		known := values[i] != nil && values[i][row] != lake.NullInt
		v := m.shaped.cell(p.column, row)
		if !known && len(v) == 0 {
			continue
		}
		b = append(append(append(b, 0), p.name...), 0)
		if known {
			b = strconv.AppendInt(b, values[i][row], 10)
		} else {
			b = append(b, v...)
		}
	}
	m.buffer = b
	sum := xxh3.Hash128(b).Bytes()
	return hex.EncodeToString(sum[:])
}

// identifies says whether a column is part of a row's key.
func (t *template) identifies(c templateColumn) bool {
	if t.key != nil {
		return slices.Contains(t.key, c.names[0]) && c.fate != dropped
	}
	if c.field >= 0 {
		f := t.form.Fields[c.field]
		return f.Col >= 0 && f.Name != psnNo && f.Name != "vali_flag" && f.Name != "updt_time"
	}
	return c.fate == aside
}
