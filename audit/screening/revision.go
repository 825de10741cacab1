package screening

import (
	"crypto/sha256"
	"encoding/json"

	"yiheng/audit/finding"
)

// revision is what an earlier run said of a finding: its number and the hash of all
// that judgement decided.
type revision struct {
	n    int
	hash [32]byte
}

// next returns the revision of f after r: the same where nothing changed.
func (r revision) next(f *finding.Finding) int {
	if r.n > 0 && r.hash == decided(f) {
		return r.n
	}
	return r.n + 1
}

// decided hashes what judgement decided of a finding, not which run did.
func decided(f *finding.Finding) [32]byte {
	g := *f
	g.RunID, g.SnapshotID, g.Revision = "", "", 0
	text, err := json.Marshal(&g)
	if err != nil {
		panic(err) // a finding holds nothing that JSON cannot say
	}
	return sha256.Sum256(text)
}

// revisionsOf reads the revisions of a bucket's findings in an earlier run.
func revisionsOf(dir string, bucket int) (map[string]revision, error) {
	revisions := make(map[string]revision)
	if dir == "" {
		return revisions, nil
	}
	r, err := openBase(dir, bucket, nil)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.next != nil {
		for _, f := range r.next.Findings {
			revisions[f.ID] = revision{f.Revision, decided(f)}
		}
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
	return revisions, nil
}
