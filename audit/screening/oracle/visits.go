package oracle

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// sequence: a person's visits over time.
func (a *asked) sequence() []hit {
	check := a.params().Check
	if check == "" {
		check = a.rule.Check
	}
	switch check {
	case "split_stay":
		return a.splitStay()
	case "frequent_stay", "frequent_visit", "frequent_purchase":
		return a.frequent(check)
	case "overlapping_stay":
		return a.overlapping()
	case "visit_during_stay":
		return a.duringStay()
	case "after_death":
		return a.afterDeath()
	case "low_indication_stay":
		return a.lowIndication()
	}
	return nil
}

// objects is the hit of a whole visit that objects to the lines that takes names,
// those of fund money.
func (a *asked) objects(x *visit, day calendar.Day, takes func(*charge) bool, evidence []*charge) []hit {
	if !x.paid() || !a.inForce(a.point, day, x) {
		return nil
	}
	hits := []hit{{rule: a.rule, point: a.point, visit: x, day: day, evidence: evidence, whole: true}}
	for i := range hits {
		for _, c := range x.lines {
			if !c.selfPaid && takes(c) {
				hits[i].parts = append(hits[i].parts, part{c, c.money()})
			}
		}
	}
	return hits
}

func every(*charge) bool { return true }

// earlier orders visits by their beginning.
func earlier(a, b *visit) int {
	return cmp.Or(cmp.Compare(a.row.Begntime, b.row.Begntime), strings.Compare(a.id, b.id))
}

// stays returns the person's stays that have a beginning, in order: none of a newborn.
func (a *asked) stays() (stays []*visit) {
	for _, x := range a.visits {
		if x.row != nil && x.stay() == yes && !x.newborn() && x.begin() != calendar.NoDay {
			stays = append(stays, x)
		}
	}
	slices.SortFunc(stays, earlier)
	return stays
}

func (a *asked) splitStay() (hits []hit) {
	stays := a.stays()
	for i, x := range stays {
		var before *visit
		for _, y := range stays[:i] {
			if y.inst == x.inst && x.inst != "" {
				before = y
			}
		}
		if before == nil || before.end() == calendar.NoDay || len(before.main()) < 3 || len(x.main()) < 3 {
			continue
		}
		gap := int(x.begin() - before.end())
		if gap >= 0 && gap <= a.params().IntervalDays && before.main()[:3] == x.main()[:3] && a.counts(before) == yes && a.counts(x) == yes {
			hits = append(hits, a.objects(x, x.begin(), every, before.lines)...)
		}
	}
	return hits
}

func (a *asked) overlapping() (hits []hit) {
	stays := a.stays()
	for i, x := range stays {
		until := calendar.NoDay
		var evidence []*charge
		for _, y := range stays[:i] {
			if y.end() != calendar.NoDay && x.begin() < y.end() && a.judged(y, y.begin()) == yes {
				until = max(until, y.end())
				evidence = append(evidence, y.lines...)
			}
		}
		if until == calendar.NoDay || a.judged(x, x.begin()) != yes {
			continue
		}
		for _, h := range a.objects(x, x.begin(), func(c *charge) bool { return c.day != calendar.NoDay && c.day < until }, evidence) {
			if len(h.parts) > 0 {
				hits = append(hits, h)
			}
		}
	}
	return hits
}

func (a *asked) duringStay() (hits []hit) {
	for _, x := range a.visits {
		for _, s := range x.setls {
			day := s.SetlTime.Day()
			loc := x.payLoc(s)
			if day == calendar.NoDay || loc == "" || loc == "5" || x.stay() != no || x.inst == "" || x.newborn() || a.judged(x, day) != yes {
				continue
			}
			var evidence []*charge
			during := false
			for _, y := range a.stays() {
				if !during && y.begin() < day && y.end() != calendar.NoDay && day < y.end() && y.inst != "" && y.inst != x.inst && a.judged(y, y.begin()) == yes {
					during = true
					for _, c := range y.lines {
						if c.day == day {
							evidence = append(evidence, c)
						}
					}
				}
			}
			if during {
				hits = append(hits, a.objects(x, day, every, evidence)...)
			}
		}
	}
	return hits
}

func (a *asked) afterDeath() (hits []hit) {
	for _, c := range a.lines {
		death := calendar.NoDay
		for _, e := range a.encounters {
			if e.ValiFlag != "0" && e.DieDate != calendar.NoDay && e.NwbFlag != "1" && (death == calendar.NoDay || e.DieDate < death) {
				death = e.DieDate
			}
		}
		if death != calendar.NoDay && !c.visit.newborn() && c.day > death && a.may(c) {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

// counts says whether a visit takes part in split_stay and frequent_*: no exception
// takes its main diagnosis, its kind or the visit itself out.
func (a *asked) counts(x *visit) truth {
	p, t := a.params(), yes
	if p.ExcludeDx != nil {
		t = all(t, begins(x.main(), p.ExcludeDx).not())
	}
	if p.ExcludeMedTypes != nil {
		t = all(t, begins(x.medType(x.settled()), p.ExcludeMedTypes).not())
	}
	return all(t, a.excluded(x, x.begin()).not())
}

// counted says whether a visit is one of those that a frequent_ check counts.
func (a *asked) counted(check string, x *visit) bool {
	if x.row == nil || x.begin() == calendar.NoDay || x.newborn() || a.counts(x) != yes {
		return false
	}
	switch check {
	case "frequent_stay":
		return x.stay() == yes
	case "frequent_visit":
		return x.stay() == no && x.kind != "" && x.kind != "2"
	}
	return x.kind == "2"
}

func (a *asked) frequent(check string) (hits []hit) {
	p := a.params()
	for _, x := range a.visits {
		if !a.counted(check, x) {
			continue
		}
		n := claim.Quantity(0)
		var evidence []*charge
		for _, y := range a.visits {
			if a.counted(check, y) && earlier(y, x) <= 0 &&
				(p.Days > 0 && int(x.begin()-y.begin()) < p.Days || p.Days == 0 && period(p.Period, x.begin()) == period(p.Period, y.begin())) {
				n += claim.Piece
				evidence = append(evidence, y.lines...)
			}
		}
		if p.Max != nil && n > claim.Quantity(*p.Max) {
			hits = append(hits, a.objects(x, x.begin(), every, others(x, evidence))...)
		}
	}
	return hits
}

// others leaves out the lines of a visit.
func others(x *visit, lines []*charge) []*charge {
	return slices.DeleteFunc(slices.Clone(lines), func(c *charge) bool { return c.visit == x })
}

func period(name string, d calendar.Day) int {
	n := map[string]int{"month": 1, "quarter": 3, "year": 12}[name]
	return d.Month() / n
}

// lowIndication: a stay that is all examination and hardly any treatment.
func (a *asked) lowIndication() (hits []hit) {
	p := a.params()
	for _, x := range a.visits {
		if x.row == nil || x.stay() != yes || x.end() == calendar.NoDay || begins(x.main(), p.DxAny) != yes {
			continue
		}
		var exam, treat, doubt, sum int64
		certain := true
		for _, c := range x.lines {
			m := int64(c.total)
			certain = certain && c.total != claim.Null
			sum += m
			switch category(c) {
			case "exam":
				exam += m
			case "treat":
				treat += m
			case "":
				doubt += m
			}
		}
		if certain && sum > 0 && atLeast(exam, sum, int64(*p.ExamShare)) &&
			!exceeds(treat+doubt, sum, int64(*p.TreatShare)) {
			for _, h := range a.objects(x, x.end(), every, nil) {
				if a.judged(x, x.end()) == yes {
					hits = append(hits, h)
				}
			}
		}
	}
	return hits
}

// atLeast says whether part ÷ whole is at least limit (four decimals).
func atLeast(part, whole, limit int64) bool { return compare(part, whole, limit) >= 0 }

func exceeds(part, whole, limit int64) bool { return compare(part, whole, limit) > 0 }

func compare(part, whole, limit int64) int {
	l := new(big.Int).Mul(big.NewInt(part), big.NewInt(10_000))
	return l.Cmp(new(big.Int).Mul(big.NewInt(whole), big.NewInt(limit)))
}

// category is the kind of a charge: exam, treat, other, or "" where nothing tells.
func category(c *charge) string {
	if t := c.MedChrgitmType; len(t) >= 2 && t[:2] >= "01" && t[:2] <= "14" {
		switch t[:2] {
		case "03", "04":
			return "exam"
		case "05", "06", "09", "10", "11":
			return "treat"
		}
		return "other"
	}
	switch rule.Object(c.code, c.ListType) {
	case rule.Drug, rule.Piece, rule.Granule:
		return "treat"
	case rule.Consumable:
		return "other"
	case rule.Item:
		if len(c.code) < 15 {
			return ""
		}
		switch n := c.code[2:4]; {
		case n >= "21" && n <= "23" || n >= "25" && n <= "27":
			return "exam"
		case n == "24" || n >= "31" && n <= "34" || n >= "41" && n <= "49":
			return "treat"
		}
		return "other"
	}
	return ""
}
