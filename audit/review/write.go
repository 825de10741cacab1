package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/procedure"
)

// write is one act under way: the findings that it touches as they were and as they are,
// its steps, and the entries of the journal that finish writes beside them.
type write struct {
	tx    *db.Tx
	actor string
	org   string
	at    calendar.Time

	before  map[string]Finding
	now     map[string]*Finding
	order   []string // in which findings were touched
	steps   map[string][]*Step
	entries map[string]journal.Entry // by finding: what is said of it
	moved   map[string]string        // by finding, the last move that it made
	stands  map[string]journal.Row   // by finding, where the chain has brought it
	freed   []*Finding               // money of which was dropped
	offers  map[string]offer         // by finding, of an act that adopts
}

func newWrite(tx *db.Tx, actor *access.Actor) *write {
	w := &write{
		tx: tx, at: calendar.Civil(tx.Now), actor: procedure.System.ID,
		before: map[string]Finding{}, now: map[string]*Finding{}, steps: map[string][]*Step{}, entries: map[string]journal.Entry{},
		moved: map[string]string{}, stands: map[string]journal.Row{},
	}
	if actor != nil {
		w.actor, w.org = actor.ID, actor.Organisation
	}
	return w
}

// reach is the actor's reach for an operation as a condition.
func reach(actor *access.Actor, op *access.Operation) func(bun.QueryBuilder) bun.QueryBuilder {
	return func(q bun.QueryBuilder) bun.QueryBuilder { return within(q, actor, op) }
}

// load reads findings that the act may touch.
func (w *write) load(ctx context.Context, ids []string, where func(bun.QueryBuilder) bun.QueryBuilder) ([]*Finding, error) {
	findings, err := readAll(ctx, w.tx, ids, where)
	for _, f := range findings {
		w.hold(f)
	}
	return findings, err
}

// hold takes a finding as it is read, or returns the one that is under way already.
func (w *write) hold(f *Finding) *Finding {
	if under := w.now[f.ID]; under != nil {
		return under
	}
	w.before[f.ID], w.now[f.ID] = *f, f
	return f
}

// note adds a step to a finding and what the journal says of it: the last act of a
// finding names its entry.
func (w *write) note(f *Finding, act string, s Step) {
	if s.Actor == "" {
		s.Actor, s.Org = w.actor, w.org
	}
	if s.Amount == whole {
		s.Amount = 0
	}
	if len(w.steps[f.ID]) == 0 {
		w.order = append(w.order, f.ID)
	}
	w.steps[f.ID] = append(w.steps[f.ID], f.step(s, w.at, w.tx.Now))
	w.entries[f.ID] = journal.Entry{
		Actor: s.Actor, Org: s.Org, Region: f.Region, Act: "review." + act, Kind: findingKind, ID: f.ID, Reason: s.Reason,
	}
}

// apply brings a finding to where the chain has brought its instance, with what each
// event does to its money.
func (w *write) apply(f *Finding, result procedure.Result, act Act) error {
	for k, e := range result.Events {
		if k == 0 && e.From != f.State {
			return fmt.Errorf("疑点 %s 的环节记录不一致（%s、%s），请用 yiheng verify 核对", f.ID, e.From, f.State)
		}
		s := Step{Move: e.Move, From: e.From, To: e.To, At: int64(e.At), Reason: e.Reason, Document: e.Document, Paper: e.Paper}
		if e.Actor == procedure.System.ID {
			s.Actor = e.Actor
		}
		name := e.Move
		if e.Kind == procedure.Moved {
			if err := w.turn(f, e, act, &s); err != nil {
				return err
			}
			w.moved[f.ID] = e.Move
		} else {
			name, s.Move = "clock", string(e.Kind)
		}
		f.State = e.To
		w.note(f, name, s)
	}
	w.stands[f.ID] = result.Instance.Row()
	f.Since, f.Ended, f.Due = int64(result.Instance.Since), result.Instance.Ended, never
	if due := result.Instance.Due(); due != calendar.NoTime {
		f.Due = int64(due)
	}
	return nil
}

// turn is what a move does to the money.
func (w *write) turn(f *Finding, e procedure.Event, act Act, s *Step) error {
	amount := whole
	if e.Actor != procedure.System.ID {
		amount, s.Files = act.amount(f.ID), joined(act.Files)
	}
	was := f.Money
	switch {
	case adopts(e.Move):
		f.adopt(w.offers[f.ID])
	case e.Move == "set_aside":
		f.Aside = f.Latest
	}
	if err := f.turn(e.Move, amount); err != nil {
		return err
	}
	s.Amount = moved(was, f.Money, amount)
	if f.Dropped > was.Dropped || dismisses(e.Move) {
		w.freed = append(w.freed, f)
	}
	return nil
}

// moved is the amount that a step shows: what the act states, or what changed places.
func moved(was, is Money, amount claim.Money) claim.Money {
	if amount != whole {
		return amount
	}
	return max(is.Accepted-was.Accepted, is.Deducted-was.Deducted, is.Recovered-was.Recovered, is.Dropped-was.Dropped, 0)
}

// finish gives freed money back, then writes findings, steps, sums and the journal, and
// publishes what moved.
func (w *write) finish(ctx context.Context) error {
	if err := w.giveBack(ctx); err != nil {
		return err
	}
	sums := tally{}
	var findings []*Finding
	var steps []*Step
	var entries []journal.Entry
	for _, id := range w.order {
		f, was := w.now[id], w.before[id]
		if err := f.check(); err != nil {
			return fmt.Errorf("疑点 %s %w", id, err)
		}
		sums.add(&was, -1)
		sums.add(f, 1)
		findings, steps = append(findings, f), append(steps, w.steps[id]...)
		e := w.entries[id]
		e.Rows = []journal.Row{{Kind: findingKind, ID: id, Content: f}}
		if row, moved := w.stands[id]; moved {
			e.Rows = append(e.Rows, row)
		}
		for _, s := range w.steps[id] {
			e.Rows = append(e.Rows, journal.Row{Kind: stepKind, ID: s.ID, Content: s})
		}
		entries = append(entries, e)
	}
	if len(findings) == 0 {
		return nil
	}
	if err := update(ctx, w.tx, findings, w.changed(findings)); err != nil {
		return err
	}
	if err := insert(ctx, w.tx, steps); err != nil {
		return err
	}
	if err := sums.write(ctx, w.tx); err != nil {
		return err
	}
	if _, err := journal.AppendAll(ctx, w.tx, entries); err != nil {
		return err
	}
	return w.tell(ctx)
}

// returnTo gives money to findings of a new screening that share it with one of which it
// was dropped before.
func (w *write) returnTo(ctx context.Context, findings []*Finding) error {
	var mains []string
	for _, f := range findings {
		if f.MainFindingID != "" && f.Own > f.Counted {
			mains = append(mains, f.MainFindingID)
		}
	}
	slices.Sort(mains)
	for part := range slices.Chunk(slices.Compact(mains), rowsAtOnce) {
		var some []*Finding
		err := w.tx.NewSelect().Model(&some).Where("id IN (?)", bun.List(part)).Where("(dropped > returned OR outcome = ?)", OutcomeDismissed).Order("id").Scan(ctx)
		if err != nil {
			return err
		}
		for _, f := range some {
			w.freed = append(w.freed, w.hold(f))
		}
	}
	return w.finish(ctx)
}

// giveBack gives money that was dropped to the findings that share it.
func (w *write) giveBack(ctx context.Context) error {
	for _, x := range w.freed {
		var sharing []*Finding
		err := w.tx.NewSelect().Model(&sharing).Where("main_finding_id = ?", x.ID).Where("NOT ended").Order("id").Scan(ctx)
		if err != nil || len(sharing) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		for k, f := range sharing {
			sharing[k] = w.hold(f)
		}
		lines, err := readLines(ctx, w.tx, sharing)
		if err != nil {
			return err
		}
		all := make([]sharer, len(sharing))
		for k, f := range sharing {
			all[k] = sharer{f, lines[f.ID]}
		}
		returned := x.Returned
		for _, f := range giveBack(x, all) {
			w.note(f, "returned", Step{
				Move: "returned", From: f.State, To: f.State, Amount: f.Counted - w.before[f.ID].Counted,
				Reason: "主疑点 " + x.ID + " 的金额未予认定，共享的金额重新分配",
			})
		}
		if x.Returned > returned && len(w.steps[x.ID]) == 0 { // it was dropped in an earlier act
			w.note(x, "returned", Step{
				Move: "returned", From: x.State, To: x.State, Amount: x.Returned - returned, Reason: "未予认定的金额返还给共享它的疑点",
			})
		}
	}
	return nil
}
