package oracle

import (
	"regexp"
	"slices"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// truth is what can be said of a condition: a missing fact leaves it unknown.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func known(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth { return yes - t }

// all holds where every one of ts does.
func all(ts ...truth) truth {
	least := yes
	for _, t := range ts {
		least = min(least, t)
	}
	return least
}

// begins says whether s begins with one of prefixes; the empty s is unknown.
func begins(s string, prefixes []string) truth {
	if s == "" {
		return unknown
	}
	return known(slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) }))
}

func (x *visit) newborn() bool { return x.row != nil && x.row.NwbFlag == "1" }

func (x *visit) begin() calendar.Day {
	if x.row == nil {
		return calendar.NoDay
	}
	return x.row.Begntime.Day()
}

func (x *visit) end() calendar.Day {
	if x.row == nil {
		return calendar.NoDay
	}
	return x.row.Endtime.Day()
}

// last is the last day of a visit.
func (x *visit) last() calendar.Day {
	if d := x.end(); d != calendar.NoDay {
		return d
	}
	d := calendar.NoDay
	for _, s := range x.setls {
		d = max(d, s.SetlTime.Day())
	}
	if d != calendar.NoDay {
		return d
	}
	for _, c := range x.lines {
		d = max(d, c.day)
	}
	if d != calendar.NoDay {
		return d
	}
	return x.begin()
}

// settled is the settlement that states the facts of a visit: the latest.
func (x *visit) settled() *claim.Settlement {
	if len(x.setls) == 0 {
		return nil
	}
	return x.setls[len(x.setls)-1]
}

func sexOf(code string) bool { return code == "1" || code == "2" }

// sex returns 1, 2 or "" where it is unknown.
func (p *person) sex(x *visit, s *claim.Settlement) string {
	switch {
	case x.newborn():
	case p.row != nil && sexOf(p.row.Gend):
		return p.row.Gend
	case x.row != nil && sexOf(x.row.Gend):
		return x.row.Gend
	case s != nil && sexOf(s.Gend):
		return s.Gend
	}
	return ""
}

// birth returns the day of birth as it is known on a day.
func (p *person) birth(x *visit, s *claim.Settlement, on calendar.Day) calendar.Day {
	b := calendar.NoDay
	switch {
	case x.newborn():
	case p.row != nil && p.row.Brdy != calendar.NoDay:
		b = p.row.Brdy
	case x.row != nil && x.row.Brdy != calendar.NoDay:
		b = x.row.Brdy
	case s != nil:
		b = s.Brdy
	}
	if b > on {
		return calendar.NoDay
	}
	return b
}

func (x *visit) medType(s *claim.Settlement) string {
	if x.row != nil && x.row.MedType != "" {
		return x.row.MedType
	}
	if s != nil {
		return s.MedType
	}
	return ""
}

func (x *visit) payLoc(s *claim.Settlement) string {
	if s != nil && s.PayLoc != "" {
		return s.PayLoc
	}
	if x.row != nil {
		return x.row.PayLoc
	}
	return ""
}

func (x *visit) insutype(s *claim.Settlement) string {
	if s != nil && s.Insutype != "" {
		return s.Insutype
	}
	if x.row != nil {
		return x.row.Insutype
	}
	return ""
}

// stay says whether a visit is a stay.
func (x *visit) stay() truth { return begins(x.medType(x.settled()), []string{"2", "52"}) }

var icd = regexp.MustCompile(`(?:^|[^0-9A-Za-z])([A-Z][0-9]{2}(?:\.[0-9A-Za-z+*]+)?)`)

// diagnoses returns every diagnosis code that is known of a visit, as recorded.
func (x *visit) diagnoses() []string {
	var codes []string
	add := func(code string) {
		if code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	for _, d := range x.diags {
		add(d.DiagCode)
	}
	if x.row != nil {
		add(x.row.DscgMaindiagCode)
		for _, m := range icd.FindAllStringSubmatch(x.row.OtpDiagInfo, -1) {
			add(m[1])
		}
	}
	return codes
}

// main returns the main diagnosis; "": unknown.
func (x *visit) main() string {
	if x.row != nil && x.row.DscgMaindiagCode != "" {
		return x.row.DscgMaindiagCode
	}
	for _, d := range x.diags {
		if d.MaindiagFlag == "1" && d.DiagCode != "" {
			return d.DiagCode
		}
	}
	return ""
}

// operations returns every operation code that is known of a visit.
func (x *visit) operations() []string {
	var codes []string
	for _, o := range x.ops {
		if o.OprnOprtCode != "" && !slices.Contains(codes, o.OprnOprtCode) {
			codes = append(codes, o.OprnOprtCode)
		}
	}
	if x.row != nil && x.row.OprnOprtCode != "" && !slices.Contains(codes, x.row.OprnOprtCode) {
		codes = append(codes, x.row.OprnOprtCode)
	}
	return codes
}

// mainOperation returns the main operation; "": unknown.
func (x *visit) mainOperation() string {
	for _, o := range x.ops {
		if o.MainOprnFlag == "1" && o.OprnOprtCode != "" {
			return o.OprnOprtCode
		}
	}
	if x.row != nil {
		return x.row.OprnOprtCode
	}
	return ""
}

// has says whether the home has a table.
func (p *person) has(table string) bool {
	return p.world.Tables == nil || slices.Contains(p.world.Tables, table)
}

// ages says whether the ages given hold on a day.
func (p *person) ages(a *knowledge.Attributes, x *visit, s *claim.Settlement, on calendar.Day) truth {
	if a.AgeMinDays == nil && a.AgeMaxDays == nil && a.AgeMinYears == nil && a.AgeMaxYears == nil {
		return yes
	}
	if on == calendar.NoDay {
		return unknown
	}
	b := p.birth(x, s, on)
	if b == calendar.NoDay {
		return unknown
	}
	days, years := int(on-b), b.YearsUntil(on)
	return known((a.AgeMinDays == nil || days >= *a.AgeMinDays) && (a.AgeMaxDays == nil || days <= *a.AgeMaxDays) &&
		(a.AgeMinYears == nil || years >= *a.AgeMinYears) && (a.AgeMaxYears == nil || years <= *a.AgeMaxYears))
}

// holds says whether every attribute that a gives holds for a line.
func (p *person) holds(a *knowledge.Attributes, c *charge) truth {
	x, s := c.visit, c.setl
	t := p.ages(a, x, s, c.day)
	if a.Sex != "" {
		t = all(t, begins(p.sex(x, s), []string{a.Sex}))
	}
	if a.MedTypes != nil {
		t = all(t, begins(x.medType(s), a.MedTypes))
	}
	if a.Insutypes != nil {
		i := x.insutype(s)
		if i == "" {
			t = all(t, unknown)
		} else {
			t = all(t, known(slices.Contains(a.Insutypes, i)))
		}
	}
	if a.LevelMin > 0 {
		if x.level == registry.UnknownLevel {
			t = all(t, unknown)
		} else {
			t = all(t, known(x.level >= a.LevelMin))
		}
	}
	if a.Depts != nil {
		t = all(t, begins(c.BilgDeptCodg, a.Depts))
	}
	if a.NotInternet {
		if l := x.payLoc(s); l == "" {
			t = all(t, unknown)
		} else {
			t = all(t, known(l != "5"))
		}
	}
	if a.DrGradeMin > 0 {
		if g := p.grade(c.BilgDrCode); g == registry.UnknownGrade {
			t = all(t, unknown)
		} else {
			t = all(t, known(g >= a.DrGradeMin))
		}
	}
	return t
}

// grade returns the grade of a doctor by the register.
func (p *person) grade(doctor string) int {
	for i := range p.world.Doctors {
		if d := &p.world.Doctors[i]; doctor != "" && d.DrCode == doctor {
			return registry.Grade(d.DrProTechDuty)
		}
	}
	return registry.UnknownGrade
}
