package review

import (
	"context"

	"yiheng/facts/lake"
	"yiheng/facts/registry"
)

// Sources are what a finding's page reads beside the findings: the visit's records in the
// lake, and the register of institutions for comparing like with like.
type Sources struct {
	Lake         *lake.Lake
	Home         string
	Institutions func(ctx context.Context) ([]registry.Institution, error)
	// Employer returns the institution at which the register of doctors has a code, "" where
	// it does not have it.
	Employer func(ctx context.Context, doctor string) (string, error)
}

// UseSources lets the visits of findings and the comparison with peers be asked for.
func (r *Review) UseSources(s Sources) { r.sources = s }
