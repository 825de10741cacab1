package rule

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func own(t testing.TB, id string) string {
	t.Helper()
	text, err := os.ReadFile("library/" + id + "/rule.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What is wrong with the rule.yaml of a region is said where it is.
func TestWrongDefinitions(t *testing.T) {
	overlap, frequency := own(t, "YH0001"), own(t, "GZ10000102014000")
	local := strings.NewReplacer("id: GZ10000102014000", "id: DF330000001", "seq: 27\n", "", "code: GZ10000102014000\n", "").Replace(frequency)
	with := func(text, more string) string { return text + more + "\n" }
	for name, c := range map[string]struct{ region, text, want string }{
		"as the program has it":       {"330000", overlap, ""},
		"another result":              {"330000", strings.Replace(overlap, "result: suspicion", "result: violation", 1), ""},
		"switched off":                {"330100", with(overlap, "off: true"), ""},
		"other parameters":            {"330100", with(frequency, "params: {max: 2}"), ""},
		"a rule of one's own":         {"330000", with(local, "points: [{kp_id: K1, code: 001201000030000, params: {max: 1, window: day}}]"), ""},
		"empty":                       {"330000", "", "rule.yaml：内容是空的"},
		"not YAML":                    {"330000", "{", "rule.yaml：第 1 行附近不是合规的 YAML"},
		"a bracket left open":         {"330000", strings.Replace(overlap, "result: suspicion", "result: [suspicion", 1), "行附近不是合规的 YAML：请核对缩进"},
		"a tab":                       {"330000", with(overlap, "params:\n\tseverity: 3"), "行附近不是合规的 YAML"},
		"a field twice":               {"330000", with(overlap, "version: 1.0.1"), "行：version 与第"},
		"a list for a text":           {"330000", strings.Replace(overlap, "result: suspicion", "result: [suspicion]", 1), "类型不对"},
		"an anchor that is none":      {"330000", strings.Replace(overlap, "result: suspicion", "result: *a", 1), "没有 YAML 锚点 a"},
		"two documents":               {"330000", overlap + "---\na: 1\n", "只应有一个 YAML 文档"},
		"an unknown field":            {"330000", with(overlap, "limits: 3"), "不认识的字段 limits"},
		"another program":             {"330000", strings.Replace(overlap, "program: sequence", "program: amount", 1), "program 应与国家规则相同"},
		"another check":               {"330000", strings.Replace(overlap, "overlapping_stay", "after_death", 1), "check 应与国家规则相同"},
		"another logic":               {"330000", strings.Replace(overlap, "logic: 入院", "logic: 出院", 1), "规则逻辑已锁定"},
		"another name":                {"330000", strings.Replace(overlap, "name: 住院", "name: 重叠", 1), "name 应与国家规则相同"},
		"no result":                   {"330000", strings.Replace(overlap, "result: suspicion\n", "", 1), "缺少字段 result"},
		"a result that is none":       {"330000", strings.Replace(overlap, "result: suspicion", "result: maybe", 1), "应为 violation"},
		"an unknown rule":             {"330000", strings.Replace(overlap, "YH0001", "YH9999", 1), "DF、区划代码"},
		"another region's rule":       {"320000", with(local, "points: [{kp_id: K1, code: A, params: {max: 1, window: day}}]"), "区划应为 320000"},
		"off of one's own":            {"330000", with(local, "off: true"), "off 只用于停用"},
		"one's own without points":    {"330000", local, "须随带知识点"},
		"an unknown parameter":        {"330000", with(overlap, "params: {severty: 3}"), "不认识的参数 severty"},
		"a parameter twice":           {"330000", with(overlap, "params: {severity: 3, severity: 2}"), "severity"},
		"another program's parameter": {"330000", with(overlap, "params: {tolerance: 0.1}"), "没有参数 tolerance"},
		"a parameter of another type": {"330000", with(frequency, "params: {max: 很多}"), "max"},
		"params that are a list":      {"330000", with(overlap, "params: [1]"), "应为键值"},
		"a point without id":          {"330000", with(overlap, "points: [{code: A}]"), "kp_id"},
		"a point twice":               {"330000", with(overlap, "points: [{kp_id: K1}, {kp_id: K1}]"), "为空或重复"},
		"a point of another rule":     {"330000", with(overlap, "points: [{kp_id: K1, rule_id: YH0002}]"), "rule_id YH0002 应为 YH0001"},
		"a point that lacks its cap":  {"330000", with(frequency, "points: [{kp_id: K1, code: A, params: {window: day}}]"), "缺少参数 max"},
		"an alias":                    {"330000", with(overlap, "points: &p [*p]"), ""},
		"too long":                    {"330000", overlap + strings.Repeat("#", mostText), "最多"},
	} {
		d, err := ParseDefinition(c.region, c.text)
		switch {
		case name == "an alias":
			if err == nil {
				t.Errorf("%s: taken", name)
			}
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		case err != nil && foreign.MatchString(err.Error()):
			t.Errorf("%s: the sentence is not Chinese: %v", name, err)
		case err == nil && d.Hash == "":
			t.Errorf("%s: no hash", name)
		}
	}
}

// foreign is English inside a sentence: three words of it in a row.
var foreign = regexp.MustCompile(`[a-z]+ [a-z]+ [a-z]+`)

// Whatever is written, the reader answers, and what it takes it takes again.
func FuzzDefinition(f *testing.F) {
	f.Add("330000", own(f, "YH0001"))
	f.Add("330100", own(f, "GZ10000102014000")+"params: {max: 2}\n")
	f.Add("330000", "points: &p [*p]\n")
	f.Fuzz(func(t *testing.T, region, text string) {
		d, err := ParseDefinition(region, text)
		if err != nil {
			return
		}
		again, err := ParseDefinition(region, text)
		if err != nil || again.Hash != d.Hash || again.ID != d.ID {
			t.Errorf("read anew: %v", err)
		}
		for i := range d.Points {
			if _, err := d.Lay(d.Points[i].Params); err != nil {
				t.Errorf("a point that was taken cannot be used: %v", err)
			}
		}
	})
}
