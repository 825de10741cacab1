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
	r   *random
	p   *ruled       // the point; of the checks without points: only its rule
	day calendar.Day // a day on which the point holds
}

// variant is a way to break a point, or to miss it narrowly. run builds it and
// returns false when the point does not lend itself to it.
type variant struct {
	note string
	run  func(s *scene, note string) bool
}

// play is what a program's points are broken and missed by.
type play struct{ breaks, misses []variant }

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
	case p.program == "sequence" || p.program == "integrity":
		name = p.Check
	}
	return plays[name]
}

// plan says which scene is whose: rules take turns, and of each rule its points.
type plan struct{ rules [][]*ruled }

func newPlan(g *generator) *plan {
	pl := &plan{}
	at := map[string]int{}
	add := func(p *ruled) {
		k, ok := at[p.rule]
		if !ok {
			k = len(pl.rules)
			at[p.rule] = k
			pl.rules = append(pl.rules, nil)
		}
		pl.rules[k] = append(pl.rules[k], p)
	}
	for _, check := range []struct{ rule, check string }{
		{"YH0001", "overlapping_stay"}, {"YH0002", "visit_during_stay"}, {"YH0003", "after_death"},
	} {
		add(&ruled{rule: check.rule, program: "sequence", from: calendar.NoDay, to: calendar.NoDay, limits: limits{Check: check.check}})
	}
	for _, p := range g.points {
		add(p)
	}
	return pl
}

// stage fills l with the scene of person n.
func (g *generator) stage(l *life, n int64, w *worker) {
	k := int(n / g.every)
	points := g.plan.rules[k%len(g.plan.rules)]
	k /= len(g.plan.rules)
	p, pass := points[k%len(points)], k/len(points)
	pl := p.play()
	var all []variant
	for i := range max(len(pl.breaks), len(pl.misses)) {
		if i < len(pl.breaks) && !g.clean {
			all = append(all, pl.breaks[i])
		}
		if i < len(pl.misses) {
			all = append(all, pl.misses[i])
		}
	}
	for i := range all {
		v := all[(k%len(points)+pass+i)%len(all)]
		if g.try(l, n, p, v) {
			return
		}
	}
	g.live(l, n, w)
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

// setting is where and of whom something may lawfully be billed.
type setting struct {
	sex         string
	least, most int // age in days
	medType     string
	rank        int
	dept        string
	payLoc      string
	uninsured   bool // no insurance of the city pays for it
}

// kinds of visits that a setting may take, in order of preference.
var medTypes = []string{"11", "2101", "13", "51", "52", "14"}

// need returns a setting in which every point allows the items; ok is false when
// there is none.
func (s *scene) need(items ...*item) (setting, bool) {
	x := setting{sex: s.sex, least: 7000, most: 20000, rank: 2, dept: "A03.02", payLoc: "2"}
	fits := slices.Clone(medTypes)
	aged := false
	narrow := func(a *attributes) {
		if a.Sex != "" {
			x.sex = a.Sex
		}
		if a.AgeMinYears != nil || a.AgeMaxYears != nil || a.AgeMaxDays != nil {
			lo, hi := a.bounds()
			if !aged {
				x.least, x.most, aged = lo, hi, true
			}
			x.least, x.most = max(x.least, lo), min(x.most, hi)
		}
		if len(a.MedTypes) > 0 {
			fits = slices.DeleteFunc(fits, func(t string) bool { return !hasPrefix(t, a.MedTypes) })
		}
		x.rank = max(x.rank, a.LevelMin)
		if len(a.Depts) > 0 {
			x.dept = a.Depts[0]
		}
		if len(a.Insutypes) > 0 && !slices.Contains(a.Insutypes, "310") {
			x.uninsured = true
		}
	}
	for _, it := range items {
		for _, p := range it.points {
			if p.program != "attribute" {
				continue
			}
			narrow(&p.attributes)
			if n := len(p.AnyOf); n > 0 { // maternity: by the kind of visit
				narrow(&p.AnyOf[n-1])
				x.sex, x.least, x.most, aged = "2", 9000, 13000, true
			}
		}
	}
	if len(fits) == 0 || x.least > x.most {
		return x, false
	}
	x.medType = fits[0]
	if x.medType == "51" || x.medType == "52" {
		x.sex, x.dept = "2", "A05.02"
	}
	return x, true
}

// bounds are the ages in days that are surely within a.
func (a *attributes) bounds() (lo, hi int) {
	lo, hi = 0, 29000
	if a.AgeMinYears != nil {
		lo = *a.AgeMinYears*366 + 1
	}
	if a.AgeMaxYears != nil {
		hi = *a.AgeMaxYears * 365
		if hi == 0 {
			hi = 300
		}
	}
	if a.AgeMaxDays != nil {
		hi = *a.AgeMaxDays
	}
	return lo, hi
}

// enter makes the person fit the setting on a day.
func (s *scene) enter(x setting, day calendar.Day) {
	s.sex = x.sex
	age := x.least + (x.most-x.least)/2
	s.birth = day - calendar.Day(age)
	s.reinsure()
}

// reinsure and identify the person again after sex or birth changed.
func (s *scene) reinsure() {
	h := hash(s.seed, uint64(s.number), 13)
	s.generator.identify(s.life, h)
	s.insure(h, s.from)
	if s.birth > s.from {
		s.insutype, s.psnType = "390", "1401"
	}
}

// orgOf returns the n-th institution of a rank, in the region of the scene's point.
func (s *scene) orgOf(rank, n int) *institution {
	list := [][]*institution{s.city.clinics, s.city.primary, s.city.secondary, s.city.tertiary}[rank]
	if s.p.region != "" {
		list = s.city.away[3-rank+(3-rank):]
		if rank == 3 {
			list = s.city.away[:2]
		}
	}
	return list[(int(s.number)+n)%len(list)]
}

// visit opens a visit of the setting on a day; n tells institutions apart.
func (s *scene) visit(x setting, day calendar.Day, n int) *visit {
	hour := 9
	v := s.open(s.orgOf(x.rank, n), x.dept, x.medType, at(day, hour, 5), s.r)
	if x.payLoc == "5" {
		v.payLoc = "5"
	}
	dx := "J06.900"
	if v.stay() {
		dx = "K29.500"
	}
	v.dx = append(v.dx, s.codeOf(dx))
	if !v.stay() {
		s.add(v, s.neutralOf(n), 1, at(day, hour, 20))
	}
	return v
}

// neutralOf returns an item that no point rules on.
func (s *scene) neutralOf(n int) *item { return s.neutral[(int(s.number)*3+n)%len(s.neutral)] }

// add bills a line and returns its position. An operation that a point maps to a
// code is coded as well.
func (s *scene) add(v *visit, it *item, count int64, t calendar.Time) int {
	s.bill(v, it, count, t)
	if len(v.ops) == 0 && v.stay() {
		if c := s.operationFor(it); c != nil {
			v.operate(c, true, t)
		}
	}
	return len(v.lines) - 1
}

func (s *scene) operationFor(it *item) *code {
	for _, p := range s.points {
		if to := p.Map[it.code]; len(to) > 0 {
			return s.firstWith(to[0])
		}
	}
	return nil
}

// care bills the daily care of a stay from its first day to the day before end,
// leaving out what the scene's point is about.
func (s *scene) care(v *visit, end calendar.Day) {
	for d := v.begin.Day(); d < end; d++ {
		for _, it := range []*item{s.bed, s.rounds, s.nursing[1]} {
			if it != s.p.item && it != s.p.otherItem {
				s.bill(v, it, 1, at(d, 17, 0))
			}
		}
		s.bill(v, s.neutralOf(int(d)%3), 1, at(d, 17, 5))
	}
}

// close settles a visit: a stay on the day after its last line, with its care.
func (s *scene) close(v *visit) {
	last := v.begin
	for k := range v.lines {
		last = max(last, v.lines[k].at)
	}
	if !v.stay() {
		s.settle(v, last+1800)
		return
	}
	end := max(last.Day()+1, v.begin.Day()+3)
	s.care(v, end)
	s.settle(v, at(end, 10, 30))
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
