package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
)

// Task is a line of somebody's work, of whatever procedure.
type Task struct {
	Kind       string        `json:"kind" doc:"of the procedure, as finding"`
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	State      string        `json:"state"`
	StateTitle string        `json:"state_title"`
	Clock      string        `json:"clock" doc:"title of the period that runs in this state"`
	Due        calendar.Time `json:"due" doc:"its end; empty: none, or not known yet"`
	Overdue    bool          `json:"overdue"`
	Region     string        `json:"region"`
	Amount     string        `json:"amount,omitempty" doc:"yuan that it is about"`
	Link       string        `json:"link" doc:"where the API has it"`
}

// TaskOrder is an order of tasks.
type TaskOrder string

// The orders of tasks.
const (
	ByDue    TaskOrder = "due"     // the earliest deadline first, none last, and then by id
	ByAmount TaskOrder = "-amount" // the largest amount first, none last, and then by id, the last first
)

// place is where the task stands in an order.
func (t *Task) place(order TaskOrder) TaskPlace {
	p := TaskPlace{order, math.MaxInt64, t.ID}
	switch {
	case order == ByAmount:
		p.Key, _ = strconv.ParseInt(strings.Replace(t.Amount, ".", "", 1), 10, 64) // of none 0
	case t.Due != calendar.NoTime:
		p.Key = int64(t.Due)
	}
	return p
}

// TaskPlace is where a page of tasks ended; the zero place stands before all.
type TaskPlace struct {
	Order TaskOrder `json:"o"`
	Key   int64     `json:"k"` // civil seconds, math.MaxInt64 for none; or fen
	ID    string    `json:"i"`
}

// compare orders two places of one order.
func (p TaskPlace) compare(q TaskPlace) int {
	n := cmp.Or(cmp.Compare(p.Key, q.Key), cmp.Compare(p.ID, q.ID))
	if p.Order == ByAmount {
		return -n
	}
	return n
}

// TaskCount is what stands on an actor's desk in one state.
type TaskCount struct {
	Kind       string `json:"kind"`
	State      string `json:"state"`
	StateTitle string `json:"state_title"`
	Count      int64  `json:"count"`
	Overdue    int64  `json:"overdue"`
	Today      int64  `json:"today" doc:"that end today or are overdue"`
	Amount     string `json:"amount,omitempty"`
}

// Desk is what a room gives people to do.
type Desk struct {
	Kind string
	// Tasks returns at most limit tasks of the actor in an order, behind a place, and how
	// many there are in all.
	Tasks func(ctx context.Context, c *Call, part Part, order TaskOrder, after TaskPlace, limit int) ([]Task, int64, error)
	// Counts returns the actor's tasks by state.
	Counts func(ctx context.Context, c *Call) ([]TaskCount, error)
}

// Part is a part of a desk's work; the zero Part is all of it.
type Part struct {
	Overdue bool     // only what is late
	Today   bool     // only what ends today and is not late yet
	States  []string // only what stands in one of them
}

type tasksInput struct {
	Kind   []string  `query:"kind,explode" maxItems:"10"`
	State  []string  `query:"state,explode" maxItems:"20" doc:"as the counts name them"`
	Today  bool      `query:"today" doc:"only what ends today and is not late yet"`
	Sort   TaskOrder `query:"sort" enum:"due,-amount" default:"due" doc:"the earliest deadline or the largest amount first"`
	Cursor string    `query:"cursor" maxLength:"1000" doc:"next of the page before; not of an export"`
	Limit  int       `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// Tasks are a page of work.
type Tasks struct {
	Items []Task `json:"items"`
	Total int64  `json:"total" doc:"of all pages"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page"`
}

// TaskCounts are an actor's work by state.
type TaskCounts struct {
	Items   []TaskCount `json:"items"`
	Count   int64       `json:"count"`
	Overdue int64       `json:"overdue"`
	Today   int64       `json:"today"`
}

// ServeDesks serves the work of all rooms as one list, what is late of it, and its counts.
func ServeDesks(d *Door, op *access.Operation, desks []Desk) {
	for _, list := range []struct {
		id, title string
		overdue   bool
	}{{"todo", "待办", false}, {"overdue", "逾期", true}} {
		page := func(ctx context.Context, c *Call, in *tasksInput) (Tasks, error) {
			return pageOfTasks(ctx, c, desks, list.overdue, in)
		}
		Operate(d, op, huma.Operation{OperationID: list.id, Method: http.MethodGet, Path: "/api/" + list.id, Summary: list.title},
			func(ctx context.Context, c *Call, in *tasksInput) (*Body[Tasks], error) {
				tasks, err := page(ctx, c, in)
				return Answer(tasks), err
			})
		ServeExport(d, Export[Task, tasksInput]{
			Path: "/api/" + list.id, ID: list.id, Title: list.title, Ops: []*access.Operation{op}, Columns: taskColumns,
			Rows: func(ctx context.Context, c *Call, in *tasksInput) (Rows[Task], error) {
				return rowsOfTasks(ctx, c, page, *in)
			},
		})
	}
	Operate(d, op, huma.Operation{OperationID: "todo-counts", Method: http.MethodGet, Path: "/api/todo/counts", Summary: "待办计数"},
		func(ctx context.Context, c *Call, _ *None) (*Body[TaskCounts], error) {
			counts := TaskCounts{Items: []TaskCount{}}
			for _, desk := range desks {
				some, err := desk.Counts(ctx, c)
				if err != nil {
					return nil, err
				}
				for _, n := range some {
					counts.Count, counts.Overdue, counts.Today = counts.Count+n.Count, counts.Overdue+n.Overdue, counts.Today+n.Today
				}
				counts.Items = append(counts.Items, some...)
			}
			return Answer(counts), nil
		})
}

// pageOfTasks merges what each desk has behind the place where the page before ended.
func pageOfTasks(ctx context.Context, c *Call, desks []Desk, overdue bool, in *tasksInput) (page Tasks, err error) {
	page.Items = []Task{}
	var after TaskPlace
	if in.Cursor != "" {
		text, err := base64.RawURLEncoding.DecodeString(in.Cursor)
		if err == nil {
			err = json.Unmarshal(text, &after)
		}
		if err != nil || after.Order != in.Sort || after.ID == "" || !isText(after.ID) {
			return page, Invalid("cursor", "翻页标记不对：请用上一页的 next，排序也要相同")
		}
	}
	for _, desk := range desks {
		if len(in.Kind) > 0 && !slices.Contains(in.Kind, desk.Kind) {
			continue
		}
		some, n, err := desk.Tasks(ctx, c, Part{overdue, in.Today, in.State}, in.Sort, after, in.Limit+1)
		if err != nil {
			return page, err
		}
		page.Items, page.Total = append(page.Items, some...), page.Total+n
	}
	slices.SortFunc(page.Items, func(a, b Task) int { return a.place(in.Sort).compare(b.place(in.Sort)) })
	if len(page.Items) > in.Limit {
		page.Items = page.Items[:in.Limit]
		text, err := json.Marshal(page.Items[in.Limit-1].place(in.Sort))
		if err != nil {
			return page, err
		}
		page.Next = base64.RawURLEncoding.EncodeToString(text)
	}
	return page, nil
}

func rowsOfTasks(ctx context.Context, c *Call, page func(context.Context, *Call, *tasksInput) (Tasks, error), in tasksInput) (rows Rows[Task], err error) {
	in.Cursor, in.Limit = "", 500
	first, err := page(ctx, c, &in)
	return Rows[Task]{Total: int(first.Total), All: func(yield func(*Task, error) bool) {
		tasks := first
		for {
			for k := range tasks.Items {
				if !yield(&tasks.Items[k], nil) {
					return
				}
			}
			if in.Cursor = tasks.Next; in.Cursor == "" {
				return
			}
			if tasks, err = page(ctx, c, &in); err != nil {
				yield(nil, err)
				return
			}
		}
	}}, err
}

var taskColumns = []Column[Task]{
	By("id", "编号", func(t *Task) string { return t.ID }),
	By("kind", "类别", func(t *Task) string { return t.Kind }),
	By("title", "事项", func(t *Task) string { return t.Title }),
	By("state", "环节", func(t *Task) string { return t.StateTitle }),
	By("clock", "期限名称", func(t *Task) string { return t.Clock }),
	By("due", "期限", func(t *Task) string { return t.Due.String() }),
	By("region", "区划", func(t *Task) string { return t.Region }),
	Money("amount", "金额", func(t *Task) string { return t.Amount }),
}
