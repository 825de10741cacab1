package claim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"yiheng/facts/lake"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// Home is where Intake puts things: rows into the lake, identities into the
// registry, and into folders of Dir what could not be taken in (quarantine/), what is
// doubtful (quality/) and which keys were seen (keys/).
type Home struct {
	Lake     *lake.Lake
	Registry *registry.Registry
	Dir      string
}

// Options of Intake. The zero value is usual.
type Options struct {
	Replaces  string       // id or name of the live source that the one new source replaces
	KeepGoing bool         // take in what can be read when a file cannot
	Progress  io.Writer    // a terminal for the progress line; nil: none
	Today     calendar.Day // day of intake, for dates in the future; 0: the machine's
	Workers   int          // 0: one for each processor
	Note      string       // kept with the epoch
}

// ErrMiscounted says that rows read were neither kept nor quarantined: a mistake of
// ours, upon which nothing is committed.
var ErrMiscounted = errors.New("读入行数不等于保留与隔离之和（程序错误，请报告）")

// Intake takes files and folders (with their subfolders) into the lake, in one epoch.
//
// Every file is looked at before any row is read. A file that cannot be taken in
// (unknown, damaged, header without key …) fails the call: nothing of it is
// committed, and the error names every such file, unless Options.KeepGoing: then the
// others are taken in. Files of a folder that are none of the national tables are
// skipped. Content that is live already, under whatever name, is left alone. A row
// that cannot be taken in goes to quarantine; the others of its file are kept.
//
// With Replaces, the new source takes the place of a live one of the same table.
func Intake(ctx context.Context, h Home, paths []string, o Options) (*Report, error) {
	in := &intake{Home: h, Options: o, report: &Report{Started: time.Now()}}
	if in.Today == 0 {
		in.Today = calendar.Today()
	}
	if in.Workers == 0 {
		in.Workers = runtime.GOMAXPROCS(0)
	}
	sources, err := in.survey(ctx, paths)
	if err != nil {
		return in.report, err
	}
	if len(sources) == 0 {
		return in.report, nil
	}
	return in.report, in.takeIn(ctx, sources)
}

// intake is one call of Intake.
type intake struct {
	Home
	Options
	report *Report
	old    *lake.Source // that is replaced
	bytes  atomic.Int64
	rows   atomic.Int64
}

// survey finds the sources, leaves out what is live already, and reads every header.
func (in *intake) survey(ctx context.Context, paths []string) ([]*source, error) {
	found, skipped, problems := findSources(paths)
	in.report.Skipped = skipped
	live, err := in.liveSources(ctx)
	if err != nil {
		return nil, err
	}
	var fresh []*source
	for _, s := range found {
		switch p := in.inspect(ctx, s, live, fresh); {
		case p == errKnown:
		case p != nil:
			problems = append(problems, p)
		default:
			fresh = append(fresh, s)
		}
	}
	problems = in.excuse(problems, found)
	in.report.Problems = problems
	if len(problems) > 0 && !in.KeepGoing {
		return nil, joinProblems(problems)
	}
	if len(found)+len(problems) == 0 {
		return nil, &Problem{File: strings.Join(paths, "、"), What: "没有找到可以导入的文件", Do: "请给出 CSV、TXT、XLSX、Parquet 文件或压缩包，或含有它们的文件夹"}
	}
	return fresh, in.findReplaced(live, fresh)
}

func (in *intake) liveSources(ctx context.Context) ([]lake.Source, error) {
	live, err := in.Lake.Sources(ctx, 0)
	if errors.Is(err, lake.ErrNoEpoch) {
		return nil, nil
	}
	return live, err
}

// errKnown marks a source whose content is live, or twice in the call.
var errKnown = &Problem{}

func (in *intake) inspect(ctx context.Context, s *source, live []lake.Source, fresh []*source) *Problem {
	if err := ctx.Err(); err != nil {
		return asProblem(err, s.name)
	}
	if err := s.readHash(); err != nil {
		return asProblem(err, s.name)
	}
	for _, l := range live {
		if l.Hash == s.hash {
			in.report.Unchanged = append(in.report.Unchanged, Skipped{s.name, "内容与已导入的 " + l.Name + "（来源 " + l.ID + "）相同，没有改动"})
			return errKnown
		}
	}
	for _, f := range fresh {
		if f.hash == s.hash {
			in.report.Unchanged = append(in.report.Unchanged, Skipped{s.name, "内容与本次的 " + f.name + " 相同，只导入一次"})
			return errKnown
		}
	}
	t, done, err := in.openTable(s, new(atomic.Int64))
	if err != nil {
		return asProblem(err, s.name)
	}
	defer done()
	if s.layout, s.at, err = readLayout(s.named, t.head()); err != nil {
		return asProblem(err, s.name)
	}
	s.what = t.describe()
	return nil
}

// excuse turns problems of files that the user did not name and that may not be ours
// into skipped files.
func (in *intake) excuse(problems []*Problem, found []*source) (rest []*Problem) {
	explicit := map[string]bool{}
	for _, s := range found {
		explicit[s.name] = explicit[s.name] || s.explicit
	}
	for _, p := range problems {
		if p.unknown && !explicit[p.File] {
			in.report.Skipped = append(in.report.Skipped, Skipped{p.File, p.What})
		} else {
			rest = append(rest, p)
		}
	}
	return rest
}

func joinProblems(problems []*Problem) error {
	all := make([]error, len(problems))
	for i, p := range problems {
		all[i] = p
	}
	return errors.Join(all...)
}

// findReplaced finds the live source that Replaces names.
func (in *intake) findReplaced(live []lake.Source, fresh []*source) error {
	if in.Replaces == "" {
		return nil
	}
	var hits []lake.Source
	for _, l := range live {
		if l.ID == in.Replaces || l.Name == in.Replaces {
			hits = append(hits, l)
		}
	}
	switch {
	case len(hits) == 0:
		return &Problem{What: "没有在用的来源 " + in.Replaces + "，它不存在或已被替换", Do: "请用 yiheng intake 的导入结果里的来源编号或文件名"}
	case len(hits) > 1:
		ids := make([]string, len(hits))
		for i, l := range hits {
			ids[i] = l.ID
		}
		return &Problem{What: fmt.Sprintf("有 %d 个在用的来源都叫 %s", len(hits), in.Replaces), Do: "请改用来源编号：" + strings.Join(ids, "、")}
	}
	var same []*source
	for _, s := range fresh {
		if s.layout.form.Name == hits[0].Table {
			same = append(same, s)
		}
	}
	if len(same) != 1 && len(fresh) > 0 {
		return &Problem{What: fmt.Sprintf("要替换的来源 %s 是 %s，本次却有 %d 个该表的新文件", hits[0].Name, hits[0].Table, len(same)), Do: "替换时请只给出一个同一张表的更正文件"}
	}
	if len(fresh) > 0 {
		in.old = &hits[0]
	}
	return nil
}

// openTable opens the rows of a source; done closes what was opened.
func (in *intake) openTable(s *source, progress *atomic.Int64) (t table, done func(), err error) {
	switch s.format {
	case bookFormat:
		book, err := openBook(s.path)
		if err != nil {
			return nil, nil, err
		}
		sh, err := openSheet(book, s.sheet)
		if err != nil {
			book.Close()
			return nil, nil, err
		}
		return sh, func() { sh.Close(); book.Close(); progress.Add(s.size) }, nil
	case parquetFormat:
		f, err := os.Open(s.path)
		if err != nil {
			return nil, nil, err
		}
		p, err := openParquet(f)
		if err != nil {
			f.Close()
			return nil, nil, err
		}
		p.seen, p.size = progress, s.size
		return p, func() { f.Close() }, nil
	}
	r, err := s.open(progress)
	if err != nil {
		return nil, nil, err
	}
	text, err := openText(r)
	if err != nil {
		r.Close()
		return nil, nil, err
	}
	return text, func() { r.Close() }, nil
}

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
	stop := in.showProgress(sources)
	defer stop()
	var takes []*take
	defer func() {
		for _, t := range takes {
			t.discard()
		}
	}()
	for _, s := range sources {
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
