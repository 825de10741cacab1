package screening

import (
	"slices"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
)

// problems says of every check of the problem lists what became of it in the run:
// by the points of the rules that ran and by the tables that have rows.
func (p *Plan) problems(lib *Library) []rule.ProblemState {
	s := rule.Setting{
		From: p.From, To: p.To,
		Has:  func(table string) bool { return slices.Contains(p.Tables, table) },
		Runs: func(id string) bool { return slices.Contains(p.Rules, id) },
		Points: func(yield func(*knowledge.Point) bool) {
			for _, r := range lib.rules {
				for _, q := range r.points {
					if q.ID != "" && q.counts() && !yield(q.Point) {
						return
					}
				}
			}
		},
	}
	return s.Assess()
}
