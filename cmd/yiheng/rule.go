package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"yiheng/audit/rule"
	"yiheng/audit/screening"
)

type ruleCmd struct {
	List ruleListCmd `cmd:"" help:"列出全部规则。"`
	Show ruleShowCmd `cmd:"" help:"查看一条规则。"`
	Test ruleTestCmd `cmd:"" help:"运行规则自带的案例。"`
	Try  ruleTryCmd  `cmd:"" help:"试算自定义检查的表达式：在案例或选定的就诊上会指出什么。"`

	Versions ruleVersionsCmd `cmd:"" help:"列出各区划的规则版本和所处阶段。"`
	Trial    ruleTrialCmd    `cmd:"" help:"查看规则版本的试运行结果。"`
	Check    ruleCheckCmd    `cmd:"" help:"用本程序重新检查已存的规则版本和知识点，升级前后各运行一次。"`
	Coverage ruleCoverageCmd `cmd:"" help:"规则与问题清单能查到什么、查不到什么。"`
}

type ruleListCmd struct{}

func (*ruleListCmd) Run(context.Context) error {
	w := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
	fmt.Fprintln(w, "规则\t序号\t结论\t程序\t本版本\t名称")
	for _, r := range rule.All() {
		runs := "可执行"
		if !rule.Executable(r) {
			runs = "未执行"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", r.ID, r.Seq, resultName(r.Result), r.Program, runs, r.Name)
	}
	return w.Flush()
}

func resultName(result string) string {
	if result == "violation" {
		return "违规"
	}
	return "可疑"
}

type ruleShowCmd struct {
	ID string `arg:"" help:"规则编号。"`
}

func (c *ruleShowCmd) Run(context.Context) error {
	r, ok := rule.Get(c.ID)
	if !ok {
		return fmt.Errorf("没有规则 %s：用 yiheng rule list 查看全部规则", c.ID)
	}
	cases, err := rule.Cases(r.ID)
	if err != nil {
		return err
	}
	fmt.Printf("%s %s（%s / %s）\n\n%s\n\n", r.ID, r.Name, r.Tier1, r.Tier2, r.Definition)
	fmt.Printf("逻辑      %s\n结论      %s\n程序      %s %s\n时间窗    %s\n机构级别  %s\n环节      %s\n场景      %s\n",
		r.Logic, resultName(r.Result), r.Program, r.Check, r.Window, strings.Join(r.Levels, "、"), strings.Join(r.Stages, "、"), strings.Join(r.Scenes, "、"))
	fmt.Printf("知识点    %s\n知识来源  %s\n例外      %s\n版本      %s（%s）\n案例      %d 个\n",
		r.Knowledge, r.Basis, r.Exceptions, r.Version, r.Hash[:12], len(cases))
	fmt.Printf("看不见    %s\n", r.Blind)
	if numbers := problemNumbers(r.ID); numbers != "" {
		fmt.Printf("问题清单  第 %s 项\n", numbers)
	}
	for _, l := range r.Legal {
		fmt.Printf("依据      自%s：%s［%s］\n", l.From, l.Article, l.Certain)
	}
	if !rule.Executable(r) {
		fmt.Println("\n本版本不能执行此规则。")
	}
	return nil
}

// problemNumbers returns the checks of the problem lists that a class decides, or a
// part of them.
func problemNumbers(id string) string {
	var numbers []string
	for _, p := range rule.Problems() {
		if slices.ContainsFunc(p.By, func(t rule.Target) bool { return t.RuleID == id }) {
			numbers = append(numbers, p.No)
		}
	}
	return strings.Join(numbers, "、")
}

type ruleTestCmd struct {
	IDs []string `arg:"" optional:"" help:"规则编号；不写为全部。"`
}

func (c *ruleTestCmd) Run(context.Context) error {
	ids := c.IDs
	if len(ids) == 0 {
		ids = []string{rule.Judgement}
		for _, r := range rule.All() {
			ids = append(ids, r.ID)
		}
	}
	start, total, failed := time.Now(), 0, 0
	for _, id := range ids {
		cases, err := rule.Cases(id)
		if err != nil {
			return err
		}
		for i := range cases {
			total++
			if diffs := screening.RunCase(id, &cases[i]); len(diffs) > 0 {
				failed++
				fmt.Printf("不符 %s %s\n     %s\n", id, cases[i].Name, strings.Join(diffs, "\n     "))
			}
		}
	}
	fmt.Printf("案例 %d 个，相符 %d 个，不符 %d 个，用时 %.1f 秒\n", total, total-failed, failed, time.Since(start).Seconds())
	if failed > 0 {
		return errors.New("有案例不符")
	}
	return nil
}
