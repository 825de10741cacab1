package review

import (
	"context"
	"strconv"

	"yiheng/ground/web"
)

func (r *Review) batchRoutes(d *web.Door) {
	web.ServeList(d, web.List[Batch, web.Query]{
		Path: "/api/batches", ID: "batches", Title: "筛查批次", Op: Read, Columns: batchColumns, Read: r.serveBatches,
	})
	web.ServeList(d, web.List[Precision, web.Query]{
		Path: "/api/verdicts", ID: "verdicts", Title: "规则准确率", Op: Read, Columns: precisionColumns, Read: r.serveVerdicts,
	})
	r.overviewRoutes(d)
}

func (r *Review) serveBatches(ctx context.Context, c *web.Call, _ *web.Query) (all []Batch, err error) {
	for before, more := "", true; more; {
		some, err := r.Batches(ctx, r.db, c.Actor, before, 500)
		if err != nil {
			return nil, err
		}
		if all, more = append(all, some...), len(some) == 500; more {
			before = some[len(some)-1].ID
		}
	}
	return all, nil
}

func counted(name, title string, of func(*Batch) int64) web.Column[Batch] {
	return web.Number(name, title, func(b *Batch) string { return strconv.FormatInt(of(b), 10) })
}

var batchColumns = []web.Column[Batch]{
	web.By("run_id", "批次", func(b *Batch) string { return b.ID }),
	web.By("title", "名称", func(b *Batch) string { return b.Title }),
	web.By("region", "区划", func(b *Batch) string { return b.Region }),
	web.Day("from", "起始日", func(b *Batch) string { return b.FromDay.String() }),
	web.Day("to", "截止日", func(b *Batch) string { return b.ToDay.String() }),
	web.By("taken_at", "接收时间", func(b *Batch) string { return web.Instant(b.TakenAt) }),
	web.By("taken_by", "接收人", func(b *Batch) string { return b.TakenBy }),
	web.By("complete", "已接收完", func(b *Batch) string { return strconv.FormatBool(b.Complete) }),
	counted("added", "新增", func(b *Batch) int64 { return b.Added }),
	counted("same", "相同", func(b *Batch) int64 { return b.Same }),
	counted("changed", "重作", func(b *Batch) int64 { return b.Changed }),
	counted("offered", "有新版", func(b *Batch) int64 { return b.Offered }),
	counted("gone", "不再命中", func(b *Batch) int64 { return b.Gone }),
	web.By("snapshot_id", "数据快照", func(b *Batch) string { return b.Snapshot }),
	web.By("knowledge_hash", "知识库", func(b *Batch) string { return b.Knowledge }),
	web.By("rule_set_hash", "规则集", func(b *Batch) string { return b.RuleSet }),
}

// Precision is a verdict with the share that was upheld, wholly or partly.
type Precision struct {
	ID string `json:"id" doc:"rule and version"`
	Verdict
	Decided   int64  `json:"decided"`
	Precision string `json:"precision" doc:"share of the decided, as 0.9333; empty while nothing is decided"`
}

func (r *Review) serveVerdicts(ctx context.Context, c *web.Call, _ *web.Query) (all []Precision, err error) {
	verdicts, err := r.Verdicts(ctx, r.db, c.Actor)
	for _, v := range verdicts {
		all = append(all, Precision{ID: v.RuleID + "@" + v.RuleVersion, Verdict: v, Decided: v.Decided(), Precision: precisionOf(v)})
	}
	return all, err
}

func judgedTo(name, title string, of func(*Precision) int64) web.Column[Precision] {
	return web.Number(name, title, func(p *Precision) string { return strconv.FormatInt(of(p), 10) })
}

var precisionColumns = []web.Column[Precision]{
	web.By("id", "规则版本", func(p *Precision) string { return p.ID }),
	web.By("rule_id", "规则编号", func(p *Precision) string { return p.RuleID }),
	web.By("rule_version", "版本", func(p *Precision) string { return p.RuleVersion }),
	judgedTo("open", "未定", func(p *Precision) int64 { return p.Open }),
	judgedTo("upheld", "维持", func(p *Precision) int64 { return p.Upheld }),
	judgedTo("partly", "部分维持", func(p *Precision) int64 { return p.Partly }),
	judgedTo("dismissed", "排除", func(p *Precision) int64 { return p.Dismissed }),
	judgedTo("decided", "已定", func(p *Precision) int64 { return p.Decided }),
	web.Number("precision", "准确率", func(p *Precision) string { return p.Precision }),
}
