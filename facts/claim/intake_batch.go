package claim

import (
	"bytes"

	"yiheng/facts/lake"
)

const (
	batchRows  = 250_000   // rows that a worker gathers before it hands them to the lake
	batchBytes = 256 << 20 // or bytes of text, whichever comes first
	sampleSize = 4096      // rows after which a column of different values gives up its dictionary
)

// texts gathers one column of text: as a dictionary while values repeat, as plain
// bytes once most of them turn out to be different.
type texts struct {
	dict  []string
	index []int32
	find  map[string]int32
	last  int32
	prior []byte // the value of last

	plain   bool
	bytes   []byte
	offsets []uint32
	any     bool
	size    int
	resets  int // how often the dictionary began anew
}

// reset starts anew in the memory that the column has.
func (t *texts) reset() {
	t.resets++
	t.last, t.prior, t.any, t.size = -1, t.prior[:0], false, 0
	if t.plain {
		t.bytes, t.offsets = t.bytes[:0], append(t.offsets[:0], 0)
		return
	}
	clear(t.dict)
	t.dict, t.index = t.dict[:0], t.index[:0]
	if t.find == nil {
		t.find = map[string]int32{}
	}
	clear(t.find)
}

func (t *texts) rows() int {
	if t.plain {
		return len(t.offsets) - 1
	}
	return len(t.index)
}

// add appends a value; the empty one is null.
func (t *texts) add(b []byte) {
	switch {
	case t.plain:
		t.bytes = append(t.bytes, b...)
		t.offsets = append(t.offsets, uint32(len(t.bytes)))
		t.any = t.any || len(b) > 0
	case len(b) == 0:
		t.index = append(t.index, -1)
	case t.last >= 0 && bytes.Equal(b, t.prior):
		t.index = append(t.index, t.last)
	default:
		t.index = append(t.index, t.code(b))
	}
}

// code returns the dictionary's code of b.
func (t *texts) code(b []byte) int32 {
	i, ok := t.find[string(b)]
	if !ok {
		i = int32(len(t.dict))
		s := string(b)
		t.dict = append(t.dict, s)
		t.find[s] = i
		t.size += len(s) + 16
		t.any = true
	}
	t.last, t.prior = i, append(t.prior[:0], b...)
	return i
}

// settle turns the column into plain bytes when more than half of its values are
// different.
func (t *texts) settle() {
	if t.plain || len(t.index) < sampleSize || len(t.dict)*2 < len(t.index) {
		return
	}
	t.offsets = append(make([]uint32, 0, cap(t.index)+1), 0)
	for _, i := range t.index {
		if i >= 0 {
			t.bytes = append(t.bytes, t.dict[i]...)
		}
		t.offsets = append(t.offsets, uint32(len(t.bytes)))
	}
	t.plain, t.dict, t.index, t.find = true, nil, nil, nil
}

func (t *texts) vector() *lake.Vector {
	switch {
	case !t.any:
		return nil
	case t.plain:
		return &lake.Vector{Bytes: t.bytes, Offsets: t.offsets}
	}
	return &lake.Vector{Dict: t.dict, Index: t.index}
}

// batch gathers rows of one source in columns.
type batch struct {
	table  *lake.Table
	source string
	most   int
	lines  []int64
	ints   [][]int64 // by column of the lake
	texts  []*texts  // by column of the lake
	extra  texts
}

// newBatch prepares the columns of l that the lake keeps.
func newBatch(l *layout, source string, most int) *batch {
	t := l.form.Table
	b := &batch{table: t, source: source, most: most, ints: make([][]int64, len(t.Columns)), texts: make([]*texts, len(t.Columns))}
	for i, c := range l.form.Fields {
		if c.Col >= 0 && c.Kind == lake.Text && l.column[i] >= 0 {
			b.texts[c.Col] = &texts{}
		}
	}
	b.reset()
	return b
}

// reset starts anew in the memory that the columns have.
func (b *batch) reset() {
	b.lines = b.lines[:0]
	for i := range b.ints {
		b.ints[i] = b.ints[i][:0]
		if b.texts[i] != nil {
			b.texts[i].reset()
		}
	}
	b.extra.reset()
}

// addInts appends the values of rows to a column of the lake.
func (b *batch) addInts(column int, values []int64, rows []int32) {
	v := b.ints[column]
	if len(rows) == len(values) {
		b.ints[column] = append(v, values...)
		return
	}
	for _, r := range rows {
		v = append(v, values[r])
	}
	b.ints[column] = v
}

func (b *batch) full() bool {
	if len(b.lines) >= b.most {
		return true
	}
	size := b.extra.size
	for _, t := range b.texts {
		if t != nil {
			size += t.size + len(t.bytes)
		}
	}
	return size >= batchBytes
}

// settle lets every column choose between dictionary and bytes.
func (b *batch) settle() {
	for _, t := range b.texts {
		if t != nil {
			t.settle()
		}
	}
}

// lake gives the rows as the lake takes them. They are valid until reset.
func (b *batch) lake() *lake.Batch {
	out := &lake.Batch{Table: b.table, Source: b.source, Rows: len(b.lines), Line: b.lines, Cols: make([]*lake.Vector, len(b.ints))}
	for i := range b.ints {
		switch {
		case len(b.ints[i]) > 0:
			out.Cols[i] = &lake.Vector{Ints: b.ints[i]}
		case b.texts[i] != nil:
			out.Cols[i] = b.texts[i].vector()
		}
	}
	if b.extra.rows() > 0 {
		out.Extra = b.extra.vector()
	}
	return out
}
