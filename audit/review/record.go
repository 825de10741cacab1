package review

import (
	"context"
	"encoding/json"
	"slices"

	"yiheng/audit/finding"
	"yiheng/ground/access"
	"yiheng/ground/db"
)

// Record is the whole record of a finding.
type Record struct {
	Finding   *Finding
	Content   *finding.Finding // the revision in force
	Revisions []*Revision      // oldest first
	Steps     []*Step          // oldest first
	Files     []*File
}

// Record returns the record of a finding that the actor may see. An institution's people
// get it without what belongs to other institutions, and without the steps before it was
// sent to them; an authority without what the institution's people said among themselves.
func (r *Review) Record(ctx context.Context, from db.Reader, actor *access.Actor, id string) (*Record, error) {
	f, err := r.Get(ctx, from, actor, id)
	if err != nil {
		return nil, err
	}
	record := &Record{Finding: f, Content: new(finding.Finding)}
	if record.Files, err = readFiles(ctx, from, actor, id); err != nil {
		return nil, err
	}
	if err := from.NewSelect().Model(&record.Steps).Where("finding_id = ?", id).Order("n").Scan(ctx); err != nil {
		return nil, err
	}
	if err := from.NewSelect().Model(&record.Revisions).Where("finding_id = ?", id).Order("n").Scan(ctx); err != nil {
		return nil, err
	}
	for _, v := range record.Revisions {
		if v.N == f.Rev {
			if err := json.Unmarshal([]byte(v.Content), record.Content); err != nil {
				return nil, err
			}
		}
	}
	if actor.May(Read) != nil {
		record.forInstitution()
	} else {
		record.Steps = slices.DeleteFunc(record.Steps, func(s *Step) bool { return slices.Contains(inside, s.Move) })
	}
	return record, nil
}

// forInstitution leaves what the institution may read.
func (r *Record) forInstitution() {
	r.Content = finding.Own(r.Content)
	for _, v := range r.Revisions {
		v.Content, v.Changes = "", "[]" // what other screenings said names other institutions' lines
	}
	for k, s := range r.Steps {
		if s.Move == "suspect" {
			r.Steps = r.Steps[k:]
			return
		}
	}
}
