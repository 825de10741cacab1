package procedure

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// turnClocks does what the move says of the instance's clocks.
func (m *machine[T]) turnClocks(i *Instance, move Move[T], actor Actor, at calendar.Time, in Input, law Law) error {
	for k := range i.Clocks {
		r := &i.Clocks[k]
		if !r.Runs() {
			continue
		}
		if slices.Contains(move.Stops, r.Clock) {
			r.Stopped = at
			continue
		}
		var err error
		switch d := r.Deadline; {
		case slices.Contains(move.Suspends, r.Clock) && !d.Paused() && !r.Ended:
			r.Deadline, err = d.Excluding(law.Calendar, at, calendar.NoTime, move.Title)
		case slices.Contains(move.Resumes, r.Clock) && d.Paused():
			r.Deadline, err = d.Resuming(at)
		case move.Extends.Clock == r.Clock:
			err = m.extend(r, i.Region, move, actor, at, in, law)
		default:
			continue
		}
		if err == nil {
			err = r.recount(law.Calendar)
		}
		if err != nil {
			return fmt.Errorf("%s 的“%s”：%w", i.ID, m.clocks[r.Clock].Title, err)
		}
	}
	for _, name := range move.Starts {
		r, err := m.start(m.clocks[name], i.Region, at, in, law)
		if err != nil {
			return fmt.Errorf("%s 的“%s”：%w", i.ID, m.clocks[name].Title, err)
		}
		i.Clocks = append(i.Clocks, r)
	}
	return nil
}

func (m *machine[T]) start(k Clock, region string, at calendar.Time, in Input, law Law) (Running, error) {
	r := Running{Clock: k.Name, Deadline: calendar.Deadline{Start: at}, Until: calendar.NoDay, Stopped: calendar.NoTime}
	if k.Period == "" {
		r.Until, r.Due, r.Basis = in.Until, in.Until.At(23, 59, 59), strings.TrimSpace("指定日期 "+in.Document)
		return r, nil
	}
	value, err := law.Values.At(k.Period, region, at.Day())
	if err != nil {
		return r, err
	}
	r.Deadline.Period, r.Basis = value.Value.Period(), value.String()
	return r, r.recount(law.Calendar)
}

func (m *machine[T]) extend(r *Running, region string, move Move[T], actor Actor, at calendar.Time, in Input, law Law) error {
	value, err := law.Values.At(move.Extends.Period, region, at.Day())
	if err != nil {
		return err
	}
	e := calendar.Extension{Period: value.Value.Period(), At: at, Who: actor.ID, Reason: in.Reason, Document: in.Document}
	if r.Deadline, err = r.Deadline.Extending(law.Calendar, e); err != nil {
		return err
	}
	counts := map[string]int{move.Name: 1}
	for name, n := range r.Extended {
		counts[name] += n
	}
	r.Extended = counts
	r.Basis += "，延长" + value.String()
	return nil
}

// recount counts the clock's end anew. A year without a table of holidays leaves the
// end unknown and does not stop the work.
func (r *Running) recount(c *calendar.Calendar) error {
	if r.Until != calendar.NoDay {
		return nil
	}
	r.Missing = 0
	due, err := r.Deadline.Due(c)
	var missing *calendar.MissingYear
	switch {
	case errors.As(err, &missing):
		r.Missing, err = missing.Year, nil
	case errors.Is(err, calendar.ErrPaused):
		err = nil
	}
	r.Due = due
	return err
}
