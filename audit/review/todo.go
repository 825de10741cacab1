package review

import (
	"context"
	"slices"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/web"
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

// ToDo returns a page of a part of the actor's work in the order of a list; what is late
// or ends today is so at the moment. A leader gets all that is overdue, and nothing else.
func (r *Review) ToDo(ctx context.Context, from db.Reader, actor *access.Actor, at calendar.Time, part web.Part, order, after string, limit int) (Page, error) {
	filter := workOf(actor, at, part)
	if filter == nil {
		return Page{}, mayRead(actor)
	}
	return r.List(ctx, from, actor, *filter, order, after, limit)
}

// workOf chooses a part of the actor's work, nil for an actor whose roles have none.
func workOf(actor *access.Actor, at calendar.Time, part web.Part) *Filter {
	filter, leads := NoFilter, actor.May(lead) == nil
	if filter.States = StatesOf(actor); leads {
		filter.States = nil
	} else if len(filter.States) == 0 {
		return nil
	}
	switch {
	case part.Today && leads: // a leader's work is what is late already
		return nil
	case part.Today:
		filter.DueFrom, filter.Overdue = at, endOf(at)
	case part.Overdue || leads:
		filter.Overdue = at
	}
	if len(part.States) > 0 && filter.States != nil {
		filter.States = slices.DeleteFunc(slices.Clone(part.States), func(s string) bool { return !slices.Contains(filter.States, s) })
		if len(filter.States) == 0 {
			return nil
		}
	} else if len(part.States) > 0 {
		filter.States = part.States
	}
	return &filter
}

// endOf is the first moment after the day of a time.
func endOf(at calendar.Time) calendar.Time { return (at.Day() + 1).At(0, 0, 0) }
