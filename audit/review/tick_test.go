package review_test

import (
	"context"
	"sync"
	"testing"

	"yiheng/audit/review"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
)

// A table of holidays that is corrected moves the clocks that run, once for each edition
// of the table; the same edition is not counted again.
func TestRecountSince(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		var off []calendar.Special
		table := func(context.Context, db.Reader) (procedure.Law, error) {
			notices := calendar.Announced()
			for i := range notices {
				if notices[i].Year == 2026 {
					notices[i].Days = append(notices[i].Days, off...)
				}
			}
			return procedure.Law{Calendar: calendar.NewCalendar(notices...), Values: param.NewTable()}, nil
		}
		var err error
		if w.r, err = review.Open(ctx, w.d, w.a, w.home, table); err != nil {
			t.Fatal(err)
		}
		c := suspicion("V1", "L1")
		w.deliver(p.auditor, "R1", c)
		due := w.finding(p.first, c.ID).Due
		since := func(edition, want int64) {
			t.Helper()
			if err := w.r.RecountSince(ctx, edition); err != nil {
				t.Fatal(err)
			}
			if f := w.finding(p.first, c.ID); f.Due != want {
				t.Errorf("edition %d: due at %d, want %d", edition, f.Due, want)
			}
		}
		since(1, due)
		off = []calendar.Special{{Day: calendar.DayOf(2026, 3, 4), Kind: calendar.Holiday, Name: "防汛停工", Document: "〔2026〕1号"}}
		since(1, due) // this edition was counted
		since(2, due+24*60*60)
		off = nil
		since(2, due+24*60*60)
		since(3, due)
		w.verify(p.first)
	})
}

// Two servers that tick at once deal with every clock once between them.
func TestTwoServersTick(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		all, ids := many(1200)
		w.deliver(p.auditor, "R1", all...)
		if _, err := w.decide(p.first, review.Act{Move: "suspect", IDs: ids, Reason: "成批"}); err != nil {
			t.Fatal(err)
		}
		w.later(20)
		var wait sync.WaitGroup
		dealt := make([]int, 2)
		for k := range dealt {
			wait.Go(func() {
				r, err := review.Open(ctx, w.d, w.a, w.home, law)
				if err == nil {
					dealt[k], err = r.Tick(ctx, w.now)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if dealt[0]+dealt[1] != len(ids) {
			t.Errorf("%v clocks were dealt with, want %d in all", dealt, len(ids))
		}
		for _, id := range []string{ids[0], ids[600], ids[1199]} {
			if f := w.finding(p.final, id); f.State != review.Final || f.Answer != review.AnswerSilent || f.Accepted != 0 {
				t.Errorf("after silence: %s %s %+v", f.State, f.Answer, f.Money)
			}
		}
		if n := w.tick(); n != 0 {
			t.Errorf("a later tick dealt with %d", n)
		}
		w.verify(p.first)
	})
}
