package screening

import (
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// check is a point of YH0006 that is always in force.
func check(id, code, hits string, triggers ...string) knowledge.Point {
	return knowledge.Point{
		ID: id, RuleID: "YH0006", Code: code, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay,
		Params: &knowledge.Params{Hits: hits, Name: id, Triggers: triggers},
	}
}

// oneVisit is a person with one visit and a line of each code, one yuan each.
func oneVisit(codes ...string) *claim.History {
	day := calendar.DayOf(2025, 3, 2)
	h := &claim.History{PsnNo: "P1", Encounters: []claim.Encounter{{
		MdtrtID: "M1", FixmedinsCode: "H33010600001", FixBlngAdmdvs: "330106", MedType: "11",
		Begntime: day.At(8, 0, 0), Endtime: day.At(9, 0, 0), Brdy: calendar.NoDay, DieDate: calendar.NoDay,
	}}}
	for i, code := range codes {
		h.Lines = append(h.Lines, claim.Line{
			BkkpSn: "L" + string(rune('1'+i)), MdtrtID: "M1", FeeOcurTime: day.At(8, 10+i, 0), MedListCodg: code, CrteTime: calendar.NoTime,
			Cnt: claim.Piece, Pric: 1_000_000, DetItemFeeSumamt: 100, InscpAmt: 100, FulamtOwnpayAmt: claim.Null, OverlmtSelfpay: claim.Null, PreselfpayAmt: claim.Null,
		})
	}
	return h
}

var everyDay = Options{From: calendar.NoDay, To: calendar.NoDay}

// foundBy counts the findings of each point.
func foundBy(out *Outcome) map[string]int {
	found := make(map[string]int)
	for _, f := range out.Findings {
		found[f.KpID]++
	}
	return found
}

// TestTriggers proves that an expression is asked for where a code or prefix of its
// own stands, beside the points of other rules on the same codes, and nowhere else.
func TestTriggers(t *testing.T) {
	one := knowledge.Decimal(claim.Piece)
	daily, _ := rule.Get("GZ10000102014000")
	points := []knowledge.Point{
		check("WHOLE", "001201000030000", "true"), check("PREFIX", "0012", "true"), check("MORE", "", "true", "0013", "XJ01"),
		check("SUFFIX", "001201000030000-3301", "true"), check("ALWAYS", "", "true"), check("OTHER", "0099", "true"),
		{ID: "DAY", RuleID: daily.ID, Code: "001201000030000", ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay, Params: &knowledge.Params{Window: "day", Max: &one}},
	}
	lib := NewLibrary(Parts{Rules: []*rule.Rule{daily, customChecks(t)}, Points: points})
	for code, want := range map[string][]string{
		"001201000030000":        {"WHOLE", "PREFIX", "ALWAYS"},
		"001201000030000-3301":   {"WHOLE", "PREFIX", "SUFFIX", "ALWAYS"},
		"001201000030000-4401":   {"WHOLE", "PREFIX", "ALWAYS"},
		"001299000000000":        {"PREFIX", "ALWAYS"},
		"001301000010000":        {"MORE", "ALWAYS"},
		"XJ01DDT001B00101010000": {"MORE", "ALWAYS"},
		"002501000010000":        {"ALWAYS"},
		"":                       {"ALWAYS"},
	} {
		found := foundBy(Judge(oneVisit(code), lib, everyDay))
		for _, id := range want {
			if found[id] != 1 {
				t.Errorf("%q: %s was not asked", code, id)
			}
		}
		if len(found) != len(want) {
			t.Errorf("%q: found by %v, want %v", code, found, want)
		}
	}
	twice := oneVisit("001201000030000", "001201000030000")
	if found := foundBy(Judge(twice, lib, everyDay)); found["DAY"] != 1 || found["WHOLE"] != 1 {
		t.Errorf("two a day: found by %v", found)
	}
}

// TestExpressionDoubts tells what is counted as unchecked.
func TestExpressionDoubts(t *testing.T) {
	missing := oneVisit("1", "2", "3")
	missing.Lines[0].Cnt, missing.Lines[1].Cnt, missing.Lines[2].Cnt = claim.Null, claim.Null, claim.Null
	missing.Lines[1].InscpAmt = 0 // wholly at the person's expense
	for _, c := range []struct {
		hits, reason string
		n            int64
	}{
		{"lines.filter(l, l.cnt > 1)", "数量不详", 2},
		{"lines.sum(l, l.cnt) > 1", "数量不详", 1},
		{"visit.sex == \"1\"", "性别不详", 1},
		{"lines.filter(l, l.cnt > )", "表达式有误", 1},
		{"visit.begin + 900000000 > visit.begin", "表达式计算出错", 1},
	} {
		lib := NewLibrary(Parts{Rules: []*rule.Rule{customChecks(t)}, Points: []knowledge.Point{check("K", "", c.hits)}})
		out := Judge(missing, lib, everyDay)
		if n := out.Unchecked[Unchecked{"YH0006", c.reason}]; n != c.n || len(out.Unchecked) != 1 || len(out.Findings) > 0 {
			t.Errorf("%s: unchecked %v, %d findings; want %d of %s", c.hits, out.Unchecked, len(out.Findings), c.n, c.reason)
		}
	}
	lib := NewLibrary(Parts{Rules: []*rule.Rule{customChecks(t)}, Points: []knowledge.Point{check("K", "", "lines.filter(l, l.cnt > 1)")}})
	if out := Judge(missing, lib, Options{From: calendar.DayOf(2024, 1, 1), To: calendar.DayOf(2024, 12, 31)}); len(out.Unchecked) > 0 {
		t.Errorf("outside the days of the run: %v", out.Unchecked)
	}
}

// TestNewbornIsAnotherPatient: a newborn's visits are no visits of the parent's.
func TestNewbornIsAnotherPatient(t *testing.T) {
	h := oneVisit("1")
	baby := h.Encounters[0]
	baby.MdtrtID, baby.NwbFlag = "M2", "1"
	line := h.Lines[0]
	line.BkkpSn, line.MdtrtID = "L2", "M2"
	h.Encounters, h.Lines = append(h.Encounters, baby), append(h.Lines, line)
	lib := NewLibrary(Parts{Rules: []*rule.Rule{customChecks(t)}, Points: []knowledge.Point{
		check("TWO", "", "visits.size() > 1"), check("ONE", "", "visits.size() == 1 && lines.first().sameDay().size() == 0"), check("BABY", "", "visit.newborn && !has(visit.age)"),
	}})
	if found := foundBy(Judge(h, lib, everyDay)); found["TWO"] != 0 || found["ONE"] != 2 || found["BABY"] != 1 {
		t.Errorf("found by %v", found)
	}
}

// TestExpressionTexts: a text is made ready once, and its columns are read.
func TestExpressionTexts(t *testing.T) {
	lib := NewLibrary(Parts{Rules: []*rule.Rule{customChecks(t)}, Points: []knowledge.Point{
		check("A", "1", `lines.filter(l, l.dept == "A03")`), check("B", "2", `lines.filter(l, l.dept == "A03")`), check("C", "3", `lines.filter(l, l.fee_kind == "03")`),
	}})
	if n := len(lib.expressions.texts); n != 2 {
		t.Errorf("%d texts, want 2", n)
	}
	left := lib.unread()
	if left["bilg_dept_codg"] || left["med_chrgitm_type"] || !left["rx_drord_no"] {
		t.Errorf("left unread: %v", left)
	}
	if NewLibrary(Parts{Rules: rule.All()}).expressions != nil {
		t.Error("a library without expressions holds some")
	}
}

// TestExpressionCertificates: the verdicts of expressions follow again from their
// certificates, which hold the checks' texts.
func TestExpressionCertificates(t *testing.T) {
	lib := NewLibrary(Parts{Rules: []*rule.Rule{customChecks(t)}, Points: dimensionPoints(t)})
	n := 0
	for _, d := range dimensions(t) {
		out := Judge(&d.History, lib, everyDay)
		if len(out.Findings) == 0 {
			continue
		}
		c, err := certify(lib, everyDay, &d.History, out)
		if err != nil {
			t.Fatalf("%s: %v", d.Name, err)
		}
		if wrong := verifyText(t, encode(t, c)); wrong != "" {
			t.Errorf("%s: %s", d.Name, wrong)
		}
		n++
	}
	if n < 21 {
		t.Errorf("%d certificates", n)
	}
}

// BenchmarkExpressions judges the person with 300 lines by no expression, by one that
// nothing triggers, and by three of which two are asked for every visit.
func BenchmarkExpressions(b *testing.B) {
	custom, _ := rule.Get("YH0006")
	for name, points := range map[string][]knowledge.Point{
		"none":      nil,
		"untouched": {check("A", "0099", "true")},
		"one":       {check("A", "", "lines.filter(l, l.cnt > 1)")},
		"three":     {check("A", "", "lines.filter(l, l.cnt > 1)"), check("B", "", "lines.group(l, l.day).map(g, g.beyond(100)).flatten()"), check("C", benchCode(60_000), "lines.filter(l, lines.exists(m, m.code == l.code && m.day < l.day))")},
	} {
		b.Run(name, func(b *testing.B) {
			lib := NewLibrary(Parts{Rules: []*rule.Rule{custom}, Points: points})
			h := person300()
			j := newJudge(lib, Options{From: calendar.DayOf(2025, 1, 1), To: calendar.DayOf(2025, 12, 31)})
			b.ReportAllocs()
			for b.Loop() {
				if n := len(j.judge(h).Findings); n != 0 {
					b.Fatalf("%d findings in a clean history", n)
				}
			}
		})
	}
}
