package knowledge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Indicator is what the numerator or the denominator of a ratio counts
// (docs/judgement.md, Programs).
type Indicator struct {
	Scope string   // of money: "" all visits, stay, visit (other than stays)
	Name  string   // one of the names below
	Codes []string // code:, dx: prefixes, any of which holds
	Days  int      // readmission: at most so many days after the discharge
}

// money are the indicators that are sums of money, with their Chinese names; the others
// count visits.
var money = map[string]string{
	"total": "总费用", "drug": "药品费用", "exam": "检查费用", "lab": "化验费用", "consumable": "耗材费用",
	"treatment": "治疗费用", "operation": "手术费用", "code": "项目费用",
}

// kinds are the kinds of charges, which add.
var kinds = []string{"drug", "exam", "lab", "consumable", "treatment", "operation"}

const indicatorForms = "total、drug、exam、lab、consumable、treatment、operation（几类合计用 + 相连，如 exam+lab）、code:编码前缀|编码前缀（前面可加 stay. 或 visit.），stays、visits、dx:诊断前缀|诊断前缀、readmission:天数"

// ParseIndicator reads an indicator: total, drug, exam, lab, consumable, treatment,
// operation (several of the last six joined by +) or code:P|P, each with stay. or
// visit. before it or not; stays, visits, dx:P|P, readmission:N. The error says in
// Chinese what is wrong.
func ParseIndicator(text string) (Indicator, error) {
	var in Indicator
	rest := text
	for _, scope := range []string{"stay", "visit"} {
		if after, ok := strings.CutPrefix(text, scope+"."); ok {
			in.Scope, rest = scope, after
		}
	}
	name, argument, given := strings.Cut(rest, ":")
	in.Name = name
	switch {
	case !in.Money() && !slices.Contains([]string{"stays", "visits", "dx", "readmission"}, name):
		return in, fmt.Errorf("不认识指标“%s”，可用：%s", text, indicatorForms)
	case in.Scope != "" && !in.Money():
		return in, fmt.Errorf("“%s”：%s 是人次，前面不能加“%s.”", text, name, in.Scope)
	case given != slices.Contains([]string{"code", "dx", "readmission"}, name):
		if given {
			return in, fmt.Errorf("“%s”：%s 后面不带冒号", text, name)
		}
		return in, fmt.Errorf("“%s”：%s 后面须写冒号和内容，例如 code:002103、dx:T81.4、readmission:31", text, name)
	case name == "readmission":
		n, err := strconv.Atoi(argument)
		if err != nil || n < 1 || n > 365 || strconv.Itoa(n) != argument {
			return in, fmt.Errorf("“%s”：天数须是 1–365 的整数", text)
		}
		in.Days = n
	case given:
		codes, err := ParsePrefixes(argument)
		if err != nil {
			return in, fmt.Errorf("“%s”：%w", text, err)
		}
		in.Codes = codes
	}
	return in, nil
}

// ParsePrefixes reads code prefixes joined by |, of which any holds.
func ParsePrefixes(text string) ([]string, error) {
	codes := strings.Split(text, "|")
	for i, code := range codes {
		switch {
		case code == "":
			return nil, fmt.Errorf("第 %d 个编码前缀为空", i+1)
		case strings.ContainsAny(code, " \t\r\n,，;；、"):
			return nil, fmt.Errorf("编码前缀“%s”中有空格或标点，多个编码用 | 分开", code)
		}
	}
	return codes, nil
}

// Money says whether the indicator is a sum of money; it counts visits otherwise.
func (in Indicator) Money() bool { return money[in.Name] != "" || in.Kinds() != nil }

// Kinds returns the kinds of charges that the indicator adds up, nil for any other.
func (in Indicator) Kinds() []string {
	names := strings.Split(in.Name, "+")
	for i, name := range names {
		if !slices.Contains(kinds, name) || slices.Contains(names[:i], name) {
			return nil
		}
	}
	return names
}

// String returns the indicator as ParseIndicator reads it.
func (in Indicator) String() string {
	text := in.Name
	if in.Scope != "" {
		text = in.Scope + "." + text
	}
	switch {
	case in.Days > 0:
		return text + ":" + strconv.Itoa(in.Days)
	case len(in.Codes) > 0:
		return text + ":" + strings.Join(in.Codes, "|")
	}
	return text
}

// Words names the indicator in Chinese.
func (in Indicator) Words() string {
	codes := strings.Join(in.Codes, "、")
	scope := map[string]string{"stay": "住院", "visit": "非住院"}[in.Scope]
	switch in.Name {
	case "stays":
		return "住院人次"
	case "visits":
		return "非住院人次"
	case "dx":
		return "有" + codes + "诊断的住院人次"
	case "readmission":
		return fmt.Sprintf("出院后%d天内再入院人次", in.Days)
	case "code":
		return scope + "编码以" + codes + "开头的项目费用"
	}
	var names []string
	for _, name := range strings.Split(in.Name, "+") {
		names = append(names, money[name])
	}
	return scope + strings.Join(names, "和")
}

// indicator checks a parameter that is written as an indicator or as code prefixes.
func (c *checker) indicator(name, text string) {
	var err error
	switch {
	case c.class.Program == "ratio" && (name == "numerator" || name == "denominator"):
		_, err = ParseIndicator(text)
	case c.class.Program == "share" && name == "item":
		_, err = ParsePrefixes(text)
	}
	if err != nil {
		c.fail(name, "%s", err)
	}
}

// proportion refuses visits in proportion to money, which says nothing.
func (c *checker) proportion() {
	if c.class.Program != "ratio" {
		return
	}
	over, err := ParseIndicator(c.text("numerator"))
	under, err2 := ParseIndicator(c.text("denominator"))
	if err == nil && err2 == nil && !over.Money() && under.Money() {
		c.fail("denominator", "分子“%s”是人次，分母须是 stays 或 visits 等人次", over)
	}
}
