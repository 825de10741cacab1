package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/ground/calendar"
)

type knowledgeCmd struct {
	Import knowledgeImportCmd `cmd:"" help:"导入知识点：交换格式CSV、官方工作簿、填好的模板，或内置起步包（starter）。"`
	Export knowledgeExportCmd `cmd:"" help:"以交换格式导出生效的知识点。"`
	List   knowledgeListCmd   `cmd:"" help:"按规则列出知识点数、待补参数和来源。"`

	Editions knowledgeEditionsCmd `cmd:"" help:"列出知识库的各版。"`
	TakeBack knowledgeTakeBackCmd `cmd:"" name:"take-back" help:"撤回生效中的一版，恢复到它之前；历次筛查所用的版本不变。"`

	Template  templateCmd  `cmd:"" help:"写出一条规则的空白知识点工作簿，含填写说明和示例。"`
	Exclusion exclusionCmd `cmd:"" help:"例外名单：导入、列出、导出、撤销。"`
}

type knowledgeImportCmd struct {
	ValidFrom calendar.Day `name:"valid-from" placeholder:"D" help:"工作簿知识点的生效日期（首个服务日）；工作簿不载日期，必须给出。"`
	Rule      string       `name:"rule" placeholder:"ID" help:"工作簿内容未写明规则时所用的规则编号。"`
	DryRun    bool         `name:"dry-run" help:"只列出会新增、更改、接替什么，不导入。"`
	Paths     []string     `arg:"" name:"path" help:"文件或文件夹，或 starter。"`
}

func (c *knowledgeImportCmd) Run(ctx context.Context, all *cli) error {
	if _, ok := rule.Class(c.Rule); c.Rule != "" && !ok {
		return fmt.Errorf("--rule %s：没有这条规则，用 yiheng rule list 查看", c.Rule)
	}
	paths, err := c.expand()
	if err != nil {
		return err
	}
	files := make([]*knowledge.Intake, 0, len(paths))
	for _, path := range paths {
		in, err := c.read(path)
		if err != nil {
			return err
		}
		files = append(files, in)
	}
	h, err := openHome(ctx, all, 0)
	if err != nil {
		return err
	}
	defer h.Close()
	if c.DryRun {
		return c.compare(ctx, h, files)
	}
	r, err := h.knowledge.Import(ctx, rule.Class, userName(), recordChange("knowledge.import"), files...)
	if err != nil {
		return fmt.Errorf("没有导入，知识库不变：\n%w", err)
	}
	printImport(r)
	return nil
}

// expand replaces folders by the files in them, in the order of their names.
func (c *knowledgeImportCmd) expand() ([]string, error) {
	var paths []string
	for _, path := range c.Paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() || path == knowledge.Starter {
			paths = append(paths, path)
			continue
		}
		before := len(paths)
		err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && !strings.HasPrefix(d.Name(), ".") && !strings.HasPrefix(d.Name(), "~$") {
				paths = append(paths, file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(paths) == before {
			return nil, fmt.Errorf("%s：文件夹里没有文件", path)
		}
	}
	return paths, nil
}

func (c *knowledgeImportCmd) read(path string) (*knowledge.Intake, error) {
	if path == knowledge.Starter {
		return knowledge.ReadStarter(rule.Class)
	}
	return knowledge.ReadFile(path, rule.Class, knowledge.Options{ValidFrom: c.ValidFrom, Rule: c.Rule})
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

func printImport(r *knowledge.Result) {
	for _, p := range r.Problems {
		fmt.Println(p)
	}
	for _, f := range r.Files {
		fmt.Printf("%s：知识点 %d = 新增 %d + 更换 %d + 已有 %d + 生效日提前 %d；其中接替旧版 %d，待补参数 %d\n",
			f.Name, f.Points, f.Added, f.Replaced, f.Same, f.Extended, f.Succeeded, f.Needs)
		if f.Report != nil {
			fmt.Println(f.Report)
		}
	}
	if !r.Changed {
		fmt.Println("内容都已在库，知识库不变。")
		return
	}
	fmt.Printf("知识库第 %d 版生效：知识点 %d 个，其中参数齐备 %d 个（%s）\n", r.Set.ID, r.Set.Points, r.Set.InForce, r.Set.Hash[:12])
}

type knowledgeExportCmd struct {
	File string `arg:"" optional:"" help:"写到哪个文件；不写为标准输出。"`
}

func (c *knowledgeExportCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error { return c.export(ctx, h) })
}

func (c *knowledgeExportCmd) export(ctx context.Context, h *home) error {
	set, err := h.knowledge.Current(ctx)
	if err != nil {
		return err
	}
	if c.File == "" {
		return h.knowledge.Export(ctx, os.Stdout, set.Hash)
	}
	f, err := os.Create(c.File)
	if err != nil {
		return fmt.Errorf("不能写 %s：%w", c.File, err)
	}
	if err := h.knowledge.Export(ctx, f, set.Hash); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

type knowledgeListCmd struct{}

func (*knowledgeListCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error { return listKnowledge(ctx, h) })
}

func listKnowledge(ctx context.Context, h *home) error {
	set, err := h.knowledge.Current(ctx)
	if err != nil {
		return err
	}
	points, err := h.knowledge.Load(ctx, set.Hash)
	if err != nil {
		return err
	}
	today := calendar.Today()
	fmt.Printf("知识库第 %d 版（%s），%s 由 %s 导入；以下为 %s 的状态\n", set.ID, set.Hash[:12], set.At.Format("2006-01-02 15:04"), set.By, today)
	w := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "规则\t知识点\t生效\t待核定默认值\t待补参数\t已接替\t不在期内\t  名称\t")
	for _, s := range knowledge.Summarise(points, rule.Class, today) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t  %s\t\n", s.RuleID, s.Points, s.InForce, s.Default, s.Needs, s.Superseded, s.Outside, s.Name)
	}
	return w.Flush()
}
