package screening_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/audit/screening/oracle"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// twin is a check that is stated twice: as a point of a program, and as an expression of
// docs/expression.md.
type twin struct {
	name, program string
	state         func(s *stated)
	shape         func(*rule.Case) // what of a history the two do not mean alike is made known; nil: nothing
	linesOnly     string           // why amounts differ; "": they do not
}

// stated is one check in both its forms.
type stated struct {
	*rand.Rand
	codes []string // of the history
	point knowledge.Point
	hits  string
	over  string
}

// twins are the checks. What an expression does not know and what a program leaves
// unchecked is the same everywhere but where shape or linesOnly says otherwise.
var twins = []twin{
	{name: "never", program: "never", state: func(s *stated) {
		s.point.Params.Mode = "any"
		s.lines("lines.filter(l, %s)", s.is())
	}},
	{name: "sex", program: "attribute", state: func(s *stated) {
		s.point.Params.Sex = pick(s.Rand, "1", "2")
		s.lines("lines.filter(l, %s && visit.sex != %q)", s.is(), s.point.Params.Sex)
	}},
	{name: "age", program: "attribute", state: ageTwin},
	{name: "med_types", program: "attribute", state: func(s *stated) {
		s.point.Params.MedTypes = some(s.Rand, []string{"11", "2", "52", "13", "41", "1"})
		s.lines("lines.filter(l, %s && !visit.med_type.startsWithAny(%s))", s.is(), list(s.point.Params.MedTypes))
	}},
	{name: "insutypes", program: "attribute", state: func(s *stated) {
		s.point.Params.Insutypes = some(s.Rand, []string{"310", "390", "510"})
		s.lines("lines.filter(l, %s && !(l.insutype in %s))", s.is(), list(s.point.Params.Insutypes))
	}},
	{name: "level", program: "attribute", state: func(s *stated) {
		s.point.Params.LevelMin = 1 + s.IntN(3)
		s.lines("lines.filter(l, %s && visit.level < %d)", s.is(), s.point.Params.LevelMin)
	}},
	{name: "depts", program: "attribute", state: func(s *stated) {
		s.point.Params.Depts = some(s.Rand, []string{"A03", "A04.01", "A21"})
		s.lines("lines.filter(l, %s && !l.dept.startsWithAny(%s))", s.is(), list(s.point.Params.Depts))
	}},
	{name: "not_internet", program: "attribute", state: func(s *stated) {
		s.point.Params.NotInternet = true
		s.lines(`lines.filter(l, %s && visit.pay_loc == "5")`, s.is())
	}},
	{name: "dr_grade_min", program: "attribute", state: func(s *stated) {
		s.point.Params.DrGradeMin = 2 + s.IntN(4)
		s.lines("lines.filter(l, %s && l.dr_grade < %d)", s.is(), s.point.Params.DrGradeMin)
	}},
	{name: "sex or insurance", program: "attribute", state: func(s *stated) {
		s.point.Params.Sex, s.point.Params.Insutypes = "2", []string{"310"}
		s.lines(`lines.filter(l, %s && (visit.sex != "2" || l.insutype != "310"))`, s.is())
	}},
	{name: "any_of", program: "attribute", state: func(s *stated) {
		s.point.Params.AnyOf = []knowledge.Attributes{{Insutypes: []string{"310"}}, {MedTypes: []string{"2"}}}
		s.lines(`lines.filter(l, %s && !(l.insutype == "310" || visit.med_type.startsWith("2")))`, s.is())
	}},
	{name: "dx_any", program: "indication", state: func(s *stated) {
		s.point.Params.DxAny = some(s.Rand, dxPrefixes)
		s.lines("visit.hasDx(%[2]s) ? [] : lines.filter(l, %[1]s)", s.is(), list(s.point.Params.DxAny))
	}},
	{name: "dx_none", program: "indication", state: func(s *stated) {
		s.point.Params.DxNone = some(s.Rand, dxPrefixes)
		s.lines("visit.hasDx(%[2]s) ? lines.filter(l, %[1]s) : []", s.is(), list(s.point.Params.DxNone))
	}},
	{name: "dx_any and dx_none", program: "indication", state: func(s *stated) {
		s.point.Params.DxAny, s.point.Params.DxNone = some(s.Rand, dxPrefixes), some(s.Rand, dxPrefixes)
		s.lines("lines.filter(l, %s && (!visit.hasDx(%s) || visit.hasDx(%s)))", s.is(), list(s.point.Params.DxAny), list(s.point.Params.DxNone))
	}},
	{name: "quantity a visit", program: "quantity", state: func(s *stated) {
		s.lines("lines.filter(l, %s && has(l.cnt)).beyond(%s)", s.counted(), s.most("visit", "qty"))
	}},
	{name: "quantity a prescription", program: "quantity", state: func(s *stated) {
		s.lines("lines.filter(l, %s && has(l.cnt) && has(l.rx_drord_no)).group(l, l.rx_drord_no).map(g, g.beyond(%s)).flatten()", s.counted(), s.most("rx", "qty"))
	}},
	{name: "quantity a day", program: "quantity", state: func(s *stated) {
		s.person("lines.filter(l, %s && has(l.cnt))"+byPlaceAndDay, s.counted(), "beyond", s.most("day", "qty"))
	}},
	{name: "quantity a month", program: "quantity", state: func(s *stated) {
		s.person("lines.filter(l, %s && has(l.cnt)).group(l, l.day.yearMonth()).map(g, g.beyond(%s)).flatten()", s.counted(), s.most("month", "qty"))
	}},
	{name: "quantity a year", program: "quantity", state: func(s *stated) {
		s.person("lines.filter(l, %s && has(l.cnt)).group(l, l.day.year()).map(g, g.beyond(%s)).flatten()", s.counted(), s.most("year", "qty"))
	}},
	{name: "times a visit", program: "quantity", state: func(s *stated) {
		s.lines("lines.filter(l, %s).skip(%s)", s.counted(), s.most("visit", "times"))
	}},
	{name: "times a day", program: "quantity", state: func(s *stated) {
		s.person("lines.filter(l, %s)"+byPlaceAndDay, s.counted(), "skip", s.most("day", "times"))
	}},
	{name: "times a month", program: "quantity", state: func(s *stated) {
		s.person("lines.filter(l, %s).group(l, l.day.yearMonth()).map(g, g.skip(%s)).flatten()", s.counted(), s.most("month", "times"))
	}},
	{name: "conflict in a visit", program: "conflict", state: func(s *stated) {
		s.point.Params.Window = "visit"
		one, other := s.both()
		s.lines("lines.exists(l, %s) ? lines.filter(l, %s) : []", one, other)
	}},
	{name: "conflict on a day", program: "conflict", state: func(s *stated) {
		s.point.Params.Window = "day"
		one, other := s.both()
		s.person("lines.filter(l, %[2]s).filter(m, lines.exists(l, %[1]s && l.day == m.day && (l.mdtrt_id == m.mdtrt_id || l.visit.fixmedins_code == m.visit.fixmedins_code)))", one, other)
	}},
	{name: "companion in a visit", program: "companion", state: func(s *stated) {
		s.point.Params.Window, s.point.Params.NeedsAny = "visit", some(s.Rand, s.codes)
		if often(s.Rand, 40) {
			s.point.Params.NeedsAny[0] = s.point.Params.NeedsAny[0][:4]
		}
		s.lines("lines.exists(l, l.code.startsWithAny(%[2]s)) ? [] : lines.filter(l, %[1]s)", s.is(), list(s.point.Params.NeedsAny))
	}},
	{name: "price", program: "price", linesOnly: "a part of a line is a share of its own money, a price beyond the cap is money by itself", state: func(s *stated) {
		high, low := int64(1000+s.IntN(5)*1000), int64(999+s.IntN(3)*1001)
		s.point.Params.MaxPriceFen = map[string]int64{"3": high, "2": low}
		s.lines("lines.filter(l, %s && has(l.cnt) && (visit.level == 3 && l.pric > %s || visit.level == 2 && l.pric > %s))", s.is(), claim.Money(high), claim.Money(low))
	}},
	{name: "amount a visit", program: "amount", shape: oneVisitOfTheFund, state: func(s *stated) {
		most := pick[int64](s.Rand, 500, 1000, 5000, 9999)
		s.point.Params.MaxFen, s.point.Params.Year = &most, "calendar"
		s.lines("lines.filter(l, %s && (l.self_paid || has(l.inscp_amt) && has(l.setl_id) && settlements.exists(x, x.setl_id == l.setl_id))).beyond(l, l.self_paid ? 0 : l.inscp_amt, %s)", s.counted(), claim.Money(most))
	}},
	{name: "days of a year", program: "duration", state: func(s *stated) {
		s.point.Params.Mode, s.point.Params.MaxDays = "distinct_days", 1+s.IntN(2)
		s.person("lines.filter(l, %s).group(l, l.day.year()).map(y, y.group(l, l.day).skip(%d).flatten()).flatten()", s.counted(), s.point.Params.MaxDays)
	}},
	{name: "days of a visit", program: "duration", state: func(s *stated) {
		s.point.Params.Mode, s.point.Params.MaxDays = "per_visit", 1+s.IntN(2)
		s.lines("lines.filter(l, %s).group(l, l.day).skip(%d).flatten()", s.counted(), s.point.Params.MaxDays)
	}},
}

// byPlaceAndDay keeps what is beyond a limit at one institution (one that is unknown is no
// other visit's) on one day.
const byPlaceAndDay = `.group(l, has(l.visit.fixmedins_code) ? l.visit.fixmedins_code : l.mdtrt_id).map(a, a.group(l, l.day).map(g, g.%s(%s)).flatten()).flatten()`

// TestExpressionAgainstPrograms judges thousands of random histories by expressions, and
// by the slow evaluator of the programs that state the same: they must find the same
// lines of the same visits, with the same amounts.
func TestExpressionAgainstPrograms(t *testing.T) {
	n, seed := setting(t, "YIHENG_HISTORIES", histories)/8, setting(t, "YIHENG_SEED", 1)
	for i := range twins {
		w := &twins[i]
		t.Run(w.name, func(t *testing.T) {
			found := 0
			for i := range n {
				native, own := w.cases(random("expression "+w.name, seed, i))
				want := w.expected(native)
				found += len(want)
				if got := w.judged(t, own); !slices.Equal(got, want) {
					w.shrink(t, native, own)
					t.Fatalf("history %d (YIHENG_SEED=%d): %s\n%s# expression %v\n# program    %v", i, seed, own.Points[0].Params.Hits, caseText(native), w.judged(t, own), w.expected(native))
				}
			}
			if found < n/50 {
				t.Errorf("only %d findings in %d histories: they test too little", found, n)
			}
			t.Logf("%d histories, %d findings", n, found)
		})
	}
}

// cases makes a random case of the program with one point, and the same with the
// expression for it. They share their history.
func (w *twin) cases(r *rand.Rand) (native, own *rule.Case) {
	native = randomCase(r, w.program)
	like := native.Points[0]
	s := &stated{Rand: r, point: knowledge.Point{
		ID: "K1", RuleID: rulesOf(w.program)[0].ID, ValidFrom: like.ValidFrom, ValidTo: like.ValidTo, Region: like.Region,
		Params: &knowledge.Params{ExcludeDx: like.Params.ExcludeDx, ExcludeMedTypes: like.Params.ExcludeMedTypes},
	}}
	for _, l := range native.History.Lines {
		if l.MedListCodg == "LOCAL1" && w.program == "companion" {
			continue // to that program what is no code of the catalogue is a diagnosis
		}
		if l.MedListCodg != "" && !slices.Contains(s.codes, l.MedListCodg) {
			s.codes = append(s.codes, l.MedListCodg)
		}
	}
	for _, code := range items {
		if len(s.codes) < 2 && !slices.Contains(s.codes, code) {
			s.codes = append(s.codes, code)
		}
	}
	if s.point.Code = pick(r, s.codes...); often(r, 30) {
		s.point.Code = strings.TrimSuffix(s.point.Code, "-1")
	}
	w.state(s)
	native.Rules, native.Points = nil, []knowledge.Point{s.point}
	if w.shape != nil {
		w.shape(native)
	}
	c := *native
	c.Points = []knowledge.Point{s.point}
	c.Points[0].RuleID, c.Points[0].Code, c.Points[0].OtherCode = "YH0006", pick(r, s.point.Code, s.point.Code[:4], ""), ""
	c.Points[0].Params = &knowledge.Params{
		Hits: s.hits, Over: s.over, Name: w.name, ExcludeDx: s.point.Params.ExcludeDx, ExcludeMedTypes: s.point.Params.ExcludeMedTypes,
	}
	c.Exclusions = slices.Clone(native.Exclusions)
	for i := range native.Exclusions {
		c.Exclusions[i].ValidFrom, c.Exclusions[i].ValidTo = open, open // an expression asks by the last day of the visit, a program by that of the line
		native.Exclusions[i] = c.Exclusions[i]
		native.Exclusions[i].RuleIDs, c.Exclusions[i].RuleIDs = []string{s.point.RuleID}, []string{"YH0006"}
	}
	return native, &c
}

// expected returns what the slow evaluator finds by the program.
func (w *twin) expected(c *rule.Case) (found []string) {
	for _, f := range oracle.Judge(&c.History, &oracle.World{
		Rules: chosen(c), Points: c.Points, Institutions: c.Institutions, Doctors: c.Doctors, Exclusions: c.Exclusions, Tables: c.Tables,
	}, c.From, c.To) {
		found = append(found, w.text(f.MdtrtID, f.Lines, f.Own))
	}
	slices.Sort(found)
	return found
}

// judged returns what the judge finds by the expression.
func (w *twin) judged(t *testing.T, c *rule.Case) (found []string) {
	lib := screening.NewLibrary(screening.Parts{
		Rules: chosen(c), Points: c.Points, Institutions: c.Institutions, Doctors: c.Doctors, Exclusions: c.Exclusions, Tables: c.Tables,
	})
	h := c.History
	h.Lines = slices.Clone(h.Lines)
	out := screening.Judge(&h, lib, screening.Options{From: c.From, To: c.To})
	for why := range out.Unchecked {
		if strings.HasPrefix(why.Reason, "表达式") {
			t.Fatalf("%s: %s", c.Points[0].Params.Hits, why.Reason)
		}
	}
	for _, f := range out.Findings {
		found = append(found, w.text(f.MdtrtID, f.Lines, f.OwnAmount))
	}
	slices.Sort(found)
	return found
}

func (w *twin) text(visit string, lines []string, own claim.Money) string {
	lines = slices.Clone(lines)
	slices.Sort(lines)
	if w.linesOnly != "" {
		return fmt.Sprint(visit, " ", lines)
	}
	return fmt.Sprint(visit, " ", lines, " ", own)
}

// shrink drops what the difference does not need.
func (w *twin) shrink(t *testing.T, native, own *rule.Case) {
	differs := func() bool {
		own.History, own.From, own.To = native.History, native.From, native.To
		own.Institutions, own.Doctors = native.Institutions, native.Doctors
		return !slices.Equal(w.judged(t, own), w.expected(native))
	}
	h := &native.History
	for smaller := true; smaller; {
		smaller = without(&h.Lines, differs)
		smaller = without(&h.Encounters, differs) || smaller
		smaller = without(&h.Settlements, differs) || smaller
		smaller = without(&h.Diagnoses, differs) || smaller
		smaller = without(&h.Operations, differs) || smaller
		smaller = without(&native.Institutions, differs) || smaller
	}
	differs()
}

// is states that a line is of the point's code.
func (s *stated) is() string { return codeIs(s.point.Code, s.point.OtherCode) }

// counted states that a line counts among those of the point's code: one without a code,
// or of unknown day, is no such line to a program, while an expression that counts could
// tell nothing of those behind it.
func (s *stated) counted() string { return "has(l.code) && has(l.day) && " + s.is() }

// both makes a point of two codes, and states that a line is of the one, or the other.
func (s *stated) both() (one, other string) {
	for s.point.OtherCode == "" || s.point.OtherCode == s.point.Code {
		s.point.OtherCode = pick(s.Rand, append(slices.Clone(s.codes), items...)...)
	}
	return codeIs(s.point.Code, s.point.OtherCode), codeIs(s.point.OtherCode, s.point.Code)
}

// codeIs states that a line is of a code; a national code is not asked where the point
// names the whole one.
func codeIs(code, sibling string) string {
	is := fmt.Sprintf("l.codeIs([%q])", code)
	if strings.HasPrefix(sibling, code+"-") {
		is = fmt.Sprintf("(%s && l.code != %q)", is, sibling)
	}
	return is
}

// most makes a cap in a window, and returns it as an expression states it.
func (s *stated) most(window, count string) string {
	m := knowledge.Decimal(pick[claim.Quantity](s.Rand, 1, 1, 2, 3) * claim.Piece)
	if count == "qty" && often(s.Rand, 30) {
		m = pick[knowledge.Decimal](s.Rand, 5000, 15000)
	}
	s.point.Params.Window, s.point.Params.Count, s.point.Params.Max = window, count, &m
	return claim.Quantity(m).String()
}

func (s *stated) lines(format string, args ...any) { s.hits = fmt.Sprintf(format, args...) }

func (s *stated) person(format string, args ...any) {
	s.lines(format, args...)
	s.over = "person"
}

// list writes texts as an expression does.
func list(texts []string) string {
	b, err := json.Marshal(texts)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// ageTwin states one or two limits of age.
func ageTwin(s *stated) {
	var holds []string
	limit := func(to **int, n int, field, op string) {
		*to = &n
		holds = append(holds, fmt.Sprintf("l.%s %s %d", field, op, n))
	}
	p := s.point.Params
	for len(holds) == 0 {
		if often(s.Rand, 30) {
			limit(&p.AgeMinYears, pick(s.Rand, 14, 18, 44), "age", ">=")
		}
		if often(s.Rand, 30) {
			limit(&p.AgeMaxYears, pick(s.Rand, 14, 18, 45), "age", "<=")
		}
		if often(s.Rand, 20) {
			limit(&p.AgeMinDays, pick(s.Rand, 0, 28, 365), "age_days", ">=")
		}
		if often(s.Rand, 20) {
			limit(&p.AgeMaxDays, pick(s.Rand, 0, 28, 365, 16000), "age_days", "<=")
		}
	}
	s.lines("lines.filter(l, %s && !(%s))", s.is(), strings.Join(holds, " && "))
}

// oneVisitOfTheFund leaves one visit, within one year, of which the fund paid all that is
// in scope: what a year's cap on the fund's money is about is then the visit's own.
func oneVisitOfTheFund(c *rule.Case) {
	h := &c.History
	for i := range h.Lines {
		l := &h.Lines[i]
		l.MdtrtID = "M1"
		if at := strings.Index(l.SetlID, "-"); at >= 0 {
			l.SetlID = "M1" + l.SetlID[at:]
		}
		if l.FeeOcurTime != calendar.NoTime && l.FeeOcurTime.Day().Year() != 2025 {
			l.FeeOcurTime = calendar.DayOf(2025, 3, 1).At(9, 0, 0)
		}
	}
	other := func(id string) bool { return id != "M1" }
	h.Encounters = slices.DeleteFunc(h.Encounters, func(e claim.Encounter) bool { return other(e.MdtrtID) })
	h.Diagnoses = slices.DeleteFunc(h.Diagnoses, func(d claim.Diagnosis) bool { return other(d.MdtrtID) })
	h.Operations = slices.DeleteFunc(h.Operations, func(o claim.Operation) bool { return other(o.MdtrtID) })
	h.Settlements = slices.DeleteFunc(h.Settlements, func(s claim.Settlement) bool { return other(s.MdtrtID) })
	for i := range h.Settlements {
		h.Settlements[i].InscpAmt, h.Settlements[i].FundPaySumamt = 10000, 10000
	}
}
