package practice

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/paper"
)

// writtenDays are how many days before the last the papers of acts are written: enough to
// look at, and made in seconds.
const writtenDays = 40

// Play carries the findings of all deliveries on, day by day, until the end of the last.
func (w *World) Play(ctx context.Context, deliveries []Delivery, last calendar.Day) error {
	for day := w.today(); day <= last; day++ {
		if day == last-writtenDays {
			w.Review.UsePapers(w.Papers)
		}
		w.now = at(day, 8, 0)
		if _, err := w.Review.Tick(ctx, w.now); err != nil {
			return err
		}
		working, err := w.Days.Working(day)
		if err != nil {
			return err
		}
		if !working {
			continue
		}
		for _, d := range deliveries {
			if d.On == day {
				if err := w.takeOver(ctx, d.Folder); err != nil {
					return err
				}
			}
		}
		w.now = w.now.Add(time.Hour)
		if err := w.work(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) today() calendar.Day {
	return calendar.Civil(w.now).Day()
}

// takeOver is the auditor's work on the day that a screening is delivered.
func (w *World) takeOver(ctx context.Context, folder string) error {
	d, err := review.DeliveryOf(folder)
	if err != nil {
		return err
	}
	d.Region, d.Regions = City, w.regions
	actor, err := w.actor(ctx, "jihe")
	if err == nil {
		_, err = w.Review.TakeOver(ctx, actor, d)
	}
	return err
}

// work is a working day: everybody decides what lies before them and has waited long
// enough.
func (w *World) work(ctx context.Context) error {
	open, err := w.open(ctx)
	if err != nil {
		return err
	}
	plans := map[plan][]*review.Finding{}
	for _, f := range open {
		for _, p := range w.choose(f) {
			plans[p] = append(plans[p], f)
		}
	}
	order := slices.SortedFunc(maps.Keys(plans), func(a, b plan) int {
		return cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.who, b.who), cmp.Compare(a.move, b.move), cmp.Compare(a.share, b.share))
	})
	for _, p := range order {
		w.now = w.now.Add(3 * time.Minute)
		if err := w.decide(ctx, p, plans[p]); err != nil {
			return fmt.Errorf("%s %s: %w", p.who, p.move, err)
		}
	}
	return nil
}

// open are the findings that are not over, as the city's leader sees them.
func (w *World) open(ctx context.Context) (all []*review.Finding, err error) {
	leader, err := w.actor(ctx, "juzhang")
	if err != nil {
		return nil, err
	}
	filter := review.NoFilter
	filter.States = []string{
		review.First, review.VerifyFirst, review.Appeal, review.Second, review.VerifySecond, review.Petition, review.Panel, review.Final, review.Handling,
	}
	for after := ""; ; {
		page, err := w.Review.List(ctx, w.DB, leader, filter, review.ByDue, after, 500)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Findings...)
		if after = page.Next; after == "" {
			return all, nil
		}
	}
}

// decide makes one move with many findings. What the chain does not allow stays: it is
// tried again on another day.
func (w *World) decide(ctx context.Context, p plan, findings []*review.Finding) error {
	actor, err := w.actor(ctx, p.who)
	if err != nil {
		return err
	}
	act := review.Act{Move: p.move, Reason: reasons[p.move], Until: calendar.NoDay}
	if p.move == "confirm" {
		act.Until = w.today() + handlingDays
	}
	for _, f := range findings {
		act.IDs = append(act.IDs, f.ID)
		if p.share > 0 {
			if act.Amounts == nil {
				act.Amounts = map[string]claim.Money{}
			}
			act.Amounts[f.ID] = f.Stake * claim.Money(p.share) / 100
		}
	}
	var done []review.Done
	err = w.DB.Write(ctx, func(tx *db.Tx) (err error) {
		done, err = w.Review.Decide(ctx, tx, actor, act)
		return err
	})
	if err != nil {
		return err
	}
	return w.serve(ctx, done)
}

// serve issues the papers of an act and serves them on the institutions. Those of the
// auditor himself stay drafts: somebody may want to edit one.
func (w *World) serve(ctx context.Context, done []review.Done) error {
	issuer, err := w.actor(ctx, "juzhang")
	if err != nil {
		return err
	}
	issuer.SecondFactor = true
	served := map[string]bool{"": true}
	for _, d := range done {
		if served[d.PaperID] {
			continue
		}
		served[d.PaperID] = true
		if _, err := w.Papers.Issue(ctx, issuer, d.PaperID, ""); err != nil {
			return err
		}
		err := w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := w.Papers.Deliver(ctx, tx, issuer, d.PaperID, paper.Service{How: paper.Electronic, Day: w.today(), To: "医保办"})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
