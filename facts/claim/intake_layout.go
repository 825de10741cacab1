package claim

import (
	"fmt"
	"strings"
)

// readLayout finds the header among the first rows of a file and says what its
// columns are. named is the form that the file's name tells, or nil. The result's
// at is the row of the header, -1 when the file has none and its columns stand in
// the template's order.
func readLayout(named *Form, rows [][]string) (l *layout, at int, err error) {
	if len(rows) == 0 {
		return nil, 0, &Problem{What: "文件是空的，没有表头也没有数据", Do: "请检查导出是否完成"}
	}
	for i, row := range rows[:min(len(rows), headerRows)] {
		if looksLikeHeader(row) {
			l, err = layoutOf(named, row)
			return l, i, err
		}
	}
	if l := layoutWithoutHeader(named, rows[0]); l != nil {
		return l, -1, nil
	}
	if named != nil {
		return nil, 0, &Problem{Line: 1, What: fmt.Sprintf("没有找到表头：前 %d 行都没有 %s 的列名；本行有 %d 列，也不是模板的 %d 列",
			min(len(rows), headerRows), named.Name, len(rows[0]), len(named.Fields)), Do: "请在第一行写上国家平台字段名或模板的中文列名"}
	}
	return nil, 0, unknownTable()
}

func unknownTable() *Problem {
	return &Problem{
		Line: 1, What: "认不出是哪张表：文件名不含表名，表头也不含国家平台字段名或模板的中文列名",
		Do: "请把文件名改成含有表名，例如 fee_list_d_202401.csv，或补上表头", unknown: true,
	}
}

// layoutOf says what the columns of a header are. Empty names at its end, of a
// delimiter behind the last name, are none.
func layoutOf(named *Form, header []string) (*layout, error) {
	header = trimRow(header)
	if l, err := layoutOfTemplate(header); l != nil || err != nil {
		return l, err
	}
	if p := unreadTemplate(header); p != nil {
		return nil, p
	}
	byHeader, known, rivals := formByHeader(header)
	f := named
	if f == nil {
		f = byHeader
	}
	if f == nil && len(rivals) > 1 {
		return nil, &Problem{Line: 1, What: "表头同时符合 " + strings.Join(rivals, "、") + "，无法确定是哪张表", Do: "请把表名写进文件名，例如 " + rivals[0] + ".csv"}
	}
	if f == nil {
		if t, names := nearTemplate(header); t != nil {
			return nil, lacking(t, names)
		}
		return nil, unknownTable()
	}
	field, n, twice := f.match(header)
	if byHeader != nil && byHeader != f && (n*2 < known || n < known && len(f.missing(field)) > 0) {
		return nil, &Problem{Line: 1, What: fmt.Sprintf("文件名说是 %s，表头却是 %s 的（认得 %d 列，按 %s 只认得 %d 列）", f.Name, byHeader.Name, known, f.Name, n), Do: "请改正文件名或换上正确的文件"}
	}
	if names := f.missing(field); len(names) > 0 {
		if t, names := nearTemplate(header); t != nil && named == nil {
			return nil, lacking(t, names)
		}
		return nil, &Problem{Line: 1, What: fmt.Sprintf("%s 缺少必需的列 %s", f.Name, strings.Join(names, "、")), Do: "请在导出时包含该列后重新导入"}
	}
	if twice == nil {
		twice = sameName(header)
	}
	if twice != nil {
		return nil, repeated(twice)
	}
	return newLayout(f, header, field), nil
}

func sameName(header []string) *duplicate {
	seen := map[string]int{}
	for i, name := range header {
		name = headerName(name)
		if first, ok := seen[name]; ok && name != "" {
			return &duplicate{name, first, i}
		}
		seen[name] = i
	}
	return nil
}

// layoutWithoutHeader accepts data straight away when the file's name tells the
// form and the first row has exactly the template's columns and reads as such.
func layoutWithoutHeader(f *Form, row []string) *layout {
	if f == nil || len(row) != len(f.Fields) {
		return nil
	}
	header, field := make([]string, len(row)), make([]int, len(row))
	for i, c := range f.Fields {
		header[i], field[i] = c.Name, i
		if _, err := parseCell([]byte(strings.TrimSpace(row[i])), c.Kind); err != nil {
			return nil
		}
	}
	for _, name := range f.Required() {
		if strings.TrimSpace(row[f.Field(name)]) == "" {
			return nil
		}
	}
	l := newLayout(f, header, field)
	l.notices = append(l.notices, fmt.Sprintf("没有表头，按模板的 %d 列顺序读取", len(row)))
	return l
}

func newLayout(f *Form, header []string, field []int) *layout {
	l := &layout{form: f, names: header, field: field, column: make([]int, len(f.Fields))}
	for i := range l.column {
		l.column[i] = -1
	}
	var unknown []string
	for column, i := range field {
		if i >= 0 {
			l.column[i] = column
		}
		if i == unknownColumn && !strings.HasPrefix(header[column], "_") {
			unknown = append(unknown, header[column])
		}
	}
	l.notices = append(l.notices, noticeOfUnknown(unknown)...)
	return l
}

func noticeOfUnknown(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("有 %d 个模板以外的列，原样保留：%s", len(names), strings.Join(names[:min(len(names), 8)], "、"))}
}
