package web

import (
	"context"
	"slices"
	"strings"
)

// held are things in memory, chosen and in order.
type held[T any] struct {
	*choice[T]
	all []T
}

// hold chooses among all and sorts them. It takes all over.
func hold[T any](all []T, c *choice[T]) *held[T] {
	all = slices.DeleteFunc(all, func(t T) bool { return !c.fits(&t) })
	slices.SortStableFunc(all, func(a, b T) int { return c.compare(c.placeOf(&a), c.placeOf(&b)) })
	return &held[T]{c, all}
}

// fits says whether a thing has a wanted value in each column that is filtered, and the
// text that is searched in some.
func (c *choice[T]) fits(t *T) bool {
	found := c.search == ""
	for i := range c.columns {
		value := c.columns[i].of(t)
		if wanted := c.wanted[c.columns[i].name]; wanted != nil && !slices.Contains(wanted, value) {
			return false
		}
		found = found || c.columns[i].searched() && strings.Contains(value, c.search)
	}
	return found
}

func (h *held[T]) total(context.Context) (int, error) { return len(h.all), nil }

func (h *held[T]) read(_ context.Context, behind *place, limit int) ([]T, error) {
	from := 0
	if behind != nil {
		from, _ = slices.BinarySearchFunc(h.all, behind, func(t T, p *place) int {
			if h.compare(h.placeOf(&t), p) > 0 {
				return 1
			}
			return -1
		})
	}
	return h.all[from:min(from+limit, len(h.all))], nil
}
