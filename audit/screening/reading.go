package screening

import (
	"slices"
	"strings"

	"yiheng/audit/knowledge"
)

// unread names the columns of fee lines that no rule of the library asks for, so that
// a run of few rules does not decode them.
func (l *Library) unread() map[string]bool {
	asked := make(map[string]bool)
	for _, r := range l.rules {
		for _, p := range r.points {
			for _, column := range p.reads() {
				asked[column] = true
			}
		}
	}
	for _, column := range l.expressions.columns() {
		asked[column] = true
	}
	left := make(map[string]bool)
	for _, column := range []string{"rx_drord_no", "crte_time", "bilg_dept_codg", "dscg_tkdrug_flag", "dise_codg", "med_chrgitm_type"} {
		if !asked[column] {
			left[column] = true
		}
	}
	return left
}

// reads names the columns that only some programs look at and this point's does.
func (p *point) reads() []string {
	switch p.rule.Program {
	case "attribute":
		limited := func(a knowledge.Attributes) bool { return len(a.Depts) > 0 }
		if limited(p.Params.Attributes) || slices.ContainsFunc(p.Params.AnyOf, limited) {
			return []string{"bilg_dept_codg"}
		}
	case "benefit":
		return []string{"dise_codg"}
	case "ratio":
		return []string{"med_chrgitm_type"}
	case "sequence":
		if firstOf(p.Params.Check, p.rule.Check) == "low_indication_stay" {
			return []string{"med_chrgitm_type"}
		}
	case "never", "same_class", "conflict", "quantity", "companion":
		if p.Params.Mode == "alone" || p.Params.Window == "rx" {
			return []string{"rx_drord_no"}
		}
	case "integrity":
		return p.readsOfCheck()
	}
	return nil
}

func (p *point) readsOfCheck() []string {
	switch firstOf(p.Params.Check, p.rule.Check) {
	case "outside_stay":
		return []string{"dscg_tkdrug_flag"}
	case "late_upload":
		return []string{"crte_time"}
	case "missing_field":
		var columns []string
		for _, field := range p.Params.Fields {
			columns = append(columns, field[strings.IndexByte(field, '.')+1:])
		}
		return columns
	}
	return nil
}
