package claim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

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

	persons persons
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
	defer in.say("")
	for i, s := range found {
		in.say(fmt.Sprintf("查看 %s（%d/%d）", s.name, i+1, len(found)))
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
	if len(fresh)+len(problems)+len(in.report.Unchanged) == 0 {
		return nil, in.nothingFound(paths)
	}
	return fresh, in.findReplaced(live, fresh)
}

// say shows a line on the terminal in place of the one before.
func (in *intake) say(line string) {
	if in.Progress != nil {
		fmt.Fprint(in.Progress, "\r\x1b[K"+line)
	}
}

func (in *intake) nothingFound(paths []string) error {
	what := "没有找到可以导入的文件"
	for i, s := range in.report.Skipped {
		if i == 3 {
			what += fmt.Sprintf("；等 %d 个文件", len(in.report.Skipped))
			break
		}
		what += "；跳过 " + s.Path + "：" + s.Reason
	}
	return &Problem{File: strings.Join(paths, "、"), What: what, Do: "请给出 CSV、TXT、XLSX、Parquet 文件或压缩包，或含有它们的文件夹"}
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

// quarantinedBefore reminds of the rows of a live source that wait in quarantine.
func quarantinedBefore(l lake.Source) string {
	if l.Quarantined == 0 {
		return ""
	}
	return fmt.Sprintf("；当时隔离的 %s 行请从隔离文件 %s-%s.csv 导入", thousands(l.Quarantined), l.Table, l.ID)
}

func (in *intake) inspect(ctx context.Context, s *source, live []lake.Source, fresh []*source) *Problem {
	if err := ctx.Err(); err != nil {
		return asProblem(err, s.name)
	}
	if err := s.readHash(); err != nil {
		return asProblem(err, s.name)
	}
	for _, l := range live {
		if l.Hash == s.hash && l.Kept == 0 {
			s.again = true
			break
		}
		if l.Hash == s.hash {
			in.report.Unchanged = append(in.report.Unchanged, Skipped{s.name, "内容与已导入的 " + l.Name + "（来源 " + l.ID + "）相同，没有改动" + quarantinedBefore(l)})
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
