package review

import (
	"strings"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
	"yiheng/ground/procedure/pagetest"
	"yiheng/ground/procedure/proceduretest"
)

// judged is a finding with an instance on which the appeal's clock has run.
func judged(change ...func(*ask)) ask {
	over := procedure.Running{Clock: "appeal", Due: calendar.NoTime, Stopped: calendar.DayOf(2026, 3, 9).At(9, 0, 0)}
	a := ask{Subject: matter{Finding: &Finding{Sent: true}, backed: true}, Instance: procedure.Instance{Clocks: []procedure.Running{over}}}
	for _, f := range change {
		f(&a)
	}
	return a
}

func voted(n, against int) func(*ask) {
	return func(a *ask) {
		for range n {
			a.Instance.Made = append(a.Instance.Made, procedure.Made{Move: "vote_for", Actor: "RY1"})
		}
		for range against {
			a.Instance.Made = append(a.Instance.Made, procedure.Made{Move: "vote_against", Actor: "RY2"})
		}
	}
}

// Every guard is seen to hold and seen to refuse.
func TestGuards(t *testing.T) {
	type cases = []proceduretest.Case[matter]
	all := cases{
		{Name: "with evidence", Move: "suspect", Guard: "review.evidence", Ask: judged(), Holds: true},
		{Name: "without", Move: "suspect", Guard: "review.evidence", Ask: judged(func(a *ask) { a.Subject.backed = false })},
		{Name: "still found", Move: "suspect", Guard: "review.gone", Ask: judged(), Holds: true},
		{Name: "no longer found", Move: "suspect", Guard: "review.gone", Ask: judged(func(a *ask) { a.Subject.GoneIn = "R2" })},
		{Name: "for", Move: "panel_uphold", Guard: "review.majority", Ask: judged(voted(2, 1)), Holds: true},
		{Name: "against", Move: "panel_uphold", Guard: "review.majority", Ask: judged(voted(1, 2))},
		{Name: "against", Move: "panel_overturn", Guard: "review.majority", Ask: judged(voted(1, 2)), Holds: true},
		{Name: "for", Move: "panel_overturn", Guard: "review.majority", Ask: judged(voted(2, 1))},
		{Name: "against", Move: "panel_overturn_part", Guard: "review.majority", Ask: judged(voted(1, 2)), Holds: true},
		{Name: "for", Move: "panel_overturn_part", Guard: "review.majority", Ask: judged(voted(2, 1))},
		{Name: "returned money", Move: "admit", Guard: "review.returned", Ask: judged(func(a *ask) { a.Subject.Stake = 1 }), Holds: true},
		{Name: "none", Move: "admit", Guard: "review.returned", Ask: judged()},
		{Name: "all paid", Move: "settle", Guard: "review.paid", Ask: judged(), Holds: true},
		{Name: "owed", Move: "settle", Guard: "review.paid", Ask: judged(func(a *ask) { a.Subject.Accepted = 1 })},
		{Name: "returned money not decided", Move: "settle", Guard: "review.paid", Ask: judged(func(a *ask) { a.Subject.Stake = 1 })},
		{Name: "main decided", Move: "settle", Guard: "review.main-open", Ask: judged(), Holds: true},
		{Name: "main open", Move: "settle", Guard: "review.main-open", Ask: judged(func(a *ask) { a.Subject.mainOpen = true })},
	}
	for _, move := range []string{"overturn", "panel_overturn"} {
		all = append(all, cases{
			{Name: "all contested", Move: move, Guard: "review.whole", Ask: judged(), Holds: true},
			{Name: "a part accepted", Move: move, Guard: "review.whole", Ask: judged(func(a *ask) { a.Subject.Accepted = 1 })},
			{Name: "a part accepted", Move: move + "_part", Guard: "review.part", Ask: judged(func(a *ask) { a.Subject.Accepted = 1 }), Holds: true},
			{Name: "all contested", Move: move + "_part", Guard: "review.part", Ask: judged()},
		}...)
	}
	for _, move := range []string{"panel_uphold", "panel_overturn", "panel_overturn_part"} {
		all = append(all, cases{
			{Name: "three", Move: move, Guard: "review.quorum", Ask: judged(voted(2, 1)), Holds: true},
			{Name: "five", Move: move, Guard: "review.quorum", Ask: judged(voted(5, 0)), Holds: true},
			{Name: "one", Move: move, Guard: "review.quorum", Ask: judged(voted(1, 0))},
			{Name: "four", Move: move, Guard: "review.quorum", Ask: judged(voted(3, 1))},
		}...)
	}
	for _, move := range []string{"confirm", "deduct", "recover"} {
		all = append(all, cases{
			{Name: "heard", Move: move, Guard: "review.heard", Ask: judged(), Holds: true},
			{Name: "never asked", Move: move, Guard: "review.heard", Ask: judged(func(a *ask) { a.Instance.Clocks = nil })},
			{Name: "time still runs", Move: move, Guard: "review.heard", Ask: judged(func(a *ask) { a.Instance.Clocks[0].Stopped = calendar.NoTime })},
			{Name: "not sent", Move: move, Guard: "review.heard", Ask: judged(func(a *ask) { a.Subject.Sent = false })},
		}...)
	}
	for _, move := range []string{"deduct", "recover"} {
		all = append(all, cases{
			{Name: "owed", Move: move, Guard: "review.owed", Ask: judged(func(a *ask) { a.Subject.Accepted = 1 }), Holds: true},
			{Name: "nothing owed", Move: move, Guard: "review.owed", Ask: judged()},
		}...)
	}
	for _, move := range []string{"adopt", "adopt_again", "set_aside"} {
		all = append(all, cases{
			{Name: "offered", Move: move, Guard: "review.offered", Ask: judged(func(a *ask) { a.Subject.offered = true }), Holds: true},
			{Name: "nothing new", Move: move, Guard: "review.offered", Ask: judged()},
		}...)
	}
	for _, move := range []string{"adopt", "adopt_again"} {
		all = append(all, cases{
			{Name: "covers what is decided", Move: move, Guard: "review.settled", Ask: judged(func(a *ask) { a.Subject.covers = true }), Holds: true},
			{Name: "less than is decided", Move: move, Guard: "review.settled", Ask: judged()},
		}...)
	}
	proceduretest.Guards(t, Chain(), all)
}

// Every move that people make is an operation, and both name the same roles.
func TestOperations(t *testing.T) {
	for _, m := range Chain().Moves {
		op := OperationOf(m.Name)
		switch {
		case m.Name == "open":
		case len(m.Roles) == 0 && op != nil:
			t.Errorf("%s: a clock's end makes it, and it is an operation", m.Name)
		case len(m.Roles) > 0 && op == nil:
			t.Errorf("%s: no operation", m.Name)
		case op != nil && strings.Join(names(op.Roles...), ",") != strings.Join(m.Roles, ","):
			t.Errorf("%s: roles %v, the operation's %v", m.Name, m.Roles, op.Roles)
		}
	}
}

// No way leads to money but through the appeal: without the states in which the
// institution can answer, handling cannot be reached.
func TestNothingIsTakenUnheard(t *testing.T) {
	reached := map[string]bool{First: true}
	for more := true; more; {
		more = false
		for _, m := range Chain().Moves {
			for _, from := range m.From {
				if reached[from] && m.To != "" && m.To != Appeal && !reached[m.To] {
					reached[m.To], more = true, true
				}
			}
		}
	}
	if reached[Handling] || reached[Final] || reached[Closed] {
		t.Errorf("handling is reached without the appeal: %v", reached)
	}
}

// The chain in the docs is what the declaration renders to.
func TestDocument(t *testing.T) {
	pagetest.Keep(t, "../../docs/review.md", "chain", "audit/review", Chain().Markdown(param.NewTable(), calendar.DayOf(2026, 11, 24)))
}
