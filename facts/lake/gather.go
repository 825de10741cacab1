package lake

// gather collects rows of many blocks as one batch, whose dictionaries are the
// union of theirs. It copies what it keeps: the blocks may be closed.
type gather struct {
	table *Table
	rows  int
	cols  []*collected // by place
}

// collected is a column being put together.
type collected struct {
	text  bool
	v     Vector
	known map[string]int32
	from  *Vector // whose entries remap holds
	remap []int32 // entry of from → entry of v, -1: not seen yet
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
	for _, c := range g.cols {
		clear(c.known)
		c.v = Vector{Dict: c.v.Dict[:0], Index: c.v.Index[:0], Ints: c.v.Ints[:0]}
		c.from = nil
	}
}

// take appends the rows from … to-1 of in's block.
func (g *gather) take(in *input, from, to int) {
	g.rows += to - from
	for i, c := range g.cols {
		c.take(in.cols[i], from, to)
	}
}

func (c *collected) take(v *Vector, from, to int) {
	switch {
	case !c.text && v == nil:
		for range to - from {
			c.v.Ints = append(c.v.Ints, NullInt)
		}
	case !c.text:
		c.v.Ints = append(c.v.Ints, v.Ints[from:to]...)
	case v == nil:
		for range to - from {
			c.v.Index = append(c.v.Index, -1)
		}
	case v.Offsets != nil:
		for i := from; i < to; i++ {
			c.v.Index = append(c.v.Index, c.enter(v.Bytes[v.Offsets[i]:v.Offsets[i+1]]))
		}
	default:
		c.takeIndex(v, v.Index[from:to])
	}
}

func (c *collected) takeIndex(v *Vector, index []int32) {
	if c.from != v {
		c.from = v
		c.remap = append(c.remap[:0], make([]int32, len(v.Dict))...)
		for k := range c.remap {
			c.remap[k] = -2
		}
	}
	for _, k := range index {
		if k < 0 {
			c.v.Index = append(c.v.Index, -1)
			continue
		}
		if c.remap[k] == -2 {
			c.remap[k] = c.enter([]byte(v.Dict[k]))
		}
		c.v.Index = append(c.v.Index, c.remap[k])
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

// sheet returns the rows collected. They are valid until reset.
func (g *gather) sheet() sheet {
	s := sheet{table: g.table}
	for _, c := range g.cols {
		s.cols = append(s.cols, &c.v)
	}
	return s
}
