package procedure

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"

	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/param"
)

//go:embed schema
var schema embed.FS

// ErrNotFound is wrapped by the error of an instance that does not exist, or that lies
// in a region in which the actor does not work.
var ErrNotFound = errors.New("不存在")

// Engine runs one procedure in one home. It is safe for concurrent use.
type Engine[T any] struct {
	*machine[T]
	law      LawReader
	subjects SubjectReader[T]
}

// LawReader reads the calendar and the values of law, in the transaction that asks.
type LawReader func(ctx context.Context, from db.Reader) (Law, error)

// SubjectReader reads what the guards judge by, in the transaction that asks; every id
// must be in the answer.
type SubjectReader[T any] func(ctx context.Context, from db.Reader, ids []string) (map[string]T, error)

// BooksOf reads the law from the books of the home.
func BooksOf(holidays *yearbook.Book, values *param.Book) LawReader {
	return func(ctx context.Context, from db.Reader) (Law, error) {
		c, err := holidays.Calendar(ctx, from)
		if err != nil {
			return Law{}, err
		}
		table, err := values.Table(ctx, from)
		return Law{Calendar: c, Values: table}, err
	}
}

// New checks the declaration, whose faults are the programmer's, and brings the tables
// to this version.
func New[T any](ctx context.Context, d *db.DB, p Procedure[T], law LawReader, subjects SubjectReader[T]) (*Engine[T], error) {
	m, err := newMachine(p)
	if err != nil {
		return nil, err
	}
	if err := Prepare(ctx, d); err != nil {
		return nil, err
	}
	if _, err := law(ctx, d); err != nil { // also what the books keep ready for the moves to come
		return nil, err
	}
	return &Engine[T]{m, law, subjects}, nil
}

// Prepare brings the tables that all engines share to this version.
func Prepare(ctx context.Context, d *db.DB) error { return d.Migrate(ctx, "procedure", schema) }

// Result is what a move did.
type Result struct {
	Instance Instance
	// Events are the move's, after those of clocks that had ended before it.
	Events []Event
	// Paper is the document that the move issues, "" for none.
	Paper string
	// Denial says why nothing was done, in MoveAll and StartAll only.
	Denial *Denial
}

// Seed is an instance that is to start.
type Seed struct{ ID, Region string }

// Start starts an instance by a move that leads from nothing. The error is a *Denial
// when it is not allowed.
func (e *Engine[T]) Start(ctx context.Context, tx *db.Tx, seed Seed, move string, actor Actor, at calendar.Time, in Input) (Result, error) {
	results, err := e.StartAll(ctx, tx, []Seed{seed}, move, actor, at, in)
	return one(results, err)
}

// StartAll starts many instances by the same move. Those that are not allowed carry
// their denial; the others are started.
func (e *Engine[T]) StartAll(ctx context.Context, tx *db.Tx, seeds []Seed, move string, actor Actor, at calendar.Time, in Input) ([]Result, error) {
	ids := make([]string, len(seeds))
	for i, s := range seeds {
		ids[i] = s.ID
	}
	there, err := e.read(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	fresh := make([]Instance, len(seeds))
	for k, s := range seeds {
		if s.ID == "" || there[s.ID].ID != "" {
			return nil, fmt.Errorf("%s %q 已经开始，或没有编号", e.Title, s.ID)
		}
		fresh[k] = Instance{Procedure: e.Name, ID: s.ID, Region: s.Region, Since: at, Last: calendar.NoTime}
		there[s.ID] = fresh[k]
	}
	return e.makeAll(ctx, tx, fresh, move, actor, at, in)
}

// Move makes a move of an instance: the state, its clocks and its history change in the
// caller's transaction, or nothing does. Clocks that ended before it are dealt with
// first. The error is a *Denial when the move is not allowed, ErrNotFound when the
// actor may not see the instance.
func (e *Engine[T]) Move(ctx context.Context, tx *db.Tx, id, move string, actor Actor, at calendar.Time, in Input) (Result, error) {
	results, err := e.MoveAll(ctx, tx, []string{id}, move, actor, at, in)
	return one(results, err)
}

// MoveAll makes the same move of many instances. Those of which it is not allowed carry
// their denial; the others are made.
func (e *Engine[T]) MoveAll(ctx context.Context, tx *db.Tx, ids []string, move string, actor Actor, at calendar.Time, in Input) ([]Result, error) {
	found, err := e.read(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	instances := make([]Instance, len(ids))
	for k, id := range ids {
		i, ok := found[id]
		if !ok || !within(i.Region, actor.Region) {
			return nil, e.notFound(id)
		}
		instances[k] = i
	}
	return e.makeAll(ctx, tx, instances, move, actor, at, in)
}

func (e *Engine[T]) notFound(id string) error {
	return fmt.Errorf("%s %s %w，或不在您的管辖区划内", e.Title, id, ErrNotFound)
}

func one(results []Result, err error) (Result, error) {
	if err != nil {
		return Result{}, err
	}
	if results[0].Denial != nil {
		return Result{}, results[0].Denial
	}
	return results[0], nil
}

func (e *Engine[T]) makeAll(ctx context.Context, tx *db.Tx, instances []Instance, name string, actor Actor, at calendar.Time, in Input) ([]Result, error) {
	move, ok := e.moves[name]
	if !ok {
		return nil, fmt.Errorf("%s 没有“%s”这一步", e.Title, name)
	}
	law, subjects, err := e.given(ctx, tx, instances)
	if err != nil {
		return nil, err
	}
	results := make([]Result, 0, len(instances))
	var w written
	seen := map[string]bool{}
	for _, i := range instances {
		if seen[i.ID] {
			return nil, fmt.Errorf("%s %s 在一次办理中出现两次", e.Title, i.ID)
		}
		seen[i.ID] = true
		r, err := e.make(i, move, subjects[i.ID], actor, at, in, law)
		if err != nil {
			return nil, err
		}
		if r.Denial == nil {
			if err := e.add(&w, r.Instance, r.Events, tx.Now); err != nil {
				return nil, err
			}
		}
		results = append(results, r)
	}
	return results, e.write(ctx, tx, w)
}

// given reads the law and the subjects of the instances.
func (e *Engine[T]) given(ctx context.Context, from db.Reader, instances []Instance) (Law, map[string]T, error) {
	law, err := e.law(ctx, from)
	if err != nil {
		return law, nil, err
	}
	ids := make([]string, len(instances))
	for k, i := range instances {
		ids[k] = i.ID
	}
	subjects, err := e.subjects(ctx, from, ids)
	if err != nil {
		return law, nil, err
	}
	for _, id := range ids {
		if _, ok := subjects[id]; !ok {
			return law, nil, e.notFound(id)
		}
	}
	return law, subjects, nil
}

// make is one move of one instance, without any store.
func (e *Engine[T]) make(i Instance, move Move[T], subject T, actor Actor, at calendar.Time, in Input, law Law) (Result, error) {
	i, events, err := e.lapse(i, subject, at, law)
	if err != nil {
		return Result{}, err
	}
	ask := Ask[T]{Subject: subject, Instance: i, Actor: actor, At: at}
	refused := slices.Concat(e.refusals(move, ask), e.lacks(move, in, at))
	if !within(i.Region, actor.Region) {
		refused = append(refused, Refusal{"region", move.Article, "不在您的管辖区划内"})
	}
	if actor.ID == "" || actor.ID == System.ID {
		refused = append(refused, Refusal{"role", move.Article, "要写明办理人"})
	}
	if len(refused) > 0 {
		return Result{Instance: i, Denial: &Denial{ID: i.ID, Title: move.Title, Refusals: refused}}, nil
	}
	after, event, err := e.apply(i, move, actor, at, in, law)
	return Result{Instance: after, Events: append(events, event), Paper: move.Paper}, err
}
