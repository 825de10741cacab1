package claim

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// table is an opened file of rows: text, a sheet of a workbook, or Parquet.
type table interface {
	// head gives the first rows, among which the header is.
	head() [][]string
	// describe names format and charset for the report.
	describe() string
	// run reads the rows behind row at of head and gives them to the mills, each of
	// which runs in its own goroutine. at -1: there is no header.
	run(ctx context.Context, l *layout, at int, mills []*mill) error
}

const (
	blockRows   = 512 // rows that are converted at a time: their cells fit the processor's cache
	chunksAhead = 4   // chunks cut before the workers ask for them
)

func (t *textFile) head() [][]string { return t.rows }

// run cuts the file into chunks in one goroutine and reads them in the mills'.
func (t *textFile) run(ctx context.Context, l *layout, at int, mills []*mill) error {
	t.width = len(l.names)
	t.skipRows(at)
	chunks := make(chan chunk, chunksAhead)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(chunks)
		for {
			c, err := t.next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			select {
			case chunks <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	for _, m := range mills {
		g.Go(func() error { return m.readChunks(chunks, t.dialect) })
	}
	return g.Wait()
}

// readChunks turns chunks of text into blocks.
func (m *mill) readChunks(chunks <-chan chunk, d dialect) error {
	c := cells{width: d.width}
	var buffer []byte
	for ch := range chunks {
		if ch.tooLong {
			tooLongRow(&c, ch.data, ch.line)
			if err := m.take(&c); err != nil {
				return err
			}
			continue
		}
		text, bad := legible(buffer[:0], ch.data, ch.set, d.eol, ch.line)
		if len(text) > 0 && len(ch.data) > 0 && &text[0] != &ch.data[0] {
			buffer = text
		}
		for pos, line := 0, ch.line; pos < len(text); {
			c.reset(text)
			pos = c.split(pos, blockRows, &line, &d, ch.quoted, bad)
			if err := m.take(&c); err != nil {
				return err
			}
		}
	}
	return nil
}

// counter counts the bytes that are read from a file, for the progress line.
type counter struct {
	io.ReadCloser
	n *atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.n.Add(int64(n))
	return n, err
}
