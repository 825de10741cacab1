package screening

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"yiheng/ground/lock"
)

// Runner runs plans in worker processes.
type Runner struct {
	Dir      string   // folder of all runs
	Command  []string // starts a worker process
	Workers  int
	Progress func(done, total int64) // rows; may be nil
}

// Result is a finished run.
type Result struct {
	Plan     *Plan
	Dir      string
	Started  time.Time
	Finished time.Time
	Resumed  int // buckets that an earlier, killed run had finished
	Reports  []BucketReport

	lib *Library // that judged across persons; nil: not made
}

// ErrRunning is returned when another process is at the same run.
var ErrRunning = errors.New("同一筛查正在另一进程中运行")

const attempts = 3 // a bucket whose worker dies so often fails the run

// Run judges every bucket of a plan. A bucket whose worker dies is done again; a run
// that was killed goes on with the buckets that it lacks. A finished run with the
// same plan is run anew.
func (r *Runner) Run(ctx context.Context, p *Plan) (*Result, error) {
	res := &Result{Plan: p, Dir: filepath.Join(r.Dir, p.RunID), Started: time.Now()}
	if err := os.MkdirAll(res.Dir, 0o700); err != nil {
		return nil, err
	}
	held, err := lockRun(res.Dir)
	if err != nil {
		return nil, err
	}
	defer held.Close()
	if _, err := os.Stat(finishedFile(res.Dir)); err == nil {
		if err := emptyRun(res.Dir); err != nil {
			return nil, err
		}
	}
	if _, err := madeAt(res.Dir); err != nil {
		return nil, err
	}
	if err := p.save(res.Dir); err != nil {
		return nil, err
	}
	left := make([]int, 0, p.Buckets)
	for b := range p.Buckets {
		var done BucketReport
		if readJSON(reportFile(res.Dir, b), &done) == nil {
			res.Resumed++
			res.Reports = append(res.Reports, done)
			continue
		}
		left = append(left, b)
	}
	if err := r.judgeBuckets(ctx, res, left); err != nil {
		return nil, err
	}
	if err := r.judgeTogether(res); err != nil {
		return nil, err
	}
	res.Finished = time.Now()
	return res, writeJSON(finishedFile(res.Dir), res.Finished)
}

func finishedFile(dir string) string { return filepath.Join(dir, "finished.json") }

// emptyRun removes what a finished run left, but the lock and when it was made.
func emptyRun(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return err
	}
	for _, f := range append([]string{finishedFile(dir)}, files...) {
		if name := filepath.Base(f); name == "lock" || name == "made.json" {
			continue
		}
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func lockRun(dir string) (*lock.Lock, error) {
	held, err := lock.Try(filepath.Join(dir, "lock"))
	if errors.Is(err, lock.ErrHeld) {
		return nil, ErrRunning
	}
	return held, err
}

// judgeBuckets hands the buckets to the workers and keeps the book of them.
func (r *Runner) judgeBuckets(ctx context.Context, res *Result, left []int) error {
	if len(left) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	previous, err := r.previous(res.Plan)
	if err != nil {
		return err
	}
	q := &queue{runner: r, result: res, previous: previous, rows: make(map[int]int64)}
	for _, b := range left {
		q.tasks = append(q.tasks, Task{Bucket: b, Attempt: 1})
		_, rows := res.Plan.bucketFiles(b)
		q.total += rows
	}
	q.largestFirst()
	var wait sync.WaitGroup
	errs := make(chan error, max(1, r.Workers))
	for range min(max(1, r.Workers), len(left)) {
		wait.Go(func() {
			if err := q.serve(ctx); err != nil {
				errs <- err
				cancel()
			}
		})
	}
	wait.Wait()
	close(errs)
	if err := <-errs; err != nil {
		return err
	}
	return ctx.Err()
}

// queue is the buckets that wait, and what is known of those under way.
type queue struct {
	runner   *Runner
	result   *Result
	previous string // folder of the run that revisions count on from
	mu       sync.Mutex
	tasks    []Task
	rows     map[int]int64 // by bucket: rows read so far
	total    int64
}

// largestFirst has the fullest buckets judged first, so that none keeps one worker
// busy when the others have ended.
func (q *queue) largestFirst() {
	rows := func(t Task) int64 {
		_, n := q.result.Plan.bucketFiles(t.Bucket)
		return n
	}
	slices.SortStableFunc(q.tasks, func(a, b Task) int { return cmp.Compare(rows(b), rows(a)) })
}

func (q *queue) take() (Task, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.tasks) == 0 {
		return Task{}, false
	}
	t := q.tasks[0]
	q.tasks = q.tasks[1:]
	return t, true
}

// again puts a task back after its worker failed; an error when it failed too often.
func (q *queue) again(t Task, why error) error {
	if t.Attempt >= attempts {
		return fmt.Errorf("第%d桶判定失败%d次：%w", t.Bucket, t.Attempt, why)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.tasks = append(q.tasks, Task{Bucket: t.Bucket, Attempt: t.Attempt + 1})
	return nil
}

// serve runs one worker process after another until no bucket is left.
func (q *queue) serve(ctx context.Context) error {
	for {
		t, ok := q.take()
		if !ok || ctx.Err() != nil {
			return nil
		}
		w, err := q.start(ctx)
		if err != nil {
			return err
		}
		for ok && err == nil {
			if err = q.judge(w, t); err == nil {
				t, ok = q.take()
			}
		}
		stopped := w.stop()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := q.again(t, errors.Join(err, stopped)); err != nil {
			return err
		}
	}
}

// worker is a worker process.
type worker struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (q *queue) start(ctx context.Context) (*worker, error) {
	c := q.runner.Command
	w := &worker{cmd: exec.CommandContext(ctx, c[0], c[1:]...)}
	w.cmd.Stderr = os.Stderr
	var err error
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.out = bufio.NewReader(out)
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("不能启动工作进程：%w", err)
	}
	hello := Task{Dir: q.result.Dir, Previous: q.previous}
	if q.result.Plan.Base != "" {
		hello.Base = filepath.Join(q.runner.Dir, q.result.Plan.Base)
	}
	if _, err := w.ask(hello, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("工作进程没有准备好：%w", err), w.stop())
	}
	return w, nil
}

// ask sends a task and waits for its report.
func (w *worker) ask(t Task, progress func(*BucketReport)) (*BucketReport, error) {
	if err := json.NewEncoder(w.in).Encode(t); err != nil {
		return nil, err
	}
	for {
		line, err := w.out.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		var report BucketReport
		if err := json.Unmarshal(line, &report); err != nil {
			return nil, err
		}
		if !report.Progress {
			return &report, nil
		}
		if progress != nil {
			progress(&report)
		}
	}
}

func (w *worker) stop() error {
	w.in.Close()
	return w.cmd.Wait()
}

// judge has a worker judge one bucket, checks what it read against the plan, and
// commits exactly the file that it returned.
func (q *queue) judge(w *worker, t Task) error {
	report, err := w.ask(t, q.show)
	if err != nil {
		return err
	}
	if report.Error != "" {
		return errors.New(report.Error)
	}
	p := q.result.Plan
	if _, rows := p.bucketFiles(t.Bucket); p.Base == "" && report.Rows != rows {
		return fmt.Errorf("第%d桶读到%d行，计划为%d行", t.Bucket, report.Rows, rows)
	}
	if err := writeJSON(reportFile(q.result.Dir, t.Bucket), report); err != nil {
		return err
	}
	_, report.Rows = p.bucketFiles(t.Bucket)
	q.show(report)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.result.Reports = append(q.result.Reports, *report)
	return nil
}

func (q *queue) show(report *BucketReport) {
	if q.runner.Progress == nil {
		return
	}
	q.mu.Lock()
	q.rows[report.Bucket] = report.Rows
	done := int64(0)
	for _, n := range q.rows {
		done += n
	}
	q.mu.Unlock()
	q.runner.Progress(done, q.total)
}
