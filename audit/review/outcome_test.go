package review_test

import (
	"testing"

	"yiheng/audit/review"
)

// Past verdicts are found by the ids of findings: what is open, or unknown, has none.
func TestOutcomes(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		wrong, open := suspicion("V1", "L1"), suspicion("V2", "L2")
		w.deliver(p.auditor, "R1", wrong, open)
		w.move(p.first, "dismiss", wrong.ID)
		got, err := review.Outcomes(ctx, w.d, []string{wrong.ID, open.ID, "YD0"})
		if upheld, there := got[wrong.ID]; err != nil || len(got) != 1 || !there || upheld {
			t.Errorf("%v %v", got, err)
		}
	})
}
