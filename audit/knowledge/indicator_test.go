package knowledge

import (
	"reflect"
	"strings"
	"testing"
)

func TestIndicators(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  Indicator
		words string
	}{
		{"total", Indicator{Name: "total"}, "总费用"},
		{"stay.drug", Indicator{Scope: "stay", Name: "drug"}, "住院药品费用"},
		{"visit.code:002103|002102", Indicator{Scope: "visit", Name: "code", Codes: []string{"002103", "002102"}}, "非住院编码以002103、002102开头的项目费用"},
		{"stay.exam+lab", Indicator{Scope: "stay", Name: "exam+lab"}, "住院检查费用和化验费用"},
		{"stays", Indicator{Name: "stays"}, "住院人次"},
		{"visits", Indicator{Name: "visits"}, "非住院人次"},
		{"dx:T81.4", Indicator{Name: "dx", Codes: []string{"T81.4"}}, "有T81.4诊断的住院人次"},
		{"readmission:31", Indicator{Name: "readmission", Days: 31}, "出院后31天内再入院人次"},
	} {
		in, err := ParseIndicator(c.text)
		if err != nil || !reflect.DeepEqual(in, c.want) || in.String() != c.text || in.Words() != c.words {
			t.Errorf("%s: %+v %s %s %v", c.text, in, in, in.Words(), err)
		}
	}
}

// TestWrongIndicators holds parameters of ratio and share that the import refuses
// against what it says.
func TestWrongIndicators(t *testing.T) {
	for _, c := range []struct{ program, params, want string }{
		{"ratio", `{"numerator":"药费"}`, "参数 numerator：不认识指标“药费”，可用：total、drug"},
		{"ratio", `{"denominator":"stay.stays"}`, "stays 是人次，前面不能加“stay.”"},
		{"ratio", `{"numerator":"inpatient.drug"}`, "不认识指标“inpatient.drug”"},
		{"ratio", `{"numerator":"drug+total"}`, "不认识指标“drug+total”"},
		{"ratio", `{"numerator":"lab+lab"}`, "不认识指标“lab+lab”"},
		{"ratio", `{"numerator":"lab+"}`, "不认识指标“lab+”"},
		{"ratio", `{"numerator":"drug:09"}`, "drug 后面不带冒号"},
		{"ratio", `{"numerator":"code"}`, "code 后面须写冒号和内容"},
		{"ratio", `{"numerator":"code:"}`, "第 1 个编码前缀为空"},
		{"ratio", `{"numerator":"dx:A00|"}`, "第 2 个编码前缀为空"},
		{"ratio", `{"numerator":"code:002103,002102"}`, "有空格或标点，多个编码用 | 分开"},
		{"ratio", `{"numerator":"readmission:0"}`, "天数须是 1–365 的整数"},
		{"ratio", `{"numerator":"readmission:一月"}`, "天数须是 1–365 的整数"},
		{"ratio", `{"numerator":"readmission:031"}`, "天数须是 1–365 的整数"},
		{"ratio", `{"numerator":"dx:T81","denominator":"total"}`, "分子“dx:T81”是人次，分母须是 stays 或 visits 等人次"},
		{"share", `{"item":"002103|"}`, "参数 item：第 2 个编码前缀为空"},
		{"share", `{"item":"CT；MR"}`, "有空格或标点"},
	} {
		_, _, err := ParseParams(Class{Program: c.program}, c.params)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.params, err, c.want)
		}
	}
}

func FuzzParseIndicator(f *testing.F) {
	for _, text := range []string{"total", "stay.code:0021|X", "readmission:31", "dx:", "visit.", "code:a|b|"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in, err := ParseIndicator(text)
		if err == nil && in.String() != text {
			t.Errorf("%q reads as %q", text, in)
		}
	})
}
