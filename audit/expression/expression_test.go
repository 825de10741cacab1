package expression

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// aStay is a patient with an outpatient visit and a stay, of which two facts are not
// known: the quantity of L4 and the time of day of L5.
func aStay() *Patient {
	p := &Patient{Horizon: calendar.DayOf(2024, 1, 1)}
	out := &Visit{
		ID: "M1", FixmedinsCode: "H1", FixmedinsType: "1", Level: 2, MedType: "11", Insutype: "310", Sex: "2",
		Birth: calendar.DayOf(1980, 5, 1), Begin: calendar.DayOf(2025, 2, 20), End: calendar.DayOf(2025, 2, 20),
		BegTime: calendar.NoTime, EndTime: calendar.NoTime, Dx: []string{"I10.x00"}, MainDx: "I10.x00", OpsUnknown: true, RecordsUnknown: true,
	}
	stay := &Visit{
		ID: "M2", FixmedinsCode: "H1", Level: Unknown, MedType: "21", Sex: "2", Birth: calendar.DayOf(1980, 5, 1),
		Begin: calendar.DayOf(2025, 3, 1), End: calendar.DayOf(2025, 3, 5), BegTime: calendar.NoTime, EndTime: calendar.NoTime,
		Dx: []string{"E11.900"}, MainDx: "E11.900", DxIncomplete: true,
		Ops:     []*Operation{{Code: "51.2300", Time: calendar.DayOf(2025, 3, 2).At(9, 0, 0), Main: true}},
		Records: []*Record{{Record: &claim.Record{ID: "R1", Kind: "anaesthesia", Begntime: calendar.DayOf(2025, 3, 2).At(9, 0, 0), Endtime: calendar.DayOf(2025, 3, 2).At(10, 30, 0), Cnt: claim.Null, PrdDays: claim.Null}}},
	}
	p.Visits = []*Visit{out, stay}
	add := func(v *Visit, sn, code string, at calendar.Time, cnt claim.Quantity, price claim.Price) {
		l := &Line{
			Line:  &claim.Line{BkkpSn: sn, MdtrtID: v.ID, FeeOcurTime: at, MedListCodg: code, Pric: price},
			Index: int32(len(p.Lines)), Visit: v, Day: at.Day(), Qty: cnt, Code: code, Kind: "item", Insutype: v.Insutype, Grade: Unknown,
			Sum: claim.Null, Inscp: claim.Null,
		}
		if cnt != claim.Null {
			l.Sum = claim.Money(int64(cnt) * int64(price) / 10_000 / 10_000)
			l.Inscp = l.Sum
		}
		v.Lines, p.Lines = append(v.Lines, l), append(p.Lines, l)
	}
	day := calendar.DayOf
	add(out, "L1", "001", day(2025, 2, 20).At(9, 0, 0), claim.Piece, 10_000_000)
	add(stay, "L2", "001", day(2025, 3, 1).At(9, 0, 0), 2*claim.Piece, 10_100_000)
	add(stay, "L3", "002", day(2025, 3, 1).At(14, 0, 0), claim.Piece/2, 200_000_000)
	add(stay, "L4", "003", day(2025, 3, 2).At(9, 0, 0), claim.Null, 5_000_000)
	add(stay, "L5", "001", day(2025, 3, 3).At(0, 0, 0), 3*claim.Piece, 10_000_000)
	return p
}

// told writes a result down: lines with their parts, visits, whole, and doubts.
func told(r Result) string {
	var out []string
	for _, l := range r.Lines {
		text := l.BkkpSn
		if l.Den > 0 {
			text += fmt.Sprintf(" %d/%d", l.Num/scale, l.Den/scale)
		}
		for _, b := range l.Because {
			text += "←" + b.BkkpSn
		}
		out = append(out, text)
	}
	for _, v := range r.Visits {
		out = append(out, v.ID)
	}
	if r.Whole {
		out = append(out, "whole")
	}
	for _, d := range r.Doubts {
		switch {
		case d.Line != nil:
			out = append(out, "?"+d.Line.BkkpSn+" "+d.Reason)
		case d.Visit != nil:
			out = append(out, "?"+d.Visit.ID+" "+d.Reason)
		default:
			out = append(out, "? "+d.Reason)
		}
	}
	return strings.Join(out, ", ")
}

// TestEval tells what expressions return on the stay of aStay (over the patient where
// the text begins with "visits" or "person:").
func TestEval(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// a fact that is missing leaves out one element of what is returned, and nothing else
		{`lines.filter(l, l.cnt > 1)`, "L2, L5, ?L4 数量不详"},
		{`lines.filter(l, has(l.cnt) && l.cnt > 1)`, "L2, L5"},
		{`lines.filter(l, l.code == "002" || l.cnt > 1)`, "L2, L3, L5, ?L4 数量不详"},
		{`lines.filter(l, l.code != "003" && l.cnt > 1)`, "L2, L5"},
		{`lines.filter(l, l.time.hour() < 12)`, "L2, L4, ?L5 发生时刻不详"},
		{`lines.filter(l, l.cnt > 1) + lines.of(["002"])`, "L2, L3, L5, ?L4 数量不详"},
		{`lines.group(l, l.day).filter(g, g.sum(l, l.cnt) > 1).flatten()`, "L2, L3, L5, ?L4 数量不详"},
		{`lines.group(l, l.day).map(g, g.beyond(2)).flatten()`, "L3, L5 1/3, ?L4 数量不详"},
		// … and where it decides about all, all of it is left undone
		{`lines.sum(l, l.cnt) > 5`, "? 数量不详"},
		{`lines.beyond(1)`, "? 数量不详"},
		{`lines.filter(l, l.cnt > 1).skip(1)`, "? 数量不详"},
		{`visit.level < 3`, "? 机构等级不详"},
		{`visit.insutype != "310"`, "? 险种不详"},
		{`visit.age > 40 || visit.level < 3`, "whole"},
		{`visit.age > 50 && visit.level < 3`, ""},
		// diagnoses that may be more than those known
		{`visit.hasDx(["E11"])`, "whole"},
		{`!visit.hasDx(["I10"])`, "? 其他诊断不详"},
		{`visit.dx.exists(d, d.startsWith("E11"))`, "? 诊断不详"},
		{`visit.main_dx.startsWith("E11")`, "whole"},
		{`visit.hasOp(["51.23"]) && visit.ops.first().main`, "whole"},
		{`visit.records.exists(r, r.kind == "anaesthesia" && r.hours == 1.5)`, "whole"},
		{`records.exists(r, r.cnt > 1)`, "? 记录数量不详"},
		// numbers are exact
		{`0.1 + 0.2 == 0.3 && 1 / 3 * 3 == 0.999999 && 2 / 3 == 0.666667 && -2 / 3 == -0.666667`, "whole"},
		{`lines.filter(l, l.pric > 10.1)`, "L3"},
		{`lines.filter(l, l.pric >= 10.1)`, "L2, L3"},
		{`lines.filter(l, l.pric * l.cnt != l.det_item_fee_sumamt)`, "?L4 数量不详"},
		{`1 / (lines.size() - 4) > 0`, "? 除数为 0"},
		{`900000000000 * 900000000000 > 0`, "? 表达式计算出错"},
		// lists
		{`lines.sortDown(l, l.pric).first(1)`, "L3"},
		{`lines.sortUp(l, l.pric).first(2)`, "L4, L5"},
		{`lines.of(["001"]).beyond(4).because(lines.of(["002"]))`, "L5 1/3←L3"},
		{`lines.of(["001"]).beyond(l, l.inscp_amt, 35.2)`, "L5 15/30"},
		{`[lines.of(["001"]).last().part(1)]`, "L5 1/3"},
		{`[lines.of(["001"]).last().part(1), lines.of(["001"]).last()]`, "L5"},
		{`lines.of(["001"]).distinct(l, l.day).size() == 2 && lines.min(l, l.pric) == 5 && lines.max(l, l.day) == day("2025-03-03")`, "whole"},
		{`lines.of(["9"]).max(l, l.pric) > 0`, "? 列表为空，没有最大最小值"},
		{`lines.count(l, l.code in ["001", "002"]) == 3 && lines.exists_one(l, l.code == "003")`, "whole"},
		{`(lines + lines).inOrder().size() == lines.size()`, "whole"},
		{`lines.filter(l, l.codeIs(["001"])).filter(l, l.day != visit.begin)`, "L5"},
		// days and times
		{`visit.begin + 4 == visit.end && visit.end - visit.begin == 4 && visit.days == 4`, "whole"},
		{`visit.begin.weekday() == 6 && visit.begin.yearMonth() == 202503 && visit.begin.quarter() == 1 && visit.begin.year() == 2025 && visit.begin.month() == 3`, "whole"},
		{`visit.begin.between(day("2025-03-01"), day("2025-03-31")) && 3.between(1, 3)`, "whole"},
		{`hoursBetween(lines.first().time, lines.first(2).last().time) == 5`, "whole"},
		{`daysBetween(visit.begin, visit.end) == 4`, "whole"},
		// the patient's other records
		{`lines.filter(l, l.earlier(9, ["001"]).size() > 0)`, "L2, L3, L5, L4"},
		{`lines.of(["002"]).filter(l, l.earlier(9).size() == 2)`, "L3"},
		{`lines.of(["002"]).filter(l, l.earlier(8).size() == 2)`, ""},
		{`lines.of(["001"]).filter(l, l.earlier(500).size() == 0)`, "?L2 回溯期早于可见记录, ?L5 回溯期早于可见记录"},
		{`lines.of(["002"]).filter(l, l.near(5, ["001"]).size() > 0)`, "L3"},
		{`lines.of(["002"]).filter(l, l.near(4, ["001"]).size() > 0)`, ""},
		{`lines.of(["003"]).filter(l, l.near(23).size() > 0)`, "?L4 发生时刻不详"},
		{`lines.filter(l, l.sameDay(["002"]).size() > 0)`, "L2"},
		{`visit.earlier(9).size() == 1`, "whole"},
		{`visit.earlier(8).size() == 0 && visits.size() == 2 && settlements.size() == 0`, "whole"},
		{`person: visits.filter(v, v.earlier(9).size() > 0)`, "M2"},
		{`person: visits.filter(v, v.level < 3)`, "M1, ?M2 机构等级不详"},
		{`person: visits.group(v, v.begin.yearMonth()).map(g, g.first(1)).flatten()`, "M1, M2"},
		{`person: lines.filter(l, l.visit.sex == "2" && l.age == 44 && l.age_days > 16000).first(1)`, "L1"},
		{`person: records.size() > 0 ? lines : []`, "? 病案记录未提供"},
		{`person: lines.filter(l, l.self_paid)`, ""},
	} {
		text, over := strings.TrimPrefix(c.text, "person: "), OverVisit
		if text != c.text {
			over = OverPerson
		}
		p, err := Compile(text, over)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		patient := aStay()
		visit := patient.Visits[1]
		if over == OverPerson {
			visit = nil
		}
		r := p.Eval(patient, visit)
		if got, want := strings.Split(told(r), ", "), strings.Split(c.want, ", "); !sameTexts(got, want) {
			t.Errorf("%s\n got %s\nwant %s (%s)", text, told(r), c.want, r.Failure)
		}
	}
}

func sameTexts(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// TestAtOneTime evaluates one program for many patients at once.
func TestAtOneTime(t *testing.T) {
	p, err := Compile(`lines.group(l, l.day).map(g, g.beyond(2)).flatten()`, OverVisit)
	if err != nil {
		t.Fatal(err)
	}
	patient := aStay()
	want := told(p.Eval(patient, patient.Visits[1]))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				patient := aStay()
				if got := told(p.Eval(patient, patient.Visits[1])); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	all.Wait()
}

func TestColumns(t *testing.T) {
	p, err := Compile(`lines.filter(l, l.fee_kind == "03" && l.dept == "A01" && l.cnt > 1)`, "")
	if err != nil || p.Over != OverVisit || !slices.Equal(p.Columns, []string{"med_chrgitm_type", "bilg_dept_codg"}) {
		t.Errorf("%+v, %v", p, err)
	}
}
