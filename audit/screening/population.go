package screening

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/facts/stock"
)

// populationOutcome is what judgement says of all histories together.
type populationOutcome struct {
	groups    []certified
	unchecked map[Unchecked]int64
}

// certified are findings with the certificate that they rest on.
type certified struct {
	findings    []*finding.Finding
	certificate *Certificate
}

// population judges the cells of all histories by the points of ratio, share and stock.
type population struct {
	lib    *Library
	opt    Options
	cells  *cells
	out    *populationOutcome
	lo, hi int // months that have cells
	facts  map[string]*claim.Institution
	byOrg  map[string]map[int][]int64  // of ofOrg
	byDept map[string]map[deptKey]dept // of ofDept, by institution
	goods  map[string]map[string]map[int][]int64
}

type deptKey string // code, else name

// dept is a department of an institution.
type dept struct {
	code, name string
	months     map[int][]int64
}

// newPopulation sorts cells by institution.
func newPopulation(lib *Library, o Options, c *cells) *population {
	p := &population{
		lib: lib, opt: o, cells: c, out: &populationOutcome{unchecked: make(map[Unchecked]int64)},
		facts: make(map[string]*claim.Institution), byOrg: make(map[string]map[int][]int64),
		byDept: make(map[string]map[deptKey]dept), goods: make(map[string]map[string]map[int][]int64),
	}
	places := make(map[string]map[string]int64)
	names := make(map[string]map[string]int64) // by institution and department, stays by name
	for k, v := range c.sums {
		if k.sheet != ofPlace && (p.lo == 0 || k.month < p.lo) {
			p.lo = k.month
		}
		p.hi = max(p.hi, k.month)
		switch k.sheet {
		case ofOrg:
			within(p.byOrg, k.org)[k.month] = v
		case ofDept:
			p.addDept(k, v, names)
		case ofGoods:
			within(within(p.goods, k.org), k.sub)[k.month] = v
		case ofPlace:
			within(places, k.org)[k.sub] += v[0]
		}
	}
	for org, said := range places {
		p.facts[org] = institutionFrom(org, mostOf(said))
	}
	return p
}

// within returns the map at a key, which is made when it is missing.
func within[K, L comparable, V any](m map[K]map[L]V, k K) map[L]V {
	if m[k] == nil {
		m[k] = make(map[L]V)
	}
	return m[k]
}

// mostOf returns the key with the largest number, the smallest of several.
func mostOf(m map[string]int64) string {
	best := ""
	for k, n := range m {
		if best == "" || n > m[best] || n == m[best] && k < best {
			best = k
		}
	}
	return best
}

// addDept adds a department's month. Names of one code are one department, called as
// most of its stays call it.
func (p *population) addDept(k cellKey, v []int64, names map[string]map[string]int64) {
	code, name, _ := strings.Cut(k.sub, separator)
	key := deptKey(firstOf(code, name))
	d, known := within(p.byDept, k.org)[key]
	if !known {
		d = dept{code: code, months: make(map[int][]int64)}
	}
	sums := d.months[k.month]
	if sums == nil {
		sums = make([]int64, len(v))
		d.months[k.month] = sums
	}
	for i, n := range v {
		sums[i] += n
	}
	said := within(names, k.org+separator+string(key))
	said[name] += v[0]
	d.name = mostOf(said)
	p.byDept[k.org][key] = d
}

// institutionFrom makes an institution of what its visits say: region, level, name.
func institutionFrom(org, place string) *claim.Institution {
	parts := append(strings.SplitN(place, separator, 3), "", "", "")
	in := &claim.Institution{FixmedinsCode: org, FixBlngAdmdvs: parts[0], FixmedinsName: parts[2]}
	if level, err := strconv.Atoi(parts[1]); err == nil {
		in.HospLv = map[int]string{3: "3", 2: "6", 1: "9", 0: "11"}[level]
	}
	return in
}

// institution returns what is known of an institution: its row of fixmedins_b, else
// what most of its visits say.
func (p *population) institution(org string) *claim.Institution {
	if in := p.lib.institutions[org]; in != nil {
		return in
	}
	if in := p.facts[org]; in != nil {
		return in
	}
	return &claim.Institution{FixmedinsCode: org}
}

// typeOf returns 1 for a medical institution, 2 for a retail pharmacy, "" unknown; the
// first letter of a national code tells where the register does not.
func typeOf(in *claim.Institution) string {
	switch code := in.FixmedinsCode; {
	case in.FixmedinsType != "":
		return in.FixmedinsType
	case len(code) == 12 && code[0] == 'H':
		return "1"
	case len(code) == 12 && code[0] == 'P':
		return "2"
	}
	return ""
}

func (p *population) peerOf(org string) Peer {
	in := p.institution(org)
	return Peer{FixmedinsCode: org, FixmedinsName: in.FixmedinsName, Region: in.FixBlngAdmdvs, Level: registry.Level(in.HospLv), Type: typeOf(in)}
}

// judge judges everything but stock, which needs the books.
func (p *population) judge() {
	m := p.lib.measures
	for _, c := range m.ratios {
		p.compare(c, p.institutions)
	}
	for _, c := range m.shares {
		p.compare(c, p.departments)
	}
}

// compare judges one point in all its periods.
func (p *population) compare(c *compared, peers func(*compared, period) []Peer) {
	if !c.rule.ofStage(p.opt.Stage) {
		return
	}
	for _, per := range periodsOf(firstOf(c.Params.Period, "year"), p.opt.From, p.opt.To, p.lo, p.hi) {
		for _, g := range c.judgePeers(per, peers(c, per), func(reason string) { p.out.unchecked[Unchecked{c.rule.ID, reason}]++ }) {
			cert := p.certificate(c.point, g.findings)
			cert.Panel = g.panel
			p.out.groups = append(p.out.groups, certified{g.findings, cert})
		}
	}
}

// sum adds the slots of a compared point over a period.
func (c *compared) sum(months map[int][]int64, per period, to *Peer) (any bool) {
	for m := per.first; m <= per.last; m++ {
		v := months[m]
		if v == nil {
			continue
		}
		any = true
		to.Numerator += v[c.num]
		to.Denominator += v[c.den]
		to.Visits += v[c.visits]
	}
	return any
}

func (p *population) institutions(c *compared, per period) (peers []Peer) {
	for _, org := range slices.Sorted(maps.Keys(p.byOrg)) {
		x := p.peerOf(org)
		if c.sum(p.byOrg[org], per, &x) {
			peers = append(peers, x)
		}
	}
	return peers
}

func (p *population) departments(c *compared, per period) (peers []Peer) {
	for _, org := range slices.Sorted(maps.Keys(p.byDept)) {
		for _, key := range slices.Sorted(maps.Keys(p.byDept[org])) {
			d, x := p.byDept[org][key], p.peerOf(org)
			x.DeptCode, x.DeptName = d.code, d.name
			if c.sum(d.months, per, &x) {
				peers = append(peers, x)
			}
		}
	}
	return peers
}

// certificate begins the certificate of findings of one point.
func (p *population) certificate(q *point, found []*finding.Finding) *Certificate {
	c := &Certificate{
		Format: 1, From: p.opt.From, To: p.opt.To, Stage: p.opt.Stage, Findings: found,
		Points: certifiedPoints(q), Institutions: []claim.Institution{},
	}
	c.addRule(q.rule)
	c.sortRules()
	return c
}

// ofStage says whether a rule is of a stage; "" is every stage.
func (r *ruleSet) ofStage(stage string) bool { return stage == "" || slices.Contains(r.Stages, stage) }

// sorted orders what was found by the first finding of each group.
func (o *populationOutcome) sorted() []certified {
	slices.SortFunc(o.groups, func(a, b certified) int { return cmp.Compare(a.findings[0].ID, b.findings[0].ID) })
	return o.groups
}

// judgeBook judges the books of one institution by the points of stock.
func (p *population) judgeBook(b *stock.Book) {
	for _, a := range p.lib.measures.stocks {
		if a.rule.ofStage(p.opt.Stage) {
			p.account(a, b)
		}
	}
}
