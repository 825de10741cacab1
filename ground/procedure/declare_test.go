package procedure

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"yiheng/ground/calendar"
)

// declare makes a random declaration of a few states, moves and clocks; most have
// faults.
func declare(random *rand.Rand) Procedure[*matter] {
	p := Procedure[*matter]{Name: "random", Title: "随机", Article: "x", Roles: []Role{{"any", "任何人"}}}
	states := 2 + random.IntN(4)
	name := func(n int) string { return fmt.Sprintf("s%d", n) }
	for n := range states {
		p.States = append(p.States, State{Name: name(n), Title: name(n), End: n == states-1})
	}
	clocks := []string{"a", "b"}[:1+random.IntN(2)]
	some := func(chance int) (names []string) {
		for _, c := range clocks {
			if random.IntN(100) < chance {
				names = append(names, c)
			}
		}
		return names
	}
	p.Moves = []Move[*matter]{{Name: "start", Title: "x", Article: "x", To: name(0), Roles: []string{"any"}, Starts: some(50)}}
	for n := range 3 + random.IntN(6) {
		from := random.IntN(states - 1)
		m := Move[*matter]{
			Name: fmt.Sprintf("m%d", n), Title: "x", Article: "x", From: []string{name(from)}, To: name(random.IntN(states)), Roles: []string{"any"},
			Starts: some(25), Stops: some(50), Suspends: some(8), Resumes: some(12),
		}
		if random.IntN(3) == 0 {
			m.From = append(m.From, name((from+1)%max(1, states-1)))
			slices.Sort(m.From)
			m.From = slices.Compact(m.From)
		}
		p.Moves = append(p.Moves, m)
	}
	for _, c := range clocks {
		k := Clock{Name: c, Title: c, Article: "x", Period: []string{"case.pay_days", "monitor.appeal_days", "transfer.send_hours"}[random.IntN(3)], Escalate: []string{"any"}}
		if random.IntN(2) == 0 {
			k.Move = p.Moves[1+random.IntN(len(p.Moves)-1)].Name
		}
		p.Clocks = append(p.Clocks, k)
	}
	return p
}

// What Check promises holds when the declaration runs: no clock runs at an end or twice
// at a time, no clock's move is stuck for the state that it is in, and no move fails.
func TestCheckedDeclarationsRun(t *testing.T) {
	l := law()
	anybody := Actor{ID: "x", Roles: []string{"any"}}
	sound, moved := 0, 0
	for seed := range uint64(40_000) {
		random := rand.New(rand.NewPCG(seed, 13))
		p := declare(random)
		m, err := newMachine(p)
		if err != nil {
			continue
		}
		sound++
		e := &Engine[*matter]{machine: m}
		w := newWalker(e, l)
		w.now = at("2023-01-03")
		w.move(t, "start", anybody, why)
		for range 25 {
			w.now += calendar.Time(random.IntN(12 * 86400))
			if random.IntN(3) == 0 {
				w.tick(t)
			}
			w.move(t, p.Moves[random.IntN(len(p.Moves))].Name, anybody, why)
			running := map[string]bool{}
			for _, r := range w.i.Clocks {
				if r.Runs() && running[r.Clock] {
					t.Fatalf("seed %d: clock %s runs twice: %+v\n%+v", seed, r.Clock, w.i, p)
				}
				running[r.Clock] = running[r.Clock] || r.Runs()
				if r.Runs() && w.i.Ended {
					t.Fatalf("seed %d: clock %s runs at the end: %+v\n%+v", seed, r.Clock, w.i, p)
				}
			}
		}
		for _, x := range w.events {
			if x.Kind == Stuck {
				t.Fatalf("seed %d: stuck without a guard: %+v\n%+v", seed, x, p)
			}
		}
		moved += len(w.events)
	}
	if sound < 200 || moved < 1000 {
		t.Errorf("%d sound declarations, %d events: too few to say anything", sound, moved)
	}
	t.Logf("%d sound declarations, %d events", sound, moved)
}
