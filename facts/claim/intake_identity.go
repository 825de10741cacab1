package claim

import (
	"hash/maphash"
	"strings"
)

// subject is one whose identity the columns of a file hold.
type subject struct {
	kind     string
	id       int // column with the code, -1: none
	parts    []identity
	seen     map[uint64]struct{}
	lastHash uint64
}

// identity is a column of a file that is kept sealed, under a name.
type identity struct {
	name   string
	column int
}

// subjects groups the identity columns that a file has by whom they belong to.
func (l *layout) subjects() (out []subject) {
	at := map[Subject]int{}
	for i, c := range l.form.Fields {
		if c.Col >= 0 || l.column[i] < 0 {
			continue
		}
		k, ok := at[c.Kept]
		if !ok {
			k = len(out)
			at[c.Kept] = k
			id := -1
			if f := l.form.Field(c.Kept.IDBy); f >= 0 {
				id = l.column[f]
			}
			out = append(out, subject{kind: c.Kept.Kind, id: id, seen: map[uint64]struct{}{}})
		}
		out[k].parts = append(out[k].parts, identity{c.Name, l.column[i]})
	}
	for _, s := range l.sealed {
		s.seen = map[uint64]struct{}{}
		out = append(out, s)
	}
	return out
}

// seal adds an identity that is no field of the form; without its code it stays in
// the file.
func (l *layout) seal(c templateColumn, column, id int) {
	if id >= 0 {
		l.sealed = append(l.sealed, subject{kind: c.kept.Kind, id: id, parts: []identity{{c.zh, column}}})
	}
}

// looksPrivate says whether a column that the form does not know holds an identity
// by its name: then it is sealed instead of kept beside the row.
func looksPrivate(name string) bool {
	name = headerName(name)
	for _, f := range Forms {
		if i := f.Field(name); i >= 0 && f.Fields[i].Col < 0 {
			return true
		}
	}
	for _, part := range []string{"姓名", "证件号", "身份证", "电话", "手机", "地址", "住址", "联系人", "certno", "cert_no", "_tel", "mobile", "phone", "_addr", "email", "idcard", "id_card", "psn_name", "patn_name", "dr_name"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

var identitySeed = maphash.MakeSeed()

// keepIdentities seals what identifies people, once for each new combination.
func (m *mill) keepIdentities(b block) error {
	if m.keep == nil {
		return nil
	}
	for i := range m.subjects {
		s := &m.subjects[i]
		for _, row := range m.keeping {
			if err := m.keepSubject(b, int(row), s); err != nil {
				return err
			}
		}
	}
	if len(m.private) == 0 || m.form.PersonBy != psnNo {
		return nil
	}
	for _, row := range m.keeping {
		fields := map[string]string{}
		for _, column := range m.private {
			if v := b.cell(column, int(row)); len(v) > 0 {
				fields[m.names[column]] = string(v)
			}
		}
		if len(fields) > 0 {
			id := string(b.cell(m.column[m.form.Field(m.form.PersonBy)], int(row)))
			if err := m.keep("psn", id, fields); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *mill) keepSubject(b block, row int, s *subject) error {
	var h maphash.Hash
	h.SetSeed(identitySeed)
	var id []byte
	if s.id >= 0 {
		id = b.cell(s.id, row)
	}
	h.Write(id)
	stated := false
	for _, p := range s.parts {
		v := b.cell(p.column, row)
		stated = stated || len(v) > 0
		h.WriteByte(0)
		h.Write(v)
	}
	sum := h.Sum64()
	if !stated || sum == s.lastHash {
		return nil
	}
	s.lastHash = sum
	if _, ok := s.seen[sum]; ok {
		return nil
	}
	if len(s.seen) >= 1<<20 {
		clear(s.seen)
	}
	s.seen[sum] = struct{}{}
	return m.sealSubject(b, row, s)
}

func (m *mill) sealSubject(b block, row int, s *subject) error {
	fields, first, id := map[string]string{}, "", ""
	for _, p := range s.parts {
		if v := b.cell(p.column, row); len(v) > 0 {
			fields[p.name] = string(v)
			if first == "" {
				first = string(v)
			}
		}
	}
	if s.id >= 0 {
		id = string(b.cell(s.id, row))
	}
	switch {
	case id != "":
	case s.kind == "psn" || m.template != nil:
		return nil // nothing in the lake would lead to it
	default:
		id = m.blind(first)
	}
	return m.keep(s.kind, id, fields)
}
