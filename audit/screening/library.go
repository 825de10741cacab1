// Package screening judges histories by the rules and knowledge points in force
// (JUDGEMENT.md) and runs that judgement over the lake.
package screening

import (
	"cmp"
	"slices"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/stock"
	"yiheng/ground/calendar"
)

// Library is what judgement goes by: the rules that run, their points behind an
// index of codes, and the institutions. It is read-only once made, so that many
// histories can be judged by one library at a time.
type Library struct {
	rules        []*ruleSet
	entries      map[string]int32 // code of a line → index in entry, counted from 1
	entry        [][]use
	everyLine    []use            // points without a code, of programs that look at lines
	visitCodes   map[string][]use // code prefix of a diagnosis or operation → points about what is recorded
	codeLengths  []int            // lengths of the keys of visitCodes, ascending
	caps         map[string][]*point
	stored       bool // some rule has stored versions
	benefits     benefits
	periop       bool         // it has points of periop
	measures     *measures    // what its points of ratio, share and stock count; nil: there are none
	traces       []*point     // of trace
	held         stock.Held   // what institutions keep books of, for points of stock
	expressions  *expressions // nil: there are none
	listed       listed       // exclusions of all rules
	clusters     int
	institutions map[string]*claim.Institution
	doctors      map[string]*claim.Doctor
	tables       map[string]bool
	tried        *ruleSet // the version that a trial run tries; nil: none
}

// Parts are what a library is made of.
type Parts struct {
	Rules        []*rule.Rule
	Versions     []rule.Version    // stored ones, of Rules or of rules of their own; those that this program cannot read are left out
	Points       []knowledge.Point // in force in a home; those that need parameters, or whose rule is not among Rules or not executable, are left out
	Institutions []claim.Institution
	Doctors      []claim.Doctor
	Exclusions   []knowledge.Exclusion
	Tables       []string // that the home has; nil: all
	Tried        string   // id of the version whose lines and visits are counted apart; "": none
}

// ruleSet is a rule with its points.
type ruleSet struct {
	*rule.Rule
	index      int
	violation  bool // result of its class
	points     []*point
	byKey      map[string]*cluster
	visitWide  []*point // points of checks that look at visits, not at codes
	lawByStart []rule.Legal
	exclusions []*knowledge.Exclusion // visits that it does not judge
	kin        []*ruleSet             // all versions of the rule, the first judge of each place and day first; nil: there is but the program's own
	stored     *storedRule            // nil: the program's own
}

// cluster is the points of one rule that count together: one group, one class, or
// one code.
type cluster struct {
	rule   *ruleSet
	index  int // among all clusters of the library
	points []*point
}

// use is what a point wants of a line's code.
type use struct {
	*point
	other bool // the code is the point's other_code
}

// NewLibrary makes a library, which refers to the parts given.
func NewLibrary(parts Parts) *Library {
	l := &Library{
		entries: make(map[string]int32), visitCodes: make(map[string][]use), caps: make(map[string][]*point), benefits: make(benefits),
		institutions: make(map[string]*claim.Institution, len(parts.Institutions)),
		doctors:      make(map[string]*claim.Doctor, len(parts.Doctors)),
	}
	l.addFacts(parts)
	byID := l.addRules(parts.Rules)
	l.addVersions(byID, parts.Versions)
	l.tried = l.versionOf(parts.Tried)
	l.listed = newListed(parts.Exclusions, len(l.rules), byID)
	all := l.addPoints(byID, parts.Points)
	linkSuperseded(all, parts.Points)
	for _, p := range all {
		l.index(p)
	}
	l.mergeNational()
	l.expressions.mount(l)
	for _, r := range l.rules {
		r.byKey = nil // needed to build only
	}
	return l
}

// addFacts adds what is known beside the rules and points.
func (l *Library) addFacts(parts Parts) {
	for i := range parts.Institutions {
		l.institutions[parts.Institutions[i].FixmedinsCode] = &parts.Institutions[i]
	}
	for i := range parts.Doctors {
		l.doctors[parts.Doctors[i].DrCode] = &parts.Doctors[i]
	}
	if parts.Tables != nil {
		l.tables = make(map[string]bool)
		for _, t := range parts.Tables {
			l.tables[t] = true
		}
	}
}

func (l *Library) addRules(rules []*rule.Rule) map[string][]*ruleSet {
	byID := make(map[string][]*ruleSet, len(rules))
	for _, r := range rules {
		if rule.Executable(r) {
			byID[r.ID] = append(byID[r.ID], l.addRule(r))
		}
	}
	return byID
}

func (l *Library) addRule(r *rule.Rule) *ruleSet {
	set := &ruleSet{Rule: r, index: len(l.rules), violation: r.Result == finding.Violation, byKey: make(map[string]*cluster)}
	set.lawByStart = slices.Clone(r.Legal)
	slices.SortFunc(set.lawByStart, func(a, b rule.Legal) int { return cmp.Compare(a.From, b.From) })
	l.rules = append(l.rules, set)
	return set
}

func (l *Library) addPoints(byID map[string][]*ruleSet, points []knowledge.Point) []*point {
	all := make([]*point, 0, len(points)+len(byID))
	store := make([]point, len(points))
	for i := range points {
		for _, set := range byID[points[i].RuleID] {
			p := &store[i]
			if set.stored != nil {
				p = new(point)
			}
			if !p.ready(set, &points[i]) {
				continue
			}
			set.points = append(set.points, p)
			all = append(all, p)
		}
	}
	all = append(all, l.addBrought()...)
	for _, set := range l.rules {
		if !set.NeedsPoint && !set.off() {
			p := &point{rule: set}
			if !p.ready(set, &knowledge.Point{RuleID: set.ID, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay, Params: noParams}) {
				continue
			}
			p.rival().standIns = slices.Clone(set.points)
			set.points = append(set.points, p)
			all = append(all, p)
		}
	}
	for _, p := range all {
		p.violation, p.severity = p.rule.violation, 2
		if p.Params.Result != "" {
			p.violation = p.Params.Result == finding.Violation
		}
		if p.violation {
			p.severity = 1
		}
		if !p.violation && p.Params.Severity == 3 {
			p.severity = 3
		}
	}
	return all
}

var noParams = &knowledge.Params{}

// index puts p where judgement will look for it.
func (l *Library) index(p *point) {
	switch p.rule.Program {
	case "consistency", "periop":
		l.indexRecorded(p)
		return
	case "indication", "companion":
		if isRecorded(p.Code) {
			l.indexRecorded(p)
			return
		}
	case "benefit":
		l.benefits.add(p)
		return
	case "expression":
		l.expressed().add(l, p)
		return
	case "ratio", "share", "stock":
		l.measured().add(p)
		return
	case "trace":
		l.traces = append(l.traces, p)
		return
	case "sequence", "integrity":
		p.rule.visitWide = append(p.rule.visitWide, p)
		return
	case "price":
		l.caps[p.Code] = append(l.caps[p.Code], p)
	}
	p.single = p.singly()
	if p.windowed() {
		p.cluster = l.cluster(p)
		p.cluster.points = append(p.cluster.points, p)
	}
	if p.Code == "" {
		l.everyLine = append(l.everyLine, use{point: p})
		return
	}
	l.addUse(p.Code, use{point: p})
	if p.rule.Program == "conflict" && p.OtherCode != "" && p.OtherCode != p.Code {
		l.addUse(p.OtherCode, use{point: p, other: true})
	}
	if p.rule.Program == "split" {
		for _, part := range unique(p.Params.Parts) {
			if part != p.Code {
				l.addUse(part, use{point: p, other: true})
			}
		}
	}
}

// indexRecorded puts p where the diagnoses and operations of visits look for it.
func (l *Library) indexRecorded(p *point) {
	l.periop = l.periop || p.rule.Program == "periop"
	l.visitCodes[p.Code] = append(l.visitCodes[p.Code], use{point: p})
	if n := len(p.Code); !slices.Contains(l.codeLengths, n) {
		l.codeLengths = append(l.codeLengths, n)
		slices.Sort(l.codeLengths)
	}
}

// cluster returns the cluster that p counts in.
func (l *Library) cluster(p *point) *cluster {
	key := "code " + p.Code
	switch {
	case p.rule.Program == "same_class":
		key = "class " + p.Params.Class
	case p.rule.Program == "conflict":
		key = "pair " + p.Code + " " + p.OtherCode
	case p.rule.Program == "split":
		key = "point " + p.key()
	case p.rule.Program == "never":
		key = "rule"
	case p.rule.Program == "expression":
		key = "point " + p.key()
	case p.Params.Group != "":
		key = "group " + p.Params.Group
	}
	c := p.rule.byKey[key]
	if c == nil {
		c = &cluster{rule: p.rule, index: l.clusters}
		l.clusters++
		p.rule.byKey[key] = c
	}
	return c
}

func (l *Library) addUse(code string, u use) {
	i := l.entries[code]
	if i == 0 {
		l.entry = append(l.entry, nil)
		i = int32(len(l.entry))
		l.entries[code] = i
	}
	l.entry[i-1] = append(l.entry[i-1], u)
}

// mergeNational gives every code with a provincial suffix the uses of its
// national code by rules that do not name the whole code.
func (l *Library) mergeNational() {
	for code, i := range l.entries {
		j := l.entries[nationalItem(code)]
		if j == 0 || j == i {
			continue
		}
		own := l.entry[i-1]
		for _, u := range l.entry[j-1] {
			if !slices.ContainsFunc(own, func(o use) bool { return o.rule == u.rule }) {
				l.entry[i-1] = append(l.entry[i-1], u)
			}
		}
	}
}

// nationalItem returns the national part of an item code that carries a
// provincial suffix ("003110000100000-3301"), "" for any other code.
func nationalItem(code string) string {
	const length = 15
	if len(code) > length && code[length] == '-' {
		return code[:length]
	}
	return ""
}

// Resolve returns what claim.Line.Entry says of a line's code: -1 when no point
// carries it, else the entry's number. It is to be asked once for each code.
func (l *Library) Resolve(code string) int32 {
	if i := l.entries[code]; i != 0 {
		return i
	}
	if n := nationalItem(code); n != "" {
		if i := l.entries[n]; i != 0 {
			return i
		}
	}
	return l.expressions.resolve(code)
}

// uses returns the points that carry the code of a line, by Resolve's number.
func (l *Library) uses(entry int32) []use {
	if entry <= 0 {
		return nil
	}
	return l.entry[entry-1]
}

// has says whether the home has rows of a table at all.
func (l *Library) has(table string) bool { return l.tables == nil || l.tables[table] }

// law returns the article that a finding of the rule falls under on a day.
func (r *ruleSet) law(day calendar.Day) string {
	article := ""
	for _, a := range r.lawByStart {
		if day == calendar.NoDay || a.From == calendar.NoDay || a.From <= day {
			article = a.Article
		}
	}
	return article
}
