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

// TestNamedRules holds the rules that policies name — on the stock of drugs and of
// consumables, on diagnosis and treatment, on charging — to exactness: each finds what
// its cases say to the line and the fen, leaves the lawful alone, and has a boundary
// with something on both sides of it.
//
// clause: 004-019
func TestNamedRules(t *testing.T) {
	for what, ids := range map[string][]string{
		"stock":                   {"GZ10000202001000", "GZ10000203001000"},
		"diagnosis and treatment": {"GZ10000302001000", "GZ10000302002000", "GZ10000204005000", "GZ10000101008000"},
		"charging":                {"GZ10000102001000", "GZ10000102012000", "GZ10000102013000", "GZ10000102014000"},
	} {
		for _, id := range ids {
			r, ok := rule.Get(id)
			if !ok || !rule.Executable(r) {
				t.Fatalf("%s: %s cannot be executed", what, id)
			}
			cases, err := rule.Cases(id)
			if err != nil {
				t.Fatal(err)
			}
			found, not := make(map[string]int), make(map[string]int)
			for i := range cases {
				c := &cases[i]
				for _, diff := range RunCase(id, c) {
					t.Errorf("%s %s/%s: %s", what, id, c.Name, diff)
				}
				if len(c.Expect) > 0 {
					found[c.Kind]++
				} else {
					not[c.Kind]++
				}
			}
			if found["hit"] == 0 || not["clean"] == 0 || found["boundary"] == 0 || not["boundary"] == 0 {
				t.Errorf("%s %s: cases that find %v, that do not %v", what, id, found, not)
			}
		}
	}
}
