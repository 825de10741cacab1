package claim

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"yiheng/facts/lake"
)

// Feed gives the histories of one bucket of the lake, person by person in the order
// of psn_no, by merging the sorted files of its tables. It needs no database, so
// that a worker process can run it.
type Feed struct {
	o       FeedOptions
	cursors []*cursor
	live    []*cursor // not at their end
	passed  []*cursor // with blocks that the current history refers to
	history History
	rows    int64
}

// FeedOptions say what a Feed reads.
type FeedOptions struct {
	Files   map[string][]lake.File // files of the bucket, by table
	Sources map[string]int64       // live sources (their tags) with their order of intake
	Resolve func(code string) int32
	Want    func(psnNo string) bool // nil: every person
	Moved   *MovedKeys              // keys that moved to another person; nil: none
	Unread  map[string]bool         // columns of fee_list_d that nobody asks for: unknown in every line
}

// OpenFeed opens the files of a bucket.
func OpenFeed(o FeedOptions) (*Feed, error) {
	f := &Feed{o: o}
	for _, t := range Tables {
		take := takers[t.Name]
		if take == nil {
			continue
		}
		files := slices.Clone(o.Files[t.Name])
		slices.SortFunc(files, func(a, b lake.File) int {
			return cmp.Or(cmp.Compare(a.Month, b.Month), strings.Compare(a.Path, b.Path))
		})
		for _, file := range files {
			r, err := lake.OpenFile(file.Path, t)
			if err != nil {
				f.Close()
				return nil, err
			}
			c := &cursor{feed: f, table: t, reader: r, take: take, block: -1}
			f.cursors, f.live = append(f.cursors, c), append(f.live, c)
			if err := c.advance(); err != nil {
				f.Close()
				return nil, err
			}
		}
	}
	return f, nil
}

// Next returns the next person's history, io.EOF after the last. It is valid until
// the next call.
func (f *Feed) Next() (*History, error) {
	for _, c := range f.passed {
		c.letGo()
	}
	f.passed = f.passed[:0]
	psn, found := "", false
	f.live = slices.DeleteFunc(f.live, func(c *cursor) bool {
		if !c.done && (!found || c.psn < psn) {
			psn, found = c.psn, true
		}
		return c.done
	})
	if !found {
		return nil, io.EOF
	}
	h := &f.history
	*h = History{
		PsnNo: strings.Clone(psn), Encounters: h.Encounters[:0], Settlements: h.Settlements[:0],
		Diagnoses: h.Diagnoses[:0], Operations: h.Operations[:0], Lines: h.Lines[:0], Records: h.Records[:0],
	}
	for _, c := range f.live {
		for !c.done && c.psn == psn {
			if err := c.takeRun(h); err != nil {
				return nil, err
			}
		}
	}
	if f.o.Moved != nil && f.o.Moved.Len() > 0 {
		h.drop(f.o.Moved)
	}
	return h, nil
}

// drop removes the rows whose key is another person's now.
func (h *History) drop(moved *MovedKeys) {
	lost := func(table, key string) bool { return moved.Lost(table, key, h.PsnNo) }
	h.Encounters = slices.DeleteFunc(h.Encounters, func(e Encounter) bool { return lost("mdtrt_d", e.MdtrtID) })
	h.Settlements = slices.DeleteFunc(h.Settlements, func(s Settlement) bool { return lost("setl_d", s.SetlID) })
	h.Diagnoses = slices.DeleteFunc(h.Diagnoses, func(d Diagnosis) bool { return lost("setl_list_diag_d", d.ID) })
	h.Operations = slices.DeleteFunc(h.Operations, func(o Operation) bool { return lost("setl_list_oprn_d", o.ID) })
	h.Lines = slices.DeleteFunc(h.Lines, func(l Line) bool { return lost("fee_list_d", l.BkkpSn) })
	h.Records = slices.DeleteFunc(h.Records, func(r Record) bool { return lost("record_d", r.ID) })
}

// Rows returns how many rows of persons that were wanted have been read, live or not.
func (f *Feed) Rows() int64 { return f.rows }

// Close closes the files.
func (f *Feed) Close() {
	for _, c := range f.cursors {
		c.letGo()
		c.reader.Close()
	}
}

// cursor stands at a run of rows of one person in one file.
type cursor struct {
	feed   *Feed
	table  *lake.Table
	reader *lake.Reader
	take   taker
	block  int
	b      *lake.Block
	psns   *lake.Vector
	wanted []bool // by dictionary entry of psns, nil: all
	cols   columns
	loaded bool
	old    []*lake.Block // passed, still referred to by the current history
	psn    string
	from   int
	to     int
	done   bool
}

// advance moves to the next run of a wanted person.
func (c *cursor) advance() error {
	for {
		if c.b == nil || c.to == c.b.Rows() {
			if more, err := c.nextBlock(); err != nil || !more {
				c.done = true
				return err
			}
		}
		c.from = c.to
		c.to = c.endOfRun()
		if c.wanted == nil || c.psns.Index == nil || c.wanted[c.psns.Index[c.from]] {
			c.psn = text(c.psns, c.from)
			if c.psns.Index != nil || c.feed.o.Want == nil || c.feed.o.Want(c.psn) {
				return nil
			}
		}
	}
}

func (c *cursor) nextBlock() (more bool, err error) {
	if c.b != nil {
		if len(c.old) == 0 {
			c.feed.passed = append(c.feed.passed, c)
		}
		c.old = append(c.old, c.b)
		c.b = nil
	}
	for c.block++; c.block < c.reader.Blocks(); c.block++ {
		b := c.reader.Block(c.block)
		if b.Rows() == 0 {
			continue
		}
		psns, err := b.Col("psn_no")
		if err != nil {
			return false, err
		}
		if psns == nil {
			return false, fmt.Errorf("claim: a file of %s holds rows without psn_no", c.table.Name)
		}
		c.b, c.psns, c.from, c.to, c.loaded, c.wanted = b, psns, 0, 0, false, nil
		if want := c.feed.o.Want; want != nil && psns.Index != nil {
			c.wanted = make([]bool, len(psns.Dict))
			for i, p := range psns.Dict {
				c.wanted[i] = want(p)
			}
		}
		return true, nil
	}
	return false, nil
}

// endOfRun returns the end of the rows of the person at c.from.
func (c *cursor) endOfRun() int {
	n := c.b.Rows()
	end := c.from + 1
	if c.psns.Index != nil {
		for id := c.psns.Index[c.from]; end < n && c.psns.Index[end] == id; end++ {
		}
		return end
	}
	for p := text(c.psns, c.from); end < n && text(c.psns, end) == p; end++ {
	}
	return end
}

// takeRun adds the live rows of the run to h and moves on.
func (c *cursor) takeRun(h *History) error {
	if !c.loaded {
		if err := c.cols.load(c); err != nil {
			return err
		}
		c.loaded = true
	}
	c.feed.rows += int64(c.to - c.from)
	c.take(h, &c.cols, c.from, c.to)
	return c.advance()
}

// letGo closes the blocks that the last history referred to.
func (c *cursor) letGo() {
	for _, b := range c.old {
		b.Close()
	}
	c.old = c.old[:0]
}
