package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/user"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/job"
)

type jobsCmd struct {
	List   jobsListCmd   `cmd:"" help:"列出任务，新的在前。"`
	Show   jobsShowCmd   `cmd:"" help:"查看一个任务及其日志。"`
	Add    jobsAddCmd    `cmd:"" help:"排入一个任务。"`
	Cancel jobsCancelCmd `cmd:"" help:"取消任务：排队的立即取消，运行中的停下。"`
	Retry  jobsRetryCmd  `cmd:"" help:"重新排入失败或已取消的任务。"`
	Run    jobsRunCmd    `cmd:"" help:"执行队列中的任务，直到被中断；几个进程、几台服务器可以同时执行一个队列。"`
	Work   jobsWorkCmd   `cmd:"" help:"任务的工作进程：由 jobs run 启动。" hidden:""`
}

// withQueue runs f on the queue of the home.
func withQueue(ctx context.Context, all *cli, f func(*job.Queue) error) error {
	return withDB(ctx, all, func(d *db.DB) error {
		q, err := job.Open(ctx, d, jobKinds(all)...)
		if err != nil {
			return err
		}
		return f(q)
	})
}

// workCommand starts the worker of one job of the home.
func workCommand(all *cli) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := []string{self, "--home", all.Home}
	if all.PracticeClock != "" {
		command = append(command, "--practice-clock", all.PracticeClock)
	}
	return append(command, "jobs", "work"), nil
}

type jobsListCmd struct {
	State  []job.State `name:"state" placeholder:"STATE" help:"只列这些状态：queued、running、done、failed、cancelled。"`
	Kind   []string    `name:"kind" placeholder:"KIND" help:"只列这些类型：intake、screen、backup。"`
	Region []string    `name:"region" placeholder:"CODE" help:"只列这些区划。"`
	By     string      `name:"by" help:"只列此人交办的。"`
	Before string      `name:"before" placeholder:"ID" help:"从此任务之前列起（翻页）。"`
	Limit  int64       `name:"limit" default:"20" help:"至多几个。"`
}

func (c *jobsListCmd) Run(ctx context.Context, all *cli) error {
	return withQueue(ctx, all, func(q *job.Queue) error {
		p, err := q.List(ctx, job.Filter{States: c.State, Kinds: c.Kind, Regions: c.Region, AskedBy: c.By, Before: c.Before, Limit: c.Limit})
		if err != nil {
			return err
		}
		for _, j := range p.Jobs {
			fmt.Printf("%s  %s  %-8s %s  %s  %s\n", j.ID, j.Created.Local().Format(time.DateTime), j.Kind, job.States[j.State], j.AskedBy, standing(&j))
		}
		fmt.Printf("共 %d 个任务", p.Total)
		if p.Next != "" {
			fmt.Printf("；下一页：--before %s", p.Next)
		}
		fmt.Println()
		return nil
	})
}

// standing says how far a job is, or how it ended.
func standing(j *job.Job) string {
	switch {
	case j.Error != "":
		return j.Error
	case j.State == job.Running && j.Cancel != "":
		return "正在取消"
	case j.Total > 0:
		return fmt.Sprintf("%s %d / %d %s（%d%%）", j.Text, j.Done, j.Total, j.Unit, j.Done*100/j.Total)
	}
	return j.Text
}

type jobsShowCmd struct {
	ID string `arg:"" name:"id" placeholder:"ID" help:"任务编号，如 RW0000000001。"`
}

func (c *jobsShowCmd) Run(ctx context.Context, all *cli) error {
	return withQueue(ctx, all, func(q *job.Queue) error {
		j, err := q.Get(ctx, c.ID)
		if err != nil {
			return err
		}
		fmt.Printf("任务 %s　%s　%s\n", j.ID, j.Kind, job.States[j.State])
		for _, field := range [][2]string{
			{"参数", string(j.Argument)},
			{"交办", j.AskedBy},
			{"区划", j.Region},
			{"次数", fmt.Sprint(j.Attempts)},
			{"排入", moment(j.Created)},
			{"开始", moment(j.Started)},
			{"结束", moment(j.Ended)},
			{"进度", standing(&job.Job{Progress: j.Progress})},
			{"结果", string(j.Result)},
			{"错误", j.Error},
		} {
			if field[1] != "" {
				fmt.Printf("  %s　%s\n", field[0], field[1])
			}
		}
		lines, err := q.Lines(ctx, c.ID, 0)
		for _, l := range lines {
			fmt.Printf("  %s　%s\n", l.At.Local().Format(time.TimeOnly), l.Text)
		}
		return err
	})
}

func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Local().Format(time.DateTime)
}

type jobsAddCmd struct {
	Kind     string `arg:"" name:"kind" placeholder:"KIND" help:"类型：intake、screen、backup。"`
	Argument string `arg:"" name:"argument" placeholder:"JSON" help:"参数，如 '{\"from\":\"2025-01-01\",\"to\":\"2025-12-31\",\"out\":\"/data/out\"}'。"`
	Same     string `name:"same" placeholder:"KEY" help:"去重标识：同类任务中已有此标识且未失败的，不再排入。"`
	Priority int64  `name:"priority" help:"优先级，大的先做。"`
	Region   string `name:"region" placeholder:"CODE" help:"为哪个区划。"`
}

func (c *jobsAddCmd) Run(ctx context.Context, all *cli) error {
	return withQueue(ctx, all, func(q *job.Queue) error {
		by := "命令行"
		if u, err := user.Current(); err == nil {
			by = cmp.Or(u.Username, by)
		}
		j, added, err := q.Add(ctx, job.Order{
			Kind: c.Kind, Argument: json.RawMessage(c.Argument), Same: c.Same, Priority: c.Priority, AskedBy: by, Region: c.Region,
		})
		switch {
		case err != nil:
			return err
		case added:
			fmt.Printf("已排入 %s\n", j.ID)
		default:
			fmt.Printf("同样的任务已有 %s（%s），没有再排入\n", j.ID, job.States[j.State])
		}
		return nil
	})
}

type jobsCancelCmd jobsShowCmd

func (c *jobsCancelCmd) Run(ctx context.Context, all *cli) error {
	return withQueue(ctx, all, func(q *job.Queue) error {
		j, err := q.Cancel(ctx, c.ID, "命令行")
		if err == nil && j.State == job.Running {
			fmt.Printf("已要求 %s 停下\n", j.ID)
		} else if err == nil {
			fmt.Printf("%s 已取消\n", j.ID)
		}
		return err
	})
}

type jobsRetryCmd jobsShowCmd

func (c *jobsRetryCmd) Run(ctx context.Context, all *cli) error {
	return withQueue(ctx, all, func(q *job.Queue) error {
		j, err := q.Retry(ctx, c.ID)
		if err == nil {
			fmt.Printf("已重新排入 %s\n", j.ID)
		}
		return err
	})
}

type jobsRunCmd struct {
	Slots int           `name:"slots" default:"1" help:"同时执行几个。"`
	Drain bool          `name:"drain" help:"队列做空即结束。"`
	Lease time.Duration `name:"lease" default:"30s" help:"执行者失联多久之后，任务由别的进程接手。"`
}

func (c *jobsRunCmd) Run(ctx context.Context, all *cli) error {
	command, err := workCommand(all)
	if err != nil {
		return err
	}
	return withQueue(ctx, all, func(q *job.Queue) error {
		r := job.Runner{Queue: q, Slots: c.Slots, Lease: c.Lease, Command: command}
		if c.Drain {
			return r.Drain(ctx)
		}
		return r.Run(ctx)
	})
}

type jobsWorkCmd struct{}

// Run does one job. What it prints goes into the job's log.
func (*jobsWorkCmd) Run(ctx context.Context, all *cli) error {
	out := os.Stdout
	os.Stdout = os.Stderr
	return job.Work(ctx, os.Stdin, out, jobKinds(all)...)
}
