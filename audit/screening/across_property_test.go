package screening

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// A slow reading of docs/judgement.md for whole lines, of which some are void or
// refunded altogether: every figure is added up anew from the rows.

var (
	plainFrom = calendar.DayOf(2025, 1, 1)
	plainTo   = calendar.DayOf(2025, 12, 31)
	plainCode = []string{"002103000010000", "002102000010000", "002501010010000", "003106050010000", "XJ01CAA040B001010102065", "C0101010010000100001"}
)

// plainHistory returns a random person's year.
func plainHistory(r *rand.Rand, n int) *claim.History {
	h := &claim.History{PsnNo: fmt.Sprint("P", n)}
	for v := range 1 + r.IntN(4) {
		id := fmt.Sprint("M", n, "-", v)
		begin := plainFrom + calendar.Day(r.IntN(380)-20)
		e := claim.Encounter{
			MdtrtID: id, FixmedinsCode: fmt.Sprint("H", r.IntN(8)), MedType: []string{"2101", "2101", "11", ""}[r.IntN(4)], Brdy: calendar.NoDay, DieDate: calendar.NoDay,
			Begntime: begin.At(8, 0, 0), Endtime: (begin + calendar.Day(r.IntN(12))).At(9, 0, 0), DscgMaindiagCode: []string{"J18.900", "I10.x00", "C34.100"}[r.IntN(3)],
			AdmDeptCodg: []string{"A01", "A02", ""}[r.IntN(3)],
		}
		h.Encounters = append(h.Encounters, e)
		for k := range r.IntN(5) {
			l := claim.Line{
				BkkpSn: fmt.Sprint(id, "-", k), MdtrtID: id, FeeOcurTime: (begin + calendar.Day(r.IntN(4))).At(9, k, 0), MedListCodg: plainCode[r.IntN(len(plainCode))],
				Cnt: claim.Piece, Pric: 10_000_000, DetItemFeeSumamt: claim.Money(100 * (1 + r.IntN(50))), InscpAmt: 100, CrteTime: calendar.NoTime,
				MedChrgitmType: []string{"", "", "09", "03"}[r.IntN(4)], ValiFlag: []string{"", "", "", "0"}[r.IntN(4)],
			}
			h.Lines = append(h.Lines, l)
			if l.ValiFlag == "" && r.IntN(5) == 0 {
				l.InitFeedetlSn, l.BkkpSn, l.Cnt, l.DetItemFeeSumamt = l.BkkpSn, l.BkkpSn+"R", -l.Cnt, -l.DetItemFeeSumamt
				h.Lines = append(h.Lines, l)
			}
		}
	}
	return h
}

func plainStay(e *claim.Encounter) bool { return strings.HasPrefix(e.MedType, "2") }

// plainLive returns the lines of a visit that are neither void nor refunded.
func plainLive(h *claim.History, visit string) (live []*claim.Line) {
	for i := range h.Lines {
		l := &h.Lines[i]
		refunded := slices.ContainsFunc(h.Lines, func(x claim.Line) bool { return x.InitFeedetlSn == l.BkkpSn })
		if l.MdtrtID == visit && l.ValiFlag == "" && l.InitFeedetlSn == "" && !refunded {
			live = append(live, l)
		}
	}
	return live
}

// plainSum adds an indicator up over persons, for an institution (and department) in a
// period.
func plainSum(hs []*claim.History, org, dept string, per period, in string) (n int64) {
	inside := func(d calendar.Day) bool { return d >= per.firstDay() && d <= per.lastDay() }
	for _, h := range hs {
		for i := range h.Encounters {
			e := &h.Encounters[i]
			stay := plainStay(e)
			if e.FixmedinsCode != org || dept != "" && (!stay || e.AdmDeptCodg != dept) {
				continue
			}
			live := plainLive(h, e.MdtrtID)
			ends := inside(e.Endtime.Day())
			switch in {
			case "stays":
				if stay && ends {
					n++
				}
			case "all":
				if ends {
					n++
				}
			case "J":
				if stay && ends && e.DscgMaindiagCode[0] == 'J' {
					n++
				}
			case "readmission":
				if stay && ends && plainReadmitted(h, e, 31) {
					n++
				}
			case "item":
				if ends && slices.ContainsFunc(live, func(l *claim.Line) bool { return strings.HasPrefix(l.MedListCodg, "002103") }) {
					n++
				}
			default:
				for _, l := range live {
					drug := l.MedChrgitmType == "09" || l.MedChrgitmType == "" && l.MedListCodg[0] == 'X'
					if inside(l.FeeOcurTime.Day()) && (in == "total" || in == "drug" && drug || in == "stay.CT" && stay && strings.HasPrefix(l.MedListCodg, "002103")) {
						n += int64(l.DetItemFeeSumamt)
					}
				}
			}
		}
	}
	return n
}

// plainReadmitted says whether the person's stay before e at its institution ended at
// most days days before e began.
func plainReadmitted(h *claim.History, e *claim.Encounter, days int) bool {
	var prev *claim.Encounter
	earlier := func(a, b *claim.Encounter) bool {
		return a.Begntime < b.Begntime || a.Begntime == b.Begntime && a.MdtrtID < b.MdtrtID
	}
	for i := range h.Encounters {
		x := &h.Encounters[i]
		if plainStay(x) && x.FixmedinsCode == e.FixmedinsCode && earlier(x, e) && (prev == nil || earlier(prev, x)) {
			prev = x
		}
	}
	if prev == nil {
		return false
	}
	gap := int(e.Begntime.Day() - prev.Endtime.Day())
	return gap >= 0 && gap <= days
}

// plainPoint is a point with what the slow reading adds up for it.
type plainPoint struct {
	knowledge.Point
	num, den, visits string
}

func plainPoints() []plainPoint {
	dec := func(n int64) *knowledge.Decimal { d := knowledge.Decimal(n); return &d }
	point := func(id, ruleID string, p knowledge.Params, num, den, visits string) plainPoint {
		p.MinVisits = 2
		return plainPoint{knowledge.Point{ID: id, RuleID: ruleID, Params: &p, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}, num, den, visits}
	}
	return []plainPoint{
		point("K1", "ZB10000205001000", knowledge.Params{Numerator: "drug", Denominator: "total", Period: "quarter", Percentile: dec(700_000)}, "drug", "total", "all"),
		point("K2", "ZB10000205005000", knowledge.Params{Numerator: "stay.code:002103", Denominator: "total", Period: "month", Limit: dec(1500)}, "stay.CT", "total", "all"),
		point("K3", "ZB10000205007000", knowledge.Params{Numerator: "dx:J", Denominator: "stays", Period: "quarter", Percentile: dec(600_000)}, "J", "stays", "stays"),
		point("K4", "ZB10000205008000", knowledge.Params{Numerator: "readmission:31", Denominator: "stays", Period: "year", Limit: dec(400)}, "readmission", "stays", "stays"),
		point("K5", "YH0005", knowledge.Params{Item: "002103", Period: "quarter", Percentile: dec(800_000)}, "item", "stays", "stays"),
	}
}

// plainFound returns what a point finds: institution, department and period.
func plainFound(p *plainPoint, hs []*claim.History) (found []string) {
	depts := []string{""}
	if p.RuleID == "YH0005" {
		depts = []string{"A01", "A02"}
	}
	for _, per := range periodsOf(p.Params.Period, plainFrom, plainTo, 0, 0) {
		for _, dept := range depts {
			values := make(map[string]*big.Rat)
			for i := range 8 {
				org := fmt.Sprint("H", i)
				den := plainSum(hs, org, dept, per, p.den)
				if plainSum(hs, org, dept, per, p.visits) >= 2 && den > 0 {
					values[org] = big.NewRat(plainSum(hs, org, dept, per, p.num), den)
				}
			}
			for org, v := range values {
				if plainAbove(p, v, values) {
					found = append(found, fmt.Sprint(p.ID, " ", org, " ", dept, " ", per))
				}
			}
		}
	}
	return found
}

func plainAbove(p *plainPoint, v *big.Rat, values map[string]*big.Rat) bool {
	if p.Params.Limit != nil {
		return v.Cmp(big.NewRat(int64(*p.Params.Limit), int64(claim.Piece))) > 0
	}
	if len(values) < 5 {
		return false
	}
	all := make([]*big.Rat, 0, len(values))
	for _, x := range values {
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b *big.Rat) int { return a.Cmp(b) })
	rank := 1
	for int64(rank)*1_000_000 < int64(*p.Params.Percentile)*int64(len(all)) {
		rank++
	}
	return v.Cmp(all[rank-1]) > 0
}

// TestAcrossAgainstSlow holds ratio and share against the slow reading, over thousands
// of random histories.
func TestAcrossAgainstSlow(t *testing.T) {
	var institutions []claim.Institution
	for i := range 8 {
		institutions = append(institutions, claim.Institution{FixmedinsCode: fmt.Sprint("H", i), FixmedinsType: "1", HospLv: "1"})
	}
	points := plainPoints()
	parts := Parts{Rules: rule.All(), Institutions: institutions}
	for _, p := range points {
		parts.Points = append(parts.Points, p.Point)
	}
	lib := NewLibrary(parts)
	o := Options{From: plainFrom, To: plainTo}
	persons, total := 0, 0
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 11))
		j := newJudge(lib, o)
		j.meter, j.only = newMeter(lib), true
		var hs []*claim.History
		for n := range 120 {
			hs = append(hs, plainHistory(r, n))
			j.judge(hs[n])
		}
		persons += len(hs)
		pop := newPopulation(lib, o, j.meter.cells)
		pop.judge()
		var got, want []string
		for _, g := range pop.out.sorted() {
			for _, f := range g.findings {
				got = append(got, fmt.Sprint(f.KpID, " ", f.FixmedinsCode, " ", f.DeptName, " ", f.SetlID))
			}
		}
		for i := range points {
			want = append(want, plainFound(&points[i], hs)...)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d:\n%v\nwant\n%v", seed, got, want)
		}
		total += len(got)
	}
	t.Logf("%d persons, %d findings", persons, total)
}

// plainTrail says which sales of a trail are wrong, by the text of judgement.md: events
// at different seconds, none of unknown time.
func plainTrail(events []stock.Event) (found []string) {
	live := make(map[string]bool)
	for _, e := range events {
		live[e.ID] = e.Type == stock.Sold
	}
	for _, r := range events {
		if r.Type != stock.SoldReturned {
			continue
		}
		pick := ""
		for _, same := range []bool{true, false} { // of the institution, else of any
			for _, e := range events {
				if live[e.ID] && e.Time < r.Time && (!same || e.FixmedinsCode == r.FixmedinsCode) {
					pick = e.ID
				}
			}
			if pick != "" {
				break
			}
		}
		delete(live, pick)
	}
	sold := 0
	for i, s := range events {
		if !live[s.ID] {
			continue
		}
		sold++
		var holder, first, lastHere, givenBack int = -1, -1, -1, -1
		for k, e := range events {
			in := e.Type == stock.Bought || e.Type == stock.Counted
			if in && first < 0 {
				first = k
			}
			if in && k < i {
				holder = k
			}
			if in && k < i && e.FixmedinsCode == s.FixmedinsCode {
				lastHere = k
			}
			if e.Type == stock.BoughtReturned && k < i && e.FixmedinsCode == s.FixmedinsCode {
				givenBack = k
			}
		}
		if sold > 1 || holder >= 0 && events[holder].FixmedinsCode != s.FixmedinsCode || first > i || givenBack >= 0 && givenBack > lastHere {
			found = append(found, s.MdtrtID)
		}
	}
	return found
}

// TestTrailAgainstSlow holds trace against the slow reading.
func TestTrailAgainstSlow(t *testing.T) {
	one := knowledge.Decimal(claim.Piece)
	lib := NewLibrary(Parts{Rules: rule.All(), Points: []knowledge.Point{{
		ID: "K", RuleID: "YH0004", Params: &knowledge.Params{Max: &one}, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay,
	}}})
	r := rand.New(rand.NewPCG(7, 8))
	kinds := []string{stock.Bought, stock.Sold, stock.Sold, stock.SoldReturned, stock.BoughtReturned, stock.Counted}
	found := 0
	for range 20_000 {
		events := make([]stock.Event, 1+r.IntN(8))
		for i := range events {
			events[i] = stock.Event{
				ID: fmt.Sprint(i), Type: kinds[r.IntN(len(kinds))], FixmedinsCode: fmt.Sprint("H", r.IntN(3)), MdtrtID: fmt.Sprint("M", i), SetlType: "1",
				Time: plainFrom.At(8, 0, 1) + calendar.Time(i*3600*5),
			}
		}
		want := plainTrail(events)
		var got []string
		for _, f := range lib.judgeTrail(stock.NewTrail("81234560012345678901", slices.Clone(events)), Options{From: calendar.NoDay, To: calendar.NoDay}).findings {
			got = append(got, f.MdtrtID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%v: %v, want %v", events, got, want)
		}
		found += len(got)
	}
	t.Logf("%d findings", found)
}
