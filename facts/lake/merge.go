package lake

import (
	"bytes"
	"cmp"
	"strings"
)

// merger reads sorted files of one partition as one sorted stream of batches,
// leaving out the rows whose source is retired. It holds one block of each file.
type merger struct {
	table   *Table
	retired map[string]bool // tags
	inputs  []*input
	heap    []*input // those with rows left, the least first
	names   []string
}

// input is a file that is being merged.
type input struct {
	reader *Reader
	next   int // block after the open one
	block  *Block
	cols   []*Vector  // of the open block, by place
	dead   []bool     // entries of the source dictionary that are retired
	known  [][]uint64 // by place, see gather
	row    int

	person, time, key *Vector
}

func newMerger(t *Table, files []File, retired map[string]bool) (*merger, error) {
	m := &merger{table: t, retired: retired}
	for _, c := range t.columns() {
		m.names = append(m.names, c.Name)
	}
	for _, f := range files {
		r, err := OpenFile(f.Path, t)
		if err != nil {
			m.close()
			return nil, err
		}
		in := &input{reader: r}
		m.inputs = append(m.inputs, in)
		if err := m.advance(in); err != nil {
			m.close()
			return nil, err
		}
		if in.block != nil {
			m.heap = append(m.heap, in)
		}
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	return m, nil
}

func (m *merger) close() {
	for _, in := range m.inputs {
		if in.block != nil {
			in.block.Close()
		}
		_ = in.reader.Close()
	}
	m.inputs = nil
}

// advance moves in to its next row that is not retired, opening blocks as needed;
// after the last one in.block is nil.
func (m *merger) advance(in *input) error {
	if in.block != nil {
		in.row++
	}
	for {
		for in.block != nil && in.row < in.block.Rows() {
			if !in.retired() {
				return nil
			}
			in.row++
		}
		if in.block != nil {
			in.block.Close()
			in.block = nil
		}
		if in.next == in.reader.Blocks() {
			return nil
		}
		if err := m.open(in); err != nil {
			return err
		}
	}
}

func (in *input) retired() bool {
	v := in.cols[atSource]
	if v == nil || v.Index == nil {
		return false
	}
	k := v.Index[in.row]
	return k >= 0 && in.dead[k]
}

// open decodes the next block of in.
func (m *merger) open(in *input) error {
	in.block = in.reader.Block(in.next)
	in.next++
	in.row = 0
	in.cols, in.known = make([]*Vector, len(m.names)), make([][]uint64, len(m.names))
	for i, name := range m.names {
		var err error
		if in.cols[i], err = in.block.Col(name); err != nil {
			return err
		}
	}
	in.dead = nil
	if v := in.cols[atSource]; v != nil {
		if v.Index == nil && v.Offsets != nil { // written by another engine
			v.Dict, v.Index = v.dictionary()
			v.Bytes, v.Offsets = nil, nil
		}
		for _, tag := range v.Dict {
			in.dead = append(in.dead, m.retired[tag])
		}
	}
	column := func(name string) *Vector {
		if i := m.table.Col(name); i >= 0 {
			return in.cols[len(added)+i]
		}
		return nil
	}
	in.person, in.time, in.key = column(m.table.PersonBy), column(m.table.TimeBy), column(m.table.KeyBy)
	return nil
}

// place returns what a gather remembers of the dictionary of the column with place i.
func (in *input) place(i int) []uint64 {
	if in.known[i] == nil {
		in.known[i] = make([]uint64, len(in.cols[i].Dict))
	}
	return in.known[i]
}

// before says that the row of a comes before that of b: by person, time, key,
// source and line.
func before(a, b *input) bool {
	c := compareRows(a.person, a.row, b.person, b.row)
	if c == 0 {
		c = cmp.Compare(a.time.Int(a.row), b.time.Int(b.row))
	}
	if c == 0 {
		c = compareRows(a.key, a.row, b.key, b.row)
	}
	if c == 0 {
		c = compareRows(a.cols[atSource], a.row, b.cols[atSource], b.row)
	}
	if c == 0 {
		c = cmp.Compare(a.cols[atLine].Int(a.row), b.cols[atLine].Int(b.row))
	}
	return c < 0
}

// compareRows compares texts of two vectors.
func compareRows(v *Vector, i int, w *Vector, j int) int {
	if v != nil && w != nil && v.Offsets != nil && w.Offsets != nil {
		return bytes.Compare(v.Bytes[v.Offsets[i]:v.Offsets[i+1]], w.Bytes[w.Offsets[j]:w.Offsets[j+1]])
	}
	return strings.Compare(v.Str(i), w.Str(j))
}

// sink restores the heap when the input at place i has moved to a greater row.
func (m *merger) sink(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(m.heap); c++ {
			if before(m.heap[c], m.heap[least]) {
				least = c
			}
		}
		if least == i {
			return
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}

// rival returns the input whose row comes next after those of the first one.
func (m *merger) rival() *input {
	switch {
	case len(m.heap) < 2:
		return nil
	case len(m.heap) > 2 && before(m.heap[2], m.heap[1]):
		return m.heap[2]
	}
	return m.heap[1]
}

// read fills to with the next rows, at most n, and says how many there were.
func (m *merger) read(to *gather, n int) (int, error) {
	to.reset()
	for to.rows < n && len(m.heap) > 0 {
		in, rival, from := m.heap[0], m.rival(), m.heap[0].row
		for in.row++; in.row < in.block.Rows() && in.row-from < n-to.rows; in.row++ {
			if in.retired() || rival != nil && before(rival, in) {
				break
			}
		}
		to.take(in, from, in.row)
		in.row--
		if err := m.advance(in); err != nil {
			return 0, err
		}
		if in.block == nil {
			last := len(m.heap) - 1
			m.heap[0], m.heap = m.heap[last], m.heap[:last]
		}
		m.sink(0)
	}
	return to.rows, nil
}
