package knowledge

import (
	"encoding/json"
	"strings"
	"testing"
)

func class(program string) Class { return Class{Program: program, Name: "规则"} }

func TestParamsThatDoNotFit(t *testing.T) {
	for _, c := range []struct{ program, text, want string }{
		{"attribute", `{"sex":"3"}`, "参数 sex：不认识“3”，attribute 可用：1、2"},
		{"attribute", `{"sex":1}`, "参数 sex：须是带引号的文本：1、2"},
		{"attribute", `{"Sex":"1"}`, "参数 Sex：attribute 没有这个参数，可用：any_of、sex"},
		{"attribute", `{"age_min_years":15,"age_max_years":14}`, "最小年龄大于最大年龄"},
		{"attribute", `{"age_min_years":15,"age_max_days":28}`, "最小年龄大于最大年龄"},
		{"attribute", `{"age_max_years":151}`, "参数 age_max_years：151 太大，不得大于 150"},
		{"attribute", `{"age_max_years":14.5}`, "14.5 不是整数"},
		{"attribute", `{"age_max_years":"14"}`, "须是数字，不加引号"},
		{"attribute", `{"age_max_years":-1}`, "-1 太小，不得小于 0"},
		{"attribute", `{"level_min":4}`, "4 太大，不得大于 3"},
		{"attribute", `{"not_internet":false}`, "只能是 true"},
		{"attribute", `{"insutypes":[]}`, "列表不能为空"},
		{"attribute", `{"insutypes":"510"}`, "须是文本的列表"},
		{"attribute", `{"insutypes":[510]}`, "第 1 项须是不含空格的文本"},
		{"attribute", `{"any_of":[{"age":3}]}`, "参数 any_of[0].age：不是属性"},
		{"attribute", `{"any_of":[{}]}`, "参数 any_of[0]：须是不为空的属性对象"},
		{"attribute", `{"any_of":[{"age_min_years":5,"age_max_years":3}]}`, "参数 any_of[0].age_min"},
		{"attribute", `{"sex":"1","sex":"2"}`, "参数 sex：写了两次"},
		{"attribute", `{"sex":null}`, "不能是 null"},
		{"attribute", `{"sex":"1"} {}`, "JSON 之后还有多余的内容"},
		{"attribute", `{"sex":"1"`, "不是正确的 JSON"},
		{"attribute", `{'sex':'1'}`, "不是正确的 JSON"},
		{"attribute", `["1"]`, "须是 JSON 对象"},
		{"attribute", "{\"sex\":\"\xff\"}", "不是 UTF-8"},
		{"attribute", `{"a":[[[[[[[[[[1]]]]]]]]]]}`, "嵌套超过 8 层"},
		{"attribute", `{"result":"fraud"}`, "可用：violation、suspicion"},
		{"attribute", `{"severity":0}`, "0 太小，不得小于 1"},
		{"never", `{"mode":"single"}`, "可用：any、alone"},
		{"conflict", `{"window":"week"}`, "不认识“week”，conflict 可用：visit、day、6h、hour、rx"},
		{"conflict", `{"window":"day","free_qty":-1}`, "参数 free_qty：-1 太小"},
		{"quantity", `{"max":1,"window":"day","days":7}`, "参数 days：只在 window=rolling 时使用"},
		{"quantity", `{"max":-1,"window":"day"}`, "参数 max：-1 太小"},
		{"quantity", `{"max":1.00001,"window":"day"}`, "小数过多，最多四位"},
		{"quantity", `{"max":1e30,"window":"day"}`, "不是可用的数字"},
		{"duration", `{"max_days":0,"mode":"span"}`, "0 太小，不得小于 1"},
		{"price", `{"max_price_fen":{"4":100}}`, "不认识级别“4”"},
		{"price", `{"max_price_fen":{"3":-5}}`, "参数 max_price_fen.3：-5 太小"},
		{"discount", `{"group":"胃肠","ratio":1.5}`, "参数 ratio：1.5 太大，不得大于 1"},
		{"integrity", `{"check":"sum_mismatch","hours":24}`, "参数 hours：只在 check=late_upload 时使用"},
		{"integrity", `{"check":"operation_code","map":{"0033":[]}}`, "参数 map.0033：列表不能为空"},
		{"sequence", `{"check":"split_stay","max":3}`, "参数 max：只在 check=frequent_stay 或 frequent_visit"},
		{"share", `{"item":"x","percentile":101}`, "101 太大，不得大于 100"},
	} {
		p, _, err := ParseParams(class(c.program), c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v %v, want %q", c.program, c.text, p, err, c.want)
		}
	}
}

func TestParamsInForce(t *testing.T) {
	for _, c := range []struct {
		class         Class
		text, missing string
	}{
		{class("attribute"), `{"sex":"1"}`, ""},
		{Class{Program: "attribute", Name: "药品区分性别使用"}, ``, "sex"},
		{Class{Program: "attribute", Name: "药品儿童专用"}, `{"group":"甲"}`, "age_min_years|age_max_years"},
		{class("never"), `{"mode":"any"}`, ""},
		{class("conflict"), `{"free_qty":4.5}`, "window"},
		{class("quantity"), `{"max":1}`, "window"},
		{class("quantity"), `{"max":1,"window":"rolling"}`, "days"},
		{class("quantity"), `{"max":1,"window":"rolling","days":7}`, ""},
		{class("duration"), `{"mode":"span"}`, "max_days"},
		{class("discount"), `{"group":"胃肠"}`, "ratio"},
		{class("discount"), `{"group":"胃肠","ratio":0.5}`, ""},
		{class("same_class"), `{"class":"J01","window":"visit"}`, ""},
		{class("price"), `{"max_price_fen":{"3":800,"2":650,"1":500}}`, ""},
		{class("indication"), `{}`, "dx_any|dx_none|needs_any"},
		{class("precedence"), `{"lookback_days":90}`, "first_any"},
		{class("ratio"), `{"numerator":"drug","denominator":"total","period":"month"}`, "limit|percentile"},
		{Class{Program: "sequence", Check: "split_stay"}, ``, "interval_days"},
		{Class{Program: "sequence", Check: "overlapping_stay"}, ``, ""},
		{Class{Program: "sequence", Check: "frequent_visit"}, `{"max":10}`, "days|period"},
		{class("sequence"), `{"check":"frequent_stay","max":4,"period":"year"}`, ""},
		{class("integrity"), ``, "check"},
		{Class{Program: "integrity", Check: "late_upload"}, `{"hours":72}`, ""},
		{class("expression"), `{"hits":"lines.filter(l, l.cnt > 1)"}`, ""},
		{class("consistency"), `{"dx_any":["O"]}`, ""},
		{class("split"), `{"parts":["1","2"],"min":2}`, ""},
	} {
		p, missing, err := ParseParams(c.class, c.text)
		if err != nil || strings.Join(missing, ",") != c.missing {
			t.Errorf("%s %s: missing %v, %v; want %q", c.class.Program, c.text, missing, err, c.missing)
			continue
		}
		if (p != nil && p.NeedsParameters) != (c.missing != "") {
			t.Errorf("%s %s: needs_parameters does not follow %q", c.class.Program, c.text, c.missing)
		}
	}
}

// Every parameter of every program has a field in Params and a meaning.
func TestSchemaIsWhole(t *testing.T) {
	if len(Programs()) != 23 {
		t.Errorf("%d programs", len(Programs()))
	}
	samples := map[Type]string{
		Text: `"x"`, Number: `1`, Whole: `1`, Truth: `true`, Texts: `["x"]`, Caps: `{"3":1}`, Lists: `{"x":["y"]}`, Alternatives: `[{"sex":"1"}]`,
	}
	for _, name := range Programs() {
		for _, p := range Schema(name) {
			value := samples[p.Type]
			if len(p.Values) > 0 && p.Type == Text {
				value = `"` + p.Values[0] + `"`
			}
			text := `{"` + p.Name + `":` + value + `}`
			var params Params
			if err := json.Unmarshal([]byte(text), &params); err != nil || params.String() != text {
				t.Errorf("%s %s: %s became %q, %v", name, p.Name, text, params.String(), err)
			}
			if p.Meaning == "" {
				t.Errorf("%s %s has no meaning", name, p.Name)
			}
		}
	}
	if Schema("sql") != nil {
		t.Error("a program that does not exist has a schema")
	}
}

func FuzzParams(f *testing.F) {
	for _, seed := range []string{`{"sex":"1"}`, `{"max":1e2,"window":"day"}`, `{"any_of":[{"sex":"2"}]}`, `{"a":{"a":1,"a":2}}`, `[`, "null", `{"max":0.0001}`} {
		for i := range Programs() {
			f.Add(i, seed)
		}
	}
	f.Fuzz(func(t *testing.T, program int, text string) {
		names := Programs()
		c := class(names[uint(program)%uint(len(names))])
		p, missing, err := ParseParams(c, text)
		if err != nil {
			return
		}
		again, missing2, err := ParseParams(c, p.String())
		if err != nil || again.String() != p.String() || len(missing) != len(missing2) {
			t.Fatalf("%s %q: %q became %q (%v, %v, %v)", c.Program, text, p, again, missing, missing2, err)
		}
	})
}
