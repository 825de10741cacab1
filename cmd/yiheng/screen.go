package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/ground/calendar"
)

type screenCmd struct {
	From    calendar.Day `name:"from" required:"" placeholder:"D" help:"起始服务日，如 2025-01-01。"`
	To      calendar.Day `name:"to" required:"" placeholder:"D" help:"截止服务日（含）。"`
	Out     string       `name:"out" required:"" placeholder:"DIR" type:"path" help:"结果文件夹。"`
	Rules   []string     `name:"rules" placeholder:"ID" help:"只运行这些规则；不写为全部。"`
	New     bool         `name:"new" help:"只判定上次筛查以来有新记录的人员，其余沿用上次的疑点。"`
	Epoch   int64        `name:"epoch" help:"筛查哪一期数据；不写为最新一期。"`
	Workers int          `name:"workers" help:"工作进程数；不写为处理器数。"`

	progress func(done, total int64) // rows; nil: on the terminal
}

func (c *screenCmd) Run(ctx context.Context, all *cli) error {
	if c.To < c.From {
		return fmt.Errorf("--to %s 早于 --from %s", c.To, c.From)
	}
	return withHome(ctx, all, func(h *home) error { return c.screen(ctx, h) })
}

func (c *screenCmd) screen(ctx context.Context, h *home) error {
	versions, err := rule.Judging(ctx, h.db)
	if err != nil {
		return err
	}
	rules, versions, err := c.chosen(versions)
	if err != nil {
		return err
	}
	plan, err := c.plan(ctx, h, rules, versions)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	r := screening.Runner{
		Dir: filepath.Join(h.dir, screening.Runs), Command: []string{self, "worker"}, Workers: c.Workers, Progress: c.progress,
	}
	if r.Progress == nil {
		r.Progress = showRows("筛查")
	}
	if r.Workers <= 0 {
		r.Workers = runtime.NumCPU()
	}
	res, err := r.Run(ctx, plan)
	if err != nil {
		return err
	}
	if res.Resumed > 0 {
		fmt.Printf("接续上次中断的筛查：%d 桶中已有 %d 桶完成\n", plan.Buckets, res.Resumed)
	}
	fmt.Fprintln(os.Stderr, "写出疑点、机构清单和报告……")
	run, err := screening.Deliver(res, c.Out, version)
	if err != nil {
		return err
	}
	printRun(run, res, c.Out)
	return nil
}

// chosen returns the rules that --rules names with those of the stored versions that are
// theirs, all where it is absent.
func (c *screenCmd) chosen(stored []rule.Version) (rules []*rule.Rule, versions []rule.Version, err error) {
	if len(c.Rules) == 0 {
		return slices.DeleteFunc(rule.All(), func(r *rule.Rule) bool { return !rule.Executable(r) }), stored, nil
	}
	named := make(map[string]bool)
	for _, r := range rule.All() {
		if slices.Contains(c.Rules, r.ID) {
			if !rule.Executable(r) {
				return nil, nil, fmt.Errorf("本版本不能执行规则 %s（%s）", r.ID, r.Name)
			}
			rules, named[r.ID] = append(rules, r), true
		}
	}
	for _, v := range stored {
		def, err := v.Definition()
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(c.Rules, def.ID) {
			versions, named[def.ID] = append(versions, v), true
		}
	}
	for _, id := range c.Rules {
		if !named[id] {
			return nil, nil, fmt.Errorf("没有规则 %s：用 yiheng rule list 查看全部规则", id)
		}
	}
	return rules, versions, nil
}

// plan pins what is screened. Without knowledge only the rules run that need none.
func (c *screenCmd) plan(ctx context.Context, h *home, rules []*rule.Rule, versions []rule.Version) (*screening.Plan, error) {
	order := screening.Order{From: c.From, To: c.To, Rules: rules, Versions: versions, Stage: "事后", Epoch: c.Epoch, New: c.New}
	err := h.pinKnowledge(ctx, &order)
	if errors.Is(err, knowledge.ErrNone) {
		fmt.Printf("%v。本次只运行不需要知识点的规则，其余报告为未运行。\n", err)
	} else if err != nil {
		return nil, err
	}
	plan, err := screening.MakePlan(ctx, h.lake, h.dir, order)
	if errors.Is(err, screening.ErrNoBase) {
		fmt.Println(err)
		err = nil
	}
	return plan, err
}

// pinKnowledge pins the points and the exclusions in force; ErrNone is returned, with the
// exclusions pinned, where no point is there.
func (h *home) pinKnowledge(ctx context.Context, o *screening.Order) error {
	set, none := h.knowledge.Current(ctx)
	if none != nil && !errors.Is(none, knowledge.ErrNone) {
		return none
	}
	if none == nil {
		o.Knowledge, o.Points, o.Count = set.Hash, h.knowledge.Path(set.Hash), set.Points
	}
	var err error
	if o.Excluded, o.Excluding, _, err = h.knowledge.ExclusionSet(ctx); err != nil {
		return err
	}
	return none
}

// showRows returns a progress bar over rows: rate and time left on a terminal, a line
// now and then elsewhere.
func showRows(what string) func(done, total int64) {
	if !isTerminal(os.Stderr) {
		last := time.Now()
		return func(done, total int64) {
			if now := time.Now(); now.Sub(last) > 10*time.Second {
				last = now
				fmt.Fprintf(os.Stderr, "%s：%d / %d 行\n", what, done, total)
			}
		}
	}
	var bar *progressbar.ProgressBar
	return func(done, total int64) {
		if bar == nil {
			bar = progressbar.NewOptions64(total, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(os.Stderr),
				progressbar.OptionShowIts(), progressbar.OptionSetItsString("行"), progressbar.OptionShowCount(),
				progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
		}
		_ = bar.Set64(done)
	}
}

func knowledgeName(run *finding.Run) string {
	if run.KnowledgeHash == "" {
		return "未导入"
	}
	return run.KnowledgeHash[:12]
}

// printRun says what was found, violations and suspicions apart.
func printRun(run *finding.Run, res *screening.Result, out string) {
	all := run.Totals.All
	ran, why := notRun(run.Rules)
	fmt.Printf("筛查 %s（数据第 %d 期，知识库 %s）：%s 至 %s\n", run.RunID, res.Plan.Epoch, knowledgeName(run), run.From, run.To)
	fmt.Printf("  人员 %d，就诊 %d，结算 %d，明细 %d 行；用时 %.1f 秒\n",
		run.Read.Persons, run.Read.Encounters, run.Read.Settlements, run.Read.Lines, res.Finished.Sub(res.Started).Seconds())
	fmt.Printf("  违规 %d 件，违规金额 %s 元\n  可疑 %d 件，涉及金额 %s 元\n",
		all.Violation.Findings, all.Violation.Amount, all.Suspicion.Findings, all.Suspicion.Amount)
	fmt.Printf("  运行规则 %d 类，未运行 %d 类%s\n", ran, len(run.Rules)-ran, why)
	fmt.Printf("  %s\n", finding.ProblemCounts(run.Problems))
	fmt.Printf("  报告 %s\n", strings.Join([]string{filepath.Join(out, "report.html"), filepath.Join(out, "findings.csv")}, "，"))
}

// notRun counts the classes that ran and says why the others did not.
func notRun(rules []finding.RuleRun) (ran int, why string) {
	count := make(map[string]int)
	var reasons []string
	for _, r := range rules {
		if r.Status == finding.Ran {
			ran++
			continue
		}
		reason := strings.TrimPrefix(finding.StatusName(r.Status), "未运行：")
		if count[reason]++; count[reason] == 1 {
			reasons = append(reasons, reason)
		}
	}
	for i, reason := range reasons {
		reasons[i] = fmt.Sprintf("%s %d 类", reason, count[reason])
	}
	if len(reasons) == 0 {
		return ran, ""
	}
	return ran, "（" + strings.Join(reasons, "、") + "）"
}
