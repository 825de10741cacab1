package knowledge

import (
	"regexp"
	"strconv"
	"strings"

	"yiheng/facts/claim"
)

// WorkInjury is the insutype of the points of 限工伤保险: the code of work-injury
// insurance in the social-insurance standard (AAE140). The platform's code set has
// no work-injury insurance at all (it gives 410 to long-term care, which pays no
// drugs), so that no settlement of basic insurance, of any kind, satisfies it.
const WorkInjury = "410"

// statement is what one row of a workbook states, column by column.
type statement struct {
	rule    string
	class   Class
	subject subject
	text    func(role) string // text of the column with this role
	column  func(role) string // its label for messages

	params   Params
	problems []Problem
}

// unread reports a cell whose column states a parameter but whose text is none.
func (s *statement) unread(r role, want string) {
	s.problems = append(s.problems, Problem{
		Column: s.column(r), Warning: true,
		Text: "“" + oneLine(s.text(r)) + "”读不成参数（" + want + "），知识点保留为待补参数",
	})
}

// read makes params of what the columns state. Nothing is taken from explaining
// texts (药品说明, 逻辑依据, 备注): what stands there alone is missing.
func (s *statement) read() {
	switch s.class.Program {
	case "attribute":
		s.attribute()
	case "never":
		s.params.Mode = map[string]string{"GZ10000101003000": "any", "GZ10000101004000": "alone"}[s.rule]
	case "conflict":
		s.window()
		if s.rule == "GZ10000301012000" { // 配伍 is what stands in one prescription
			s.params.Window = "rx"
		}
	case "same_class":
		s.params.Class = oneLine(s.text(roleClass))
		s.window()
	case "quantity":
		s.quantity()
	case "duration":
		s.duration()
	case "amount":
		s.amount()
	case "discount":
		s.discount()
	case "consistency":
		s.sex()
		s.age()
		if s.subject == operation {
			s.params.DxAny = splitCodes(s.text(roleDx))
		}
	case "indication":
		s.indication()
	}
}

func (s *statement) attribute() {
	switch s.rule {
	case "GZ10000101001000", "GZ10000102003000":
		s.params.Insutypes = []string{WorkInjury}
		return
	case "GZ10000101002000", "GZ10000102004000":
		s.params.AnyOf = []Attributes{{Insutypes: []string{"510"}}, {MedTypes: []string{"51", "52", "53"}}}
		return
	case "BD2025047":
		s.params.NotInternet = true
		return
	}
	s.sex()
	s.age()
	s.level()
	s.visit()
	s.forbiddenAge()
}

// stated returns the text of the column r, or of the column 限定对象 when there is
// no such column and kind stands in 限定类型 or in the name of the rule class.
func (s *statement) stated(r role, kind string) (string, role) {
	if t := word(s.text(r)); t != "" {
		return t, r
	}
	if strings.Contains(word(s.text(roleKind)), kind) || strings.Contains(word(s.class.Name), kind) {
		return word(s.text(roleObject)), roleObject
	}
	return "", r
}

func (s *statement) sex() {
	text, from := s.stated(roleSex, "性别")
	switch strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(text, "仅限"), "限"), "性") {
	case "":
	case "男":
		s.params.Sex = "1"
	case "女":
		s.params.Sex = "2"
	default:
		s.unread(from, "男 或 女")
	}
}

func (s *statement) level() {
	text, from := s.stated(roleLevel, "级别")
	for _, suffix := range []string{"医疗机构", "医院", "(含)"} {
		text = strings.TrimSuffix(text, suffix)
	}
	text = strings.TrimPrefix(text, "限")
	switch strings.NewReplacer("及其以上", "+", "及以上", "+", "或以上", "+", "以上", "+").Replace(text) {
	case "":
	case "三级", "三级+":
		s.params.LevelMin = 3
	case "二级+":
		s.params.LevelMin = 2
	case "一级+":
		s.params.LevelMin = 1
	default:
		s.unread(from, "例如 二级及以上")
	}
}

func (s *statement) visit() {
	text, from := s.stated(roleVisit, "就医方式")
	if text == "" {
		return
	}
	text = strings.TrimPrefix(strings.TrimPrefix(text, "仅限"), "限")
	for _, way := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、,;/或和及与", r) }) {
		switch strings.TrimSuffix(strings.TrimSuffix(way, "使用"), "患者") {
		case "住院":
			s.params.MedTypes = append(s.params.MedTypes, "2", "52")
		case "急诊":
			s.params.MedTypes = append(s.params.MedTypes, "13")
		default:
			s.params.MedTypes = nil
			s.unread(from, "可读：住院、急诊")
			return
		}
	}
}

var windows = map[string]string{
	"单日": "day", "日": "day", "天": "day", "每日": "day", "每天": "day", "自然日": "day", "当日": "day", "同日": "day", "同一日": "day",
	"单次就诊": "visit", "当次就诊": "visit", "当次": "visit", "单次住院": "visit", "当次住院": "visit", "同次就诊": "visit", "一次就诊": "visit",
	"6小时": "6h", "六小时": "6h", "6h": "6h", "同一小时": "hour", "1小时": "hour", "一小时": "hour", "单小时": "hour", "小时": "hour",
	"当次处方": "rx", "单张处方": "rx", "同一处方": "rx", "处方": "rx",
	"自然月": "month", "单月": "month", "自然年": "year",
}

// window reads the time window, as far as the program takes it.
func (s *statement) window() {
	text := word(s.text(roleWindow))
	if text == "" {
		return
	}
	p := param(Schema(s.class.Program), "window")
	w := windows[text]
	for _, v := range p.Values {
		if v == w {
			s.params.Window = w
			return
		}
	}
	s.unread(roleWindow, "可读：单日、单次就诊、6小时、同一小时、当次处方")
}

var figure = regexp.MustCompile(`^[≤<=]*(\d+(?:\.\d{1,4})?)(?:次|个|项|天|日|小时|%)?$`)

// number reads a figure with or without its unit; nil when the cell holds none.
func (s *statement) number(r role) *Decimal {
	text := word(s.text(r))
	if text == "" {
		return nil
	}
	m := figure.FindStringSubmatch(text)
	if m == nil || strings.HasPrefix(text, "<") && !strings.HasPrefix(text, "<=") {
		s.unread(r, "须是一个数")
		return nil
	}
	q, err := claim.ParseDecimal(m[1], 4)
	if err != nil {
		s.unread(r, "须是一个数")
		return nil
	}
	d := Decimal(q)
	if strings.HasSuffix(text, "%") {
		d /= 100
	}
	return &d
}

// quantity reads a cap. 数量单位 日, 天, 小时 are the units that an item is charged
// in; their cap counts for one day (限定频次: 1 a day, 24 hours a day).
func (s *statement) quantity() {
	if d := s.number(roleDayMax); d != nil {
		s.params.Max, s.params.Window = d, "day"
		return
	}
	if s.text(roleMax) == "" {
		return
	}
	s.params.Max = s.number(roleMax)
	if period := word(s.text(rolePeriod)); period != "" {
		if n, ok := wholeDays(period + s.unit(rolePeriod, period)); ok {
			s.params.Window, s.params.Days = "rolling", n
			return
		}
		s.unread(rolePeriod, "天数，例如 7 或 2周")
		return
	}
	switch unit := word(s.text(roleUnit)); unit {
	case "":
		s.window()
	case "日", "天", "小时", "次/日", "次/天", "小时/日", "小时/天":
		s.params.Window = "day"
	default:
		s.unread(roleUnit, "可读：日、天、小时")
	}
}

// unit returns the unit that a column's header gives in brackets, for a cell that
// is a bare figure: "周" of 周期（周）.
func (s *statement) unit(r role, cell string) string {
	_, in, ok := strings.Cut(word(s.column(r)), "(")
	unit, _, closed := strings.Cut(in, ")")
	if !ok || !closed || strings.Trim(cell, "0123456789") != "" {
		return ""
	}
	return unit
}

var inDays = regexp.MustCompile(`^(\d{1,4})(天|日|周)?$`)

func wholeDays(text string) (int, bool) {
	m := inDays.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	if m[2] == "周" {
		n *= 7
	}
	return n, err == nil && n > 0 && n <= 3660
}

var course = regexp.MustCompile(`^(?:限|支付|总时间|疗程)*(?:不超过|不得超过|≤|<=)?(\d{1,4})(天|日)?$`)

// duration reads 限定天数, or 限定对象 of a sheet about courses, and which days count
// as far as 检出逻辑 says it. A limit in a remark is no statement of a column.
func (s *statement) duration() {
	text, from := s.stated(roleDays, "疗程")
	if text != "" {
		if m := course.FindStringSubmatch(text + s.unit(from, text)); m != nil {
			s.params.MaxDays, _ = strconv.Atoi(m[1])
		} else {
			s.unread(from, "天数，例如 14天")
		}
	}
	logic := word(s.text(roleLogic))
	switch {
	case strings.Contains(logic, "日期总计超过"):
		s.params.Mode = "distinct_days"
	case strings.Contains(logic, "连续时间跨度"):
		s.params.Mode = "span"
	}
	switch word(s.text(roleWindow)) {
	case "当次住院", "单次住院", "单次就诊", "当次就诊":
		s.params.Mode = "per_visit"
	}
}

func (s *statement) amount() {
	text := strings.TrimSuffix(word(s.text(roleFund)), "元")
	if text == "" {
		return
	}
	fen, err := claim.ParseDecimal(text, 2)
	if unit := s.unit(roleFund, text); err != nil || fen < 0 || unit != "" && unit != "元" {
		s.unread(roleFund, "金额（元）")
		return
	}
	s.params.MaxFen = &fen
}

func (s *statement) discount() {
	s.params.Group = oneLine(s.text(roleGroup))
	if s.params.Group == "" {
		s.params.Group = oneLine(s.text(roleObject))
	}
	if d := s.number(roleRatio); d != nil {
		if int64(*d) > int64(claim.Piece) {
			s.unread(roleRatio, "比例，例如 50% 或 0.5")
			return
		}
		s.params.Ratio = d
	}
}

// indication reads diagnosis codes: those of a contraindication must not be there.
func (s *statement) indication() {
	codes := splitCodes(s.text(roleDx))
	switch {
	case len(codes) == 0:
	case strings.Contains(s.class.Name, "禁忌"), strings.Contains(s.class.Name, "妊娠"):
		s.params.DxNone = codes
	default:
		s.params.DxAny = codes
	}
}
