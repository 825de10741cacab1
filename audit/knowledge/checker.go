package knowledge

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiheng/facts/claim"
)

// checker holds params against the schema of a program.
type checker struct {
	class  Class
	schema []Param
	fields object
	errs   []error
}

func (c *checker) fail(name, format string, args ...any) {
	c.errs = append(c.errs, ParamError{name, fmt.Sprintf(format, args...)})
}

func (c *checker) run() {
	for _, m := range c.fields {
		p := param(c.schema, m.name)
		switch {
		case p == nil:
			c.fail(m.name, "%s 没有这个参数，可用：%s", c.class.Program, strings.Join(paramNames(c.schema), "、"))
		case m.value == nil:
			c.fail(m.name, "不能是 null，没有就不写")
		case !applies(p.When, c.text):
			c.fail(m.name, "只在 %s 时使用", strings.ReplaceAll(p.When, "|", " 或 "))
		default:
			c.value(p, m.name, m.value)
		}
	}
	c.ages(c.fields, "")
	c.expression()
	c.proportion()
}

// text returns a text parameter, the class's check when the point has none.
func (c *checker) text(name string) string {
	if v, ok := c.fields.get(name); ok {
		s, _ := v.(string)
		return s
	}
	if name == "check" {
		return c.class.Check
	}
	return ""
}

// missing returns what the point lacks; of parameters that replace each other the
// names joined by "|".
func (c *checker) missing() []string {
	var names []string
	choices, met := map[string][]string{}, map[string]bool{}
	for i := range c.schema {
		p := &c.schema[i]
		if !applies(p.When, c.text) {
			continue
		}
		_, given := c.fields.get(p.Name)
		given = given || p.Name == "check" && c.class.Check != ""
		switch {
		case p.OneOf != "":
			choices[p.OneOf] = append(choices[p.OneOf], p.Name)
			met[p.OneOf] = met[p.OneOf] || given
		case p.Required && !given:
			names = append(names, p.Name)
		}
	}
	for label, choice := range choices {
		if !met[label] {
			names = append(names, strings.Join(c.likely(choice), "|"))
		}
	}
	slices.Sort(names)
	return names
}

// likelyAttributes are the attributes that a class with the word in its name is about.
var likelyAttributes = []struct {
	word  string
	names []string
}{
	{"性别", []string{"sex"}},
	{"级别", []string{"level_min"}},
	{"就医方式", []string{"med_types"}},
	{"科室", []string{"depts"}},
	{"新生儿", []string{"age_max_days"}},
	{"儿童", []string{"age_min_years", "age_max_years"}},
	{"年龄", []string{"age_min_years", "age_max_years"}},
	{"老年", []string{"age_max_years"}},
	{"保险", []string{"insutypes", "any_of"}},
	{"分级", []string{"dr_grade_min"}},
}

// likely narrows a choice of attributes to those that the class is about.
func (c *checker) likely(choice []string) []string {
	for _, l := range likelyAttributes {
		if strings.Contains(c.class.Name, l.word) && slices.Contains(choice, l.names[0]) {
			return l.names
		}
	}
	return choice
}

func (c *checker) value(p *Param, name string, v any) {
	switch p.Type {
	case Text:
		c.textValue(p, name, v)
	case Whole, Number:
		c.number(p, name, v)
	case Truth:
		if b, ok := v.(bool); !ok || !b && p.OneOf != "" {
			c.fail(name, "只能是 true，没有就不写")
		}
	case Texts:
		c.list(p, name, v)
	case Caps:
		c.caps(p, name, v)
	case Lists:
		c.lists(p, name, v)
	case Alternatives:
		c.alternatives(name, v)
	}
}

func (c *checker) textValue(p *Param, name string, v any) {
	s, ok := v.(string)
	switch {
	case !ok && len(p.Values) > 0:
		c.fail(name, "须是带引号的文本：%s", strings.Join(p.Values, "、"))
	case !ok:
		c.fail(name, "须是带引号的文本")
	case len(p.Values) > 0 && !slices.Contains(p.Values, s):
		c.fail(name, "不认识“%s”，%s 可用：%s", s, c.class.Program, strings.Join(p.Values, "、"))
	case strings.TrimSpace(s) == "" || strings.TrimSpace(s) != s:
		c.fail(name, "不能为空，首尾不能有空格")
	default:
		c.indicator(name, s)
	}
}

func (c *checker) number(p *Param, name string, v any) {
	n, ok := v.(json.Number)
	if !ok {
		c.fail(name, "须是数字，不加引号")
		return
	}
	q, err := claim.ParseDecimal(n.String(), 4)
	switch {
	case errors.Is(err, claim.ErrDecimals):
		c.fail(name, "%s 小数过多，最多四位", n)
	case err != nil:
		c.fail(name, "%s 不是可用的数字", n)
	case p.Type == Whole && strings.Trim(n.String(), "-0123456789") != "":
		c.fail(name, "%s 不是整数，须直接写整数", n)
	case q < p.Min*int64(claim.Piece):
		c.fail(name, "%s 太小，不得小于 %d", n, p.Min)
	case p.Max > 0 && q > p.Max*int64(claim.Piece):
		c.fail(name, "%s 太大，不得大于 %d", n, p.Max)
	}
}

func (c *checker) list(p *Param, name string, v any) {
	list, ok := v.([]any)
	if !ok {
		c.fail(name, "须是文本的列表，例如 [\"A00\",\"B01\"]")
		return
	}
	if len(list) == 0 {
		c.fail(name, "列表不能为空，没有就不写")
	}
	for i, e := range list {
		s, ok := e.(string)
		if !ok || s == "" || strings.ContainsAny(s, " \t\r\n") {
			c.fail(name, "第 %d 项须是不含空格的文本", i+1)
		}
	}
}

func (c *checker) caps(p *Param, name string, v any) {
	o, ok := v.(object)
	if !ok || len(o) == 0 {
		c.fail(name, "须是按级别列出的价格（分），例如 {\"3\":800,\"2\":650,\"1\":500}")
		return
	}
	for _, m := range o {
		if !slices.Contains(p.Values, m.name) {
			c.fail(name, "不认识级别“%s”，可用：%s", m.name, strings.Join(p.Values, "、"))
			continue
		}
		c.number(&Param{Type: Whole, Min: p.Min}, name+"."+m.name, m.value)
	}
}

func (c *checker) lists(p *Param, name string, v any) {
	o, ok := v.(object)
	if !ok || len(o) == 0 {
		c.fail(name, "须是对象：编码 → 编码前缀的列表")
		return
	}
	for _, m := range o {
		c.list(p, name+"."+m.name, m.value)
	}
}

func (c *checker) alternatives(name string, v any) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		c.fail(name, "须是属性对象的列表，例如 [{\"insutypes\":[\"510\"]},{\"med_types\":[\"51\"]}]")
		return
	}
	for i, e := range list {
		at := fmt.Sprintf("%s[%d]", name, i)
		o, ok := e.(object)
		if !ok || len(o) == 0 {
			c.fail(at, "须是不为空的属性对象")
			continue
		}
		for _, m := range o {
			p := param(attributeParams, m.name)
			if p == nil {
				c.fail(at+"."+m.name, "不是属性，可用：%s", strings.Join(paramNames(attributeParams), "、"))
				continue
			}
			c.value(p, at+"."+m.name, m.value)
		}
		c.ages(o, at+".")
	}
}

// ages refuses an age range that nobody can be in.
func (c *checker) ages(o object, at string) {
	least, okMin := ageDays(o, "age_min_days", "age_min_years", 0)
	most, okMax := ageDays(o, "age_max_days", "age_max_years", 1)
	if okMin && okMax && least > most {
		c.fail(at+"age_min…age_max…", "最小年龄大于最大年龄，没有人能满足")
	}
}

// ageDays returns the bound that the named parameters put on the age in days; an
// upper bound of n completed years reaches to the day before the birthday n+more.
func ageDays(o object, days, years string, more int64) (int64, bool) {
	whole := func(name string) (int64, bool) {
		v, _ := o.get(name)
		n, ok := v.(json.Number)
		if !ok {
			return 0, false
		}
		i, err := n.Int64()
		return i, err == nil && i >= 0 && i < 1e6
	}
	if n, ok := whole(days); ok {
		return n, true
	}
	n, ok := whole(years)
	if !ok {
		return 0, false
	}
	return (n+more)*36525/100 - more, true
}

func paramNames(schema []Param) []string {
	names := make([]string, len(schema))
	for i, p := range schema {
		names[i] = p.Name
	}
	return names
}
