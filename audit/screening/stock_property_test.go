package screening_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// A slow reading of the row `stock` of docs/judgement.md: for every point, institution,
// code and period the claims and the books are gone through anew.

// TestStockAgainstSlow holds stock against the slow reading, over thousands of random
// books and claims.
func TestStockAgainstSlow(t *testing.T) {
	n, seed := setting(t, "YIHENG_HISTORIES", histories), setting(t, "YIHENG_SEED", 1)
	found, struck := 0, 0
	for i := range n {
		c := booksCase(random("stock", seed, i))
		want := shortOf(c, &struck)
		found += len(want)
		if got := shortFound(c); !slices.Equal(got, want) {
			shrinkBooks(c)
			t.Fatalf("books %d (YIHENG_SEED=%d):\n%s# judge    %v\n# contract %v", i, seed, booksText(c), shortFound(c), shortOf(c, new(int)))
		}
	}
	if found < n/5 || struck < n {
		t.Errorf("only %d findings and %d balances in %d cases: they test too little", found, struck, n)
	}
	t.Logf("%d cases, %d balances struck, %d findings", n, struck, found)
}

// shortFound returns what the judge finds, as text, sorted.
func shortFound(c *rule.Case) (found []string) {
	for _, f := range screening.Together(c.Points[0].RuleID, c) {
		text := fmt.Sprintf("%s %s %s %s..%s %v", f.KpID, f.FixmedinsCode, f.SetlID, f.FirstDay, f.LastDay, f.Codes)
		if f.PsnNo+f.MdtrtID != "" || len(f.Lines)+len(f.EvidenceLines) > 0 || f.OwnAmount != 0 || f.Amount != 0 || f.FundAmount != 0 {
			text += " with a person or money"
		}
		found = append(found, text)
	}
	slices.Sort(found)
	return found
}

// shortOf returns what the contract says; struck counts the balances that the books
// allow to strike.
func shortOf(c *rule.Case, struck *int) (found []string) {
	for i := range c.Points {
		p := &c.Points[i]
		r, _ := rule.Get(p.RuleID)
		for _, s := range spansOf(p.Params.Period, c) {
			for k := range c.Institutions {
				in := &c.Institutions[k]
				for _, code := range bookCodes {
					if p.Code != code && (p.Code != "" || !r.Covers(code, "")) || !stockInForce(c, p, s.last, in.FixBlngAdmdvs) {
						continue
					}
					had, ok := hadOf(c, in.FixmedinsCode, code, s)
					if !ok {
						continue
					}
					*struck++
					most := new(big.Rat).Mul(had, big.NewRat(int64(claim.Piece)+int64(*p.Params.Tolerance), int64(claim.Piece)))
					claimed := claimedOf(c, p, in.FixmedinsCode, code, s) // nothing claimed, nothing to find
					if claimed.Sign() > 0 && claimed.Cmp(most) > 0 {
						found = append(found, fmt.Sprintf("%s %s %s %s..%s [%s]", p.ID, in.FixmedinsCode, s.name, s.first, s.last, code))
					}
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// span is a calendar period.
type span struct {
	name        string
	first, last calendar.Day
}

func (s span) holds(d calendar.Day) bool { return d != calendar.NoDay && d >= s.first && d <= s.last }

// spansOf returns the periods of a kind that the run's days cover wholly.
func spansOf(kind string, c *rule.Case) (spans []span) {
	n := map[string]int{"month": 1, "quarter": 3, "year": 12, "": 12}[kind]
	for at := 0; at < 36; at += n { // from January 2024 on
		y, m := 2024+at/12, at%12+1
		s := span{fmt.Sprintf("%d-%02d", y, m), calendar.DayOf(y, m, 1), calendar.DayOf(2024+(at+n)/12, (at+n)%12+1, 1) - 1}
		switch n {
		case 3:
			s.name = fmt.Sprintf("%dQ%d", y, m/3+1)
		case 12:
			s.name = fmt.Sprint(y)
		}
		if (c.From == open || c.From <= s.first) && (c.To == open || c.To >= s.last) {
			spans = append(spans, s)
		}
	}
	return spans
}

// stockInForce says whether a point holds on the last day of a period in a region.
func stockInForce(c *rule.Case, p *knowledge.Point, last calendar.Day, region string) bool {
	return (p.ValidFrom == open || last >= p.ValidFrom) && (p.ValidTo == open || last <= p.ValidTo) && registry.Within(region, p.Region) &&
		!slices.ContainsFunc(c.Points, func(q knowledge.Point) bool {
			return q.Supersedes == p.ID && (q.ValidFrom == open || last >= q.ValidFrom) && registry.Within(region, q.Region)
		})
}

// hadOf returns what the books say an institution had of a code in a period; false
// where they do not say.
func hadOf(c *rule.Case, org, code string, s span) (*big.Rat, bool) {
	var rows []stock.Entry
	for _, e := range c.Stock {
		newest := !slices.ContainsFunc(c.Stock, func(o stock.Entry) bool { return o.ID == e.ID && o.Newer(&e.Version) })
		if !newest || e.ValiFlag == "0" || e.FixmedinsCode != org || e.MedListCodg != code {
			continue
		}
		if e.Day == calendar.NoDay {
			return nil, false
		}
		if s.holds(e.Day) {
			rows = append(rows, e)
		}
	}
	stores := map[string][]stock.Entry{}
	central := false
	for _, e := range rows {
		stores[e.PlaceType+e.PlaceName] = append(stores[e.PlaceType+e.PlaceName], e)
		central = central || e.PlaceType == "1"
	}
	known, moves, told := len(stores) > 0, false, true
	had, moved, transferred, carried := new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)
	add := func(sum *big.Rat, e *stock.Entry, q claim.Quantity, sign int64) {
		if q == claim.Null {
			known = false
			return
		}
		ratio := claim.Piece
		if e.Unit == "" || e.Unit != e.SplitUnit {
			ratio = e.PackRatio
		}
		sum.Add(sum, big.NewRat(sign*int64(q)*int64(ratio), int64(claim.Piece)*int64(claim.Piece)))
	}
	for _, store := range stores {
		first, last := carryOf(store, true), carryOf(store, false)
		if first == nil {
			return nil, false
		}
		add(had, first, first.Opening, 1)
		add(had, last, last.Closing, -1)
		if first.Day != s.first && first.Opening != 0 || last.Day.Month() != s.last.Month() && last.Closing != 0 {
			return nil, false
		}
	}
	for i := range rows {
		e := &rows[i]
		moves = moves || slices.Contains([]string{stock.Purchase, stock.OtherIn, stock.Surplus, stock.TransferIn, stock.TransferOut, stock.Return}, e.Type)
		switch e.Type {
		case stock.Purchase, stock.OtherIn, stock.Surplus:
			add(moved, e, e.Cnt, 1)
		case stock.TransferIn, stock.TransferOut:
			add(transferred, e, e.Cnt, 1)
		case stock.Return:
			add(had, e, e.Cnt, 1) // what left is negative
		case stock.Carry:
			switch {
			case central && e.PlaceType != "1":
			case e.In == claim.Null:
				told = false
			default:
				add(carried, e, e.In, 1)
			}
		}
	}
	if transferred.Sign() > 0 {
		moved.Add(moved, transferred)
	}
	if !told && (!moves || carried.Cmp(moved) > 0) { // what came in is not stated
		return nil, false
	}
	if carried.Cmp(moved) > 0 {
		moved = carried
	}
	return had.Add(had, moved), known
}

// carryOf returns the first or last carry of a store, nil when it has none.
func carryOf(store []stock.Entry, first bool) (found *stock.Entry) {
	for i := range store {
		if e := &store[i]; e.Type == stock.Carry && (found == nil || (e.Day < found.Day) == first && e.Day != found.Day) {
			found = e
		}
	}
	return found
}

// claimedOf returns the net quantity of a code that an institution claimed in a period,
// without the visits that the point, or an exclusion list, leaves out.
func claimedOf(c *rule.Case, p *knowledge.Point, org, code string, s span) *big.Rat {
	sum := new(big.Rat)
	for _, h := range append([]claim.History{c.History}, c.Others...) {
		for i := range h.Lines {
			l := &h.Lines[i]
			at := slices.IndexFunc(h.Encounters, func(e claim.Encounter) bool { return e.MdtrtID == l.MdtrtID })
			e := &h.Encounters[at]
			named := l.MedListCodg
			if named == "" {
				named = l.HilistCode
			}
			if named != code || e.FixmedinsCode != org || e.ValiFlag == "0" || l.ValiFlag == "0" || l.InitFeedetlSn != "" || l.Cnt == claim.Null ||
				!s.holds(l.FeeOcurTime.Day()) || settledOut(&h, l) || leftOut(c, p, e) {
				continue
			}
			net := l.Cnt
			for k := range h.Lines {
				if r := &h.Lines[k]; r.InitFeedetlSn == l.BkkpSn && r.ValiFlag != "0" {
					net += r.Cnt
				}
			}
			if net > 0 {
				sum.Add(sum, big.NewRat(int64(net), int64(claim.Piece)))
			}
		}
	}
	return sum
}

// settledOut says whether a line's settlement, or every one of its visit, is out.
func settledOut(h *claim.History, l *claim.Line) bool {
	out, in := false, false
	for _, s := range h.Settlements {
		gone := s.ValiFlag == "0" || s.RefdSetlFlag == "1" || slices.ContainsFunc(h.Settlements, func(r claim.Settlement) bool { return r.InitSetlID == s.SetlID })
		if s.MdtrtID == l.MdtrtID {
			out, in = out || gone, in || !gone
		}
		if s.SetlID == l.SetlID && gone {
			return true
		}
	}
	return out && !in
}

// leftOut says whether a visit is an exception of the point, or may be one.
func leftOut(c *rule.Case, p *knowledge.Point, e *claim.Encounter) bool {
	begins := func(s string, prefixes []string) bool { // an unknown one may begin so
		return prefixes != nil && (s == "" || slices.ContainsFunc(prefixes, func(x string) bool { return strings.HasPrefix(s, x) }))
	}
	if begins(e.DscgMaindiagCode, p.Params.ExcludeDx) || begins(e.MedType, p.Params.ExcludeMedTypes) {
		return true
	}
	return slices.ContainsFunc(c.Exclusions, func(x knowledge.Exclusion) bool {
		return slices.Contains(x.RuleIDs, p.RuleID) && (x.MdtrtID == "" || x.MdtrtID == e.MdtrtID) && (x.FixmedinsCode == "" || x.FixmedinsCode == e.FixmedinsCode) &&
			(x.MedTypes == nil || begins(e.MedType, x.MedTypes)) && (x.DxAny == nil || begins(e.DscgMaindiagCode, x.DxAny))
	})
}

var bookCodes = []string{"XJ01CAA001A001010100001", "XN02BBP005A001010100004", "C0101010010000000001", "LOCAL-77"}

// keeper makes one case of books and claims.
type keeper struct {
	*rand.Rand
	clean  bool // the books are whole
	months int  // that they are kept, from January 2025 on
	rows   int
	packs  map[string]claim.Quantity // by code
}

// booksCase makes points, books and claims in which gaps, odd units, returns and
// quantities at the very limit abound.
func booksCase(r *rand.Rand) *rule.Case {
	k := &keeper{Rand: r, clean: often(r, 60), packs: map[string]claim.Quantity{}}
	kind := pick(r, "month", "month", "quarter", "year", "")
	k.months = map[string]int{"month": 1 + r.IntN(3), "quarter": 3 + r.IntN(4), "year": 12, "": 12}[kind]
	c := &rule.Case{From: calendar.DayOf(2025, 1, 1), To: calendar.DayOf(2025, 12, 31), History: claim.History{PsnNo: "P1"}, Others: []claim.History{{PsnNo: "P2"}}}
	switch r.IntN(8) {
	case 0:
		c.From = pick(r, open, calendar.DayOf(2025, 1, 2), calendar.DayOf(2025, 2, 1))
	case 1:
		c.To = pick(r, open, calendar.DayOf(2025, 2, 28), calendar.DayOf(2025, 3, 30))
	}
	c.Institutions = []claim.Institution{
		{FixmedinsCode: "H1", FixmedinsType: "1", FixBlngAdmdvs: pick(r, "330106", "330106", "110101"), Version: never()},
		{FixmedinsCode: "P1", FixmedinsType: "2", FixBlngAdmdvs: pick(r, "330106", "330199", ""), Version: never()},
	}
	codes := some(r, bookCodes)
	for i := range 1 + r.IntN(3) {
		c.Points = append(c.Points, k.point(fmt.Sprint("K", i+1), kind, codes))
	}
	if len(c.Points) > 1 && often(r, 15) && c.Points[0].RuleID == c.Points[1].RuleID {
		c.Points[1].Supersedes = c.Points[0].ID
	}
	if often(r, 15) {
		x := knowledge.Exclusion{ID: "X1", Kind: "other", RuleIDs: []string{c.Points[0].RuleID}, ValidFrom: open, ValidTo: open, Reason: "批复"}
		switch r.IntN(3) {
		case 0:
			x.MdtrtID = "M1"
		case 1:
			x.MedTypes, x.FixmedinsCode = []string{"2"}, pick(r, "", "H1")
		case 2:
			x.DxAny = []string{"J"}
		}
		c.Exclusions = append(c.Exclusions, x)
	}
	for _, in := range c.Institutions {
		for _, code := range codes {
			k.packs[code] = claim.Quantity(pick(r, 1, 1, 10, 12)) * claim.Piece
			for _, place := range pick(r, [][2]string{{"1", "药库"}}, [][2]string{{"1", "药库"}, {"2", "门诊药房"}}, [][2]string{{"2", "门诊药房"}, {"2", "住院药房"}}, nil) {
				k.store(c, stock.Entry{FixmedinsCode: in.FixmedinsCode, MedListCodg: code, PlaceType: place[0], PlaceName: place[1]})
			}
		}
	}
	for i := range 2 + r.IntN(4) {
		k.visit(c, fmt.Sprint("M", i+1), codes)
	}
	k.toTheLimit(c)
	return c
}

func (k *keeper) point(id, kind string, codes []string) knowledge.Point {
	tolerance := knowledge.Decimal(pick(k.Rand, 0, 500, 1000, 3333))
	p := knowledge.Point{
		ID: id, RuleID: pick(k.Rand, "GZ10000202001000", "GZ10000202001000", "GZ10000203001000"), ValidFrom: open, ValidTo: open,
		Params: &knowledge.Params{Tolerance: &tolerance, Period: pick(k.Rand, kind, kind, "month")},
	}
	if often(k.Rand, 60) {
		p.Code = pick(k.Rand, codes...)
	}
	if often(k.Rand, 20) {
		p.ValidFrom = calendar.DayOf(2025, 1+k.IntN(3), pick(k.Rand, 1, 28))
	}
	if often(k.Rand, 10) {
		p.ValidTo = max(p.ValidFrom, calendar.DayOf(2025, 3, pick(k.Rand, 30, 31)))
	}
	if often(k.Rand, 20) {
		p.Region = pick(k.Rand, "330000", "330100", "330106", "110000")
	}
	if often(k.Rand, 10) {
		p.Params.ExcludeMedTypes = []string{pick(k.Rand, "11", "2")}
	}
	if often(k.Rand, 10) {
		p.Params.ExcludeDx = []string{"J"}
	}
	return p
}

// store keeps the books of one code in one store: a carry each month, and movements.
func (k *keeper) store(c *rule.Case, e stock.Entry) {
	quantity := func() claim.Quantity { return pick[claim.Quantity](k.Rand, 0, 1, 2, 5, 20, 20) * claim.Piece }
	stand := pick(k.Rand, 0, quantity())
	if often(k.Rand, 5) {
		stand = -stand // sold before it was booked
	}
	first := 0
	if often(k.Rand, 15) {
		first = k.IntN(k.months)
	}
	told := often(k.Rand, 60) // the carries say what came in
	for m := first; m < k.months; m++ {
		day := calendar.DayOf(2025, m+1, 1)
		carry := k.entry(e, stock.Carry, day)
		carry.Opening = stand
		if told && (k.clean || often(k.Rand, 90)) {
			carry.In = quantity()
		}
		for range k.IntN(3) {
			kind := pick(k.Rand, stock.Purchase, stock.Purchase, stock.TransferIn, stock.TransferOut, stock.Surplus, stock.Loss, stock.Destroyed, stock.OtherIn, stock.OtherOut, stock.Return, stock.Take, stock.Sale, stock.SaleReturned)
			move := k.entry(e, kind, day+calendar.Day(pick(k.Rand, 0, 14, 27)))
			if move.Cnt = quantity(); slices.Contains([]string{stock.TransferOut, stock.Loss, stock.Destroyed, stock.OtherOut, stock.Return, stock.Take, stock.Sale}, kind) {
				move.Cnt = -move.Cnt
			}
			k.keep(c, move)
		}
		stand = pick(k.Rand, stand, 0, quantity(), quantity())
		if often(k.Rand, 3) {
			stand = -stand
		}
		if carry.Closing = stand; k.clean || often(k.Rand, 85) {
			k.keep(c, carry)
		}
		if !k.clean && often(k.Rand, 10) {
			break
		}
	}
}

// entry is a row of a store's books, in packs, in the smallest unit, or not known in
// which.
func (k *keeper) entry(e stock.Entry, kind string, day calendar.Day) stock.Entry {
	k.rows++
	e.ID, e.Type, e.Day, e.PackRatio = fmt.Sprint("E", k.rows), kind, day, k.packs[e.MedListCodg]
	e.Opening, e.In, e.Out, e.Closing, e.Cnt = claim.Null, claim.Null, claim.Null, claim.Null, claim.Null
	e.Unit, e.PackUnit, e.SplitUnit = pick(k.Rand, "", "盒", "片", "片"), "盒", pick(k.Rand, "片", "片", "片", "")
	e.Version = claim.Version{UpdtTime: calendar.NoTime, Read: int64(k.rows)}
	return e
}

// keep adds a row, now and then with something missing, void, or followed by a later
// version.
func (k *keeper) keep(c *rule.Case, e stock.Entry) {
	if !k.clean {
		switch k.IntN(60) {
		case 0:
			e.Day = calendar.NoDay
		case 1:
			e.Cnt, e.Opening = claim.Null, claim.Null
		case 2:
			e.Closing = claim.Null
		case 3:
			e.ValiFlag = "0"
		}
	}
	c.Stock = append(c.Stock, e)
	if often(k.Rand, 5) {
		k.rows++
		e.Version.Read = int64(k.rows)
		if e.Cnt != claim.Null {
			e.Cnt *= 2
		}
		e.ValiFlag = pick(k.Rand, "", "1", "0")
		c.Stock = append(c.Stock, e)
	}
}

// visit adds a visit with lines of the codes, of which some are taken back.
func (k *keeper) visit(c *rule.Case, id string, codes []string) {
	h := pick(k.Rand, &c.History, &c.Others[0])
	day := calendar.DayOf(2025, 1, 1) + calendar.Day(k.IntN(31*k.months+20)-10)
	e := claim.Encounter{
		MdtrtID: id, FixmedinsCode: pick(k.Rand, "H1", "H1", "P1"), MedType: pick(k.Rand, "11", "2101", "2101", ""), Brdy: calendar.NoDay, DieDate: calendar.NoDay,
		Begntime: day.At(8, 0, 0), Endtime: (day + 3).At(9, 0, 0), DscgMaindiagCode: pick(k.Rand, "J18.900", "I10.x00", "I10.x00", ""), Version: never(),
		ValiFlag: pick(k.Rand, "", "", "", "", "", "", "0"),
	}
	h.Encounters = append(h.Encounters, e)
	setls := []string{""}
	for i := range k.IntN(3) {
		s := claim.Settlement{SetlID: fmt.Sprint(id, "-S", i), MdtrtID: id, SetlTime: (day + 3).At(10, i, 0), Brdy: calendar.NoDay, Version: never()}
		s.MedfeeSumamt, s.InscpAmt, s.FundPaySumamt, s.AcctPay = claim.Null, claim.Null, claim.Null, claim.Null
		setls = append(setls, s.SetlID)
		if h.Settlements = append(h.Settlements, s); often(k.Rand, 20) {
			s.SetlID, s.InitSetlID, s.RefdSetlFlag = s.SetlID+"R", s.SetlID, "1"
			h.Settlements = append(h.Settlements, s)
		}
	}
	for range k.IntN(4) {
		k.line(h, id, pick(k.Rand, setls...), pick(k.Rand, codes...), (day+calendar.Day(k.IntN(4))).At(9, 0, 0), claim.Quantity(k.IntN(60))*5000)
	}
}

// line adds a line and, at times, a refund of some or all of it.
func (k *keeper) line(h *claim.History, visit, setl, code string, at calendar.Time, qty claim.Quantity) {
	l := claim.Line{
		BkkpSn: fmt.Sprint(h.PsnNo, "-L", len(h.Lines)), MdtrtID: visit, SetlID: setl, FeeOcurTime: at, MedListCodg: code, Cnt: qty, Pric: 1_000_000,
		DetItemFeeSumamt: claim.Money(qty / 100), InscpAmt: pick(k.Rand, 0, claim.Money(qty/100)), FulamtOwnpayAmt: claim.Null, OverlmtSelfpay: claim.Null, PreselfpayAmt: claim.Null,
		CrteTime: calendar.NoTime, ValiFlag: pick(k.Rand, "", "", "", "", "", "1", "0"), Version: never(),
	}
	switch k.IntN(20) {
	case 0:
		l.MedListCodg, l.HilistCode = "", code
	case 1:
		l.FeeOcurTime = calendar.NoTime
	case 2:
		l.MedListCodg += "1"
	case 3:
		l.Cnt = claim.Null
	}
	h.Lines = append(h.Lines, l)
	if l.Cnt != claim.Null && l.ValiFlag != "0" && often(k.Rand, 25) {
		back := pick(k.Rand, l.Cnt, l.Cnt, l.Cnt/2, claim.Quantity(5000))
		l.InitFeedetlSn, l.BkkpSn, l.Cnt, l.DetItemFeeSumamt = l.BkkpSn, l.BkkpSn+"R", -back, -claim.Money(back/100)
		if l.InscpAmt != 0 {
			l.InscpAmt = l.DetItemFeeSumamt
		}
		h.Lines = append(h.Lines, l)
	}
}

// toTheLimit adds claims that come to just what an institution had, to a little less,
// or to a little more.
func (k *keeper) toTheLimit(c *rule.Case) {
	for i := range c.Points {
		p := &c.Points[i]
		spans := spansOf(p.Params.Period, c)
		if len(spans) == 0 {
			continue
		}
		s, org, code := spans[k.IntN(len(spans))], pick(k.Rand, "H1", "P1"), p.Code
		if code == "" {
			code = pick(k.Rand, bookCodes...)
		}
		had, ok := hadOf(c, org, code, s)
		if !ok {
			continue
		}
		most := had.Mul(had, big.NewRat(int64(claim.Piece)+int64(*p.Params.Tolerance), int64(claim.Piece)))
		most.Sub(most, claimedOf(c, p, org, code, s))
		most.Mul(most, big.NewRat(int64(claim.Piece), 1))
		left := claim.Quantity(new(big.Int).Quo(most.Num(), most.Denom()).Int64()) + pick[claim.Quantity](k.Rand, 0, 0, 1, -1, claim.Piece, -claim.Piece)
		if left <= 0 {
			continue
		}
		id := fmt.Sprint("T", i)
		c.History.Encounters = append(c.History.Encounters, claim.Encounter{
			MdtrtID: id, FixmedinsCode: org, MedType: "11", Brdy: calendar.NoDay, DieDate: calendar.NoDay, Version: never(),
			Begntime: s.first.At(8, 0, 0), Endtime: s.last.At(9, 0, 0), DscgMaindiagCode: "I10.x00",
		})
		k.line(&c.History, id, "", code, pick(k.Rand, s.first.At(0, 0, 0), s.last.At(23, 59, 59)), left)
	}
}

// shrinkBooks drops what the difference does not need.
func shrinkBooks(c *rule.Case) {
	differs := func() (yes bool) {
		defer func() { yes = recover() == nil && yes }() // a line without its visit
		return !slices.Equal(shortFound(c), shortOf(c, new(int)))
	}
	for smaller := true; smaller; {
		smaller = without(&c.Stock, differs)
		smaller = len(c.Points) > 1 && without(&c.Points, differs) || smaller
		smaller = without(&c.Exclusions, differs) || smaller
		for _, h := range []*claim.History{&c.History, &c.Others[0]} {
			smaller = without(&h.Lines, differs) || smaller
			smaller = without(&h.Encounters, differs) || smaller
			smaller = without(&h.Settlements, differs) || smaller
		}
	}
}

// booksText writes a case as cases.yaml holds it.
func booksText(c *rule.Case) string {
	var b strings.Builder
	b.WriteString(caseText(c))
	for _, l := range c.Others[0].Lines {
		fmt.Fprintf(&b, "  # P2: %s\n", flow(l))
	}
	b.WriteString("  stock:\n")
	for _, e := range c.Stock {
		fmt.Fprintf(&b, "    - %s\n", flow(e))
	}
	return b.String()
}
