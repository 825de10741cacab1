package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"
	"text/tabwriter"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/ground/db"
)

// recordChange journals a change of the knowledge that is made at the machine.
func recordChange(name string) knowledge.Record {
	return func(ctx context.Context, tx *db.Tx, c *knowledge.Change) error {
		return record(ctx, tx, act{
			name: name, kind: knowledge.ChangeRow, id: strconv.FormatInt(c.ID, 10), region: c.Region, reason: c.Reason, rows: c.Rows(),
		})
	}
}

// recordExclusions journals a new version of the exclusion list that is made at the machine.
func recordExclusions(reason string) knowledge.ExclusionRecord {
	return func(ctx context.Context, tx *db.Tx, v *knowledge.ExclusionVersion) error {
		return record(ctx, tx, act{name: knowledge.KeepExclusions.Name, kind: knowledge.ExclusionRow, id: strconv.FormatInt(v.ID, 10), reason: reason, rows: v.Rows()})
	}
}

// compare shows what an import would do, and changes nothing.
func (c *knowledgeImportCmd) compare(ctx context.Context, h *home, files []*knowledge.Intake) error {
	d, err := h.knowledge.Compare(ctx, rule.Class, files...)
	if err != nil {
		return fmt.Errorf("不能导入：\n%w", err)
	}
	for _, f := range d.Files {
		fmt.Printf("%s：读到 %d 行 = 采用 %d + 非内容 %d + 不采用 %d\n", f.Name, f.Read, f.Kept, f.Aside, f.Quarantined)
	}
	for _, p := range d.Quarantine {
		fmt.Println("不采用", p)
	}
	t := d.Tally
	fmt.Printf("新增 %d，更改 %d，接替 %d，已有 %d；其中待补参数 %d，%s %d。只比较，没有导入。\n", t.New, t.Changed, t.Superseded, t.Same, t.Needs, knowledge.EveryLine, t.EveryLine)
	w := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
	for i := range d.Rows {
		v := &d.Rows[i]
		code := v.Code
		if v.EveryLine {
			code = knowledge.EveryLine
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", madeNames[v.Made], v.RuleID, v.KpID, code)
		for _, x := range d.Fields[v.KpID] {
			if x.Field == "code" {
				x.Before, x.After = cmp.Or(x.Before, knowledge.EveryLine), cmp.Or(x.After, knowledge.EveryLine)
			}
			fmt.Fprintf(w, "\t%s\t%s\t→ %s\n", x.Field, x.Before, x.After)
		}
	}
	return w.Flush()
}

var madeNames = map[string]string{
	knowledge.MadeNew: "新增", knowledge.MadeChanged: "更改", knowledge.MadeGone: "终止", knowledge.MadeRemoved: "撤出", knowledge.MadeAgain: "恢复",
}

type knowledgeTakeBackCmd struct {
	Edition int64  `arg:"" name:"edition" help:"生效中的版次，用 yiheng knowledge editions 查看。"`
	Reason  string `name:"reason" required:"" help:"为什么撤回，记入日志。"`
}

// Run takes the edition in force back.
func (c *knowledgeTakeBackCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		_, set, err := h.knowledge.TakeBack(ctx, c.Edition, userName(), c.Reason, recordChange("knowledge.take_back"))
		if err != nil {
			return err
		}
		fmt.Printf("第 %d 版已撤回，恢复到第 %d 版的内容：知识库第 %d 版，知识点 %d 个（%s）\n", c.Edition, set.Restores, set.ID, set.Points, set.Hash[:12])
		return nil
	})
}

type knowledgeEditionsCmd struct{}

// Run lists the editions.
func (*knowledgeEditionsCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		sets, err := h.knowledge.Sets(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 2, 4, 2, ' ', 0)
		fmt.Fprintln(w, "版次\t生效时间\t由\t知识点\t参数齐备\t恢复自\t校验值")
		for i := range sets {
			s := &sets[i]
			restores := ""
			if s.Restores > 0 {
				restores = fmt.Sprintf("第 %d 版", s.Restores)
			}
			fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%d\t%s\t%s\n", s.ID, moment(s.At), s.By, s.Points, s.InForce, restores, s.Hash[:12])
		}
		return w.Flush()
	})
}
