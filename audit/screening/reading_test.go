package screening

import (
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/ground/calendar"
)

// TestUnread: a column is left out only when no point in the library looks at it.
func TestUnread(t *testing.T) {
	optional := []string{"bilg_dept_codg", "crte_time", "dscg_tkdrug_flag", "rx_drord_no"}
	one := knowledge.Decimal(10_000)
	for _, c := range []struct {
		name   string
		ruleID string
		params *knowledge.Params
		reads  string // the one of optional that must be read; "": none
	}{
		{"sex", "GZ10000301004000", &knowledge.Params{Attributes: knowledge.Attributes{Sex: "2"}}, ""},
		{"department", "GZ10000102008000", &knowledge.Params{Attributes: knowledge.Attributes{Depts: []string{"A03"}}}, "bilg_dept_codg"},
		{"department in any_of", "GZ10000102008000", &knowledge.Params{AnyOf: []knowledge.Attributes{{Depts: []string{"A03"}}}}, "bilg_dept_codg"},
		{"alone", "GZ10000101004000", &knowledge.Params{Mode: "alone"}, "rx_drord_no"},
		{"prescription", "GZ10000202004000", &knowledge.Params{Window: "rx", Max: &one, Count: "kinds"}, "rx_drord_no"},
		{"day", "GZ10000102014000", &knowledge.Params{Window: "day", Max: &one}, ""},
		{"outside stay", "GZ10000201008000", &knowledge.Params{}, "dscg_tkdrug_flag"},
		{"late upload", "GZ10000201007000", &knowledge.Params{Hours: 24}, "crte_time"},
		{"missing field", "GZ10000201002000", &knowledge.Params{Check: "missing_field", Fields: []string{"fee_list_d.rx_drord_no"}}, "rx_drord_no"},
	} {
		r, ok := rule.Get(c.ruleID)
		if !ok {
			t.Fatal(c.ruleID)
		}
		p := knowledge.Point{ID: "K", RuleID: c.ruleID, Params: c.params, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}
		left := NewLibrary(Parts{Rules: []*rule.Rule{r}, Points: []knowledge.Point{p}}).unread()
		for _, column := range optional {
			if read := !left[column]; read != (column == c.reads) {
				t.Errorf("%s: %s read: %v", c.name, column, read)
			}
		}
	}
}
