package finding

import "slices"

// Own returns the finding as its institution may read it: names, codes and ids of others
// in the explanation are masked, evidence lines of others are left out. Findings read from
// findings.csv or findings.parquet do not say whose the evidence is (EvidenceOrgs,
// Others): of them no evidence line is shown.
func Own(f *Finding) *Finding {
	own := *f
	own.Explanation = ownExplanation(f)
	own.EvidenceLines, own.EvidenceOrgs, own.Others = []string{}, nil, nil
	for i, sn := range f.EvidenceLines {
		if ownEvidence(f, i) {
			own.EvidenceLines = append(own.EvidenceLines, sn)
		}
	}
	own.Lines, own.Codes = slices.Clone(f.Lines), slices.Clone(f.Codes)
	return &own
}
