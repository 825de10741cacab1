package procedure

import (
	"strings"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/param"
	"yiheng/ground/procedure/pagetest"
)

// The example in the docs is what the declaration renders to.
func TestDocument(t *testing.T) {
	pagetest.Keep(t, "../../docs/procedure.md", "example", "ground/procedure", example().Markdown(param.NewTable(), calendar.DayOf(2026, 11, 24)))
}

func TestMarkdown(t *testing.T) {
	p := example()
	p.States[0].Name = "first-review"
	p.move("open").To = "first-review"
	p.move("dismiss").From, p.move("suspect").From = []string{"first-review"}, []string{"first-review"}
	p.clock("pay").Period = "case.statement_days"
	text := p.Markdown(param.NewTable(), calendar.DayOf(2026, 11, 24))
	for _, want := range []string{
		"    state \"初审 1\" as s_first_review\n",
		"    [*] --> s_first_review: 生成疑点\n",
		"    s_appeal --> s_handling: 逾期未申诉（期限届满）\n",
		"    s_appeal --> s_appeal: 延长申诉期限\n",
		"    s_closed --> [*]\n",
		"| **调查核实** `verify` |  | 报告核实结果 | 复审期限（中止）、核实期限 |\n",
		"审核人员；与“认定可疑”不得为同一人（初审、复审应由不同人员办理）",
		"| 处理完毕 | 款项要已缴清 | 行政处罚法第67条 | `example.paid` |\n",
		"| **缴纳期限** `pay` | 由地方设定 `case.statement_days` |",
		"| **核实期限** `verify` | 起算时指定截止日 |",
		"5个工作日（系统设计默认值，没有法定数字；须按本地正式文本核定） `monitor.appeal_days`",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	for n, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "|") && !strings.HasSuffix(line, "|") {
			t.Errorf("line %d is broken: %s", n+1, line)
		}
	}
}
