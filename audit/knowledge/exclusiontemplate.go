package knowledge

import (
	"io"
	"maps"
	"slices"
)

// exclusionExamples shows one exclusion of each kind, in the order of
// exclusionColumns; the values are examples, not advice.
var exclusionExamples = [][]string{
	{"示例-透析", "血液透析", "GZ10000102014000;BD2025031", "", "", "", "", "N18.5;Z49", "", "330100", "2025-01-01", "2025-12-31", "规律透析患者按透析方案计次，医保专家组会议纪要〔2025〕1 号"},
	{"示例-放化疗", "放化疗周期", "GZ10000204001000;GZ10000204004000", "", "", "", "21", "Z51.0;Z51.1", "", "330000", "2025-01-01", "", "放化疗按周期再入院，不属于分解住院，省局复函〔2025〕3 号"},
	{"示例-急诊", "急诊抢救", "GZ10000202004000", "", "", "", "13", "", "", "", "2025-01-01", "", "急诊抢救用药种数不受门诊限制，省局答复〔2025〕5 号"},
	{"示例-转院", "转院转科", "YH0001;GZ10000204001000", "", "M20250301001", "", "", "", "", "", "", "", "当日转上级医院，转院单 2025-031 号已核"},
	{"示例-特例", "特例单议", "全部", "P330100000001", "", "", "", "", "", "", "2025-03-01", "2025-04-30", "罕见病特例单议，医保经办机构 2025 年第 12 次会议"},
	{"示例-其他", "其他", "GZ10000102011000", "", "", "H33010000001", "", "", "0031", "330100", "2025-01-01", "2025-06-30", "新设院区过渡期执行原级别，市局通知〔2025〕2 号"},
}

// WriteExclusionTemplate writes an empty workbook for exclusions: one sheet to fill
// in with an example of each kind, one that explains each column, one with all rules.
func WriteExclusionTemplate(w io.Writer, rules []string, classes Classes) error {
	f := form{sheet: "例外名单", examples: exclusionExamples, notes: []string{
		"写在同一行的条件须同时成立，这次就诊才不判；没有写的条件不问。",
		"所需事实不详的就诊（如没有诊断）：既不判违规，也不算例外，报告计入“未检查”。",
		"第一格以“示例”开头的行不导入，可以删去，也可以改写后去掉“示例”二字。",
		"填好后导入：yiheng knowledge exclusion import 文件.xlsx；有一行有误，整个文件都不导入。",
	}}
	kinds := slices.Collect(maps.Values(ExclusionKinds))
	slices.Sort(kinds)
	for i, c := range exclusionColumns {
		column := formColumn{
			header: c.label + "（" + c.name + "）", meaning: c.meaning, kind: "文本", form: c.form,
			required: c.required, example: firstExample(i),
		}
		switch c.name {
		case "kind":
			column.list = kinds
		case "valid_from", "valid_to":
			column.kind = "日期"
		}
		if c.required != "必填" {
			column.meaning, column.required = c.meaning+"；"+c.required, ""
		}
		f.columns = append(f.columns, column)
	}
	names := formList{sheet: "规则编号", rows: [][]string{{"规则编号", "名称"}}}
	for _, id := range rules {
		class, _ := classes(id)
		names.rows = append(names.rows, []string{id, class.Name})
	}
	f.lists = append(f.lists, names)
	return f.write(w)
}

// firstExample returns the first example of a column that is not empty.
func firstExample(column int) string {
	for _, row := range exclusionExamples {
		if row[column] != "" {
			return row[column]
		}
	}
	return ""
}
