package review

import (
	"context"
	"slices"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// StatesOf are the states in which the actor's roles have a move: where his work lies. What
// becomes of an offered revision may be decided in many states, and waits for nobody.
func StatesOf(actor *access.Actor) (states []string) {
	onOffers := []string{"adopt", "adopt_again", "set_aside"}
	for _, m := range Chain().Moves {
		if op := OperationOf(m.Name); op != nil && actor.May(op) == nil && !slices.Contains(onOffers, m.Name) {
			states = append(states, m.From...)
		}
	}
	slices.Sort(states)
	return slices.Compact(states)
}

// ToDo returns a page of the actor's work, the earliest deadline first; overdue leaves
// out what is in time at the moment. A leader gets all that is overdue.
func (r *Review) ToDo(ctx context.Context, from db.Reader, actor *access.Actor, at calendar.Time, overdue bool, after string, limit int) (Page, error) {
	filter := workOf(actor, at, overdue)
	if filter == nil {
		return Page{}, mayRead(actor)
	}
	return r.List(ctx, from, actor, *filter, ByDue, after, limit)
}

// workOf chooses the actor's work, nil for an actor whose roles have none.
func workOf(actor *access.Actor, at calendar.Time, overdue bool) *Filter {
	filter := NoFilter
	if filter.States = StatesOf(actor); actor.May(lead) == nil {
		filter.States, overdue = nil, true
	} else if len(filter.States) == 0 {
		return nil
	}
	if overdue {
		filter.Overdue = at
	}
	return &filter
}
