package oracle

import (
	"slices"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// asked is one point that is asked about what is in view.
type asked struct {
	*person
	rule  *rule.Rule
	point *knowledge.Point // nil: a class that runs without one
}

func needsParams(p *knowledge.Point) bool { return p.Params != nil && p.Params.NeedsParameters }

var none knowledge.Params

func (a *asked) params() *knowledge.Params { return paramsOf(a.point) }

func paramsOf(p *knowledge.Point) *knowledge.Params {
	if p == nil || p.Params == nil {
		return &none
	}
	return p.Params
}

// siblings are the points of the rule in the home.
func (a *asked) siblings() []*knowledge.Point {
	var ps []*knowledge.Point
	for _, p := range a.points {
		if p.rule == a.rule && p.Point != nil {
			ps = append(ps, p.Point)
		}
	}
	return ps
}

// inForce says whether point p holds on a day at the institution of a visit.
func (a *asked) inForce(p *knowledge.Point, day calendar.Day, x *visit) bool {
	if p == nil { // a class without a point gives way to a point of its own
		return !slices.ContainsFunc(a.siblings(), func(q *knowledge.Point) bool { return a.inForce(q, day, x) })
	}
	if day == calendar.NoDay && (p.ValidFrom != calendar.NoDay || p.ValidTo != calendar.NoDay) {
		return false
	}
	if day < p.ValidFrom || p.ValidTo != calendar.NoDay && day > p.ValidTo || !registry.Within(x.region, p.Region) {
		return false
	}
	return !a.replaced(p.ID, day, x)
}

// replaced says whether a point in the home, or one that is not in force itself
// but is replaced, takes the place of the point with the id.
func (a *asked) replaced(id string, day calendar.Day, x *visit) bool {
	for i := range a.world.Points {
		q := &a.world.Points[i]
		switch {
		case q.Supersedes != id || q.ID == id:
		case day == calendar.NoDay: // when it takes place cannot be told
			return true
		case needsParams(q):
			if a.replaced(q.ID, day, x) {
				return true
			}
		case day >= q.ValidFrom && registry.Within(x.region, q.Region):
			return true
		}
	}
	return false
}

// national returns the first 15 digits of an item code with a suffix, "" for any other.
func national(code string) string {
	if len(code) > 15 && code[15] == '-' && strings.Trim(code[:15], "0123456789") == "" {
		return code[:15]
	}
	return ""
}

// is says whether a line is of a code that the rule's points name by of: whole
// first, then by its national part.
func (a *asked) is(c *charge, code string, of func(*knowledge.Point) []string) bool {
	switch {
	case c.code == "" || code == "":
		return false
	case c.code == code:
		return true
	case national(c.code) != code:
		return false
	}
	return !slices.ContainsFunc(a.siblings(), func(p *knowledge.Point) bool { return slices.Contains(of(p), c.code) })
}

func codes(p *knowledge.Point) []string     { return []string{p.Code} }
func bothCodes(p *knowledge.Point) []string { return []string{p.Code, p.OtherCode} }

// covers says whether point p is about a line.
func (a *asked) covers(p *knowledge.Point, c *charge) bool {
	if p == nil || p.Code == "" {
		return a.rule.Covers(c.code, c.ListType)
	}
	return a.is(c, p.Code, codes)
}

// together says whether a line counts with those of the point asked.
func (a *asked) together(c *charge) bool {
	if a.covers(a.point, c) {
		return true
	}
	g := a.params().Group
	return g != "" && slices.ContainsFunc(a.siblings(), func(p *knowledge.Point) bool { return paramsOf(p).Group == g && a.covers(p, c) })
}

// judged says whether the point asked may judge a visit on a day: yes, or no
// because of an exception, or unknown whether there is one.
func (a *asked) judged(x *visit, day calendar.Day) truth {
	p := a.params()
	t := yes
	if p.ExcludeDx != nil {
		t = all(t, x.diagnosed(p.ExcludeDx).not())
	}
	if p.ExcludeMedTypes != nil {
		t = all(t, begins(x.medType(x.settled()), p.ExcludeMedTypes).not())
	}
	return all(t, a.excluded(x, day).not())
}

// diagnosed says whether a visit has a diagnosis that begins with one of prefixes;
// unknown where no diagnosis can be read.
func (x *visit) diagnosed(prefixes []string) truth {
	d := x.diagnoses()
	if len(d) == 0 {
		return unknown
	}
	return known(slices.ContainsFunc(d, func(code string) bool { return begins(code, prefixes) == yes }))
}

// excluded says whether an exclusion list takes a visit out.
func (a *asked) excluded(x *visit, day calendar.Day) truth {
	t := no
	for i := range a.world.Exclusions {
		if e := &a.world.Exclusions[i]; slices.Contains(e.RuleIDs, a.rule.ID) {
			t = max(t, a.meets(e, x, day))
		}
	}
	return t
}

func (a *asked) meets(e *knowledge.Exclusion, x *visit, day calendar.Day) truth {
	t := yes
	if e.PsnNo != "" {
		t = all(t, known(a.psn == e.PsnNo))
	}
	if e.MdtrtID != "" {
		t = all(t, known(x.id == e.MdtrtID))
	}
	if e.FixmedinsCode != "" {
		t = all(t, equal(x.inst, e.FixmedinsCode))
	}
	if e.MedTypes != nil {
		t = all(t, begins(x.medType(x.settled()), e.MedTypes))
	}
	if e.DxAny != nil {
		t = all(t, x.diagnosed(e.DxAny))
	}
	if e.CodesAny != nil {
		has := no
		for _, c := range x.lines {
			has = max(has, begins(c.code, e.CodesAny))
		}
		t = all(t, has)
	}
	if e.Region != "" {
		if x.region == "" {
			t = all(t, unknown)
		} else {
			t = all(t, known(registry.Within(x.region, e.Region)))
		}
	}
	if e.ValidFrom != calendar.NoDay || e.ValidTo != calendar.NoDay {
		if day == calendar.NoDay {
			t = all(t, unknown)
		} else {
			t = all(t, known(day >= e.ValidFrom && (e.ValidTo == calendar.NoDay || day <= e.ValidTo)))
		}
	}
	return t
}

func equal(s, want string) truth {
	if s == "" {
		return unknown
	}
	return known(s == want)
}

// may says whether a line may be objected to under the point: it holds, the visit
// is no exception, and the fund paid.
func (a *asked) may(c *charge) bool {
	return !c.selfPaid && a.inForce(a.point, c.day, c.visit) && a.judged(c.visit, c.day) == yes
}

// window returns the name of the window that a line lies in; false where it cannot
// be told.
func window(kind string, c *charge) (string, bool) {
	who := "parent"
	if c.visit.newborn() {
		who = "newborn"
	}
	month := c.day.Month()
	name := map[string]string{
		"visit": c.visit.id,
		"rx":    c.visit.id + "/" + c.RxDrordNo,
		"day":   who + "/" + c.visit.where() + "/" + c.day.String(),
		"date":  who + "/" + c.day.String(),
		"month": who + "/" + calendar.DayOf(month/12, month%12+1, 1).String(),
		"year":  who + "/" + calendar.DayOf(c.day.Year(), 1, 1).String(),
	}[kind]
	return name, c.day != calendar.NoDay && (kind != "rx" || c.RxDrordNo != "")
}

// where names the institution of a visit; one that is unknown is no other visit's.
func (x *visit) where() string {
	if x.inst == "" {
		return "visit " + x.id
	}
	return x.inst
}

// same returns the lines in view that lie in the window of c and take part in the
// judgement of the point asked, in order.
func (a *asked) same(kind string, c *charge, takes func(*charge) bool) []*charge {
	name, ok := window(kind, c)
	var in []*charge
	for _, o := range a.lines {
		if other, known := window(kind, o); ok && known && other == name && takes(o) && a.judged(o.visit, o.day) == yes {
			in = append(in, o)
		}
	}
	return in
}

// candidates are the lines that the point asked may object to.
func (a *asked) candidates() []*charge {
	var in []*charge
	for _, c := range a.lines {
		if a.covers(a.point, c) && a.may(c) {
			in = append(in, c)
		}
	}
	return in
}

// whole is the hit that objects to all of a line.
func (a *asked) whole(c *charge, evidence ...*charge) hit {
	return a.part(c, c.money(), evidence...)
}

// part is the hit that objects to some of the money of a line.
func (a *asked) part(c *charge, m claim.Money, evidence ...*charge) hit {
	return hit{rule: a.rule, point: a.point, visit: c.visit, day: c.day, parts: []part{{c, m}}, evidence: evidence}
}

// excess is the hit that objects to some of the quantity of a line.
func (a *asked) excess(c *charge, over claim.Quantity, evidence ...*charge) hit {
	return a.part(c, share(c.money(), int64(over), int64(c.qty)), evidence...)
}

// money is the part of a line within the scope of insurance, 0 where it is unknown.
func (c *charge) money() claim.Money { return max(c.inscp, 0) }
