package claim

import (
	"slices"

	"yiheng/facts/lake"
)

// maker makes a column of the table from columns of a template's file.
type maker struct {
	field int   // of the form
	from  []int // columns of the file
	make  func(m *mill, k *maker, to *made) error
	fixed string
}

// made is a column that was made: Ints for every kind but text.
type made struct {
	ints  []int64
	texts []string
}

// place says where the fields of a template's file are: in a column of the file when
// that is all there is to it, else in one that a maker makes, behind the file's own.
func (t *template) place(l *layout, at []int) {
	from := make([][]int, len(t.form.Fields))
	var translate []int
	for i, c := range t.columns {
		if c.field >= 0 && at[i] >= 0 {
			from[c.field] = append(from[c.field], at[i])
			if c.fate == translated {
				translate = append(translate, c.field)
			}
		}
	}
	for field, columns := range from {
		f := t.form.Fields[field]
		fixed, isFixed := t.fixed[f.Name]
		switch {
		case f.Name == t.form.KeyBy || f.Name == psnNo:
		case slices.Contains(translate, field):
			l.add(maker{field: field, from: columns, make: translatorOf(f.Name), fixed: fixed})
		case isFixed:
			l.add(maker{field: field, make: makeFixed, fixed: fixed})
		case len(columns) == 1:
			l.column[field] = columns[0]
		case len(columns) > 1 && f.Kind == lake.Text:
			l.add(maker{field: field, from: columns, make: makeJoined})
		case len(columns) > 1:
			l.add(maker{field: field, from: columns, make: makeFirst})
		}
	}
	if field, who := t.form.Field(psnNo), t.certificates(at); field >= 0 && len(from[field])+len(who) > 0 {
		l.add(maker{field: field, from: append(slices.Clone(from[field]), who...), make: t.personMaker(from[field], who)})
	}
	key := t.form.Field(t.form.KeyBy)
	l.add(maker{field: key, from: from[key], make: t.keyMaker(at)})
	for i, c := range t.columns {
		if c.fate == sealed && at[i] >= 0 {
			l.seal(c, at[i], t.at(c.kept.IDBy, at))
		}
	}
}

// at returns the column of a file that the named one of the template is, -1 for none.
func (t *template) at(name string, at []int) int {
	for i, c := range t.columns {
		if c.names[0] == name {
			return at[i]
		}
	}
	return -1
}

func (l *layout) add(k maker) {
	l.column[k.field] = len(l.names) + len(l.makers)
	l.makers = append(l.makers, k)
}

// certificates are the columns of a file with a certificate number.
func (t *template) certificates(at []int) (columns []int) {
	for i, c := range t.columns {
		if at[i] >= 0 && (c.fate == certified || c.field >= 0 && t.form.Fields[c.field].Name == "certno") {
			columns = append(columns, at[i])
		}
	}
	return columns
}

// shaped is a block of a template's file with the columns that were made behind its own.
type shaped struct {
	block
	own  int // columns of the file
	made []made
}

// shape makes the columns of a block; what cannot be made is a fault of its row.
func (m *mill) shape(b block) (block, error) {
	if m.template == nil {
		return b, nil
	}
	s := &m.shaped
	s.block, s.own = b, len(m.names)
	if s.made == nil {
		s.made = make([]made, len(m.makers))
	}
	for i := range m.makers {
		k, to := &m.makers[i], &s.made[i]
		if m.form.Fields[k.field].Kind == lake.Text {
			to.texts = slices.Grow(to.texts[:0], b.len())[:b.len()]
		} else {
			to.ints = slices.Grow(to.ints[:0], b.len())[:b.len()]
		}
		if err := k.make(m, k, to); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *shaped) cell(column, row int) []byte {
	if column < s.own {
		return s.block.cell(column, row)
	}
	if t := s.made[column-s.own].texts; len(t) > 0 {
		return bytesIn(t[row])
	}
	return nil
}

func (s *shaped) numbers(column int, kind lake.Kind, dst []int64, bad func(row int, err error)) {
	if column < s.own {
		s.block.numbers(column, kind, dst, bad)
		return
	}
	copy(dst, s.made[column-s.own].ints)
}

func (s *shaped) texts(column int, rows []int32, to *texts) {
	if column < s.own {
		s.block.texts(column, rows, to)
		return
	}
	for _, row := range rows {
		to.add(bytesIn(s.made[column-s.own].texts[row]))
	}
}

// blame notes a fault of a column of the file, unless the row could not be read at all.
func (m *mill) blame(row, column int, reason string) {
	if !m.structural(row) {
		m.faults[int32(row)] = append(m.faults[int32(row)], fault{m.names[column], reason})
	}
}

func makeFixed(_ *mill, k *maker, to *made) error {
	for row := range to.texts {
		to.texts[row] = k.fixed
	}
	return nil
}

// makeJoined joins the texts that are known.
func makeJoined(m *mill, k *maker, to *made) error {
	for row := range to.texts {
		b := m.buffer[:0]
		for _, column := range k.from {
			if v := m.shaped.cell(column, row); len(v) > 0 {
				if len(b) > 0 {
					b = append(b, "；"...)
				}
				b = append(b, v...)
			}
		}
		to.texts[row], m.buffer = string(b), b
	}
	return nil
}

// makeFirst takes the first value that is known.
func makeFirst(m *mill, k *maker, to *made) error {
	kind := m.form.Fields[k.field].Kind
	next := make([]int64, len(to.ints))
	for i, column := range k.from {
		m.shaped.numbers(column, kind, next, func(row int, err error) {
			m.blame(row, column, reasonOf(m.names[column], kind, string(m.shaped.cell(column, row)), err))
		})
		if i == 0 {
			copy(to.ints, next)
			continue
		}
		for row, v := range next {
			if to.ints[row] == lake.NullInt {
				to.ints[row] = v
			}
		}
	}
	return nil
}

// translatorOf returns the maker's function for a column whose words are the template's.
func translatorOf(column string) func(*mill, *maker, *made) error {
	switch column {
	case "entry_type":
		return makeEntry
	case "biz_date":
		return makeMonth
	}
	return func(m *mill, k *maker, to *made) error {
		for row := range to.texts {
			word := string(m.shaped.cell(k.from[0], row))
			code, reason := wordFor(column, word)
			if reason != "" {
				m.blame(row, k.from[0], reason)
			}
			if to.texts[row] = code; code == "" {
				to.texts[row] = k.fixed
			}
		}
		return nil
	}
}

// makeEntry tells the kind of a movement by its word and the sign of its quantity.
func makeEntry(m *mill, k *maker, to *made) error {
	column := m.column[m.form.Field("cnt")]
	counts := make([]int64, len(to.texts))
	unread := map[int]bool{}
	m.shaped.numbers(column, lake.Quantity, counts, func(row int, _ error) { unread[row] = true })
	for row := range to.texts {
		to.texts[row] = ""
		if unread[row] {
			continue // it is refused for its quantity
		}
		if counts[row] == lake.NullInt {
			m.blame(row, column, "缺少 出入库数量，无法确定是入库还是出库。请补上该值")
			continue
		}
		kind, reason := entryOf(string(m.shaped.cell(k.from[0], row)), counts[row])
		if reason != "" {
			m.blame(row, k.from[0], reason)
		}
		to.texts[row] = kind
	}
	return nil
}
