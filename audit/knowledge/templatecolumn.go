package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// templateColumn is a column of the workbook of a rule class: a field of its points,
// or a parameter.
type templateColumn struct {
	name  string // as the exchange format or the schema names it; of caps with .level
	label string // Chinese
	param *Param // nil: a field of the point
	level string // of caps: the hospital level of this column
}

// header is what stands in the first row: 限定性别（sex）.
func (c *templateColumn) header() string { return c.label + "（" + c.name + "）" }

// paramLabels name the parameters whose meaning does not begin with a name, or with
// one that another parameter has too.
var paramLabels = map[string]string{
	"mode": "方式", "year": "年度", "over": "范围", "period": "统计周期", "default": "待核定默认值", "severity": "严重程度",
	"group": "合并计算组", "exclude_dx": "例外诊断", "exclude_med_types": "例外医疗类别", "dx_any": "诊断编码", "dx_none": "不得有的诊断",
	"any_of": "多组属性", "not_internet": "互联网医院不支付", "count": "计数方式", "event": "查哪一种", "needs_any": "须有的编码",
	"map": "项目与手术编码对照", "days": "滚动天数", "max": "上限", "exam_share": "检查检验占比下限", "treat_share": "治疗用药占比上限",
	"grace_days": "宽限天数", "parts": "组成项目", "min": "至少几项", "max_kinds": "最多种数", "free_qty": "已含数量",
	"ratio": "计费比例", "name": "检查名称", "hits": "表达式", "max_price_fen": "最高单价（分）", "max_fen": "年度上限（分）",
	"percentile": "百分位", "min_visits": "最少就诊数", "classes": "可用分类", "triggers": "触发编码", "lookback_days": "回溯天数",
	"max_days": "最多天数", "max_hours": "最长小时数", "hours": "最迟小时数", "interval_days": "间隔天数", "level_min": "最低机构级别",
	"depts": "可开单科室", "dr_grade_min": "最低医师职称", "insutypes": "可支付险种", "med_types": "可支付医疗类别",
}

// levelNames are the hospital levels of a cap on prices.
var levelNames = map[string]string{"3": "三级", "2": "二级", "1": "一级", "0": "未定级"}

// label returns the Chinese name of a parameter: what its meaning begins with, where
// paramLabels has no better one.
func (p *Param) label() string {
	if l := paramLabels[p.Name]; l != "" {
		return l
	}
	end := strings.IndexAny(p.Meaning, "：（，")
	if end < 0 {
		return p.Meaning
	}
	return p.Meaning[:end]
}

// pointFields are the columns that every class has, beside its parameters.
var pointFields = map[string]struct{ label, meaning, kind, form string }{
	"code":       {"编码", "知识点说的药品、项目、耗材、饮片，或诊断、手术操作的编码", "文本", "一行一个编码；对本规则所辖的全部明细都成立时留空"},
	"other_code": {"另一编码", "与前一编码不能同时收费或使用的另一编码", "文本", "一行一个编码"},
	"valid_from": {"生效日", "从这个服务日起（含）判定；今天公布的知识点不能拿去判去年的费用", "日期", "日期，如 2025-01-01；整个文件同一天可不填，导入时用 --valid-from 写明"},
	"valid_to":   {"失效日", "到这个服务日止（含）", "日期", "日期；不填为一直有效"},
	"region":     {"行政区划", "只在这个地区有效；省、市包含其下各地", "文本", "6 位行政区划代码，如 330100；不填为全国"},
	"basis":      {"依据", "文件名、文号、条款原文；地方知识点接替国家知识点时必须写", "文本", "文本"},
	"note":       {"备注", "名称、说明", "文本", "文本"},
	"kp_id":      {"知识点编号", "不填时由系统按内容编号；更改已导入的知识点时写它的编号", "文本", "不含空格"},
	"supersedes": {"接替", "本知识点从生效日起接替哪一个知识点", "文本", "知识点编号"},
}

// templateColumns are the columns of a class's workbook: codes, its parameters with
// those that the class is about first, what all classes share, days, region, texts.
func templateColumns(class Class) []templateColumn {
	field := func(name string) templateColumn {
		return templateColumn{name: name, label: pointFields[name].label}
	}
	columns := []templateColumn{field("code")}
	if class.Program == "conflict" {
		columns = append(columns, field("other_code"))
	}
	for _, p := range templateParams(class) {
		if p.Type != Caps {
			columns = append(columns, templateColumn{name: p.Name, label: p.label(), param: p})
			continue
		}
		for _, level := range p.Values {
			columns = append(columns, templateColumn{name: p.Name + "." + level, label: levelNames[level] + p.label(), param: p, level: level})
		}
	}
	for _, name := range []string{"valid_from", "valid_to", "region", "basis", "note", "kp_id", "supersedes"} {
		columns = append(columns, field(name))
	}
	return columns
}

// templateParams returns the parameters that a point of the class may state.
func templateParams(class Class) []*Param {
	schema := Schema(class.Program)
	c := checker{class: class, schema: schema}
	likely := c.likely(paramNames(schema))
	if len(likely) == len(schema) {
		likely = nil
	}
	var first, rest []*Param
	for i := range schema {
		p := &schema[i]
		ofCheck := strings.HasPrefix(p.When, "check=") && class.Check != "" && !applies(p.When, c.text)
		switch {
		case p.Name == "needs_parameters", p.Name == "check" && class.Check != "", ofCheck:
		case slices.Contains(likely, p.Name):
			first = append(first, p)
		default:
			rest = append(rest, p)
		}
	}
	return append(first, rest...)
}

// choices are the values of a text parameter with what each means: day 单日.
func (p *Param) choices() []string {
	var all []string
	for _, v := range p.Values {
		all = append(all, strings.TrimSpace(v+" "+p.meaningOf(v)))
	}
	return all
}

// meaningOf returns what the parameter's meaning says of a value.
func (p *Param) meaningOf(value string) string {
	words := strings.FieldsFunc(p.Meaning, func(r rune) bool { return strings.ContainsRune("：、；（），", r) })
	for _, w := range words {
		if name, meaning, ok := strings.Cut(w, " "); ok && name == value {
			return meaning
		}
	}
	return ""
}

// describe returns how the workbook explains the column.
func (c *templateColumn) describe(class Class) formColumn {
	f := formColumn{header: c.header(), example: c.example(class)}
	if c.param == nil {
		t := pointFields[c.name]
		f.meaning, f.kind, f.form = t.meaning, t.kind, t.form
		switch {
		case c.name == "other_code":
			f.required = "必填"
		case c.name == "code" && codeless(class):
			f.form = "留空：这条规则不按编码"
		}
		return f
	}
	p := c.param
	f.meaning, f.required = p.Meaning, c.required(class)
	switch p.Type {
	case Text:
		f.kind, f.form = "文本", "文本"
		if len(p.Values) > 0 {
			f.list = p.choices()
			f.form = strings.Join(f.list, "、")
		}
	case Whole, Caps, Number:
		f.kind, f.form = "整数", rangeText(p)
		if p.Type == Number {
			f.kind, f.form = "数字", rangeText(p)+"，最多四位小数"
		}
		f.min, f.max = float64(p.Min), float64(p.Max)
	case Truth:
		f.kind, f.form, f.list = "是", "“是”，或留空", []string{"是"}
	case Texts:
		f.kind, f.form = "文本", "多个用分号隔开"
	case Lists:
		f.kind, f.form = "文本", "编码=前缀|前缀，多组用分号隔开"
	case Alternatives:
		f.kind, f.form = "文本", "一组写作 属性=值|值&属性=值，多组用分号隔开，满足其中一组即可；属性："+strings.Join(paramNames(attributeParams), "、")
	}
	return f
}

func rangeText(p *Param) string {
	if p.Max > 0 {
		return fmt.Sprintf("%d 至 %d", p.Min, p.Max)
	}
	return fmt.Sprintf("不小于 %d", p.Min)
}

// required says when the column must be filled; "": never.
func (c *templateColumn) required(class Class) string {
	p := c.param
	condition := ""
	if name, values, ok := strings.Cut(p.When, "="); ok && (name != "check" || class.Check == "") {
		condition = "仅在 " + name + " 为 " + strings.ReplaceAll(values, "|", " 或 ") + " 时，"
	}
	switch {
	case p.OneOf != "":
		return condition + "几列中至少填一项：" + strings.Join(labelsOneOf(class, p.OneOf), "、")
	case p.Required && p.Type == Caps:
		return "各级中至少填一级"
	case p.Required:
		return condition + "必填"
	}
	return strings.TrimSuffix(condition, "，")
}

func labelsOneOf(class Class, label string) []string {
	var labels []string
	for _, p := range templateParams(class) {
		if p.OneOf == label {
			labels = append(labels, p.label())
		}
	}
	return labels
}
