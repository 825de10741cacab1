package procedure

import (
	"context"
	"slices"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Option is a move that leads on from where an instance stands.
type Option struct {
	Move, Title, To, Paper string
	// NeedsReason and NeedsUntil say what the input must give.
	NeedsReason, NeedsUntil bool
	Allowed                 bool
	// Refusals say why it is not allowed: the guard's article and sentence.
	Refusals []Refusal
}

// Available returns the instance as it stands at that moment, and the moves that lead
// on from there: those that the actor may make and, with the reasons, those that it may
// not. What a clock's end makes by itself is not among them.
func (e *Engine[T]) Available(ctx context.Context, from db.Reader, id string, actor Actor, at calendar.Time) (Instance, []Option, error) {
	i, err := e.Get(ctx, from, id, actor)
	if err != nil {
		return i, nil, err
	}
	law, subjects, err := e.given(ctx, from, []Instance{i})
	if err != nil {
		return i, nil, err
	}
	if i, _, err = e.lapse(i, subjects[id], at, law); err != nil {
		return i, nil, err
	}
	var options []Option
	for _, move := range e.Moves {
		if len(move.Roles) == 0 || !slices.Contains(move.From, i.State) {
			continue
		}
		refused := e.refusals(move, Ask[T]{Subject: subjects[id], Instance: i, Actor: actor, At: at})
		options = append(options, Option{
			Move: move.Name, Title: move.Title, To: move.target(i.State), Paper: move.Paper,
			NeedsReason: move.Reason || move.Extends.Clock != "",
			NeedsUntil:  slices.ContainsFunc(move.Starts, func(k string) bool { return e.clocks[k].Period == "" }),
			Allowed:     len(refused) == 0, Refusals: refused,
		})
	}
	return i, options, nil
}

// Get returns an instance as it is stored. The error wraps ErrNotFound when it does not
// exist or the actor may not see it.
func (e *Engine[T]) Get(ctx context.Context, from db.Reader, id string, actor Actor) (Instance, error) {
	found, err := e.read(ctx, from, []string{id})
	if err != nil {
		return Instance{}, err
	}
	i, ok := found[id]
	if !ok || !within(i.Region, actor.Region) {
		return Instance{}, e.notFound(id)
	}
	return i, nil
}

// Dues returns the earliest known end of a running clock of each instance that exists,
// NoTime where there is none, as it is stored.
func (e *Engine[T]) Dues(ctx context.Context, from db.Reader, ids []string) (map[string]calendar.Time, error) {
	found, err := e.read(ctx, from, ids)
	if err != nil {
		return nil, err
	}
	dues := make(map[string]calendar.Time, len(found))
	for id, i := range found {
		dues[id] = i.Due()
	}
	return dues, nil
}

// History returns what happened to an instance, oldest first.
func (e *Engine[T]) History(ctx context.Context, from db.Reader, id string, actor Actor) ([]Event, error) {
	if _, err := e.Get(ctx, from, id, actor); err != nil {
		return nil, err
	}
	var rows []eventRow
	if err := from.NewSelect().Model(&rows).Where("procedure = ?", e.Name).Where("id = ?", id).Order("n").Scan(ctx); err != nil {
		return nil, err
	}
	events := make([]Event, len(rows))
	for k, r := range rows {
		events[k] = r.event()
	}
	return events, nil
}
