package stock

import (
	"fmt"
	"strings"
	"unsafe"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// owners reads the sorted files of one bucket of a table, owner by owner: the
// institutions of stock_d, the trace codes of drug_trac_d.
type owners struct {
	table   *lake.Table
	columns []string
	sources map[string]int64 // live, with their order of intake
	want    func(owner string) bool
	cursors []*cursor
	rows    int64
}

// cursor stands at a run of rows of one owner in one file.
type cursor struct {
	of     *owners
	reader *lake.Reader
	block  int
	b      *lake.Block
	old    []*lake.Block // passed, still referred to by the current owner's rows
	by     *lake.Vector
	vec    []*lake.Vector
	source *lake.Vector
	line   *lake.Vector
	owner  string
	from   int
	to     int
	done   bool
}

func openOwners(t *lake.Table, files []lake.File, sources map[string]int64, want func(string) bool, columns ...string) (*owners, error) {
	o := &owners{table: t, columns: columns, sources: sources, want: want}
	for _, f := range files {
		r, err := lake.OpenFile(f.Path, t)
		if err != nil {
			o.Close()
			return nil, err
		}
		c := &cursor{of: o, reader: r, block: -1}
		o.cursors = append(o.cursors, c)
		if err := c.advance(); err != nil {
			o.Close()
			return nil, err
		}
	}
	return o, nil
}

// next returns the next owner, false after the last. The texts of the rows of the
// one before are no longer true then.
func (o *owners) next() (owner string, more bool) {
	for _, c := range o.cursors {
		c.letGo()
		if !c.done && (!more || c.owner < owner) {
			owner, more = c.owner, true
		}
	}
	return strings.Clone(owner), more
}

// take calls f with the live rows of an owner.
func (o *owners) take(owner string, f func(c *cursor, i int, read int64)) error {
	for _, c := range o.cursors {
		for !c.done && c.owner == owner {
			for i := c.from; i < c.to; i++ {
				if seq, live := o.sources[text(c.source, i)]; live {
					f(c, i, claim.ReadOrder(seq, c.line.Int(i)))
				}
			}
			if err := c.advance(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Rows returns how many rows have been read, live or not.
func (o *owners) Rows() int64 { return o.rows }

// Close closes the files.
func (o *owners) Close() {
	for _, c := range o.cursors {
		c.letGo()
		if c.b != nil {
			c.b.Close()
		}
		c.reader.Close()
	}
}

func (c *cursor) letGo() {
	for _, b := range c.old {
		b.Close()
	}
	c.old = c.old[:0]
}

// advance moves to the next run of a wanted owner.
func (c *cursor) advance() error {
	for {
		if c.b == nil || c.to == c.b.Rows() {
			if more, err := c.nextBlock(); err != nil || !more {
				c.done = true
				return err
			}
		}
		c.from, c.owner = c.to, text(c.by, c.to)
		for c.to++; c.to < c.b.Rows() && text(c.by, c.to) == c.owner; c.to++ {
		}
		if c.of.want == nil || c.of.want(c.owner) {
			c.of.rows += int64(c.to - c.from)
			return nil
		}
	}
}

func (c *cursor) nextBlock() (more bool, err error) {
	if c.b != nil {
		c.old = append(c.old, c.b)
		c.b = nil
	}
	for c.block++; c.block < c.reader.Blocks(); c.block++ {
		b := c.reader.Block(c.block)
		if b.Rows() == 0 {
			continue
		}
		c.b, c.from, c.to, c.vec = b, 0, 0, c.vec[:0]
		return true, c.load()
	}
	return false, nil
}

func (c *cursor) load() (err error) {
	if c.by, err = c.b.Col(c.of.table.PersonBy); err != nil {
		return err
	}
	if c.by == nil {
		return fmt.Errorf("stock: a file of %s holds rows without %s", c.of.table.Name, c.of.table.PersonBy)
	}
	if c.source, err = c.b.Col(lake.ColSource); err != nil {
		return err
	}
	if c.line, err = c.b.Col(lake.ColLine); err != nil {
		return err
	}
	for _, name := range c.of.columns {
		v, err := c.b.Col(name)
		if err != nil {
			return err
		}
		c.vec = append(c.vec, v)
	}
	return nil
}

func (c *cursor) str(k, i int) string              { return text(c.vec[k], i) }
func (c *cursor) time(k, i int) calendar.Time      { return calendar.Time(c.vec[k].Int(i)) }
func (c *cursor) quantity(k, i int) claim.Quantity { return claim.Quantity(c.vec[k].Int(i)) }

func (c *cursor) day(k, i int) calendar.Day {
	n := c.vec[k].Int(i)
	if n == lake.NullInt {
		return calendar.NoDay
	}
	return calendar.Day(n)
}

// text returns the text of row i without copying it: it is true as long as the block.
func text(v *lake.Vector, i int) string {
	switch {
	case v == nil:
		return ""
	case v.Index != nil:
		if k := v.Index[i]; k >= 0 {
			return v.Dict[k]
		}
		return ""
	}
	from, to := v.Offsets[i], v.Offsets[i+1]
	if from == to {
		return ""
	}
	return unsafe.String(&v.Bytes[from], int(to-from))
}
