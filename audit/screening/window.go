package screening

import "yiheng/ground/calendar"

// windowKey tells windows apart: two lines with one key count together.
type windowKey struct {
	visit *visit
	org   string
	text  string
	n     int
}

// window returns the window of a line: rx (a prescription; without a number: visit
// and day), visit, day (person and institution), personday, month and year
// (person, all institutions).
func (j *judge) window(x *line, kind string) windowKey {
	switch kind {
	case "rx":
		if x.RxDrordNo != "" {
			return windowKey{visit: x.visit, text: x.RxDrordNo}
		}
		return windowKey{visit: x.visit, n: int(x.day)}
	case "visit":
		return windowKey{visit: x.visit}
	case "day":
		if x.visit.org == "" { // is no other visit's
			return windowKey{visit: x.visit, n: int(x.day)}
		}
		return windowKey{org: x.visit.org, n: int(x.day)}
	case "personday":
		return windowKey{n: int(x.day)}
	case "month":
		return windowKey{n: x.day.Month()}
	case "year":
		return windowKey{n: x.day.Year()}
	}
	return windowKey{}
}

// split divides items, which are in order, by the window of their lines; the order
// within a window and of the windows' first items is kept.
func (j *judge) split(items []item, kind string) [][]item {
	if len(items) == 1 {
		return [][]item{items}
	}
	at := make(map[windowKey]int, len(items))
	var groups [][]item
	for _, it := range items {
		key := j.window(&j.lines[it.line], kind)
		k, ok := at[key]
		if !ok {
			k = len(groups)
			at[key] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], it)
	}
	return groups
}

// quarter returns the calendar quarter of a day as a number that can be compared.
func quarter(d calendar.Day) int { return d.Month() / 3 }
