package finding

import (
	"fmt"
	"strconv"
	"strings"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// column is one column of findings.csv, findings.parquet and findings.xlsx.
type column struct {
	name  string             // in findings.csv and findings.parquet
	title string             // in workbooks
	width float64            // in workbooks, in characters
	at    func(*Finding) any // *string, *[]string, *int, *calendar.Day or *claim.Money
}

// columns are the columns in their order. The order is a contract: other bureaus'
// tools read findings.csv by it.
var columns = []column{
	{"finding_id", "疑点编号", 25, func(f *Finding) any { return &f.ID }},
	{"revision", "版次", 6, func(f *Finding) any { return &f.Revision }},
	{"rule_id", "规则编号", 19, func(f *Finding) any { return &f.RuleID }},
	{"rule_name", "规则名称", 26, func(f *Finding) any { return &f.RuleName }},
	{"rule_version", "规则版本", 9, func(f *Finding) any { return &f.RuleVersion }},
	{"kp_id", "知识点编号", 20, func(f *Finding) any { return &f.KpID }},
	{"result", "判定结果", 9, func(f *Finding) any { return &f.Result }},
	{"severity", "严重程度", 11, func(f *Finding) any { return &f.Severity }},
	{"fixmedins_code", "机构编码", 15, func(f *Finding) any { return &f.FixmedinsCode }},
	{"fixmedins_name", "机构名称", 26, func(f *Finding) any { return &f.FixmedinsName }},
	{"psn_no", "人员编号", 20, func(f *Finding) any { return &f.PsnNo }},
	{"mdtrt_id", "就诊编号", 20, func(f *Finding) any { return &f.MdtrtID }},
	{"setl_id", "结算编号", 20, func(f *Finding) any { return &f.SetlID }},
	{"clr_way", "支付方式", 11, func(f *Finding) any { return &f.ClrWay }},
	{"lines", "疑点明细", 20, func(f *Finding) any { return &f.Lines }},
	{"evidence_lines", "佐证明细", 20, func(f *Finding) any { return &f.EvidenceLines }},
	{"first_day", "起始日期", 11, func(f *Finding) any { return &f.FirstDay }},
	{"last_day", "截止日期", 11, func(f *Finding) any { return &f.LastDay }},
	{"codes", "项目编码", 26, func(f *Finding) any { return &f.Codes }},
	{"amount", "计入金额", 13, func(f *Finding) any { return &f.Amount }},
	{"own_amount", "本条金额", 13, func(f *Finding) any { return &f.OwnAmount }},
	{"fund_amount", "基金支付估算", 13, func(f *Finding) any { return &f.FundAmount }},
	{"acct_amount", "个人账户估算", 13, func(f *Finding) any { return &f.AcctAmount }},
	{"main_finding_id", "主疑点编号", 25, func(f *Finding) any { return &f.MainFindingID }},
	{"explanation", "说明", 60, func(f *Finding) any { return &f.Explanation }},
	{"basis", "知识点依据", 40, func(f *Finding) any { return &f.Basis }},
	{"legal_article", "法律条款", 40, func(f *Finding) any { return &f.LegalArticle }},
	{"run_id", "筛查编号", 20, func(f *Finding) any { return &f.RunID }},
	{"snapshot_id", "数据版本", 20, func(f *Finding) any { return &f.SnapshotID }},
}

// Columns returns the names of the columns of findings.csv, in order.
func Columns() []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

// listSeparator joins the values of a list in one field.
const listSeparator = ";"

// textOf writes a value as findings.csv has it: days as 2006-01-02, amounts in yuan
// with two decimals, lists joined by ;, the unknown empty.
func textOf(value any) string {
	switch v := value.(type) {
	case *string:
		return *v
	case *[]string:
		return strings.Join(*v, listSeparator)
	case *texts:
		return strings.Join(*v, unitSeparator)
	case *int:
		return strconv.Itoa(*v)
	case *calendar.Day:
		return v.String()
	case *claim.Money:
		return v.String()
	}
	panic(fmt.Sprintf("finding: a column of type %T", value))
}

// setText reads what textOf wrote.
func setText(value any, text string) error {
	switch v := value.(type) {
	case *string:
		*v = text
	case *[]string:
		*v = nil
		if text != "" {
			*v = strings.Split(text, listSeparator)
		}
	case *texts:
		*v = nil
		if text != "" {
			*v = strings.Split(text, unitSeparator)
		}
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("不是整数")
		}
		*v = n
	case *calendar.Day:
		if err := v.UnmarshalText([]byte(text)); err != nil {
			return fmt.Errorf("不是日期，应为 2024-01-01 的形式")
		}
	case *claim.Money:
		if err := v.UnmarshalText([]byte(text)); err != nil {
			return fmt.Errorf("不是金额，应为以元为单位、至多两位小数的数字")
		}
	}
	return nil
}

func isList(c column) bool {
	_, list := c.at(new(Finding)).(*[]string)
	return list
}

// kindOf returns how a column is shown in a workbook.
func kindOf(c column) cellKind {
	switch c.at(new(Finding)).(type) {
	case *calendar.Day:
		return dayCell
	case *claim.Money:
		return amountCell
	case *int:
		if c.name == "severity" {
			return textCell
		}
		return numberCell
	}
	return textCell
}

// shown returns what a workbook shows of a finding in a column: words for codes,
// numbers of lines for lists of lines.
func shown(c column, f *Finding) any {
	switch c.name {
	case "result":
		return ResultName(f.Result)
	case "severity":
		return SeverityName(f.Severity)
	case "clr_way":
		return PaymentName(f.ClrWay)
	case "lines":
		return len(f.Lines)
	case "evidence_lines":
		return len(f.EvidenceLines)
	}
	switch v := c.at(f).(type) {
	case *int:
		return *v
	case *calendar.Day:
		return *v
	case *claim.Money:
		return *v
	default:
		return textOf(v)
	}
}
