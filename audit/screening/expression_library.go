package screening

import (
	"slices"

	"yiheng/audit/expression"
)

// expressions are the points of the program expression: each a check of its own. Those
// with trigger codes join the index of codes, so that nobody else is asked.
type expressions struct {
	programs map[*point]*expression.Program // nil: the text is wrong, which the import refuses
	texts    map[[2]string]*expression.Program
	always   []*point         // without a trigger: asked for everybody
	triggers map[string][]use // by code or prefix
	lengths  []int            // of the keys of triggers, ascending
	entries  map[string]int32 // the library's entry of a trigger, for codes that no other point carries
}

// expressed returns the library's expressions, to be added to.
func (l *Library) expressed() *expressions {
	if l.expressions == nil {
		l.expressions = &expressions{
			programs: make(map[*point]*expression.Program), texts: make(map[[2]string]*expression.Program),
			triggers: make(map[string][]use), entries: make(map[string]int32),
		}
	}
	return l.expressions
}

// add makes a point's expression ready, once for each text, and notes what asks for it.
func (e *expressions) add(l *Library, p *point) {
	key := [2]string{p.Params.Hits, p.Params.Over}
	program, known := e.texts[key]
	if !known {
		program, _ = expression.Compile(p.Params.Hits, p.Params.Over)
		e.texts[key] = program
	}
	e.programs[p] = program
	triggers := p.Params.Triggers
	if p.Code != "" {
		triggers = append([]string{p.Code}, triggers...)
	}
	if len(triggers) == 0 {
		e.always = append(e.always, p)
		return
	}
	p.cluster = l.cluster(p)
	p.cluster.points = append(p.cluster.points, p)
	for _, t := range unique(triggers) {
		e.triggers[t] = append(e.triggers[t], use{point: p})
		if n := len(t); !slices.Contains(e.lengths, n) {
			e.lengths = append(e.lengths, n)
			slices.Sort(e.lengths)
		}
	}
}

// mount joins the triggers with the index of codes, when that is complete. A nil e has
// none.
func (e *expressions) mount(l *Library) {
	if e == nil {
		return
	}
	for t := range e.triggers {
		if i := l.entries[nationalItem(t)]; i != 0 && l.entries[t] == 0 {
			l.entry = append(l.entry, slices.Clone(l.entry[i-1]))
			l.entries[t] = int32(len(l.entry))
		}
	}
	for code, i := range l.entries {
		l.entry[i-1] = withUses(l.entry[i-1], e.of(code))
	}
	for t := range e.triggers {
		l.entry = append(l.entry, withUses(nil, e.of(t)))
		e.entries[t] = int32(len(l.entry))
	}
}

// of returns the points that a code triggers.
func (e *expressions) of(code string) []use {
	var uses []use
	for _, n := range e.lengths {
		if n <= len(code) {
			uses = append(uses, e.triggers[code[:n]]...)
		}
	}
	return uses
}

// withUses adds uses by points that are not there yet.
func withUses(uses, more []use) []use {
	for _, u := range more {
		if !slices.ContainsFunc(uses, func(o use) bool { return o.point == u.point }) {
			uses = append(uses, u)
		}
	}
	return uses
}

// resolve returns the entry of a code that no point but expressions carries: -1 when
// they do not either.
func (e *expressions) resolve(code string) int32 {
	if e == nil {
		return -1
	}
	for _, n := range slices.Backward(e.lengths) {
		if n <= len(code) {
			if i := e.entries[code[:n]]; i != 0 {
				return i
			}
		}
	}
	return -1
}

// columns returns the columns of fee lines that expressions ask for, of those that a
// reader may leave out.
func (e *expressions) columns() []string {
	var columns []string
	if e != nil {
		for _, p := range e.texts {
			if p != nil {
				columns = append(columns, p.Columns...)
			}
		}
	}
	return columns
}
