// Package procedure runs the state machines that law prescribes. A procedure is data:
// states, moves, who may make them, guards with their articles, clocks that a move
// starts, stops, suspends or extends, what happens when a clock ends, the paper that a
// move issues. The engine checks a declaration when it starts, and nothing passes from
// state to state but by a declared move.
//
// Time is always an argument: nothing here asks the machine what time it is.
package procedure

import (
	"slices"

	"yiheng/ground/calendar"
)

// Actor is who makes a move.
type Actor struct {
	ID    string
	Roles []string
	// Region is the six-digit region that the actor works in, with everything below it;
	// "" is the whole country.
	Region string
}

// System is the actor of moves that a clock's end makes.
var System = Actor{ID: "system"}

// Procedure is a declaration; T is what its guards judge by, as a finding or a case.
type Procedure[T any] struct {
	Name    string // finding; lower case, the name under which instances are stored
	Title   string // 疑点处理
	Article string // the rule that prescribes it
	Roles   []Role
	States  []State
	Clocks  []Clock
	Moves   []Move[T]
}

// Role is who may make moves.
type Role struct {
	Name  string // reviewer
	Title string // 初审人员
}

// State is where an instance stands.
type State struct {
	Name  string // review
	Title string // 初审
	Code  string // the national node code, "" where there is none
	End   bool   // nothing follows
}

// Move leads from state to state.
type Move[T any] struct {
	Name    string // accept
	Title   string // 受理
	Article string // the rule that gives the power
	// From are the states in which it can be made; none for a move that starts an
	// instance. To is the state that follows, "" for a move that stays.
	From []string
	To   string
	// Roles may make it; none only for a move that a clock's end makes.
	Roles   []string
	NotSame NotSame
	Guards  []Guard[T]
	// Reason says that a reason must be given.
	Reason bool
	// Paper is the document that the move issues, "" for none.
	Paper string

	// Clocks by name. Stops come first, then Suspends, Resumes, Extends, Starts.
	Starts, Stops, Suspends, Resumes []string
	Extends                          Extends
	// Within is a clock that must run and not have ended; After is one that must have
	// ended.
	Within, After string
}

// NotSame is a two-person rule: who made one of Moves in this instance may not make the
// move that carries the rule.
type NotSame struct {
	Moves   []string
	Article string
}

// Guard is a condition of law for a move.
type Guard[T any] struct {
	Code    string // case.notice-first; unique in the procedure
	Article string
	// Sentence says, in Chinese, what must be so.
	Sentence string
	// Holds must depend on nothing but what it is asked.
	Holds func(Ask[T]) bool
}

// Ask is what a guard judges by.
type Ask[T any] struct {
	Subject  T
	Instance Instance
	Actor    Actor
	At       calendar.Time
}

// Clock is a period of law that an instance runs under.
type Clock struct {
	Name    string
	Title   string // 申诉期限
	Article string
	// Period is the parameter (ground/param) that gives its length, in the region of the
	// instance on the day on which it starts. It is "" for a clock whose last day the
	// starting move brings along (Input.Until), as the date in an order.
	Period string
	// At its end the roles in Escalate are told, and Move is made; either, both, or
	// neither when the clock only bounds moves by Within or After.
	Escalate []string
	Move     string
}

// Extends lengthens a clock by the parameter Period, at most Times in one run.
type Extends struct {
	Clock  string
	Period string
	Times  int
}

// Input is what an actor gives with a move.
type Input struct {
	Reason   string
	Document string // number of the paper that orders it, as an extension's
	// Until is the last day of a clock without a parameter that the move starts.
	Until calendar.Day
}

// Instance is one run of a procedure.
type Instance struct {
	Procedure string        `json:"procedure"`
	ID        string        `json:"id"`
	Region    string        `json:"region"`
	State     string        `json:"state"`
	Since     calendar.Time `json:"since"` // when it came into the state
	Ended     bool          `json:"ended"`
	// Last is when the last event happened, and Events how many there are.
	Last   calendar.Time `json:"last"`
	Events int           `json:"events"`
	Clocks []Running     `json:"clocks"`
	Made   []Made        `json:"made"`
}

// Made is a move that was made.
type Made struct {
	Move  string        `json:"move"`
	Actor string        `json:"actor"`
	At    calendar.Time `json:"at"`
}

// Running is one run of a clock.
type Running struct {
	Clock    string            `json:"clock"`
	Deadline calendar.Deadline `json:"deadline"`
	// Until is the last day of a clock without a parameter.
	Until calendar.Day `json:"until"`
	// Due is the last moment in time: unknown while the clock is suspended, or while the
	// table of holidays of the year Missing is not there.
	Due     calendar.Time `json:"due"`
	Missing int           `json:"missing,omitempty"`
	// Stopped is when a move stopped it, unknown while it runs.
	Stopped calendar.Time `json:"stopped"`
	// Ended says that its end has been dealt with.
	Ended bool `json:"ended,omitempty"`
	// Basis says where its length comes from, with the caution of unconfirmed values.
	Basis string `json:"basis"`
	// Extended counts extensions by the move that made them.
	Extended map[string]int `json:"extended,omitempty"`
}

// Runs says whether the clock has not been stopped; a suspended one runs.
func (r Running) Runs() bool { return r.Stopped == calendar.NoTime }

// MadeBy returns who made a move of that name, in order.
func (i Instance) MadeBy(move string) (actors []string) {
	for _, m := range i.Made {
		if m.Move == move {
			actors = append(actors, m.Actor)
		}
	}
	return actors
}

// Running returns the run of a clock that has not been stopped.
func (i Instance) Running(clock string) (Running, bool) {
	k := slices.IndexFunc(i.Clocks, func(r Running) bool { return r.Clock == clock && r.Runs() })
	if k < 0 {
		return Running{}, false
	}
	return i.Clocks[k], true
}

func (m Move[T]) target(from string) string {
	if m.To == "" {
		return from
	}
	return m.To
}
