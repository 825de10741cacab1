package web

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// choice is what a query asks of a list, understood.
type choice[T any] struct {
	sort    string // as it was asked for
	columns []Column[T]
	order   *Column[T]
	down    bool
	wanted  map[string][]string // values by name of the column
	search  string
}

// choose understands a query.
func choose[T any](columns []Column[T], in *Query) (*choice[T], error) {
	c := &choice[T]{sort: in.Sort, columns: columns, wanted: map[string][]string{}, search: in.Search}
	name, down := strings.CutPrefix(in.Sort, "-")
	c.down = down
	var err error
	if c.order, err = c.column("query.sort", cmp.Or(name, columns[0].name)); err != nil {
		return nil, err
	}
	for _, f := range in.Filter {
		name, value, _ := strings.Cut(f, ":")
		if _, err := c.column("query.filter", name); err != nil {
			return nil, err
		}
		c.wanted[name] = append(c.wanted[name], value)
	}
	return c, nil
}

// column finds a column by which a list sorts and filters.
func (c *choice[T]) column(location, name string) (*Column[T], error) {
	var names []string
	for i := range c.columns {
		switch {
		case c.columns[i].shown:
		case c.columns[i].name == name:
			return &c.columns[i], nil
		default:
			names = append(names, c.columns[i].name)
		}
	}
	p := Invalid("column", "没有这一列，或不能按它排序和筛选。可用的有："+strings.Join(names, "、"))
	p.Errors = []Fault{{location, p.Detail}}
	return nil, p
}

// id is the column that names a thing.
func (c *choice[T]) id() *Column[T] { return &c.columns[0] }

// place is where a page ended: things that come and go between two pages neither
// shift nor repeat one.
type place struct {
	Sort  string `json:"s"`
	Value string `json:"v"`
	ID    string `json:"i"`
}

func (c *choice[T]) placeOf(t *T) *place { return &place{c.sort, c.order.of(t), c.id().of(t)} }

// compare orders two places.
func (c *choice[T]) compare(a, b *place) int {
	n := cmp.Or(c.order.compare(a.Value, b.Value), c.id().compare(a.ID, b.ID))
	if c.down {
		return -n
	}
	return n
}

// cursor is a place as text.
func (p *place) cursor() string {
	text, _ := json.Marshal(p) // a struct of texts
	return base64.RawURLEncoding.EncodeToString(text)
}

// readCursor reads the cursor of a page in an order; nil for the first page's.
func readCursor(cursor, sort string) (*place, error) {
	if cursor == "" {
		return nil, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	last := new(place)
	if err == nil {
		err = json.Unmarshal(text, last)
	}
	if err != nil || last.Sort != sort || !isText(last.Value+last.ID) {
		return nil, Invalid("cursor", "翻页标记不对：请用上一页的 next，排序也要相同")
	}
	return last, nil
}
