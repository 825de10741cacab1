package demo

import "yiheng/ground/calendar"

// lawful says whether a line of count pieces of an item may be added to a visit
// without breaking a point: what the city's honest doctors ask before they
// prescribe. The windows that it looks at are those of JUDGEMENT.md, taken a little
// narrower, and it notes what it allowed.
func (l *life) lawful(v *visit, it *item, count int64, day calendar.Day, dept string) bool {
	if len(it.points) == 0 && len(it.others) == 0 {
		return true
	}
	var u *use
	for _, p := range it.points {
		if p.program == "attribute" && u == nil {
			u = v.use(day, dept)
		}
		if !l.lawfulBy(p, v, it, count, day, u) {
			return false
		}
	}
	for _, p := range it.others {
		if v.has(p.item) {
			return false
		}
	}
	for _, p := range it.points {
		l.note(p, count, day)
	}
	return true
}

func (l *life) lawfulBy(p *ruled, v *visit, it *item, count int64, day calendar.Day, u *use) bool {
	switch p.program {
	case "attribute":
		return p.permits(u)
	case "indication":
		return v.indicated(p)
	case "never":
		return false // herbal prescriptions are written by herbs, which keeps to the rule
	case "conflict":
		return !v.has(p.otherItem)
	case "same_class":
		return !v.hasClass(p.Class, it)
	case "quantity":
		return l.lawfulQuantity(p, v, count, day)
	case "duration":
		return l.lawfulDays(p, day)
	case "discount":
		return !v.hasGroup(p.Group)
	}
	return true // price: the city charges what the catalogue says, which is no cap's excess
}

// indicated says whether the diagnoses of v so far allow what p rules on.
func (v *visit) indicated(p *ruled) bool {
	return (len(p.DxAny) == 0 || v.diagnosed(p.DxAny)) && !v.diagnosed(p.DxNone)
}

// diagnosed says whether a diagnosis of v begins with one of the prefixes.
func (v *visit) diagnosed(prefixes []string) bool {
	for _, d := range v.dx {
		if hasPrefix(d.code, prefixes) {
			return true
		}
	}
	return false
}

func (l *life) lawfulQuantity(p *ruled, v *visit, count int64, day calendar.Day) bool {
	switch p.Window {
	case "day":
		return v.countOn(p.item, day)+count <= int64(p.Max)
	case "rolling", "month":
		w := l.find(p.key, 0)
		return w == nil || int(day-w.day) > max(p.Days, 31)
	}
	return count <= int64(p.Max)
}

func (l *life) lawfulDays(p *ruled, day calendar.Day) bool {
	if p.Mode == "span" {
		return false
	}
	w := l.find(p.key, day.Year())
	return w == nil || w.day == day || w.days < p.MaxDays-2
}

// note remembers a lawful use in the windows that reach beyond its visit.
func (l *life) note(p *ruled, count int64, day calendar.Day) {
	if p.program != "duration" && (p.program != "quantity" || p.Window != "rolling" && p.Window != "month") {
		return
	}
	year := 0
	if p.program == "duration" {
		year = day.Year()
	}
	w := l.find(p.key, year)
	if w == nil {
		l.used = append(l.used, usage{key: p.key, year: year, day: calendar.NoDay})
		w = &l.used[len(l.used)-1]
	}
	if w.day != day {
		w.days++
	}
	w.day = day
	w.qty += count
}

func (l *life) find(key string, year int) *usage {
	for k := range l.used {
		if l.used[k].year == year && l.used[k].key == key {
			return &l.used[k]
		}
	}
	return nil
}

// has says whether an item is billed in the visit.
func (v *visit) has(it *item) bool {
	for k := range v.lines {
		if v.lines[k].item == it {
			return true
		}
	}
	return false
}

// countOn counts the pieces of an item billed on a day, looking back from the last line.
func (v *visit) countOn(it *item, day calendar.Day) (n int64) {
	for k := len(v.lines) - 1; k >= 0; k-- {
		x := &v.lines[k]
		if x.at.Day() != day {
			break
		}
		if x.item == it {
			n += x.qty / unitQty
		}
	}
	return n
}

func (v *visit) hasClass(class string, but *item) bool {
	for k := range v.lines {
		it := v.lines[k].item
		for _, p := range it.points {
			if p.Class == class && p.program == "same_class" && it != but {
				return true
			}
		}
	}
	return false
}

func (v *visit) hasGroup(group string) bool {
	for k := range v.lines {
		for _, p := range v.lines[k].item.points {
			if p.program == "discount" && p.Group == group {
				return true
			}
		}
	}
	return false
}
