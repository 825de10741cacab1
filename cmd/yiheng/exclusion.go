package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
)

type exclusionCmd struct {
	Import   exclusionImportCmd   `cmd:"" help:"导入例外名单：CSV（UTF-8）或工作簿（.xlsx）。"`
	List     exclusionListCmd     `cmd:"" help:"列出生效的例外，或名单的历次变动（--history）。"`
	Export   exclusionExportCmd   `cmd:"" help:"以CSV导出生效的例外。"`
	Remove   exclusionRemoveCmd   `cmd:"" help:"撤销例外；历次筛查所用的名单不变。"`
	Template exclusionTemplateCmd `cmd:"" help:"写出例外名单的空白工作簿，含填写说明和示例。"`
}

// allRules returns the ids of all rule classes.
func allRules() []string {
	var ids []string
	for _, r := range rule.All() {
		ids = append(ids, r.ID)
	}
	return ids
}

type exclusionImportCmd struct {
	Replace bool     `name:"replace" help:"编号已在名单里而内容不同的，以文件为准更换。"`
	Paths   []string `arg:"" name:"path" help:"文件。"`
}

func (c *exclusionImportCmd) Run(ctx context.Context, all *cli) error {
	files := make([]*knowledge.ExclusionIntake, 0, len(c.Paths))
	for _, path := range c.Paths {
		in, err := knowledge.ReadExclusions(path, allRules())
		if err != nil {
			return err
		}
		fmt.Printf("%s：读到 %d 行 = 例外 %d + 示例 %d + 有误 %d\n", in.Name, in.RowsRead, len(in.Exclusions), in.Examples, in.Wrong)
		files = append(files, in)
	}
	h, err := openHome(ctx, all, 0)
	if err != nil {
		return err
	}
	defer h.Close()
	r, err := h.knowledge.ImportExclusions(ctx, userName(), c.Replace, recordExclusions("导入"), files...)
	if err != nil {
		return fmt.Errorf("没有导入，例外名单不变：\n%w", err)
	}
	for _, f := range r.Files {
		fmt.Printf("%s：新增 %d，更换 %d，已有 %d\n", f.Name, f.Added, f.Replaced, f.Same)
	}
	printExclusions(r)
	return nil
}

func printExclusions(r *knowledge.ExclusionResult) {
	if !r.Changed {
		fmt.Println("例外名单不变。")
		return
	}
	fmt.Printf("例外名单第 %d 版生效：%d 条（%s）\n", r.Version.ID, r.Version.Exclusions, r.Version.Hash[:12])
}

type exclusionListCmd struct {
	History bool `name:"history" help:"列出名单的历次变动。"`
}

func (c *exclusionListCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		if c.History {
			return exclusionHistory(ctx, h)
		}
		return listExclusions(ctx, h)
	})
}

func listExclusions(ctx context.Context, h *home) error {
	exclusions, err := h.knowledge.Exclusions(ctx)
	if err != nil {
		return err
	}
	if len(exclusions) == 0 {
		fmt.Println("没有例外名单。")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
	fmt.Fprintln(w, "编号\t种类\t规则\t条件\t地区\t日期\t理由")
	for i := range exclusions {
		x := &exclusions[i]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.ID, knowledge.ExclusionKinds[x.Kind], rulesOf(x), strings.Join(x.Conditions(), "，"),
			orAll(x.Region, "全国"), orAll(x.ValidFrom.String(), "…")+" 至 "+orAll(x.ValidTo.String(), "…"), x.Reason)
	}
	return w.Flush()
}

// rulesOf names the rules of an exclusion, many by their number.
func rulesOf(x *knowledge.Exclusion) string {
	if len(x.RuleIDs) > 3 {
		return fmt.Sprintf("%d 条规则", len(x.RuleIDs))
	}
	return strings.Join(x.RuleIDs, "、")
}

func orAll(text, all string) string {
	if text == "" {
		return all
	}
	return text
}

func exclusionHistory(ctx context.Context, h *home) error {
	versions, err := h.knowledge.ExclusionVersions(ctx)
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		fmt.Println("例外名单没有变动过。")
	}
	for i := range versions {
		v := &versions[i]
		fmt.Printf("第 %d 版（%s），%s，%s：%d 条\n", v.ID, v.Hash[:12], v.At.Format("2006-01-02 15:04"), v.By, v.Exclusions)
		changes, err := v.Made()
		if err != nil {
			return err
		}
		for i := range changes {
			fmt.Println("  " + exclusionChange(&changes[i]))
		}
	}
	return nil
}

// exclusionChange tells what one act did to the list.
func exclusionChange(c *knowledge.ExclusionChange) string {
	switch {
	case c.Taken > 0:
		return fmt.Sprintf("撤回第 %d 版：%s", c.Taken, c.Reason)
	case len(c.Removed) > 0:
		return fmt.Sprintf("撤销 %s：%s", strings.Join(c.Removed, "、"), c.Reason)
	case c.Name == "":
		return fmt.Sprintf("撤销 %d 条：%s", c.Withdrawn, c.Reason)
	}
	told := fmt.Sprintf("%s（%s）：新增 %d，更换 %d，已有 %d", c.Name, c.Hash[:12], c.Added, c.Replaced, c.Same)
	if c.Withdrawn > 0 {
		told += fmt.Sprintf("，撤销 %d", c.Withdrawn)
	}
	return told
}

type exclusionExportCmd struct {
	File string `arg:"" optional:"" help:"写到哪个文件；不写为标准输出。"`
}

func (c *exclusionExportCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		exclusions, err := h.knowledge.Exclusions(ctx)
		if err != nil {
			return err
		}
		return writeTo(c.File, func(w io.Writer) error { return knowledge.WriteExclusions(w, exclusions) })
	})
}

// writeTo writes to a new file, or to standard output when file is "".
func writeTo(file string, write func(io.Writer) error) error {
	if file == "" {
		return write(os.Stdout)
	}
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("不能写 %s：%w", file, err)
	}
	return errors.Join(write(f), f.Close())
}

type exclusionRemoveCmd struct {
	Reason string   `name:"reason" required:"" help:"为什么撤销，记入变动记录。"`
	IDs    []string `arg:"" name:"id" help:"例外的编号。"`
}

func (c *exclusionRemoveCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		r, err := h.knowledge.RemoveExclusions(ctx, userName(), c.Reason, recordExclusions(c.Reason), c.IDs...)
		if err != nil {
			return err
		}
		printExclusions(r)
		return nil
	})
}

type exclusionTemplateCmd struct {
	File string `arg:"" help:"写到哪个文件（.xlsx）。"`
}

func (c *exclusionTemplateCmd) Run(context.Context) error {
	return writeBook(c.File, func(w io.Writer) error {
		return knowledge.WriteExclusionTemplate(w, allRules(), rule.Class)
	})
}

// writeBook writes a workbook to a file that is not there yet.
func writeBook(file string, write func(io.Writer) error) error {
	if !strings.HasSuffix(strings.ToLower(file), ".xlsx") {
		return fmt.Errorf("%s：文件名须以 .xlsx 结尾", file)
	}
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s：已有这个文件，可能填过内容，不覆盖；请换一个文件名", file)
	}
	if err := writeTo(file, write); err != nil {
		return err
	}
	fmt.Printf("已写出 %s\n", file)
	return nil
}
