package screening

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
)

// TestManyExclusions proves that a list of 20,000 persons and all rules is made ready
// at once and gives each visit those that may concern it only.
func TestManyExclusions(t *testing.T) {
	var rules []*rule.Rule
	var ids []string
	for _, r := range rule.All() {
		if rule.Executable(r) {
			rules, ids = append(rules, r), append(ids, r.ID)
		}
	}
	const persons = 20_000
	exclusions := []knowledge.Exclusion{
		{ID: "所有人", RuleIDs: ids[:1], DxAny: []string{"N18"}},
		{ID: "就诊", RuleIDs: ids, MdtrtID: "M1"},
	}
	for i := range persons {
		exclusions = append(exclusions, knowledge.Exclusion{ID: fmt.Sprint(i), RuleIDs: ids, PsnNo: fmt.Sprint("P", i)})
	}
	begun := time.Now()
	lib := NewLibrary(Parts{Rules: rules, Exclusions: exclusions})
	t.Logf("%d exclusions × %d rules made ready in %v", len(exclusions), len(rules), time.Since(begun))
	for _, c := range []struct {
		rule          int
		person, visit string
		want          []string
	}{
		{0, "P7", "M2", []string{"7", "所有人"}},
		{1, "P7", "M1", []string{"就诊", "7"}},
		{1, "P", "M2", nil},
	} {
		var got []string
		for x := range lib.listed.of(lib.rules[c.rule], c.person, c.visit) {
			got = append(got, x.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("rule %d, %s %s: %v, want %v", c.rule, c.person, c.visit, got, c.want)
		}
	}
}
