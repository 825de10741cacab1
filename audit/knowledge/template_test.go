package knowledge

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/ground/calendar"
)

func writeTemplate(t testing.TB, rule string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), rule+".xlsx")
	f, err := os.Create(path)
	must(t, err)
	must(t, WriteTemplate(f, rule, testClasses))
	must(t, f.Close())
	return path
}

// fillTemplate writes rows into the empty template of a rule, from row 3 on (row 2 is
// the example), by the names of the columns.
func fillTemplate(t *testing.T, rule string, rows ...map[string]any) string {
	t.Helper()
	class, _ := testClasses(rule)
	columns := templateColumns(class)
	path := writeTemplate(t, rule)
	b := openBook(t, path)
	for n, row := range rows {
		for name, value := range row {
			at := slices.IndexFunc(columns, func(c templateColumn) bool { return c.name == name })
			if at < 0 {
				t.Fatalf("%s has no column %s", rule, name)
			}
			b.set(rule, at+1, n+3, value)
		}
	}
	b.save()
	return path
}

func readTemplate(t *testing.T, path string, o Options) *Intake {
	t.Helper()
	in, err := ReadFile(path, testClasses, o)
	must(t, err)
	if in.workbook() {
		t.Fatalf("%s was not read as a template", path)
	}
	return in
}

// TestTemplateOfEveryClass proves that the example of every class's template, filled
// in as a row, is a point with all that it needs, and imports; that a point that
// states every parameter comes back as it was; and that the labels tell the columns
// apart.
func TestTemplateOfEveryClass(t *testing.T) {
	for _, rule := range testRules() {
		class, _ := testClasses(rule)
		in := readTemplate(t, writeTemplate(t, rule), Options{ValidFrom: calendar.NoDay})
		if len(in.Points) != 0 || in.RowsRead != 1 || len(in.Problems.Errors()) != 0 {
			t.Errorf("%s: an empty template: %+v", rule, in)
		}
		example := map[string]any{}
		for name, text := range exampleRow(class) {
			example[name] = text
		}
		full := map[string]any{}
		labels := map[string]bool{}
		columns := templateColumns(class)
		for i := range columns {
			c := &columns[i]
			if labels[c.label] {
				t.Errorf("%s: two columns are called %s", rule, c.label)
			}
			labels[c.label] = true
			whole := exampleRow(class)
			if c.param == nil && c.name != "supersedes" || c.param != nil && c.applies(whole, class) && !strings.HasPrefix(c.name, "age_") {
				full[c.name] = c.example(class)
				if v := whole[c.name]; v != "" {
					full[c.name] = v
				}
			}
		}
		in = readTemplate(t, fillTemplate(t, rule, example, full), Options{ValidFrom: calendar.NoDay})
		if len(in.Points) != 2 || len(in.Problems.Errors()) > 0 || in.Missing[0] != nil || in.Missing[1] != nil {
			t.Errorf("%s %s: %d points, %v, missing %v", rule, class.Name, len(in.Points), in.Problems, in.Missing)
			continue
		}
		importing(t, openStore(t), readTemplate(t, fillTemplate(t, rule, example), Options{ValidFrom: calendar.NoDay}))
		again := readTemplate(t, fillTemplate(t, rule, rowOf(t, class, &in.Points[1])), Options{ValidFrom: calendar.NoDay})
		if len(again.Points) != 1 || !samePoint(&again.Points[0], &in.Points[1]) {
			t.Errorf("%s: %+v %s came back as %+v %v", rule, in.Points[1], in.Points[1].Params, again.Points, again.Problems)
		}
	}
}

// rowOf writes a point as the cells of its class's template.
func rowOf(t *testing.T, class Class, p *Point) map[string]any {
	t.Helper()
	row := map[string]any{
		"code": p.Code, "valid_from": p.ValidFrom.String(), "valid_to": p.ValidTo.String(), "region": p.Region,
		"basis": p.Basis, "note": p.Note, "kp_id": p.ID, "supersedes": p.Supersedes,
	}
	if p.OtherCode != "" {
		row["other_code"] = p.OtherCode
	}
	for _, m := range fieldsOf(p.Params) {
		o, isObject := m.value.(object)
		if isObject && m.name == "max_price_fen" {
			for _, level := range o {
				row[m.name+"."+level.name] = cellText(t, level.value)
			}
			continue
		}
		row[m.name] = cellText(t, m.value)
	}
	return row
}

// cellText writes a JSON value in the way of the template.
func cellText(t *testing.T, v any) string {
	t.Helper()
	join := func(parts []string, by string) string { return strings.Join(parts, by) }
	var list func(v any, by string) string
	list = func(v any, by string) string {
		var parts []string
		for _, e := range v.([]any) {
			if o, ok := e.(object); ok {
				var attributes []string
				for _, m := range o {
					text := ""
					if values, ok := m.value.([]any); ok {
						text = list(values, "|")
					} else {
						text = cellText(t, m.value)
					}
					attributes = append(attributes, m.name+"="+text)
				}
				parts = append(parts, join(attributes, "&"))
				continue
			}
			parts = append(parts, cellText(t, e))
		}
		return join(parts, by)
	}
	switch v := v.(type) {
	case bool:
		return "是"
	case []any:
		return list(v, ";")
	case object:
		var parts []string
		for _, m := range v {
			parts = append(parts, m.name+"="+list(m.value, "|"))
		}
		return join(parts, ";")
	case string:
		return v
	case interface{ String() string }:
		return v.String()
	}
	t.Fatalf("%T", v)
	return ""
}

func TestWrongTemplateRows(t *testing.T) {
	const quantity, sex, price, conflict = "GZ10000102014000", "GZ10000302004000", "GZ10000102001000", "GZ10000102012000"
	for _, c := range []struct {
		name, rule string
		row        map[string]any
		want       string
	}{
		{"two codes", sex, map[string]any{"code": "A1;B2", "sex": "2", "valid_from": "2025-01-01"}, "列 A 编码（code）：“A1;B2”不是一个编码"},
		{"a code made a number", sex, map[string]any{"code": "2.10103E+12", "sex": "2", "valid_from": "2025-01-01"}, "编码被存成了数字，已丢失位数"},
		{"unknown value", sex, map[string]any{"code": "002101030300000", "sex": "男", "valid_from": "2025-01-01"}, "（sex）：不认识“男”，attribute 可用：1、2"},
		{"words for a number", quantity, map[string]any{"code": "003104010220000", "max": "两次", "window": "day", "valid_from": "2025-01-01"}, "上限（max）：“两次”不是数字"},
		{"five decimals", quantity, map[string]any{"code": "003104010220000", "max": 0.12345, "window": "day", "valid_from": "2025-01-01"}, "小数过多，最多四位"},
		{"a parameter of another window", quantity, map[string]any{"code": "003104010220000", "max": 1, "window": "day", "days": 7, "valid_from": "2025-01-01"}, "滚动天数（days）：只在 window=rolling 时使用"},
		{"too low a price", price, map[string]any{"code": "003104010220000", "max_price_fen.3": 0, "valid_from": "2025-01-01"}, "三级最高单价（分）（max_price_fen.3）：0 太小"},
		{"one code of two", conflict, map[string]any{"code": "003104010220000", "window": "day", "valid_from": "2025-01-01"}, "另一编码（other_code）：不能为空：医疗服务项目重复收费 须有两个编码"},
		{"no day", sex, map[string]any{"code": "002101030300000", "sex": "2"}, "生效日（valid_from）：不能为空：写明生效日，或导入时用 --valid-from"},
		{"days in disorder", sex, map[string]any{"code": "002101030300000", "sex": "2", "valid_from": "2025-02-01", "valid_to": "2025-01-01"}, "失效日（valid_to）：2025-01-01 早于生效日 2025-02-01"},
		{"region in words", sex, map[string]any{"code": "002101030300000", "sex": "2", "region": "浙江", "valid_from": "2025-01-01"}, "“浙江”不是 6 位行政区划代码"},
		{"ages that nobody has", "BD2025029", map[string]any{"code": "002101030300000", "age_min_years": 60, "age_max_years": 16, "valid_from": "2025-01-01"}, "没有人能满足"},
		{"no form of alternatives", "GZ10000101002000", map[string]any{"code": "XA02BCA084A012010100453", "any_of": "510", "valid_from": "2025-01-01"}, "多组属性（any_of）：“510”应写作 属性=值|值"},
		{"no form of a map", "GZ10000201004000", map[string]any{"map": "003310010010000", "valid_from": "2025-01-01"}, "应写作 编码=前缀|前缀"},
		{"yes in other words", "BD2025047", map[string]any{"code": "XA02BCA084A012010100453", "not_internet": "不得", "valid_from": "2025-01-01"}, "“不得”：写“是”，或留空"},
	} {
		in := readTemplate(t, fillTemplate(t, c.rule, c.row), Options{ValidFrom: calendar.NoDay})
		if errs := in.Problems.Errors(); len(in.Points) != 0 || !strings.Contains(errs.Error(), c.want) || !strings.Contains(errs.Error(), "［"+c.rule+"］ 第 3 行") {
			t.Errorf("%s: %d points, %v; want %q", c.name, len(in.Points), errs, c.want)
		}
	}
}

// TestTemplateForms proves what a spreadsheet makes of what people type: numbers,
// days as numbers, codes without their zeros; and that a point without what it needs
// is kept and told.
func TestTemplateForms(t *testing.T) {
	const rule = "GZ10000102014000"
	in := readTemplate(t, fillTemplate(t, rule,
		map[string]any{"code": 3104010220000, "max": 0.07, "window": "day 单日", "valid_from": 45658},
		map[string]any{"code": "003104010220100", "max": 2},
	), Options{ValidFrom: calendar.DayOf(2025, 6, 1)})
	if len(in.Points) != 2 || len(in.Problems.Errors()) > 0 {
		t.Fatalf("%+v", in)
	}
	a, b := &in.Points[0], &in.Points[1]
	if a.Code != "003104010220000" || a.Params.String() != `{"window":"day","max":0.07}` || a.ValidFrom != calendar.DayOf(2025, 1, 1) {
		t.Errorf("%+v %s", a, a.Params)
	}
	if !b.Params.NeedsParameters || b.ValidFrom != calendar.DayOf(2025, 6, 1) {
		t.Errorf("%+v %s", b, b.Params)
	}
	for _, want := range []string{"已补回前导零：003104010220000", "缺少 window：知识点保留", "读到 3 行 = 知识点 2 + 示例 1 + 有误 0"} {
		if !strings.Contains(in.Problems.Error(), want) {
			t.Errorf("%v, want %q", in.Problems, want)
		}
	}
}

// TestTemplateAgain proves that a filled template changes nothing the second time,
// and that a changed remark replaces the point that it made.
func TestTemplateAgain(t *testing.T) {
	const rule = "GZ10000302004000"
	row := map[string]any{"code": "002101030300000", "sex": "2", "valid_from": "2025-01-01"}
	s := openStore(t)
	importing(t, s, readTemplate(t, fillTemplate(t, rule, row), Options{}))
	if r := importing(t, s, readTemplate(t, fillTemplate(t, rule, row), Options{})); r.Changed || r.Files[0].Same != 1 {
		t.Errorf("again: %+v", r)
	}
	row["note"] = "新备注"
	if r := importing(t, s, readTemplate(t, fillTemplate(t, rule, row), Options{})); r.Files[0].Replaced != 1 || r.Set.Points != 1 {
		t.Errorf("changed: %+v", r)
	}
	row["sex"] = "1"
	_, err := s.Import(context.Background(), testClasses, "甲", nil, readTemplate(t, fillTemplate(t, rule, row), Options{}))
	if err == nil || !strings.Contains(err.Error(), "请写明 supersedes") {
		t.Errorf("a contradiction: %v", err)
	}
}

func TestTemplateHeaders(t *testing.T) {
	const rule = "GZ10000302004000"
	path := writeTemplate(t, rule)
	b := openBook(t, path)
	b.set(rule, 3, 1, "限定体重")
	_, err := b.NewSheet("草稿")
	must(t, err)
	b.set("草稿", 1, 1, "随手记")
	b.save()
	in := readTemplate(t, path, Options{})
	for _, want := range []string{"列 C 限定体重：规则 GZ10000302004000（医疗服务项目区分性别使用）没有这一列", "［草稿］：不是模板的工作表"} {
		if !strings.Contains(in.Problems.Error(), want) {
			t.Errorf("%v, want %q", in.Problems, want)
		}
	}
	if err := WriteTemplate(nil, "GZ1", testClasses); err == nil || !strings.Contains(err.Error(), "没有规则 GZ1") {
		t.Errorf("no such rule: %v", err)
	}
}

func FuzzTemplateCells(f *testing.F) {
	f.Add("insutypes=510;med_types=51|52&level_min=2")
	f.Add("003310010010000=36.0|36.1;003304060050000=13.4")
	f.Add("7.0000000000000007E-2")
	f.Fuzz(func(t *testing.T, text string) {
		for _, class := range []Class{{Program: "attribute"}, {Program: "integrity", Check: "operation_code"}, {Program: "price"}, {Program: "quantity"}} {
			columns := templateColumns(class)
			for i := range columns {
				var g paramCells
				if columns[i].param == nil || g.add(&columns[i], text) != nil {
					continue
				}
				if _, err := parseJSON(g.json()); g.json() != "" && err != nil && !strings.Contains(err.Error(), "嵌套") {
					t.Errorf("%q of %s: %q is no JSON: %v", text, columns[i].name, g.json(), err)
				}
			}
		}
	})
}
