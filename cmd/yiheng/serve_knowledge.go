package main

import (
	"context"
	"errors"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/facts/registry"
	"yiheng/ground/job"
)

// desk serves the knowledge of the home, shelf the catalogue of rules, editor the custom checks.
func (h *home) desk(q *job.Queue, registers *registry.Desk) *knowledge.Desk {
	return &knowledge.Desk{Store: h.knowledge, Queue: q, Classes: rule.Class, Rules: allRules(), Persons: registers.Reached}
}

func (h *home) shelf() *rule.Shelf {
	return &rule.Shelf{
		Points: h.knowledge.Points, Run: screening.RunCase,
		Tables: func(ctx context.Context) (map[string]bool, error) { return tablesOf(ctx, h) },
	}
}

func (h *home) editor() *screening.Editor { return &screening.Editor{Lake: h.lake, Home: h.dir} }

// readKnowledge is the job that reads a large upload of knowledge points.
func readKnowledge(all *cli) job.Kind {
	kind := job.Kind{Name: knowledge.JobKind, Title: "读取知识点文件", Attempts: 3, Apart: true, Resumes: true}
	check := func(a knowledge.JobArgument) error {
		if a.Change <= 0 {
			return errors.New("change 应为知识库变更的编号")
		}
		return nil
	}
	return job.Define(kind, check, func(ctx context.Context, t *job.Task, a knowledge.JobArgument) (any, error) {
		var state string
		err := withHome(ctx, all, func(h *home) error {
			t.Progress(0, 0, "", "读取文件，与生效的知识点比较")
			c, err := h.knowledge.Read(ctx, a.Change, rule.Class, recordChange("knowledge.compare"), func(done, total int) {
				t.Progress(int64(done), int64(total), "知识点", "写入比较结果")
			})
			if errors.Is(err, knowledge.ErrState) || errors.Is(err, knowledge.ErrNoChange) {
				return job.Final(err)
			}
			if err == nil {
				state = c.State
			}
			return err
		})
		return map[string]string{"state": state}, err
	})
}
