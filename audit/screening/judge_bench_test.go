package screening

import (
	"fmt"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// quarterMillion returns points of five programs over 50,000 codes.
func quarterMillion() []knowledge.Point {
	day := &knowledge.Params{Window: "day"}
	one := knowledge.Decimal(claim.Piece)
	daily := &knowledge.Params{Window: "day", Max: &one}
	female := &knowledge.Params{Attributes: knowledge.Attributes{Sex: "2"}}
	second := &knowledge.Params{Attributes: knowledge.Attributes{LevelMin: 2}}
	course := &knowledge.Params{Mode: "distinct_days", MaxDays: 90}
	points := make([]knowledge.Point, 0, 250_000)
	for i := range 50_000 {
		code := benchCode(i)
		for k, p := range []knowledge.Point{
			{RuleID: "GZ10000301004000", Params: female},
			{RuleID: "GZ10000101012000", Params: second},
			{RuleID: "GZ10000102014000", Params: daily},
			{RuleID: "GZ10000101010000", Params: course},
			{RuleID: "GZ10000102012000", Params: day, OtherCode: benchCode((i + 1) % 50_000)},
		} {
			p.ID, p.Code = fmt.Sprintf("KP%06d", i*5+k), code
			p.ValidFrom, p.ValidTo = calendar.DayOf(2024, 1, 1), calendar.NoDay
			points = append(points, p)
		}
	}
	return points
}

func benchCode(i int) string { return fmt.Sprintf("%015d", 3110000000000+i) }

// person300 has 300 lines of history in 15 visits and, last, a visit of 20 lines.
// Every fourth line carries a code that points judge; nothing of it is found.
func person300() *claim.History {
	h := &claim.History{PsnNo: "P1", Person: &claim.Person{Gend: "2", Brdy: calendar.DayOf(1960, 5, 1)}}
	for v := range 16 {
		day := calendar.DayOf(2025, 1, 10) + calendar.Day(20*v)
		id := fmt.Sprintf("M%03d", v)
		h.Encounters = append(h.Encounters, claim.Encounter{
			MdtrtID: id, FixmedinsCode: "H11010100001", FixBlngAdmdvs: "110101", HospLv: "2", MedType: "11", Insutype: "310",
			Begntime: day.At(8, 0, 0), Endtime: day.At(9, 0, 0), Brdy: calendar.NoDay, DieDate: calendar.NoDay,
		})
		h.Settlements = append(h.Settlements, claim.Settlement{
			SetlID: "S" + id, MdtrtID: id, Insutype: "310", SetlTime: day.At(9, 0, 0), Brdy: calendar.NoDay,
			MedfeeSumamt: 20000, InscpAmt: 18000, FundPaySumamt: 9000, AcctPay: 0,
		})
		for k := range 20 {
			code := benchCode(60_000 + 7*k)
			if k%4 == 0 {
				code = benchCode((v*20 + k) * 3)
			}
			h.Lines = append(h.Lines, claim.Line{
				BkkpSn: fmt.Sprintf("F%03d%03d", v, k), MdtrtID: id, SetlID: "S" + id, FeeOcurTime: day.At(8, k, 0),
				FixmedinsCode: "H11010100001", MedListCodg: code, Cnt: claim.Piece, Pric: 10_000_000, DetItemFeeSumamt: 1000,
				InscpAmt: 900, FulamtOwnpayAmt: 0, OverlmtSelfpay: 0, PreselfpayAmt: 100, CrteTime: calendar.NoTime,
			})
		}
	}
	return h
}

// BenchmarkVisit judges a 20-line visit of a person with 300 lines of history
// against 250,000 points, all rules.
func BenchmarkVisit(b *testing.B) {
	lib := NewLibrary(Parts{Rules: rule.All(), Points: quarterMillion()})
	h := person300()
	last := h.Encounters[len(h.Encounters)-1].Begntime.Day()
	j := newJudge(lib, Options{From: last, To: last})
	b.ReportAllocs()
	for b.Loop() {
		if n := len(j.judge(h).Findings); n != 0 {
			b.Fatalf("%d findings in a clean history", n)
		}
	}
}

// BenchmarkLibrary makes a library of 250,000 points.
func BenchmarkLibrary(b *testing.B) {
	points := quarterMillion()
	b.ReportAllocs()
	for b.Loop() {
		NewLibrary(Parts{Rules: rule.All(), Points: points})
	}
}
