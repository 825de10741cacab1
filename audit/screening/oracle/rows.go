package oracle

import (
	"cmp"
	"slices"
	"strings"

	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// person is what counts of a history.
type person struct {
	world      *World
	psn        string
	row        *claim.Person // nil: none
	points     []point
	visits     []*visit
	lines      []*charge          // live, in order
	encounters []*claim.Encounter // that win, be they void
}

// visit is a visit that happened.
type visit struct {
	id      string
	row     *claim.Encounter // nil: none in mdtrt_d
	setls   []*claim.Settlement
	everHad bool // a settlement, be it out
	diags   []*claim.Diagnosis
	ops     []*claim.Operation
	rows    []*claim.Line // every line that is not void, refunds included, of a settlement that stands
	lines   []*charge
	inst    string
	region  string // "": unknown
	level   int    // registry.UnknownLevel
	kind    string // fixmedins_type
}

// charge is a line of which something is left.
type charge struct {
	*claim.Line
	visit    *visit
	setl     *claim.Settlement // nil: none is named or known
	day      calendar.Day
	code     string
	qty      claim.Quantity // net; Null: unknown
	inscp    claim.Money    // net; Null: unknown
	total    claim.Money    // net; Null: unknown
	selfPaid bool
}

// winners returns of the rows with one key the one that counts, where it is valid.
// Rows without a key stand for themselves.
func winners[T any](rows []T, key func(*T) string, version func(*T) *claim.Version) []*T {
	var kept []*T
	for i := range rows {
		r := &rows[i]
		best := r
		for j := range rows {
			if key(r) != "" && key(&rows[j]) == key(r) && version(&rows[j]).Newer(version(best)) {
				best = &rows[j]
			}
		}
		if best == r {
			kept = append(kept, r)
		}
	}
	return kept
}

// read finds what counts of a history: the rows that win, the settlements that
// stand, the visits that happened, and what refunds left of the lines.
func read(h *claim.History, w *World) *person {
	p := &person{world: w, psn: h.PsnNo}
	if h.Person != nil && h.Person.ValiFlag != "0" {
		p.row = h.Person
	}
	for _, r := range w.Rules {
		if !r.NeedsPoint {
			p.points = append(p.points, point{rule: r})
		}
		for i := range w.Points {
			if q := &w.Points[i]; q.RuleID == r.ID && rule.Executable(r) && !needsParams(q) {
				p.points = append(p.points, point{q, r})
			}
		}
	}
	encounters := winners(h.Encounters, func(e *claim.Encounter) string { return e.MdtrtID }, func(e *claim.Encounter) *claim.Version { return &e.Version })
	setls := winners(h.Settlements, func(s *claim.Settlement) string { return s.SetlID }, func(s *claim.Settlement) *claim.Version { return &s.Version })
	lines := winners(h.Lines, func(l *claim.Line) string { return l.BkkpSn }, func(l *claim.Line) *claim.Version { return &l.Version })
	diags := winners(h.Diagnoses, func(d *claim.Diagnosis) string { return d.ID }, func(d *claim.Diagnosis) *claim.Version { return &d.Version })
	ops := winners(h.Operations, func(o *claim.Operation) string { return o.ID }, func(o *claim.Operation) *claim.Version { return &o.Version })

	p.encounters = encounters
	var ids []string
	for _, e := range encounters {
		ids = append(ids, e.MdtrtID)
	}
	for _, l := range lines {
		if !slices.Contains(ids, l.MdtrtID) {
			ids = append(ids, l.MdtrtID)
		}
	}
	for _, id := range ids {
		x := &visit{id: id}
		void := false
		for _, e := range encounters {
			if e.MdtrtID == id {
				x.row, void = e, e.ValiFlag == "0"
			}
		}
		for _, s := range setls {
			if s.MdtrtID == id {
				x.everHad = true
				if !out(s, setls) {
					x.setls = append(x.setls, s)
				}
			}
		}
		if void || x.everHad && len(x.setls) == 0 {
			continue
		}
		slices.SortFunc(x.setls, func(a, b *claim.Settlement) int {
			return cmp.Or(cmp.Compare(a.SetlTime, b.SetlTime), strings.Compare(a.SetlID, b.SetlID))
		})
		for _, d := range diags {
			if d.MdtrtID == id && d.ValiFlag != "0" {
				x.diags = append(x.diags, d)
			}
		}
		for _, o := range ops {
			if o.MdtrtID == id && o.ValiFlag != "0" {
				x.ops = append(x.ops, o)
			}
		}
		x.place(lines, w)
		p.visits = append(p.visits, x)
	}
	p.charges(lines, setls)
	return p
}

// out says whether a settlement is out: void, a refund, or refunded.
func out(s *claim.Settlement, setls []*claim.Settlement) bool {
	if s.ValiFlag == "0" || s.RefdSetlFlag == "1" {
		return true
	}
	for _, r := range setls {
		if r.RefdSetlFlag == "1" && r.InitSetlID == s.SetlID && r.ValiFlag != "0" {
			return true
		}
	}
	return false
}

// place tells the institution of a visit, its region, level and type.
func (x *visit) place(lines []*claim.Line, w *World) {
	x.level = registry.UnknownLevel
	if x.row != nil {
		x.inst, x.level = x.row.FixmedinsCode, registry.Level(x.row.HospLv)
	}
	for _, s := range x.setls {
		if x.inst == "" {
			x.inst = s.FixmedinsCode
		}
	}
	for _, l := range lines {
		if x.inst == "" && l.MdtrtID == x.id {
			x.inst = l.FixmedinsCode
		}
	}
	for i := range w.Institutions {
		f := &w.Institutions[i]
		if x.inst != "" && f.FixmedinsCode == x.inst {
			x.kind, x.region = f.FixmedinsType, f.FixBlngAdmdvs
			if x.level == registry.UnknownLevel {
				x.level = registry.Level(f.HospLv)
			}
		}
	}
	if x.region == "" && x.row != nil {
		x.region = x.row.FixBlngAdmdvs
	}
}

// charges finds the lines of which something is left, in order.
func (p *person) charges(lines []*claim.Line, setls []*claim.Settlement) {
	left := refund(p, lines, setls)
	for _, l := range lines {
		x := p.visit(l.MdtrtID)
		s := settlementOf(l, setls)
		if x == nil || l.ValiFlag == "0" || s != nil && out(s, setls) {
			continue
		}
		x.rows = append(x.rows, l)
		n := left[l]
		if n == nil || !n.something() {
			continue
		}
		c := &charge{
			Line: l, visit: x, setl: s, day: l.FeeOcurTime.Day(), code: l.MedListCodg,
			qty: n.qty, inscp: n.inscp, total: n.total, selfPaid: selfPaid(l),
		}
		if c.code == "" {
			c.code = l.HilistCode
		}
		if c.setl == nil && len(x.setls) > 0 {
			c.setl = x.setls[len(x.setls)-1]
		}
		x.lines = append(x.lines, c)
		p.lines = append(p.lines, c)
	}
	slices.SortFunc(p.lines, inOrder)
	for _, x := range p.visits {
		slices.SortFunc(x.lines, inOrder)
	}
}

func inOrder(a, b *charge) int {
	return cmp.Or(cmp.Compare(a.FeeOcurTime, b.FeeOcurTime), strings.Compare(a.BkkpSn, b.BkkpSn))
}

func (p *person) visit(id string) *visit {
	for _, x := range p.visits {
		if x.id == id {
			return x
		}
	}
	return nil
}

func settlementOf(l *claim.Line, setls []*claim.Settlement) *claim.Settlement {
	for _, s := range setls {
		if l.SetlID != "" && s.SetlID == l.SetlID {
			return s
		}
	}
	return nil
}

// selfPaid says whether a line was wholly at the person's expense.
func selfPaid(l *claim.Line) bool {
	return l.HospApprFlag == "2" || inscp(l) == 0 && l.DetItemFeeSumamt > 0
}

// inscp returns the amount within the scope of insurance; Null: unknown.
func inscp(l *claim.Line) claim.Money {
	if l.InscpAmt != claim.Null || l.DetItemFeeSumamt == claim.Null {
		return l.InscpAmt
	}
	m := l.DetItemFeeSumamt
	for _, part := range []claim.Money{l.FulamtOwnpayAmt, l.OverlmtSelfpay, l.PreselfpayAmt} {
		if part != claim.Null {
			m -= part
		}
	}
	return m
}
