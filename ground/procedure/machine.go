package procedure

import (
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
	"yiheng/ground/param"
)

// Law is what periods are counted by: the calendar and the values of law as they are.
type Law struct {
	Calendar *calendar.Calendar
	Values   *param.Table
}

// Refusal is one reason why a move cannot be made.
type Refusal struct {
	// Code is the guard's, or one of the engine's own: state, role, region, same-person,
	// order, reason, within, after, extension.
	Code     string `json:"code"`
	Article  string `json:"article"`
	Sentence string `json:"sentence"`
}

// Denial is the error of a move that cannot be made.
type Denial struct {
	ID       string
	Title    string // the move's
	Refusals []Refusal
}

func (d *Denial) Error() string {
	reasons := make([]string, len(d.Refusals))
	for i, r := range d.Refusals {
		reasons[i] = r.Sentence
		if r.Article != "" {
			reasons[i] += "（" + r.Article + "）"
		}
	}
	return fmt.Sprintf("%s 不能办理“%s”：%s", d.ID, d.Title, strings.Join(reasons, "；"))
}

// machine is a declaration made ready. It is pure: an instance and a moment in, an
// instance and its events out.
type machine[T any] struct {
	Procedure[T]
	moves  map[string]Move[T]
	states map[string]State
	clocks map[string]Clock
	roles  map[string]string
}

func newMachine[T any](p Procedure[T]) (*machine[T], error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	m := &machine[T]{Procedure: p, moves: map[string]Move[T]{}, states: map[string]State{}, clocks: map[string]Clock{}, roles: map[string]string{}}
	for _, x := range p.Moves {
		m.moves[x.Name] = x
	}
	for _, x := range p.States {
		m.states[x.Name] = x
	}
	for _, x := range p.Clocks {
		m.clocks[x.Name] = x
	}
	for _, x := range p.Roles {
		m.roles[x.Name] = x.Title
	}
	return m, nil
}

// refusals are all the reasons why the actor cannot make the move now; none when it is
// allowed. What the move's input lacks is not among them.
func (m *machine[T]) refusals(move Move[T], ask Ask[T]) (refused []Refusal) {
	add := func(code, article, format string, args ...any) {
		refused = append(refused, Refusal{code, article, fmt.Sprintf(format, args...)})
	}
	i := ask.Instance
	if i.State != "" && !slices.Contains(move.From, i.State) || i.State == "" && len(move.From) > 0 {
		add("state", move.Article, "当前在“%s”，此时不能办理", m.states[i.State].Title)
	}
	if i.Last != calendar.NoTime && ask.At < i.Last {
		add("order", "", "办理时间 %s 早于上一次办理的时间 %s", ask.At, i.Last)
	}
	if ask.Actor.ID != System.ID {
		if !slices.ContainsFunc(move.Roles, func(r string) bool { return slices.Contains(ask.Actor.Roles, r) }) {
			add("role", move.Article, "%s", m.who(move))
		}
		for _, other := range move.NotSame.Moves {
			if slices.Contains(i.MadeBy(other), ask.Actor.ID) {
				add("same-person", move.NotSame.Article, "已由您办理“%s”，须由另一人办理", m.moves[other].Title)
			}
		}
	}
	if r := m.bounds(move, ask); r != nil {
		refused = append(refused, *r)
	}
	for _, g := range move.Guards {
		if !g.Holds(ask) {
			add(g.Code, g.Article, "%s", g.Sentence)
		}
	}
	return refused
}

func (m *machine[T]) who(move Move[T]) string {
	titles := make([]string, len(move.Roles))
	for i, r := range move.Roles {
		titles[i] = m.roles[r]
	}
	if len(titles) == 0 {
		return "期限届满时由系统办理"
	}
	return "须由" + strings.Join(titles, "或") + "办理"
}

// bounds is the refusal of a move that a clock bounds.
func (m *machine[T]) bounds(move Move[T], ask Ask[T]) *Refusal {
	for _, x := range []struct{ code, clock string }{{"within", move.Within}, {"after", move.After}, {"extension", move.Extends.Clock}} {
		if x.clock == "" {
			continue
		}
		clock := m.clocks[x.clock]
		run, runs := ask.Instance.Running(x.clock)
		sentence := ""
		switch over := run.Due != calendar.NoTime && ask.At > run.Due; {
		case !runs:
			sentence = fmt.Sprintf("“%s”没有在计算", clock.Title)
		case x.code != "after" && over:
			sentence = fmt.Sprintf("“%s”已于 %s 届满", clock.Title, run.Due)
		case x.code == "after" && !over && run.Due == calendar.NoTime:
			sentence = fmt.Sprintf("“%s”尚未届满", clock.Title)
		case x.code == "after" && !over:
			sentence = fmt.Sprintf("“%s”到 %s 才届满", clock.Title, run.Due)
		case x.code == "extension" && run.Extended[move.Name] >= move.Extends.Times:
			sentence = fmt.Sprintf("“%s”最多延长 %d 次", clock.Title, move.Extends.Times)
		}
		if sentence != "" {
			return &Refusal{x.code, clock.Article, sentence}
		}
	}
	return nil
}

// lacks is what the input does not give and the move needs.
func (m *machine[T]) lacks(move Move[T], in Input, at calendar.Time) (refused []Refusal) {
	if (move.Reason || move.Extends.Clock != "") && strings.TrimSpace(in.Reason) == "" {
		refused = append(refused, Refusal{"reason", move.Article, "要写明事由"})
	}
	for _, name := range move.Starts {
		if k := m.clocks[name]; k.Period == "" && (in.Until == calendar.NoDay || in.Until < at.Day()) {
			refused = append(refused, Refusal{"until", k.Article, fmt.Sprintf("要写明“%s”的截止日，不早于当日", k.Title)})
		}
	}
	return refused
}

// apply makes the move, which must be allowed.
func (m *machine[T]) apply(i Instance, move Move[T], actor Actor, at calendar.Time, in Input, law Law) (Instance, Event, error) {
	i.Clocks = slices.Clone(i.Clocks)
	if err := m.turnClocks(&i, move, actor, at, in, law); err != nil {
		return i, Event{}, err
	}
	e := Event{Kind: Moved, Move: move.Name, From: i.State, To: move.target(i.State), Actor: actor.ID, Reason: in.Reason, Document: in.Document, Paper: move.Paper}
	if e.To != i.State {
		i.State, i.Since, i.Ended = e.To, at, m.states[e.To].End
	}
	i.Made = append(slices.Clone(i.Made), Made{move.Name, actor.ID, at})
	i.note(&e, at)
	return i, e, nil
}

// note numbers an event.
func (i *Instance) note(e *Event, at calendar.Time) {
	i.Events++
	i.Last = at
	e.N, e.At = i.Events, at
}
