package screening

import (
	"cmp"
	"math/bits"
	"slices"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Options say what of a history is judged.
type Options struct {
	From, To calendar.Day // days that select findings (JUDGEMENT.md, A finding); NoDay: open
	Stage    string       // 事前, 事中, 事后; "": rules of every stage
}

// Outcome is what judgement says of one history.
type Outcome struct {
	Findings  []*finding.Finding
	Unchecked map[Unchecked]int64
	Issues    []Issue
	Lines     int64 // live lines judged
	Visits    int64

	points []*point // of the findings
	money  []SharedLine
}

// Unchecked counts checks that a missing fact left undone, by rule and reason.
type Unchecked struct {
	RuleID string
	Reason string
}

// Issue is a defect of the data that judgement met.
type Issue struct {
	FixmedinsCode string
	Kind          string
	Key           string // of the row
}

// Kinds of issues.
const (
	IssueDuplicateKey      = "主键重复"
	IssueOrphan            = "明细无结算"
	IssueNoEncounter       = "明细无就诊"
	IssueRefundWithoutLine = "退费找不到原明细"
	IssueNegativeStay      = "结束早于开始"
)

// judge is one judgement of one history. Its slices are used again for the next.
type judge struct {
	lib     *Library
	opt     Options
	runs    []bool // by rule: of the stage that is judged
	h       *claim.History
	out     *Outcome
	horizon calendar.Day
	from    calendar.Day
	to      calendar.Day
	quiet   bool // defects of the data are noted in the last year's pass only

	visits       []visit
	visitByID    map[string]int32
	visitLines   []int32
	settlements  []settlement
	setlByID     map[string]int32
	lines        []line
	order        []int32 // live lines by time and bkkp_sn
	seen         []uint32
	death        calendar.Day
	codesIndexed bool
	dxOf, opsOf  map[string][]int32

	items   [][]item // by cluster
	touched []*cluster
	hits    map[hitKey]*hit
	hitList []*hit
}

// item is a line under a point of a cluster.
type item struct {
	line  int32
	point *point
	other bool
}

// hit is a finding in the making: one point, one visit, one settlement where the
// check is of a settlement.
type hit struct {
	hitKey
	id       string
	parts    []part
	evidence []int32
	proved   []int32 // last set of lines that prove added
	hadParts bool
	whole    bool         // about the visit, not about single lines
	day      calendar.Day // that decided
	codes    []string     // for hits without lines
	why      func(h *hit) string
	others   []string // names and codes of other institutions in what why says
}

// names notes that the explanation of h names another visit's institution.
func (h *hit) names(v *visit) {
	if v.org != h.visit.org {
		h.others = append(h.others, v.orgName, v.org)
	}
}

type hitKey struct {
	point *point
	visit *visit
	setl  *settlement
}

// part is what a hit objects to of one line.
type part struct {
	line   int32
	own    claim.Money // the violating part of inscp_amt
	amount claim.Money // what of it counts here
	main   *hit        // that took the rest
}

// Judge judges one history by a library. It is pure: no clock, no input or output,
// and what it returns depends on its arguments only. The findings carry neither
// run nor snapshot; their order is by finding_id.
func Judge(h *claim.History, lib *Library, o Options) *Outcome {
	return newJudge(lib, o).judge(h)
}

func newJudge(lib *Library, o Options) *judge {
	runs := make([]bool, len(lib.rules))
	for _, r := range lib.rules {
		runs[r.index] = o.Stage == "" || slices.Contains(r.Stages, o.Stage)
	}
	return &judge{
		lib: lib, opt: o, runs: runs,
		visitByID: make(map[string]int32), setlByID: make(map[string]int32),
		dxOf: make(map[string][]int32), opsOf: make(map[string][]int32),
		items: make([][]item, lib.clusters), hits: make(map[hitKey]*hit),
	}
}

// judge judges h year by year, since each year of service has its own horizon.
func (j *judge) judge(h *claim.History) *Outcome {
	j.h, j.out = h, &Outcome{}
	first, last := j.opt.From.Year(), j.opt.To.Year()
	if first == 0 || last == 0 {
		lo, hi := years(h)
		if first == 0 {
			first = lo
		}
		if last == 0 {
			last = hi
		}
	}
	for y := first; y <= last; y++ {
		j.quiet = y < last
		j.from, j.to = calendar.DayOf(y, 1, 1), calendar.DayOf(y, 12, 31)
		if j.opt.From != calendar.NoDay {
			j.from = max(j.from, j.opt.From)
		}
		if j.opt.To != calendar.NoDay {
			j.to = min(j.to, j.opt.To)
		}
		j.horizon = calendar.DayOf(y-1, 1, 1)
		j.year()
	}
	slices.SortFunc(j.out.Findings, func(a, b *finding.Finding) int { return cmp.Compare(a.ID, b.ID) })
	return j.out
}

// years returns the first and last year that a row of h names.
func years(h *claim.History) (lo, hi int) {
	note := func(d calendar.Day) {
		if y := d.Year(); y != 0 {
			if lo == 0 || y < lo {
				lo = y
			}
			hi = max(hi, y)
		}
	}
	for i := range h.Lines {
		note(h.Lines[i].FeeOcurTime.Day())
	}
	for i := range h.Encounters {
		note(h.Encounters[i].Begntime.Day())
		note(h.Encounters[i].Endtime.Day())
	}
	for i := range h.Settlements {
		note(h.Settlements[i].SetlTime.Day())
	}
	if lo == 0 {
		return 1, 0
	}
	return lo, hi
}

// year judges the services of one year.
func (j *judge) year() {
	j.prepare()
	j.facts()
	j.sortIntoClusters()
	j.judgeClusters()
	j.judgeVisits()
	if len(j.hitList) > 0 {
		j.settleHits()
	}
}

// sortIntoClusters runs the programs that look at one line alone, and puts every
// line under the clusters of its points for those that do not.
func (j *judge) sortIntoClusters() {
	for _, i := range j.order {
		x := &j.lines[i]
		if !j.selected(x.day) {
			j.dispatchHistory(i, x)
			continue
		}
		j.out.Lines++
		for _, u := range j.lib.uses(x.entry) {
			j.dispatch(i, x, u)
		}
		for _, u := range j.lib.everyLine {
			if u.rule.Covers(lineCode(x.Line), x.ListType) {
				j.dispatch(i, x, u)
			}
		}
	}
}

// dispatchHistory takes a line that no finding of this run can object to: it still
// counts in windows.
func (j *judge) dispatchHistory(i int32, x *line) {
	for _, u := range j.lib.uses(x.entry) {
		if u.windowed() {
			j.collect(i, u)
		}
	}
	for _, u := range j.lib.everyLine {
		if u.windowed() && u.rule.Covers(lineCode(x.Line), x.ListType) {
			j.collect(i, u)
		}
	}
}

func (p *point) windowed() bool {
	switch p.rule.Program {
	case "conflict", "same_class", "quantity", "duration", "discount":
		return true
	case "never":
		return p.Params.Mode == "alone"
	}
	return false
}

// singly returns the judgement of one line by p, of the programs that look at one
// line alone; nil for others.
func (p *point) singly() func(*judge, int32, *line, *point) {
	switch p.rule.Program {
	case "attribute":
		return (*judge).attribute
	case "price":
		return (*judge).price
	case "never":
		if p.Params.Mode != "alone" {
			return (*judge).never
		}
	}
	return nil
}

func (j *judge) dispatch(i int32, x *line, u use) {
	if !j.stageOf(u.rule) {
		return
	}
	if u.single != nil {
		u.single(j, i, x, u.point)
		return
	}
	j.collect(i, u)
}

func (j *judge) collect(i int32, u use) {
	c := u.cluster
	if len(j.items[c.index]) == 0 {
		j.touched = append(j.touched, c)
	}
	j.items[c.index] = append(j.items[c.index], item{line: i, point: u.point, other: u.other})
}

// stageOf says whether a rule is of the stage that is judged.
func (j *judge) stageOf(r *ruleSet) bool { return j.runs[r.index] }

func (j *judge) judgeClusters() {
	for _, c := range j.touched {
		items := j.items[c.index]
		if j.stageOf(c.rule) && !j.cannotHit(c, items) {
			for _, own := range j.byPatient(items) {
				j.judgeCluster(c, own)
			}
		}
		j.items[c.index] = items[:0]
	}
	j.touched = j.touched[:0]
}

// byPatient keeps a newborn on a parent's account apart from the parent.
func (j *judge) byPatient(items []item) [][]item {
	newborn := func(it item) bool { return j.lines[it.line].visit.newborn }
	if !slices.ContainsFunc(items, newborn) {
		return [][]item{items}
	}
	var own, babys []item
	for _, it := range items {
		if newborn(it) {
			babys = append(babys, it)
		} else {
			own = append(own, it)
		}
	}
	return slices.DeleteFunc([][]item{own, babys}, func(of []item) bool { return len(of) == 0 })
}

func (j *judge) judgeCluster(c *cluster, items []item) {
	switch c.rule.Program {
	case "never":
		j.alone(items)
	case "conflict":
		j.conflict(items)
	case "same_class":
		j.sameClass(items)
	case "quantity":
		j.quantity(items)
	case "duration":
		j.duration(items)
	case "discount":
		j.discount(items)
	}
}

// cannotHit says, at a glance, that a cluster is within every limit: most are, since
// most codes stand once in a history.
func (j *judge) cannotHit(c *cluster, items []item) bool {
	one := len(items) == 1
	p, x := items[0].point.Params, &j.lines[items[0].line]
	switch c.rule.Program {
	case "conflict":
		return one
	case "same_class":
		return one && j.unplaced(x, p.Window) == ""
	case "duration":
		return j.withinDays(items)
	case "quantity":
		return j.withinCap(items)
	}
	return false
}

// judgeVisits runs the programs that look at visits.
func (j *judge) judgeVisits() {
	for _, r := range j.lib.rules {
		if !j.stageOf(r) {
			continue
		}
		for _, p := range r.visitWide {
			if r.Program == "integrity" {
				j.integrity(p)
			} else {
				j.sequence(p)
			}
		}
	}
	if len(j.lib.visitCodes) > 0 {
		j.consistency()
	}
	for i := range j.visits {
		if v := &j.visits[i]; v.happened() && (v.enc != nil || len(v.lines) > 0) {
			j.out.Visits++
		}
	}
}

// selected says whether the day that decides lies within the run's days.
func (j *judge) selected(d calendar.Day) bool {
	return d != calendar.NoDay && d >= j.from && d <= j.to
}

// applies says whether p may judge a visit on a day. Where it cannot be told that an
// exception of the point does not apply, it may not, and that is counted.
func (j *judge) applies(p *point, v *visit, day calendar.Day) bool {
	if !p.inForce(day, v.region) {
		return false
	}
	excluded, reason := j.excluded(p.Params, v)
	if excluded == unknown {
		j.unchecked(p.rule, reason)
	}
	return excluded == no
}

// hasExceptions says whether a point with these parameters leaves visits out.
func hasExceptions(p *knowledge.Params) bool { return len(p.ExcludeMedTypes)+len(p.ExcludeDx) > 0 }

// excluded says whether a visit is among the exceptions of a point.
func (j *judge) excluded(params *knowledge.Params, v *visit) (fact, string) {
	if len(params.ExcludeMedTypes) > 0 {
		switch {
		case v.medType == "":
			return unknown, "医疗类别不详"
		case hasPrefixOf(v.medType, params.ExcludeMedTypes):
			return yes, ""
		}
	}
	if len(params.ExcludeDx) == 0 {
		return no, ""
	}
	j.collectCodes(v)
	if len(v.dx) == 0 {
		return unknown, "诊断不详"
	}
	return is(slices.ContainsFunc(v.dx, func(code string) bool { return hasPrefixOf(code, params.ExcludeDx) })), ""
}

// hasPrefixOf says whether s begins with one of the prefixes.
func hasPrefixOf(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if len(s) >= len(p) && s[:len(p)] == p {
			return true
		}
	}
	return false
}

// hit returns the finding in the making of a point, a visit and, for checks of a
// settlement, a settlement.
func (j *judge) hit(p *point, v *visit, s *settlement) *hit {
	key := hitKey{p, v, s}
	h := j.hits[key]
	if h == nil {
		h = &hit{hitKey: key, day: calendar.NoDay}
		j.hits[key] = h
		j.hitList = append(j.hitList, h)
	}
	return h
}

// object adds to h what it objects to of line i: the share q of its net quantity
// (Null: all of it). A line wholly at the person's expense is never objected to.
func (j *judge) object(p *point, i int32, q claim.Quantity, why func(*hit) string) *hit {
	x := &j.lines[i]
	return j.objectMoney(p, i, share(x.inscp, q, x.qty), why)
}

// objectMoney adds to h an amount of line i; nil when the line cannot be objected to.
func (j *judge) objectMoney(p *point, i int32, own claim.Money, why func(*hit) string) *hit {
	x := &j.lines[i]
	if x.selfPay || !j.selected(x.day) {
		return nil
	}
	h := j.hit(p, x.visit, nil)
	h.why = why
	h.parts = append(h.parts, part{line: i, own: own})
	return h
}

// prove adds evidence to h. A window adds its kept lines again for every line that it
// objects to: what is there already is not added twice.
func (h *hit) prove(kept []int32) {
	n := len(h.proved)
	if n > 0 && len(kept) >= n && &kept[0] == &h.proved[0] {
		h.evidence = append(h.evidence, kept[n:]...)
	} else {
		h.evidence = append(h.evidence, kept...)
	}
	h.proved = kept
}

// objectVisit objects to every line of v that the fund paid for.
func (j *judge) objectVisit(p *point, v *visit, day calendar.Day, why func(*hit) string) *hit {
	if !j.selected(day) {
		return nil
	}
	var h *hit
	for _, i := range v.lines {
		x := &j.lines[i]
		if x.selfPay {
			continue
		}
		if h == nil {
			h = j.hit(p, v, nil)
			h.whole, h.day, h.why = true, day, why
		}
		h.parts = append(h.parts, part{line: i, own: share(x.inscp, claim.Null, x.qty)})
	}
	return h
}

// share returns the part q/of of m, rounded half up; all of it when q is Null, of is
// unknown or q reaches it. An unknown m is 0: nothing can be said of the money.
func share(m claim.Money, q, of claim.Quantity) claim.Money {
	if m == claim.Null || m <= 0 {
		return 0
	}
	if q == claim.Null || of == claim.Null || of <= 0 || q >= of {
		return m
	}
	return claim.Money(mulDiv(int64(m), int64(q), int64(of)))
}

// mulDiv returns a·b/c rounded half up, for a, b ≥ 0 and c > 0.
func mulDiv(a, b, c int64) int64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(c)/2, 0)
	hi += carry
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}

// unchecked counts a check of a rule that a missing fact left undone.
func (j *judge) unchecked(r *ruleSet, reason string) {
	if j.out.Unchecked == nil {
		j.out.Unchecked = make(map[Unchecked]int64)
	}
	j.out.Unchecked[Unchecked{r.ID, reason}]++
}

func (j *judge) issue(org, kind, key string) {
	if j.quiet {
		return
	}
	j.out.Issues = append(j.out.Issues, Issue{org, kind, key})
}
