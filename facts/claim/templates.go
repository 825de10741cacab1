package claim

import (
	"cmp"
	"fmt"
	"strings"

	"yiheng/facts/lake"
)

// template is a file that is no table of the lake and is translated into one: an
// extraction template of institutions (机构数据提取表) or the records of one of the
// interface's transactions.
type template struct {
	no      string // number of the template or transaction: 2.3, 4402
	zh      string
	form    *Form
	fixed   map[string]string // values that all its rows have, by column of form
	columns []templateColumn
	key     []string // first names of the columns that identify a row; nil: its whole content does
}

// templateColumn is a column of a template and what becomes of it.
type templateColumn struct {
	names  []string // as headers are compared
	zh     string   // the first name as the template writes it
	field  int      // of the form, -1: none
	kind   lake.Kind
	fate   fate
	kept   Subject // whose identity it is, when the fate is sealed
	marker bool    // by this column the template is told from others
	must   bool    // without it no row can be taken in
}

// fate is what becomes of a column of a template.
type fate uint8

const (
	mapped     fate = iota // it is the field, or one of several that are
	translated             // its words become the field's
	aside                  // kept beside the row in _extra
	dropped                // a name: it stays in the file
	sealed                 // a name with a code: it goes to the registry
	certified              // a certificate number, by which the person is found
)

// newTemplate builds a template from its text in template_list.go, whose grammar
// stands there. A mistake there is ours and stops the program at its start.
func newTemplate(no, zh string, f *Form, fixed map[string]string, columns string) *template {
	t := &template{no: no, zh: zh, form: f, fixed: fixed}
	for text := range strings.SplitSeq(columns, ";") {
		if words := strings.Fields(text); len(words) > 0 {
			t.columns = append(t.columns, t.column(words))
		}
	}
	for name := range fixed {
		if f.Field(name) < 0 {
			panic(fmt.Sprintf("claim: template %s fixes %s, which %s has not", no, name, f.Name))
		}
	}
	return t
}

func (t *template) column(words []string) templateColumn {
	c := templateColumn{field: -1, fate: aside}
	last := &words[len(words)-1]
	c.marker = strings.HasSuffix(*last, "!")
	c.must = c.marker || strings.HasSuffix(*last, "*")
	*last = strings.TrimRight(*last, "!*")
	for name := range strings.SplitSeq(words[0], "|") {
		if c.zh == "" {
			c.zh = name
		}
		c.names = append(c.names, templateName(name))
	}
	if len(words) == 1 || words[1] == "" {
		return c
	}
	target := words[1]
	kind, id, identity := strings.Cut(target, ":")
	switch {
	case target == "-":
		c.fate = dropped
	case target == "@":
		c.fate = certified
	case strings.HasPrefix(target, "#"):
		c.kind = map[string]lake.Kind{"#": lake.Price, "#day": lake.Day, "#time": lake.Time}[target]
	case identity:
		c.fate, c.kept = sealed, Subject{kind, templateName(id)}
	default:
		c.fate = mapped
		if strings.HasPrefix(target, "=") {
			c.fate = translated
		}
		if c.field = t.form.Field(strings.TrimPrefix(target, "=")); c.field < 0 {
			panic(fmt.Sprintf("claim: template %s names %s, which %s has not", t.no, target, t.form.Name))
		}
		c.kind = t.form.Fields[c.field].Kind
	}
	return c
}

// templateName is the form in which headers of templates are compared: fixmedins_code
// and fixmedinsCode are one.
func templateName(s string) string { return strings.ReplaceAll(headerName(s), "_", "") }

// find returns the column of the template that a header cell means, that is not in
// taken; -1 when there is none.
func (t *template) find(header string, taken []int) int {
	for _, name := range headerNames(header) {
		name = strings.ReplaceAll(name, "_", "")
		for i := range t.columns {
			if taken[i] >= 0 {
				continue
			}
			for _, own := range t.columns[i].names {
				if own == name {
					return i
				}
			}
		}
	}
	return -1
}

// match says which column of the template each column of a header is (unknownColumn:
// none), by column of the template which of the header, and how many there are.
func (t *template) match(header []string) (is, at []int, known int) {
	is, at = make([]int, len(header)), make([]int, len(t.columns))
	for i := range at {
		at[i] = -1
	}
	for column, text := range header {
		is[column] = unknownColumn
		if strings.TrimSpace(text) == "" {
			continue
		}
		if i := t.find(text, at); i >= 0 {
			is[column], at[i] = i, column
			known++
		}
	}
	return is, at, known
}

// has says whether a header has every column by which the template is told.
func (t *template) has(at []int) bool {
	for i, c := range t.columns {
		if c.marker && at[i] < 0 {
			return false
		}
	}
	return true
}

// lacks lists the columns without which no row can be taken in.
func (t *template) lacks(at []int) (names []string) {
	person, who := t.form.PersonBy != psnNo, ""
	for i, c := range t.columns {
		if c.must && at[i] < 0 {
			names = append(names, c.zh)
		}
		if c.fate == certified || c.field >= 0 && t.form.Fields[c.field].Name == psnNo {
			person = person || at[i] >= 0
			who = cmp.Or(who, c.zh)
		}
	}
	if !person {
		names = append(names, who)
	}
	return names
}

// title names the template to people: 2.3 机构门诊处方提取表.
func (t *template) title() string { return t.no + " " + t.zh }
