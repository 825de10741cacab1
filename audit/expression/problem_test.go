package expression

import (
	"strings"
	"testing"
)

// TestProblems tells what is said about texts that are wrong, and the place that the
// caret stands under (^ in place).
func TestProblems(t *testing.T) {
	for _, c := range []struct{ text, place, want string }{
		{`lines.filter(l, l.cntt > 3)`, `                  ^`, "没有“cntt”这个字段，是不是“cnt”？"},
		{`lines.filter(l, l.quantity > 3)`, `                  ^`, "没有“quantity”这个字段，请核对拼写"},
		{`lines.filter(l, l.cnt)`, `                  ^`, "条件应为是否（比较、exists、&& 等），写的是数值"},
		{`lines.filter(l, l.cnt > "3")`, `                      ^`, "“>”不能用于(数值, 文本)"},
		{`lines.filter(l, l.day > 20250101)`, `                      ^`, "“>”不能用于(日期, 数值)"},
		{`visit.sex == 1`, `          ^`, "“==”不能用于(文本, 数值)"},
		{`lines.filter(l, l.code = "x")`, `                       ^`, "比较相等用两个等号 =="},
		{`lines.filter(l, l.code == "x)`, `                          ^`, "引号没有配对"},
		{`lines.filter(l, l.code == "x"`, `                             ^`, "表达式没有写完"},
		{``, `^`, "表达式没有写完"},
		{`lines.filtr(l, l.cnt > 1)`, `      ^`, "没有“filtr”这个名字，是不是“filter”？"},
		{`line.filter(l, l.cnt > 1)`, `^`, "没有“line”这个名字，是不是“lines”？"},
		{`lines.filter(1, true)`, `             ^`, "第一个参数应为逐项的名字"},
		{`visit.hasDx("I10")`, `      ^`, `“hasDx”不能用于就诊.(文本)，用法：就诊.hasDx(["I10", "E11"])`},
		{`lines[0]`, `     ^`, "不能用 [ ] 取列表的一项，请用 first()"},
		{`lines.size() % 2 == 0`, `             ^`, "不能用 %（取余数）"},
		{`lines.first().code.of(["1"])`, `              ^`, "文本不是列表"},
		{`has(lines)`, `    ^`, "has 里应写一个字段"},
		{`visit.age`, `^`, "表达式的结果是数值，应为明细列表（要指出的明细），或是否（整次就诊是否有问题）"},
		{`[]`, `^`, "表达式的结果是任意列表，应为明细列表"},
		{`{"a": 1}.a == 1`, `^`, "不能用 {…}，只能用列表 […]"},
		{`visit.age > 1.1234567`, `            ^`, "小数过多，最多六位"},
		{`visit.age > 1000000000000`, `            ^`, "数值过大，须小于一万亿"},
		{`visit.age > 1e300`, `            ^`, "数值过大"},
		{`visit.age == null`, `             ^`, "只能用数值、文本、true 和 false"},
		{`visit.begin > day("2025-02-30")`, `                  ^`, "“2025-02-30”不是日期"},
		{`lines.filter(l, l.name.matches("("))`, `                               ^`, "“(”不是正则表达式"},
		{`lines == lines`, `      ^`, "列表不能整个比较"},
		{`lines.filter(药, true)`, `             ^`, "“药”不能用在这里：中文和全角符号只能放在引号里"},
		{`lines.filter(l， true)`, `              ^`, "“，”不能用在这里"},
		{`lines.exists(l, l.name == "手术" && l.cntt > 1)`, `                                      ^`, "没有“cntt”这个字段"},
		{"lines\n  .filter(l, l.cntt > 1)", `               ^`, "没有“cntt”这个字段"},
		{`lines.map(g, g.cnt).flatten()`, `                    ^`, "“flatten”不能用于数值列表.()"},
		{`lines.sum(l, l.code) > 1`, `      ^`, "“sum”不能用于文本列表.()，用法：列表.sum(x, 数值)"},
	} {
		_, err := Compile(c.text, OverVisit)
		if err == nil {
			t.Errorf("%s: nothing is wrong", c.text)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) < 3 || !strings.Contains(lines[0], c.want) || strings.TrimPrefix(lines[2], "    ") != c.place {
			t.Errorf("%s\n got %s\nwant %s\n     %s", c.text, err, c.want, c.place)
		}
	}
}

func TestProblemsOverPerson(t *testing.T) {
	for text, want := range map[string]string{
		`visit.age > 3`:                     "“visit”只在逐次就诊（over 为 visit）时可用",
		`visits.exists(v, v.stay)`:          "表达式的结果是是否，应为明细列表（要指出的明细）或就诊列表（要整次指出的就诊）",
		strings.Repeat("(", 60) + "lines":   "层次过多",
		`lines` + strings.Repeat(" ", 5000): "表达式过长，最多 4000 字",
		"lines.of([" + strings.Repeat(`"1",`, 990) + `"1"])` + strings.Repeat(" + lines", 3): "",
	} {
		_, err := Compile(text, OverPerson)
		if want == "" {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %s", text, err, want)
		}
	}
}

// FuzzCompile proves that any text either gives problems that lie within it, or an
// expression that stays within its cost and gives the same again.
func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		`lines.filter(l, l.cnt > 2.5)`, `visit.days > 3 && !visit.hasDx(["I10"])`, `lines.of(["00"]).group(l, l.day).map(g, g.beyond(2)).flatten()`,
		`visits.filter(v, v.earlier(30).size() > 2)`, `lines.filter(l, l.near(6, ["1"]).exists(m, m.time > l.time))`, `lines.sortDown(l, l.pric).skip(1).map(l, l.part(l.cnt / 2))`,
		`[lines].map(x, x + x).map(x, x + x).flatten()`, `day("2025-01-01") + 3 > visit.begin`, `"中文".matches("(")`, `{"a": 1}`, `lines[0]`, `1.5e3 > 0x10`, "lines\n// 注释\n.of(['1'])",
		`visit.begin + 999999999 > visit.end`, `-9223372036854775808 == 1`, `lines.first(1.5).size() == 1`, `visit.ops.first().time == lines.last().time`,
	} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, visit bool) {
		over := OverPerson
		if visit {
			over = OverVisit
		}
		p, err := Compile(text, over)
		if err != nil {
			problems, ok := err.(Problems)
			if !ok || len(problems) == 0 {
				t.Fatalf("%q: %v", text, err)
			}
			lines := strings.Split(text, "\n")
			for _, q := range problems {
				if q.Line < 1 || q.Line > len(lines) || q.Column < 0 || q.Column > len([]rune(lines[q.Line-1])) || q.Text == "" {
					t.Errorf("%q: %+v lies outside", text, q)
				}
			}
			return
		}
		ask := func() Result {
			patient := aStay()
			if visit {
				return p.Eval(patient, patient.Visits[1])
			}
			return p.Eval(patient, nil)
		}
		a, b := ask(), ask()
		if told(a) != told(b) || a.Cost != b.Cost || a.Cost > CostLimit {
			t.Errorf("%q: %s (%d), then %s (%d)", text, told(a), a.Cost, told(b), b.Cost)
		}
	})
}
