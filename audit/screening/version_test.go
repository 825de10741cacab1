package screening

import (
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// TestVersionInForce judges the same charge on days of different versions of one
// entry of the library: each day by the version then in force, today's version never
// judging yesterday's charge.
//
// clause: 003-028, 004-018
func TestVersionInForce(t *testing.T) {
	limit := func(n claim.Quantity) *knowledge.Params {
		d := knowledge.Decimal(n * claim.Piece)
		return &knowledge.Params{Max: &d, Window: "day"}
	}
	points := []knowledge.Point{
		{ID: "V1", RuleID: "GZ10000102014000", Code: "001102000050000", Params: limit(3), ValidFrom: calendar.DayOf(2025, 1, 1), ValidTo: calendar.DayOf(2025, 3, 31), Basis: "2025年第一版"},
		{ID: "V2", RuleID: "GZ10000102014000", Code: "001102000050000", Params: limit(1), ValidFrom: calendar.DayOf(2025, 4, 1), ValidTo: calendar.NoDay, Basis: "2025年第二版"},
		{ID: "V3", RuleID: "GZ10000102014000", Code: "001102000050000", Params: limit(2), ValidFrom: calendar.DayOf(2025, 7, 1), ValidTo: calendar.NoDay, Supersedes: "V2", Basis: "2025年第三版"},
	}
	lib := NewLibrary(Parts{Rules: rule.All(), Points: points})
	for _, c := range []struct {
		day   calendar.Day
		kp    string // of the finding; "": none
		basis string
	}{
		{calendar.DayOf(2024, 12, 31), "", ""},
		{calendar.DayOf(2025, 1, 1), "", ""},
		{calendar.DayOf(2025, 3, 31), "", ""},
		{calendar.DayOf(2025, 4, 1), "V2", "2025年第二版"},
		{calendar.DayOf(2025, 6, 30), "V2", "2025年第二版"},
		{calendar.DayOf(2025, 7, 1), "V3", "2025年第三版"},
	} {
		h := dailyCharge(c.day, 3)
		out := Judge(h, lib, Options{From: calendar.NoDay, To: calendar.NoDay})
		switch {
		case c.kp == "" && len(out.Findings) == 0:
		case c.kp != "" && len(out.Findings) == 1 && out.Findings[0].KpID == c.kp && out.Findings[0].Basis == c.basis:
		default:
			t.Errorf("%s: want a finding by %q, got %d", c.day, c.kp, len(out.Findings))
		}
	}
}

// dailyCharge is one day's charge of a quantity of 住院诊查费.
func dailyCharge(day calendar.Day, n claim.Quantity) *claim.History {
	h := &claim.History{PsnNo: "P1"}
	h.Encounters = []claim.Encounter{{
		MdtrtID: "M1", FixmedinsCode: "H33010600001", MedType: "2101", Begntime: day.At(8, 0, 0), Endtime: day.At(18, 0, 0),
		Brdy: calendar.NoDay, DieDate: calendar.NoDay,
	}}
	h.Lines = []claim.Line{{
		BkkpSn: "L1", MdtrtID: "M1", FeeOcurTime: day.At(9, 0, 0), MedListCodg: "001102000050000", Cnt: n * claim.Piece, Pric: 10_000_000,
		DetItemFeeSumamt: claim.Money(n) * 1000, InscpAmt: claim.Money(n) * 1000, FulamtOwnpayAmt: 0, OverlmtSelfpay: 0,
		PreselfpayAmt: 0, CrteTime: calendar.NoTime,
	}}
	return h
}

// TestCorrectedBeyondHorizon has a row whose key an older row, dated before the
// horizon, carries too: the older one is not seen, and nothing breaks.
func TestCorrectedBeyondHorizon(t *testing.T) {
	h := dailyCharge(calendar.DayOf(2025, 5, 1), 3)
	old := h.Lines[0]
	old.FeeOcurTime = calendar.DayOf(2019, 5, 1).At(9, 0, 0)
	max := knowledge.Decimal(claim.Piece)
	points := []knowledge.Point{{ID: "K", RuleID: "GZ10000102014000", Code: "001102000050000", Params: &knowledge.Params{Max: &max, Window: "day"}, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}}
	lib := NewLibrary(Parts{Rules: rule.All(), Points: points})
	for _, lines := range [][]claim.Line{{old, h.Lines[0]}, {h.Lines[0], old}, {old, old, h.Lines[0]}} {
		h.Lines = lines
		if out := Judge(h, lib, Options{From: calendar.DayOf(2025, 1, 1), To: calendar.DayOf(2025, 12, 31)}); len(out.Findings) != 1 {
			t.Errorf("%d findings, want the one of 2025", len(out.Findings))
		}
	}
}
