package screening_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// randomCase makes a small case of a program: points, institutions and a history in
// which collisions, ties, boundaries, refunds, duplicates and missing facts abound.
func randomCase(r *rand.Rand, program string) *rule.Case {
	g := &generator{Rand: r, program: program, codes: someCodes(r, program)}
	g.grouped = [2]string{pick(r, "day", "visit", "month", "year", "rolling", "rx"), pick(r, "qty", "times")}
	start := calendar.DayOf(2025, 3, 1)
	g.cap, g.clean = 1+r.IntN(2), often(r, 60)
	if program == "sequence" || program == "periop" || often(r, 20) {
		g.kind = pick(r, "2101", "2101", "11", "41")
	}
	g.days = []calendar.Day{start, start + 1, start + 2, start + calendar.Day(r.IntN(40)), start + calendar.Day(r.IntN(40))}
	if often(r, 20) {
		g.days = append(g.days, calendar.DayOf(2024, 12, 31), calendar.DayOf(2025, 1, 1))
	}
	if often(r, 10) {
		g.days = append(g.days, calendar.DayOf(2023, 12, 31), calendar.DayOf(2024, 1, 1))
	}
	c := &rule.Case{From: open, To: open}
	programs := []string{program}
	if program == mixed {
		for range 3 {
			if p := pick(r, knowledge.Programs()...); len(rulesOf(p)) > 0 && judges(p) {
				programs = append(programs, p)
			}
		}
		programs = programs[1:]
	}
	for _, p := range programs {
		c.Points = append(c.Points, g.points(p)...)
	}
	c.Points = onePrice(c.Points)
	if slices.Contains(programs, "sequence") && often(r, 50) || program == mixed {
		c.Rules = []string{pick(r, "YH0001", "YH0002", "YH0003")}
	}
	if often(r, 10) {
		c.From = g.day()
		c.To = max(c.From, g.day())
	}
	c.Institutions = []claim.Institution{
		{FixmedinsCode: "H1", FixmedinsType: "1", HospLv: "5", FixBlngAdmdvs: "330106"},
		{FixmedinsCode: "H2", FixmedinsType: "1", HospLv: pick(r, "", "2", "11"), FixBlngAdmdvs: pick(r, "", "330199", "110101")},
		{FixmedinsCode: "P1", FixmedinsType: "2", FixBlngAdmdvs: "330106"},
	}
	c.Doctors = []claim.Doctor{
		{DrCode: "D1", DrProTechDuty: "231", Version: never()},
		{DrCode: "D2", DrProTechDuty: "234", Version: never()},
		{DrCode: "D3", Version: never()},
	}
	for i := range c.Institutions {
		c.Institutions[i].Version = never()
	}
	g.exclusions(c)
	g.history(&c.History)
	return c
}

// onePrice leaves one price point to a code: which of two caps a discount or a
// composite goes by is not settled.
func onePrice(points []knowledge.Point) []knowledge.Point {
	seen := map[string]bool{}
	return slices.DeleteFunc(points, func(p knowledge.Point) bool {
		if len(rulesOf("price")) == 0 || p.RuleID != rulesOf("price")[0].ID {
			return false
		}
		twice := seen[p.Code]
		seen[p.Code] = true
		return twice
	})
}

// someCodes returns the codes of one case: of one or two objects.
func someCodes(r *rand.Rand, program string) []string {
	first := pick(r, drugs, pieces, items, items)
	if program == "periop" || program == "benefit" || program == "precedence" {
		first = drugs
	}
	if program == "periop" {
		return drugs[:4]
	}
	pool := slices.Concat(first, pick(r, drugs, items, consumables, nil))
	var codes []string
	for range 2 + r.IntN(4) {
		if c := pick(r, pool...); !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	return codes
}

func judges(program string) bool {
	return !slices.Contains([]string{"ratio", "share", "stock", "trace", "expression"}, program)
}

func never() claim.Version { return claim.Version{UpdtTime: calendar.NoTime} }

// version is that of the next row read.
func (g *generator) version() claim.Version {
	g.read++
	v := claim.Version{UpdtTime: calendar.NoTime, Read: g.read}
	if often(g.Rand, 20) {
		v.UpdtTime = calendar.DayOf(2025, 6, 1+g.IntN(2)).At(9, 0, 0)
	}
	return v
}

func (g *generator) exclusions(c *rule.Case) {
	if !often(g.Rand, 8) || len(c.Points) == 0 {
		return
	}
	x := knowledge.Exclusion{ID: "X1", Kind: "other", RuleIDs: []string{c.Points[0].RuleID}, ValidFrom: open, ValidTo: open, Reason: "批复"}
	switch g.IntN(6) {
	case 0:
		x.MdtrtID = "M1"
	case 1:
		x.FixmedinsCode = "H1"
	case 2:
		x.MedTypes = []string{"2"}
	case 3:
		x.DxAny = some(g.Rand, dxPrefixes)
	case 4:
		x.CodesAny = some(g.Rand, g.codes)
	case 5:
		x.PsnNo, x.ValidFrom, x.ValidTo = "P", g.day(), calendar.DayOf(2025, 12, 31)
	}
	if often(g.Rand, 20) {
		x.Region = "330100"
	}
	c.Exclusions = append(c.Exclusions, x)
}

// maybe returns v, or the empty text in percent of all cases, seldom where facts are known.
func (g *generator) maybe(percent int, v string) string {
	if g.clean && percent <= 30 {
		percent /= 5
	}
	if often(g.Rand, percent) {
		return ""
	}
	return v
}

func (g *generator) birthday() calendar.Day {
	return pick(g.Rand, calendar.NoDay, calendar.DayOf(1980, 3, 1), calendar.DayOf(2011, 3, 2), calendar.DayOf(2025, 3, 1), calendar.DayOf(2025, 3, 2))
}

func (g *generator) time(d calendar.Day) calendar.Time {
	if often(g.Rand, 3) && !g.clean {
		return calendar.NoTime
	}
	return pick(g.Rand, d.At(8, 0, 0), d.At(9, 0, 0), d.At(9, 0, 1), d.At(15, 0, 0), d.At(15, 0, 1), d.At(0, 0, 0))
}

// history makes one person's records.
func (g *generator) history(h *claim.History) {
	h.PsnNo = "P"
	if often(g.Rand, 80) {
		h.Person = &claim.Person{Gend: pick(g.Rand, "1", "2", "9", ""), Brdy: g.birthday(), Version: never()}
	}
	for i := range 1 + g.IntN(4) {
		g.visit(h, fmt.Sprintf("M%d", i+1))
	}
	if often(g.Rand, 6) && len(h.Lines) > 0 { // a line of a visit without a row
		l := &h.Lines[g.IntN(len(h.Lines))]
		l.MdtrtID, l.SetlID = "M9", ""
	}
	g.versions(h)
}

// versions adds a second row of some keys.
func (g *generator) versions(h *claim.History) {
	if len(h.Lines) > 0 && often(g.Rand, 15) {
		l := pick(g.Rand, h.Lines...)
		if l.Cnt < 0 {
			return
		}
		l.Cnt, l.ValiFlag, l.Version = claim.Piece, g.maybe(70, "0"), g.version()
		h.Lines = append(h.Lines, l)
	}
	if len(h.Encounters) > 0 && often(g.Rand, 8) {
		e := pick(g.Rand, h.Encounters...)
		e.MedType, e.ValiFlag, e.Version = pick(g.Rand, medTypes...), g.maybe(80, "0"), g.version()
		h.Encounters = append(h.Encounters, e)
	}
	if len(h.Settlements) > 0 && often(g.Rand, 8) {
		s := pick(g.Rand, h.Settlements...)
		if n := len(slices.DeleteFunc(slices.Clone(h.Settlements), func(o claim.Settlement) bool { return o.MdtrtID != s.MdtrtID })); n == 1 {
			s.Insutype = "390"
		}
		s.ValiFlag, s.Version = g.maybe(70, "0"), g.version()
		h.Settlements = append(h.Settlements, s)
	}
}

// visit adds a visit with its settlements, diagnoses, operations and lines.
func (g *generator) visit(h *claim.History, id string) {
	day := g.day()
	e := claim.Encounter{
		MdtrtID: id, FixmedinsCode: pick(g.Rand, "H1", "H1", "H2", "P1", "H9", ""), FixBlngAdmdvs: pick(g.Rand, "", "", "330106", "110101"),
		HospLv: pick(g.Rand, "", "", "05", "2", "99"), MedType: g.maybe(10, pick(g.Rand, medTypes...)), Insutype: pick(g.Rand, "", "310", "390"),
		PayLoc: pick(g.Rand, "", "2", "5"), Gend: pick(g.Rand, "", "1", "2", "9"), Brdy: g.birthday(), NwbFlag: g.maybe(94, "1"),
		Begntime: g.time(day), Endtime: g.time(near(day, day+calendar.Day(g.IntN(6)))), DscgMaindiagCode: g.maybe(30, pick(g.Rand, diagnoses...)),
		OtpDiagInfo: pick(g.Rand, "", "", "", "感冒", "J06.900 上感；I10.x00 高血压"), OprnOprtCode: g.maybe(70, pick(g.Rand, procedures...)),
		DiseNo: g.maybe(60, pick(g.Rand, "M01", "M02")), ChfpdrCode: g.maybe(30, "D1"), AdmDeptCodg: g.maybe(30, "A03"),
		DieDate: calendar.NoDay, ValiFlag: pick(g.Rand, "", "", "", "", "", "", "1", "1", "1", "0"), Version: g.version(),
	}
	if g.kind != "" && often(g.Rand, 80) {
		e.MedType = g.kind
	}
	if g.program == "periop" && often(g.Rand, 80) {
		e.OprnOprtCode = ""
	}
	if g.clean {
		e.FixmedinsCode, e.NwbFlag, e.ValiFlag = pick(g.Rand, "H1", "H1", "H1", "H2", "P1"), "", ""
	}
	if g.kind == "41" && often(g.Rand, 80) {
		e.FixmedinsCode = "P1"
	}
	if often(g.Rand, 5) {
		e.DieDate = g.day()
	}
	if often(g.Rand, 15) {
		e.Endtime = calendar.NoTime
	}
	if often(g.Rand, 96) {
		h.Encounters = append(h.Encounters, e)
	}
	setls := g.settlements(h, id, day)
	for i := range g.IntN(3) {
		h.Diagnoses = append(h.Diagnoses, claim.Diagnosis{
			ID: fmt.Sprintf("%s-D%d", id, i), MdtrtID: id, MaindiagFlag: pick(g.Rand, "0", "1", "1"), DiagCode: g.maybe(10, pick(g.Rand, diagnoses...)),
			ValiFlag: g.maybe(90, "0"), Version: g.version(),
		})
		if i > 0 {
			h.Diagnoses[len(h.Diagnoses)-1].MaindiagFlag = "0"
		}
	}
	clock := often(g.Rand, 70)
	for i := range pick(g.Rand, 0, 0, 1, 1, 2, 3) {
		at := day.At(0, 0, 0) + calendar.Time(g.IntN(3)*86400)
		if clock {
			at += calendar.Time(pick(g.Rand, 8, 9, 15) * 3600)
		}
		if often(g.Rand, 5) {
			at = calendar.NoTime
		}
		o := claim.Operation{
			ID: fmt.Sprintf("%s-O%d", id, i), MdtrtID: id, OprnOprtCode: pick(g.Rand, procedures...), OprnOprtDate: at,
			ValiFlag: g.maybe(94, "0"), Version: g.version(),
		}
		if i == 0 {
			o.MainOprnFlag = pick(g.Rand, "1", "1", "0", "")
		}
		h.Operations = append(h.Operations, o)
	}
	for range g.IntN(6) {
		g.line(h, id, day, setls)
	}
}

// near returns d where it lies near the first day of a visit, else that day.
func near(first, d calendar.Day) calendar.Day {
	if d < first-60 || d > first+60 {
		return first
	}
	return d
}

// settlements adds the settlements of a visit: none, one, two, or one that was
// refunded, with or without another.
func (g *generator) settlements(h *claim.History, id string, day calendar.Day) (ids []string) {
	n := pick(g.Rand, 0, 1, 1, 1, 1, 1, 2, 3, 4)
	if g.clean && n > 2 {
		n = 1
	}
	add := func(s claim.Settlement) {
		s.MdtrtID, s.ClrWay, s.Version = id, g.maybe(30, "1"), g.version()
		h.Settlements = append(h.Settlements, s)
	}
	facts := claim.Settlement{
		FixmedinsCode: "", Gend: pick(g.Rand, "", "1", "2"), Brdy: g.birthday(), Insutype: pick(g.Rand, "", "310", "510"),
		MedType: pick(g.Rand, "", "11", "2101"), PayLoc: pick(g.Rand, "", "2", "5"), SetlTime: g.time(near(day, day+calendar.Day(g.IntN(4)))),
		MedfeeSumamt: pick[claim.Money](g.Rand, claim.Null, 10000, 12000, 3333), InscpAmt: pick[claim.Money](g.Rand, claim.Null, 0, 10000, 9999),
		FundPaySumamt: pick[claim.Money](g.Rand, claim.Null, 7000, 10000, 0), AcctPay: pick[claim.Money](g.Rand, claim.Null, 1234, 0),
	}
	if g.clean {
		facts.InscpAmt, facts.FundPaySumamt = 10000, pick[claim.Money](g.Rand, 7000, 8500)
	}
	for i := range min(n, 2) {
		s := facts
		s.SetlID = fmt.Sprintf("%s-S%d", id, i)
		if i > 0 && s.SetlTime != calendar.NoTime {
			s.SetlTime += 3600
		}
		ids = append(ids, s.SetlID)
		add(s)
	}
	if n > 2 { // the first is refunded, and with 4 the second too
		for i := range n - 2 {
			s := facts
			s.SetlID, s.InitSetlID, s.RefdSetlFlag = fmt.Sprintf("%s-R%d", id, i), fmt.Sprintf("%s-S%d", id, i), "1"
			add(s)
		}
	}
	return ids
}

// line adds a line and, often, what takes it back.
func (g *generator) line(h *claim.History, id string, day calendar.Day, setls []string) {
	l := claim.Line{
		BkkpSn: fmt.Sprintf("L%d", len(h.Lines)+1), MdtrtID: id, FeeOcurTime: g.time(near(day, pick(g.Rand, day, day, day+1, day+2, g.day(), day-1))),
		RxDrordNo: pick(g.Rand, "", "RX1", "RX1", "RX2"), MedListCodg: pick(g.Rand, g.codes...), Cnt: g.quantity(),
		Pric: pick(g.Rand, claim.Price(10_000_000), 33_330_000, 50_000_000, 0), BilgDeptCodg: pick(g.Rand, "", "A03", "A04.02", "A21.01"),
		BilgDrCode: pick(g.Rand, "", "D1", "D2", "D3", "D9"), DscgTkdrugFlag: g.maybe(90, "1"), HospApprFlag: pick(g.Rand, "", "", "", "", "1", "1", "2"),
		DiseCodg: g.maybe(80, "M01"), MedChrgitmType: g.maybe(60, pick(g.Rand, "03", "04", "0501", "09", "08", "14")),
		CrteTime: calendar.NoTime, FulamtOwnpayAmt: claim.Null, OverlmtSelfpay: claim.Null, PreselfpayAmt: claim.Null,
		ValiFlag: pick(g.Rand, "", "", "", "", "", "", "", "1", "1", "0"), Version: g.version(),
	}
	if len(setls) > 0 {
		l.SetlID = g.maybe(6, pick(g.Rand, setls...))
	}
	if l.FeeOcurTime != calendar.NoTime && often(g.Rand, 40) {
		l.CrteTime = l.FeeOcurTime + calendar.Time(pick(g.Rand, 3600, 86400, 86401, 200000))
	}
	l.ListType = listType(l.MedListCodg)
	if g.clean {
		l.ValiFlag, l.HospApprFlag = "", ""
	}
	switch g.IntN(20) {
	case 0:
		l.HilistCode, l.MedListCodg = l.MedListCodg, ""
	case 1:
		l.MedListCodg = ""
	case 2:
		l.MedListCodg = "LOCAL1"
	}
	l.DetItemFeeSumamt = claim.Money((int64(l.Cnt)*int64(l.Pric) + 50_000_000) / 100_000_000)
	g.paid(&l)
	switch g.IntN(30) {
	case 0:
		if g.program != "discount" && g.program != mixed {
			l.Cnt = claim.Null
		}
	case 1:
		l.Pric = claim.Null
	case 2:
		l.DetItemFeeSumamt = claim.Null
	}
	h.Lines = append(h.Lines, l)
	if often(g.Rand, 20) {
		g.refund(h, l)
	}
}

// quantity returns the quantity of a line; operations are whole.
func (g *generator) quantity() claim.Quantity {
	if g.program == "discount" || g.program == mixed {
		return claim.Quantity(1+g.IntN(3)) * claim.Piece
	}
	return pick(g.Rand, claim.Piece, claim.Piece, 2*claim.Piece, 3*claim.Piece, 5000)
}

func listType(code string) string {
	switch rule.Object(code, "") {
	case rule.Drug:
		return "101"
	case rule.Piece:
		return "102"
	case rule.Granule:
		return "106"
	case rule.Item:
		return "201"
	}
	return "301"
}

// paid states what of a line is within the scope of insurance.
func (g *generator) paid(l *claim.Line) {
	total := l.DetItemFeeSumamt
	how := g.IntN(10)
	if g.clean {
		how = 3 + g.IntN(15)
	}
	switch how {
	case 0:
		l.InscpAmt = 0
	case 1:
		l.InscpAmt, l.FulamtOwnpayAmt = claim.Null, total
	case 2:
		l.InscpAmt, l.PreselfpayAmt, l.OverlmtSelfpay = claim.Null, total/3, total/10
	case 3:
		l.InscpAmt = total * 9 / 10
	default:
		l.InscpAmt = total
	}
}

// refund adds a line that takes back some or all of l.
func (g *generator) refund(h *claim.History, l claim.Line) {
	if l.Cnt == claim.Null || l.DetItemFeeSumamt == claim.Null {
		return
	}
	r := l
	r.BkkpSn, r.InitFeedetlSn, r.Version = fmt.Sprintf("L%d", len(h.Lines)+1), l.BkkpSn, g.version()
	r.ValiFlag = g.maybe(95, "0")
	part := pick(g.Rand, l.Cnt, l.Cnt, claim.Piece, l.Cnt+claim.Piece)
	r.Cnt = -part
	r.DetItemFeeSumamt = -claim.Money((int64(part)*int64(l.DetItemFeeSumamt) + int64(l.Cnt)/2) / int64(l.Cnt))
	r.FulamtOwnpayAmt, r.OverlmtSelfpay, r.PreselfpayAmt = claim.Null, claim.Null, claim.Null
	if l.InscpAmt != claim.Null {
		r.InscpAmt = -claim.Money((int64(part)*int64(l.InscpAmt) + int64(l.Cnt)/2) / int64(l.Cnt))
	}
	if often(g.Rand, 20) {
		r.InscpAmt = claim.Null
	}
	switch g.IntN(5) {
	case 0:
		r.InitFeedetlSn = ""
		if r.FeeOcurTime != calendar.NoTime {
			r.FeeOcurTime++
		}
	case 1:
		r.SetlID = ""
	case 2:
		r.InitFeedetlSn = pick(g.Rand, "L1", "X9", l.BkkpSn)
	}
	h.Lines = append(h.Lines, r)
	if often(g.Rand, 20) { // a refund that names the refund
		again := r
		again.BkkpSn, again.InitFeedetlSn, again.Version = fmt.Sprintf("L%d", len(h.Lines)+1), r.BkkpSn, g.version()
		h.Lines = append(h.Lines, again)
	}
}
