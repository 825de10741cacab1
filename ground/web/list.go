package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
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

// Column is one by which a list is filtered and sorted, and that its export has.
type Column[T any] struct {
	name, title string
	of          func(*T) string
}

// By makes a column. Of is its text of a thing.
func By[T any](name, title string, of func(*T) string) Column[T] { return Column[T]{name, title, of} }

// List is a list of things that an actor reaches. The first column names a thing.
type List[T, Q any] struct {
	Path, ID, Title string
	Op              *access.Operation
	Columns         []Column[T]
	Read            func(context.Context, *Call, *Q) ([]T, error)
}

// ServeList serves a list at its path, and whole as a table at path.csv.
func ServeList[T, Q any, P querying[Q]](d *Door, l List[T, Q]) {
	Operate(d, l.Op, huma.Operation{OperationID: l.ID, Method: http.MethodGet, Path: l.Path, Summary: l.Title},
		func(ctx context.Context, c *Call, in *Q) (*Body[Page[T]], error) {
			all, sorted, err := l.choose(ctx, c, in, P(in).asked())
			if err != nil {
				return nil, err
			}
			page, err := l.page(all, sorted, P(in).asked())
			return Answer(page), err
		})
	Operate(d, l.Op, huma.Operation{OperationID: l.ID + "-csv", Method: http.MethodGet, Path: l.Path + ".csv", Summary: l.Title + "（导出）", Responses: tableResponse},
		func(ctx context.Context, c *Call, in *Q) (*table, error) {
			all, _, err := l.choose(ctx, c, in, P(in).asked())
			if err != nil {
				return nil, err
			}
			return exportTable(d, ctx, c, l, all)
		})
}

// choose reads the list, filters it and sorts it. sorted is the column's value of a thing.
func (l *List[T, Q]) choose(ctx context.Context, c *Call, given *Q, in *Query) (all []T, sorted func(*T) string, err error) {
	by, down := strings.CutPrefix(in.Sort, "-")
	order, err := l.column("query.sort", cmp.Or(by, l.Columns[0].name))
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
		n := cmp.Or(cmp.Compare(order.of(&a), order.of(&b)), cmp.Compare(l.Columns[0].of(&a), l.Columns[0].of(&b)))
		if down {
			return -n
		}
		return n
	})
	return all, order.of, nil
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

func (l *List[T, Q]) page(all []T, sorted func(*T) string, in *Query) (p Page[T], err error) {
	p = Page[T]{Items: []T{}, Total: len(all)}
	if in.Cursor != "" {
		last, err := readCursor(in.Cursor, in.Sort)
		if err != nil {
			return p, err
		}
		for len(all) > 0 && !after(sorted(&all[0]), l.Columns[0].of(&all[0]), last) {
			all = all[1:]
		}
	}
	p.Items = append(p.Items, all[:min(in.Limit, len(all))]...)
	if len(all) > in.Limit {
		t := &all[in.Limit-1]
		text, err := json.Marshal(place{in.Sort, sorted(t), l.Columns[0].of(t)})
		if err != nil {
			return p, err
		}
		p.Next = base64.RawURLEncoding.EncodeToString(text)
	}
	return p, nil
}

func after(value, id string, last place) bool {
	n := cmp.Or(cmp.Compare(value, last.Value), cmp.Compare(id, last.ID))
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

// table is an export.
type table struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

var tableResponse = map[string]*huma.Response{"200": {
	Description: "A table in UTF-8, its last column the mark of the export: who, and which entry of the journal",
	Content:     map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: "string"}}},
}}

// exportTable is a list as CSV. An export is an act; each line bears its mark.
func exportTable[T, Q any](d *Door, ctx context.Context, c *Call, l List[T, Q], all []T) (*table, error) {
	entry, err := d.Write(ctx, c, func(*db.Tx) (Act, error) {
		return Act{Name: l.Op.Name, Kind: "export", ID: l.ID, Reason: fmt.Sprintf("导出 %d 行", len(all))}, nil
	})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("\ufeff") // spreadsheets need it to see UTF-8
	lines := csv.NewWriter(&out)
	head := make([]string, 0, len(l.Columns)+1)
	for _, col := range l.Columns {
		head = append(head, col.title)
	}
	_ = lines.Write(append(head, "导出标记")) // into memory
	mark := fmt.Sprintf("%s/%d", c.ID, entry)
	for i := range all {
		line := make([]string, 0, len(l.Columns)+1)
		for _, col := range l.Columns {
			line = append(line, harmless(col.of(&all[i])))
		}
		_ = lines.Write(append(line, mark))
	}
	lines.Flush()
	return &table{"text/csv; charset=utf-8", fmt.Sprintf(`attachment; filename="%s-%d.csv"`, l.ID, entry), out.Bytes()}, nil
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Instant is a time as a column has it: its text sorts as it does.
func Instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02T15:04:05.000000Z")
}
