package knowledge

import (
	"context"
	"slices"
)

// Comparison is what an import would do.
type Comparison struct {
	Files      []KnowledgeFile
	Tally      PointTally
	Rows       []Version                    // that would be new, changed or gone
	Fields     map[string][]PointDifference // of changed ones, by kp_id
	Quarantine []Problem
}

// Compare says what Import would do and writes nothing. The error is Problems where it
// would refuse.
func (s *Store) Compare(ctx context.Context, classes Classes, files ...*Intake) (*Comparison, error) {
	_, base, err := s.base(ctx)
	if err != nil {
		return nil, err
	}
	p, err := propose(base, classes, Layer{Operator: true}, files)
	if err != nil {
		return nil, err
	}
	d := &Comparison{Files: p.account(), Fields: map[string][]PointDifference{}, Quarantine: slices.Concat(p.left...)}
	d.Rows, d.Tally = p.versions()
	old := make(map[string]int, len(base))
	for i := range base {
		old[base[i].ID] = i
	}
	for i := range d.Rows {
		if at, known := old[d.Rows[i].KpID]; known {
			was := versionOf(&base[at], "")
			d.Fields[d.Rows[i].KpID] = differences(&was, &d.Rows[i])
		}
	}
	return d, nil
}
