package screening

import (
	"testing"

	"yiheng/audit/rule"
)

// TestCases judges every case of every rule folder, and those that all programs share.
func TestCases(t *testing.T) {
	ids := []string{rule.Judgement}
	for _, r := range rule.All() {
		ids = append(ids, r.ID)
	}
	for _, id := range ids {
		cases, err := rule.Cases(id)
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			t.Run(id+"/"+cases[i].Name, func(t *testing.T) {
				for _, diff := range RunCase(id, &cases[i]) {
					t.Error(diff)
				}
			})
		}
	}
}
