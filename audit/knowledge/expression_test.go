package knowledge

import (
	"strings"
	"testing"
)

// TestExpressionParams: what is no expression is refused, with its place; what an
// expression may return depends on over.
func TestExpressionParams(t *testing.T) {
	for _, c := range []struct{ params, want string }{
		{`{"hits":"lines.filter(l, l.cnt > 1)","triggers":["0012"],"name":"数量"}`, ""},
		{`{"hits":"visit.days > 3"}`, ""},
		{`{"hits":"visits.filter(v, v.stay)","over":"person"}`, ""},
		{`{"hits":"visits.filter(v, v.stay)"}`, "参数 hits：表达式第 1 行第 1 列：表达式的结果是就诊列表，应为明细列表"},
		{`{"hits":"visit.days > 3","over":"person"}`, "“visit”只在逐次就诊（over 为 visit）时可用"},
		{`{"hits":"lines.filter(l, l.cntt > 1)"}`, "    lines.filter(l, l.cntt > 1)\n                      ^"},
		{`{"hits":"lines\n.filter(l, l.cnt > \"1\")"}`, "表达式第 2 行第 18 列：“>”不能用于(数值, 文本)"},
		{`{"hits":"true","over":"hospital"}`, "参数 over：不认识“hospital”"},
		{`{"hits":7}`, "参数 hits：须是带引号的文本"},
	} {
		_, missing, err := ParseParams(class("expression"), c.params)
		if c.want == "" && (err != nil || len(missing) > 0) {
			t.Errorf("%s: missing %v, %v", c.params, missing, err)
		}
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %s", c.params, err, c.want)
		}
	}
}
