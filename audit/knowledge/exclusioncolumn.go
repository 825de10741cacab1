package knowledge

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"yiheng/ground/calendar"
)

// AllRules stands in a list of rules for every rule class of this version.
const AllRules = "全部"

// exclusionColumn is a column of an exclusion list: how it is named, explained, read
// and written. set returns, in Chinese, why a text is refused.
type exclusionColumn struct {
	name, label string
	meaning     string
	form        string // what the cell may hold
	required    string
	set         func(r *exclusionReader, x *Exclusion, text string) error
	get         func(x *Exclusion) string
}

var exclusionColumns = []exclusionColumn{
	{
		"ex_id", "编号", "这一条例外的编号，不得与其他例外相同", "文本，不含空格", "可不填，由系统按内容编号",
		func(_ *exclusionReader, x *Exclusion, text string) error { x.ID = text; return noBlanks(text) },
		func(x *Exclusion) string { return x.ID },
	},
	{
		"kind", "种类", "为什么不判", kindForms(), "必填",
		func(_ *exclusionReader, x *Exclusion, text string) (err error) {
			x.Kind, err = exclusionKind(text)
			return
		},
		func(x *Exclusion) string { return x.Kind },
	},
	{
		"rule_ids", "规则编号", "哪些规则不判；“全部”在导入时展开为本版本的全部规则", "规则编号，多个用分号隔开，或“全部”", "必填",
		(*exclusionReader).rules,
		func(x *Exclusion) string { return strings.Join(x.RuleIDs, ";") },
	},
	{
		"psn_no", "人员编号", "只对这个人", "国家平台的人员编号（psn_no），不是证件号码", "下列条件至少填一项",
		func(_ *exclusionReader, x *Exclusion, text string) error { x.PsnNo = text; return personNumber(text) },
		func(x *Exclusion) string { return x.PsnNo },
	},
	{
		"mdtrt_id", "就诊编号", "只对这一次就诊", "就诊ID（mdtrt_id）", "条件",
		func(_ *exclusionReader, x *Exclusion, text string) error { x.MdtrtID = text; return noBlanks(text) },
		func(x *Exclusion) string { return x.MdtrtID },
	},
	{
		"fixmedins_code", "医药机构编号", "只对这家定点医药机构", "定点医药机构编号（fixmedins_code）", "条件",
		func(_ *exclusionReader, x *Exclusion, text string) error {
			x.FixmedinsCode = text
			return noBlanks(text)
		},
		func(x *Exclusion) string { return x.FixmedinsCode },
	},
	{
		"med_types", "医疗类别", "只对这些医疗类别的就诊", "医疗类别代码或其前缀，多个用分号隔开，如 13;21", "条件",
		func(_ *exclusionReader, x *Exclusion, text string) (err error) {
			x.MedTypes, err = listOf(text, medTypeForm, "不是医疗类别代码（数字，如 13、2101）")
			return
		},
		func(x *Exclusion) string { return strings.Join(x.MedTypes, ";") },
	},
	{
		"dx_any", "诊断编码", "只对有其中一个诊断的就诊", "诊断编码或其前缀，多个用分号隔开，如 N18.5;Z49", "条件",
		func(_ *exclusionReader, x *Exclusion, text string) (err error) {
			x.DxAny, err = listOf(text, dxForm, "不是诊断编码（大写字母开头，如 N18、Z51.1）")
			return
		},
		func(x *Exclusion) string { return strings.Join(x.DxAny, ";") },
	},
	{
		"codes_any", "明细编码", "只对有其中一个项目、药品或耗材的就诊", "国家编码或其前缀，多个用分号隔开", "条件",
		func(_ *exclusionReader, x *Exclusion, text string) (err error) {
			x.CodesAny, err = listOf(text, codeForm, "不是国家编码或其前缀（字母、数字、连字符）")
			return
		},
		func(x *Exclusion) string { return strings.Join(x.CodesAny, ";") },
	},
	{
		"region", "行政区划", "只对这个地区的定点医药机构；省、市包含其下各地", "6 位行政区划代码，如 330100", "不填为全国",
		func(_ *exclusionReader, x *Exclusion, text string) error { x.Region = text; return regionCode(text) },
		func(x *Exclusion) string { return x.Region },
	},
	{
		"valid_from", "开始日期", "从这个服务日起（含）", "日期，如 2025-01-01", "不填为不限",
		func(_ *exclusionReader, x *Exclusion, text string) (err error) {
			x.ValidFrom, err = cellDay(text)
			return
		},
		func(x *Exclusion) string { return x.ValidFrom.String() },
	},
	{
		"valid_to", "截止日期", "到这个服务日止（含）", "日期，如 2025-12-31", "不填为不限",
		func(_ *exclusionReader, x *Exclusion, text string) (err error) {
			x.ValidTo, err = cellDay(text)
			return
		},
		func(x *Exclusion) string { return x.ValidTo.String() },
	},
	{
		"reason", "理由", "为什么不判，批准的文件或会议纪要；写入筛查报告", "文本，至少 4 个字", "必填",
		func(_ *exclusionReader, x *Exclusion, text string) error { x.Reason = text; return reasonText(text) },
		func(x *Exclusion) string { return x.Reason },
	},
}

var (
	medTypeForm = regexp.MustCompile(`^[0-9]{1,6}$`)
	dxForm      = regexp.MustCompile(`^[A-Z][0-9A-Za-z.+*/]*$`)
	codeForm    = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]*$`)
	idCard      = regexp.MustCompile(`^[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[0-9Xx]$`)
)

// kindForms lists the kinds with their Chinese names.
func kindForms() string {
	var forms []string
	for _, kind := range slices.Sorted(maps.Keys(ExclusionKinds)) {
		forms = append(forms, ExclusionKinds[kind]+"（"+kind+"）")
	}
	return strings.Join(forms, "、")
}

// exclusionKind returns the kind that a text names, by its code or in Chinese.
func exclusionKind(text string) (string, error) {
	for kind, name := range ExclusionKinds {
		if text == kind || text == name {
			return kind, nil
		}
	}
	return "", fmt.Errorf("不认识种类“%s”，可用：%s", text, kindForms())
}

// rules reads the list of rule ids, sorted; AllRules is spelled out. Rows with one
// text share the list.
func (r *exclusionReader) rules(x *Exclusion, text string) error {
	if list, ok := r.lists[text]; ok {
		x.RuleIDs = list
		return nil
	}
	var list []string
	for _, id := range cut(text) {
		switch {
		case id == AllRules && !r.stored:
			list = append(list, r.known...)
		case !r.stored && !slices.Contains(r.known, id):
			return fmt.Errorf("没有规则“%s”；用 yiheng rule list 查看规则编号，多个用分号隔开，全部规则写“%s”", id, AllRules)
		default:
			list = append(list, id)
		}
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if r.lists == nil {
		r.lists = make(map[string][]string)
	}
	r.lists[text], x.RuleIDs = list, list
	return nil
}

// cut splits a cell at semicolons and 、, blanks trimmed, empty parts left out.
func cut(text string) []string {
	var parts []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '；' || r == '、' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// listOf reads a list of codes, sorted and each once.
func listOf(text string, form *regexp.Regexp, wrong string) ([]string, error) {
	list := cut(text)
	for _, code := range list {
		if !form.MatchString(code) {
			return nil, fmt.Errorf("“%s”%s；多个用分号隔开", code, wrong)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("只有分隔符，没有内容；没有这项条件就留空")
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

func noBlanks(text string) error {
	if strings.IndexFunc(text, unicode.IsSpace) >= 0 || strings.ContainsAny(text, ";；、") || len(text) > 128 {
		return fmt.Errorf("“%.40s”含空格、分号或过长：这一列只写一个编号", text)
	}
	return nil
}

// personNumber refuses what looks like an identity card number, and does not repeat it.
func personNumber(text string) error {
	if idCard.MatchString(text) {
		return errors.New("像是公民身份号码：名单里不得写证件号码，请写国家平台的人员编号（psn_no）")
	}
	return noBlanks(text)
}

func regionCode(text string) error {
	if len(text) != 6 || strings.Trim(text, "0123456789") != "" {
		return fmt.Errorf("“%s”不是 6 位行政区划代码；全国留空", text)
	}
	return nil
}

const leastReason = 4 // characters

func reasonText(text string) error {
	if len([]rune(text)) < leastReason {
		return fmt.Errorf("“%s”太短：写明为什么不判、依据哪份文件，报告要用", text)
	}
	return nil
}

// cellDay reads a day, also as spreadsheets keep it: days since 1899-12-30.
func cellDay(text string) (calendar.Day, error) {
	if serial.MatchString(text) {
		n := 0
		for _, c := range text[:5] {
			n = 10*n + int(c-'0')
		}
		return calendar.DayOf(1899, 12, 30) + calendar.Day(n), nil
	}
	d, err := calendar.ParseDay(text)
	if err != nil {
		return calendar.NoDay, fmt.Errorf("“%s”不是日期，写成 2025-01-01", text)
	}
	return d, nil
}

// serial are the days from 1954 to 2173 as spreadsheets keep them.
var serial = regexp.MustCompile(`^[2-9]\d{4}(\.0+)?$`)
