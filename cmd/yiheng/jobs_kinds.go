package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"yiheng/audit/review"
	"yiheng/audit/rule"
	"yiheng/ground/calendar"
	"yiheng/ground/job"
)

// The arguments of the kinds of work, as JSON has them.
type (
	intakeJob struct {
		Paths     []string `json:"paths"`
		Replaces  string   `json:"replaces,omitzero"`
		KeepGoing bool     `json:"keep_going,omitzero"`
	}
	screenJob struct {
		From  calendar.Day `json:"from"`
		To    calendar.Day `json:"to"`
		Out   string       `json:"out"`
		Rules []string     `json:"rules,omitzero"`
		New   bool         `json:"new,omitzero"`
		Epoch int64        `json:"epoch,omitzero"`
		// TakeOver hands the findings over for work, in Region or the job's own.
		TakeOver bool   `json:"take_over,omitzero"`
		Region   string `json:"region,omitzero"`
	}
	takeoverJob struct {
		Folder string `json:"folder"`
		Region string `json:"region,omitzero"`
	}
	backupJob struct {
		Out string `json:"out"`
	}
)

// jobKinds is the long work on a home that can be queued. Each runs in a process of
// its own, and each may simply be begun again: an intake is whole or not at all, a
// screening goes on where it stopped, a backup leaves nothing half.
func jobKinds(all *cli) []job.Kind {
	apart := func(name, title string, attempts int) job.Kind {
		return job.Kind{Name: name, Title: title, Attempts: attempts, Backoff: time.Minute, Apart: true, Resumes: true}
	}
	return []job.Kind{
		job.Define(apart("intake", "接收提取数据", 3), intakeJob.check, func(ctx context.Context, t *job.Task, a intakeJob) (any, error) {
			c := intakeCmd{Paths: a.Paths, Replaces: a.Replaces, KeepGoing: a.KeepGoing}
			var epoch int64
			err := withHome(ctx, all, func(h *home) error {
				report, err := c.intake(ctx, h, terminal{t})
				if report != nil {
					epoch = report.Epoch.ID
				}
				return err
			})
			return map[string]int64{"epoch": epoch}, err
		}),
		job.Define(apart("screen", "筛查", 3), screenJob.check, func(ctx context.Context, t *job.Task, a screenJob) (any, error) {
			c := screenCmd{From: a.From, To: a.To, Out: a.Out, Rules: a.Rules, New: a.New, Epoch: a.Epoch}
			c.progress = func(done, total int64) { t.Progress(done, total, "行", "筛查") }
			if err := c.Run(ctx, all); err != nil || !a.TakeOver {
				return map[string]string{"out": a.Out}, err
			}
			return takeoverJob{a.Out, a.Region}.do(ctx, t, all)
		}),
		job.Define(apart("takeover", "接收筛查结果办理", 3), takeoverJob.check, func(ctx context.Context, t *job.Task, a takeoverJob) (any, error) {
			return a.do(ctx, t, all)
		}),
		job.Define(apart(rule.TrialRun, "规则试运行", 2), checkTryout, func(ctx context.Context, t *job.Task, a rule.TryoutJob) (any, error) {
			return a, withHome(ctx, all, func(h *home) error { return trial(ctx, h, t, a.Tryout) })
		}),
		job.Define(apart(rule.CleanCity, "规则在合规城市中运行", 2), checkTryout, func(ctx context.Context, t *job.Task, a rule.TryoutJob) (any, error) {
			return a, withHome(ctx, all, func(h *home) error { return gate(ctx, h, t, a.Tryout) })
		}),
		job.Define(apart("backup", "备份", 2), backupJob.check, func(ctx context.Context, t *job.Task, a backupJob) (any, error) {
			c := backupCmd{Out: a.Out}
			c.progress = func(done, total int64) { t.Progress(done, total, "字节", "备份") }
			return map[string]string{"out": a.Out}, c.Run(ctx, all)
		}),
		readKnowledge(all),
	}
}

func (a intakeJob) check() error {
	if len(a.Paths) == 0 {
		return errors.New("paths 是空的：请列出要接收的文件或文件夹")
	}
	for _, path := range a.Paths {
		if err := wholePath("paths", path); err != nil {
			return err
		}
	}
	return nil
}

func (a screenJob) check() error {
	switch {
	case a.From == 0 || a.To == 0:
		return errors.New("缺少 from 或 to，如 2025-01-01")
	case a.To < a.From:
		return fmt.Errorf("to %s 早于 from %s", a.To, a.From)
	}
	return wholePath("out", a.Out)
}

func (a takeoverJob) check() error { return wholePath("folder", a.Folder) }

// ofDoor are the ids of those who ask by the door; others work at the machine.
var ofDoor = regexp.MustCompile(`^(RY|FW)[0-9]+$`)

// do takes a folder over as who asked for the job, with what he may do now.
func (a takeoverJob) do(ctx context.Context, t *job.Task, all *cli) (batch *review.Batch, err error) {
	asked := t.Job()
	e := errand{dir: a.Folder, region: cmp.Or(a.Region, asked.Region), progress: func(n int64) { t.Progress(n, 0, "条", "接收疑点") }}
	if ofDoor.MatchString(asked.AskedBy) {
		e.by = asked.AskedBy
	}
	err = withHome(ctx, all, func(h *home) error {
		batch, err = takeOver(ctx, h, e)
		return err
	})
	return batch, err
}

func (a backupJob) check() error { return wholePath("out", a.Out) }

// wholePath refuses a path that would mean another place in the process that does the
// job.
func wholePath(field, path string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("%s 应为绝对路径，不能是 %q", field, path)
	}
	return nil
}

// terminal shows the line that is meant for a terminal as a job's progress.
type terminal struct{ task *job.Task }

func (t terminal) Write(line []byte) (int, error) {
	if text := strings.TrimPrefix(string(line), "\r\x1b[K"); text != "" {
		t.task.Progress(0, 0, "", text)
	}
	return len(line), nil
}
