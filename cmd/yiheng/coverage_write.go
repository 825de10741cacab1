package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
)

// writeCSV writes a table that a spreadsheet opens: UTF-8 with a byte order mark.
func (c *ruleCoverageCmd) writeCSV(cov *coverage) error {
	rows := classRows(cov)
	if c.Problems || c.Domain != "" {
		rows = problemRows(cov)
	}
	f, err := os.Create(c.CSV)
	if err != nil {
		return fmt.Errorf("不能写 %s：%w", c.CSV, err)
	}
	_, err = f.WriteString("\ufeff")
	w := csv.NewWriter(f)
	w.UseCRLF = true
	if err = errors.Join(err, w.WriteAll(rows), f.Close()); err != nil {
		return fmt.Errorf("写 %s：%w", c.CSV, err)
	}
	fmt.Printf("%s：%d 行\n", c.CSV, len(rows)-1)
	return nil
}

// writeDraft writes points for problems that lack any, to be reviewed by the region.
func (c *ruleCoverageCmd) writeDraft(cov *coverage) error {
	points := cov.setting.Drafts()
	if len(points) == 0 {
		return errors.New("没有可写的：缺知识点的检查都不知其编码，请用 --problems 查看各项须载明什么")
	}
	knowledge.SortPoints(points)
	f, err := os.Create(c.Draft)
	if err != nil {
		return fmt.Errorf("不能写 %s：%w", c.Draft, err)
	}
	if err := errors.Join(knowledge.WriteExchange(f, points), f.Close()); err != nil {
		return fmt.Errorf("写 %s：%w", c.Draft, err)
	}
	fmt.Printf("%s：待核定的知识点 %d 个，结论都是可疑，阈值是默认值。请核对编码、补齐子项、改定时间窗与阈值，再用 yiheng knowledge import 导入。\n", c.Draft, len(points))
	return nil
}

func classRows(cov *coverage) [][]string {
	head := []string{"规则", "序号", "名称", "分类", "程序", "检查", "结论", "环节", "场景", "知识点", "状态", "案例"}
	for _, k := range rule.Kinds {
		head = append(head, "案例："+kindNames[k])
	}
	rows := [][]string{append(head, "看不见")}
	for _, c := range cov.Classes {
		r := c.Rule
		row := []string{
			r.ID, strconv.Itoa(r.Seq), r.Name, r.Tier2, r.Program, r.Check, resultName(r.Result), strings.Join(r.Stages, "、"),
			strings.Join(r.Scenes, "、"), strconv.Itoa(c.Points), statusName(c.Status), strconv.Itoa(c.total()),
		}
		for _, k := range rule.Kinds {
			row = append(row, strconv.Itoa(c.Cases[k]))
		}
		rows = append(rows, append(row, r.Blind))
	}
	return rows
}

func problemRows(cov *coverage) [][]string {
	rows := [][]string{{"序号", "领域", "类别", "检查", "状态", "由什么判定", "知识点载明", "判定到哪里", "还缺的数据"}}
	for i := range cov.Problems {
		p := &cov.Problems[i]
		var by []string
		for k := range p.By {
			by = append(by, targetName(&p.By[k]))
		}
		rows = append(rows, []string{p.No, p.Domain, p.Category, p.Check, rule.ProblemStatusName(p.Status), strings.Join(by, "；"), p.Point, p.Part, p.Data})
	}
	return rows
}
