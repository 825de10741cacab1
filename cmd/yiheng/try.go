package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"yiheng/audit/expression"
	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// customChecks is the rule whose points are expressions.
const customChecks = "YH0006"

type ruleTryCmd struct {
	Hits   string        `name:"hits" placeholder:"TEXT" xor:"what" help:"表达式。"`
	File   string        `name:"file" placeholder:"FILE" type:"existingfile" xor:"what" help:"写有表达式的文件。"`
	Points string        `name:"points" placeholder:"CSV" type:"existingfile" xor:"what" help:"交换格式的知识点文件，试其中规则 YH0006 的各项。"`
	Over   string        `name:"over" enum:"visit,person" default:"visit" help:"visit 逐次就诊（默认），person 一人的全部记录；与 --hits、--file 同用。"`
	Codes  []string      `name:"code" placeholder:"CODE" help:"触发编码或前缀；不写则每次就诊都计算。"`
	Cases  []string      `name:"case" placeholder:"YAML" type:"existingfile" help:"案例文件（格式同规则目录的 cases.yaml）。"`
	Mdtrt  []string      `name:"mdtrt" placeholder:"ID" help:"明细湖中的就诊编号。"`
	Psn    []string      `name:"psn" placeholder:"ID" help:"明细湖中的人员编号。"`
	From   *calendar.Day `name:"from" placeholder:"D" help:"起始服务日；不写为不限。"`
	To     *calendar.Day `name:"to" placeholder:"D" help:"截止服务日（含）；不写为不限。"`
}

// Help explains the command.
func (*ruleTryCmd) Help() string {
	return "写法见 docs/expression.md。什么都不写入：只列出会指出什么、金额、哪些未能检查、用了多少步。"
}

// Run tries expressions on cases and on visits of the home.
func (c *ruleTryCmd) Run(ctx context.Context, all *cli) error {
	points, err := c.points()
	if err != nil {
		return err
	}
	for i := range points {
		if err := describe(&points[i]); err != nil {
			return err
		}
	}
	if len(points) == 0 && len(c.Cases) == 0 {
		return errors.New("没有要试的表达式：请用 --hits、--file 或 --points 给出")
	}
	for _, file := range c.Cases {
		if err := c.tryCases(file, points); err != nil {
			return err
		}
	}
	if len(c.Mdtrt)+len(c.Psn) == 0 {
		return nil
	}
	return withHome(ctx, all, func(h *home) error { return c.tryLake(ctx, h, points) })
}

// points returns the checks to be tried; none where the cases' own are.
func (c *ruleTryCmd) points() ([]knowledge.Point, error) {
	text := c.Hits
	switch {
	case c.Points != "":
		return readChecks(c.Points)
	case c.File != "":
		b, err := os.ReadFile(c.File)
		if err != nil {
			return nil, err
		}
		text = string(b)
	}
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	return []knowledge.Point{{
		ID: "试算", RuleID: customChecks, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay,
		Params: &knowledge.Params{Hits: text, Over: c.Over, Name: "试算", Triggers: c.Codes},
	}}, nil
}

func readChecks(path string) ([]knowledge.Point, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	x, err := knowledge.ReadExchange(bytes.NewReader(text), path, rule.Class)
	if err != nil {
		return nil, err
	}
	if wrong := x.Problems.Errors(); len(wrong) > 0 {
		return nil, wrong
	}
	points := slices.DeleteFunc(x.Points, func(p knowledge.Point) bool { return p.RuleID != customChecks })
	if len(points) == 0 {
		return nil, fmt.Errorf("%s：没有规则 %s（自定义检查）的知识点", path, customChecks)
	}
	return points, nil
}

// describe says what a check costs at most, or what is wrong with it.
func describe(p *knowledge.Point) error {
	program, err := expression.Compile(p.Params.Hits, p.Params.Over)
	if err != nil {
		return err
	}
	asked, each := "就诊", "每次"
	if program.Over == expression.OverPerson {
		asked, each = "患者的全部记录", "每位"
	}
	if codes := slices.DeleteFunc(append([]string{p.Code}, p.Params.Triggers...), func(s string) bool { return s == "" }); len(codes) > 0 {
		each = "有 " + strings.Join(codes, "、") + " 的"
	}
	fmt.Printf("%s 写法正确；对%s计算，估算最多 %d 步（上限 %d）\n", checkName(p), each+asked, program.Estimate, expression.EstimateLimit)
	return nil
}

func checkName(p *knowledge.Point) string {
	if p.Params.Name == "" || p.Params.Name == p.ID {
		return p.ID
	}
	return fmt.Sprintf("%s“%s”", p.ID, p.Params.Name)
}

func (c *ruleTryCmd) options() screening.Options {
	o := screening.Options{From: calendar.NoDay, To: calendar.NoDay}
	if c.From != nil {
		o.From = *c.From
	}
	if c.To != nil {
		o.To = *c.To
	}
	return o
}

func (c *ruleTryCmd) tryCases(file string, points []knowledge.Point) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	cases, err := rule.ParseCases(file, customChecks, text)
	if err != nil {
		return err
	}
	checks, _ := rule.Get(customChecks)
	for i := range cases {
		k := &cases[i]
		used := points
		if len(used) == 0 {
			used = k.Points
		}
		lib := screening.NewLibrary(screening.Parts{
			Rules: []*rule.Rule{checks}, Points: used, Institutions: k.Institutions, Doctors: k.Doctors, Exclusions: k.Exclusions, Tables: k.Tables,
		})
		o := c.options()
		if c.From == nil {
			o.From = k.From
		}
		if c.To == nil {
			o.To = k.To
		}
		fmt.Printf("\n案例 %s\n", k.Name)
		printTried(&k.History, screening.Judge(&k.History, lib, o))
	}
	return nil
}

func (c *ruleTryCmd) tryLake(ctx context.Context, h *home, points []knowledge.Point) error {
	if len(points) == 0 {
		return errors.New("没有要试的表达式：请用 --hits、--file 或 --points 给出")
	}
	checks, _ := rule.Get(customChecks)
	t := screening.Trial{
		Parts: screening.Parts{Rules: []*rule.Rule{checks}, Points: points}, Options: c.options(), PsnNos: c.Psn, Mdtrts: c.Mdtrt,
	}
	missing, err := t.Run(ctx, h.lake, h.dir, func(r screening.Trialled) error {
		fmt.Printf("\n人员 %s\n", r.History.PsnNo)
		printTried(r.History, r.Outcome)
		return nil
	})
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("明细湖中没有：%s", strings.Join(missing, "、"))
	}
	return err
}

// printTried says what was found, what it comes to, what could not be checked and what
// it cost.
func printTried(h *claim.History, o *screening.Outcome) {
	lines := make(map[string]*claim.Line, len(h.Lines))
	for i := range h.Lines {
		lines[h.Lines[i].BkkpSn] = &h.Lines[i]
	}
	if len(o.Findings) == 0 {
		fmt.Println("  没有指出")
	}
	for _, f := range o.Findings {
		printFound(f, o, lines)
	}
	keys := slices.SortedFunc(maps.Keys(o.Unchecked), func(a, b screening.Unchecked) int { return cmp.Compare(a.Reason, b.Reason) })
	for _, u := range keys {
		fmt.Printf("  未能检查 %d 处：%s\n", o.Unchecked[u], u.Reason)
	}
	fmt.Printf("  一次计算最多用了 %d 步（上限 %d）\n", o.Steps, expression.CostLimit)
}

func printFound(f *finding.Finding, o *screening.Outcome, lines map[string]*claim.Line) {
	kind := "可疑"
	if f.Result == finding.Violation {
		kind = "违规"
	}
	fmt.Printf("  %s %s 就诊 %s（%s）：%s 元，基金 %s 元。%s\n", kind, f.KpID, f.MdtrtID, f.FixmedinsCode, f.OwnAmount, f.FundAmount, f.Explanation)
	for _, sn := range f.Lines {
		l := lines[sn]
		fmt.Printf("    %s %s %s 数量 %s 单价 %s 金额 %s，指出 %s\n", sn, l.FeeOcurTime, lineName(l), l.Cnt, l.Pric, l.DetItemFeeSumamt, o.Own(f.ID, sn))
	}
	for _, sn := range f.EvidenceLines {
		fmt.Printf("    证据 %s %s %s\n", sn, lines[sn].FeeOcurTime, lineName(lines[sn]))
	}
}

func lineName(l *claim.Line) string {
	return strings.TrimSpace(cmp.Or(l.MedListCodg, l.HilistCode) + " " + l.HilistName)
}
