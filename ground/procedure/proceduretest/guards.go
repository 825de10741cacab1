// Package proceduretest proves a declaration's guards: each must be seen to hold and
// seen to refuse.
package proceduretest

import (
	"testing"

	"yiheng/ground/procedure"
)

// Case asks one guard of one move once.
type Case[T any] struct {
	Name  string // what is special about it
	Move  string
	Guard string // its code
	Ask   procedure.Ask[T]
	Holds bool
}

// Guards asks the guards as the cases say. It fails where a guard answers otherwise,
// where a case names no guard, and for every guard that has not been asked both ways.
func Guards[T any](t testing.TB, p procedure.Procedure[T], cases []Case[T]) {
	t.Helper()
	type guard struct{ move, code string }
	guards := map[guard]procedure.Guard[T]{}
	for _, m := range p.Moves {
		for _, g := range m.Guards {
			guards[guard{m.Name, g.Code}] = g
		}
	}
	asked := map[guard][2]bool{}
	for _, c := range cases {
		at := guard{c.Move, c.Guard}
		g, ok := guards[at]
		if !ok {
			t.Errorf("%s: move %s has no guard %s", c.Name, c.Move, c.Guard)
			continue
		}
		if holds := g.Holds(c.Ask); holds != c.Holds {
			t.Errorf("%s: move %s, guard %s (%s, %s): %v, want %v", c.Name, c.Move, c.Guard, g.Sentence, g.Article, holds, c.Holds)
		}
		ways := asked[at]
		if c.Holds {
			ways[0] = true
		} else {
			ways[1] = true
		}
		asked[at] = ways
	}
	for _, m := range p.Moves {
		for _, g := range m.Guards {
			ways := asked[guard{m.Name, g.Code}]
			if !ways[0] {
				t.Errorf("move %s, guard %s: no case in which it holds", m.Name, g.Code)
			}
			if !ways[1] {
				t.Errorf("move %s, guard %s: no case in which it refuses", m.Name, g.Code)
			}
		}
	}
}
