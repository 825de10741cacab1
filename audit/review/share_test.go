package review_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
)

// sharing is a main finding of a line and a finding of another rule that shares it.
func sharing() (main, rest *finding.Finding) {
	main, rest = suspicion("V1", "L1"), suspicion("V1", "L1")
	main.Result = finding.Violation
	rest.ID, rest.RuleID, rest.RuleName, rest.Amount, rest.MainFindingID = finding.NewID("GZ2", "K1", "V1", ""), "GZ2", "超量", 0, main.ID
	return main, rest
}

// Money shared with a dismissed finding returns to the other, wherever that one stands;
// in the handling it needs the final reviewer's word.
func TestSharedMoneyReturns(t *testing.T) {
	for _, stand := range []string{review.First, review.Appeal, review.Final, review.Handling} {
		each(t, func(w *world) {
			p := w.team()
			main, rest := sharing()
			w.deliver(p.auditor, "R1", main, rest)
			w.move(p.first, "suspect", main.ID)
			w.move(p.office, "appeal", main.ID)
			for _, m := range []struct {
				state, name string
				actor       *access.Actor
			}{{review.Appeal, "suspect", p.first}, {review.Final, "accept", p.office}, {review.Handling, "confirm", p.final}} {
				if w.finding(p.first, rest.ID).State != stand {
					w.move(m.actor, m.name, rest.ID)
				}
			}
			if stand == review.Handling {
				w.denied(p.auditor, "settle", rest.ID, "review.main-open")
			}
			w.move(p.second, "overturn", main.ID)
			f := w.finding(p.first, rest.ID)
			if f.Counted != 100*yuan || f.Stake != 100*yuan || f.State != stand {
				t.Errorf("in %s: %s %+v", stand, f.State, f.Money)
			}
			if stand == review.Handling {
				w.denied(p.auditor, "settle", rest.ID, "review.paid")
				w.move(p.final, "admit", rest.ID)
				w.move(p.auditor, "deduct", rest.ID)
				w.move(p.auditor, "settle", rest.ID)
			}
			w.verify(p.first)
		})
	}
}

// An upheld main finding keeps the money; a part that is dropped returns.
func TestPartReturns(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		main, rest := sharing()
		w.deliver(p.auditor, "R1", main, rest)
		w.move(p.first, "suspect", main.ID, of(main.ID, 70*yuan))
		if f := w.finding(p.first, rest.ID); f.Counted != 30*yuan {
			t.Errorf("%+v", f.Money)
		}
		w.verify(p.first)
	})
}

// A finding of a later screening gets the money that was dropped of its main finding
// before, once.
func TestLaterSharerGetsTheMoney(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		main, rest := sharing()
		third := suspicion("V1", "L1")
		third.ID, third.RuleID, third.Amount, third.MainFindingID = finding.NewID("GZ3", "K1", "V1", ""), "GZ3", 0, main.ID
		w.deliver(p.auditor, "R1", main)
		w.move(p.first, "dismiss", main.ID)
		w.later(1)
		w.deliver(p.auditor, "R2", main, rest)
		if f := w.finding(p.first, rest.ID); f.Counted != 100*yuan || f.Stake != 100*yuan {
			t.Errorf("%+v", f.Money)
		}
		w.later(1)
		w.deliver(p.auditor, "R3", main, rest, third)
		if f := w.finding(p.first, third.ID); f.Counted != 0 {
			t.Errorf("the money is given twice: %+v", f.Money)
		}
		defer func() { // what holds the money now passes it on
			w.move(p.first, "dismiss", rest.ID)
			if f := w.finding(p.first, third.ID); f.Counted != 100*yuan {
				t.Errorf("the money is lost: %+v", f)
			}
			w.verify(p.first)
		}()
		if f := w.finding(p.first, main.ID); f.Returned != 100*yuan || f.Dropped != 100*yuan || !f.Ended {
			t.Errorf("%+v", f)
		}
		w.verify(p.first)
	})
}

// Verdicts count by rule.
func TestVerdicts(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		all, ids := many(4)
		w.deliver(p.auditor, "R1", all...)
		w.move(p.first, "dismiss", ids[0])
		for _, id := range ids[1:3] {
			w.move(p.first, "suspect", id)
			w.move(p.office, "accept", id)
			w.move(p.final, "confirm", id)
		}
		verdicts, err := w.r.Verdicts(ctx, w.d, p.first)
		if err != nil || len(verdicts) != 1 || verdicts[0] != (review.Verdict{RuleID: "GZ1", RuleVersion: "1", Open: 1, Upheld: 2, Dismissed: 1}) {
			t.Errorf("%+v %v", verdicts, err)
		}
		if p := verdicts[0].Precision(); p != 666_666 {
			t.Errorf("precision %d", p)
		}
		if verdicts, err := w.r.Verdicts(ctx, w.d, p.foreign); err != nil || len(verdicts) != 0 {
			t.Errorf("another county sees %+v (%v)", verdicts, err)
		}
	})
}

// Random people make random moves with findings that share lines: whatever they do, the
// money of every finding and of the whole adds up, a line's money counts at most once,
// and the journal commits to every row.
func TestRandomWork(t *testing.T) {
	each(t, func(w *world) {
		p := w.team()
		random := rand.New(rand.NewPCG(7, 7))
		var all []*finding.Finding
		for visit := range 6 { // each visit has one line of 100 yuan under four rules
			for rule := range 4 {
				c := suspicion(fmt.Sprint("V", visit), fmt.Sprint("L", visit))
				c.RuleID = fmt.Sprint("GZ", rule)
				c.ID = finding.NewID(c.RuleID, "K1", c.MdtrtID, "")
				if rule > 0 {
					c.Amount, c.MainFindingID = 0, all[len(all)-rule].ID
				}
				all = append(all, c)
			}
		}
		w.deliver(p.auditor, "R1", all...)
		people := append([]*access.Actor{p.first, p.second, p.final, p.auditor, p.leader, p.office}, p.panel...)
		made := 0
		for step := range 400 {
			if step%20 == 19 {
				w.later(1)
				w.tick()
			}
			id := all[random.IntN(len(all))].ID
			at := calendar.DayOf(w.now.Year(), int(w.now.Month()), w.now.Day()).At(w.now.Hour()+8, 0, 0)
			var actor *access.Actor
			var may []string
			for _, k := range random.Perm(len(people)) {
				actor = people[k]
				_, options, err := w.r.Available(ctx, w.d, actor, id, at)
				if err != nil {
					continue // not sent to the institution
				}
				for _, o := range options {
					if o.Allowed {
						may = append(may, o.Move)
					}
				}
				if len(may) > 0 {
					break
				}
			}
			if len(may) == 0 {
				continue
			}
			act := review.Act{Move: may[random.IntN(len(may))], IDs: []string{id}, Reason: "事由", Until: calendar.DayOf(2027, 12, 31)}
			if f := w.finding(p.first, id); random.IntN(2) == 0 && f.Stake > 1 {
				act.Amounts = amounts(id, f.Stake/2)
			}
			if done, err := w.decide(actor, act); err == nil && done[0].Denial == nil {
				made++
			}
		}
		if made < 60 {
			t.Errorf("only %d moves were made", made)
		}
		page, err := w.r.List(ctx, w.d, p.first, review.NoFilter, review.ByMoney, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		taken := map[string]int64{}
		for _, f := range page.Findings {
			taken[f.MdtrtID] += int64(f.Stake + f.Accepted + f.Deducted + f.Recovered)
		}
		for visit, fen := range taken {
			if fen > 100*100 {
				t.Errorf("of the 100 yuan of visit %s, %d fen count", visit, fen)
			}
		}
		w.verify(p.first)
	})
}
