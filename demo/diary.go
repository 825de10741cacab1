package demo

import "yiheng/ground/calendar"

// lead is how far before the first day stays may have begun, tail how far beyond the
// last day a stay may end.
const (
	lead = 40
	tail = 30
)

// diary says on which days a person is free. No one is in two places on one day.
type diary struct {
	first calendar.Day
	taken []bool
	seen  []bool // an outpatient visit
}

func (d *diary) reset(from, to calendar.Day) {
	d.first = from - lead
	n := int(to-from) + 1 + lead + tail + 40
	if cap(d.taken) < n {
		d.taken = make([]bool, n)
	}
	if cap(d.seen) < n {
		d.seen = make([]bool, n)
	}
	d.taken, d.seen = d.taken[:n], d.seen[:n]
	clear(d.taken)
	clear(d.seen)
}

// visits counts the outpatient visits less than a month from a day.
func (d *diary) visits(day calendar.Day) (n int) {
	at := int(day - d.first)
	for k := max(0, at-29); k <= min(at+29, len(d.seen)-1); k++ {
		if d.seen[k] {
			n++
		}
	}
	return n
}

func (d *diary) free(from, to calendar.Day) bool {
	for k := max(0, int(from-d.first)); k <= int(to-d.first); k++ {
		if k >= len(d.taken) || d.taken[k] {
			return false
		}
	}
	return true
}

func (d *diary) take(from, to calendar.Day) {
	for k := max(0, int(from-d.first)); k <= int(to-d.first) && k < len(d.taken); k++ {
		d.taken[k] = true
	}
}
