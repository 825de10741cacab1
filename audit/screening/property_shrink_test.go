package screening_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// shrink makes c as small as it can be while judge and contract still differ: rows
// are dropped, then values.
func shrink(c *rule.Case) {
	differs := func() bool { return !slices.Equal(judged(c), expected(c)) }
	for smaller := true; smaller; {
		smaller = false
		h := &c.History
		for _, drop := range []func() bool{
			func() bool { return without(&h.Lines, differs) }, func() bool { return without(&h.Encounters, differs) },
			func() bool { return without(&h.Settlements, differs) }, func() bool { return without(&h.Diagnoses, differs) },
			func() bool { return without(&h.Operations, differs) }, func() bool { return without(&c.Points, differs) },
			func() bool { return without(&c.Institutions, differs) }, func() bool { return without(&c.Doctors, differs) },
			func() bool { return without(&c.Exclusions, differs) }, func() bool { return without(&c.Rules, differs) },
			func() bool { return blank(c, differs) },
		} {
			smaller = drop() || smaller
		}
	}
}

// without drops the elements of list that the difference does not need.
func without[T any](list *[]T, differs func() bool) (dropped bool) {
	for i := len(*list) - 1; i >= 0; i-- {
		all := *list
		if *list = slices.Delete(slices.Clone(all), i, i+1); differs() {
			dropped = true
		} else {
			*list = all
		}
	}
	return dropped
}

// keys are the fields without which a row, or a point, says nothing.
var keys = []string{
	"Count", "Group", "Cnt", "DetItemFeeSumamt", "InscpAmt", "FixmedinsCode", "ID", "RuleID", "Code", "OtherCode", "BkkpSn", "MdtrtID", "SetlID", "Mode", "DxAny", "DxNone", "Window", "Class", "Check", "Fields",
	"Period", "Parts", "NeedsAny", "FirstAny", "Benefit",
}

// blank makes values unknown that the difference does not need.
func blank(c *rule.Case, differs func() bool) (blanked bool) {
	clear := func(row reflect.Value) {
		for i := range row.NumField() {
			f := row.Field(i)
			old := reflect.ValueOf(f.Interface())
			if slices.Contains(keys, row.Type().Field(i).Name) || !f.CanSet() || !unset(f) {
				continue
			}
			if differs() {
				blanked = true
			} else {
				f.Set(old)
			}
		}
	}
	h := &c.History
	for _, list := range []any{h.Lines, h.Encounters, h.Settlements, h.Diagnoses, h.Operations, c.Institutions} {
		for i := range reflect.ValueOf(list).Len() {
			clear(reflect.ValueOf(list).Index(i))
		}
	}
	for i := range c.Points {
		clear(reflect.ValueOf(&c.Points[i]).Elem())
		if p := c.Points[i].Params; p != nil {
			q := *p
			c.Points[i].Params = &q
			clear(reflect.ValueOf(&q).Elem())
		}
	}
	return blanked
}

// unset makes a field unknown; false when it already is, or is none to blank.
func unset(f reflect.Value) bool {
	var none reflect.Value
	switch f.Interface().(type) {
	case claim.Money, claim.Price, claim.Quantity:
		none = reflect.ValueOf(int64(claim.Null)).Convert(f.Type())
	case calendar.Day:
		none = reflect.ValueOf(calendar.NoDay)
	case calendar.Time:
		none = reflect.ValueOf(calendar.NoTime)
	case string, []string, bool:
		none = reflect.Zero(f.Type())
	default:
		return false
	}
	if reflect.DeepEqual(f.Interface(), none.Interface()) {
		return false
	}
	f.Set(none)
	return true
}

var key = regexp.MustCompile(`"([a-z_]+)":`)

// flow writes a row as YAML in one line.
func flow(row any) string {
	text, err := json.Marshal(row)
	if err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(key.ReplaceAllString(string(text), `$1: `), `,`, `, `)
}

// caseText writes a case without its expectation.
func caseText(c *rule.Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- name: \n  kind: semantics\n")
	if len(c.Rules) > 0 {
		fmt.Fprintf(&b, "  rules: %s\n", flow(c.Rules))
	}
	list := func(indent, name string, rows any) {
		v := reflect.ValueOf(rows)
		if v.Len() > 0 {
			fmt.Fprintf(&b, "%s%s:\n", indent, name)
		}
		for i := range v.Len() {
			fmt.Fprintf(&b, "%s  - %s\n", indent, flow(v.Index(i).Interface()))
		}
	}
	h := &c.History
	list("  ", "points", c.Points)
	fmt.Fprintf(&b, "  history:\n    psn_no: %s\n", h.PsnNo)
	if h.Person != nil {
		fmt.Fprintf(&b, "    person: %s\n", flow(h.Person))
	}
	list("    ", "encounters", h.Encounters)
	list("    ", "settlements", h.Settlements)
	list("    ", "diagnoses", h.Diagnoses)
	list("    ", "operations", h.Operations)
	list("    ", "lines", h.Lines)
	list("  ", "institutions", c.Institutions)
	list("  ", "doctors", c.Doctors)
	list("  ", "exclusions", c.Exclusions)
	if c.Tables != nil {
		fmt.Fprintf(&b, "  tables: %s\n", flow(c.Tables))
	}
	if c.From != open || c.To != open {
		fmt.Fprintf(&b, "  from: %s\n  to: %s\n", c.From, c.To)
	}
	return b.String()
}
