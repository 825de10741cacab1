package claim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"
)

// sheet is one sheet of a workbook, read row by row.
type sheet struct {
	book   *excelize.File
	name   string
	y1904  bool
	rows   [][]string
	rowAt  []int64 // number of each of rows in the sheet
	cursor *excelize.Rows
	line   int64
	seen   *atomic.Int64 // for the progress line: rows are counted as bytes
}

var rawCells = excelize.Options{RawCellValue: true}

// openBook opens a workbook.
func openBook(path string) (*excelize.File, error) {
	book, err := excelize.OpenFile(path, rawCells)
	if err != nil {
		return nil, &Problem{What: "打不开这个工作簿", Do: "请用电子表格软件打开并另存为 .xlsx；若有密码请先去掉", Err: err}
	}
	return book, nil
}

// filledSheets are the sheets that have anything in them.
func filledSheets(book *excelize.File) (names []string, err error) {
	for _, name := range book.GetSheetList() {
		rows, err := book.Rows(name)
		if err != nil {
			continue // a chart sheet has no rows
		}
		filled := false
		for !filled && rows.Next() {
			row, err := rows.Columns(rawCells)
			if err != nil {
				rows.Close()
				return nil, err
			}
			filled = len(trimRow(row)) > 0
		}
		rows.Close()
		if filled {
			names = append(names, name)
		}
	}
	return names, nil
}

func openSheet(book *excelize.File, name string) (*sheet, error) {
	s := &sheet{book: book, name: name}
	if p, err := book.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		s.y1904 = *p.Date1904
	}
	var err error
	if s.cursor, err = book.Rows(name); err != nil {
		return nil, err
	}
	for len(s.rows) <= headerRows {
		row, err := s.next()
		if err != nil || row == nil {
			return s, err
		}
		s.rows, s.rowAt = append(s.rows, trimRow(row)), append(s.rowAt, s.line)
	}
	return s, nil
}

// next returns the next row that has anything in it, nil behind the last.
func (s *sheet) next() ([]string, error) {
	for s.cursor.Next() {
		s.line++
		row, err := s.cursor.Columns(rawCells)
		if err != nil {
			return nil, fmt.Errorf("第 %d 行：%w", s.line, err)
		}
		if s.seen != nil {
			s.seen.Add(1)
		}
		if len(trimRow(row)) > 0 {
			return row, nil
		}
	}
	return nil, s.cursor.Error()
}

// trimRow leaves out trailing empty cells.
func trimRow(row []string) []string {
	n := len(row)
	for n > 0 && strings.TrimSpace(row[n-1]) == "" {
		n--
	}
	return row[:n]
}

func (s *sheet) head() [][]string { return s.rows }
func (s *sheet) describe() string { return "工作簿" }
func (s *sheet) Close() error     { return s.cursor.Close() }

// run gathers rows into blocks in one goroutine; the mills convert them.
func (s *sheet) run(ctx context.Context, l *layout, at int, mills []*mill) error {
	blocks := make(chan *cells, chunksAhead)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(blocks)
		c := s.newBlock(len(l.names))
		send := func() error {
			full := c
			c = s.newBlock(len(l.names))
			select {
			case blocks <- full:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		for i, row := range s.rows[at+1:] {
			c.pushStrings(row, s.rowAt[at+1+i])
		}
		for {
			row, err := s.next()
			if err != nil {
				return err
			}
			if row == nil {
				return send()
			}
			c.pushStrings(row, s.line)
			if c.len() >= blockRows {
				if err := send(); err != nil {
					return err
				}
			}
		}
	})
	for _, m := range mills {
		g.Go(func() error {
			for c := range blocks {
				if err := m.take(c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

func (s *sheet) newBlock(width int) *cells {
	return &cells{width: width, excel: true, y1904: s.y1904}
}

// pushStrings appends a row of a workbook; cells that it leaves out at its end are empty.
func (c *cells) pushStrings(row []string, line int64) {
	c.ends = c.ends[:0]
	for _, cell := range row {
		from := uint32(len(c.data))
		c.data = append(c.data, cell...)
		c.ends = append(c.ends, from, uint32(len(c.data)))
	}
	for len(c.ends) < 2*c.width {
		c.ends = append(c.ends, 0, 0)
	}
	reason := ""
	if slices.Contains(c.data[c.ends[0]:], 0) {
		reason = reasonNUL
	}
	c.push(line, reason)
}
