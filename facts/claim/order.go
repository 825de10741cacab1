package claim

// linesOfSource is more than the lines of one source: positions of two sources never
// meet.
const linesOfSource = 1 << 36

// ReadOrder returns the position (Version.Read) of a line of the source that was the
// seq-th to be taken in.
func ReadOrder(seq, line int64) int64 { return seq*linesOfSource + max(0, line) }

// Source returns the order of intake of the source that a row came from.
func (v *Version) Source() int64 { return v.Read / linesOfSource }

// OfSources returns the rows of h that came from the given sources, by their order of
// intake. The texts are h's.
func (h *History) OfSources(sources map[int64]bool) *History {
	o := &History{PsnNo: h.PsnNo}
	if h.Person != nil && sources[h.Person.Source()] {
		o.Person = h.Person
	}
	o.Encounters = ofSources(h.Encounters, sources, func(e *Encounter) *Version { return &e.Version })
	o.Settlements = ofSources(h.Settlements, sources, func(s *Settlement) *Version { return &s.Version })
	o.Diagnoses = ofSources(h.Diagnoses, sources, func(d *Diagnosis) *Version { return &d.Version })
	o.Operations = ofSources(h.Operations, sources, func(x *Operation) *Version { return &x.Version })
	o.Lines = ofSources(h.Lines, sources, func(l *Line) *Version { return &l.Version })
	o.Records = ofSources(h.Records, sources, func(r *Record) *Version { return &r.Version })
	return o
}

func ofSources[T any](rows []T, sources map[int64]bool, version func(*T) *Version) []T {
	var kept []T
	for i := range rows {
		if sources[version(&rows[i]).Source()] {
			kept = append(kept, rows[i])
		}
	}
	return kept
}
