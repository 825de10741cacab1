package claim

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"yiheng/facts/registry"
	"yiheng/ground/web"
)

// mostListed is how many quarantined rows of a source are listed. The others are corrected
// in the file itself.
const mostListed = 20_000

// heldRow is a quarantined row as its file has it.
type heldRow struct {
	QuarantinedRow
}

// masked is the row without identities.
func (r *heldRow) masked() QuarantinedRow {
	m := r.QuarantinedRow
	m.Cells = slices.Clone(m.Cells)
	for i, c := range m.Cells {
		if c.Private {
			m.Cells[i].Value = registry.Mask(c.Column, c.Value)
		}
	}
	return m
}

// summary is what a list shows of the row: of its cells the wrong ones.
func (r *heldRow) summary() QuarantinedRow {
	m := r.masked()
	m.Cells = slices.DeleteFunc(m.Cells, func(c Cell) bool { return !c.Wrong })
	return m
}

func (r *QuarantinedRow) values() string {
	var all []string
	for _, c := range r.Cells {
		if c.Wrong {
			all = append(all, c.Value)
		}
	}
	return strings.Join(all, ";")
}

// held reads the quarantined rows of a source from its file, none when there is no file.
// A file that people have damaged ends with an error that says where.
func (k *Desk) held(table, source string) iter.Seq2[*heldRow, error] {
	return func(yield func(*heldRow, error) bool) {
		path := filepath.Join(k.Dir, "quarantine", table+"-"+source+".csv")
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		for r, err := range readHeld(f, FormOf(table)) {
			if err != nil {
				err = web.Invalid("intake_quarantine", fmt.Sprintf("隔离文件 %s 读不出（%v）：请检查它是否在别处被改动", filepath.Base(path), err))
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// readHeld reads what a quarantine wrote.
func readHeld(from io.Reader, form *Form) iter.Seq2[*heldRow, error] {
	return func(yield func(*heldRow, error) bool) {
		text := bufio.NewReader(from)
		if mark, err := text.Peek(3); err == nil && string(mark) == "\ufeff" {
			_, _ = text.Discard(3) // they were peeked at
		}
		rows := csv.NewReader(text)
		rows.ReuseRecord = true
		head, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil || len(head) < len(quarantineColumns) || !slices.Equal(head[len(head)-len(quarantineColumns):], quarantineColumns) {
			yield(nil, cmp.Or(err, errors.New("表头不是隔离文件的")))
			return
		}
		columns := headCells(slices.Clone(head[:len(head)-len(quarantineColumns)]), form)
		for n := 1; ; n++ {
			values, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(heldRowOf(n, columns, values), nil) {
				return
			}
		}
	}
}

// headCells are the columns of a file as cells without values.
func headCells(head []string, form *Form) []Cell {
	cells := make([]Cell, len(head))
	field := make([]int, len(head))
	if form != nil {
		field, _, _ = form.match(head)
	}
	for i, name := range head {
		cells[i] = Cell{Column: name, Title: name, Private: looksPrivate(name)}
		if form != nil && field[i] >= 0 {
			f := form.Fields[field[i]]
			cells[i].Title, cells[i].Private = f.Zh, f.Col < 0
		}
	}
	return cells
}

func heldRowOf(n int, columns []Cell, values []string) *heldRow {
	r := &heldRow{QuarantinedRow{N: n, State: "open", Cells: slices.Clone(columns)}}
	about := values[len(columns):]
	r.File, r.Line, r.Columns, r.Reason = about[0], about[1], about[2], about[3]
	wrong := strings.Split(r.Columns, ";")
	for i := range r.Cells {
		c := &r.Cells[i]
		c.Value, c.Wrong = values[i], c.Column != "" && slices.Contains(wrong, c.Column)
		if slices.Contains(headerNames(c.Column), "fixmedins_code") || c.Title == fixmedinsTitle {
			r.Institution = c.Value
		}
	}
	return r
}

var fixmedinsTitle = FeeList.Fields[FeeList.Field("fixmedins_code")].Zh

// rows lists the quarantined rows of a source. Reading them is an act: they say who was
// treated where.
func (k *Desk) rows(ctx context.Context, d *web.Door, c *web.Call, id string) ([]QuarantinedRow, error) {
	s, err := k.source(ctx, c, ReadIntake, id)
	if err != nil {
		return nil, err
	}
	sent, err := k.sendings(ctx, s)
	if err != nil {
		return nil, err
	}
	all := []QuarantinedRow{}
	for r, err := range k.held(s.Table, s.ID) {
		if err != nil {
			return nil, err
		}
		r.State = stateOf(sent, r)
		if all = append(all, r.summary()); len(all) == mostListed {
			break
		}
	}
	if len(all) == 0 {
		return all, nil
	}
	err = d.Note(ctx, c, web.Act{Name: "intake.read_rows", Kind: "source", ID: s.ID})
	return all, err
}

// row is a quarantined row of a source that the actor reaches, with identities.
func (k *Desk) row(ctx context.Context, c *web.Call, at *RowPlace) (*heldRow, error) {
	s, err := k.source(ctx, c, ReadIntake, at.ID)
	if err != nil {
		return nil, err
	}
	for r, err := range k.held(s.Table, s.ID) {
		if err != nil {
			return nil, err
		}
		if r.N == at.N {
			sent, err := k.sendings(ctx, s)
			r.State = stateOf(sent, r)
			return r, err
		}
	}
	return nil, web.NotFound()
}

// cited are values that reasons cite: rows are counted without them.
var cited = regexp.MustCompile(`“[^”]*”`)

// faults counts the quarantined rows of a source.
func (k *Desk) faults(ctx context.Context, c *web.Call, id string) (f Faults, err error) {
	s, err := k.source(ctx, c, ReadIntake, id)
	if err != nil {
		return f, err
	}
	views, err := k.sources(ctx, c)
	if err != nil {
		return f, err
	}
	f.Source = views[slices.IndexFunc(views, func(v SourceView) bool { return v.Tag == s.Tag })]
	if f.Corrections, err = k.sendings(ctx, s); err != nil {
		return f, err
	}
	reasons, places := map[FaultSum]int{}, map[FaultSum]int{}
	for r, err := range k.held(s.Table, s.ID) {
		if err != nil {
			return f, err
		}
		f.count(r, stateOf(f.Corrections, r))
		sum := FaultSum{Column: r.Columns, Reason: cited.ReplaceAllString(r.Reason, "“…”")}
		for _, cell := range r.Cells {
			if cell.Wrong {
				sum.Title = strings.TrimPrefix(sum.Title+"；"+cell.Title, "；")
			}
		}
		reasons[sum]++
		places[FaultSum{Code: r.Institution}]++
	}
	f.Listed = min(f.Rows, mostListed)
	f.ByReason, f.ByInstitution = sums(reasons), sums(places)
	return f, k.nameInstitutions(ctx, f.ByInstitution)
}

func (f *Faults) count(r *heldRow, state string) {
	if f.Rows++; f.Rows == 1 {
		f.Columns = slices.Clone(r.Cells)
		for i := range f.Columns {
			f.Columns[i].Value, f.Columns[i].Wrong = "", false
		}
	}
	switch state {
	case "taken":
		f.Taken++
	case "waiting":
		f.Waiting++
	}
}

// sums are counts as a list, the most frequent first.
func sums(counts map[FaultSum]int) []FaultSum {
	all := []FaultSum{}
	for s := range maps.Keys(counts) {
		n := counts[s]
		s.Rows = n
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b FaultSum) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Code, b.Code))
	})
	return all
}

func (k *Desk) nameInstitutions(ctx context.Context, all []FaultSum) error {
	known, err := k.Institutions(ctx)
	for i := range all {
		for _, in := range known {
			if in.Code == all[i].Code {
				all[i].Name = in.Name
			}
		}
	}
	return err
}
