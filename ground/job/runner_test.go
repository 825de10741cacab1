package job

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// quick is a runner for tests: it looks every 20 ms.
func quick(q *Queue) *Runner {
	return &Runner{Queue: q, Poll: 20 * time.Millisecond, Lease: 2 * time.Second, Grace: 100 * time.Millisecond}
}

// start runs a runner until stop, which waits for it.
func start(t *testing.T, r *Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	return func() { cancel(); done.Wait() }
}

func await(t *testing.T, q *Queue, id string, what func(Job) bool) Job {
	t.Helper()
	var j Job
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if j = look(t, q, id); what(j) {
			return j
		}
	}
	t.Fatalf("nothing happened: %+v", j)
	return j
}

func in(s State) func(Job) bool { return func(j Job) bool { return j.State == s } }

func TestProgressAndResult(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		step := make(chan bool)
		q := open(t, d, Define(Kind{Name: "walk", Title: "走"}, nil, func(ctx context.Context, t *Task, s sum) (any, error) {
			for i := range 3 {
				t.Progress(int64(i+1), 3, "步", "走路")
				t.Logf("第 %d 步", i+1)
				<-step
			}
			return map[string]string{"where": t.Job().Region}, nil
		}))
		defer start(t, quick(q))()
		j := add(t, q, Order{Kind: "walk", Argument: sum{}, Region: "330400"})
		for i := range 3 {
			want := Progress{int64(i + 1), 3, "步", "走路"}
			await(t, q, j.ID, func(j Job) bool { return j.Progress == want && j.State == Running })
			step <- true
		}
		j = await(t, q, j.ID, in(Done))
		if string(j.Result) != `{"where":"330400"}` || j.Error != "" || j.Attempts != 1 || j.Started.IsZero() || j.Ended.Before(j.Started) {
			t.Errorf("%+v", j)
		}
		lines, err := q.Lines(t.Context(), j.ID, 1)
		if err != nil || len(lines) != 2 || lines[1].Text != "第 3 步" || lines[1].N != 3 {
			t.Error(lines, err)
		}
	})
}

// TestPractised runs a job where the home's clock is another than the machine's: it runs at
// once, and says when by the home's.
func TestPractised(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, by := range []time.Duration{-10000 * time.Hour, 10000 * time.Hour} {
			d.Clock = func() time.Time { return time.Now().Add(by) }
			q := open(t, d, Define(Kind{Name: "walk", Title: "走"}, nil, func(_ context.Context, t *Task, _ sum) (any, error) {
				t.Logf("走了")
				return nil, nil
			}))
			stop := start(t, quick(q))
			j := await(t, q, add(t, q, Order{Kind: "walk", Argument: sum{}}).ID, in(Done))
			stop()
			lines, err := q.Lines(t.Context(), j.ID, 0)
			if err != nil || len(lines) != 1 {
				t.Fatal(lines, err)
			}
			for what, at := range map[string]time.Time{"created": j.Created, "started": j.Started, "ended": j.Ended, "logged": lines[0].At} {
				if off := time.Since(at) + by; off.Abs() > time.Minute {
					t.Errorf("%s %s, %s off the home's clock", what, at, off)
				}
			}
		}
	})
}

func TestLogCap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, Define(Kind{Name: "talk", Title: "说"}, nil, func(ctx context.Context, t *Task, s sum) (any, error) {
			for i := range 3 * maxLines {
				if t.Logf("%d", i); i%500 == 0 {
					time.Sleep(30 * time.Millisecond)
				}
			}
			return nil, nil
		}))
		j := add(t, q, Order{Kind: "talk", Argument: sum{}})
		if err := quick(q).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		lines, err := q.Lines(t.Context(), j.ID, 0)
		if err != nil || len(lines) != maxLines || lines[maxLines-1].Text != fmt.Sprint(3*maxLines-1) {
			t.Error(len(lines), err)
		}
	})
}

func TestRetry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var tries atomic.Int64
		fail := func(name string, err error) Kind {
			return Define(Kind{Name: name, Title: name, Attempts: 3, Backoff: 10 * time.Millisecond}, nil, func(context.Context, *Task, sum) (any, error) {
				if n := tries.Add(1); n < 3 || err != nil {
					return nil, errors.Join(err, errors.New("还不行"))
				}
				return "好了", nil
			})
		}
		q := open(t, d, fail("third", nil), fail("never", errors.New("坏了")), fail("final", Final(errors.New("没救"))),
			Define(Kind{Name: "panic", Title: "panic"}, nil, func(context.Context, *Task, sum) (any, error) { panic("糟了") }))
		defer start(t, quick(q))()
		for _, c := range []struct {
			kind     string
			state    State
			attempts int64
			text     string
		}{{"third", Done, 3, ""}, {"never", Failed, 3, "坏了"}, {"final", Failed, 1, "没救"}, {"panic", Failed, 1, "程序错误：糟了"}} {
			tries.Store(0)
			j := await(t, q, add(t, q, Order{Kind: c.kind, Argument: sum{}}).ID, func(j Job) bool { return j.State.Over() })
			if j.State != c.state || j.Attempts != c.attempts || !strings.Contains(j.Error, c.text) {
				t.Errorf("%s: %+v", c.kind, j)
			}
		}
	})
}

func TestCancel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		free := make(chan bool)
		q := open(t, d,
			Define(Kind{Name: "polite", Title: "听话"}, nil, func(ctx context.Context, _ *Task, _ sum) (any, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}),
			Define(Kind{Name: "deaf", Title: "不听"}, nil, func(context.Context, *Task, sum) (any, error) { <-free; return nil, nil }))
		defer start(t, quick(q))()
		for _, kind := range []string{"polite", "deaf"} {
			j := add(t, q, Order{Kind: kind, Argument: sum{}})
			await(t, q, j.ID, in(Running))
			if _, err := q.Cancel(t.Context(), j.ID, "甲"); err != nil {
				t.Fatal(err)
			}
			if j = await(t, q, j.ID, in(Cancelled)); j.Cancel != "甲" || j.Error != "" {
				t.Errorf("%+v", j)
			}
		}
		close(free)
	})
}

// TestStop: a runner that is stopped gives back what can resume, without an attempt.
func TestStop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		wait := func(ctx context.Context, _ *Task, _ sum) (any, error) { <-ctx.Done(); return nil, ctx.Err() }
		q := open(t, d, Define(Kind{Name: "again", Title: "可续", Resumes: true}, nil, wait), Define(Kind{Name: "once", Title: "不可续"}, nil, wait))
		r := quick(q)
		r.Slots = 2
		stop := start(t, r)
		again, once := add(t, q, Order{Kind: "again", Argument: sum{}}), add(t, q, Order{Kind: "once", Argument: sum{}})
		await(t, q, again.ID, in(Running))
		await(t, q, once.ID, in(Running))
		stop()
		if j := look(t, q, again.ID); j.State != Queued || j.Attempts != 0 {
			t.Errorf("%+v", j)
		}
		if j := look(t, q, once.ID); j.State != Failed || !strings.Contains(j.Error, "服务停止") {
			t.Errorf("%+v", j)
		}
	})
}

// TestLostLease: who was silent for longer than its lease has lost the job, writes
// nothing more, and its work is stopped.
func TestLostLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		stopped := make(chan error, 1)
		q := open(t, d, Define(Kind{Name: "slow", Title: "慢", Resumes: true, Attempts: 2}, nil, func(ctx context.Context, k *Task, _ sum) (any, error) {
			if k.Job().Attempts == 1 {
				<-ctx.Done()
				stopped <- context.Cause(ctx)
				return nil, ctx.Err()
			}
			return "第二次", nil
		}))
		defer start(t, quick(q))()
		j := add(t, q, Order{Kind: "slow", Argument: sum{}})
		await(t, q, j.ID, in(Running))
		other, ok, err := q.take(t.Context(), "other", time.Now().UTC().Add(time.Hour), time.Minute)
		if err != nil || !ok || other.ID != j.ID || other.Attempts != 2 {
			t.Fatal(other, ok, err)
		}
		if err := <-stopped; !errors.Is(err, errLost) {
			t.Error(err)
		}
		if j := look(t, q, j.ID); j.Runner != "other" || j.State != Running {
			t.Errorf("%+v", j)
		}
	})
}

// TestTwoRunners: several runners with connections of their own, on one database, do
// each job exactly once, and never more of a kind at a time than may be.
func TestTwoRunners(t *testing.T) {
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			setting, home := "", t.TempDir()
			if driver == db.Postgres {
				setting = dbtest.PostgresURL(t)
			}
			var mu sync.Mutex
			done := map[string]int{}
			var now, most atomic.Int64
			kind := Define(Kind{Name: "once", Title: "一次", AtOnce: 3}, nil, func(_ context.Context, k *Task, _ sum) (any, error) {
				n := now.Add(1)
				defer now.Add(-1)
				mu.Lock()
				done[k.Job().ID]++
				most.Store(max(most.Load(), n))
				mu.Unlock()
				time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
				return nil, nil
			})
			var ids []string
			var wait sync.WaitGroup
			for i := range 3 {
				d, err := db.OpenAt(t.Context(), home, setting)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { d.Close() })
				q := open(t, d, kind)
				if i == 0 {
					for range 60 {
						ids = append(ids, add(t, q, Order{Kind: "once", Argument: sum{}}).ID)
					}
				}
				r := quick(q)
				r.Slots = 3
				wait.Go(func() {
					for range 3 { // a slot may find nothing while all three places are taken
						if err := r.Drain(t.Context()); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wait.Wait()
			for _, id := range ids {
				if done[id] != 1 {
					t.Errorf("%s done %d times", id, done[id])
				}
			}
			if most.Load() > 3 {
				t.Errorf("%d at a time", most.Load())
			}
		})
	}
}

// TestHeartbeat: silent work keeps its lease for as long as its runner lives.
func TestHeartbeat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, Define(Kind{Name: "silent", Title: "不作声"}, nil, func(context.Context, *Task, sum) (any, error) {
			time.Sleep(1500 * time.Millisecond)
			return "好", nil
		}))
		r, other := quick(q), quick(q)
		r.Lease, other.Lease = 500*time.Millisecond, 500*time.Millisecond
		defer start(t, r)()
		defer start(t, other)()
		j := await(t, q, add(t, q, Order{Kind: "silent", Argument: sum{}}).ID, func(j Job) bool { return j.State.Over() })
		if j.State != Done || j.Attempts != 1 {
			t.Errorf("%+v", j)
		}
	})
}
