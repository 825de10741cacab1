package screening

import (
	"errors"
	"fmt"
	"path/filepath"

	"yiheng/facts/lake"
	"yiheng/facts/stock"
)

func trailsFile(dir string, bucket, attempt int) string {
	return filepath.Join(dir, fmt.Sprintf("trails-%05d.%d.zst", bucket, attempt))
}

// openTrailsOf opens the findings by trace code of a bucket of a finished run, nil when
// that run judged none.
func openTrailsOf(dir string, bucket int, skip func(code string) bool) (*personReader, error) {
	var r BucketReport
	if err := readJSON(reportFile(dir, bucket), &r); err != nil || !r.Traced {
		return nil, err
	}
	return openPersons(trailsFile(dir, bucket, r.Attempt), skip)
}

// trailRun judges the trace codes of a bucket, which lie in it whole.
type trailRun struct {
	*bucketRun
	out     *personWriter // by trace code in the place of the person
	base    *personReader // nil: none
	earlier map[string]revision
}

// trails judges the bucket's trace codes into a file of their own, when points of trace
// are in force.
func (b *bucketRun) trails(w Task) (err error) {
	files, rows := b.plan.filesOf("drug_trac_d", b.report.Bucket)
	if len(b.judge.lib.traces) == 0 || len(b.plan.Files["drug_trac_d"]) == 0 {
		return nil
	}
	t := &trailRun{bucketRun: b}
	var want func(string) bool
	if b.plan.Base != "" {
		judged := setOf(b.plan.Traces[b.report.Bucket])
		want = func(code string) bool { return judged[code] }
		if t.base, err = openTrailsOf(w.Base, b.report.Bucket, want); err != nil {
			return err
		}
	}
	if t.base != nil {
		defer t.base.Close()
	}
	if t.earlier, err = revisionsIn(openTrailsOf(w.Previous, b.report.Bucket, nil)); w.Previous != "" && err != nil {
		return err
	}
	trails, err := stock.OpenTrails(files, b.plan.sources(), want)
	if err != nil {
		return err
	}
	defer trails.Close()
	if t.out, err = createPersons(trailsFile(w.Dir, b.report.Bucket, b.report.Attempt)); err != nil {
		return err
	}
	if err := t.run(trails); err != nil {
		t.out.abandon()
		return err
	}
	if n := trails.Rows(); want == nil && n != rows {
		t.out.abandon()
		return fmt.Errorf("第%d桶追溯码读到%d行，计划为%d行", b.report.Bucket, n, rows)
	}
	b.report.Traced = true
	return t.out.Close()
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

func (t *trailRun) run(trails *stock.Trails) error {
	for {
		trail, err := trails.Next()
		if err != nil {
			return err
		}
		if trail == nil {
			return t.copyBase("")
		}
		if err := t.copyBase(trail.Code); err != nil {
			return err
		}
		if err := t.trail(trail); err != nil {
			return err
		}
	}
}

// copyBase takes over what the base run found for codes before code ("": for all that
// are left), which have no new rows.
func (t *trailRun) copyBase(code string) error {
	for t.base != nil && t.base.next != nil && (code == "" || t.base.next.PsnNo < code) {
		t.report.Findings += int64(len(t.base.next.Findings))
		if err := t.out.write(t.base.next); err != nil {
			return err
		}
		if err := t.base.advance(); err != nil {
			return err
		}
	}
	return nil
}

func (t *trailRun) trail(trail *stock.Trail) error {
	out := t.judge.lib.judgeTrail(trail, t.judge.opt)
	for k, n := range out.unchecked {
		t.unchecked[k] += n
	}
	for k, n := range out.leftOut {
		t.leftOut[k] += n
	}
	if len(out.findings) == 0 {
		return nil
	}
	t.report.Findings += int64(len(out.findings))
	c := certified{out.findings, t.judge.lib.certifyTrail(t.judge.opt, trail, out)}
	return c.write(t.out, trail.Code, t.plan, t.earlier)
}

// write gives findings their run and revision and writes them with their certificate.
func (c *certified) write(out *personWriter, key string, p *Plan, earlier map[string]revision) error {
	for _, f := range c.findings {
		f.RunID, f.SnapshotID = p.RunID, p.SnapshotID
		f.Revision = earlier[f.ID].next(f)
	}
	c.certificate.RunID, c.certificate.SnapshotID = p.RunID, p.SnapshotID
	text, err := c.certificate.Encode()
	if err != nil {
		return err
	}
	return out.write(&personFindings{PsnNo: key, Findings: c.findings, Certificate: text})
}

// eachTogether calls f with what was found across persons: by institution, then by
// trace code.
func (res *Result) eachTogether(f func(*personFindings) error) error {
	r, err := openTogether(res.Dir)
	if err != nil {
		return err
	}
	if err := eachIn(r, f); err != nil {
		return err
	}
	for b := range res.Plan.Buckets {
		r, err := openTrailsOf(res.Dir, b, nil)
		if err != nil {
			return err
		}
		if err := eachIn(r, f); err != nil {
			return err
		}
	}
	return nil
}

func eachIn(r *personReader, f func(*personFindings) error) (err error) {
	if r == nil {
		return nil
	}
	defer r.Close()
	for r.next != nil && err == nil {
		for _, found := range r.next.Findings {
			found.Across = true
		}
		if err = f(r.next); err == nil {
			err = r.advance()
		}
	}
	return err
}

// filesOf returns a table's files of one bucket and their rows.
func (p *Plan) filesOf(table string, bucket int) (files []lake.File, rows int64) {
	for _, f := range p.Files[table] {
		if f.Bucket == bucket {
			files = append(files, f)
			rows += f.Rows
		}
	}
	return files, rows
}

// revisionsIn reads the revisions of findings that an earlier run wrote; r is nil when
// it wrote none.
func revisionsIn(r *personReader, err error) (map[string]revision, error) {
	revisions := make(map[string]revision)
	if r == nil || err != nil {
		return revisions, err
	}
	defer r.Close()
	for r.next != nil {
		for _, f := range r.next.Findings {
			revisions[f.ID] = revision{f.Revision, decided(f)}
		}
		if err := r.advance(); err != nil {
			return nil, errors.Join(err)
		}
	}
	return revisions, nil
}
