package claim

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// What a column of a file can be, apart from a field of its form.
const (
	unknownColumn = -1 // kept in _extra
	helperColumn  = -2 // dropped: _column and _reason of a quarantine file, names in a template
	blankColumn   = -3 // no name: nothing, unless a row has something in it
)

// headerRows is how many rows from the top may precede the header (titles, notes).
const headerRows = 10

// layout says what each column of a file is.
type layout struct {
	form    *Form
	names   []string // the header as the file writes it
	field   []int    // by column of the file: a position in form.Fields or one of the constants above
	column  []int    // by field: the column of the file, -1 when the file lacks it
	notices []string

	template *template // nil: the file has the columns of form
	makers   []maker   // of the columns behind the file's own: len(names) is the first
	sealed   []subject // identities that are no fields of form
}

// label names a field to people as the file does.
func (l *layout) label(field int) string {
	if c := l.column[field]; l.template != nil && c >= 0 {
		return l.names[l.stated(c)]
	}
	return l.form.Label(l.form.Fields[field].Name)
}

// stated is the column of the file of which a column is made: itself when it is the
// file's own.
func (l *layout) stated(column int) int {
	if column < len(l.names) {
		return column
	}
	if from := l.makers[column-len(l.names)].from; len(from) > 0 {
		return from[0]
	}
	return 0
}

// headerName is the form in which headers are compared: without case, blanks,
// quotes and the prefix of a table.
func headerName(s string) string {
	s = norm.NFKC.String(s)
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n', '"', '\'', '`', '[', ']', '*', '\u3000', '\ufeff':
			return -1
		}
		return r
	}, strings.ToLower(s))
	if i := strings.LastIndexByte(s, '.'); i >= 0 && i < len(s)-1 {
		s = s[i+1:]
	}
	return s
}

// headerNames are what a header cell can mean, best first: psn_no, 人员编号,
// 人员编号(psn_no), psn_no（人员编号）.
func headerNames(s string) []string {
	whole := headerName(s)
	names := []string{whole}
	if open := strings.IndexByte(whole, '('); open >= 0 && strings.HasSuffix(whole, ")") {
		names = append(names, whole[open+1:len(whole)-1], whole[:open])
	}
	return names
}

// duplicate is two columns of a file that claim to be the same one.
type duplicate struct {
	name          string
	first, second int
}

// match says which field of f each column of a header is, and how many are.
// National and Chinese names win over aliases.
func (f *Form) match(header []string) (field []int, known int, twice *duplicate) {
	field = make([]int, len(header))
	claimed := map[int]int{}
	claim := func(column, i int) {
		if first, ok := claimed[i]; ok && twice == nil {
			twice = &duplicate{f.Label(f.Fields[i].Name), first, column}
		}
		claimed[i], field[column] = column, i
		known++
	}
	for column, text := range header {
		field[column] = unknownColumn
		switch name := headerName(text); name {
		case "":
			field[column] = blankColumn
		case "_column", "_reason":
			field[column] = helperColumn
		default:
			if i := f.find(headerNames(text), claimed); i >= 0 {
				claim(column, i)
			}
		}
	}
	for column, text := range header {
		if field[column] != unknownColumn {
			continue
		}
		for _, name := range headerNames(text) {
			i := f.Field(aliases[name])
			if _, taken := claimed[i]; i >= 0 && !taken {
				claim(column, i)
				break
			}
		}
	}
	return field, known, twice
}

// find returns the field that one of names means. A Chinese name that the
// template uses for two columns means them in turn.
func (f *Form) find(names []string, claimed map[int]int) int {
	for _, name := range names {
		if i, ok := f.byName[name]; ok {
			return i
		}
		fields := f.byZh[name]
		for _, i := range fields {
			if _, taken := claimed[i]; !taken {
				return i
			}
		}
		if len(fields) > 0 {
			return fields[0]
		}
	}
	return -1
}

// zhNames tell a form by the name of a file.
var zhNames = map[string][]string{
	"mdtrt_d": {"就诊信息"}, "setl_d": {"结算信息"}, "fee_list_d": {"费用明细"},
	"setl_list_diag_d": {"结算清单诊断", "诊断信息"}, "setl_list_oprn_d": {"结算清单手术", "手术操作信息"},
	"psn_info_b": {"个人基本信息", "人员基本信息", "参保人信息"}, "fixmedins_b": {"定点医药机构", "医药机构信息"},
	"dr_info_b": {"医师信息"}, "record_d": {"诊疗记录"}, "stock_d": {"库存记录"}, "drug_trac_d": {"追溯码记录"},
}

// formByName returns the one form that a name of a file or folder contains.
func formByName(name string) *Form {
	var found *Form
	name = strings.ToLower(norm.NFKC.String(name))
	for _, f := range Forms {
		hit := strings.Contains(name, f.Name)
		for _, zh := range zhNames[f.Name] {
			hit = hit || strings.Contains(name, zh)
		}
		if hit && found != nil {
			return nil
		}
		if hit {
			found = f
		}
	}
	return found
}

// formByHeader returns the form that knows most names of a header; among several it
// is the one whose required columns the header has. rivals are the names of several
// such. A form that knows few of the names is none.
func formByHeader(header []string) (best *Form, known int, rivals []string) {
	complete := false
	for _, f := range Forms {
		field, n, _ := f.match(header)
		has := len(f.missing(field)) == 0
		switch {
		case n < known || n == known && complete && !has:
			continue
		case n > known || has && !complete:
			rivals = nil
		}
		best, known, complete, rivals = f, n, has, append(rivals, f.Name)
	}
	if known < 8 && known*2 < len(header) {
		return nil, 0, nil
	}
	if len(rivals) > 1 && complete {
		return nil, known, rivals
	}
	return best, known, nil
}

// missing lists the required columns that no column of a file is.
func (f *Form) missing(field []int) (names []string) {
	for _, name := range f.Required() {
		if !slices.Contains(field, f.Field(name)) {
			names = append(names, f.Label(name))
		}
	}
	return names
}

// looksLikeHeader says whether a row names columns of some table or template.
func looksLikeHeader(row []string) bool {
	if resemblesTemplate(row) {
		return true
	}
	for _, f := range Forms {
		if _, known, _ := f.match(row); known >= 2 || known == 1 && len(row) <= 2 {
			return true
		}
	}
	return false
}
