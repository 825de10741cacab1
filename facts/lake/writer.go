package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
	"github.com/uptrace/bun"
	"golang.org/x/sync/errgroup"

	"yiheng/ground/db"
	"yiheng/ground/lock"
)

// Writer is an intake under way: it holds the locks of its tables until Close.
// Nothing that it writes is visible before Commit returns.
type Writer struct {
	lake    *Lake
	attempt int64
	targets map[string]*target
	packers chan *packer
	files   atomic.Int64
	doubt   bool // the epoch was sent to the database
	done    bool // and is there
}

// target is a table that is written.
type target struct {
	table   *Table
	iceberg *table.Table
	lock    *lock.Lock
	dir     string // of this attempt's files
	mu      sync.Mutex
	files   []File
}

// attempt is one Begin. An attempt whose epoch is 0 has not committed; when nobody
// holds its tables, it never will, and is cleared by the next Begin.
type attempt struct {
	bun.BaseModel `bun:"table:lake_attempt"`

	ID      int64 `bun:",pk"`
	Started time.Time
	PID     int
	Tables  string
	Epoch   int64
}

// cleared is the epoch of an attempt that came to nothing.
const cleared = -1

// step is called before each step that changes what is on disk. Tests kill the
// process there.
var step = func(string) {}

// Begin locks the named tables (none: all) and starts an intake. When another
// writer holds one of them it returns ErrBusy at once, with the process that holds
// it and since when. Whatever an intake that was killed left in these tables is
// removed first.
func (l *Lake) Begin(ctx context.Context, tables ...string) (*Writer, error) {
	if len(tables) == 0 {
		tables = l.Tables()
	}
	tables = slices.Compact(slices.Sorted(slices.Values(tables)))
	w := &Writer{lake: l, targets: make(map[string]*target), packers: make(chan *packer, runtime.GOMAXPROCS(0))}
	for range cap(w.packers) {
		w.packers <- newPacker()
	}
	if err := w.lock(tables); err != nil {
		return nil, errors.Join(err, w.unlock())
	}
	if err := w.begin(ctx, tables); err != nil {
		return nil, errors.Join(err, w.unlock())
	}
	return w, nil
}

// lock takes the locks in the order of the names, so that two writers never hold
// each other up.
func (w *Writer) lock(tables []string) error {
	for _, name := range tables {
		t, err := w.lake.table(name)
		if err != nil {
			return err
		}
		held, err := w.lake.lockTable(name)
		if err != nil {
			return err
		}
		w.targets[name] = &target{table: t, lock: held}
	}
	return nil
}

func (w *Writer) unlock() error {
	var errs []error
	for _, t := range w.targets {
		errs = append(errs, t.lock.Close())
	}
	return errors.Join(errs...)
}

// begin clears what dead attempts left and takes a number for this one.
func (w *Writer) begin(ctx context.Context, tables []string) error {
	var dead []attempt
	err := w.lake.db.Write(ctx, func(tx *db.Tx) error { // a commit whose client is gone has ended then
		return tx.NewSelect().Model(&dead).Where("epoch = 0").Scan(ctx)
	})
	if err != nil {
		return err
	}
	if err := w.recover(ctx, dead); err != nil {
		return err
	}
	err = w.lake.db.Write(ctx, func(tx *db.Tx) error {
		if err := clearAttempts(ctx, tx, dead, tables); err != nil {
			return err
		}
		err := tx.NewSelect().Model((*attempt)(nil)).ColumnExpr("coalesce(max(id), 0) + 1").Scan(ctx, &w.attempt)
		if err != nil {
			return err
		}
		a := attempt{ID: w.attempt, Started: tx.Now, PID: os.Getpid(), Tables: strings.Join(tables, " ")}
		_, err = tx.NewInsert().Model(&a).Exec(ctx)
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range w.targets {
		t.dir = filepath.Join(w.lake.tableDir(t.table.Name), "data", attemptDir(w.attempt))
	}
	return nil
}

// clearAttempts marks the dead attempts all of whose tables are held as cleared, so
// that they need not be looked for again. Their numbers are never given again.
func clearAttempts(ctx context.Context, tx *db.Tx, dead []attempt, held []string) error {
	for _, a := range dead {
		if slices.ContainsFunc(strings.Fields(a.Tables), func(t string) bool { return !slices.Contains(held, t) }) {
			continue
		}
		_, err := tx.NewUpdate().Model((*attempt)(nil)).Set("epoch = ?", cleared).Where("id = ?", a.ID).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// attemptDir is the folder of an attempt's files, within a table's folder "data".
func attemptDir(attempt int64) string { return fmt.Sprintf("a%06d", attempt) }

// recover brings each table back to what the newest epoch says of it, and removes
// the files of attempts that have not committed: their writers are dead, or they
// would hold the lock.
func (w *Writer) recover(ctx context.Context, dead []attempt) error {
	epochs, err := w.lake.Epochs(ctx)
	if err != nil {
		return err
	}
	for name, t := range w.targets {
		known, newest := map[int64]bool{}, int64(0)
		for _, e := range epochs {
			if s := e.Snapshots[name]; s != 0 {
				known[s], newest = true, s
			}
		}
		it, err := w.lake.ensure(ctx, t.table)
		if err != nil {
			return err
		}
		if t.iceberg, err = w.lake.rollBack(ctx, it, newest, known); err != nil {
			return err
		}
		for _, a := range dead {
			dir := filepath.Join(w.lake.tableDir(name), "data", attemptDir(a.ID))
			if err := os.RemoveAll(dir); err != nil {
				return explain(err, "清理未完成的导入", dir)
			}
		}
	}
	return nil
}

// Append writes the rows of a batch as files, one or more for each partition. The
// batch's Source is the ID of a source that Commit will name. It is safe for
// concurrent use; the batch may be used again when it returns.
func (w *Writer) Append(ctx context.Context, b *Batch) error {
	t := w.targets[b.Table.Name]
	if t == nil {
		return fmt.Errorf("lake: table %s is not being written", b.Table.Name)
	}
	if err := b.Check(); err != nil {
		return err
	}
	return w.append(ctx, t, b.sheet(w.tag(b.Source)), w.lake.arrange(b))
}

func makeDir(dir string) error { return explain(os.MkdirAll(dir, 0o700), "创建目录", dir) }

// tag is what rows of a source carry when this attempt writes them.
func (w *Writer) tag(source string) string { return source + "-" + strconv.FormatInt(w.attempt, 10) }

func (w *Writer) append(ctx context.Context, t *target, s sheet, parts []part) error {
	if err := makeDir(t.dir); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(w.packers))
	for _, p := range parts {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			pack := <-w.packers
			defer func() { w.packers <- pack }()
			f := File{Path: w.fileName(t, p), Month: p.month, Bucket: p.bucket, Rows: int64(len(p.rows))}
			var err error
			if f.Bytes, err = pack.write(f.Path, s, p); err != nil {
				return err
			}
			t.add(f)
			step("file " + t.table.Name)
			return nil
		})
	}
	return g.Wait()
}

// fileName returns the path of a new file of a partition.
func (w *Writer) fileName(t *target, p part) string {
	return filepath.Join(t.dir, fmt.Sprintf("%s-b%03d-%06d.parquet", monthName(p.month), p.bucket, w.files.Add(1)))
}

func (t *target) add(f File) {
	t.mu.Lock()
	t.files = append(t.files, f)
	t.mu.Unlock()
}

// monthName writes a month as 2024-03, the unknown one as 0000-00.
func monthName(month int) string {
	if month == 0 {
		return "0000-00"
	}
	return fmt.Sprintf("%04d-%02d", month/12, month%12+1)
}

// Close gives the locks back. When Commit was not called, or failed, it removes
// what was written.
func (w *Writer) Close() error {
	var errs []error
	if !w.done && !w.committed() {
		for _, t := range w.targets {
			if t.dir != "" {
				errs = append(errs, explain(os.RemoveAll(t.dir), "清理未完成的导入", t.dir))
			}
		}
	}
	w.done = true
	errs = append(errs, w.unlock())
	w.targets = nil
	return errors.Join(errs...)
}

// committed says whether the epoch may be in the database although Commit returned an
// error, as when the connection breaks in the moment of the commit. While that is not
// certain the files stay: the next Begin decides.
func (w *Writer) committed() bool {
	if !w.doubt {
		return false
	}
	var epoch int64
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	err := w.lake.db.Write(ctx, func(tx *db.Tx) error {
		return tx.NewSelect().Model((*attempt)(nil)).Column("epoch").Where("id = ?", w.attempt).Scan(ctx, &epoch)
	})
	return err != nil || epoch != 0
}

// describe returns the catalogue's form of the files of t.
func (t *target) describe() ([]iceberg.DataFile, error) {
	slices.SortFunc(t.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	files := make([]iceberg.DataFile, len(t.files))
	for i, f := range t.files {
		var err error
		if files[i], err = dataFile(t.iceberg, f); err != nil {
			return nil, err
		}
	}
	return files, nil
}
