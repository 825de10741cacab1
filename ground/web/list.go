package web

import (
	"cmp"
	"context"
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
	Sort   string   `query:"sort" maxLength:"40" doc:"a column, with - in front the last first" example:"-id"`
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

// List is a list of things that an actor reaches. The first column names a thing: no
// two have the same text in it. A list has Read or From.
type List[T, Q any] struct {
	Path, ID, Title string
	Op              *access.Operation
	Columns         []Column[T]
	Sort            string // the order when none is asked for, as Query.Sort says it; "": by the first column
	Noted           string // the act that reading a page is, "" for none

	// Read reads all: for lists that stay small.
	Read func(context.Context, *Call, *Q) ([]T, error)

	// From is where the database has them: for lists that grow. It is called anew for
	// each reading. Only columns that say where they stand (Column.In) sort, filter and
	// are searched.
	From func(context.Context, *Call, *Q) (Source[T], error)
}

// reader reads the things of a list that were chosen, in their order.
type reader[T any] interface {
	// total is how many they are.
	total(context.Context) (int, error)

	// read returns at most limit of those behind a place, or the first.
	read(ctx context.Context, behind *place, limit int) ([]T, error)
}

// ServeList serves a list at its path, and whole as a file at path.csv and path.xlsx.
func ServeList[T, Q any, P querying[Q]](d *Door, l List[T, Q]) {
	route := huma.Operation{OperationID: l.ID, Method: http.MethodGet, Path: l.Path, Summary: l.Title}
	Operate(d, l.Op, Describe(route, l.columns()), func(ctx context.Context, c *Call, in *Q) (*Body[Page[T]], error) {
		page, err := l.page(ctx, c, in, l.ordered(P(in).asked()))
		if err == nil && l.Noted != "" {
			err = d.Note(ctx, c, Act{Name: l.Noted})
		}
		return Answer(page), err
	})
	ServeExport(d, Export[T, Q]{l.Path, l.ID, l.Title, []*access.Operation{l.Op}, l.columns(), func(ctx context.Context, c *Call, in *Q) (Rows[T], error) {
		return l.rows(ctx, c, in, l.ordered(P(in).asked()))
	}})
}

// ordered is what is asked for, with the list's own order where none is.
func (l *List[T, Q]) ordered(in *Query) *Query {
	q := *in
	q.Sort = cmp.Or(q.Sort, l.Sort)
	return &q
}

// columns are those of the list; what a reading of the database cannot sort says so.
func (l *List[T, Q]) columns() []Column[T] {
	columns := slices.Clone(l.Columns)
	for i := range columns {
		columns[i].shown = l.From != nil && columns[i].in == ""
	}
	return columns
}

// open starts a reading.
func (l *List[T, Q]) open(ctx context.Context, c *Call, given *Q, in *Query) (reader[T], *choice[T], error) {
	chosen, err := choose(l.columns(), in)
	if err != nil {
		return nil, nil, err
	}
	if l.From != nil {
		return &stored[T]{chosen, func(ctx context.Context) (Source[T], error) { return l.From(ctx, c, given) }}, chosen, nil
	}
	all, err := l.Read(ctx, c, given)
	return hold(all, chosen), chosen, err
}

// page reads a page. It asks for one thing more, to know whether another page follows.
func (l *List[T, Q]) page(ctx context.Context, c *Call, given *Q, in *Query) (p Page[T], err error) {
	p.Items = []T{}
	from, chosen, err := l.open(ctx, c, given, in)
	if err != nil {
		return p, err
	}
	behind, err := readCursor(in.Cursor, in.Sort)
	if err != nil {
		return p, err
	}
	if p.Total, err = from.total(ctx); err != nil {
		return p, err
	}
	some, err := from.read(ctx, behind, in.Limit+1)
	if err != nil {
		return p, err
	}
	p.Items = append(p.Items, some[:min(in.Limit, len(some))]...)
	if len(some) > in.Limit {
		p.Next = chosen.placeOf(&some[in.Limit-1]).cursor()
	}
	return p, nil
}

// portion is how many things an export reads at a time.
const portion = 2000

// rows are all things of a list, for an export.
func (l *List[T, Q]) rows(ctx context.Context, c *Call, given *Q, in *Query) (rows Rows[T], err error) {
	from, chosen, err := l.open(ctx, c, given, in)
	if err != nil {
		return rows, err
	}
	rows.Asked = in.String()
	rows.Total, err = from.total(ctx)
	rows.All = portions(ctx, from, chosen)
	return rows, err
}

func portions[T any](ctx context.Context, from reader[T], chosen *choice[T]) iter.Seq2[*T, error] {
	return InParts(portion, func(last *T, limit int) ([]T, error) {
		var behind *place
		if last != nil {
			behind = chosen.placeOf(last)
		}
		return from.read(ctx, behind, limit)
	})
}

// InParts are rows that are read at most limit at a time, each part behind the last row of
// the part before, nil for the first.
func InParts[T any](limit int, read func(last *T, limit int) ([]T, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for last := (*T)(nil); ; {
			some, err := read(last, limit)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range some {
				if !yield(&some[i], nil) {
					return
				}
			}
			if len(some) < limit {
				return
			}
			last = &some[limit-1]
		}
	}
}
