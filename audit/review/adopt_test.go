package review_test

import (
	"testing"

	"yiheng/audit/finding"
	"yiheng/audit/review"
)

// larger is a finding as a later screening says it: a line and 100 yuan more.
func larger(c *finding.Finding) *finding.Finding {
	n := *c
	n.Lines = append([]string{"L0"}, c.Lines...)
	n.Amount, n.OwnAmount, n.RuleVersion = c.Amount+100*yuan, c.OwnAmount+100*yuan, "2"
	return &n
}

// smaller is one whose lines are 50 yuan.
func smaller(c *finding.Finding) *finding.Finding {
	n := *c
	n.Amount, n.OwnAmount, n.RuleVersion = 50*yuan, 50*yuan, "2"
	return &n
}

// What a later screening offers is adopted before the institution was told; afterwards
// with a new notice and a new time to appeal; or it is set aside. It is answered once.
func TestOffers(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		before, after, aside, less := suspicion("V1", "L1"), suspicion("V2", "L2"), suspicion("V3", "L3"), suspicion("V4", "L4")
		w.deliver(p.auditor, "R1", before, after, aside, less)
		w.move(p.first, "verify_first", before.ID)
		w.move(p.auditor, "report_first", before.ID)
		for _, c := range []*finding.Finding{after, aside, less} {
			w.move(p.first, "suspect", c.ID)
		}
		w.move(p.office, "appeal", after.ID, of(after.ID, 60*yuan))
		w.move(p.office, "appeal", less.ID, of(less.ID, 20*yuan))
		w.move(p.office, "accept", aside.ID)
		w.denied(p.first, "adopt", before.ID, "review.offered")
		w.later(1)
		w.deliver(p.auditor, "R2", larger(before), larger(after), larger(aside), smaller(less))

		f := w.move(p.first, "adopt", before.ID)
		if f.Rev != 2 || f.RuleVersion != "2" || f.Own != 200*yuan || f.Stake != 200*yuan || f.State != review.First {
			t.Errorf("adopted before the notice: %d %s %+v", f.Rev, f.State, f.Money)
		}
		w.denied(p.first, "adopt", before.ID, "review.offered")
		if r := w.record(p.first, before.ID); len(r.Content.Lines) != 2 || r.Content.RuleVersion != "2" {
			t.Errorf("the revision in force: %+v", r.Content)
		}
		f = w.move(p.second, "adopt_again", after.ID)
		if f.State != review.Appeal || f.Answer != review.AnswerNone || f.Accepted != 40*yuan || f.Stake != 160*yuan || f.Counted != 200*yuan {
			t.Errorf("adopted with a new notice: %s %q %+v", f.State, f.Answer, f.Money)
		}
		w.move(p.office, "appeal", after.ID)
		w.denied(p.second, "uphold", after.ID, "same-person") // who told it anew does not decide on the answer
		w.denied(p.second, "adopt_again", less.ID, "review.settled")
		f = w.move(p.final, "set_aside", aside.ID)
		if f.Aside != 2 || f.Rev != 1 || f.Accepted != 100*yuan || f.Counted != 100*yuan {
			t.Errorf("set aside: %+v", f)
		}
		w.denied(p.final, "set_aside", aside.ID, "review.offered")
		news := review.NoFilter
		news.News = true
		page, err := w.r.List(ctx, w.d, p.first, news, review.ByMoney, "", 10)
		if err != nil || len(page.Findings) != 1 || page.Findings[0].ID != less.ID {
			t.Errorf("what nobody has answered: %d (%v)", len(page.Findings), err)
		}
		w.verify(p.first)
	})
}
