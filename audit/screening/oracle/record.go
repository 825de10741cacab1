package oracle

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// paid says whether a check of the whole visit may find anything: a visit that has
// charges needs one that the fund paid, and of which something is left.
func (x *visit) paid() bool {
	return !slices.ContainsFunc(x.rows, func(l *claim.Line) bool { return !negative(l) }) || slices.ContainsFunc(x.lines, func(c *charge) bool { return !c.selfPaid })
}

// about is the hit of a check of a whole visit, which objects to no line.
func (a *asked) about(x *visit, day calendar.Day, codes []string, evidence []*charge) []hit {
	if !x.paid() || !a.inForce(a.point, day, x) || a.judged(x, day) != yes {
		return nil
	}
	return []hit{{rule: a.rule, point: a.point, visit: x, day: day, codes: codes, evidence: evidence, whole: true}}
}

// aboutVisit says whether a point's code is a diagnosis or operation prefix.
func aboutVisit(code string) bool { return code != "" && rule.Object(code, "") == "" }

func isDiagnosis(code string) bool { return code != "" && unicode.IsLetter(rune(code[0])) }

// coded returns the codes of a visit that begin with the point's code.
func (a *asked) coded(x *visit) (found []string) {
	list := x.operations()
	if isDiagnosis(a.point.Code) {
		list = x.diagnoses()
	}
	for _, code := range list {
		if strings.HasPrefix(code, a.point.Code) {
			found = append(found, code)
		}
	}
	return found
}

// indication: what the visit's diagnoses do not allow.
func (a *asked) indication() (hits []hit) {
	p := a.params()
	if p.NeedsAny != nil {
		return a.needs()
	}
	for _, c := range a.candidates() {
		x, t := c.visit, yes
		if p.DxAny != nil {
			one := x.diagnosed(p.DxAny)
			if one == no && x.stay() != no && (len(x.diags) == 0 || !a.has("setl_list_diag_d")) {
				one = unknown
			}
			t = all(t, one)
		}
		if p.DxNone != nil {
			t = all(t, x.diagnosed(p.DxNone).not())
		}
		if t == no {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

// needs: a diagnosis or operation of the visit without any line that it needs.
func (a *asked) needs() (hits []hit) {
	for _, x := range a.visits {
		codes := a.coded(x)
		if x.row == nil || len(codes) == 0 || a.onlyStays() && x.stay() != yes || len(x.lines) == 0 || slices.ContainsFunc(x.lines, func(c *charge) bool {
			return c.code == "" || c.oneOf(a.params().NeedsAny)
		}) {
			continue
		}
		hits = append(hits, a.about(x, x.last(), codes, nil)...)
	}
	return hits
}

// consistency: codes of a visit that cannot stand together, or with the person.
func (a *asked) consistency() (hits []hit) {
	p := a.params()
	for _, x := range a.visits {
		codes := a.coded(x)
		if x.row == nil || len(codes) == 0 {
			continue
		}
		s, t := x.settled(), yes
		if p.DxAny != nil {
			if begins(x.mainOperation(), []string{a.point.Code}) != yes {
				continue
			}
			codes = []string{x.mainOperation()}
		}
		if p.Sex != "" {
			t = all(t, begins(a.sex(x, s), []string{p.Sex}))
		}
		t = all(t, max(a.ages(&p.Attributes, x, s, x.begin()), a.ages(&p.Attributes, x, s, x.last())))
		if p.DxAny != nil {
			t = all(t, begins(x.main(), p.DxAny).not())
		}
		if t == no {
			hits = append(hits, a.about(x, x.last(), codes, nil)...)
		}
	}
	return hits
}

// integrity: the record itself is impossible.
func (a *asked) integrity() []hit {
	check := a.params().Check
	if check == "" {
		check = a.rule.Check
	}
	switch check {
	case "outside_stay":
		return a.outsideStay()
	case "sum_mismatch":
		return a.sumMismatch()
	case "missing_field":
		return a.missingField()
	case "late_upload":
		return a.lateUpload()
	case "operation_code":
		return a.operationCode()
	}
	return nil
}

func (a *asked) outsideStay() (hits []hit) {
	grace := calendar.Day(a.params().GraceDays)
	for _, c := range a.candidates() {
		b, e := c.visit.begin(), c.visit.end()
		if c.visit.stay() == yes && c.day != calendar.NoDay && c.DscgTkdrugFlag != "1" &&
			(b != calendar.NoDay && c.day < b-grace || e != calendar.NoDay && c.day > e+grace) {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

func (a *asked) lateUpload() (hits []hit) {
	for _, c := range a.candidates() {
		if c.CrteTime.HasClock() && c.FeeOcurTime.HasClock() && c.CrteTime-c.FeeOcurTime > calendar.Time(a.params().Hours*3600) {
			hits = append(hits, a.whole(c))
		}
	}
	return hits
}

func (a *asked) sumMismatch() (hits []hit) {
	for _, x := range a.visits {
		for _, s := range x.setls {
			var sum claim.Money
			var evidence []*charge
			paid, certain := false, s.MedfeeSumamt != claim.Null
			for _, l := range x.rows {
				if l.SetlID == s.SetlID {
					paid = paid || !negative(l) && !selfPaid(l)
					evidence = append(evidence, &charge{Line: l})
					certain = certain && l.DetItemFeeSumamt != claim.Null
					sum += l.DetItemFeeSumamt
				}
			}
			day := s.SetlTime.Day()
			if day == calendar.NoDay {
				day = x.last()
			}
			if d := sum - s.MedfeeSumamt; certain && paid && (d > 1 || d < -1) {
				if a.inForce(a.point, day, x) && a.judged(x, day) == yes {
					hits = append(hits, hit{rule: a.rule, point: a.point, visit: x, setl: s.SetlID, day: day, evidence: evidence, whole: true})
				}
			}
		}
	}
	return hits
}

// empty says whether the column of a row is empty; known says whether the row has it.
func empty(row any, column string) (isEmpty, known bool) {
	v := reflect.ValueOf(row).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == column {
			x := v.FieldByIndex(f.Index)
			if z, ok := x.Interface().(interface{ IsZero() bool }); ok {
				return z.IsZero(), true
			}
			return x.IsZero(), true
		}
	}
	return false, false
}

// onlyStays says whether the class looks at stays only.
func (a *asked) onlyStays() bool { return len(a.rule.Scenes) == 1 && a.rule.Scenes[0] == "IP" }

func (a *asked) missingField() (hits []hit) {
	tables := []struct {
		name string
		row  any
	}{
		{"fee_list_d", new(claim.Line)},
		{"mdtrt_d", new(claim.Encounter)},
		{"setl_d", new(claim.Settlement)},
		{"setl_list_diag_d", new(claim.Diagnosis)},
		{"setl_list_oprn_d", new(claim.Operation)},
	}
	for _, field := range a.params().Fields {
		table, column, ok := strings.Cut(field, ".")
		if !ok {
			column, table = field, ""
			for _, t := range tables {
				if _, has := empty(t.row, column); has && table == "" {
					table = t.name
				}
			}
		}
		if !a.has(table) {
			continue
		}
		for _, x := range a.visits {
			if a.onlyStays() && x.stay() != yes {
				continue
			}
			if table == "fee_list_d" {
				for _, c := range a.lines {
					if lacks, _ := empty(c.Line, column); c.visit == x && lacks && a.covers(a.point, c) && a.may(c) {
						hits = append(hits, a.whole(c))
					}
				}
				continue
			}
			if x.lacks(table, column) {
				hits = append(hits, a.about(x, x.last(), nil, nil)...)
			}
		}
	}
	return hits
}

// lacks says whether one of a visit's rows in a table has an empty column.
func (x *visit) lacks(table, column string) bool {
	var rows []any
	switch table {
	case "mdtrt_d":
		if x.row != nil {
			rows = append(rows, x.row)
		}
	case "setl_d":
		for _, s := range x.setls {
			rows = append(rows, s)
		}
	case "setl_list_diag_d":
		for _, d := range x.diags {
			rows = append(rows, d)
		}
	case "setl_list_oprn_d":
		for _, o := range x.ops {
			rows = append(rows, o)
		}
	}
	return slices.ContainsFunc(rows, func(row any) bool { lacks, _ := empty(row, column); return lacks })
}

func (a *asked) operationCode() (hits []hit) {
	m := a.params().Map
	for _, x := range a.visits {
		if x.row == nil || x.stay() != yes || !a.has("setl_list_oprn_d") {
			continue
		}
		var billed []*charge
		fits := false
		main := x.mainOperation()
		for _, c := range x.lines {
			prefixes, ok := m[c.code]
			if !ok {
				prefixes, ok = m[national(c.code)]
			}
			if ok && c.code != "" {
				billed = append(billed, c)
				fits = fits || begins(main, prefixes) == yes
			}
		}
		if len(billed) > 0 && (len(x.operations()) == 0 || main != "" && !fits) {
			hits = append(hits, a.about(x, x.last(), nil, billed)...)
		}
	}
	return hits
}
