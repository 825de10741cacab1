package review_test

import (
	"strings"
	"testing"
	"time"

	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/db"
)

const yuan = claim.Yuan

func (w *world) tick() int {
	w.Helper()
	n, err := w.r.Tick(ctx, w.now)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) attach(actor *access.Actor, id, name string) string {
	w.Helper()
	c, err := w.r.StoreContent(strings.NewReader("病程记录：患儿，8岁。"))
	if err != nil {
		w.Fatal(err)
	}
	var file *review.File
	w.do(func(tx *db.Tx) error {
		file, err = w.r.Attach(ctx, tx, actor, id, name, c)
		return err
	})
	return file.ID
}

// A finding goes its whole way: first review with verification, the appeal of a part,
// second review, petition, panel, final review, deduction and recovery.
func TestWholeWay(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		c := suspicion("V1", "L1", "L2", "L3")
		id := c.ID
		w.deliver(p.auditor, "R1", c)

		w.move(p.first, "verify_first", id)
		w.denied(p.first, "suspect", id, "state")
		w.later(2)
		w.move(p.auditor, "report_first", id)
		_, err := w.r.Get(ctx, w.d, p.office, id)
		w.wants(err, access.ErrNotFound, "not_found") // not sent yet
		w.move(p.first, "suspect", id, of(id, 250*yuan))

		w.do(func(tx *db.Tx) error {
			return w.r.Pass(ctx, tx, p.office, review.Errand{IDs: []string{id}, Desk: ortho, Doctor: "D330402000001", Reason: "请说明"})
		})
		w.do(func(tx *db.Tx) error {
			return w.r.Comment(ctx, tx, p.doctor, review.Remark{ID: id, Reason: "年龄录入有误"})
		})
		file := w.attach(p.office, id, "病历.txt")
		f := w.move(p.office, "appeal", id, of(id, 200*yuan), func(a *review.Act) { a.Files = []string{file} })
		if f.Accepted != 50*yuan || f.Stake != 200*yuan || f.Dropped != 50*yuan || f.Answer != review.AnswerAppealed {
			t.Errorf("after the appeal %+v", f.Money)
		}
		w.move(p.second, "verify_second", id)
		w.move(p.auditor, "report_second", id)
		w.move(p.second, "uphold", id, of(id, 150*yuan))
		w.move(p.office, "petition", id)
		w.denied(p.panel[0], "panel_uphold", id, "review.quorum")
		w.move(p.panel[0], "vote_for", id)
		w.denied(p.panel[0], "vote_against", id, "same-person")
		w.move(p.panel[1], "vote_against", id)
		w.denied(p.panel[1], "panel_uphold", id, "review.quorum")
		w.move(p.panel[2], "vote_for", id)
		w.denied(p.panel[1], "panel_overturn", id, "review.majority")
		w.move(p.panel[0], "panel_uphold", id)
		f = w.move(p.final, "confirm", id)
		if f.Outcome != review.OutcomePartly || f.Accepted != 200*yuan || f.Stake != 0 {
			t.Errorf("confirmed %s %+v", f.Outcome, f.Money)
		}
		w.denied(p.auditor, "settle", id, "review.paid")
		w.move(p.auditor, "deduct", id, of(id, 120*yuan))
		w.move(p.auditor, "recover", id)
		w.denied(p.auditor, "recover", id, "review.owed")
		f = w.move(p.auditor, "settle", id)
		if f.State != review.Closed || f.Deducted != 120*yuan || f.Recovered != 80*yuan || f.Dropped != 100*yuan || f.Accepted != 0 {
			t.Errorf("settled %s %+v", f.State, f.Money)
		}
		record, err := w.r.Record(ctx, w.d, p.office, id)
		if err != nil || record.Steps[0].Move != "suspect" || len(record.Files) != 1 {
			t.Errorf("the institution's record begins with %+v, %d files (%v)", record.Steps[0], len(record.Files), err)
		}
		w.verify(p.first)
	})
}

// The second review overturns: nothing is taken.
func TestOverturned(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		c := suspicion("V1", "L1")
		w.deliver(p.auditor, "R1", c)
		w.move(p.first, "suspect", c.ID)
		w.move(p.office, "appeal", c.ID)
		f := w.move(p.second, "overturn", c.ID)
		if !f.Ended || f.Outcome != review.OutcomeDismissed || f.Dropped != 100*yuan || f.Counted != 100*yuan {
			t.Errorf("overturned %s %+v", f.Outcome, f.Money)
		}
		w.verify(p.first)
	})
}

// What the institution accepted of a finding stays when what it contests is taken back,
// by the second review or by the panel; an amount that a move has no use for is refused.
func TestContestedPartOverturned(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		second, panel := suspicion("V1", "L1"), suspicion("V2", "L2")
		w.deliver(p.auditor, "R1", second, panel)
		for _, id := range []string{second.ID, panel.ID} {
			w.move(p.first, "suspect", id)
			w.move(p.office, "appeal", id, of(id, 40*yuan))
			w.denied(p.second, "overturn", id, "review.whole")
		}
		_, err := w.decide(p.second, review.Act{Move: "overturn_part", IDs: []string{second.ID}, Reason: "成立", Amounts: amounts(second.ID, yuan)})
		w.wants(err, access.ErrInvalid, "review.amount")
		w.move(p.second, "overturn_part", second.ID)
		w.move(p.second, "refer", panel.ID)
		for k, vote := range []string{"vote_against", "vote_for", "vote_against"} {
			w.move(p.panel[k], vote, panel.ID)
		}
		w.denied(p.panel[0], "panel_overturn", panel.ID, "review.whole")
		w.move(p.panel[0], "panel_overturn_part", panel.ID)
		for _, id := range []string{second.ID, panel.ID} {
			f := w.move(p.final, "confirm", id)
			if f.State != review.Handling || f.Outcome != review.OutcomePartly || f.Accepted != 60*yuan || f.Dropped != 40*yuan || f.Stake != 0 {
				t.Errorf("%s stands in %s, %s %+v", id, f.State, f.Outcome, f.Money)
			}
		}
		w.verify(p.first)
	})
}

// The clocks: an overdue first review is told, silence leads to the final review, an
// extension holds it off, and only after the appeal's time may money be taken.
func TestClocks(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		a, b := suspicion("V1", "L1"), suspicion("V2", "L2")
		w.deliver(p.auditor, "R1", a, b)
		w.later(7) // 5 working days from Monday end on the Monday after
		if n := w.tick(); n != 0 {
			t.Errorf("%d clocks ended on the last day", n)
		}
		w.later(1)
		if n := w.tick(); n != 2 {
			t.Errorf("%d first reviews are overdue, want 2", n)
		}
		w.move(p.first, "suspect", a.ID)
		w.move(p.first, "suspect", b.ID)
		w.move(p.leader, "prolong", b.ID)
		w.denied(p.leader, "prolong", b.ID, "extension")
		w.later(8)
		w.tick()
		if f := w.finding(p.first, a.ID); f.State != review.Final || f.Answer != review.AnswerSilent {
			t.Errorf("after silence: %s %s", f.State, f.Answer)
		}
		if f := w.finding(p.first, b.ID); f.State != review.Appeal {
			t.Errorf("with more time: %s", f.State)
		}
		w.denied(p.office, "appeal", a.ID, "state")
		w.later(7)
		w.denied(p.office, "appeal", b.ID, "state") // its time is over, whether or not a tick came
		f := w.move(p.final, "confirm", b.ID)       // the silence and the confirmation in one
		if f.State != review.Handling || f.Answer != review.AnswerSilent || f.Accepted != 100*yuan {
			t.Errorf("confirmed: %s %s %+v", f.State, f.Answer, f.Money)
		}
		w.verify(p.first)
	})
}

// After the second review upheld, the institution may let it be: the final review.
func TestNoPetition(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		c := suspicion("V1", "L1")
		w.deliver(p.auditor, "R1", c)
		w.move(p.first, "suspect", c.ID)
		w.move(p.office, "appeal", c.ID)
		w.move(p.second, "uphold", c.ID)
		w.now = w.now.Add(15 * 24 * time.Hour)
		w.tick()
		if f := w.finding(p.first, c.ID); f.State != review.Final || f.Accepted != 0 {
			t.Errorf("%s %+v", f.State, f.Money)
		}
		f := w.move(p.final, "overrule", c.ID)
		if f.Outcome != review.OutcomeDismissed || f.Dropped != 100*yuan {
			t.Errorf("%s %+v", f.Outcome, f.Money)
		}
		w.verify(p.first)
	})
}
