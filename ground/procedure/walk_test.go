package procedure

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"yiheng/ground/calendar"
)

// walker makes random moves of one instance, without any store.
type walker struct {
	e      *Engine[*matter]
	law    Law
	matter matter
	i      Instance
	events []Event
	now    calendar.Time
}

func newWalker(e *Engine[*matter], l Law) *walker {
	return &walker{
		e: e, law: l, matter: matter{evidence: true}, now: at("2023-01-03"),
		i: Instance{Procedure: e.Name, ID: "YD1", Region: "330106", Last: calendar.NoTime},
	}
}

func (w *walker) move(t *testing.T, name string, actor Actor, in Input) {
	t.Helper()
	r, err := w.e.make(w.i, w.e.moves[name], &w.matter, actor, w.now, in, w.law)
	if err != nil {
		t.Fatal(err)
	}
	if r.Denial == nil {
		w.i, w.events = r.Instance, append(w.events, r.Events...)
	}
}

func (w *walker) tick(t *testing.T) {
	t.Helper()
	i, events, err := w.e.lapse(w.i, &w.matter, w.now, w.law)
	if err != nil {
		t.Fatal(err)
	}
	w.i, w.events = i, append(w.events, events...)
}

// Random walks stay in declared states, by declared moves, their clocks add up, and it
// makes no difference whether anybody looked in between.
func TestWalks(t *testing.T) {
	e, l := engineOf(t), law()
	actors := []Actor{screening, reviewer, another, hospital, leader, foreigner}
	ends := map[string]int{}
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 7))
		often, seldom := newWalker(e, l), newWalker(e, l)
		for range 60 {
			step := calendar.Time(random.IntN(4 * 86400))
			move, actor := e.Moves[random.IntN(len(e.Moves))].Name, actors[random.IntN(len(actors))]
			paid, in := random.IntN(4) == 0, Input{Reason: "事由", Until: (often.now + step).Day() + calendar.Day(random.IntN(9))}
			for often.now += step / 2; random.IntN(2) == 0; often.now++ {
				often.tick(t)
			}
			seldom.now += step
			often.now = seldom.now
			often.matter.paid, seldom.matter.paid = paid, paid
			often.move(t, move, actor, in)
			seldom.move(t, move, actor, in)
		}
		often.tick(t)
		seldom.tick(t)
		if !reflect.DeepEqual(often.i, seldom.i) || !reflect.DeepEqual(often.events, seldom.events) {
			t.Fatalf("seed %d: looked at often it is\n%+v\n%+v\nand seldom\n%+v\n%+v", seed, often.i, often.events, seldom.i, seldom.events)
		}
		ends[often.i.State]++
		checkWalk(t, e, often.i, often.events)
		checkClocks(t, e, l, often.i, often.events)
	}
	for _, s := range e.States {
		if s.End && ends[s.Name] == 0 {
			t.Errorf("no walk came to %s: %v", s.Name, ends)
		}
	}
}

// checkWalk follows the events through the declaration.
func checkWalk(t *testing.T, e *Engine[*matter], i Instance, events []Event) {
	t.Helper()
	state := ""
	last := calendar.NoTime
	for n, x := range events {
		m := e.moves[x.Move]
		switch {
		case x.N != n+1, x.At < last, x.From != state:
			t.Fatalf("event %d: %+v in %s, after %s", n, x, state, last)
		case x.Kind == Moved && (m.target(x.From) != x.To || state != "" && !slices.Contains(m.From, state)):
			t.Fatalf("event %d is no declared move: %+v", n, x)
		case x.Kind != Moved && x.From != x.To:
			t.Fatalf("event %d changes the state: %+v", n, x)
		}
		if _, ok := e.states[x.To]; !ok && x.Kind == Moved {
			t.Fatalf("event %d leads nowhere: %+v", n, x)
		}
		state, last = x.To, x.At
	}
	if i.State != state || i.Events != len(events) || i.Ended != e.states[state].End && state != "" {
		t.Fatalf("%+v after %+v", i, events)
	}
	if by := i.MadeBy("suspect"); len(by) > 0 && (slices.Contains(i.MadeBy("uphold"), by[0]) || slices.Contains(i.MadeBy("overturn"), by[0])) {
		t.Fatalf("one person made both reviews: %+v", i.Made)
	}
}

// checkClocks builds every clock again from nothing but the history, and compares.
func checkClocks(t *testing.T, e *Engine[*matter], l Law, i Instance, events []Event) {
	t.Helper()
	var runs []Running
	for _, x := range events {
		m := e.moves[x.Move]
		if x.Kind != Moved {
			continue
		}
		for k := range runs {
			r := &runs[k]
			d := &r.Deadline
			switch {
			case !r.Runs():
			case slices.Contains(m.Stops, r.Clock):
				r.Stopped = x.At
			case slices.Contains(m.Suspends, r.Clock):
				due, err := d.Due(l.Calendar)
				if err == nil && due >= x.At {
					d.Excluded = append(d.Excluded, calendar.Interval{From: x.At, To: calendar.NoTime, Reason: m.Title})
				}
			case slices.Contains(m.Resumes, r.Clock) && d.Paused():
				d.Excluded[len(d.Excluded)-1].To = x.At
			case m.Extends.Clock == r.Clock:
				d.Extensions = append(d.Extensions, calendar.Extension{Period: d.Period, At: x.At, Who: x.Actor, Reason: x.Reason})
			}
		}
		for _, name := range m.Starts {
			r := Running{Clock: name, Stopped: calendar.NoTime, Deadline: calendar.Deadline{Start: x.At}}
			if key := e.clocks[name].Period; key != "" {
				value, err := l.Values.At(key, i.Region, x.At.Day())
				if err != nil {
					t.Fatal(err)
				}
				r.Deadline.Period = value.Value.Period()
			}
			runs = append(runs, r)
		}
	}
	if len(runs) != len(i.Clocks) {
		t.Fatalf("%d clocks, the history says %d", len(i.Clocks), len(runs))
	}
	for k, r := range runs {
		have := i.Clocks[k]
		want, err := r.Deadline.Due(l.Calendar)
		if err != nil {
			want = calendar.NoTime
		}
		if e.clocks[r.Clock].Period == "" {
			want = have.Until.At(23, 59, 59)
		}
		if have.Clock != r.Clock || have.Stopped != r.Stopped || have.Due != want {
			t.Fatalf("clock %d is %+v, the history says %+v due %s", k, have, r, want)
		}
	}
}
