package finding

import (
	"strconv"
	"strings"

	"yiheng/facts/claim"
)

// The words that people read for what the files state in codes.

// paymentNames are the values of clr_way (清算方式), with and without a leading zero as
// provinces write them.
var paymentNames = map[string]string{
	"1": "按项目", "01": "按项目", "2": "单病种", "02": "单病种", "3": "按床日", "03": "按床日",
	"4": "按人头", "04": "按人头", "05": "DRG点数", "8": "月定额结算", "9": "其他", "99": "其他",
	"40": "DRG", "50": "DIP", "902": "日间病床", "903": "总额预付", "904": "定额后付", "905": "预付", "915": "次均定额",
}

// PaymentName returns the kind of payment in words: of several, joined by ；, and 未注明
// where the record states none.
func PaymentName(clrWay string) string {
	if clrWay == "" {
		return "未注明"
	}
	var names []string
	for way := range strings.SplitSeq(clrWay, listSeparator) {
		name, known := paymentNames[way]
		if !known {
			name = "代码" + way
		}
		names = append(names, name)
	}
	return strings.Join(names, "；")
}

// estimated says whether the fund's part of a finding under a kind of payment is only
// an estimate: what the fund pays does not follow the single charge.
func estimated(clrWay string) bool {
	for way := range strings.SplitSeq(clrWay, listSeparator) {
		if way != "" && way != "1" && way != "01" {
			return true
		}
	}
	return false
}

// ResultName returns a result in words.
func ResultName(result string) string {
	if result == Violation {
		return "违规"
	}
	return "可疑"
}

// SeverityName returns a severity (sev_deg) in words.
func SeverityName(severity int) string {
	switch severity {
	case 1:
		return "明确违规"
	case 2:
		return "高度可疑"
	case 3:
		return "轻度可疑"
	}
	return ""
}

// StatusName returns what became of a rule class in words.
func StatusName(status string) string {
	switch status {
	case Ran:
		return "已运行"
	case NotRunNoKnowledge:
		return "未运行：没有生效的知识点"
	case NotRunProgram:
		return "未运行：本版本尚不支持该类判定"
	case NotRunChosen:
		return "未运行：不在本次选定的规则内"
	}
	if table, ok := strings.CutPrefix(status, notRunTable); ok {
		return "未运行：缺少数据表 " + table
	}
	return "未运行：" + strings.TrimPrefix(status, "not run: ")
}

// grouped writes an amount in yuan with thousands separators, "—" for the unknown.
func grouped(m claim.Money) string {
	if m.IsZero() {
		return "—"
	}
	s := m.String()
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 6; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// count writes a number with thousands separators.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func periodOf(r *Run) string {
	switch {
	case r.From.IsZero() && r.To.IsZero():
		return "全部"
	case r.From.IsZero():
		return r.To.String() + " 及以前"
	case r.To.IsZero():
		return r.From.String() + " 及以后"
	}
	return r.From.String() + " 至 " + r.To.String()
}
