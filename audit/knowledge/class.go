package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// subject is what the codes of a sheet are.
type subject string

const (
	drug       subject = "药品"
	item       subject = "项目"
	consumable subject = "耗材"
	piece      subject = "饮片"
	operation  subject = "手术操作"
	diagnosis  subject = "诊断"
)

// officialIDs are the ids of the 88 rule classes of the 2025 list.
var officialIDs = func() []string {
	var ids []string
	for _, tier := range []struct {
		prefix string
		n      int
	}{
		{"GZ10000101", 12},
		{"GZ10000102", 15},
		{"GZ10000103", 3},
		{"GZ10000201", 8},
		{"GZ10000202", 4},
		{"GZ10000203", 1},
		{"GZ10000204", 7},
		{"ZB10000205", 8},
		{"GZ10000301", 12},
		{"GZ10000302", 6},
		{"GZ10000303", 3},
	} {
		for i := 1; i <= tier.n; i++ {
			ids = append(ids, fmt.Sprintf("%s%03d000", tier.prefix, i))
		}
	}
	return append(ids, "BD2025013", "BD2025029", "BD2025030", "BD2025031", "BD2025047", "BD2025076", "BD2025077", "BD2025087", "BD2025088")
}()

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

// naming finds official class names in texts.
type naming struct {
	names []string // longest first, as word returns them
	ids   map[string]string
}

func newNaming(classes Classes) *naming {
	n := &naming{ids: map[string]string{}}
	for _, id := range officialIDs {
		if c, ok := classes(id); ok {
			n.add(c.Name, id)
			n.add(withoutBrackets(word(c.Name)), id)
		}
	}
	n.add("药品限最大支付天数/开药量", "GZ10000101009000") // its name in the framework of 2023
	slices.SortFunc(n.names, func(a, b string) int { return len(b) - len(a) })
	return n
}

func (n *naming) add(name, id string) {
	if w := word(name); n.ids[w] == "" && w != "" {
		n.ids[w] = id
		n.names = append(n.names, w)
	}
}

// in returns the class whose name text contains, the longest first; "" for none.
func (n *naming) in(text string) string {
	text = word(text)
	for _, name := range n.names {
		if strings.Contains(text, name) {
			return n.ids[name]
		}
	}
	return ""
}

// How the class of a point was decided, in the words of the report.
const (
	byLogic   = "检出逻辑"
	byKind    = "限定类型"
	byTitle   = "工作表标题"
	byColumns = "列"
	byPrefix  = "说明以“限”开头（医保支付限制）"
	byOption  = "--rule"
	byFile    = "文件名"
)

// classifier decides the rule class of each point of one sheet: by its content,
// else by --rule, else by the file's name.
type classifier struct {
	*naming
	subject subject
	layout  *layout
	title   string // class that the sheet's name or its titles name
	option  string // --rule
	file    string // class that the file's name means
}

// classify returns the class of a point and what decided it; "" when nothing does.
// A phrase that several classes share is decided by the title, --rule, or, for
// drugs limited to children, by whether the text is a limit of payment.
func (c *classifier) classify(r *gridRow) (id, by string) {
	text := func(ro role) string { return r.cell(c.layout.col(ro)) }
	kind := text(roleKind)
	if id := c.in(kind); id != "" {
		return id, byKind
	}
	if ids := find(logicSignals, text(roleLogic), c.subject); ids != nil {
		return c.choose(ids, r, byLogic)
	}
	if kind != "" {
		if ids := find(kindSignals, kind+text(roleObject), c.subject); ids != nil {
			return c.choose(ids, r, byKind)
		}
	}
	if ids := find(logicSignals, c.texts(r), c.subject); ids != nil {
		return c.choose(ids, r, byLogic)
	}
	if c.title != "" {
		return c.title, byTitle
	}
	if id := c.byColumns(); id != "" {
		return id, byColumns
	}
	if c.option != "" {
		return c.option, byOption
	}
	return c.file, byFile
}

func (c *classifier) choose(ids []string, r *gridRow, by string) (string, string) {
	switch {
	case len(ids) == 1:
		return ids[0], by
	case slices.Contains(ids, c.title):
		return c.title, byTitle
	case slices.Contains(ids, c.option):
		return c.option, byOption
	case strings.HasPrefix(c.texts(r), "限"):
		return ids[1], by + "，" + byPrefix
	}
	return ids[0], by
}

// texts returns the explaining texts of a row.
func (c *classifier) texts(r *gridRow) string {
	var b strings.Builder
	for i, ro := range c.layout.roles {
		if ro == roleBasis || ro == roleRemark {
			b.WriteString(r.cell(i))
		}
	}
	return b.String()
}

// byColumns tells the class by columns that only one class has.
func (c *classifier) byColumns() string {
	has := c.layout.has
	switch pair := has(roleNameB) || has(roleCodeB); {
	case pair && c.subject == piece:
		return "GZ10000301012000"
	case pair && c.subject == drug:
		return "GZ10000301011000"
	case pair && has(roleWindow):
		return "GZ10000102012000"
	case pair:
		return ""
	case c.subject == operation && has(roleDx):
		return "GZ10000201006000"
	case has(roleSex) && sexRules[c.subject] != nil:
		return sexRules[c.subject][0]
	case c.subject == diagnosis && (has(roleAge) || has(roleAgeMin) || has(roleAgeMax)):
		return "GZ10000204007000"
	case c.subject == drug && has(roleForbidden):
		return "GZ10000301003000"
	case c.subject == drug && has(roleRxDays):
		return "GZ10000301005000"
	case c.subject == drug && has(roleClass):
		return "GZ10000301006000"
	case has(roleGroup):
		return "GZ10000102002000"
	case c.subject == item && has(rolePeriod):
		return "BD2025031"
	case c.subject == item && (has(roleDayMax) || has(roleMax) && has(roleUnit)):
		return "GZ10000102014000"
	}
	return ""
}

// subjectOf tells what a sheet's codes are: by its headers, else by the codes.
func subjectOf(l *layout, codes []string) subject {
	for i, r := range l.roles {
		if r != roleName && r != roleCode && r != roleDx {
			continue
		}
		if s := namedSubject(word(l.headers[i])); s != "" {
			return s
		}
	}
	for _, code := range codes {
		if s := codeSubject(code); s != "" {
			return s
		}
	}
	return namedSubject(word(strings.Join(l.titles, "")))
}

func namedSubject(text string) subject {
	for _, w := range []struct {
		word string
		subject
	}{
		{"饮片", piece},
		{"耗材", consumable},
		{"手术操作", operation},
		{"项目", item},
		{"药", drug},
		{"通用名", drug},
		{"手术", operation},
		{"诊断", diagnosis},
		{"疾病", diagnosis},
	} {
		if strings.Contains(text, w.word) {
			return w.subject
		}
	}
	return ""
}

// codeSubject tells what a national code is by its shape, "" when it has none.
func codeSubject(code string) subject {
	digits := strings.Trim(code, "0123456789") == ""
	national, _, _ := strings.Cut(code, "-")
	switch {
	case code == "":
		return ""
	case strings.ContainsRune("XZ", rune(code[0])) && len(code) >= 18:
		return drug
	case code[0] == 'T' && len(code) == 10:
		return piece
	case code[0] == 'C' && len(code) >= 15:
		return consumable
	case len(national) == 15 && strings.Trim(national, "0123456789") == "", digits && len(code) >= 9:
		return item
	}
	return ""
}
