package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// The test binary is also the runner and the worker process that these tests kill.
const role, homeOf, settingOf = "YIHENG_TEST_JOB", "YIHENG_TEST_HOME", "YIHENG_TEST_DB"

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(role) {
	case "":
		os.Exit(m.Run())
	case "work":
		err = Work(context.Background(), os.Stdin, os.Stdout, apartKinds()...)
	case "run":
		err = runForKill()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func apartKinds() []Kind {
	hang := func(ctx context.Context, t *Task, s sum) (any, error) {
		t.Progress(1, 2, "步", strconv.Itoa(os.Getpid()))
		if t.Job().Attempts > 1 {
			return "接着做完", nil
		}
		if s.Label != "deaf" {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		select {}
	}
	return []Kind{
		adder(Kind{Name: "sum", Title: "求和", Apart: true}),
		Define(Kind{Name: "hang", Title: "等待", Apart: true, Resumes: true, Attempts: 2}, nil, hang),
		Define(Kind{Name: "hang once", Title: "等待一次", Apart: true, Attempts: 2}, nil, hang),
		Define(Kind{Name: "fall", Title: "崩溃", Apart: true}, nil, func(context.Context, *Task, sum) (any, error) {
			fmt.Fprintln(os.Stderr, "最后一句话")
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}),
		Define(Kind{Name: "refuse", Title: "拒绝", Apart: true, Attempts: 5}, nil, func(context.Context, *Task, sum) (any, error) {
			return nil, Final(errors.New("文件不在"))
		}),
	}
}

func apartRunner(q *Queue) *Runner {
	r := quick(q)
	r.Command = []string{"/usr/bin/env", role + "=work", os.Args[0]}
	return r
}

func runForKill() error {
	ctx := context.Background()
	d, err := db.OpenAt(ctx, os.Getenv(homeOf), os.Getenv(settingOf))
	if err != nil {
		return err
	}
	q, err := Open(ctx, d, apartKinds()...)
	if err != nil {
		return err
	}
	return apartRunner(q).Run(ctx)
}

func TestApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, apartKinds()...)
		defer start(t, apartRunner(q))()
		j := await(t, q, add(t, q, Order{Kind: "sum", Argument: sum{Upto: 1000, Label: "加"}}).ID, in(Done))
		if string(j.Result) != `{"sum":500500}` || j.Progress != (Progress{1000, 1000, "个", "加"}) {
			t.Errorf("%+v", j)
		}
		for kind, want := range map[string]string{"fall": "工作进程中断：signal: killed", "refuse": "文件不在"} {
			j := await(t, q, add(t, q, Order{Kind: kind, Argument: sum{}}).ID, in(Failed))
			if j.Error != want || j.Attempts != 1 {
				t.Errorf("%+v", j)
			}
			lines, err := q.Lines(t.Context(), j.ID, 0)
			if err != nil || kind == "fall" && (len(lines) != 1 || lines[0].Text != "最后一句话") {
				t.Error(lines, err)
			}
		}
		for _, label := range []string{"", "deaf"} {
			j := add(t, q, Order{Kind: "hang", Argument: sum{Label: label}})
			j = await(t, q, j.ID, func(j Job) bool { return j.Text != "" })
			if _, err := q.Cancel(t.Context(), j.ID, "甲"); err != nil {
				t.Fatal(err)
			}
			await(t, q, j.ID, in(Cancelled))
			gone(t, j.Text)
		}
	})
}

// TestKilledRunner kills the process of a runner in the middle of two jobs. Its worker
// process goes with it; when the lease is over the next runner does the one job that
// can resume and fails the other.
func TestKilledRunner(t *testing.T) {
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			setting, home := "", t.TempDir()
			if driver == db.Postgres {
				setting = dbtest.PostgresURL(t)
			}
			d, err := db.OpenAt(t.Context(), home, setting)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			q := open(t, d, apartKinds()...)
			for _, c := range []struct {
				kind string
				want State
			}{{"hang", Done}, {"hang once", Failed}} {
				j := add(t, q, Order{Kind: c.kind, Argument: sum{}})
				runner := exec.Command(os.Args[0])
				runner.Env = append(os.Environ(), role+"=run", homeOf+"="+home, settingOf+"="+setting)
				runner.Stderr = os.Stderr
				if err := runner.Start(); err != nil {
					t.Fatal(err)
				}
				j = await(t, q, j.ID, func(j Job) bool { return j.Text != "" })
				_ = runner.Process.Kill()
				_ = runner.Wait()
				gone(t, j.Text)
				if j := look(t, q, j.ID); j.State != Running {
					t.Errorf("%+v", j)
				}
				stop := start(t, apartRunner(q))
				j = await(t, q, j.ID, in(c.want))
				stop()
				if c.want == Failed && !strings.Contains(j.Error, "进程中断") || c.want == Done && (j.Attempts != 2 || string(j.Result) != `"接着做完"`) {
					t.Errorf("%+v", j)
				}
			}
		})
	}
}

// gone waits until the process with the number has ended.
func gone(t *testing.T, pid string) {
	t.Helper()
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if errors.Is(syscall.Kill(n, 0), syscall.ESRCH) {
			return
		}
	}
	t.Errorf("process %d lives on", n)
}
