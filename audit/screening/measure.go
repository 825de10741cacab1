package screening

import (
	"fmt"
	"slices"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// measures are what the points of ratio, share and stock want counted of every
// history (docs/judgement.md, Programs). What is counted goes into cells, which are
// judged when all histories are in.
type measures struct {
	views    []view // whose exceptions leave visits out; the first leaves none out
	orgs     []slot // sums of an institution's month
	depts    []slot // sums of a department's month
	codes    prefixes
	sets     int // sets of code prefixes among codes
	ratios   []*compared
	shares   []*compared
	stocks   []*accounted
	deptRule *ruleSet // one that wants departments
}

// view is a point whose exceptions leave visits out of what is counted for it.
type view struct{ *point }

// slot is one sum of a cell.
type slot struct {
	what  knowledge.Indicator
	view  int
	set   int    // of code prefixes; -1: none
	kinds uint16 // bits of the kinds of charges that are summed
	pair  *point // readmission: whose exceptions leave pairs out
	rule  *ruleSet
}

// allVisits is the name of the sum of all visits, which no indicator states.
const allVisits = "all"

// compared is a point of ratio or share with its slots.
type compared struct {
	*point
	over, under      knowledge.Indicator
	num, den, visits int
}

// accounted is a point of stock with its view.
type accounted struct {
	*point
	view int
}

// measures returns l's measures to be added to.
func (l *Library) measured() *measures {
	if l.measures == nil {
		l.measures = &measures{views: make([]view, 1)}
	}
	return l.measures
}

// add adds what p wants counted. A ratio whose indicators cannot be read is left out:
// the import refuses such points.
func (m *measures) add(p *point) {
	switch p.rule.Program {
	case "ratio":
		over, err := knowledge.ParseIndicator(p.Params.Numerator)
		under, err2 := knowledge.ParseIndicator(p.Params.Denominator)
		if err != nil || err2 != nil {
			return
		}
		c := &compared{point: p, over: over, under: under}
		v := m.viewOf(p)
		c.num, c.den, c.visits = m.slot(&m.orgs, p, over, v), m.slot(&m.orgs, p, under, v), m.slot(&m.orgs, p, visitsOf(under), v)
		m.ratios = append(m.ratios, c)
	case "share":
		codes, err := knowledge.ParsePrefixes(p.Params.Item)
		if err != nil {
			return
		}
		c := &compared{point: p, over: knowledge.Indicator{Name: "code", Codes: codes}, under: knowledge.Indicator{Name: "stays"}}
		v := m.viewOf(p)
		c.num, c.den = m.slot(&m.depts, p, c.over, v), m.slot(&m.depts, p, c.under, v)
		c.visits = c.den
		m.shares, m.deptRule = append(m.shares, c), p.rule
	case "stock":
		m.stocks = append(m.stocks, &accounted{p, m.viewOf(p)})
	}
}

// visitsOf returns the visits that an indicator is about.
func visitsOf(in knowledge.Indicator) knowledge.Indicator {
	switch {
	case in.Scope == "stay", in.Name == "stays", in.Name == "dx", in.Name == "readmission":
		return knowledge.Indicator{Name: "stays"}
	case in.Scope == "visit", in.Name == "visits":
		return knowledge.Indicator{Name: "visits"}
	}
	return knowledge.Indicator{Name: allVisits}
}

func (m *measures) viewOf(p *point) int {
	if !p.hasExceptions() {
		return 0
	}
	m.views = append(m.views, view{p})
	return len(m.views) - 1
}

// slot returns the place of a sum among slots, which is added when it is new.
func (m *measures) slot(slots *[]slot, p *point, in knowledge.Indicator, view int) int {
	s := slot{what: in, view: view, set: -1, rule: p.rule}
	for _, kind := range in.Kinds() {
		s.kinds |= 1 << kindNames[kind]
	}
	if in.Name == "total" {
		s.kinds = 1<<feeKinds - 1
	}
	if in.Name == "readmission" {
		s.view = 0
		if p.hasExceptions() {
			s.pair = p
		}
	}
	same := func(o slot) bool { return o.what.String() == in.String() && o.view == s.view && o.pair == s.pair }
	if k := slices.IndexFunc(*slots, same); k >= 0 {
		return k
	}
	if in.Name == "code" {
		s.set = m.sets
		m.sets++
		for _, prefix := range in.Codes {
			m.codes.add(prefix, s.set)
		}
	}
	*slots = append(*slots, s)
	return len(*slots) - 1
}

// kindNames are the kinds of charges by their names in indicators.
var kindNames = map[string]feeKind{
	"drug": kindDrug, "exam": kindExam, "lab": kindLab, "consumable": kindConsumable, "treatment": kindTreatment, "operation": kindOperation,
}

// feeKinds is the number of kinds.
const feeKinds = kindOther + 1

// meter counts histories into cells.
type meter struct {
	*measures
	cells *cells
	held  stock.Held // what institutions keep books of

	kinds   [feeKinds]int64 // money of the visit's month, by kind of charge
	coded   []int64         // … by set of code prefixes
	carried []bool          // the visit has a line of the set
	counts  []int8          // by view: 0 not asked, 1 the visit counts, -1 it does not
}

// newMeter returns a meter for l's measures, nil when nothing is to be counted.
func newMeter(l *Library) *meter {
	m := l.measures
	if m == nil {
		return nil
	}
	return &meter{
		measures: m, cells: newCells(), held: l.held,
		coded: make([]int64, m.sets), carried: make([]bool, m.sets), counts: make([]int8, len(m.views)),
	}
}

// measure counts the visits of a year.
func (j *judge) measure() {
	m := j.meter
	for i := range j.visits {
		v := &j.visits[i]
		if !v.happened() || v.org == "" || v.enc == nil && len(v.lines) == 0 {
			continue
		}
		clear(m.counts)
		clear(m.carried)
		j.measureLines(v)
		if j.selected(v.last) {
			j.measureVisit(v)
		}
	}
	for k := range m.orgs {
		if s := &m.orgs[k]; s.what.Name == "readmission" {
			j.readmissions(k, s)
		}
	}
}

// measureLines counts the money and goods of a visit, month by month.
func (j *judge) measureLines(v *visit) {
	m := j.meter
	held := m.held[v.org]
	from, to, month := calendar.NoDay, calendar.NoDay, 0 // of the month under way
	for _, i := range v.lines {
		x := &j.lines[i]
		code := lineCode(x.Line)
		e := m.codes.find(code)
		for k := e; k >= 0; k = m.codes.all[k].parent {
			for _, set := range m.codes.all[k].sets {
				m.carried[set] = true
			}
		}
		if !j.selected(x.day) {
			continue
		}
		if x.day < from || x.day >= to || to == calendar.NoDay {
			j.flushMonth(v, month)
			from, to = monthOf(x.day)
			month = from.Month()
		}
		if sum := int64(x.sum); sum != claim.Null {
			m.kinds[kindOf(x.Line)] += sum
			for k := e; k >= 0; k = m.codes.all[k].parent {
				for _, set := range m.codes.all[k].sets {
					m.coded[set] += sum
				}
			}
		}
		if held != nil && x.qty != claim.Null && held[code] {
			j.measureGoods(v, code, month, int64(x.qty))
		}
	}
	j.flushMonth(v, month)
}

// monthOf returns the first day of d's month and of the next.
func monthOf(d calendar.Day) (from, next calendar.Day) {
	n := d.Month()
	return calendar.DayOf(n/12, n%12+1, 1), calendar.DayOf((n+1)/12, (n+1)%12+1, 1)
}

func (j *judge) measureGoods(v *visit, code string, month int, qty int64) {
	m := j.meter
	sums := m.cells.at(cellKey{ofGoods, v.org, code, month}, len(m.views))
	for k := range sums {
		if j.countsIn(k, v) {
			sums[k] += qty * m.cells.sign
		}
	}
}

// flushMonth adds the money of a visit's month to the institution's.
func (j *judge) flushMonth(v *visit, month int) {
	m := j.meter
	if month == 0 || len(m.orgs) == 0 {
		return
	}
	sums := m.cells.at(cellKey{sheet: ofOrg, org: v.org, month: month}, len(m.orgs))
	for k := range m.orgs {
		s := &m.orgs[k]
		if !s.what.Money() || s.what.Scope == "stay" && !v.stay || s.what.Scope == "visit" && (v.stay || v.medType == "") || !j.countsIn(s.view, v) {
			continue
		}
		n := int64(0)
		if s.set >= 0 {
			n = m.coded[s.set]
		}
		for kind := range m.kinds {
			if s.kinds&(1<<kind) != 0 {
				n += m.kinds[kind]
			}
		}
		sums[k] += n * m.cells.sign
	}
	clear(m.kinds[:])
	clear(m.coded)
}

// countsIn says whether a visit counts for a view. One of which that is not known
// does not, and is counted as unchecked.
func (j *judge) countsIn(k int, v *visit) bool {
	if k == 0 {
		return true
	}
	m := j.meter
	if m.counts[k] == 0 {
		p := m.views[k].point
		excluded, reason := j.excluded(p.Params, p.rule, v, v.last)
		m.counts[k] = -1
		switch excluded {
		case no:
			m.counts[k] = 1
		case unknown:
			j.unchecked(p.rule, reason)
		}
	}
	return m.counts[k] > 0
}

// measureVisit counts a visit whose last day is one of the run's.
func (j *judge) measureVisit(v *visit) {
	m := j.meter
	month := v.last.Month()
	if len(m.orgs) > 0 {
		sums := m.cells.at(cellKey{sheet: ofOrg, org: v.org, month: month}, len(m.orgs))
		for k := range m.orgs {
			if s := &m.orgs[k]; j.isOne(s, v) && j.countsIn(s.view, v) {
				sums[k] += m.cells.sign
			}
		}
	}
	if len(m.depts) > 0 && v.stay {
		j.measureDept(v, month)
	}
	if j.lib.institutions[v.org] == nil {
		place := strings.Join([]string{v.region, fmt.Sprint(v.level), v.orgName}, separator)
		m.cells.at(cellKey{sheet: ofPlace, org: v.org, sub: place}, 1)[0] += m.cells.sign
	}
}

// isOne says whether a visit is one that the slot counts.
func (j *judge) isOne(s *slot, v *visit) bool {
	switch s.what.Name {
	case allVisits:
		return true
	case "stays":
		return v.stay
	case "visits":
		return !v.stay && v.medType != ""
	case "dx":
		if !v.stay {
			return false
		}
		j.collectCodes(v)
		return v.hasDx(s.what.Codes)
	}
	return false
}

func (j *judge) measureDept(v *visit, month int) {
	m := j.meter
	if v.enc == nil || v.enc.AdmDeptCodg == "" && v.enc.AdmDeptName == "" {
		j.unchecked(m.deptRule, "入院科室不详")
		return
	}
	sums := m.cells.at(cellKey{ofDept, v.org, v.enc.AdmDeptCodg + separator + v.enc.AdmDeptName, month}, len(m.depts))
	for k := range m.depts {
		if s := &m.depts[k]; (s.set < 0 || m.carried[s.set]) && j.countsIn(s.view, v) {
			sums[k] += m.cells.sign
		}
	}
}

// readmissions counts the stays that begin at most so many days after the person's
// discharge from the same institution.
func (j *judge) readmissions(k int, s *slot) {
	m := j.meter
	last := make(map[string]*visit)
	for _, v := range j.stays() {
		prev := last[v.org]
		last[v.org] = v
		if prev == nil || v.org == "" || !j.selected(v.last) {
			continue
		}
		if prev.end == calendar.NoDay {
			j.unchecked(s.rule, "前次出院日期不详")
			continue
		}
		if gap := int(v.begin - prev.end); gap < 0 || gap > s.what.Days || s.pair != nil && j.leavesOut(s.pair, prev, v) {
			continue
		}
		m.cells.at(cellKey{sheet: ofOrg, org: v.org, month: v.last.Month()}, len(m.orgs))[k] += m.cells.sign
	}
}

// leavesOut says whether one of two stays is an exception of p, by its main diagnosis,
// its kind or a list; that it may be one leaves the pair out too.
func (j *judge) leavesOut(p *point, pair ...*visit) bool {
	for _, v := range pair {
		if j.collectCodes(v); len(p.Params.ExcludeDx) > 0 && v.mainDx == "" {
			j.unchecked(p.rule, "主要诊断不详")
			return true
		}
		if j.excludedMain(p, v) {
			return true
		}
	}
	return false
}
