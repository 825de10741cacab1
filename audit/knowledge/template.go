package knowledge

import (
	"fmt"
	"io"
	"strings"
)

// WriteTemplate writes an empty workbook for the points of a rule class: a sheet named
// by the rule with one column for each field and parameter and one greyed example,
// and a sheet that explains the columns. ReadFile reads it back when it is filled in.
func WriteTemplate(w io.Writer, ruleID string, classes Classes) error {
	class, ok := classes(ruleID)
	if !ok {
		return fmt.Errorf("没有规则 %s：用 yiheng rule list 查看规则编号", ruleID)
	}
	columns := templateColumns(class)
	f := form{sheet: ruleID, notes: []string{
		"规则：" + ruleID + " " + class.Name + "（程序 " + class.Program + "）",
		"一行一个知识点；同一药品有多个编码时各写一行，合并计算组写同一个名称。",
		"有取值清单的格子只认空格前的代码，如“day 单日”即 day。",
		"必填的参数没有填：知识点保留、列出，标为待补参数，不生效。",
		"第一格以“示例”开头的行不导入，可以删去，也可以改写后去掉“示例”二字。",
		"工作表的名称是规则编号，不要改；可把几条规则的工作表放进同一个工作簿。",
		"填好后导入：yiheng knowledge import 文件.xlsx；有一行有误，整个文件都不导入。",
	}}
	example := make([]string, len(columns))
	given := exampleRow(class)
	for i := range columns {
		f.columns = append(f.columns, columns[i].describe(class))
		example[i] = given[columns[i].name]
	}
	example[0] = exampleMark + strings.TrimSpace(" "+example[0])
	f.examples = [][]string{example}
	return f.write(w)
}
