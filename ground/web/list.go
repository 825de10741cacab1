package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
)

// Query is what every list takes; a list that takes more embeds it.
type Query struct {
	Limit  int      `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"at most so many; an export has all"`
	Cursor string   `query:"cursor" maxLength:"1000" doc:"next of the page before; not of an export"`
	Sort   string   `query:"sort" maxLength:"40" doc:"a column, with - in front the last first"`
	Filter []string `query:"filter,explode" maxItems:"10" doc:"column:value; values of one column are alternatives"`
	Search string   `query:"q" maxLength:"100" doc:"a text that stands in some column"`
}

func (q *Query) asked() *Query { return q }

// String is what is asked for, for people.
func (q *Query) String() string {
	said := slices.Clone(q.Filter)
	if q.Search != "" {
		said = append(said, "含“"+q.Search+"”")
	}
	if q.Sort != "" {
		said = append(said, "按 "+q.Sort+" 排序")
	}
	return strings.Join(said, "；")
}

// querying is the input Q of a list.
type querying[Q any] interface {
	*Q
	asked() *Query
}

// Page is a page of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Total int    `json:"total" doc:"of all pages"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page; nothing when this is the last"`
}

// List is a list of things that an actor reaches. The first column names a thing.
type List[T, Q any] struct {
	Path, ID, Title string
	Op              *access.Operation
	Columns         []Column[T]
	Read            func(context.Context, *Call, *Q) ([]T, error)
}

// ServeList serves a list at its path, and whole as a file at path.csv and path.xlsx.
func ServeList[T, Q any, P querying[Q]](d *Door, l List[T, Q]) {
	route := huma.Operation{OperationID: l.ID, Method: http.MethodGet, Path: l.Path, Summary: l.Title}
	Operate(d, l.Op, Describe(route, l.Columns), func(ctx context.Context, c *Call, in *Q) (*Body[Page[T]], error) {
		all, order, err := l.choose(ctx, c, in, P(in).asked())
		if err != nil {
			return nil, err
		}
		page, err := l.page(all, order, P(in).asked())
		return Answer(page), err
	})
	ServeExport(d, Export[T, Q]{l.Path, l.ID, l.Title, []*access.Operation{l.Op}, l.Columns, func(ctx context.Context, c *Call, in *Q) (Rows[T], error) {
		all, _, err := l.choose(ctx, c, in, P(in).asked())
		return Rows[T]{len(all), P(in).asked().String(), each(all)}, err
	}})
}

// each are things one after another.
func each[T any](all []T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for i := range all {
			if !yield(&all[i], nil) {
				return
			}
		}
	}
}

// choose reads the list, filters it and sorts it by a column.
func (l *List[T, Q]) choose(ctx context.Context, c *Call, given *Q, in *Query) (all []T, order *Column[T], err error) {
	by, down := strings.CutPrefix(in.Sort, "-")
	order, err = l.column("query.sort", cmp.Or(by, l.Columns[0].name))
	if err != nil {
		return nil, nil, err
	}
	wanted := map[string][]string{}
	for _, f := range in.Filter {
		name, value, _ := strings.Cut(f, ":")
		if _, err := l.column("query.filter", name); err != nil {
			return nil, nil, err
		}
		wanted[name] = append(wanted[name], value)
	}
	if all, err = l.Read(ctx, c, given); err != nil {
		return nil, nil, err
	}
	all = slices.DeleteFunc(all, func(t T) bool { return !l.fits(&t, wanted, in.Search) })
	slices.SortStableFunc(all, func(a, b T) int {
		n := cmp.Or(order.compare(order.of(&a), order.of(&b)), cmp.Compare(l.Columns[0].of(&a), l.Columns[0].of(&b)))
		if down {
			return -n
		}
		return n
	})
	return all, order, nil
}

func (l *List[T, Q]) column(location, name string) (*Column[T], error) {
	var names []string
	for i := range l.Columns {
		if l.Columns[i].name == name {
			return &l.Columns[i], nil
		}
		names = append(names, l.Columns[i].name)
	}
	p := Invalid("column", "没有这一列。可用的有："+strings.Join(names, "、"))
	p.Errors = []Fault{{location, p.Detail}}
	return nil, p
}

func (l *List[T, Q]) fits(t *T, wanted map[string][]string, search string) bool {
	found := search == ""
	for i := range l.Columns {
		value := l.Columns[i].of(t)
		if any := wanted[l.Columns[i].name]; any != nil && !slices.Contains(any, value) {
			return false
		}
		found = found || strings.Contains(value, search)
	}
	return found
}

// place is where a page ended: things that come and go between two pages neither
// shift nor repeat one.
type place struct {
	Sort  string `json:"s"`
	Value string `json:"v"`
	ID    string `json:"i"`
}

func (l *List[T, Q]) page(all []T, order *Column[T], in *Query) (p Page[T], err error) {
	p = Page[T]{Items: []T{}, Total: len(all)}
	if in.Cursor != "" {
		last, err := readCursor(in.Cursor, in.Sort)
		if err != nil {
			return p, err
		}
		for len(all) > 0 && !order.after(order.of(&all[0]), l.Columns[0].of(&all[0]), last) {
			all = all[1:]
		}
	}
	p.Items = append(p.Items, all[:min(in.Limit, len(all))]...)
	if len(all) > in.Limit {
		t := &all[in.Limit-1]
		text, err := json.Marshal(place{in.Sort, order.of(t), l.Columns[0].of(t)})
		if err != nil {
			return p, err
		}
		p.Next = base64.RawURLEncoding.EncodeToString(text)
	}
	return p, nil
}

// after says whether a thing with this value comes behind a place.
func (h heading) after(value, id string, last place) bool {
	n := cmp.Or(h.compare(value, last.Value), cmp.Compare(id, last.ID))
	if strings.HasPrefix(last.Sort, "-") {
		n = -n
	}
	return n > 0
}

func readCursor(cursor, sort string) (last place, err error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &last)
	}
	if err != nil || last.Sort != sort {
		return last, Invalid("cursor", "翻页标记不对：请用上一页的 next，排序也要相同")
	}
	return last, nil
}
