package review

import (
	"context"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/procedure"
)

// Act is a move of the chain that a person makes with one finding or many.
type Act struct {
	Move     string
	IDs      []string
	Reason   string
	Document string // number of the paper
	// Amounts say, by finding, what of the money the move concerns: of a review what is
	// upheld (the rest is dropped), of an appeal what is contested (the rest is accepted),
	// of a deduction what is deducted. A finding without one: all of it.
	Amounts map[string]claim.Money
	// Files are ids of attachments of the finding; only with one finding.
	Files []string
	// Until is the last day of the handling, which a final review sets; NoDay otherwise.
	Until calendar.Day
}

// Done is what became of one finding in an act.
type Done struct {
	ID      string
	Finding *Finding          // as it stands now
	Paper   string            // that the move issues
	PaperID string            // its draft, "" for none
	Denial  *procedure.Denial // why nothing was done, nil when it was
}

// mostAtOnce bounds an act.
const mostAtOnce = 10_000

// Decide makes a move with one finding or many, in the caller's transaction, with an
// entry of the journal for each. Those of which the chain does not allow it carry the
// denial with article and code; the others are done. ErrNotFound when one of them does
// not exist or lies out of the actor's reach: then nothing is done.
func (r *Review) Decide(ctx context.Context, tx *db.Tx, actor *access.Actor, act Act) ([]Done, error) {
	op := OperationOf(act.Move)
	if op == nil {
		return nil, invalid("review.move", "没有“%s”这一步", act.Move)
	}
	if err := actor.May(op); err != nil {
		return nil, err
	}
	if err := act.check(); err != nil {
		return nil, err
	}
	w := newWrite(tx, actor)
	findings, err := w.load(ctx, act.IDs, reach(actor, op))
	if err != nil {
		return nil, err
	}
	if err := checkFiles(ctx, tx, act); err != nil {
		return nil, err
	}
	if adopts(act.Move) {
		if w.offers, err = readOffers(ctx, tx, findings); err != nil {
			return nil, err
		}
	}
	in := procedure.Input{Reason: act.Reason, Document: act.Document, Until: act.Until}
	results, err := r.engine.MoveAll(ctx, tx, act.IDs, act.Move, actorOf(actor), w.at, in)
	if err != nil {
		return nil, err
	}
	done := make([]Done, len(findings))
	for k, f := range findings {
		done[k] = Done{ID: f.ID, Finding: f, Paper: results[k].Paper, Denial: results[k].Denial}
		if results[k].Denial != nil {
			continue
		}
		if err := w.apply(f, results[k], act); err != nil {
			return nil, err
		}
	}
	if adopts(act.Move) { // what now shares money may get some back
		err = w.returnTo(ctx, findings)
	} else {
		err = w.finish(ctx)
	}
	if err != nil {
		return nil, err
	}
	return done, r.draftPapers(ctx, tx, w, actor, act, done)
}

func (a Act) check() error {
	switch {
	case len(a.IDs) == 0 || len(a.IDs) > mostAtOnce:
		return invalid("review.ids", "一次办理 1 到 %d 条疑点，现有 %d 条", mostAtOnce, len(a.IDs))
	case len(a.Files) > 0 && len(a.IDs) > 1:
		return invalid("review.files", "附件只能附在一条疑点上")
	}
	seen := make(map[string]bool, len(a.IDs))
	for _, id := range a.IDs {
		if seen[id] {
			return invalid("review.ids", "疑点 %s 在一次办理中出现两次", id)
		}
		seen[id] = true
	}
	for id := range a.Amounts {
		if !seen[id] {
			return invalid("review.amount", "金额所指的疑点 %s 不在所办理的疑点中", id)
		}
	}
	return nil
}

func (a Act) amount(id string) claim.Money {
	if m, ok := a.Amounts[id]; ok {
		return m
	}
	return whole
}

// Available returns the finding and the moves that lead on from where it stands: those
// that the actor may make and, with the reasons, those that he may not.
func (r *Review) Available(ctx context.Context, from db.Reader, actor *access.Actor, id string, at calendar.Time) (*Finding, []procedure.Option, error) {
	f, err := r.Get(ctx, from, actor, id)
	if err != nil {
		return nil, nil, err
	}
	_, options, err := r.available(ctx, from, actor, id, at)
	return f, options, err
}

// available is Available of a finding that the actor may see, with its instance at the moment.
func (r *Review) available(ctx context.Context, from db.Reader, actor *access.Actor, id string, at calendar.Time) (procedure.Instance, []procedure.Option, error) {
	instance, options, err := r.engine.Available(ctx, from, id, actorOf(actor), at)
	if err != nil {
		return instance, nil, err
	}
	reaches := map[*access.Operation]bool{}
	for k, o := range options {
		if !o.Allowed {
			continue
		}
		op := OperationOf(o.Move)
		if _, asked := reaches[op]; !asked {
			q := from.NewSelect().Model((*Finding)(nil)).Where("review_finding.id = ?", id)
			if reaches[op], err = q.ApplyQueryBuilder(reach(actor, op)).Exists(ctx); err != nil {
				return instance, nil, err
			}
		}
		if !reaches[op] {
			options[k].Allowed = false
			options[k].Refusals = append(o.Refusals, procedure.Refusal{Code: "role", Sentence: "您在这里不能" + op.Title})
		}
	}
	return instance, options, nil
}

// dismisses says which moves end a finding as not wrong.
func dismisses(move string) bool {
	return slices.Contains([]string{"dismiss", "overturn", "panel_overturn", "overrule"}, move)
}

func joined(files []string) string { return strings.Join(files, ",") }
