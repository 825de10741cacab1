package knowledge

import (
	"cmp"
	"slices"
	"strings"
)

// exampleCodes are two codes of each subject, as examples.
var exampleCodes = map[subject][2]string{
	drug: {"XA02BCA084A012010100453", "XA02BCA393A012010183696"}, item: {"003104010220000", "003104010220100"},
	consumable: {"C0201070010000102345", "C1601010010000102345"}, piece: {"T000700278", "T000700200"},
	operation: {"68.4", ""}, diagnosis: {"N40", ""},
}

// exampleSubjects are what code and other code are of, where the class's name does not tell.
var exampleSubjects = map[string][2]subject{
	"药品与医疗服务项目不符":     {drug, item},
	"医疗服务项目与医用耗材重复收费": {item, consumable},
	"诊断编码与手术操作编码不符":   {operation, ""},
	"围手术期抗菌药物预防性应用监管": {operation, ""},
	"重复开药": {drug, drug},
}

// codeless says whether the points of a class are about visits or institutions.
func codeless(class Class) bool {
	return slices.Contains([]string{"integrity", "sequence", "ratio", "share"}, class.Program)
}

// exampleValues show what a parameter may hold; the values are examples, not advice.
var exampleValues = map[string]string{
	"sex": "2", "age_min_days": "0", "age_max_days": "28", "age_min_years": "18", "age_max_years": "59", "med_types": "2;52", "insutypes": "310",
	"level_min": "2", "depts": "A21;A28", "dr_grade_min": "4", "any_of": "insutypes=510;med_types=51|52", "dx_any": "K25;K26", "dx_none": "K92.2",
	"needs_any": "003103010020000", "window": "day", "free_qty": "1", "class": "质子泵抑制剂", "max_kinds": "1", "max": "2", "days": "14",
	"count": "times", "max_days": "14", "max_fen": "200000", "max_price_fen.3": "800", "max_price_fen.2": "650", "max_price_fen.1": "500", "max_price_fen.0": "400",
	"ratio": "0.5", "group": "示范组", "parts": "003104010220100;003104010220200", "min": "2", "first_any": "XA02BA", "lookback_days": "90",
	"benefit": "M03900", "grace_days": "1", "fields": "dscg_maindiag_code;setl_list_diag_d.diag_code", "hours": "72",
	"map": "003310010010000=36.0|36.1;003304060050000=13.4", "max_hours": "48", "classes": "XJ01DB;XJ01DC", "interval_days": "15",
	"exam_share": "0.7", "treat_share": "0.2", "numerator": "drug", "denominator": "total", "limit": "0.4", "percentile": "95",
	"min_visits": "20", "item": "002103000010000", "tolerance": "0.05", "name": "示范检查", "triggers": "0031", "severity": "2",
	"hits": "lines.filter(l, l.cnt > 10.0)", "exclude_dx": "N18.5", "exclude_med_types": "13", "not_internet": "是", "default": "是",
}

// exampleFields are those of the fields.
var exampleFields = map[string]string{
	"valid_from": "2025-01-01", "valid_to": "2025-12-31", "region": "330100",
	"basis": "文件名〔2025〕1 号 第三条", "note": "说明", "kp_id": "KP-330100-0001", "supersedes": "KP-330100-0000",
}

// exampleFor are values that fit a class with the word in its name better.
var exampleFor = []struct{ word, param, value string }{
	{"禁用", "age_min_years", "18"},
	{"儿童", "age_max_years", "14"},
	{"老年", "age_max_years", "64"},
	{"疾病诊断编码", "needs_any", "003103010020000"},
	{"禁忌", "dx_none", "K92.2"},
	{"妊娠", "dx_none", "O;Z33"},
	{"工伤", "insutypes", "410"},
	{"生育", "any_of", "insutypes=510;med_types=51|52|53"},
	{"CT", "numerator", "code:00210300"},
}

// chosenFor returns the parameter that the example of a class states, of those that
// replace each other; "": the first of them.
func chosenFor(class Class) (param, value string) {
	for _, e := range exampleFor {
		if strings.Contains(class.Name, e.word) {
			return e.param, e.value
		}
	}
	return "", ""
}

// example returns what a cell of the column may look like.
func (c *templateColumn) example(class Class) string {
	if c.param == nil {
		return c.exampleField(class)
	}
	if p, v := chosenFor(class); p == c.name {
		return v
	}
	if c.param.Type == Text && len(c.param.Values) > 0 {
		for _, choice := range c.param.choices() {
			if value, _, _ := strings.Cut(choice, " "); value == exampleValues[c.name] {
				return choice
			}
		}
		return c.param.choices()[0]
	}
	return cmp.Or(exampleValues[c.name], "示范")
}

func (c *templateColumn) exampleField(class Class) string {
	side := slices.Index([]string{"code", "other_code"}, c.name)
	if side < 0 {
		return exampleFields[c.name]
	}
	if codeless(class) {
		return ""
	}
	subjects, told := exampleSubjects[class.Name]
	if !told {
		s := namedSubject(word(class.Name))
		subjects = [2]subject{s, s}
	}
	return exampleCodes[subjects[side]][side]
}

// exampleRow is a point of the class with what it needs to be in force, by column.
func exampleRow(class Class) map[string]string {
	row := map[string]string{}
	preferred, _ := chosenFor(class)
	columns := templateColumns(class)
	met := map[string]bool{}
	for i := range columns {
		if p := columns[i].param; p != nil && p.Name == preferred && p.OneOf != "" {
			row[p.Name], met[p.OneOf] = columns[i].example(class), true
		}
	}
	for i := range columns {
		c := &columns[i]
		switch p := c.param; {
		case p == nil:
			if slices.Contains([]string{"code", "other_code", "valid_from", "region", "basis"}, c.name) {
				row[c.name] = c.example(class)
			}
		case !c.applies(row, class):
		case p.OneOf != "" && !met[p.OneOf], p.Required:
			met[p.OneOf] = true
			row[c.name] = c.example(class)
		}
	}
	return row
}

// applies says whether the column is used beside what the row holds already.
func (c *templateColumn) applies(row map[string]string, class Class) bool {
	return applies(c.param.When, func(name string) string {
		if name == "check" && class.Check != "" {
			return class.Check
		}
		value, _, _ := strings.Cut(row[name], " ")
		return value
	})
}
