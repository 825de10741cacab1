package screening

import (
	"yiheng/audit/finding"
	"yiheng/audit/rule"
)

// Together returns what is found across persons in a case of a rule, for tests that
// hold it against a slow evaluator.
func Together(id string, c *rule.Case) (found []*finding.Finding) {
	_, together := judgeCase(libraryOf(id, c), c, Options{From: c.From, To: c.To})
	for _, t := range together {
		found = append(found, t.findings...)
	}
	return found
}
