package procedure

import (
	"errors"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// maxLapses bounds how many clocks may end one after another without anybody acting.
const maxLapses = 10_000

// lapse deals with every clock that has ended before the moment at, in the order of
// their ends, each at the moment behind its end. So it does not matter how often, or
// how late, it is called.
func (m *machine[T]) lapse(i Instance, subject T, at calendar.Time, law Law) (Instance, []Event, error) {
	var events []Event
	for range maxLapses {
		k := i.nextEnd(at)
		if k < 0 {
			return i, events, nil
		}
		i.Clocks = slices.Clone(i.Clocks)
		run := &i.Clocks[k]
		run.Ended = true
		clock, when := m.clocks[run.Clock], max(run.Due+1, i.Last)
		if len(clock.Escalate) > 0 {
			e := Event{Kind: Escalated, Clock: clock.Name, From: i.State, To: i.State, Actor: System.ID, Reason: m.told(clock)}
			i.note(&e, when)
			events = append(events, e)
		}
		if clock.Move == "" {
			continue
		}
		after, e, err := m.endMove(i, clock, subject, when, law)
		if err != nil {
			return i, events, err
		}
		i = after
		events = append(events, e)
	}
	return i, events, errors.New("procedure " + m.Name + ": " + i.ID + ": clocks end without end, one starting the other")
}

// endMove makes the move of a clock that has ended; guards that stand against it are
// noted, and the instance stays.
func (m *machine[T]) endMove(i Instance, clock Clock, subject T, when calendar.Time, law Law) (Instance, Event, error) {
	move := m.moves[clock.Move]
	ask := Ask[T]{Subject: subject, Instance: i, Actor: System, At: when}
	if refused := m.refusals(move, ask); len(refused) > 0 {
		sentences := make([]string, len(refused))
		for k, r := range refused {
			sentences[k] = r.Sentence
		}
		e := Event{Kind: Stuck, Clock: clock.Name, Move: move.Name, From: i.State, To: i.State, Actor: System.ID, Reason: strings.Join(sentences, "；")}
		i.note(&e, when)
		return i, e, nil
	}
	after, e, err := m.apply(i, move, System, when, Input{Reason: "“" + clock.Title + "”届满", Until: calendar.NoDay}, law)
	e.Clock = clock.Name
	return after, e, err
}

func (m *machine[T]) told(clock Clock) string {
	titles := make([]string, len(clock.Escalate))
	for i, r := range clock.Escalate {
		titles[i] = m.roles[r]
	}
	return "“" + clock.Title + "”届满，提请" + strings.Join(titles, "、") + "督办"
}

// nextEnd is the index of the clock that ends first before the moment at and has not
// been dealt with; -1 for none.
func (i Instance) nextEnd(at calendar.Time) int {
	next := -1
	for k, r := range i.Clocks {
		if r.pending() && r.Due < at && (next < 0 || r.Due < i.Clocks[next].Due) {
			next = k
		}
	}
	return next
}

// pending says whether the clock's end is known, ahead, and has not been dealt with.
func (r Running) pending() bool { return r.Runs() && !r.Ended && r.Due != calendar.NoTime }

// Overdue says whether a running clock has ended before the moment at.
func (i Instance) Overdue(at calendar.Time) bool {
	due := i.Due()
	return due != calendar.NoTime && due < at
}

// Due is the earliest known end of a running clock; unknown when there is none.
func (i Instance) Due() calendar.Time {
	due := calendar.NoTime
	for _, r := range i.Clocks {
		if r.Runs() && r.Due != calendar.NoTime && (due == calendar.NoTime || r.Due < due) {
			due = r.Due
		}
	}
	return due
}

// Missing is the first year whose table of holidays a running clock waits for, 0 for
// none.
func (i Instance) Missing() int {
	year := 0
	for _, r := range i.Clocks {
		if r.Runs() && r.Missing != 0 && (year == 0 || r.Missing < year) {
			year = r.Missing
		}
	}
	return year
}
