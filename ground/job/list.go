package job

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Filter chooses jobs; an empty field chooses all.
type Filter struct {
	States  []State
	Kinds   []string
	Regions []string
	AskedBy string
	Within  func(bun.QueryBuilder) bun.QueryBuilder // a further condition, as access.Actor.Reach on job.region makes it
	Before  string                                  // cursor: only jobs older than the one with this id
	Limit   int64                                   // 1–500; 0: 50
}

// Page is a page of jobs, the newest first.
type Page struct {
	Jobs  []Job  `json:"jobs"`
	Next  string `json:"next,omitzero"` // Before of the next page, "" when this is the last
	Total int64  `json:"total"`         // of all pages
}

const mostJobs = 500

// List returns the jobs that the filter chooses. Jobs that are queued between two
// pages neither shift nor repeat one.
func (q *Queue) List(ctx context.Context, f Filter) (Page, error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.Limit < 1 || f.Limit > mostJobs {
		return Page{}, fmt.Errorf("每页 %d 个任务不可用，应在 1 到 %d 之间", f.Limit, mostJobs)
	}
	for _, s := range f.States {
		if States[s] == "" {
			return Page{}, fmt.Errorf("没有任务状态 %q。可用的有：queued、running、done、failed、cancelled", s)
		}
	}
	p := Page{Jobs: []Job{}}
	total, err := q.Select(f, &p.Jobs).Count(ctx)
	if p.Total = int64(total); err != nil {
		return p, err
	}
	page := q.Select(f, &p.Jobs)
	if f.Before != "" {
		page = page.Where("id < ?", f.Before)
	}
	if err := page.OrderExpr("id DESC").Limit(f.Limit + 1).Scan(ctx); err != nil {
		return p, err
	}
	if int64(len(p.Jobs)) > f.Limit {
		p.Jobs = p.Jobs[:f.Limit]
		p.Next = p.Jobs[f.Limit-1].ID
	}
	return p, nil
}

// Select chooses jobs into all, whatever the filter's Before and Limit.
func (q *Queue) Select(f Filter, all *[]Job) *bun.SelectQuery {
	s := q.db.NewSelect().Model(all)
	if len(f.States) > 0 {
		s = s.Where("state IN (?)", bun.List(f.States))
	}
	if len(f.Kinds) > 0 {
		s = s.Where("kind IN (?)", bun.List(f.Kinds))
	}
	if len(f.Regions) > 0 {
		s = s.Where("region IN (?)", bun.List(f.Regions))
	}
	if f.AskedBy != "" {
		s = s.Where("asked_by = ?", f.AskedBy)
	}
	if f.Within != nil {
		s = s.ApplyQueryBuilder(f.Within)
	}
	return s
}
