package knowledge

import (
	"strings"
)

// signal is a phrase of official workbooks and the rule classes that it means for
// each subject; several classes: the phrase alone does not tell them apart.
type signal struct {
	phrase string
	rules  map[subject][]string
}

func rules(of subject, ids ...string) map[subject][]string { return map[subject][]string{of: ids} }

// logicSignals are phrases of the column 检出逻辑, which the notices of the batches use word for word.
var logicSignals = []signal{
	{"与限定性别不符", sexRules},
	{"超出儿童年龄限制", childRules},
	{"超出法定就业年龄", rules(item, "BD2025029")},
	{"险种非工伤保险", injuryRules},
	{"险种非生育保险", maternityRules},
	{"不符合限定就医方式", visitRules},
	{"级别低于限定级别", levelRules},
	{"日期总计超过限制天数", courseRules},
	{"连续时间跨度超过限制天数", courseRules},
	{"项目a和项目b同时收费", rules(item, "GZ10000102012000")},
	{"同一切口", rules(item, "GZ10000102002000")},
	{"数量总计超过上限数量", rules(item, "GZ10000102014000")},
	{"周期内超出限定支付数量", rules(item, "BD2025031")},
	{"一线药品使用无效或不能耐受", rules(drug, "GZ10000101005000")},
	{"互联网诊疗时", rules(drug, "BD2025047")},
	{"全部由这些饮片组成", rules(piece, "GZ10000101004000")},
	{"不得纳入基金支付范围的中药饮片", rules(piece, "GZ10000101003000")},
	{"诊断不符合限定支付适应症", indicationRules},
}

// kindSignals are words of the column 限定类型 and of file names. A longer phrase
// stands before one that it contains.
var kindSignals = []signal{
	{"限定性别", sexRules},
	{"限定年龄对象", childRules},
	{"限定年龄", map[subject][]string{item: {"BD2025029"}, drug: {"GZ10000301002000", "GZ10000101007000"}}},
	{"限定主次操作", rules(item, "GZ10000102002000")},
	{"周期超频次", rules(item, "BD2025031")},
	{"限定周期", rules(item, "BD2025031")},
	{"限定频次", rules(item, "GZ10000102014000")},
	{"限定疗程", courseRules},
	{"限支付疗程", courseRules},
	{"限定支付疗程", courseRules},
	{"就医方式", visitRules},
	{"医疗机构级别", levelRules},
	{"限定机构级别", levelRules},
	{"限定级别", levelRules},
	{"二线使用", rules(drug, "GZ10000101005000")},
	{"限定适应症", indicationRules},
	{"限适应症", indicationRules},
	{"互联网", rules(drug, "BD2025047")},
	{"重复收费", rules(item, "GZ10000102012000")},
	{"配伍禁忌", rules(piece, "GZ10000301012000")},
	{"工伤", injuryRules},
	{"生育", maternityRules},
}

var (
	sexRules = map[subject][]string{
		drug: {"GZ10000301004000"}, item: {"GZ10000302004000"}, consumable: {"BD2025087"},
		operation: {"GZ10000201005000"}, diagnosis: {"GZ10000204006000"},
	}
	childRules = map[subject][]string{
		drug: {"GZ10000301002000", "GZ10000101007000"}, item: {"GZ10000302003000"}, consumable: {"GZ10000103002000"},
	}
	injuryRules     = map[subject][]string{drug: {"GZ10000101001000"}, item: {"GZ10000102003000"}}
	maternityRules  = map[subject][]string{drug: {"GZ10000101002000"}, item: {"GZ10000102004000"}}
	visitRules      = map[subject][]string{drug: {"BD2025013"}, item: {"GZ10000102009000"}}
	levelRules      = map[subject][]string{drug: {"GZ10000101012000"}, item: {"GZ10000102011000"}}
	courseRules     = map[subject][]string{drug: {"GZ10000101010000"}, item: {"GZ10000102010000"}}
	indicationRules = map[subject][]string{drug: {"GZ10000101008000"}, item: {"GZ10000102007000"}}
)

// find returns the classes that the first phrase in text means for s. Phrases that
// only one subject can mean need no subject.
func find(signals []signal, text string, s subject) []string {
	text = word(text)
	for _, g := range signals {
		if !strings.Contains(text, g.phrase) {
			continue
		}
		if ids := g.rules[s]; ids != nil {
			return ids
		}
		if len(g.rules) == 1 && (s == "" || s == drug || s == piece) {
			for _, ids := range g.rules {
				return ids
			}
		}
	}
	return nil
}
