package web

import (
	"context"
	"strconv"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// Source is where the database has the things of a list: Query chooses all that the
// actor reaches, without order and limit, and Scan runs it, once.
type Source[T any] struct {
	Query *bun.SelectQuery
	Scan  func(context.Context) ([]T, error)
}

// SourceOf is a query, with how it is run, as a source.
func SourceOf[T any](q *bun.SelectQuery, scan func(context.Context) ([]T, error)) Source[T] {
	return Source[T]{q, scan}
}

// stored are things in the database. Each reading opens the source anew.
type stored[T any] struct {
	*choice[T]
	open func(context.Context) (Source[T], error)
}

// chosen opens the source with the filters and the search as conditions.
func (s *stored[T]) chosen(ctx context.Context) (Source[T], error) {
	from, err := s.open(ctx)
	if err != nil {
		return from, err
	}
	for i := range s.columns {
		if wanted := s.columns[i].wanted(s.wanted[s.columns[i].name]); wanted != nil {
			from.Query.Where("? IN (?)", s.columns[i].expression(), bun.List(wanted))
		}
	}
	if s.search != "" {
		from.Query.WhereGroup(" AND ", s.searched)
	}
	return from, nil
}

// searched is the search as a condition on the columns of texts.
func (s *stored[T]) searched(q *bun.SelectQuery) *bun.SelectQuery {
	within := "instr(?, ?) > 0"
	if q.Dialect().Name() == dialect.PG {
		within = "strpos(?, ?) > 0"
	}
	q.Where("1 = 0")
	for _, c := range s.columns {
		if c.searched() {
			q.WhereOr(within, c.expression(), s.search)
		}
	}
	return q
}

func (s *stored[T]) total(ctx context.Context) (int, error) {
	from, err := s.chosen(ctx)
	if err != nil {
		return 0, err
	}
	n, err := from.Query.Count(ctx)
	return int(n), err
}

func (s *stored[T]) read(ctx context.Context, behind *place, limit int) ([]T, error) {
	from, err := s.chosen(ctx)
	if err != nil {
		return nil, err
	}
	beyond, direction := ">", bun.Safe("ASC")
	if s.down {
		beyond, direction = "<", bun.Safe("DESC")
	}
	order, id := s.order.expression(), s.id().expression()
	if behind != nil {
		value, okay := s.order.stored(behind.Value)
		name, known := s.id().stored(behind.ID)
		if !okay || !known {
			return nil, Invalid("cursor", "翻页标记不对：请用上一页的 next，排序也要相同")
		}
		from.Query.Where("(?, ?) "+beyond+" (?, ?)", order, id, value, name)
	}
	from.Query.OrderExpr("? ?, ? ?", order, direction, id, direction).Limit(int64(limit))
	return from.Scan(ctx)
}

// expression is the column in SQL. A time that is not there is the earliest.
func (c *Column[T]) expression() any {
	if c.kind == TimeKind {
		return bun.SafeQuery("coalesce(?, ?)", bun.Safe(c.in), time.Time{})
	}
	return bun.Safe(c.in)
}

// wanted are the values of a filter as the database has them, nil without a filter; what
// no thing can have is left out.
func (c *Column[T]) wanted(texts []string) (values []any) {
	if texts == nil {
		return nil
	}
	values = []any{}
	for _, text := range texts {
		if value, ok := c.stored(text); ok {
			values = append(values, value)
		}
	}
	return values
}

// stored is a text of the column as the database has it; not ok for what it cannot have.
func (h heading) stored(text string) (value any, ok bool) {
	switch h.kind {
	case NumberKind:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	case TimeKind:
		if text == "" {
			return time.Time{}, true
		}
		at, err := time.Parse(instant, text)
		return at, err == nil
	}
	return text, true
}
