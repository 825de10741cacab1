package journal

import (
	"context"
	"fmt"
	"math"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

const pageRows = 2000

// pager reads a table in the order of its key, page by page: several can be under
// way in one transaction.
type pager[T any] struct {
	ctx    context.Context
	from   db.Reader
	column string
	key    func(*T) int64
	page   []T
	last   int64
	begun  bool
	ended  bool
	peeked *T
}

func newPager[T any](ctx context.Context, from db.Reader, column string, key func(*T) int64) *pager[T] {
	return &pager[T]{ctx: ctx, from: from, column: column, key: key, last: math.MinInt64}
}

// peek returns the next row without passing it, nil at the end.
func (p *pager[T]) peek() (*T, error) {
	if p.peeked == nil {
		if len(p.page) == 0 && !p.ended {
			if err := p.read(); err != nil {
				return nil, err
			}
		}
		if len(p.page) > 0 {
			p.peeked, p.page = &p.page[0], p.page[1:]
		}
	}
	return p.peeked, nil
}

// next returns the next row and passes it, nil at the end.
func (p *pager[T]) next() (*T, error) {
	row, err := p.peek()
	p.peeked = nil
	return row, err
}

func (p *pager[T]) read() error {
	var page []T
	query := p.from.NewSelect().Model(&page).OrderExpr("?", bun.Ident(p.column)).Limit(pageRows)
	if p.begun {
		query.Where("? > ?", bun.Ident(p.column), p.last)
	}
	if err := query.Scan(p.ctx); err != nil {
		return fmt.Errorf("日志的库表在 %s > %d 之后读不出来：%w", p.column, p.last, err)
	}
	p.page, p.begun, p.ended = page, true, len(page) < pageRows
	if len(page) > 0 {
		p.last = p.key(&page[len(page)-1])
	}
	return nil
}
