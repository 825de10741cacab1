package screening

import (
	"cmp"
	"slices"

	"yiheng/audit/finding"
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
	LeftOut   map[Unchecked]int64 // visits on exclusion lists, by rule and reason
	Issues    []Issue
	Lines     int64 // live lines judged
	Visits    int64

	TriedLines, TriedVisits int64 // of them, those for which the version holds that a trial run tries

	points []*point // of the findings
	money  []SharedLine

	Steps uint64 // most that one evaluation of an expression took
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
	leftOut      map[leftOut]bool
	dxOf, opsOf  map[string][]int32
	patients     [2]*patient // what expressions see, made when one asks

	met     []met
	meter   *meter   // counts what goes across persons; nil: nothing
	only    bool     // counts and judges nothing
	items   [][]item // by cluster
	touched []*cluster
	hits    map[hitKey]*hit
	hitList []*hit
	after   *judge // judges the years after the first
}

// item is a line under a point of a cluster.
type item struct {
	line  int32
	point *point
	other bool
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
		dxOf: make(map[string][]int32), opsOf: make(map[string][]int32), leftOut: make(map[leftOut]bool),
		items: make([][]item, lib.clusters), hits: make(map[hitKey]*hit),
	}
}

// judge judges h year by year, since each year of service has its own horizon, and
// shares the money when all are judged.
func (j *judge) judge(h *claim.History) *Outcome {
	j.h, j.out = h, &Outcome{}
	clear(j.leftOut)
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
		if y == first {
			j.year(y, y == last)
			continue
		}
		later := j.later()
		later.year(y, y == last)
		j.adopt(later)
	}
	if len(j.hitList) > 0 {
		j.settleHits()
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

// later returns the judge of the years after the first, which writes into j's outcome.
func (j *judge) later() *judge {
	if j.after == nil {
		j.after = newJudge(j.lib, j.opt)
	}
	k := j.after
	k.h, k.out, k.meter, k.only, k.leftOut = j.h, j.out, j.meter, j.only, j.leftOut
	return k
}

// adopt takes over what a later year found. The first year sees every row that a later
// one does, so that the findings of a visit that crosses New Year become one there.
func (j *judge) adopt(k *judge) {
	for _, h := range k.hitList {
		var s *settlement
		if h.setl != nil {
			s = &j.settlements[j.setlByID[h.setl.SetlID]]
		}
		to := j.hit(h.point, &j.visits[j.visitByID[h.visit.id]], s)
		if to.why == nil {
			text := h.why(h)
			to.why, to.whole, to.day = func(*hit) string { return text }, h.whole, h.day
		}
		to.parts, to.evidence = append(to.parts, h.parts...), append(to.evidence, h.evidence...)
		to.codes, to.others = unique(append(to.codes, h.codes...)), append(to.others, h.others...)
	}
	clear(k.hits)
	k.hitList = k.hitList[:0]
}

// year judges the services of one year. Defects of the data are noted in the last one.
func (j *judge) year(y int, last bool) {
	j.quiet = !last
	j.from, j.to = calendar.DayOf(y, 1, 1), calendar.DayOf(y, 12, 31)
	if j.opt.From != calendar.NoDay {
		j.from = max(j.from, j.opt.From)
	}
	if j.opt.To != calendar.NoDay {
		j.to = min(j.to, j.opt.To)
	}
	j.horizon = calendar.DayOf(y-1, 1, 1)
	j.prepare()
	j.facts()
	if j.meter != nil {
		j.measure()
	}
	if j.only {
		return
	}
	j.sortIntoClusters()
	j.judgeClusters()
	j.judgeVisits()
	if j.lib.expressions != nil {
		j.expressAlways()
	}
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
		j.recordedCodes()
	}
	for i := range j.visits {
		if v := &j.visits[i]; v.happened() && (v.enc != nil || len(v.lines) > 0) && j.selected(v.last) {
			j.out.Visits++
			if j.lib.tries(v.last, v) {
				j.out.TriedVisits++
			}
		}
	}
}

// selected says whether the day that decides lies within the run's days.
func (j *judge) selected(d calendar.Day) bool {
	return d != calendar.NoDay && d >= j.from && d <= j.to
}

// stageOf says whether a rule is of the stage that is judged.
func (j *judge) stageOf(r *ruleSet) bool { return j.runs[r.index] }

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
