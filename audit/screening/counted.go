package screening

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/facts/stock"
)

// count begins the bucket's cells, when points want them: with those of the base run,
// where there is one.
func (b *bucketRun) count(w Task) error {
	b.judge.meter = newMeter(b.judge.lib)
	if b.judge.meter == nil || b.plan.Base == "" {
		return nil
	}
	var r BucketReport
	if err := readJSON(reportFile(w.Base, b.report.Bucket), &r); err != nil {
		return err
	}
	base, err := loadPlan(w.Base)
	if err != nil {
		return err
	}
	b.before = make(map[int64]bool, len(base.Live))
	for _, s := range base.Live {
		b.before[s.Seq] = true
	}
	return b.judge.meter.cells.read(cellsFile(w.Base, b.report.Bucket, r.Attempt))
}

// uncount takes away what a person came to in the base run, before the new rows.
func (b *bucketRun) uncount(h *claim.History) {
	if b.before == nil {
		return
	}
	old := h.OfSources(b.before)
	j := b.judge
	j.meter.cells.sign, j.only = -1, true
	j.judge(old)
	j.meter.cells.sign, j.only = 1, false
}

// writeCells writes the bucket's cells.
func (b *bucketRun) writeCells(dir string) error {
	if b.judge.meter == nil {
		return nil
	}
	b.report.Counted, b.report.Goods = true, len(b.judge.lib.measures.stocks) > 0
	return b.judge.meter.cells.write(cellsFile(dir, b.report.Bucket, b.report.Attempt))
}

// buildTogether makes p go on from what its base counted across persons and found by
// trace codes. Where that cannot be had the error wraps ErrNoBase and says why.
func (p *Plan) buildTogether(dir string, base *Plan, retired, moved bool) (err error) {
	var r BucketReport
	if err := readJSON(reportFile(dir, 0), &r); err != nil || !r.Counted && !r.Traced {
		return err
	}
	switch {
	case retired:
		return fmt.Errorf("%w：上次筛查以来有数据被替换或撤回，跨人统计不能接续，改为全量筛查", ErrNoBase)
	case moved:
		return fmt.Errorf("%w：上次筛查以来有记录改属他人，跨人统计不能接续，改为全量筛查", ErrNoBase)
	case r.Goods && !sameFiles(p.Files["stock_d"], base.Files["stock_d"]):
		return fmt.Errorf("%w：上次筛查以来进销存账册有变化，改为全量筛查", ErrNoBase)
	}
	if r.Traced {
		now, before := p.sources(), base.sources()
		added := func(tag string) bool { return has(now, tag) && !has(before, tag) }
		p.Traces, err = stock.CodesOf(p.filesNotIn(base)["drug_trac_d"], added)
	}
	return err
}

func sameFiles(a, b []lake.File) bool {
	return slices.EqualFunc(a, b, func(x, y lake.File) bool { return x.Path == y.Path })
}

const togetherBucket = -1 // of the report on what was judged across persons

func togetherFile(dir string) string { return filepath.Join(dir, "together.zst") }

func openTogether(dir string) (*personReader, error) {
	r, err := openPersons(togetherFile(dir), nil)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return r, err
}

// judgeTogether judges what all buckets counted, when they counted anything, and adds
// a report on it.
func (r *Runner) judgeTogether(res *Result) error {
	p := res.Plan
	if !slices.ContainsFunc(res.Reports, func(b BucketReport) bool { return b.Counted }) {
		return nil
	}
	lib, err := p.library()
	if err != nil {
		return err
	}
	res.lib = lib
	all := newCells()
	for i := range res.Reports {
		if b := &res.Reports[i]; b.Counted {
			if err := all.read(cellsFile(res.Dir, b.Bucket, b.Attempt)); err != nil {
				return err
			}
		}
	}
	pop := newPopulation(lib, Options{From: p.From, To: p.To, Stage: p.Stage}, all)
	pop.judge()
	if err := p.eachBook(lib, pop.judgeBook); err != nil {
		return err
	}
	report := BucketReport{Bucket: togetherBucket}
	for k, n := range pop.out.unchecked {
		report.Unchecked = append(report.Unchecked, UncheckedCount{k, n})
	}
	previous, err := r.previous(p)
	if err != nil {
		return err
	}
	if report.Findings, err = p.writeTogether(res.Dir, previous, pop.out.sorted()); err != nil {
		return err
	}
	res.Reports = append(res.Reports, report)
	return nil
}

// eachBook calls f with the books of every institution, when points of stock ask.
func (p *Plan) eachBook(lib *Library, f func(*stock.Book)) error {
	if len(lib.measures.stocks) == 0 {
		return nil
	}
	for bucket := range p.Buckets {
		files, _ := p.filesOf("stock_d", bucket)
		if len(files) == 0 {
			continue
		}
		books, err := stock.OpenBooks(files, p.sources())
		if err != nil {
			return err
		}
		for b, err := books.Next(); b != nil || err != nil; b, err = books.Next() {
			if err != nil {
				books.Close()
				return err
			}
			f(b)
		}
		books.Close()
	}
	return nil
}

// holds reads what institutions keep books of, when points of stock ask.
func (p *Plan) holds(lib *Library) (err error) {
	if lib.measures != nil && len(lib.measures.stocks) > 0 {
		lib.held, err = stock.ReadHeld(p.Files["stock_d"], p.sources())
	}
	return err
}

func (p *Plan) writeTogether(dir, previous string, found []certified) (n int64, err error) {
	earlier := make(map[string]revision)
	if previous != "" {
		if earlier, err = revisionsIn(openTogether(previous)); err != nil {
			return 0, err
		}
	}
	out, err := createPersons(togetherFile(dir))
	if err != nil {
		return 0, err
	}
	for i := range found {
		if err := found[i].write(out, "", p, earlier); err != nil {
			out.abandon()
			return 0, err
		}
		n += int64(len(found[i].findings))
	}
	return n, out.Close()
}
