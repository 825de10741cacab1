package claim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"yiheng/facts/lake"
)

// takeIn writes the rows of all sources and commits them. When it fails, nothing is
// left behind.
func (in *intake) takeIn(ctx context.Context, sources []*source) (err error) {
	var tables []string
	for _, s := range sources {
		tables = append(tables, s.layout.form.Name)
	}
	slices.Sort(tables)
	w, err := in.Lake.Begin(ctx, slices.Compact(tables)...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := in.sweep(tables); err != nil {
		return err
	}
	in.persons.find = func(certno string) ([]string, error) { return in.Registry.Find(ctx, "psn", "certno", certno) }
	stop := in.showProgress(sources)
	defer stop()
	var takes []*take
	defer func() {
		for _, t := range takes {
			t.discard()
		}
	}()
	for _, s := range inOrder(sources) {
		if err := in.makeFindable(ctx, s); err != nil {
			return err
		}
		t, err := in.readSource(ctx, s, w)
		switch {
		case err == nil:
			takes = append(takes, t)
		case in.KeepGoing && ctx.Err() == nil && errors.As(err, new(*Problem)):
			t.discard() // its rows stay invisible: their source is never named
			in.report.Problems = append(in.report.Problems, asProblem(err, s.name))
		default:
			t.discard()
			return err
		}
	}
	if len(takes) == 0 {
		return joinProblems(in.report.Problems)
	}
	if err := in.checkKeys(ctx, takes); err != nil {
		return err
	}
	stop()
	return in.commit(ctx, w, takes)
}

// sweep removes what a killed intake has left for these tables, which are locked.
func (in *intake) sweep(tables []string) error {
	if err := os.MkdirAll(in.keyDir(), 0o700); err != nil {
		return cannotWrite(in.keyDir(), err)
	}
	for _, table := range tables {
		for _, pattern := range []string{
			filepath.Join(in.keyDir(), table+"-*.run*"), filepath.Join(in.keyDir(), table+"-*.part"),
			filepath.Join(in.Dir, "quarantine", table+"-*.part"),
		} {
			left, err := filepath.Glob(pattern)
			if err != nil {
				return err
			}
			for _, path := range left {
				if err := os.Remove(path); err != nil {
					return cannotWrite(path, err)
				}
			}
		}
	}
	return nil
}

func (in *intake) keyDir() string { return filepath.Join(in.Dir, "keys") }

// checkKeys compares the keys of each table's new sources among themselves and with
// the live ones, and fee lines with settlements.
func (in *intake) checkKeys(ctx context.Context, takes []*take) error {
	live, err := in.liveSources(ctx)
	if err != nil {
		return err
	}
	live = slices.DeleteFunc(live, func(s lake.Source) bool { return in.old != nil && s.ID == in.old.ID })
	for _, f := range Forms {
		c := keyCheck{dir: in.keyDir()}
		for _, t := range takes {
			if t.layout.form == f {
				c.takes = append(c.takes, t)
			}
		}
		for _, s := range live {
			if s.Table == f.Name {
				c.live = append(c.live, s)
			}
		}
		if len(c.takes) == 0 {
			continue
		}
		moved, err := c.run()
		if err != nil {
			return err
		}
		if len(moved) > 0 {
			c.takes[0].moved = moved
		}
	}
	return in.checkOrphans(live, takes)
}

func (in *intake) checkOrphans(live []lake.Source, takes []*take) error {
	var known []string
	for _, s := range live {
		path := keyPath(in.keyDir(), s.Table, s.ID)
		if _, err := os.Stat(path); s.Table == Setl.Name && err == nil {
			known = append(known, path)
		}
	}
	for _, t := range takes {
		if t.layout.form == Setl {
			known = append(known, t.keys.path+".part")
		}
	}
	for _, t := range takes {
		if err := t.checkOrphans(known); err != nil {
			return err
		}
	}
	return nil
}

// take is one source that has been read.
type take struct {
	*source
	quarantine *quarantine
	quality    *quality
	keys       *keyRuns
	settled    *keyRuns // of fee lines; only for the check of orphans
	moved      []Moved

	read, kept, refused int64
	strangers           int64 // of the refused: whose certificate number is nobody's
	elapsed             time.Duration
}

// discard removes what the source has left outside of the lake.
func (t *take) discard() {
	t.quarantine.discard()
	t.keys.discard()
	if t.settled != nil {
		t.settled.discard()
	}
}

// keep lets what the source has left outside of the lake stay.
func (t *take) keep(keyDir string) error {
	if t.settled != nil {
		t.settled.discard()
	}
	return errors.Join(t.quarantine.keep(), t.keys.keep(), saveMoved(keyDir, t.id, t.moved))
}

// forget undoes keep.
func (t *take) forget(keyDir string) {
	for _, path := range []string{t.quarantine.path, t.keys.path, filepath.Join(keyDir, t.id+".moved.json")} {
		os.Remove(path)
	}
}

// inOrder puts templates behind the national tables, which say who the persons are
// whom templates name by certificate numbers.
func inOrder(sources []*source) []*source {
	out := slices.Clone(sources)
	slices.SortStableFunc(out, func(a, b *source) int {
		return cmp.Compare(min(len(a.layout.makers), 1), min(len(b.layout.makers), 1))
	})
	return out
}

// makeFindable writes the identities read so far where a template's persons are
// looked for.
func (in *intake) makeFindable(ctx context.Context, s *source) error {
	if s.layout.template == nil {
		return nil
	}
	return in.Registry.Flush(ctx)
}

// readSource reads all rows of a source into the writer.
func (in *intake) readSource(ctx context.Context, s *source, w *lake.Writer) (*take, error) {
	began := time.Now()
	t := &take{source: s, quality: newQuality(s.layout.form, s.name, in.Today)}
	t.quarantine = newQuarantine(filepath.Join(in.Dir, "quarantine"), s.id, s.name, s.layout)
	t.keys = &keyRuns{path: keyPath(in.keyDir(), s.layout.form.Name, s.id)}
	if s.layout.form == FeeList {
		t.settled = &keyRuns{path: t.keys.path + ".setl"}
	}
	rows, done, err := in.openTable(s, &in.bytes)
	if err != nil {
		return t, asProblem(err, s.name)
	}
	defer done()
	out := sinks{
		append: func(b *lake.Batch) error { return w.Append(ctx, b) },
		keep:   in.Registry.Keep, blind: in.Registry.Blind, today: in.Today, rows: &in.rows,
	}
	if s.layout.template != nil {
		out.person = in.persons.of
	}
	mills := make([]*mill, in.Workers)
	for i := range mills {
		mills[i] = newMill(s.layout, s.id, s.name, out, t.quarantine)
		mills[i].keys = &keyGatherer{runs: t.keys}
		if t.settled != nil {
			mills[i].settled = &keyGatherer{runs: t.settled}
		}
	}
	if err := rows.run(ctx, s.layout, s.at, mills); err != nil {
		return t, s.blame(err)
	}
	var g errgroup.Group
	for _, m := range mills {
		g.Go(m.flush)
	}
	if err := g.Wait(); err != nil {
		return t, err
	}
	for _, m := range mills {
		t.read, t.kept, t.refused = t.read+m.read, t.kept+m.kept, t.refused+m.refused
		t.strangers += m.strangers
		t.quality.merge(m.quality)
	}
	if err := t.keys.merge(); err != nil {
		return t, err
	}
	if t.settled != nil {
		if err := t.settled.merge(); err != nil {
			return t, err
		}
	}
	t.elapsed = time.Since(began)
	switch {
	case t.read != t.kept+t.refused || t.refused != t.quarantine.rows:
		return t, ErrMiscounted
	case !s.unchanged():
		return t, &Problem{File: s.name, What: "文件在读取过程中被改动", Do: "请等它写完后重新导入"}
	case t.read == 0:
		return t, &Problem{File: s.name, What: "只有表头，没有数据", Do: "请检查导出条件"}
	}
	return t, nil
}

// commit makes everything visible at once.
func (in *intake) commit(ctx context.Context, w *lake.Writer, takes []*take) error {
	if err := in.Registry.Flush(ctx); err != nil {
		return err
	}
	c := lake.Change{Note: in.Note}
	for _, t := range takes {
		path, err := filepath.Abs(t.path)
		if err != nil {
			return err
		}
		c.Add = append(c.Add, lake.Source{
			ID: t.id, Table: t.layout.form.Name, Name: t.name, Path: path, Hash: t.hash,
			Read: t.read, Kept: t.kept, Quarantined: t.refused,
		})
		if in.old != nil && in.old.Table == t.layout.form.Name {
			c.Retire = append(c.Retire, in.old.ID)
		} else if t.again {
			c.Retire = append(c.Retire, t.id)
		}
		if err := t.keep(in.keyDir()); err != nil {
			return err
		}
		in.report.Files = append(in.report.Files, t.report())
		in.report.Issues = append(in.report.Issues, t.quality.list()...)
	}
	var err error
	if in.report.Epoch, err = w.Commit(ctx, c); err != nil {
		for _, t := range takes {
			t.forget(in.keyDir())
		}
		return err
	}
	in.report.Replaced = in.old
	in.report.Elapsed = time.Since(in.report.Started)
	if err := in.report.save(filepath.Join(in.Dir, "quality")); err != nil {
		return fmt.Errorf("数据已导入（第 %d 期），但质量报告没有保存，请检查磁盘：%w", in.report.Epoch.ID, err)
	}
	return nil
}
