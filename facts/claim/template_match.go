package claim

import (
	"fmt"
	"slices"
	"strings"
)

// templateOf returns the template whose header this is, and how many of its names
// the template knows: one that has every column by which it is told, the one that
// knows most names; nil when there is none.
func templateOf(header []string) (best *template, known int) {
	for _, t := range templates {
		if _, at, n := t.match(header); t.has(at) && n > known {
			best, known = t, n
		}
	}
	return best, known
}

// nearTemplate returns the template that knows at least three of five names of a
// header which is none's, and what the header lacks.
func nearTemplate(header []string) (best *template, lacks []string) {
	known := 0
	for _, t := range templates {
		if _, at, n := t.match(header); n > known && n*5 >= len(header)*3 && n > 3 {
			best, known, lacks = t, n, t.lacks(at)
		}
	}
	return best, lacks
}

// resemblesTemplate says whether a row is the header of a template, or nearly.
func resemblesTemplate(row []string) bool {
	t, _ := templateOf(row)
	near, _ := nearTemplate(row)
	return t != nil || near != nil || unreadTemplate(row) != nil
}

// layoutOfTemplate reads a header as that of a template; nil when it is none's, or
// when a table of the lake knows as many of its names and lacks none that it needs.
func layoutOfTemplate(header []string) (*layout, error) {
	t, known := templateOf(header)
	if t == nil {
		return nil, nil
	}
	if f, n, _ := formByHeader(header); f != nil && n >= known {
		if field, _, _ := f.match(header); len(f.missing(field)) == 0 {
			return nil, nil
		}
	}
	is, at, _ := t.match(header)
	if names := t.lacks(at); len(names) > 0 {
		return nil, lacking(t, names)
	}
	if twice := t.twice(header, is); twice != nil {
		return nil, repeated(twice)
	}
	return t.layout(header, is, at), nil
}

func lacking(t *template, names []string) *Problem {
	return &Problem{
		Line: 1, What: fmt.Sprintf("%s 缺少必需的列 %s", t.title(), strings.Join(names, "、")),
		Do: "请按模板补上该列后重新导入",
	}
}

func repeated(twice *duplicate) *Problem {
	return &Problem{
		Line: 1, What: fmt.Sprintf("表头有重复的列 %s（第 %d 列和第 %d 列）", twice.name, twice.first+1, twice.second+1),
		Do: "请删去或改名其中一列",
	}
}

// twice finds a column of a header that stands for one that an earlier one is
// already, and unknown ones with one name.
func (t *template) twice(header []string, is []int) *duplicate {
	blank := slices.Repeat([]int{-1}, len(t.columns))
	first := map[string]int{}
	for column, text := range header {
		name := templateName(text)
		if is[column] >= 0 {
			name = t.columns[is[column]].names[0]
		} else if i := t.find(text, blank); i >= 0 {
			name = t.columns[i].names[0]
		}
		if before, ok := first[name]; ok && name != "" && is[column] < 0 {
			return &duplicate{strings.TrimSpace(text), before, column}
		}
		first[name] = column
	}
	return nil
}

// layout says what the columns of a file of the template are, and which columns of
// the table are to be made.
func (t *template) layout(header []string, is, at []int) *layout {
	l := &layout{form: t.form, template: t, names: header, field: make([]int, len(header)), column: make([]int, len(t.form.Fields))}
	for i := range l.column {
		l.column[i] = -1
	}
	var unknown []string
	for column, i := range is {
		l.field[column] = t.fieldOf(header[column], i)
		if i < 0 && l.field[column] == unknownColumn && !strings.HasPrefix(header[column], "_") {
			unknown = append(unknown, header[column])
		}
	}
	t.place(l, at)
	l.notices = append(l.notices, "按 "+t.title()+" 读取")
	if names := t.optional(at); len(names) > 0 {
		l.notices = append(l.notices, "缺少模板的列："+strings.Join(names, "、"))
	}
	l.notices = append(l.notices, noticeOfUnknown(unknown)...)
	return l
}

// fieldOf says what a column is to the mill beside the fields: kept in _extra, dropped,
// or neither since it is a field or part of one.
func (t *template) fieldOf(header string, i int) int {
	name := headerName(header)
	switch {
	case name == "":
		return blankColumn
	case name == "_column" || name == "_reason":
		return helperColumn
	case i < 0 || t.columns[i].fate == aside:
		return unknownColumn
	case t.columns[i].field >= 0:
		return t.columns[i].field
	}
	return helperColumn
}

// optional lists columns of the table that the file could state and does not.
func (t *template) optional(at []int) (names []string) {
	stated := map[int]bool{}
	for i, c := range t.columns {
		stated[c.field] = stated[c.field] || at[i] >= 0
	}
	for _, c := range t.columns {
		name := c.zh
		if c.field < 0 || stated[c.field] || t.form.Fields[c.field].Col < 0 {
			continue
		}
		switch t.form.Fields[c.field].Name {
		case psnNo, "mdtrt_id", "vali_flag", "updt_time", "rid", "trac_type":
		default:
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// unreadTemplate says of a header that is that of a template which is not read what
// to deliver instead.
func unreadTemplate(header []string) *Problem {
	names := make([]string, len(header))
	for i, text := range header {
		names[i] = templateName(text)
	}
	for _, t := range unread {
		if !slices.ContainsFunc(t.marks, func(mark string) bool { return !slices.Contains(names, mark) }) {
			return &Problem{
				Line: 1, What: "这是 " + t.title + "，它的内容以国家平台表为准，不读取",
				Do: "请导入 " + t.use, unknown: true,
			}
		}
	}
	return nil
}
