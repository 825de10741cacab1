package web

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
)

// TakeTable takes a table out of a page.
var TakeTable = access.Declare(access.Operation{Name: "page.take_table", Title: "导出页面上的表格", Scope: access.SignedIn})

// PageTable is a table as a page shows it: figures that no list has in this form.
type PageTable struct {
	Title   string       `json:"title" minLength:"1" maxLength:"100"`
	Page    string       `json:"page" minLength:"1" maxLength:"200" pattern:"^/[^?#]*$" doc:"the page's path"`
	Columns []PageColumn `json:"columns" minItems:"1" maxItems:"60"`
	Rows    [][]string   `json:"rows" maxItems:"10000" doc:"a text for each column"`
}

// PageColumn is a column of a PageTable.
type PageColumn struct {
	Title string `json:"title" maxLength:"100"`
	Kind  Kind   `json:"kind" enum:"text,number,money" doc:"numbers and money are written as 12 and 12.30"`
}

type pageTableInput struct {
	Body PageTable
}

// ServePageTables lets whoever sees a table take it out as a file. It leaves through here,
// though the page has it already, so that it leaves like every list: journalled, each line
// with the mark, and harmless to the program that opens it. What stands in the table is
// the page's word, which the journal and the file say.
func ServePageTables(d *Door) {
	for _, f := range []form{csvForm, xlsxForm} {
		route := huma.Operation{
			OperationID: "page-table-" + f.name, Method: http.MethodPost, Path: "/api/page-table." + f.name, MaxBodyBytes: MostTable, Summary: TakeTable.Title,
			Responses: f.responses(),
		}
		Operate(d, TakeTable, route, func(ctx context.Context, c *Call, in *pageTableInput) (*huma.StreamResponse, error) {
			t := &in.Body
			if err := t.check(); err != nil {
				return nil, err
			}
			return d.export(ctx, c, TakeTable, "page-table", f, leaving{
				title: t.Title, asked: "页面 " + t.Page + " 所示", shown: fmt.Sprintf("：页面 %s 上的“%s”", t.Page, t.Title),
				total: len(t.Rows), at: c.At, headings: t.headings(), lines: t.lines,
			})
		})
	}
}

func (t *PageTable) headings() (all []heading) {
	for i, c := range t.Columns {
		all = append(all, heading{name: fmt.Sprint(i), title: c.Title, kind: c.Kind})
	}
	return all
}

// check says which row has not a text for each column.
func (t *PageTable) check() error {
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return Invalid(fmt.Sprintf("rows[%d]", i), fmt.Sprintf("第 %d 行有 %d 格，表头有 %d 列", i+1, len(row), len(t.Columns)))
		}
	}
	return nil
}

func (t *PageTable) lines(yield func([]string, error) bool) {
	for _, row := range t.Rows {
		if !yield(row, nil) {
			return
		}
	}
}
