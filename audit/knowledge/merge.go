package knowledge

import (
	"strings"

	"yiheng/ground/calendar"
)

// Counts say what an import of one file did to the set.
type Counts struct {
	Name      string  `json:"name"`
	Hash      string  `json:"hash"`
	Points    int     `json:"points"`
	Added     int     `json:"added"`
	Replaced  int     `json:"replaced"`  // same kp_id, new content
	Same      int     `json:"same"`      // already there
	Extended  int     `json:"extended"`  // already there, now from an earlier day on
	Succeeded int     `json:"succeeded"` // of Added: supersede an older version of the same codes
	Needs     int     `json:"needs"`     // of Added and Replaced: not in force, parameters are missing
	Report    *Report `json:"report,omitempty"`
}

// merger merges files into the points in force.
type merger struct {
	points   []Point
	byID     map[string]int
	heirs    map[string][]int // kp_id → points that supersede it
	byKey    map[string][]int // rule and codes → points; made for workbooks only
	from     map[int]source   // point → the file it came from in this import
	problems Problems
}

type source struct {
	in *Intake
	i  int
}

func newMerger(current []Point) *merger {
	m := &merger{points: current, byID: make(map[string]int, len(current)), heirs: map[string][]int{}, from: map[int]source{}}
	for i := range current {
		m.byID[current[i].ID] = i
		if s := current[i].Supersedes; s != "" {
			m.heirs[s] = append(m.heirs[s], i)
		}
	}
	return m
}

// add merges one file.
func (m *merger) add(in *Intake) Counts {
	c := Counts{Name: in.Name, Hash: in.Hash, Points: len(in.Points), Report: in.Report}
	if in.workbook() {
		m.addWorkbook(in, &c)
		return c
	}
	for i := range in.Points {
		m.addExchange(in, i, &c)
	}
	return c
}

// addExchange adds a point of the exchange format: its kp_id is its identity, and a
// changed content replaces the old one.
func (m *merger) addExchange(in *Intake, i int, c *Counts) {
	p := &in.Points[i]
	at, known := m.byID[p.ID]
	before, twice := m.from[at]
	switch {
	case !known:
		m.put(in, i, *p, c)
	case samePoint(&m.points[at], p):
		c.Same++
	case twice:
		w := before.in.place(before.i)
		e := in.place(i)
		e.Column, e.Text = "kp_id", "“"+p.ID+"”与 "+strings.TrimSuffix(w.String(), "：")+" 编号相同而内容不同，请改一个编号"
		m.problems = append(m.problems, e)
	default:
		m.points[at] = *p
		m.from[at] = source{in, i}
		c.Replaced++
		c.needs(p)
	}
}

// put appends a new point.
func (m *merger) put(in *Intake, i int, p Point, c *Counts) {
	at := len(m.points)
	m.points = append(m.points, p)
	m.byID[p.ID] = at
	m.from[at] = source{in, i}
	if p.Supersedes != "" {
		m.heirs[p.Supersedes] = append(m.heirs[p.Supersedes], at)
	}
	c.Added++
	c.needs(&p)
}

func (c *Counts) needs(p *Point) {
	if !inForce(p) {
		c.Needs++
	}
}

// addWorkbook adds the points of a workbook. Their ids say their content, so that a
// point that is there already stays as it is, with what people completed in it; only
// an earlier day of validity reaches back. A changed re-issue supersedes the older
// version of the same rule and codes where there is exactly one of each.
func (m *merger) addWorkbook(in *Intake, c *Counts) {
	m.index()
	fresh := map[string]int{}
	for i := range in.Points {
		fresh[keyOf(&in.Points[i])]++
	}
	for i := range in.Points {
		p := in.Points[i]
		if at, known := m.byID[p.ID]; known {
			if !m.ended(at, p.ValidFrom) {
				m.again(at, &p, c)
				continue
			}
			p.ID += "-" + strings.ReplaceAll(p.ValidFrom.String(), "-", "")
			if _, known := m.byID[p.ID]; known {
				c.Same++
				continue
			}
		}
		if old := m.older(&p); len(old) == 1 && fresh[keyOf(&p)] == 1 {
			p.Supersedes = m.points[old[0]].ID
			c.Succeeded++
		}
		m.put(in, i, p, c)
	}
}

func (m *merger) again(at int, p *Point, c *Counts) {
	if old := &m.points[at]; old.ValidFrom != calendar.NoDay && p.ValidFrom < old.ValidFrom {
		old.ValidFrom = p.ValidFrom
		c.Extended++
		return
	}
	c.Same++
}

// ended says whether the point at no longer holds on a day.
func (m *merger) ended(at int, day calendar.Day) bool {
	p := &m.points[at]
	if p.ValidTo != calendar.NoDay && p.ValidTo < day {
		return true
	}
	for _, h := range m.heirs[p.ID] {
		if heir := &m.points[h]; Within(p.Region, heir.Region) && heir.ValidFrom <= day && p.ValidFrom < day {
			return true
		}
	}
	return false
}

// older returns the points of the same rule and codes that hold when p begins and
// began before.
func (m *merger) older(p *Point) []int {
	var old []int
	for _, i := range m.byKey[keyOf(p)] {
		if q := &m.points[i]; q.ValidFrom < p.ValidFrom && !m.ended(i, p.ValidFrom) {
			old = append(old, i)
		}
	}
	return old
}

func (m *merger) index() {
	m.byKey = make(map[string][]int, len(m.points))
	for i := range m.points {
		k := keyOf(&m.points[i])
		m.byKey[k] = append(m.byKey[k], i)
	}
}

// keyOf is what versions of one point share: rule, codes, region, and for the
// discounts the group, since one operation may lie in several.
func keyOf(p *Point) string {
	group := ""
	if p.RuleID == discountRule && p.Params != nil {
		group = p.Params.Group
	}
	return strings.Join([]string{p.RuleID, p.Code, p.OtherCode, p.Region, group}, "\x00")
}

const discountRule = "GZ10000102002000"

func samePoint(a, b *Point) bool {
	return a.ID == b.ID && a.RuleID == b.RuleID && a.Code == b.Code && a.OtherCode == b.OtherCode &&
		a.ValidFrom == b.ValidFrom && a.ValidTo == b.ValidTo && a.Supersedes == b.Supersedes &&
		a.Region == b.Region && a.Basis == b.Basis && a.Note == b.Note && (a.Params == b.Params || a.Params.String() == b.Params.String())
}
