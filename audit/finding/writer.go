package finding

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"yiheng/ground/lock"
)

// The files that a Writer leaves in its folder.
const (
	csvName         = "findings.csv"
	parquetName     = "findings.parquet"
	workbookName    = "findings.xlsx"
	reportName      = "report.html"
	summaryName     = "summary.json"
	institutionsDir = "institutions"
	stagingPrefix   = ".partial-"
)

// ErrBusy is returned when another process writes into the folder.
var ErrBusy = errors.New("另一进程正在写入")

// Options of a Writer. The zero value is what yiheng screen uses.
type Options struct {
	Top         int // findings that the report shows with their lines; 0: 100
	NoWorkbooks bool

	sheetRows, cellChars, spillMemory int // 0: what the formats allow
}

// Writer gives findings out: findings.csv, findings.parquet, findings.xlsx,
// institutions/<code>.xlsx, report.html and summary.json, in one pass, in memory that
// does not grow with the findings. Everything is written under temporary names in a
// folder .partial-… and renamed by Close, summary.json last: a folder without
// summary.json is not complete, and a killed run leaves no half file under a final
// name. What a killed run left behind is removed by the next one.
type Writer struct {
	dir, staging string
	options      Options
	limits       limits
	lock         *lock.Lock
	tally        *Tally
	leaders      *leaders
	csv          *csvFile
	parquet      *parquetFile
	workbook     *workbook
	spill        *spill
	lanes        *lanes
	beside       []string
	err          error
}

// Open starts to write into dir, which is created where it is missing. It returns
// ErrBusy when another process does.
func Open(dir string, o Options) (*Writer, error) {
	o.Top = cmp.Or(o.Top, 100)
	w := &Writer{
		dir: dir, options: o, tally: NewTally(), leaders: newLeaders(o.Top),
		limits: limits{cmp.Or(o.sheetRows, mostSheetRows), cmp.Or(o.cellChars, mostCellChars)},
	}
	if err := w.start(); err != nil {
		w.Abort()
		return nil, explain(dir, err)
	}
	return w, nil
}

func (w *Writer) start() error {
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		return err
	}
	if err := w.takeLock(); err != nil {
		return err
	}
	left, err := filepath.Glob(filepath.Join(w.dir, stagingPrefix+"*"))
	if err != nil {
		return err
	}
	for _, old := range left {
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	if w.staging, err = os.MkdirTemp(w.dir, stagingPrefix); err != nil {
		return err
	}
	if w.csv, err = createCSV(w.in(csvName)); err != nil {
		return err
	}
	if w.parquet, err = createParquet(w.in(parquetName)); err != nil {
		return err
	}
	plain := []func(*Finding) error{w.csv.add, w.parquet.add}
	if w.options.NoWorkbooks {
		w.lanes = newLanes(plain)
		return nil
	}
	if err := os.Mkdir(w.in("spill"), 0o700); err != nil {
		return err
	}
	w.spill = newSpill(w.in("spill"), cmp.Or(w.options.spillMemory, spillMemory))
	if w.workbook, err = newWorkbook(w.staging, w.limits); err != nil {
		return err
	}
	w.lanes = newLanes(plain, []func(*Finding) error{w.workbook.add, w.spill.add})
	return nil
}

// takeLock locks the folder itself: no lock file stays among the results.
func (w *Writer) takeLock() error {
	held, err := lock.TryFolder(w.dir)
	if errors.Is(err, lock.ErrHeld) {
		return ErrBusy
	}
	w.lock = held
	return err
}

// in returns the temporary name of a file.
func (w *Writer) in(name string) string { return filepath.Join(w.staging, name) }

// Add gives a finding out. The findings of one person come one after another. The
// Writer may keep f: the caller does not change it afterwards. After an error only
// Abort is of use.
func (w *Writer) Add(f *Finding) error {
	if w.err != nil {
		return w.err
	}
	w.tally.Add(f)
	w.leaders.add(f)
	if !w.lanes.add(f) {
		w.err = explain(w.dir, w.lanes.end())
	}
	return w.err
}

// Beside returns the temporary name of a further file, which the caller writes and
// closes before Close gives it the final name: it is then published with the others.
func (w *Writer) Beside(name string) string {
	w.beside = append(w.beside, name)
	return w.in(name)
}

// Top returns the findings that the report shows in detail, violations first, each
// with the most money first: the caller looks up their lines for Close.
func (w *Writer) Top() []*Finding { return w.leaders.top() }

// Close completes run with the totals, finishes all files and gives them their final
// names. details are the findings of Top with their lines, or those that could be had.
// When it fails, what stood in the folder before may be gone in part; summary.json then
// is, too.
func (w *Writer) Close(run *Run, details []Detail) error {
	defer w.Abort()
	if w.err != nil {
		return w.err
	}
	if err := w.lanes.end(); err != nil {
		return explain(w.dir, err)
	}
	w.tally.Into(run)
	if err := w.finish(run, details); err != nil {
		return explain(w.dir, err)
	}
	if err := w.publish(); err != nil {
		return explain(w.dir, err)
	}
	return nil
}

// finish writes what stands under temporary names to its end.
func (w *Writer) finish(run *Run, details []Detail) error {
	c, p := w.csv, w.parquet
	w.csv, w.parquet = nil, nil
	if err := errors.Join(c.close(), p.close()); err != nil {
		return err
	}
	if !w.options.NoWorkbooks {
		b := w.workbook
		w.workbook = nil
		if err := b.save(w.in(workbookName)); err != nil {
			return err
		}
		if err := writeInstitutions(w.in(institutionsDir), w.staging, w.spill, run, w.limits); err != nil {
			return err
		}
	}
	if err := writeFile(w.in(reportName), func(to io.Writer) error { return WriteReport(to, run, details) }); err != nil {
		return err
	}
	return writeFile(w.in(summaryName), run.WriteSummary)
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Sync(), f.Close())
}

// publish gives the files their final names. The summary of an earlier run goes first
// and the new one comes last.
func (w *Writer) publish() error {
	if err := remove(filepath.Join(w.dir, summaryName)); err != nil {
		return err
	}
	if err := w.publishInstitutions(); err != nil {
		return err
	}
	for _, name := range append(w.beside, csvName, parquetName, workbookName, reportName, summaryName) {
		if w.options.NoWorkbooks && name == workbookName {
			if err := remove(filepath.Join(w.dir, name)); err != nil {
				return err
			}
			continue
		}
		if err := os.Rename(w.in(name), filepath.Join(w.dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// publishInstitutions replaces the workbooks of an earlier run; other files in the
// folder stay.
func (w *Writer) publishInstitutions() error {
	final := filepath.Join(w.dir, institutionsDir)
	entries, err := os.ReadDir(final)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".xlsx") {
			if err := os.Remove(filepath.Join(final, e.Name())); err != nil {
				return err
			}
		}
	}
	if w.options.NoWorkbooks {
		return nil
	}
	if err := os.MkdirAll(final, 0o755); err != nil {
		return err
	}
	if entries, err = os.ReadDir(w.in(institutionsDir)); err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(w.in(institutionsDir), e.Name()), filepath.Join(final, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Abort removes what was written so far and leaves the folder as it was. After Close
// it does nothing.
func (w *Writer) Abort() {
	if w.lanes != nil {
		_ = w.lanes.end()
	}
	if w.csv != nil {
		w.csv.file.Close()
	}
	if w.parquet != nil {
		w.parquet.file.Close()
	}
	if w.workbook != nil {
		w.workbook.discard()
	}
	w.csv, w.parquet, w.workbook = nil, nil, nil
	if w.staging != "" {
		os.RemoveAll(w.staging)
		w.staging = ""
	}
	if w.lock != nil {
		w.lock.Close()
		w.lock = nil
	}
	if w.err == nil {
		w.err = errors.New("疑点文件已写完或已放弃")
	}
}

// explain says where writing failed and what to do about it.
func explain(dir string, err error) error {
	advice := ""
	switch {
	case errors.Is(err, ErrBusy):
		advice = "请等它结束，或用 --out 指定其他目录"
	case errors.Is(err, syscall.ENOSPC):
		advice = "磁盘已满，请清理空间或用 --out 指定其他磁盘上的目录后重新运行"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		advice = "没有写权限，请更改目录权限或用 --out 指定可写的目录"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		advice = "该路径不是目录，请用 --out 指定一个目录"
	default:
		return fmt.Errorf("疑点文件目录 %s 写入失败：%w", dir, err)
	}
	return fmt.Errorf("疑点文件目录 %s 写入失败：%w；%s", dir, err, advice)
}
