package web

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

// Rows are what an export is asked to write, one after another: they are held nowhere,
// however many they are.
type Rows[T any] struct {
	Total int    // how many they are, for the journal
	Asked string // what was asked for, for people: filters and order
	All   iter.Seq2[*T, error]
}

// Export is a list as a file.
type Export[T, I any] struct {
	Path, ID, Title string              // of the list
	Ops             []*access.Operation // for whoever may do one of them; the act is the first's
	Columns         []Column[T]
	Rows            func(context.Context, *Call, *I) (Rows[T], error)
}

// ServeExport serves a list whole at path.csv and path.xlsx. An export is an act; every line bears its mark: who, and which entry of the journal. The
// file is complete before the first byte of it is sent: rows that fail are a Problem.
func ServeExport[T, I any](d *Door, e Export[T, I]) {
	for _, f := range []form{csvForm, xlsxForm} {
		route := huma.Operation{
			OperationID: e.ID + "-" + f.name, Method: http.MethodGet, Path: e.Path + "." + f.name, Summary: e.Title + "（导出 " + strings.ToUpper(f.name) + "）",
			Responses: f.responses(),
		}
		OperateAny(d, e.Ops, Describe(route, e.Columns), func(ctx context.Context, c *Call, in *I) (*huma.StreamResponse, error) {
			rows, err := e.Rows(ctx, c, in)
			if err != nil {
				return nil, err
			}
			return d.export(ctx, c, e.Ops[0], e.ID, f, leaving{
				title: e.Title, asked: rows.Asked, total: rows.Total, at: c.At, headings: headings(e.Columns), lines: linesOf(e.Columns, rows.All),
			})
		})
	}
}

// linesOf are rows as cells. A line is good until the next.
func linesOf[T any](columns []Column[T], rows iter.Seq2[*T, error]) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		line := make([]string, len(columns))
		for row, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range columns {
				line[i] = columns[i].of(row)
			}
			if !yield(line, nil) {
				return
			}
		}
	}
}

// leaving is a list on its way out.
type leaving struct {
	title, asked string
	shown        string // where, of what a page shows: for the journal
	total        int
	mark         string
	at           time.Time
	headings     []heading
	lines        iter.Seq2[[]string, error]
}

// markTitle heads the column that says who took the list out.
const markTitle = "导出标记"

// form is a format of files.
type form struct {
	name, mime, format, says string
	write                    func(io.Writer, leaving) error
}

// responses describe the file.
func (f form) responses() map[string]*huma.Response {
	return map[string]*huma.Response{"200": {
		Description: f.says,
		Content:     map[string]*huma.MediaType{f.media(): {Schema: &huma.Schema{Type: "string", Format: f.format}}},
	}}
}

// media is the type without its parameters.
func (f form) media() string {
	media, _, _ := strings.Cut(f.mime, ";")
	return media
}

var (
	csvForm = form{"csv", "text/csv; charset=utf-8", "", "A table in UTF-8, its last column the mark of the export: who, and which entry of the journal", writeCSV}

	xlsxForm = form{
		"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "binary",
		"A workbook: the list, its last column the mark of the export, and a sheet that says who exported what; a list that is longer than a sheet goes on on the next", writeXLSX,
	}
)

// export journals an export, writes the file and answers with it.
func (d *Door) export(ctx context.Context, c *Call, op *access.Operation, id string, f form, l leaving) (*huma.StreamResponse, error) {
	entry, err := d.Write(ctx, c, func(*db.Tx) (Act, error) {
		return Act{Name: op.Name, Kind: "export", ID: id, Reason: fmt.Sprintf("导出 %d 行，%s", l.total, strings.ToUpper(f.name)) + l.shown}, nil
	})
	if err != nil {
		return nil, err
	}
	l.mark = fmt.Sprintf("%s/%d", c.ID, entry)
	spool, err := os.CreateTemp("", "yiheng-export-*")
	if err != nil {
		return nil, err
	}
	if err := fill(spool, f, l); err != nil {
		return nil, errors.Join(err, drop(spool))
	}
	name := fmt.Sprintf("%s-%d.%s", id, entry, f.name)
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", f.mime)
		h.SetHeader("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, name, url.PathEscape(l.title+"-"+name)))
		if err := errors.Join(send(h, spool), drop(spool)); err != nil {
			d.Log.Info("export not taken whole", "export", name, "err", err)
			panic(http.ErrAbortHandler) // whoever asked must not take the part for the whole
		}
	}}, nil
}

func fill(spool *os.File, f form, l leaving) error {
	out := bufio.NewWriterSize(spool, 1<<16)
	if err := f.write(out, l); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := spool.Seek(0, io.SeekStart)
	return err
}

// slowestExport is how long whoever asked may take for a file.
const slowestExport = 10 * time.Minute

func send(h huma.Context, spool *os.File) error {
	info, err := spool.Stat()
	if err != nil {
		return err
	}
	_, w := humago.Unwrap(h)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(slowestExport)) // a recorder of a test has none
	h.SetHeader("Content-Length", fmt.Sprint(info.Size()))
	_, err = io.Copy(h.BodyWriter(), spool)
	return err
}

// drop takes the spool away.
func drop(spool *os.File) error { return errors.Join(spool.Close(), os.Remove(spool.Name())) }

func writeCSV(w io.Writer, l leaving) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // spreadsheets need it to see UTF-8
		return err
	}
	out := csv.NewWriter(w)
	line := make([]string, 0, len(l.headings)+1)
	for _, h := range l.headings {
		line = append(line, h.title)
	}
	if err := out.Write(append(line, markTitle)); err != nil {
		return err
	}
	for cells, err := range l.lines {
		if err != nil {
			return err
		}
		line = line[:0]
		for i, cell := range cells {
			if _, number := l.headings[i].number(cell); !number {
				cell = harmless(cell)
			}
			line = append(line, cell)
		}
		if err := out.Write(append(line, l.mark)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
