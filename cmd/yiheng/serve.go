package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"yiheng/audit/review"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/console"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/journal"
	"yiheng/ground/paper"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
	"yiheng/ground/web"
	"yiheng/server"
)

type serveCmd struct {
	listenFlags `embed:""`
	oidcFlags   `embed:""`
	hookFlags   `embed:""`

	Slots      int           `name:"slots" default:"1" help:"同时执行几个任务；0 不执行，由 yiheng jobs run 执行。"`
	Files      string        `name:"files" type:"path" placeholder:"DIR" help:"接口办理的任务从这里读、往这里写；不写则用数据文件夹旁的同名 -files 文件夹。"`
	Region     string        `name:"region" placeholder:"CODE" help:"数据所属的行政区划（6 位），负责它的人可查看数据接收和筛查结果；不写则按机构名册推定。"`
	Tick       time.Duration `name:"tick" default:"1m" help:"每隔多久处理届满的期限。"`
	Checkpoint time.Duration `name:"checkpoint" default:"5m" help:"每隔多久为日志签一个检查点。"`
}

// Run serves the home until it is told to stop, then finishes what is under way.
func (c *serveCmd) Run(ctx context.Context, all *cli) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300) // a server keeps little and answers much: it collects a quarter as often
	}
	h, err := openHome(ctx, all, 0)
	if err != nil {
		return err
	}
	defer h.Close()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	signer, err := journal.Open(ctx, h.db, all.Home)
	if err != nil {
		return err
	}
	parts, err := c.parts(ctx, all, h, log)
	if err != nil {
		return err
	}
	l, err := c.open()
	if err != nil {
		return err
	}
	if parts.OIDC, err = c.provider(l.url); err != nil {
		return errors.Join(err, l.Close())
	}
	if err := firstStart(ctx, h.db, parts.Access); err != nil {
		return errors.Join(err, l.Close())
	}
	fmt.Printf("医衡已启动：%s　数据 %s　数据库 %s\n", l.url, all.Home, h.db.Where())
	return c.run(ctx, all, parts, signer, l)
}

// run keeps the door, the jobs and the signing of the journal going. They end with
// ctx: the door first, the signing last, so that the last acts are signed.
func (c *serveCmd) run(ctx context.Context, all *cli, parts server.Parts, signer *journal.Log, l *entrance) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	signing, sign := context.WithCancel(context.WithoutCancel(ctx))
	signed, worked := make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(signed)
		signer.Keep(signing, c.Checkpoint, func(err error) { parts.Log.Error("journal is not signed", "err", err) })
	}()
	go func() { worked <- c.work(ctx, all, parts.Queue, stop) }()
	go sweep(ctx, parts)
	go parts.Hooks.Run(ctx)
	go c.tick(ctx, parts)
	l.keep(ctx, func(what string, err error) {
		if err != nil {
			parts.Log.Error(what, "err", err)
			return
		}
		parts.Log.Info(what + " is read anew")
	})
	err := server.New(parts).Serve(ctx, l)
	stop()
	err = errors.Join(err, <-worked)
	sign()
	<-signed
	return err
}

// sweep deletes every hour what time has ended: sessions, tokens, counts of failures.
func sweep(ctx context.Context, parts server.Parts) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		err := parts.DB.Write(ctx, func(tx *db.Tx) error { return parts.Access.Sweep(ctx, tx) })
		if err != nil && ctx.Err() == nil {
			parts.Log.Error("what has ended is not swept", "err", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// work runs the jobs; when it cannot go on, neither does the door.
func (c *serveCmd) work(ctx context.Context, all *cli, q *job.Queue, stop func()) error {
	if c.Slots == 0 {
		return nil
	}
	defer stop()
	command, err := workCommand(all)
	if err != nil {
		return err
	}
	r := job.Runner{Queue: q, Slots: c.Slots, Command: command}
	return r.Run(ctx)
}

// parts opens the rooms behind the door.
func (c *serveCmd) parts(ctx context.Context, all *cli, h *home, log *slog.Logger) (p server.Parts, err error) {
	folder, err := c.folder(all)
	if err != nil {
		return p, err
	}
	p = server.Parts{
		Parts: web.Parts{DB: h.db, Committed: committed, Secure: c.Secure || c.Cert != "", Practice: all.PracticeClock != "", Log: log, Pages: console.Serve},
		Work:  work(folder), Folders: []string{folder, all.Home},
		Checks: checks(h, all.Home), Version: version,
	}
	p.Registers = h.registers()
	p.Stories = &claim.Stories{Lake: h.lake, Dir: h.dir, Registers: p.Registers}
	if p.Proxies, err = prefixes("--trusted-proxy", c.Trusted); err != nil {
		return p, err
	}
	if p.Access, err = access.Open(ctx, h.db, h.ring, access.DefaultPolicy()); err != nil {
		return p, err
	}
	if p.Keys, err = journal.Keys(all.Home); err != nil {
		return p, err
	}
	if p.Hooks, err = c.hooks(ctx, h, p.Access, log); err != nil {
		return p, err
	}
	if p.Queue, err = job.Open(ctx, h.db, jobKinds(all)...); err != nil {
		return p, err
	}
	p.Intake = h.intakeDesk(p.Queue, folder, p.Registers.Institutions)
	if p.Intake.Region = access.Region(c.Region); c.Region != "" && !p.Intake.Region.Valid() {
		return p, fmt.Errorf("--region %s 不合规：应为 6 位数字", c.Region)
	}
	p.Runs = &screening.RunDesk{Queue: p.Queue, Files: folder, Allow: p.Intake.Allow}
	if p.Params, err = param.Open(ctx, h.db); err != nil {
		return p, err
	}
	if p.Papers, err = paper.Open(ctx, h.db, all.Home); err != nil {
		return p, err
	}
	p.Knowledge, p.Catalogue, p.Editor = h.desk(p.Queue, p.Registers), h.shelf(), h.editor()
	if p.Yearbook, err = yearbook.Open(ctx, h.db); err != nil {
		return p, err
	}
	if p.Review, err = review.Open(ctx, h.db, p.Access, all.Home, procedure.BooksOf(p.Yearbook, p.Params)); err != nil {
		return p, err
	}
	p.Review.UsePapers(p.Papers)
	p.Review.UseSources(review.Sources{Lake: h.lake, Home: h.dir, Institutions: p.Registers.Institutions, Employer: h.employer})
	p.Rules, err = rule.Open(ctx, h.db, p.Access, procedure.BooksOf(p.Yearbook, p.Params), p.Queue, h.world())
	return p, err
}

// checks are what a home needs to be used.
func checks(h *home, dir string) []server.Check {
	return []server.Check{
		{Name: "database", Ask: func(ctx context.Context) error {
			var one int
			return h.db.NewSelect().ColumnExpr("1").Scan(ctx, &one)
		}},
		{Name: "journal_key", Ask: func(context.Context) error {
			_, err := journal.Keys(dir)
			return err
		}},
		{Name: "lake", Ask: func(ctx context.Context) error {
			if _, err := os.Stat(filepath.Join(dir, "lake")); err != nil {
				return err
			}
			_, err := h.lake.Epochs(ctx)
			return err
		}},
	}
}

// firstStart makes the administrator of a new installation, journals it and prints the
// password, which nobody can read again.
func firstStart(ctx context.Context, d *db.DB, a *access.Access) error {
	var login, password string
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		if login, password, err = a.FirstStart(ctx, tx); err != nil || login == "" {
			return err
		}
		e := journal.Entry{Actor: "serve", Act: "access.first_start", Kind: access.HolderRow, ID: "RY000001"}
		for _, row := range []journal.Row{{Kind: access.HolderRow, ID: e.ID}, {Kind: access.GrantRow, ID: "1"}, {Kind: access.PasswordRow, ID: e.ID}} {
			found, err := committed[row.Kind].Read(ctx, tx, []string{row.ID})
			if err != nil {
				return err
			}
			row.Content = found[row.ID]
			e.Rows = append(e.Rows, row)
		}
		_, err = journal.Append(ctx, tx, e)
		return err
	})
	if err == nil && login != "" {
		fmt.Printf("首次启动，已建立系统管理员。用户名 %s，一次性口令 %s（72 小时内登录并修改；只显示这一次）\n", login, password)
	}
	return err
}
