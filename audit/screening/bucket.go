package screening

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"yiheng/audit/finding"
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
	Settlements int64            `json:"settlements"` // live, of the run's days
	Findings    int64            `json:"findings"`
	Medfee      claim.Money      `json:"medfee"` // of live settlements of the run's days
	Inscp       claim.Money      `json:"inscp"`
	Fund        claim.Money      `json:"fund"`
	Unchecked   []UncheckedCount `json:"unchecked,omitempty"`
	Issues      []IssueCount     `json:"issues,omitempty"`
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

// personFindings is two lines of a bucket's file: one person with findings, and
// their certificate as it is given out.
type personFindings struct {
	PsnNo       string             `json:"psn_no"` // first, so that a reader can skip by it
	Findings    []*finding.Finding `json:"findings"`
	Certificate json.RawMessage    `json:"-"`
}

func bucketFile(dir string, bucket, attempt int) string {
	return filepath.Join(dir, fmt.Sprintf("bucket-%05d.%d.zst", bucket, attempt))
}

// runBucket judges one bucket of a plan into its file.
func runBucket(w Task, p *Plan, lib *Library, bucket, attempt int, progress func(rows int64)) (*BucketReport, error) {
	files, _ := p.bucketFiles(bucket)
	moved, err := claim.ReadMoved(p.Home, p.Live)
	if err != nil {
		return nil, err
	}
	o := claim.FeedOptions{Files: files, Sources: p.sources(), Resolve: lib.Resolve, Moved: moved}
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
	if err := b.run(feed); err != nil {
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
	report    BucketReport
	unchecked map[Unchecked]int64
	issues    map[[2]string]*IssueCount
	progress  func(int64)
	shown     int64
}

func (b *bucketRun) run(feed *claim.Feed) error {
	b.unchecked, b.issues = make(map[Unchecked]int64), make(map[[2]string]*IssueCount)
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
	out := b.judge.judge(h)
	r := &b.report
	r.Persons++
	r.Lines += out.Lines
	r.Visits += out.Visits
	r.Findings += int64(len(out.Findings))
	b.addMoney()
	for k, n := range out.Unchecked {
		b.unchecked[k] += n
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
	for _, c := range b.issues {
		r.Issues = append(r.Issues, *c)
	}
	return r
}

// personWriter writes a bucket's file; personReader reads one, person by person.
type personWriter struct {
	file *os.File
	z    *zstd.Encoder
	enc  *json.Encoder
}

func createPersons(path string) (*personWriter, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		f.Close()
		return nil, err
	}
	enc := json.NewEncoder(z)
	enc.SetEscapeHTML(false)
	return &personWriter{f, z, enc}, nil
}

func (w *personWriter) write(p *personFindings) error {
	if err := w.enc.Encode(p); err != nil {
		return err
	}
	if _, err := w.z.Write(p.Certificate); err != nil {
		return err
	}
	_, err := w.z.Write([]byte{'\n'})
	return err
}

func (w *personWriter) Close() error {
	return errors.Join(w.z.Close(), w.file.Sync(), w.file.Close())
}

func (w *personWriter) abandon() {
	w.z.Close()
	w.file.Close()
	os.Remove(w.file.Name())
}

type personReader struct {
	file *os.File
	z    *zstd.Decoder
	in   *bufio.Reader
	skip func(psnNo string) bool
	next *personFindings // nil at the end
}

func openPersons(path string, skip func(string) bool) (*personReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewReader(bufio.NewReaderSize(f, 1<<16), zstd.WithDecoderConcurrency(1))
	if err != nil {
		f.Close()
		return nil, err
	}
	r := &personReader{file: f, z: z, in: bufio.NewReaderSize(z, 1<<18), skip: skip}
	if err := r.advance(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *personReader) advance() error {
	r.next = nil
	for {
		text, err := r.in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(text) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s：%w", r.file.Name(), err)
		}
		if r.skip != nil && r.skip(personOf(text)) {
			if err := r.skipLine(); err != nil {
				return fmt.Errorf("%s：%w", r.file.Name(), err)
			}
			continue
		}
		p := &personFindings{}
		if err := json.Unmarshal(text, p); err != nil {
			return fmt.Errorf("%s：%w", r.file.Name(), err)
		}
		if p.Certificate, err = r.in.ReadBytes('\n'); err != nil {
			return fmt.Errorf("%s：%w", r.file.Name(), err)
		}
		p.Certificate = bytes.TrimSuffix(p.Certificate, []byte{'\n'})
		r.next = p
		return nil
	}
}

// personOf reads psn_no, the first member of a person's line, and nothing else.
func personOf(text []byte) string {
	var psn string
	head, _, _ := bytes.Cut(text, []byte(`,"findings":`))
	_, quoted, _ := bytes.Cut(head, []byte{':'})
	if json.Unmarshal(quoted, &psn) != nil {
		return ""
	}
	return psn
}

// skipLine passes over a certificate.
func (r *personReader) skipLine() error {
	for {
		_, err := r.in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

func (r *personReader) Close() {
	r.z.Close()
	r.file.Close()
}

// openBase opens a bucket of a finished run.
func openBase(dir string, bucket int, skip func(string) bool) (*personReader, error) {
	var r BucketReport
	if err := readJSON(reportFile(dir, bucket), &r); err != nil {
		return nil, err
	}
	return openPersons(bucketFile(dir, bucket, r.Attempt), skip)
}

func reportFile(dir string, bucket int) string {
	return filepath.Join(dir, fmt.Sprintf("bucket-%05d.json", bucket))
}
