package knowledge

import "strings"

// exclusionMerger merges files of exclusions into those in force.
type exclusionMerger struct {
	all      []Exclusion
	replace  bool // a known id takes its new content
	byID     map[string]int
	content  map[string]string // what an exclusion says → its id
	from     map[string]Problem
	problems Problems
}

func newExclusionMerger(now []Exclusion, replace bool) *exclusionMerger {
	m := &exclusionMerger{all: now, replace: replace, byID: map[string]int{}, content: map[string]string{}, from: map[string]Problem{}}
	for i := range now {
		m.byID[now[i].ID] = i
		m.content[now[i].says()] = now[i].ID
	}
	return m
}

// add merges one file: an id is taken once, and no two ids say the same.
func (m *exclusionMerger) add(f *ExclusionIntake) ExclusionChange {
	c := ExclusionChange{Name: f.Name, Hash: f.Hash, RowsRead: f.RowsRead, Examples: f.Examples}
	for i := range f.Exclusions {
		x := &f.Exclusions[i]
		place := f.place(i)
		at, known := m.byID[x.ID]
		before, twice := m.from[x.ID]
		twin, said := m.content[x.says()]
		switch {
		case known && twice && m.all[at].text() == x.text():
			m.refuse(place, "", "与"+where(before)+"完全相同；请删去其中一行")
			continue
		case known && twice:
			m.refuse(place, "ex_id", "编号“"+x.ID+"”已用于"+where(before)+"，内容不同；请改一个编号")
			continue
		case known && m.all[at].text() == x.text():
			c.Same++
			m.from[x.ID] = place
			continue
		case known && !m.replace:
			m.refuse(place, "ex_id", "编号“"+x.ID+"”已用于生效中的另一条（"+m.all[at].Reason+"）；请改一个编号，要更换那一条则加 --replace")
			continue
		case said && twin != x.ID:
			m.refuse(place, "", "与“"+twin+"”条件、规则和日期都相同，是重复的例外；请删去其中一行")
			continue
		}
		m.put(*x, at, known)
		m.from[x.ID] = place
		if known {
			c.Replaced++
		} else {
			c.Added++
		}
	}
	return c
}

func (m *exclusionMerger) put(x Exclusion, at int, known bool) {
	if known {
		delete(m.content, m.all[at].says())
		m.all[at] = x
	} else {
		m.byID[x.ID] = len(m.all)
		m.all = append(m.all, x)
	}
	m.content[x.says()] = x.ID
}

func (m *exclusionMerger) refuse(place Problem, column, text string) {
	place.Column, place.Text = column, text
	m.problems = append(m.problems, place)
}

// where names the place of a row for the sentence of another.
func where(p Problem) string { return strings.TrimSuffix(p.String(), "：") }

// text returns everything that x holds, in the form of the CSV.
func (x *Exclusion) text() string {
	var b strings.Builder
	for _, c := range exclusionColumns {
		b.WriteString(c.get(x) + "\x00")
	}
	return b.String()
}

// says returns what x excludes, without its id, its kind and its reason.
func (x *Exclusion) says() string {
	y := *x
	y.ID, y.Kind, y.Reason = "", "", ""
	return y.text()
}
