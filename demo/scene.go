package demo

import (
	"cmp"
	"slices"

	"yiheng/ground/calendar"
)

// A scene is a person whose records hold one injection: a violation of one point,
// or something that looks like one and is none. What else the person does is kept
// away from it, so that the truth of the scene is exact.
type scene struct {
	*generator
	*life
	r    *random
	p    *ruled       // the point; of the checks without points: only its rule
	day  calendar.Day // a day on which the point holds
	away bool         // at an institution outside the point's region

	each int64 // pieces of each line that a build bills
}

// variant is a way to break a point, or to miss it narrowly. run builds it and
// returns false when the point does not lend itself to it.
type variant struct {
	note string
	run  func(s *scene, note string) bool
}

// play is what a program's points are broken and missed by; listed are hits but for a
// list of exclusions.
type play struct{ breaks, misses, listed []variant }

// plays are the plays of all programs; of sequence and integrity, by check.
var plays map[string]play

func init() {
	plays = map[string]play{
		"attribute": attributePlay, "never any": neverPlay, "never alone": alonePlay, "conflict": conflictPlay,
		"same_class": classPlay, "quantity day": dayPlay, "quantity rx": rxPlay, "quantity month": monthPlay,
		"quantity rolling": rollingPlay, "quantity kinds": kindsPlay, "duration distinct_days": daysPlay,
		"duration per_visit": perVisitPlay, "duration span": spanPlay, "price": pricePlay, "discount": discountPlay,
		"consistency": consistencyPlay, "consistency pair": pairPlay,
		"outside_stay": outsidePlay, "sum_mismatch": sumPlay, "late_upload": latePlay, "missing_field": missingPlay,
		"operation_code": operationPlay, "split_stay": splitPlay, "frequent_stay": frequentStayPlay,
		"frequent_visit": frequentVisitPlay, "frequent_purchase": frequentPurchasePlay,
		"overlapping_stay": overlapPlay, "visit_during_stay": duringPlay, "after_death": deathPlay,
		"indication": indicationPlay, "needs": needsPlay, "split": partsPlay, "companion": companionPlay,
		"precedence": precedencePlay, "benefit": benefitPlay, "amount": amountPlay, "periop": periopPlay,
		"low_indication_stay": lowPlay, "quantity operation": operationQuantityPlay, "trace": tracePlay,
		"expression": expressionPlay,
	}
	for name, pl := range plays {
		if name != "trace" { // whose findings no list of visits is about
			plays[name] = pl.withLists()
		}
	}
}

// play names the play of a point.
func (p *ruled) play() play {
	name := p.program
	switch {
	case p.program == "never":
		name += " " + p.Mode
	case p.program == "quantity" && p.Count == "kinds":
		name += " kinds"
	case p.program == "quantity":
		name += " " + p.Window
	case p.program == "duration":
		name += " " + p.Mode
	case p.program == "consistency" && len(p.DxAny) > 0:
		name += " pair"
	case len(p.NeedsAny) > 0 && p.item == nil: // a diagnosis or an operation
		name = "needs"
	case p.program == "sequence" || p.program == "integrity":
		name = p.Check
	}
	return plays[name]
}

// try builds one variant; false when the point does not lend itself to it.
func (g *generator) try(l *life, n int64, p *ruled, v variant) bool {
	r := newRandom(g.seed, uint64(n))
	l.reset()
	g.born(l, n, &r)
	l.chronic = nil
	s := &scene{generator: g, life: l, r: &r, p: p}
	s.day = s.between(40, 45)
	if !v.run(s, v.note) {
		return false
	}
	s.elsewhere()
	return true
}

// between returns a day on which the scene's point holds, at least so many days
// after the first and before the last such day of the city's records; 0 when the
// point does not hold in them.
func (s *scene) between(after, before int) calendar.Day {
	lo, hi := s.from, s.to
	if s.p.from != calendar.NoDay {
		lo = max(lo, s.p.from)
	}
	if s.p.to != calendar.NoDay {
		hi = min(hi, s.p.to)
	}
	if s.p.next != nil && s.p.next.region == "" {
		hi = min(hi, s.p.next.from-1)
	}
	lo, hi = lo+calendar.Day(after), hi-calendar.Day(before)
	if lo > hi {
		return 0
	}
	return lo + calendar.Day(s.r.below(int(hi-lo)+1))
}

// part is a line of a visit that a finding objects to, and its money.
type part struct {
	k   int
	own int64
}

// whole is a line with all that is left of its money.
func (v *visit) whole(ks ...int) []part {
	parts := make([]part, len(ks))
	for i, k := range ks {
		inscp, _ := v.net(k)
		parts[i] = part{k, inscp}
	}
	return parts
}

// net returns what refunds have left of line k: covered money and quantity.
func (v *visit) net(k int) (inscp, qty int64) {
	x := &v.lines[k]
	inscp, qty = x.inscp, x.qty
	for j := range v.lines {
		if v.lines[j].refunds == x.serial {
			inscp += v.lines[j].inscp
			qty += v.lines[j].qty
		}
	}
	return inscp, qty
}

// excess is a line of which so many pieces are objected to.
func (v *visit) excess(k int, count int64) []part {
	inscp, qty := v.net(k)
	return []part{{k, share(inscp, count*unitQty, qty)}}
}

// hit writes down that p objects to parts of v.
func (s *scene) hit(p *ruled, v *visit, parts []part, note string) bool {
	slices.SortFunc(parts, func(a, b part) int {
		x, y := &v.lines[a.k], &v.lines[b.k]
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.serial, y.serial))
	})
	t := Truth{RuleID: p.rule, KpID: p.id, PsnNo: s.no, MdtrtID: v.id, Result: p.result(), Note: note}
	for _, x := range parts {
		t.Lines = append(t.Lines, string(lineID(nil, s.number, v.lines[x.k].serial)))
		t.OwnAmount += x.own
	}
	s.truths = append(s.truths, t)
	return true
}

// miss writes down that nothing is to be found here, though it looks like it.
func (s *scene) miss(v *visit, ks []int, note string) bool {
	m := NearMiss{RuleID: s.p.rule, KpID: s.p.id, PsnNo: s.no, MdtrtID: v.id, Note: note}
	for _, k := range ks {
		m.Lines = append(m.Lines, string(lineID(nil, s.number, v.lines[k].serial)))
	}
	s.misses = append(s.misses, m)
	return true
}

// paidAlone makes a line wholly the person's own expense, in one of the two ways
// that records say it.
func (s *scene) paidAlone(v *visit, k int) {
	v.lines[k].ownExpense()
	v.lines[k].refused = s.number%2 == 0
}

// elsewhere adds a few ordinary visits, far from the scene in time and without any
// ruled code.
func (s *scene) elsewhere() {
	if s.died != calendar.NoDay {
		return
	}
	n := len(s.visits)
	for range 6 {
		d := s.from + calendar.Day(s.r.below(int(s.to-s.from)))
		if d <= s.birth+30 || !s.farFrom(d, s.visits[:n], 100) || !s.farFrom(d, s.visits[n:], 12) {
			continue
		}
		v := s.open(s.orgOf0(s.r.below(3)+1), "A02", "11", at(d, 9, s.r.below(50)), s.r)
		v.dx = append(v.dx, s.codeOf("J06.900"))
		for k := range 2 + s.r.below(3) {
			s.bill(v, s.neutralOf(k+s.r.below(20)), 1, v.begin+300)
		}
		s.bill(v, pick(s.r, s.neutralDrugs), 1, v.begin+900)
		s.settle(v, v.begin+1800)
	}
}

func (s *scene) orgOf0(rank int) *institution {
	list := [][]*institution{s.city.clinics, s.city.primary, s.city.secondary, s.city.tertiary}[rank]
	return pick(s.r, list)
}

func (s *scene) farFrom(d calendar.Day, visits []*visit, days calendar.Day) bool {
	for _, v := range visits {
		end := v.end
		if end == calendar.NoTime {
			end = v.begin + 30*86400
		}
		if d > v.begin.Day()-days && d < end.Day()+days {
			return false
		}
	}
	return true
}
