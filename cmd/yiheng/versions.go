package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
)

type ruleVersionsCmd struct {
	Rule string `arg:"" optional:"" help:"规则编号；不写为全部。"`
}

// Run lists the stored versions of rules.
func (c *ruleVersionsCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		stored, err := rule.AllStored(ctx, h.db)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
		fmt.Fprintln(w, "编号\t规则\t版本\t区划\t状态\t服务日\t文件\t名称")
		for i := range stored {
			if s := &stored[i]; c.Rule == "" || c.Rule == s.RuleID {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s 至 %s\t%s\t%s\n", s.ID, s.RuleID, s.Version, s.Region, rule.StateTitle(s.State), s.From, s.To, s.Document, s.Name)
			}
		}
		return w.Flush()
	})
}

type ruleTrialCmd struct {
	ID string `arg:"" help:"规则版本编号，如 GB000001。"`
}

// Run prints what the trial runs and the runs in a clean city of a version gave.
func (c *ruleTrialCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		tried, err := rule.Tryouts(ctx, h.db, c.ID)
		if err != nil {
			return err
		}
		if len(tried) == 0 {
			return fmt.Errorf("规则版本 %s 还没有试运行过，或没有这个版本：用 yiheng rule versions 查看", c.ID)
		}
		for i := range tried {
			if err := printTryout(&tried[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func printTryout(t *rule.Tryout) error {
	fmt.Printf("%s %s（%s 由 %s 排入，任务 %s，内容 %s）\n", t.ID, map[string]string{rule.TrialRun: "试运行", rule.CleanCity: "合规城市"}[t.Kind],
		t.AskedAt.Local().Format(time.DateTime), t.AskedBy, t.Job, t.Hash[:12])
	switch {
	case !t.Done:
		fmt.Println("  尚未完成")
		return nil
	case t.Kind == rule.CleanCity:
		var g rule.CleanCityResult
		if err := json.Unmarshal([]byte(t.Result), &g); err != nil {
			return err
		}
		fmt.Printf("  判定明细 %d 行：违规 %d 件，可疑 %d 件\n", g.Lines, g.Violations, g.Suspicions)
		printSamples(g.Examples)
		return nil
	}
	var x rule.TrialResult
	if err := json.Unmarshal([]byte(t.Result), &x); err != nil {
		return err
	}
	fmt.Printf("  服务日 %s 至 %s：%s 与现行 %s 比较\n", t.From, t.To, x.Candidate, cmpNone(x.Now))
	fmt.Printf("  判定就诊 %d 人次，明细 %d 行\n", x.Visits, x.Lines)
	if !t.Passed {
		fmt.Println("  " + rule.NoneJudged)
	}
	fmt.Printf("  新增 %d 件 %s 元，消失 %d 件 %s 元，变化 %d 件 %s 元，相同 %d 件\n",
		x.Added.Findings, x.Added.Amount, x.Gone.Findings, x.Gone.Amount, x.Changed.Findings, x.Changed.Amount, x.Same.Findings)
	fmt.Printf("  用时 %.1f 秒（现行 %.1f 秒）\n", x.Took.Seconds(), x.NowTook.Seconds())
	fmt.Printf("  估计准确率 %s；现行 %s\n  方法：%s\n", x.Precision, x.NowPrecision, x.Method)
	for _, in := range x.Institutions {
		fmt.Printf("  %s %s：新增 %d，消失 %d，变化 %d\n", in.Code, in.Name, in.Added.Findings, in.Gone.Findings, in.Changed.Findings)
	}
	printSamples(x.Samples)
	return nil
}

func cmpNone(label string) string {
	if label == "" {
		return "（无）"
	}
	return label
}

func printSamples(samples []rule.FindingSample) {
	for _, s := range samples {
		what := map[string]string{"added": "新增", "gone": "消失", "changed": "变化", "violation": "违规"}[s.What]
		fmt.Printf("  %s %s %s %s 元：%s\n", what, s.FindingID, s.Institution, s.Amount, s.Explanation)
	}
}

type ruleCheckCmd struct {
	Stored bool `name:"stored" required:"" help:"用本程序重新检查本数据文件夹中的全部规则版本和知识点。"`
}

// Run checks everything stored against this binary: before an upgrade, run the new one.
func (c *ruleCheckCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		versions, wrong, err := checkVersions(ctx, h)
		if err != nil {
			return err
		}
		points, bad, err := checkPoints(ctx, h)
		if err != nil {
			return err
		}
		fmt.Printf("规则版本 %d 个，不合 %d 个；知识点 %d 个，不合 %d 处\n", versions, wrong, points, bad)
		if wrong+bad > 0 {
			return errors.New("有规则版本或知识点不合本程序：请先改正、停用或撤回，再用本程序筛查")
		}
		return nil
	})
}

// checkVersions holds the stored versions that judge, or are on their way to, against the
// program.
func checkVersions(ctx context.Context, h *home) (checked, wrong int, err error) {
	stored, err := rule.AllStored(ctx, h.db)
	for i := range stored {
		s := &stored[i]
		if s.State == rule.Dropped {
			continue
		}
		checked++
		if problems := rule.CheckStored(s, screening.RunVersion); len(problems) > 0 {
			wrong++
			for _, p := range problems {
				fmt.Printf("规则版本 %s（%s，%s，%s）：%s\n", s.ID, s.RuleID, s.Region, rule.StateTitle(s.State), p)
			}
		}
	}
	return checked, wrong, err
}

// checkPoints reads the points in force as if they were imported anew.
func checkPoints(ctx context.Context, h *home) (checked, wrong int, err error) {
	set, err := h.knowledge.Current(ctx)
	if errors.Is(err, knowledge.ErrNone) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	var text bytes.Buffer
	if err := h.knowledge.Export(ctx, &text, set.Hash); err != nil {
		return 0, 0, err
	}
	x, err := knowledge.ReadExchange(&text, fmt.Sprintf("知识库第 %d 版", set.ID), rule.Class)
	if err != nil {
		return 0, 0, err
	}
	for _, p := range x.Problems {
		if !p.Warning {
			wrong++
			fmt.Println(p)
		}
	}
	return x.RowsRead, wrong, nil
}
