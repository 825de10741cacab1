package finding

import (
	"cmp"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// cardLines is how many lines of each kind a card shows.
const cardLines = 30

// card is a top finding with its evidence, from admission to rule.
type card struct {
	*Finding
	Number    int
	Open      bool
	Facts     []fact
	Time      timeline
	Objected  []claim.Line
	MoreLines int // lines objected to that are not shown
	Evidence  []claim.Line
	MoreProof int
	Read      *Reading
	MoreRead  int
}

const readRows = 30 // of a reading that a card shows

// fact is a name with a value.
type fact struct {
	Name, Value string
	Code        bool // the value is a code
}

// cards makes a card of each finding. A few are open, of different rules and of both
// results.
func cards(details []Detail) []card {
	all := make([]card, 0, len(details))
	shown := make(map[string]bool) // rules with an open card
	opened := make(map[string]int) // by result
	for i := range details {
		c := newCard(&details[i])
		c.Number = i + 1
		if c.Open = !shown[c.RuleID] && opened[c.Result] < openedCards; c.Open {
			shown[c.RuleID] = true
			opened[c.Result]++
		}
		all = append(all, c)
	}
	return all
}

func newCard(d *Detail) card {
	c := card{Finding: d.Finding, Facts: factsOf(d)}
	c.Objected, c.MoreLines = firstLines(d.Lines, len(d.Finding.Lines))
	c.Evidence, c.MoreProof = firstLines(d.Evidence, len(d.Finding.EvidenceLines))
	c.Time = newTimeline(d)
	if d.Read != nil {
		read := *d.Read
		read.Rows = read.Rows[:min(len(read.Rows), readRows)]
		c.Read, c.MoreRead = &read, len(d.Read.Rows)-len(read.Rows)
	}
	return c
}

// firstLines returns the first lines in the order of time, and how many of all lines
// are not among them.
func firstLines(lines []claim.Line, all int) (shown []claim.Line, more int) {
	shown = slices.Clone(lines)
	slices.SortFunc(shown, func(a, b claim.Line) int {
		return cmp.Or(cmp.Compare(a.FeeOcurTime, b.FeeOcurTime), cmp.Compare(a.BkkpSn, b.BkkpSn))
	})
	shown = shown[:min(len(shown), cardLines)]
	return shown, max(all, len(lines)) - len(shown)
}

// lineTable is what the template draws lines from.
type lineTable struct {
	Lines []claim.Line
	Hit   bool // objected to: tinted
}

func linesOf(lines []claim.Line, hit bool) lineTable { return lineTable{lines, hit} }

// timeOf writes a time to the minute, a plain date without a clock time.
func timeOf(t calendar.Time) string {
	if !t.HasClock() {
		return t.Day().String()
	}
	text := t.String()
	return text[:strings.LastIndexByte(text, ':')]
}

func factsOf(d *Detail) []fact {
	f := d.Finding
	facts := []fact{
		{"疑点编号", f.ID, true},
		{"机构", f.FixmedinsName, false},
		{"机构编码", f.FixmedinsCode, true},
		{"人员编号", f.PsnNo, true},
		{"就诊编号", f.MdtrtID, true},
		{"结算编号", strings.ReplaceAll(f.SetlID, listSeparator, " "), true},
	}
	if f.PsnNo == "" && f.MdtrtID == "" {
		return slices.DeleteFunc(append(facts[:3], fact{"科室", f.DeptName, false}, fact{"统计期间", f.SetlID, true},
			fact{"指标或编码", strings.Join(f.Codes, " "), true}), func(f fact) bool { return f.Value == "" })
	}
	if e := d.Encounter; e != nil {
		facts = append(facts,
			fact{"医疗类别", MedTypeName(e.MedType), false},
			fact{"就诊起止", spanOf(e), false},
			fact{"主要诊断", e.DscgMaindiagCode, true},
			fact{"入院科室", e.AdmDeptName, false})
	}
	facts = append(facts, fact{"开单科室", f.DeptName, false}, fact{"开单医师", f.DrCode, true}, fact{"支付方式", PaymentName(f.ClrWay), false})
	return slices.DeleteFunc(facts, func(f fact) bool { return f.Value == "" })
}

func spanOf(e *claim.Encounter) string {
	from, to := e.Begntime.Day().String(), e.Endtime.Day().String()
	switch {
	case from == to || to == "":
		return from
	case from == "":
		return "至 " + to
	}
	return from + " 至 " + to
}

// medTypes are the national values of med_type; provinces append digits.
var medTypes = map[string]string{
	"11": "普通门诊", "12": "门诊挂号", "13": "急诊", "14": "门诊慢特病", "15": "特药", "16": "中医特色门诊", "18": "特药购药",
	"19": "意外伤害门诊", "21": "普通住院", "22": "外伤住院", "23": "转外诊治住院", "24": "急诊转住院", "25": "异地住院",
	"26": "单病种住院", "27": "自主就医", "28": "日间手术", "41": "定点药店购药", "51": "生育门诊", "52": "生育住院",
	"53": "计划生育手术费", "71": "家庭病床",
}

// MedTypeName is the name of a med_type, 代码 … for one that is not national, "" for none.
func MedTypeName(code string) string {
	if len(code) >= 2 && medTypes[code[:2]] != "" {
		return medTypes[code[:2]]
	}
	if code == "" {
		return ""
	}
	return "代码 " + code
}

// timeline shows when the lines were charged, within the visit.
type timeline struct {
	Width    float64
	From, To string
	Stay     bar // W 0: the visit's days are not known
	Marks    []mark
}

// mark is a day with lines.
type mark struct {
	X        float64
	Objected bool
	Hint     string
}

const timelineWidth = 960.0

// newTimeline returns a timeline without marks when the lines state fewer than two days
// and the visit none: there is nothing to see then.
func newTimeline(d *Detail) timeline {
	objected, proof := daysCharged(d.Lines), daysCharged(d.Evidence)
	days := slices.Concat(objected, proof)
	begin, end := calendar.NoDay, calendar.NoDay
	if e := d.Encounter; e != nil {
		begin, end = e.Begntime.Day(), e.Endtime.Day()
		for _, day := range []calendar.Day{begin, end} {
			if !day.IsZero() {
				days = append(days, day)
			}
		}
	}
	if len(days) < 2 {
		return timeline{}
	}
	first, last := slices.Min(days), slices.Max(days)
	if first == last {
		return timeline{}
	}
	at := func(day calendar.Day) float64 {
		return round(8 + (timelineWidth-16)*float64(day-first)/float64(last-first))
	}
	t := timeline{Width: timelineWidth, From: first.String(), To: last.String()}
	if !begin.IsZero() && !end.IsZero() && begin <= end {
		t.Stay = bar{X: at(begin), W: max(at(end)-at(begin), 3), Hint: "就诊 " + begin.String() + " 至 " + end.String()}
	}
	for _, day := range proof {
		t.Marks = append(t.Marks, mark{at(day), false, "佐证明细 " + day.String()})
	}
	for _, day := range objected {
		t.Marks = append(t.Marks, mark{at(day), true, "疑点明细 " + day.String()})
	}
	return t
}

func daysCharged(lines []claim.Line) []calendar.Day {
	var days []calendar.Day
	for _, l := range lines {
		if day := l.FeeOcurTime.Day(); !day.IsZero() {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}
