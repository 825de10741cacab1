package screening

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// BucketReport is what a worker says of a bucket that it judged.
type BucketReport struct {
	Bucket      int              `json:"bucket"`
	Attempt     int              `json:"attempt"`
	Rows        int64            `json:"rows"` // read, of persons judged
	Persons     int64            `json:"persons"`
	Lines       int64            `json:"lines"` // live lines of the run's days
	Visits      int64            `json:"visits"`
	TriedLines  int64            `json:"tried_lines,omitempty"` // as in Outcome
	TriedVisits int64            `json:"tried_visits,omitempty"`
	Settlements int64            `json:"settlements"` // live, of the run's days
	Findings    int64            `json:"findings"`
	Medfee      claim.Money      `json:"medfee"` // of live settlements of the run's days
	Inscp       claim.Money      `json:"inscp"`
	Fund        claim.Money      `json:"fund"`
	Unchecked   []UncheckedCount `json:"unchecked,omitempty"`
	LeftOut     []UncheckedCount `json:"left_out,omitempty"`
	Issues      []IssueCount     `json:"issues,omitempty"`
	Counted     bool             `json:"counted,omitempty"` // a file of cells was written
	Goods       bool             `json:"goods,omitempty"`   // … with quantities of goods
	Traced      bool             `json:"traced,omitempty"`  // a file of findings by trace code was written
	Error       string           `json:"error,omitempty"`
	Progress    bool             `json:"progress,omitempty"` // not the end: only Rows is stated
}

// UncheckedCount says how often a rule could not check for a reason.
type UncheckedCount struct {
	Unchecked
	N int64
}

// IssueCount says how often a defect of the data was met at an institution, with the
// keys of the first rows.
type IssueCount struct {
	FixmedinsCode string
	Kind          string
	N             int64
	Samples       []string
}

func bucketFile(dir string, bucket, attempt int) string {
	return filepath.Join(dir, fmt.Sprintf("bucket-%05d.%d.zst", bucket, attempt))
}

func reportFile(dir string, bucket int) string {
	return filepath.Join(dir, fmt.Sprintf("bucket-%05d.json", bucket))
}

// runBucket judges one bucket of a plan into its file.
func runBucket(w Task, p *Plan, lib *Library, bucket, attempt int, progress func(rows int64)) (*BucketReport, error) {
	files, _ := p.bucketFiles(bucket)
	moved, err := claim.ReadMoved(p.Home, p.Live)
	if err != nil {
		return nil, err
	}
	o := claim.FeedOptions{Files: files, Sources: p.sources(), Resolve: lib.Resolve, Moved: moved, Unread: lib.unread()}
	var base *personReader
	if p.Base != "" {
		judged := make(map[string]bool, len(p.Persons[bucket]))
		for _, psn := range p.Persons[bucket] {
			judged[psn] = true
		}
		o.Want = func(psn string) bool { return judged[psn] }
		if base, err = openBase(w.Base, bucket, o.Want); err != nil {
			return nil, err
		}
		defer base.Close()
	}
	feed, err := claim.OpenFeed(o)
	if err != nil {
		return nil, err
	}
	defer feed.Close()
	out, err := createPersons(bucketFile(w.Dir, bucket, attempt))
	if err != nil {
		return nil, err
	}
	earlier, err := revisionsOf(w.Previous, bucket)
	if err != nil {
		return nil, err
	}
	b := &bucketRun{earlier: earlier, plan: p, judge: newJudge(lib, Options{From: p.From, To: p.To, Stage: p.Stage}), out: out, base: base, progress: progress}
	b.report = BucketReport{Bucket: bucket, Attempt: attempt}
	err = b.count(w)
	if err == nil {
		err = b.run(feed)
	}
	if err == nil {
		err = errors.Join(b.writeCells(w.Dir), b.trails(w))
	}
	if err != nil {
		out.abandon()
		return nil, err
	}
	return b.finish(), out.Close()
}

type bucketRun struct {
	plan      *Plan
	judge     *judge
	out       *personWriter
	base      *personReader
	earlier   map[string]revision
	before    map[int64]bool // sources of the base run, when cells go on from it
	report    BucketReport
	unchecked map[Unchecked]int64
	leftOut   map[Unchecked]int64
	issues    map[[2]string]*IssueCount
	progress  func(int64)
	shown     int64
}

func (b *bucketRun) run(feed *claim.Feed) error {
	b.unchecked, b.leftOut, b.issues = make(map[Unchecked]int64), make(map[Unchecked]int64), make(map[[2]string]*IssueCount)
	for {
		h, err := feed.Next()
		if errors.Is(err, io.EOF) {
			b.report.Rows = feed.Rows()
			return b.copyBase("")
		}
		if err != nil {
			return err
		}
		if err := b.copyBase(h.PsnNo); err != nil {
			return err
		}
		if err := b.person(h); err != nil {
			return err
		}
		if rows := feed.Rows(); rows-b.shown > 1<<18 {
			b.shown = rows
			b.progress(rows)
		}
	}
}

// copyBase takes over what the base run found for persons before psn ("": for all
// that are left), who have no new rows.
func (b *bucketRun) copyBase(psn string) error {
	for b.base != nil && b.base.next != nil && (psn == "" || b.base.next.PsnNo < psn) {
		b.report.Findings += int64(len(b.base.next.Findings))
		if err := b.out.write(b.base.next); err != nil {
			return err
		}
		if err := b.base.advance(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bucketRun) person(h *claim.History) error {
	b.uncount(h)
	out := b.judge.judge(h)
	r := &b.report
	r.Persons++
	r.Lines += out.Lines
	r.Visits += out.Visits
	r.TriedLines += out.TriedLines
	r.TriedVisits += out.TriedVisits
	r.Findings += int64(len(out.Findings))
	b.addMoney()
	for k, n := range out.Unchecked {
		b.unchecked[k] += n
	}
	for k, n := range out.LeftOut {
		b.leftOut[k] += n
	}
	for _, i := range out.Issues {
		b.addIssue(i)
	}
	if len(out.Findings) == 0 {
		return nil
	}
	for _, f := range out.Findings {
		f.RunID, f.SnapshotID = b.plan.RunID, b.plan.SnapshotID
		f.Revision = b.earlier[f.ID].next(f)
	}
	c, err := certify(b.judge.lib, b.judge.opt, h, out)
	if err != nil {
		return err
	}
	c.RunID, c.SnapshotID = b.plan.RunID, b.plan.SnapshotID
	text, err := c.Encode()
	if err != nil {
		return err
	}
	return b.out.write(&personFindings{PsnNo: h.PsnNo, Findings: out.Findings, Certificate: text})
}

// addMoney adds the settlements of the run's days that stand.
func (b *bucketRun) addMoney() {
	for i := range b.judge.settlements {
		s := &b.judge.settlements[i]
		day := s.SetlTime.Day()
		if s.out || day == calendar.NoDay || day < b.plan.From || day > b.plan.To {
			continue
		}
		b.report.Settlements++
		for _, m := range []struct {
			to *claim.Money
			of claim.Money
		}{{&b.report.Medfee, s.MedfeeSumamt}, {&b.report.Inscp, s.InscpAmt}, {&b.report.Fund, s.FundPaySumamt}} {
			if m.of != claim.Null {
				*m.to += m.of
			}
		}
	}
}

func (b *bucketRun) addIssue(i Issue) {
	const samples = 5
	key := [2]string{i.FixmedinsCode, i.Kind}
	c := b.issues[key]
	if c == nil {
		c = &IssueCount{FixmedinsCode: strings.Clone(i.FixmedinsCode), Kind: i.Kind}
		b.issues[key] = c
	}
	c.N++
	if len(c.Samples) < samples {
		c.Samples = append(c.Samples, strings.Clone(i.Key))
	}
}

func (b *bucketRun) finish() *BucketReport {
	r := &b.report
	for k, n := range b.unchecked {
		r.Unchecked = append(r.Unchecked, UncheckedCount{k, n})
	}
	for k, n := range b.leftOut {
		r.LeftOut = append(r.LeftOut, UncheckedCount{k, n})
	}
	for _, c := range b.issues {
		r.Issues = append(r.Issues, *c)
	}
	return r
}
