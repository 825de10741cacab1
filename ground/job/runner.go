package job

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"
)

// Runner takes jobs from a queue and does them. Any number of runners may share a
// queue, in one process or on several machines: each job is with one of them at a
// time. The clocks of the machines must agree to a few seconds, well within Lease.
type Runner struct {
	Queue *Queue
	Slots int // jobs at the same time; 0: 1

	// Command starts a child process that calls Work, for kinds that run Apart.
	Command []string

	Lease time.Duration // after which a job whose runner is silent is taken from it; 0: 30 s
	Poll  time.Duration // how often an idle slot looks, and work is asked and its news written down; 0: 1 s
	Grace time.Duration // that work has to stop in, after which it is killed or left alone; 0: 10 s

	name string
}

// Run does jobs until the context ends. Work under way is then stopped: jobs that can
// resume are queued again, others fail. It returns nil, or why it cannot go on.
func (r *Runner) Run(ctx context.Context) error { return r.run(ctx, false) }

// Drain does jobs until none is left that could be begun now.
func (r *Runner) Drain(ctx context.Context) error { return r.run(ctx, true) }

func (r *Runner) run(ctx context.Context, drain bool) error {
	host, _ := os.Hostname()
	r.name = fmt.Sprintf("%s:%d:%s", host, os.Getpid(), rand.Text()[:8])
	r.Slots = max(r.Slots, 1)
	for _, d := range []struct {
		of       *time.Duration
		standard time.Duration
	}{{&r.Lease, 30 * time.Second}, {&r.Poll, time.Second}, {&r.Grace, 10 * time.Second}} {
		if *d.of == 0 {
			*d.of = d.standard
		}
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var slots sync.WaitGroup
	for range r.Slots {
		slots.Go(func() {
			if err := r.slot(ctx, drain); err != nil {
				stop(err)
			}
		})
	}
	slots.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// slot does one job after another. A database that cannot be reached for a lease's
// time ends it.
func (r *Runner) slot(ctx context.Context, drain bool) error {
	reached := time.Now()
	for ctx.Err() == nil {
		j, ok, err := r.next(ctx)
		switch {
		case ok:
			r.do(ctx, &j)
			reached = time.Now()
			continue
		case err == nil:
			reached = time.Now()
		case time.Since(reached) > r.Lease && ctx.Err() == nil:
			return err
		}
		if drain && err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(r.Poll):
		}
	}
	return nil
}

func (r *Runner) next(ctx context.Context) (j Job, ok bool, err error) {
	now := machine()
	if due, err := r.Queue.due(ctx, now); err != nil || !due {
		return j, false, err
	}
	return r.Queue.take(ctx, r.name, now, r.Lease)
}

// outcome is what an attempt gave.
type outcome struct {
	result json.RawMessage
	err    error
}

// do runs one attempt and writes down what becomes of the job. While the work runs it
// renews the lease, and stops the work when somebody wants that, when the lease is
// lost, or when the runner stops.
func (r *Runner) do(ctx context.Context, j *Job) {
	k, t := r.Queue.kinds[j.Kind], &Task{job: *j, now: r.Queue.db.Now, held: machine()}
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	ended := make(chan outcome, 1)
	go func() { ended <- r.attempt(work, k, t) }()
	tick := time.NewTicker(r.Poll)
	defer tick.Stop()
	var patience <-chan time.Time // runs once the work has been told to stop
	halt := func(why error) {
		if patience == nil {
			stop(why)
			patience = time.After(r.Grace + r.Poll)
		}
	}
	stopped, held := ctx.Done(), time.Now()
	for {
		select {
		case o := <-ended:
			r.settle(work, k, t, o)
			return
		case <-patience:
			r.settle(work, k, t, outcome{err: fmt.Errorf("%w：%s 内没有停下，已不再等待", context.Cause(work), r.Grace)})
			<-ended // the slot stays taken for as long as the work does not stop
			return
		case <-stopped:
			halt(errStopping)
			stopped = nil
		case <-tick.C:
			cancel, err := r.hold(work, t)
			if err == nil {
				held = time.Now()
			}
			switch {
			case errors.Is(err, errLost), time.Since(held) > r.Lease:
				halt(errLost)
			case cancel:
				halt(errCancelled)
			}
		}
	}
}

// hold writes the task down when there is something new, or a third of the lease has
// passed, and says whether somebody wants it to stop.
func (r *Runner) hold(ctx context.Context, t *Task) (cancel bool, err error) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), r.Lease)
	defer done()
	p, lines := t.take()
	now := machine()
	if p == t.kept && len(lines) == 0 && now.Sub(t.held) < r.Lease/3 {
		j, err := own(ctx, r.Queue.db, &t.job)
		return j.Cancel != "", err
	}
	who, err := r.Queue.hold(ctx, &t.job, p, lines, now.Add(r.Lease))
	if err != nil {
		t.back(lines)
		return false, err
	}
	t.kept, t.held = p, now
	return who != "", nil
}

// settle writes down how the attempt ended, trying for a lease's time: after that the
// job lapses. Work that was told to stop and has a result nevertheless is done.
func (r *Runner) settle(work context.Context, k *Kind, t *Task, o outcome) {
	if why := context.Cause(work); o.err != nil && why != nil && !errors.Is(o.err, why) {
		o.err = why
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(work), r.Lease)
	defer done()
	p, lines := t.take()
	for {
		j := t.job
		j.Progress = p
		k.end(&j, o.result, o.err, machine(), r.Queue.db.Now())
		err := r.Queue.finish(ctx, &t.job, j, lines)
		if err == nil || errors.Is(err, errLost) || ctx.Err() != nil {
			return
		}
		time.Sleep(r.Poll)
	}
}

// attempt does the work, here or in a process of its own. A panic is an error.
func (r *Runner) attempt(ctx context.Context, k *Kind, t *Task) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			t.Logf("%s", debug.Stack())
			o = outcome{err: fmt.Errorf("程序错误：%v", p)}
		}
	}()
	if k.Apart {
		return r.apart(ctx, t)
	}
	return k.perform(ctx, t)
}

func (k *Kind) perform(ctx context.Context, t *Task) outcome {
	value, err := k.run(ctx, t, t.job.Argument)
	if err != nil || value == nil {
		return outcome{err: err}
	}
	result, err := json.Marshal(value)
	if err == nil && len(result) > maxArgument {
		err = fmt.Errorf("结果长 %d 字节，最多 %d 字节", len(result), maxArgument)
	}
	if err != nil {
		return outcome{err: Final(err)}
	}
	return outcome{result: result}
}

// machine is the present instant by the machine's own clock: when work is due and how long
// a lease holds go by it. What people are told, when a job was queued, began and ended, goes
// by the home's, which is another where somebody practises.
func machine() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
