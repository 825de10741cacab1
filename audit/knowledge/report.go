package knowledge

import (
	"fmt"
	"strings"
)

// Report accounts for every row of a workbook.
type Report struct {
	Sheets   []SheetReport `json:"sheets"`
	Rules    []RuleReport  `json:"rules"`
	Official int           `json:"official"` // knowledge points as the workbook counts them
	Codes    int           `json:"codes"`    // points, one for each code or pair of codes
	Needs    int           `json:"needs"`    // of Codes: kept, not in force, since parameters are missing
}

// SheetReport is one sheet: Rows = Points + CodeRows + Footers + Unreadable.
type SheetReport struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`   // 知识点, 代码, 隐藏, 无表头
	Header     int      `json:"header"` // row of the header
	Columns    []string `json:"columns,omitempty"`
	Unused     []string `json:"unused,omitempty"` // columns whose meaning is not known
	Rows       int      `json:"rows"`             // rows under the header that hold anything
	Points     int      `json:"points"`
	CodeRows   int      `json:"code_rows"`
	Footers    int      `json:"footers"` // 合计, 备注, 说明, a repeated header
	Unreadable int      `json:"unreadable"`
}

// RuleReport is what a workbook gave for one rule class, and what told the class.
type RuleReport struct {
	RuleID   string `json:"rule_id"`
	Name     string `json:"name"`
	By       string `json:"by"`
	Official int    `json:"official"`
	Codes    int    `json:"codes"`
	Needs    int    `json:"needs"`
	Missing  string `json:"missing,omitempty"` // parameters that the workbook does not state
}

// String returns the report in Chinese, a line for each sheet and each rule class.
func (r *Report) String() string {
	var b strings.Builder
	for _, s := range r.Sheets {
		fmt.Fprintf(&b, "  工作表“%s”（%s", s.Name, s.Kind)
		if s.Header > 0 {
			fmt.Fprintf(&b, "，表头在第 %d 行", s.Header)
		}
		fmt.Fprintf(&b, "）：%d 行 = 知识点 %d + 代码 %d + 表尾 %d + 读不出 %d", s.Rows, s.Points, s.CodeRows, s.Footers, s.Unreadable)
		if len(s.Unused) > 0 {
			fmt.Fprintf(&b, "；没有用到的列：%s", strings.Join(s.Unused, "、"))
		}
		b.WriteByte('\n')
	}
	for _, u := range r.Rules {
		fmt.Fprintf(&b, "  规则 %s %s（据%s）：知识点 %d，编码 %d", u.RuleID, u.Name, u.By, u.Official, u.Codes)
		if u.Needs > 0 {
			fmt.Fprintf(&b, "，其中 %d 个编码待补参数 %s，补齐前不生效", u.Needs, strings.ReplaceAll(u.Missing, "|", " 或 "))
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}
