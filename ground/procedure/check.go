package procedure

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"yiheng/ground/param"
)

var wellNamed = regexp.MustCompile(`^[a-z][a-z0-9_.-]*$`)

// Check says what is wrong with a declaration, everything at once: names that are not
// declared or are declared twice, moves without role, guards and rules without article,
// clocks without a known parameter; then what follows from the graph, see flow.
func (p Procedure[T]) Check() error {
	c := checker[T]{p: p, states: map[string]State{}, clocks: map[string]Clock{}, moves: map[string]Move[T]{}, roles: map[string]bool{}}
	c.names()
	for _, m := range p.Moves {
		c.move(m)
	}
	for _, k := range p.Clocks {
		c.clock(k)
	}
	if len(c.problems) == 0 { // the graph is judged once all names stand for something
		c.flow()
	}
	return errors.Join(c.problems...)
}

type checker[T any] struct {
	p        Procedure[T]
	states   map[string]State
	clocks   map[string]Clock
	moves    map[string]Move[T]
	roles    map[string]bool
	problems []error
}

func (c *checker[T]) wrong(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("procedure %s: "+format, append([]any{c.p.Name}, args...)...))
}

func (c *checker[T]) named(kind, name, title string, taken bool) {
	switch {
	case !wellNamed.MatchString(name):
		c.wrong("%s %q: the name must be lower-case letters, digits, dot, hyphen", kind, name)
	case taken:
		c.wrong("%s %s is declared twice", kind, name)
	case title == "":
		c.wrong("%s %s has no title", kind, name)
	}
}

func (c *checker[T]) names() {
	c.named("procedure", c.p.Name, c.p.Title, false)
	if c.p.Article == "" {
		c.wrong("no article prescribes it")
	}
	for _, r := range c.p.Roles {
		c.named("role", r.Name, r.Title, c.roles[r.Name])
		c.roles[r.Name] = true
	}
	for _, s := range c.p.States {
		_, taken := c.states[s.Name]
		c.named("state", s.Name, s.Title, taken)
		c.states[s.Name] = s
	}
	for _, k := range c.p.Clocks {
		_, taken := c.clocks[k.Name]
		c.named("clock", k.Name, k.Title, taken)
		c.clocks[k.Name] = k
	}
	guards := map[string]bool{}
	for _, m := range c.p.Moves {
		_, taken := c.moves[m.Name]
		c.named("move", m.Name, m.Title, taken)
		c.moves[m.Name] = m
		for _, g := range m.Guards {
			c.guard(m.Name, g, guards)
		}
	}
}

// guard: one code may stand at several moves, but twice at one it is a slip.
func (c *checker[T]) guard(move string, g Guard[T], seen map[string]bool) {
	at := move + " " + g.Code
	switch {
	case !wellNamed.MatchString(g.Code):
		c.wrong("move %s: guard %q: the code must be lower-case letters, digits, dot, hyphen", move, g.Code)
	case seen[at]:
		c.wrong("move %s: guard %s stands twice", move, g.Code)
	case g.Article == "":
		c.wrong("move %s: guard %s has no article", move, g.Code)
	case g.Sentence == "":
		c.wrong("move %s: guard %s has no sentence", move, g.Code)
	case g.Holds == nil:
		c.wrong("move %s: guard %s judges nothing", move, g.Code)
	}
	seen[at] = true
}

func (c *checker[T]) move(m Move[T]) {
	byClock := slices.ContainsFunc(c.p.Clocks, func(k Clock) bool { return k.Move == m.Name })
	switch {
	case len(m.Roles) == 0 && !byClock:
		c.wrong("move %s: nobody may make it: no role, and no clock makes it", m.Name)
	case len(m.Roles) > 0 && m.Article == "":
		c.wrong("move %s: no article gives the power", m.Name)
	case len(m.From) == 0 && m.To == "":
		c.wrong("move %s: it starts an instance and says not in which state", m.Name)
	case byClock && len(m.From) == 0:
		c.wrong("move %s: a clock makes it, so it must start from a state", m.Name)
	case byClock && slices.ContainsFunc(m.Starts, func(k string) bool { return c.clocks[k].Name != "" && c.clocks[k].Period == "" }):
		c.wrong("move %s: a clock's end makes it, so nobody gives the last day of the clock that it starts", m.Name)
	case byClock && m.Within != "":
		c.wrong("move %s: a clock's end makes it, so it cannot be within a clock", m.Name)
	}
	c.known("move "+m.Name+": role", m.Roles, c.roles)
	c.known("move "+m.Name+": state", m.From, c.states)
	c.known("move "+m.Name+": state", optional(m.To), c.states)
	for _, s := range m.From {
		if c.states[s].End {
			c.wrong("move %s: state %s is an end, nothing leads from it", m.Name, s)
		}
	}
	c.known("move "+m.Name+": two-person rule: move", m.NotSame.Moves, c.moves)
	if len(m.NotSame.Moves) > 0 && m.NotSame.Article == "" {
		c.wrong("move %s: the two-person rule has no article", m.Name)
	}
	for _, names := range [][]string{m.Starts, m.Stops, m.Suspends, m.Resumes, optional(m.Within), optional(m.After), optional(m.Extends.Clock)} {
		c.known("move "+m.Name+": clock", names, c.clocks)
	}
	if m.Extends.Clock != "" {
		c.period("move "+m.Name+": extension", m.Extends.Period)
		if m.Extends.Times < 1 {
			c.wrong("move %s: it may extend the clock %d times", m.Name, m.Extends.Times)
		}
	}
	for _, name := range append(slices.Concat(m.Suspends, m.Resumes), optional(m.Extends.Clock)...) {
		if k, ok := c.clocks[name]; ok && k.Period == "" {
			c.wrong("move %s: clock %s ends on a day that was given, so it cannot be suspended or extended", m.Name, name)
		}
	}
}

func (c *checker[T]) clock(k Clock) {
	if k.Article == "" {
		c.wrong("clock %s has no article", k.Name)
	}
	if k.Period != "" {
		c.period("clock "+k.Name, k.Period)
	}
	c.known("clock "+k.Name+": role", k.Escalate, c.roles)
	c.known("clock "+k.Name+": move", optional(k.Move), c.moves)
	bounds := slices.ContainsFunc(c.p.Moves, func(m Move[T]) bool { return m.Within == k.Name || m.After == k.Name })
	if len(k.Escalate) == 0 && k.Move == "" && !bounds {
		c.wrong("clock %s: nothing happens at its end", k.Name)
	}
}

func (c *checker[T]) period(what, key string) {
	if k, ok := param.KeyOf(key); !ok {
		c.wrong("%s: parameter %q is not known", what, key)
	} else if k.Kind != param.Period {
		c.wrong("%s: parameter %s is no period", what, key)
	}
}

func (c *checker[T]) known(what string, names []string, in any) {
	for _, name := range names {
		found := false
		switch in := in.(type) {
		case map[string]bool:
			found = in[name]
		case map[string]State:
			_, found = in[name]
		case map[string]Clock:
			_, found = in[name]
		case map[string]Move[T]:
			_, found = in[name]
		}
		if !found {
			c.wrong("%s %s is not declared", what, name)
		}
	}
}

// optional is the list of a name that may be empty.
func optional(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}
