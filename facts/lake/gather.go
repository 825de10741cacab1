package lake

import "slices"

// gather collects rows of many blocks as one sheet, whose dictionaries are the
// union of theirs. It copies what it keeps: the blocks may be closed.
type gather struct {
	table *Table
	rows  int
	turn  uint64       // counts resets, so that what inputs remember of before is void
	cols  []*collected // by place
}

// collected is a column being put together.
type collected struct {
	text  bool
	plain bool // without a dictionary, as the first block has it
	v     Vector
	known map[string]int32
}

func newGather(t *Table) *gather {
	g := &gather{table: t}
	for _, c := range t.columns() {
		g.cols = append(g.cols, &collected{text: c.Kind == Text, known: map[string]int32{}})
	}
	return g
}

func (g *gather) reset() {
	g.rows = 0
	g.turn++
	for _, c := range g.cols {
		clear(c.known)
		c.v = Vector{Dict: c.v.Dict[:0], Index: c.v.Index[:0], Ints: c.v.Ints[:0], Bytes: c.v.Bytes[:0], Offsets: c.v.Offsets[:0]}
	}
}

// sheet returns the rows collected. They are valid until reset.
func (g *gather) sheet() sheet {
	s := sheet{table: g.table}
	for _, c := range g.cols {
		v := c.v
		if !c.plain {
			v.Offsets = nil
		}
		s.cols = append(s.cols, &v)
	}
	return s
}

// take appends the rows from … to-1 of in's block.
func (g *gather) take(in *input, from, to int) {
	for i, c := range g.cols {
		v := in.cols[i]
		switch {
		case !c.text:
			c.takeInts(v, from, to)
			continue
		case g.rows == 0:
			if c.plain = v != nil && v.Offsets != nil; c.plain {
				c.v.Offsets = append(c.v.Offsets, 0)
			}
		}
		switch {
		case c.plain:
			c.takeBytes(v, from, to)
		case v == nil:
			c.takeNulls(to - from)
		case v.Offsets != nil:
			for k := from; k < to; k++ {
				c.v.Index = append(c.v.Index, c.enter(v.Bytes[v.Offsets[k]:v.Offsets[k+1]]))
			}
		default:
			c.takeIndex(v, in.place(i), g.turn, from, to)
		}
	}
	g.rows += to - from
}

func (c *collected) takeInts(v *Vector, from, to int) {
	if v != nil {
		c.v.Ints = append(c.v.Ints, v.Ints[from:to]...)
		return
	}
	for range to - from {
		c.v.Ints = append(c.v.Ints, NullInt)
	}
}

func (c *collected) takeNulls(n int) {
	for range n {
		c.v.Index = append(c.v.Index, -1)
	}
}

// takeBytes appends texts without a dictionary.
func (c *collected) takeBytes(v *Vector, from, to int) {
	for i := from; i < to; i++ {
		switch {
		case v == nil:
		case v.Offsets != nil:
			c.v.Bytes = append(c.v.Bytes, v.Bytes[v.Offsets[i]:v.Offsets[i+1]]...)
		case v.Index[i] >= 0:
			c.v.Bytes = append(c.v.Bytes, v.Dict[v.Index[i]]...)
		}
		c.v.Offsets = append(c.v.Offsets, uint32(len(c.v.Bytes)))
	}
}

// takeIndex appends texts with a dictionary. known remembers for each of its entries
// the turn in which it was seen, and the entry that it is here, plus one.
func (c *collected) takeIndex(v *Vector, known []uint64, turn uint64, from, to int) {
	at := len(c.v.Index)
	c.v.Index = slices.Grow(c.v.Index, to-from)[:at+to-from]
	out := c.v.Index[at:]
	for i, k := range v.Index[from:to] {
		if k < 0 {
			out[i] = -1
			continue
		}
		e := known[k]
		if e>>32 != turn {
			e = turn<<32 | uint64(c.enter([]byte(v.Dict[k]))+1)
			known[k] = e
		}
		out[i] = int32(uint32(e)) - 1
	}
}

// enter returns the entry of a text, -1 for the empty one.
func (c *collected) enter(text []byte) int32 {
	if len(text) == 0 {
		return -1
	}
	k, ok := c.known[string(text)]
	if !ok {
		s := string(text)
		k = int32(len(c.v.Dict))
		c.v.Dict = append(c.v.Dict, s)
		c.known[s] = k
	}
	return k
}
