package procedure

import (
	"slices"
)

// The status of a clock on the way through the graph.
type status int

const (
	off status = iota
	running
	suspended
)

// node is a state with the status of one clock.
type node struct {
	state string
	clock status
}

// flow finds what is wrong with the graph: states that nothing leads to, states that
// lead to no end, and for each clock ways on which it is started twice, never stops, is
// suspended for good, runs on at an end, or ends where its move cannot be made.
func (c *checker[T]) flow() {
	reached := c.walk("")
	if len(reached) == 0 {
		c.wrong("no move starts an instance")
		return
	}
	for _, s := range c.p.States {
		at := node{state: s.Name}
		switch {
		case reached[at] == nil:
			c.wrong("state %s cannot be reached", s.Name)
		case !c.leads(reached, at, func(n node) bool { return c.states[n.state].End }):
			c.wrong("state %s leads to no end", s.Name)
		}
	}
	for _, k := range c.p.Clocks {
		c.flowOf(k)
	}
}

// walk returns, for every node that can be reached, the nodes that follow it. With no
// clock named all nodes have it off.
func (c *checker[T]) walk(clock string) map[node][]node {
	reached := map[node][]node{}
	var open []node
	visit := func(n node) {
		if _, seen := reached[n]; !seen {
			reached[n] = []node{}
			open = append(open, n)
		}
	}
	for _, m := range c.p.Moves {
		if len(m.From) == 0 {
			visit(node{m.To, m.after(clock, off)})
		}
	}
	for len(open) > 0 {
		n := open[0]
		open = open[1:]
		for _, m := range c.p.Moves {
			if slices.Contains(m.From, n.state) && m.possible(clock, n.clock) {
				next := node{m.target(n.state), m.after(clock, n.clock)}
				reached[n] = append(reached[n], next)
				visit(next)
			}
		}
	}
	return reached
}

// possible says whether the clock lets the move be made.
func (m Move[T]) possible(clock string, s status) bool {
	return clock == "" || s == running || m.Within != clock && m.After != clock && m.Extends.Clock != clock
}

// after is the clock's status behind the move.
func (m Move[T]) after(clock string, s status) status {
	if clock == "" {
		return off
	}
	if slices.Contains(m.Stops, clock) {
		s = off
	}
	if slices.Contains(m.Suspends, clock) && s == running {
		s = suspended
	}
	if slices.Contains(m.Resumes, clock) && s == suspended {
		s = running
	}
	if slices.Contains(m.Starts, clock) {
		s = running
	}
	return s
}

// leads says whether a way leads from the node to one that is wanted, or is one.
func (c *checker[T]) leads(reached map[node][]node, from node, wanted func(node) bool) bool {
	seen := map[node]bool{from: true}
	for open := []node{from}; len(open) > 0; open = open[1:] {
		if wanted(open[0]) {
			return true
		}
		for _, next := range reached[open[0]] {
			if !seen[next] {
				seen[next] = true
				open = append(open, next)
			}
		}
	}
	return false
}

func (c *checker[T]) flowOf(k Clock) {
	reached := c.walk(k.Name)
	runs := false
	for _, s := range c.p.States { // in order, so that problems come in order
		for _, status := range []status{running, suspended} {
			n := node{s.Name, status}
			if reached[n] == nil {
				continue
			}
			runs = true
			switch {
			case s.End:
				c.wrong("clock %s still runs at the end %s", k.Name, s.Name)
			case !c.leads(reached, n, func(n node) bool { return n.clock == off }):
				c.wrong("clock %s never stops once it runs in %s", k.Name, s.Name)
			case status == suspended && !c.leads(reached, n, func(n node) bool { return n.clock == running }):
				c.wrong("clock %s is suspended in %s and never resumed", k.Name, s.Name)
			}
			if status == running && k.Move != "" && !slices.Contains(c.moves[k.Move].From, s.Name) {
				c.wrong("clock %s may end in %s, where its move %s cannot be made", k.Name, s.Name, k.Move)
			}
		}
	}
	if !runs {
		c.wrong("clock %s is never started", k.Name)
		return
	}
	for _, m := range c.p.Moves {
		c.effects(k, m, reached)
	}
}

// effects finds moves whose word on a clock never takes effect, or takes it twice.
func (c *checker[T]) effects(k Clock, m Move[T], reached map[node][]node) {
	may := func(statuses ...status) bool {
		return slices.ContainsFunc(m.From, func(s string) bool {
			return slices.ContainsFunc(statuses, func(st status) bool { return reached[node{s, st}] != nil })
		})
	}
	for _, x := range []struct {
		names []string
		word  string
		when  []status
	}{
		{m.Stops, "stops", []status{running, suspended}},
		{m.Suspends, "suspends", []status{running}},
		{m.Resumes, "resumes", []status{suspended}},
		{optional(m.Extends.Clock), "extends", []status{running}},
		{optional(m.Within), "is within", []status{running}},
		{optional(m.After), "comes after", []status{running}},
	} {
		if slices.Contains(x.names, k.Name) && !may(x.when...) {
			c.wrong("move %s %s clock %s, which is never %s then", m.Name, x.word, k.Name, wanted(x.when))
		}
	}
	if slices.Contains(m.Starts, k.Name) && !slices.Contains(m.Stops, k.Name) && may(running, suspended) {
		c.wrong("move %s starts clock %s, which may run already", m.Name, k.Name)
	}
}

func wanted(when []status) string {
	if when[0] == suspended {
		return "suspended"
	}
	return "running"
}
